/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NFS over TCP: the heads of its RPC calls, by record marking (RFC 5531, 11).  The facts are of a
 * struct that a reader of datagrams can fill as well: pl_nfs_note().
 *
 *   versions   bit n: version n was called
 *   clear      a call in clear whose caller says by itself who it is (AUTH_NONE, AUTH_SYS)
 *   vouched    a call in clear with Kerberos (RPCSEC_GSS without privacy)
 *   private    a call that RPCSEC_GSS encrypts
 *   tls        the server agreed to TLS (RFC 9289); from there both sides speak it (PL_WIRE_TLS)
 *
 * The procedure 0 does nothing, carries nothing and comes before any login: it does not count.
 */
#ifndef PL_READ_NFS_H
#define PL_READ_NFS_H

#include "frame.h"
#include "rpc.h"

enum { PL_NFS_MATCH_BYTES = 24, PL_NFS_CALL_BYTES = 40 };
enum { PL_NFS_MARK_BYTES = 4, PL_NFS_RECORD_MAX = 1 << 24, PL_NFS_PROCEDURE_NULL = 0 };
#define PL_NFS_LAST 0x80000000u /* of a record mark: the last fragment */

enum pl_nfs_state { PL_NFS_MARK, PL_NFS_HEAD };

struct pl_nfs_facts {
    uint8_t versions;
    bool clear, vouched, private, tls;
};

struct pl_nfs {
    struct pl_nfs_facts facts;
    bool tls_asked, tls_answered;
    bool inside[2];   /* the last fragment was not the last of its record */
    uint32_t left[2]; /* of the fragment, behind the gathered head */
};

/* One call of program PL_RPC_NFS. */
PL_INLINE void pl_nfs_note(struct pl_nfs_facts *n, const struct pl_rpc *h)
{
    bool gss = h->flavour == PL_RPC_AUTH_GSS && h->service != 0;

    n->versions |= (uint8_t)(h->version < 8 ? 1u << h->version : 0);
    if (h->procedure == PL_NFS_PROCEDURE_NULL)
        return;
    n->clear |= h->flavour <= PL_RPC_AUTH_SHORT;
    n->vouched |= gss && h->service != PL_RPC_GSS_PRIVACY;
    n->private |= gss && h->service == PL_RPC_GSS_PRIVACY;
}

/* The words of a call from its type on: a call, of RPC 2, to NFS, of version 2 to 4. */
PL_TABLE uint8_t pl_nfs_words[] = {0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xa3, 0, 0, 0};

PL_INLINE enum pl_match pl_nfs_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                     uint16_t port)
{
    (void)port;
    if (side == PL_SERVER || (len > 0 && byte[0] != PL_NFS_LAST >> 24))
        return PL_MATCH_NO;
    for (uint32_t i = 0; i < sizeof pl_nfs_words && i + 8 < len; i++)
        if (byte[i + 8] != pl_nfs_words[i])
            return PL_MATCH_NO;
    if (len < PL_NFS_MATCH_BYTES)
        return PL_MATCH_MORE;
    return pl_be24(byte + 1) >= PL_NFS_CALL_BYTES && byte[23] >= 2 && byte[23] <= 4 ? PL_MATCH_YES
                                                                                    : PL_MATCH_NO;
}

PL_INLINE void pl_nfs_begin(struct pl_nfs *n, struct pl_frames *f)
{
    (void)n;
    pl_frame_next(&f->of[PL_CLIENT], PL_NFS_MARK, 0, PL_NFS_MARK_BYTES);
    pl_frame_next(&f->of[PL_SERVER], PL_NFS_MARK, 0, PL_NFS_MARK_BYTES);
}

PL_INLINE void pl_nfs_mark(struct pl_nfs *n, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *one = &f->of[side];
    uint32_t mark = pl_be32(one->byte), bytes = mark & ~PL_NFS_LAST, head = PL_RPC_HEAD_BYTES;
    bool inside = n->inside[side];

    n->inside[side] = !(mark & PL_NFS_LAST);
    if (bytes > PL_NFS_RECORD_MAX) {
        f->end = PL_WIRE_MALFORMED;
    } else if (inside || bytes < PL_RPC_REPLY_BYTES) {
        pl_frame_next(one, PL_NFS_MARK, bytes, PL_NFS_MARK_BYTES);
    } else {
        head = bytes < head ? bytes : head;
        n->left[side] = bytes - head;
        pl_frame_next(one, PL_NFS_HEAD, 0, head);
    }
}

PL_INLINE void pl_nfs_head(struct pl_nfs *n, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *one = &f->of[side];
    struct pl_rpc h;

    if (!pl_rpc_head(one->byte, one->have, &h)) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    if (side == PL_CLIENT && h.type == PL_RPC_CALL && h.program == PL_RPC_NFS)
        pl_nfs_note(&n->facts, &h);
    n->tls_asked |= side == PL_CLIENT && h.type == PL_RPC_CALL && h.flavour == PL_RPC_AUTH_TLS;
    n->tls_answered |= side == PL_SERVER && h.starttls;
    n->facts.tls = n->tls_asked && n->tls_answered;
    pl_frame_next(one, PL_NFS_MARK, n->left[side], PL_NFS_MARK_BYTES);
    if (n->facts.tls)
        f->end = PL_WIRE_TLS;
    else if (n->facts.clear)
        f->end = PL_WIRE_READ;
}

PL_INLINE void pl_nfs_frame(struct pl_nfs *n, struct pl_frames *f, enum pl_side side)
{
    if (f->of[side].state == PL_NFS_MARK)
        pl_nfs_mark(n, f, side);
    else
        pl_nfs_head(n, f, side);
}

#endif
