/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The module's own file, `<module path>.conf` beside the module: lines `key: value`, the keys
 * image, control and events; `#` begins a comment.  A file that is not there means the defaults.
 * Unbound loads modules after chroot and after it dropped its privileges, so the paths are those
 * inside.
 */
#ifndef PLIMSOLL_UNBOUND_CONF_H
#define PLIMSOLL_UNBOUND_CONF_H

#include "common/user/image_file.h"

struct plimsoll_unbound_conf {
    char image[256], control[256], events[256];
};

/* module_path: of the shared object.  The error names file and line. */
bool plimsoll_unbound_conf_read(struct plimsoll_unbound_conf *conf, const char *module_path,
                                struct pl_error *error) PL_MUST_USE;

#endif
