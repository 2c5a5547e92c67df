/* SPDX-License-Identifier: BSD-2-Clause */
#include "compile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

uint64_t pl_image_next_serial(const char *path)
{
    struct pl_image_head head;
    struct pl_lines lines = {0};
    uint64_t serial = 1;

    if (pl_image_map(path, &lines, NULL) && pl_image_head(&lines, &head))
        serial = head.serial + 1;
    pl_image_unmap(&lines);
    return serial;
}

/* The page is made before the image is written: whoever waits for it finds it with the image. */
static bool write_and_bump(const struct pl_image *image, const char *image_path,
                           const char *control_path, struct pl_error *error)
{
    struct pl_control *control = NULL;
    bool ok;

    if (control_path && !(control = pl_control_map(control_path, true, error)))
        return false;
    ok = pl_image_write(image_path, image->line, image->size, error);
    if (ok && control)
        pl_control_bump(control);
    pl_control_unmap(control);
    return ok;
}

/* Compile and publish, the serial being one more than the image's that is there. */
static bool publish_next(const struct pl_policy *policy, const char *image_path,
                         const char *control_path, const struct pl_compile_options *options,
                         struct pl_image_head *stats, struct pl_error *error)
{
    struct pl_compile_options chosen = *options;
    struct pl_image image = {0};
    bool ok;

    if (!chosen.serial)
        chosen.serial = pl_image_next_serial(image_path);
    if (!pl_policy_compile(policy, &chosen, &image, error))
        return false;
    if (stats)
        memcpy(stats, image.line, sizeof(*stats));
    ok = write_and_bump(&image, image_path, control_path, error);
    free(image.line);
    return ok;
}

/* One publisher at a time for a folder, so that a serial is given once.  A folder that cannot be
 * locked is no reason not to publish. */
static int lock_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";
    int fd;

    if (slash && (size_t)(slash - path) < sizeof(folder) - 1)
        snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path) + 1, path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        flock(fd, LOCK_EX);
    return fd;
}

bool pl_policy_publish(const char *policy_path, const char *image_path, const char *control_path,
                       const struct pl_compile_options *options, struct pl_image_head *stats,
                       struct pl_error *error)
{
    struct pl_policy policy;
    int lock;
    bool ok;

    if (!pl_policy_load(&policy, policy_path, error))
        return false;
    lock = lock_folder_of(image_path);
    ok = publish_next(&policy, image_path, control_path, options, stats, error);
    if (lock >= 0)
        close(lock);
    pl_policy_free(&policy);
    return ok;
}
