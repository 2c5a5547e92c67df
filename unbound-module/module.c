/* SPDX-License-Identifier: BSD-2-Clause */
#include "module.h"

#include "hold.h"
#include "query.h"
#include "rcache.h"
#include "reply.h"

#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int init(struct module_env *env, int id);
EXPORTED void deinit(struct module_env *env, int id);
EXPORTED void operate(struct module_qstate *qstate, enum module_ev event, int id,
                      struct outbound_entry *outbound);
EXPORTED void inform_super(struct module_qstate *qstate, int id, struct module_qstate *super);
EXPORTED void clear(struct module_qstate *qstate, int id);
EXPORTED size_t get_mem(struct module_env *env, int id);

struct plimsoll_unbound *plimsoll_unbound(const struct module_env *env, int id)
{
    return ((struct dynlibmod_env *)env->modinfo[id])->dyn_env;
}

struct plimsoll_unbound_policy *plimsoll_unbound_policy(const struct module_env *env, int id)
{
    struct plimsoll_unbound *m = plimsoll_unbound(env, id);
    int n = env->alloc ? env->alloc->thread_num : 0;

    return n >= 0 && n < m->threads ? &m->policy[n] : NULL;
}

struct plimsoll_unbound_state *plimsoll_unbound_state_make(struct module_qstate *qstate, int id)
{
    if (!qstate->minfo[id])
        qstate->minfo[id] =
            regional_alloc_zero(qstate->region, sizeof(struct plimsoll_unbound_state));
    return qstate->minfo[id];
}

/* --- init and deinit: once for each start and reload, before the threads run */

static bool register_callbacks(struct module_env *env, int id)
{
    struct dynlibmod_env *dynlib = env->modinfo[id];

    return dynlib->inplace_cb_register_wrapped(plimsoll_unbound_reply, inplace_cb_reply, NULL, env,
                                               id) &&
           dynlib->inplace_cb_register_wrapped(plimsoll_unbound_reply_servfail,
                                               inplace_cb_reply_servfail, NULL, env, id) &&
           dynlib->inplace_cb_register_wrapped(plimsoll_unbound_hold, inplace_cb_query_response,
                                               NULL, env, id);
}

static bool open_policies(struct plimsoll_unbound *m, int threads, struct pl_error *error)
{
    m->policy = calloc((size_t)threads, sizeof(*m->policy));
    if (!m->policy)
        return pl_fail(error, NULL, 0, 0, "there is not enough memory");
    for (; m->threads < threads; m->threads++)
        if (!plimsoll_unbound_policy_open(&m->policy[m->threads], &m->conf, error))
            return false;
    return true;
}

/* Where other modules of the chain belong: what rewrites answers must do so after they were cached
 * and judged, so it stands left; what fetches and validates stands right. */
static void check_order(const char *chain)
{
    static const char *const left[] = {"respip", "dns64"}, *const right[] = {"validator",
                                                                             "iterator"};
    const char *self = strstr(chain, "dynlib");

    for (size_t i = 0; self && i < PL_COUNT(left); i++)
        if (strstr(self, left[i]))
            log_warn("plimsoll: module-config is \"%s\": write %s left of dynlib, or what it "
                     "rewrites is cached and judged as if it came from outside",
                     chain, left[i]);
    for (size_t i = 0; self && i < PL_COUNT(right); i++)
        if (!strstr(self, right[i]))
            log_warn("plimsoll: module-config is \"%s\": write %s right of dynlib, or the checks "
                     "that need it see nothing",
                     chain, right[i]);
}

static bool start(struct plimsoll_unbound *m, struct module_env *env, int id,
                  struct pl_error *error)
{
    const struct dynlibmod_env *dynlib = env->modinfo[id];

    if (env->cfg->module_conf)
        check_order(env->cfg->module_conf);
    if (!plimsoll_unbound_conf_read(&m->conf, dynlib->fname, error))
        return false;
    m->restricted = plimsoll_unbound_rcache_create(env->cfg);
    if (!m->restricted)
        return pl_fail(error, NULL, 0, 0, "there is not enough memory");
    if (!open_policies(m, env->cfg->num_threads > 0 ? env->cfg->num_threads : 1, error))
        return false;
    if (!register_callbacks(env, id))
        return pl_fail(error, NULL, 0, 0, "Unbound does not take the module's callbacks");
    return plimsoll_unbound_watch_start(&m->watch, &m->conf, env->msg_cache, error);
}

int init(struct module_env *env, int id)
{
    struct dynlibmod_env *dynlib = env->modinfo[id];
    struct plimsoll_unbound *m = calloc(1, sizeof(*m));
    struct pl_error error = {0};
    char text[1024];

    if (!m) {
        log_err("plimsoll: there is not enough memory");
        return 0;
    }
    dynlib->dyn_env = m;
    if (start(m, env, id, &error))
        return 1;
    log_err("plimsoll: %s", pl_error_text(&error, text, sizeof(text)));
    return 0;
}

void deinit(struct module_env *env, int id)
{
    struct dynlibmod_env *dynlib = env->modinfo[id];
    struct plimsoll_unbound *m = dynlib->dyn_env;

    if (!m)
        return;
    plimsoll_unbound_watch_stop(&m->watch);
    if (dynlib->inplace_cb_delete_wrapped) {
        dynlib->inplace_cb_delete_wrapped(env, inplace_cb_reply, id);
        dynlib->inplace_cb_delete_wrapped(env, inplace_cb_reply_servfail, id);
        dynlib->inplace_cb_delete_wrapped(env, inplace_cb_query_response, id);
    }
    for (int i = 0; i < m->threads; i++)
        plimsoll_unbound_policy_close(&m->policy[i]);
    free(m->policy);
    slabhash_delete(m->restricted);
    free(m);
    dynlib->dyn_env = NULL;
}

/* --- operate: one query's state */

void operate(struct module_qstate *qstate, enum module_ev event, int id,
             struct outbound_entry *outbound)
{
    struct plimsoll_unbound *m = plimsoll_unbound(qstate->env, id);
    struct plimsoll_unbound_policy *p = plimsoll_unbound_policy(qstate->env, id);

    (void)outbound;
    if (p)
        plimsoll_unbound_policy_refresh(p, (uint64_t)*qstate->env->now);
    switch (event) {
    case module_event_new:
    case module_event_pass: /* the first call when another module stands before us; we never wait */
        qstate->ext_state[id] = p && plimsoll_unbound_query_begin(m, p, qstate, id)
                                    ? module_finished
                                    : module_wait_module;
        break;
    case module_event_moddone:
        if (p)
            plimsoll_unbound_query_finish(m, p, qstate, id);
        qstate->ext_state[id] = module_finished;
        break;
    default:
        qstate->ext_state[id] = module_error;
    }
}

/* We ask nobody, so nobody informs us. */
void inform_super(struct module_qstate *qstate, int id, struct module_qstate *super)
{
    (void)qstate, (void)id, (void)super;
}

/* The state lies in the query's region. */
void clear(struct module_qstate *qstate, int id)
{
    if (qstate)
        qstate->minfo[id] = NULL;
}

size_t get_mem(struct module_env *env, int id)
{
    const struct plimsoll_unbound *m = plimsoll_unbound(env, id);

    return m ? sizeof(*m) + (size_t)m->threads * sizeof(*m->policy) +
                   slabhash_get_mem(m->restricted)
             : 0;
}
