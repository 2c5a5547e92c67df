/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of packets: pcap, gzip'd, from standard input, damaged: capture/file.c and source.c. */
#include "capture_image.h"

static void test_pcap(void **state)
{
    static const uint32_t magic[] = {0xa1b2c3d4, 0xa1b23c4d};

    (void)state;
    for (int n = 0; n < 8; n++) {
        static struct image i;

        i.len = 0;
        i.big_endian = n & 1;
        put_pcap_head(&i, magic[n >> 1 & 1], 1);
        put_pcap_packet(&i, 1700000000, 7, "one", 3);
        put_pcap_packet(&i, 4000000000u, 8, "two", 60);
        expect(&i, n & 4,
               n & 2 ? "1700000000000000007 1 one 3;4000000000000000008 1 two 60;end"
                     : "1700000000000007000 1 one 3;4000000000000008000 1 two 60;end",
               NULL);
    }
}

/* Cut at any byte: what was whole before is there, and it is said that the rest is not. */
static void test_truncated(void **state)
{
    static struct image i;
    size_t whole[3];

    (void)state;
    put_pcap_head(&i, 0xa1b2c3d4, 1);
    whole[0] = i.len;
    put_pcap_packet(&i, 1, 0, "one", 3);
    whole[1] = i.len;
    put_pcap_packet(&i, 2, 0, "two", 3);
    whole[2] = i.len;
    for (size_t n = whole[0]; n <= whole[2]; n++) {
        bool at_end = n == whole[0] || n == whole[1] || n == whole[2];
        char expected[100];

        i.len = n;
        snprintf(expected, sizeof(expected), "%s%s%s", n >= whole[1] ? "1000000000 1 one 3;" : "",
                 n >= whole[2] ? "2000000000 1 two 3;" : "", at_end ? "end" : "truncated");
        expect(&i, n & 1, expected, at_end ? NULL : "ends too early");
    }
}

/* The gzip'd bytes themselves cut off. */
static void test_truncated_gzip(void **state)
{
    static struct image i;
    static uint8_t packed[IMAGE_BYTES];
    struct path path, cut;
    struct pl_error error = {.line = 0};
    uint32_t random = 1;
    static char out[4000];
    char noise[41] = "";
    FILE *file;
    size_t len;

    (void)state;
    put_pcap_head(&i, 0xa1b2c3d4, 1);
    for (int n = 0; n < 20; n++) {
        for (int c = 0; c < 40; c++) {
            random = random * 1103515245 + 12345;
            noise[c] = (char)('!' + (random >> 16) % 90);
        }
        put_pcap_packet(&i, 1, 0, noise, 40);
    }
    path = write_file(i.bytes, i.len, true);
    file = fopen(path.name, "rb");
    assert_non_null(file);
    len = fread(packed, 1, sizeof(packed), file);
    fclose(file);
    cut = write_file(packed, len / 2, false);
    read_all(cut.name, out, sizeof(out), &error);
    assert_int_equal(strncmp(out, "1000000000 1 ", 13), 0);
    assert_non_null(strstr(out, ";truncated"));
    assert_non_null(strstr(error.text, "unexpected end of file"));
    unlink(path.name);
    unlink(cut.name);
}

static void test_no_capture(void **state)
{
    static struct image i;

    (void)state;
    i.len = 0;
    expect(&i, false, "error", "is empty");
    put_text(&i, "ab");
    expect(&i, false, "error", "is 2 bytes long");
    put_text(&i, "cdefghijklmnopqrstuvwxyz");
    expect(&i, false, "error", "is no capture: it begins with 61 62 63 64");
    expect(&i, true, "error", "is no capture: it begins with 61 62 63 64");
    i.len = 0;
    put_pcap_head(&i, 0xa1b2c3d4, 1);
    i.len = 12;
    expect(&i, false, "error", "is no capture");
}

static void test_not_there(void **state)
{
    struct pl_error error;

    (void)state;
    assert_null(pl_file_open("/nowhere/capture.pcap", &error));
    assert_string_equal(error.file, "/nowhere/capture.pcap");
    assert_non_null(strstr(error.text, "No such file"));
    assert_null(pl_file_open("/tmp", &error));
    assert_non_null(strstr(error.text, "is a folder"));
}

/* Standard input, gzip'd and not; it does not seek. */
static void test_stdin(void **state)
{
    int was = dup(STDIN_FILENO);

    (void)state;
    for (int gzip = 0; gzip < 2; gzip++) {
        static struct image i;
        struct pl_error error;
        char out[200];
        struct path path;
        FILE *pipe;

        i.len = 0;
        put_pcap_head(&i, 0xa1b2c3d4, 113);
        put_pcap_packet(&i, 1, 0, "piped", 5);
        path = write_file(i.bytes, i.len, gzip);
        snprintf(out, sizeof(out), "cat %s", path.name);
        pipe = popen(out, "r");
        assert_non_null(pipe);
        dup2(fileno(pipe), STDIN_FILENO);
        read_all("-", out, sizeof(out), &error);
        assert_string_equal(out, "1000000000 113 piped 5;end");
        pclose(pipe);
        unlink(path.name);
    }
    dup2(was, STDIN_FILENO);
    close(was);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pcap),           cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_truncated_gzip), cmocka_unit_test(test_no_capture),
        cmocka_unit_test(test_not_there),      cmocka_unit_test(test_stdin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
