/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS over UDP (RFC 5531, 9; RFC 1813): the calls, by the reader of RPC's head that TCP has too. */
#ifndef PL_READ_DATAGRAM_NFS_H
#define PL_READ_DATAGRAM_NFS_H

#include "../wire/nfs.h"
#include "view.h"

struct pl_nfs_udp {
    struct pl_nfs_facts facts;
};

PL_INLINE enum pl_outcome pl_nfs_udp_read(struct pl_nfs_udp *n, enum pl_side side, struct pl_view v,
                                          uint16_t port)
{
    struct pl_rpc head;

    (void)side;
    (void)port;
    if (!pl_rpc_head_of_view(&v, &head) || head.type != PL_RPC_CALL || head.program != PL_RPC_NFS)
        return n->facts.versions ? PL_MORE : PL_MALFORMED;
    pl_nfs_note(&n->facts, &head);
    return PL_MORE;
}

#endif
