/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many tc filters an interface has, asked by rtnetlink, since libbpf only asks for one by its
 * number.  Wanted before the clsact queueing discipline is removed: others may hang on it.
 */
#include "gateway_private.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
    struct nlmsghdr head;
    struct tcmsg tc;
};

static bool send_dump(int fd, uint32_t ifindex, uint32_t parent)
{
    struct request r = {0};

    r.head.nlmsg_len = sizeof(r);
    r.head.nlmsg_type = RTM_GETTFILTER;
    r.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    r.tc.tcm_family = AF_UNSPEC;
    r.tc.tcm_ifindex = (int)ifindex;
    r.tc.tcm_parent = parent;
    return send(fd, &r, sizeof(r), 0) == (ssize_t)sizeof(r);
}

/* Count the filters in one batch of answers; the head of a priority without a filter (handle 0) is
 * none.  *done: it was the last. */
static int count_batch(const void *bytes, size_t len, bool *done)
{
    const struct nlmsghdr *head = bytes;
    int filters = 0;

    for (; NLMSG_OK(head, len); head = NLMSG_NEXT(head, len)) {
        const struct tcmsg *tc = NLMSG_DATA(head);
        if (head->nlmsg_type == NLMSG_DONE)
            *done = true;
        else if (head->nlmsg_type == NLMSG_ERROR)
            return ((const struct nlmsgerr *)NLMSG_DATA(head))->error;
        else if (head->nlmsg_type == RTM_NEWTFILTER && tc->tcm_handle)
            filters++;
    }
    return filters;
}

static int count_on(int fd, uint32_t ifindex, uint32_t parent)
{
    static char answer[1 << 16];
    bool done = false;
    int filters = 0;

    if (!send_dump(fd, ifindex, parent))
        return -errno;
    while (!done) {
        ssize_t len = recv(fd, answer, sizeof(answer), 0);
        int more = len < 0 ? -errno : count_batch(answer, (size_t)len, &done);
        if (more < 0)
            return more;
        filters += more;
    }
    return filters;
}

int pl_filters_count(uint32_t ifindex)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int in, out = 0;

    if (fd < 0)
        return -errno;
    in = count_on(fd, ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS));
    if (in >= 0)
        out = count_on(fd, ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS));
    close(fd);
    return in < 0 ? in : out < 0 ? out : in + out;
}
