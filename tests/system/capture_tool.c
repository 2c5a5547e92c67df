/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads captures for tests: for each file a line of each flow in the order of its first packet, and
 * one of the counts.  With -x also each piece of bytes and each datagram in hexadecimal.  It knows
 * TLS hellos, as far as they say who is the client. */
#include "capture/capture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    uint64_t frame;
    char text[320];
};

struct tool {
    struct line *lines;
    size_t count, size;
    bool hex;
};

static void address(struct pl_addr a, char *out, size_t size)
{
    if (pl_addr_is_v4(a))
        snprintf(out, size, "%u.%u.%u.%u", (unsigned)(a.lo >> 24 & 255),
                 (unsigned)(a.lo >> 16 & 255), (unsigned)(a.lo >> 8 & 255), (unsigned)(a.lo & 255));
    else
        snprintf(out, size, "%016" PRIx64 "%016" PRIx64, a.hi, a.lo);
}

static void open_flow(void *user, struct pl_flow *flow, const struct pl_packet *first)
{
    (void)user;
    (void)flow;
    (void)first;
}

static void print_bytes(const struct tool *tool, const struct pl_flow *flow, enum pl_side side,
                        const uint8_t *data, uint32_t len)
{
    if (!tool->hex)
        return;
    printf("bytes %" PRIu64 " %c ", flow->first_frame, side == PL_CLIENT ? 'c' : 's');
    for (uint32_t i = 0; i < len; i++)
        printf("%02x", data[i]);
    putchar('\n');
}

/* A ClientHello is the client's, whatever the ports. */
static void look_at_hello(struct pl_flow *flow, const struct pl_segment *s)
{
    bool hello = s->len > 5 && s->data[0] == 22 && s->data[1] == 3 && s->data[5] <= 2;
    enum pl_side said = hello && s->data[5] == 1 ? PL_CLIENT : PL_SERVER;

    if (hello && s->data[5] > 0 && flow->known == PL_CLIENT_BY_PORT && s->side != said)
        pl_flow_swap(flow);
}

static enum pl_flow_answer take_bytes(void *user, struct pl_flow *flow,
                                      const struct pl_segment *segment)
{
    look_at_hello(flow, segment);
    print_bytes(user, flow, segment->side, segment->data, segment->len);
    return PL_FLOW_MORE;
}

static enum pl_flow_answer take_datagram(void *user, struct pl_flow *flow, enum pl_side side,
                                         const struct pl_packet *packet)
{
    print_bytes(user, flow, side, packet->payload, packet->len);
    return PL_FLOW_MORE;
}

static void close_flow(void *user, struct pl_flow *flow, enum pl_flow_close why)
{
    struct tool *tool = user;
    char client[40], server[40];
    struct line *line;

    (void)why;
    if (tool->count == tool->size) {
        tool->size = tool->size * 2 + 64;
        tool->lines = realloc(tool->lines, tool->size * sizeof(*tool->lines));
        if (!tool->lines)
            exit(1);
    }
    line = &tool->lines[tool->count++];
    line->frame = flow->first_frame;
    address(pl_flow_addr(flow, PL_CLIENT), client, sizeof(client));
    address(pl_flow_addr(flow, PL_SERVER), server, sizeof(server));
    snprintf(line->text, sizeof(line->text), "%s %s %u %s %u %" PRIu64 " %" PRIu32 " %" PRIu32,
             flow->transport == PL_TRANSPORT_TCP ? "tcp" : "udp", client,
             pl_flow_port(flow, PL_CLIENT), server, pl_flow_port(flow, PL_SERVER),
             flow->first_frame, flow->packets[0] + flow->packets[1],
             flow->end[0].gaps + flow->end[1].gaps);
}

static int in_order(const void *a, const void *b)
{
    const struct line *x = a, *y = b;

    return x->frame < y->frame ? -1 : x->frame > y->frame;
}

static void print_counts(const struct pl_capture_counts *counts)
{
    printf("counts");
#define PL_CAPTURE_COUNT(name, text) printf(" " #name "=%" PRIu64, counts->name);
#include "capture/counts.def"
#undef PL_CAPTURE_COUNT
    putchar('\n');
}

static int read_file(const char *path, struct tool *tool)
{
    const struct pl_consumer consumer = {tool, open_flow, take_bytes, take_datagram, close_flow};
    struct pl_flows_options options = {0};
    struct pl_error error = {.line = 0};
    struct pl_capture capture;
    enum pl_file_result got;
    char text[1024];

    printf("file %s\n", path);
    if (!pl_capture_init(&capture, &options, &consumer, NULL, &error))
        return 1;
    got = pl_capture_file(&capture, path, &error);
    qsort(tool->lines, tool->count, sizeof(*tool->lines), in_order);
    for (size_t i = 0; i < tool->count; i++)
        printf("flow %s\n", tool->lines[i].text);
    print_counts(&capture.counts);
    if (got != PL_FILE_END)
        printf("%s %s\n", got == PL_FILE_ERROR ? "error" : "truncated",
               pl_error_text(&error, text, sizeof(text)));
    tool->count = 0;
    pl_capture_free(&capture);
    return 0;
}

int main(int argc, char **argv)
{
    struct tool tool = {0};
    int i = 1, failed = 0;

    if (argc > 1 && strcmp(argv[1], "-x") == 0) {
        tool.hex = true;
        i++;
    }
    for (; i < argc; i++)
        failed |= read_file(argv[i], &tool);
    free(tool.lines);
    return failed;
}
