/* SPDX-License-Identifier: BSD-2-Clause */
/* How a session ends that must not go on: by an alert, by an answer, or else by closing. */
#ifndef NGX_STREAM_PLIMSOLL_REFUSE_H
#define NGX_STREAM_PLIMSOLL_REFUSE_H

#include "session.h"

/* Tell the client why, as far as its protocol can say so.  NGX_STREAM_FORBIDDEN, by which nginx
 * ends the session. */
ngx_int_t ngx_stream_plimsoll_refuse(ngx_connection_t *c, const struct pl_stream *stream,
                                     const uint64_t block[PL_FAMILY_COUNT]);

#endif
