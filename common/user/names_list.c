/* SPDX-License-Identifier: BSD-2-Clause */
#include "names_list.h"
#include "open_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

enum { LABEL_MAX = 63 };

static bool name_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static enum pl_name_form check_labels(const uint8_t *name, size_t len)
{
    size_t label = 0;

    for (size_t i = 0; i <= len; i++) {
        if (i < len && name[i] != '.') {
            if (!name_byte(name[i]))
                return PL_NAME_ODD;
            label++;
            continue;
        }
        if (label == 0)
            return PL_NAME_ODD;
        if (label > LABEL_MAX)
            return PL_NAME_LONG;
        label = 0;
    }
    return PL_NAME_GOOD;
}

enum pl_name_form pl_name_normal(const char *text, size_t len, uint8_t *out, uint8_t *out_len)
{
    for (size_t i = 0; i < len; i++)
        if ((uint8_t)text[i] >= 0x80)
            return PL_NAME_FOREIGN;
    if (len >= 2 && text[0] == '*' && text[1] == '.') {
        text += 2;
        len -= 2;
    }
    if (len > 0 && text[len - 1] == '.')
        len--;
    if (len == 0)
        return PL_NAME_EMPTY;
    if (len > PL_NAME_MAX)
        return PL_NAME_LONG;
    for (size_t i = 0; i < len; i++)
        out[i] = pl_lower((uint8_t)text[i]);
    *out_len = (uint8_t)len;
    return check_labels(out, len);
}

static bool bad_name(const struct pl_place *at, const char *text, size_t len,
                     enum pl_name_form form, struct pl_error *error)
{
    int shown = len < 120 ? (int)len : 120;

    if (form == PL_NAME_EMPTY)
        return pl_fail(error, at->file, at->line, at->column,
                       "an empty name: expected a name such as example.net");
    if (form == PL_NAME_LONG)
        return pl_fail(error, at->file, at->line, at->column,
                       "the name '%.*s' is too long: a name has at most 253 bytes, and 63 between "
                       "two dots",
                       shown, text);
    if (form == PL_NAME_FOREIGN)
        return pl_fail(error, at->file, at->line, at->column,
                       "the name '%.*s' has letters outside of ASCII: write it in its xn-- form",
                       shown, text);
    return pl_fail(error, at->file, at->line, at->column,
                   "'%.*s' is not a name: expected letters, digits, hyphens and underscores "
                   "between single dots",
                   shown, text);
}

static uint32_t labels(const uint8_t *name, size_t len)
{
    uint32_t n = 1;

    for (size_t i = 0; i < len; i++)
        n += name[i] == '.';
    return n;
}

/* The slot that holds this name, or the free one where it belongs.  Keyed, so that nobody who can
 * add to a list can make it slow. */
static uint32_t find_slot(const struct pl_names *n, const uint8_t *name, size_t len)
{
    struct pl_siphash sip;
    uint32_t i;

    pl_siphash_init(&sip, n->key[0], n->key[1]);
    for (size_t k = 0; k < len; k++)
        pl_siphash_byte(&sip, name[k]);
    for (i = (uint32_t)pl_siphash_finish(&sip).lo & (n->slots - 1); n->slot[i];
         i = (i + 1) & (n->slots - 1)) {
        const uint8_t *text = n->text + n->name[n->slot[i] - 1].text;
        if (text[0] == len && memcmp(text + 1, name, len) == 0)
            break;
    }
    return i;
}

static bool grow_slots(struct pl_names *n)
{
    uint32_t old = n->slots;

    if (old && n->count < old / 4 * 3)
        return true;
    if (!old && getrandom(n->key, sizeof(n->key), 0) != sizeof(n->key))
        return false;
    free(n->slot);
    n->slots = old ? old * 2 : 1024;
    n->slot = calloc(n->slots, sizeof(n->slot[0]));
    if (!n->slot) {
        n->slots = 0;
        return false;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        const uint8_t *text = n->text + n->name[i].text;
        n->slot[find_slot(n, text + 1, text[0])] = i + 1;
    }
    return true;
}

static bool grow_lists(struct pl_names *n, size_t more)
{
    if (n->count == n->room) {
        uint32_t room = n->room ? n->room + n->room / 2 : 1024;
        struct pl_name *name = realloc(n->name, room * sizeof(*name));
        if (!name)
            return false;
        n->name = name;
        n->room = room;
    }
    if (n->text_bytes + more > n->text_room) {
        size_t room = n->text_room ? n->text_room + n->text_room / 2 : 16384;
        uint8_t *text = realloc(n->text, room);
        if (!text)
            return false;
        n->text = text;
        n->text_room = room;
    }
    return n->text_bytes + more <= UINT32_MAX;
}

/* The number of a file's name; names come file by file, so it is the last one or a new one. */
static bool file_number(struct pl_names *n, const char *file, uint16_t *number)
{
    const char **files;

    if (n->file_count && n->file[n->file_count - 1] == file) {
        *number = n->file_count - 1;
        return true;
    }
    if (n->file_count == UINT16_MAX)
        return false;
    files = realloc(n->file, (n->file_count + 1u) * sizeof(*files));
    if (!files)
        return false;
    n->file = files;
    n->file[n->file_count] = file;
    *number = n->file_count++;
    return true;
}

static bool twice(const struct pl_names *n, const struct pl_name *first, uint16_t class,
                  const struct pl_place *at, struct pl_error *error)
{
    struct pl_place where = pl_name_place(n, first);
    const uint8_t *text = n->text + first->text;

    if (first->class == class)
        return true;
    return pl_fail(error, at->file, at->line, at->column,
                   "the name '%.*s' is in two classes: it is already listed at %s:%u; keep it in "
                   "one of them",
                   text[0], text + 1, where.file, where.line);
}

bool pl_names_add(struct pl_names *n, const char *text, size_t len, uint16_t class,
                  const struct pl_place *place, struct pl_error *error)
{
    uint8_t name[PL_NAME_MAX], name_len = 0;
    enum pl_name_form form = pl_name_normal(text, len, name, &name_len);
    uint16_t file;
    uint32_t slot;

    if (form != PL_NAME_GOOD)
        return bad_name(place, text, len, form, error);
    if (!grow_slots(n) || !grow_lists(n, name_len + 1u) || !file_number(n, place->file, &file))
        return pl_fail(error, place->file, place->line, 0, "too many names for this machine");
    slot = find_slot(n, name, name_len);
    if (n->slot[slot])
        return twice(n, &n->name[n->slot[slot] - 1], class, place, error);
    n->name[n->count] = (struct pl_name){
        .text = (uint32_t)n->text_bytes, .line = place->line, .class = class, .file = file};
    n->slot[slot] = ++n->count;
    n->text[n->text_bytes] = name_len;
    memcpy(n->text + n->text_bytes + 1, name, name_len);
    n->text_bytes += name_len + 1u;
    if (labels(name, name_len) > n->labels_most)
        n->labels_most = labels(name, name_len);
    return true;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/* One line without its comment and the space around; true and no change when nothing is left. */
static bool add_line(struct pl_names *n, const char *line, size_t len, uint16_t class,
                     struct pl_place *place, struct pl_error *error)
{
    const char *comment = memchr(line, '#', len);
    size_t start = 0;

    if (comment)
        len = (size_t)(comment - line);
    while (len > 0 && blank(line[len - 1]))
        len--;
    while (start < len && blank(line[start]))
        start++;
    if (start == len)
        return true;
    place->column = (uint32_t)start + 1;
    return pl_names_add(n, line + start, len - start, class, place, error);
}

bool pl_names_add_file(struct pl_names *n, const char *path, uint16_t class, struct pl_error *error)
{
    struct pl_place place = {.file = path};
    FILE *file = pl_open_file(path, "a list of names, one a line", error);
    char *line = NULL;
    size_t room = 0;
    bool ok = true;

    if (!file)
        return false;
    while (ok) {
        ssize_t len = getline(&line, &room, file);
        if (len < 0)
            break;
        place.line++;
        ok = add_line(n, line, (size_t)len, class, &place, error);
    }
    if (ok && ferror(file))
        ok = pl_fail(error, path, 0, 0, "cannot read this list of names: %s", strerror(errno));
    free(line);
    fclose(file);
    return ok;
}

const struct pl_name *pl_names_get(const struct pl_names *n, const uint8_t *name, uint32_t len)
{
    uint32_t i;

    if (!n->slots)
        return NULL;
    i = n->slot[find_slot(n, name, len)];
    return i ? &n->name[i - 1] : NULL;
}

struct pl_place pl_name_place(const struct pl_names *n, const struct pl_name *name)
{
    struct pl_place place = {.file = n->file[name->file], .line = name->line};

    return place;
}

void pl_names_free(struct pl_names *n)
{
    free(n->name);
    free(n->text);
    free(n->slot);
    free(n->file);
    memset(n, 0, sizeof(*n));
}
