/* SPDX-License-Identifier: BSD-2-Clause */
/* How `plimsoll pcap` shows what the inspector tells. */
#ifndef PL_CLI_PCAP_H
#define PL_CLI_PCAP_H

#include "inspect/row.h"

#include <stdio.h>

enum { PCAP_TIME_TEXT = 32 };

/* "2026-11-23T12:00:00.123456Z" */
const char *pcap_time(uint64_t ns, char text[PCAP_TIME_TEXT]);
const char *pcap_verdict(const struct row *row);

/* One JSON object and a newline. */
void pcap_json(FILE *to, const struct row *row);

/* The table: a line for the flow, one for each finding; rows of which nothing was read are left
 * out.  The summary by check is counted on the way and printed at the end. */
struct pcap_summary {
    uint64_t flows, read;
    uint64_t seen[PL_CHECK_SLOTS], failed[PL_CHECK_SLOTS];
    uint64_t verdict[4]; /* enum pl_action */
};
void pcap_count(struct pcap_summary *summary, const struct row *row);
void pcap_table(FILE *to, const struct row *row);
void pcap_table_end(FILE *to, const struct pcap_summary *summary);

/* Whether something failed whose severity is high or above. */
bool pcap_failed_high(const struct pcap_summary *summary);

/* A bar on a terminal, redrawn ten times a second at most. */
struct pcap_progress {
    FILE *to; /* NULL: none */
    uint64_t shown_ms;
};
void pcap_progress(struct pcap_progress *p, const char *file, uint64_t done, uint64_t of);
void pcap_progress_clear(struct pcap_progress *p);

#endif
