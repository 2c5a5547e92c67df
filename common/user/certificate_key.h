/* SPDX-License-Identifier: BSD-2-Clause */
/* What a certificate says of its own: the key (RFC 5280, 4.1.2.7; RFC 3279, 5480, 8410, 9881), and
 * the extensions that a check asks for.  Read, not verified. */
#ifndef PL_USER_CERTIFICATE_KEY_H
#define PL_USER_CERTIFICATE_KEY_H

#include "certificate_der.h"
#include "../read/cert.h"

struct pl_certificate_key {
    enum pl_cert_key kind;
    uint16_t group;
    char name[PL_OID_TEXT_MAX + 4]; /* as struct pl_certificate_log has it */
    bool has_bits;
    uint32_t bits; /* for EC as the curve has it, else as the point is long */
};

/* false when a part is not there; key->name may have been read then. */
bool pl_certificate_key(const struct pl_der_certificate *c,
                        struct pl_certificate_key *key) PL_MUST_USE;

struct pl_certificate_extensions {
    bool has_san;           /* with a dNSName or an iPAddress */
    bool must_staple;       /* RFC 7633: status_request */
    uint8_t scts;           /* of distinct logs, version 1 */
    struct pl_der_item san; /* the GeneralNames; empty without the extension */
};

/* false when they are not well-formed. */
bool pl_certificate_extensions(const struct pl_der_certificate *c,
                               struct pl_certificate_extensions *x) PL_MUST_USE;

/* The name of an OID of RFC 3279, 4055, 5758, 8410, 9881: "sha256WithRSA"; else the OID itself. */
const char *pl_certificate_algorithm(const char *oid);

#endif
