/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reload of the policy in a child process.  Ten million names take their time and memory;
 * meanwhile the daemon goes on taking events, and if the child should die of it, the old policy
 * goes on deciding.  The child publishes; the daemon sees that on the control page, like everybody.
 */
#ifndef PLIMSOLLD_COMPILER_H
#define PLIMSOLLD_COMPILER_H

#include "daemon/policy.h"

#include <sys/types.h>

struct event;
struct event_base;

struct pl_compiler {
    struct event_base *base;
    struct pl_current *current;
    void (*on_end)(void *context);
    void *context;
    struct event *watch; /* NULL: no child runs */
    pid_t child;
    int fd; /* from which the child's complaint is read */
    bool again;
};

/* on_end is called after each run, good or bad; a bad one is logged and counted before. */
void pl_compiler_init(struct pl_compiler *compiler, struct event_base *base,
                      struct pl_current *current, void (*on_end)(void *context), void *context);

/* Begin, or when a child runs, begin again after it: the policy may have changed since. */
void pl_compiler_start(struct pl_compiler *compiler);

/* Waits for the child. */
void pl_compiler_close(struct pl_compiler *compiler);

#endif
