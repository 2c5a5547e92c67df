/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy_schema.h"

#include <string.h>

enum { TEXT_MOST = 4096, LIST_MOST = 16 * 1024 * 1024 };

static const cyaml_strval_t profile_words[] = {
    {"observe", PL_PROFILE_OBSERVE + 1},
    {"isp-basic", PL_PROFILE_ISP_BASIC + 1},
    {"enterprise-baseline", PL_PROFILE_ENTERPRISE_BASELINE + 1},
    {"enterprise-strict", PL_PROFILE_ENTERPRISE_STRICT + 1},
    {"iot-vlan", PL_PROFILE_IOT_VLAN + 1},
    {"mail-gateway", PL_PROFILE_MAIL_GATEWAY + 1}};
static const cyaml_strval_t mode_words[] = {{"observe", PL_MODE_OBSERVE},
                                            {"enforce", PL_MODE_ENFORCE}};
static const cyaml_strval_t on_error_words[] = {{"open", PL_ON_ERROR_OPEN},
                                                {"closed", PL_ON_ERROR_CLOSED}};
static const cyaml_strval_t action_words[] = {
    {"allow", PL_RULE_ALLOW}, {"flag", PL_RULE_FLAG}, {"block", PL_RULE_BLOCK}};
static const cyaml_strval_t answer_words[] = {{"nxdomain", PL_ANSWER_NXDOMAIN + 1},
                                              {"nodata", PL_ANSWER_NODATA + 1},
                                              {"refused", PL_ANSWER_REFUSED + 1},
                                              {"sinkhole", PL_ANSWER_SINKHOLE + 1}};

static const struct {
    const char *key;
    const cyaml_strval_t *words;
    size_t count;
} word_lists[] = {{"profile", profile_words, PL_COUNT(profile_words)},
                  {"mode", mode_words, PL_COUNT(mode_words)},
                  {"on_error", on_error_words, PL_COUNT(on_error_words)},
                  {"action", action_words, PL_COUNT(action_words)},
                  {"answer", answer_words, PL_COUNT(answer_words)}};

static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, TEXT_MOST)};
static const cyaml_schema_value_t bits_value = {CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint32_t)};

/* One line a key: a text, a word of a list, a list of texts; each may be left out or must be there.
 */
#define MAY  CYAML_FLAG_OPTIONAL
#define MUST CYAML_FLAG_DEFAULT
#define TEXT(key, need, type, member)                                                              \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (need), struct type, member, 0, TEXT_MOST)
#define WORD(key, need, type, member, words)                                                       \
    CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT | (need), struct type, member, words, PL_COUNT(words))
#define TEXTS(key, need, type, member)                                                             \
    CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (need), struct type, member.text,         \
                               member.count, &text_value, 0, LIST_MOST)
#define ITEMS(key, value)                                                                          \
    CYAML_FIELD_SEQUENCE(#key, CYAML_FLAG_POINTER_NULL | MAY, struct pl_document, key, &(value),   \
                         0, LIST_MOST)
#define SECTION(key, member, fields)                                                               \
    CYAML_FIELD_MAPPING(key, MAY, struct pl_document, member, fields)

static const cyaml_schema_field_t group_fields[] = {
    TEXT("name", MUST, pl_group, name),
    TEXTS("clients", MUST, pl_group, clients),
    WORD("profile", MAY, pl_group, stance.profile, profile_words),
    WORD("mode", MAY, pl_group, stance.mode, mode_words),
    WORD("on_error", MAY, pl_group, stance.on_error, on_error_words),
    CYAML_FIELD_END};
static const cyaml_schema_field_t class_fields[] = {
    TEXT("name", MUST, pl_class, name), TEXTS("names", MAY, pl_class, names),
    TEXT("names_file", MAY, pl_class, names_file), TEXTS("networks", MAY, pl_class, networks),
    CYAML_FIELD_END};
static const cyaml_schema_field_t rule_fields[] = {
    TEXTS("groups", MAY, pl_rule, groups),
    TEXTS("classes", MAY, pl_rule, classes),
    TEXTS("checks", MAY, pl_rule, checks),
    WORD("action", MUST, pl_rule, action, action_words),
    WORD("answer", MAY, pl_rule, answer, answer_words),
    WORD("mode", MAY, pl_rule, mode, mode_words),
    TEXT("from", MAY, pl_rule, from),
    TEXT("until", MAY, pl_rule, until),
    TEXT("reason", MAY, pl_rule, reason),
    CYAML_FIELD_END};
static const cyaml_schema_field_t exemption_fields[] = {
    TEXT("id", MUST, pl_exemption, id),           TEXTS("groups", MAY, pl_exemption, groups),
    TEXTS("classes", MAY, pl_exemption, classes), TEXTS("checks", MUST, pl_exemption, checks),
    TEXT("owner", MUST, pl_exemption, owner),     TEXT("reason", MUST, pl_exemption, reason),
    TEXT("until", MUST, pl_exemption, until),     CYAML_FIELD_END};
static const cyaml_schema_field_t defaults_fields[] = {
    WORD("profile", MAY, pl_stance, profile, profile_words),
    WORD("mode", MAY, pl_stance, mode, mode_words),
    WORD("on_error", MAY, pl_stance, on_error, on_error_words), CYAML_FIELD_END};

#define MEMBER(of) __typeof__(((struct pl_document *)0)->of)

static const cyaml_schema_field_t privacy_fields[] = {
    CYAML_FIELD_SEQUENCE("client_prefix", CYAML_FLAG_POINTER | MAY, MEMBER(privacy), client_prefix,
                         &bits_value, 2, 2),
    CYAML_FIELD_END};
static const cyaml_schema_field_t portal_fields[] = {
    CYAML_FIELD_STRING_PTR("url", CYAML_FLAG_POINTER | MAY, MEMBER(portal), url, 0, TEXT_MOST),
    CYAML_FIELD_STRING_PTR("contact", CYAML_FLAG_POINTER | MAY, MEMBER(portal), contact, 0,
                           TEXT_MOST),
    CYAML_FIELD_SEQUENCE_COUNT("sinkhole", CYAML_FLAG_POINTER | MAY, MEMBER(portal), sinkhole.text,
                               sinkhole.count, &text_value, 1, 2),
    CYAML_FIELD_END};
static const cyaml_schema_field_t gateway_fields[] = {
    CYAML_FIELD_SEQUENCE_COUNT("networks", CYAML_FLAG_POINTER | MUST, MEMBER(gateway),
                               networks.text, networks.count, &text_value, 0, LIST_MOST),
    CYAML_FIELD_END};

static const cyaml_schema_value_t group_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pl_group, group_fields)};
static const cyaml_schema_value_t class_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pl_class, class_fields)};
static const cyaml_schema_value_t rule_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pl_rule, rule_fields)};
static const cyaml_schema_value_t exemption_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct pl_exemption, exemption_fields)};

#define SHARED_FIELDS                                                                              \
    ITEMS(groups, group_value), ITEMS(classes, class_value), ITEMS(rules, rule_value),             \
        ITEMS(exemptions, exemption_value)

static const cyaml_schema_field_t policy_fields[] = {
    CYAML_FIELD_UINT("version", MUST, struct pl_document, version),
    SECTION("defaults", defaults, defaults_fields),
    SHARED_FIELDS,
    SECTION("privacy", privacy, privacy_fields),
    SECTION("portal", portal, portal_fields),
    SECTION("gateway", gateway, gateway_fields),
    CYAML_FIELD_END};
static const cyaml_schema_field_t drop_in_fields[] = {SHARED_FIELDS, CYAML_FIELD_END};

const cyaml_schema_value_t pl_policy_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct pl_document, policy_fields)};
const cyaml_schema_value_t pl_drop_in_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct pl_document, drop_in_fields)};

const cyaml_schema_field_t *pl_schema_keys(const char *section, bool drop_in)
{
    const struct {
        const char *name;
        const cyaml_schema_field_t *fields;
    } sections[] = {{"", drop_in ? drop_in_fields : policy_fields},
                    {"defaults", defaults_fields},
                    {"groups", group_fields},
                    {"classes", class_fields},
                    {"rules", rule_fields},
                    {"exemptions", exemption_fields},
                    {"privacy", privacy_fields},
                    {"portal", portal_fields},
                    {"gateway", gateway_fields}};

    for (size_t i = 0; i < PL_COUNT(sections); i++)
        if (strcmp(sections[i].name, section) == 0)
            return sections[i].fields;
    return NULL;
}

const cyaml_strval_t *pl_schema_words(const char *key, size_t *count)
{
    for (size_t i = 0; i < PL_COUNT(word_lists); i++) {
        if (strcmp(word_lists[i].key, key) == 0) {
            *count = word_lists[i].count;
            return word_lists[i].words;
        }
    }
    return NULL;
}
