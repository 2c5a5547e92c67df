/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet path by BPF_PROG_TEST_RUN: what a packet costs, beside an empty program measured in
 * the same round.  Known flows are run a hundred thousand times in one call (hot caches); a new
 * flow and a hello change the flow's state, so they are run once a call, with the caches as a
 * system call leaves them, and are the median of many.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ebpf/gateway.skel.h"
#include "ebpf/gateway_private.h"
#include "tests/agree/agree.h"
#include "tests/agree/frame.h"
#include "tests/unit/tls_vector.h"

enum { ROUNDS = 15, HOT = 100000, SINGLE = 400 };

static const char policy[] =
    "version: 1\n"
    "defaults: { profile: enterprise-baseline, mode: enforce }\n"
    "groups: [ { name: lan, clients: [10.0.0.0/8] } ]\n"
    "classes: [ { name: listed, names: [listed.example], networks: [203.0.113.0/24] } ]\n"
    "rules: [ { classes: [listed], action: block } ]\n"
    "gateway: { networks: [10.0.0.0/8] }\n";

static struct gateway_bpf *program;
static int empty_fd;
static struct frame_flow flow = {.client_port = 40000, .server_port = 443};

static void stop(const char *what)
{
    fprintf(stderr, "bench-ebpf: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int load_empty(void)
{
    const struct bpf_insn code[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = -1},
                                    {.code = BPF_JMP | BPF_EXIT}};

    return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "empty", "BSD", code, PL_COUNT(code), NULL);
}

static void load(void)
{
    struct pl_lines lines = agree_image(policy);
    struct pl_image_head head;
    uint32_t zero = 0;
    int fd;

    program = gateway_bpf__open();
    if (!program || unshare(CLONE_NEWNET) || gateway_bpf__load(program))
        stop("the program does not load");
    empty_fd = load_empty();
    if (empty_fd < 0 || !pl_image_head(&lines, &head))
        stop("the empty program does not load");
    fd = pl_image_map_make(&lines, &head, NULL);
    if (fd < 0 || bpf_map_update_elem(bpf_map__fd(program->maps.images), &zero, &fd, BPF_ANY))
        stop("the image");
}

/* ns for one run of this frame. */
static double run(int fd, struct frame *f, int repeat)
{
    LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = f->bytes, .data_size_in = f->len,
                .repeat = repeat);

    if (bpf_prog_test_run_opts(fd, &opts) || (int)opts.retval != -1)
        stop("BPF_PROG_TEST_RUN");
    return opts.duration;
}

static int ours(void)
{
    return bpf_program__fd(program->progs.plimsoll_in);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double quantile(double *values, int count, double part)
{
    qsort(values, (size_t)count, sizeof(*values), by_value);
    return values[(int)((count - 1) * part + 0.5)];
}

static void record(const char *name, double *with, double *without)
{
    double spread = quantile(with, ROUNDS, 0.75) - quantile(with, ROUNDS, 0.25);
    double value = quantile(with, ROUNDS, 0.5), base = quantile(without, ROUNDS, 0.5);
    char command[300];

    snprintf(command, sizeof(command),
             "/usr/bin/python3 tests/bench/record.py %s %.0f ns/packet --baseline %.0f "
             "--ratio %.2f --runs %d --spread %.0f",
             name, value, base, value / base, ROUNDS, spread);
    printf("%-28s %5.0f ns, empty program %4.0f ns\n", name, value, base);
    if (system(command))
        exit(1);
}

/* A flow whose packets are of no more interest. */
static void bench_known(const char *name, struct frame *f)
{
    double with[ROUNDS], without[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        without[i] = run(empty_fd, f, HOT);
        with[i] = run(ours(), f, HOT);
    }
    record(name, with, without);
}

static void new_connection(void)
{
    static struct frame f;

    flow.isn += 100000;
    frame_tcp(&f, &flow, FRAME_SYN, 0, NULL, 0);
    run(ours(), &f, 1);
}

/* One piece of a dialogue on a new connection; the bytes before it are read unmeasured. */
static double piece_ns(const uint8_t *bytes, uint32_t from, uint32_t len, double *empty_ns)
{
    static struct frame f;

    new_connection();
    if (from) {
        frame_tcp(&f, &flow, FRAME_ACK, 0, bytes, from);
        run(ours(), &f, 1);
    }
    frame_tcp(&f, &flow, FRAME_ACK, from, bytes + from, len);
    *empty_ns = run(empty_fd, &f, 1);
    return run(ours(), &f, 1);
}

static void bench_piece(const char *name, const uint8_t *bytes, uint32_t from, uint32_t len)
{
    double with[ROUNDS], without[ROUNDS], a[SINGLE], b[SINGLE];

    for (int i = 0; i < ROUNDS; i++) {
        for (int n = 0; n < SINGLE; n++)
            a[n] = piece_ns(bytes, from, len, &b[n]);
        with[i] = quantile(a, SINGLE, 0.5);
        without[i] = quantile(b, SINGLE, 0.5);
    }
    record(name, with, without);
}

static void bench_new(void)
{
    double with[ROUNDS], without[ROUNDS], a[SINGLE], b[SINGLE];
    static struct frame f;

    for (int i = 0; i < ROUNDS; i++) {
        for (int n = 0; n < SINGLE; n++) {
            flow.isn += 100000;
            frame_tcp(&f, &flow, FRAME_SYN, 0, NULL, 0);
            b[n] = run(empty_fd, &f, 1);
            a[n] = run(ours(), &f, 1);
        }
        with[i] = quantile(a, SINGLE, 0.5);
        without[i] = quantile(b, SINGLE, 0.5);
    }
    record("ebpf-new-flow", with, without);
}

static void record_verified(void)
{
    struct bpf_prog_info info = {0};
    uint32_t len = sizeof(info);
    char command[200];

    if (bpf_obj_get_info_by_fd(ours(), &info, &len))
        stop("bpf_prog_info");
    printf("%-28s %u instructions\n", "ebpf-verified", info.verified_insns);
    snprintf(command, sizeof(command),
             "/usr/bin/python3 tests/bench/record.py ebpf-verified %u instructions --runs 1",
             info.verified_insns);
    if (system(command))
        exit(1);
}

int main(void)
{
    static struct vector v;
    static struct frame f;

    vector_load(&v, "browser.txt");
    inet_pton(AF_INET6, "::ffff:10.1.2.3", &flow.client);
    inet_pton(AF_INET6, "::ffff:192.0.2.2", &flow.server);
    load();
    record_verified();
    new_connection();
    frame_tcp(&f, &flow, FRAME_ACK, 0, v.client.at, (uint32_t)v.client.len);
    run(ours(), &f, 1);
    frame_tcp(&f, &flow, FRAME_ACK, (uint32_t)v.client.len, v.client.at, 1000);
    bench_known("ebpf-known-flow", &f);
    flow.vlan = true;
    frame_udp(&f, &flow, v.client.at, 1000);
    run(ours(), &f, 1);
    bench_known("ebpf-known-udp-vlan", &f);
    flow.vlan = false;
    bench_new();
    bench_piece("ebpf-hello-one-segment", v.client.at, 0, (uint32_t)v.client.len);
    bench_piece("ebpf-hello-first-of-two", v.client.at, 0, 1400);
    bench_piece("ebpf-hello-second-of-two", v.client.at, 1400, (uint32_t)v.client.len - 1400);
    return 0;
}
