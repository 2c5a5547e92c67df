/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read the vectors of tests/vectors/dialogue: what both sides of a TCP connection say, in order,
 * and what has to come out of it.  A file holds many, each like this:
 *
 *   = a title
 *   port 25                  where the server listens; 0 when not said
 *   S: 220 ready\r\n         the server's bytes; the escapes are those of text_vectors.h
 *   C: EHLO x\r\n            the client's
 *   hello                    the client's: a small ClientHello for sni.example
 *   protocol smtp            enum pl_protocol in lower case
 *   server tls               enum pl_reply_state: first, iac, option, line, tls or ended
 *   facts WORD ...           the facts of dialogue_facts below that hold, all of them
 *   creds KIND ...           the kinds of credentials in clear, all of them
 *   failed ID ...            the checks that fail, all of them but those of TLS
 *   passed ID ...            the checks that are seen and do not fail, all but those of TLS
 *
 * For tests: it exits on a bad file.
 */
#ifndef PL_DIALOGUE_VECTORS_H
#define PL_DIALOGUE_VECTORS_H

#include "common/read/text/talk.h"
#include "tests/vectors/text_vectors.h"

enum { TURNS_MAX = 80 };

struct turn {
    enum pl_side side;
    size_t from, to;
};

struct dialogue_vector {
    struct text_vector text; /* its bytes are both sides'; its other members as there */
    struct turn turns[TURNS_MAX];
    size_t turn_count;
    enum pl_reply_state server;
    uint32_t facts; /* bits by dialogue_facts */
    uint64_t creds;
};

#define DIALOGUE_FACTS(FACT)                                                                       \
    FACT(asked, mail.starttls)                                                                     \
    FACT(tls, mail.encrypted)                                                                      \
    FACT(mail, mail.mail_clear)                                                                    \
    FACT(inserted, mail.inserted)                                                                  \
    FACT(answered, mail.ehlo_answered)                                                             \
    FACT(offered, mail.starttls_offered)                                                           \
    FACT(taken, mail.starttls_taken)                                                               \
    FACT(went_on, mail.went_on)                                                                    \
    FACT(ftp_tls, app.ftp_encrypted)                                                               \
    FACT(ftp_taken, app.ftp_taken)

static const char *const dialogue_facts[] = {
#define FACT(word, member) #word,
    DIALOGUE_FACTS(FACT)
#undef FACT
};

static uint32_t dialogue_facts_of(const struct pl_text *t)
{
    uint32_t bits = 0, bit = 1;

#define FACT(word, member)                                                                         \
    bits |= t->member ? bit : 0;                                                                   \
    bit <<= 1;
    DIALOGUE_FACTS(FACT)
#undef FACT
    return bits;
}

static const char *const dialogue_creds[] = {
#define PL_CREDENTIAL(NAME, name) name,
#include "common/read/credential.def"
#undef PL_CREDENTIAL
};

static uint64_t dialogue_words(char *rest, const char *const *words, size_t count)
{
    uint64_t bits = 0;

    for (char *word = strtok(rest, " "); word; word = strtok(NULL, " "))
        bits |= PL_BIT(text_vector_word(word, words, count));
    return bits;
}

static void dialogue_turn(struct dialogue_vector *v, enum pl_side side, const char *text)
{
    struct turn *turn = &v->turns[v->turn_count++];

    if (v->turn_count > TURNS_MAX)
        text_vector_bad("too many turns", v->text.title);
    turn->side = side;
    turn->from = v->text.len;
    if (text)
        text_vector_bytes(&v->text, text);
    else
        for (size_t i = 0; i < sizeof(text_vector_hello) - 1; i++)
            text_vector_byte(&v->text, text_vector_hello[i]);
    turn->to = v->text.len;
}

static void dialogue_line(struct dialogue_vector *v, const char *word, char *rest)
{
    static const char *const states[] = {"first", "iac", "option", "line", "tls", "ended"};

    if (strcmp(word, "C:") == 0)
        dialogue_turn(v, PL_CLIENT, rest);
    else if (strcmp(word, "S:") == 0)
        dialogue_turn(v, PL_SERVER, rest);
    else if (strcmp(word, "hello") == 0)
        dialogue_turn(v, PL_CLIENT, NULL);
    else if (strcmp(word, "server") == 0)
        v->server = (enum pl_reply_state)text_vector_word(rest, states, PL_COUNT(states));
    else if (strcmp(word, "facts") == 0)
        v->facts = (uint32_t)dialogue_words(rest, dialogue_facts, PL_COUNT(dialogue_facts));
    else if (strcmp(word, "creds") == 0)
        v->creds = dialogue_words(rest, dialogue_creds, PL_COUNT(dialogue_creds));
    else
        text_vector_line(&v->text, word, rest);
}

/* The next vector of the file; false at its end. */
static bool dialogue_next(FILE *file, struct dialogue_vector *v)
{
    char line[1024], *rest;
    long back;

    memset(v, 0, sizeof(*v));
    for (;;) {
        back = ftell(file);
        if (!fgets(line, sizeof(line), file))
            return v->text.title[0] != 0;
        line[strcspn(line, "\n")] = 0;
        if (line[0] == 0 || line[0] == '#')
            continue;
        rest = line + strcspn(line, " ");
        if (*rest)
            *rest++ = 0;
        if (strcmp(line, "=") != 0) {
            dialogue_line(v, line, rest);
        } else if (v->text.title[0]) {
            fseek(file, back, SEEK_SET);
            return true;
        } else {
            snprintf(v->text.title, sizeof(v->text.title), "%s", rest);
        }
    }
}

#endif
