/* SPDX-License-Identifier: BSD-2-Clause */
/* How a cipher suite up to TLS 1.2 exchanges keys, as far as a ServerKeyExchange shows it. */
#ifndef PL_READ_TLS_EXCHANGE_H
#define PL_READ_TLS_EXCHANGE_H

#include "suite.h"

/* Joined; DHE or ECDHE or neither: then there is no such message, or it is not read (SRP, RSA for
 * export, Kerberos, GOST). */
enum pl_exchange {
    PL_EXCHANGE_DHE = 1 << 0,
    PL_EXCHANGE_ECDHE = 1 << 1,
    PL_EXCHANGE_SIGNED = 1 << 2,
    PL_EXCHANGE_PSK = 1 << 3 /* a hint comes first, and nothing is signed (RFC 4279, RFC 5489) */
};

/* Plain PSK, DHE_PSK, RSA_PSK and ECDHE_PSK. */
PL_INLINE bool pl_suite_is_psk(uint16_t suite)
{
    switch (suite) {
    case 0x002c ... 0x002e:
    case 0x008a ... 0x0095:
    case 0x00a8 ... 0x00b9:
    case 0xc033 ... 0xc03b:
    case 0xc064 ... 0xc071:
    case 0xc08e ... 0xc09b:
    case 0xc0a4 ... 0xc0ab:
    case 0xccab ... 0xccae:
    case 0xd001 ... 0xd003:
    case 0xd005:
        return true;
    default:
        return false;
    }
}

PL_INLINE bool pl_suite_is_ecdhe(uint16_t suite)
{
    switch (suite) {
    case 0xc006 ... 0xc00a:
    case 0xc010 ... 0xc019: /* anonymous from 0xc015 */
    case 0xc023 ... 0xc024:
    case 0xc027 ... 0xc028:
    case 0xc02b ... 0xc02c:
    case 0xc02f ... 0xc030:
    case 0xc033 ... 0xc03b:
    case 0xc048 ... 0xc049:
    case 0xc04c ... 0xc04d:
    case 0xc05c ... 0xc05d:
    case 0xc060 ... 0xc061:
    case 0xc070 ... 0xc073:
    case 0xc076 ... 0xc077:
    case 0xc086 ... 0xc087:
    case 0xc08a ... 0xc08b:
    case 0xc09a ... 0xc09b:
    case 0xc0ac ... 0xc0af:
    case 0xcca8 ... 0xcca9:
    case 0xccac:
    case 0xd001 ... 0xd003:
    case 0xd005:
        return true;
    default:
        return false;
    }
}

/* The enum pl_exchange bits of a suite. */
PL_INLINE uint32_t pl_suite_exchange(uint16_t suite)
{
    uint32_t class = pl_suite_class(suite), how = 0;

    if (pl_suite_is_ecdhe(suite))
        how = PL_EXCHANGE_ECDHE;
    else if (class & (PL_SUITE_KEX_DHE | PL_SUITE_ANON))
        how = PL_EXCHANGE_DHE;
    if (pl_suite_is_psk(suite))
        how |= PL_EXCHANGE_PSK;
    else if (how && !(class & PL_SUITE_ANON))
        how |= PL_EXCHANGE_SIGNED;
    return how;
}

#endif
