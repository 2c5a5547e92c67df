/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include <string.h>

void facts_creds(struct sheet *s, uint64_t creds)
{
    static const char *const names[] = {
#define PL_CREDENTIAL(NAME, name) name,
#include "common/read/credential.def"
#undef PL_CREDENTIAL
    };

    for (size_t i = 0; i < PL_COUNT(names); i++)
        if (creds & PL_BIT(i))
            sheet_join(s, "creds_plain", names[i]);
}

void facts_starttls(struct sheet *s, const char *name, bool offered, bool requested, bool done)
{
    if (offered)
        sheet_add(s, "starttls_offered", name);
    if (requested)
        sheet_add(s, "starttls_requested", name);
    if (offered || requested)
        sheet_add(s, "starttls_done", done ? "yes" : "no");
}

/* --- lines */

static const char *text_name(uint8_t protocol)
{
    switch (protocol) {
    case PL_PROTOCOL_HTTP:
        return "http";
    case PL_PROTOCOL_SMTP:
        return "smtp";
    case PL_PROTOCOL_IMAP:
        return "imap";
    case PL_PROTOCOL_POP3:
        return "pop";
    case PL_PROTOCOL_FTP:
        return "ftp";
    case PL_PROTOCOL_TELNET:
        return "telnet";
    default:
        return NULL;
    }
}

static void tell_text(struct sheet *s, const struct pl_connection *c, bool hello)
{
    const struct pl_text *t = &c->text;
    uint8_t protocol = t->protocol == PL_PROTOCOL_TLS ? t->before : t->protocol;
    const char *name = text_name(protocol);
    bool ftp = protocol == PL_PROTOCOL_FTP;

    if (!name)
        return;
    sheet_join(s, "app", name);
    facts_creds(s, t->creds);
    if (ftp)
        facts_starttls(s, "ftp-auth-TLS", false, t->upgrade || t->app.ftp_encrypted, hello);
    else
        facts_starttls(s, name, t->mail.starttls_offered, t->mail.starttls, hello);
}

/* --- HTTP */

static void tell_http(struct flow *f, const struct pl_connection *c, const char *hosts)
{
    const struct pl_http_log *log = &c->http.log;
    struct sheet *s = &f->sheet;

    sheet_join(s, "app", "http");
    for (uint32_t i = 0; i < PL_HTTP_METHODS_MAX && log->method[i]; i++)
        if (log->method[i] < PL_HTTP_METHOD_OTHER)
            sheet_join(s, "http_method", pl_http_method_names[log->method[i]]);
    if (hosts)
        sheet_add(s, "http_host", hosts);
    sheet_add(s, "http_basic", log->basic ? "yes" : "no");
    sheet_add(s, "http_cookie",
              log->cookie_sent  ? log->cookie_set ? "both" : "request"
              : log->cookie_set ? "set"
                                : "no");
    for (uint32_t i = 0; i < PL_HTTP_SCHEMES; i++)
        if (log->schemes & PL_BIT(i))
            sheet_joinf(s, "other", "http_auth=%s", pl_http_scheme_names[i]);
    if (hosts && hosts[0] != '[')
        flow_name(f, (const uint8_t *)hosts, (uint32_t)strcspn(hosts, ":;"));
}

/* --- all */

void facts_connection(struct flow *f, const struct pl_connection *c, const char *hosts)
{
    bool hello = c->tls.of[PL_TLS_CLIENT].hello.facts.client_hello ||
                 c->tls.of[PL_TLS_SERVER].hello.facts.server_hello;

    if (hello)
        sheet_add(&f->sheet, "app", "tls");
    if (c->http_used)
        tell_http(f, c, hosts);
    tell_text(&f->sheet, c, hello);
    if (c->wire.protocol)
        facts_wire(&f->sheet, &c->wire);
}

/* Mail between servers knows the other by no name (RFC 7672, 1.3); a VPN has an authority of its
 * own. */
enum pl_cert_use facts_certificate_use(const struct pl_connection *c)
{
    if (c->wire.protocol == PL_WIRE_OPENVPN)
        return PL_CERT_USE_FINGERPRINT;
    return c->text.mail.smtp && c->port == 25 ? PL_CERT_USE_OPPORTUNISTIC : PL_CERT_USE_NAMED;
}

/* --- DNS */

static void tell_algorithms(struct sheet *s, const char *name, uint64_t algorithms)
{
    for (unsigned i = 0; i < 64; i++)
        if (algorithms & PL_BIT(i))
            sheet_joinf(s, name, "%u", i);
}

enum { NAMES_MAX = 6 }; /* a log wants to know what it is about, not all of it */

void dns_note(struct flow *f, struct sheet *names, const struct pl_dns *d)
{
    const char *list = sheet_get(names, "dns_names");
    char name[PL_DNS_NAME_MAX + 1];
    int count = list != NULL;

    for (; list && *list; list++)
        count += *list == ';';
    if (!d->named || count >= NAMES_MAX)
        return;
    memcpy(name, d->name, d->name_len);
    name[d->name_len] = 0;
    sheet_join(names, "dns_names", d->name_len ? name : "<Root>");
    flow_name(f, d->name, d->name_len);
}

void facts_dns(struct flow *f, const struct pl_dns *d, const struct sheet *names)
{
    const char *list = sheet_get(names, "dns_names");
    struct sheet *s = &f->sheet;

    if (list)
        sheet_add_bytes(s, "dns_names", list, strlen(list));
    tell_algorithms(s, "dnskey_algs", d->dnskey_algorithms);
    tell_algorithms(s, "rrsig_algs", d->rrsig_algorithms);
    for (uint32_t i = 0; i < d->ds_count; i++)
        sheet_joinf(s, "ds_algs_digests", "%u/%u", d->ds[i].algorithm, d->ds[i].digest);
}
