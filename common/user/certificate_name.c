/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_name.h"

#include <arpa/inet.h>
#include <string.h>

enum { SAN_DNS = 0x82, SAN_IP = 0x87, HOST_NAME_MAX_BYTES = 253, IP_TEXT_MAX = 64 };

struct reference {
    const uint8_t *name;
    size_t len;
    uint8_t ip[16];
    size_t ip_len; /* 0: a host name */
};

static bool host_byte(uint8_t c)
{
    c = pl_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool same(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (pl_lower(a[i]) != pl_lower(b[i]))
            return false;
    return true;
}

/* Every byte may stand in a host name, and no label is empty. */
static bool host_name(const uint8_t *s, size_t len)
{
    if (len == 0 || len > HOST_NAME_MAX_BYTES || s[0] == '.' || s[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len; i++)
        if (!host_byte(s[i]) || (s[i] == '.' && s[i + 1] == '.'))
            return false;
    return true;
}

/* "*.example.net" for "www.example.net": what is behind the first label. */
static bool wildcard_matches(const uint8_t *tail, size_t len, const struct reference *r)
{
    const uint8_t *dot = memchr(r->name, '.', r->len);
    size_t rest = dot ? (size_t)(r->name + r->len - dot) : 0;

    return host_name(tail + 1, len - 1) && memchr(tail + 1, '.', len - 1) && rest == len &&
           same(dot, tail, len);
}

static bool dns_matches(const struct pl_der *s, const struct reference *r)
{
    if (s->len > 2 && s->byte[0] == '*' && s->byte[1] == '.')
        return wildcard_matches(s->byte + 1, s->len - 1, r);
    return s->len == r->len && host_name(s->byte, s->len) && same(s->byte, r->name, r->len);
}

static void read_reference(const char *name, size_t len, struct reference *r)
{
    char text[IP_TEXT_MAX];

    memset(r, 0, sizeof *r);
    if (len < sizeof text && !memchr(name, '\0', len)) {
        memcpy(text, name, len);
        text[len] = '\0';
        if (inet_pton(AF_INET, text, r->ip) == 1)
            r->ip_len = 4;
        else if (inet_pton(AF_INET6, text, r->ip) == 1)
            r->ip_len = 16;
    }
    r->name = (const uint8_t *)name;
    r->len = len && name[len - 1] == '.' ? len - 1 : len;
}

bool pl_certificate_name_matches(const struct pl_der *d, const struct pl_der_item *san,
                                 const char *name, size_t len)
{
    struct pl_der_item item;
    struct pl_der contents;
    struct reference r;
    size_t i = san->from;
    bool bad = false;

    read_reference(name, len, &r);
    if (!r.ip_len && !host_name(r.name, r.len))
        return false;
    while (pl_der_next(d, &i, san->to, &item, &bad)) {
        contents = pl_der_contents(d, &item);
        if (r.ip_len && item.tag == SAN_IP && contents.len == r.ip_len &&
            !memcmp(contents.byte, r.ip, r.ip_len))
            return true;
        if (!r.ip_len && item.tag == SAN_DNS && dns_matches(&contents, &r))
            return true;
    }
    return false;
}
