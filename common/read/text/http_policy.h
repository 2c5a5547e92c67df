/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The headers of an answer that tell browsers what a page may do, for a host that has them whole.
 * Not for BPF.
 *
 *   pl_http_policy_header(&facts, name, name_len, value, value_len, host, host_len)   for each
 *   pl_http_policy_status(&facts, status)                                             at the end
 *
 * Content-Security-Policy by the rules of internet.nl (http-csp):
 *   default-src, base-uri   'none' alone, or 'self' with at most 'report-sample' and hosts of the
 *                           site's own name: itself, names below it, *. and a parent of it
 *   form-action             'none', 'self' or a host
 *   frame-ancestors         'none' or 'self'
 *   anywhere                no 'unsafe-inline', 'unsafe-eval', 'unsafe-hashes', no http:, bare
 *                           https:, * or 127.0.0.1; no data: for scripts and objects
 * A directive given twice in one policy counts once (CSP3, 2.2.1).  Report-Only does not count.
 * Several policies are taken together, as internet.nl does, though a browser obeys each of them.
 *
 * framed: X-Frame-Options DENY or SAMEORIGIN (RFC 7034), or frame-ancestors without *, http: and
 * https:, which browsers prefer.
 */
#ifndef PL_READ_HTTP_POLICY_H
#define PL_READ_HTTP_POLICY_H

#include "http_answer.h"

/* A policy while it is read. */
struct pl_csp_policy {
    struct pl_cursor host; /* of the site */
    uint32_t csp;          /* enum pl_csp: what this policy says */
    uint32_t seen;         /* the directives that came already */
};

/* What the sources of one directive are. */
struct pl_csp_sources {
    uint32_t count, self, none, sample, own, hosts;
    bool any; /* *, http: or https: */
    bool weak, data;
};

PL_INLINE bool pl_csp_begins(struct pl_cursor c, const char *word, size_t len)
{
    struct pl_cursor head;

    return pl_child(&c, len, &head) && pl_http_is(head, word);
}

/* The next word, parted by spaces. */
PL_INLINE struct pl_cursor pl_csp_word(struct pl_cursor *c)
{
    *c = pl_http_trim(*c);
    return pl_http_cut(c, ' ', false);
}

/* Whether the name ends in this suffix at a dot, or is it. */
PL_INLINE bool pl_csp_below(struct pl_cursor name, struct pl_cursor suffix)
{
    size_t more = pl_left(&name) - pl_left(&suffix);

    if (pl_done(&suffix) || pl_left(&name) < pl_left(&suffix))
        return false;
    if (more && name.at[more - 1] != '.')
        return false;
    name.at += more;
    return pl_http_same(name, suffix);
}

/* A source that is a host (CSP3, 2.3.1), perhaps with a scheme, a port and a path. */
PL_INLINE void pl_csp_host(const struct pl_csp_policy *p, struct pl_csp_sources *s,
                           struct pl_cursor c)
{
    bool http = pl_csp_begins(c, "http://", 7), wild;
    struct pl_cursor host = c;

    if (http || pl_csp_begins(c, "https://", 8))
        c.at += http ? 7 : 8;
    host = pl_http_host(pl_http_cut(&c, '/', false));
    wild = pl_csp_begins(host, "*.", 2);
    s->hosts++;
    s->any |= http || pl_http_is(host, "*");
    s->weak |= http || pl_http_is(host, "*") || pl_http_is(host, "127.0.0.1");
    if (wild) {
        host.at += 2;
        s->own += pl_csp_below(p->host, host) || pl_csp_below(host, p->host);
    } else {
        s->own += pl_csp_below(host, p->host);
    }
}

PL_INLINE void pl_csp_source(const struct pl_csp_policy *p, struct pl_csp_sources *s,
                             struct pl_cursor c)
{
    bool quoted = !pl_done(&c) && *c.at == '\'';

    s->count++;
    s->self += pl_http_is(c, "'self'");
    s->none += pl_http_is(c, "'none'");
    s->sample += pl_http_is(c, "'report-sample'");
    s->weak |= pl_http_is(c, "'unsafe-inline'") || pl_http_is(c, "'unsafe-eval'") ||
               pl_http_is(c, "'unsafe-hashes'");
    s->data |= pl_http_is(c, "data:");
    if (pl_http_is(c, "http:") || pl_http_is(c, "https:"))
        s->weak = s->any = true;
    else if (!quoted && !pl_done(&c) && c.end[-1] != ':')
        pl_csp_host(p, s, c);
}

/* Nothing but the site itself. */
PL_INLINE bool pl_csp_strict(const struct pl_csp_sources *s)
{
    if (s->none)
        return s->count == 1;
    return s->self && s->self + s->sample + s->own == s->count;
}

PL_INLINE uint32_t pl_csp_directive(struct pl_cursor name)
{
    if (pl_http_is(name, "default-src"))
        return PL_CSP_DEFAULT;
    if (pl_http_is(name, "base-uri"))
        return PL_CSP_BASE;
    if (pl_http_is(name, "form-action"))
        return PL_CSP_FORM;
    if (pl_http_is(name, "frame-ancestors"))
        return PL_CSP_ANCESTORS;
    if (pl_http_is(name, "script-src") || pl_http_is(name, "object-src"))
        return PL_CSP_CODE; /* only asked for data: */
    return 0;
}

/* Directives whose values are no sources. */
PL_INLINE bool pl_csp_sourceless(struct pl_cursor name)
{
    return pl_csp_begins(name, "report-", 7) || pl_http_is(name, "sandbox") ||
           pl_http_is(name, "trusted-types") || pl_csp_begins(name, "require-", 8);
}

/* True: frame-ancestors keeps foreign frames out. */
PL_INLINE bool pl_csp_one(struct pl_csp_policy *p, struct pl_cursor part)
{
    struct pl_cursor name = pl_csp_word(&part);
    uint32_t which = pl_csp_directive(name);
    struct pl_csp_sources s = {0};

    if (pl_done(&name) || pl_csp_sourceless(name) || (which != PL_CSP_CODE && (p->seen & which)))
        return false;
    p->seen |= which;
    for (part = pl_http_trim(part); !pl_done(&part); part = pl_http_trim(part))
        pl_csp_source(p, &s, pl_csp_word(&part));
    if (s.weak || (s.data && (which & (PL_CSP_CODE | PL_CSP_DEFAULT))))
        p->csp |= PL_CSP_WEAK;
    if ((which & (PL_CSP_DEFAULT | PL_CSP_BASE)) && pl_csp_strict(&s))
        p->csp |= which;
    if (which == PL_CSP_FORM && s.self + s.none + s.hosts)
        p->csp |= which;
    if (which == PL_CSP_ANCESTORS && s.self + s.none)
        p->csp |= which;
    return which == PL_CSP_ANCESTORS && !s.any;
}

PL_INLINE void pl_http_csp(struct pl_http_facts *f, struct pl_cursor value, struct pl_cursor host)
{
    struct pl_cursor policy;

    f->csp |= PL_CSP_SENT;
    while (!pl_done(&value)) { /* a comma parts policies */
        struct pl_csp_policy p = {.host = pl_http_host(host)};

        for (policy = pl_http_cut(&value, ',', false); !pl_done(&policy);)
            f->framed |= pl_csp_one(&p, pl_http_cut(&policy, ';', false));
        f->csp |= (uint16_t)p.csp;
    }
}

/* Take one header of the answer.  host: the one that was asked, with or without a port. */
PL_INLINE void pl_http_policy_header(struct pl_http_facts *f, const uint8_t *name, size_t name_len,
                                     const uint8_t *value, size_t value_len, const uint8_t *host,
                                     size_t host_len)
{
    struct pl_cursor n = pl_cursor(name, name_len), v = pl_cursor(value, value_len), first = v;

    first = pl_http_cut(&first, ',', false);
    if (pl_http_is(n, "Content-Security-Policy"))
        pl_http_csp(f, v, pl_cursor(host, host_len));
    else if (pl_http_is(n, "X-Frame-Options"))
        f->framed |= pl_http_is(first, "DENY") || pl_http_is(first, "SAMEORIGIN");
    else if (pl_http_is(n, "X-Content-Type-Options"))
        f->nosniff |= pl_http_is(first, "nosniff");
    if (!pl_http_is(n, "Content-Type"))
        return;
    first = pl_http_cut(&v, ';', false);
    f->typed = !pl_done(&first);
    f->page = pl_http_is(first, "text/html") || pl_http_is(first, "application/xhtml+xml");
}

/* Only an answer that brings what was asked for tells of a site's pages. */
PL_INLINE void pl_http_policy_status(struct pl_http_facts *f, unsigned status)
{
    f->typed &= status / 100 == 2;
    f->page &= f->typed;
}

#endif
