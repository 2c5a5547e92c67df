/* SPDX-License-Identifier: BSD-2-Clause */
/* Databases: what each dialogue fires, which credential it shows, and how TLS is agreed on. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire_data_vectors.h"
#include "wire_store_vectors.h"

static uint64_t creds_of(const struct pl_wire *w)
{
    switch (w->protocol) {
    case PL_WIRE_POSTGRES:
        return w->postgres.creds;
    case PL_WIRE_MYSQL:
        return w->mysql.creds;
    case PL_WIRE_TDS:
        return w->tds.creds;
    case PL_WIRE_REDIS:
        return w->redis.creds;
    default:
        return w->mongodb.creds;
    }
}

static int starttls_of(const struct pl_wire *w)
{
    const struct pl_postgres *p = &w->postgres;
    const struct pl_mysql *m = &w->mysql;

    if (w->protocol == PL_WIRE_POSTGRES)
        return p->starttls_requested * REQUESTED | p->starttls_done * DONE;
    if (w->protocol != PL_WIRE_MYSQL)
        return 0;
    return m->starttls_offered * OFFERED | m->starttls_requested * REQUESTED |
           m->starttls_done * DONE;
}

static void expect(const struct dialogue *d)
{
    struct reading r;

    read_part(d, &r, ALL, ALL, NO_CUT, 0);
    if (r.wire.frames.end == PL_WIRE_MALFORMED)
        fail_msg("%s: malformed", d->name);
    if (outcome_of(&r, d->check) != d->outcome)
        fail_msg("%s: %d, not %d", d->name, outcome_of(&r, d->check), d->outcome);
    if (creds_of(&r.wire) != d->creds)
        fail_msg("%s: credentials %#llx", d->name, (unsigned long long)creds_of(&r.wire));
    if (starttls_of(&r.wire) != d->starttls)
        fail_msg("%s: STARTTLS %d, not %d", d->name, starttls_of(&r.wire), d->starttls);
}

static void db_cleartext(void **state)
{
    (void)state;
    for (size_t i = 0; i < PL_COUNT(data_dialogues); i++)
        expect(&data_dialogues[i]);
    for (size_t i = 0; i < PL_COUNT(store_dialogues); i++)
        expect(&store_dialogues[i]);
}

/* What the reader leaves to TLS: both sides from the first byte of their handshakes. */
static void tls_gets_its_bytes(void **state)
{
    static const char client[] = "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00";
    static const char server[] = "\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00";
    struct reading r, want;

    (void)state;
    memset(&want, 0, sizeof want);
    for (size_t i = 0; i < 10; i++) {
        reading_tls(&want, PL_CLIENT, (uint8_t)client[i]);
        reading_tls(&want, PL_SERVER, (uint8_t)server[i]);
    }
    for (size_t i = 0; i < PL_COUNT(data_dialogues); i++) {
        const struct dialogue *d = &data_dialogues[i];

        read_part(d, &r, ALL, ALL, NO_CUT, 0);
        if (!(d->starttls & DONE))
            continue;
        assert_int_equal(r.wire.frames.end, PL_WIRE_TLS);
        assert_memory_equal(r.tls, want.tls, sizeof want.tls);
    }
}

/* TDS's handshake lies in packets: the TLS reader gets what is in them, and the records after. */
static void tds_unwraps_tls(void **state)
{
    static const char client[] = "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"
                                 "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"
                                 "\x17\x03\x03\x00\x04"
                                 "abcd";
    struct reading r, want;

    (void)state;
    memset(&want, 0, sizeof want);
    for (size_t i = 0; i < sizeof client - 1; i++)
        reading_tls(&want, PL_CLIENT, (uint8_t)client[i]);
    for (size_t i = 0; i < PL_COUNT(data_dialogues); i++)
        if (!strcmp(data_dialogues[i].name, "tds_all")) {
            read_part(&data_dialogues[i], &r, ALL, ALL, NO_CUT, 0);
            assert_int_equal(r.wire.frames.end, PL_WIRE_TLS);
            assert_true(r.tls[PL_CLIENT] == want.tls[PL_CLIENT]);
            return;
        }
    fail();
}

/* Lengths that lie end the reading and find nothing. */
static void lies_find_nothing(void **state)
{
    static const struct dialogue lies[] = {
        {"postgres",
         PL_WIRE_POSTGRES,
         5432,
         PL_ID_db_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("\0\0\0\x29\0\3\0\0user"), SERVER("R\0\0\0\3")}},
        {"mysql",
         PL_WIRE_MYSQL,
         3306,
         PL_ID_db_cleartext,
         NOT_SEEN,
         0,
         0,
         {SERVER("\x08\0\0\0\x0a"
                 "8.0.35.not.ended")}},
        {"redis",
         PL_WIRE_REDIS,
         6379,
         PL_ID_db_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("*4294967297\r\n$4\r\nAUTH\r\n")}},
        {"redis number",
         PL_WIRE_REDIS,
         6379,
         PL_ID_db_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("*2\r\n$4294967300\r\nAUTH\r\n")}},
        {"tds",
         PL_WIRE_TDS,
         1433,
         PL_ID_db_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("\x10\x01\0\x10\0\0\1\0abcdefgh")}},
        {"mongodb",
         PL_WIRE_MONGODB,
         27017,
         PL_ID_db_cleartext,
         NOT_SEEN,
         0,
         0,
         {CLIENT("\x18\0\0\0\1\0\0\0\0\0\0\0\xdd\7\0\0\0\0\0\0\0\xff\0\0\0\2find")}},
    };
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(lies); i++) {
        read_part(&lies[i], &r, ALL, ALL, NO_CUT, 0);
        if (r.wire.frames.end != PL_WIRE_MALFORMED)
            fail_msg("%s: %d", lies[i].name, r.wire.frames.end);
        assert_int_equal(outcome_of(&r, PL_ID_db_cleartext), NOT_SEEN);
        holds_when_cut(&lies[i]);
    }
}

/* No byte of a password is anywhere in the reader's state. */
static void passwords_are_not_kept(void **state)
{
    struct reading r;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(store_dialogues); i++) {
        read_part(&store_dialogues[i], &r, ALL, ALL, NO_CUT, 1);
        assert_null(memmem(&r.wire, sizeof r.wire, "secr", 4));
        assert_null(memmem(&r.wire, sizeof r.wire, "SECR", 4));
        assert_null(memmem(&r.wire, sizeof r.wire, "pass", 4));
    }
    for (size_t i = 0; i < PL_COUNT(data_dialogues); i++) {
        read_part(&data_dialogues[i], &r, ALL, ALL, NO_CUT, 1);
        assert_null(memmem(&r.wire, sizeof r.wire, "secr", 4));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(db_cleartext),           cmocka_unit_test(tls_gets_its_bytes),
        cmocka_unit_test(tds_unwraps_tls),        cmocka_unit_test(lies_find_nothing),
        cmocka_unit_test(passwords_are_not_kept),
    };

    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
