/* SPDX-License-Identifier: BSD-2-Clause */
#include "pcapng.h"
#include "file.h"

#include <stdlib.h>

/* Block types (section 11.3.1 of the draft). */
enum block_type {
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET_OLD = 2,
    BLOCK_PACKET_SIMPLE = 3,
    BLOCK_PACKET = 6
};

enum option { OPTION_END = 0, OPTION_TSRESOL = 9, OPTION_TSOFFSET = 14 };

/* Where things stand in a block, from its type on. */
enum {
    BLOCK_HEAD = 8,     /* type, length */
    BLOCK_LEAST = 12,   /* and the length again at the end */
    SECTION_LEAST = 28, /* byte-order magic, version, section length */
    INTERFACE_OPTIONS = 16,
    SIMPLE_BYTES = 12,
    PACKET_BYTES = 28
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4du

static uint32_t get32(const struct pl_pcapng *p, const uint8_t *at)
{
    uint32_t v = pl_be32(at);

    return p->swapped ? v : __builtin_bswap32(v);
}

static uint16_t get16(const struct pl_pcapng *p, const uint8_t *at)
{
    uint16_t v = pl_be16(at);

    return p->swapped ? v : __builtin_bswap16(v);
}

static bool reserve_block(struct pl_pcapng *p, uint32_t len)
{
    uint32_t size = p->block_size ? p->block_size : 4096;
    uint8_t *block;

    while (size < len)
        size *= 2;
    if (size == p->block_size)
        return true;
    block = realloc(p->block, size);
    if (!block)
        return false;
    p->block = block;
    p->block_size = size;
    return true;
}

/* A section's own magic, behind its type and length, says in which byte order both are. */
static bool read_byte_order(struct pl_pcapng *p, struct pl_error *error)
{
    uint32_t magic = pl_be32(p->block + BLOCK_HEAD);

    if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
        return pl_fail(error, NULL, 0, 0, "a section's byte-order magic is %08x: expected %08x",
                       magic, BYTE_ORDER_MAGIC);
    p->swapped = magic == BYTE_ORDER_MAGIC;
    return true;
}

/* The next block's bytes, whole.  END only when the file ends where a block does. */
static enum pl_pcapng_result read_block(struct pl_pcapng *p, struct pl_error *error)
{
    uint32_t have = BLOCK_LEAST, len;
    size_t got;

    if (!reserve_block(p, BLOCK_LEAST))
        goto no_memory;
    got = fread(p->block, 1, have, p->stream);
    if (got < have)
        return got == 0 ? PL_PCAPNG_END : PL_PCAPNG_TRUNCATED;
    if (pl_be32(p->block) == PL_PCAPNG_MAGIC && !read_byte_order(p, error))
        return PL_PCAPNG_WRONG;
    len = get32(p, p->block + 4);
    if (len < BLOCK_LEAST || len > PL_PCAPNG_BLOCK_MAX_BYTES || len % 4 != 0) {
        (void)pl_fail(error, NULL, 0, 0,
                      "a block of %u bytes: expected a multiple of 4 from %d to %d", len,
                      BLOCK_LEAST, PL_PCAPNG_BLOCK_MAX_BYTES);
        return PL_PCAPNG_WRONG;
    }
    if (!reserve_block(p, len))
        goto no_memory;
    p->block_len = len;
    if (fread(p->block + have, 1, len - have, p->stream) < len - have)
        return PL_PCAPNG_TRUNCATED;
    if (get32(p, p->block + len - 4) == len)
        return PL_PCAPNG_PACKET;
    (void)pl_fail(error, NULL, 0, 0, "a block of %u bytes ends with the length %u", len,
                  get32(p, p->block + len - 4));
    return PL_PCAPNG_WRONG;
no_memory:
    (void)pl_fail(error, NULL, 0, 0, "out of memory");
    return PL_PCAPNG_WRONG;
}

static bool begin_section(struct pl_pcapng *p, struct pl_error *error)
{
    if (p->block_len < SECTION_LEAST)
        return pl_fail(error, NULL, 0, 0, "a section header of %u bytes: expected %d or more",
                       p->block_len, SECTION_LEAST);
    if (get16(p, p->block + 12) != 1)
        return pl_fail(error, NULL, 0, 0, "pcapng version %u: expected 1", get16(p, p->block + 12));
    p->interface_count = 0;
    return true;
}

/* if_tsresol: units of 10^-v seconds, or of 2^-v when the highest bit is set. */
static bool read_resolution(struct pl_interface *interface, uint8_t v)
{
    uint64_t ticks = 1;

    if ((v & 0x80) != 0 ? (v & 0x7f) > 63 : v > 19)
        return false;
    if (v & 0x80) {
        ticks <<= v & 0x7f;
    } else {
        while (v-- > 0)
            ticks *= 10;
    }
    interface->ticks_per_second = ticks;
    return true;
}

static bool read_option(const struct pl_pcapng *p, struct pl_interface *interface,
                        const uint8_t *at, uint16_t code, uint16_t len, struct pl_error *error)
{
    if (code == OPTION_TSRESOL && len >= 1 && !read_resolution(interface, at[0]))
        return pl_fail(error, NULL, 0, 0, "if_tsresol %u: expected at most 10^-19 or 2^-63", at[0]);
    if (code == OPTION_TSOFFSET && len >= 8)
        interface->offset_s = (int64_t)(p->swapped ? pl_be64(at) : __builtin_bswap64(pl_be64(at)));
    return true;
}

static bool read_options(const struct pl_pcapng *p, struct pl_interface *interface,
                         struct pl_error *error)
{
    const uint8_t *at = p->block + INTERFACE_OPTIONS, *end = p->block + p->block_len - 4;

    while (end - at >= 4) {
        uint16_t code = get16(p, at), len = get16(p, at + 2);

        at += 4;
        if (code == OPTION_END || end - at < len)
            break;
        if (!read_option(p, interface, at, code, len, error))
            return false;
        at += (end - at) < ((len + 3) & ~3) ? end - at : ((len + 3) & ~3);
    }
    return true;
}

static bool add_interface(struct pl_pcapng *p, struct pl_error *error)
{
    struct pl_interface one = {.ticks_per_second = 1000000}, *grown;

    if (p->block_len < INTERFACE_OPTIONS + 4)
        return pl_fail(error, NULL, 0, 0, "an interface block of %u bytes: expected %d or more",
                       p->block_len, INTERFACE_OPTIONS + 4);
    if (p->interface_count == PL_PCAPNG_INTERFACES_MAX)
        return pl_fail(error, NULL, 0, 0, "more than %d interfaces", PL_PCAPNG_INTERFACES_MAX);
    one.link_type = get16(p, p->block + BLOCK_HEAD);
    one.snap_bytes = get32(p, p->block + BLOCK_HEAD + 4);
    if (!read_options(p, &one, error))
        return false;
    if (p->interface_count == p->interface_size) {
        grown = realloc(p->interfaces, (p->interface_size * 2 + 4) * sizeof(one));
        if (!grown)
            return pl_fail(error, NULL, 0, 0, "out of memory");
        p->interfaces = grown;
        p->interface_size = p->interface_size * 2 + 4;
    }
    p->interfaces[p->interface_count++] = one;
    return true;
}

static uint64_t time_of(const struct pl_interface *interface, uint64_t ticks)
{
    uint64_t per_s = interface->ticks_per_second, rest = ticks % per_s;
    uint64_t s = ticks / per_s + (uint64_t)interface->offset_s;

    return s * 1000000000u + (uint64_t)((unsigned __int128)rest * 1000000000u / per_s);
}

/* Enhanced and obsolete packets differ only in the width of the interface's number. */
static bool read_packet(const struct pl_pcapng *p, enum block_type type, struct pl_record *record,
                        struct pl_error *error)
{
    const uint8_t *b = p->block + BLOCK_HEAD;
    uint32_t room = p->block_len - 4, number, captured;

    if (room < PACKET_BYTES)
        return pl_fail(error, NULL, 0, 0, "a packet block of %u bytes: expected %d or more",
                       p->block_len, PACKET_BYTES + 4);
    number = type == BLOCK_PACKET ? get32(p, b) : get16(p, b);
    captured = get32(p, b + 12);
    if (number >= p->interface_count)
        return pl_fail(error, NULL, 0, 0, "a packet of interface %u: there are %u", number,
                       p->interface_count);
    if (captured > room - PACKET_BYTES)
        return pl_fail(error, NULL, 0, 0, "a packet of %u bytes in a block of %u", captured,
                       p->block_len);
    record->time_ns =
        time_of(&p->interfaces[number], (uint64_t)get32(p, b + 4) << 32 | get32(p, b + 8));
    record->link_type = p->interfaces[number].link_type;
    record->bytes = b + (PACKET_BYTES - BLOCK_HEAD);
    record->len = captured;
    record->wire_len = get32(p, b + 16);
    return true;
}

/* It has no time and no captured length: the block's, the packet's and the interface's limit it. */
static bool read_simple(const struct pl_pcapng *p, struct pl_record *record, struct pl_error *error)
{
    uint32_t len;

    if (p->block_len < SIMPLE_BYTES + 4 || p->interface_count == 0)
        return pl_fail(error, NULL, 0, 0, "a simple packet of %u bytes, %u interfaces before",
                       p->block_len, p->interface_count);
    record->wire_len = get32(p, p->block + BLOCK_HEAD);
    len = p->block_len - 4 - SIMPLE_BYTES;
    if (len > record->wire_len)
        len = record->wire_len;
    if (p->interfaces[0].snap_bytes && len > p->interfaces[0].snap_bytes)
        len = p->interfaces[0].snap_bytes;
    record->time_ns = 0;
    record->link_type = p->interfaces[0].link_type;
    record->bytes = p->block + SIMPLE_BYTES;
    record->len = len;
    return true;
}

/* Whether the block is right; *packet tells whether it was one. */
static bool read_one(struct pl_pcapng *p, struct pl_record *record, bool *packet,
                     struct pl_error *error)
{
    uint32_t type = get32(p, p->block);

    *packet = type == BLOCK_PACKET || type == BLOCK_PACKET_OLD || type == BLOCK_PACKET_SIMPLE;
    if (type == BLOCK_PACKET || type == BLOCK_PACKET_OLD)
        return read_packet(p, (enum block_type)type, record, error);
    if (type == BLOCK_PACKET_SIMPLE)
        return read_simple(p, record, error);
    if (type == BLOCK_INTERFACE)
        return add_interface(p, error);
    return type != PL_PCAPNG_MAGIC || begin_section(p, error);
}

enum pl_pcapng_result pl_pcapng_next(struct pl_pcapng *p, struct pl_record *record,
                                     struct pl_error *error)
{
    bool packet = false;

    while (!packet) {
        enum pl_pcapng_result got = read_block(p, error);

        if (got != PL_PCAPNG_PACKET)
            return got;
        if (!read_one(p, record, &packet, error))
            return PL_PCAPNG_WRONG;
    }
    return PL_PCAPNG_PACKET;
}

void pl_pcapng_free(struct pl_pcapng *p)
{
    free(p->block);
    free(p->interfaces);
    p->block = NULL;
    p->interfaces = NULL;
}
