/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/sink.h"
#include "daemon/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUIET_S = 60 };

static bool is(const struct pl_sink *sink, const char *word)
{
    return strcmp(sink->path, word) == 0;
}

static void trouble(struct pl_sink *sink, const char *what)
{
    if (sink->quiet_s == 0)
        pl_log(PL_LOG_ERROR,
               "%s: %s: %s; events are not recorded until this is mended, only counted", sink->path,
               what, strerror(errno));
    sink->quiet_s = QUIET_S;
}

static void open_file(struct pl_sink *sink)
{
    if (is(sink, "none"))
        return;
    sink->fd = is(sink, "-") || is(sink, "stdout")
                   ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                   : open(sink->path,
                          O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
    if (sink->fd < 0)
        trouble(sink, "cannot open the events file");
}

void pl_sink_open(struct pl_sink *sink, const char *path)
{
    memset(sink, 0, sizeof(*sink));
    sink->path = path;
    sink->fd = -1;
    open_file(sink);
}

void pl_sink_close(struct pl_sink *sink)
{
    if (sink->fd >= 0)
        close(sink->fd);
    sink->fd = -1;
}

void pl_sink_reopen(struct pl_sink *sink)
{
    pl_sink_close(sink);
    sink->quiet_s = 0;
    open_file(sink);
}

void pl_sink_retry(struct pl_sink *sink)
{
    if (sink->quiet_s)
        sink->quiet_s--;
    if (sink->fd < 0)
        open_file(sink);
}

/* A reader that does not read must not hold the daemon up: a pipe takes a line of at most PIPE_BUF
 * bytes whole or not at all, and says beforehand which. */
static bool would_block(int fd, size_t len)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    struct stat st;

    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return false;
    return len > PIPE_BUF || poll(&p, 1, 0) != 1 || !(p.revents & POLLOUT);
}

/* Take a line back of which only the beginning fitted. */
static void take_back(int fd, ssize_t n)
{
    off_t end = lseek(fd, 0, SEEK_END);

    if (end < n || ftruncate(fd, end - n) != 0)
        return; /* a pipe or a device: nothing to be done */
}

static bool write_whole(int fd, const char *line, size_t len)
{
    ssize_t n;

    if (would_block(fd, len)) {
        errno = EAGAIN;
        return false;
    }
    do
        n = write(fd, line, len);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)len)
        return true;
    if (n > 0) {
        take_back(fd, n);
        errno = ENOSPC;
    }
    return false;
}

void pl_sink_write(struct pl_sink *sink, const char *line, size_t len)
{
    if (is(sink, "none"))
        return;
    if (sink->fd >= 0 && write_whole(sink->fd, line, len)) {
        sink->written++;
        return;
    }
    sink->failed++;
    if (sink->fd >= 0)
        trouble(sink, "cannot write an event");
}
