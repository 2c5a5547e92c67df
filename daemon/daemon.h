/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The running daemon: one thread, one loop.  Nothing that a point, a client or a reader of metrics
 * sends can end it or hold it up.
 */
#ifndef PLIMSOLLD_DAEMON_H
#define PLIMSOLLD_DAEMON_H

#include "daemon/config.h"

/* Run until SIGTERM or SIGINT.  False when it could not start; the error says why. */
bool pl_daemon_run(const struct pl_daemon_config *config, struct pl_error *error) PL_MUST_USE;

#endif
