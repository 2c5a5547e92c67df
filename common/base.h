/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types, byte order and the few places where user space and BPF must differ.
 * This is the only header that asks which of the two it is compiled for.
 *
 * - No libc, no allocation, no clock.  Everything is static inline.
 * - Integers from the wire are composed from bytes, so the host's byte order never matters.
 * - pl_chunk: bytes that a reader walks over.  In user space plain bytes; in BPF a buffer of a
 *   fixed power of two whose index is masked, so that the verifier sees every access bounded.
 * - pl_line, pl_lines: the policy image as an array of 64-byte lines.  In user space mapped
 *   memory, in BPF an array map.  pl_line_at() answers NULL outside of it, so that no look-up
 *   can leave the image whatever a section holds.
 */
#ifndef PL_BASE_H
#define PL_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A function in a header.  All of them are one with their callers: in BPF so that the verifier sees
 * every bound, elsewhere since it halves the time of the readers.  Builds with sanitizers leave it
 * to the compiler, who is ten times as fast then. */
#ifdef PL_SANITIZED
#define PL_INLINE static inline __attribute__((unused))
#else
#define PL_INLINE static inline __attribute__((always_inline, unused))
#endif
/* The same, always apart: for what is large and called from several places.  Not for BPF. */
#define PL_APART    static __attribute__((noinline, unused))
#define PL_MUST_USE __attribute__((warn_unused_result))
/* A constant table in a header: one for the whole program.  Not static, since clang 14 gives every
 * static variable of a BPF object's .rodata the offset 0 in its BTF, which the kernel refuses. */
#define PL_TABLE        __attribute__((weak, visibility("hidden"))) const
#define PL_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PL_BIT(n)       ((uint64_t)1 << (n))

/* Forget what the compiler knows of a value: clang would else test one copy of a register and
 * index with another, which the BPF verifier refuses.  Harmless elsewhere. */
#define PL_HIDE(x) __asm__ volatile("" : "+r"(x))

enum { PL_LINE_BYTES = 64, PL_CHUNK_BYTES = 2048 };

/* One line of the image; a member for each way that a section reads it. */
struct pl_line {
    union {
        uint64_t u64[8];
        uint32_t u32[16];
        uint16_t u16[32];
        uint8_t u8[64];
    };
};

#ifdef __bpf__

typedef struct {
    uint8_t byte[PL_CHUNK_BYTES];
} pl_chunk;

PL_INLINE uint8_t pl_chunk_at(const pl_chunk *chunk, uint32_t i)
{
    PL_HIDE(i);
    i &= PL_CHUNK_BYTES - 1;
    return chunk->byte[i];
}

struct pl_lines; /* an array map of struct pl_line */

PL_INLINE const struct pl_line *pl_line_at(const struct pl_lines *lines, uint32_t i)
{
    void *(*lookup)(const void *map, const void *key) = (void *)1; /* bpf_map_lookup_elem */
    uint64_t key = i; /* a slot of the stack of its own: the verifier forgets what shares one */
    return lookup(lines, &key);
}

#else

typedef uint8_t pl_chunk;

PL_INLINE uint8_t pl_chunk_at(const pl_chunk *chunk, uint32_t i)
{
    return chunk[i];
}

struct pl_lines {
    const struct pl_line *line;
    uint32_t count;
};

PL_INLINE const struct pl_line *pl_line_at(const struct pl_lines *lines, uint32_t i)
{
    return i < lines->count ? &lines->line[i] : NULL;
}

#endif

PL_INLINE uint16_t pl_be16(const uint8_t *b)
{
    return (uint16_t)(b[0] << 8 | b[1]);
}

PL_INLINE uint32_t pl_be24(const uint8_t *b)
{
    return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];
}

PL_INLINE uint32_t pl_be32(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | pl_be24(b + 1);
}

PL_INLINE uint64_t pl_be64(const uint8_t *b)
{
    return (uint64_t)pl_be32(b) << 32 | pl_be32(b + 4);
}

PL_INLINE uint16_t pl_le16(const uint8_t *b)
{
    return (uint16_t)(b[1] << 8 | b[0]);
}

PL_INLINE uint32_t pl_le32(const uint8_t *b)
{
    return (uint32_t)pl_le16(b + 2) << 16 | pl_le16(b);
}

/* 1 when a < b, else 0, without a branch: BPF has no set-if instruction, and a branch for each
 * comparison of a look-up would multiply the verifier's paths. */
PL_INLINE uint32_t pl_less64(uint64_t a, uint64_t b)
{
    return (uint32_t)(((~a & b) | (~(a ^ b) & (a - b))) >> 63);
}

/* 1 when a == b, else 0, without a branch. */
PL_INLINE uint32_t pl_same64(uint64_t a, uint64_t b)
{
    uint64_t d = a ^ b;

    d |= 0 - d;
    PL_HIDE(d); /* or the compiler makes a comparison and a branch of it */
    return (uint32_t)(1 ^ (d >> 63));
}

PL_INLINE uint8_t pl_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

PL_INLINE uint8_t pl_upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
}

/* An IP address as two numbers in host order; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). */
struct pl_addr {
    uint64_t hi, lo;
};

PL_INLINE struct pl_addr pl_addr_v4(uint32_t host_order)
{
    struct pl_addr a = {0, (uint64_t)0xffff << 32 | host_order};

    return a;
}

PL_INLINE struct pl_addr pl_addr_v6(const uint8_t bytes_be[16])
{
    struct pl_addr a = {pl_be64(bytes_be), pl_be64(bytes_be + 8)};

    return a;
}

PL_INLINE bool pl_addr_is_v4(struct pl_addr a)
{
    return a.hi == 0 && a.lo >> 32 == 0xffff;
}

#endif
