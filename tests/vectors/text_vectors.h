/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read the vectors of tests/vectors/text: what a client says on one TCP connection, and what has to
 * come out of it.  A file holds many, each like this:
 *
 *   = a title
 *   port 25                    where the server listens; 0 when not said
 *   > EHLO x\r\n               the client's bytes; \r \n \t \\ \xHH, spaces before the end count
 *   > AUTH P\|LAIN x\r\n       \| : here, and not a byte before, the first check fails
 *   repeat 3 a:b\r\n           the bytes three times
 *   hello                      a small ClientHello for sni.example
 *   outcome more               more, done or malformed
 *   protocol smtp              enum pl_protocol in lower case
 *   end line-long              enum pl_text_end in lower case; "not" when not said
 *   name www.example.org       the destination's; none when not said
 *   failed ID ...              the checks that fail, all of them but those of TLS
 *   passed ID ...              the checks that are seen and do not fail, all but those of TLS
 *
 * Lines that begin with # and empty lines say nothing.  For tests: it exits on a bad file.
 */
#ifndef PL_TEXT_VECTORS_H
#define PL_TEXT_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check/stream.h"
#include "common/user/catalogue_text.h"

struct text_vector {
    char title[120], name[256];
    uint16_t port;
    enum pl_outcome outcome;
    enum pl_protocol protocol;
    enum pl_text_end end;
    size_t fails_at; /* after so many bytes; 0: not said */
    struct pl_findings want;
    size_t len;
    uint8_t bytes[80000];
};

/* A ClientHello: TLS 1.2 with one suite and the name sni.example. */
static const uint8_t text_vector_hello[] = "\x16\x03\x01\x00\x43\x01\x00\x00\x3f\x03\x03"
                                           "0123456789abcdef0123456789abcdef"
                                           "\x00\x00\x02\x13\x01\x01\x00\x00\x14"
                                           "\x00\x00\x00\x10\x00\x0e\x00\x00\x0bsni.example";

__attribute__((noreturn)) static void text_vector_bad(const char *what, const char *text)
{
    fprintf(stderr, "text vectors: %s: %s\n", what, text);
    exit(1);
}

static int text_vector_word(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    text_vector_bad("unknown word", word);
}

static void text_vector_byte(struct text_vector *v, unsigned c)
{
    if (v->len == sizeof(v->bytes))
        text_vector_bad("too long", v->title);
    v->bytes[v->len++] = (uint8_t)c;
}

static void text_vector_bytes(struct text_vector *v, const char *p)
{
    static const char escapes[] = "rnt\\", values[] = "\r\n\t\\";
    const char *at;
    unsigned c;

    for (; *p; p++) {
        if (*p != '\\') {
            text_vector_byte(v, (uint8_t)*p);
        } else if (*++p == '|') {
            v->fails_at = v->len;
        } else if (*p == 'x' && sscanf(p + 1, "%2x", &c) == 1) {
            text_vector_byte(v, c);
            p += 2;
        } else if (*p && (at = strchr(escapes, *p))) {
            text_vector_byte(v, (uint8_t)values[at - escapes]);
        } else {
            text_vector_bad("unknown escape", p);
        }
    }
}

static void text_vector_checks(struct text_vector *v, char *ids, bool failed)
{
    for (char *id = strtok(ids, " "); id; id = strtok(NULL, " ")) {
        const struct pl_check_row *row = pl_check_row_named(id);
        if (!row)
            text_vector_bad("unknown check", id);
        pl_found(&v->want, (enum pl_family)row->family, PL_BIT(row->id % PL_FAMILY_CHECKS), failed);
    }
}

static void text_vector_repeat(struct text_vector *v, char *rest)
{
    char *text;
    long n = strtol(rest, &text, 10);

    while (n-- > 0)
        text_vector_bytes(v, text + 1);
}

/* One line: a word and the rest. */
static void text_vector_line(struct text_vector *v, const char *word, char *rest)
{
    static const char *const outcomes[] = {"more", "done", "malformed"};
    static const char *const protocols[] = {"unknown", "tls", "http",   "smtp", "imap",
                                            "pop3",    "ftp", "telnet", "other"};
    static const char *const ends[] = {"not",       "read", "other",    "body",
                                       "line-long", "long", "malformed"};

    if (strcmp(word, ">") == 0)
        text_vector_bytes(v, rest);
    else if (strcmp(word, "repeat") == 0)
        text_vector_repeat(v, rest);
    else if (strcmp(word, "hello") == 0)
        for (size_t i = 0; i < sizeof(text_vector_hello) - 1; i++)
            text_vector_byte(v, text_vector_hello[i]);
    else if (strcmp(word, "port") == 0)
        v->port = (uint16_t)atoi(rest);
    else if (strcmp(word, "outcome") == 0)
        v->outcome = (enum pl_outcome)text_vector_word(rest, outcomes, PL_COUNT(outcomes));
    else if (strcmp(word, "protocol") == 0)
        v->protocol = (enum pl_protocol)text_vector_word(rest, protocols, PL_COUNT(protocols));
    else if (strcmp(word, "end") == 0)
        v->end = (enum pl_text_end)text_vector_word(rest, ends, PL_COUNT(ends));
    else if (strcmp(word, "name") == 0)
        snprintf(v->name, sizeof(v->name), "%s", rest);
    else if (strcmp(word, "failed") == 0 || strcmp(word, "passed") == 0)
        text_vector_checks(v, rest, word[0] == 'f');
    else
        text_vector_bad("unknown line", word);
}

/* The next vector of the file; false at its end. */
__attribute__((unused)) static bool text_vector_next(FILE *file, struct text_vector *v)
{
    char line[1024], *rest;
    long back;

    memset(v, 0, sizeof(*v));
    for (;;) {
        back = ftell(file);
        if (!fgets(line, sizeof(line), file))
            return v->title[0] != 0;
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 0 || line[0] == '#')
            continue;
        rest = line + strcspn(line, " ");
        if (*rest)
            *rest++ = 0;
        if (strcmp(line, "=") != 0) {
            text_vector_line(v, line, rest);
        } else if (v->title[0]) {
            fseek(file, back, SEEK_SET);
            return true;
        } else {
            snprintf(v->title, sizeof(v->title), "%s", rest);
        }
    }
}

#endif
