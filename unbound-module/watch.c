/* SPDX-License-Identifier: BSD-2-Clause */
#include "watch.h"

#include "purge.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static struct timespec deadline(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += (long)PLIMSOLL_UNBOUND_WATCH_MS * NS_PER_MS;
    if (t.tv_nsec >= NS_PER_S) {
        t.tv_nsec -= NS_PER_S;
        t.tv_sec++;
    }
    return t;
}

/* Wait a while; false when it is time to stop. */
static bool wait_on(struct plimsoll_unbound_watch *watch)
{
    struct timespec until = deadline();
    bool stop;
    int rc = 0;

    pthread_mutex_lock(&watch->lock);
    while (!watch->stop && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
    stop = watch->stop;
    pthread_mutex_unlock(&watch->lock);
    return !stop;
}

static void purge(struct plimsoll_unbound_watch *watch)
{
    long count = plimsoll_unbound_purge(watch->msg_cache, &watch->policy);

    if (count < 0)
        log_warn(
            "plimsoll: memory ran out while the cache was searched for names that the new "
            "policy decides on; they stay until they expire. unbound-control reload empties it.");
    else if (count > 0)
        verbose(VERB_OPS, "plimsoll: %ld cached answers are judged for each client from now on",
                count);
}

static void say_policy(const struct plimsoll_unbound_watch *watch)
{
    const struct pl_handle *h = &watch->policy.handle;

    if (h->ready)
        log_info("plimsoll: policy %llu decides (%llu names, %llu networks)",
                 (unsigned long long)h->head.serial, (unsigned long long)h->head.names,
                 (unsigned long long)h->head.prefixes);
}

static void say_refusal(const struct plimsoll_unbound_watch *watch)
{
    const struct pl_handle *h = &watch->policy.handle;
    char text[1024];

    log_warn("plimsoll: %s; %s", pl_error_text(&h->error, text, sizeof(text)),
             h->ready ? "the policy that was there before stays"
                      : "without a policy everything is allowed");
}

/* The second walk, a second later, catches what a thread stored while the first one was under way
 * and that thread had not seen the new policy. */
static void *run(void *arg)
{
    struct plimsoll_unbound_watch *watch = arg;
    uint32_t refused = 0;
    time_t again = 0;

    say_policy(watch);
    purge(watch); /* `reload_keep_cache` may have left something */
    do {
        time_t now = time(NULL);
        if (plimsoll_unbound_policy_refresh(&watch->policy, (uint64_t)now)) {
            say_policy(watch);
            purge(watch);
            again = now + 1;
        } else if (again && now > again) {
            purge(watch);
            again = 0;
        }
        if (refused != watch->policy.handle.refused) {
            refused = watch->policy.handle.refused;
            say_refusal(watch);
        }
    } while (wait_on(watch));
    return NULL;
}

/* Unbound's signals are for its own threads. */
static int start_thread(struct plimsoll_unbound_watch *watch)
{
    sigset_t all, before;
    int rc;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    rc = pthread_create(&watch->thread, NULL, run, watch);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

bool plimsoll_unbound_watch_start(struct plimsoll_unbound_watch *watch,
                                  const struct plimsoll_unbound_conf *conf,
                                  struct slabhash *msg_cache, struct pl_error *error)
{
    pthread_condattr_t attr;
    int rc;

    watch->msg_cache = msg_cache;
    if (!plimsoll_unbound_policy_open(&watch->policy, conf, error))
        return false;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&watch->wake, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&watch->lock, NULL);
    rc = start_thread(watch);
    if (rc != 0)
        return pl_fail(error, NULL, 0, 0, "cannot start a thread: %s", strerror(rc));
    watch->running = true;
    return true;
}

void plimsoll_unbound_watch_stop(struct plimsoll_unbound_watch *watch)
{
    if (watch->running) {
        pthread_mutex_lock(&watch->lock);
        watch->stop = true;
        pthread_cond_signal(&watch->wake);
        pthread_mutex_unlock(&watch->lock);
        pthread_join(watch->thread, NULL);
        pthread_cond_destroy(&watch->wake);
        pthread_mutex_destroy(&watch->lock);
        watch->running = false;
    }
    plimsoll_unbound_policy_close(&watch->policy);
}
