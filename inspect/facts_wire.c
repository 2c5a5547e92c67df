/* SPDX-License-Identifier: BSD-2-Clause */
/* Binary protocols and datagrams for the sheet. */
#include "facts.h"

/* As wire.def has it, but for those that are known by another name. */
static const char *wire_name(uint8_t protocol)
{
    static const char *const names[PL_WIRE_COUNT] = {
        "",
#define PL_WIRE(NAME, name) #name,
#include "common/read/wire/wire.def"
#undef PL_WIRE
    };
    static const char *const known[PL_WIRE_COUNT] = {
        [PL_WIRE_POSTGRES] = "pgsql", [PL_WIRE_REDIS] = "resp",    [PL_WIRE_MONGODB] = "mongo",
        [PL_WIRE_SIP] = "sip",        [PL_WIRE_SYSLOG] = "syslog", [PL_WIRE_DNS] = "dns"};

    return known[protocol] ? known[protocol] : names[protocol];
}

static void tell_ssh(struct sheet *s, const struct pl_ssh *ssh)
{
    if (ssh->line_len[PL_CLIENT])
        sheet_add_bytes(s, "ssh_client", ssh->line[PL_CLIENT], ssh->line_len[PL_CLIENT]);
    if (ssh->line_len[PL_SERVER])
        sheet_add_bytes(s, "ssh_server", ssh->line[PL_SERVER], ssh->line_len[PL_SERVER]);
}

static void tell_rdp(struct sheet *s, const struct pl_rdp *r)
{
    if (r->negotiates)
        sheet_joinf(s, "other", "rdp_req=0x%08x", r->requested);
    if (r->answer == PL_RDP_ANSWER_CHOSEN)
        sheet_joinf(s, "other", "rdp_sel=0x%08x", r->selected);
}

static void tell_vnc(struct sheet *s, const struct pl_vnc *v)
{
    const struct pl_vnc_version *version = &v->version[PL_SERVER];

    if (version->set)
        sheet_joinf(s, "other", "vnc=%03u.%03u", version->major, version->minor);
    for (uint32_t i = 0; i < PL_VNC_OFFERED_MAX && i < v->offered_count; i++)
        sheet_joinf(s, "other", "vnc_sec=%u", v->offered[i]);
}

/* What a protocol's own reader has to tell; several have nothing but their name. */
void facts_wire(struct sheet *s, const struct pl_wire *w)
{
    sheet_join(s, "app", wire_name(w->protocol));
    switch (w->protocol) {
    case PL_WIRE_SSH:
        tell_ssh(s, &w->ssh);
        break;
    case PL_WIRE_MYSQL:
        facts_creds(s, w->mysql.creds);
        facts_starttls(s, "mysql", w->mysql.starttls_offered, w->mysql.starttls_requested,
                       w->mysql.starttls_done);
        break;
    case PL_WIRE_POSTGRES:
        facts_creds(s, w->postgres.creds);
        facts_starttls(s, "pgsql", false, w->postgres.starttls_requested,
                       w->postgres.starttls_done);
        break;
    case PL_WIRE_LDAP:
        facts_creds(s, w->ldap.creds);
        facts_starttls(s, "ldap", false, w->ldap.starttls_requested, w->ldap.starttls_done);
        break;
    case PL_WIRE_REDIS:
        facts_creds(s, w->redis.creds);
        break;
    case PL_WIRE_TDS:
        facts_creds(s, w->tds.creds);
        break;
    case PL_WIRE_MONGODB:
        facts_creds(s, w->mongodb.creds);
        break;
    case PL_WIRE_MQTT:
        facts_creds(s, w->mqtt.credentials);
        break;
    case PL_WIRE_XMPP:
        facts_creds(s, w->xmpp.creds);
        facts_starttls(s, "xmpp", w->xmpp.starttls_offered, w->xmpp.starttls_requested,
                       w->xmpp.starttls_done);
        break;
    case PL_WIRE_SOCKS:
        facts_creds(s, w->socks.creds);
        break;
    case PL_WIRE_RSH:
        facts_creds(s, w->rsh.creds);
        break;
    case PL_WIRE_VNC:
        tell_vnc(s, &w->vnc);
        break;
    case PL_WIRE_RDP:
        tell_rdp(s, &w->rdp);
        break;
    default:
        break;
    }
}

void facts_datagram(struct sheet *s, const struct pl_datagram *d)
{
    static const char *const names[PL_DATAGRAM_COUNT] = {
        "",
#define PL_DATAGRAM(NAME, name) #name,
#include "common/read/datagram/datagram.def"
#undef PL_DATAGRAM
    };

    sheet_join(s, "app",
               d->protocol == PL_DATAGRAM_IKE   ? "isakmp"
               : d->protocol == PL_DATAGRAM_NFS ? "nfs"
                                                : names[d->protocol]);
    if (d->protocol == PL_DATAGRAM_SNMP) {
        facts_creds(s, d->snmp.creds);
        if (d->snmp.v1)
            sheet_join(s, "other", "snmp_v=0");
        if (d->snmp.v2c)
            sheet_join(s, "other", "snmp_v=1");
        if (d->snmp.v3)
            sheet_join(s, "other", "snmp_v=3");
    } else if (d->protocol == PL_DATAGRAM_IKE) {
        if (d->ike.v1)
            sheet_join(s, "other", "isakmp=0x10");
        if (d->ike.v2)
            sheet_join(s, "other", "isakmp=0x20");
    }
}
