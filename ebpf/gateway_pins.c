/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pins: files on a bpffs that keep the maps and the program alive without a process.  One
 * folder a gateway; what stands in it is ours.
 */
#include "gateway_private.h"
#include "ebpf/gateway.skel.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define BPFFS "/sys/fs/bpf"

enum { PATH_BYTES = 512 };

const char *pl_pins_dir(const struct pl_gateway_config *config)
{
    return config->pin_dir ? config->pin_dir : PL_GATEWAY_PIN_DIR;
}

static bool is_bpffs(const char *path)
{
    struct statfs fs;

    return statfs(path, &fs) == 0 && (uint32_t)fs.f_type == BPF_FS_MAGIC;
}

static bool mount_bpffs(const char *dir, struct pl_error *error)
{
    if (strncmp(dir, BPFFS "/", sizeof(BPFFS)) != 0)
        return pl_fail(error, dir, 0, 0,
                       "the folder above is not on a bpffs; mount one there: mount -t bpf bpf DIR");
    if (mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"))
        return pl_fail(error, BPFFS, 0, 0, "no bpffs there, and mounting one failed: %s",
                       strerror(errno));
    return true;
}

bool pl_pins_prepare(const char *dir, struct pl_error *error)
{
    char above[PATH_BYTES];

    if (snprintf(above, sizeof(above), "%s", dir) >= PATH_BYTES - 64)
        return pl_fail(error, NULL, 0, 0, "the name of the pin folder is too long: %s", dir);
    if (is_bpffs(dir) && strcmp(dir, BPFFS) != 0)
        return true;
    if (!is_bpffs(dirname(above)) && !mount_bpffs(dir, error))
        return false;
    if (mkdir(dir, 0700) && errno != EEXIST)
        return pl_fail(error, dir, 0, 0, "cannot make the pin folder: %s", strerror(errno));
    return true;
}

static void pin_path(char path[PATH_BYTES], const char *dir, const char *name)
{
    snprintf(path, PATH_BYTES, "%s/%s", dir, name);
}

int pl_pins_open(const char *dir, const char *name)
{
    char path[PATH_BYTES];

    pin_path(path, dir, name);
    return bpf_obj_get(path);
}

/* The scratch memory and the constants belong to the program, not to the gateway. */
static bool is_pinned(const struct bpf_map *map)
{
    const char *name = bpf_map__name(map);

    return !bpf_map__is_internal(map) && strcmp(name, "works") && strcmp(name, "judgements");
}

static bool map_is_same(const struct bpf_map *map, int fd)
{
    struct bpf_map_info info = {0};
    uint32_t len = sizeof(info);

    return bpf_obj_get_info_by_fd(fd, &info, &len) == 0 && info.type == bpf_map__type(map) &&
           info.key_size == bpf_map__key_size(map) && info.value_size == bpf_map__value_size(map) &&
           info.max_entries == bpf_map__max_entries(map) &&
           info.map_flags == bpf_map__map_flags(map);
}

static bool version_is_same(const char *dir)
{
    struct pl_gate gate = {0};
    uint32_t zero = 0;
    int fd = pl_pins_open(dir, "gates");
    bool same = fd < 0 || (bpf_map_lookup_elem(fd, &zero, &gate) == 0 &&
                           (gate.version == PL_MAPS_VERSION || gate.version == 0));

    if (fd >= 0)
        close(fd);
    return same;
}

/* Can every pinned map be taken over by this build with this configuration? */
static bool pins_fit(struct gateway_bpf *skeleton, const char *dir)
{
    struct bpf_map *map;
    bool same = version_is_same(dir);

    bpf_object__for_each_map(map, skeleton->obj)
    {
        int fd = is_pinned(map) ? pl_pins_open(dir, bpf_map__name(map)) : -1;
        if (fd < 0)
            continue;
        same = same && map_is_same(map, fd);
        close(fd);
    }
    return same;
}

/* The program's attachments are still ours when all other maps are made anew. */
static bool remove_pins(const char *dir, bool all, struct pl_error *error)
{
    char path[PATH_BYTES];
    struct dirent *entry;
    DIR *d = opendir(dir);
    bool ok = true;

    if (!d)
        return errno == ENOENT ||
               pl_fail(error, dir, 0, 0, "cannot read the pin folder: %s", strerror(errno));
    while (ok && (entry = readdir(d))) {
        if (entry->d_name[0] == '.' || (!all && strcmp(entry->d_name, "attachments") == 0))
            continue;
        pin_path(path, dir, entry->d_name);
        if (unlink(path))
            ok = pl_fail(error, path, 0, 0, "cannot remove the pin: %s", strerror(errno));
    }
    closedir(d);
    return ok;
}

bool pl_pins_set(struct gateway_bpf *skeleton, const char *dir, struct pl_error *error)
{
    char path[PATH_BYTES];
    struct bpf_map *map;

    if (!pins_fit(skeleton, dir) && !remove_pins(dir, false, error))
        return false;
    bpf_object__for_each_map(map, skeleton->obj)
    {
        if (!is_pinned(map))
            continue;
        pin_path(path, dir, bpf_map__name(map));
        if (bpf_map__set_pin_path(map, path))
            return pl_fail(error, path, 0, 0, "cannot set the pin: out of memory");
    }
    return true;
}

bool pl_pins_program(struct gateway_bpf *skeleton, const char *dir, struct pl_error *error)
{
    char path[PATH_BYTES];
    int err;

    pin_path(path, dir, "program");
    if (unlink(path) && errno != ENOENT)
        return pl_fail(error, path, 0, 0, "cannot replace the pin: %s", strerror(errno));
    err = bpf_program__pin(skeleton->progs.plimsoll_in, path);
    return err == 0 || pl_fail(error, path, 0, 0, "cannot pin the program: %s", strerror(-err));
}

bool pl_pins_remove(const char *dir, struct pl_error *error)
{
    if (!remove_pins(dir, true, error))
        return false;
    return rmdir(dir) == 0 || errno == ENOENT ||
           pl_fail(error, dir, 0, 0, "cannot remove the pin folder: %s", strerror(errno));
}
