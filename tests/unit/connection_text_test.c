/* SPDX-License-Identifier: BSD-2-Clause */
/* Every dialogue of text, through the connection: the findings and credentials are those of its own
 * reader, in every way in which it can be captured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "connection_talk.h"
#include "tests/vectors/dialogue_vectors.h"

static struct dialogue_vector v;
static struct script script;
static struct heard heard;

static void write_script(void)
{
    script_begin(&script, v.text.title, v.text.port);
    for (size_t i = 0; i < v.turn_count; i++)
        say(&script, v.turns[i].side, v.text.bytes + v.turns[i].from,
            v.turns[i].to - v.turns[i].from);
}

static void expect(void)
{
    struct pl_findings f = heard_findings(&heard);

    if (heard.c.wire.protocol) { /* Redis, which text does not know */
        assert_int_equal(v.text.protocol, PL_PROTOCOL_UNKNOWN);
        return;
    }
    f.seen[PL_FAMILY_TLS] = f.failed[PL_FAMILY_TLS] = 0; /* have vectors of their own */
    assert_int_equal(heard.c.text.protocol, v.text.protocol);
    assert_int_equal(dialogue_facts_of(&heard.c.text), v.facts);
    assert_int_equal(heard.c.text.creds, v.creds);
    assert_memory_equal(f.failed, v.text.want.failed, sizeof(f.failed));
    assert_memory_equal(f.seen, v.text.want.seen, sizeof(f.seen));
}

static void vectors_of(void **state)
{
    char path[100];
    unsigned count = 0;
    FILE *file;

    snprintf(path, sizeof(path), "tests/vectors/dialogue/%s.txt", (const char *)*state);
    file = fopen(path, "r");
    assert_non_null(file);
    for (; dialogue_next(file, &v); count++) {
        print_message("%s\n", v.text.title); /* the last one is the one that failed */
        write_script();
        script_holds(&script, &heard);
        expect();
    }
    fclose(file);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"smtp", vectors_of, NULL, NULL, "smtp"},     {"imap", vectors_of, NULL, NULL, "imap"},
        {"pop3", vectors_of, NULL, NULL, "pop3"},     {"ftp", vectors_of, NULL, NULL, "ftp"},
        {"telnet", vectors_of, NULL, NULL, "telnet"},
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
