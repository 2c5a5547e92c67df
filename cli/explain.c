/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"
int explain_main(int argc, char **argv)
{
    (void)argc;
    return cli_usage(argv[0], "not yet");
}
