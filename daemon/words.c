/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/words.h"
#include "common/user/image_file.h"
#include "common/user/parse.h"
#include "common/user/policy.h"

#include <string.h>

/* pl_image_check() has seen to it that the section holds text_bytes. */
static json_t *read_json(const struct pl_words *text, const char *path, struct pl_error *error)
{
    struct pl_section s = text->head.section[PL_SECTION_TEXT];
    json_error_t why;
    json_t *root =
        json_loadb((const char *)(text->lines.line + s.first), text->head.text_bytes, 0, &why);

    if (!json_is_object(root)) {
        json_decref(root);
        root = NULL;
        pl_fail(error, path, 0, 0, "the image's text cannot be read: %s", why.text);
    }
    return root;
}

static unsigned prefix_bits(const json_t *root, size_t i, unsigned most, unsigned otherwise)
{
    json_int_t n = json_integer_value(json_array_get(json_object_get(root, "client_prefix"), i));
    bool said = json_is_integer(json_array_get(json_object_get(root, "client_prefix"), i));

    return said && n >= 0 && n <= most ? (unsigned)n : otherwise;
}

bool pl_words_load(struct pl_words *text, const char *image_path, struct pl_error *error)
{
    memset(text, 0, sizeof(*text));
    if (!pl_image_map(image_path, &text->lines, error))
        return false;
    if (!pl_image_head(&text->lines, &text->head))
        pl_fail(error, image_path, 0, 0, "this is too short for an image");
    else
        text->root = read_json(text, image_path, error);
    if (!text->root) {
        pl_words_free(text);
        return false;
    }
    text->client_bits[0] = prefix_bits(text->root, 0, 32, PL_CLIENT_BITS_V4);
    text->client_bits[1] = prefix_bits(text->root, 1, 128, PL_CLIENT_BITS_V6);
    return true;
}

void pl_words_free(struct pl_words *text)
{
    json_decref(text->root);
    pl_image_unmap(&text->lines);
    memset(text, 0, sizeof(*text));
}

static const char *entry(const struct pl_words *text, const char *list, unsigned number)
{
    return json_string_value(json_array_get(json_object_get(text->root, list), number));
}

const char *pl_words_group(const struct pl_words *text, unsigned number)
{
    return entry(text, "groups", number);
}

const char *pl_words_class(const struct pl_words *text, unsigned number)
{
    return entry(text, "classes", number);
}

const char *pl_words_profile(const struct pl_words *text, unsigned group)
{
    return entry(text, "profiles", group);
}

/* Origin numbers count from 1 in the order of the list; 0: nothing decided. */
static const json_t *origin_of(const struct pl_words *text, unsigned cell, unsigned check)
{
    uint16_t number = pl_section_u16(&text->lines, text->head.section[PL_SECTION_ORIGINS],
                                     cell * PL_CHECK_SLOTS + check);

    if (number == 0 || cell >= text->head.cells || check >= PL_CHECK_SLOTS)
        return NULL;
    return json_array_get(json_object_get(text->root, "origins"), number - 1u);
}

static const char *member(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

struct pl_words_why pl_words_why(const struct pl_words *text, unsigned cell, unsigned check)
{
    const json_t *origin = origin_of(text, cell, check);
    struct pl_words_why why = {.kind = member(origin, "kind"),
                               .id = member(origin, "id"),
                               .file = member(origin, "file"),
                               .reason = member(origin, "reason")};

    why.line = (unsigned)json_integer_value(json_object_get(origin, "line"));
    return why;
}

/* Each id once: the same id may stand in several exemptions, and counts until the last has ended.
 */
static json_t *exemption_ends(const struct pl_words *text)
{
    json_t *ends = json_object(), *origin;
    size_t i;

    json_array_foreach(json_object_get(text->root, "origins"), i, origin)
    {
        const char *kind = member(origin, "kind"), *until = member(origin, "until");
        const char *id = member(origin, "id");
        uint64_t until_s;
        bool day;
        if (!kind || strcmp(kind, "exemption") != 0 || !id || !until ||
            !pl_parse_time(until, &until_s, &day))
            continue;
        if ((json_int_t)until_s > json_integer_value(json_object_get(ends, id)))
            json_object_set_new(ends, id, json_integer((json_int_t)until_s));
    }
    return ends;
}

void pl_words_exemptions(const struct pl_words *text,
                         void (*say)(void *context, const char *id, uint64_t until_s),
                         void *context)
{
    json_t *ends = exemption_ends(text), *until;
    const char *id;

    json_object_foreach(ends, id, until)
    {
        say(context, id, (uint64_t)json_integer_value(until));
    }
    json_decref(ends);
}
