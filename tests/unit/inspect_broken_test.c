/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captures that were cut off anywhere, and with bytes turned, through the inspector: it comes to an
 * end, keeps to its memory, and each row is in order.  The captures are no part of the source:
 * PLIMSOLL_CAPTURES names their folder, else it is ../shared/captures; our own small ones are
 * always read.
 */
#define _GNU_SOURCE /* memfd_create */
#include "inspect/inspect.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* How much is done with a file depends on its length, so that all of it ends within a minute. */
enum {
    FILE_BYTES_MAX = 1 << 22,
    WORK_BYTES = 12 << 20, /* read again and again of one file, at most about so much */
    SMALL_BYTES = 1500,    /* cut off at each byte */
    CUTS = 300,
    MUTANTS = 200,
    TURNED = 12, /* bytes of a mutant */
    RESIDENT_MAX_KIB = 700 * 1024
};

static struct inspect *in;
static uint8_t *bytes;
static size_t size;
static uint64_t rows, seed = 1, files;

static uint32_t random_below(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void on_row(void *to, const struct row *row)
{
    const char *name, *value;

    (void)to;
    rows++;
    assert_true(row->protocol == 6 || row->protocol == 17);
    assert_true(row->packets > 0 && row->sheet.used <= SHEET_BYTES_MAX);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        assert_int_equal(row->findings.failed[i] & ~row->findings.seen[i], 0);
    for (size_t at = 0; (at = sheet_next(&row->sheet, at, &name, &value));)
        assert_true(*name && value + strlen(value) < row->sheet.bytes + row->sheet.used);
}

static bool read_first(const uint8_t *at, size_t len)
{
    struct pl_error error = {0};
    char path[64];
    int fd = memfd_create("capture", 0);
    bool read;

    assert_true(fd >= 0 && write(fd, at, len) == (ssize_t)len);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    read = inspect_file(in, path, &error);
    assert_true(read || error.text[0]);
    close(fd);
    return read;
}

/* How often a file may be read, of want. */
static size_t often(size_t want)
{
    size_t can = WORK_BYTES / (size + 1) + 2;

    return can < want ? can : want;
}

static void cut_off(void)
{
    size_t cuts = size <= SMALL_BYTES ? size : often(CUTS);

    for (size_t i = 0; i < cuts; i++)
        (void)read_first(bytes, size <= SMALL_BYTES ? i : (size_t)((uint64_t)size * i / cuts));
}

static void turn_bytes(void)
{
    uint32_t at[TURNED];
    uint8_t was[TURNED];

    for (size_t i = often(MUTANTS); i > 0; i--) {
        for (int k = 0; k < TURNED; k++) {
            at[k] = random_below((uint32_t)size);
            was[k] = bytes[at[k]];
            bytes[at[k]] = (uint8_t)random_below(256);
        }
        (void)read_first(bytes, size);
        for (int k = TURNED; k-- > 0;)
            bytes[at[k]] = was[k];
    }
}

static void break_file(const char *folder, const char *name)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    assert_non_null(file);
    size = fread(bytes, 1, FILE_BYTES_MAX, file);
    fclose(file);
    if (size == 0)
        return;
    files++;
    cut_off();
    turn_bytes();
}

static int is_capture(const struct dirent *entry)
{
    return strstr(entry->d_name, ".pcap") || strstr(entry->d_name, ".cap");
}

static void break_folder(const char *folder)
{
    struct dirent **names;
    int count = scandir(folder, &names, is_capture, alphasort);

    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        struct stat st;
        char path[512];

        snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
        if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
            break_file(folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
}

static void memory_was_bounded(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    assert_in_range(usage.ru_maxrss, 1, RESIDENT_MAX_KIB);
}

static void own(void **state)
{
    (void)state;
    break_folder("tests/fuzz/seeds/inspect");
    assert_true(files > 5 && rows > files);
}

static void captures_of_others(void **state)
{
    const char *folder = getenv("PLIMSOLL_CAPTURES");

    (void)state;
    folder = folder ? folder : "../shared/captures";
    if (access(folder, R_OK) != 0) {
        print_message("skipped: there are no captures in %s\n", folder);
        skip();
    }
    break_folder(folder);
    print_message("%llu files, %llu rows\n", (unsigned long long)files, (unsigned long long)rows);
    memory_was_bounded();
}

static int begin(void **state)
{
    struct inspect_options options = {.row = on_row};
    struct pl_error error = {0};

    (void)state;
    in = inspect_open(&options, &error);
    bytes = malloc(FILE_BYTES_MAX);
    return !in || !bytes;
}

static int end(void **state)
{
    (void)state;
    inspect_close(in);
    free(bytes);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own),
        cmocka_unit_test(captures_of_others),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
