/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy to an image.
 *
 * Without a key or a time of creation they are taken from the machine; with both, the same policy
 * gives the same bytes.
 */
#ifndef PL_COMPILE_H
#define PL_COMPILE_H

#include "image_file.h"
#include "policy.h"

struct pl_compile_options {
    bool key_given;
    uint64_t key[2];    /* of the name hash */
    uint64_t created_s; /* Unix time; 0: now */
    uint64_t serial;    /* 0 in pl_policy_publish(): see pl_image_next_serial() */
};

/* Bytes of a whole image, at an address that is a multiple of 64; release with free(). */
struct pl_image {
    struct pl_line *line;
    size_t size; /* bytes */
};

bool pl_policy_compile(const struct pl_policy *policy, const struct pl_compile_options *options,
                       struct pl_image *image, struct pl_error *error) PL_MUST_USE;

/* One more than that of the image at the path; 1 when there is no usable one. */
uint64_t pl_image_next_serial(const char *path);

/* Load, compile, write and publish: the whole way from a policy to a new generation.
 * control_path: NULL, or where the page is, or is to be made.  stats: NULL, or the new head. */
bool pl_policy_publish(const char *policy_path, const char *image_path, const char *control_path,
                       const struct pl_compile_options *options, struct pl_image_head *stats,
                       struct pl_error *error) PL_MUST_USE;

#endif
