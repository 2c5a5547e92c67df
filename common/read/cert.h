/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a host knows of the certificates that a server sent: plain data, all zero is "nothing".
 * Hosts fill it (common/user/certificate.h does from DER), common/check/cert.h judges it.
 *
 * Times are unix seconds, UTC, 64 bits.  observed_at is when the certificates were sent, given by
 * the host, never asked of a clock here; 0 means not known.  Whatever a host does not know it
 * leaves at zero, and what depends on it is then not seen.
 */
#ifndef PL_READ_CERT_H
#define PL_READ_CERT_H

#include "tls/facts.h"

/* Each of these begins with "not known". */
enum pl_cert_key {
    PL_CERT_KEY_UNKNOWN, /* an algorithm that is not listed here */
    PL_CERT_KEY_RSA,
    PL_CERT_KEY_EC,
    PL_CERT_KEY_DSA,
    PL_CERT_KEY_ED25519,
    PL_CERT_KEY_ED448,
    PL_CERT_KEY_ML_DSA
};

/* Curves have their numbers as groups of TLS; these two for what has none. */
enum {
    PL_CERT_GROUP_EXPLICIT = 0xff01, /* written out, which RFC 5480, 2.1.1 forbids */
    PL_CERT_GROUP_OTHER = 0xffff     /* named, and not by TLS */
};

/* Where the path from the leaf upwards ends.  Expired certificates and weak keys or hashes do not
 * break it: they have rows of their own. */
enum pl_cert_chain {
    PL_CERT_CHAIN_UNKNOWN,     /* not judged: no trust store, or not all of it was read */
    PL_CERT_CHAIN_TRUSTED,     /* at a root of the store */
    PL_CERT_CHAIN_SELF_SIGNED, /* at the leaf, which signed itself */
    PL_CERT_CHAIN_INCOMPLETE,  /* at a certificate whose issuer is neither sent nor in the store */
    PL_CERT_CHAIN_ROOT,        /* at a self-issued certificate that is not in the store */
    PL_CERT_CHAIN_BROKEN       /* a signature does not fit, or an issuer may not issue this */
};

enum pl_cert_scts {
    PL_CERT_SCTS_UNKNOWN, /* whether SCTs came another way was not read */
    PL_CERT_SCTS_NONE,    /* neither in the TLS extension 18 nor in a stapled answer */
    PL_CERT_SCTS_GIVEN    /* some came there */
};

enum pl_cert_revocation {
    PL_CERT_REVOCATION_UNKNOWN, /* not asked, or no valid answer */
    PL_CERT_REVOCATION_GOOD,
    PL_CERT_REVOCATION_REVOKED
};

/* The OCSP answer that the server stapled (RFC 6066, 8). */
enum pl_cert_staple {
    PL_CERT_STAPLE_UNKNOWN, /* not read, or the client did not ask for one */
    PL_CERT_STAPLE_NONE,    /* the client asked and none came */
    PL_CERT_STAPLE_VALID,
    PL_CERT_STAPLE_INVALID /* expired, of another certificate, or not signed by who may */
};

/* By what the client knows that it speaks to the right server. */
enum pl_cert_use {
    PL_CERT_USE_NAMED,         /* the name in the certificate and a root that it trusts */
    PL_CERT_USE_OPPORTUNISTIC, /* by nothing: SMTP between servers (RFC 7672, 1.3) */
    PL_CERT_USE_FINGERPRINT    /* told on another way: DTLS-SRTP (RFC 8122), a pinned peer */
};

struct pl_cert_facts {
    int64_t not_before, not_after; /* of the leaf */
    int64_t observed_at;
    uint16_t key_bits;   /* of the leaf: RSA and DSA modulus, EC field */
    uint16_t group;      /* of an EC leaf */
    uint8_t key;         /* enum pl_cert_key, of the leaf */
    uint8_t leaf_hash;   /* enum pl_sig_hash of the signature on the leaf; 0: not known */
    uint8_t inner_hash;  /* the worst of the intermediates on the path, never of its top */
    uint8_t chain;       /* enum pl_cert_chain */
    uint8_t scts;        /* embedded SCTs, counted by distinct log (RFC 6962, 3.3) */
    uint8_t scts_other;  /* enum pl_cert_scts */
    uint8_t revocation;  /* enum pl_cert_revocation */
    uint8_t staple;      /* enum pl_cert_staple */
    uint8_t use;         /* enum pl_cert_use */
    bool seen;           /* a leaf was read to its end */
    bool malformed;      /* there was one, and it cannot be read: nothing of it is judged */
    bool self_signed;    /* the leaf is its own issuer and its signature fits its own key */
    bool inner_weak_key; /* an intermediate on the path has a key that is insufficient */
    bool inner_expired;  /* at observed_at no path was without an expired intermediate */
    bool name_known;     /* the client named a server */
    bool name_matches;   /* a SAN is that name; says nothing unless name_known */
    bool san;            /* a dNSName or an iPAddress is there */
    bool must_staple;    /* RFC 7633 */
    bool public_root;    /* trusted, and by a root that is not the operator's own */
    bool before_store;   /* sent so long before the trust store was made that the roots of that time
                            may have left it: that a root is missing says nothing */
};

#endif
