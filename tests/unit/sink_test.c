/* SPDX-License-Identifier: BSD-2-Clause */
/* The events file of plimsolld: whole lines only, whatever the disk does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "daemon/log.c"
#include "daemon/sink.c"

struct fixture {
    char folder[64], path[100];
    struct pl_sink sink;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    strcpy(f->folder, "/tmp/plimsoll-sink-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/events.jsonl", f->folder);
    pl_sink_open(&f->sink, f->path);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    pl_sink_close(&f->sink);
    unlink(f->path);
    rmdir(f->folder);
    free(f);
    return 0;
}

static void write_line(struct fixture *f, const char *line)
{
    pl_sink_write(&f->sink, line, strlen(line));
}

static void assert_content(const struct fixture *f, const char *expected)
{
    char got[4096];
    FILE *file = fopen(f->path, "r");
    size_t n;

    assert_non_null(file);
    n = fread(got, 1, sizeof(got) - 1, file);
    fclose(file);
    got[n] = 0;
    assert_string_equal(got, expected);
}

static void test_appends_to_what_is_there(void **state)
{
    struct fixture *f = *state;

    write_line(f, "one\n");
    pl_sink_close(&f->sink);
    pl_sink_open(&f->sink, f->path);
    write_line(f, "two\n");
    assert_content(f, "one\ntwo\n");
    assert_int_equal(f->sink.written, 1);
    assert_int_equal(f->sink.failed, 0);
}

/* A limit of the file's size stands for a disk that is full in the middle of a line. */
static void test_half_a_line_is_taken_back(void **state)
{
    struct fixture *f = *state;
    struct rlimit before, small;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 10;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    write_line(f, "1234567\n");
    write_line(f, "this is cut\n");
    write_line(f, "z\n");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    write_line(f, "later\n");
    assert_content(f, "1234567\nz\nlater\n");
    assert_int_equal(f->sink.failed, 1);
    assert_int_equal(f->sink.written, 3);
}

static void test_reopen_follows_the_name(void **state)
{
    struct fixture *f = *state;

    write_line(f, "old\n");
    assert_int_equal(unlink(f->path), 0);
    write_line(f, "to the old file\n");
    pl_sink_reopen(&f->sink);
    write_line(f, "new\n");
    assert_content(f, "new\n");
}

static void test_what_cannot_be_opened_is_counted_and_tried_again(void **state)
{
    struct fixture *f = *state;

    write_line(f, "one\n");
    unlink(f->path);
    rmdir(f->folder);
    pl_sink_reopen(&f->sink);
    write_line(f, "two\n");
    assert_int_equal(f->sink.failed, 1);
    assert_int_equal(mkdir(f->folder, 0700), 0);
    pl_sink_retry(&f->sink);
    write_line(f, "three\n");
    assert_content(f, "three\n");
}

static void test_none_writes_nothing(void **state)
{
    struct pl_sink sink;

    (void)state;
    pl_sink_open(&sink, "none");
    pl_sink_write(&sink, "one\n", 4);
    assert_int_equal(sink.fd, -1);
    assert_int_equal(sink.written + sink.failed, 0);
    pl_sink_close(&sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_appends_to_what_is_there, setup, teardown),
        cmocka_unit_test_setup_teardown(test_half_a_line_is_taken_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reopen_follows_the_name, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_opened_is_counted_and_tried_again,
                                        setup, teardown),
        cmocka_unit_test(test_none_writes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
