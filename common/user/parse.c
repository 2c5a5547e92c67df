/* SPDX-License-Identifier: BSD-2-Clause */
#include "parse.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { V4_BITS = 32, V6_BITS = 128, V4_MAPPED_BITS = V6_BITS - V4_BITS };

bool pl_parse_addr(const char *text, struct pl_addr *addr)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, text, bytes) == 1) {
        *addr = pl_addr_v4(pl_be32(bytes));
        return true;
    }
    if (inet_pton(AF_INET6, text, bytes) != 1)
        return false;
    *addr = pl_addr_v6(bytes);
    return true;
}

/* One to three digits, nothing else. */
static bool parse_bits(const char *text, unsigned most, uint8_t *bits)
{
    size_t len = strlen(text);
    unsigned n = 0;

    if (len == 0 || len > 3 || strspn(text, "0123456789") != len)
        return false;
    for (; *text; text++)
        n = n * 10 + (unsigned)(*text - '0');
    if (n > most)
        return false;
    *bits = (uint8_t)n;
    return true;
}

bool pl_parse_prefix(const char *text, struct pl_addr *addr, uint8_t *bits)
{
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    char address[PL_ADDR_TEXT];
    bool v4;

    if (len >= sizeof(address))
        return false;
    memcpy(address, text, len);
    address[len] = 0;
    if (!pl_parse_addr(address, addr))
        return false;
    *bits = V6_BITS;
    if (!slash)
        return true;
    v4 = !strchr(address, ':');
    if (!parse_bits(slash + 1, v4 ? V4_BITS : V6_BITS, bits))
        return false;
    if (v4)
        *bits += V4_MAPPED_BITS;
    return true;
}

struct pl_addr pl_addr_cut(struct pl_addr addr, uint8_t bits)
{
    if (bits == 0)
        addr.hi = 0;
    else if (bits < 64)
        addr.hi &= ~(uint64_t)0 << (64 - bits);
    if (bits <= 64)
        addr.lo = 0;
    else if (bits < V6_BITS)
        addr.lo &= ~(uint64_t)0 << (V6_BITS - bits);
    return addr;
}

const char *pl_addr_text(struct pl_addr addr, char buf[PL_ADDR_TEXT])
{
    uint8_t bytes[16];

    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(addr.hi >> (56 - 8 * i));
        bytes[8 + i] = (uint8_t)(addr.lo >> (56 - 8 * i));
    }
    if (pl_addr_is_v4(addr))
        return inet_ntop(AF_INET, bytes + 12, buf, PL_ADDR_TEXT);
    return inet_ntop(AF_INET6, bytes, buf, PL_ADDR_TEXT);
}

const char *pl_prefix_text(struct pl_addr addr, uint8_t bits, char buf[PL_ADDR_TEXT])
{
    bool v4 = pl_addr_is_v4(addr) && bits >= V4_MAPPED_BITS;
    size_t used;

    pl_addr_text(addr, buf);
    used = strlen(buf);
    snprintf(buf + used, PL_ADDR_TEXT - used, "/%d", v4 ? bits - V4_MAPPED_BITS : bits);
    return buf;
}

/* Digits at the places of '0' in the form, the form's own characters elsewhere. */
static bool has_form(const char *text, const char *form)
{
    for (; *form; form++, text++)
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
            return false;
    return *text == 0;
}

static int number(const char *digits, int count)
{
    int n = 0;

    for (int i = 0; i < count; i++)
        n = n * 10 + (digits[i] - '0');
    return n;
}

bool pl_parse_time(const char *text, uint64_t *time_s, bool *day)
{
    struct tm tm = {0}, back;
    time_t t;

    *day = has_form(text, "0000-00-00");
    if (!*day && !has_form(text, "0000-00-00T00:00:00Z"))
        return false;
    tm.tm_year = number(text, 4) - 1900;
    tm.tm_mon = number(text + 5, 2) - 1;
    tm.tm_mday = number(text + 8, 2);
    if (!*day) {
        tm.tm_hour = number(text + 11, 2);
        tm.tm_min = number(text + 14, 2);
        tm.tm_sec = number(text + 17, 2);
    }
    back = tm;
    t = timegm(&back); /* makes the 31st of June the 1st of July: then it was no date */
    if (t < 0 || back.tm_year != tm.tm_year || back.tm_mon != tm.tm_mon ||
        back.tm_mday != tm.tm_mday || back.tm_hour != tm.tm_hour || back.tm_min != tm.tm_min ||
        back.tm_sec != tm.tm_sec)
        return false;
    *time_s = (uint64_t)t;
    return true;
}

const char *pl_time_text(uint64_t time_s, char buf[PL_TIME_TEXT])
{
    time_t t = (time_t)time_s;
    struct tm tm;

    if (!gmtime_r(&t, &tm) || !strftime(buf, PL_TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm))
        buf[0] = 0;
    return buf;
}
