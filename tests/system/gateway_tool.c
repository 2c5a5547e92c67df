/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gateway library alone, driven by a test: commands come on standard input, answers and events
 * go as JSON lines to standard output.
 *
 *   gateway-tool run PIN_DIR INTERFACE...     then: policy FILE | stats | time SECONDS | quit
 *   gateway-tool detach PIN_DIR
 */
#include "common/user/compile.h"
#include "common/user/catalogue_text.h"
#include "ebpf/gateway.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const actions[] = {"allow", "flag", "would-block", "block"};

static void die(const struct pl_error *error)
{
    char text[1024];

    fprintf(stderr, "%s\n", pl_error_text(error, text, sizeof(text)));
    exit(1);
}

static void print_address(const char *name, struct pl_addr a)
{
    uint64_t be[2] = {__builtin_bswap64(a.hi), __builtin_bswap64(a.lo)};
    char text[INET6_ADDRSTRLEN];

    if (pl_addr_is_v4(a))
        inet_ntop(AF_INET, (uint8_t *)be + 12, text, sizeof(text));
    else
        inet_ntop(AF_INET6, be, text, sizeof(text));
    printf("\"%s\":\"%s\",", name, text);
}

static void print_checks(const char *name, const uint64_t masks[PL_FAMILY_COUNT])
{
    const char *comma = "";

    printf("\"%s\":[", name);
    for (uint16_t id = 0; id < PL_CHECK_SLOTS; id++) {
        const struct pl_check_row *row = pl_check_row(id);
        if (row && masks[id / PL_FAMILY_CHECKS] & PL_BIT(id % PL_FAMILY_CHECKS)) {
            printf("%s\"%s\"", comma, row->name);
            comma = ",";
        }
    }
    printf("],");
}

static void on_event(void *arg, const struct pl_event *e)
{
    (void)arg;
    printf("{\"event\":\"%s\",", actions[e->action & 3]);
    print_address("client", e->client);
    print_address("destination", e->destination);
    print_checks("flag", e->flag);
    print_checks("trial", e->trial);
    print_checks("block", e->block);
    printf("\"port\":%u,\"protocol\":%u,\"group\":%u,\"class\":%u,\"count\":%u,\"lost\":%u,"
           "\"serial\":%llu,\"name\":\"%.*s\"}\n",
           e->destination_port, e->protocol, e->group, e->class, e->count, e->lost,
           (unsigned long long)e->serial, e->name_len, e->name);
}

static void publish(struct pl_gateway *gateway, const char *path)
{
    static uint64_t serial;
    struct pl_compile_options options = {0};
    struct pl_policy policy = {0};
    struct pl_error error = {0};
    struct pl_image image = {0};
    struct pl_lines lines;
    char text[1024];
    bool ok, loaded;

    options.serial = ++serial;
    loaded = pl_policy_load(&policy, path, &error);
    ok = loaded && pl_policy_compile(&policy, &options, &image, &error);
    lines = (struct pl_lines){image.line, (uint32_t)(image.size / PL_LINE_BYTES)};
    ok = ok && pl_gateway_publish(gateway, &lines, &error);
    if (ok)
        printf("{\"published\":%llu}\n", (unsigned long long)serial);
    else
        printf("{\"refused\":\"%s\"}\n", pl_error_text(&error, text, sizeof(text)));
    free(image.line);
    if (loaded)
        pl_policy_free(&policy);
}

static void print_stats(const struct pl_gateway *gateway)
{
    struct pl_gateway_stats stats;

    if (!pl_gateway_stats(gateway, &stats))
        return;
    printf("{\"stats\":{");
    for (size_t i = 0; i < pl_gateway_stat_row_count; i++)
        printf("%s\"%s\":%llu", i ? "," : "", pl_gateway_stat_rows[i].name,
               *(unsigned long long *)((char *)&stats + pl_gateway_stat_rows[i].offset));
    printf("}}\n");
}

/* false: to be ended. */
static bool command(struct pl_gateway *gateway, char *line, uint64_t *now_s)
{
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "policy ", 7) == 0) {
        publish(gateway, line + 7);
    } else if (strncmp(line, "time ", 5) == 0) {
        *now_s = strtoull(line + 5, NULL, 10);
        pl_gateway_tick(gateway, *now_s);
        printf("{\"time\":%llu}\n", (unsigned long long)*now_s);
    } else if (strcmp(line, "stats") == 0) {
        pl_gateway_poll(gateway, on_event, NULL);
        print_stats(gateway);
    }
    return strcmp(line, "quit") != 0;
}

static void run(struct pl_gateway *gateway)
{
    struct pollfd fds[2] = {{.fd = 0, .events = POLLIN},
                            {.fd = pl_gateway_fd(gateway), .events = POLLIN}};
    uint64_t now_s = 0;
    time_t ticked = 0;
    char line[512];

    for (;;) {
        if (poll(fds, 2, 50) < 0)
            return;
        pl_gateway_poll(gateway, on_event, NULL);
        if (fds[0].revents &&
            (!fgets(line, sizeof(line), stdin) || !command(gateway, line, &now_s)))
            return;
        if (time(NULL) != ticked) {
            ticked = time(NULL);
            pl_gateway_tick(gateway, now_s ? now_s : (uint64_t)ticked);
        }
    }
}

int main(int argc, char **argv)
{
    struct pl_gateway_config config = {0};
    struct pl_error error = {0};
    struct pl_gateway *gateway;

    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 3)
        return 2;
    config.pin_dir = argv[2];
    if (strcmp(argv[1], "detach") == 0) {
        if (!pl_gateway_detach(&config, &error))
            die(&error);
        return 0;
    }
    for (int i = 3; i < argc && i < 3 + PL_GATEWAY_INTERFACES; i++)
        config.interfaces[config.interface_count++] = argv[i];
    gateway = pl_gateway_open(&config, &error);
    if (!gateway)
        die(&error);
    printf("{\"ready\":true}\n");
    run(gateway);
    pl_gateway_close(gateway);
    return 0;
}
