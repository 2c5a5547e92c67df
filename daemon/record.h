/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A datagram to an event.  Whatever a module, or anyone who may write to the socket, sends: either
 * a record whose every number is in its range, or refused.  The name's bytes are not judged, since
 * they are a client's and must not let an event vanish; they are escaped where they are written.
 */
#ifndef PLIMSOLLD_RECORD_H
#define PLIMSOLLD_RECORD_H

#include "common/report/event.h"

/* True when the bytes are an event of this version.  Checks that this build does not know are taken
 * out of the masks; a time that is missing or more than an hour off becomes now_ns. */
bool pl_record_read(const void *bytes, size_t size, uint64_t now_ns,
                    struct pl_event *event) PL_MUST_USE;

#endif
