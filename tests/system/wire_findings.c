/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For test_wire_captures.py: connections on stdin, one line of facts each on stdout.
 * A connection is the server's port (2 bytes), then segments: the side (1 byte), the length (4
 * bytes) and the bytes; a length of 0 ends it.  Numbers in network order.  Nothing of the bytes is
 * printed but protocol numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check/wire.h"
#include "common/read/tls/hello.h"
#include "common/user/catalogue_text.h"

static const char *const protocols[] = {
    "-",
#define PL_WIRE(NAME, name) #name,
#include "common/read/wire/wire.def"
#undef PL_WIRE
};

static const char *const credentials[] = {
#define PL_CREDENTIAL(NAME, name) name,
#include "common/read/credential.def"
#undef PL_CREDENTIAL
};

/* One connection: who speaks what, until it is known its first bytes. */
struct connection {
    struct pl_wire wire;
    struct pl_tls client; /* what the reader leaves to TLS */
    struct {
        uint8_t bytes[PL_PREFIX_MAX];
        uint32_t have;
    } prefix[2];
    uint16_t port;
    bool guessed;
};

static void to_reader(struct connection *c, enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    uint32_t off = 0, n;
    bool tls;

    while ((n = pl_wire_step(&c->wire, side, bytes, off, len, &tls)) > 0) {
        if (tls && side == PL_CLIENT)
            pl_tls_feed(&c->client, bytes + off, n);
        off += n;
    }
    if (c->wire.frames.end == PL_WIRE_TLS && side == PL_CLIENT && off < len)
        pl_tls_feed(&c->client, bytes + off, len - off);
}

/* The server's first bytes decide when they come first. */
static void feed(struct connection *c, enum pl_side side, const uint8_t *bytes, uint32_t len)
{
    enum pl_wire_protocol protocol;
    enum pl_match match;
    uint32_t n = PL_PREFIX_MAX - c->prefix[side].have;

    if (c->guessed) {
        to_reader(c, side, bytes, len);
        return;
    }
    n = n < len ? n : len;
    memcpy(c->prefix[side].bytes + c->prefix[side].have, bytes, n);
    c->prefix[side].have += n;
    protocol = pl_wire_guess(side, c->prefix[side].bytes, c->prefix[side].have, c->port, &match);
    if (protocol == PL_WIRE_NONE)
        return;
    c->guessed = true;
    pl_wire_begin(&c->wire, protocol, c->port);
    for (int first = PL_CLIENT; first <= PL_SERVER; first++)
        to_reader(c, (enum pl_side)first, c->prefix[first].bytes, c->prefix[first].have);
    to_reader(c, side, bytes + n, len - n);
}

static bool number(uint8_t *bytes, size_t len)
{
    return fread(bytes, 1, len, stdin) == len;
}

static bool segments(struct connection *c)
{
    uint8_t head[5], *bytes;
    uint32_t len;

    while (number(head, 5)) {
        len = pl_be32(head + 1);
        if (len == 0)
            return true;
        bytes = malloc(len);
        if (!bytes || !number(bytes, len))
            abort();
        feed(c, head[0] ? PL_SERVER : PL_CLIENT, bytes, len);
        free(bytes);
    }
    return false;
}

static void print_creds(uint64_t creds)
{
    for (size_t i = 0; i < PL_CREDENTIAL_COUNT; i++)
        if (creds & PL_BIT(i))
            printf(" creds=%s", credentials[i]);
}

static void print_vnc(const struct pl_vnc *v)
{
    if (v->version[PL_SERVER].set)
        printf(" vnc=%03u.%03u", v->version[PL_SERVER].major, v->version[PL_SERVER].minor);
    for (uint32_t i = 0; i < v->offered_count && i < 4; i++)
        printf(" vnc_sec=%u", v->offered[i]);
}

static void print_rdp(const struct pl_rdp *r)
{
    if (r->negotiates)
        printf(" rdp_req=0x%08x", r->requested);
    if (r->answer == PL_RDP_ANSWER_CHOSEN)
        printf(" rdp_sel=0x%08x", r->selected);
}

static void print_facts(const struct pl_wire *w)
{
    switch (w->protocol) {
    case PL_WIRE_POSTGRES:
        printf("%s", w->postgres.starttls_requested ? " requested=pgsql" : "");
        print_creds(w->postgres.creds);
        break;
    case PL_WIRE_MYSQL:
        printf("%s%s", w->mysql.starttls_offered ? " offered=mysql" : "",
               w->mysql.starttls_requested ? " requested=mysql" : "");
        print_creds(w->mysql.creds);
        break;
    case PL_WIRE_LDAP:
        printf("%s", w->ldap.starttls_requested ? " requested=ldap" : "");
        print_creds(w->ldap.creds);
        break;
    case PL_WIRE_TDS:
        print_creds(w->tds.creds);
        break;
    case PL_WIRE_REDIS:
        print_creds(w->redis.creds);
        break;
    case PL_WIRE_RDP:
        print_rdp(&w->rdp);
        break;
    case PL_WIRE_VNC:
        print_vnc(&w->vnc);
        break;
    default:
        break;
    }
}

static void print(const struct connection *c)
{
    struct pl_findings f = {0};

    pl_check_wire(&c->wire, &f);
    fputs(protocols[c->wire.protocol], stdout);
    print_facts(&c->wire);
    if (c->client.facts.client_hello)
        fputs(" tls", stdout);
    if (c->wire.frames.end == PL_WIRE_MALFORMED)
        fputs(" malformed", stdout);
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        uint64_t mask = PL_BIT(row->id % PL_FAMILY_CHECKS);

        if (f.seen[row->family] & mask)
            printf(" %c%s", f.failed[row->family] & mask ? '-' : '+', row->name);
    }
    putchar('\n');
}

int main(void)
{
    struct connection c;
    uint8_t port[2];

    while (number(port, 2)) {
        memset(&c, 0, sizeof c);
        c.port = pl_be16(port);
        pl_tls_init(&c.client, PL_TLS_CLIENT, c.port);
        if (!segments(&c))
            return 1;
        print(&c);
    }
    return 0;
}
