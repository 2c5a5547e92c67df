/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image of any bytes: the check answers, and look-ups stay inside whether it passed or not.
 * The first byte says whether the head's fixed values are put right, so that the fuzzer gets past
 * them; the seeds are small compiled images behind that byte.
 */
#include "common/user/image_file.h"

#include "common/decide/decide.h"

#include <stdlib.h>
#include <string.h>

static void look_up_all(const struct pl_lines *lines)
{
    static const char name[] = "www.a.example";
    const struct pl_addr addr[] = {{0, 0}, {0, 0xffffc0000201}, {~0ull, ~0ull}, {1ull << 61, 7}};
    struct pl_findings f = {0};
    struct pl_image_head head;
    struct pl_verdict v;
    struct pl_cell cell;
    uint16_t class;

    if (!pl_image_head(lines, &head))
        return;
    class = pl_name_find(lines, &head, (const uint8_t *)name, sizeof(name) - 1);
    for (size_t i = 0; i < PL_COUNT(addr); i++) {
        uint16_t group = pl_group_find(lines, &head, addr[i]);
        uint32_t slice = pl_slice_find(lines, &head, 1700000000);
        class ^= pl_class_find(lines, &head, addr[i]);
        class ^= (uint16_t)pl_source_find(lines, &head, addr[i]);
        memset(f.failed, 0xff, sizeof(f.failed));
        if (pl_cell_read(lines, &head, pl_cell_find(lines, &head, slice, group, class), &cell))
            pl_decide(&cell, &f, &v);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_error error = {0};
    struct pl_lines lines;
    size_t whole;
    void *bytes;

    if (size < 1)
        return 0;
    whole = (size - 1) & ~(size_t)(PL_LINE_BYTES - 1);
    bytes = aligned_alloc(PL_LINE_BYTES, whole ? whole : PL_LINE_BYTES);
    memcpy(bytes, data + 1, whole);
    if (data[0] & 1 && whole >= sizeof(struct pl_image_head)) {
        struct pl_image_head *head = bytes;
        memcpy(head->magic, PL_IMAGE_MAGIC, sizeof(head->magic));
        head->format = PL_IMAGE_FORMAT;
        head->lines = (uint32_t)(whole / PL_LINE_BYTES);
    }
    if (pl_image_check(bytes, whole, "image", &error) == (error.text[0] != 0))
        abort(); /* it says no without a reason, or gives a reason and says yes */
    lines = (struct pl_lines){bytes, (uint32_t)(whole / PL_LINE_BYTES)};
    look_up_all(&lines);
    free(bytes);
    return 0;
}
