/* SPDX-License-Identifier: BSD-2-Clause */
/* The flow of QUIC's Initial packets: which keys, then frames to hellos. */
#include "quic.h"

#include <string.h>

static const uint8_t *bytes_of(const struct pl_view *v)
{
    return v->chunk + v->at;
}

static bool same_id(const uint8_t *id, uint8_t len, const struct pl_view *other)
{
    return len == pl_view_left(other) && !memcmp(id, bytes_of(other), len);
}

/* From now on the keys are those of this id; what was said under the one before is forgotten. */
static void adopt_id(struct pl_quic *q, const struct pl_view *id)
{
    if (q->id_known) {
        memcpy(q->old_id, q->id, q->id_len);
        q->old_id_len = q->id_len;
        pl_quic_restart(&q->crypto);
    }
    q->id_len = (uint8_t)pl_view_left(id);
    memcpy(q->id, bytes_of(id), q->id_len);
    q->id_known = true;
    q->keys[PL_SERVER].version = 0;
    q->next_number[PL_CLIENT] = q->next_number[PL_SERVER] = 0;
}

static bool open_with(struct pl_quic *q, struct pl_quic_keyring *ring,
                      const struct pl_quic_keys *keys, uint64_t *number,
                      const struct pl_quic_packet *p, struct pl_view *payload)
{
    q->opens += q->opens < PL_QUIC_OPENS;
    return pl_quic_packet_open(ring, keys, p, number, payload);
}

/* Under the keys of the flow's id; those of another version are derived anew, since client and
 * server may change it on the way (RFC 9368; RFC 9369, 4.1). */
static bool open_known(struct pl_quic *q, struct pl_quic_keyring *ring, enum pl_side side,
                       const struct pl_quic_packet *p, struct pl_view *payload)
{
    struct pl_quic_keys *keys = &q->keys[side];
    uint64_t number = q->next_number[side];

    if (!q->id_known)
        return false;
    if (keys->version != p->version &&
        !pl_quic_keys_derive(ring, keys, side, p->version, q->id, q->id_len))
        return false;
    if (!open_with(q, ring, keys, &number, p, payload))
        return false;
    if (number >= q->next_number[side])
        q->next_number[side] = number + 1;
    return true;
}

/* A client's packet under its own connection id: the first of a connection, or the first after
 * Retry, which says all from the beginning (RFC 9000, 17.2.5.2).  There is no way back to the id
 * before, of which late packets may come. */
static bool open_anew(struct pl_quic *q, struct pl_quic_keyring *ring,
                      const struct pl_quic_packet *p, struct pl_view *payload)
{
    struct pl_quic_keys keys;
    uint64_t number = 0;

    if (q->id_known &&
        (same_id(q->id, q->id_len, &p->dcid) || same_id(q->old_id, q->old_id_len, &p->dcid)))
        return false;
    if (!pl_quic_keys_derive(ring, &keys, PL_CLIENT, p->version, bytes_of(&p->dcid),
                             pl_view_left(&p->dcid)) ||
        !open_with(q, ring, &keys, &number, p, payload))
        return false;
    adopt_id(q, &p->dcid);
    q->keys[PL_CLIENT] = keys;
    q->next_number[PL_CLIENT] = number + 1;
    return true;
}

static void read_initial(struct pl_quic *q, struct pl_quic_keyring *ring, enum pl_side side,
                         const struct pl_quic_packet *p)
{
    struct pl_view payload;

    if (q->opens >= PL_QUIC_OPENS)
        return;
    if (open_known(q, ring, side, p, &payload) ||
        (side == PL_CLIENT && open_anew(q, ring, p, &payload)))
        pl_quic_frames(&q->crypto, &q->facts, side, payload);
}

enum pl_outcome pl_quic_read(struct pl_quic *q, struct pl_quic_keyring *ring, enum pl_side side,
                             const uint8_t *datagram, size_t len)
{
    struct pl_view v = pl_view(datagram, len > UINT16_MAX ? UINT16_MAX : (uint32_t)len);
    enum pl_outcome outcome = pl_quic_outcome(&q->crypto);
    struct pl_quic_packet p;

    while (pl_quic_take(&v, &p)) {
        pl_quic_note(&q->facts, &p);
        if (p.type == PL_QUIC_INITIAL && outcome == PL_MORE)
            read_initial(q, ring, side, &p);
        else if (p.type == PL_QUIC_RETRY && side == PL_SERVER && q->id_known)
            q->facts.retry |= pl_quic_retry_is_authentic(ring, &p, q->id, q->id_len);
        outcome = pl_quic_outcome(&q->crypto);
    }
    return outcome == PL_MORE && q->opens >= PL_QUIC_OPENS ? PL_DONE : outcome;
}
