/* SPDX-License-Identifier: BSD-2-Clause */
/* One YAML file as libcyaml loads it: the right shape and the right words, nothing looked up yet.
 */
#ifndef PL_POLICY_FILE_H
#define PL_POLICY_FILE_H

#include "policy.h"

struct pl_document {
    unsigned version;
    struct pl_stance defaults;
    struct pl_group *groups;
    struct pl_class *classes;
    struct pl_rule *rules;
    struct pl_exemption *exemptions;
    unsigned groups_count, classes_count, rules_count, exemptions_count;
    struct {
        uint32_t *client_prefix;
        unsigned client_prefix_count;
    } privacy;
    struct {
        char *url, *contact;
        struct pl_text_list sinkhole;
    } portal;
    struct {
        struct pl_text_list networks;
    } gateway;
};

struct pl_policy_file {
    struct pl_places places;
    struct pl_document *document;
};

/* A drop-in holds groups, classes, rules and exemptions only. */
bool pl_policy_file_read(struct pl_policy_file *file, const char *path, bool drop_in,
                         struct pl_error *error) PL_MUST_USE;

/* The same from bytes that are already read; path is for the messages. */
bool pl_policy_file_parse(struct pl_policy_file *file, const char *path, const void *bytes,
                          size_t size, bool drop_in, struct pl_error *error) PL_MUST_USE;
void pl_policy_file_free(struct pl_policy_file *file);

#endif
