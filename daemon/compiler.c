/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/compiler.h"
#include "daemon/log.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void pl_compiler_init(struct pl_compiler *compiler, struct event_base *base,
                      struct pl_current *current, void (*on_end)(void *context), void *context)
{
    *compiler = (struct pl_compiler){
        .base = base, .current = current, .on_end = on_end, .context = context, .fd = -1};
}

static void refuse(struct pl_compiler *c, const char *why)
{
    c->current->rejected++;
    pl_log(PL_LOG_ERROR, "the policy is refused, the old one goes on deciding: %s", why);
}

/* The child: it must not outlive the daemon, whose lock it holds too, nor answer its signals. */
static void compile_and_exit(struct pl_compiler *c, int to, pid_t parent)
{
    struct pl_error error;
    char text[1024];
    size_t len;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    if (getppid() != parent)
        _exit(1);
    if (pl_current_compile(c->current, &error))
        _exit(0);
    len = strlen(pl_error_text(&error, text, sizeof(text)));
    _exit(write(to, text, len) == (ssize_t)len ? 1 : 2);
}

static void end(struct pl_compiler *c)
{
    char text[1024] = "";
    ssize_t n = read(c->fd, text, sizeof(text) - 1);
    int status = 0;

    while (waitpid(c->child, &status, 0) < 0 && errno == EINTR)
        continue;
    event_free(c->watch);
    close(c->fd);
    c->watch = NULL;
    c->fd = -1;
    if (WIFSIGNALED(status))
        snprintf(text, sizeof(text),
                 "its compiler was ended by signal %d, perhaps for want of memory",
                 WTERMSIG(status));
    if (status != 0)
        refuse(c, n > 0 || WIFSIGNALED(status) ? text : "the compiler did not say why");
}

/* The child's end of the pipe is closed or holds a complaint: either way it is at its end. */
static void on_pipe(evutil_socket_t fd, short what, void *context)
{
    struct pl_compiler *c = context;
    bool again = c->again;

    (void)fd;
    (void)what;
    end(c);
    c->on_end(c->context);
    if (again)
        pl_compiler_start(c);
}

static bool start(struct pl_compiler *c)
{
    pid_t parent = getpid();
    int ends[2];

    if (pipe(ends) != 0) /* nothing is ever executed, so nobody inherits it */
        return false;
    c->fd = ends[0];
    c->watch = event_new(c->base, c->fd, EV_READ, on_pipe, c);
    c->child = c->watch && event_add(c->watch, NULL) == 0 ? fork() : -1;
    if (c->child == 0)
        compile_and_exit(c, ends[1], parent);
    close(ends[1]);
    if (c->child > 0)
        return true;
    if (c->watch)
        event_free(c->watch);
    c->watch = NULL;
    close(c->fd);
    c->fd = -1;
    return false;
}

void pl_compiler_start(struct pl_compiler *c)
{
    c->again = c->watch != NULL;
    if (!c->again && !start(c))
        refuse(c, strerror(errno));
}

void pl_compiler_close(struct pl_compiler *c)
{
    if (c->watch)
        end(c);
}
