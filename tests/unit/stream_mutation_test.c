/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vectors with bytes changed, dropped and doubled at random: whatever comes, the reader stays
 * within its bytes, says the same however they are cut, and ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/vectors/text_vectors.h"

enum { MUTANTS = 150, LENGTH_MAX = 600 };

static struct text_vector v;
static uint64_t seed = 1;

static uint32_t pick(uint32_t below)
{
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(seed >> 33) % below;
}

static void mutate(uint8_t *bytes, size_t *len)
{
    static const uint8_t marks[] = "\r\n \t:;=,/@\"\x00\x16\x80\xff";

    for (uint32_t n = 1 + pick(4); n > 0 && *len > 1; n--) {
        size_t at = pick((uint32_t)*len - 1);
        switch (pick(4)) {
        case 0:
            bytes[at] = marks[pick(sizeof(marks))];
            break;
        case 1:
            bytes[at] ^= (uint8_t)(1 << pick(8));
            break;
        case 2: /* drop one */
            memmove(bytes + at, bytes + at + 1, *len - at - 1);
            --*len;
            break;
        default: /* say a piece twice */
            memmove(bytes + at + 1, bytes + at, *len - at - 1);
        }
    }
}

static void feed(struct pl_stream *s, const uint8_t *bytes, size_t len, bool pieces)
{
    size_t n;

    memset(s, 0, sizeof(*s)); /* the padding too: it is compared */
    s->text.port = s->tls.facts.server_port_hint = v.port;
    for (; len > 0; bytes += n, len -= n) {
        uint8_t *piece;
        n = pieces ? 1 + pick(7) : len;
        n = n < len ? n : len;
        piece = malloc(n);
        memcpy(piece, bytes, n);
        pl_stream_feed(s, piece, n);
        free(piece);
    }
}

static unsigned mutants_of(const char *name)
{
    static uint8_t bytes[LENGTH_MAX];
    char path[100];
    unsigned count = 0;
    FILE *file;

    snprintf(path, sizeof(path), "tests/vectors/text/%s.txt", name);
    file = fopen(path, "r");
    assert_non_null(file);
    while (text_vector_next(file, &v)) {
        for (int i = 0; i < MUTANTS && v.len <= LENGTH_MAX; i++, count++) {
            size_t len = v.len;
            struct pl_stream whole, cut;
            memcpy(bytes, v.bytes, len);
            mutate(bytes, &len);
            feed(&whole, bytes, len, false);
            feed(&cut, bytes, len, true);
            assert_memory_equal(&whole, &cut, sizeof(whole));
        }
    }
    fclose(file);
    return count;
}

static void mutants_are_read_alike(void **state)
{
    static const char *const names[] = {"http", "smtp", "imap", "pop3", "ftp", "net"};

    (void)state;
    for (size_t i = 0; i < PL_COUNT(names); i++)
        assert_true(mutants_of(names[i]) > MUTANTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(mutants_are_read_alike)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
