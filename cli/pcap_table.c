/* SPDX-License-Identifier: BSD-2-Clause */
/* A row for a person, and the summary. */
#include "pcap.h"

#include "common/user/catalogue_text.h"
#include "common/user/parse.h"

#include <string.h>

static bool has(const uint64_t masks[PL_FAMILY_COUNT], const struct pl_check_row *row)
{
    return masks[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS);
}

void pcap_count(struct pcap_summary *s, const struct row *row)
{
    s->flows++;
    s->read += row->sheet.used > 0;
    s->verdict[row->verdict.action]++;
    for (int f = 0; f < PL_FAMILY_COUNT; f++)
        for (uint64_t seen = row->findings.seen[f]; seen; seen &= seen - 1) {
            int bit = __builtin_ctzll(seen);
            s->seen[f * PL_FAMILY_CHECKS + bit]++;
            s->failed[f * PL_FAMILY_CHECKS + bit] += row->findings.failed[f] >> bit & 1;
        }
}

bool pcap_failed_high(const struct pcap_summary *s)
{
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (s->failed[pl_check_rows[i].id] && pl_check_rows[i].severity >= PL_SEVERITY_HIGH)
            return true;
    return false;
}

static void end(FILE *to, struct pl_addr addr, uint16_t port)
{
    char text[PL_ADDR_TEXT];

    fprintf(to, pl_addr_is_v4(addr) ? "%s:%u" : "[%s]:%u", pl_addr_text(addr, text), port);
}

/* A value, cut to what fits, and nothing that a terminal would obey (C0, DEL, C1). */
static void text(FILE *to, const char *value)
{
    enum { WIDTH = 60 };
    size_t n = 0;

    fputs("  ", to);
    for (; n < WIDTH && value[n]; n++) {
        unsigned char c = (unsigned char)value[n], next = (unsigned char)value[n + 1];
        bool control = c < ' ' || c == 0x7f || c == 0xc0 || (c == 0xc2 && next < 0xa0);
        putc_unlocked(control ? '?' : c, to);
        n += control && c >= 0xc0;
    }
    fputs(value[n] ? "..." : "", to);
}

/* The facts that a person looks for, as far as they are there; --json tells all. */
static void facts(FILE *to, const struct sheet *sheet)
{
    static const char *const shown[] = {"app",         "sni",         "http_host",
                                        "neg_version", "neg_cipher",  "leaf_cn",
                                        "ssh_client",  "creds_plain", "dns_names"};

    for (size_t i = 0; i < PL_COUNT(shown); i++) {
        const char *value = sheet_get(sheet, shown[i]);
        if (value)
            text(to, value);
    }
}

static const char *action(const struct row *row, const struct pl_check_row *check)
{
    const struct pl_verdict *v = &row->verdict;

    return has(v->block, check)   ? "block"
           : has(v->trial, check) ? "would-block"
           : has(v->flag, check)  ? "flag"
                                  : "allow";
}

void pcap_table(FILE *to, const struct row *row)
{
    char time[PCAP_TIME_TEXT];

    if (!row->sheet.used && !row->verdict.action)
        return;
    fprintf(to, "%s  ", pcap_time(row->first_ns, time));
    end(to, row->client, row->client_port);
    fputs(" > ", to);
    end(to, row->server, row->server_port);
    facts(to, &row->sheet);
    fprintf(to, "  %s\n", pcap_verdict(row));
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (has(row->findings.failed, &pl_check_rows[i]))
            fprintf(to, "    %-11s  %-8s  %-28s  %s\n", action(row, &pl_check_rows[i]),
                    pl_severity_names[pl_check_rows[i].severity], pl_check_rows[i].name,
                    pl_check_rows[i].finding);
}

/* The gravest first, then as in the catalogue. */
void pcap_table_end(FILE *to, const struct pcap_summary *s)
{
    fprintf(to, "\n%-30s %-9s %9s %9s  %s\n", "CHECK", "SEVERITY", "FAILED", "SEEN",
            "WHO MENDS IT");
    for (int severity = PL_SEVERITY_CRITICAL; severity >= PL_SEVERITY_INFO; severity--)
        for (size_t i = 0; i < pl_check_row_count; i++) {
            const struct pl_check_row *row = &pl_check_rows[i];
            if (row->severity == severity && s->failed[row->id])
                fprintf(to, "%-30s %-9s %9llu %9llu  %s\n", row->name, pl_severity_names[severity],
                        (unsigned long long)s->failed[row->id],
                        (unsigned long long)s->seen[row->id], row->remedy);
        }
    fprintf(to,
            "%llu flows, %llu of them read: %llu allowed, %llu flagged, %llu would be blocked, "
            "%llu blocked\n",
            (unsigned long long)s->flows, (unsigned long long)s->read,
            (unsigned long long)s->verdict[PL_ALLOW], (unsigned long long)s->verdict[PL_FLAG],
            (unsigned long long)s->verdict[PL_WOULD_BLOCK],
            (unsigned long long)s->verdict[PL_BLOCK]);
}
