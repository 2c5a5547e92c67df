/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet path of a Linux gateway: BPF programs on the client-facing interfaces that read what
 * clients send, judge it by the compiled policy and refuse what it blocks.
 *
 * This library loads, attaches and feeds them; the judging happens in the kernel.  Programs and
 * maps stay pinned and attached when the process ends: they go on enforcing the last policy that
 * was published, its time slices included.  A new start takes the pinned maps over (flows and
 * policy live on) when they are of the same build, and replaces the program in place; else it puts
 * new ones in their place.
 *
 * Needs CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON (or root) to open; afterwards pl_gateway_poll()
 * needs none, pl_gateway_publish(), pl_gateway_tick() and pl_gateway_stats() need CAP_BPF where
 * unprivileged BPF is off.  Kernel 5.15 or newer.  One pin directory belongs to one gateway, and a
 * bpffs belongs to a mount namespace: `ip netns exec` hides it, `nsenter --net` does not.
 * Not thread-safe: one thread uses a gateway at a time.
 */
#ifndef PL_GATEWAY_H
#define PL_GATEWAY_H

#include "common/report/event.h"
#include "common/user/error.h"

#define PL_GATEWAY_PIN_DIR "/sys/fs/bpf/plimsoll"

enum { PL_GATEWAY_INTERFACES = 16 };

/* Zero and NULL everywhere but in the interfaces: the defaults.  The strings must live until
 * pl_gateway_open() or pl_gateway_detach() returns. */
struct pl_gateway_config {
    const char *interfaces[PL_GATEWAY_INTERFACES]; /* client-facing; attached to their ingress */
    size_t interface_count;
    const char *pin_dir; /* on a bpffs; default PL_GATEWAY_PIN_DIR */
    uint32_t flows;      /* entries of the flow table; default 65536, 128 bytes each */
    uint32_t streams;    /* dialogues being read at once; default 8192, under 1 KiB each */
    uint32_t ring_bytes; /* of the event buffer, a power of two; default 1 MiB */
    uint32_t priority;   /* of the tc filter; default 29500; lower runs earlier */
};

/* The counters, summed over the processors.  They count up from the load of the programs. */
struct pl_gateway_stats {
#define PL_STAT(name, help) uint64_t name;
#include "ebpf/stats.def"
#undef PL_STAT
};

/* The same as a table, for whatever prints. */
struct pl_gateway_stat_row {
    const char *name, *help;
    size_t offset; /* of the uint64_t in struct pl_gateway_stats */
};

extern const struct pl_gateway_stat_row pl_gateway_stat_rows[];
extern const size_t pl_gateway_stat_row_count;

struct pl_gateway;

/* Load or take over, attach, pin.  Mounts a bpffs on /sys/fs/bpf when none is there.  NULL and the
 * error filled when that fails; what this call attached is then detached again. */
struct pl_gateway *pl_gateway_open(const struct pl_gateway_config *config,
                                   struct pl_error *error) PL_MUST_USE;

/* Let this image decide from now on.  The lines must have passed pl_image_check(); they are copied.
 * Established flows that were allowed live on; all others are judged by the new image.  On failure
 * the old image goes on deciding. */
bool pl_gateway_publish(struct pl_gateway *gateway, const struct pl_lines *lines,
                        struct pl_error *error) PL_MUST_USE;

/* To be called once a second with CLOCK_REALTIME: sets the kernel's idea of the time of day (for
 * time slices) and releases what was folded (see pl_gateway_poll()). */
void pl_gateway_tick(struct pl_gateway *gateway, uint64_t now_s);

/* Readable when many events wait; poll anyway every second or so, since few do not wake. */
int pl_gateway_fd(const struct pl_gateway *gateway);

/* Hand every waiting event to on_event; answers how many, or a negative errno.  Never blocks.
 * An event's time_ns is 0; its count is above 1 when it stands for several. */
int pl_gateway_poll(struct pl_gateway *gateway,
                    void (*on_event)(void *arg, const struct pl_event *event), void *arg);

bool pl_gateway_stats(const struct pl_gateway *gateway, struct pl_gateway_stats *stats) PL_MUST_USE;

/* Free the process's share; everything stays pinned and attached.  NULL is fine. */
void pl_gateway_close(struct pl_gateway *gateway);

/* Remove exactly what the gateway of this pin directory owns: its tc filters on whatever interface,
 * the clsact queueing discipline where the gateway made it and nobody else uses it, its pins and
 * the pin directory.  The interfaces of the config are not asked.  True when nothing was there. */
bool pl_gateway_detach(const struct pl_gateway_config *config, struct pl_error *error) PL_MUST_USE;

#endif
