/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A site's security.txt (RFC 9116), whole, for a probe that fetched it from
 * https://NAME/.well-known/security.txt.  Not for BPF.
 *
 *   pl_securitytxt_read(&facts, bytes, len)     what the file says; the probe adds where it was
 *
 * Lines end with LF or CR LF (4); comments begin with #; case of field names does not count (2.4).
 * At least one Contact, exactly one Expires (2.5.3, 2.5.5), addresses of the web by https (2.3).
 * A cleartext signature of OpenPGP (RFC 9580, 7) is read around, not verified.  Percent-encoding,
 * languages and unknown fields are not looked at.
 */
#ifndef PL_READ_HTTP_SECURITYTXT_H
#define PL_READ_HTTP_SECURITYTXT_H

#include "http_answer.h"

struct pl_securitytxt {
    bool asked;         /* the probe has an answer, whatever it is */
    bool found;         /* status 200, over HTTPS, text/plain, at the right place (3) */
    uint32_t contacts;  /* valid ones */
    uint32_t expires;   /* fields, valid or not */
    bool contact_bad;   /* one of another scheme than https, mailto, tel */
    bool web_plain;     /* another address that begins with http: */
    bool line_bad;      /* a line that is neither a field nor a comment nor empty */
    bool expires_ok;    /* the date could be read */
    uint64_t expires_s; /* Unix time */
};

/* --- dates (RFC 3339, 5.6) */

/* Exactly count digits. */
PL_INLINE bool pl_date_digits(struct pl_cursor *c, uint32_t count, uint64_t *v)
{
    struct pl_cursor part;

    return pl_child(c, count, &part) && pl_http_number(part, v);
}

PL_INLINE bool pl_date_mark(struct pl_cursor *c, uint8_t mark)
{
    const uint8_t *p = pl_take(c, 1);

    return p && pl_lower(*p) == mark;
}

/* Days from 1970-01-01 to this day of the Gregorian calendar; year 1970 and later. */
PL_INLINE uint64_t pl_date_days(uint64_t year, uint64_t month, uint64_t day)
{
    uint64_t y = year - (month <= 2), from_march = (month + 9) % 12;

    return y * 365 + y / 4 - y / 100 + y / 400 + (from_march * 153 + 2) / 5 + day - 1 - 719468;
}

/* "Z", or hours and minutes from it.  False: neither. */
PL_INLINE bool pl_date_offset(struct pl_cursor *c, uint64_t *seconds)
{
    const uint8_t *sign = pl_take(c, 1);
    uint64_t hours = 0, minutes = 0;

    if (!sign)
        return false;
    if (pl_lower(*sign) == 'z')
        return pl_done(c);
    if ((*sign != '+' && *sign != '-') || !pl_date_digits(c, 2, &hours) || !pl_date_mark(c, ':') ||
        !pl_date_digits(c, 2, &minutes) || hours > 23 || minutes > 59 || !pl_done(c))
        return false;
    *seconds += (*sign == '-' ? 1 : (uint64_t)-1) * (hours * 3600 + minutes * 60);
    return true;
}

/* A date and time to Unix time; fractions of a second are left out. */
PL_INLINE bool pl_date_read(struct pl_cursor c, uint64_t *unix_s)
{
    uint64_t year, month, day, hour, minute, second, s;

    if (!pl_date_digits(&c, 4, &year) || !pl_date_mark(&c, '-') || !pl_date_digits(&c, 2, &month) ||
        !pl_date_mark(&c, '-') || !pl_date_digits(&c, 2, &day) || !pl_date_mark(&c, 't') ||
        !pl_date_digits(&c, 2, &hour) || !pl_date_mark(&c, ':') ||
        !pl_date_digits(&c, 2, &minute) || !pl_date_mark(&c, ':') ||
        !pl_date_digits(&c, 2, &second))
        return false;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    if (!pl_done(&c) && *c.at == '.')
        for (c.at++; !pl_done(&c) && (uint8_t)(*c.at - '0') <= 9;)
            c.at++;
    s = pl_date_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    if (!pl_date_offset(&c, &s))
        return false;
    *unix_s = s;
    return true;
}

/* --- fields */

PL_INLINE bool pl_securitytxt_begins(struct pl_cursor c, const char *word, size_t len)
{
    struct pl_cursor head;

    return pl_child(&c, len, &head) && pl_http_is(head, word) && !pl_done(&c);
}

PL_INLINE void pl_securitytxt_field(struct pl_securitytxt *s, struct pl_cursor name,
                                    struct pl_cursor value)
{
    bool plain = pl_securitytxt_begins(value, "http:", 5);

    if (pl_http_is(name, "Contact")) {
        if (pl_securitytxt_begins(value, "https://", 8) ||
            pl_securitytxt_begins(value, "mailto:", 7) || pl_securitytxt_begins(value, "tel:", 4))
            s->contacts++;
        else
            s->contact_bad = true;
    } else if (pl_http_is(name, "Expires")) {
        s->expires++;
        s->expires_ok = pl_date_read(value, &s->expires_s);
    } else {
        s->web_plain |= plain;
    }
}

PL_INLINE void pl_securitytxt_line(struct pl_securitytxt *s, struct pl_cursor line)
{
    struct pl_cursor name, value = line;

    if (pl_done(&line) || *line.at == '#')
        return;
    name = pl_http_cut(&value, ':', false);
    value = pl_http_trim(value);
    if (pl_left(&name) == pl_left(&line) || pl_done(&name) || pl_done(&value))
        s->line_bad = true;
    else
        pl_securitytxt_field(s, name, value);
}

/* Fills what the file says; asked and found are the probe's. */
PL_INLINE void pl_securitytxt_read(struct pl_securitytxt *s, const uint8_t *bytes, size_t len)
{
    struct pl_cursor all = pl_cursor(bytes, len), line;
    bool hashes = false; /* between the head of a signed text and its empty line */

    while (!pl_done(&all)) {
        line = pl_http_cut(&all, '\n', false);
        if (!pl_done(&line) && line.end[-1] == '\r')
            line.end--;
        line = pl_http_trim(line);
        if (pl_http_is(line, "-----BEGIN PGP SIGNATURE-----"))
            return;
        if (pl_http_is(line, "-----BEGIN PGP SIGNED MESSAGE-----"))
            hashes = true;
        else if (hashes)
            hashes = !pl_done(&line);
        else
            pl_securitytxt_line(s, line);
    }
}

#endif
