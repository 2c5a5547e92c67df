/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_time.h"

#include <stdio.h>
#include <string.h>

enum { DIGITS = 14, OFFSET_BYTES = 5 };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* n digits as a number, or -1. */
static int number(const char *at, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        if (!digit(at[i]))
            return -1;
        v = v * 10 + at[i] - '0';
    }
    return v;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && leap(year));
}

/* Days from 1970-01-01 to the first of January of that year. */
static int64_t year_days(int year)
{
    int64_t before = year - 1;

    return before * 365 + before / 4 - before / 100 + before / 400 - 719162;
}

/* YYYYMMDDHHMMSS */
static bool digits_time(const char d[DIGITS], int64_t *unix_s)
{
    int year = number(d, 4), month = number(d + 4, 2), day = number(d + 6, 2);
    int hour = number(d + 8, 2), minute = number(d + 10, 2), second = number(d + 12, 2);
    int64_t days;

    if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_days(year, month) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    days = year_days(year) + day - 1;
    for (int m = 1; m < month; m++)
        days += month_days(year, m);
    *unix_s = ((days * 24 + hour) * 60 + minute) * 60 + second;
    return true;
}

/* The inverse. */
static void time_digits(int64_t unix_s, char d[DIGITS + 1])
{
    int64_t days = unix_s / 86400, second = unix_s % 86400;
    int year = 1970, month = 1;

    if (second < 0) {
        days--;
        second += 86400;
    }
    year += (int)(days / 366); /* never too late */
    while (year_days(year + 1) <= days)
        year++;
    while (year_days(year) > days)
        year--;
    days -= year_days(year);
    while (days >= month_days(year, month))
        days -= month_days(year, month++);
    snprintf(d, DIGITS + 1, "%04u%02u%02u%02u%02u%02u", (unsigned)year % 10000u,
             (unsigned)month % 100u, (unsigned)(days + 1) % 100u, (unsigned)(second / 3600) % 100u,
             (unsigned)(second / 60 % 60) % 100u, (unsigned)(second % 60) % 100u);
}

/* "+0200" means that what stands before is two hours ahead of UTC. */
static bool apply_offset(char d[DIGITS + 1], const char *offset)
{
    int minutes = number(offset + 1, 2) * 60 + number(offset + 3, 2);
    int64_t unix_s;

    if (!digits_time(d, &unix_s))
        return false;
    time_digits(unix_s - (offset[0] == '+' ? 60 : -60) * (int64_t)minutes, d);
    return true;
}

static bool has_offset(const char *s, size_t len)
{
    size_t at = len - OFFSET_BYTES;

    return len > OFFSET_BYTES && (s[at] == '+' || s[at] == '-') && number(s + at + 1, 4) >= 0;
}

bool pl_certificate_time_text(uint8_t tag, const struct pl_der *contents,
                              char text[PL_TIME_TEXT_BYTES])
{
    char s[32] = "", d[DIGITS + 1] = "00000000000000";
    size_t len = 0, n;
    bool offset;

    if (tag == PL_DER_UTC_TIME) { /* two digits of the year: 1950 to 2049 */
        memcpy(s, contents->len && contents->byte[0] >= '5' ? "19" : "20", 2);
        len = 2;
    }
    for (size_t i = 0; i < contents->len && len < sizeof s - 1; i++)
        s[len++] =
            (char)(contents->byte[i] >= ' ' && contents->byte[i] < 0x7f ? contents->byte[i] : '?');
    offset = has_offset(s, len);
    n = offset ? len - OFFSET_BYTES : len;
    if (n == DIGITS - 1 && s[n - 1] == 'Z') /* no seconds */
        n--;
    memcpy(d, s, n < DIGITS ? n : DIGITS);
    if (offset && !apply_offset(d, s + len - OFFSET_BYTES))
        return false;
    snprintf(text, PL_TIME_TEXT_BYTES, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", d, d + 4, d + 6, d + 8,
             d + 10, d + 12);
    return true;
}

bool pl_certificate_time(const char text[PL_TIME_TEXT_BYTES], int64_t *unix_s)
{
    char d[DIGITS + 1];

    if (strlen(text) != PL_TIME_TEXT_BYTES - 1)
        return false;
    snprintf(d, sizeof d, "%.4s%.2s%.2s%.2s%.2s%.2s", text, text + 5, text + 8, text + 11,
             text + 14, text + 17);
    return digits_time(d, unix_s);
}
