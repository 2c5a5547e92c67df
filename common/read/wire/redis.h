/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client says to Redis, in arrays of strings or in lines (Redis's own protocol
 * specification, RESP2 and RESP3): whether it logs in (AUTH, HELLO ... AUTH) and whether it sends a
 * command that is more than greeting and keeping the connection alive.
 *
 * Lines are ordinary words, so they are recognised only on Redis's port.  Of arguments nothing is
 * gathered but words of four letters behind HELLO, up to AUTH; of the server only two error texts
 * are known.  Redis has no way to begin TLS within a connection.
 */
#ifndef PL_READ_REDIS_H
#define PL_READ_REDIS_H

#include "../credential.h"
#include "frame.h"

enum {
    PL_PORT_REDIS = 6379,
    PL_REDIS_WORD_MAX = 15,       /* letters of a command that are compared */
    PL_REDIS_COUNT_MAX = 1 << 20, /* strings of a command */
    PL_REDIS_BULK_MAX = 512 << 20 /* bytes of a string */
};

struct pl_redis {
    bool command; /* some command in clear */
    bool data;    /* one that is more than greeting and keeping alive */
    bool login;
    bool hello, named; /* this command is HELLO; its name is known */
    uint8_t word_len;
    uint8_t word[PL_REDIS_WORD_MAX + 1]; /* of the command; capitals */
    uint8_t digits;
    uint32_t number; /* that is being read */
    uint32_t count;  /* strings of this command that are still to come */
    uint64_t creds;  /* enum pl_credential_number */
};

enum pl_redis_state {
    PL_REDIS_START, /* of a command */
    PL_REDIS_COUNT, /* digits behind '*' */
    PL_REDIS_BULK,  /* '$' */
    PL_REDIS_LENGTH,
    PL_REDIS_STRING, /* the command's name, or a word of four letters behind HELLO */
    PL_REDIS_SKIPPED,
    PL_REDIS_LINE /* words of a line */
};

enum { PL_REDIS_QUIET = 6, PL_REDIS_LINES = 11 };

/* The first six say nothing of what is stored; all but two are those that a line may begin with. */
PL_TABLE char pl_redis_words[PL_REDIS_LINES][PL_REDIS_WORD_MAX + 1] = {
    "PING", "QUIT", "HELLO",  "CLIENT", "COMMAND", "RESET",
    "AUTH", "INFO", "SELECT", "CONFIG", "KEYS"};

PL_INLINE bool pl_redis_is(const struct pl_redis *r, const char *word)
{
    for (uint32_t i = 0; i <= PL_REDIS_WORD_MAX; i++) {
        if (i >= r->word_len)
            return word[i] == 0;
        if (r->word[i] != (uint8_t)word[i])
            return false;
    }
    return false;
}

/* "*2\r\n$4\r\nA": a number, the end of the line, a number, the end of the line, a letter. */
PL_INLINE enum pl_match pl_redis_match_array(const uint8_t *byte, uint32_t len)
{
    uint32_t part = 0, digits = 0;

    for (uint32_t i = 1; i < len && i < PL_PREFIX_MAX; i++) {
        uint8_t c = byte[i];
        bool right = true;

        if ((part == 0 || part == 3) && c >= '0' && c <= '9' && digits < 7)
            digits++;
        else if (part == 0 || part == 3)
            right = c == '\r' && digits;
        else if (part == 5)
            return pl_upper(c) >= 'A' && pl_upper(c) <= 'Z' ? PL_MATCH_YES : PL_MATCH_NO;
        else
            right = c == (part == 2 ? '$' : '\n');
        if (!right)
            return PL_MATCH_NO;
        if (c < '0' || c > '9') {
            part++;
            digits = 0;
        }
    }
    return PL_MATCH_MORE;
}

PL_INLINE enum pl_match pl_redis_match_word(const uint8_t *byte, uint32_t len, const char *word)
{
    for (uint32_t i = 0; i <= PL_REDIS_WORD_MAX; i++) {
        if (i >= len)
            return PL_MATCH_MORE;
        if (word[i] == 0)
            return byte[i] == ' ' || byte[i] == '\r' || byte[i] == '\n' ? PL_MATCH_YES
                                                                        : PL_MATCH_NO;
        if (pl_upper(byte[i]) != (uint8_t)word[i])
            return PL_MATCH_NO;
    }
    return PL_MATCH_NO;
}

PL_INLINE enum pl_match pl_redis_match_line(const uint8_t *byte, uint32_t len)
{
    enum pl_match best = PL_MATCH_NO, one;

    for (uint32_t i = 0; i < PL_REDIS_LINES; i++) {
        one = pl_redis_match_word(byte, len, pl_redis_words[i]);
        best = one > best ? one : best;
    }
    return best;
}

PL_INLINE enum pl_match pl_redis_match_text(const uint8_t *byte, uint32_t len, const char *text)
{
    for (uint32_t i = 0; text[i]; i++) {
        if (i >= len)
            return PL_MATCH_MORE;
        if (byte[i] != (uint8_t)text[i])
            return PL_MATCH_NO;
    }
    return PL_MATCH_YES;
}

PL_INLINE enum pl_match pl_redis_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                       uint16_t port)
{
    enum pl_match auth, denied;

    if (len == 0)
        return PL_MATCH_MORE;
    if (side == PL_SERVER) {
        auth = pl_redis_match_text(byte, len, "-NOAUTH Authentication");
        denied = pl_redis_match_text(byte, len, "-DENIED Redis");
        return auth > denied ? auth : denied;
    }
    if (byte[0] == '*')
        return pl_redis_match_array(byte, len);
    return port == PL_PORT_REDIS ? pl_redis_match_line(byte, len) : PL_MATCH_NO;
}

PL_INLINE void pl_redis_begin(struct pl_redis *r, struct pl_frames *f)
{
    (void)r;
    pl_frame_next(&f->of[PL_CLIENT], PL_REDIS_START, 0, 1);
    pl_frame_ignore(&f->of[PL_SERVER]);
}

/* The name of a command is whole. */
PL_INLINE void pl_redis_named(struct pl_redis *r)
{
    bool quiet = false;

    for (uint32_t i = 0; i < PL_REDIS_QUIET; i++)
        quiet |= pl_redis_is(r, pl_redis_words[i]);
    r->named = r->command = true;
    r->hello = pl_redis_is(r, "HELLO");
    if (pl_redis_is(r, "AUTH")) {
        r->login = true;
        r->creds |= PL_CREDENTIAL_BIT(REDIS_AUTH);
    } else {
        r->data |= !quiet;
    }
    r->word_len = 0;
}

/* A word behind HELLO is whole. */
PL_INLINE void pl_redis_argument(struct pl_redis *r)
{
    if (r->hello && pl_redis_is(r, "AUTH")) {
        r->login = true;
        r->creds |= PL_CREDENTIAL_BIT(REDIS_AUTH);
        r->hello = false;
    }
    r->word_len = 0;
}

PL_INLINE void pl_redis_letter(struct pl_redis *r, uint8_t c)
{
    uint32_t at = r->word_len;

    PL_HIDE(at);
    r->word[at & PL_REDIS_WORD_MAX] = c > ' ' ? pl_upper(c) : '?'; /* no zero: it ends a word */
    if (r->word_len <= PL_REDIS_WORD_MAX)
        r->word_len++; /* one more than is compared: no word is so long */
}

PL_INLINE void pl_redis_start(struct pl_redis *r, struct pl_frames *f, uint8_t c)
{
    struct pl_frame *client = &f->of[PL_CLIENT];

    r->named = r->hello = false;
    r->word_len = r->digits = 0;
    r->number = 0;
    if (r->login) {
        f->end = PL_WIRE_READ; /* nothing that follows says more */
    } else if (c == '*') {
        pl_frame_next(client, PL_REDIS_COUNT, 0, 1);
    } else if (c == '\r' || c == '\n') {
        pl_frame_next(client, PL_REDIS_START, 0, 1);
    } else if (c > ' ' && c <= '~') {
        pl_redis_letter(r, c);
        pl_frame_next(client, PL_REDIS_LINE, 0, 1);
    } else {
        f->end = PL_WIRE_MALFORMED;
    }
}

/* A digit; true at the end of the line; an end that is no end at all is MALFORMED. */
PL_INLINE bool pl_redis_digit(struct pl_redis *r, struct pl_frames *f, uint8_t c, uint32_t max)
{
    if (c >= '0' && c <= '9' && r->digits < 10) {
        if (r->number > max / 10)
            f->end = PL_WIRE_MALFORMED;
        r->number = r->number * 10 + (c - '0');
        r->digits++;
        return false;
    }
    if (c != '\r' && (c != '\n' || !r->digits))
        f->end = PL_WIRE_MALFORMED;
    return c == '\n';
}

PL_INLINE void pl_redis_next_string(struct pl_redis *r, struct pl_frames *f)
{
    r->digits = 0;
    r->number = 0;
    pl_frame_next(&f->of[PL_CLIENT], r->count ? PL_REDIS_BULK : PL_REDIS_START, 0, 1);
}

PL_INLINE void pl_redis_length(struct pl_redis *r, struct pl_frames *f)
{
    struct pl_frame *client = &f->of[PL_CLIENT];
    uint32_t whole = r->number + 2; /* and the end of the line */
    bool wanted = !r->named ? r->number <= PL_REDIS_WORD_MAX : r->hello && r->number == 4;

    r->count--;
    if (wanted)
        pl_frame_next(client, PL_REDIS_STRING, 0, whole);
    else
        pl_frame_next(client, PL_REDIS_SKIPPED, whole, 0);
}

PL_INLINE void pl_redis_string(struct pl_redis *r, struct pl_frames *f)
{
    const uint8_t *byte = f->of[PL_CLIENT].byte;

    for (uint32_t i = 0; i < r->number && i < PL_REDIS_WORD_MAX; i++)
        pl_redis_letter(r, byte[i]);
    if (r->named)
        pl_redis_argument(r);
    else
        pl_redis_named(r);
    pl_redis_next_string(r, f);
}

PL_INLINE void pl_redis_line(struct pl_redis *r, struct pl_frames *f, uint8_t c)
{
    bool end = c == '\n';

    pl_frame_next(&f->of[PL_CLIENT], end ? PL_REDIS_START : PL_REDIS_LINE, 0, 1);
    if (c > ' ') {
        if (!r->named || r->hello)
            pl_redis_letter(r, c);
    } else if (r->word_len) {
        if (r->named)
            pl_redis_argument(r);
        else
            pl_redis_named(r);
    }
}

PL_INLINE void pl_redis_frame(struct pl_redis *r, struct pl_frames *f, enum pl_side side)
{
    struct pl_frame *client = &f->of[PL_CLIENT];
    uint8_t state = client->state, c = client->byte[0];

    if (side == PL_SERVER)
        return;
    client->have = 0;
    if (state == PL_REDIS_START) {
        pl_redis_start(r, f, c);
    } else if (state == PL_REDIS_COUNT) {
        if (pl_redis_digit(r, f, c, PL_REDIS_COUNT_MAX)) {
            r->count = r->number;
            pl_redis_next_string(r, f);
        }
    } else if (state == PL_REDIS_BULK) {
        pl_frame_next(client, PL_REDIS_LENGTH, 0, 1);
        if (c != '$')
            f->end = PL_WIRE_MALFORMED;
    } else if (state == PL_REDIS_LENGTH) {
        if (pl_redis_digit(r, f, c, PL_REDIS_BULK_MAX))
            pl_redis_length(r, f);
    } else if (state == PL_REDIS_STRING) {
        pl_redis_string(r, f);
    } else if (state == PL_REDIS_SKIPPED) {
        if (!r->named) /* a name longer than any that is known */
            r->named = r->command = r->data = true;
        pl_redis_next_string(r, f);
    } else {
        pl_redis_line(r, f, c);
    }
}

#endif
