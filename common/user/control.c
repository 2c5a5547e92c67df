/* SPDX-License-Identifier: BSD-2-Clause */
/* The control page: one number that says whether a new image is there. */
#include "image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Make a whole page under another name and link it into place, so that nobody ever maps a page
 * that is too short or empty.  Two who do this at once: the first link wins. */
static bool create_page(const char *path, struct pl_error *error)
{
    uint8_t page[PL_CONTROL_BYTES] = {0};
    struct pl_control control = {.magic = PL_CONTROL_MAGIC, .format = PL_CONTROL_FORMAT};
    char name[4096];
    bool ok;
    int fd;

    memcpy(page, &control, sizeof(control));
    if (snprintf(name, sizeof(name), "%s.%ld", path, (long)getpid()) >= (int)sizeof(name))
        return pl_fail(error, path, 0, 0, "the path of the control page is too long");
    unlink(name); /* of one who had the same number and died */
    fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return pl_fail(error, path, 0, 0, "cannot create the control page: %s", strerror(errno));
    ok = fchmod(fd, 0644) == 0 && write(fd, page, sizeof(page)) == (ssize_t)sizeof(page);
    close(fd);
    ok = ok && (link(name, path) == 0 || errno == EEXIST);
    if (!ok)
        pl_fail(error, path, 0, 0, "cannot create the control page: %s", strerror(errno));
    unlink(name);
    return ok;
}

static bool page_ok(const struct pl_control *control)
{
    return memcmp(control->magic, PL_CONTROL_MAGIC, sizeof(control->magic)) == 0 &&
           control->format == PL_CONTROL_FORMAT;
}

static struct pl_control *map_page(int fd, const char *path, bool write, struct pl_error *error)
{
    struct stat st;
    struct pl_control *control;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < PL_CONTROL_BYTES) {
        pl_fail(error, path, 0, 0, "this is not a control page: remove it, it will be made anew");
        return NULL;
    }
    control =
        mmap(NULL, PL_CONTROL_BYTES, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (control == MAP_FAILED) {
        pl_fail(error, path, 0, 0, "cannot map the control page: %s", strerror(errno));
        return NULL;
    }
    if (page_ok(control))
        return control;
    pl_fail(error, path, 0, 0, "this is not a control page: remove it, it will be made anew");
    pl_control_unmap(control);
    return NULL;
}

struct pl_control *pl_control_map(const char *path, bool write, struct pl_error *error)
{
    int flags = (write ? O_RDWR : O_RDONLY) | O_CLOEXEC;
    struct pl_control *control;
    int fd = open(path, flags);

    if (fd < 0 && errno == ENOENT && write) {
        if (!create_page(path, error))
            return NULL;
        fd = open(path, flags);
    }
    if (fd < 0) {
        pl_fail(error, path, 0, 0, "cannot open the control page: %s", strerror(errno));
        return NULL;
    }
    control = map_page(fd, path, write, error);
    close(fd);
    return control;
}

void pl_control_unmap(struct pl_control *control)
{
    if (control)
        munmap(control, PL_CONTROL_BYTES);
}

void pl_control_bump(struct pl_control *control)
{
    __atomic_add_fetch(&control->generation, 1, __ATOMIC_RELEASE);
}
