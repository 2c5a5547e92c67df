/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of SSH: two sides whole and cut give the same state, and one side after the other the
 * same facts; what is agreed on is on both lists.
 *
 * Input: one byte that chooses the pieces, two bytes with the length of what the client says, then
 * that, and the rest is the server's.
 */
#include <stdlib.h>
#include <string.h>

#include "common/check/ssh.h"

struct conversation {
    const uint8_t *bytes[2];
    size_t len[2];
};

struct run {
    struct pl_ssh ssh;
    struct pl_frames frames;
};

static void demand(bool right)
{
    if (!right)
        abort();
}

/* The engine of wire.h, for SSH alone. */
static void feed(struct run *r, enum pl_side side, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    uint32_t off = 0;
    bool tls;

    demand(copy != NULL);
    memcpy(copy, bytes, len);
    while (off < len && r->frames.end == PL_WIRE_READING) {
        struct pl_frame *f = &r->frames.of[side];
        off += pl_frame_take(f, copy, off, (uint32_t)len, &tls);
        demand(off <= len);
        if (pl_frame_full(f))
            pl_ssh_frame(&r->ssh, &r->frames, side);
    }
    free(copy);
}

static void converse(struct run *r, const struct conversation *c, size_t piece, enum pl_side first)
{
    size_t at[2] = {0, 0};

    memset(r, 0, sizeof *r);
    pl_ssh_begin(&r->ssh, &r->frames);
    while (at[0] < c->len[0] || at[1] < c->len[1]) {
        for (int i = 0; i < 2; i++) {
            enum pl_side side = (enum pl_side)(first ^ i);
            size_t left = c->len[side] - at[side], n = piece < left ? piece : left;
            feed(r, side, c->bytes[side] + at[side], n);
            at[side] += n;
        }
    }
}

static void check(const struct run *r)
{
    const struct pl_ssh *s = &r->ssh;
    const struct pl_ssh_chosen *c = &s->chosen;
    struct pl_findings f = {0};

    for (int side = 0; side < 2; side++) {
        demand(s->line_len[side] <= PL_SSH_LINE_KEPT);
        for (int i = 0; i < s->line_len[side]; i++)
            demand(s->line[side][i] >= 0x20 && s->line[side][i] < 0x7f);
        for (int i = 0; i < PL_SSH_LISTS_READ; i++)
            demand(s->lists[side].count[i] <= PL_SSH_LIST_NAMES);
        demand(!c->kex || pl_ssh_has(&s->lists[side], PL_SSH_LIST_KEX, c->kex));
        demand(!c->host_key || pl_ssh_has(&s->lists[side], PL_SSH_LIST_HOST_KEY, c->host_key));
        demand(!pl_ssh_marker(c->kex));
    }
    pl_check_ssh(s, &f);
    for (int i = 0; i < PL_FAMILY_COUNT; i++)
        demand((f.failed[i] & ~f.seen[i]) == 0 && (i == PL_FAMILY_APP || f.seen[i] == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct run whole, cut;
    struct conversation c;
    size_t client;

    if (size < 3)
        return 0;
    client = pl_be16(data + 1);
    client = client < size - 3 ? client : size - 3;
    c = (struct conversation){{data + 3, data + 3 + client}, {client, size - 3 - client}};
    converse(&whole, &c, size, PL_CLIENT);
    check(&whole);
    for (int first = 0; first < 2; first++) {
        struct pl_findings a = {0}, b = {0};
        converse(&cut, &c, 1 + data[0] % 7 * 5, (enum pl_side)first);
        check(&cut);
        demand(!memcmp(&whole.ssh.chosen, &cut.ssh.chosen, sizeof whole.ssh.chosen));
        demand(!memcmp(whole.ssh.version, cut.ssh.version, sizeof whole.ssh.version));
        demand(whole.frames.end == cut.frames.end);
        pl_check_ssh(&whole.ssh, &a);
        pl_check_ssh(&cut.ssh, &b);
        demand(!memcmp(&a, &b, sizeof a));
    }
    return 0;
}
