/* SPDX-License-Identifier: BSD-2-Clause */
#include "handle.h"

#include <string.h>
#include <sys/stat.h>

/* Tells one image file from the next that was renamed over it; 0 when there is none. */
static uint64_t image_stamp(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return 0;
    return ((uint64_t)st.st_ino << 32 ^ (uint64_t)st.st_size ^ (uint64_t)st.st_ctim.tv_sec << 20 ^
            (uint64_t)st.st_ctim.tv_nsec) |
           1;
}

/* Map what is at the path; the old image goes only when the new one is good. */
static bool load_image(struct pl_handle *h)
{
    struct pl_lines lines = {0};
    struct pl_image_head head;

    h->stamp = image_stamp(h->image_path);
    if (!pl_image_map(h->image_path, &lines, &h->error) || !pl_image_head(&lines, &head)) {
        h->refused++;
        return false;
    }
    pl_image_unmap(&h->lines);
    h->lines = lines;
    h->head = head;
    h->ready = true;
    h->swaps++;
    return true;
}

static bool copy_path(char *to, size_t size, const char *path, struct pl_error *error)
{
    size_t len = path ? strlen(path) : 0;

    if (len >= size)
        return pl_fail(error, path, 0, 0, "this path is too long: at most %zu bytes", size - 1);
    memcpy(to, path ? path : "", len);
    to[len] = 0;
    return true;
}

/* The generation is read before the image is: an image that is published in between is then loaded
 * twice, never missed. */
static void find_control(struct pl_handle *h)
{
    if (!h->control_path[0])
        return;
    h->control = pl_control_map(h->control_path, false, NULL);
    if (h->control)
        h->generation = __atomic_load_n(&h->control->generation, __ATOMIC_ACQUIRE);
}

bool pl_handle_open(struct pl_handle *h, const char *image_path, const char *control_path,
                    struct pl_error *error)
{
    memset(h, 0, sizeof(*h));
    if (!copy_path(h->image_path, sizeof(h->image_path), image_path, error) ||
        !copy_path(h->control_path, sizeof(h->control_path), control_path, error))
        return false;
    find_control(h);
    load_image(h);
    return true;
}

void pl_handle_close(struct pl_handle *h)
{
    pl_image_unmap(&h->lines);
    pl_control_unmap((struct pl_control *)h->control);
    h->control = NULL;
    h->ready = false;
}

bool pl_handle_reload(struct pl_handle *h, uint64_t now_s)
{
    if (h->control) {
        h->generation = __atomic_load_n(&h->control->generation, __ATOMIC_ACQUIRE);
        return load_image(h);
    }
    h->tried_s = now_s;
    find_control(h);
    if (image_stamp(h->image_path) == h->stamp)
        return false;
    return load_image(h);
}
