/* SPDX-License-Identifier: BSD-2-Clause */
#include "open_file.h"
#include "policy_complaint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 256 * 1024 * 1024, READ_BYTES = 65536 };

static const cyaml_config_t load_config = {.log_fn = pl_complaint_log,
                                           .mem_fn = cyaml_mem,
                                           .log_level = CYAML_LOG_ERROR,
                                           .flags = CYAML_CFG_NO_ALIAS};

/* The whole of an open file; NULL when it cannot be read or is far too large for a policy. */
static uint8_t *slurp(FILE *file, size_t *size)
{
    uint8_t *bytes = NULL, *more;
    size_t used = 0, n;

    do {
        more = used <= FILE_BYTES_MAX ? realloc(bytes, used + READ_BYTES) : NULL;
        if (!more) {
            errno = EFBIG;
            free(bytes);
            return NULL;
        }
        bytes = more;
        n = fread(bytes + used, 1, READ_BYTES, file);
        used += n;
    } while (n == READ_BYTES);
    if (ferror(file)) {
        free(bytes);
        return NULL;
    }
    *size = used;
    return bytes;
}

/* A drop-in whose last item was taken out says nothing, and nothing is wrong with that. */
static bool says_nothing(struct pl_policy_file *file, struct pl_error *error)
{
    file->document = cyaml_mem(NULL, NULL, sizeof(*file->document));
    if (!file->document)
        return pl_fail(error, file->places.file, 0, 0, "not enough memory to read this file");
    memset(file->document, 0, sizeof(*file->document));
    return true;
}

bool pl_policy_file_parse(struct pl_policy_file *file, const char *path, const void *bytes,
                          size_t size, bool drop_in, struct pl_error *error)
{
    struct pl_complaint complaint = {0};
    cyaml_config_t config = load_config;
    cyaml_err_t err;

    memset(file, 0, sizeof(*file));
    if (!pl_places_read(&file->places, path, bytes, size, error))
        return false;
    if (file->places.count <= PL_PLACES_TOP) {
        if (drop_in ? says_nothing(file, error)
                    : pl_fail(error, path, 0, 0, "the file is empty: a policy was expected"))
            return true;
        pl_places_free(&file->places);
        return false;
    }
    config.log_ctx = &complaint;
    err = cyaml_load_data(bytes, size, &config, drop_in ? &pl_drop_in_schema : &pl_policy_schema,
                          (cyaml_data_t **)&file->document, NULL);
    if (err == CYAML_OK && file->document)
        return true;
    pl_complaint_tell(&complaint, &file->places, drop_in, error);
    pl_places_free(&file->places);
    return false;
}

bool pl_policy_file_read(struct pl_policy_file *file, const char *path, bool drop_in,
                         struct pl_error *error)
{
    FILE *from = pl_open_file(path, "the policy", error);
    uint8_t *bytes;
    size_t size = 0;
    bool ok;

    if (!from)
        return false;
    bytes = slurp(from, &size);
    if (!bytes)
        pl_fail(error, path, 0, 0, "cannot read the policy: %s", strerror(errno));
    fclose(from);
    ok = bytes && pl_policy_file_parse(file, path, bytes, size, drop_in, error);
    free(bytes);
    return ok;
}

void pl_policy_file_free(struct pl_policy_file *file)
{
    if (file->document)
        cyaml_free(&load_config, &pl_policy_schema, file->document, 0);
    pl_places_free(&file->places);
    file->document = NULL;
}
