/* SPDX-License-Identifier: BSD-2-Clause */
#include "image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

/* The rename itself must be on disk, or a crash could bring the old name back without its file. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    bool ok;
    int fd;

    if (!slash)
        snprintf(folder, sizeof(folder), ".");
    else
        snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

static bool fill(int fd, const void *bytes, size_t size)
{
    return write_all(fd, bytes, size) && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
}

bool pl_image_write(const char *path, const void *bytes, size_t size, struct pl_error *error)
{
    char name[PATH_MAX];
    bool ok;
    int fd;

    if (!pl_image_verify(bytes, size, path, error))
        return false;
    if (snprintf(name, sizeof(name), "%s.XXXXXX", path) >= (int)sizeof(name))
        return pl_fail(error, path, 0, 0, "the path of the image is too long");
    fd = mkstemp(name);
    if (fd < 0)
        return pl_fail(error, path, 0, 0, "cannot write the policy image: %s", strerror(errno));
    ok = fill(fd, bytes, size);
    ok = close(fd) == 0 && ok;
    ok = ok && rename(name, path) == 0 && sync_folder(path);
    if (!ok) {
        pl_fail(error, path, 0, 0, "cannot write the policy image: %s", strerror(errno));
        unlink(name);
    }
    return ok;
}
