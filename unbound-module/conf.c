/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 1024 };

struct place {
    const char *file;
    uint32_t line;
};

static char *trimmed(char *text)
{
    size_t len;

    while (isspace((unsigned char)*text))
        text++;
    len = strlen(text);
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        text[--len] = 0;
    return text;
}

/* "..." to ...; anything else stays. */
static char *unquoted(char *text)
{
    size_t len = strlen(text);

    if (len < 2 || text[0] != '"' || text[len - 1] != '"')
        return text;
    text[len - 1] = 0;
    return text + 1;
}

static bool set(char *to, size_t size, const char *key, const char *value, struct place at,
                struct pl_error *error)
{
    size_t len = strlen(value);

    if (value[0] != '/')
        return pl_fail(error, at.file, at.line, 0, "%s is '%s': expected a path that begins with /",
                       key, value);
    if (len >= size)
        return pl_fail(error, at.file, at.line, 0, "%s is too long: at most %zu bytes", key,
                       size - 1);
    memcpy(to, value, len + 1);
    return true;
}

static bool set_key(struct plimsoll_unbound_conf *conf, const char *key, const char *value,
                    struct place at, struct pl_error *error)
{
    if (strcmp(key, "image") == 0)
        return set(conf->image, sizeof(conf->image), key, value, at, error);
    if (strcmp(key, "control") == 0)
        return set(conf->control, sizeof(conf->control), key, value, at, error);
    if (strcmp(key, "events") == 0)
        return set(conf->events, sizeof(conf->events), key, value, at, error);
    return pl_fail(error, at.file, at.line, 0,
                   "unknown key '%s': expected image, control or events", key);
}

static bool read_line(struct plimsoll_unbound_conf *conf, char *line, struct place at,
                      struct pl_error *error)
{
    char *text, *colon;

    if (!strchr(line, '\n') && strlen(line) == LINE_BYTES - 1)
        return pl_fail(error, at.file, at.line, 0, "this line is too long");
    line[strcspn(line, "#")] = 0;
    text = trimmed(line);
    if (!text[0])
        return true;
    colon = strchr(text, ':');
    if (!colon)
        return pl_fail(error, at.file, at.line, 0, "'%.64s': expected 'key: value'", text);
    *colon = 0;
    return set_key(conf, trimmed(text), unquoted(trimmed(colon + 1)), at, error);
}

static bool read_lines(struct plimsoll_unbound_conf *conf, FILE *file, struct place at,
                       struct pl_error *error)
{
    char line[LINE_BYTES];

    while (fgets(line, sizeof(line), file)) {
        at.line++;
        if (!read_line(conf, line, at, error))
            return false;
    }
    if (ferror(file))
        return pl_fail(error, at.file, 0, 0, "cannot read: %s", strerror(errno));
    return true;
}

bool plimsoll_unbound_conf_read(struct plimsoll_unbound_conf *conf, const char *module_path,
                                struct pl_error *error)
{
    char path[4096];
    FILE *file;
    bool ok;

    snprintf(conf->image, sizeof(conf->image), "%s", PL_DEFAULT_IMAGE);
    snprintf(conf->control, sizeof(conf->control), "%s", PL_DEFAULT_CONTROL);
    snprintf(conf->events, sizeof(conf->events), "%s", PL_DEFAULT_EVENTS);
    if (snprintf(path, sizeof(path), "%s.conf", module_path) >= (int)sizeof(path))
        return pl_fail(error, module_path, 0, 0, "the module's path is too long");
    file = fopen(path, "r");
    if (!file && errno == ENOENT)
        return true;
    if (!file)
        return pl_fail(error, path, 0, 0, "cannot open: %s", strerror(errno));
    ok = read_lines(conf, file, (struct place){path, 0}, error);
    fclose(file);
    return ok;
}
