/* SPDX-License-Identifier: BSD-2-Clause */
#include "rcache.h"

#include <string.h>

enum { BYTES_MIN = 1 << 20, FAILURE_S = 5 };

struct slabhash *plimsoll_unbound_rcache_create(const struct config_file *cfg)
{
    size_t bytes = cfg->msg_cache_size / 4;

    return slabhash_create(cfg->msg_cache_slabs, HASH_DEFAULT_STARTARRAY,
                           bytes < BYTES_MIN ? BYTES_MIN : bytes, msgreply_sizefunc,
                           query_info_compare, query_entry_delete, reply_info_delete, NULL);
}

/* What waits for validation goes that way; a query of the validator's own never does. */
static bool usable(const struct module_qstate *qstate, const struct reply_info *rep)
{
    return rep->security != sec_status_unchecked || qstate->is_valrec ||
           !qstate->env->need_to_validate;
}

struct dns_msg *plimsoll_unbound_rcache_find(struct slabhash *cache, struct module_qstate *qstate)
{
    const struct query_info *q = &qstate->qinfo;
    struct module_env env = *qstate->env;
    struct dns_msg *msg = NULL;
    struct msgreply_entry *entry;

    if (qstate->no_cache_lookup || qstate->blacklist) /* the validator wants it from elsewhere */
        return NULL;
    env.msg_cache = cache;
    entry = msg_cache_lookup(&env, q->qname, q->qname_len, q->qtype, q->qclass, qstate->query_flags,
                             *env.now, 0);
    if (!entry)
        return NULL;
    if (usable(qstate, entry->entry.data))
        msg = tomsg(&env, &entry->key, entry->entry.data, qstate->region, *env.now, 0, env.scratch);
    lock_rw_unlock(&entry->entry.lock);
    return msg;
}

void plimsoll_unbound_rcache_keep(struct slabhash *cache, struct module_qstate *qstate,
                                  struct reply_info *rep)
{
    struct module_env env = *qstate->env;
    enum sec_status security = rep->security;

    /* What the resolver asked for itself was not validated, whatever the validator calls it; a
     * client's query must be. */
    if (qstate->is_valrec)
        rep->security = sec_status_unchecked;
    env.msg_cache = cache;
    if (!plimsoll_unbound_store(&env, qstate, rep))
        verbose(VERB_OPS, "plimsoll: an answer was not cached: out of memory");
    rep->security = security;
}

void plimsoll_unbound_rcache_keep_failure(struct slabhash *cache, struct module_qstate *qstate,
                                          int rcode)
{
    struct reply_info rep;

    memset(&rep, 0, sizeof(rep));
    rep.flags = (uint16_t)(BIT_QR | BIT_RA | rcode);
    rep.qdcount = 1;
    rep.ttl = FAILURE_S;
    rep.prefetch_ttl = FAILURE_S;
    rep.serve_expired_ttl = FAILURE_S;
    rep.security = sec_status_indeterminate;
    plimsoll_unbound_rcache_keep(cache, qstate, &rep);
}
