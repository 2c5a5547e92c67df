/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy that decides now.  The daemon compiles and publishes it at start and at SIGHUP, and
 * follows the control page like every other point, so that an image that somebody else publishes
 * (plimsoll compile) reaches the gateway and the event lines too.
 *
 * A policy that does not compile and an image that is damaged are refused, logged and counted; the
 * old image goes on deciding.
 */
#ifndef PLIMSOLLD_POLICY_H
#define PLIMSOLLD_POLICY_H

#include "common/user/image_file.h"
#include "daemon/config.h"
#include "daemon/words.h"

struct pl_current {
    const struct pl_daemon_config *config;
    struct pl_control *control;
    uint64_t generation;         /* the one tried last */
    struct pl_words now, before; /* before: for events that were still on their way */
    uint64_t rejected;           /* policies and images that were refused */
    uint64_t loaded_s;           /* when the present image was taken up, Unix time */
};

/* Make or find the control page.  The config must outlive this. */
bool pl_current_open(struct pl_current *current, const struct pl_daemon_config *config,
                     struct pl_error *error) PL_MUST_USE;
void pl_current_close(struct pl_current *current);

/* Compile the policy and publish the image. */
bool pl_current_compile(struct pl_current *current, struct pl_error *error) PL_MUST_USE;

/* Look at the control page: true when another image decides from now on. */
bool pl_current_follow(struct pl_current *current);

/* The text of the image with this serial, NULL when it is gone. */
const struct pl_words *pl_current_text(const struct pl_current *current, uint64_t serial);

#endif
