/* SPDX-License-Identifier: BSD-2-Clause */
#include "places.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 8 }; /* a policy needs six */

/* A collection that is being read: its node, its last entry, and whether a key is awaited. */
struct level {
    uint32_t node, last;
    bool mapping, key_next;
};

struct reading {
    struct pl_places *places;
    struct pl_error *error;
    struct level level[DEPTH_MAX];
    unsigned depth;
    uint32_t documents;
};

static bool out_of_memory(struct reading *r)
{
    return pl_fail(r->error, r->places->file, 0, 0, "not enough memory to read this file");
}

static uint32_t new_node(struct pl_places *p)
{
    if (p->count == p->room) {
        uint32_t room = p->room ? p->room * 2 : 256;
        struct pl_places_node *node = realloc(p->node, room * sizeof(*node));
        if (!node)
            return 0;
        p->node = node;
        p->room = room;
    }
    memset(&p->node[p->count], 0, sizeof(p->node[0]));
    return p->count++;
}

static bool refuse(struct reading *r, yaml_mark_t at, const char *what)
{
    return pl_fail(r->error, r->places->file, (uint32_t)at.line + 1, (uint32_t)at.column + 1, "%s",
                   what);
}

/* Append an entry to the collection at hand; the key's place is already in a mapping's entry. */
static uint32_t add_entry(struct reading *r)
{
    struct level *l = r->depth ? &r->level[r->depth - 1] : NULL;
    uint32_t n = new_node(r->places);
    struct pl_places_node *node = r->places->node;

    if (!n || !l)
        return n;
    if (l->last)
        node[l->last].next = n;
    else
        node[l->node].child = n;
    l->last = n;
    return n;
}

static bool on_key(struct reading *r, const yaml_event_t *event)
{
    uint32_t n;

    if (event->type != YAML_SCALAR_EVENT)
        return refuse(r, event->start_mark, "a key must be a plain word");
    n = add_entry(r);
    if (!n)
        return out_of_memory(r);
    r->places->node[n].key = strdup((const char *)event->data.scalar.value);
    r->places->node[n].key_line = (uint32_t)event->start_mark.line + 1;
    r->places->node[n].key_column = (uint32_t)event->start_mark.column + 1;
    r->level[r->depth - 1].key_next = false;
    return r->places->node[n].key || out_of_memory(r);
}

static bool on_value(struct reading *r, const yaml_event_t *event)
{
    struct level *l = r->depth ? &r->level[r->depth - 1] : NULL;
    uint32_t n = l && l->mapping ? l->last : add_entry(r);

    if (!n)
        return out_of_memory(r);
    if (l)
        l->key_next = l->mapping;
    r->places->node[n].line = (uint32_t)event->start_mark.line + 1;
    r->places->node[n].column = (uint32_t)event->start_mark.column + 1;
    if (event->type == YAML_SCALAR_EVENT)
        return true;
    if (r->depth == DEPTH_MAX)
        return refuse(r, event->start_mark, "lists are nested too deep here");
    r->level[r->depth++] = (struct level){.node = n,
                                          .mapping = event->type == YAML_MAPPING_START_EVENT,
                                          .key_next = event->type == YAML_MAPPING_START_EVENT};
    return true;
}

static bool on_event(struct reading *r, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return refuse(r, event->start_mark, "a policy has no aliases (*name): write it out");
    case YAML_DOCUMENT_START_EVENT:
        if (r->documents++)
            return refuse(r, event->start_mark,
                          "a second document begins here: a file holds one policy only");
        return true;
    case YAML_SCALAR_EVENT:
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        if (r->depth && r->level[r->depth - 1].key_next)
            return on_key(r, event);
        return on_value(r, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return true;
    default:
        return true;
    }
}

/* The reader of bytes reports an offset only: count the lines before it. */
static bool bad_bytes(struct reading *r, const yaml_parser_t *parser, const uint8_t *bytes,
                      size_t size)
{
    uint32_t line = 1, column = 1;

    for (size_t i = 0; i < size && i < parser->problem_offset; i++) {
        column++;
        if (bytes[i] == '\n') {
            line++;
            column = 1;
        }
    }
    return pl_fail(r->error, r->places->file, line, column, "this is not UTF-8 text (%s)",
                   parser->problem ? parser->problem : "unreadable");
}

static bool bad_syntax(struct reading *r, const yaml_parser_t *parser, const uint8_t *bytes,
                       size_t size)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return out_of_memory(r);
    if (parser->error == YAML_READER_ERROR)
        return bad_bytes(r, parser, bytes, size);
    if (parser->problem && strstr(parser->problem, "cannot start any token"))
        return refuse(r, parser->problem_mark,
                      "this character cannot begin anything in YAML: expected spaces for "
                      "indentation (no tabs), and quotes around such text");
    return pl_fail(r->error, r->places->file, (uint32_t)parser->problem_mark.line + 1,
                   (uint32_t)parser->problem_mark.column + 1, "this is not valid YAML: %s%s%s",
                   parser->problem ? parser->problem : "unreadable", parser->context ? ", " : "",
                   parser->context ? parser->context : "");
}

static bool read_events(struct reading *r, yaml_parser_t *parser, const uint8_t *bytes, size_t size)
{
    bool end = false;

    while (!end) {
        yaml_event_t event;
        bool ok;
        if (!yaml_parser_parse(parser, &event))
            return bad_syntax(r, parser, bytes, size);
        end = event.type == YAML_STREAM_END_EVENT;
        ok = on_event(r, &event);
        yaml_event_delete(&event);
        if (!ok)
            return false;
    }
    return true;
}

bool pl_places_read(struct pl_places *p, const char *file, const void *bytes, size_t size,
                    struct pl_error *error)
{
    struct reading r = {.places = p, .error = error};
    yaml_parser_t parser;
    bool ok;

    memset(p, 0, sizeof(*p));
    p->file = strdup(file);
    new_node(p); /* nowhere */
    if (!p->file || !p->node || !yaml_parser_initialize(&parser)) {
        pl_places_free(p);
        return pl_fail(error, file, 0, 0, "not enough memory to read this file");
    }
    yaml_parser_set_input_string(&parser, bytes, size);
    ok = read_events(&r, &parser, bytes, size);
    yaml_parser_delete(&parser);
    if (!ok)
        pl_places_free(p);
    return ok;
}

void pl_places_free(struct pl_places *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        free(p->node[i].key);
    free(p->node);
    free(p->file);
    memset(p, 0, sizeof(*p));
}

uint32_t pl_places_key(const struct pl_places *p, uint32_t node, const char *key)
{
    uint32_t found = 0;

    if (node >= p->count)
        return 0;
    for (uint32_t n = p->node[node].child; n; n = p->node[n].next)
        if (p->node[n].key && strcmp(p->node[n].key, key) == 0)
            found = n;
    return found;
}

uint32_t pl_places_item(const struct pl_places *p, uint32_t node, uint32_t i)
{
    uint32_t n = node < p->count ? p->node[node].child : 0;

    while (n && i--)
        n = p->node[n].next;
    return n;
}

struct pl_place pl_places_value_at(const struct pl_places *p, uint32_t node)
{
    struct pl_place place = {.file = p->file};

    if (node < p->count) {
        place.line = p->node[node].line;
        place.column = p->node[node].column;
    }
    return place;
}

struct pl_place pl_places_key_at(const struct pl_places *p, uint32_t node)
{
    struct pl_place place = pl_places_value_at(p, node);

    if (node < p->count && p->node[node].key) {
        place.line = p->node[node].key_line;
        place.column = p->node[node].key_column;
    }
    return place;
}
