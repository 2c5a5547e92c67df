/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { ROOTS_MAX = 65536, FILES_MAX = 65536 };

struct pl_trust {
    OSSL_LIB_CTX *library;
    X509_STORE *store;
    STACK_OF(X509) * own;
    int64_t made_at;
};

struct pl_trust *pl_trust_new(void)
{
    struct pl_trust *trust = calloc(1, sizeof *trust);

    if (!trust)
        return NULL;
    trust->library = OSSL_LIB_CTX_new();
    trust->store = X509_STORE_new();
    trust->own = sk_X509_new_null();
    if (trust->library && trust->store && trust->own)
        return trust;
    pl_trust_free(trust);
    return NULL;
}

void pl_trust_free(struct pl_trust *trust)
{
    if (!trust)
        return;
    X509_STORE_free(trust->store);
    sk_X509_pop_free(trust->own, X509_free);
    OSSL_LIB_CTX_free(trust->library);
    free(trust);
}

static void note_time(struct pl_trust *trust, int64_t unix_s)
{
    if (unix_s > trust->made_at)
        trust->made_at = unix_s;
}

static void note_root_time(struct pl_trust *trust, const X509 *root)
{
    struct tm tm;

    if (ASN1_TIME_to_tm(X509_get0_notBefore(root), &tm))
        note_time(trust, (int64_t)timegm(&tm));
}

/* Takes the root over. */
static bool add_root(struct pl_trust *trust, X509 *root, bool own)
{
    bool added = X509_STORE_add_cert(trust->store, root);

    if (added)
        note_root_time(trust, root);
    if (added && own && sk_X509_push(trust->own, root) > 0)
        return true;
    X509_free(root);
    return added && !own;
}

/* A root needs no password, and nobody is there to type one. */
static int no_password(char *buf, int size, int writing, void *data)
{
    (void)buf, (void)size, (void)writing, (void)data;
    return -1;
}

static bool at_end(void)
{
    return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

/* How many roots were read of the stream; one that cannot be read is left out. */
static uint32_t read_roots(struct pl_trust *trust, BIO *bio, bool own)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < ROOTS_MAX; i++) {
        X509 *root = X509_new_ex(trust->library, NULL);

        if (!root)
            break;
        if (PEM_read_bio_X509(bio, &root, no_password, NULL)) {
            count += add_root(trust, root, own);
            continue;
        }
        X509_free(root);
        if (at_end())
            break;
    }
    return count;
}

/* What is no regular file (a pipe could wait for ever) has no roots. */
static uint32_t read_file(struct pl_trust *trust, const char *path, bool own)
{
    uint32_t count = 0;
    struct stat st;
    BIO *bio;

    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    ERR_set_mark();
    bio = BIO_new_file(path, "r");
    if (bio)
        count = read_roots(trust, bio, own);
    BIO_free(bio);
    ERR_pop_to_mark();
    if (count)
        note_time(trust, (int64_t)st.st_mtime);
    return count;
}

/* "name.pem" "name.crt" "0123abcd.0" */
static bool root_file(const char *name)
{
    const char *dot = strrchr(name, '.');

    if (!dot)
        return false;
    return !strcmp(dot, ".pem") || !strcmp(dot, ".crt") ||
           (dot - name == 8 && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1));
}

static uint32_t read_folder(struct pl_trust *trust, const char *path, bool own)
{
    uint32_t count = 0, files = 0;
    DIR *folder = opendir(path);
    struct dirent *entry;
    char file[4096];

    if (!folder)
        return 0;
    while (files++ < FILES_MAX && (entry = readdir(folder)) != NULL) {
        int n = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);

        if (root_file(entry->d_name) && n > 0 && (size_t)n < sizeof file)
            count += read_file(trust, file, own);
    }
    closedir(folder);
    return count;
}

bool pl_trust_add(struct pl_trust *trust, const char *path, bool own, struct pl_error *error)
{
    struct stat st;
    uint32_t count;

    if (stat(path, &st) != 0)
        return pl_fail(error, path, 0, 0, "cannot read the trusted roots: %s", strerror(errno));
    count = S_ISDIR(st.st_mode) ? read_folder(trust, path, own) : read_file(trust, path, own);
    if (count)
        return true;
    return pl_fail(error, path, 0, 0, "there is no trusted root: expected certificates in PEM");
}

bool pl_trust_add_default(struct pl_trust *trust, struct pl_error *error)
{
    if (!pl_trust_add(trust, PL_TRUST_DEFAULT, false, error))
        return false;
    (void)read_folder(trust, PL_TRUST_DEFAULT_OWN, true); /* few have one */
    return true;
}

uint32_t pl_trust_count(const struct pl_trust *trust)
{
    return (uint32_t)sk_X509_OBJECT_num(X509_STORE_get0_objects(trust->store));
}

int64_t pl_trust_made_at(const struct pl_trust *trust)
{
    return trust->made_at;
}

X509_STORE *pl_trust_store(const struct pl_trust *trust)
{
    return trust->store;
}

OSSL_LIB_CTX *pl_trust_library(const struct pl_trust *trust)
{
    return trust->library;
}

bool pl_trust_is_own(const struct pl_trust *trust, const X509 *root)
{
    for (int i = 0; i < sk_X509_num(trust->own); i++)
        if (!X509_cmp(sk_X509_value(trust->own, i), root))
            return true;
    return false;
}
