/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The credentials in a request's headers.  One rule for every point: the byte reader of http_head.h
 * and the hosts that have whole headers both run the steps of this file.
 *
 * A header carries a credential when
 *   - it is Authorization or Proxy-Authorization (RFC 9110, 11.6.2) with anything after the scheme,
 *     whatever the scheme; a lone word that is no scheme is taken for the credential itself;
 *   - it is Private-Token, X-Vault-Token, X-Api-Key or X-Auth-Token, and is not empty;
 *   - it is Cookie and a cookie with a session-like name is not empty.
 *
 * A cookie's name is session-like, case ignored, when it
 *   - contains "sess", "auth" or "jwt", or
 *   - has "sid" at the end of a run of letters and digits ("sid", "connect.sid", "HSID", "sid_v2"),
 * or
 *   - contains "token" and neither "csrf" nor "xsrf": a token against forged requests is no login,
 *     and scripts must be able to read it.
 *
 * Nothing of a value is kept but the fact that it was there.
 */
#ifndef PL_READ_HTTP_SECRET_H
#define PL_READ_HTTP_SECRET_H

#include "word.h"
#include "../../cursor.h"

/* Seen in a cookie's name so far. */
enum pl_cookie_hit {
    PL_COOKIE_STRONG = 1 << 0, /* sess, auth, jwt, or a finished run that ends in sid */
    PL_COOKIE_TOKEN = 1 << 1,
    PL_COOKIE_FORGERY = 1 << 2, /* csrf, xsrf */
    PL_COOKIE_SID = 1 << 3      /* the run of letters and digits ends in sid at this byte */
};

/* Where in the header's value the reader stands. */
enum pl_secret_stage {
    PL_SECRET_BEGIN,      /* nothing but spaces; in a cookie: its name */
    PL_SECRET_SCHEME,     /* in the first word of Authorization */
    PL_SECRET_SCHEME_END, /* after it */
    PL_SECRET_VALUE,      /* before the first byte of a session-like cookie's value */
    PL_SECRET_OTHER       /* in a cookie that does not matter */
};

/* No scheme of the IANA registry is longer than 16 letters. */
enum { PL_SCHEME_MAX = 16 };

struct pl_secret {
    uint8_t stage, hits;
};

PL_INLINE void pl_secret_begin(struct pl_secret *s, struct pl_word *w)
{
    s->stage = PL_SECRET_BEGIN;
    s->hits = 0;
    pl_word_clear(w);
}

PL_INLINE void pl_cookie_name_step(struct pl_secret *s, struct pl_word *w, uint8_t c)
{
    uint64_t four, sid;

    pl_word_push(w, c);
    c = (uint8_t)w->low;
    if ((s->hits & PL_COOKIE_SID) && (uint8_t)(c - 'A') >= 26 && (uint8_t)(c - '0') >= 10)
        s->hits |= PL_COOKIE_STRONG;
    four = w->low & 0xffffffff;
    sid = pl_same64(w->low & 0xffffff, PL_WORD_3('S', 'I', 'D'));
    s->hits &= (uint8_t)~PL_COOKIE_SID;
    s->hits |= (uint8_t)(sid * PL_COOKIE_SID);
    s->hits |= (uint8_t)((pl_same64(four, PL_WORD_4('S', 'E', 'S', 'S')) |
                          pl_same64(four, PL_WORD_4('A', 'U', 'T', 'H')) |
                          pl_same64(w->low & 0xffffff, PL_WORD_3('J', 'W', 'T'))) *
                         PL_COOKIE_STRONG);
    s->hits |= (uint8_t)(pl_same64(w->low & 0xffffffffff, PL_WORD_5('T', 'O', 'K', 'E', 'N')) *
                         PL_COOKIE_TOKEN);
    s->hits |= (uint8_t)((pl_same64(four, PL_WORD_4('C', 'S', 'R', 'F')) |
                          pl_same64(four, PL_WORD_4('X', 'S', 'R', 'F'))) *
                         PL_COOKIE_FORGERY);
}

/* Whether the name that was read is session-like; asked at its end. */
PL_INLINE bool pl_cookie_name_sessionlike(const struct pl_secret *s)
{
    return (s->hits & (PL_COOKIE_STRONG | PL_COOKIE_SID)) ||
           (s->hits & (PL_COOKIE_TOKEN | PL_COOKIE_FORGERY)) == PL_COOKIE_TOKEN;
}

/* One byte of a Cookie header (RFC 6265, 4.2.1); true at the first byte of a session-like value. */
PL_INLINE bool pl_cookie_step(struct pl_secret *s, struct pl_word *w, uint8_t c)
{
    if (c == ';') {
        pl_secret_begin(s, w);
        return false;
    }
    if (c == ' ' || c == '\t' || s->stage == PL_SECRET_OTHER)
        return false;
    if (s->stage == PL_SECRET_VALUE)
        return c != '"';
    if (c == '=')
        s->stage = pl_cookie_name_sessionlike(s) ? PL_SECRET_VALUE : PL_SECRET_OTHER;
    else
        pl_cookie_name_step(s, w, c);
    return false;
}

PL_INLINE bool pl_authorization_step(struct pl_secret *s, struct pl_word *w, uint8_t c)
{
    if (c == ' ' || c == '\t') {
        s->stage = s->stage == PL_SECRET_BEGIN ? PL_SECRET_BEGIN : PL_SECRET_SCHEME_END;
        return false;
    }
    if (s->stage == PL_SECRET_SCHEME_END)
        return true;
    s->stage = PL_SECRET_SCHEME;
    pl_word_push(w, c);
    return w->len > PL_SCHEME_MAX;
}

/* One byte of the value of a header; key says which header.  True once a credential is there. */
PL_INLINE bool pl_secret_step(struct pl_secret *s, struct pl_word *w, uint32_t key, uint8_t c)
{
    if (key & PL_KEY_COOKIE)
        return pl_cookie_step(s, w, c);
    if (key & PL_KEY_AUTHORIZATION)
        return pl_authorization_step(s, w, c);
    return (key & PL_KEY_SECRET) && c != ' ' && c != '\t';
}

/* The value's end; true when it was a lone credential without a scheme. */
PL_INLINE bool pl_secret_end(const struct pl_secret *s, const struct pl_word *w, uint32_t key)
{
    return (key & PL_KEY_AUTHORIZATION) && s->stage != PL_SECRET_BEGIN && w->len &&
           !(pl_word_key(w) & PL_KEY_SCHEME);
}

/* For a host that has the whole header: does it carry a credential?  Not for BPF. */
PL_INLINE bool pl_http_credential_header(const uint8_t *name, size_t name_len, const uint8_t *value,
                                         size_t value_len)
{
    struct pl_cursor n = pl_cursor(name, name_len), v = pl_cursor(value, value_len);
    struct pl_word w = {0};
    struct pl_secret s;
    uint32_t key;
    uint8_t c;

    while (pl_take_u8(&n, &c))
        pl_word_push(&w, c);
    key = pl_word_key(&w);
    if (!(key & (PL_KEY_AUTHORIZATION | PL_KEY_SECRET | PL_KEY_COOKIE)))
        return false;
    pl_secret_begin(&s, &w);
    while (pl_take_u8(&v, &c))
        if (pl_secret_step(&s, &w, key, c))
            return true;
    return pl_secret_end(&s, &w, key);
}

/* For a host: is this a session-like cookie's name?  Of Cookie and of Set-Cookie alike. */
PL_INLINE bool pl_http_cookie_sessionlike(const uint8_t *name, size_t len)
{
    struct pl_cursor n = pl_cursor(name, len);
    struct pl_secret s;
    struct pl_word w;
    uint8_t c;

    pl_secret_begin(&s, &w);
    while (pl_take_u8(&n, &c))
        pl_cookie_name_step(&s, &w, c);
    return pl_cookie_name_sessionlike(&s);
}

#endif
