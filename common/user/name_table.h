/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds what decide/names.h looks up. */
#ifndef PL_NAME_TABLE_H
#define PL_NAME_TABLE_H

#include "names_list.h"

struct pl_name_table {
    struct pl_line *bucket;
    uint32_t buckets; /* 0 when there are no names */
    uint64_t key[2];  /* the one that it was built with */
};

/* Cuckoo hashing: each name stands in one of two buckets of eight; a name without room pushes
 * another one to that one's second bucket, at random, until one finds room.  When that fails, or
 * two names look the same, another key made out of the last one is tried.  The same key and names
 * give the same table.  False: not enough memory, or (never seen) no key that works. */
bool pl_name_table_build(struct pl_name_table *table, const struct pl_names *names,
                         const uint64_t key[2]) PL_MUST_USE;
void pl_name_table_free(struct pl_name_table *table);

#endif
