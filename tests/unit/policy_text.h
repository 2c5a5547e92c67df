/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies out of strings, for the tests: a folder of its own, made and removed. */
#ifndef PL_TEST_POLICY_TEXT_H
#define PL_TEST_POLICY_TEXT_H

#include "common/user/compile.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEST_FOLDER "/tmp/plimsoll-test-XXXXXX"

struct folder {
    char path[64];
};

static inline void folder_make(struct folder *f)
{
    strcpy(f->path, TEST_FOLDER);
    assert_non_null(mkdtemp(f->path));
}

static inline const char *folder_file(const struct folder *f, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", f->path, name);
    return path;
}

static inline void folder_write(const struct folder *f, const char *name, const char *text)
{
    char path[256];
    FILE *file = fopen(folder_file(f, name, path), "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    fclose(file);
}

static inline void folder_remove(const struct folder *f)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf '%s'", f->path);
    assert_int_equal(system(command), 0);
}

/* Load a policy that stands alone. */
static inline bool policy_from(struct pl_policy *policy, const char *yaml, struct pl_error *error)
{
    struct folder f;
    char path[256];
    bool ok;

    folder_make(&f);
    folder_write(&f, "policy.yaml", yaml);
    ok = pl_policy_load(policy, folder_file(&f, "policy.yaml", path), error);
    folder_remove(&f);
    return ok;
}

static const struct pl_compile_options fixed_options
    __attribute__((unused)) = {.key_given = true,
                               .key = {0x0123456789abcdef, 0xfedcba9876543210},
                               .created_s = 1700000000,
                               .serial = 7};

/* An image of a policy that must be good; release with free(image->line). */
static inline void image_from(struct pl_image *image, const char *yaml)
{
    struct pl_error error = {0};
    struct pl_policy policy;
    char text[1024];

    if (!policy_from(&policy, yaml, &error))
        fail_msg("%s", pl_error_text(&error, text, sizeof(text)));
    assert_true(pl_policy_compile(&policy, &fixed_options, image, &error));
    pl_policy_free(&policy);
}

static inline struct pl_lines lines_of(const struct pl_image *image)
{
    struct pl_lines lines = {image->line, (uint32_t)(image->size / PL_LINE_BYTES)};

    return lines;
}

#endif
