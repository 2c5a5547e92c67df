/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of databases.  db-cleartext fires on a login or queries in clear and passes when TLS
 * began before any; a connection that comes to neither is not seen.  For each protocol:
 *
 *   PostgreSQL  fires when in clear the server asks for a proof or lets in without one, or the
 *               client sends a proof or a query.  A startup message that the server refuses and a
 *               request to cancel are not seen; nor is what GSSAPI encrypts
 *   MySQL       fires on a login packet in clear, whoever it names
 *   Redis       fires on AUTH, HELLO ... AUTH, or a command that is more than PING, QUIT, HELLO,
 *               CLIENT, COMMAND and RESET.  It never passes here: its TLS begins at the first byte
 *   TDS         fires on a login packet in clear, and on queries or results in clear, also when TLS
 *               covered the login alone.  Passes when TLS began and a side asked for all of it
 *   MongoDB     fires on the beginning of a login (also inside of hello) and on a command that is
 *               neither greeting nor keeping alive.  It never passes here, as with Redis
 *
 * That a proof is not readable (SCRAM, MD5) does not matter: what is stored goes in clear.
 */
#ifndef PL_CHECK_DATA_H
#define PL_CHECK_DATA_H

#include "catalogue.h"
#include "../read/wire/mongodb.h"
#include "../read/wire/mysql.h"
#include "../read/wire/postgres.h"
#include "../read/wire/redis.h"
#include "../read/wire/tds.h"

PL_INLINE void pl_check_database(bool clear, bool encrypted, struct pl_findings *f)
{
    if (clear || encrypted)
        pl_found(f, PL_FAMILY_APP, PL_MASK(db_cleartext), clear);
}

PL_INLINE void pl_check_postgres(const struct pl_postgres *p, struct pl_findings *f)
{
    pl_check_database(p->asked || p->proof || p->query, p->starttls_done, f);
}

PL_INLINE void pl_check_mysql(const struct pl_mysql *m, struct pl_findings *f)
{
    pl_check_database(m->login, m->starttls_done, f);
}

PL_INLINE void pl_check_redis(const struct pl_redis *r, struct pl_findings *f)
{
    pl_check_database(r->login || r->data, false, f);
}

PL_INLINE void pl_check_tds(const struct pl_tds *t, struct pl_findings *f)
{
    pl_check_database(t->login || t->clear, t->tls && pl_tds_encrypts_all(t), f);
}

PL_INLINE void pl_check_mongodb(const struct pl_mongodb *m, struct pl_findings *f)
{
    pl_check_database(m->login || m->data, false, f);
}

#endif
