/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy_complaint.h"

#include <stdio.h>
#include <string.h>

enum { WORDS_BYTES = 256 };

static void add_frame(struct pl_complaint *c, const char *text)
{
    unsigned line = 0, column = 0;
    char field[32] = "";
    bool mapping = strncmp(text, "  in mapping", 12) == 0;

    if (sscanf(text, "  in mapping field '%31[^']' (line: %u, column: %u)", field, &line,
               &column) != 3 &&
        sscanf(text, "  in mapping (line: %u, column: %u)", &line, &column) != 2 &&
        sscanf(text, "  in sequence entry '%*u' (line: %u, column: %u)", &line, &column) != 2)
        return;
    if (field[0]) {
        if (!c->field[0])
            memcpy(c->field, field, sizeof(field));
        memcpy(c->section, field, sizeof(field));
    }
    if (c->frames == PL_COMPLAINT_FRAMES)
        return;
    c->frame[c->frames].line = line;
    c->frame[c->frames].column = column;
    c->frame[c->frames].mapping = mapping;
    memcpy(c->frame[c->frames++].field, field, sizeof(field));
}

void pl_complaint_log(cyaml_log_t level, void *complaint, const char *format, va_list args)
{
    struct pl_complaint *c = complaint;
    char text[512];

    if (level < CYAML_LOG_ERROR)
        return;
    vsnprintf(text, sizeof(text), format, args);
    text[strcspn(text, "\n")] = 0;
    if (strncmp(text, "  in ", 5) == 0)
        add_frame(c, text);
    else if (!c->what[0] && strncmp(text, "Load: ", 6) == 0)
        memcpy(c->what, text + 6, strlen(text + 6) + 1);
}

/* "a, b or c" */
static void join(char *to, const char *word, bool last)
{
    size_t used = strlen(to);

    snprintf(to + used, WORDS_BYTES - used, "%s%s", !used ? "" : last ? " or " : ", ", word);
}

static void list_keys(char *to, const char *section, bool drop_in)
{
    const cyaml_schema_field_t *f = pl_schema_keys(section, drop_in);

    for (to[0] = 0; f && f->key; f++)
        join(to, f->key, !f[1].key);
}

static bool list_words(char *to, const char *key)
{
    size_t count = 0;
    const cyaml_strval_t *words = pl_schema_words(key, &count);

    to[0] = 0;
    for (size_t i = 0; i < count; i++)
        join(to, words[i].str, i + 1 == count);
    return words != NULL;
}

/* The first key of this name behind the place: libcyaml tells where the value before it began. */
static struct pl_place key_after(const struct pl_places *p, const char *key, uint32_t line,
                                 uint32_t column)
{
    for (uint32_t n = PL_PLACES_TOP; n < p->count; n++) {
        const struct pl_places_node *node = &p->node[n];
        if (!node->key || strcmp(node->key, key) != 0)
            continue;
        if (node->key_line > line || (node->key_line == line && node->key_column >= column))
            return pl_places_key_at(p, n);
    }
    return pl_places_value_at(p, PL_PLACES_TOP);
}

static struct pl_place frame_place(const struct pl_complaint *c, const struct pl_places *p,
                                   unsigned i)
{
    struct pl_place at = pl_places_value_at(p, PL_PLACES_TOP);

    if (i < c->frames) {
        at.line = c->frame[i].line;
        at.column = c->frame[i].column;
    }
    return at;
}

/* In which section a key was not known: the frame of the mapping itself names no field. */
static bool tell_key(const struct pl_complaint *c, const struct pl_places *p, bool drop_in,
                     const char *key, struct pl_error *error)
{
    char keys[WORDS_BYTES];
    struct pl_place at = c->frames ? key_after(p, key, c->frame[0].line, c->frame[0].column)
                                   : key_after(p, key, 0, 0);

    list_keys(keys, c->section, drop_in);
    return pl_fail(error, at.file, at.line, at.column, "unknown key '%.64s': expected %s%s", key,
                   keys,
                   drop_in && !c->section[0] ? "; all else belongs in the policy itself" : "");
}

/* What a key that must be there holds. */
static const char *hint(const char *key)
{
    static const struct {
        const char *key, *hint;
    } hints[] = {{"version", "version: 1"},
                 {"name", "a name for rules to speak of it"},
                 {"clients", "the networks of the clients"},
                 {"id", "a name to speak of it, such as EX-2026-014"},
                 {"checks", "the checks that it is about"},
                 {"owner", "who answers for it"},
                 {"reason", "why it is needed"},
                 {"until", "the day it ends: every exemption has one"},
                 {"networks", "a list of networks"}};

    for (size_t i = 0; i < PL_COUNT(hints); i++)
        if (strcmp(hints[i].key, key) == 0)
            return hints[i].hint;
    return "a value";
}

static bool tell_missing(const struct pl_complaint *c, const struct pl_places *p, const char *key,
                         struct pl_error *error)
{
    struct pl_place at = frame_place(c, p, 1);
    char words[WORDS_BYTES];

    if (!list_words(words, key))
        snprintf(words, sizeof(words), "%s", hint(key));
    return pl_fail(error, at.file, at.line, at.column, "the key '%s' is missing here: expected %s",
                   key, words);
}

static bool tell_kind(const struct pl_complaint *c, const struct pl_places *p, const char *kind,
                      struct pl_error *error)
{
    struct pl_place at = frame_place(c, p, 0);
    const char *expected = strncmp(kind, "SEQUENCE", 8) == 0  ? "a list, such as [one, two]"
                           : strncmp(kind, "MAPPING", 7) == 0 ? "keys with values"
                                                              : "a single word or text";

    if (!c->frames)
        return pl_fail(error, at.file, at.line, at.column,
                       "this is not a policy: expected keys with values, such as version: 1");
    return pl_fail(error, at.file, at.line, at.column,
                   "'%s' has a value of the wrong kind: expected %s", c->field, expected);
}

static const char *after(const char *text, const char *start)
{
    size_t len = strlen(start);

    return strncmp(text, start, len) == 0 ? text + len : NULL;
}

bool pl_complaint_tell(const struct pl_complaint *c, const struct pl_places *places, bool drop_in,
                       struct pl_error *error)
{
    struct pl_place at = frame_place(c, places, 0);
    char words[WORDS_BYTES];
    const char *arg;

    if ((arg = after(c->what, "Unexpected key: ")))
        return tell_key(c, places, drop_in, arg, error);
    if ((arg = after(c->what, "Missing required mapping field: ")))
        return tell_missing(c, places, arg, error);
    if ((arg = after(c->what, "Expecting ")))
        return tell_kind(c, places, arg, error);
    if ((arg = after(c->what, "Mapping field already seen: "))) {
        at = key_after(places, arg, at.line, at.column + 1);
        return pl_fail(error, at.file, at.line, at.column,
                       "the key '%s' stands here twice: expected it once", arg);
    }
    if ((arg = after(c->what, "Invalid ENUM value: ")) && list_words(words, c->field))
        return pl_fail(error, at.file, at.line, at.column, "unknown %s '%.64s': expected %s",
                       c->field, arg, words);
    if (strstr(c->what, "UINT") || strstr(c->what, "uint64_t"))
        return pl_fail(error, at.file, at.line, at.column, "'%s' is not a number: expected %s",
                       c->field, strcmp(c->field, "version") == 0 ? "version: 1" : "[24, 48]");
    if (after(c->what, "Insufficient entries") || after(c->what, "Excessive entries"))
        return pl_fail(error, at.file, at.line, at.column,
                       "'%s' has the wrong number of entries: expected %s", c->field,
                       strcmp(c->field, "sinkhole") == 0
                           ? "an IPv4 address, an IPv6 address or both"
                           : "two, such as [24, 48]");
    if (after(c->what, "STRING length"))
        return pl_fail(error, at.file, at.line, at.column,
                       "the text of '%s' is too long: at most 4096 bytes", c->field);
    return pl_fail(error, at.file, at.line, at.column, "this cannot be read: %s",
                   c->what[0] ? c->what : "not enough memory");
}
