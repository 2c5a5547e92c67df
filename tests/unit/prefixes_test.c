/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of prefixes against the plainest search there is. */
#include "policy_text.h"

#include "common/user/parse.h"
#include "common/user/prefix_tree.h"

enum { PREFIXES = 600, PROBES = 6000, VALUES = 40 };

static uint64_t random_state = 88172645463325252ULL;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static uint16_t find(const struct pl_prefix_tree *tree, struct pl_addr addr)
{
    struct pl_line *line = calloc(tree->nodes * 2 + 1, sizeof(*line));
    struct pl_section nodes = {0, tree->nodes}, values = {tree->nodes, (tree->nodes + 7) / 8};
    struct pl_lines lines = {line, tree->nodes * 2};
    uint16_t value;

    assert_non_null(line);
    if (tree->nodes) {
        memcpy(line, tree->node, tree->nodes * sizeof(*line));
        memcpy(line + tree->nodes, tree->value, tree->nodes * PL_TREE_KEYS * sizeof(uint16_t));
    }
    value = pl_prefix_find(&lines, nodes, values, tree->nodes, addr);
    free(line);
    return value;
}

static uint16_t find_plainly(const struct pl_prefix *p, size_t count, struct pl_addr addr)
{
    uint16_t value = 0;
    int longest = -1;

    for (size_t i = 0; i < count; i++) {
        struct pl_addr cut = pl_addr_cut(addr, p[i].bits);
        if (cut.hi != p[i].addr.hi || cut.lo != p[i].addr.lo || p[i].bits <= longest)
            continue;
        if (pl_addr_is_v4(addr) && p[i].bits < 96) /* an IPv6 network holds no IPv4 address */
            continue;
        longest = p[i].bits;
        value = p[i].value;
    }
    return value;
}

static struct pl_prefix prefix(const char *text, uint16_t value)
{
    struct pl_prefix p = {.value = value};

    assert_true(pl_parse_prefix(text, &p.addr, &p.bits));
    return p;
}

static struct pl_addr addr(const char *text)
{
    struct pl_addr a;

    assert_true(pl_parse_addr(text, &a));
    return a;
}

/* Addresses that lie close together, so that prefixes nest and touch. */
static struct pl_addr random_addr(void)
{
    struct pl_addr a = {0x20010db800000000ULL | (next_random() & 0xff0f), next_random()};

    if (next_random() % 2)
        a = pl_addr_v4((uint32_t)(next_random() & 0x0f0fffff));
    if (next_random() % 8 == 0)
        a.lo |= 0xffffffff;
    return a;
}

static struct pl_prefix random_prefix(void)
{
    struct pl_prefix p = {.addr = random_addr(), .value = (uint16_t)(1 + next_random() % VALUES)};

    p.bits = (uint8_t)(pl_addr_is_v4(p.addr) ? 96 + next_random() % 33 : next_random() % 129);
    p.addr = pl_addr_cut(p.addr, p.bits);
    return p;
}

/* Equal prefixes are refused by the policy when their values differ: keep the first only. */
static size_t random_prefixes(struct pl_prefix *p, size_t count)
{
    size_t n = 0;

    while (count--) {
        bool twice = false;
        p[n] = random_prefix();
        for (size_t i = 0; i < n; i++)
            twice |= p[i].bits == p[n].bits && p[i].addr.hi == p[n].addr.hi &&
                     p[i].addr.lo == p[n].addr.lo;
        n += !twice;
    }
    return n;
}

static void compare_all(const struct pl_prefix *p, size_t count, unsigned probes)
{
    struct pl_prefix_tree tree;

    assert_true(pl_prefix_tree_build(&tree, p, count));
    for (unsigned i = 0; i < probes; i++) {
        struct pl_addr a = i < 4 * count ? p[i / 4].addr : random_addr();
        if (i < 4 * count && i % 4 == 1)
            a.lo--;
        if (i < 4 * count && i % 4 == 2)
            a.lo |= 0xff;
        if (i < 4 * count && i % 4 == 3)
            a.lo = (a.lo | 0xff) + 1;
        assert_int_equal(find(&tree, a), find_plainly(p, count, a));
    }
    pl_prefix_tree_free(&tree);
}

static void random_prefixes_match_brute_force(void **state)
{
    static struct pl_prefix p[PREFIXES];

    (void)state;
    for (size_t count = 1; count <= PREFIXES; count = count * 3 / 2 + 1)
        compare_all(p, random_prefixes(p, count), PROBES);
}

static void nothing_listed_finds_nothing(void **state)
{
    struct pl_prefix_tree tree;

    (void)state;
    assert_true(pl_prefix_tree_build(&tree, NULL, 0));
    assert_int_equal(tree.nodes, 0);
    assert_int_equal(find(&tree, addr("192.0.2.1")), 0);
    pl_prefix_tree_free(&tree);
}

static void longest_prefix_wins(void **state)
{
    struct pl_prefix p[] = {prefix("10.0.0.0/8", 1), prefix("10.1.0.0/16", 2),
                            prefix("10.1.2.3/32", 3), prefix("0.0.0.0/0", 4)};
    struct pl_prefix_tree tree;

    (void)state;
    assert_true(pl_prefix_tree_build(&tree, p, PL_COUNT(p)));
    assert_int_equal(find(&tree, addr("10.1.2.3")), 3);
    assert_int_equal(find(&tree, addr("10.1.2.4")), 2);
    assert_int_equal(find(&tree, addr("10.2.0.0")), 1);
    assert_int_equal(find(&tree, addr("11.0.0.0")), 4);
    assert_int_equal(find(&tree, addr("2001:db8::1")), 0);
    pl_prefix_tree_free(&tree);
}

static void all_of_ipv6_is_not_ipv4(void **state)
{
    struct pl_prefix p[] = {prefix("::/0", 5), prefix("192.0.2.0/24", 6)};
    struct pl_prefix_tree tree;

    (void)state;
    assert_true(pl_prefix_tree_build(&tree, p, PL_COUNT(p)));
    assert_int_equal(find(&tree, addr("2001:db8::1")), 5);
    assert_int_equal(find(&tree, addr("::")), 5);
    assert_int_equal(find(&tree, addr("192.0.2.9")), 6);
    assert_int_equal(find(&tree, addr("192.0.3.0")), 0);
    pl_prefix_tree_free(&tree);
}

static void both_ends_of_the_space(void **state)
{
    struct pl_prefix p[] = {prefix("::/128", 1),
                            prefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 2),
                            prefix("255.255.255.255/32", 3), prefix("0.0.0.0/32", 4)};
    struct pl_prefix_tree tree;

    (void)state;
    assert_true(pl_prefix_tree_build(&tree, p, PL_COUNT(p)));
    assert_int_equal(find(&tree, addr("::")), 1);
    assert_int_equal(find(&tree, addr("::1")), 0);
    assert_int_equal(find(&tree, addr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), 2);
    assert_int_equal(find(&tree, addr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe")), 0);
    assert_int_equal(find(&tree, addr("255.255.255.255")), 3);
    assert_int_equal(find(&tree, addr("255.255.255.254")), 0);
    assert_int_equal(find(&tree, addr("0.0.0.0")), 4);
    assert_int_equal(find(&tree, addr("0.0.0.1")), 0);
    pl_prefix_tree_free(&tree);
}

/* The keys that fill up the last node are all ones, and the address of all ones finds them. */
static void address_of_all_ones_has_the_last_value(void **state)
{
    struct pl_prefix p[] = {prefix("ffff::/16", 9)};
    struct pl_prefix_tree tree;

    (void)state;
    assert_true(pl_prefix_tree_build(&tree, p, PL_COUNT(p)));
    assert_int_equal(find(&tree, addr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), 9);
    assert_int_equal(find(&tree, addr("fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), 0);
    pl_prefix_tree_free(&tree);
}

static void neighbours_of_one_value_become_one(void **state)
{
    struct pl_prefix p[] = {prefix("10.0.0.0/25", 1), prefix("10.0.0.128/25", 1),
                            prefix("10.0.1.0/24", 1)};
    struct pl_prefix_tree tree;

    (void)state;
    assert_true(pl_prefix_tree_build(&tree, p, PL_COUNT(p)));
    assert_int_equal(tree.nodes, 1);
    assert_int_equal(find(&tree, addr("10.0.0.127")), 1);
    assert_int_equal(find(&tree, addr("10.0.1.255")), 1);
    assert_int_equal(find(&tree, addr("10.0.2.0")), 0);
    pl_prefix_tree_free(&tree);
}

static void written_addresses(void **state)
{
    static const char *const bad[] = {
        "",  "10.0.0.0/33",  "10.0.0/8",  "::/129", "10.0.0.0/",   "10.0.0.0/-1", "10.0.0.0/8 ",
        "x", "10.0.0.0/0x8", "1.2.3.4.5", "::1%lo", "10.0.0.0/8/8"};
    char text[PL_ADDR_TEXT];
    struct pl_addr a;
    uint8_t bits;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(bad); i++)
        assert_false(pl_parse_prefix(bad[i], &a, &bits));
    assert_true(pl_parse_prefix("192.0.2.128/25", &a, &bits));
    assert_string_equal(pl_prefix_text(a, bits, text), "192.0.2.128/25");
    assert_true(pl_parse_prefix("2001:db8::/32", &a, &bits));
    assert_string_equal(pl_prefix_text(a, bits, text), "2001:db8::/32");
    assert_true(pl_parse_prefix("192.0.2.7", &a, &bits));
    assert_int_equal(bits, 128);
}

static void written_times(void **state)
{
    static const char *const bad[] = {"",           "2026-02-30",          "2026-13-01",
                                      "26-01-01",   "2026-01-00",          "2026-01-01T24:00:00Z",
                                      "2026-1-1",   "2026-01-01T00:00:00", "1969-12-31",
                                      "2026-01-01 "};
    uint64_t s;
    bool day;

    (void)state;
    for (size_t i = 0; i < PL_COUNT(bad); i++)
        assert_false(pl_parse_time(bad[i], &s, &day));
    assert_true(pl_parse_time("2026-12-01", &s, &day));
    assert_true(day);
    assert_int_equal(s, 1796083200);
    assert_true(pl_parse_time("2026-12-01T00:00:01Z", &s, &day));
    assert_false(day);
    assert_int_equal(s, 1796083201);
    assert_true(pl_parse_time("2028-02-29", &s, &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_prefixes_match_brute_force),
        cmocka_unit_test(nothing_listed_finds_nothing),
        cmocka_unit_test(longest_prefix_wins),
        cmocka_unit_test(all_of_ipv6_is_not_ipv4),
        cmocka_unit_test(both_ends_of_the_space),
        cmocka_unit_test(address_of_all_ones_has_the_last_value),
        cmocka_unit_test(neighbours_of_one_value_become_one),
        cmocka_unit_test(written_addresses),
        cmocka_unit_test(written_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
