/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <pcap/pcap.h>

#include <string.h>

bool pl_capture_init(struct pl_capture *capture, const struct pl_flows_options *options,
                     const struct pl_consumer *consumer,
                     void (*note)(void *user, enum pl_note note, const struct pl_packet *packet),
                     struct pl_error *error)
{
    memset(capture, 0, sizeof(*capture));
    capture->flows = pl_flows_new(options, consumer, &capture->counts, error);
    if (!capture->flows)
        return false;
    capture->walk.defrag = &capture->defrag;
    capture->walk.counts = &capture->counts;
    capture->walk.note = note;
    capture->walk.user = consumer->user;
    pl_defrag_init(&capture->defrag, options->hash_key);
    return true;
}

void pl_capture_free(struct pl_capture *capture)
{
    pl_defrag_free(&capture->defrag);
    pl_flows_free(capture->flows);
    capture->flows = NULL;
}

void pl_capture_record(struct pl_capture *capture, const struct pl_record *record)
{
    if (pl_walk(&capture->walk, record))
        pl_flows_packet(capture->flows, &capture->walk.packet);
}

void pl_capture_end(struct pl_capture *capture)
{
    pl_defrag_end(&capture->defrag, &capture->counts);
    pl_flows_end(capture->flows);
}

enum { RECORD_HEAD_BYTES = 16 }; /* of pcap; pcapng has a little more */

static void tell(const struct pl_capture *capture, uint64_t bytes_before, uint64_t frame)
{
    uint64_t bytes = capture->counts.bytes - bytes_before + frame * RECORD_HEAD_BYTES;

    if (capture->progress && frame % PL_CAPTURE_TELL_PACKETS == 0)
        capture->progress(capture->walk.user, bytes);
}

/* A file none of whose packets could be read is not "no flows". */
static enum pl_file_result unknown_link(const char *path, uint32_t link_type,
                                        struct pl_error *error)
{
    const char *name = pcap_datalink_val_to_name((int)link_type);

    (void)pl_fail(error, path, 0, 0,
                  "has packets of link type %u (%s): expected Ethernet, Linux cooked, raw IP, "
                  "loopback, PPP or HDLC",
                  link_type, name ? name : "no name");
    return PL_FILE_ERROR;
}

enum pl_file_result pl_capture_file(struct pl_capture *capture, const char *path,
                                    struct pl_error *error)
{
    struct pl_file *file = pl_file_open(path, error);
    uint64_t unknown = capture->counts.unknown_link, packets = capture->counts.packets;
    uint64_t bytes = capture->counts.bytes;
    struct pl_record record = {0};
    enum pl_file_result got;

    if (!file)
        return PL_FILE_ERROR;
    while ((got = pl_file_next(file, &record, error)) == PL_FILE_PACKET) {
        pl_capture_record(capture, &record);
        tell(capture, bytes, record.frame);
    }
    pl_capture_end(capture);
    pl_file_close(file);
    unknown = capture->counts.unknown_link - unknown;
    if (got != PL_FILE_ERROR && unknown > 0 && unknown == capture->counts.packets - packets)
        return unknown_link(path, record.link_type, error);
    return got;
}
