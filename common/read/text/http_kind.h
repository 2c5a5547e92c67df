/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a request is for, from its target and headers.  Signs are gathered byte by byte; at the end
 * of the head they become kinds (enum pl_http_kind):
 *
 *   OBJECT_STORE    a header x-amz-*, x-ms-* or x-goog-*, the scheme AWS*, GOOG* or SharedKey, or
 *                   a signed query.  Not with X-Amz-Target, which other services have, nor with
 *                   headers of the same prefixes that mean no store (pl_http_not_store)
 *   PKG_REGISTRY    the agents of pl_http_agents, a path of the Go module proxy protocol, or /v2/
 *                   by an agent that fetches containers' images
 *   PKG_REPOSITORY  the agents of apt, dnf, yum, zypper, pacman and apk
 *   DOCKER          /_ping or /v1.NN/ by a client of Docker's engine, or on port 2375, where the
 *                   engine's other paths count too
 *   FIRMWARE        GET of a path with one of pl_http_firmware's endings, by no package tool.  What
 *                   device asks is not in the bytes
 *   TOKEN           access_token, id_token, refresh_token (RFC 9700, 4.3; RFC 6750, 5.3) or
 *                   client_secret (RFC 6749, 2.3.1) in the query, and not empty
 *   WEBSOCKET       Upgrade: websocket, or Sec-WebSocket-Key (RFC 6455, 4.1)
 *   GIT             git's or Subversion's agent, the paths and types of git's smart protocol
 *   INSPECTOR       /json, /json/list or /json/version on ports 9222 and 9229; else the answer
 *                   has to say so (http_reply.h)
 *   UPNP            SOAPAction of a service WAN* of schemas-upnp-org
 *
 * Percent-encoding is not undone.  Nothing of a parameter's value is kept.
 */
#ifndef PL_READ_HTTP_KIND_H
#define PL_READ_HTTP_KIND_H

#include "http.h"
#include "http_log.h"

enum pl_http_sign {
    PL_SIGN_STORE = 1 << 0,
    PL_SIGN_NOT_STORE = 1 << 1,
    PL_SIGN_SIGNED = 1 << 2,     /* a signature in the query that says enough */
    PL_SIGN_SIGNATURE = 1 << 3,  /* one that needs a key beside it */
    PL_SIGN_KEY = 1 << 4,        /* the key */
    PL_SIGN_SIG = 1 << 5,        /* Azure's signature */
    PL_SIGN_SV = 1 << 6,         /* and version */
    PL_SIGN_REGISTRY = 1 << 7,   /* an agent */
    PL_SIGN_REPOSITORY = 1 << 8, /* an agent */
    PL_SIGN_IMAGES = 1 << 9,     /* an agent that fetches containers' images */
    PL_SIGN_V2 = 1 << 10,        /* a path of the registry's API */
    PL_SIGN_GO = 1 << 11,        /* Go's agent */
    PL_SIGN_GO_PROXY = 1 << 12,  /* in the path: /@v/ */
    PL_SIGN_GO_LATEST = 1 << 13,
    PL_SIGN_DOCKER = 1 << 14,      /* an agent */
    PL_SIGN_DOCKER_PATH = 1 << 15, /* that says enough with the agent */
    PL_SIGN_DOCKER_BARE = 1 << 16, /* that needs the port */
    PL_SIGN_FIRMWARE = 1 << 17,
    PL_SIGN_TOKEN = 1 << 18,
    PL_SIGN_WEBSOCKET = 1 << 19,
    PL_SIGN_GIT = 1 << 20,
    PL_SIGN_GIT_REFS = 1 << 21, /* /info/refs, which needs the service */
    PL_SIGN_INSPECTOR = 1 << 22,
    PL_SIGN_UPNP = 1 << 23,
    PL_SIGN_ACME = 1 << 24,
    PL_SIGN_UPGRADE = 1 << 25 /* a header Upgrade */
};

struct pl_http_clue {
    char text[24]; /* lower case */
    uint32_t sign;
};

/* How agents begin. */
PL_TABLE struct pl_http_clue pl_http_agents[] = {
    {"pip/", PL_SIGN_REGISTRY},
    {"uv/", PL_SIGN_REGISTRY},
    {"poetry/", PL_SIGN_REGISTRY},
    {"pdm/", PL_SIGN_REGISTRY},
    {"twine/", PL_SIGN_REGISTRY},
    {"setuptools/", PL_SIGN_REGISTRY},
    {"conda/", PL_SIGN_REGISTRY},
    {"npm/", PL_SIGN_REGISTRY},
    {"yarn/", PL_SIGN_REGISTRY},
    {"pnpm/", PL_SIGN_REGISTRY},
    {"apache-maven/", PL_SIGN_REGISTRY},
    {"gradle/", PL_SIGN_REGISTRY},
    {"apache ivy/", PL_SIGN_REGISTRY},
    {"cargo/", PL_SIGN_REGISTRY},
    {"cargo ", PL_SIGN_REGISTRY},
    {"ruby, rubygems/", PL_SIGN_REGISTRY},
    {"rubygems/", PL_SIGN_REGISTRY},
    {"bundler/", PL_SIGN_REGISTRY},
    {"composer/", PL_SIGN_REGISTRY},
    {"nuget", PL_SIGN_REGISTRY},
    {"cpanminus/", PL_SIGN_REGISTRY},
    {"hex/", PL_SIGN_REGISTRY},
    {"docker/", PL_SIGN_IMAGES},
    {"containerd/", PL_SIGN_IMAGES},
    {"buildkit/", PL_SIGN_IMAGES},
    {"cri-o/", PL_SIGN_IMAGES},
    {"containers/", PL_SIGN_IMAGES},
    {"libpod/", PL_SIGN_IMAGES},
    {"podman/", PL_SIGN_IMAGES},
    {"buildah/", PL_SIGN_IMAGES},
    {"skopeo/", PL_SIGN_IMAGES},
    {"go-containerregistry", PL_SIGN_IMAGES},
    {"oras/", PL_SIGN_IMAGES},
    {"helm/", PL_SIGN_IMAGES},
    {"go-http-client/", PL_SIGN_GO},
    {"docker-client/", PL_SIGN_DOCKER},
    {"docker-sdk-python/", PL_SIGN_DOCKER},
    {"docker-py/", PL_SIGN_DOCKER},
    {"git/", PL_SIGN_GIT},
    {"jgit/", PL_SIGN_GIT},
    {"svn/", PL_SIGN_GIT},
    {"libdnf", PL_SIGN_REPOSITORY},
    {"dnf/", PL_SIGN_REPOSITORY},
    {"yum/", PL_SIGN_REPOSITORY},
    {"urlgrabber/", PL_SIGN_REPOSITORY},
    {"zypp ", PL_SIGN_REPOSITORY},
    {"zypp/", PL_SIGN_REPOSITORY},
    {"pacman/", PL_SIGN_REPOSITORY},
    {"apk-tools/", PL_SIGN_REPOSITORY},
};

/* Parameters of the query. */
PL_TABLE struct pl_http_clue pl_http_parameters[] = {
    {"access_token", PL_SIGN_TOKEN},
    {"id_token", PL_SIGN_TOKEN},
    {"refresh_token", PL_SIGN_TOKEN},
    {"client_secret", PL_SIGN_TOKEN},
    {"x-amz-signature", PL_SIGN_SIGNED},
    {"x-goog-signature", PL_SIGN_SIGNED},
    {"awsaccesskeyid", PL_SIGN_KEY},
    {"googleaccessid", PL_SIGN_KEY},
    {"signature", PL_SIGN_SIGNATURE},
    {"sig", PL_SIGN_SIG},
    {"sv", PL_SIGN_SV},
};

/* How headers begin that have a store's prefix and mean none. */
PL_TABLE char pl_http_not_store[][20] = {"x-amz-cf-",      "x-amz-sns-",  "x-ms-client-",
                                         "x-ms-useragent", "x-goog-api-", "x-goog-authuser"};

PL_TABLE char pl_http_firmware[][8] = {".BIN", ".IMG", ".FW",  ".SWU", ".OTA", ".FWU",
                                       ".TRX", ".CHK", ".DFU", ".UF2", ".ROM", ".RAUCB"};

/* Where in the target the reader stands, and which value it gathers. */
enum pl_http_target_part { PL_TARGET_PATH, PL_TARGET_PARAMETER, PL_TARGET_VALUE, PL_TARGET_END };
enum pl_http_gather {
    PL_GATHER_NONE,
    PL_GATHER_AGENT,
    PL_GATHER_UPGRADE,
    PL_GATHER_TYPE,
    PL_GATHER_SOAP
};

struct pl_http_signs {
    struct pl_http_text text; /* the path, a parameter's name, then a header's value */
    struct pl_word tail;      /* the end of the same */
    uint32_t signs;           /* enum pl_http_sign */
    uint8_t part, gather;
};

PL_INLINE void pl_http_signs_next(struct pl_http_signs *s, enum pl_http_target_part part)
{
    s->part = (uint8_t)part;
    pl_http_text_clear(&s->text);
    pl_word_clear(&s->tail);
}

PL_INLINE uint32_t pl_http_sign_docker(const struct pl_http_text *t)
{
    uint32_t sign = 0;

    if (pl_http_text_is(t, "/_ping"))
        sign |= PL_SIGN_DOCKER_PATH;
    if (pl_http_text_begins(t, "/v1.") && (uint8_t)(t->byte[4] - '0') <= 9 &&
        (uint8_t)(t->byte[5] - '0') <= 9 && t->byte[6] == '/')
        sign |= PL_SIGN_DOCKER_PATH;
    if (pl_http_text_is(t, "/version") || pl_http_text_is(t, "/info") ||
        pl_http_text_begins(t, "/containers/") || pl_http_text_begins(t, "/images/"))
        sign |= PL_SIGN_DOCKER_BARE;
    return sign;
}

PL_INLINE uint32_t pl_http_sign_code(const struct pl_http_text *t, const struct pl_word *tail)
{
    uint32_t sign = 0;

    if (pl_word_ends(tail, "/GIT-UPLOAD-PACK") || pl_word_ends(tail, "GIT-RECEIVE-PACK"))
        sign |= PL_SIGN_GIT;
    if (pl_word_ends(tail, "/INFO/REFS"))
        sign |= PL_SIGN_GIT_REFS;
    if (pl_http_text_is(t, "/v2") || pl_http_text_begins(t, "/v2/"))
        sign |= PL_SIGN_V2;
    if (pl_word_ends(tail, "/@LATEST"))
        sign |= PL_SIGN_GO_LATEST;
    return sign;
}

/* The path is complete. */
PL_INLINE void pl_http_signs_path(struct pl_http_signs *s)
{
    const struct pl_http_text *t = &s->text;

    s->signs |= pl_http_sign_docker(t) | pl_http_sign_code(t, &s->tail);
    if (pl_http_text_is(t, "/json") || pl_http_text_is(t, "/json/list") ||
        pl_http_text_is(t, "/json/version"))
        s->signs |= PL_SIGN_INSPECTOR;
    if (pl_http_text_begins(t, "/.well-known/acme-challenge/"))
        s->signs |= PL_SIGN_ACME;
    for (uint32_t i = 0; i < PL_COUNT(pl_http_firmware); i++)
        if (pl_word_ends(&s->tail, pl_http_firmware[i]))
            s->signs |= PL_SIGN_FIRMWARE;
}

/* The first byte of a parameter's value, or more of git's. */
PL_INLINE void pl_http_signs_value(struct pl_http_signs *s, uint8_t c)
{
    if (pl_http_text_begins(&s->text, "service=")) {
        pl_http_text_push(&s->text, c);
        if ((s->signs & PL_SIGN_GIT_REFS) && pl_http_text_is(&s->text, "service=git-"))
            s->signs |= PL_SIGN_GIT;
        return;
    }
    for (uint32_t i = 0; i < PL_COUNT(pl_http_parameters); i++)
        if (pl_http_text_is(&s->text, pl_http_parameters[i].text))
            s->signs |= pl_http_parameters[i].sign;
    pl_http_text_clear(&s->text);
}

/* One byte of the target's path and query. */
PL_INLINE void pl_http_signs_target(struct pl_http_signs *s, uint8_t c)
{
    if (s->part == PL_TARGET_END)
        return;
    if (s->part == PL_TARGET_PATH && (c == '?' || c == '#'))
        pl_http_signs_path(s);
    if (c == '#') {
        pl_http_signs_next(s, PL_TARGET_END);
    } else if ((s->part == PL_TARGET_PATH && c == '?') ||
               (s->part != PL_TARGET_PATH && (c == '&' || c == ';'))) {
        pl_http_signs_next(s, PL_TARGET_PARAMETER);
    } else if (s->part == PL_TARGET_VALUE) {
        pl_http_signs_value(s, c);
    } else {
        if (s->part == PL_TARGET_PARAMETER && c == '=') {
            s->part = PL_TARGET_VALUE;
            if (!pl_http_text_is(&s->text, "service"))
                return;
        }
        pl_http_text_push(&s->text, c);
        pl_word_push(&s->tail, c);
        if (s->part == PL_TARGET_PATH && pl_word_ends(&s->tail, "/@V/"))
            s->signs |= PL_SIGN_GO_PROXY;
    }
}

/* The target is complete. */
PL_INLINE void pl_http_signs_target_end(struct pl_http_signs *s)
{
    if (s->part == PL_TARGET_PATH)
        pl_http_signs_path(s);
    pl_http_signs_next(s, PL_TARGET_END);
}

PL_INLINE void pl_http_signs_store(struct pl_http_signs *s, const struct pl_http_text *name)
{
    if (pl_http_text_is(name, "x-amz-target"))
        s->signs |= PL_SIGN_NOT_STORE;
    for (uint32_t i = 0; i < PL_COUNT(pl_http_not_store); i++)
        if (pl_http_text_begins(name, pl_http_not_store[i]))
            return;
    if (pl_http_text_begins(name, "x-amz-") || pl_http_text_begins(name, "x-ms-") ||
        pl_http_text_begins(name, "x-goog-"))
        s->signs |= PL_SIGN_STORE;
}

PL_INLINE void pl_http_signs_upgrade(struct pl_http_signs *s)
{
    s->gather = PL_GATHER_UPGRADE;
    s->signs |= PL_SIGN_UPGRADE;
}

/* A header's name is complete. */
PL_INLINE void pl_http_signs_header(struct pl_http_signs *s, const struct pl_http_text *name)
{
    pl_http_signs_next(s, PL_TARGET_END);
    s->gather = PL_GATHER_NONE;
    if (pl_http_text_is(name, "user-agent"))
        s->gather = PL_GATHER_AGENT;
    else if (pl_http_text_is(name, "upgrade"))
        pl_http_signs_upgrade(s);
    else if (pl_http_text_is(name, "content-type"))
        s->gather = PL_GATHER_TYPE;
    else if (pl_http_text_is(name, "soapaction") || pl_http_text_is(name, "01-soapaction"))
        s->gather = PL_GATHER_SOAP;
    else if (pl_http_text_is(name, "sec-websocket-key"))
        s->signs |= PL_SIGN_WEBSOCKET;
    else
        pl_http_signs_store(s, name);
}

PL_INLINE void pl_http_signs_value_byte(struct pl_http_signs *s, uint8_t c)
{
    if (s->gather == PL_GATHER_NONE || (s->text.len == 0 && (c == ' ' || c == '\t')))
        return;
    pl_http_text_push(&s->text, c);
    pl_word_push(&s->tail, c);
    if (s->gather == PL_GATHER_SOAP && pl_word_ends(&s->tail, "-ORG:SERVICE:WAN"))
        s->signs |= PL_SIGN_UPNP;
}

PL_INLINE void pl_http_signs_agent(struct pl_http_signs *s)
{
    for (uint32_t i = 0; i < PL_COUNT(pl_http_agents); i++)
        if (pl_http_text_begins(&s->text, pl_http_agents[i].text))
            s->signs |= pl_http_agents[i].sign;
    if (pl_http_text_has(&s->text, " apt-http/"))
        s->signs |= PL_SIGN_REPOSITORY;
}

PL_INLINE void pl_http_signs_value_end(struct pl_http_signs *s)
{
    if (s->gather == PL_GATHER_AGENT)
        pl_http_signs_agent(s);
    else if (s->gather == PL_GATHER_UPGRADE && pl_http_text_has(&s->text, "websocket"))
        s->signs |= PL_SIGN_WEBSOCKET;
    else if (s->gather == PL_GATHER_TYPE && pl_http_text_begins(&s->text, "application/x-git-"))
        s->signs |= PL_SIGN_GIT;
    s->gather = PL_GATHER_NONE;
}

PL_INLINE uint32_t pl_http_kinds_packages(uint32_t s, enum pl_http_method method)
{
    bool go = (s & PL_SIGN_GO_PROXY) || ((s & PL_SIGN_GO) && (s & PL_SIGN_GO_LATEST));
    bool images = (s & PL_SIGN_IMAGES) && (s & PL_SIGN_V2);

    if ((s & PL_SIGN_REGISTRY) || go || images)
        return PL_HTTP_KIND(PKG_REGISTRY);
    if (s & PL_SIGN_REPOSITORY)
        return PL_HTTP_KIND(PKG_REPOSITORY);
    if ((s & PL_SIGN_FIRMWARE) && method == PL_HTTP_METHOD_GET)
        return PL_HTTP_KIND(FIRMWARE);
    return 0;
}

PL_INLINE bool pl_http_is_store(uint32_t s)
{
    bool signature = (s & PL_SIGN_SIGNATURE) && (s & PL_SIGN_KEY);
    bool azure = (s & PL_SIGN_SIG) && (s & PL_SIGN_SV);

    return ((s & (PL_SIGN_STORE | PL_SIGN_SIGNED)) || signature || azure) &&
           !(s & PL_SIGN_NOT_STORE);
}

/* What the signs of a whole head say.  port: the server's, a hint; 0 when it is not known. */
PL_INLINE uint32_t pl_http_kinds(uint32_t s, enum pl_http_method method, uint16_t port)
{
    uint32_t kinds = pl_http_kinds_packages(s, method);
    uint32_t docker = PL_SIGN_DOCKER_PATH | PL_SIGN_DOCKER_BARE;

    if (pl_http_is_store(s))
        kinds |= PL_HTTP_KIND(OBJECT_STORE);
    if (((s & PL_SIGN_DOCKER) && (s & PL_SIGN_DOCKER_PATH)) ||
        (port == PL_PORT_DOCKER && (s & docker)))
        kinds |= PL_HTTP_KIND(DOCKER);
    if (s & PL_SIGN_TOKEN)
        kinds |= PL_HTTP_KIND(TOKEN);
    if (s & PL_SIGN_WEBSOCKET)
        kinds |= PL_HTTP_KIND(WEBSOCKET);
    if (s & PL_SIGN_GIT)
        kinds |= PL_HTTP_KIND(GIT);
    if ((s & PL_SIGN_INSPECTOR) && (port == PL_PORT_NODE_INSPECTOR || port == PL_PORT_DEVTOOLS))
        kinds |= PL_HTTP_KIND(INSPECTOR);
    if (s & PL_SIGN_UPNP)
        kinds |= PL_HTTP_KIND(UPNP);
    return kinds;
}

/* For a host that has the whole target: does its query carry a token?  Not for BPF. */
PL_INLINE bool pl_http_target_has_token(const uint8_t *target, size_t len)
{
    struct pl_http_signs s = {0};

    for (size_t i = 0; i < len; i++)
        pl_http_signs_target(&s, target[i]);
    return s.signs & PL_SIGN_TOKEN;
}

#endif
