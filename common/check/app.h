/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of other applications' clear-text dialogues: see login.h. */
#ifndef PL_CHECK_APP_H
#define PL_CHECK_APP_H

#include "login.h"

PL_INLINE void pl_check_app(const struct pl_app_facts *facts, struct pl_findings *f)
{
    pl_check_login(facts, f);
}

#endif
