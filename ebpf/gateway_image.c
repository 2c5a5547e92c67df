/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image into the kernel: a new array map with the lines as they are and, behind them, one bit
 * for each slice and group (maps.h).  It comes into force whole, by one write to the outer map.
 */
#include "gateway_private.h"
#include "ebpf/gateway.skel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Could this cell block anything that is only seen once the client speaks? */
static bool cell_is_strict(const struct pl_cell *cell)
{
    return (cell->block[PL_FAMILY_NET] &
            (PL_MASK(telnet_cleartext) | PL_MASK(destination_listed))) |
           cell->block[PL_FAMILY_TLS] | cell->block[PL_FAMILY_MAIL] | cell->block[PL_FAMILY_HTTP] |
           cell->block[PL_FAMILY_APP];
}

static bool row_is_strict(const struct pl_lines *lines, const struct pl_image_head *head,
                          uint32_t slice, uint16_t group)
{
    struct pl_cell cell;

    for (uint32_t i = 0; i < head->classes; i++) {
        uint16_t number = pl_cell_find(lines, head, slice, group, (uint16_t)i);
        if (pl_cell_read(lines, head, number, &cell) && cell_is_strict(&cell))
            return true;
    }
    return false;
}

static void write_strict(const struct pl_lines *lines, const struct pl_image_head *head,
                         struct pl_line *to)
{
    for (uint32_t slice = 0; slice < head->slices; slice++)
        for (uint32_t group = 0; group < head->groups; group++) {
            uint32_t bit = slice * head->groups + group;
            struct pl_line *line = &to[PL_STRICT_LINE(head, bit)];
            if (row_is_strict(lines, head, slice, (uint16_t)group))
                line->u64[bit / 64 & 7] |= PL_BIT(bit & 63);
        }
}

int pl_image_map_make(const struct pl_lines *lines, const struct pl_image_head *head,
                      struct pl_error *error)
{
    uint32_t bits = head->slices * head->groups;
    uint32_t count = head->lines + (bits + PL_STRICT_PER_LINE - 1) / PL_STRICT_PER_LINE;
    LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_INNER_MAP | BPF_F_MMAPABLE);
    int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "pl_image", sizeof(uint32_t), PL_LINE_BYTES, count,
                            &opts);
    struct pl_line *to;

    if (fd < 0) {
        pl_fail(error, NULL, 0, 0, "cannot make a map of %u lines for the image: %s", count,
                strerror(errno));
        return fd;
    }
    to = mmap(NULL, (size_t)count * PL_LINE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (to == MAP_FAILED) {
        pl_fail(error, NULL, 0, 0, "cannot write the image into its map: %s", strerror(errno));
        close(fd);
        return -1;
    }
    memcpy(to, lines->line, (size_t)head->lines * PL_LINE_BYTES);
    write_strict(lines, head, to);
    munmap(to, (size_t)count * PL_LINE_BYTES);
    return fd;
}

/* The gate's epoch goes up: flows that are not established are judged again. */
static bool bump(struct pl_gateway *gateway)
{
    uint32_t zero = 0;

    gateway->gate.epoch++;
    gateway->gate.version = PL_MAPS_VERSION;
    return bpf_map_update_elem(bpf_map__fd(gateway->skeleton->maps.gates), &zero, &gateway->gate,
                               BPF_ANY) == 0;
}

/* Remember when the slices begin; answers false without memory. */
static bool keep_slices(struct pl_gateway *gateway, const struct pl_lines *lines,
                        const struct pl_image_head *head)
{
    uint32_t count = head->slices ? head->slices - 1 : 0;
    uint64_t *slices = calloc(count + 1, sizeof(*slices));
    const struct pl_line *line;

    if (!slices)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        line = pl_line_at(lines, head->section[PL_SECTION_SLICES].first + i / 8);
        slices[i] = line ? line->u64[i & 7] : UINT64_MAX;
    }
    free(gateway->slices);
    gateway->slices = slices;
    gateway->slice_count = count;
    return true;
}

bool pl_gateway_publish(struct pl_gateway *gateway, const struct pl_lines *lines,
                        struct pl_error *error)
{
    struct pl_image_head head;
    uint32_t zero = 0;
    int fd, err;

    if (!pl_image_head(lines, &head) || head.lines != lines->count)
        return pl_fail(error, NULL, 0, 0,
                       "the image has no head, or more or fewer lines than it "
                       "says");
    if (!keep_slices(gateway, lines, &head))
        return pl_fail(error, NULL, 0, 0, "out of memory");
    fd = pl_image_map_make(lines, &head, error);
    if (fd < 0)
        return false;
    err = bpf_map_update_elem(bpf_map__fd(gateway->skeleton->maps.images), &zero, &fd, BPF_ANY);
    close(fd);
    if (err)
        return pl_fail(error, NULL, 0, 0, "cannot put the image in force: %s", strerror(-err));
    return bump(gateway) ||
           pl_fail(error, NULL, 0, 0, "cannot tell the program of the image: %s", strerror(errno));
}

void pl_gate_set_clock(struct pl_gate *gate, uint64_t now_s)
{
    struct timespec boot;

    clock_gettime(CLOCK_BOOTTIME, &boot);
    gate->clock_offset_ns =
        now_s * 1000000000 - ((uint64_t)boot.tv_sec * 1000000000 + (uint64_t)boot.tv_nsec);
}

void pl_gateway_tick(struct pl_gateway *gateway, uint64_t now_s)
{
    uint32_t slice = 0, zero = 0;

    gateway->flush = true;
    pl_gate_set_clock(&gateway->gate, now_s);
    while (slice < gateway->slice_count && gateway->slices[slice] <= now_s)
        slice++;
    gateway->gate.epoch += slice != gateway->slice;
    gateway->slice = slice;
    bpf_map_update_elem(bpf_map__fd(gateway->skeleton->maps.gates), &zero, &gateway->gate, BPF_ANY);
}
