/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that one TCP connection can have found, from the facts as they are now.  It may be asked
 * after every segment: what was seen stays seen, and nothing that failed becomes right again.
 */
#ifndef PL_CHECK_STREAM_H
#define PL_CHECK_STREAM_H

#include "../read/stream.h"
#include "app.h"
#include "http.h"
#include "mail.h"
#include "net.h"
#include "tls.h"

PL_INLINE void pl_check_stream(const struct pl_stream *s, struct pl_findings *f)
{
    pl_check_net(&s->text.net, f);
    pl_check_mail(&s->text.mail, f);
    pl_check_app(&s->text.app, f);
    pl_check_http(&s->text.http, f);
    pl_check_tls(&s->tls.facts, f);
}

#endif
