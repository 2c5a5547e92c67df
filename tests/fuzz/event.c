/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hostile datagram's way through plimsolld: reading, counting, and the line of JSON.  Whatever
 * comes, the line is one line of printable ASCII that is JSON, and holds no whole client address.
 */
#include "daemon/counters.c"
#include "daemon/json.c"
#include "daemon/record.c"
#include "daemon/words.c"

#include "common/user/compile.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char policy[] =
    "version: 1\n"
    "defaults: { profile: enterprise-baseline, mode: enforce }\n"
    "groups: [{ name: office, clients: [192.0.2.0/24] }, { name: iot, clients: [10.0.0.0/8] }]\n"
    "classes: [{ name: trackers, names: [tracker.example] }]\n"
    "rules: [{ groups: [iot], classes: [trackers], action: block, reason: \"listed \\\"here\\\"\" "
    "}]\n"
    "exemptions: [{ id: EX-1, groups: [office], classes: [trackers], checks: [telnet-cleartext],\n"
    "  owner: facilities, reason: ordered, until: 2999-06-30 }]\n";

static struct pl_words text;
static struct pl_counters counters;

static void require(bool truth, const char *what)
{
    if (truth)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

/* A real image, so that its names and rules are looked up by hostile numbers. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct pl_compile_options options = {.serial = 1, .created_s = 1, .key_given = true};
    char folder[] = "/tmp/plimsoll-fuzz-XXXXXX", yaml[64], image[64], why[1024];
    struct pl_error error = {0};
    int fd;
    bool ok;

    (void)argc;
    (void)argv;
    require(mkdtemp(folder) != NULL, "there is a folder for the image");
    snprintf(yaml, sizeof(yaml), "%s/policy.yaml", folder);
    snprintf(image, sizeof(image), "%s/policy.img", folder);
    fd = open(yaml, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ok = write(fd, policy, sizeof(policy) - 1) == (ssize_t)sizeof(policy) - 1;
    require(close(fd) == 0 && ok, "the policy is written");
    ok = pl_policy_publish(yaml, image, NULL, &options, NULL, &error) &&
         pl_words_load(&text, image, &error);
    unlink(yaml);
    unlink(image);
    rmdir(folder);
    require(ok, pl_error_text(&error, why, sizeof(why)));
    return 0;
}

static void check_source(const json_t *root)
{
    const char *ip = json_string_value(json_object_get(json_object_get(root, "source"), "ip"));
    size_t len = ip ? strlen(ip) : 0;

    if (ip)
        require(strchr(ip, ':') ? strcmp(ip + len - 2, "::") == 0 : strcmp(ip + len - 2, ".0") == 0,
                "the client's address is cut");
}

static void write_line(const struct pl_event *event, const struct pl_words *names)
{
    static char line[PL_JSON_LINE_BYTES];
    size_t len = pl_json_line(event, names, "observer", line);
    json_error_t why;
    json_t *root;

    require(len > 1 && len <= sizeof(line) && line[len - 1] == '\n', "a line comes of every event");
    for (size_t i = 0; i < len - 1; i++)
        require(line[i] >= ' ' && line[i] < 127, "a line is printable ASCII");
    root = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
    require(json_is_object(root), "a line is JSON");
    check_source(root);
    json_decref(root);
}

static void take(const void *bytes, size_t size)
{
    struct pl_event event;

    if (!pl_record_read(bytes, size, UINT64_C(1800000000000000000), &event))
        return;
    pl_counters_add(&counters, &event);
    write_line(&event, &text);
    write_line(&event, NULL);
}

/* The same with what would have been refused put right, to get further. */
static void take_mended(const uint8_t *bytes, size_t size)
{
    struct pl_event event = {0};

    memcpy(&event, bytes, size < sizeof(event) ? size : sizeof(event));
    event.version = PL_EVENT_VERSION;
    event.kind = (uint8_t)(1 + event.kind % PL_EVENT_ERROR);
    event.point = (uint8_t)(1 + event.point % PL_POINT_GATEWAY);
    event.action %= PL_ACTIONS;
    event.name_len %= PL_EVENT_NAME_MAX + 1;
    event.count += event.count == 0;
    event.group %= 4;
    event.class %= 4;
    event.cell %= 8;
    take(&event, sizeof(event));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    take(bytes, size);
    take_mended(bytes, size);
    return 0;
}
