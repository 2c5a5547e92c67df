/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of protocols over UDP.
 *
 *   snmp-v1-v2c          seen when SNMP was recognised; failed when a message was of 1 or 2c
 *   firmware-cleartext   seen when TFTP asked for a file; failed when its name is one of firmware
 *   nfs-cleartext        as over TCP: see storage.h
 *   ike-v1               seen when IKE was recognised
 *   ike-weak-proposal    seen when the responder's choice was read
 *   sip-rtp-cleartext    seen when SDP in clear offered media; failed when some of it is no SRTP
 *   syslog-cleartext     failed when seen: over TLS it looks like TLS
 *   ntp-unauthenticated  seen when a request or an answer was read
 *   coap-cleartext       seen when CoAP was read; passed when all of it was OSCORE
 *
 * SIP and syslog over TCP are judged here too.  What upnp.h finds is judged with the addresses, in
 * packet.h.
 */
#ifndef PL_CHECK_DATAGRAM_H
#define PL_CHECK_DATAGRAM_H

#include "../read/datagram/datagram.h"
#include "../read/wire/sip.h"
#include "../read/wire/syslog.h"
#include "catalogue.h"
#include "storage.h"

/* RFC 8247, 2 (IKEv2) and RFC 2409, appendix A (IKEv1): DES and 3DES; MD5 and SHA-1; groups of 768,
 * 1024 and 1536 bits, and group 22. */
PL_INLINE bool pl_ike_cipher_weak(const struct pl_ike *k)
{
    if (k->v1)
        return k->cipher == 1 || k->cipher == 5;
    return k->cipher >= 1 && k->cipher <= 3;
}

PL_INLINE bool pl_ike_weak(const struct pl_ike *k)
{
    uint16_t g = k->group;

    return pl_ike_cipher_weak(k) || k->prf == 1 || k->prf == 2 || g == 1 || g == 2 || g == 5 ||
           g == 22;
}

PL_INLINE void pl_check_ike(const struct pl_ike *k, struct pl_findings *f)
{
    if (k->v1 || k->v2)
        pl_found(f, PL_FAMILY_APP, PL_MASK(ike_v1), k->v1);
    if (k->chosen)
        pl_found(f, PL_FAMILY_APP, PL_MASK(ike_weak_proposal), pl_ike_weak(k));
}

PL_INLINE void pl_check_snmp(const struct pl_snmp *s, struct pl_findings *f)
{
    if (s->v1 || s->v2c || s->v3)
        pl_found(f, PL_FAMILY_APP, PL_MASK(snmp_v1_v2c), s->v1 || s->v2c);
}

PL_INLINE void pl_check_sip(const struct pl_sip *s, struct pl_findings *f)
{
    if (s->seen && (s->clear || s->secure))
        pl_found(f, PL_FAMILY_APP, PL_MASK(sip_rtp_cleartext), s->clear);
}

PL_INLINE void pl_check_syslog(const struct pl_syslog *s, struct pl_findings *f)
{
    if (s->seen)
        pl_found(f, PL_FAMILY_APP, PL_MASK(syslog_cleartext), true);
}

PL_INLINE void pl_check_sip_tcp(const struct pl_sip_tcp *s, struct pl_findings *f)
{
    pl_check_sip(&s->of[PL_CLIENT], f);
    pl_check_sip(&s->of[PL_SERVER], f);
}

PL_INLINE void pl_check_syslog_tcp(const struct pl_syslog_tcp *s, struct pl_findings *f)
{
    if (s->seen)
        pl_found(f, PL_FAMILY_APP, PL_MASK(syslog_cleartext), true);
}

PL_INLINE void pl_check_ntp(const struct pl_ntp *n, struct pl_findings *f)
{
    if (n->asked || n->answered)
        pl_found(f, PL_FAMILY_APP, PL_MASK(ntp_unauthenticated), !n->proven);
}

PL_INLINE void pl_check_coap(const struct pl_coap *c, struct pl_findings *f)
{
    if (c->seen)
        pl_found(f, PL_FAMILY_APP, PL_MASK(coap_cleartext), c->open);
}

PL_INLINE void pl_check_tftp(const struct pl_tftp *t, struct pl_findings *f)
{
    if (t->read)
        pl_found(f, PL_FAMILY_HTTP, PL_MASK(firmware_cleartext), t->firmware);
}

PL_INLINE void pl_check_nfs_udp(const struct pl_nfs_udp *n, struct pl_findings *f)
{
    pl_check_nfs_facts(&n->facts, f);
}

PL_INLINE void pl_check_upnp(const struct pl_upnp *u, struct pl_findings *f)
{
    (void)u;
    (void)f;
}

PL_INLINE void pl_check_datagram(const struct pl_datagram *d, struct pl_findings *f)
{
    switch (d->protocol) {
#define PL_DATAGRAM(NAME, name)                                                                    \
    case PL_DATAGRAM_##NAME:                                                                       \
        pl_check_##name(&d->name, f);                                                              \
        break;
#include "../read/datagram/datagram.def"
#undef PL_DATAGRAM
    default:
        break;
    }
}

#endif
