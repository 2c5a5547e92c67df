/* SPDX-License-Identifier: BSD-2-Clause */
/* A row as one line of JSON.  Written straight to the stream: a row is flat, and there may be
 * millions of them. */
#include "pcap.h"

#include "common/user/catalogue_text.h"
#include "common/user/parse.h"

#include <time.h>

const char *pcap_time(uint64_t ns, char text[PCAP_TIME_TEXT])
{
    time_t s = (time_t)(ns / 1000000000);
    char day[PCAP_TIME_TEXT] = "";
    struct tm tm;

    if (!gmtime_r(&s, &tm) || strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        return "-";
    snprintf(text, PCAP_TIME_TEXT, "%.19s.%06uZ", day, (unsigned)(ns / 1000 % 1000000));
    return text;
}

const char *pcap_verdict(const struct row *row)
{
    static const char *const words[] = {"allow", "flag", "would-block", "block"};

    return words[row->verdict.action];
}

/* RFC 8259, 7: quotes, backslashes and controls are escaped, those from U+0080 on too, since a
 * terminal obeys them; sheet.h writes a NUL as two bytes. */
static void string(FILE *to, const char *text)
{
    putc_unlocked('"', to);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text, next = (unsigned char)text[1];
        if ((c == 0xc0 && next == 0x80) || (c == 0xc2 && next >= 0x80 && next < 0xa0)) {
            fprintf(to, "\\u%04x", c == 0xc0 ? 0u : (unsigned)next);
            text++;
        } else if (c < ' ' || c == 0x7f)
            fprintf(to, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            fprintf(to, "\\%c", c);
        else
            putc_unlocked(c, to);
    }
    putc_unlocked('"', to);
}

static void member(FILE *to, const char *name, const char *value)
{
    string(to, name);
    putc_unlocked(':', to);
    string(to, value);
}

static void facts(FILE *to, const struct sheet *sheet)
{
    const char *name, *value, *comma = "";

    fputs("\"facts\":{", to);
    for (size_t at = 0; (at = sheet_next(sheet, at, &name, &value));) {
        fputs(comma, to);
        member(to, name, value);
        comma = ",";
    }
    putc_unlocked('}', to);
}

static void checks(FILE *to, const char *name, const uint64_t masks[PL_FAMILY_COUNT])
{
    const char *comma = "";

    fprintf(to, ",\"%s\":[", name);
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        if (!(masks[row->family] & PL_BIT(row->id % PL_FAMILY_CHECKS)))
            continue;
        fprintf(to, "%s\"%s\"", comma, row->name);
        comma = ",";
    }
    putc_unlocked(']', to);
}

void pcap_json(FILE *to, const struct row *row)
{
    char client[PL_ADDR_TEXT], server[PL_ADDR_TEXT], time[PCAP_TIME_TEXT];

    putc_unlocked('{', to);
    member(to, "capture", row->capture);
    fprintf(to, ",\"l4\":\"%s\",\"client\":\"%s\",\"cport\":%u,\"server\":\"%s\",\"sport\":%u,",
            row->protocol == 6 ? "tcp" : "udp", pl_addr_text(row->client, client), row->client_port,
            pl_addr_text(row->server, server), row->server_port);
    facts(to, &row->sheet);
    checks(to, "seen", row->findings.seen);
    checks(to, "failed", row->findings.failed);
    fprintf(to, ",\"verdict\":\"%s\",\"time\":\"%s\",\"packets\":%u,\"gaps\":%u}\n",
            pcap_verdict(row), pcap_time(row->first_ns, time), row->packets, row->gaps);
}
