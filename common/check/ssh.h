/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of SSH.
 *
 *   ssh-protocol-1       failed when a side's line says protocol 1.x and not 1.99; passed when both
 *                        lines are known and neither does
 *   ssh-kex-weak         seen when the key exchange that both will use is known, and known to us
 *   ssh-hostkey-weak     the same for the host key's algorithm
 *   ssh-cipher-mac-weak  failed when a cipher or a MAC of either direction is; passed when all are
 *                        known; a cipher that protects by itself has no MAC
 *
 * A name that nobody knows here is not judged.
 */
#ifndef PL_CHECK_SSH_H
#define PL_CHECK_SSH_H

#include "catalogue.h"
#include "../read/wire/ssh.h"

enum pl_ssh_grade { PL_SSH_NOT_KNOWN, PL_SSH_SOUND, PL_SSH_WEAK };

/* Only SHA-1 and the RSA key of 1024 bits (RFC 9142, 4; RFC 8732 for GSS-API). */
PL_INLINE enum pl_ssh_grade pl_ssh_grade_kex(uint32_t id)
{
    if (id >= PL_SSH_OTHER) {
        if (!(id & PL_SSH_GSS))
            return PL_SSH_NOT_KNOWN;
        return id & PL_SSH_GSS_SHA1_WEAK ? PL_SSH_WEAK : PL_SSH_SOUND;
    }
    if (id >= PL_SSH_KEX_GROUP1_SHA1 && id <= PL_SSH_KEX_RSA1024_SHA1)
        return PL_SSH_WEAK;
    return id > PL_SSH_KEX_RSA1024_SHA1 && id < PL_SSH_MARK_EXT_INFO_C ? PL_SSH_SOUND
                                                                       : PL_SSH_NOT_KNOWN;
}

/* DSA and signatures with SHA-1 (RFC 8332), also in certificates. */
PL_INLINE enum pl_ssh_grade pl_ssh_grade_host_key(uint32_t id)
{
    if (id >= PL_SSH_KEY_DSS && id <= PL_SSH_KEY_X509_SIGN_RSA)
        return PL_SSH_WEAK;
    return id > PL_SSH_KEY_X509_SIGN_RSA && id <= PL_SSH_KEY_ED448 ? PL_SSH_SOUND
                                                                   : PL_SSH_NOT_KNOWN;
}

PL_INLINE enum pl_ssh_grade pl_ssh_grade_cipher(uint32_t id)
{
    if (id == PL_SSH_NONE || (id >= PL_SSH_CIPHER_3DES_CBC && id <= PL_SSH_CIPHER_ARCFOUR256))
        return PL_SSH_WEAK;
    return id > PL_SSH_CIPHER_ARCFOUR256 && id <= PL_SSH_CIPHER_CHACHA20 ? PL_SSH_SOUND
                                                                         : PL_SSH_NOT_KNOWN;
}

PL_INLINE enum pl_ssh_grade pl_ssh_grade_mac(uint32_t id)
{
    if (id == PL_SSH_NONE || (id >= PL_SSH_MAC_MD5 && id <= PL_SSH_MAC_SHA1_96_ETM))
        return PL_SSH_WEAK;
    if (id == PL_SSH_MAC_UNUSED)
        return PL_SSH_SOUND;
    return id > PL_SSH_MAC_SHA1_96_ETM && id < PL_SSH_NAME_COUNT ? PL_SSH_SOUND : PL_SSH_NOT_KNOWN;
}

PL_INLINE void pl_found_ssh(struct pl_findings *f, uint64_t mask, enum pl_ssh_grade grade)
{
    if (grade != PL_SSH_NOT_KNOWN)
        pl_found(f, PL_FAMILY_APP, mask, grade == PL_SSH_WEAK);
}

/* The weakest, when one is weak; else nothing is known as long as one is not. */
PL_INLINE enum pl_ssh_grade pl_ssh_grade_both(enum pl_ssh_grade a, enum pl_ssh_grade b)
{
    if (a == PL_SSH_WEAK || b == PL_SSH_WEAK)
        return PL_SSH_WEAK;
    return a < b ? a : b;
}

PL_INLINE void pl_check_ssh(const struct pl_ssh *s, struct pl_findings *f)
{
    const uint8_t *v = s->version;
    const struct pl_ssh_chosen *c = &s->chosen;
    bool one = v[PL_CLIENT] == PL_SSH_VERSION_1 || v[PL_SERVER] == PL_SSH_VERSION_1;
    enum pl_ssh_grade grade;

    if (one || (v[PL_CLIENT] && v[PL_SERVER]))
        pl_found(f, PL_FAMILY_APP, PL_MASK(ssh_protocol_1), one);
    pl_found_ssh(f, PL_MASK(ssh_kex_weak), pl_ssh_grade_kex(c->kex));
    pl_found_ssh(f, PL_MASK(ssh_hostkey_weak), pl_ssh_grade_host_key(c->host_key));
    grade = pl_ssh_grade_both(pl_ssh_grade_cipher(c->cipher[PL_CLIENT]),
                              pl_ssh_grade_cipher(c->cipher[PL_SERVER]));
    grade = pl_ssh_grade_both(grade, pl_ssh_grade_mac(c->mac[PL_CLIENT]));
    grade = pl_ssh_grade_both(grade, pl_ssh_grade_mac(c->mac[PL_SERVER]));
    pl_found_ssh(f, PL_MASK(ssh_cipher_mac_weak), grade);
}

#endif
