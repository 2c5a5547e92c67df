/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For test_ssh_mqtt_captures.py: connections on stdin, one line each on stdout: the protocol, its
 * facts and its findings, separated by tabs.  A connection is the server's port (2 bytes), then
 * segments of either side: the side (1 byte; 2 is the end), their length (4 bytes) and bytes;
 * numbers in network order.  Of the bytes only SSH's identification lines are printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check/wire.h"
#include "common/user/catalogue_text.h"

enum { SEGMENTS_MAX = 65536 };

static struct segment {
    uint8_t side;
    uint32_t len;
    uint8_t *bytes;
} segment[SEGMENTS_MAX];

static void must(bool right)
{
    if (!right)
        abort();
}

static void take(void *to, size_t len)
{
    must(fread(to, 1, len, stdin) == len);
}

static size_t read_segments(void)
{
    size_t count = 0;
    uint8_t side, len[4];

    for (take(&side, 1); side != 2; take(&side, 1)) {
        struct segment *s = &segment[count++];
        must(count < SEGMENTS_MAX);
        take(len, sizeof len);
        *s = (struct segment){side, pl_be32(len), malloc(pl_be32(len))};
        must(s->bytes != NULL);
        take(s->bytes, s->len);
    }
    return count;
}

/* By the first bytes of one side. */
static enum pl_wire_protocol guess(enum pl_side side, size_t count, uint16_t port)
{
    uint8_t prefix[PL_PREFIX_MAX];
    enum pl_match match;
    uint32_t have = 0;

    for (size_t i = 0; i < count; i++)
        for (uint32_t b = 0; segment[i].side == side && b < segment[i].len; b++)
            if (have < PL_PREFIX_MAX)
                prefix[have++] = segment[i].bytes[b];
    return pl_wire_guess(side, prefix, have, port, &match);
}

static void feed(struct pl_wire *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t off = 0, n;
        bool tls;
        while ((n = pl_wire_step(w, segment[i].side, segment[i].bytes, off, segment[i].len, &tls)))
            off += n;
    }
}

static void print_ssh(const struct pl_ssh *s)
{
    static const char *const names[] = {"ssh_client", "ssh_server"};
    const struct pl_ssh_chosen *c = &s->chosen;

    for (int side = 0; side < 2; side++)
        if (s->version[side])
            printf("\t%s=%.*s", names[side], s->line_len[side], (const char *)s->line[side]);
    if (c->kex)
        printf("\tkex=%s\thost_key=%s\tcipher=%s\t", pl_ssh_name_text(c->kex),
               pl_ssh_name_text(c->host_key), pl_ssh_name_text(c->cipher[PL_CLIENT]));
}

static void print_smb(const struct pl_smb *s)
{
    for (int i = 1; i < PL_SMB1_DIALECTS; i++)
        if (s->offered1 >> i & 1)
            printf("\tsmb1_dialect=%s", pl_smb1_names[i]);
    for (size_t i = 0; i < PL_COUNT(pl_smb2_dialects); i++)
        if (s->offered2 >> i & 1)
            printf("\tsmb2_dialect=0x%04x", pl_smb2_dialects[i]);
    if (s->smb1)
        printf("\tsmb1");
}

static void print_findings(const struct pl_wire *w)
{
    struct pl_findings f = {0};

    pl_check_wire(w, &f);
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        uint64_t mask = PL_BIT(row->id % PL_FAMILY_CHECKS);
        if (f.seen[row->family] & mask)
            printf("\t%c%s", f.failed[row->family] & mask ? '-' : '+', row->name);
    }
}

static void print(const struct pl_wire *w)
{
    static const char *const names[] = {
        "-",
#define PL_WIRE(NAME, name) #name,
#include "common/read/wire/wire.def"
#undef PL_WIRE
    };

    fputs(names[w->protocol], stdout);
    if (w->protocol == PL_WIRE_SSH)
        print_ssh(&w->ssh);
    if (w->protocol == PL_WIRE_SMB)
        print_smb(&w->smb);
    if (w->protocol == PL_WIRE_MQTT && w->mqtt.credentials)
        printf("\tcreds=%s", w->mqtt.credentials == PL_CREDENTIAL_BIT(MQTT_USER)
                                 ? "mqtt-user"
                                 : "mqtt-user+pass");
    print_findings(w);
    putchar('\n');
}

int main(void)
{
    static struct pl_wire w;
    uint8_t port[2];

    while (fread(port, 1, sizeof port, stdin) == sizeof port) {
        size_t count = read_segments();
        enum pl_wire_protocol protocol = guess(PL_CLIENT, count, pl_be16(port));

        if (protocol == PL_WIRE_NONE)
            protocol = guess(PL_SERVER, count, pl_be16(port));
        memset(&w, 0, sizeof w);
        if (protocol != PL_WIRE_NONE) {
            pl_wire_begin(&w, protocol, pl_be16(port));
            feed(&w, count);
        }
        print(&w);
        for (size_t i = 0; i < count; i++)
            free(segment[i].bytes);
    }
    return 0;
}
