/* SPDX-License-Identifier: BSD-2-Clause */
/* The emitter against a real datagram socket: what the daemon receives, and what it is told of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "common/user/emitter.h"
#include "common/user/handle.h"

enum { T0 = 5000 };

struct fixture {
    char folder[64], path[100];
    int fd;
    struct pl_emitter e;
};

static void daemon_start(struct fixture *f)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};

    memcpy(sun.sun_path, f->path, strlen(f->path));
    f->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(f->fd >= 0);
    assert_int_equal(bind(f->fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
}

static void daemon_stop(struct fixture *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
    unlink(f->path);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    strcpy(f->folder, "/tmp/plimsoll-emitter-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/events.sock", f->folder);
    daemon_start(f);
    pl_emitter_open(&f->e, f->path);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    pl_emitter_close(&f->e, T0 + 1000000);
    daemon_stop(f);
    rmdir(f->folder);
    free(f);
    return 0;
}

static bool receive(struct fixture *f, struct pl_event *event)
{
    return recv(f->fd, event, sizeof(*event), 0) == (ssize_t)sizeof(*event);
}

static struct pl_event about(const char *name)
{
    struct pl_event event;

    pl_event_init(&event, PL_EVENT_VERDICT, PL_POINT_STREAM);
    event.action = PL_BLOCK;
    event.client = pl_addr_v4(0xc0000201);
    event.block[PL_FAMILY_TLS] = PL_MASK(tls_version_10_11);
    pl_event_name(&event, name, strlen(name));
    return event;
}

static void emit(struct fixture *f, const char *name, uint64_t now_ms)
{
    struct pl_event event = about(name);

    pl_emit(&f->e, &event, now_ms);
}

static void test_first_is_sent_at_once(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    emit(f, "a.example", T0);
    assert_true(receive(f, &got));
    assert_int_equal(got.version, PL_EVENT_VERSION);
    assert_int_equal(got.count, 1);
    assert_int_equal(got.lost, 0);
    assert_int_equal(got.name_len, 9);
    assert_memory_equal(got.name, "a.example", 9);
    assert_int_equal(f->e.sent, 1);
}

static void test_repeats_come_as_one_when_the_window_ends(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    for (int i = 0; i < 100; i++)
        emit(f, "a.example", T0 + (uint64_t)i);
    assert_true(receive(f, &got));
    assert_false(receive(f, &got));
    pl_emitter_tick(&f->e, T0 + PL_EMIT_WINDOW_MS - 1);
    assert_false(receive(f, &got));
    pl_emitter_tick(&f->e, T0 + PL_EMIT_WINDOW_MS);
    assert_true(receive(f, &got));
    assert_int_equal(got.count, 99);
    pl_emitter_tick(&f->e, T0 + 5 * PL_EMIT_WINDOW_MS);
    assert_false(receive(f, &got));
}

static void test_a_host_without_a_timer_sends_with_the_next(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    for (int i = 0; i < 5; i++)
        emit(f, "a.example", T0);
    emit(f, "a.example", T0 + PL_EMIT_WINDOW_MS);
    assert_true(receive(f, &got));
    assert_true(receive(f, &got));
    assert_int_equal(got.count, 5);
    assert_false(receive(f, &got));
}

static void test_different_events_are_not_mixed(void **state)
{
    struct fixture *f = *state;
    struct pl_event event = about("a.example"), got;

    pl_emit(&f->e, &event, T0);
    event.client = pl_addr_v4(0xc0000202);
    pl_emit(&f->e, &event, T0);
    event.block[PL_FAMILY_TLS] |= PL_MASK(tls_cipher_rc4);
    pl_emit(&f->e, &event, T0);
    event.destination_port = 443;
    pl_emit(&f->e, &event, T0);
    event.group = 3;
    pl_emit(&f->e, &event, T0);
    for (int i = 0; i < 5; i++) {
        assert_true(receive(f, &got));
        assert_int_equal(got.count, 1);
    }
    assert_int_equal(got.group, 3);
    assert_false(receive(f, &got));
}

/* More different events than there are slots: nothing that was counted may be forgotten. */
static void test_eviction_sends_what_was_counted(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;
    uint64_t received = 0;
    char name[32];

    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof(name), "n%d.example", i);
        for (int k = 0; k < 3; k++)
            emit(f, name, T0);
        while (receive(f, &got))
            received += got.count;
    }
    assert_true(received > 500);
    pl_emitter_tick(&f->e, T0 + PL_EMIT_WINDOW_MS);
    while (receive(f, &got))
        received += got.count;
    assert_int_equal(received + f->e.lost, 1500);
}

static void test_without_a_daemon_losses_are_told_later(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    daemon_stop(f);
    for (int i = 0; i < 7; i++)
        emit(f, "a.example", T0);
    pl_emitter_tick(&f->e, T0 + PL_EMIT_WINDOW_MS);
    assert_int_equal(f->e.lost, 7);
    daemon_start(f);
    emit(f, "b.example", T0 + 3 * PL_EMIT_WINDOW_MS);
    assert_true(receive(f, &got));
    assert_memory_equal(got.name, "b.example", 9);
    assert_int_equal(got.lost, 7);
    emit(f, "c.example", T0 + 3 * PL_EMIT_WINDOW_MS);
    assert_true(receive(f, &got));
    assert_int_equal(got.lost, 0);
    assert_int_equal(f->e.lost, 0);
}

/* Away for less than a window: the event waits in its slot. */
static void test_a_restarted_daemon_loses_nothing(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    emit(f, "a.example", T0);
    assert_true(receive(f, &got));
    daemon_stop(f);
    emit(f, "b.example", T0 + 100);
    daemon_start(f);
    pl_emitter_tick(&f->e, T0 + 100 + PL_EMIT_WINDOW_MS);
    assert_true(receive(f, &got));
    assert_memory_equal(got.name, "b.example", 9);
    assert_int_equal(f->e.lost, 0);
}

static void test_connects_at_most_once_a_second(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    daemon_stop(f);
    emit(f, "a.example", T0);
    daemon_start(f);
    emit(f, "b.example", T0 + PL_EMIT_RETRY_MS - 1);
    assert_false(receive(f, &got));
    emit(f, "c.example", T0 + PL_EMIT_RETRY_MS);
    assert_true(receive(f, &got));
    assert_memory_equal(got.name, "c.example", 9);
}

/* Nobody reads: every call returns, and what does not fit is counted. */
static void test_a_full_socket_never_blocks(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;
    uint64_t received = 0, told = 0;
    char name[32];

    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "n%d.example", i);
        emit(f, name, T0);
    }
    assert_true(f->e.lost > 0);
    while (receive(f, &got))
        received += got.count;
    for (uint64_t t = T0 + PL_EMIT_WINDOW_MS; f->e.lost > 0; t += PL_EMIT_WINDOW_MS) {
        snprintf(name, sizeof(name), "t%u.example", (unsigned)t);
        pl_emitter_tick(&f->e, t);
        emit(f, name, t);
        received -= 1; /* the one that asks */
        while (receive(f, &got)) {
            received += got.count;
            told += got.lost;
        }
    }
    assert_int_equal(received + told, 20000);
}

static void test_close_sends_what_is_counted(void **state)
{
    struct fixture *f = *state;
    struct pl_event got;

    for (int i = 0; i < 4; i++)
        emit(f, "a.example", T0);
    assert_true(receive(f, &got));
    pl_emitter_close(&f->e, T0 + 1);
    assert_true(receive(f, &got));
    assert_int_equal(got.count, 3);
    emit(f, "a.example", T0 + 2);
    assert_false(receive(f, &got));
}

static void test_a_path_too_long_loses_all(void **state)
{
    struct pl_emitter *e = malloc(sizeof(*e));
    struct pl_event event = about("a.example");
    char path[200];

    (void)state;
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = 0;
    pl_emitter_open(e, path);
    pl_emit(e, &event, T0);
    pl_emit(e, &event, T0);
    pl_emitter_tick(e, T0 + PL_EMIT_WINDOW_MS);
    assert_int_equal(e->lost, 2);
    assert_int_equal(e->sent, 0);
    pl_emitter_close(e, T0);
    free(e);
}

static void test_an_event_from_a_judgement(void **state)
{
    struct pl_handle *h = calloc(1, sizeof(*h));
    struct pl_judgement j;
    struct pl_event event;
    char name[300];

    (void)state;
    memset(&j, 0, sizeof(j));
    h->head.serial = 42;
    j.group = 2;
    j.class = 5;
    j.cell = 9;
    j.verdict.action = PL_WOULD_BLOCK;
    j.verdict.trial[PL_FAMILY_DNS] = PL_MASK(dnssec_bogus);
    pl_event_from(&event, PL_POINT_RESOLVER, h, &j);
    memset(name, 'a', sizeof(name));
    pl_event_name(&event, name, sizeof(name));
    assert_int_equal(event.kind, PL_EVENT_VERDICT);
    assert_int_equal(event.action, PL_WOULD_BLOCK);
    assert_int_equal(event.serial, 42);
    assert_int_equal(event.group, 2);
    assert_int_equal(event.class, 5);
    assert_int_equal(event.cell, 9);
    assert_int_equal(event.trial[PL_FAMILY_DNS], PL_MASK(dnssec_bogus));
    assert_int_equal(event.name_len, PL_EVENT_NAME_MAX);
    assert_true(event.time_ns > 0);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_first_is_sent_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_repeats_come_as_one_when_the_window_ends, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_host_without_a_timer_sends_with_the_next, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_different_events_are_not_mixed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_eviction_sends_what_was_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_a_daemon_losses_are_told_later, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_restarted_daemon_loses_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_connects_at_most_once_a_second, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_full_socket_never_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_close_sends_what_is_counted, setup, teardown),
        cmocka_unit_test(test_a_path_too_long_loses_all),
        cmocka_unit_test(test_an_event_from_a_judgement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
