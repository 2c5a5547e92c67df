/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operator's policy: read from YAML, checked, and everything in it resolved to numbers.
 *
 *   pl_policy_load()  policy.yaml and policy.d/ *.yaml beside it -> struct pl_policy
 *   compile.h         struct pl_policy -> image
 *
 * Names of groups and classes become numbers from 1, in the order of the files; 0 is everybody (or
 * everything) else.  Dates are days in UTC: `from` begins with its day, `until` ends with its day;
 * a time such as 2026-12-01T12:00:00Z is that very second.
 *
 * Members of the structs up to the line "resolved" are filled by libcyaml.  A policy owns all that
 * it points to; it does not change after loading, and may be read by several threads.
 */
#ifndef PL_POLICY_H
#define PL_POLICY_H

#include "../decide/decide.h"
#include "catalogue_text.h"
#include "names_list.h"
#include "places.h"

#define PL_DEFAULT_POLICY "/etc/plimsoll/policy.yaml"

/* 0 in each: not said. */
enum pl_mode { PL_MODE_UNSET, PL_MODE_OBSERVE, PL_MODE_ENFORCE };
enum pl_on_error { PL_ON_ERROR_UNSET, PL_ON_ERROR_OPEN, PL_ON_ERROR_CLOSED };
enum pl_rule_action { PL_RULE_UNSET, PL_RULE_ALLOW, PL_RULE_FLAG, PL_RULE_BLOCK };

enum {
    PL_NUMBERS_MAX = 65535, /* groups, classes, origins: 16 bits in the image */
    PL_FOREVER_BITS = 63,
    PL_CLIENT_BITS_V4 = 24, /* how much of a client's address is kept by default */
    PL_CLIENT_BITS_V6 = 48
};

#define PL_FOREVER PL_BIT(PL_FOREVER_BITS)

/* Where an item stands, for errors about its parts. */
struct pl_spot {
    const struct pl_places *places;
    uint32_t node;
};

struct pl_text_list {
    char **text;
    unsigned count;
};

/* To whom, to what, to which checks and when something applies.  A set of NULL: all. */
struct pl_scope {
    uint64_t *groups, *classes; /* bit sets by number */
    uint64_t checks[PL_FAMILY_COUNT];
    uint64_t from_s, until_s; /* Unix time: from <= now < until */
};

/* profile: enum pl_profile + 1, 0: not said. */
struct pl_stance {
    int profile, mode, on_error;
};

struct pl_group {
    char *name;
    struct pl_text_list clients;
    struct pl_stance stance;
    /* resolved */
    struct pl_spot spot;
    bool used;
};

struct pl_class {
    char *name, *names_file;
    struct pl_text_list names, networks;
    /* resolved */
    struct pl_spot spot;
    bool used;
};

/* answer: enum pl_answer + 1, 0: not said. */
struct pl_rule {
    struct pl_text_list groups, classes, checks;
    int action, answer, mode;
    char *from, *until, *reason;
    /* resolved */
    struct pl_spot spot;
    struct pl_scope scope;
};

struct pl_exemption {
    char *id, *owner, *reason, *until;
    struct pl_text_list groups, classes, checks;
    /* resolved */
    struct pl_spot spot;
    struct pl_scope scope;
};

/* addr with the bits behind the prefix zero; bits counts in IPv6 terms: IPv4's /24 is 120. */
struct pl_prefix {
    struct pl_addr addr;
    struct pl_place place;
    uint16_t value; /* the group or class; 1 in `own` */
    uint8_t bits;
};

struct pl_prefix_list {
    struct pl_prefix *prefix;
    size_t count, room;
};

struct pl_policy_file; /* one YAML file: policy_file.h */

struct pl_policy {
    struct pl_policy_file *files; /* the first is the policy, others are drop-ins */
    size_t file_count;
    struct pl_text_list paths; /* of the lists of names */
    struct pl_stance stance;   /* the defaults, all said */
    struct pl_group **groups;  /* number n is groups[n - 1]; likewise the classes */
    struct pl_class **classes;
    struct pl_rule **rules;
    struct pl_exemption **exemptions;
    size_t group_count, class_count, rule_count, exemption_count;
    struct pl_prefix_list clients, networks, own;
    struct pl_names names;
    struct pl_portal portal;
    uint8_t client_bits[2]; /* of IPv4 and of IPv6 addresses that may be kept */
};

/* Load and check.  On failure the policy is empty and needs no pl_policy_free(). */
bool pl_policy_load(struct pl_policy *policy, const char *path, struct pl_error *error) PL_MUST_USE;
void pl_policy_free(struct pl_policy *policy);

/* What is not wrong but deserves a look: exemptions that have ended or end within 14 days, groups
 * and classes that change nothing.  say() is called for each. */
typedef void pl_policy_say(void *context, const struct pl_place *place, const char *text);
void pl_policy_warn(const struct pl_policy *policy, uint64_t now_s, pl_policy_say *say,
                    void *context);

struct pl_place pl_spot_place(struct pl_spot spot);
bool pl_scope_holds(const struct pl_scope *scope, uint32_t group, uint32_t class, uint64_t now_s);

#endif
