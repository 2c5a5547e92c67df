/* SPDX-License-Identifier: BSD-2-Clause */
/* How many replies a client may get: a bucket of time.  Two processors may take one share twice. */
#ifndef PL_SHARE_H
#define PL_SHARE_H

#include "tables.h"

/* A share is kept in nanoseconds: a reply costs SHARE_COST_NS of the time that has passed. */
#define SHARE_COST_NS (1000000000ULL / PL_REPLIES_PER_SECOND)
#define SHARE_MAX_NS  (SHARE_COST_NS * PL_REPLIES_BURST)

/* Take one reply from the client's share.  An IPv6 client is its /64. */
static __always_inline bool share_take(struct pl_addr client)
{
    struct pl_share fresh = {bpf_ktime_get_ns(), SHARE_MAX_NS - SHARE_COST_NS};
    struct pl_share *share;
    uint64_t tokens;

    if (!pl_addr_is_v4(client))
        client.lo = 0;
    share = bpf_map_lookup_elem(&shares, &client);
    if (!share) {
        bpf_map_update_elem(&shares, &client, &fresh, BPF_ANY);
        return true;
    }
    tokens = share->tokens + (fresh.at_ns - share->at_ns);
    if (tokens > SHARE_MAX_NS)
        tokens = SHARE_MAX_NS;
    share->at_ns = fresh.at_ns;
    share->tokens = tokens < SHARE_COST_NS ? tokens : tokens - SHARE_COST_NS;
    return tokens >= SHARE_COST_NS;
}

#endif
