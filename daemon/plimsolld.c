/* SPDX-License-Identifier: BSD-2-Clause */
/* plimsolld: compiles the policy, feeds the gateway, records events, serves metrics. */
#include "common/user/policy.h"
#include "common/user/version.h"
#include "daemon/daemon.h"
#include "daemon/gate.h"
#include "daemon/log.h"
#include "daemon/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void warn(void *context, const struct pl_place *place, const char *text)
{
    (void)context;
    pl_log(PL_LOG_WARNING, "%s:%u:%u: %s", place->file ? place->file : "", place->line,
           place->column, text);
}

static bool check(const struct pl_daemon_config *config, struct pl_error *error)
{
    struct pl_policy policy;

    if (!pl_policy_load(&policy, config->policy, error))
        return false;
    pl_policy_warn(&policy, (uint64_t)time(NULL), warn, NULL);
    pl_policy_free(&policy);
    printf("%s is good\n", config->policy);
    return true;
}

static bool detach(const struct pl_daemon_config *config, struct pl_error *error)
{
    if (!pl_gate_detach(config, error))
        return false;
    printf("the gateway of %s is detached\n", config->pin_dir);
    return true;
}

static bool act(const struct pl_options *options, struct pl_error *error)
{
    struct pl_daemon_config config;

    if (!pl_config_load(&config, options->config_path, &options->given, error))
        return false;
    if (options->check)
        return check(&config, error);
    if (options->detach)
        return detach(&config, error);
    return pl_daemon_run(&config, error);
}

int main(int argc, char **argv)
{
    struct pl_options options;
    struct pl_error error;

    if (!pl_options_read(&options, argc, argv, &error)) {
        pl_log_error(PL_LOG_ERROR, "command line", &error);
        return EXIT_FAILURE;
    }
    if (options.help) {
        pl_options_help();
        return EXIT_SUCCESS;
    }
    if (options.version) {
        printf("plimsolld %s, %s\n", PL_VERSION,
               pl_gate_built ? "with the gateway" : "built without eBPF: no gateway");
        return EXIT_SUCCESS;
    }
    if (act(&options, &error))
        return EXIT_SUCCESS;
    pl_log_error(PL_LOG_ERROR, "cannot go on", &error);
    return EXIT_FAILURE;
}
