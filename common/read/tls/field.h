/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One function for each field of a hello: take its value into the facts and say which field comes
 * next.  pl_tls_field() at the end checks, once for all of them, that what comes next lies inside
 * of its list, extension or message.  Private to tls_hello.h.
 */
#ifndef PL_READ_TLS_FIELD_H
#define PL_READ_TLS_FIELD_H

#include "shape.h"

/* Bytes 0 to 31 of the random of a HelloRetryRequest (RFC 8446, 4.1.3); the last word first, since
 * the offset after a word chooses: 10, 18, 26, 34. */
PL_TABLE uint64_t pl_tls_retry_random[4] = {0x079e09e2c8a8339cULL, 0xcf21ad74e59a6111ULL,
                                            0xbe1d8c021e65b891ULL, 0xc2a211167abb8c5eULL};

/* A skip first, then the next extension or the end of the hello. */
PL_INLINE struct pl_tls_next pl_tls_extension_next(const struct pl_tls *s, uint32_t skip)
{
    if (s->at + skip >= s->end)
        return pl_tls_next(PL_TLS_LAST, skip, 0, s->end);
    return pl_tls_next(PL_TLS_EXTENSION, skip, 4, s->end);
}

/* A skip first, then the next item of the list or what follows the list's extension. */
PL_INLINE struct pl_tls_next pl_tls_item_next(const struct pl_tls *s, uint32_t skip, uint32_t state,
                                              uint32_t need)
{
    if (s->at + skip > s->inner_end)
        return pl_tls_broken();
    if (s->at + skip == s->inner_end)
        return pl_tls_extension_next(s, skip);
    return pl_tls_next(state, skip, need, s->inner_end);
}

/* Forget what a HelloRetryRequest said: its choice is none yet. */
PL_INLINE void pl_tls_forget_choice(struct pl_tls_facts *f)
{
    f->version = f->suite = f->group = 0;
    f->suite_class = f->group_class = 0;
    f->server_ems = f->server_reneg_info = f->server_compression = false;
    f->server_alpn = f->downgrade = 0;
}

PL_INLINE struct pl_tls_next pl_tls_message(struct pl_tls *s, uint32_t v)
{
    uint32_t type = s->side == PL_TLS_SERVER ? 2 : 1;

    s->at = 0;
    if (v == 0 && s->side == PL_TLS_SERVER) /* HelloRequest (RFC 5246, 7.4.1.1) */
        return pl_tls_next(PL_TLS_MESSAGE, 0, 4, 4);
    s->end = v & 0xffffff;
    s->seen = 0;
    s->retry = s->side == PL_TLS_SERVER;
    if (v >> 24 == 6 && s->retry && s->end <= PL_TLS_HELLO_MAX)
        return pl_tls_next(PL_TLS_LAST, s->end, 0, s->end); /* HelloRetryRequest before draft 22 */
    if (v >> 24 != type || s->end > PL_TLS_HELLO_MAX)
        return pl_tls_broken();
    return pl_tls_next(PL_TLS_VERSION, 0, 2, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_version(struct pl_tls *s, uint16_t v)
{
    if (s->facts.dtls) {
        v = pl_dtls_version(v);
        if (v == 0)
            return pl_tls_broken();
    }
    if (s->side == PL_TLS_CLIENT) {
        s->facts.legacy_version = v;
        return pl_tls_next(PL_TLS_SESSION, PL_TLS_RANDOM_BYTES, 1, s->end);
    }
    if (v >> 8 != 3 && !pl_tls_is_draft(v))
        return pl_tls_broken();
    pl_tls_forget_choice(&s->facts);
    s->facts.version = v;
    return pl_tls_next(PL_TLS_RANDOM, 0, 8, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_random(struct pl_tls *s, uint64_t v)
{
    uint32_t word = s->at >> 3;

    PL_HIDE(word);
    s->retry = s->retry & (v == pl_tls_retry_random[word & 3]);
    if (s->at < 2 + PL_TLS_RANDOM_BYTES)
        return pl_tls_next(PL_TLS_RANDOM, 0, 8, s->end);
    if (v >> 1 == 0x444f574e475244ULL << 7) /* "DOWNGRD", then 0 or 1 */
        s->facts.downgrade = v & 1 ? PL_DOWNGRADE_TO_TLS12 : PL_DOWNGRADE_TO_TLS11;
    if (pl_tls_is_draft(s->facts.version)) /* no session and no compression before draft 22 */
        return pl_tls_next(PL_TLS_CHOICE, 0, 2, s->end);
    return pl_tls_next(PL_TLS_SESSION, 0, 1, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_session(struct pl_tls *s, uint32_t v)
{
    if (v > 32)
        return pl_tls_broken();
    if (s->side == PL_TLS_SERVER)
        return pl_tls_next(PL_TLS_CHOICE, v, 3, s->end);
    if (s->facts.dtls)
        return pl_tls_next(PL_TLS_COOKIE, v, 1, s->end);
    return pl_tls_next(PL_TLS_SUITES, v, 2, s->end);
}

/* What the server asked for by HelloVerifyRequest, or nothing (RFC 6347, 4.2.1). */
PL_INLINE struct pl_tls_next pl_tls_cookie(struct pl_tls *s, uint32_t v)
{
    return pl_tls_next(PL_TLS_SUITES, v, 2, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_suites(struct pl_tls *s, uint32_t v)
{
    s->inner_end = s->at + v;
    if (v == 0 || s->inner_end > s->end)
        return pl_tls_broken();
    return pl_tls_next(PL_TLS_SUITE, 0, 2, s->inner_end);
}

PL_INLINE struct pl_tls_next pl_tls_suite(struct pl_tls *s, uint16_t v)
{
    if (!pl_is_grease(v))
        s->facts.suites |= pl_suite_class(v);
    if (s->at < s->inner_end)
        return pl_tls_next(PL_TLS_SUITE, 0, 2, s->inner_end);
    return pl_tls_next(PL_TLS_COMPRESSIONS, 0, 1, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_compressions(struct pl_tls *s, uint32_t v)
{
    s->inner_end = s->at + v;
    if (v == 0 || s->inner_end > s->end)
        return pl_tls_broken();
    return pl_tls_next(PL_TLS_COMPRESSION, 0, 1, s->inner_end);
}

/* Extensions follow, or the hello is from before there were any. */
PL_INLINE struct pl_tls_next pl_tls_extensions_next(const struct pl_tls *s)
{
    if (s->at == s->end)
        return pl_tls_next(PL_TLS_LAST, 0, 0, s->end);
    return pl_tls_next(PL_TLS_EXTENSIONS, 0, 2, s->end);
}

PL_INLINE struct pl_tls_next pl_tls_compression(struct pl_tls *s, uint32_t v)
{
    if (v)
        s->facts.compression = true;
    if (s->at < s->inner_end)
        return pl_tls_next(PL_TLS_COMPRESSION, 0, 1, s->inner_end);
    return pl_tls_extensions_next(s);
}

PL_INLINE struct pl_tls_next pl_tls_choice(struct pl_tls *s, uint32_t v)
{
    bool draft = pl_tls_is_draft(s->facts.version);

    pl_tls_suite_selected(&s->facts, (uint16_t)(draft ? v : v >> 8));
    s->facts.server_compression = !draft && (v & 0xff) != 0;
    return pl_tls_extensions_next(s);
}

PL_INLINE struct pl_tls_next pl_tls_extensions(struct pl_tls *s, uint32_t v)
{
    if (s->at + v != s->end)
        return pl_tls_broken();
    return pl_tls_extension_next(s, 0);
}

/* What the mere presence of an extension says. */
PL_INLINE void pl_tls_present(struct pl_tls *s, uint32_t seen)
{
    struct pl_tls_facts *f = &s->facts;

    if (s->side == PL_TLS_SERVER) {
        f->server_ems |= (seen & PL_TLS_SEEN_EMS) != 0;
        f->server_reneg_info |= (seen & PL_TLS_SEEN_RENEGOTIATION) != 0;
        return;
    }
    f->ems |= (seen & PL_TLS_SEEN_EMS) != 0;
    f->reneg_info |= (seen & PL_TLS_SEEN_RENEGOTIATION) != 0;
    f->groups_sent |= (seen & PL_TLS_SEEN_GROUPS) != 0;
    f->ech |= (seen & PL_TLS_SEEN_ECH) != 0;
    f->early_data |= (seen & PL_TLS_SEEN_EARLY) != 0;
}

PL_INLINE struct pl_tls_next pl_tls_extension(struct pl_tls *s, uint32_t v)
{
    uint32_t type = v >> 16, len = v & 0xffff;
    struct pl_tls_shape x =
        s->side == PL_TLS_CLIENT ? pl_tls_client_shape(type) : pl_tls_server_shape(type, s->retry);

    s->inner_end = s->at + len;
    if (s->seen & x.seen || (x.length >= 0 && len != (uint32_t)x.length))
        return pl_tls_broken();
    s->seen |= x.seen;
    pl_tls_present(s, x.seen);
    if (x.first == 0 || s->inner_end > s->end)
        return pl_tls_extension_next(s, len);
    s->item = x.item;
    s->item_need = x.item_need;
    return pl_tls_next(x.first, 0, x.first_need, s->inner_end);
}

/* The length of an extension's only list: all that is left, and empty only where that is right. */
PL_INLINE struct pl_tls_next pl_tls_list(struct pl_tls *s, uint32_t v)
{
    if (s->at + v != s->inner_end)
        return pl_tls_broken();
    if (v == 0 && s->item != PL_TLS_SHARE && s->item != PL_TLS_OPAQUE)
        return pl_tls_broken();
    return pl_tls_item_next(s, 0, s->item, s->item_need);
}

/* The head of a server_name: the list's length, the type, the name's length.  One entry of type
 * host_name and no other; that is all that servers understand. */
PL_INLINE struct pl_tls_next pl_tls_name(struct pl_tls *s, uint64_t v)
{
    uint32_t list = (uint32_t)(v >> 24), type = v >> 16 & 0xff, len = v & 0xffff;

    if (type != 0 || len == 0 || list != len + 3 || s->at + len != s->inner_end)
        return pl_tls_broken();
    s->facts.sni_sent = true;
    s->facts.sni_len = s->name_len = 0;
    s->bad_name = false;
    if (len >= PL_SNI_MAX)
        return pl_tls_extension_next(s, len);
    return pl_tls_next(PL_TLS_NAME_BYTE, 0, 1, s->inner_end);
}

/* Letters, digits, '-', '.' and '_', of which the bits are set here. */
PL_INLINE bool pl_is_host_byte(uint8_t c)
{
    uint64_t set = c & 64 ? 0x07fffffe87fffffeULL : 0x03ff600000000000ULL;

    return (set >> (c & 63) & 1 & ~(uint64_t)(c >> 7)) != 0;
}

/* The length stands in the facts only when the whole name has come and is one. */
PL_INLINE struct pl_tls_next pl_tls_name_byte(struct pl_tls *s, uint8_t c)
{
    uint32_t len = s->name_len;
    bool label_empty = len == 0 || s->facts.sni[(len - 1) & 255] == '.';

    PL_HIDE(len);
    s->facts.sni[len & 255] = pl_lower(c);
    s->bad_name |= !pl_is_host_byte(c) || (c == '.' && label_empty);
    if (s->at < s->inner_end) {
        s->name_len++;
        return pl_tls_next(PL_TLS_NAME_BYTE, 0, 1, s->inner_end);
    }
    len += c != '.'; /* the final dot does not count */
    if (!s->bad_name && len <= 253)
        s->facts.sni_len = (uint8_t)len;
    return pl_tls_extension_next(s, 0);
}

PL_INLINE struct pl_tls_next pl_tls_group(struct pl_tls *s, uint16_t v)
{
    if (s->side == PL_TLS_SERVER)
        pl_tls_group_selected(&s->facts, v);
    else
        s->facts.groups |= pl_group_class(v);
    return pl_tls_item_next(s, 0, PL_TLS_GROUP, 2);
}

PL_INLINE struct pl_tls_next pl_tls_share(struct pl_tls *s, uint32_t v)
{
    uint16_t group = (uint16_t)(v >> 16);
    uint32_t len = v & 0xffff;

    if (s->side == PL_TLS_CLIENT) {
        s->facts.key_shares |= pl_group_class(group);
        return pl_tls_item_next(s, len, PL_TLS_SHARE, 4);
    }
    pl_tls_group_selected(&s->facts, group);
    if (s->at + len != s->inner_end)
        return pl_tls_broken();
    return pl_tls_extension_next(s, len);
}

PL_INLINE struct pl_tls_next pl_tls_signature(struct pl_tls *s, uint16_t v)
{
    s->facts.sig_hashes |= pl_sig_hash(v);
    return pl_tls_item_next(s, 0, PL_TLS_SIGNATURE, 2);
}

/* A draft of TLS 1.3 stands between TLS 1.2 and TLS 1.3. */
PL_INLINE uint32_t pl_tls_version_order(uint16_t version)
{
    if (pl_tls_is_draft(version))
        return (uint32_t)PL_TLS12 << 8 | (version & 0xff);
    return (uint32_t)version << 8;
}

PL_INLINE struct pl_tls_next pl_tls_supported(struct pl_tls *s, uint16_t v)
{
    struct pl_tls_facts *f = &s->facts;
    bool known = !pl_is_grease(v);
    uint32_t order;

    if (f->dtls) {
        v = pl_dtls_version(v);
        known = v != 0;
    }
    order = pl_tls_version_order(v);
    if (s->side == PL_TLS_SERVER) {
        f->version = v;
        if (f->dtls && !known)
            return pl_tls_broken();
    } else if (known) {
        if (order > pl_tls_version_order(f->max_version))
            f->max_version = v;
        if (f->min_version == 0 || order < pl_tls_version_order(f->min_version))
            f->min_version = v;
    }
    return pl_tls_item_next(s, 0, PL_TLS_SUPPORTED, 2);
}

/* The sender's protocols. */
PL_INLINE void pl_tls_alpn_note(struct pl_tls *s, enum pl_alpn protocol)
{
    if (s->side == PL_TLS_SERVER)
        s->facts.server_alpn |= (uint8_t)protocol;
    else
        s->facts.alpn |= (uint8_t)protocol;
}

/* The length of a protocol's name; only lengths of a name that we know are looked into. */
PL_INLINE struct pl_tls_next pl_tls_alpn(struct pl_tls *s, uint32_t v)
{
    if (v == 0 || s->at + v > s->inner_end)
        return pl_tls_broken();
    if (v == 2)
        return pl_tls_next(PL_TLS_ALPN_2, 0, 2, s->inner_end);
    if (v == 8)
        return pl_tls_next(PL_TLS_ALPN_8, 0, 8, s->inner_end);
    pl_tls_alpn_note(s, PL_ALPN_OTHER);
    return pl_tls_item_next(s, v, PL_TLS_ALPN, 1);
}

PL_INLINE struct pl_tls_next pl_tls_alpn_2(struct pl_tls *s, uint16_t v)
{
    if (!pl_is_grease(v))
        pl_tls_alpn_note(s, v == 0x6832 ? PL_ALPN_H2 : v == 0x6833 ? PL_ALPN_H3 : PL_ALPN_OTHER);
    return pl_tls_item_next(s, 0, PL_TLS_ALPN, 1);
}

PL_INLINE struct pl_tls_next pl_tls_alpn_8(struct pl_tls *s, uint64_t v)
{
    bool http1 = v >> 8 == 0x687474702f312eULL && (v & 0xfe) == '0'; /* http/1.0, http/1.1 */

    pl_tls_alpn_note(s, http1 ? PL_ALPN_HTTP1 : PL_ALPN_OTHER);
    return pl_tls_item_next(s, 0, PL_TLS_ALPN, 1);
}

#endif
