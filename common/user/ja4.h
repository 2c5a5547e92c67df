/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JA4: the fingerprint of a TLS client by its ClientHello, such as
 * t13d1516h2_8daaf6152771_02713d6af862, as FoxIO published it (technical_details/JA4.md in
 * github.com/FoxIO-LLC/ja4, 2025).  Only JA4, whose method is under the BSD 3-clause licence (the
 * text: packaging/licenses/JA4); its siblings JA4S, JA4H and so on are not, and are not here.
 *
 * The whole hello has to be there, and at most PL_JA4_LIST_MAX of each list.  A hello that ends
 * before its extensions do gives no fingerprint.  An extension that is broken (longer than all of
 * them are, or without the length of its list) is the last one that counts.  GREASE (RFC 8701)
 * never counts, but where it is the first ALPN protocol.
 */
#ifndef PL_USER_JA4_H
#define PL_USER_JA4_H

#include "../base.h"

enum { PL_JA4_BYTES = 37, PL_JA4_VERSION_BYTES = 20, PL_JA4_LIST_MAX = 1024 };

enum pl_ja4_transport { PL_JA4_TCP = 't', PL_JA4_QUIC = 'q', PL_JA4_DTLS = 'd' };

struct pl_ja4 {
    char ja4[PL_JA4_BYTES];                 /* empty: none */
    char random[65];                        /* of the client, in hex; empty: not read */
    char max_version[PL_JA4_VERSION_BYTES]; /* the best that is offered, drafts too: "TLS1.3",
                                               "TLS1.3d23", "DTLS1.2"; empty: not known */
};

/* A ClientHello without its header: of TLS and QUIC what follows 4 bytes, of DTLS 12, put together
 * again.  false: no fingerprint; what was read of the rest stands. */
bool pl_ja4_body(const uint8_t *body, size_t len, enum pl_ja4_transport transport,
                 struct pl_ja4 *out);

/* With the header of 4 bytes: type 1 and the length, which has to fit. */
bool pl_ja4_message(const uint8_t *message, size_t len, enum pl_ja4_transport transport,
                    struct pl_ja4 *out);

/* A version as max_version has it; v2: it stood in a hello of SSL 2's form, "TLS1.0(v2hello)". */
void pl_ja4_version(uint16_t version, bool v2, char text[PL_JA4_VERSION_BYTES]);

#endif
