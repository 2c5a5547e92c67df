/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of loading a policy after its files were read: each looks things up and complains with
 * the place.  They work on a policy whose groups, classes, rules and exemptions are listed. */
#ifndef PL_POLICY_RESOLVE_H
#define PL_POLICY_RESOLVE_H

#include "policy_file.h"

/* An error at this place. */
#define PL_BAD(error, at, ...) pl_fail(error, (at).file, (at).line, (at).column, __VA_ARGS__)

/* The value of key in an item; entry i of the list under key in an item. */
struct pl_place pl_spot_key(struct pl_spot spot, const char *key);
struct pl_place pl_spot_entry(struct pl_spot spot, const char *key, unsigned i);

/* policy_lists.c: client prefixes, listed names and networks, the gateway's own networks. */
bool pl_resolve_lists(struct pl_policy *policy, struct pl_error *error) PL_MUST_USE;

/* policy_scopes.c: to whom, to what, when and to which checks rules and exemptions apply. */
bool pl_resolve_scopes(struct pl_policy *policy, struct pl_error *error) PL_MUST_USE;

/* policy_settings.c: version, defaults, privacy, portal: those of the first file. */
bool pl_resolve_settings(struct pl_policy *policy, struct pl_error *error) PL_MUST_USE;

#endif
