/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One SPF record (RFC 7208): its syntax, who may send, and how many of its terms look something up.
 *
 *   struct pl_spf s;
 *   if (pl_spf_read(&s, pl_txt(data))) ...       false: it is no SPF record, s is all zero
 *
 * Not done here: what an include or a redirect leads to.  Who follows them adds the numbers of
 * their records with pl_spf_follow().
 */
#ifndef PL_READ_DNS_SPF_H
#define PL_READ_DNS_SPF_H

#include "txt.h"

enum { PL_SPF_TERMS_MAX = 512, PL_SPF_NAME_MAX = 15 };

enum pl_spf_result { PL_SPF_UNSET, PL_SPF_PASS, PL_SPF_FAIL, PL_SPF_SOFTFAIL, PL_SPF_NEUTRAL };

struct pl_spf {
    bool seen, broken; /* broken: a syntax error, which makes all of it void (4.6) */
    bool redirect, explained;
    bool everyone;     /* some term lets every host of IPv4 or IPv6 pass */
    uint8_t all;       /* enum pl_spf_result: what the first "all" says; later terms are ignored */
    uint16_t lookups;  /* terms that look up (4.6.4), of this record and those that were followed */
    uint16_t followed; /* includes and redirect, which have records of their own */
};

struct pl_spf_term {
    struct pl_txt at;
    uint8_t result; /* enum pl_spf_result */
    bool qualified; /* it was written */
    uint8_t name_len;
    char name[PL_SPF_NAME_MAX + 1]; /* in lower case; empty when it is longer than any known one */
};

PL_INLINE bool pl_spf_end(const struct pl_txt *t)
{
    return pl_txt_peek(t) == PL_TXT_END || pl_txt_peek(t) == ' ';
}

PL_APART bool pl_spf_named(const struct pl_spf_term *term, const char *name)
{
    uint32_t i = 0;

    while (i < PL_SPF_NAME_MAX && name[i] && name[i] == term->name[i])
        i++;
    return name[i] == 0 && term->name[i] == 0;
}

/* --- domains and macros (7.1) */

/* Behind '%': what it stands for.  c, r and t are for explanations. */
PL_APART bool pl_spf_macro(struct pl_txt *t, bool explaining)
{
    int c = pl_txt_next(t), letter;
    bool number = false, zero = true;

    if (c != '{')
        return c == '%' || c == '_' || c == '-';
    letter = pl_lower((uint8_t)pl_txt_next(t));
    if (letter != 's' && letter != 'l' && letter != 'o' && letter != 'd' && letter != 'i' &&
        letter != 'p' && letter != 'h' && letter != 'v' &&
        !(explaining && (letter == 'c' || letter == 'r' || letter == 't')))
        return false;
    for (c = pl_txt_next(t); pl_txt_digit(c); c = pl_txt_next(t)) {
        number = true;
        zero &= c == '0';
    }
    if (c == 'r' || c == 'R')
        c = pl_txt_next(t);
    while (c == '.' || c == '-' || c == '+' || c == ',' || c == '/' || c == '_' || c == '=')
        c = pl_txt_next(t);
    return c == '}' && !(number && zero);
}

/* A name's end: either a macro, or a top label behind a dot. */
struct pl_spf_label {
    bool macro, dot, letter, odd, last_hyphen;
    bool before; /* the label before this dot would do */
    uint32_t len;
};

PL_INLINE bool pl_spf_label_over(const struct pl_spf_label *l)
{
    return l->macro || (l->dot && l->len && l->letter && !l->odd && !l->last_hyphen) ||
           (l->dot && l->len == 0 && l->before);
}

PL_INLINE void pl_spf_label_byte(struct pl_spf_label *l, int c)
{
    bool over = pl_spf_label_over(l) && l->len && !l->macro;

    if (c == '.') {
        *l = (struct pl_spf_label){.dot = true, .before = over};
        return;
    }
    l->odd |= l->macro || (!pl_txt_alnum(c) && c != '-') || (l->len == 0 && c == '-');
    l->macro = false;
    l->letter |= pl_txt_letter(c) || c == '-';
    l->last_hyphen = c == '-';
    l->len++;
}

/* A number up to max, without a zero in front. */
PL_APART bool pl_spf_number(struct pl_txt *t, uint32_t max, uint32_t *number)
{
    uint32_t digits = 0;
    bool zero = pl_txt_peek(t) == '0';

    *number = 0;
    for (; digits < 4 && pl_txt_digit(pl_txt_peek(t)); digits++)
        *number = *number * 10 + (uint32_t)(pl_txt_next(t) - '0');
    return digits && digits < 4 && (!zero || digits == 1) && *number <= max;
}

/* The lengths behind a domain: "/" of IPv4, "//" of IPv6, both or none, up to the term's end. */
PL_APART bool pl_spf_lengths(struct pl_txt *t, bool *everyone)
{
    struct pl_txt at = *t;
    uint32_t v4 = 32, v6 = 128;

    if (pl_txt_word(&at, "//")) {
        if (!pl_spf_number(&at, 128, &v6))
            return false;
    } else if (pl_txt_word(&at, "/")) {
        if (!pl_spf_number(&at, 32, &v4) ||
            (pl_txt_word(&at, "//") && !pl_spf_number(&at, 128, &v6)))
            return false;
    }
    if (!pl_spf_end(&at))
        return false;
    *t = at;
    *everyone = v4 == 0 || v6 == 0;
    return true;
}

/* A domain up to the term's end; lengths: it may be followed by them. */
PL_APART bool pl_spf_domain(struct pl_txt *t, bool lengths, bool *everyone)
{
    struct pl_spf_label l = {0};

    for (uint32_t i = 0; i < PL_TXT_MAX && !pl_spf_end(t); i++) {
        if (lengths && pl_txt_peek(t) == '/' && pl_spf_label_over(&l) &&
            pl_spf_lengths(t, everyone))
            return true;
        int c = pl_txt_next(t);
        if (c < 0x21 || c > 0x7e || (c == '%' && !pl_spf_macro(t, false)))
            return false;
        if (c == '%')
            l = (struct pl_spf_label){.macro = true};
        else
            pl_spf_label_byte(&l, c);
    }
    return pl_spf_label_over(&l);
}

/* --- addresses */

PL_APART bool pl_spf_ip4(struct pl_txt *t)
{
    for (int i = 0; i < 4; i++) {
        uint32_t octet;
        if ((i && pl_txt_next(t) != '.') || !pl_spf_number(t, 255, &octet))
            return false;
    }
    return true;
}

/* Of the text forms of RFC 4291, 2.2: groups, one "::", and IPv4 in the last two. */
PL_APART bool pl_spf_ip6(struct pl_txt *t)
{
    uint32_t groups = 0;
    bool gap = pl_txt_word(t, "::");

    for (int i = 0; i < 9; i++) {
        struct pl_txt at = *t;
        uint32_t digits = 0;
        while (digits < 5 && (pl_txt_digit(pl_txt_peek(t)) ||
                              (pl_txt_letter(pl_txt_peek(t)) && (pl_txt_peek(t) | 32) <= 'f'))) {
            (void)pl_txt_next(t);
            digits++;
        }
        if (pl_txt_peek(t) == '.') {
            *t = at;
            groups += 2;
            return pl_spf_ip4(t) && (gap ? groups < 8 : groups == 8);
        }
        if (digits == 0)
            return gap && groups < 8 && i == 0;
        groups++;
        if (digits > 4 || groups > 8)
            return false;
        if (pl_txt_word(t, "::")) {
            if (gap)
                return false;
            gap = true;
            if (pl_spf_end(t) || pl_txt_peek(t) == '/')
                return groups < 8;
        } else if (!pl_txt_word(t, ":")) {
            return gap ? groups < 8 : groups == 8;
        }
    }
    return false;
}

PL_INLINE bool pl_spf_network(struct pl_txt *t, bool v6, bool *everyone)
{
    uint32_t length = 1;

    if (pl_txt_next(t) != ':' || !(v6 ? pl_spf_ip6(t) : pl_spf_ip4(t)))
        return false;
    if (pl_txt_word(t, "/") && !pl_spf_number(t, v6 ? 128 : 32, &length))
        return false;
    *everyone = length == 0;
    return pl_spf_end(t);
}

/* --- terms (4.6.1) */

PL_INLINE bool pl_spf_host(struct pl_txt *t, bool wanted, bool lengths, bool *everyone)
{
    if (pl_txt_word(t, ":"))
        return pl_spf_domain(t, lengths, everyone);
    return !wanted && (lengths ? pl_spf_lengths(t, everyone) : pl_spf_end(t));
}

PL_APART bool pl_spf_mechanism(struct pl_spf *s, struct pl_spf_term *term, struct pl_txt *t)
{
    bool all = pl_spf_named(term, "all"), include = pl_spf_named(term, "include"), sound;
    bool everyone = all, looks_up = true;

    if (all || pl_spf_named(term, "ip4") || pl_spf_named(term, "ip6")) {
        looks_up = false;
        sound = all ? pl_spf_end(t) : pl_spf_network(t, term->name[2] == '6', &everyone);
    } else if (include || pl_spf_named(term, "exists")) {
        sound = pl_spf_host(t, true, false, &everyone);
    } else if (pl_spf_named(term, "a") || pl_spf_named(term, "mx")) {
        sound = pl_spf_host(t, false, true, &everyone);
    } else {
        sound = pl_spf_named(term, "ptr") && pl_spf_host(t, false, false, &everyone);
    }
    if (!sound || s->all) /* what stands behind "all" is ignored, but has to be sound */
        return sound;
    s->everyone |= everyone && term->result == PL_SPF_PASS;
    s->lookups += looks_up;
    s->followed += include;
    s->all = all ? term->result : PL_SPF_UNSET;
    return true;
}

/* Modifiers that are not known are ignored (6). */
PL_APART bool pl_spf_modifier(struct pl_spf *s, const struct pl_spf_term *term, struct pl_txt *t)
{
    bool redirect = pl_spf_named(term, "redirect"), exp = pl_spf_named(term, "exp"), unused;

    if (redirect || exp) {
        bool twice = redirect ? s->redirect : s->explained;
        s->redirect |= redirect;
        s->explained |= exp;
        return !twice && pl_spf_domain(t, false, &unused);
    }
    for (uint32_t i = 0; i < PL_TXT_MAX && !pl_spf_end(t); i++) {
        int c = pl_txt_next(t);
        if (c < 0x21 || c > 0x7e || (c == '%' && !pl_spf_macro(t, true)))
            return false;
    }
    return true;
}

PL_APART bool pl_spf_term(struct pl_spf *s, struct pl_txt *t)
{
    struct pl_spf_term term = {.result = PL_SPF_PASS};
    int c = pl_txt_peek(t);
    uint32_t n = 0;

    term.qualified = c == '+' || c == '-' || c == '~' || c == '?';
    if (term.qualified) {
        (void)pl_txt_next(t);
        term.result = c == '-'   ? PL_SPF_FAIL
                      : c == '~' ? PL_SPF_SOFTFAIL
                      : c == '?' ? PL_SPF_NEUTRAL
                                 : PL_SPF_PASS;
    }
    if (!pl_txt_letter(pl_txt_peek(t)))
        return false;
    for (c = pl_txt_peek(t); pl_txt_alnum(c) || c == '-' || c == '_' || c == '.';
         c = pl_txt_peek(t)) {
        if (n < PL_SPF_NAME_MAX)
            term.name[n] = (char)pl_lower((uint8_t)c);
        n++;
        (void)pl_txt_next(t);
    }
    if (n > PL_SPF_NAME_MAX)
        term.name[0] = 0;
    if (!pl_txt_word(t, "="))
        return pl_spf_mechanism(s, &term, t);
    return !term.qualified && pl_spf_modifier(s, &term, t);
}

PL_APART bool pl_spf_read(struct pl_spf *s, struct pl_txt t)
{
    *s = (struct pl_spf){0};
    if (!pl_txt_same(t, 6, "v=spf1", false))
        return false;
    for (int i = 0; i < 6; i++)
        (void)pl_txt_next(&t);
    if (!pl_spf_end(&t))
        return false;
    s->seen = true;
    for (uint32_t i = 0; i < PL_SPF_TERMS_MAX && pl_txt_peek(&t) != PL_TXT_END; i++) {
        while (pl_txt_peek(&t) == ' ')
            (void)pl_txt_next(&t);
        if (pl_txt_peek(&t) != PL_TXT_END && !pl_spf_term(s, &t)) {
            s->broken = true;
            return true;
        }
    }
    if (s->redirect && !s->all) { /* it is ignored where there is an "all" (6.1) */
        s->lookups++;
        s->followed++;
    }
    return true;
}

/* What the record of an include or of the redirect adds.  An include passes what its record lets
 * pass; the redirect's record speaks for this one. */
PL_INLINE void pl_spf_follow(struct pl_spf *s, const struct pl_spf *other, bool redirect)
{
    s->broken |= other->broken || !other->seen;
    s->everyone |= other->everyone;
    s->lookups = (uint16_t)(s->lookups + other->lookups);
    s->followed = (uint16_t)(s->followed + other->followed);
    s->followed -= s->followed > 0;
    if (redirect && !s->all) {
        s->all = other->all;
        s->redirect = other->redirect;
    }
}

#endif
