/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses, networks and times as people write them. */
#ifndef PL_PARSE_H
#define PL_PARSE_H

#include "../base.h"

/* An IPv4 or IPv6 address. */
bool pl_parse_addr(const char *text, struct pl_addr *addr) PL_MUST_USE;

/* A network (192.0.2.0/24) or an address (a network of one).  bits counts in IPv6 terms, 0 to 128.
 * Does not look at the bits behind the prefix: see pl_addr_cut(). */
bool pl_parse_prefix(const char *text, struct pl_addr *addr, uint8_t *bits) PL_MUST_USE;

/* The address with all behind its first bits zero. */
struct pl_addr pl_addr_cut(struct pl_addr addr, uint8_t bits);

enum { PL_ADDR_TEXT = 64 };

/* "192.0.2.1"; and "192.0.2.0/24". */
const char *pl_addr_text(struct pl_addr addr, char buf[PL_ADDR_TEXT]);
const char *pl_prefix_text(struct pl_addr addr, uint8_t bits, char buf[PL_ADDR_TEXT]);

/* "2026-12-01", its first second in UTC, day set to true; or "2026-12-01T12:00:00Z". */
bool pl_parse_time(const char *text, uint64_t *time_s, bool *day) PL_MUST_USE;

enum { PL_TIME_TEXT = 32, PL_DAY_S = 86400 };

const char *pl_time_text(uint64_t time_s, char buf[PL_TIME_TEXT]);

#endif
