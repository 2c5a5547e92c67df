/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image as a file: checked, mapped, written, published.
 *
 * Writing never touches the old file: a temporary file in the same folder is written, synced and
 * renamed over it.  The control page is a file of 4096 bytes that every point maps; its generation
 * is bumped after the rename.  It is created once and never truncated or unlinked, so that a
 * mapping stays good over a restart of whoever publishes.
 */
#ifndef PL_IMAGE_FILE_H
#define PL_IMAGE_FILE_H

#include "../decide/image.h"
#include "error.h"

#define PL_DEFAULT_IMAGE   "/var/lib/plimsoll/policy.img"
#define PL_DEFAULT_CONTROL "/run/plimsoll/control"
#define PL_DEFAULT_EVENTS  "/run/plimsoll/events.sock"

enum { PL_CONTROL_BYTES = 4096, PL_CONTROL_FORMAT = 1 };

#define PL_CONTROL_MAGIC "PLIMCTRL"

struct pl_control {
    uint8_t magic[8];
    uint32_t format;
    uint32_t pad;
    uint64_t generation; /* read and written atomically; counts up with each published image */
};

/* Every offset, count and size of the head against the bytes that are there.  Microseconds. */
bool pl_image_check(const void *bytes, size_t size, const char *file,
                    struct pl_error *error) PL_MUST_USE;

/* The SHA-256 of the whole; milliseconds a megabyte.  The publisher asks this, not the points. */
bool pl_image_verify(const void *bytes, size_t size, const char *file,
                     struct pl_error *error) PL_MUST_USE;

/* Map and check; release with pl_image_unmap(). */
bool pl_image_map(const char *path, struct pl_lines *lines, struct pl_error *error) PL_MUST_USE;
void pl_image_unmap(struct pl_lines *lines);

/* Verify the bytes, then write them to path as described above. */
bool pl_image_write(const char *path, const void *bytes, size_t size,
                    struct pl_error *error) PL_MUST_USE;

/* Create the page when it is not there; map it.  write: to publish; else read-only. */
struct pl_control *pl_control_map(const char *path, bool write, struct pl_error *error);
void pl_control_unmap(struct pl_control *control);
void pl_control_bump(struct pl_control *control);

#endif
