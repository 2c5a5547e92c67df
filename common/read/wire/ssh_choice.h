/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an SSH client and a server will use, by their name lists (RFC 4253, 7.1): the first of the
 * client's names that the server has too; for the key exchange only when there is a host key that
 * it can work with, and without more ado when both sides name the same one first.
 *
 *   kex, host_key        PL_SSH_UNKNOWN when nothing fits, or when it cannot be told because a list
 *   cipher[], mac[]      was cut; [PL_CLIENT]: what the client sends, [PL_SERVER]: the server
 *   mac[] = PL_SSH_MAC_UNUSED   the cipher protects by itself (RFC 5647, OpenSSH's PROTOCOL)
 *
 * Markers in the list of key exchanges (RFC 8308, 2.1; OpenSSH's strict key exchange) are no
 * algorithms and are left out.
 */
#ifndef PL_READ_SSH_CHOICE_H
#define PL_READ_SSH_CHOICE_H

#include "../side.h"
#include "ssh_names.h"

enum { PL_SSH_LIST_NAMES = 64, PL_SSH_LISTS = 10, PL_SSH_LISTS_READ = 6 };

/* The name lists of a KEXINIT, in their order; compression and languages are not read. */
enum pl_ssh_list {
    PL_SSH_LIST_KEX,
    PL_SSH_LIST_HOST_KEY,
    PL_SSH_LIST_CIPHER, /* client to server, then server to client */
    PL_SSH_LIST_MAC = PL_SSH_LIST_CIPHER + 2
};

#define PL_SSH_MAC_UNUSED UINT32_MAX

struct pl_ssh_lists {
    uint32_t name[PL_SSH_LISTS_READ][PL_SSH_LIST_NAMES]; /* enum pl_ssh_name, or a hash */
    uint8_t count[PL_SSH_LISTS_READ];
    bool cut[PL_SSH_LISTS_READ]; /* there were more */
};

struct pl_ssh_chosen {
    uint32_t kex, host_key, cipher[2], mac[2];
};

PL_INLINE bool pl_ssh_marker(uint32_t id)
{
    return id >= PL_SSH_MARK_EXT_INFO_C && id <= PL_SSH_MARK_STRICT_S_NEW;
}

/* The word that was read goes to the list; an empty one and a marker do not. */
PL_INLINE void pl_ssh_lists_add(struct pl_ssh_lists *l, uint32_t list, struct pl_ssh_word *word)
{
    uint32_t id = word->len ? pl_ssh_word_id(word) : PL_SSH_UNKNOWN, count;

    *word = (struct pl_ssh_word){0};
    if (list >= PL_SSH_LISTS_READ || id == PL_SSH_UNKNOWN || pl_ssh_marker(id))
        return;
    count = l->count[list];
    if (count < PL_SSH_LIST_NAMES) {
        l->name[list][count] = id;
        l->count[list]++;
    } else {
        l->cut[list] = true;
    }
}

PL_INLINE bool pl_ssh_has(const struct pl_ssh_lists *l, uint32_t list, uint32_t id)
{
    for (uint32_t i = 0; i < l->count[list] && i < PL_SSH_LIST_NAMES; i++)
        if (l->name[list][i] == id)
            return true;
    return false;
}

/* The first that both have.  Behind a name that may stand where the server's list was cut nothing
 * is certain. */
PL_INLINE uint32_t pl_ssh_first(const struct pl_ssh_lists *c, const struct pl_ssh_lists *s,
                                uint32_t list)
{
    for (uint32_t i = 0; i < c->count[list] && i < PL_SSH_LIST_NAMES; i++) {
        if (pl_ssh_has(s, list, c->name[list][i]))
            return c->name[list][i];
        if (s->cut[list])
            break;
    }
    return PL_SSH_UNKNOWN;
}

/* All known methods need a host key that signs, and all known host keys but "null" do; GSS-API
 * needs none (RFC 4462, 2.1). */
PL_INLINE uint32_t pl_ssh_choose_kex(const struct pl_ssh_lists *c, const struct pl_ssh_lists *s,
                                     bool signs)
{
    const uint32_t list = PL_SSH_LIST_KEX;

    if (c->count[list] && s->count[list] && c->name[list][0] == s->name[list][0])
        return c->name[list][0];
    for (uint32_t i = 0; i < c->count[list] && i < PL_SSH_LIST_NAMES; i++) {
        uint32_t id = c->name[list][i];
        bool gss = id >= PL_SSH_OTHER && id & PL_SSH_GSS;
        if (pl_ssh_has(s, list, id) && (signs || gss))
            return id;
        if (s->cut[list])
            break;
    }
    return PL_SSH_UNKNOWN;
}

PL_INLINE bool pl_ssh_signs(const struct pl_ssh_lists *c, const struct pl_ssh_lists *s)
{
    const uint32_t list = PL_SSH_LIST_HOST_KEY;

    for (uint32_t i = 0; i < c->count[list] && i < PL_SSH_LIST_NAMES; i++)
        if (c->name[list][i] != PL_SSH_NULL_NAME && pl_ssh_has(s, list, c->name[list][i]))
            return true;
    return c->cut[list] || s->cut[list];
}

PL_INLINE bool pl_ssh_aead(uint32_t cipher)
{
    return cipher >= PL_SSH_CIPHER_AES128_GCM && cipher <= PL_SSH_CIPHER_CHACHA20;
}

PL_INLINE void pl_ssh_choose(struct pl_ssh_chosen *o, const struct pl_ssh_lists *c,
                             const struct pl_ssh_lists *s)
{
    o->kex = pl_ssh_choose_kex(c, s, pl_ssh_signs(c, s));
    o->host_key = pl_ssh_first(c, s, PL_SSH_LIST_HOST_KEY);
    for (uint32_t way = 0; way < 2; way++) {
        o->cipher[way] = pl_ssh_first(c, s, PL_SSH_LIST_CIPHER + way);
        o->mac[way] = pl_ssh_aead(o->cipher[way]) ? PL_SSH_MAC_UNUSED
                                                  : pl_ssh_first(c, s, PL_SSH_LIST_MAC + way);
    }
}

#endif
