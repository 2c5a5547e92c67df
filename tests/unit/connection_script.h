/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections written down turn by turn, and a real handshake of TLS to go into them. */
#ifndef PL_TEST_CONNECTION_SCRIPT_H
#define PL_TEST_CONNECTION_SCRIPT_H

#include "connection_talk.h"
#include "tls_vector.h"

static struct vector vectors[VECTORS_MAX];
static int vector_count;
static struct script script;
static struct heard heard;

static inline const struct vector *vector_named(const char *name)
{
    for (int i = 0; i < vector_count; i++)
        if (!strcmp(vectors[i].name, name))
            return &vectors[i];
    fail_msg("there is no vector %s", name);
    return NULL;
}

static inline int load(void **state)
{
    (void)state;
    vector_count = vectors_load(vectors);
    return vector_count == 0;
}

static inline void client(const char *text)
{
    say(&script, PL_CLIENT, text, strlen(text));
}

static inline void server(const char *text)
{
    say(&script, PL_SERVER, text, strlen(text));
}

#define CLIENT(bytes) say(&script, PL_CLIENT, bytes, sizeof(bytes) - 1)
#define SERVER(bytes) say(&script, PL_SERVER, bytes, sizeof(bytes) - 1)

/* A real handshake of TLS 1.2, up to what is encrypted. */
static inline void tls_hellos(void)
{
    const struct vector *v = vector_named("openssl-12-flight.txt");

    say(&script, PL_CLIENT, v->client.at, v->client.len);
    say(&script, PL_SERVER, v->server.at, v->server.len);
}

/* The hello and the certificate are those that were said, and what is found of TLS is found.  A
 * missing name is judged on some ports only. */
static inline void must_have_tls(uint16_t port)
{
    const struct vector *v = vector_named("openssl-12-flight.txt");
    struct pl_findings f = heard_findings(&heard);
    uint64_t by_port = PL_MASK(tls_plain_on_tls_port) | PL_MASK(tls_sni_missing);

    assert_int_equal(heard.c.tls.client_hellos, 1);
    assert_int_equal(heard.c.tls.certificates, 1);
    assert_int_equal(f.failed[PL_FAMILY_TLS] & ~by_port, v->failed & ~by_port);
    assert_int_equal(f.seen[PL_FAMILY_TLS] & ~by_port, (v->failed | v->passed) & ~by_port);
    if (!pl_port_is_tls(port))
        assert_int_equal(f.seen[PL_FAMILY_TLS] & PL_MASK(tls_plain_on_tls_port), 0);
    assert_int_equal(heard.hello, 4 + pl_be24(v->client.at + 6));
    assert_memory_equal(heard.hello_bytes, v->client.at + 5, heard.hello);
    assert_true(heard.chain > 200 && heard.chain_bytes[0] == 0x30 && heard.chain_bytes[1] == 0x82);
    assert_int_equal(heard.chain, 4 + pl_be16(heard.chain_bytes + 2));
}

static inline void begin(const char *name, uint16_t port)
{
    script_begin(&script, name, port);
}

/* All ways; then exactly these fail beside those of TLS. */
static inline void hold(const char *ids)
{
    struct pl_findings f;

    script_holds(&script, &heard);
    f = heard_findings(&heard);
    must_fail(&script, &f, ids);
}

#endif
