/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of credentials that a reader can see in clear, one bit each.  Only the kind is ever
 * kept, never the credential.
 */
#ifndef PL_CREDENTIAL_H
#define PL_CREDENTIAL_H

#include "../base.h"

enum pl_credential_number {
#define PL_CREDENTIAL(NAME, name) PL_CREDENTIAL_NUMBER_##NAME,
#include "credential.def"
#undef PL_CREDENTIAL
    PL_CREDENTIAL_COUNT
};

/* PL_CREDENTIAL_BIT(SMTP_AUTH): the bit of a kind. */
#define PL_CREDENTIAL_BIT(NAME) PL_BIT(PL_CREDENTIAL_NUMBER_##NAME)

#endif
