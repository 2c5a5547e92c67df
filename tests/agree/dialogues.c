/* SPDX-License-Identifier: BSD-2-Clause */
#include "agree.h"

#include "tests/unit/tls_vector.h"
#include "tests/vectors/text_vectors.h"

static size_t count;

static struct dialogue *add(struct dialogue *list, const char *kind, const char *title,
                            uint16_t port)
{
    struct dialogue *d = &list[count];

    if (count++ == DIALOGUES_MAX)
        exit(1);
    snprintf(d->title, sizeof(d->title), "%s: %s", kind, title);
    d->port = port;
    d->bytes = calloc(1, DIALOGUE_BYTES);
    return d;
}

static void say(struct dialogue *d, const void *bytes, size_t len)
{
    if (d->len + len > DIALOGUE_BYTES)
        exit(1);
    memcpy(d->bytes + d->len, bytes, len);
    d->len += (uint32_t)len;
}

static void load_text(struct dialogue *list, const char *name)
{
    static struct text_vector v;
    char path[100];
    FILE *file;

    snprintf(path, sizeof(path), "tests/vectors/text/%s.txt", name);
    file = fopen(path, "r");
    if (!file)
        exit(1);
    while (text_vector_next(file, &v))
        say(add(list, name, v.title, v.port), v.bytes, v.len);
    fclose(file);
}

/* The hello alone, after STARTTLS, and after a proxy was asked for a tunnel. */
static void load_tls(struct dialogue *list, const struct vector *v)
{
    static const char smtp[] = "EHLO x\r\nSTARTTLS\r\n";
    static const char proxy[] = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
    struct dialogue *d;

    if (!v->client.len)
        return;
    say(add(list, "tls", v->name, v->port), v->client.at, v->client.len);
    d = add(list, "smtp, then tls", v->name, 587);
    say(d, smtp, sizeof(smtp) - 1);
    say(d, v->client.at, v->client.len);
    d = add(list, "proxy, then tls", v->name, 3128);
    say(d, proxy, sizeof(proxy) - 1);
    say(d, v->client.at, v->client.len);
}

/* A hello in records of 100 bytes. */
static void load_records(struct dialogue *list, const struct vector *v)
{
    struct dialogue *d;
    uint8_t head[5] = {22, 3, 1, 0, 0};

    if (v->client.len < 200 || v->client.at[0] != 22)
        return;
    d = add(list, "tls in short records", v->name, v->port);
    for (size_t at = 5, n; at < v->client.len; at += n) {
        n = v->client.len - at < 100 ? v->client.len - at : 100;
        head[4] = (uint8_t)n;
        say(d, head, sizeof(head));
        say(d, v->client.at + at, n);
    }
}

size_t dialogues_load(struct dialogue *list)
{
    static const char *const names[] = {"ftp", "http", "imap", "net", "pop3", "smtp"};
    static struct vector vectors[VECTORS_MAX];
    int hellos = vectors_load(vectors);

    count = 0;
    for (size_t i = 0; i < PL_COUNT(names); i++)
        load_text(list, names[i]);
    for (int i = 0; i < hellos; i++) {
        load_tls(list, &vectors[i]);
        load_records(list, &vectors[i]);
    }
    return count;
}

uint32_t cut_next(struct cut *cut, uint32_t left)
{
    uint32_t n = cut->most;

    if (cut->random) {
        cut->random = cut->random * 1664525 + 1013904223; /* any generator will do */
        n = 1 + (cut->random >> 8) % cut->most;
        if (cut->random >> 30 == 0)
            n = 1 + n % 7;
    }
    return n < left ? n : left;
}
