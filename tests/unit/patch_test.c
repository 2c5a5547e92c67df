/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces put in place: whatever their order, cut and overlap, the bytes are the same. */
#include "common/read/patch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

enum { ROOM = 300 };

static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 16) % below;
}

static uint8_t original[ROOM];

static bool put(struct pl_patch *p, uint8_t *to, uint32_t from, uint32_t end)
{
    return pl_patch_put(p, to, ROOM, from, original, from, end - from);
}

static void fill_original(void)
{
    for (uint32_t i = 0; i < ROOM; i++)
        original[i] = (uint8_t)(i * 7 + 1);
}

/* The next permutation in order; false after the last. */
static bool permute(uint32_t *of, uint32_t count)
{
    uint32_t i = count - 1, j = count - 1, swap;

    while (i > 0 && of[i - 1] >= of[i])
        i--;
    if (i == 0)
        return false;
    while (of[j] <= of[i - 1])
        j--;
    swap = of[i - 1], of[i - 1] = of[j], of[j] = swap;
    for (j = count - 1; i < j; i++, j--)
        swap = of[i], of[i] = of[j], of[j] = swap;
    return true;
}

/* 12 bytes cut at every set of places into at most 6 pieces, put in every order. */
static void every_cut_in_every_order(void **state)
{
    (void)state;
    for (uint32_t cuts = 0; cuts < 1 << 11; cuts++) {
        uint32_t edge[13] = {0}, order[12], count = 0;

        for (uint32_t i = 1; i <= 12; i++)
            if (i == 12 || cuts >> (i - 1) & 1)
                edge[++count] = i;
        if (count > 6)
            continue;
        for (uint32_t i = 0; i < count; i++)
            order[i] = i;
        do {
            struct pl_patch p = {0};
            uint8_t to[ROOM] = {0};

            for (uint32_t i = 0; i < count; i++)
                assert_true(put(&p, to, edge[order[i]], edge[order[i] + 1]));
            assert_int_equal(p.whole, 12);
            assert_int_equal(p.count, 0);
            assert_memory_equal(to, original, 12);
        } while (permute(order, count));
    }
}

static void check_against(const struct pl_patch *p, const uint8_t *to, const bool *there)
{
    uint32_t have = p->whole, before = have, want = 0;

    for (uint32_t i = 0; i < p->count; i++) {
        assert_true(before < p->span[i].from && p->span[i].from < p->span[i].to);
        before = p->span[i].to;
        have += p->span[i].to - p->span[i].from;
        for (uint32_t j = p->span[i].from; j < p->span[i].to; j++)
            assert_true(there[j]);
    }
    for (uint32_t i = 0; i < ROOM; i++) {
        want += there[i];
        assert_true(i >= p->whole || there[i]);
        assert_int_equal(to[i], there[i] ? original[i] : 0);
    }
    assert_int_equal(have, want);
    assert_true(p->whole == ROOM || !there[p->whole]);
}

/* Pieces that overlap, repeat and lie in each other, against a plain list of what is there. */
static void overlaps_against_a_plain_list(void **state)
{
    (void)state;
    for (uint32_t round = 0; round < 2000; round++) {
        struct pl_patch p = {0};
        uint8_t to[ROOM] = {0};
        bool there[ROOM] = {0};
        uint32_t longest = 1 + chance(60);

        for (uint32_t i = 0; i < 60; i++) {
            uint32_t from = chance(ROOM + 1), len = chance(longest + 1);
            uint32_t end = from + len > ROOM ? ROOM : from + len;

            if (put(&p, to, from, end))
                memset(there + from, true, end - from);
            check_against(&p, to, there);
        }
    }
}

static void first_content_stays(void **state)
{
    struct pl_patch p = {0};
    uint8_t to[8] = {0};

    (void)state;
    assert_true(pl_patch_put(&p, to, 8, 2, (const uint8_t *)"cd", 0, 2));
    assert_true(pl_patch_put(&p, to, 8, 0, (const uint8_t *)"ABCDEF", 0, 6));
    assert_true(pl_patch_put(&p, to, 8, 0, (const uint8_t *)"12345678", 0, 8));
    assert_memory_equal(to, "ABcdEF78", 8);
    assert_int_equal(p.whole, 8);
}

static void behind_the_room_is_refused(void **state)
{
    struct pl_patch p = {0}, fresh = {0};
    uint8_t to[8] = {0};

    (void)state;
    assert_false(pl_patch_put(&p, to, 8, 0, original, 0, 9));
    assert_false(pl_patch_put(&p, to, 8, 8, original, 0, 1));
    assert_false(pl_patch_put(&p, to, 8, 9, original, 0, 0));
    assert_false(pl_patch_put(&p, to, 8, UINT64_MAX, original, 0, 2));
    assert_false(pl_patch_put(&p, to, 8, (uint64_t)1 << 32, original, 0, 1));
    assert_false(pl_patch_put(&p, to, 8, 1, original, 0, UINT32_MAX));
    assert_memory_equal(&p, &fresh, sizeof p);
    assert_true(pl_patch_put(&p, to, 8, 8, original, 0, 0));
    assert_true(pl_patch_put(&p, to, 8, 0, original, 0, 8));
}

/* With all spans taken only what closes a hole or goes on from the beginning is put. */
static void full_goes_on_in_order(void **state)
{
    struct pl_patch p = {0}, before;
    uint8_t to[ROOM] = {0};

    (void)state;
    for (uint32_t i = 0; i < PL_PATCH_SPANS; i++)
        assert_true(put(&p, to, 4 + 4 * i, 5 + 4 * i));
    assert_int_equal(p.count, PL_PATCH_SPANS);
    before = p;
    assert_false(put(&p, to, 200, 201));
    assert_false(put(&p, to, 2, 3));
    assert_memory_equal(&p, &before, sizeof p);
    assert_true(put(&p, to, 0, 1));
    assert_int_equal(p.whole, 1);
    assert_true(put(&p, to, 9, 10)); /* longer, not more */
    assert_int_equal(p.count, PL_PATCH_SPANS);
    for (uint32_t i = 1; i < 200; i++)
        assert_true(put(&p, to, i, i + 1));
    assert_int_equal(p.whole, 200);
    assert_memory_equal(to, original, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_in_every_order), cmocka_unit_test(overlaps_against_a_plain_list),
        cmocka_unit_test(first_content_stays),      cmocka_unit_test(behind_the_room_is_refused),
        cmocka_unit_test(full_goes_on_in_order),
    };

    fill_original();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
