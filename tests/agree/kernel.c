/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "agree.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ebpf/gateway.skel.h"
#include "ebpf/gateway_private.h"
#include "frame.h"

static struct gateway_bpf *program;
static uint32_t flows_made;

static void stop(const char *what)
{
    fprintf(stderr, "agree: %s: %s\n", what, strerror(errno));
    exit(1);
}

const char *kernel_open(void)
{
    pl_gateway_log_begin();
    program = gateway_bpf__open();
    if (!program)
        return "the BPF object is damaged";
    program->rodata->watched = true;
    bpf_map__set_max_entries(program->maps.judgements, 16);
    /* replies go nowhere from a network of our own */
    if (unshare(CLONE_NEWNET) || gateway_bpf__load(program))
        return errno == EPERM ? "loading BPF programs is not permitted here"
                              : pl_gateway_log_last();
    pl_gateway_log_end();
    return NULL;
}

void kernel_publish(const struct pl_lines *lines)
{
    struct pl_error error = {0};
    struct pl_image_head head;
    uint32_t zero = 0;
    int fd;

    if (!pl_image_head(lines, &head))
        exit(1);
    fd = pl_image_map_make(lines, &head, &error);
    if (fd < 0 || bpf_map_update_elem(bpf_map__fd(program->maps.images), &zero, &fd, BPF_ANY))
        stop(error.text);
    close(fd);
}

/* Another client for each dialogue, since replies are limited by client. */
static struct frame_flow new_flow(const struct dialogue *d)
{
    struct frame_flow flow = {.client_port = 40000, .server_port = d->port, .isn = 0xfffffff0};
    uint32_t n = flows_made++;

    flow.v6 = n % 3 == 1;
    flow.vlan = n % 2;
    inet_pton(AF_INET6, flow.v6 ? "2001:db8:1::" : "::ffff:10.0.0.0", &flow.client);
    inet_pton(AF_INET6, flow.v6 ? "2001:db8:2::2" : "::ffff:192.0.2.2", &flow.server);
    flow.client.s6_addr[flow.v6 ? 6 : 14] = (uint8_t)(n >> 8);
    flow.client.s6_addr[flow.v6 ? 7 : 15] = (uint8_t)n;
    return flow;
}

int kernel_frame(const uint8_t *frame, uint8_t *out, uint32_t *len)
{
    LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = *len, .data_out = out,
                .data_size_out = FRAME_BYTES, .repeat = 1);

    if (bpf_prog_test_run_opts(bpf_program__fd(program->progs.plimsoll_in), &opts))
        stop("BPF_PROG_TEST_RUN");
    *len = opts.data_size_out;
    return (int)opts.retval;
}

void kernel_stats(struct pl_stats *stats)
{
    static struct pl_stats each[1024];
    uint32_t zero = 0;

    memset(stats, 0, sizeof(*stats));
    if (bpf_map_lookup_elem(bpf_map__fd(program->maps.counters), &zero, each))
        stop("the counters");
    for (int i = 0; i < libbpf_num_possible_cpus(); i++)
        for (size_t n = 0; n < sizeof(*stats) / sizeof(uint64_t); n++)
            ((uint64_t *)stats)[n] += ((uint64_t *)&each[i])[n];
}

uint32_t kernel_verified(void)
{
    struct bpf_prog_info info = {0};
    uint32_t len = sizeof(info);

    if (bpf_obj_get_info_by_fd(bpf_program__fd(program->progs.plimsoll_in), &info, &len))
        stop("bpf_prog_info");
    return info.verified_insns;
}

/* True when the segment became a reset to the server. */
static bool run(struct frame *f)
{
    static uint8_t out[FRAME_BYTES];
    uint32_t len = f->len;

    if (kernel_frame(f->bytes, out, &len) != -1) { /* TC_ACT_UNSPEC */
        errno = 0;
        stop("a segment in its order was dropped");
    }
    return out[f->l4 + 13] & FRAME_RST;
}

static struct pl_flow_key key_of(const struct frame_flow *flow)
{
    struct pl_flow_key key = {.client_port_be = htons(flow->client_port),
                              .server_port_be = htons(flow->server_port),
                              .protocol = IPPROTO_TCP,
                              .vlan = {0, 0, flow->vlan ? 7 : 0}};

    memcpy(key.client_be, &flow->client, 16);
    memcpy(key.server_be, &flow->server, 16);
    return key;
}

void kernel_forget(const struct frame_flow *flow)
{
    struct pl_flow_key key = key_of(flow);

    if (bpf_map_delete_elem(bpf_map__fd(program->maps.streams), &key))
        stop("no dialogue is being read");
}

void kernel_busy(const struct frame_flow *flow, bool busy)
{
    int fd = bpf_map__fd(program->maps.flows);
    struct pl_flow_key key = key_of(flow);
    struct pl_flow value;

    if (bpf_map_lookup_elem(fd, &key, &value))
        stop("there is no such flow");
    value.busy = busy;
    if (bpf_map_update_elem(fd, &key, &value, BPF_EXIST))
        stop("the flow cannot be changed");
}

/* Fetch what the program left behind, and make room for the next. */
static void take(const struct frame_flow *flow, struct result *r)
{
    struct pl_flow_key key = key_of(flow);
    struct pl_judged judged = {0};
    int streams = bpf_map__fd(program->maps.streams);
    int judgements = bpf_map__fd(program->maps.judgements);

    if (bpf_map_lookup_elem(streams, &key, &r->stream) ||
        bpf_map_lookup_elem(judgements, &key, &judged))
        stop("the program kept nothing of the dialogue");
    bpf_map_delete_elem(streams, &key);
    bpf_map_delete_elem(judgements, &key);
    r->found = judged.found;
    memcpy(r->flag, judged.verdict.flag, sizeof(r->flag));
    memcpy(r->trial, judged.verdict.trial, sizeof(r->trial));
    memcpy(r->block, judged.verdict.block, sizeof(r->block));
    r->action = judged.verdict.action;
    r->group = judged.group;
    r->class = judged.class;
    r->cell = judged.cell;
}

void kernel_judge(const struct dialogue *d, struct cut cut, struct result *r)
{
    struct frame_flow flow = new_flow(d);
    static struct frame f;

    memset(r, 0, sizeof(*r));
    frame_tcp(&f, &flow, FRAME_SYN, 0, NULL, 0);
    run(&f);
    for (uint32_t at = 0, n; at < d->len && !r->blocked_at; at += n) {
        n = cut_next(&cut, d->len - at);
        frame_tcp(&f, &flow, FRAME_ACK, at, d->bytes + at, n);
        if (run(&f))
            r->blocked_at = at + n;
    }
    take(&flow, r);
}
