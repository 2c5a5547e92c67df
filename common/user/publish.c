/* SPDX-License-Identifier: BSD-2-Clause */
#include "compile.h"

#include <stdlib.h>
#include <string.h>

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

bool pl_policy_publish(const char *policy_path, const char *image_path, const char *control_path,
                       const struct pl_compile_options *options, struct pl_image_head *stats,
                       struct pl_error *error)
{
    struct pl_compile_options chosen = *options;
    struct pl_policy policy;
    struct pl_image image = {0};
    bool ok;

    if (!chosen.serial)
        chosen.serial = pl_image_next_serial(image_path);
    if (!pl_policy_load(&policy, policy_path, error))
        return false;
    ok = pl_policy_compile(&policy, &chosen, &image, error);
    pl_policy_free(&policy);
    if (!ok)
        return false;
    if (stats)
        memcpy(stats, image.line, sizeof(*stats));
    ok = write_and_bump(&image, image_path, control_path, error);
    free(image.line);
    return ok;
}
