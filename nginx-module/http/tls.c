/* SPDX-License-Identifier: BSD-2-Clause */
#include "tls.h"

#include "common/check/tls.h"
#include "common/read/tls/hello.h"

enum { HANDSHAKE_RECORD = 22 };

/* The reader wants records; the library has taken them off. */
static enum pl_outcome feed_message(struct pl_tls *tls, const uint8_t *message, size_t len)
{
    enum pl_outcome outcome = PL_MORE;

    while (len > 0 && outcome == PL_MORE) {
        size_t n = len < PL_TLS_RECORD_MAX ? len : PL_TLS_RECORD_MAX;
        uint8_t head[PL_TLS_HEAD_BYTES] = {HANDSHAKE_RECORD, 3, 1, (uint8_t)(n >> 8), (uint8_t)n};
        outcome = pl_tls_feed(tls, head, sizeof(head));
        if (outcome == PL_MORE)
            outcome = pl_tls_feed(tls, message, n);
        message += n;
        len -= n;
    }
    return outcome;
}

bool ngx_http_plimsoll_tls_client(struct pl_tls_facts *facts, const void *message, size_t len)
{
    struct pl_tls tls = {.side = PL_TLS_CLIENT};

    if (feed_message(&tls, message, len) == PL_MALFORMED || !tls.facts.client_hello)
        return false;
    *facts = tls.facts;
    return true;
}

/* RFC 5246, E.2: two bytes of length, of which the first bit is set, and no record. */
bool ngx_http_plimsoll_tls_client_v2(struct pl_tls_facts *facts, const void *message, size_t len)
{
    struct pl_tls tls = {.side = PL_TLS_CLIENT};
    uint8_t head[2] = {(uint8_t)(0x80 | len >> 8), (uint8_t)len};

    if (len > 0x7fff || pl_tls_feed(&tls, head, sizeof(head)) != PL_MORE ||
        pl_tls_feed(&tls, message, len) == PL_MALFORMED || !tls.facts.client_hello)
        return false;
    *facts = tls.facts;
    return true;
}

bool ngx_http_plimsoll_tls_server(struct pl_tls_facts *facts, const void *message, size_t len)
{
    struct pl_tls tls = {.side = PL_TLS_SERVER};
    const struct pl_tls_facts *server = &tls.facts;

    if (feed_message(&tls, message, len) == PL_MALFORMED)
        return false;
    facts->hello_retry |= server->hello_retry;
    if (!server->server_hello)
        return server->hello_retry;
    pl_tls_facts_join(facts, server);
    return true;
}

struct version {
    uint16_t version;
    uint64_t option; /* that turns it off */
};

static const struct version versions[] = {{PL_TLS13, SSL_OP_NO_TLSv1_3},
                                          {PL_TLS12, SSL_OP_NO_TLSv1_2},
                                          {PL_TLS11, SSL_OP_NO_TLSv1_1},
                                          {PL_TLS10, SSL_OP_NO_TLSv1}};

/* OpenSSL 3 allows what is older than TLS 1.2 only at security level 0. */
static bool is_enabled(SSL *ssl, const struct version *v)
{
    long min = SSL_get_min_proto_version(ssl), max = SSL_get_max_proto_version(ssl);

    if (SSL_get_options(ssl) & v->option)
        return false;
    if (v->version < min || (max != 0 && v->version > max))
        return false;
    return v->version >= PL_TLS12 || SSL_get_security_level(ssl) == 0;
}

uint16_t ngx_http_plimsoll_tls_choice(SSL *ssl, uint16_t client_max)
{
    for (size_t i = 0; i < PL_COUNT(versions); i++)
        if (versions[i].version <= client_max && is_enabled(ssl, &versions[i]))
            return versions[i].version;
    return 0;
}

static const uint64_t version_checks =
    PL_MASK(tls_version_ssl) | PL_MASK(tls_version_10_11) | PL_MASK(tls_version_12);

/* Of a choice that is only foreseen, nothing but the version counts. */
static void judge_choice(const struct pl_tls_facts *facts, uint16_t version,
                         struct pl_findings *findings)
{
    enum { ANY_GOOD_SUITE = 0x1301 };
    struct pl_tls_facts chosen = *facts;
    struct pl_findings found = {0};

    pl_tls_facts_selected(&chosen, version, ANY_GOOD_SUITE, 0);
    pl_check_tls(&chosen, &found);
    findings->seen[PL_FAMILY_TLS] |= found.seen[PL_FAMILY_TLS] & version_checks;
    findings->failed[PL_FAMILY_TLS] |= found.failed[PL_FAMILY_TLS] & version_checks;
}

void ngx_http_plimsoll_tls_judge_hello(SSL *ssl, const struct pl_tls_facts *facts,
                                       struct pl_findings *findings)
{
    uint16_t version = ngx_http_plimsoll_tls_choice(ssl, facts->max_version);

    pl_check_tls(facts, findings);
    if (version)
        judge_choice(facts, version, findings);
}

void ngx_http_plimsoll_tls_lower(SSL *ssl)
{
    SSL_set_security_level(ssl, 0);
    SSL_clear_options(ssl, SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2);
    SSL_set_min_proto_version(ssl, TLS1_VERSION);
    SSL_set_cipher_list(ssl, "ALL:!aNULL:!eNULL:@SECLEVEL=0");
    ERR_clear_error(); /* what could not be lowered ends in an alert, as without this */
}
