/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads flows of QUIC and DTLS for tests: each line of input is the server's port and the datagrams
 * in their order, "c" or "s" before the hexadecimal bytes of each; each line of output the facts as
 * name=value, with the versions as they are on the wire. */
#include "common/check/dtls.h"
#include "common/check/quic.h"
#include "common/read/tls/dtls.h"
#include "common/user/quic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct pl_quic quic;
static struct pl_dtls dtls;
static bool is_quic, is_dtls;

static size_t unhex(const char *hex, uint8_t *out)
{
    unsigned byte;
    size_t len = 0;

    for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
        out[len++] = (uint8_t)byte;
    return len;
}

static enum pl_outcome read_datagram(struct pl_quic_keyring *ring, enum pl_side side,
                                     const uint8_t *bytes, size_t len)
{
    if (!is_quic && !is_dtls) {
        is_quic = pl_quic_match(side, bytes, (uint32_t)len) == PL_MATCH_YES;
        is_dtls = pl_dtls_match(bytes, (uint32_t)len) == PL_MATCH_YES;
    }
    if (is_quic)
        return pl_quic_read(&quic, ring, side, bytes, len);
    return is_dtls ? pl_dtls_read(&dtls, side, bytes, (uint32_t)len) : PL_MORE;
}

static void print_facts(enum pl_outcome outcome)
{
    static const char *const outcomes[] = {"more", "done", "malformed"};
    struct pl_findings o = {0};
    struct pl_tls_facts f;
    uint32_t len = 0;

    if (is_quic)
        pl_quic_tls(&quic.crypto, &f);
    else
        pl_tls_flow_facts(&dtls.flow, &f);
    pl_check_dtls(&f, &o);
    pl_check_quic(&quic.facts, &o);
    if (is_quic)
        pl_quic_client_hello(&quic.crypto, &len);
    else
        pl_dtls_client_hello(&dtls, &len);
    printf("protocol=%s outcome=%s client_hello=%d server_hello=%d retry=%d hello=%u max=%04x "
           "version=%04x suite=%04x sni=%.*s certificates=%u client_certificate=%d resumed=%d "
           "verify=%d swapped=%d old_dtls=%d old_quic=%d quic=",
           is_quic   ? "quic"
           : is_dtls ? "dtls"
                     : "none",
           outcomes[outcome], f.client_hello, f.server_hello, f.hello_retry, len,
           f.dtls ? pl_dtls_wire(f.max_version) : f.max_version,
           f.dtls ? pl_dtls_wire(f.version) : f.version, f.suite, f.sni_len, (const char *)f.sni,
           dtls.flow.certificates, dtls.flow.client_certificate, dtls.flow.resumed, dtls.verify,
           dtls.swapped, (o.failed[PL_FAMILY_TLS] & PL_MASK(dtls_version_10)) != 0,
           (o.failed[PL_FAMILY_TLS] & PL_MASK(quic_version_old)) != 0);
    for (uint32_t i = 0; i < quic.facts.versions; i++)
        printf("%s0x%08x", i ? ";" : "", quic.facts.version[i]);
    printf("\n");
}

int main(void)
{
    struct pl_quic_keyring *ring;
    char *line = NULL, *rest, *word;
    size_t size = 0;

    if (!pl_quic_keyring_open(&ring, NULL))
        return 1;
    while (getline(&line, &size, stdin) > 0) {
        enum pl_outcome outcome = PL_MORE;
        uint16_t port;

        rest = line;
        port = (uint16_t)atoi(strsep(&rest, " \n"));
        quic = (struct pl_quic){.crypto.port = port};
        dtls = (struct pl_dtls){.port = port};
        is_quic = is_dtls = false;
        while ((word = strsep(&rest, " \n")) && *word) {
            uint8_t *bytes = malloc(strlen(word) / 2 + 1); /* of its own size, for ASan */

            if (!bytes)
                return 1;
            outcome = read_datagram(ring, *word == 's' ? PL_SERVER : PL_CLIENT, bytes,
                                    unhex(word + 1, bytes));
            free(bytes);
        }
        print_facts(outcome);
        fflush(stdout);
    }
    free(line);
    pl_quic_keyring_close(ring);
    return 0;
}
