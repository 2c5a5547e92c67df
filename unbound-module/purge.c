/* SPDX-License-Identifier: BSD-2-Clause */
#include "purge.h"

#include <stdlib.h>
#include <string.h>

struct victim {
    struct query_info qinfo; /* the name is ours */
    hashvalue_type hash;
};

struct walk {
    const struct plimsoll_unbound_policy *policy;
    struct victim *victim;
    size_t count, room;
    bool failed;
};

static bool make_room(struct walk *w)
{
    size_t room = w->room ? w->room * 2 : 256;
    struct victim *more;

    if (w->count < w->room)
        return true;
    more = realloc(w->victim, room * sizeof(*more));
    if (!more)
        return false;
    w->victim = more;
    w->room = room;
    return true;
}

static void condemn(struct walk *w, const struct query_info *qinfo, hashvalue_type hash)
{
    uint8_t *qname = make_room(w) ? malloc(qinfo->qname_len) : NULL;
    struct victim *v;

    if (!qname) {
        w->failed = true;
        return;
    }
    v = &w->victim[w->count++];
    memcpy(qname, qinfo->qname, qinfo->qname_len);
    v->qinfo = *qinfo;
    v->qinfo.qname = qname;
    v->qinfo.local_alias = NULL;
    v->hash = hash;
}

/* The id under which the message knows this record set: the references are in another order. */
static rrset_id_type id_of(const struct reply_info *rep, const struct ub_packed_rrset_key *key)
{
    for (size_t i = 0; i < rep->rrset_count; i++)
        if (rep->ref[i].key == key)
            return rep->ref[i].id;
    return 0;
}

/* One record set at a time is locked, and nothing else is asked for meanwhile.  False when it is
 * not the message's any more: nobody will be answered from such a message. */
static bool add_record_set(struct plimsoll_unbound_answer *a,
                           const struct plimsoll_unbound_policy *p, const struct reply_info *rep,
                           size_t i)
{
    struct ub_packed_rrset_key *key = rep->rrsets[i];
    bool ours;

    lock_rw_rdlock(&key->entry.lock);
    ours = key->id != 0 && key->id == id_of(rep, key) && key->entry.data;
    if (ours)
        plimsoll_unbound_facts_add(a, p, key, i < rep->an_numrrsets);
    lock_rw_unlock(&key->entry.lock);
    return ours;
}

static void look(struct lruhash_entry *entry, void *arg)
{
    const struct msgreply_entry *message = entry->key;
    const struct reply_info *rep = entry->data;
    struct walk *w = arg;
    struct plimsoll_unbound_answer a;

    if (message->key.qclass != LDNS_RR_CLASS_IN)
        return;
    plimsoll_unbound_facts_begin(&a, w->policy, &message->key);
    for (size_t i = 0; i < rep->an_numrrsets + rep->ns_numrrsets; i++)
        if (!add_record_set(&a, w->policy, rep, i))
            break; /* what is known of it counts: the name may be listed */
    plimsoll_unbound_facts_end(&a, rep->security);
    if (plimsoll_unbound_policy_restricts(w->policy, a.class, &a.found))
        condemn(w, &message->key, entry->hash);
}

long plimsoll_unbound_purge(struct slabhash *msg_cache, const struct plimsoll_unbound_policy *p)
{
    struct walk w = {.policy = p};

    if (!p->handle.ready || !(p->any.net || p->any.dns))
        return 0;
    slabhash_traverse(msg_cache, 0, look, &w);
    for (size_t i = 0; i < w.count; i++) {
        slabhash_remove(msg_cache, w.victim[i].hash, &w.victim[i].qinfo);
        free(w.victim[i].qinfo.qname);
    }
    free(w.victim);
    return w.failed ? -1 : (long)w.count;
}
