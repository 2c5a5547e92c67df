/* SPDX-License-Identifier: BSD-2-Clause */
/* git, svn, JDWP and ADB, and their checks. */
#include "wire_exchange.h"

#define APP(w, check) exchange_outcome(w, PL_FAMILY_APP, PL_MASK(check))

static struct pl_wire read_every_way(const struct exchange *e)
{
    exchange_any_order(e);
    return exchange_every_way(e);
}

static void is(enum pl_side side, const char *text, size_t len, enum pl_wire_protocol protocol)
{
    assert_int_equal(exchange_guess(side, text, len), protocol);
}

static void git_cleartext(void **state)
{
    struct exchange e = {
        PL_WIRE_GIT, 9418, {C("002egit-upload-pack /a.git\0host=git.example\0"), S("0000")}};
    struct pl_wire w = read_every_way(&e);

    (void)state;
    assert_int_equal(w.git.service, PL_GIT_UPLOAD_PACK);
    assert_int_equal(APP(&w, git_cleartext), FAILED);
    e = (struct exchange){
        PL_WIRE_GIT, 9418, {C("002Fgit-receive-pack /a.git\0host=git.example\0")}};
    w = read_every_way(&e);
    assert_int_equal(w.git.service, PL_GIT_RECEIVE_PACK);
    assert_int_equal(APP(&w, git_cleartext), FAILED);
    e = (struct exchange){
        PL_WIRE_GIT, 9418, {C("0031git-upload-archive /a.git\0host=git.example\0")}};
    w = read_every_way(&e);
    assert_int_equal(w.git.service, PL_GIT_UPLOAD_ARCHIVE);
    e = (struct exchange){PL_WIRE_GIT, 9418, {C("002egit-upload-packs")}};
    w = read_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    assert_int_equal(APP(&w, git_cleartext), NOT_SEEN);
    is(PL_CLIENT, "002egit-upload-pack /a", 22, PL_WIRE_GIT);
    is(PL_CLIENT, "git-upload-pack /a", 18, PL_WIRE_NONE);
    is(PL_CLIENT, "GET /git-upload-pack HTTP/1.1\r\n", 31, PL_WIRE_NONE);
    is(PL_SERVER, "002egit-upload-pack /a", 22, PL_WIRE_NONE);
}

static void git_cleartext_svn(void **state)
{
    struct exchange e = {PL_WIRE_SVN,
                         3690,
                         {S("( success ( 2 2 ( ) ( edit-pipeline svndiff1 ) ) ) "),
                          C("( 2 ( edit-pipeline svndiff1 ) 19:svn://svn.example/a ) ")}};
    struct pl_wire w = read_every_way(&e);

    (void)state;
    assert_int_equal(APP(&w, git_cleartext), FAILED);
    is(PL_SERVER, e.turn[0].bytes, e.turn[0].len, PL_WIRE_SVN);
    is(PL_CLIENT, e.turn[1].bytes, e.turn[1].len, PL_WIRE_SVN);
    is(PL_CLIENT, e.turn[0].bytes, e.turn[0].len, PL_WIRE_NONE);
    is(PL_SERVER, "( failure ( ( 1 ", 16, PL_WIRE_NONE);
    e = (struct exchange){PL_WIRE_SVN, 3690, {S("( failure ( ( 1 ")}};
    w = read_every_way(&e);
    assert_int_equal(APP(&w, git_cleartext), NOT_SEEN);
}

static void debug_port_exposed_jdwp(void **state)
{
    struct exchange e = {PL_WIRE_JDWP, 8000, {C("JDWP-Handshake"), S("JDWP-Handshake")}};
    struct pl_wire w = read_every_way(&e);

    (void)state;
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(APP(&w, debug_port_exposed), FAILED);
    is(PL_CLIENT, "JDWP-Handshake", 14, PL_WIRE_JDWP);
    is(PL_SERVER, "JDWP-Handshake\0\0", 16, PL_WIRE_JDWP);
    is(PL_CLIENT, "JDWP-Handshook", 14, PL_WIRE_NONE);
    /* Somebody looks for debuggers, and nobody answers, or something else does. */
    e = (struct exchange){PL_WIRE_JDWP, 8000, {C("JDWP-Handshake")}};
    w = read_every_way(&e);
    assert_int_equal(APP(&w, debug_port_exposed), NOT_SEEN);
    e = (struct exchange){PL_WIRE_JDWP, 8000, {C("JDWP-Handshake"), S("HTTP/1.1 400 Bad Request")}};
    w = read_every_way(&e);
    assert_int_equal(APP(&w, debug_port_exposed), NOT_SEEN);
}

#define CNXN(bytes) "CNXN\x01\0\0\x01\0\0\x10\0" bytes "\0\0\0\0\0\0\0\xbc\xb1\xa7\xb1"
#define AUTH        "AUTH\x01\0\0\0\0\0\0\0\x14\0\0\0\0\0\0\0\xbe\xaa\xab\xb7"
#define STLS        "STLS\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\xac\xab\xb3\xac"

static void debug_port_exposed_adb(void **state)
{
    struct exchange e = {
        PL_WIRE_ADB, 5555, {C(CNXN("\7") "host::\0"), S(AUTH "01234567890123456789")}};
    struct pl_wire w = read_every_way(&e);

    (void)state;
    assert_int_equal(w.adb.answer, PL_ADB_ANSWER_AUTH);
    assert_int_equal(APP(&w, debug_port_exposed), FAILED);
    is(PL_CLIENT, e.turn[0].bytes, e.turn[0].len, PL_WIRE_ADB);
    is(PL_SERVER, e.turn[0].bytes, e.turn[0].len, PL_WIRE_NONE);
    is(PL_CLIENT, "CNXN is short for connexion, sir", 32, PL_WIRE_NONE);
    e = (struct exchange){PL_WIRE_ADB, 5555, {C(CNXN("\7") "host::\0"), S(CNXN("\0"))}};
    w = read_every_way(&e);
    assert_int_equal(w.adb.answer, PL_ADB_ANSWER_OPEN);
    assert_int_equal(APP(&w, debug_port_exposed), FAILED);
    e = (struct exchange){PL_WIRE_ADB, 5555, {C(CNXN("\7") "host::\0"), S(STLS), C(STLS)}};
    w = read_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_TLS);
    assert_int_equal(APP(&w, debug_port_exposed), PASSED);
    e = (struct exchange){PL_WIRE_ADB, 5555, {C(CNXN("\7") "host::\0")}};
    w = read_every_way(&e);
    assert_int_equal(APP(&w, debug_port_exposed), NOT_SEEN);
    e = (struct exchange){
        PL_WIRE_ADB, 5555, {C(CNXN("\7") "host::\0"), S("220 no debugger here\r\n...")}};
    w = read_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    assert_int_equal(APP(&w, debug_port_exposed), NOT_SEEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(git_cleartext),
        cmocka_unit_test(git_cleartext_svn),
        cmocka_unit_test(debug_port_exposed_jdwp),
        cmocka_unit_test(debug_port_exposed_adb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
