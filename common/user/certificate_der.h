/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A lenient walk over the DER of one certificate, for what is said of it even where a strict parser
 * refuses: an element may claim more than its parent or the certificate has.  No byte outside of
 * the certificate is ever read, and a walk takes at least two bytes a step.
 *
 * Not a validator.  What is judged of a certificate is judged only after OpenSSL has parsed it.
 */
#ifndef PL_USER_CERTIFICATE_DER_H
#define PL_USER_CERTIFICATE_DER_H

#include "../base.h"

enum { PL_OID_TEXT_MAX = 96, PL_DER_CHILDREN_MAX = 16 };

/* Tags (X.690, 8.1.2): the ones that are asked for. */
enum {
    PL_DER_INTEGER = 0x02,
    PL_DER_BIT_STRING = 0x03,
    PL_DER_OCTET_STRING = 0x04,
    PL_DER_OID = 0x06,
    PL_DER_UTC_TIME = 0x17,
    PL_DER_SEQUENCE = 0x30,
    PL_DER_VERSION = 0xa0,
    PL_DER_EXTENSIONS = 0xa3
};

struct pl_der {
    const uint8_t *byte;
    size_t len;
};

/* One element: its contents are byte[from .. to - 1], where `to` may lie behind the end. */
struct pl_der_item {
    size_t from, to;
    uint8_t tag;
};

/* The element at i; false when there is no header. */
bool pl_der_at(const struct pl_der *d, size_t i, struct pl_der_item *item) PL_MUST_USE;

/* One step through the children of a parent, *i being where the next one begins (first:
 * parent.from).  false at the end; *bad is set when that is not a clean end. */
bool pl_der_next(const struct pl_der *d, size_t *i, size_t end, struct pl_der_item *item,
                 bool *bad) PL_MUST_USE;

/* All children; the first PL_DER_CHILDREN_MAX are kept.  false when one has no header. */
bool pl_der_children(const struct pl_der *d, const struct pl_der_item *parent,
                     struct pl_der_item child[PL_DER_CHILDREN_MAX], size_t *count) PL_MUST_USE;

/* The contents, as far as they are there. */
struct pl_der pl_der_contents(const struct pl_der *d, const struct pl_der_item *item);

/* An OBJECT IDENTIFIER's contents as "1.2.840.113549.1.1.11"; false when there are none. */
bool pl_der_oid(const struct pl_der *contents, char text[PL_OID_TEXT_MAX]) PL_MUST_USE;

/* How many bits the INTEGER has, its sign bit not being one (moduli and primes). */
uint32_t pl_der_bits(const struct pl_der *contents);

/* The parts of a certificate (RFC 5280, 4.1). */
struct pl_der_certificate {
    struct pl_der whole;
    char signature_oid[PL_OID_TEXT_MAX];
    struct pl_der_item issuer, validity, subject, key_info, extensions;
    bool has_signature;  /* signature_oid was read */
    bool has_body;       /* the parts were found */
    bool has_extensions; /* there are some */
};

void pl_der_certificate(const uint8_t *byte, size_t len, struct pl_der_certificate *c);

/* The parts of an extension's SEQUENCE: its OID, and the contents of its OCTET STRING as an
 * element.  One step as with pl_der_next(). */
struct pl_der_extension {
    char oid[PL_OID_TEXT_MAX];
    struct pl_der_item value;
};

bool pl_der_next_extension(const struct pl_der_certificate *c, size_t *i,
                           struct pl_der_extension *x, bool *bad) PL_MUST_USE;

#endif
