/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_der.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LENGTH_MAX = 1 << 24 };

bool pl_der_at(const struct pl_der *d, size_t i, struct pl_der_item *item)
{
    size_t len, count;

    if (i >= d->len || d->len - i < 2)
        return false;
    item->tag = d->byte[i];
    len = d->byte[i + 1];
    i += 2;
    if (len & 0x80) {
        count = len & 0x7f;
        len = 0;
        for (size_t k = i; k < i + count && k < d->len; k++)
            len = len < LENGTH_MAX ? len << 8 | d->byte[k] : LENGTH_MAX;
        i += count;
    }
    item->from = i;
    item->to = i + (len < LENGTH_MAX ? len : LENGTH_MAX);
    return true;
}

bool pl_der_next(const struct pl_der *d, size_t *i, size_t end, struct pl_der_item *item, bool *bad)
{
    if (*i >= end)
        return false;
    if (!pl_der_at(d, *i, item)) {
        *bad = true;
        return false;
    }
    *i = item->to;
    return true;
}

bool pl_der_children(const struct pl_der *d, const struct pl_der_item *parent,
                     struct pl_der_item child[PL_DER_CHILDREN_MAX], size_t *count)
{
    struct pl_der_item item;
    size_t i = parent->from;
    bool bad = false;

    *count = 0;
    while (pl_der_next(d, &i, parent->to, &item, &bad))
        if (*count < PL_DER_CHILDREN_MAX)
            child[(*count)++] = item;
    return !bad;
}

struct pl_der pl_der_contents(const struct pl_der *d, const struct pl_der_item *item)
{
    size_t from = item->from < d->len ? item->from : d->len;
    size_t to = item->to < d->len ? item->to : d->len;
    struct pl_der contents = {d->byte + from, to > from ? to - from : 0};

    return contents;
}

bool pl_der_oid(const struct pl_der *contents, char text[PL_OID_TEXT_MAX])
{
    uint64_t arc = 0;
    int used;

    if (contents->len == 0)
        return false;
    used = snprintf(text, PL_OID_TEXT_MAX, "%d.%d", contents->byte[0] / 40, contents->byte[0] % 40);
    for (size_t i = 1; i < contents->len; i++) {
        arc = arc << 7 | (contents->byte[i] & 0x7f);
        if (contents->byte[i] & 0x80)
            continue;
        if (used < PL_OID_TEXT_MAX - 24)
            used += snprintf(text + used, PL_OID_TEXT_MAX - (size_t)used, ".%" PRIu64, arc);
        arc = 0;
    }
    return true;
}

uint32_t pl_der_bits(const struct pl_der *contents)
{
    for (size_t i = 0; i < contents->len; i++)
        if (contents->byte[i])
            return (uint32_t)((contents->len - i) * 8 - 8 +
                              (32 - (size_t)__builtin_clz(contents->byte[i])));
    return 0;
}

static bool read_signature(struct pl_der_certificate *c, const struct pl_der_item *algorithm)
{
    struct pl_der_item child[PL_DER_CHILDREN_MAX];
    struct pl_der contents;
    size_t count;

    if (!pl_der_children(&c->whole, algorithm, child, &count) || count == 0)
        return false;
    contents = pl_der_contents(&c->whole, &child[0]);
    return pl_der_oid(&contents, c->signature_oid);
}

/* [3] holds one SEQUENCE, which holds the extensions. */
static void find_extensions(struct pl_der_certificate *c, const struct pl_der_item *child,
                            size_t count, size_t first)
{
    for (size_t i = first; i < count; i++)
        if (child[i].tag == PL_DER_EXTENSIONS)
            c->has_extensions = pl_der_at(&c->whole, child[i].from, &c->extensions);
}

void pl_der_certificate(const uint8_t *byte, size_t len, struct pl_der_certificate *c)
{
    struct pl_der_item whole, child[PL_DER_CHILDREN_MAX], tbs;
    size_t count, i;

    memset(c, 0, sizeof *c);
    c->whole.byte = byte;
    c->whole.len = len;
    if (!pl_der_at(&c->whole, 0, &whole) || !pl_der_children(&c->whole, &whole, child, &count) ||
        count < 3)
        return;
    tbs = child[0];
    c->has_signature = read_signature(c, &child[1]);
    if (!c->has_signature || !pl_der_children(&c->whole, &tbs, child, &count) || count == 0)
        return;
    i = child[0].tag == PL_DER_VERSION ? 1 : 0; /* version 1 does not say so */
    if (count < i + 6)
        return;
    c->issuer = child[i + 2];
    c->validity = child[i + 3];
    c->subject = child[i + 4];
    c->key_info = child[i + 5];
    c->has_body = true;
    find_extensions(c, child, count, i + 6);
}

bool pl_der_next_extension(const struct pl_der_certificate *c, size_t *i,
                           struct pl_der_extension *x, bool *bad)
{
    struct pl_der_item item, child[PL_DER_CHILDREN_MAX];
    struct pl_der contents;
    size_t count;

    if (!c->has_extensions || !pl_der_next(&c->whole, i, c->extensions.to, &item, bad))
        return false;
    *bad = !pl_der_children(&c->whole, &item, child, &count) || count == 0;
    if (*bad)
        return false;
    contents = pl_der_contents(&c->whole, &child[0]);
    x->value = child[count - 1];
    *bad = !pl_der_oid(&contents, x->oid);
    return !*bad;
}
