/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/intake.h"
#include "common/report/event.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool take_lock(struct pl_intake *intake, struct pl_error *error)
{
    char name[sizeof(intake->path) + 8];

    snprintf(name, sizeof(name), "%s.lock", intake->path);
    intake->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (intake->lock_fd < 0)
        return pl_fail(error, name, 0, 0, "cannot create the lock: %s", strerror(errno));
    if (flock(intake->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    return pl_fail(error, name, 0, 0,
                   "another plimsolld serves this socket: stop it first, or give "
                   "this one another events_socket");
}

/* Nothing but a socket is removed, whatever the configuration says. */
static bool clear_name(const char *path, struct pl_error *error)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return true;
    if (!S_ISSOCK(st.st_mode))
        return pl_fail(error, path, 0, 0, "this is there already and is not a socket");
    if (unlink(path) == 0)
        return true;
    return pl_fail(error, path, 0, 0, "cannot replace the old socket: %s", strerror(errno));
}

static bool allow_senders(const char *path, const char *group, struct pl_error *error)
{
    const struct group *g;

    if (!group[0]) {
        if (chmod(path, 0666) == 0)
            return true;
        return pl_fail(error, path, 0, 0, "cannot change the mode: %s", strerror(errno));
    }
    g = getgrnam(group);
    if (!g)
        return pl_fail(error, NULL, 0, 0, "events_group '%s': there is no such group", group);
    if (chown(path, (uid_t)-1, g->gr_gid) == 0 && chmod(path, 0660) == 0)
        return true;
    return pl_fail(error, path, 0, 0, "cannot give it to the group '%s': %s", group,
                   strerror(errno));
}

static bool make_socket(struct pl_intake *intake, const char *group, struct pl_error *error)
{
    struct sockaddr_un sun = {.sun_family = AF_UNIX};

    if (!take_lock(intake, error) || !clear_name(intake->path, error))
        return false;
    memcpy(sun.sun_path, intake->path, sizeof(sun.sun_path));
    intake->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (intake->fd < 0 || bind(intake->fd, (const struct sockaddr *)&sun, sizeof(sun)) != 0)
        return pl_fail(error, intake->path, 0, 0, "cannot make the events socket: %s",
                       strerror(errno));
    return allow_senders(intake->path, group, error);
}

bool pl_intake_open(struct pl_intake *intake, const char *path, const char *group,
                    struct pl_error *error)
{
    memset(intake, 0, sizeof(*intake));
    intake->fd = intake->lock_fd = -1;
    if (snprintf(intake->path, sizeof(intake->path), "%s", path) >= (int)sizeof(intake->path))
        return pl_fail(error, path, 0, 0, "the path of the events socket is too long");
    if (make_socket(intake, group, error))
        return true;
    pl_intake_close(intake);
    return false;
}

void pl_intake_read(struct pl_intake *intake,
                    void (*on_datagram)(void *context, const void *bytes, size_t size),
                    void *context)
{
    struct pl_event event;

    for (int i = 0; i < PL_INTAKE_BATCH; i++) {
        ssize_t n = recv(intake->fd, &event, sizeof(event), MSG_DONTWAIT | MSG_TRUNC);
        if (n < 0)
            return;
        on_datagram(context, &event, (size_t)n);
    }
}

/* The lock's file stays: to remove it would let two daemons each lock a file of that name. */
void pl_intake_close(struct pl_intake *intake)
{
    if (intake->fd >= 0) {
        close(intake->fd);
        unlink(intake->path);
    }
    if (intake->lock_fd >= 0)
        close(intake->lock_fd);
    intake->fd = intake->lock_fd = -1;
}
