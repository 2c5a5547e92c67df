/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads tests/vectors/tls/NAME.txt; tests/vectors/make_tls.py says what stands in it. */
#ifndef TLS_VECTOR_H
#define TLS_VECTOR_H

#include "common/check/tls.h"
#include "common/read/tls/flow.h"
#include "common/user/catalogue_text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VECTOR_BYTES = 4096, VECTOR_FACTS = 16, VECTORS_MAX = 200, VECTOR_TEXT = 24576 };

#define VECTOR_FOLDER "tests/vectors/tls"

struct bytes {
    size_t len;
    uint8_t at[VECTOR_BYTES];
};

struct vector {
    char name[64];
    uint16_t port;
    struct bytes client, again, server;
    enum pl_outcome client_outcome, server_outcome;
    uint64_t failed, passed; /* of the family TLS */
    int facts, flows;
    struct vector_fact {
        char name[32], value[64];
    } fact[VECTOR_FACTS], flow[VECTOR_FACTS]; /* of struct pl_tls_facts, of struct pl_tls_flow */
};

static void vector_stop(const char *name, const char *what)
{
    fprintf(stderr, "%s/%s: %s\n", VECTOR_FOLDER, name, what);
    exit(1);
}

static uint64_t check_mask(const char *vector, const char *id)
{
    const struct pl_check_row *row = pl_check_row_named(id);

    if (!row || row->family != PL_FAMILY_TLS)
        vector_stop(vector, id);
    return PL_BIT(row->id % PL_FAMILY_CHECKS);
}

static uint64_t check_masks(const char *vector, char *ids)
{
    uint64_t masks = 0;

    for (char *id = strtok(ids, " "); id; id = strtok(NULL, " "))
        masks |= check_mask(vector, id);
    return masks;
}

static void read_hex(const char *vector, const char *hex, struct bytes *b)
{
    unsigned byte;

    for (b->len = 0; sscanf(hex, "%2x", &byte) == 1; hex += 2) {
        if (b->len == VECTOR_BYTES)
            vector_stop(vector, "too long");
        b->at[b->len++] = (uint8_t)byte;
    }
}

static void read_outcome(struct vector *v, const char *text)
{
    enum pl_outcome outcome = strstr(text, "malformed") ? PL_MALFORMED : PL_MORE;

    if (!strncmp(text, "client", 6))
        v->client_outcome = outcome;
    else
        v->server_outcome = outcome;
}

static bool read_fact(struct vector_fact *facts, int *count, const char *text)
{
    struct vector_fact *fact = &facts[*count];

    if (*count == VECTOR_FACTS || sscanf(text, "%31s %63s", fact->name, fact->value) != 2)
        return false;
    ++*count;
    return true;
}

static void read_line(struct vector *v, char *line)
{
    char *value = strchr(line, ' ');

    if (*line == '#' || !value)
        return;
    *value++ = '\0';
    if (!strcmp(line, "port"))
        v->port = (uint16_t)atoi(value);
    else if (!strcmp(line, "client"))
        read_hex(v->name, value, &v->client);
    else if (!strcmp(line, "again"))
        read_hex(v->name, value, &v->again);
    else if (!strcmp(line, "server"))
        read_hex(v->name, value, &v->server);
    else if (!strcmp(line, "outcome"))
        read_outcome(v, value);
    else if (!strcmp(line, "failed"))
        v->failed = check_masks(v->name, value);
    else if (!strcmp(line, "passed"))
        v->passed = check_masks(v->name, value);
    else if (!(!strcmp(line, "fact") && read_fact(v->fact, &v->facts, value)) &&
             !(!strcmp(line, "flow") && read_fact(v->flow, &v->flows, value)))
        vector_stop(v->name, line);
}

/* Client, client again, server, as a host would feed them. */
static inline void vector_flow(const struct vector *v, struct pl_tls_flow *w)
{
    pl_tls_flow_init(w, v->port);
    pl_tls_flow_feed(w, PL_TLS_CLIENT, v->client.at, v->client.len);
    pl_tls_flow_feed(w, PL_TLS_CLIENT, v->again.at, v->again.len);
    pl_tls_flow_feed(w, PL_TLS_SERVER, v->server.at, v->server.len);
}

/* Lines that begin with a space go on with the line before. */
static void read_lines(struct vector *v, char *text)
{
    char *out = text, *line;

    for (char *in = text; *in; in++) {
        if (in[0] == '\n' && in[1] == ' ')
            in++;
        else
            *out++ = *in;
    }
    *out = '\0';
    while ((line = strsep(&text, "\n")))
        read_line(v, line);
}

static void vector_load(struct vector *v, const char *name)
{
    static char path[400], text[VECTOR_TEXT];
    FILE *f;
    size_t len;

    memset(v, 0, sizeof *v);
    snprintf(v->name, sizeof v->name, "%.63s", name);
    v->client_outcome = v->server_outcome = PL_DONE;
    snprintf(path, sizeof path, "%s/%s", VECTOR_FOLDER, name);
    f = fopen(path, "r");
    if (!f)
        vector_stop(name, "cannot be read; run from the top of the source");
    len = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[len] = '\0';
    read_lines(v, text);
}

/* All vectors; the count. */
static int vectors_load(struct vector *v)
{
    DIR *folder = opendir(VECTOR_FOLDER);
    struct dirent *entry;
    int count = 0;

    if (!folder)
        vector_stop(".", "cannot be read; run from the top of the source");
    while ((entry = readdir(folder)) && count < VECTORS_MAX)
        if (strstr(entry->d_name, ".txt"))
            vector_load(&v[count++], entry->d_name);
    closedir(folder);
    return count;
}

#endif
