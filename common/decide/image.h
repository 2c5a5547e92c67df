/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiled policy image: one file of 64-byte lines, the same for every point.
 *
 *   lines 0..3   struct pl_image_head
 *   then         the sections, each a run of lines named in the head
 *
 * Integers are little-endian, as on every machine that the points run on; the compiler of the image
 * and its validator refuse to work elsewhere.  All access is by pl_line_at(), so a look-up is
 * memory-safe whatever a section holds; a wrong section gives a wrong verdict, never a fault.
 * The validator (user/image_file.h) checks every offset before an image is used.
 *
 * The text section is one JSON object.  In it:
 *   "groups", "classes"  arrays of names, by number; element 0 stands for all others
 *   "origins"            array of {"kind", "id", "file", "line", "reason", ...}: what decided.  The
 *                        origins section holds numbers from 1 into it; 0: nothing was said.
 *                        kind: "profile", "rule" or "exemption" (this one with "owner", "until")
 *   "client_prefix"      [IPv4 bits, IPv6 bits]: how much of a client's address may be kept
 *   "policy"             the path of the policy file
 */
#ifndef PL_IMAGE_H
#define PL_IMAGE_H

#include "../base.h"
#include "../check/catalogue.h"

#define PL_IMAGE_MAGIC "PLIMSOLL"

enum {
    PL_IMAGE_FORMAT = 1,
    PL_IMAGE_HEAD_LINES = 4,
    PL_CELL_LINES = 3,                    /* struct pl_cell */
    PL_ORIGIN_LINES = PL_CHECK_SLOTS / 32 /* 16 bits for each check of a cell */
};

enum pl_section_id {
    PL_SECTION_GROUP_TREE,   /* client prefixes: see prefixes.h */
    PL_SECTION_GROUP_VALUES, /* interval -> group, 16 bits each */
    PL_SECTION_CLASS_TREE,   /* destination prefixes */
    PL_SECTION_CLASS_VALUES, /* interval -> class, 16 bits each */
    PL_SECTION_OWN_TREE,     /* prefixes that may be the source of what leaves (BCP 38); value 1 */
    PL_SECTION_OWN_VALUES,
    PL_SECTION_NAMES,   /* buckets of the cuckoo table: see names.h */
    PL_SECTION_SLICES,  /* 64 bits each: the second at which time slice 1, 2, ... begins */
    PL_SECTION_MATRIX,  /* 16 bits each: [slice][group][class] -> cell */
    PL_SECTION_CELLS,   /* PL_CELL_LINES each */
    PL_SECTION_ORIGINS, /* PL_ORIGIN_LINES a cell: which rule decided, for the record */
    PL_SECTION_TEXT,    /* JSON: names of groups, classes, origins; text_bytes long */
    PL_SECTION_PORTAL,  /* struct pl_portal */
    PL_SECTION_COUNT
};

struct pl_section {
    uint32_t first, lines;
};

struct pl_image_head {
    /* line 0 */
    uint8_t magic[8];
    uint32_t format;
    uint32_t lines;           /* of the whole image */
    uint64_t serial;          /* counts up with each compilation */
    uint64_t created_s;       /* Unix time */
    uint64_t key[2];          /* of the name hash */
    uint32_t groups, classes; /* numbers 0 and up; group 0 and class 0: all others */
    uint32_t cells, slices;   /* slices is at least 1; slice 0 begins at the beginning of time */
    /* lines 1 and 2 */
    struct pl_section section[PL_SECTION_COUNT];
    uint32_t group_nodes, class_nodes; /* nodes of the two prefix trees */
    uint32_t name_labels;              /* the most labels that a listed name has */
    uint32_t text_bytes;
    uint64_t names; /* listed names, for the metrics */
    /* line 3 */
    uint8_t sha256[32]; /* of the whole image with these 32 bytes zero */
    uint64_t prefixes;  /* listed networks, for the metrics */
    uint32_t own_nodes; /* of the tree of own networks; 0: not configured, so nothing is spoofed */
    uint8_t reserved[20];
};

_Static_assert(sizeof(struct pl_image_head) == PL_IMAGE_HEAD_LINES * PL_LINE_BYTES, "head");

/* What a verdict may answer with at the resolver. */
enum pl_answer { PL_ANSWER_NXDOMAIN, PL_ANSWER_NODATA, PL_ANSWER_REFUSED, PL_ANSWER_SINKHOLE };

/* How one group is treated towards one class in one time slice: three masks for each family.
 * attr, bits 0-7: enum pl_answer; bit 8: on an internal error, block (on_error: closed). */
struct pl_cell {
    uint64_t flag[PL_FAMILY_COUNT], attr;
    uint64_t trial[PL_FAMILY_COUNT], spare0;
    uint64_t block[PL_FAMILY_COUNT], spare1;
};

_Static_assert(sizeof(struct pl_cell) == PL_CELL_LINES * PL_LINE_BYTES, "cell");

/* Whom to ask, and where blocked names may lead.  Strings are terminated; empty: not configured.
 * Addresses of zero: none. */
struct pl_portal {
    struct pl_addr sinkhole4, sinkhole6;
    char url[240], contact[240];
};

_Static_assert(sizeof(struct pl_portal) % PL_LINE_BYTES == 0, "portal");

#define PL_ATTR_ANSWER(attr) ((enum pl_answer)((attr)&0xff))
#define PL_ATTR_FAIL_CLOSED  PL_BIT(8)

/* Copy the head out of the image, line by line; false when there are fewer lines than a head. */
PL_INLINE PL_MUST_USE bool pl_image_head(const struct pl_lines *lines, struct pl_image_head *head)
{
    struct pl_line *to = (struct pl_line *)head;

    for (uint32_t i = 0; i < PL_IMAGE_HEAD_LINES; i++) {
        const struct pl_line *line = pl_line_at(lines, i);
        if (!line)
            return false;
        to[i] = *line;
    }
    return true;
}

/* Element i of a section of 16-bit values; 0 outside of it. */
PL_INLINE uint16_t pl_section_u16(const struct pl_lines *lines, struct pl_section s, uint32_t i)
{
    const struct pl_line *line = i / 32 < s.lines ? pl_line_at(lines, s.first + i / 32) : NULL;

    return line ? line->u16[i & 31] : 0;
}

#endif
