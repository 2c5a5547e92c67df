/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JA4 of any bytes.  Input: one byte that chooses the transport and the entry, then the hello,
 * which is copied to memory of its own size.
 */
#include "common/user/ja4.h"

#include <stdlib.h>
#include <string.h>

static void must(bool right)
{
    if (!right)
        abort();
}

static bool hex(const char *s, size_t len)
{
    return strspn(s, "0123456789abcdef") == len && s[len] == '\0';
}

static bool alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void check(const struct pl_ja4 *out, bool right, char transport)
{
    must(right == (out->ja4[0] != '\0') && right == (out->max_version[0] != '\0'));
    must(out->random[0] == '\0' || hex(out->random, 64));
    must(!right || out->random[0] != '\0');
    if (!right)
        return;
    must(strlen(out->ja4) == PL_JA4_BYTES - 1 && out->ja4[0] == transport);
    must(out->ja4[3] == 'd' || out->ja4[3] == 'i');
    must(alphanumeric(out->ja4[8]) && alphanumeric(out->ja4[9]));
    must(out->ja4[10] == '_' && out->ja4[23] == '_' && hex(out->ja4 + 24, 12));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum pl_ja4_transport transports[] = {PL_JA4_TCP, PL_JA4_QUIC, PL_JA4_DTLS};
    enum pl_ja4_transport transport;
    struct pl_ja4 out, again;
    uint8_t *bytes;
    bool right;

    if (size < 2)
        return 0;
    transport = transports[(data[0] & 0x7f) % 3];
    bytes = malloc(size - 1);
    must(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    right = data[0] & 0x80 ? pl_ja4_message(bytes, size - 1, transport, &out)
                           : pl_ja4_body(bytes, size - 1, transport, &out);
    check(&out, right, (char)transport);
    if (data[0] & 0x80 && right) { /* the header is not part of it */
        must(pl_ja4_body(bytes + 4, size - 5, transport, &again));
        must(!memcmp(&out, &again, sizeof out));
    }
    free(bytes);
    return 0;
}
