/* SPDX-License-Identifier: BSD-2-Clause */
/* Open what a person named in a configuration: a file, and nothing that could wait or never end. */
#ifndef PL_OPEN_FILE_H
#define PL_OPEN_FILE_H

#include "error.h"

#include <stdio.h>

/* To read; close with fclose().  NULL and the error filled when it cannot be opened or is a folder,
 * a pipe or a device.  what: "the policy", for the sentence "cannot open the policy: ...". */
FILE *pl_open_file(const char *path, const char *what, struct pl_error *error) PL_MUST_USE;

#endif
