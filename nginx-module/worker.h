/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one worker of nginx holds for Plimsoll: its view of the policy, its way to plimsolld, and
 * the timer that flushes counted events.  Each module has one in its main configuration, so a new
 * configuration begins with a new one and connections of the old keep theirs.
 *
 * Nothing here blocks: no look-up of names, no waiting for plimsolld.  Without an image everything
 * is allowed.
 */
#ifndef PL_WORKER_H
#define PL_WORKER_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>

#include "common/read/tls/facts.h"
#include "common/user/emitter.h"
#include "common/user/handle.h"

/* The values of the directive `plimsoll'. */
enum pl_watch {
    PL_WATCH_OFF,
    PL_WATCH_ON,
    PL_WATCH_OBSERVE /* judge and tell, never act */
};

struct pl_worker {
    ngx_str_t image, control, events; /* paths as configured, terminated */
    enum pl_point point;
    bool used; /* some server or location asks for judgement */
    bool open;
    uint32_t refused; /* as of the handle, when it was logged last */
    struct pl_handle handle;
    struct pl_emitter emitter;
    ngx_event_t tick;
    ngx_connection_t nobody; /* nginx wants a connection behind each event */
};

/* Who asks for what, in the numbers of the image. */
struct pl_parties {
    uint16_t group, class;
};

/* Directives of the main level; the main configuration must begin with a struct pl_worker. */
char *pl_worker_set_policy(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *pl_worker_set_events(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* When the whole configuration is read: fill in the default paths; warn when there is no image.
 * False: no memory. */
bool pl_worker_settle(ngx_conf_t *cf, struct pl_worker *w) PL_MUST_USE;

/* In the worker process.  Opening twice is harmless; the data path opens what was not. */
void pl_worker_open(struct pl_worker *w, ngx_log_t *log);
void pl_worker_close(struct pl_worker *w);

/* To be called before the image is asked for a decision; logs each new or refused image once. */
void pl_worker_refresh(struct pl_worker *w, ngx_log_t *log);

/* The client's group, and the class of the name; of the address that the client came to when the
 * name has none.  The name is lower case. */
struct pl_parties pl_worker_parties(struct pl_worker *w, ngx_connection_t *c, const u_char *name,
                                    size_t len);

/* Judge; observe mode turns a block into a would-block.  False when there was no image to ask. */
bool pl_worker_judge(const struct pl_worker *w, enum pl_watch mode, struct pl_parties parties,
                     struct pl_findings *findings, struct pl_judgement *j);

/* Take checks of one family out of a judgement; its action becomes that of what is left. */
void pl_worker_leave_out(struct pl_judgement *j, enum pl_family family, uint64_t checks);

/* Tell plimsolld, when there is anything to tell.  tls may be NULL. */
void pl_worker_report(struct pl_worker *w, ngx_connection_t *c, const struct pl_judgement *j,
                      const u_char *name, size_t len, const struct pl_tls_facts *tls);
void pl_worker_report_malformed(struct pl_worker *w, ngx_connection_t *c, const char *protocol);

#endif
