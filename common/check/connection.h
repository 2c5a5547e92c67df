/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that one TCP connection can have found, both directions, from the facts as they are now; and
 * the one check that needs several readers:
 *
 *   tls-plain-on-tls-port   at a port that is TLS's by its registration (443, 465, 636, 853, 989,
 *                           990, 992, 993, 995, 5061, 5223, 6514, 8883): passed when a TLS hello
 *                           was read first, failed when a protocol in clear was recognised there.
 *                           What nobody recognised is not seen: it may well be encrypted.  SSH
 *                           and OpenVPN are encrypted too
 *
 * TLS itself is judged from the facts of both hellos: pl_tls_flow_facts() and pl_check_tls().
 */
#ifndef PL_CHECK_CONNECTION_H
#define PL_CHECK_CONNECTION_H

#include "../read/connection.h"
#include "app.h"
#include "http.h"
#include "mail.h"
#include "net.h"
#include "tls.h"
#include "wire.h"

PL_INLINE bool pl_port_is_tls(uint16_t port)
{
    switch (port) {
    case 443:
    case 465:
    case 636:
    case 853:
    case 989:
    case 990:
    case 992:
    case 993:
    case 995:
    case 5061:
    case 5223:
    case 6514:
    case 8883:
        return true;
    default:
        return false;
    }
}

/* A protocol in clear was recognised, or a tunnel that was asked for in clear. */
PL_INLINE bool pl_connection_plain(const struct pl_connection *c)
{
    uint8_t p = c->text.protocol == PL_PROTOCOL_TLS ? c->text.before : c->text.protocol;
    bool text = p != PL_PROTOCOL_UNKNOWN && p != PL_PROTOCOL_OTHER && p != PL_PROTOCOL_TLS;

    bool wire =
        c->wire.protocol && c->wire.protocol != PL_WIRE_SSH && c->wire.protocol != PL_WIRE_OPENVPN;

    return text || c->http_used || wire;
}

PL_INLINE void pl_check_tls_port(const struct pl_connection *c, struct pl_findings *f)
{
    bool plain = pl_connection_plain(c);
    bool hello = c->tls.of[PL_TLS_CLIENT].hello.facts.client_hello;

    if (pl_port_is_tls(c->tls.of[PL_TLS_CLIENT].hello.facts.server_port_hint) && (plain || hello))
        pl_found(f, PL_FAMILY_TLS, PL_MASK(tls_plain_on_tls_port), plain);
}

PL_INLINE void pl_check_connection(const struct pl_connection *c, struct pl_findings *f)
{
    struct pl_tls_facts tls;

    pl_check_net(&c->text.net, f);
    pl_check_mail(&c->text.mail, f);
    pl_check_app(&c->text.app, f);
    pl_check_http(&c->text.http, f);
    if (c->http_used)
        pl_check_http(&c->http.facts, f);
    pl_check_wire(&c->wire, f);
    pl_tls_flow_facts(&c->tls, &tls);
    pl_check_tls(&tls, f);
    pl_check_tls_port(c, f);
}

#endif
