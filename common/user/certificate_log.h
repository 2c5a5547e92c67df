/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A certificate for a log: what it says of itself, also where it is not well-formed.  Nothing here
 * is verified, nothing is judged.
 *
 * "?" stands for what cannot be read: the walk stops at the first part that is not there, so all
 * behind it is "?" too.  "-" stands for what a certificate need not have.  Texts are UTF-8 without
 * tabs and line ends; cn and san may hold other control characters, a NUL too, so they have
 * lengths.
 */
#ifndef PL_USER_CERTIFICATE_LOG_H
#define PL_USER_CERTIFICATE_LOG_H

#include "certificate_time.h"

enum { PL_LOG_CN_MAX = 512, PL_LOG_SAN_CHARACTERS = 400, PL_LOG_SAN_MAX = 800 };

struct pl_certificate_log {
    char sha256[65];
    char sigalg[PL_OID_TEXT_MAX]; /* "sha256WithRSA", or the OID of what has no name here */
    char not_before[PL_TIME_TEXT_BYTES], not_after[PL_TIME_TEXT_BYTES];
    char self_issued[4];           /* "yes" "no": subject and issuer are the same bytes */
    char expired[4], not_yet[4];   /* at the time of observation, to the second; "-": not known */
    char key[PL_OID_TEXT_MAX + 4]; /* "RSA" "EC:P-256" "EC:explicit" "Ed25519" */
    char bits[12];
    uint16_t cn_len, san_len;
    char cn[PL_LOG_CN_MAX];   /* the last common name of the subject */
    char san[PL_LOG_SAN_MAX]; /* the dNSNames, as Latin-1, joined by commas */
};

/* observed_at 0: not known. */
void pl_certificate_log(const uint8_t *der, size_t len, int64_t observed_at,
                        struct pl_certificate_log *log);

#endif
