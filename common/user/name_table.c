/* SPDX-License-Identifier: BSD-2-Clause */
#include "name_table.h"

#include <stdlib.h>
#include <string.h>

/* 19 of 20 slots are filled: 8.42 bytes a name.  Two buckets of eight bear up to 99.8 %. */
enum { FILL = 19, FILL_OF = 20, PUSHES_MAX = 20000, TRIES = 16, GROW_PERCENT = 1 };

/* While building, the number of the name in each slot, so that its other bucket can be found. */
struct build {
    struct pl_name_table *table;
    const struct pl_names *names;
    struct pl_hash *hash;
    uint32_t *owner; /* number + 1; 0: free */
    uint64_t random;
};

/* xorshift64*: needs to be fast and the same everywhere, not secret. */
static uint64_t next_random(struct build *b)
{
    b->random ^= b->random >> 12;
    b->random ^= b->random << 25;
    b->random ^= b->random >> 27;
    return b->random * 0x2545f4914f6cdd1dULL;
}

static struct pl_hash hash_name(const uint64_t key[2], const uint8_t *text)
{
    struct pl_siphash sip;

    pl_siphash_init(&sip, key[0], key[1]);
    for (unsigned i = text[0]; i > 0; i--)
        pl_siphash_byte(&sip, text[i]);
    return pl_siphash_finish(&sip);
}

static void put(struct build *b, uint32_t bucket, unsigned slot, uint32_t name)
{
    uint64_t class = b->names->name[name].class;

    b->table->bucket[bucket].u64[slot] = pl_name_tag(b->hash[name]) | class << 48;
    b->owner[(size_t)bucket * PL_NAME_SLOTS + slot] = name + 1;
}

static unsigned used_slots(const struct build *b, uint32_t bucket)
{
    unsigned n = 0;

    while (n < PL_NAME_SLOTS && b->owner[(size_t)bucket * PL_NAME_SLOTS + n])
        n++;
    return n; /* slots are filled in order and never emptied */
}

/* Push the name into the bucket; who has to leave tries its other bucket, and so on. */
static bool push(struct build *b, uint32_t name, uint32_t bucket)
{
    for (int i = 0; i < PUSHES_MAX; i++) {
        unsigned slot = used_slots(b, bucket);
        uint32_t leaves, other;
        if (slot < PL_NAME_SLOTS) {
            put(b, bucket, slot, name);
            return true;
        }
        slot = next_random(b) >> 61;
        leaves = b->owner[(size_t)bucket * PL_NAME_SLOTS + slot] - 1;
        put(b, bucket, slot, name);
        other = pl_name_bucket(b->hash[leaves], 0, b->table->buckets);
        if (other == bucket)
            other = pl_name_bucket(b->hash[leaves], 1, b->table->buckets);
        name = leaves;
        bucket = other;
    }
    return false;
}

static bool insert(struct build *b, uint32_t name)
{
    uint32_t first = pl_name_bucket(b->hash[name], 0, b->table->buckets);
    uint32_t second = pl_name_bucket(b->hash[name], 1, b->table->buckets);

    return push(b, name, used_slots(b, second) < used_slots(b, first) ? second : first);
}

/* Two names that look the same in one bucket would give each other's class. */
static bool finds_all(const struct build *b)
{
    struct pl_lines lines = {b->table->bucket, b->table->buckets};
    struct pl_section all = {0, b->table->buckets};

    for (uint32_t i = 0; i < b->names->count; i++)
        if (pl_name_class(&lines, all, b->hash[i]) != b->names->name[i].class)
            return false;
    return true;
}

static bool fill(struct build *b)
{
    size_t slots = (size_t)b->table->buckets * PL_NAME_SLOTS;

    memset(b->table->bucket, 0, slots * sizeof(uint64_t));
    memset(b->owner, 0, slots * sizeof(*b->owner));
    for (uint32_t i = 0; i < b->names->count; i++)
        b->hash[i] = hash_name(b->table->key, b->names->text + b->names->name[i].text);
    for (uint32_t i = 0; i < b->names->count; i++)
        if (!insert(b, i))
            return false;
    return finds_all(b);
}

static void next_key(uint64_t key[2])
{
    static const uint8_t word[] = "\5again";
    struct pl_hash h = hash_name(key, word);

    key[0] = h.lo;
    key[1] = h.hi;
}

/* With room for this many buckets; each further try has one per cent more. */
static bool try_keys(struct build *b)
{
    struct pl_name_table *t = b->table;

    for (int i = 0; i < TRIES; i++) {
        size_t lines = ((size_t)t->buckets * PL_LINE_BYTES);
        free(t->bucket);
        free(b->owner);
        t->bucket = aligned_alloc(PL_LINE_BYTES, lines);
        b->owner = malloc(lines / 2);
        b->random = t->key[0] | 1;
        if (!t->bucket || !b->owner)
            return false;
        if (fill(b))
            return true;
        next_key(t->key);
        t->buckets += 1 + t->buckets / 100 * GROW_PERCENT;
    }
    return false;
}

bool pl_name_table_build(struct pl_name_table *table, const struct pl_names *names,
                         const uint64_t key[2])
{
    struct build b = {.table = table, .names = names};
    bool ok = true;

    memset(table, 0, sizeof(*table));
    memcpy(table->key, key, sizeof(table->key));
    if (names->count) {
        table->buckets = (uint32_t)((uint64_t)names->count * FILL_OF / FILL / PL_NAME_SLOTS + 1);
        b.hash = malloc(names->count * sizeof(*b.hash));
        ok = b.hash && try_keys(&b);
    }
    free(b.hash);
    free(b.owner);
    if (!ok)
        pl_name_table_free(table);
    return ok;
}

void pl_name_table_free(struct pl_name_table *table)
{
    free(table->bucket);
    memset(table, 0, sizeof(*table));
}
