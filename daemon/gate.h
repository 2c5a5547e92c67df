/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The daemon's view of the gateway (ebpf/gateway.h).  A build without eBPF has the same functions
 * in gate_none.c: they refuse, and say why.
 */
#ifndef PLIMSOLLD_GATE_H
#define PLIMSOLLD_GATE_H

#include "common/report/event.h"
#include "daemon/config.h"

struct pl_gateway;

extern const bool pl_gate_built;

/* NULL and the error filled on failure.  Ask only when the configuration names interfaces. */
struct pl_gateway *pl_gate_open(const struct pl_daemon_config *config,
                                struct pl_error *error) PL_MUST_USE;
void pl_gate_close(struct pl_gateway *gateway); /* programs and maps stay pinned; NULL is fine */
bool pl_gate_detach(const struct pl_daemon_config *config, struct pl_error *error) PL_MUST_USE;

bool pl_gate_publish(struct pl_gateway *gateway, const struct pl_lines *lines,
                     struct pl_error *error) PL_MUST_USE;
void pl_gate_tick(struct pl_gateway *gateway, uint64_t now_s);
int pl_gate_fd(const struct pl_gateway *gateway);
void pl_gate_poll(struct pl_gateway *gateway,
                  void (*on_event)(void *context, const struct pl_event *event), void *context);

/* Call say() for each counter; false when they cannot be read. */
bool pl_gate_stats(const struct pl_gateway *gateway,
                   void (*say)(void *context, const char *name, const char *help, uint64_t value),
                   void *context) PL_MUST_USE;

#endif
