/* SPDX-License-Identifier: BSD-2-Clause */
/* A run over files: packets to flows, flows to rows. */
#include "inspect.h"
#include "follow.h"

#include "capture/capture.h"
#include "common/user/quic.h"
#include "common/user/trust.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FLOWS_MAX = 262144 };

/* Roots that were asked for have to be there; the system's are loaded when a certificate comes. */
static bool load_trust(struct inspect *in, struct pl_error *error)
{
    if (!in->options.trust)
        return true;
    in->trust = pl_trust_new();
    if (!in->trust)
        return pl_fail(error, "", 0, 0, "out of memory");
    return pl_trust_add(in->trust, in->options.trust, false, error);
}

struct inspect *inspect_open(const struct inspect_options *options, struct pl_error *error)
{
    struct inspect *in = calloc(1, sizeof(*in));

    if (!in) {
        (void)pl_fail(error, "", 0, 0, "out of memory");
        return NULL;
    }
    in->options = *options;
    if (ruling_open(&in->ruling, options->policy, options->image, error) && load_trust(in, error))
        return in;
    inspect_close(in);
    return NULL;
}

void inspect_close(struct inspect *in)
{
    if (!in)
        return;
    ruling_close(&in->ruling);
    sheet_free(&in->file);
    pl_certificates_free(in->certificates);
    pl_trust_free(in->trust);
    pl_quic_keyring_close(in->quic);
    free(in);
}

const struct inspect_counts *inspect_counts(const struct inspect *in)
{
    return &in->counts;
}

static void on_note(void *user, enum pl_note note, const struct pl_packet *packet)
{
    struct inspect *in = user;

    if (note == PL_NOTE_SOURCE_ROUTE)
        in->routed_frame = packet->frame;
}

/* The size of a file whose bytes are counted; 0: not known. */
static uint64_t size_of(const char *path)
{
    size_t len = strlen(path);
    struct stat st;

    if ((len > 3 && strcmp(path + len - 3, ".gz") == 0) || stat(path, &st) || !S_ISREG(st.st_mode))
        return 0;
    return (uint64_t)st.st_size;
}

static void on_progress(void *user, uint64_t bytes)
{
    struct inspect *in = user;

    in->options.progress(in->options.to, bytes, in->size);
}

static void add_counts(struct inspect_counts *to, const struct pl_capture_counts *c)
{
    to->packets += c->packets;
    to->bytes += c->bytes;
    to->packets_malformed += c->malformed + c->cut + c->too_deep;
    to->packets_other += c->not_ip + c->other_protocol;
    to->bytes_lost += c->gap_bytes;
    to->conflicts += c->conflicts;
    to->flows_evicted += c->flows_evicted;
}

/* A name may hold any bytes; what is told of it is text. */
static void name_file(struct inspect *in, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    sheet_free(&in->file);
    sheet_add_bytes(&in->file, "capture", name, strlen(name));
    in->capture = sheet_get(&in->file, "capture");
    if (!in->capture)
        in->capture = "";
}

bool inspect_file(struct inspect *in, const char *path, struct pl_error *error)
{
    struct pl_flows_options options = {.flows_max = in->options.flows_max ? in->options.flows_max
                                                                          : FLOWS_MAX};
    struct pl_consumer consumer;
    struct pl_capture capture;
    enum pl_file_result got;

    name_file(in, path);
    in->routed_frame = 0;
    follow_consumer(in, &consumer);
    if (!pl_capture_init(&capture, &options, &consumer, on_note, error))
        return false;
    in->size = size_of(path);
    if (in->options.progress)
        capture.progress = on_progress;
    got = pl_capture_file(&capture, path, error);
    add_counts(&in->counts, &capture.counts);
    pl_capture_free(&capture);
    return got == PL_FILE_END;
}
