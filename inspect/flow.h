/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the inspector keeps of one flow.  Small for as long as the flow lasts; what its readers need
 * (struct tcp_talk, struct udp_talk) is there only while they read, and becomes facts and findings
 * when they end.
 */
#ifndef PL_INSPECT_FLOW_H
#define PL_INSPECT_FLOW_H

#include "capture/flows.h"
#include "common/user/certificate.h"
#include "inspect.h"
#include "ruling.h"

struct tcp_talk;
struct udp_talk;

/* One run: what all flows share. */
struct inspect {
    struct inspect_options options;
    struct inspect_counts counts;
    struct ruling ruling;
    struct pl_trust *trust;
    struct pl_certificates *certificates;
    struct pl_quic_keyring *quic;
    struct sheet file; /* the name of the file being read, as text */
    const char *capture;
    uint64_t size;         /* of that file; 0: not known */
    uint64_t routed_frame; /* the last packet with a source route */
    uint32_t talks;        /* flows that are being read */
};

enum {
    TALKS_MAX = 65536, /* flows that are being read at a time */
    NAME_MAX_BYTES = 253
};

struct flow {
    struct inspect *in;
    struct sheet sheet;
    struct pl_findings findings;
    struct tcp_talk *tcp; /* NULL: not begun, or over */
    struct udp_talk *udp;
    uint8_t name_len; /* of the server, for the policy */
    bool over;        /* nothing more is read of it */
    uint8_t *name;
};

/* Whether one more flow may be read; counts it, or that it was left out. */
bool talk_may_begin(struct inspect *in);

/* Remember the server's name for the policy: lower case, without the final dot. */
void flow_name(struct flow *f, const uint8_t *name, uint32_t len);

#endif
