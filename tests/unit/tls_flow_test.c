/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole connections: the same however the bytes are cut, recorded and taken in turns; what is
 * handed over is handed over byte for byte; nothing fails because the end is missing. */
#include "tls_vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PILE_BYTES = 80000 };

/* What a host collects. */
struct host {
    struct pl_tls_flow flow;
    size_t hello_len, der_len[PL_TLS_CERTIFICATES_MAX];
    uint8_t hello[PILE_BYTES], der[PL_TLS_CERTIFICATES_MAX][4096];
};

static struct vector vectors[VECTORS_MAX];
static int vector_count;

static int load(void **state)
{
    (void)state;
    vector_count = vectors_load(vectors);
    return vector_count == 0;
}

static void check(bool right, const struct vector *v, const char *what)
{
    if (!right)
        fail_msg("%s: %s", v->name, what);
}

static void start(struct host *h, uint16_t port)
{
    memset(h->der_len, 0, sizeof h->der_len);
    h->hello_len = 0;
    pl_tls_flow_init(&h->flow, port);
}

static void collect(struct host *h, const struct pl_tls_taken *taken, const uint8_t *at, size_t n)
{
    if (taken->what == PL_TAKEN_HELLO) {
        assert_true(h->hello_len + n <= sizeof h->hello);
        memcpy(h->hello + h->hello_len, at, n);
        h->hello_len += n;
    } else if (taken->what == PL_TAKEN_CERTIFICATE) {
        size_t *len = &h->der_len[taken->certificate];

        assert_in_range(taken->certificate, 0, PL_TLS_CERTIFICATES_MAX - 1);
        if (*len + n <= sizeof h->der[0])
            memcpy(h->der[taken->certificate] + *len, at, n);
        *len += n;
    }
}

/* One segment, in memory of its own size so that ASan sees any byte too many. */
static void segment(struct host *h, enum pl_tls_side side, const uint8_t *at, size_t len)
{
    struct pl_tls_taken taken;
    uint32_t off = 0, n;
    uint8_t *copy;

    if (len == 0)
        return;
    copy = malloc(len);
    assert_non_null(copy);
    memcpy(copy, at, len);
    while ((n = pl_tls_flow_step(&h->flow, side, copy, off, (uint32_t)len, &taken)) > 0) {
        collect(h, &taken, copy + off, n);
        off += n;
        assert_true(off <= len);
    }
    free(copy);
}

/* The client's bytes are those before and after a HelloRetryRequest. */
static void client_bytes(const struct vector *v, struct bytes *b)
{
    *b = v->client;
    assert_true(b->len + v->again.len <= sizeof b->at);
    memcpy(b->at + b->len, v->again.at, v->again.len);
    b->len += v->again.len;
}

static void same(const struct vector *v, const struct host *a, const struct host *b,
                 const char *how)
{
    check(!memcmp(&a->flow, &b->flow, sizeof a->flow), v, how);
    check(a->hello_len == b->hello_len && !memcmp(a->hello, b->hello, a->hello_len), v, how);
    for (int i = 0; i < PL_TLS_CERTIFICATES_MAX; i++) {
        check(a->der_len[i] == b->der_len[i], v, how);
        check(a->der_len[i] > sizeof a->der[i] || !memcmp(a->der[i], b->der[i], a->der_len[i]), v,
              how);
    }
}

static struct host whole, cut;
static struct bytes said;

static void read_whole(const struct vector *v)
{
    client_bytes(v, &said);
    start(&whole, v->port);
    segment(&whole, PL_TLS_CLIENT, said.at, said.len);
    segment(&whole, PL_TLS_SERVER, v->server.at, v->server.len);
}

/* --- what is said of a connection */

static uint64_t flow_value(const struct vector *v, const struct pl_tls_flow *w, const char *name)
{
#define FLOW(member)                                                                               \
    if (!strcmp(name, #member))                                                                    \
        return w->member;
    FLOW(hello_records)
    FLOW(client_hellos)
    FLOW(certificates)
    FLOW(certificates_cut)
    FLOW(stapled)
    FLOW(certificate_asked)
    FLOW(client_certificate)
    FLOW(server_hello_done)
    FLOW(resumed)
#undef FLOW
    fail_msg("%s: nothing is named %s", v->name, name);
    return 0;
}

static void alerts_text(const struct pl_tls_flow *w, char *out, size_t size)
{
    size_t len = 0;

    snprintf(out, size, "-");
    for (int i = 0; i < w->alerts; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%c:%u:%u", i ? ";" : "",
                                w->alert[i].side == PL_TLS_CLIENT ? 'c' : 's', w->alert[i].level,
                                w->alert[i].description);
}

static void test_flows(void **state)
{
    char alerts[200];

    (void)state;
    for (int i = 0; i < vector_count; i++) {
        const struct vector *v = &vectors[i];

        read_whole(v);
        alerts_text(&whole.flow, alerts, sizeof alerts);
        for (int k = 0; k < v->flows; k++) {
            if (!strcmp(v->flow[k].name, "alerts"))
                check(!strcmp(v->flow[k].value, alerts), v, alerts);
            else
                check(flow_value(v, &whole.flow, v->flow[k].name) ==
                          strtoull(v->flow[k].value, NULL, 10),
                      v, v->flow[k].name);
        }
    }
}

/* --- cut */

static void test_any_split(void **state)
{
    (void)state;
    for (int i = 0; i < vector_count; i++) {
        const struct vector *v = &vectors[i];

        read_whole(v);
        for (size_t at = 0; at <= said.len || at <= v->server.len; at++) {
            size_t c = at < said.len ? at : said.len, s = at < v->server.len ? at : v->server.len;

            start(&cut, v->port);
            segment(&cut, PL_TLS_CLIENT, said.at, c);
            segment(&cut, PL_TLS_CLIENT, said.at + c, said.len - c);
            segment(&cut, PL_TLS_SERVER, v->server.at, s);
            segment(&cut, PL_TLS_SERVER, v->server.at + s, v->server.len - s);
            same(v, &whole, &cut, "split in two");
        }
    }
}

static void byte_by_byte(const struct vector *v)
{
    start(&cut, v->port);
    for (size_t i = 0; i < said.len; i++)
        segment(&cut, PL_TLS_CLIENT, said.at + i, 1);
    for (size_t i = 0; i < v->server.len; i++)
        segment(&cut, PL_TLS_SERVER, v->server.at + i, 1);
    same(v, &whole, &cut, "byte by byte");
}

/* The directions in turns, the server first: only the alerts may stand in another order. */
static void in_turns(const struct vector *v)
{
    start(&cut, v->port);
    for (size_t i = 0; i < said.len || i < v->server.len; i++) {
        if (i < v->server.len)
            segment(&cut, PL_TLS_SERVER, v->server.at + i, 1);
        if (i < said.len)
            segment(&cut, PL_TLS_CLIENT, said.at + i, 1);
    }
    check(cut.flow.alerts == whole.flow.alerts, v, "alerts, in turns");
    memcpy(cut.flow.alert, whole.flow.alert, sizeof cut.flow.alert);
    same(v, &whole, &cut, "in turns");
}

static void test_any_turns(void **state)
{
    (void)state;
    for (int i = 0; i < vector_count; i++) {
        read_whole(&vectors[i]);
        byte_by_byte(&vectors[i]);
        in_turns(&vectors[i]);
    }
}

static uint64_t failures(const struct pl_tls_flow *w)
{
    struct pl_findings o = {0};
    struct pl_tls_facts f;

    pl_tls_flow_facts(w, &f);
    pl_check_tls(&f, &o);
    return o.failed[PL_FAMILY_TLS];
}

/* Cut off anywhere: what fails then fails in the end as well. */
static void test_truncation(void **state)
{
    (void)state;
    for (int i = 0; i < vector_count; i++) {
        const struct vector *v = &vectors[i];
        uint64_t all;

        read_whole(v);
        if (v->again.len) /* a second hello replaces the first */
            continue;
        all = failures(&whole.flow);
        for (size_t at = 0; at <= said.len || at <= v->server.len; at++) {
            start(&cut, v->port);
            segment(&cut, PL_TLS_CLIENT, said.at, at < said.len ? at : said.len);
            segment(&cut, PL_TLS_SERVER, v->server.at, at < v->server.len ? at : v->server.len);
            check(!(failures(&cut.flow) & ~all), v, "fails by truncation");
        }
    }
}

/* --- what is handed over */

/* The ClientHello's message from the records of the vector. */
static size_t message_of(const struct bytes *b, uint8_t *out)
{
    size_t at = 0, o = 0, end = 4;

    while (at + 5 <= b->len && o < end) {
        size_t len = pl_be16(b->at + at + 3);

        if (b->at[at] == 22) {
            memcpy(out + o, b->at + at + 5, len);
            o += len;
            end = 4 + pl_be24(out + 1);
        }
        at += 5 + len;
    }
    return end < o ? end : o;
}

/* The same message in records of n bytes. */
static size_t in_records(const uint8_t *message, size_t len, size_t n, uint8_t *out)
{
    size_t o = 0;

    for (size_t at = 0; at < len; at += n) {
        size_t take = len - at < n ? len - at : n;
        uint8_t head[] = {22, 3, 1, (uint8_t)(take >> 8), (uint8_t)take};

        memcpy(out + o, head, sizeof head);
        memcpy(out + o + sizeof head, message + at, take);
        o += sizeof head + take;
    }
    return o;
}

static void hello_in_records(const struct vector *v, const uint8_t *message, size_t len)
{
    static const size_t sizes[] = {1, 5, 100, 16384};
    static uint8_t out[6 * VECTOR_BYTES];

    for (size_t i = 0; i < PL_COUNT(sizes); i++) {
        size_t n = in_records(message, len, sizes[i], out);

        for (size_t piece = 1; piece <= n; piece = piece * 3 + 1) {
            start(&cut, v->port);
            for (size_t at = 0; at < n; at += piece)
                segment(&cut, PL_TLS_CLIENT, out + at, n - at < piece ? n - at : piece);
            check(cut.hello_len == len && !memcmp(cut.hello, message, len), v, "the message");
            check(cut.flow.hello_records == (len + sizes[i] - 1) / sizes[i], v, "its records");
        }
    }
}

static void test_the_hello_is_handed_over(void **state)
{
    static uint8_t message[VECTOR_BYTES];
    int count = 0;

    (void)state;
    for (int i = 0; i < vector_count; i++) {
        const struct vector *v = &vectors[i];
        size_t len;

        if (v->client.len == 0 || v->client.at[0] != 22)
            continue;
        len = message_of(&v->client, message);
        hello_in_records(v, message, len);
        read_whole(v);
        check(whole.hello_len == len && !memcmp(whole.hello, message, len), v, "the message");
        count++;
    }
    assert_in_range(count, 50, VECTORS_MAX);
}

static void test_sslv2_certificate(void **state)
{
    (void)state;
    for (int i = 0; i < vector_count; i++) {
        if (strcmp(vectors[i].name, "ssl2-server.txt"))
            continue;
        read_whole(&vectors[i]);
        assert_int_equal(whole.der_len[0], 40);
        assert_int_equal(whole.flow.certificates, 1);
        assert_int_equal(whole.hello_len, 0);
        return;
    }
    fail_msg("there is no ssl2-server.txt");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_any_split),
        cmocka_unit_test(test_any_turns),
        cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_the_hello_is_handed_over),
        cmocka_unit_test(test_sslv2_certificate),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
