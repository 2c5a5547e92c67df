/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers found, as names and values for the sheet. */
#ifndef PL_INSPECT_FACTS_H
#define PL_INSPECT_FACTS_H

#include "flow.h"

#include "common/read/connection.h"
#include "common/read/datagram/datagram.h"
#include "common/read/dns/message.h"
#include "common/user/certificate.h"

/* Everything about a TCP connection but its TLS.  hosts: the Hosts of HTTP, or NULL. */
void facts_connection(struct flow *f, const struct pl_connection *c, const char *hosts);
void facts_wire(struct sheet *s, const struct pl_wire *w);
void facts_datagram(struct sheet *s, const struct pl_datagram *d);
/* names: those that dns_note() has gathered, message by message. */
void facts_dns(struct flow *f, const struct pl_dns *d, const struct sheet *names);
void dns_note(struct flow *f, struct sheet *names, const struct pl_dns *d);
/* The message that d was read from last. */
void dns_judge(struct flow *f, const struct pl_dns *d, struct pl_view message, uint64_t time_ns);

/* creds_plain, by credential.def. */
void facts_creds(struct sheet *s, uint64_t creds);
/* starttls_*: the protocol's name where it was offered and requested. */
void facts_starttls(struct sheet *s, const char *name, bool offered, bool requested, bool done);

/* By what the client of this connection knows its server. */
enum pl_cert_use facts_certificate_use(const struct pl_connection *c);

#endif
