/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a certificate is for the server that a client named (RFC 9525, 6).  Only the
 * subjectAltName counts, never the common name.
 *
 * A host name matches a dNSName octet by octet without regard to ASCII case, one final dot of the
 * host name left out; internationalised names are A-labels on both sides and are not converted.
 * "*" is a wildcard only as the whole left-most label, stands for exactly one label, and needs two
 * labels behind it.  An IP address, "192.0.2.1" or "2001:db8::1" without brackets, matches an
 * iPAddress of the same bytes and nothing else.  A dNSName with a byte that no host name has, such
 * as a NUL, matches nothing.
 */
#ifndef PL_USER_CERTIFICATE_NAME_H
#define PL_USER_CERTIFICATE_NAME_H

#include "certificate_der.h"

/* san: the GeneralNames, an element of d. */
bool pl_certificate_name_matches(const struct pl_der *d, const struct pl_der_item *san,
                                 const char *name, size_t len) PL_MUST_USE;

#endif
