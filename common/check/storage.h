/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of storage over the network.
 *
 *   smb1              failed when the server chose a dialect of SMB1, or SMB1 goes on after the
 *                     negotiation; passed when the server answers in SMB2, or refuses SMB1's offer
 *   smb-unencrypted   seen when a share was opened and both security modes are known: failed when
 *                     it happened in clear, the share does not ask for encryption and neither side
 *                     requires signatures; passed as well when messages are encrypted
 *   nfs-cleartext     failed by a call in clear whose caller says by itself who it is; passed when
 *                     RPCSEC_GSS encrypts calls, or both sides went to TLS.  Kerberos without
 *                     privacy is neither
 *   iscsi-cleartext   an initiator logs in; inside of IPsec it is never seen
 */
#ifndef PL_CHECK_STORAGE_H
#define PL_CHECK_STORAGE_H

#include "catalogue.h"
#include "../read/wire/iscsi.h"
#include "../read/wire/nfs.h"
#include "../read/wire/smb.h"

PL_INLINE void pl_check_smb(const struct pl_smb *s, struct pl_findings *f)
{
    bool one = s->answer1 == PL_SMB1_CHOSEN || s->smb1_goes_on;
    bool signing = (s->mode[PL_CLIENT] | s->mode[PL_SERVER]) & PL_SMB2_SIGNING_REQUIRED;
    bool modes = s->mode_known[PL_CLIENT] && s->mode_known[PL_SERVER];

    if (one || s->answer1 == PL_SMB1_REFUSED || s->smb2[PL_SERVER])
        pl_found(f, PL_FAMILY_APP, PL_MASK(smb1), one);
    if (s->tree_clear ? modes || signing : s->tree_encrypted || s->encrypted)
        pl_found(f, PL_FAMILY_APP, PL_MASK(smb_unencrypted), s->tree_clear && !signing);
}

/* Of either transport. */
PL_INLINE void pl_check_nfs_facts(const struct pl_nfs_facts *n, struct pl_findings *f)
{
    if (n->clear || n->private || n->tls)
        pl_found(f, PL_FAMILY_APP, PL_MASK(nfs_cleartext), n->clear);
}

PL_INLINE void pl_check_nfs(const struct pl_nfs *n, struct pl_findings *f)
{
    pl_check_nfs_facts(&n->facts, f);
}

PL_INLINE void pl_check_iscsi(const struct pl_iscsi *s, struct pl_findings *f)
{
    if (s->login)
        pl_found(f, PL_FAMILY_APP, PL_MASK(iscsi_cleartext), true);
}

#endif
