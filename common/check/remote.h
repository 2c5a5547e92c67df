/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of directories, remote screens and remote files.
 *
 *   rsync-daemon  fires on the daemon's greeting: what follows it is never encrypted
 */
#ifndef PL_CHECK_REMOTE_H
#define PL_CHECK_REMOTE_H

#include "catalogue.h"
#include "../read/wire/rsync.h"

PL_INLINE void pl_check_rsync(const struct pl_rsync *r, struct pl_findings *f)
{
    if (r->greeted)
        pl_found(f, PL_FAMILY_APP, PL_MASK(rsync_daemon), true);
}

#endif
