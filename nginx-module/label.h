/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of a policy image: whom to ask, and the names of groups.  Copied or pointed to out of
 * the image, so good until the handle's next refresh. */
#ifndef PL_LABEL_H
#define PL_LABEL_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "common/user/handle.h"

/* All empty when the image does not say. */
void pl_label_portal(const struct pl_handle *h, struct pl_portal *portal);

/* The name of a group by its number.  False for group 0, which is everybody else, and for a name
 * that has other characters than letters, digits, '.', '_' and '-' (a log line must stay one). */
bool pl_label_group(const struct pl_handle *h, uint16_t group, ngx_str_t *name);

#endif
