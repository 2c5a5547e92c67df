/* SPDX-License-Identifier: BSD-2-Clause */
#include "refuse.h"

#include "../alert.h"
#include "common/user/catalogue_text.h"

/* A small answer on a fresh connection fits the socket's buffer; if it does not, closing says it.
 */
static void tell_alert(ngx_connection_t *c, const struct pl_tls_facts *facts,
                       const uint64_t block[PL_FAMILY_COUNT])
{
    uint16_t version = facts->legacy_version;
    u_char record[PL_TLS_ALERT_BYTES] = {21, 3, 1, 0, 2, 2 /* fatal */};

    if (version >= PL_SSL3 && version <= PL_TLS12)
        record[2] = (u_char)version;
    record[6] = (u_char)pl_alert_for(block);
    (void)c->send(c, record, sizeof(record));
}

static void tell_http(ngx_connection_t *c, const uint64_t block[PL_FAMILY_COUNT])
{
    const struct pl_check_row *row = pl_check_worst(block);
    u_char body[1024], answer[1280];
    size_t len;
    u_char *end;

    if (row == NULL)
        return;
    len = (size_t)(ngx_snprintf(body, sizeof(body),
                                "This connection was stopped.\n\n%s\n\n%s\n\nStandard: %s\n"
                                "Check: %s\n",
                                row->finding, row->remedy, row->reference, row->name) -
                   body);
    end = ngx_snprintf(answer, sizeof(answer),
                       "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: %uz"
                       "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%*s",
                       len, len, body);
    (void)c->send(c, answer, (size_t)(end - answer));
}

/* Unread bytes would turn the close into a reset, which could overtake what was just told. */
static void drain(ngx_connection_t *c)
{
    enum { ROUNDS = 32 };
    u_char dropped[4096];

    for (int i = 0; i < ROUNDS && recv(c->fd, dropped, sizeof(dropped), MSG_DONTWAIT) > 0; i++)
        ;
}

ngx_int_t ngx_stream_plimsoll_refuse(ngx_connection_t *c, const struct pl_stream *stream,
                                     const uint64_t block[PL_FAMILY_COUNT])
{
    if (stream->text.protocol == PL_PROTOCOL_TLS)
        tell_alert(c, &stream->tls.facts, block);
    else if (stream->text.protocol == PL_PROTOCOL_HTTP)
        tell_http(c, block);
    (void)shutdown(c->fd, SHUT_WR);
    drain(c);
    return NGX_STREAM_FORBIDDEN;
}
