/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads hellos for tests: each line of input is the server's port, the client's bytes and the
 * server's in hexadecimal ("-": none); each line of output the facts as name=value. */
#include "common/read/tls/hello.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t unhex(const char *hex, uint8_t *out)
{
    unsigned byte;
    size_t len = 0;

    for (; *hex != '-' && sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[len++] = (uint8_t)byte;
    return len;
}

static void print_facts(const struct pl_tls *client, const struct pl_tls *server)
{
    static const char *const outcomes[] = {"more", "done", "malformed"};
    const struct pl_tls_facts *f = &server->facts;

    printf("client=%s server=%s client_hello=%d server_hello=%d sslv2=%d retry=%d max=%04x "
           "version=%04x suite=%04x group=%04x sni=%.*s\n",
           outcomes[pl_tls_outcome(client)], outcomes[pl_tls_outcome(server)], f->client_hello,
           f->server_hello, f->sslv2, f->hello_retry, f->max_version, f->version, f->suite,
           f->group, f->sni_len, (const char *)f->sni);
}

int main(void)
{
    char *line = NULL, *word[3], *rest;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        uint8_t *bytes = malloc(size);
        struct pl_tls client, server;

        rest = line;
        for (int i = 0; i < 3; i++)
            word[i] = strsep(&rest, " \n");
        if (!bytes || !word[2])
            return 1;
        pl_tls_init(&client, PL_TLS_CLIENT, (uint16_t)atoi(word[0]));
        pl_tls_feed(&client, bytes, unhex(word[1], bytes));
        pl_tls_init_server(&server, &client.facts);
        pl_tls_feed(&server, bytes, unhex(word[2], bytes));
        print_facts(&client, &server);
        fflush(stdout);
        free(bytes);
    }
    free(line);
    return 0;
}
