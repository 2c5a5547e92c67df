/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of directories, remote screens and remote files.
 *
 *   ldap-bind-cleartext  fires on a simple bind with a password, and on SASL PLAIN, in clear;
 *                        passes when TLS began after StartTLS.  Anonymous binds and other SASL
 *                        mechanisms are not seen
 *   rdp-no-tls-nla       seen when the server chose; fires when that is standard RDP security, also
 *                        by not negotiating.  A refusal is not seen
 *   vnc-weak-auth        fires when the chosen type is None or VNC Authentication, also inside of
 *                        TightVNC's, or VeNCrypt's Plain without TLS.  Passes on RSA-AES and when
 *                        TLS began, unless VeNCrypt asks for no login inside of it; other types
 *                        are not seen, since nobody published what they do
 *   rsync-daemon         fires on the daemon's greeting: what follows it is never encrypted
 */
#ifndef PL_CHECK_REMOTE_H
#define PL_CHECK_REMOTE_H

#include "catalogue.h"
#include "../read/wire/ldap.h"
#include "../read/wire/rdp.h"
#include "../read/wire/rsync.h"
#include "../read/wire/vnc.h"

PL_INLINE void pl_check_ldap(const struct pl_ldap *l, struct pl_findings *f)
{
    if (l->password || l->starttls_done)
        pl_found(f, PL_FAMILY_APP, PL_MASK(ldap_bind_cleartext), l->password);
}

PL_INLINE void pl_check_rdp(const struct pl_rdp *r, struct pl_findings *f)
{
    if (r->answer == PL_RDP_ANSWER_CHOSEN || r->answer == PL_RDP_ANSWER_SILENT)
        pl_found(f, PL_FAMILY_APP, PL_MASK(rdp_no_tls_nla), r->selected == PL_RDP_STANDARD);
}

PL_INLINE bool pl_vnc_is_weak(const struct pl_vnc *v)
{
    uint32_t type = v->chosen == PL_VNC_TIGHT && v->inner_set ? v->inner : v->chosen;
    bool plain = v->chosen == PL_VNC_VENCRYPT && v->inner_set && v->inner == PL_VNC_VENCRYPT_PLAIN;

    return type == PL_VNC_NONE || type == PL_VNC_AUTH || plain;
}

PL_INLINE bool pl_vnc_is_strong(const struct pl_vnc *v)
{
    bool open = v->chosen == PL_VNC_VENCRYPT &&
                (v->inner == PL_VNC_VENCRYPT_TLS_NONE || v->inner == PL_VNC_VENCRYPT_X509_NONE);

    return (v->tls && !open) || v->chosen == PL_VNC_RA2 || v->chosen == PL_VNC_RA2NE ||
           v->chosen == PL_VNC_RA2_256;
}

PL_INLINE void pl_check_vnc(const struct pl_vnc *v, struct pl_findings *f)
{
    if (v->chosen_set && (pl_vnc_is_weak(v) || pl_vnc_is_strong(v)))
        pl_found(f, PL_FAMILY_APP, PL_MASK(vnc_weak_auth), pl_vnc_is_weak(v));
}

PL_INLINE void pl_check_rsync(const struct pl_rsync *r, struct pl_findings *f)
{
    if (r->greeted)
        pl_found(f, PL_FAMILY_APP, PL_MASK(rsync_daemon), true);
}

#endif
