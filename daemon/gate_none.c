/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of gate_ebpf.c in a build without eBPF. */
#include "daemon/gate.h"

const bool pl_gate_built = false;

struct pl_gateway *pl_gate_open(const struct pl_daemon_config *config, struct pl_error *error)
{
    pl_fail(error, NULL, 0, 0,
            "interfaces: %s: this plimsolld was built without eBPF and cannot be a gateway: remove "
            "the interfaces from its configuration, or install a build with eBPF",
            config->interfaces[0]);
    return NULL;
}

void pl_gate_close(struct pl_gateway *gateway)
{
    (void)gateway;
}

bool pl_gate_detach(const struct pl_daemon_config *config, struct pl_error *error)
{
    (void)config;
    return pl_fail(error, NULL, 0, 0,
                   "this plimsolld was built without eBPF: it cannot detach what another build "
                   "attached; use that one");
}

bool pl_gate_publish(struct pl_gateway *gateway, const struct pl_lines *lines,
                     struct pl_error *error)
{
    (void)gateway;
    (void)lines;
    return pl_fail(error, NULL, 0, 0, "built without eBPF");
}

void pl_gate_tick(struct pl_gateway *gateway, uint64_t now_s)
{
    (void)gateway;
    (void)now_s;
}

int pl_gate_fd(const struct pl_gateway *gateway)
{
    (void)gateway;
    return -1;
}

void pl_gate_poll(struct pl_gateway *gateway,
                  void (*on_event)(void *context, const struct pl_event *event), void *context)
{
    (void)gateway;
    (void)on_event;
    (void)context;
}

bool pl_gate_stats(const struct pl_gateway *gateway,
                   void (*say)(void *context, const char *name, const char *help, uint64_t value),
                   void *context)
{
    (void)gateway;
    (void)say;
    (void)context;
    return false;
}
