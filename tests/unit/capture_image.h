/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files made byte by byte, and what is read from them. */
#ifndef CAPTURE_IMAGE_H
#define CAPTURE_IMAGE_H

#include "capture_build.h"

#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

enum { IMAGE_BYTES = 1 << 16 };

/* A file's bytes; numbers in the byte order of the host that is said to have written it. */
struct image {
    uint8_t bytes[IMAGE_BYTES];
    size_t len;
    bool big_endian;
};

static inline void put(struct image *i, uint64_t v, int bytes)
{
    for (int n = 0; n < bytes; n++)
        i->bytes[i->len++] = (uint8_t)(v >> 8 * (i->big_endian ? bytes - 1 - n : n));
}

static inline void put_text(struct image *i, const char *text)
{
    memcpy(i->bytes + i->len, text, strlen(text));
    i->len += strlen(text);
}

static inline void put_pcap_head(struct image *i, uint32_t magic, uint32_t link_type)
{
    put(i, magic, 4);
    put(i, 2, 2);
    put(i, 4, 2);
    put(i, 0, 8);
    put(i, 65535, 4);
    put(i, link_type, 4);
}

static inline void put_pcap_packet(struct image *i, uint32_t s, uint32_t part, const char *text,
                                   uint32_t wire_len)
{
    put(i, s, 4);
    put(i, part, 4);
    put(i, strlen(text), 4);
    put(i, wire_len, 4);
    put_text(i, text);
}

/* --- to read */

struct path {
    char name[64];
};

static inline struct path write_file(const void *bytes, size_t len, bool gzip)
{
    struct path path = {"/tmp/plimsoll-capture-XXXXXX"};
    int fd = mkstemp(path.name);
    gzFile gz;

    assert_true(fd >= 0);
    gz = gzdopen(fd, gzip ? "wb" : "wbT"); /* T: as it is */
    assert_non_null(gz);
    assert_int_equal(gzwrite(gz, bytes, (unsigned)len), (int)len);
    assert_int_equal(gzclose(gz), Z_OK);
    return path;
}

/* "time link_type text wire_len;" of each packet, then how it ended. */
static inline void read_all(const char *name, char *out, size_t size, struct pl_error *error)
{
    static const char *const ends[] = {"", "end", "truncated", "error"};
    struct pl_file *file = pl_file_open(name, error);
    enum pl_file_result got = PL_FILE_ERROR;
    struct pl_record r;
    size_t at = 0;

    while (file && (got = pl_file_next(file, &r, error)) == PL_FILE_PACKET)
        at +=
            (size_t)snprintf(out + at, size - at, "%llu %u %.*s %u;", (unsigned long long)r.time_ns,
                             r.link_type, (int)r.len, (const char *)r.bytes, r.wire_len);
    snprintf(out + at, size - at, "%s", ends[got]);
    pl_file_close(file);
}

static inline void expect(const struct image *image, bool gzip, const char *expected,
                          const char *why)
{
    struct path path = write_file(image->bytes, image->len, gzip);
    struct pl_error error = {.line = 0};
    char out[1024], text[1024];

    read_all(path.name, out, sizeof(out), &error);
    unlink(path.name);
    assert_string_equal(out, expected);
    pl_error_text(&error, text, sizeof(text));
    if (why && (!strstr(text, why) || strncmp(text, path.name, strlen(path.name)) != 0))
        fail_msg("'%s' does not say '%s'", text, why);
}

#endif
