/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/gate.h"
#include "ebpf/gateway.h"

#include <string.h>

_Static_assert((int)PL_CONFIG_INTERFACES == (int)PL_GATEWAY_INTERFACES, "as many as it takes");

const bool pl_gate_built = true;

static struct pl_gateway_config gateway_config(const struct pl_daemon_config *config)
{
    struct pl_gateway_config c = {.interface_count = config->interfaces_count,
                                  .pin_dir = config->pin_dir};

    for (uint32_t i = 0; i < config->interfaces_count; i++)
        c.interfaces[i] = config->interfaces[i];
    return c;
}

struct pl_gateway *pl_gate_open(const struct pl_daemon_config *config, struct pl_error *error)
{
    struct pl_gateway_config c = gateway_config(config);

    return pl_gateway_open(&c, error);
}

void pl_gate_close(struct pl_gateway *gateway)
{
    pl_gateway_close(gateway);
}

bool pl_gate_detach(const struct pl_daemon_config *config, struct pl_error *error)
{
    struct pl_gateway_config c = gateway_config(config);

    return pl_gateway_detach(&c, error);
}

bool pl_gate_publish(struct pl_gateway *gateway, const struct pl_lines *lines,
                     struct pl_error *error)
{
    return pl_gateway_publish(gateway, lines, error);
}

void pl_gate_tick(struct pl_gateway *gateway, uint64_t now_s)
{
    pl_gateway_tick(gateway, now_s);
}

int pl_gate_fd(const struct pl_gateway *gateway)
{
    return pl_gateway_fd(gateway);
}

void pl_gate_poll(struct pl_gateway *gateway,
                  void (*on_event)(void *context, const struct pl_event *event), void *context)
{
    (void)pl_gateway_poll(gateway, on_event, context); /* asked again within a second anyway */
}

bool pl_gate_stats(const struct pl_gateway *gateway,
                   void (*say)(void *context, const char *name, const char *help, uint64_t value),
                   void *context)
{
    struct pl_gateway_stats stats;
    uint64_t value;

    if (!pl_gateway_stats(gateway, &stats))
        return false;
    for (size_t i = 0; i < pl_gateway_stat_row_count; i++) {
        const struct pl_gateway_stat_row *row = &pl_gateway_stat_rows[i];
        memcpy(&value, (const char *)&stats + row->offset, sizeof(value));
        say(context, row->name, row->help, value);
    }
    return true;
}
