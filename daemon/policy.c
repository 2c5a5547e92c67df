/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/policy.h"
#include "common/user/compile.h"
#include "daemon/log.h"

#include <string.h>
#include <time.h>

bool pl_current_open(struct pl_current *current, const struct pl_daemon_config *config,
                     struct pl_error *error)
{
    memset(current, 0, sizeof(*current));
    current->config = config;
    current->control = pl_control_map(config->control, true, error);
    return current->control != NULL;
}

void pl_current_close(struct pl_current *current)
{
    pl_words_free(&current->now);
    pl_words_free(&current->before);
    pl_control_unmap(current->control);
    current->control = NULL;
}

bool pl_current_compile(struct pl_current *current, struct pl_error *error)
{
    const struct pl_daemon_config *c = current->config;
    struct pl_compile_options options = {.serial = pl_image_next_serial(c->image)};

    if (pl_policy_publish(c->policy, c->image, c->control, &options, NULL, error))
        return true;
    current->rejected++;
    return false;
}

bool pl_current_follow(struct pl_current *current)
{
    uint64_t generation = __atomic_load_n(&current->control->generation, __ATOMIC_ACQUIRE);
    struct pl_error error;
    struct pl_words text;

    if (generation == current->generation)
        return false;
    current->generation = generation;
    if (!pl_words_load(&text, current->config->image, &error)) {
        current->rejected++;
        pl_log_error(PL_LOG_ERROR, "the new policy image is refused, the old one goes on deciding",
                     &error);
        return false;
    }
    pl_words_free(&current->before);
    current->before = current->now;
    current->now = text;
    current->loaded_s = (uint64_t)time(NULL);
    return true;
}

const struct pl_words *pl_current_text(const struct pl_current *current, uint64_t serial)
{
    if (current->now.root && current->now.head.serial == serial)
        return &current->now;
    if (current->before.root && current->before.head.serial == serial)
        return &current->before;
    return NULL;
}
