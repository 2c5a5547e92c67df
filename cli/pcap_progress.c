/* SPDX-License-Identifier: BSD-2-Clause */
#include "pcap.h"

#include <time.h>

enum { BAR_CELLS = 30, BAR_EVERY_MS = 100 };

static uint64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void pcap_progress(struct pcap_progress *p, const char *file, uint64_t done, uint64_t of)
{
    uint64_t now = p->to ? now_ms() : 0;
    int full = of ? (int)(done >= of ? BAR_CELLS : done * BAR_CELLS / of) : 0;

    if (!p->to || now - p->shown_ms < BAR_EVERY_MS)
        return;
    p->shown_ms = now;
    fprintf(p->to, "\r\033[K%.40s  ", file);
    if (of)
        fprintf(p->to, "[%.*s%*s] %3u %%", full, "##############################", BAR_CELLS - full,
                "", (unsigned)(done >= of ? 100 : done * 100 / of));
    else
        fprintf(p->to, "%llu MB", (unsigned long long)(done >> 20));
    fflush(p->to);
}

void pcap_progress_clear(struct pcap_progress *p)
{
    if (!p->to || !p->shown_ms)
        return;
    fputs("\r\033[K", p->to);
    fflush(p->to);
    p->shown_ms = 0;
}
