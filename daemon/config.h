/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What plimsolld is told: /etc/plimsoll/plimsolld.yaml.  Every key has a default, so that an empty
 * file, and no file at the default place, are good.  The command line overrides the file.
 */
#ifndef PLIMSOLLD_CONFIG_H
#define PLIMSOLLD_CONFIG_H

#include "common/user/error.h"

#define PL_DEFAULT_DAEMON_CONFIG "/etc/plimsoll/plimsolld.yaml"
#define PL_DEFAULT_POLICY        "/etc/plimsoll/policy.yaml"
#define PL_DEFAULT_EVENTS_FILE   "/var/log/plimsoll/events.jsonl"
#define PL_DEFAULT_METRICS       "unix:/run/plimsoll/metrics.sock"
#define PL_DEFAULT_PIN_DIR       "/sys/fs/bpf/plimsoll"

enum { PL_CONFIG_INTERFACES = 16, PL_CONFIG_INTERFACE_BYTES = 16 };

struct pl_daemon_config {
    char policy[256], image[256], control[256];
    char events_socket[108];
    char events_group[64]; /* who may report, mode 0660; empty: every user of this machine */
    char events_file[256]; /* "-" or "stdout": standard output; "none": no file */
    char metrics[128];     /* unix:PATH, ADDRESS:PORT of the loopback, or "none" */
    char pin_dir[256];
    char observer_name[256];                                          /* default: the host's name */
    char interfaces[PL_CONFIG_INTERFACES][PL_CONFIG_INTERFACE_BYTES]; /* none: no gateway */
    uint32_t interfaces_count;
};

/* path NULL: the default place, where no file is no error.  `given` holds what the command line
 * says; its members that are not empty win.  Fills in the defaults and checks the whole. */
bool pl_config_load(struct pl_daemon_config *config, const char *path,
                    const struct pl_daemon_config *given, struct pl_error *error) PL_MUST_USE;

/* Where the metrics are served. */
struct pl_metrics_place {
    bool none;
    char unix_path[108]; /* empty: TCP */
    char address[46];    /* a numeric address of the loopback */
    uint16_t port;
};

/* Anything but a Unix socket or the loopback is refused: the metrics are not authenticated. */
bool pl_metrics_place(const char *text, struct pl_metrics_place *place,
                      struct pl_error *error) PL_MUST_USE;

#endif
