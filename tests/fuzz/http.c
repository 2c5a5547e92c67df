/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The headers that hosts have whole, from one line "name:value" of input each.  What the byte
 * reader calls a credential in a request, the host's reader calls one too, and the other way round.
 */
#include <stdlib.h>
#include <string.h>

#include "common/read/text/http_answer.h"
#include "common/read/stream.h"

/* Feed one header as the only one of a request. */
static bool stream_credential(const uint8_t *header, size_t len)
{
    static const char head[] = "GET / HTTP/1.1\r\n", end[] = "\r\n\r\n";
    struct pl_stream s;

    pl_stream_init(&s, 80);
    pl_stream_feed(&s, (const uint8_t *)head, sizeof(head) - 1);
    pl_stream_feed(&s, header, len);
    pl_stream_feed(&s, (const uint8_t *)end, sizeof(end) - 1);
    return s.text.http.credentials;
}

static void request_header(const uint8_t *line, size_t len)
{
    const uint8_t *colon = memchr(line, ':', len);
    size_t name = colon ? (size_t)(colon - line) : 0;

    /* The one that has whole headers is given no line ends, no spaces around names. */
    if (!colon || memchr(line, '\r', len) || memchr(line, ' ', name) || memchr(line, '\t', name) ||
        name == 0 || len > 1000)
        return;
    if (stream_credential(line, len) !=
        pl_http_credential_header(line, name, colon + 1, len - name - 1))
        abort();
}

static void answer_header(struct pl_http_facts *f, const uint8_t *line, size_t len)
{
    const uint8_t *colon = memchr(line, ':', len);

    if (!colon)
        return;
    pl_http_answer_header(f, line, (size_t)(colon - line), colon + 1,
                          (size_t)(line + len - colon - 1));
    pl_http_answer_redirect(301, colon + 1, (size_t)(line + len - colon - 1), line,
                            (size_t)(colon - line));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pl_http_facts f = {0};

    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        request_header(data, len);
        answer_header(&f, data, len);
        len += end != NULL;
        data += len;
        size -= len;
    }
    if (f.cookie_insecure && !f.cookie)
        abort();
    return 0;
}
