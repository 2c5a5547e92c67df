/* SPDX-License-Identifier: BSD-2-Clause */
#include "agree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/user/compile.h"

struct pl_lines agree_image(const char *text)
{
    struct pl_compile_options options = {
        .key_given = true, .key = {0x1234567, 0x89abcdef}, .created_s = 1, .serial = 1};
    char path[] = "/tmp/plimsoll-agree-XXXXXX";
    struct pl_policy policy = {0};
    struct pl_error error = {0};
    struct pl_image image;
    int fd = mkstemp(path);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
              pl_policy_load(&policy, path, &error) &&
              pl_policy_compile(&policy, &options, &image, &error);

    if (fd >= 0) {
        close(fd);
        unlink(path);
    }
    if (!ok) {
        fprintf(stderr, "agree: the policy does not compile: %s\n", error.text);
        exit(1);
    }
    pl_policy_free(&policy);
    return (struct pl_lines){image.line, (uint32_t)(image.size / PL_LINE_BYTES)};
}
