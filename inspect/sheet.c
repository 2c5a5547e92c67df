/* SPDX-License-Identifier: BSD-2-Clause */
#include "sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256, VALUE_BYTES = 1024 };

void sheet_free(struct sheet *s)
{
    free(s->bytes);
    memset(s, 0, sizeof(*s));
}

static bool make_room(struct sheet *s, size_t more)
{
    size_t room = s->room ? s->room : FIRST_ROOM;
    char *bytes;

    while (room < s->used + more)
        room *= 2;
    if (room > SHEET_BYTES_MAX)
        return false;
    if (room == s->room)
        return true;
    bytes = realloc(s->bytes, room);
    if (!bytes)
        return false;
    s->bytes = bytes;
    s->room = room;
    return true;
}

static void put(struct sheet *s, const char *text)
{
    size_t len = strlen(text) + 1;

    memcpy(s->bytes + s->used, text, len);
    s->used += len;
}

void sheet_add(struct sheet *s, const char *name, const char *value)
{
    if (!make_room(s, strlen(name) + strlen(value) + 2))
        return;
    put(s, name);
    put(s, value);
}

static void print(char value[VALUE_BYTES], const char *format, va_list args)
{
    if (vsnprintf(value, VALUE_BYTES, format, args) < 0)
        value[0] = 0;
}

void sheet_addf(struct sheet *s, const char *name, const char *format, ...)
{
    char value[VALUE_BYTES];
    va_list args;

    va_start(args, format);
    print(value, format, args);
    va_end(args);
    sheet_add(s, name, value);
}

/* How many bytes of a valid UTF-8 character stand here (RFC 3629, 4); 0 when none does. */
static size_t character(const unsigned char *b, size_t len)
{
    static const unsigned char least[] = {0, 0, 0xc2, 0xe0, 0xf0};
    size_t n = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;

    if (n == 0 || n > len || b[0] > 0xf4 || b[0] < least[n])
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((b[i] & 0xc0) != 0x80)
            return 0;
    if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
        (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
        return 0;
    return n;
}

/* The replacement character, and NUL as it is written where NUL ends a text: both are shown for
 * what they are by whoever prints. */
#define REPLACEMENT "\xef\xbf\xbd"
#define WRITTEN_NUL "\xc0\x80"

void sheet_add_bytes(struct sheet *s, const char *name, const void *bytes, size_t len)
{
    char value[VALUE_BYTES];
    const unsigned char *b = bytes;
    size_t used = 0;

    for (size_t i = 0; i < len && used + sizeof(REPLACEMENT) < sizeof(value);) {
        size_t n = character(b + i, len - i);
        const char *from = n ? (const char *)b + i : REPLACEMENT;
        size_t count = n ? n : sizeof(REPLACEMENT) - 1;
        if (b[i] == 0) {
            from = WRITTEN_NUL;
            count = sizeof(WRITTEN_NUL) - 1;
        }
        memcpy(value + used, from, count);
        used += count;
        i += n ? n : 1;
    }
    value[used] = 0;
    sheet_add(s, name, value);
}

/* Whether the value stands in the list already. */
static bool listed(const char *list, const char *value)
{
    size_t len = strlen(value);

    for (;;) {
        size_t one = strcspn(list, ";");
        if (one == len && memcmp(list, value, len) == 0)
            return true;
        if (!list[one])
            return false;
        list += one + 1;
    }
}

/* Where the value of a name begins, or 0. */
static size_t find(const struct sheet *s, const char *wanted)
{
    const char *name, *value;

    for (size_t at = 0; (at = sheet_next(s, at, &name, &value));)
        if (strcmp(name, wanted) == 0)
            return (size_t)(value - s->bytes);
    return 0;
}

void sheet_join(struct sheet *s, const char *name, const char *value)
{
    size_t at = find(s, name), len = strlen(value), end;

    if (!at) {
        sheet_add(s, name, value);
        return;
    }
    if (listed(s->bytes + at, value) || !make_room(s, len + 1))
        return;
    end = at + strlen(s->bytes + at);
    memmove(s->bytes + end + len + 1, s->bytes + end, s->used - end);
    s->bytes[end] = ';';
    memcpy(s->bytes + end + 1, value, len);
    s->used += len + 1;
}

void sheet_joinf(struct sheet *s, const char *name, const char *format, ...)
{
    char value[VALUE_BYTES];
    va_list args;

    va_start(args, format);
    print(value, format, args);
    va_end(args);
    sheet_join(s, name, value);
}

size_t sheet_next(const struct sheet *s, size_t at, const char **name, const char **value)
{
    if (at >= s->used)
        return 0;
    *name = s->bytes + at;
    *value = *name + strlen(*name) + 1;
    return (size_t)(*value + strlen(*value) + 1 - s->bytes);
}

const char *sheet_get(const struct sheet *s, const char *wanted)
{
    size_t at = find(s, wanted);

    return at ? s->bytes + at : NULL;
}
