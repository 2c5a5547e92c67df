/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the loader share. */
#ifndef PL_GATEWAY_PRIVATE_H
#define PL_GATEWAY_PRIVATE_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "gateway.h"
#include "maps.h"

struct gateway_bpf;

enum { PL_GATEWAY_PRIORITY = 29500, PL_GATEWAY_HANDLE = 1, PL_FOLD_FLUSH_NS = 1000000000 };

struct pl_gateway {
    struct gateway_bpf *skeleton;
    struct ring_buffer *ring;
    struct pl_gate gate;
    uint64_t *slices; /* the second at which slice 1, 2, ... begins */
    uint32_t slice_count, slice;
    bool flush; /* a second has passed: look for folded events */
    void (*on_event)(void *arg, const struct pl_event *event);
    void *arg;
};

/* gateway_log.c: between begin and end libbpf and the verifier speak to us, not to stderr. */
void pl_gateway_log_begin(void);
void pl_gateway_log_end(void);
const char *pl_gateway_log_last(void); /* the end of what they said; valid until the next begin */

/* gateway_pins.c */
const char *pl_pins_dir(const struct pl_gateway_config *config);
bool pl_pins_prepare(const char *dir, struct pl_error *error) PL_MUST_USE;
bool pl_pins_set(struct gateway_bpf *skeleton, const char *dir, struct pl_error *error) PL_MUST_USE;
bool pl_pins_program(struct gateway_bpf *skeleton, const char *dir,
                     struct pl_error *error) PL_MUST_USE;
bool pl_pins_remove(const char *dir, struct pl_error *error) PL_MUST_USE;
int pl_pins_open(const char *dir, const char *name); /* a descriptor, or a negative errno */

/* gateway_attach.c */
bool pl_attach_all(const struct pl_gateway_config *config, int program_fd, int attachments_fd,
                   struct pl_error *error) PL_MUST_USE;
bool pl_detach_all(int attachments_fd, struct pl_error *error) PL_MUST_USE;

/* gateway_filters.c: how many filters hang on an interface's ingress and egress; negative errno. */
int pl_filters_count(uint32_t ifindex);

/* gateway_image.c */
void pl_gate_set_clock(struct pl_gate *gate, uint64_t now_s);
int pl_image_map_make(const struct pl_lines *lines, const struct pl_image_head *head,
                      struct pl_error *error); /* a descriptor, or negative */

/* gateway_events.c */
int pl_fold_flush(struct pl_gateway *gateway);

#endif
