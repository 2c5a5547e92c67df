/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The primes of RFC 7919 (ffdhe2048 to ffdhe8192), compared byte by byte as they come.
 *
 * All of them are the same digits of e, between 64 ones on either side: the first bytes of each
 * are those of ffdhe8192, but for the last 16, which stand here for each.
 */
#ifndef PL_READ_TLS_FFDHE_H
#define PL_READ_TLS_FFDHE_H

#include "../../base.h"

enum { PL_FFDHE_TAIL_BYTES = 16 };

PL_TABLE uint64_t pl_ffdhe_8192[128] = {
    0xffffffffffffffff, 0xadf85458a2bb4a9a, 0xafdc5620273d3cf1, 0xd8b9c583ce2d3695,
    0xa9e13641146433fb, 0xcc939dce249b3ef9, 0x7d2fe363630c75d8, 0xf681b202aec4617a,
    0xd3df1ed5d5fd6561, 0x2433f51f5f066ed0, 0x856365553ded1af3, 0xb557135e7f57c935,
    0x984f0c70e0e68b77, 0xe2a689daf3efe872, 0x1df158a136ade735, 0x30acca4f483a797a,
    0xbc0ab182b324fb61, 0xd108a94bb2c8e3fb, 0xb96adab760d7f468, 0x1d4f42a3de394df4,
    0xae56ede76372bb19, 0x0b07a7c8ee0a6d70, 0x9e02fce1cdf7e2ec, 0xc03404cd28342f61,
    0x9172fe9ce98583ff, 0x8e4f1232eef28183, 0xc3fe3b1b4c6fad73, 0x3bb5fcbc2ec22005,
    0xc58ef1837d1683b2, 0xc6f34a26c1b2effa, 0x886b4238611fcfdc, 0xde355b3b6519035b,
    0xbc34f4def99c0238, 0x61b46fc9d6e6c907, 0x7ad91d2691f7f7ee, 0x598cb0fac186d91c,
    0xaefe130985139270, 0xb4130c93bc437944, 0xf4fd4452e2d74dd3, 0x64f2e21e71f54bff,
    0x5cae82ab9c9df69e, 0xe86d2bc522363a0d, 0xabc521979b0deada, 0x1dbf9a42d5c4484e,
    0x0abcd06bfa53ddef, 0x3c1b20ee3fd59d7c, 0x25e41d2b669e1ef1, 0x6e6f52c3164df4fb,
    0x7930e9e4e58857b6, 0xac7d5f42d69f6d18, 0x7763cf1d55034004, 0x87f55ba57e31cc7a,
    0x7135c886efb4318a, 0xed6a1e012d9e6832, 0xa907600a918130c4, 0x6dc778f971ad0038,
    0x092999a333cb8b7a, 0x1a1db93d7140003c, 0x2a4ecea9f98d0acc, 0x0a8291cdcec97dcf,
    0x8ec9b55a7f88a46b, 0x4db5a851f44182e1, 0xc68a007e5e0dd902, 0x0bfd64b645036c7a,
    0x4e677d2c38532a3a, 0x23ba4442caf53ea6, 0x3bb454329b7624c8, 0x917bdd64b1c0fd4c,
    0xb38e8c334c701c3a, 0xcdad0657fccfec71, 0x9b1f5c3e4e46041f, 0x388147fb4cfdb477,
    0xa52471f7a9a96910, 0xb855322edb6340d8, 0xa00ef092350511e3, 0x0abec1fff9e3a26e,
    0x7fb29f8c183023c3, 0x587e38da0077d9b4, 0x763e4e4b94b2bbc1, 0x94c6651e77caf992,
    0xeeaac0232a281bf6, 0xb3a739c122611682, 0x0ae8db5847a67cbe, 0xf9c9091b462d538c,
    0xd72b03746ae77f5e, 0x62292c311562a846, 0x505dc82db854338a, 0xe49f5235c95b9117,
    0x8ccf2dd5cacef403, 0xec9d1810c6272b04, 0x5b3b71f9dc6b80d6, 0x3fdd4a8e9adb1e69,
    0x62a69526d43161c1, 0xa41d570d7938dad4, 0xa40e329ccff46aaa, 0x36ad004cf600c838,
    0x1e425a31d951ae64, 0xfdb23fcec9509d43, 0x687feb69edd1cc5e, 0x0b8cc3bdf64b10ef,
    0x86b63142a3ab8829, 0x555b2f747c932665, 0xcb2c0f1cc01bd702, 0x29388839d2af05e4,
    0x54504ac78b758282, 0x2846c0ba35c35f5c, 0x59160cc046fd8251, 0x541fc68c9c86b022,
    0xbb7099876a460e74, 0x51a8a93109703fee, 0x1c217e6c3826e52c, 0x51aa691e0e423cfc,
    0x99e9e31650c1217b, 0x624816cdad9a95f9, 0xd5b8019488d9c0a0, 0xa1fe3075a577e231,
    0x83f81d4a3f2fa457, 0x1efc8ce0ba8a4fe8, 0xb6855dfe72b0a66e, 0xded2fbabfbe58a30,
    0xfafabe1c5d71a87e, 0x2f741ef8c1fe86fe, 0xa6bbfde530677f0d, 0x97d11d49f7a8443d,
    0x0822e506a9f4614e, 0x011e2a94838ff88c, 0xd68c8bb7c5c6424c, 0xffffffffffffffff,
};

/* Its named group, or 0: no prime of RFC 7919 has so many bytes. */
PL_INLINE uint16_t pl_ffdhe_group(uint32_t bytes)
{
    switch (bytes) {
    case 256:
        return 0x0100;
    case 384:
        return 0x0101;
    case 512:
        return 0x0102;
    case 768:
        return 0x0103;
    case 1024:
        return 0x0104;
    default:
        return 0;
    }
}

/* Bytes 8 to 15 before the end. */
PL_INLINE uint64_t pl_ffdhe_tail(uint16_t group)
{
    switch (group) {
    case 0x0100:
        return 0x886b423861285c97ULL;
    case 0x0101:
        return 0x25e41d2b66c62e37ULL;
    case 0x0102:
        return 0xc68a007e5e655f6aULL;
    case 0x0103:
        return 0xa40e329cd0e40e65ULL;
    default:
        return pl_ffdhe_8192[126];
    }
}

/* Byte i of the prime of a group that has so many bytes; i below bytes, bytes one of the five. */
PL_INLINE uint8_t pl_ffdhe_byte(uint32_t bytes, uint32_t i)
{
    uint64_t word = pl_ffdhe_8192[i >> 3 & 127];

    if (i + 8 >= bytes)
        word = UINT64_MAX;
    else if (i + PL_FFDHE_TAIL_BYTES >= bytes)
        word = pl_ffdhe_tail(pl_ffdhe_group(bytes));
    return (uint8_t)(word >> (56 - 8 * (i & 7)));
}

#endif
