/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket on which the points report.  It is made anew at each start, since a killed daemon
 * leaves its name behind; a lock beside it keeps a second daemon from taking it away from a running
 * one.
 */
#ifndef PLIMSOLLD_INTAKE_H
#define PLIMSOLLD_INTAKE_H

#include "common/user/error.h"

struct pl_intake {
    int fd, lock_fd;
    char path[108];
};

/* group: who may report besides root; empty: every user of this machine. */
bool pl_intake_open(struct pl_intake *intake, const char *path, const char *group,
                    struct pl_error *error) PL_MUST_USE;

/* Hand what waits to on_datagram, at most PL_INTAKE_BATCH at a time, so that nobody who floods the
 * socket can keep the daemon from its other work.  A datagram that is longer than an event is given
 * with its true size, but only the bytes of an event are there. */
enum { PL_INTAKE_BATCH = 256 };
void pl_intake_read(struct pl_intake *intake,
                    void (*on_datagram)(void *context, const void *bytes, size_t size),
                    void *context);

/* Removes the socket; its name and the lock are free for the next. */
void pl_intake_close(struct pl_intake *intake);

#endif
