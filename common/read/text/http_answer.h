/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The headers of an HTTP answer to facts, for a host that has them whole.  Not for BPF.
 *
 *   pl_http_answer_header(&facts, name, name_len, value, value_len)   for each header
 *   facts.answer = pl_http_answer_redirect(status, location, ..., host, ...)
 *   facts.answer_headers = true                                       when all were given
 *
 * facts.clear has to be right before: a cookie that is set in clear is insecure whatever it says.
 *
 * Strict-Transport-Security (RFC 6797, 6.1, 8.1): the first header and in it the first max-age
 * count; a max-age may be quoted; one that is no number makes the header void; one that is too
 * large for 64 bits is the largest.
 * Set-Cookie (RFC 6265, 5.2, and draft-ietf-httpbis-rfc6265bis): attributes in any case and order;
 * SameSite counts with Strict, Lax or None.  A __Secure- cookie without Secure, or a __Host- cookie
 * that is not Secure, with Path=/ and without Domain, is insecure: browsers drop it.
 */
#ifndef PL_READ_HTTP_ANSWER_H
#define PL_READ_HTTP_ANSWER_H

#include "http.h"
#include "http_secret.h"

/* Whether the bytes are this word, case ignored. */
PL_INLINE bool pl_http_is(struct pl_cursor c, const char *word)
{
    const uint8_t *p;

    for (; *word; word++) {
        p = pl_take(&c, 1);
        if (!p || pl_lower(*p) != pl_lower((uint8_t)*word))
            return false;
    }
    return pl_done(&c);
}

PL_INLINE bool pl_http_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

PL_INLINE struct pl_cursor pl_http_trim(struct pl_cursor c)
{
    while (!pl_done(&c) && pl_http_blank(*c.at))
        c.at++;
    while (!pl_done(&c) && pl_http_blank(c.end[-1]))
        c.end--;
    return c;
}

/* Cut off what stands before the mark, and the mark itself; all when there is no mark.  A mark in
 * double quotes is none when quotes count. */
PL_INLINE struct pl_cursor pl_http_cut(struct pl_cursor *c, uint8_t mark, bool quotes)
{
    struct pl_cursor part = {c->at, c->at};
    bool quoted = false;

    while (part.end != c->end && (quoted || *part.end != mark)) {
        quoted ^= quotes && *part.end == '"';
        part.end++;
    }
    c->at = part.end == c->end ? c->end : part.end + 1;
    return pl_http_trim(part);
}

/* A decimal number that fills the cursor; one that does not fit becomes UINT64_MAX. */
PL_INLINE PL_MUST_USE bool pl_http_number(struct pl_cursor c, uint64_t *v)
{
    uint64_t n = 0;
    uint8_t digit;

    if (pl_done(&c))
        return false;
    while (pl_take_u8(&c, &digit)) {
        digit = (uint8_t)(digit - '0');
        if (digit > 9)
            return false;
        n = n > (UINT64_MAX - digit) / 10 ? UINT64_MAX : n * 10 + digit;
    }
    *v = n;
    return true;
}

PL_INLINE void pl_http_hsts(struct pl_http_facts *f, struct pl_cursor value)
{
    struct pl_cursor rest, name;

    if (f->hsts_sent)
        return;
    f->hsts_sent = true;
    while (!pl_done(&value)) {
        rest = pl_http_cut(&value, ';', true);
        name = pl_http_cut(&rest, '=', true);
        if (!pl_http_is(name, "max-age"))
            continue;
        rest = pl_http_trim(rest);
        if (pl_left(&rest) >= 2 && rest.at[0] == '"' && rest.end[-1] == '"') {
            rest.at++;
            rest.end--;
        }
        f->hsts = pl_http_number(rest, &f->hsts_max_age_s);
        return;
    }
}

struct pl_http_cookie {
    bool secure, http_only, same_site, path_root, domain;
};

PL_INLINE void pl_http_cookie_attribute(struct pl_http_cookie *k, struct pl_cursor part)
{
    struct pl_cursor name = pl_http_cut(&part, '=', false), value = pl_http_trim(part);

    k->secure |= pl_http_is(name, "Secure");
    k->http_only |= pl_http_is(name, "HttpOnly");
    k->domain |= pl_http_is(name, "Domain") && !pl_done(&value);
    if (pl_http_is(name, "Path")) /* the last one counts (RFC 6265, 5.3) */
        k->path_root = pl_http_is(value, "/");
    if (pl_http_is(name, "SameSite"))
        k->same_site =
            pl_http_is(value, "Strict") || pl_http_is(value, "Lax") || pl_http_is(value, "None");
}

PL_INLINE bool pl_http_cookie_prefix(struct pl_cursor name, const char *prefix, size_t len)
{
    struct pl_cursor head;

    return pl_child(&name, len, &head) && pl_http_is(head, prefix);
}

PL_INLINE void pl_http_set_cookie(struct pl_http_facts *f, struct pl_cursor value)
{
    struct pl_cursor pair = pl_http_cut(&value, ';', false);
    struct pl_cursor name = pl_http_cut(&pair, '=', false);
    struct pl_http_cookie k = {0};

    while (!pl_done(&value))
        pl_http_cookie_attribute(&k, pl_http_cut(&value, ';', false));
    f->cookie = true;
    f->cookie_insecure |= f->clear || !k.secure;
    if (pl_http_cookie_prefix(name, "__Host-", 7))
        f->cookie_insecure |= k.domain || !k.path_root;
    if (pl_http_cookie_sessionlike(name.at, pl_left(&name)))
        f->session_cookie_open |= !k.http_only || !k.same_site;
}

/* Take one header of the answer.  Headers that do not matter change nothing. */
PL_INLINE void pl_http_answer_header(struct pl_http_facts *f, const uint8_t *name, size_t name_len,
                                     const uint8_t *value, size_t value_len)
{
    struct pl_cursor n = pl_cursor(name, name_len);

    if (pl_http_is(n, "Strict-Transport-Security"))
        pl_http_hsts(f, pl_cursor(value, value_len));
    else if (pl_http_is(n, "Set-Cookie"))
        pl_http_set_cookie(f, pl_cursor(value, value_len));
}

/* The host of an authority, without port and final dot. */
PL_INLINE struct pl_cursor pl_http_host(struct pl_cursor authority)
{
    struct pl_cursor host = {authority.at, authority.at};
    bool bracket = false;

    while (host.end != authority.end && (bracket || *host.end != ':')) {
        bracket = (bracket || *host.end == '[') && *host.end != ']';
        host.end++;
    }
    if (!pl_done(&host) && host.end[-1] == '.')
        host.end--;
    return host;
}

PL_INLINE bool pl_http_same(struct pl_cursor a, struct pl_cursor b)
{
    uint8_t x, y;

    if (pl_left(&a) != pl_left(&b))
        return false;
    while (pl_take_u8(&a, &x) && pl_take_u8(&b, &y))
        if (pl_lower(x) != pl_lower(y))
            return false;
    return true;
}

PL_INLINE bool pl_http_status_redirects(unsigned status)
{
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

/* The authority behind the scheme of a URI: up to its path, query or fragment. */
PL_INLINE struct pl_cursor pl_http_authority_of(struct pl_cursor to)
{
    struct pl_cursor authority = {to.at, to.at};

    while (authority.end != to.end && *authority.end != '/' && *authority.end != '?' &&
           *authority.end != '#' && *authority.end != '\\')
        authority.end++;
    return authority;
}

PL_INLINE bool pl_http_has(struct pl_cursor c, uint8_t wanted)
{
    for (; c.at != c.end; c.at++)
        if (*c.at == wanted)
            return true;
    return false;
}

/* Where an answer with this status and Location sends a visitor who asked host (the name, with or
 * without a port).  To https on the same host only with an absolute https URI without user
 * information; location may be NULL when there is none. */
PL_INLINE enum pl_http_answer pl_http_answer_redirect(unsigned status, const uint8_t *location,
                                                      size_t location_len, const uint8_t *host,
                                                      size_t host_len)
{
    struct pl_cursor to, scheme, authority, asked;

    if (!location || !host || !pl_http_status_redirects(status))
        return PL_HTTP_ANSWER_OTHER;
    to = pl_http_trim(pl_cursor(location, location_len));
    asked = pl_http_host(pl_cursor(host, host_len));
    if (!pl_child(&to, 8, &scheme) || !pl_http_is(scheme, "https://") || pl_done(&asked))
        return PL_HTTP_ANSWER_OTHER;
    authority = pl_http_authority_of(to);
    if (pl_http_has(authority, '@'))
        return PL_HTTP_ANSWER_OTHER;
    return pl_http_same(pl_http_host(authority), asked) ? PL_HTTP_ANSWER_TO_HTTPS
                                                        : PL_HTTP_ANSWER_OTHER;
}

/* Whether such an answer sends the visitor to another host than the one asked: for
 * http-redirect-order.  A relative Location stays. */
PL_INLINE bool pl_http_answer_away(const uint8_t *location, size_t location_len,
                                   const uint8_t *host, size_t host_len)
{
    struct pl_cursor to = pl_http_trim(pl_cursor(location, location_len)), head = to, start;
    struct pl_cursor asked = pl_http_host(pl_cursor(host, host_len));

    if (pl_child(&head, 8, &start) && pl_http_is(start, "https://"))
        to = head;
    else if (head = to, pl_child(&head, 7, &start) && pl_http_is(start, "http://"))
        to = head;
    else if (head = to, pl_child(&head, 2, &start) && pl_http_is(start, "//"))
        to = head;
    else
        return false;
    to = pl_http_authority_of(to);
    return pl_http_has(to, '@') || !pl_http_same(pl_http_host(to), asked);
}

#endif
