/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway_private.h"
#include "ebpf/gateway.skel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const struct pl_gateway_stat_row pl_gateway_stat_rows[] = {
#define PL_STAT(name, help) {#name, help, offsetof(struct pl_gateway_stats, name)},
#include "ebpf/stats.def"
#undef PL_STAT
};
const size_t pl_gateway_stat_row_count = PL_COUNT(pl_gateway_stat_rows);

static int on_sample(void *context, void *data, size_t size)
{
    struct pl_gateway *gateway = context;

    if (size >= sizeof(struct pl_event))
        gateway->on_event(gateway->arg, data);
    return 0;
}

static bool resize(struct gateway_bpf *skeleton, const struct pl_gateway_config *config,
                   struct pl_error *error)
{
    uint32_t ring = config->ring_bytes ? config->ring_bytes : 1 << 20;
    long page = sysconf(_SC_PAGESIZE);

    if (ring & (ring - 1) || ring < (uint32_t)page)
        return pl_fail(error, NULL, 0, 0,
                       "the event buffer has to be a power of two and at least %ld bytes", page);
    bpf_map__set_max_entries(skeleton->maps.ring, ring);
    if (config->flows)
        bpf_map__set_max_entries(skeleton->maps.flows, config->flows);
    if (config->streams)
        bpf_map__set_max_entries(skeleton->maps.streams, config->streams);
    return true;
}

static bool fail_load(struct pl_error *error, int err)
{
    const char *log = pl_gateway_log_last();

    if (err == -EPERM || err == -EACCES)
        return pl_fail(error, NULL, 0, 0,
                       "the kernel does not permit loading BPF programs: run as root or with "
                       "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON (%s)",
                       log);
    return pl_fail(error, NULL, 0, 0, "the kernel refused the BPF programs (%s): %s",
                   strerror(-err), log);
}

static bool load(struct gateway_bpf *skeleton, struct pl_error *error)
{
    int err = gateway_bpf__load(skeleton);

    return err == 0 || fail_load(error, err);
}

/* The pinned gate's epoch goes on counting; its version says that these maps are ours. */
static bool take_gate(struct pl_gateway *gateway, struct pl_error *error)
{
    int fd = bpf_map__fd(gateway->skeleton->maps.gates);
    uint32_t zero = 0;

    if (bpf_map_lookup_elem(fd, &zero, &gateway->gate) == 0) {
        gateway->gate.version = PL_MAPS_VERSION;
        pl_gate_set_clock(&gateway->gate, (uint64_t)time(NULL));
        if (bpf_map_update_elem(fd, &zero, &gateway->gate, BPF_ANY) == 0)
            return true;
    }
    return pl_fail(error, NULL, 0, 0, "cannot read the control map: %s", strerror(errno));
}

static bool open_all(struct pl_gateway *gateway, const struct pl_gateway_config *config,
                     struct pl_error *error)
{
    const char *dir = pl_pins_dir(config);
    struct gateway_bpf *skeleton = gateway_bpf__open();

    gateway->skeleton = skeleton;
    if (!skeleton)
        return pl_fail(error, NULL, 0, 0, "the BPF object in this program is damaged: %s",
                       strerror(errno));
    if (!pl_pins_prepare(dir, error) || !resize(skeleton, config, error) ||
        !pl_pins_set(skeleton, dir, error) || !load(skeleton, error) ||
        !take_gate(gateway, error) || !pl_pins_program(skeleton, dir, error))
        return false;
    gateway->ring = ring_buffer__new(bpf_map__fd(skeleton->maps.ring), on_sample, gateway, NULL);
    if (!gateway->ring)
        return pl_fail(error, NULL, 0, 0, "cannot map the event buffer: %s", strerror(errno));
    return pl_attach_all(config, bpf_program__fd(skeleton->progs.plimsoll_in),
                         bpf_map__fd(skeleton->maps.attachments), error);
}

struct pl_gateway *pl_gateway_open(const struct pl_gateway_config *config, struct pl_error *error)
{
    struct pl_gateway *gateway = calloc(1, sizeof(*gateway));
    bool ok;

    if (!gateway) {
        pl_fail(error, NULL, 0, 0, "out of memory");
        return NULL;
    }
    pl_gateway_log_begin();
    ok = open_all(gateway, config, error);
    pl_gateway_log_end();
    if (ok)
        return gateway;
    pl_gateway_close(gateway);
    return NULL;
}

bool pl_gateway_stats(const struct pl_gateway *gateway, struct pl_gateway_stats *stats)
{
    int processors = libbpf_num_possible_cpus();
    struct pl_gateway_stats *each;
    uint32_t zero = 0;
    bool ok;

    memset(stats, 0, sizeof(*stats));
    each = processors > 0 ? calloc((size_t)processors, sizeof(*each)) : NULL;
    ok = each && !bpf_map_lookup_elem(bpf_map__fd(gateway->skeleton->maps.counters), &zero, each);
    for (int i = 0; ok && i < processors; i++)
        for (size_t n = 0; n < sizeof(*each) / sizeof(uint64_t); n++)
            ((uint64_t *)stats)[n] += ((uint64_t *)&each[i])[n];
    free(each);
    return ok;
}

void pl_gateway_close(struct pl_gateway *gateway)
{
    if (!gateway)
        return;
    ring_buffer__free(gateway->ring);
    gateway_bpf__destroy(gateway->skeleton);
    free(gateway->slices);
    free(gateway);
}

bool pl_gateway_detach(const struct pl_gateway_config *config, struct pl_error *error)
{
    const char *dir = pl_pins_dir(config);
    int fd = pl_pins_open(dir, "attachments");
    bool ok;

    if (fd == -EPERM || fd == -EACCES)
        return pl_fail(error, dir, 0, 0, "cannot open the pins: run as root or with CAP_BPF");
    if (fd < 0)
        return pl_pins_remove(dir, error);
    pl_gateway_log_begin();
    ok = pl_detach_all(fd, error);
    pl_gateway_log_end();
    close(fd);
    return ok && pl_pins_remove(dir, error);
}
