/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* fopencookie */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Small enough to stay in the processor's caches.  What is not gzip'd is read into the buffer
 * itself when zlib is asked for at least twice what it was told to take at once. */
enum { BUFFER_BYTES = 1 << 16, INFLATE_BYTES = BUFFER_BYTES / 2 };

/* After nothing was read: why, if it is not simply the end. */
static void note_failure(struct pl_source *source)
{
    int code = Z_OK, was = errno;
    const char *why = gzerror(source->gz, &code);

    if (code == Z_OK)
        return;
    if (code == Z_BUF_ERROR) /* then gzread() answers as at the end */
        source->ended_early = true;
    if (code == Z_ERRNO)
        why = strerror(was);
    snprintf(source->why, sizeof(source->why), "%s", why);
}

static ssize_t read_source(void *cookie, char *to, size_t size)
{
    struct pl_source *source = cookie;
    size_t n = source->head_len - source->head_read;
    int got;

    if (n > 0) {
        n = n < size ? n : size;
        memcpy(to, source->head + source->head_read, n);
        source->head_read += (uint32_t)n;
        return (ssize_t)n;
    }
    got = gzread(source->gz, to, size < BUFFER_BYTES ? (unsigned)size : BUFFER_BYTES);
    if (got <= 0)
        note_failure(source);
    if (got < 0)
        errno = EIO;
    return got;
}

static int close_source(void *cookie)
{
    struct pl_source *source = cookie;

    gzclose_r(source->gz);
    source->gz = NULL;
    return 0;
}

static int open_path(const char *path, struct pl_error *error)
{
    struct stat status;
    int fd = strcmp(path, "-") != 0 ? open(path, O_RDONLY | O_CLOEXEC) : dup(STDIN_FILENO);

    if (fd < 0) {
        (void)pl_fail(error, path, 0, 0, "cannot open the capture: %s", strerror(errno));
    } else if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        (void)pl_fail(error, path, 0, 0, "is a folder: expected a pcap or pcapng file");
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool open_stream(struct pl_source *source)
{
    cookie_io_functions_t functions = {.read = read_source, .close = close_source};

    source->buffer = malloc(BUFFER_BYTES);
    if (source->buffer)
        source->stream = fopencookie(source, "r", functions);
    if (!source->stream)
        return false;
    setvbuf(source->stream, source->buffer, _IOFBF, BUFFER_BYTES);
    return true;
}

bool pl_source_open(struct pl_source *source, const char *path, struct pl_error *error)
{
    int fd = open_path(path, error), got;

    memset(source, 0, sizeof(*source));
    if (fd < 0)
        return false;
    source->gz = gzdopen(fd, "rb");
    if (!source->gz) {
        close(fd);
        return pl_fail(error, path, 0, 0, "out of memory");
    }
    gzbuffer(source->gz, INFLATE_BYTES);
    got = gzread(source->gz, source->head, sizeof(source->head));
    if (got < 0) {
        note_failure(source);
        (void)pl_fail(error, path, 0, 0, "cannot read the capture: %s", source->why);
        pl_source_close(source);
        return false;
    }
    source->head_len = (uint32_t)got;
    if (open_stream(source))
        return true;
    pl_source_close(source);
    return pl_fail(error, path, 0, 0, "out of memory");
}

void pl_source_close(struct pl_source *source)
{
    if (source->stream)
        fclose(source->stream);
    else if (source->gz)
        close_source(source);
    source->stream = NULL;
    free(source->buffer);
    source->buffer = NULL;
}
