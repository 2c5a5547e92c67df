/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a log line tells of the requests and answers on one connection, beside the findings: the
 * methods in the order in which each came first, the schemes of Authorization, whether cookies went
 * either way.  No value of any of these is kept.
 */
#ifndef PL_READ_HTTP_LOG_H
#define PL_READ_HTTP_LOG_H

#include "http_text.h"

enum pl_http_method {
    PL_HTTP_METHOD_NONE,
#define PL_HTTP_METHOD(NAME, name) PL_HTTP_METHOD_##NAME,
#include "http_method.def"
#undef PL_HTTP_METHOD
    PL_HTTP_METHOD_OTHER
};

/* Of Authorization and Proxy-Authorization; OTHER: a scheme that is none of these, or none. */
enum pl_http_scheme {
#define PL_HTTP_SCHEME(NAME, name) PL_HTTP_SCHEME_##NAME,
#include "http_scheme.def"
#undef PL_HTTP_SCHEME
    PL_HTTP_SCHEME_OTHER,
    PL_HTTP_SCHEMES
};

enum { PL_HTTP_METHODS_MAX = 8 };

struct pl_http_log {
    uint8_t method[PL_HTTP_METHODS_MAX]; /* enum pl_http_method; each once; NONE: no more */
    uint32_t schemes;                    /* PL_BIT(enum pl_http_scheme) */
    bool basic;                          /* Authorization or Proxy-Authorization with Basic */
    bool cookie_sent, cookie_set;        /* Cookie; Set-Cookie */
};

PL_INLINE void pl_http_log_method(struct pl_http_log *log, enum pl_http_method method)
{
    for (uint32_t i = 0; i < PL_HTTP_METHODS_MAX; i++) {
        if (log->method[i] == PL_HTTP_METHOD_NONE)
            log->method[i] = (uint8_t)method;
        if (log->method[i] == method)
            return;
    }
}

PL_TABLE char pl_http_method_names[PL_HTTP_METHOD_OTHER][16] = {
    "",
#define PL_HTTP_METHOD(NAME, name) name,
#include "http_method.def"
#undef PL_HTTP_METHOD
};

PL_TABLE char pl_http_scheme_names[PL_HTTP_SCHEMES][20] = {
#define PL_HTTP_SCHEME(NAME, name) name,
#include "http_scheme.def"
#undef PL_HTTP_SCHEME
    "other",
};

/* Whether w is this name, case ignored. */
PL_INLINE bool pl_http_word_is(const struct pl_word *w, const char *name)
{
    struct pl_word other = {0};

    for (; *name; name++)
        pl_word_push(&other, (uint8_t)*name);
    return w->len == other.len && w->high == other.high && w->low == other.low;
}

PL_INLINE enum pl_http_method pl_http_method(const struct pl_word *w)
{
    for (uint32_t i = 1; i < PL_HTTP_METHOD_OTHER; i++)
        if (pl_http_word_is(w, pl_http_method_names[i]))
            return (enum pl_http_method)i;
    return PL_HTTP_METHOD_OTHER;
}

PL_INLINE enum pl_http_scheme pl_http_scheme(const struct pl_word *w)
{
    for (uint32_t i = 0; i < PL_HTTP_SCHEME_OTHER; i++)
        if (pl_http_word_is(w, pl_http_scheme_names[i]))
            return (enum pl_http_scheme)i;
    return PL_HTTP_SCHEME_OTHER;
}

#endif
