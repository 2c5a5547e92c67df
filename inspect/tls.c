/* SPDX-License-Identifier: BSD-2-Clause */
#include "tls.h"

#include "common/check/cert.h"
#include "common/check/tls.h"
#include "common/read/tls/dtls.h"
#include "common/user/certificate_log.h"
#include "common/user/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 2048 };

bool bytes_add(struct bytes *b, const uint8_t *more, uint32_t len, uint32_t max)
{
    uint32_t room = b->room ? b->room : FIRST_ROOM;
    uint8_t *at;

    if (b->len + len > max)
        return false;
    while (room < b->len + len)
        room *= 2;
    if (room != b->room) {
        at = realloc(b->at, room);
        if (!at)
            return false;
        b->at = at;
        b->room = room;
    }
    memcpy(b->at + b->len, more, len);
    b->len += len;
    return true;
}

void bytes_free(struct bytes *b)
{
    free(b->at);
    memset(b, 0, sizeof(*b));
}

void tls_collect(struct tls_collected *t, const struct pl_tls_taken *taken, const uint8_t *bytes,
                 uint32_t len, uint64_t frame)
{
    if (taken->what == PL_TAKEN_HELLO) {
        (void)bytes_add(&t->hello, bytes, len, HELLO_BYTES_MAX);
        t->segments += t->segment != frame && t->segments < UINT8_MAX;
        t->segment = frame;
    } else if (taken->what == PL_TAKEN_CERTIFICATE && taken->certificate < PL_CERTIFICATES_MAX) {
        if (taken->certificate >= t->certificates) {
            t->certificates = taken->certificate + 1;
            t->begin[taken->certificate] = t->chain.len;
        }
        (void)bytes_add(&t->chain, bytes, len, PL_CERTIFICATES_BYTES);
    }
}

void tls_collected_free(struct tls_collected *t)
{
    bytes_free(&t->hello);
    bytes_free(&t->chain);
}

/* --- the sheet */

static void tell_client(struct flow *f, const struct tls_told *told)
{
    const struct pl_tls_facts *facts = told->facts;
    struct pl_ja4 ja4 = {0};
    char version[PL_JA4_VERSION_BYTES];

    if (facts->sni_len)
        sheet_add_bytes(&f->sheet, "sni", facts->sni, facts->sni_len);
    if (told->hello_len)
        (void)pl_ja4_message(told->hello, told->hello_len, told->transport, &ja4);
    if (ja4.max_version[0]) {
        sheet_add(&f->sheet, "ch_max_version", ja4.max_version);
    } else if (facts->client_hello) {
        pl_ja4_version(facts->max_version, facts->sslv2, version);
        sheet_add(&f->sheet, "ch_max_version", version);
    }
    if (ja4.random[0])
        sheet_add(&f->sheet, "ch_random", ja4.random);
    if (ja4.ja4[0] && told->transport != PL_JA4_DTLS)
        sheet_add(&f->sheet, "ja4", ja4.ja4);
    if (facts->sni_len)
        flow_name(f, facts->sni, facts->sni_len);
}

/* 0x0100 is DTLS before RFC 4347, as OpenSSL 0.9.8 spoke it. */
static const char *dtls_version(uint16_t version)
{
    switch (pl_dtls_wire(version)) {
    case 0xfefc:
        return "DTLS1.3";
    case 0xfefd:
        return "DTLS1.2";
    case 0x0100:
        return "DTLS1.0bad";
    default:
        return "DTLS1.0";
    }
}

static void tell_server(struct flow *f, const struct pl_tls_facts *facts)
{
    char version[PL_JA4_VERSION_BYTES];

    if (facts->hello_retry)
        sheet_add(&f->sheet, "hrr", "yes");
    if (!facts->server_hello)
        return;
    pl_ja4_version(facts->version, false, version);
    sheet_add(&f->sheet, "neg_version", facts->dtls ? dtls_version(facts->version) : version);
    if (facts->version != PL_SSL2)
        sheet_addf(&f->sheet, "neg_cipher", "0x%04x", facts->suite);
}

static void tell_certificate(struct flow *f, const struct tls_told *told)
{
    struct sheet *s = &f->sheet;
    struct pl_certificate_log log;

    sheet_add(s, "cert_visible", "yes");
    sheet_addf(s, "chain_len", "%u", told->chain_count);
    pl_certificate_log(told->chain[0].der, told->chain[0].len,
                       (int64_t)(told->time_ns / 1000000000), &log);
    if (log.cn_len)
        sheet_add_bytes(s, "leaf_cn", log.cn, log.cn_len);
    if (log.san_len)
        sheet_add_bytes(s, "leaf_san", log.san, log.san_len);
    sheet_add(s, "leaf_not_before", log.not_before);
    sheet_add(s, "leaf_not_after", log.not_after);
    sheet_add(s, "leaf_key", log.key);
    sheet_add(s, "leaf_bits", log.bits);
    sheet_add(s, "leaf_sigalg", log.sigalg);
    sheet_add(s, "leaf_self_issued", log.self_issued);
    sheet_add(s, "leaf_expired_at_capture", log.expired);
    sheet_add(s, "leaf_notyet_at_capture", log.not_yet);
    sheet_add(s, "leaf_sha256", log.sha256);
}

/* --- the findings */

/* Without roots no path is judged. */
static struct pl_trust *system_trust(struct inspect *in)
{
    struct pl_trust *trust = pl_trust_new();
    struct pl_error none = {0};

    in->counts.no_roots = !trust || !pl_trust_add_default(trust, &none);
    return trust;
}

static struct pl_certificates *certificates(struct inspect *in)
{
    if (in->certificates)
        return in->certificates;
    if (!in->trust)
        in->trust = system_trust(in);
    in->certificates = pl_certificates_new(in->trust);
    return in->certificates;
}

static void judge_certificate(struct flow *f, const struct tls_told *told)
{
    struct pl_certificates *c = certificates(f->in);
    struct pl_cert_facts facts;

    if (!c)
        return;
    pl_certificates_read(c, told->chain, told->chain_count, (const char *)f->name, f->name_len,
                         (int64_t)(told->time_ns / 1000000000), &facts);
    facts.use = (uint8_t)told->use;
    pl_check_cert(&facts, &f->findings);
}

void tls_tell(struct flow *f, const struct tls_told *told)
{
    tell_client(f, told);
    tell_server(f, told->facts);
    pl_check_tls(told->facts, &f->findings);
    if (!told->chain_count)
        return;
    tell_certificate(f, told);
    judge_certificate(f, told);
}

static void tell_alerts(struct flow *f, const struct pl_tls_flow *w)
{
    for (uint32_t i = 0; i < w->alerts; i++)
        sheet_joinf(&f->sheet, "alerts", "%c:%u:%u", w->alert[i].side == PL_TLS_CLIENT ? 'c' : 's',
                    w->alert[i].level, w->alert[i].description);
}

/* The certificates that came whole. */
static uint32_t chain_of(const struct pl_tls_flow *w, const struct tls_collected *t,
                         struct pl_certificate_bytes chain[PL_CERTIFICATES_MAX])
{
    uint32_t n = 0;

    for (; n < t->certificates && n < w->certificates; n++) {
        uint32_t end = n + 1u < t->certificates ? t->begin[n + 1] : t->chain.len;
        chain[n] = (struct pl_certificate_bytes){t->chain.at + t->begin[n], end - t->begin[n]};
    }
    return n;
}

static void tell_all(struct flow *f, const struct pl_tls_flow *w, const struct tls_collected *t,
                     const struct tls_told *begun)
{
    struct pl_certificate_bytes chain[PL_CERTIFICATES_MAX];
    struct tls_told told = *begun;
    struct pl_tls_facts facts;

    pl_tls_flow_facts(w, &facts);
    told.facts = &facts;
    told.chain = chain;
    told.chain_count = chain_of(w, t, chain);
    if (w->client_hellos)
        sheet_addf(&f->sheet, "ch_count", "%u", w->client_hellos);
    tls_tell(f, &told);
    tell_alerts(f, w);
    if (w->client_certificate)
        sheet_join(&f->sheet, "other", "client_cert");
}

void tls_tell_flow(struct flow *f, const struct pl_tls_flow *w, const struct tls_collected *t,
                   enum pl_cert_use use, uint64_t time_ns)
{
    struct tls_told told = {.transport = PL_JA4_TCP,
                            .hello = t->hello.at,
                            .hello_len = t->hello.len,
                            .use = use,
                            .time_ns = time_ns};

    tell_all(f, w, t, &told);
    if (w->client_hellos) {
        sheet_addf(&f->sheet, "ch_segments", "%u", t->segments ? t->segments : 1);
        sheet_addf(&f->sheet, "ch_records", "%u", w->hello_records ? w->hello_records : 1);
    }
}

/* A client of DTLS that names nobody is one of media, who knows the fingerprint (RFC 8122). */
void tls_tell_dtls(struct flow *f, const struct pl_dtls *d, const struct tls_collected *t,
                   uint64_t time_ns)
{
    struct tls_told told = {.transport = PL_JA4_DTLS, .time_ns = time_ns};

    told.use = d->flow.of[PL_TLS_CLIENT].hello.facts.sni_sent ? PL_CERT_USE_NAMED
                                                              : PL_CERT_USE_FINGERPRINT;
    told.hello = pl_dtls_client_hello(d, &told.hello_len);
    tell_all(f, &d->flow, t, &told);
}
