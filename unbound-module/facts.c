/* SPDX-License-Identifier: BSD-2-Clause */
#include "facts.h"

#include "common/cursor.h"
#include "common/read/dns/record.h"

#include <string.h>

enum {
    SVCB_IPV4HINT = 4, /* RFC 9460, 14.3.2 */
    SVCB_IPV6HINT = 6,
    RRSIG_ALGORITHM = 2, /* offsets in the data: RFC 4034, 3.1 and 5.1; RFC 5155, 3.2 */
    DS_DIGEST = 3,
    NSEC3_ITERATIONS = 2,
    NSEC3_SALT = 4
};

void plimsoll_unbound_name(struct plimsoll_unbound_name *name, const uint8_t *wire, size_t len)
{
    struct pl_cursor c = pl_cursor(wire, len), label;
    uint8_t n;

    name->len = 0;
    while (pl_take_u8(&c, &n) && n > 0) {
        if (n > 63 || !pl_child(&c, n, &label) || name->len + n + 1 > sizeof(name->text)) {
            name->len = 0;
            return;
        }
        if (name->len)
            name->text[name->len++] = '.';
        for (; !pl_done(&label); label.at++)
            name->text[name->len++] = *label.at == '.' ? '\\' : pl_lower(*label.at);
    }
}

uint16_t plimsoll_unbound_class(const struct plimsoll_unbound_policy *p, const uint8_t *wire,
                                size_t len)
{
    struct plimsoll_unbound_name name;

    if (p->handle.head.names == 0)
        return 0;
    plimsoll_unbound_name(&name, wire, len);
    return pl_name_find(&p->handle.lines, &p->handle.head, name.text, name.len);
}

static enum pl_dns_security security_of(enum sec_status status)
{
    switch (status) {
    case sec_status_bogus:
        return PL_DNS_BOGUS;
    case sec_status_insecure:
        return PL_DNS_INSECURE;
    case sec_status_secure:
    case sec_status_secure_sentinel_fail:
        return PL_DNS_SECURE;
    default:
        return PL_DNS_UNKNOWN;
    }
}

static void add_address(struct plimsoll_unbound_answer *a, const struct plimsoll_unbound_policy *p,
                        struct pl_addr addr)
{
    pl_dns_address_seen(&a->dns, addr);
    if (!a->class && !a->net_class && p->handle.head.class_nodes)
        a->net_class = pl_class_find(&p->handle.lines, &p->handle.head, addr);
}

static void add_addresses(struct plimsoll_unbound_answer *a,
                          const struct plimsoll_unbound_policy *p, struct pl_cursor c, bool v6)
{
    const uint8_t *b;

    while ((b = pl_take(&c, v6 ? 16 : 4)))
        add_address(a, p, v6 ? pl_addr_v6(b) : pl_addr_v4(pl_be32(b)));
}

/* Address hints lead a client to an address as well as an A record does (RFC 9460, 7.3). */
static void add_hints(struct plimsoll_unbound_answer *a, const struct plimsoll_unbound_policy *p,
                      struct pl_cursor c)
{
    struct pl_cursor value;
    uint16_t priority, key, len;
    uint8_t n;

    if (!pl_take_be16(&c, &priority))
        return;
    while (pl_take_u8(&c, &n) && n > 0) /* the target's labels */
        if (!pl_take(&c, n))
            return;
    while (pl_take_be16(&c, &key) && pl_take_be16(&c, &len) && pl_child(&c, len, &value))
        if (key == SVCB_IPV4HINT || key == SVCB_IPV6HINT)
            add_addresses(a, p, value, key == SVCB_IPV6HINT);
}

static void add_target(struct plimsoll_unbound_answer *a, const struct plimsoll_unbound_policy *p,
                       struct pl_cursor c)
{
    if (!a->class && !a->target_class)
        a->target_class = plimsoll_unbound_class(p, c.at, pl_left(&c));
}

static void add_key(struct plimsoll_unbound_answer *a, struct pl_cursor c)
{
    struct pl_dns_key_head head;
    struct pl_view data = pl_view(c.at, (uint32_t)pl_left(&c));

    if (pl_dns_key_head(&data, &head) && pl_dns_key_signs(&head))
        pl_dns_rsa_seen(&a->dns, pl_dns_rsa_bits(head.algorithm, data));
}

static void add_delegation(struct plimsoll_unbound_answer *a, struct pl_cursor c)
{
    const uint8_t *b = pl_take(&c, DS_DIGEST + 1);

    if (b)
        pl_dns_digest_seen(&a->dns, b[DS_DIGEST]);
}

/* Denial of existence stands in the authority section. */
static void add_denial(struct plimsoll_unbound_answer *a, struct pl_cursor c)
{
    const uint8_t *b = pl_take(&c, NSEC3_SALT + 1);

    if (b)
        pl_dns_nsec3_seen(&a->dns, pl_be16(b + NSEC3_ITERATIONS), b[NSEC3_SALT] > 0);
}

static void add_record(struct plimsoll_unbound_answer *a, const struct plimsoll_unbound_policy *p,
                       uint16_t type, struct pl_cursor data)
{
    switch (type) {
    case LDNS_RR_TYPE_A:
        add_addresses(a, p, data, false);
        break;
    case LDNS_RR_TYPE_AAAA:
        add_addresses(a, p, data, true);
        break;
    case LDNS_RR_TYPE_CNAME:
    case LDNS_RR_TYPE_DNAME:
        add_target(a, p, data);
        break;
    case LDNS_RR_TYPE_DNSKEY:
        add_key(a, data);
        break;
    case LDNS_RR_TYPE_DS:
        add_delegation(a, data);
        break;
    case 64: /* SVCB, HTTPS: RFC 9460 */
    case 65:
        add_hints(a, p, data);
        break;
    default:
        break;
    }
}

/* Record i of the set without its length; empty when the lengths do not fit. */
static struct pl_cursor record(const struct packed_rrset_data *data, size_t i)
{
    struct pl_cursor c = pl_cursor(data->rr_data[i], data->rr_len[i]), child = {NULL, NULL};
    uint16_t len;

    if (!pl_take_be16(&c, &len) || !pl_child(&c, len, &child))
        return (struct pl_cursor){NULL, NULL};
    return child;
}

static void add_signatures(struct plimsoll_unbound_answer *a, const struct packed_rrset_data *data)
{
    struct pl_dns_signer signer = {0, false};

    for (size_t i = data->count; i < data->count + data->rrsig_count; i++) {
        struct pl_cursor c = record(data, i);
        const uint8_t *b = pl_take(&c, RRSIG_ALGORITHM + 1);
        if (b && b[RRSIG_ALGORITHM] < 64)
            signer.low |= PL_BIT(b[RRSIG_ALGORITHM]);
        else if (b)
            signer.high = true;
    }
    if (signer.low || signer.high)
        pl_dns_signed_by(&a->dns, signer);
}

void plimsoll_unbound_facts_begin(struct plimsoll_unbound_answer *a,
                                  const struct plimsoll_unbound_policy *p,
                                  const struct query_info *qinfo)
{
    struct plimsoll_unbound_name name;

    memset(a, 0, sizeof(*a));
    plimsoll_unbound_name(&name, qinfo->qname, qinfo->qname_len);
    a->name_class = pl_name_find(&p->handle.lines, &p->handle.head, name.text, name.len);
    a->class = a->name_class;
    a->dns.name_local = pl_dns_name_local(name.text, name.len);
    a->dns.name_listing = pl_dns_name_listing(name.text, name.len);
    pl_found_class(&a->found, a->class);
}

void plimsoll_unbound_facts_add(struct plimsoll_unbound_answer *a,
                                const struct plimsoll_unbound_policy *p,
                                const struct ub_packed_rrset_key *rrset, bool in_answer)
{
    const struct packed_rrset_data *data = rrset->entry.data;
    uint16_t type = ntohs(rrset->rk.type);

    add_signatures(a, data);
    for (size_t i = 0; in_answer && i < data->count; i++)
        add_record(a, p, type, record(data, i));
    for (size_t i = 0; type == LDNS_RR_TYPE_NSEC3 && i < data->count; i++)
        add_denial(a, record(data, i));
}

void plimsoll_unbound_facts_end(struct plimsoll_unbound_answer *a, enum sec_status security)
{
    if (!a->class)
        a->class = a->target_class ? a->target_class : a->net_class;
    a->dns.security = security_of(security);
    pl_check_dns(&a->dns, &a->found);
    pl_found_class(&a->found, a->class);
}

/* Glue in the additional section is nobody's answer. */
void plimsoll_unbound_facts_reply(struct plimsoll_unbound_answer *a,
                                  const struct plimsoll_unbound_policy *p,
                                  const struct reply_info *rep)
{
    for (size_t i = 0; i < rep->an_numrrsets + rep->ns_numrrsets; i++)
        plimsoll_unbound_facts_add(a, p, rep->rrsets[i], i < rep->an_numrrsets);
    plimsoll_unbound_facts_end(a, rep->security);
}

void plimsoll_unbound_facts(struct plimsoll_unbound_answer *a,
                            const struct plimsoll_unbound_policy *p, const struct query_info *qinfo,
                            const struct reply_info *rep)
{
    plimsoll_unbound_facts_begin(a, p, qinfo);
    plimsoll_unbound_facts_reply(a, p, rep);
}
