/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client says to MongoDB (its Wire Protocol: OP_QUERY, OP_MSG): greeting, login, or more
 * than that, in clear.  A login also begins inside of a greeting (speculativeAuthenticate), so a
 * greeting's document is walked at its first level; of others only the first name is read.
 *
 * Compressed messages are left out, and so is all that the server says.  MongoDB has no way to
 * begin TLS within a connection.
 */
#ifndef PL_READ_MONGODB_H
#define PL_READ_MONGODB_H

#include "../credential.h"
#include "frame.h"

enum pl_mongodb_operation {
    PL_MONGODB_REPLY = 1,
    PL_MONGODB_UPDATE = 2001,
    PL_MONGODB_INSERT = 2002,
    PL_MONGODB_QUERY = 2004,
    PL_MONGODB_GET_MORE = 2005,
    PL_MONGODB_DELETE = 2006,
    PL_MONGODB_KILL_CURSORS = 2007,
    PL_MONGODB_COMPRESSED = 2012,
    PL_MONGODB_MSG = 2013
};

enum {
    PL_MONGODB_HEADER = 16,
    PL_MONGODB_MESSAGE_MAX = 48000000 + 65536,
    PL_MONGODB_FLAGS = 0x10003, /* of OP_MSG: checksum, more to come, exhaust */
    PL_MONGODB_NAME_MAX = 23    /* letters of a name that are compared */
};

struct pl_mongodb {
    bool hello;
    bool login;  /* began, in clear */
    bool data;   /* a command that is neither greeting nor login, in clear */
    bool first;  /* the next name is the command's */
    bool greets; /* the document is a greeting */
    uint8_t name_len;
    uint8_t name[PL_MONGODB_NAME_MAX + 1];
    uint8_t type;   /* of the element */
    uint32_t left;  /* of the message */
    uint64_t creds; /* enum pl_credential_number */
};

enum pl_mongodb_state {
    PL_MONGODB_HEAD,
    PL_MONGODB_SECTION,    /* OP_MSG: flags, kind of the section */
    PL_MONGODB_COLLECTION, /* OP_QUERY: one byte of the collection's name */
    PL_MONGODB_DOCUMENT,   /* its length, and the first element's type */
    PL_MONGODB_NAME,       /* one byte of an element's name */
    PL_MONGODB_SIZE,       /* of an element's value */
    PL_MONGODB_TYPE        /* of the next element */
};

PL_TABLE char pl_mongodb_quiet[7][PL_MONGODB_NAME_MAX + 1] = {
    "ping", "buildInfo", "buildinfo", "saslContinue", "endSessions", "whatsmyuri", "getnonce"};

PL_INLINE bool pl_mongodb_is(const struct pl_mongodb *m, const char *name)
{
    for (uint32_t i = 0; i <= PL_MONGODB_NAME_MAX; i++) {
        if (i >= m->name_len)
            return name[i] == 0;
        if (m->name[i] != (uint8_t)name[i])
            return false;
    }
    return false;
}

/* "admin.$cmd": letters, and a point. */
PL_INLINE bool pl_mongodb_like_collection(const uint8_t *byte, uint32_t len)
{
    for (uint32_t i = 20; i < len && i < PL_PREFIX_MAX; i++) {
        if (byte[i] == 0)
            return i > 22;
        if (byte[i] <= ' ' || byte[i] > '~')
            return false;
    }
    return true;
}

/* Bytes as far as they are there. */
PL_INLINE bool pl_mongodb_like(const uint8_t *byte, uint32_t len, uint32_t at, uint32_t value)
{
    for (uint32_t i = 0; i < 4; i++)
        if (at + i < len && byte[at + i] != (uint8_t)(value >> 8 * i))
            return false;
    return true;
}

PL_INLINE bool pl_mongodb_like_client(const uint8_t *byte, uint32_t len)
{
    bool query = pl_mongodb_like(byte, len, 12, PL_MONGODB_QUERY);

    if (!pl_mongodb_like(byte, len, 8, 0))
        return false;
    if (query && len > 17)
        return byte[17] == 0 && pl_mongodb_like_collection(byte, len);
    if (query || !pl_mongodb_like(byte, len, 12, PL_MONGODB_MSG))
        return query;
    return (len <= 17 || byte[17] == 0) && (len <= 18 || byte[18] <= 1) &&
           (len <= 19 || byte[19] == 0) && (len <= 20 || byte[20] <= 1);
}

/* An answer without a cursor, of one document; or an OP_MSG that answers. */
PL_INLINE bool pl_mongodb_like_server(const uint8_t *byte, uint32_t len)
{
    if (len >= 12 && pl_le32(byte + 8) == 0)
        return false;
    if (pl_mongodb_like(byte, len, 12, PL_MONGODB_REPLY))
        return pl_mongodb_like(byte, len, 20, 0) && pl_mongodb_like(byte, len, 24, 0) &&
               pl_mongodb_like(byte, len, 28, 0);
    return pl_mongodb_like(byte, len, 12, PL_MONGODB_MSG) && (len <= 20 || byte[20] == 0) &&
           (len < 20 || !(pl_le32(byte + 16) & ~(uint32_t)PL_MONGODB_FLAGS));
}

PL_INLINE enum pl_match pl_mongodb_match(enum pl_side side, const uint8_t *byte, uint32_t len,
                                         uint16_t port)
{
    (void)port;
    if (len < 4)
        return PL_MATCH_MORE;
    if (pl_le32(byte) < PL_MONGODB_HEADER + 10 || pl_le32(byte) > PL_MONGODB_MESSAGE_MAX)
        return PL_MATCH_NO;
    if (!(side == PL_CLIENT ? pl_mongodb_like_client(byte, len)
                            : pl_mongodb_like_server(byte, len)))
        return PL_MATCH_NO;
    return len < PL_PREFIX_MAX ? PL_MATCH_MORE : PL_MATCH_YES;
}

PL_INLINE void pl_mongodb_begin(struct pl_mongodb *m, struct pl_frames *f)
{
    (void)m;
    pl_frame_next(&f->of[PL_CLIENT], PL_MONGODB_HEAD, 0, PL_MONGODB_HEADER);
    pl_frame_ignore(&f->of[PL_SERVER]);
}

/* Leave out skip bytes of the message and gather need for state; MALFORMED if it has not so many.
 */
PL_INLINE void pl_mongodb_next(struct pl_mongodb *m, struct pl_frames *f,
                               enum pl_mongodb_state state, uint32_t skip, uint32_t need)
{
    if (skip > m->left || need > m->left - skip) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    m->left -= skip + need;
    pl_frame_next(&f->of[PL_CLIENT], (uint8_t)state, skip, need);
}

/* The rest of the message says nothing. */
PL_INLINE void pl_mongodb_skip(struct pl_mongodb *m, struct pl_frames *f)
{
    pl_frame_next(&f->of[PL_CLIENT], PL_MONGODB_HEAD, m->left, PL_MONGODB_HEADER);
}

PL_INLINE void pl_mongodb_data(struct pl_mongodb *m, struct pl_frames *f)
{
    m->data = true;
    f->end = PL_WIRE_READ;
}

PL_INLINE void pl_mongodb_head(struct pl_mongodb *m, struct pl_frames *f)
{
    const uint8_t *byte = f->of[PL_CLIENT].byte;
    uint32_t len = pl_le32(byte), operation = pl_le32(byte + 12);

    if (len < PL_MONGODB_HEADER || len > PL_MONGODB_MESSAGE_MAX) {
        f->end = PL_WIRE_MALFORMED;
        return;
    }
    m->left = len - PL_MONGODB_HEADER;
    m->first = true;
    m->greets = false;
    m->name_len = 0;
    if (operation == PL_MONGODB_MSG)
        pl_mongodb_next(m, f, PL_MONGODB_SECTION, 0, 5);
    else if (operation == PL_MONGODB_QUERY)
        pl_mongodb_next(m, f, PL_MONGODB_COLLECTION, 4, 1);
    else if (operation == PL_MONGODB_COMPRESSED || operation == PL_MONGODB_KILL_CURSORS)
        pl_mongodb_skip(m, f);
    else if (operation >= PL_MONGODB_UPDATE && operation <= PL_MONGODB_DELETE)
        pl_mongodb_data(m, f);
    else
        f->end = PL_WIRE_MALFORMED;
}

PL_INLINE void pl_mongodb_letter(struct pl_mongodb *m, uint8_t c)
{
    uint32_t at = m->name_len;

    if (at > PL_MONGODB_NAME_MAX)
        return; /* one more than is compared: no name is so long */
    PL_HIDE(at);
    m->name[at % (PL_MONGODB_NAME_MAX + 1)] = c;
    m->name_len++;
}

/* Documents are read of commands only, and those go to a collection named $cmd. */
PL_INLINE void pl_mongodb_collection(struct pl_mongodb *m, struct pl_frames *f)
{
    uint8_t c = f->of[PL_CLIENT].byte[0];

    if (c == '.')
        m->name_len = 0;
    else if (c)
        pl_mongodb_letter(m, c);
    if (c)
        pl_mongodb_next(m, f, PL_MONGODB_COLLECTION, 0, 1);
    else if (!pl_mongodb_is(m, "$cmd"))
        pl_mongodb_data(m, f);
    else /* how many to leave out, how many to give, document */
        pl_mongodb_next(m, f, PL_MONGODB_DOCUMENT, 8, 5);
    if (c == 0)
        m->name_len = 0;
}

/* The type of an element. */
PL_INLINE void pl_mongodb_type(struct pl_mongodb *m, struct pl_frames *f, uint8_t type)
{
    m->type = type;
    m->name_len = 0;
    if (type)
        pl_mongodb_next(m, f, PL_MONGODB_NAME, 0, 1);
    else /* the end of the document */
        pl_mongodb_skip(m, f);
}

PL_INLINE void pl_mongodb_begins_login(struct pl_mongodb *m, struct pl_frames *f)
{
    m->login = true;
    m->creds |= PL_CREDENTIAL_BIT(MONGODB_LOGIN);
    f->end = PL_WIRE_READ;
}

/* The command's name.  True: the document is to be walked. */
PL_INLINE bool pl_mongodb_command(struct pl_mongodb *m, struct pl_frames *f)
{
    bool quiet = false;

    m->first = false;
    m->greets =
        pl_mongodb_is(m, "hello") || pl_mongodb_is(m, "isMaster") || pl_mongodb_is(m, "ismaster");
    m->hello |= m->greets;
    if (m->greets)
        return true;
    for (uint32_t i = 0; i < PL_COUNT(pl_mongodb_quiet); i++)
        quiet |= pl_mongodb_is(m, pl_mongodb_quiet[i]);
    if (pl_mongodb_is(m, "saslStart") || pl_mongodb_is(m, "authenticate"))
        pl_mongodb_begins_login(m, f);
    else if (quiet || m->name_len == 0 || m->name[0] == '$')
        pl_mongodb_skip(m, f);
    else
        pl_mongodb_data(m, f);
    return false;
}

/* Leave the value out (BSON's types); a document's length counts itself. */
PL_INLINE void pl_mongodb_value(struct pl_mongodb *m, struct pl_frames *f)
{
    switch (m->type) {
    case 0x01: /* double */
    case 0x09: /* time */
    case 0x11: /* timestamp */
    case 0x12: /* 64 bits */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, 8, 1);
        break;
    case 0x07: /* object id */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, 12, 1);
        break;
    case 0x08: /* boolean */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, 1, 1);
        break;
    case 0x0a: /* null */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, 0, 1);
        break;
    case 0x10: /* 32 bits */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, 4, 1);
        break;
    case 0x13: /* decimal */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, 16, 1);
        break;
    case 0x02: /* text */
    case 0x03: /* document */
    case 0x04: /* array */
    case 0x05: /* bytes */
        pl_mongodb_next(m, f, PL_MONGODB_SIZE, 0, 4);
        break;
    default: /* nothing that a greeting holds */
        pl_mongodb_skip(m, f);
    }
}

PL_INLINE void pl_mongodb_name(struct pl_mongodb *m, struct pl_frames *f)
{
    uint8_t c = f->of[PL_CLIENT].byte[0];

    if (c) {
        pl_mongodb_letter(m, c);
        pl_mongodb_next(m, f, PL_MONGODB_NAME, 0, 1);
    } else if (m->first ? pl_mongodb_command(m, f) : m->greets) {
        if (pl_mongodb_is(m, "speculativeAuthenticate"))
            pl_mongodb_begins_login(m, f);
        else
            pl_mongodb_value(m, f);
    }
}

PL_INLINE void pl_mongodb_size(struct pl_mongodb *m, struct pl_frames *f)
{
    uint32_t size = pl_le32(f->of[PL_CLIENT].byte);
    bool nested = m->type == 0x03 || m->type == 0x04;

    if ((nested && size < 5) || size > PL_MONGODB_MESSAGE_MAX)
        f->end = PL_WIRE_MALFORMED;
    else /* bytes have a kind of their own */
        pl_mongodb_next(m, f, PL_MONGODB_TYPE, size - (nested ? 4 : 0) + (m->type == 0x05), 1);
}

PL_INLINE void pl_mongodb_frame(struct pl_mongodb *m, struct pl_frames *f, enum pl_side side)
{
    const uint8_t *byte = f->of[PL_CLIENT].byte;

    (void)side; /* the client's: the other is ignored */
    switch (f->of[PL_CLIENT].state) {
    case PL_MONGODB_HEAD:
        pl_mongodb_head(m, f);
        break;
    case PL_MONGODB_SECTION:
        if (byte[4] == 0)
            pl_mongodb_next(m, f, PL_MONGODB_DOCUMENT, 0, 5);
        else /* documents to store or to change */
            pl_mongodb_data(m, f);
        break;
    case PL_MONGODB_COLLECTION:
        pl_mongodb_collection(m, f);
        break;
    case PL_MONGODB_DOCUMENT:
        pl_mongodb_type(m, f, byte[4]);
        break;
    case PL_MONGODB_NAME:
        pl_mongodb_name(m, f);
        break;
    case PL_MONGODB_SIZE:
        pl_mongodb_size(m, f);
        break;
    default:
        pl_mongodb_type(m, f, byte[0]);
    }
}

#endif
