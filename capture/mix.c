/* SPDX-License-Identifier: BSD-2-Clause */
#include "mix.h"

#include <sys/random.h>

uint64_t pl_mix_key(void)
{
    uint64_t key = 0;

    /* An address is better than nothing, where the kernel has no random bytes yet. */
    if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != (ssize_t)sizeof(key))
        key = (uint64_t)(uintptr_t)&key;
    return key;
}
