/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts of SMB, and the fields of its negotiations that become facts: see smb.h. */
#ifndef PL_READ_SMB_FACTS_H
#define PL_READ_SMB_FACTS_H

#include "frame.h"

enum { PL_SMB1_NO_DIALECT = 0xffff, PL_SMB1_LIST_MAX = 16, PL_SMB1_NAME_MAX = 28 };

enum pl_smb1_dialect {
    PL_SMB1_UNKNOWN,
#define PL_SMB_DIALECT(NAME, name) PL_SMB1_##NAME,
#include "smb_dialect.def"
#undef PL_SMB_DIALECT
    PL_SMB1_DIALECTS
};

PL_TABLE char pl_smb1_names[PL_SMB1_DIALECTS][PL_SMB1_NAME_MAX] = {
    "",
#define PL_SMB_DIALECT(NAME, name) name,
#include "smb_dialect.def"
#undef PL_SMB_DIALECT
};

enum pl_smb1_answer { PL_SMB1_NO_ANSWER, PL_SMB1_CHOSEN, PL_SMB1_REFUSED };

/* DialectRevision (MS-SMB2 2.2.4); bit n of a set is entry n of pl_smb2_dialects. */
enum pl_smb2_dialect {
    PL_SMB2_202 = 0x0202,
    PL_SMB2_210 = 0x0210,
    PL_SMB2_ANY = 0x02ff,
    PL_SMB2_300 = 0x0300,
    PL_SMB2_302 = 0x0302,
    PL_SMB2_311 = 0x0311
};

PL_TABLE uint16_t pl_smb2_dialects[] = {PL_SMB2_202, PL_SMB2_210, PL_SMB2_ANY,
                                        PL_SMB2_300, PL_SMB2_302, PL_SMB2_311};

/* SecurityMode, ShareFlags, ShareType (MS-SMB2 2.2.3, 2.2.4, 2.2.5, 2.2.10). */
enum { PL_SMB2_SIGNING_REQUIRED = 2, PL_SMB2_SHARE_ENCRYPT = 0x8000 };

struct pl_smb_side {
    uint32_t left;  /* of the message, or of this one of several in it */
    uint32_t after; /* of the message, after this one */
    uint32_t status;
    uint16_t command;
    uint8_t at; /* bytes of the dialect's name, and its kind before it */
    bool encrypted;
};

struct pl_smb {
    bool smb1;    /* an SMB1 message of either side */
    bool smb2[2]; /* an SMB2 message in clear, by side */
    bool smb1_goes_on;
    uint8_t answer1; /* enum pl_smb1_answer */
    uint16_t index1;
    uint32_t offered1;
    uint8_t count1, list1[PL_SMB1_LIST_MAX];
    uint8_t name[PL_SMB1_NAME_MAX];
    uint8_t offered2;
    uint16_t dialect2; /* 0: none yet */
    uint8_t mode[2];
    bool mode_known[2];
    bool tree_clear, tree_encrypted, encrypted;
    struct pl_smb_side side[2];
};

PL_INLINE uint16_t pl_smb_le16(const uint8_t *b)
{
    return (uint16_t)(b[1] << 8 | b[0]);
}

PL_INLINE uint32_t pl_smb_le32(const uint8_t *b)
{
    return (uint32_t)pl_smb_le16(b + 2) << 16 | pl_smb_le16(b);
}

PL_INLINE uint8_t pl_smb2_dialect_bit(uint16_t dialect)
{
    for (uint32_t i = 0; i < PL_COUNT(pl_smb2_dialects); i++)
        if (pl_smb2_dialects[i] == dialect)
            return (uint8_t)(1u << i);
    return 0;
}

/* The dialect's name is whole. */
PL_INLINE uint8_t pl_smb1_dialect_of(const uint8_t *name, uint32_t len)
{
    for (uint32_t d = 1; d < PL_SMB1_DIALECTS; d++) {
        uint32_t i = 0;
        while (i < len && i < PL_SMB1_NAME_MAX && name[i] == (uint8_t)pl_smb1_names[d][i])
            i++;
        if (i == len && i < PL_SMB1_NAME_MAX && !pl_smb1_names[d][i])
            return (uint8_t)d;
    }
    return PL_SMB1_UNKNOWN;
}

/* A byte of the client's list: each dialect is a 2, a name and a 0 (MS-CIFS 2.2.4.52.1). */
PL_INLINE void pl_smb_dialect_byte(struct pl_smb *s, uint8_t byte)
{
    uint8_t *at = &s->side[PL_CLIENT].at, dialect;

    if (*at == 0 || byte != 0) {
        if (*at > 0 && *at <= PL_SMB1_NAME_MAX)
            s->name[*at - 1] = byte;
        if (*at < UINT8_MAX)
            ++*at;
        return;
    }
    dialect = *at - 1u <= PL_SMB1_NAME_MAX ? pl_smb1_dialect_of(s->name, *at - 1u) : 0;
    s->offered1 |= dialect ? 1u << dialect : 0;
    if (s->count1 < PL_SMB1_LIST_MAX)
        s->list1[s->count1] = dialect;
    if (s->count1 < UINT8_MAX)
        s->count1++;
    *at = 0;
}

/* The dialect that the server chose from the list, in SMB1; unknown while the list is. */
PL_INLINE uint8_t pl_smb_dialect1(const struct pl_smb *s)
{
    bool known = s->answer1 == PL_SMB1_CHOSEN && s->index1 < s->count1;

    return known && s->index1 < PL_SMB1_LIST_MAX ? s->list1[s->index1] : PL_SMB1_UNKNOWN;
}

/* The first bytes of a client's message of SMB2. */
PL_INLINE void pl_smb_request(struct pl_smb *s, uint32_t command, const uint8_t *body)
{
    if (command > 1)
        return;
    s->mode[PL_CLIENT] |= command == 0 ? body[4] : body[3];
    s->mode_known[PL_CLIENT] = true;
}

/* Of a server's.  Share flags of a share that was not opened do not count. */
PL_INLINE void pl_smb_answer(struct pl_smb *s, uint32_t command, uint32_t status,
                             const uint8_t *body)
{
    bool encrypt = pl_smb_le32(body + 4) & PL_SMB2_SHARE_ENCRYPT;

    if (status != 0)
        return;
    if (command == 0) {
        s->mode[PL_SERVER] = body[2];
        s->mode_known[PL_SERVER] = true;
        s->dialect2 = pl_smb_le16(body + 4);
        s->offered2 |= pl_smb2_dialect_bit(s->dialect2);
    } else if (command == 3) {
        s->tree_encrypted |= encrypt;
        s->tree_clear |= !encrypt;
    }
}

#endif
