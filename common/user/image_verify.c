/* SPDX-License-Identifier: BSD-2-Clause */
#include "image_file.h"
#include "image_digest.h"

#include "../decide/names.h"

#include <openssl/evp.h>
#include <string.h>

bool pl_image_digest(const void *bytes, size_t size, uint8_t digest[PL_DIGEST_BYTES])
{
    struct pl_image_head head;
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool ok;

    memcpy(&head, bytes, sizeof(head));
    memset(head.sha256, 0, sizeof(head.sha256));
    ok = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) &&
         EVP_DigestUpdate(md, &head, sizeof(head)) &&
         EVP_DigestUpdate(md, (const uint8_t *)bytes + sizeof(head), size - sizeof(head)) &&
         EVP_DigestFinal_ex(md, digest, NULL);
    EVP_MD_CTX_free(md);
    return ok;
}

/* A class that does not exist would be judged by another class's cell. */
static bool names_ok(const void *bytes, const struct pl_image_head *head)
{
    struct pl_section names = head->section[PL_SECTION_NAMES];
    const struct pl_line *line = (const struct pl_line *)bytes + names.first;

    for (uint32_t i = 0; i < names.lines; i++)
        for (int slot = 0; slot < PL_NAME_SLOTS; slot++)
            if (line[i].u64[slot] >> 48 >= head->classes)
                return false;
    return true;
}

bool pl_image_verify(const void *bytes, size_t size, const char *file, struct pl_error *error)
{
    struct pl_image_head head;
    uint8_t digest[PL_DIGEST_BYTES];

    if (!pl_image_check(bytes, size, file, error))
        return false;
    memcpy(&head, bytes, sizeof(head));
    if (!pl_image_digest(bytes, size, digest))
        return pl_fail(error, file, 0, 0, "cannot compute the checksum of the policy image");
    if (memcmp(digest, head.sha256, sizeof(digest)) != 0)
        return pl_fail(error, file, 0, 0,
                       "the policy image does not match its checksum: it was changed after it was "
                       "made; compile the policy again");
    if (!names_ok(bytes, &head))
        return pl_fail(error, file, 0, 0,
                       "the policy image is damaged (names); compile the policy again");
    return true;
}
