/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An event to one line of JSON with the field names of the Elastic Common Schema, what that does
 * not know under "plimsoll".  The client's address is cut to the prefix that the policy keeps; its
 * port is left out.  Names come from clients: every byte that is not printable ASCII is written as
 * \DDD, as in RFC 1035, section 5.1.
 */
#ifndef PLIMSOLLD_JSON_H
#define PLIMSOLLD_JSON_H

#include "common/report/event.h"
#include "daemon/words.h"

enum { PL_JSON_LINE_BYTES = 16384 };

/* The line with its newline into buf, of PL_JSON_LINE_BYTES; answers its length, 0 when memory is
 * short.  text: of the image that decided; NULL when it is gone, names are then left out. */
size_t pl_json_line(const struct pl_event *event, const struct pl_words *text,
                    const char *observer_name, char *buf);

#endif
