/* SPDX-License-Identifier: BSD-2-Clause */
#include "parse.h"
#include "policy_resolve.h"

#include <stdio.h>
#include <string.h>

static struct pl_spot section(const struct pl_policy_file *file, const char *name)
{
    struct pl_spot spot = {&file->places, pl_places_key(&file->places, PL_PLACES_TOP, name)};

    return spot;
}

static void resolve_defaults(struct pl_policy *policy, const struct pl_stance *said)
{
    policy->stance.profile = said->profile ? said->profile : PL_PROFILE_OBSERVE + 1;
    policy->stance.mode = said->mode ? said->mode : PL_MODE_OBSERVE;
    policy->stance.on_error = said->on_error ? said->on_error : PL_ON_ERROR_OPEN;
}

static bool resolve_privacy(struct pl_policy *policy, const struct pl_policy_file *file,
                            struct pl_error *error)
{
    static const uint32_t most[2] = {32, 128};
    struct pl_spot spot = section(file, "privacy");
    const uint32_t *bits = file->document->privacy.client_prefix;

    policy->client_bits[0] = PL_CLIENT_BITS_V4;
    policy->client_bits[1] = PL_CLIENT_BITS_V6;
    for (unsigned i = 0; bits && i < 2; i++) {
        if (bits[i] > most[i])
            return PL_BAD(error, pl_spot_entry(spot, "client_prefix", i),
                          "an %s address has no %u bits: expected 0 to %u", i ? "IPv6" : "IPv4",
                          bits[i], most[i]);
        policy->client_bits[i] = (uint8_t)bits[i];
    }
    return true;
}

/* What a browser or a mail program can open. */
static bool copy_url(char *to, size_t size, const char *text, struct pl_spot spot, const char *key,
                     const char *schemes[2], struct pl_error *error)
{
    size_t len = text ? strlen(text) : 0;

    if (!text)
        return true;
    if (strncmp(text, schemes[0], strlen(schemes[0])) != 0 &&
        strncmp(text, schemes[1], strlen(schemes[1])) != 0)
        return PL_BAD(error, pl_spot_key(spot, key), "'%.80s' is not usable here: expected %s...",
                      text, schemes[0]);
    if (len >= size)
        return PL_BAD(error, pl_spot_key(spot, key), "this is too long: at most %zu bytes",
                      size - 1);
    for (size_t i = 0; i < len; i++)
        if ((uint8_t)text[i] <= ' ' || (uint8_t)text[i] >= 0x7f || strchr("\"'<>\\", text[i]))
            return PL_BAD(error, pl_spot_key(spot, key),
                          "'%.80s' has a character that an address of this kind cannot have", text);
    memcpy(to, text, len + 1);
    return true;
}

static bool resolve_sinkhole(struct pl_portal *portal, const struct pl_text_list *list,
                             struct pl_spot spot, struct pl_error *error)
{
    for (unsigned i = 0; i < list->count; i++) {
        struct pl_addr addr, *to;
        if (!pl_parse_addr(list->text[i], &addr))
            return PL_BAD(error, pl_spot_entry(spot, "sinkhole", i),
                          "'%.80s' is not an address: expected one such as 192.0.2.1 or "
                          "2001:db8::1",
                          list->text[i]);
        to = pl_addr_is_v4(addr) ? &portal->sinkhole4 : &portal->sinkhole6;
        if (to->hi || to->lo)
            return PL_BAD(error, pl_spot_entry(spot, "sinkhole", i),
                          "two sinkholes of one kind: expected one IPv4 and one IPv6 address");
        *to = addr;
    }
    return true;
}

static bool resolve_portal(struct pl_policy *policy, const struct pl_policy_file *file,
                           struct pl_error *error)
{
    static const char *page[2] = {"https://", "http://"}, *person[2] = {"mailto:", "https://"};
    const struct pl_document *d = file->document;
    struct pl_spot spot = section(file, "portal");
    struct pl_portal *portal = &policy->portal;

    return copy_url(portal->url, sizeof(portal->url), d->portal.url, spot, "url", page, error) &&
           copy_url(portal->contact, sizeof(portal->contact), d->portal.contact, spot, "contact",
                    person, error) &&
           resolve_sinkhole(portal, &d->portal.sinkhole, spot, error);
}

bool pl_resolve_settings(struct pl_policy *policy, struct pl_error *error)
{
    const struct pl_policy_file *file = &policy->files[0];

    if (file->document->version != 1)
        return PL_BAD(error, pl_spot_key((struct pl_spot){&file->places, PL_PLACES_TOP}, "version"),
                      "this is version %u of the policy language: expected version: 1",
                      file->document->version);
    resolve_defaults(policy, &file->document->defaults);
    return resolve_privacy(policy, file, error) && resolve_portal(policy, file, error);
}
