/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"

#include "common/user/catalogue_text.h"

#include <stdio.h>
#include <string.h>

enum {
    SOA_BYTES = 54,
    REASON_BYTES = 400,
    /* RFC 8914, 5.2 */
    EDE_BOGUS = 6,
    EDE_NSEC_MISSING = 12,
    EDE_BLOCKED = 15,
    EDE_PROHIBITED = 18
};

/* "plimsoll.invalid." and "nobody.invalid.", which can never be reached (RFC 6761, 6.4), then
 * serial, refresh, retry, expire and minimum, the TTL of the negative answer. */
static const uint8_t soa[SOA_BYTES] = "\x08plimsoll\x07invalid\0\x06nobody\x07invalid\0"
                                      "\0\0\0\1\0\0\x0e\x10\0\0\4\xb0\0\x09\x3a\x80\0\0\0\x1e";

struct plan {
    uint16_t rcode;
    uint16_t type; /* of the one record set; 0: none */
    bool in_answer;
    uint16_t data_len;
    uint8_t data[SOA_BYTES];
};

static void plan_soa(struct plan *plan, uint16_t rcode)
{
    plan->rcode = rcode;
    plan->type = LDNS_RR_TYPE_SOA;
    plan->data_len = sizeof(soa);
    memcpy(plan->data, soa, sizeof(soa));
}

static void put_be(uint8_t *to, uint64_t v, unsigned bytes)
{
    while (bytes-- > 0) {
        to[bytes] = (uint8_t)v;
        v >>= 8;
    }
}

/* The sinkhole has an address of the type that was asked for, or the name has no such record. */
static void plan_sinkhole(struct plan *plan, const struct pl_portal *portal, uint16_t qtype)
{
    struct pl_addr v4 = portal->sinkhole4, v6 = portal->sinkhole6;

    plan_soa(plan, LDNS_RCODE_NOERROR);
    if ((qtype == LDNS_RR_TYPE_A || qtype == LDNS_RR_TYPE_ANY) && (v4.hi || v4.lo)) {
        plan->type = LDNS_RR_TYPE_A;
        plan->data_len = 4;
        put_be(plan->data, v4.lo, 4);
    } else if (qtype == LDNS_RR_TYPE_AAAA && (v6.hi || v6.lo)) {
        plan->type = LDNS_RR_TYPE_AAAA;
        plan->data_len = 16;
        put_be(plan->data, v6.hi, 8);
        put_be(plan->data + 8, v6.lo, 8);
    }
    plan->in_answer = plan->type != LDNS_RR_TYPE_SOA;
}

static void plan_answer(struct plan *plan, const struct plimsoll_unbound_policy *p,
                        const struct pl_verdict *verdict, uint16_t qtype)
{
    memset(plan, 0, sizeof(*plan));
    if (plimsoll_unbound_answer_is_servfail(verdict))
        plan->rcode = LDNS_RCODE_SERVFAIL;
    else if (verdict->answer == PL_ANSWER_REFUSED)
        plan->rcode = LDNS_RCODE_REFUSED;
    else if (verdict->answer == PL_ANSWER_SINKHOLE)
        plan_sinkhole(plan, &p->portal, qtype);
    else
        plan_soa(plan,
                 verdict->answer == PL_ANSWER_NODATA ? LDNS_RCODE_NOERROR : LDNS_RCODE_NXDOMAIN);
}

/* A record set of one record, owned by the name that was asked for. */
struct record_set {
    struct ub_packed_rrset_key key;
    struct packed_rrset_data data;
    struct ub_packed_rrset_key *keys[1];
    size_t len[1];
    time_t ttl[1];
    uint8_t *record[1];
    uint8_t bytes[2 + SOA_BYTES];
};

static struct record_set *make_record_set(const struct plan *plan, const struct query_info *qinfo,
                                          struct regional *region)
{
    struct record_set *s = regional_alloc_zero(region, sizeof(*s));

    if (!s)
        return NULL;
    s->key.entry.key = &s->key;
    s->key.entry.data = &s->data;
    s->key.rk.dname = qinfo->qname;
    s->key.rk.dname_len = qinfo->qname_len;
    s->key.rk.type = htons(plan->type);
    s->key.rk.rrset_class = htons(qinfo->qclass);
    s->keys[0] = &s->key;
    put_be(s->bytes, plan->data_len, 2);
    memcpy(s->bytes + 2, plan->data, plan->data_len);
    s->len[0] = 2 + (size_t)plan->data_len;
    s->ttl[0] = PLIMSOLL_UNBOUND_BLOCK_TTL_S;
    s->record[0] = s->bytes;
    s->data.ttl = PLIMSOLL_UNBOUND_BLOCK_TTL_S;
    s->data.count = 1;
    s->data.rr_len = s->len;
    s->data.rr_ttl = s->ttl;
    s->data.rr_data = s->record;
    return s;
}

bool plimsoll_unbound_answer(struct reply_info *rep, const struct plimsoll_unbound_policy *p,
                             const struct pl_verdict *verdict, const struct query_info *qinfo,
                             struct regional *region)
{
    struct record_set *set = NULL;
    struct plan plan;

    plan_answer(&plan, p, verdict, qinfo->qtype);
    if (plan.type && !(set = make_record_set(&plan, qinfo, region)))
        return false;
    rep->flags = (uint16_t)(BIT_QR | BIT_RA | plan.rcode);
    rep->authoritative = 0;
    rep->qdcount = 1;
    rep->ttl = PLIMSOLL_UNBOUND_BLOCK_TTL_S;
    rep->rrset_count = set ? 1 : 0;
    rep->an_numrrsets = set && plan.in_answer ? 1 : 0;
    rep->ns_numrrsets = rep->rrset_count - rep->an_numrrsets;
    rep->ar_numrrsets = 0;
    rep->rrsets = set ? set->keys : NULL;
    return true;
}

static uint16_t ede_code(const struct pl_verdict *verdict, const struct reply_info *rep)
{
    if (plimsoll_unbound_answer_is_servfail(verdict))
        return rep && (int)rep->reason_bogus >= EDE_BOGUS &&
                       (int)rep->reason_bogus <= EDE_NSEC_MISSING
                   ? (uint16_t)rep->reason_bogus
                   : EDE_BOGUS;
    return verdict->answer == PL_ANSWER_REFUSED ? EDE_PROHIBITED : EDE_BLOCKED;
}

/* Code and text; how many bytes. */
static size_t write_reason(uint8_t *to, size_t size, uint16_t code, const struct pl_check_row *row,
                           const struct pl_portal *portal)
{
    bool both = portal->url[0] && portal->contact[0];
    int n;

    put_be(to, code, 2);
    n = snprintf((char *)to + 2, size - 2, "%s (%s; %s)%s%s%s%s",
                 row ? row->finding : "Blocked by policy.", row ? row->name : "policy",
                 row ? row->reference : "operator policy",
                 portal->url[0] || portal->contact[0] ? " " : "", portal->url, both ? " " : "",
                 portal->contact);
    return n < 0 ? 2 : (size_t)n < size - 2 ? 2 + (size_t)n : size - 1;
}

void plimsoll_unbound_answer_reason(struct edns_option **list,
                                    const struct plimsoll_unbound_policy *p,
                                    const struct pl_verdict *verdict, const struct reply_info *rep,
                                    struct regional *region)
{
    struct edns_option *option = regional_alloc(region, sizeof(*option));
    uint8_t text[REASON_BYTES];
    size_t len = write_reason(text, sizeof(text), ede_code(verdict, rep),
                              pl_check_worst(verdict->block), &p->portal);
    uint8_t *data = regional_alloc_init(region, text, len);

    if (!option || !data)
        return;
    option->next = *list;
    option->opt_code = LDNS_EDNS_EDE;
    option->opt_len = len;
    option->opt_data = data;
    *list = option;
}
