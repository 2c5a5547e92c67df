/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the agree test: dialogues, the two ways to judge them, the program in the kernel. */
#ifndef AGREE_H
#define AGREE_H

#include "common/check/stream.h"
#include "common/decide/decide.h"
#include "ebpf/maps.h"

enum { DIALOGUE_BYTES = 80000, DIALOGUES_MAX = 600 };

/* What a client says. */
struct dialogue {
    char title[160];
    uint16_t port;
    uint32_t len;
    uint8_t *bytes;
};

/* dialogues.c: all vectors of the readers and what is put together from them; the count. */
size_t dialogues_load(struct dialogue *list);

/* How a dialogue is cut into segments. */
struct cut {
    uint32_t most;   /* bytes in a segment */
    uint32_t random; /* a seed for shorter ones; 0: all as long as they can be */
};

/* The length of the next segment when `left` bytes are left. */
uint32_t cut_next(struct cut *cut, uint32_t left);

/* What one of the two ways came to. */
struct result {
    struct pl_stream stream;
    struct pl_findings found;
    uint64_t flag[PL_FAMILY_COUNT], trial[PL_FAMILY_COUNT], block[PL_FAMILY_COUNT];
    uint16_t group, class, cell;
    enum pl_action action;
    uint32_t blocked_at; /* bytes up to the end of the refused segment; 0: not refused */
};

/* image.c: a policy's text, compiled with a key that is always the same. */
struct pl_lines agree_image(const char *policy);

/* user.c: the common headers, as every other point uses them. */
void user_judge(const struct pl_lines *lines, const struct dialogue *d, struct cut cut,
                struct result *result);

/* kernel.c: the BPF program by BPF_PROG_TEST_RUN.  kernel_open() answers why it cannot, or NULL. */
const char *kernel_open(void);
void kernel_publish(const struct pl_lines *lines);
void kernel_judge(const struct dialogue *d, struct cut cut, struct result *result);

/* One frame: the program's answer (TC_ACT_...); *len: of the frame, then of what became of it. */
int kernel_frame(const uint8_t *frame, uint8_t *out, uint32_t *len);
struct frame_flow;
void kernel_forget(const struct frame_flow *flow);          /* the state of its dialogue */
void kernel_busy(const struct frame_flow *flow, bool busy); /* as if another processor read it */
void kernel_stats(struct pl_stats *stats);
uint32_t kernel_verified(void); /* instructions that the verifier went through */

#endif
