/* SPDX-License-Identifier: BSD-2-Clause */
#include "certificate_key.h"
#include "../cursor.h"

#include <string.h>

enum {
    SAN_DNS = 0x82,
    SAN_IP = 0x87,
    FEATURE_STATUS_REQUEST = 5, /* RFC 7633, 6 */
    SCT_V1 = 0,
    SCT_LOG_BYTES = 32,
    SCTS_MAX = 16
};

static bool read_san(const struct pl_der *d, const struct pl_der_item *value,
                     struct pl_certificate_extensions *x)
{
    struct pl_der_item name;
    bool bad = false;
    size_t i;

    if (!pl_der_at(d, value->from, &x->san) || x->san.to > d->len)
        return false;
    i = x->san.from;
    while (pl_der_next(d, &i, x->san.to, &name, &bad))
        if (name.tag == SAN_DNS || name.tag == SAN_IP)
            x->has_san = true;
    return !bad;
}

/* SEQUENCE OF INTEGER */
static bool read_features(const struct pl_der *d, const struct pl_der_item *value,
                          struct pl_certificate_extensions *x)
{
    struct pl_der_item features, feature;
    struct pl_der contents;
    bool bad = false;
    size_t i;

    if (!pl_der_at(d, value->from, &features))
        return false;
    i = features.from;
    while (pl_der_next(d, &i, features.to, &feature, &bad)) {
        contents = pl_der_contents(d, &feature);
        if (feature.tag == PL_DER_INTEGER && contents.len == 1 &&
            contents.byte[0] == FEATURE_STATUS_REQUEST)
            x->must_staple = true;
    }
    return !bad;
}

static bool known_log(const uint8_t *const log[SCTS_MAX], size_t count, const uint8_t *id)
{
    for (size_t i = 0; i < count; i++)
        if (!memcmp(log[i], id, SCT_LOG_BYTES))
            return true;
    return false;
}

/* A second OCTET STRING around the list of RFC 6962, 3.3.  A log that signs twice counts once. */
static bool read_scts(const struct pl_der *d, const struct pl_der_item *value,
                      struct pl_certificate_extensions *x)
{
    const uint8_t *log[SCTS_MAX], *id;
    struct pl_der_item inner;
    struct pl_der contents;
    struct pl_cursor all, list, sct;
    uint16_t len;
    uint8_t version = 0;

    if (!pl_der_at(d, value->from, &inner) || inner.tag != PL_DER_OCTET_STRING)
        return false;
    contents = pl_der_contents(d, &inner);
    all = pl_cursor(contents.byte, contents.len);
    if (!pl_take_be16(&all, &len) || !pl_child(&all, len, &list) || !pl_done(&all))
        return false;
    while (!pl_done(&list)) {
        if (!pl_take_be16(&list, &len) || !pl_child(&list, len, &sct) ||
            !pl_take_u8(&sct, &version))
            return false;
        id = pl_take(&sct, SCT_LOG_BYTES);
        if (version != SCT_V1 || !id || x->scts >= SCTS_MAX || known_log(log, x->scts, id))
            continue;
        log[x->scts++] = id;
    }
    return true;
}

bool pl_certificate_extensions(const struct pl_der_certificate *c,
                               struct pl_certificate_extensions *x)
{
    size_t i = c->extensions.from;
    struct pl_der_extension one;
    bool bad = false, right = true;

    memset(x, 0, sizeof *x);
    while (right && pl_der_next_extension(c, &i, &one, &bad)) {
        if (!strcmp(one.oid, "2.5.29.17"))
            right = read_san(&c->whole, &one.value, x);
        else if (!strcmp(one.oid, "1.3.6.1.5.5.7.1.24"))
            right = read_features(&c->whole, &one.value, x);
        else if (!strcmp(one.oid, "1.3.6.1.4.1.11129.2.4.2"))
            right = read_scts(&c->whole, &one.value, x);
    }
    return right && !bad;
}
