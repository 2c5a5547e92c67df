/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program on the interfaces: a tc filter with a priority and a handle of its own in the ingress
 * of clsact.  What was attached is written into a pinned map, so that the next process knows what
 * is ours and what is not.
 */
#include "gateway_private.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

static struct bpf_tc_hook hook_of(uint32_t ifindex)
{
    DECLARE_LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);

    return hook;
}

static const char *name_of(uint32_t ifindex, char name[IF_NAMESIZE])
{
    return if_indextoname(ifindex, name) ? name : "an interface that is gone";
}

/* Is there a filter under this number?  Interfaces without clsact have none. */
static bool filter_is_there(uint32_t ifindex, uint32_t priority, uint32_t handle)
{
    struct bpf_tc_hook hook = hook_of(ifindex);
    DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .priority = priority, .handle = handle);

    return bpf_tc_query(&hook, &opts) == 0;
}

static int filter_remove(uint32_t ifindex, const struct pl_attachment *a)
{
    struct bpf_tc_hook hook = hook_of(ifindex);
    DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .priority = a->priority, .handle = a->handle);

    return filter_is_there(ifindex, a->priority, a->handle) ? bpf_tc_detach(&hook, &opts) : 0;
}

static void clsact_remove(uint32_t ifindex)
{
    struct bpf_tc_hook hook = hook_of(ifindex);

    hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
    if (pl_filters_count(ifindex) == 0)
        bpf_tc_hook_destroy(&hook);
}

/* Detach from one interface.  One that is gone took its filter with it. */
static bool detach_one(int attachments_fd, uint32_t ifindex, struct pl_error *error)
{
    struct pl_attachment a;
    char name[IF_NAMESIZE];
    int err;

    if (bpf_map_lookup_elem(attachments_fd, &ifindex, &a))
        return true;
    if (if_indextoname(ifindex, name)) {
        err = filter_remove(ifindex, &a);
        if (err)
            return pl_fail(error, NULL, 0, 0, "cannot detach from %s: %s", name, strerror(-err));
        if (a.made_clsact)
            clsact_remove(ifindex);
    }
    bpf_map_delete_elem(attachments_fd, &ifindex);
    return true;
}

/* The first recorded interface that is not in keep; false when there is none. */
static bool find_other(int attachments_fd, const uint32_t *keep, size_t count, uint32_t *found)
{
    uint32_t key, *from = NULL;

    while (bpf_map_get_next_key(attachments_fd, from, &key) == 0) {
        bool kept = false;
        for (size_t i = 0; i < count; i++)
            kept = kept || keep[i] == key;
        if (!kept) {
            *found = key;
            return true;
        }
        from = &key;
    }
    return false;
}

static bool detach_others(int attachments_fd, const uint32_t *keep, size_t count,
                          struct pl_error *error)
{
    uint32_t ifindex;

    while (find_other(attachments_fd, keep, count, &ifindex))
        if (!detach_one(attachments_fd, ifindex, error))
            return false;
    return true;
}

bool pl_detach_all(int attachments_fd, struct pl_error *error)
{
    return detach_others(attachments_fd, NULL, 0, error);
}

static bool attach_fail(struct pl_error *error, uint32_t ifindex, const char *what, int err)
{
    char name[IF_NAMESIZE];

    return pl_fail(error, NULL, 0, 0, "cannot %s on %s: %s%s", what, name_of(ifindex, name),
                   strerror(-err), err == -EPERM ? " (needs CAP_NET_ADMIN)" : "");
}

/* Attach, or put the new program in the place of ours. */
static bool attach_one(int attachments_fd, uint32_t ifindex, uint32_t priority, int program_fd,
                       struct pl_error *error)
{
    struct bpf_tc_hook hook = hook_of(ifindex);
    DECLARE_LIBBPF_OPTS(bpf_tc_opts, opts, .priority = priority, .handle = PL_GATEWAY_HANDLE,
                        .prog_fd = program_fd);
    struct pl_attachment a = {priority, PL_GATEWAY_HANDLE, 0, 0};
    bool ours = bpf_map_lookup_elem(attachments_fd, &ifindex, &a) == 0;
    char name[IF_NAMESIZE];
    int err;

    if (ours && a.priority != priority) {
        if (!detach_one(attachments_fd, ifindex, error))
            return false;
        ours = false;
        a = (struct pl_attachment){priority, PL_GATEWAY_HANDLE, 0, 0};
    }
    err = bpf_tc_hook_create(&hook);
    if (err && err != -EEXIST)
        return attach_fail(error, ifindex, "make a clsact queueing discipline", err);
    a.made_clsact |= err == 0;
    if (!ours && filter_is_there(ifindex, priority, PL_GATEWAY_HANDLE))
        return pl_fail(error, NULL, 0, 0, "%s has a filter of somebody else at priority %u",
                       name_of(ifindex, name), priority);
    if (bpf_map_update_elem(attachments_fd, &ifindex, &a, BPF_ANY))
        return attach_fail(error, ifindex, "note the attachment", -errno);
    opts.flags = BPF_TC_F_REPLACE;
    err = bpf_tc_attach(&hook, &opts);
    return err == 0 || attach_fail(error, ifindex, "attach the program", err);
}

bool pl_attach_all(const struct pl_gateway_config *config, int program_fd, int attachments_fd,
                   struct pl_error *error)
{
    uint32_t priority = config->priority ? config->priority : PL_GATEWAY_PRIORITY;
    uint32_t ifindex[PL_GATEWAY_INTERFACES];
    size_t done;

    if (config->interface_count > PL_GATEWAY_INTERFACES)
        return pl_fail(error, NULL, 0, 0, "more than %d interfaces", PL_GATEWAY_INTERFACES);
    for (size_t i = 0; i < config->interface_count; i++) {
        ifindex[i] = if_nametoindex(config->interfaces[i]);
        if (!ifindex[i])
            return pl_fail(error, NULL, 0, 0, "there is no interface named '%s'",
                           config->interfaces[i]);
    }
    for (done = 0; done < config->interface_count; done++)
        if (!attach_one(attachments_fd, ifindex[done], priority, program_fd, error))
            break;
    if (done == config->interface_count)
        return detach_others(attachments_fd, ifindex, config->interface_count, error);
    for (size_t i = 0; i <= done; i++)
        detach_one(attachments_fd, ifindex[i], NULL);
    return false;
}
