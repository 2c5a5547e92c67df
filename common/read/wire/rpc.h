/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The head of an ONC RPC message (RFC 5531, 9), for TCP and UDP alike: what is called, and by which
 * flavour the caller says who it is.  Neither the credential of AUTH_SYS nor the arguments are
 * read.
 *
 *   pl_rpc_head(byte, len, &h)        the first bytes of a message, at most PL_RPC_HEAD_BYTES of
 * them pl_rpc_head_of_view(&v, &h)       the same from a datagram; v does not move
 *
 * Both answer false when it is no RPC message, or cut off before what h holds.
 */
#ifndef PL_READ_RPC_H
#define PL_READ_RPC_H

#include "../datagram/view.h"

enum { PL_RPC_CALL_BYTES = 32, PL_RPC_REPLY_BYTES = 20, PL_RPC_GSS_BYTES = 48 };
enum { PL_RPC_HEAD_BYTES = 48, PL_RPC_VERSION = 2, PL_RPC_CREDENTIAL_MAX = 400 };

enum pl_rpc_type { PL_RPC_CALL, PL_RPC_REPLY };

/* Programs (RFC 5531, 13.3; the IANA registry). */
enum pl_rpc_program {
    PL_RPC_PORTMAP = 100000,
    PL_RPC_NFS = 100003,
    PL_RPC_MOUNT = 100005,
    PL_RPC_NFS_CALLBACK = 0x40000000
};

/* Flavours of credentials and verifiers (RFC 5531, 8.2; RFC 9289, 4.1). */
enum pl_rpc_flavour {
    PL_RPC_AUTH_NONE = 0,
    PL_RPC_AUTH_SYS = 1,
    PL_RPC_AUTH_SHORT = 2, /* stands for an earlier AUTH_SYS */
    PL_RPC_AUTH_DH = 3,
    PL_RPC_AUTH_GSS = 6,
    PL_RPC_AUTH_TLS = 7
};

/* What RPCSEC_GSS does for the arguments (RFC 2203, 5.3.1). */
enum pl_rpc_service { PL_RPC_GSS_NONE = 1, PL_RPC_GSS_INTEGRITY = 2, PL_RPC_GSS_PRIVACY = 3 };

struct pl_rpc {
    uint32_t type, program, version, procedure;
    uint32_t flavour; /* of the credential; of a reply: of the verifier */
    uint32_t service; /* enum pl_rpc_service; 0: no GSS, or only its own exchange */
    bool starttls;    /* a reply to AUTH_TLS: the server is ready for TLS (RFC 9289, 4.1) */
};

/* Accepted, with AUTH_NONE and the eight bytes "STARTTLS". */
PL_INLINE bool pl_rpc_starttls(const uint8_t *byte, uint32_t len)
{
    return len >= 28 && pl_be32(byte + 8) == 0 && pl_be32(byte + 12) == PL_RPC_AUTH_NONE &&
           pl_be32(byte + 16) == 8 && pl_be64(byte + 20) == 0x5354415254544c53u;
}

PL_INLINE bool pl_rpc_call(const uint8_t *byte, uint32_t len, struct pl_rpc *h)
{
    uint32_t bytes;

    if (len < PL_RPC_CALL_BYTES || pl_be32(byte + 8) != PL_RPC_VERSION)
        return false;
    h->program = pl_be32(byte + 12);
    h->version = pl_be32(byte + 16);
    h->procedure = pl_be32(byte + 20);
    h->flavour = pl_be32(byte + 24);
    bytes = pl_be32(byte + 28);
    if (bytes > PL_RPC_CREDENTIAL_MAX)
        return false;
    /* Version, procedure of GSS (0: data), sequence number, service. */
    if (h->flavour == PL_RPC_AUTH_GSS && bytes >= 16 && len >= PL_RPC_GSS_BYTES &&
        pl_be32(byte + 36) == 0)
        h->service = pl_be32(byte + 44);
    return true;
}

PL_INLINE PL_MUST_USE bool pl_rpc_head(const uint8_t *byte, uint32_t len, struct pl_rpc *h)
{
    *h = (struct pl_rpc){0};
    if (len < PL_RPC_REPLY_BYTES)
        return false;
    h->type = pl_be32(byte + 4);
    if (h->type == PL_RPC_CALL)
        return pl_rpc_call(byte, len, h);
    if (h->type != PL_RPC_REPLY || pl_be32(byte + 8) > 1)
        return false;
    h->flavour = pl_be32(byte + 12);
    h->starttls = pl_rpc_starttls(byte, len);
    return true;
}

PL_INLINE PL_MUST_USE bool pl_rpc_head_of_view(const struct pl_view *v, struct pl_rpc *h)
{
    uint8_t byte[PL_RPC_HEAD_BYTES] = {0};
    uint32_t left = pl_view_left(v), n = left < PL_RPC_HEAD_BYTES ? left : PL_RPC_HEAD_BYTES;

    for (uint32_t i = 0; i < PL_RPC_HEAD_BYTES; i++)
        byte[i] = pl_view_peek(v, i);
    return pl_rpc_head(byte, n, h);
}

#endif
