/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file of packets through the inspector, to the rows and what is printed of them: each row is
 * told once and is well formed.
 *
 * Input: the bytes of the file.
 */
#define _GNU_SOURCE /* memfd_create */
#include "cli/pcap.h"
#include "inspect/inspect.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FLOWS_MAX = 64, FACTS_MAX = 128 };

static FILE *nowhere;
static struct pcap_summary summary;

static void must(bool right)
{
    if (!right)
        abort();
}

static void on_row(void *to, const struct row *row)
{
    const char *name, *value;
    int facts = 0;

    (void)to;
    must(row->capture && (row->protocol == 6 || row->protocol == 17));
    must(row->packets > 0 && row->verdict.action <= PL_FLAG && row->sheet.used <= SHEET_BYTES_MAX);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        must((row->findings.failed[i] & ~row->findings.seen[i]) == 0);
    for (size_t at = 0; (at = sheet_next(&row->sheet, at, &name, &value));)
        must(at <= row->sheet.used && *name && ++facts < FACTS_MAX);
    pcap_count(&summary, row);
    pcap_json(nowhere, row);
    pcap_table(nowhere, row);
}

static struct inspect *inspector(void)
{
    static struct inspect *in;
    struct inspect_options options = {.flows_max = FLOWS_MAX, .row = on_row};
    struct pl_error error = {0};

    if (in)
        return in;
    nowhere = fopen("/dev/null", "w");
    must(nowhere != NULL);
    in = inspect_open(&options, &error);
    must(in != NULL);
    return in;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inspect *in = inspector();
    struct pl_error error = {0};
    char path[64];
    int fd = memfd_create("capture", 0);

    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (!inspect_file(in, path, &error))
        must(error.text[0] != 0);
    close(fd);
    return 0;
}
