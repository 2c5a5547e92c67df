/* SPDX-License-Identifier: BSD-2-Clause */
#include "file.h"
#include "pcapng.h"
#include "source.h"

#include <pcap/pcap.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct pl_file {
    struct pl_source source;
    struct pl_pcapng ng;
    pcap_t *pcap; /* NULL: pcapng */
    uint64_t frame;
    uint32_t link_type;
    struct pl_error why; /* of the last block; not cleared for each packet */
    char path[256];
};

/* libpcap answers with its own numbers, which differ from those in files for raw IP only. */
static uint32_t link_type_of(pcap_t *pcap)
{
    int dlt = pcap_datalink(pcap);

    return dlt == DLT_RAW ? PL_LINK_RAW : (uint32_t)dlt;
}

static bool open_pcap(struct pl_file *file, struct pl_error *error)
{
    char why[PCAP_ERRBUF_SIZE];
    const uint8_t *head = file->source.head;

    file->pcap = pcap_fopen_offline_with_tstamp_precision(file->source.stream,
                                                          PCAP_TSTAMP_PRECISION_NANO, why);
    if (!file->pcap)
        return pl_fail(error, file->path, 0, 0,
                       "is no capture: it begins with %02x %02x %02x %02x, "
                       "expected pcap or pcapng, gzip'd or not (%s)",
                       head[0], head[1], head[2], head[3], why);
    file->source.stream = NULL; /* pcap_close() closes it */
    file->link_type = link_type_of(file->pcap);
    return true;
}

static bool open_format(struct pl_file *file, struct pl_error *error)
{
    const struct pl_source *source = &file->source;

    if (source->head_len == 0)
        return pl_fail(error, file->path, 0, 0, "is empty: expected a pcap or pcapng file");
    if (source->head_len < PL_SOURCE_HEAD_BYTES)
        return pl_fail(error, file->path, 0, 0,
                       "is %" PRIu32 " bytes long: expected a pcap or pcapng file",
                       source->head_len);
    if (pl_be32(source->head) != PL_PCAPNG_MAGIC)
        return open_pcap(file, error);
    file->ng.stream = source->stream;
    return true;
}

struct pl_file *pl_file_open(const char *path, struct pl_error *error)
{
    struct pl_file *file = calloc(1, sizeof(*file));

    if (!file) {
        (void)pl_fail(error, path, 0, 0, "out of memory");
        return NULL;
    }
    snprintf(file->path, sizeof(file->path), "%s", strcmp(path, "-") != 0 ? path : "(stdin)");
    if (!pl_source_open(&file->source, path, error)) {
        free(file);
        return NULL;
    }
    if (!open_format(file, error)) {
        pl_file_close(file);
        return NULL;
    }
    return file;
}

/* Why reading failed: the source's reason when it has one. */
static enum pl_file_result failed(const struct pl_file *file, bool truncated, const char *why,
                                  struct pl_error *error)
{
    if (file->source.why[0])
        why = file->source.why;
    (void)pl_fail(error, file->path, 0, 0, "%s after packet %" PRIu64 ": %s",
                  truncated || file->source.ended_early ? "ends too early" : "cannot be read",
                  file->frame, why);
    return truncated || file->source.ended_early ? PL_FILE_TRUNCATED : PL_FILE_ERROR;
}

static enum pl_file_result next_pcap(struct pl_file *file, struct pl_record *record,
                                     struct pl_error *error)
{
    struct pcap_pkthdr *header;
    int got = pcap_next_ex(file->pcap, &header, &record->bytes);

    if (got == PCAP_ERROR_BREAK)
        return PL_FILE_END;
    if (got != 1) {
        const char *why = pcap_geterr(file->pcap);

        return failed(file, strncmp(why, "truncated", 9) == 0, why, error);
    }
    /* The times of a file are unsigned 32 bits of seconds; tv_usec is in ns, as was asked for. */
    record->time_ns =
        (uint64_t)(uint32_t)header->ts.tv_sec * 1000000000u + (uint64_t)header->ts.tv_usec;
    record->len = header->caplen;
    record->wire_len = header->len;
    record->link_type = file->link_type;
    return PL_FILE_PACKET;
}

static enum pl_file_result next_pcapng(struct pl_file *file, struct pl_record *record,
                                       struct pl_error *error)
{
    switch (pl_pcapng_next(&file->ng, record, &file->why)) {
    case PL_PCAPNG_PACKET:
        return PL_FILE_PACKET;
    case PL_PCAPNG_END:
        if (!ferror(file->source.stream))
            return PL_FILE_END;
        /* fallthrough */
    case PL_PCAPNG_TRUNCATED:
        return failed(file, !ferror(file->source.stream), "the last block is not whole", error);
    default:
        return failed(file, false, file->why.text, error);
    }
}

enum pl_file_result pl_file_next(struct pl_file *file, struct pl_record *record,
                                 struct pl_error *error)
{
    enum pl_file_result got =
        file->pcap ? next_pcap(file, record, error) : next_pcapng(file, record, error);

    if (got == PL_FILE_END && file->source.ended_early)
        return failed(file, true, file->source.why, error);
    if (got != PL_FILE_PACKET)
        return got;
    record->frame = ++file->frame;
    if (record->wire_len < record->len)
        record->wire_len = record->len;
    return got;
}

void pl_file_close(struct pl_file *file)
{
    if (!file)
        return;
    if (file->pcap)
        pcap_close(file->pcap);
    pl_pcapng_free(&file->ng);
    pl_source_close(&file->source);
    free(file);
}
