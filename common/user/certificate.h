/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The certificates that a server sent to the facts of common/read/cert.h, through OpenSSL.
 *
 *   struct pl_trust *trust = pl_trust_new();           once, shared by all threads
 *   pl_trust_add_default(trust, &error)
 *   struct pl_certificates *c = pl_certificates_new(trust);         one for each thread
 *   pl_certificates_read(c, chain, count, name, name_len, observed_at, &facts);
 *   facts.use = ..., facts.scts_other = ..., facts.staple = ...      what the host knows besides
 *   pl_check_cert(&facts, &findings);
 *
 * Chains are read as clients do: in any order, with more certificates than are needed.  What costs
 * (parsing, signatures) is remembered for the last few thousand chains; the name and the times are
 * judged anew each time.  At most PL_CERTIFICATES_MAX certificates and PL_CERTIFICATES_BYTES are
 * read; where more came and no path was found, the path is not judged.
 *
 * OpenSSL's error queue is left as it was, and no setting of it is changed.
 */
#ifndef PL_USER_CERTIFICATE_H
#define PL_USER_CERTIFICATE_H

#include "certificate_path.h"

struct pl_certificates;

/* trust may be NULL, else it lives longer than this and gets no more roots.  NULL: no memory. */
struct pl_certificates *pl_certificates_new(const struct pl_trust *trust) PL_MUST_USE;
void pl_certificates_free(struct pl_certificates *c);

/* The chain as the server sent it, the leaf first.  name: the host name or IP address that the
 * client asked for, NULL when it is not known.  observed_at: unix seconds, 0: not known.  Writes
 * the facts whole; count 0 leaves them all zero. */
void pl_certificates_read(struct pl_certificates *c, const struct pl_certificate_bytes *chain,
                          size_t count, const char *name, size_t name_len, int64_t observed_at,
                          struct pl_cert_facts *facts);

/* How many chains were remembered, and how many had to be read. */
struct pl_certificates_counts {
    uint64_t hits, misses;
};

struct pl_certificates_counts pl_certificates_counts(const struct pl_certificates *c);

#endif
