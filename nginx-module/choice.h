/* SPDX-License-Identifier: BSD-2-Clause */
/* A directive that takes one of a few words, for a member of type ngx_uint_t. */
#ifndef PL_CHOICE_H
#define PL_CHOICE_H

#include <ngx_config.h>
#include <ngx_core.h>

struct pl_choice {
    const char *word; /* NULL ends the table */
    ngx_uint_t value;
};

/* A setter for ngx_command_t, whose post points to the table.  An unknown word is answered with the
 * words that there are. */
char *pl_choice_set(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

#endif
