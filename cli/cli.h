/* SPDX-License-Identifier: BSD-2-Clause */
/* What the subcommands share.  Each is one *_main in a file of its own, listed in plimsoll.c. */
#ifndef PL_CLI_H
#define PL_CLI_H

#include "common/user/error.h"

#include <getopt.h>
#include <stdint.h>

/* How a command ends: done; the answer is no, or it failed; it was called wrongly. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

int compile_main(int argc, char **argv);
int checkconf_main(int argc, char **argv);
int checks_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int pcap_main(int argc, char **argv);

/* getopt_long() that says in a plain sentence which option is wrong, and then answers '?'.
 * letters begins with ':' and lists the options of one letter. */
int cli_option(int argc, char **argv, const char *letters, const struct option *options);

/* "plimsoll COMMAND: sentence" on standard error; answers CLI_USAGE. */
__attribute__((format(printf, 2, 3))) int cli_usage(const char *command, const char *format, ...);

/* The error on standard error; answers CLI_FAILED. */
int cli_error(const struct pl_error *error);

/* What stands behind the options, when there must be none. */
bool cli_no_more(int argc, char **argv);

#endif
