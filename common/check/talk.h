/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XMPP, SOCKS and the remote commands of BSD, whose readers are in read/wire.
 *
 *   xmpp-no-tls   failed when a login, a message, a presence or a query was said in a stream before
 *                 TLS, by either side; passed when the server said that TLS may begin
 *
 * Of SOCKS and the remote commands the catalogue has no check: that a credential was in clear is
 * told by its kind alone (creds).
 */
#ifndef PL_CHECK_TALK_H
#define PL_CHECK_TALK_H

#include "catalogue.h"
#include "../read/wire/rsh.h"
#include "../read/wire/socks.h"
#include "../read/wire/xmpp.h"

PL_INLINE void pl_check_xmpp(const struct pl_xmpp *x, struct pl_findings *f)
{
    bool clear = x->auth_clear || x->stanza_clear;

    if (x->stream && (clear || x->starttls_done))
        pl_found(f, PL_FAMILY_APP, PL_MASK(xmpp_no_tls), clear);
}

PL_INLINE void pl_check_socks(const struct pl_socks *s, struct pl_findings *f)
{
    (void)s;
    (void)f;
}

PL_INLINE void pl_check_rsh(const struct pl_rsh *r, struct pl_findings *f)
{
    (void)r;
    (void)f;
}

#endif
