/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The roots that certificates are judged by.  Loaded once, then read by any number of threads.
 *
 * It has a library context of its own, so neither the configuration of OpenSSL in the process (such
 * as one that forbids SHA-1) nor its providers change a verdict, and nothing here changes them.
 */
#ifndef PL_USER_TRUST_H
#define PL_USER_TRUST_H

#include "error.h"

/* Debian's public roots, and what an administrator has added to them. */
#define PL_TRUST_DEFAULT     "/etc/ssl/certs/ca-certificates.crt"
#define PL_TRUST_DEFAULT_OWN "/usr/local/share/ca-certificates"

struct pl_trust;
typedef struct ossl_lib_ctx_st OSSL_LIB_CTX;
typedef struct x509_store_st X509_STORE;
typedef struct x509_st X509;

/* Without a root: chains are not judged until one is added.  NULL: out of memory. */
struct pl_trust *pl_trust_new(void) PL_MUST_USE;
void pl_trust_free(struct pl_trust *trust);

/* Add the roots of a file (PEM, any number) or of the files in a folder (*.pem, *.crt, and the
 * links with hashed names that c_rehash makes; not deeper).  own: these are the operator's roots,
 * which public CAs' promises do not bind (lifetime, transparency).  A root that is added both ways
 * is the operator's.  false and the error filled: nothing was there, or it cannot be read; what was
 * read before stays. */
bool pl_trust_add(struct pl_trust *trust, const char *path, bool own,
                  struct pl_error *error) PL_MUST_USE;

/* PL_TRUST_DEFAULT, and PL_TRUST_DEFAULT_OWN where it exists. */
bool pl_trust_add_default(struct pl_trust *trust, struct pl_error *error) PL_MUST_USE;

/* How many roots there are.  Not while another thread judges. */
uint32_t pl_trust_count(const struct pl_trust *trust);

/* When the store was made, unix seconds: the latest of the files' times and the roots' notBefore.
 */
int64_t pl_trust_made_at(const struct pl_trust *trust);

/* For common/user/certificate_path.c. */
X509_STORE *pl_trust_store(const struct pl_trust *trust);
OSSL_LIB_CTX *pl_trust_library(const struct pl_trust *trust);
bool pl_trust_is_own(const struct pl_trust *trust, const X509 *root);

#endif
