/* SPDX-License-Identifier: BSD-2-Clause */
/* Binary protocols over TCP, all of them: cut, ended, one-sided, and which is which. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire_data_vectors.h"
#include "wire_remote_vectors.h"
#include "wire_store_vectors.h"
#include "wire_talk_vectors.h"

static void of_all(void (*holds)(const struct dialogue *))
{
    for (size_t i = 0; i < PL_COUNT(data_dialogues); i++)
        holds(&data_dialogues[i]);
    for (size_t i = 0; i < PL_COUNT(store_dialogues); i++)
        holds(&store_dialogues[i]);
    for (size_t i = 0; i < PL_COUNT(remote_dialogues); i++)
        holds(&remote_dialogues[i]);
    for (size_t i = 0; i < PL_COUNT(talk_dialogues); i++)
        holds(&talk_dialogues[i]);
}

static void cut_anywhere(void **state)
{
    (void)state;
    of_all(holds_when_cut);
}

static void ended_anywhere(void **state)
{
    (void)state;
    of_all(holds_when_ended);
}

static void one_side_alone_or_first(void **state)
{
    (void)state;
    of_all(holds_one_sided);
}

static void taken_for_no_other(void **state)
{
    (void)state;
    of_all(holds_when_guessed);
}

/* What other readers know, on ports of the protocols here. */
static const char *const others[] = {
    "GET / HTTP/1.1\r\nHost: a.example\r\n",
    "POST /login HTTP/1.1\r\nHost: a\r\n",
    "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
    "EHLO mail.example\r\nAUTH PLAIN\r\n",
    "220 mail.example ESMTP ready\r\n",
    "USER ann\r\nPASS secret\r\n......",
    "220 (vsFTPd 3.0.3)\r\n..........",
    "+OK POP3 ready <1.2@mail.example>",
    "* OK IMAP4rev1 ready............",
    "* PREAUTH ready.................",
    "a1 LOGIN ann secret\r\n..........",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    "aaaaaaaaaaaaaaaaaaaaa",
    "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"
    "aaaaaaaaaaaaaaaaaaaaa",
    "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"
    "aaaaaaaaaaaaaaaaaaaaa",
    "\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27 login: .............",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n.....",
    "\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc1\x02\x01\x00\xc2\x02\x01\x02\xc0\x01\x0a"
    "S7",
    "PING\r\nEHLO mail.example\r\n......",
};

static void text_and_tls_are_none(void **state)
{
    static const uint16_t ports[] = {0, 21, 25, 80, 110, 143, 389, 443, 3306, 5432, 5900, 27017};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(others); i++)
        for (size_t port = 0; port < PL_COUNT(ports); port++)
            for (int side = PL_CLIENT; side <= PL_SERVER; side++)
                if (guess((enum pl_side)side, others[i], 22, ports[port]) != PL_WIRE_NONE)
                    fail_msg("%zu on port %d is taken for one of them", i, (int)ports[port]);
}

/* A port alone recognises nothing but words and a head that content cannot tell. */
static void ports_only_where_content_cannot_tell(void **state)
{
    static const uint8_t confirm[] = "\x03\0\0\x0b\x06\xd0\0\0\x12\x34", line[] = "AUTH secret\r\n";

    (void)state;
    assert_int_equal(guess(PL_SERVER, confirm, 11, 3389), PL_WIRE_RDP);
    assert_int_equal(guess(PL_SERVER, confirm, 11, 102), PL_WIRE_NONE);
    assert_int_equal(guess(PL_CLIENT, line, 13, 6379), PL_WIRE_REDIS);
    assert_int_equal(guess(PL_CLIENT, line, 13, 25), PL_WIRE_NONE);
    assert_int_equal(guess(PL_CLIENT, "GET / HTTP/1.1\r\n", 16, 6379), PL_WIRE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(ended_anywhere),
        cmocka_unit_test(one_side_alone_or_first),
        cmocka_unit_test(taken_for_no_other),
        cmocka_unit_test(text_and_tls_are_none),
        cmocka_unit_test(ports_only_where_content_cannot_tell),
    };

    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
