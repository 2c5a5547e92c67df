/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/config.h"
#include "common/user/image_file.h"
#include "common/user/places.h"
#include "common/user/policy.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CONFIG_BYTES = 16384 };

static const cyaml_schema_value_t interface_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_DEFAULT, char[PL_CONFIG_INTERFACE_BYTES], 1,
                       PL_CONFIG_INTERFACE_BYTES - 1),
};

#define TEXT(member)                                                                               \
    CYAML_FIELD_STRING(#member, CYAML_FLAG_OPTIONAL, struct pl_daemon_config, member, 0)

static const cyaml_schema_field_t config_fields[] = {
    TEXT(policy),
    TEXT(image),
    TEXT(control),
    TEXT(events_socket),
    TEXT(events_group),
    TEXT(events_file),
    TEXT(metrics),
    TEXT(pin_dir),
    TEXT(observer_name),
    CYAML_FIELD_SEQUENCE("interfaces", CYAML_FLAG_OPTIONAL, struct pl_daemon_config, interfaces,
                         &interface_schema, 0, PL_CONFIG_INTERFACES),
    CYAML_FIELD_END};

static const cyaml_schema_value_t config_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct pl_daemon_config, config_fields),
};

/* What libcyaml says before it gives up: what is wrong, and then in which field. */
struct complaint {
    char what[256], field[32];
};

static void hear(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct complaint *said = context;
    char text[256];

    (void)level;
    vsnprintf(text, sizeof(text), format, args);
    text[strcspn(text, "\n")] = 0;
    if (!said->what[0] && strncmp(text, "Load: ", 6) == 0)
        memcpy(said->what, text + 6, strlen(text + 6) + 1);
    else if (!said->field[0])
        (void)!sscanf(text, "  in mapping field '%31[^']'", said->field);
}

static const char *after(const char *text, const char *start)
{
    size_t len = strlen(start);

    return strncmp(text, start, len) == 0 ? text + len : NULL;
}

static bool tell(const struct complaint *said, const struct pl_places *places,
                 struct pl_error *error)
{
    struct pl_place at = {.file = places->file};
    const char *key = after(said->what, "Unexpected key: ");
    char keys[256] = "";

    if (!key)
        key = after(said->what, "Mapping field already seen: ");
    if (key)
        at = pl_places_key_at(places, pl_places_key(places, PL_PLACES_TOP, key));
    else if (said->field[0])
        at = pl_places_value_at(places, pl_places_key(places, PL_PLACES_TOP, said->field));
    for (const cyaml_schema_field_t *f = config_fields; f->key; f++)
        snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "%s%s",
                 f == config_fields ? ""
                 : f[1].key         ? ", "
                                    : " or ",
                 f->key);
    if (after(said->what, "Unexpected key: "))
        return pl_fail(error, at.file, at.line, at.column, "unknown key '%.64s': expected %s", key,
                       keys);
    if (key)
        return pl_fail(error, at.file, at.line, at.column, "the key '%s' stands here twice", key);
    return pl_fail(error, at.file, at.line, at.column, "%s%s%s", said->field,
                   said->field[0] ? ": " : "", said->what[0] ? said->what : "cannot be read");
}

static bool parse_bytes(const char *path, const char *bytes, size_t size,
                        struct pl_daemon_config *config, struct pl_error *error)
{
    struct complaint said = {0};
    const cyaml_config_t options = {.log_fn = hear,
                                    .log_ctx = &said,
                                    .log_level = CYAML_LOG_ERROR,
                                    .flags = CYAML_CFG_NO_ALIAS,
                                    .mem_fn = cyaml_mem};
    struct pl_daemon_config *loaded = NULL;
    struct pl_places places;
    bool ok;

    if (!pl_places_read(&places, path, bytes, size, error))
        return false;
    ok = cyaml_load_data((const uint8_t *)bytes, size, &options, &config_schema,
                         (cyaml_data_t **)&loaded, NULL) == CYAML_OK;
    if (ok && loaded)
        *config = *loaded;
    if (!ok)
        tell(&said, &places, error);
    cyaml_free(&options, &config_schema, loaded, 0);
    pl_places_free(&places);
    return ok;
}

/* A file without anything but comments is good: it says nothing. */
static bool says_nothing(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '#')
            while (i + 1 < size && bytes[i + 1] != '\n')
                i++;
        else if (!strchr(" \t\r\n", bytes[i]) || bytes[i] == 0)
            return false;
    }
    return true;
}

static bool parse(const char *path, struct pl_daemon_config *config, struct pl_error *error)
{
    char bytes[CONFIG_BYTES + 1];
    FILE *file = fopen(path, "re");
    size_t size;
    bool ok;

    if (!file)
        return pl_fail(error, path, 0, 0, "cannot open the configuration: %s", strerror(errno));
    size = fread(bytes, 1, sizeof(bytes), file);
    ok = !ferror(file);
    fclose(file);
    if (!ok)
        return pl_fail(error, path, 0, 0, "cannot read the configuration: %s", strerror(EIO));
    if (size > CONFIG_BYTES)
        return pl_fail(error, path, 0, 0, "this is too long for a configuration: at most %d bytes",
                       CONFIG_BYTES);
    return says_nothing(bytes, size) || parse_bytes(path, bytes, size, config, error);
}

/* The command line's word, else the file's, else the default. */
static bool settle(char *to, size_t size, const char *given, const char *otherwise)
{
    const char *from = given[0] ? given : to[0] ? to : otherwise;

    if (from != to && snprintf(to, size, "%s", from) >= (int)size)
        return false;
    return true;
}

static void settle_all(struct pl_daemon_config *c, const struct pl_daemon_config *given)
{
    char host[256] = "";

    if (gethostname(host, sizeof(host) - 1) != 0 || !host[0])
        snprintf(host, sizeof(host), "localhost");
    const struct {
        char *to;
        size_t size;
        const char *given, *otherwise;
    } rows[] = {
        {c->policy, sizeof(c->policy), given->policy, PL_DEFAULT_POLICY},
        {c->image, sizeof(c->image), given->image, PL_DEFAULT_IMAGE},
        {c->control, sizeof(c->control), given->control, PL_DEFAULT_CONTROL},
        {c->events_socket, sizeof(c->events_socket), given->events_socket, PL_DEFAULT_EVENTS},
        {c->events_group, sizeof(c->events_group), given->events_group, ""},
        {c->events_file, sizeof(c->events_file), given->events_file, PL_DEFAULT_EVENTS_FILE},
        {c->metrics, sizeof(c->metrics), given->metrics, PL_DEFAULT_METRICS},
        {c->pin_dir, sizeof(c->pin_dir), given->pin_dir, PL_DEFAULT_PIN_DIR},
        {c->observer_name, sizeof(c->observer_name), given->observer_name, host},
    };

    for (size_t i = 0; i < PL_COUNT(rows); i++)
        settle(rows[i].to, rows[i].size, rows[i].given, rows[i].otherwise);
    if (given->interfaces_count) {
        memcpy(c->interfaces, given->interfaces, sizeof(c->interfaces));
        c->interfaces_count = given->interfaces_count;
    }
}

bool pl_config_load(struct pl_daemon_config *config, const char *path,
                    const struct pl_daemon_config *given, struct pl_error *error)
{
    const char *file = path ? path : PL_DEFAULT_DAEMON_CONFIG;
    struct pl_metrics_place place;

    memset(config, 0, sizeof(*config));
    if ((path || access(file, F_OK) == 0) && !parse(file, config, error))
        return false;
    settle_all(config, given);
    return pl_metrics_place(config->metrics, &place, error);
}
