/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng files: capture/pcapng.c. */
#include "capture_image.h"

/* --- pcapng: the length of a block is set when it ends */

static size_t begin_block(struct image *i, uint32_t type)
{
    put(i, type, 4);
    put(i, 0, 4);
    return i->len - 8;
}

static void end_block(struct image *i, size_t start)
{
    size_t end;

    while ((i->len - start) % 4)
        i->bytes[i->len++] = 0;
    end = i->len + 4;
    i->len = start + 4;
    put(i, end - start, 4);
    i->len = end - 4;
    put(i, end - start, 4);
}

static void put_section(struct image *i)
{
    size_t start = begin_block(i, 0x0a0d0d0a);

    put(i, 0x1a2b3c4d, 4);
    put(i, 1, 2);
    put(i, 0, 2);
    put(i, UINT64_MAX, 8);
    end_block(i, start);
}

/* resolution: if_tsresol, 0 for none. */
static void put_interface(struct image *i, uint16_t link_type, uint8_t resolution,
                          uint64_t offset_s)
{
    size_t start = begin_block(i, 1);

    put(i, link_type, 2);
    put(i, 0, 2);
    put(i, link_type * 10, 4); /* a snapshot length that differs between interfaces */
    put(i, 2, 2);              /* if_name */
    put(i, 3, 2);
    put_text(i, "eth");
    put(i, 0, 1);
    if (resolution) {
        put(i, 9, 2);
        put(i, 1, 2);
        put(i, resolution, 1);
        put(i, 0, 3);
    }
    if (offset_s) {
        put(i, 14, 2);
        put(i, 8, 2);
        put(i, offset_s, 8);
    }
    put(i, 0, 4);
    end_block(i, start);
}

static void put_enhanced(struct image *i, uint32_t interface, uint64_t ticks, const char *text)
{
    size_t start = begin_block(i, 6);

    put(i, interface, 4);
    put(i, ticks >> 32, 4);
    put(i, ticks & 0xffffffff, 4);
    put(i, strlen(text), 4);
    put(i, strlen(text) + 5, 4);
    put_text(i, text);
    end_block(i, start);
}

/* Interfaces of several link types, clocks and snapshot lengths; sections of both byte orders. */
static void test_pcapng(void **state)
{
    (void)state;
    for (int n = 0; n < 4; n++) {
        static struct image i;
        size_t start;

        i.len = 0;
        i.big_endian = n & 1;
        put_section(&i);
        put_interface(&i, 1, 0, 0);
        put_interface(&i, 113, 9, 100);
        put_interface(&i, 101, 0x80 | 10, 0);
        put_enhanced(&i, 2, (5u << 10) + 512, "half");
        put_enhanced(&i, 0, 7000001, "micro");
        start = begin_block(&i, 10); /* secrets: left out */
        put_text(&i, "CLIENT_RANDOM");
        end_block(&i, start);
        put_enhanced(&i, 1, 3, "nano");
        i.big_endian = !i.big_endian;
        put_section(&i);
        put_interface(&i, 0, 6, 0);
        start = begin_block(&i, 3); /* a simple packet */
        put(&i, 9, 4);
        put_text(&i, "simple123");
        end_block(&i, start);
        start = begin_block(&i, 2); /* the obsolete one */
        put(&i, 0, 2);
        put(&i, 0, 2);
        put(&i, 0, 4);
        put(&i, 2, 4);
        put(&i, 3, 4);
        put(&i, 3, 4);
        put_text(&i, "old");
        end_block(&i, start);
        expect(&i, n & 2,
               "5500000000 101 half 9;7000001000 1 micro 10;100000000003 113 nano 9;"
               "0 0 simple123 9;2000 0 old 3;end",
               NULL);
    }
}

static void test_truncated_pcapng(void **state)
{
    static struct image i;
    size_t first, last;

    (void)state;
    put_section(&i);
    put_interface(&i, 1, 0, 0);
    first = i.len;
    put_enhanced(&i, 0, 1000000, "one");
    last = i.len;
    for (size_t n = first; n <= last; n++) {
        i.len = n;
        expect(&i, n & 1,
               n == first  ? "end"
               : n == last ? "1000000000 1 one 8;end"
                           : "truncated",
               n == first || n == last ? NULL : "ends too early after packet 0");
    }
}

static void test_damaged_pcapng(void **state)
{
    static struct image i;
    size_t at;

    (void)state;
    put_section(&i);
    i.bytes[8] ^= 1;
    expect(&i, false, "error", "byte-order magic");
    i.len = 0;
    put_section(&i);
    put_enhanced(&i, 0, 0, "x");
    expect(&i, false, "error", "a packet of interface 0: there are 0");
    i.len = 0;
    put_section(&i);
    put_interface(&i, 1, 0x80 | 64, 0);
    expect(&i, false, "error", "if_tsresol");
    i.len = 0;
    put_section(&i);
    put_interface(&i, 1, 0, 0);
    at = i.len;
    put_enhanced(&i, 0, 0, "abcd");
    i.bytes[at + 20] = 200; /* more captured than the block holds */
    expect(&i, false, "error", "a packet of 200 bytes in a block of 36");
    i.bytes[at + 20] = 4;
    i.bytes[i.len - 4] = 40; /* the lengths of the block differ */
    expect(&i, false, "error", "ends with the length 40");
    i.bytes[i.len - 4] = 36;
    i.bytes[at + 4] = 35;
    expect(&i, false, "error", "a block of 35 bytes");
    i.bytes[at + 4] = 36;
    i.bytes[at + 7] = 0x7f;
    expect(&i, false, "error", "a block of 2130706");
}

/* A file all of whose packets are of a link layer that is not read is an error, one of some is not.
 */
static void test_unknown_link(void **state)
{
    struct rig *r = rig_new(NULL);
    static struct image i;
    struct pl_error error;
    struct path path;

    (void)state;
    put_section(&i);
    put_interface(&i, 105, 0, 0);
    put_interface(&i, 101, 0, 0);
    put_enhanced(&i, 0, 0, "x");
    path = write_file(i.bytes, i.len, false);
    assert_int_equal(pl_capture_file(&r->capture, path.name, &error), PL_FILE_ERROR);
    assert_non_null(strstr(error.text, "link type 105 (IEEE802_11)"));
    unlink(path.name);
    put_enhanced(&i, 1, 0, "y");
    path = write_file(i.bytes, i.len, false);
    assert_int_equal(pl_capture_file(&r->capture, path.name, &error), PL_FILE_END);
    assert_int_equal(r->capture.counts.unknown_link, 2);
    unlink(path.name);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pcapng),
        cmocka_unit_test(test_truncated_pcapng),
        cmocka_unit_test(test_damaged_pcapng),
        cmocka_unit_test(test_unknown_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
