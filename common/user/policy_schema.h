/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys and words of a policy file, once: libcyaml reads by them, complaints list them. */
#ifndef PL_POLICY_SCHEMA_H
#define PL_POLICY_SCHEMA_H

#include "policy_file.h"

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t pl_policy_schema, pl_drop_in_schema;

/* The keys that may stand in a section ("groups"; "" is the top); NULL when there is no such. */
const cyaml_schema_field_t *pl_schema_keys(const char *section, bool drop_in);

/* The words that a key such as "mode" may have; NULL when it has no list of words. */
const cyaml_strval_t *pl_schema_words(const char *key, size_t *count);

#endif
