/* SPDX-License-Identifier: BSD-2-Clause */
/* Is this an image, and may it be used?  Everything that a look-up multiplies, adds or indexes with
 * is checked here, so that a good look-up needs no luck and a bad image decides nothing. */
#include "image_file.h"

#include "../decide/decide.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const section_names[PL_SECTION_COUNT] = {
    "client tree", "client values", "network tree", "network values", "own tree",
    "own values",  "names",         "time slices",  "matrix",         "cells",
    "origins",     "text",          "portal"};

/* What is being checked, and where complaints go. */
struct image {
    const struct pl_image_head *head;
    struct pl_lines lines;
    const char *file;
    struct pl_error *error;
};

static bool refuse(const struct image *m, const char *what)
{
    return pl_fail(m->error, m->file, 0, 0,
                   "the policy image is damaged (%s); compile the policy again", what);
}

static bool check_head(const struct image *m, size_t size)
{
    const struct pl_image_head *h = m->head;
    const union {
        uint16_t word;
        uint8_t low;
    } order = {.word = 1};

    if (!order.low)
        return pl_fail(m->error, m->file, 0, 0,
                       "policy images work on little-endian machines only");
    if (memcmp(h->magic, PL_IMAGE_MAGIC, sizeof(h->magic)) != 0)
        return pl_fail(m->error, m->file, 0, 0,
                       "this is not a policy image; make one with 'plimsoll compile'");
    if (h->format != PL_IMAGE_FORMAT)
        return pl_fail(m->error, m->file, 0, 0,
                       "the policy image has format %u, this program reads format %u; "
                       "compile the policy with the same version of Plimsoll",
                       h->format, PL_IMAGE_FORMAT);
    if ((uint64_t)h->lines * PL_LINE_BYTES != size)
        return pl_fail(m->error, m->file, 0, 0,
                       "the policy image is cut short or has bytes too many: %zu bytes, expected "
                       "%llu",
                       size, (unsigned long long)h->lines * PL_LINE_BYTES);
    return true;
}

/* Every section inside the file, behind the head. */
static bool check_bounds(const struct image *m)
{
    for (int i = 0; i < PL_SECTION_COUNT; i++) {
        struct pl_section s = m->head->section[i];
        if (s.lines == 0)
            continue;
        if (s.first < PL_IMAGE_HEAD_LINES || s.first > m->head->lines ||
            s.lines > m->head->lines - s.first)
            return refuse(m, section_names[i]);
    }
    return true;
}

/* The section holds at least count elements of size bytes. */
static bool holds(const struct image *m, enum pl_section_id id, uint64_t count, uint32_t size)
{
    uint64_t bytes = (uint64_t)m->head->section[id].lines * PL_LINE_BYTES;

    return count <= bytes / size || refuse(m, section_names[id]);
}

static bool check_counts(const struct image *m)
{
    const struct pl_image_head *h = m->head;
    unsigned __int128 matrix = (unsigned __int128)h->slices * h->groups * h->classes;

    if (h->groups == 0 || h->groups > 65536 || h->classes == 0 || h->classes > 65536 ||
        h->cells == 0 || h->cells > 65536 || h->slices == 0 || h->slices > PL_SLICES_MAX ||
        h->name_labels > PL_NAME_MAX || matrix > UINT32_MAX)
        return refuse(m, "counts");
    return holds(m, PL_SECTION_SLICES, h->slices - 1, 8) &&
           holds(m, PL_SECTION_MATRIX, (uint64_t)matrix, 2) &&
           holds(m, PL_SECTION_CELLS, h->cells, PL_CELL_LINES * PL_LINE_BYTES) &&
           holds(m, PL_SECTION_ORIGINS, h->cells, PL_ORIGIN_LINES * PL_LINE_BYTES) &&
           holds(m, PL_SECTION_TEXT, h->text_bytes, 1) &&
           holds(m, PL_SECTION_PORTAL, 1, sizeof(struct pl_portal));
}

/* The first count 16-bit values of a section are all under the limit. */
static bool check_values(const struct image *m, enum pl_section_id id, uint64_t count,
                         uint32_t limit)
{
    const uint16_t *value = m->lines.line[m->head->section[id].first].u16;
    uint32_t most = 0;

    for (uint64_t i = 0; i < count; i++)
        most = value[i] > most ? value[i] : most;
    return most < limit || refuse(m, section_names[id]);
}

static bool check_tree(const struct image *m, enum pl_section_id tree, uint32_t nodes,
                       uint32_t limit)
{
    enum pl_section_id values = tree + 1;
    uint64_t keys = (uint64_t)nodes * PL_TREE_KEYS;

    if (nodes == 0)
        return true;
    return holds(m, tree, nodes, PL_LINE_BYTES) && holds(m, values, keys, 2) &&
           check_values(m, values, keys, limit);
}

static bool check_slices(const struct image *m)
{
    const uint64_t *begin = m->lines.line[m->head->section[PL_SECTION_SLICES].first].u64;

    for (uint32_t i = 1; i + 1 < m->head->slices; i++)
        if (begin[i - 1] >= begin[i])
            return refuse(m, section_names[PL_SECTION_SLICES]);
    return true;
}

/* Strings of the portal end inside it; the text is where the head says. */
static bool check_portal(const struct image *m)
{
    const struct pl_portal *portal =
        (const void *)&m->lines.line[m->head->section[PL_SECTION_PORTAL].first];

    if (!memchr(portal->url, 0, sizeof(portal->url)) ||
        !memchr(portal->contact, 0, sizeof(portal->contact)))
        return refuse(m, section_names[PL_SECTION_PORTAL]);
    return true;
}

bool pl_image_check(const void *bytes, size_t size, const char *file, struct pl_error *error)
{
    struct pl_image_head head;
    struct image m = {.head = &head,
                      .lines = {.line = bytes, .count = (uint32_t)(size / PL_LINE_BYTES)},
                      .file = file,
                      .error = error};

    if (size < sizeof(head))
        return pl_fail(error, file, 0, 0, "the policy image is cut short: %zu bytes", size);
    memcpy(&head, bytes, sizeof(head));
    return check_head(&m, size) && check_bounds(&m) && check_counts(&m) &&
           check_values(&m, PL_SECTION_MATRIX, (uint64_t)head.slices * head.groups * head.classes,
                        head.cells) &&
           check_tree(&m, PL_SECTION_GROUP_TREE, head.group_nodes, head.groups) &&
           check_tree(&m, PL_SECTION_CLASS_TREE, head.class_nodes, head.classes) &&
           check_tree(&m, PL_SECTION_OWN_TREE, head.own_nodes, 2) && check_slices(&m) &&
           check_portal(&m);
}

static const void *map_file(int fd, const char *path, size_t *size, struct pl_error *error)
{
    struct stat st;
    void *bytes;

    if (fstat(fd, &st) != 0) {
        pl_fail(error, path, 0, 0, "cannot read the policy image: %s", strerror(errno));
        return NULL;
    }
    if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct pl_image_head)) {
        pl_fail(error, path, 0, 0, "this is not a policy image, or it is cut short");
        return NULL;
    }
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED) {
        pl_fail(error, path, 0, 0, "cannot map the policy image: %s", strerror(errno));
        return NULL;
    }
    *size = (size_t)st.st_size;
    return bytes;
}

bool pl_image_map(const char *path, struct pl_lines *lines, struct pl_error *error)
{
    const void *bytes;
    size_t size = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return pl_fail(error, path, 0, 0, "cannot open the policy image: %s", strerror(errno));
    bytes = map_file(fd, path, &size, error);
    close(fd);
    if (!bytes)
        return false;
    if (!pl_image_check(bytes, size, path, error)) {
        munmap((void *)bytes, size);
        return false;
    }
    lines->line = bytes;
    lines->count = (uint32_t)(size / PL_LINE_BYTES);
    return true;
}

void pl_image_unmap(struct pl_lines *lines)
{
    if (lines->line)
        munmap((void *)lines->line, (size_t)lines->count * PL_LINE_BYTES);
    lines->line = NULL;
    lines->count = 0;
}
