/* SPDX-License-Identifier: BSD-2-Clause */
#include "open_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK: opening a pipe with nobody at its other end would wait for ever. */
FILE *pl_open_file(const char *path, const char *what, struct pl_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    FILE *file;

    if (fd < 0) {
        pl_fail(error, path, 0, 0, "cannot open %s: %s", what, strerror(errno));
        return NULL;
    }
    if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
        pl_fail(error, path, 0, 0, "this is not a file: expected %s", what);
        close(fd);
        return NULL;
    }
    file = fdopen(fd, "r");
    if (!file) {
        pl_fail(error, path, 0, 0, "cannot open %s: %s", what, strerror(errno));
        close(fd);
    }
    return file;
}
