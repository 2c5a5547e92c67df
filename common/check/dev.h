/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of what developers use.
 *
 *   git-cleartext        git:// or svn://; over ssh and https it is never seen
 *   debug-port-exposed   a debugger's port that answered; a device that wants TLS first passes
 */
#ifndef PL_CHECK_DEV_H
#define PL_CHECK_DEV_H

#include "catalogue.h"
#include "../read/wire/adb.h"
#include "../read/wire/git.h"
#include "../read/wire/jdwp.h"
#include "../read/wire/svn.h"

PL_INLINE void pl_check_git(const struct pl_git *g, struct pl_findings *f)
{
    if (g->service != PL_GIT_NONE)
        pl_found(f, PL_FAMILY_APP, PL_MASK(git_cleartext), true);
}

PL_INLINE void pl_check_svn(const struct pl_svn *s, struct pl_findings *f)
{
    if (s->greeted)
        pl_found(f, PL_FAMILY_APP, PL_MASK(git_cleartext), true);
}

PL_INLINE void pl_check_jdwp(const struct pl_jdwp *j, struct pl_findings *f)
{
    if (j->answered)
        pl_found(f, PL_FAMILY_APP, PL_MASK(debug_port_exposed), true);
}

PL_INLINE void pl_check_adb(const struct pl_adb *a, struct pl_findings *f)
{
    if (a->asked && a->answer != PL_ADB_ANSWER_NONE)
        pl_found(f, PL_FAMILY_APP, PL_MASK(debug_port_exposed), a->answer != PL_ADB_ANSWER_TLS);
}

#endif
