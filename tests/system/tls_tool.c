/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads TLS connections for tests: each line of input is the server's port, the client's bytes and
 * the server's in hexadecimal ("-": none); each line of output the facts as name=value, the leaf
 * certificate and the client's random in hexadecimal. */
#include "common/read/tls/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is handed over. */
struct pile {
    uint8_t bytes[1 << 17];
    size_t len;
};

static struct pile hello, leaf;

static size_t unhex(const char *hex, uint8_t *out)
{
    unsigned byte;
    size_t len = 0;

    for (; *hex != '-' && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[len++] = (uint8_t)byte;
    return len;
}

static void add(struct pile *p, const uint8_t *at, size_t n)
{
    if (p->len + n > sizeof p->bytes)
        exit(1);
    memcpy(p->bytes + p->len, at, n);
    p->len += n;
}

static void feed(struct pl_tls_flow *w, enum pl_tls_side side, const uint8_t *bytes, size_t len)
{
    struct pl_tls_taken taken;
    uint32_t off = 0, n;

    while ((n = pl_tls_flow_step(w, side, bytes, off, (uint32_t)len, &taken)) > 0) {
        if (taken.what == PL_TAKEN_HELLO)
            add(&hello, bytes + off, n);
        if (taken.what == PL_TAKEN_CERTIFICATE && taken.certificate == 0)
            add(&leaf, bytes + off, n);
        off += n;
    }
}

static void print_hex(const char *name, const uint8_t *at, size_t len)
{
    printf(" %s=", name);
    for (size_t i = 0; i < len; i++)
        printf("%02x", at[i]);
}

static void print_flow(const struct pl_tls_flow *w)
{
    printf(" chain=%d records=%d hellos=%d client_cert=%d alerts=", w->certificates,
           w->hello_records, w->client_hellos, w->client_certificate);
    for (int i = 0; i < w->alerts; i++)
        printf("%s%c:%d:%d", i ? ";" : "", w->alert[i].side == PL_TLS_CLIENT ? 'c' : 's',
               w->alert[i].level, w->alert[i].description);
    print_hex("random", hello.bytes + 6, hello.len < 38 ? 0 : 32);
    print_hex("leaf", leaf.bytes, w->certificates ? leaf.len : 0);
    printf("\n");
}

static void print_facts(const struct pl_tls_flow *w)
{
    static const char *const outcomes[] = {"more", "done", "malformed"};
    struct pl_tls_facts f;

    pl_tls_flow_facts(w, &f);
    printf("client=%s server=%s client_hello=%d server_hello=%d sslv2=%d retry=%d max=%04x "
           "version=%04x suite=%04x group=%04x sni=%.*s",
           outcomes[pl_tls_flow_outcome(w, PL_TLS_CLIENT)],
           outcomes[pl_tls_flow_outcome(w, PL_TLS_SERVER)], f.client_hello, f.server_hello, f.sslv2,
           f.hello_retry, f.max_version, f.version, f.suite, f.group, f.sni_len,
           (const char *)f.sni);
    print_flow(w);
}

int main(void)
{
    char *line = NULL, *word[3], *rest;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        uint8_t *bytes = malloc(size);
        struct pl_tls_flow w;

        rest = line;
        for (int i = 0; i < 3; i++)
            word[i] = strsep(&rest, " \n");
        if (!bytes || !word[2])
            return 1;
        hello.len = leaf.len = 0;
        pl_tls_flow_init(&w, (uint16_t)atoi(word[0]));
        feed(&w, PL_TLS_CLIENT, bytes, unhex(word[1], bytes));
        feed(&w, PL_TLS_SERVER, bytes, unhex(word[2], bytes));
        print_facts(&w);
        fflush(stdout);
        free(bytes);
    }
    free(line);
    return 0;
}
