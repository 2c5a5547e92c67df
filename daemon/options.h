/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of plimsolld. */
#ifndef PLIMSOLLD_OPTIONS_H
#define PLIMSOLLD_OPTIONS_H

#include "daemon/config.h"

struct pl_options {
    const char *config_path; /* NULL: the default place */
    struct pl_daemon_config given;
    bool check, detach, help, version;
};

bool pl_options_read(struct pl_options *options, int argc, char **argv,
                     struct pl_error *error) PL_MUST_USE;

/* What --help prints. */
void pl_options_help(void);

#endif
