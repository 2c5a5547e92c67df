/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED "expected unix:PATH, 127.0.0.1:PORT, [::1]:PORT or none"

static bool parse_port(const char *text, uint16_t *port)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end || n == 0 || n > 65535)
        return false;
    *port = (uint16_t)n;
    return true;
}

/* RFC 1122, 3.2.1.3 (127.0.0.0/8); RFC 4291, 2.5.3 (::1). */
static bool is_loopback(const char *address)
{
    struct in6_addr a6;
    struct in_addr a4;

    if (inet_pton(AF_INET, address, &a4) == 1)
        return ntohl(a4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, address, &a6) == 1 && IN6_IS_ADDR_LOOPBACK(&a6);
}

/* "127.0.0.1:9745" or "[::1]:9745" into its two halves. */
static bool split(const char *text, struct pl_metrics_place *place)
{
    bool bracket = text[0] == '[';
    const char *from = text + bracket, *to = strrchr(text, ':');

    if (!to || !parse_port(to + 1, &place->port))
        return false;
    if (bracket && (to == from || *--to != ']'))
        return false;
    if (to <= from || (size_t)(to - from) >= sizeof(place->address))
        return false;
    memcpy(place->address, from, (size_t)(to - from));
    return true;
}

bool pl_metrics_place(const char *text, struct pl_metrics_place *place, struct pl_error *error)
{
    memset(place, 0, sizeof(*place));
    place->none = strcmp(text, "none") == 0;
    if (place->none)
        return true;
    if (strncmp(text, "unix:", 5) == 0) {
        if (text[5] && strlen(text + 5) < sizeof(place->unix_path)) {
            strcpy(place->unix_path, text + 5);
            return true;
        }
        return pl_fail(error, NULL, 0, 0, "metrics '%s': the path is empty or too long", text);
    }
    if (!split(text, place))
        return pl_fail(error, NULL, 0, 0, "metrics '%s': " EXPECTED, text);
    if (is_loopback(place->address))
        return true;
    return pl_fail(
        error, NULL, 0, 0,
        "metrics '%s': this is not the loopback, and the metrics are not authenticated: " EXPECTED,
        text);
}
