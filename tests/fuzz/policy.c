/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy of any bytes: an error with a sentence, or a policy that compiles into an image that
 * passes its own checks.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "common/user/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct pl_compile_options fixed = {
    .key_given = true, .key = {1, 2}, .created_s = 1700000000, .serial = 1};

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* The loader reads files: give it one that lives in memory. */
static int memory_file(const uint8_t *data, size_t size, char path[64])
{
    int fd = memfd_create("policy", MFD_CLOEXEC);

    must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_error error = {0};
    struct pl_policy policy;
    struct pl_image image;
    char path[64];
    int fd = memory_file(data, size, path);

    if (pl_policy_load(&policy, path, &error)) {
        if (pl_policy_compile(&policy, &fixed, &image, &error)) {
            must(pl_image_verify(image.line, image.size, "image", &error));
            free(image.line);
        }
        pl_policy_free(&policy);
    } else {
        must(error.text[0] != 0);
    }
    close(fd);
    return 0;
}
