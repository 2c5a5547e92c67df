/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture file, from its first byte to the bytes of its flows.  Whatever it holds: each flow is
 * opened and closed once, no byte is handed over twice, streams go forward, memory keeps to its
 * limits.
 *
 * Input: the bytes of the file.
 */
#define _GNU_SOURCE /* memfd_create */
#include "capture/capture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FLOWS_MAX = 64, KEPT_BYTES = 1 << 18, MEMORY_MAX_BYTES = 1 << 20 };

struct watch {
    uint64_t bytes, datagrams, open;
    uint64_t offset[FLOWS_MAX][2];
    bool used[FLOWS_MAX];
};

static void must(bool right)
{
    if (!right)
        abort();
}

static void on_open(void *user, struct pl_flow *flow, const struct pl_packet *first)
{
    struct watch *w = user;
    size_t i = 0;

    must(first->transport == PL_TRANSPORT_TCP || first->transport == PL_TRANSPORT_UDP);
    must(first->depth >= 1 && first->depth <= PL_DEPTH_MAX);
    must(++w->open <= FLOWS_MAX);
    while (w->used[i])
        i++;
    w->used[i] = true;
    w->offset[i][0] = w->offset[i][1] = 0;
    flow->user = w->offset[i];
}

static enum pl_flow_answer on_bytes(void *user, struct pl_flow *flow, const struct pl_segment *s)
{
    struct watch *w = user;
    uint64_t *offset = (uint64_t *)flow->user + s->side;
    uint8_t sum = 0;

    must(s->len > 0);
    must(s->offset == *offset + s->gap);
    *offset = s->offset + s->len;
    w->bytes += s->len;
    for (uint32_t i = 0; i < s->len; i++) /* so that ASan sees each of them */
        sum ^= s->data[i];
    return sum == 0xa5 ? PL_FLOW_SIDE_DONE : sum == 0x5a ? PL_FLOW_ALL_DONE : PL_FLOW_MORE;
}

static enum pl_flow_answer on_datagram(void *user, struct pl_flow *flow, enum pl_side side,
                                       const struct pl_packet *p)
{
    struct watch *w = user;
    uint8_t sum = 0;

    must(side == PL_CLIENT || side == PL_SERVER);
    must(flow->transport == PL_TRANSPORT_UDP && (p->flags & PL_PACKET_QUOTED) == 0);
    for (uint32_t i = 0; i < p->len; i++)
        sum ^= p->payload[i];
    w->datagrams++;
    return sum == 0xa5 ? PL_FLOW_SIDE_DONE : PL_FLOW_MORE;
}

static void on_close(void *user, struct pl_flow *flow, enum pl_flow_close why)
{
    struct watch *w = user;

    (void)why;
    must(w->open-- > 0);
    must(flow->packets[0] + flow->packets[1] > 0);
    must(flow->end[0].kept == 0 && flow->end[1].kept == 0);
    w->used[((uint64_t *)flow->user - w->offset[0]) / 2] = false;
}

static void on_note(void *user, enum pl_note note, const struct pl_packet *packet)
{
    (void)user;
    must(note <= PL_NOTE_UDP_FRAGMENT && packet->depth >= 1);
}

static void check_counts(const struct pl_capture *capture, const struct watch *w)
{
    const struct pl_capture_counts *c = &capture->counts;

    must(w->open == 0);
    must(w->bytes <= c->bytes);
    must(w->datagrams <= c->packets);
    must(c->reassembled <= c->fragments && c->fragments_lost <= c->fragments);
    must(c->not_ip + c->unknown_link <= c->packets);
    must(pl_flows_bytes(capture->flows) <= MEMORY_MAX_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct watch watch;
    const struct pl_consumer consumer = {&watch, on_open, on_bytes, on_datagram, on_close};
    const struct pl_flows_options options = {
        .flows_max = FLOWS_MAX, .kept_bytes = KEPT_BYTES, .hash_key = 1, .idle_s = size & 1};
    struct pl_capture capture;
    struct pl_error error;
    char path[64];
    int fd = memfd_create("capture", 0);

    memset(&watch, 0, sizeof(watch));
    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    must(pl_capture_init(&capture, &options, &consumer, on_note, &error));
    (void)pl_capture_file(&capture, path, &error);
    check_counts(&capture, &watch);
    pl_capture_free(&capture);
    close(fd);
    return 0;
}
