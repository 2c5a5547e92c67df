/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The readers of TLS alone, in user space: ns for one hello of a browser (1.8 kB) in one segment,
 * in two and in pieces of one byte, and for a whole connection of TLS 1.2 with its certificate.
 * CPU time, since others may run beside it; the median of many rounds of many readings.
 */
#include <time.h>

#include "tests/unit/tls_vector.h"

enum { ROUNDS = 31, READINGS = 2000 };

struct way {
    const char *name;
    void (*read)(void);
};

static struct vector hello, connection;
static volatile uint32_t kept; /* so that nothing is left out */

static void read_pieces(size_t first, size_t piece)
{
    struct pl_tls s;

    pl_tls_init(&s, PL_TLS_CLIENT, 443);
    for (size_t at = 0, n = first; at < hello.client.len; at += n, n = piece) {
        n = n < hello.client.len - at ? n : hello.client.len - at;
        pl_tls_feed(&s, hello.client.at + at, n);
    }
    if (pl_tls_outcome(&s) != PL_DONE)
        vector_stop(hello.name, "is not read");
    kept += s.facts.suites;
}

static void read_whole(void)
{
    read_pieces(hello.client.len, 1);
}

static void read_two(void)
{
    read_pieces(1200, hello.client.len);
}

static void read_bytes(void)
{
    read_pieces(1, 1);
}

static void read_connection(void)
{
    static struct pl_tls_flow w;

    vector_flow(&connection, &w);
    kept += w.certificates;
}

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static int measure(const struct way *way)
{
    double ns[ROUNDS];
    char command[200];

    for (int round = 0; round < ROUNDS; round++) {
        double begin = now_ns();

        for (int i = 0; i < READINGS; i++)
            way->read();
        ns[round] = (now_ns() - begin) / READINGS;
    }
    qsort(ns, ROUNDS, sizeof ns[0], by_value);
    snprintf(command, sizeof command,
             "/usr/bin/python3 tests/bench/record.py %s %.0f ns --runs %d --spread %.0f", way->name,
             ns[ROUNDS / 2], ROUNDS, ns[3 * ROUNDS / 4] - ns[ROUNDS / 4]);
    printf("%s: %.0f ns\n", way->name, ns[ROUNDS / 2]);
    return system(command);
}

int main(void)
{
    static const struct way ways[] = {
        {"tls-hello-one-segment", read_whole},
        {"tls-hello-two-segments", read_two},
        {"tls-hello-bytes", read_bytes},
        {"tls-12-connection", read_connection},
    };

    vector_load(&hello, "browser.txt");
    vector_load(&connection, "openssl-12-flight.txt");
    for (size_t i = 0; i < PL_COUNT(ways); i++)
        if (measure(&ways[i]))
            return 1;
    return 0;
}
