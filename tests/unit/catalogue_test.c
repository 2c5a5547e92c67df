/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue as text: every row complete, unique and found. */
#include "policy_text.h"

static void rows_are_unique_and_found(void **state)
{
    (void)state;
    assert_true(pl_check_row_count >= 20);
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        assert_ptr_equal(pl_check_row(row->id), row);
        assert_ptr_equal(pl_check_row_named(row->name), row);
        assert_int_equal(row->id / PL_FAMILY_CHECKS, row->family);
    }
    assert_null(pl_check_row(PL_CHECK_SLOTS - 1));
    assert_null(pl_check_row_named("tls"));
}

static void rows_are_whole_sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_check_row_count; i++) {
        const struct pl_check_row *row = &pl_check_rows[i];
        assert_int_equal(row->finding[strlen(row->finding) - 1], '.');
        assert_int_equal(row->remedy[strlen(row->remedy) - 1], '.');
        assert_true(row->reference[0] && row->area[0]);
        assert_true(row->points != 0 && row->points < PL_BIT(PL_COUNT(pl_point_names)));
        assert_true(row->severity < PL_COUNT(pl_severity_names));
        assert_true(row->blocked_by < PL_BIT(PL_PROFILE_COUNT));
        assert_false(row->blocked_by & PL_BIT(PL_PROFILE_OBSERVE));
    }
}

static void what_the_isp_blocks_the_baseline_blocks_too(void **state)
{
    (void)state;
    for (size_t i = 0; i < pl_check_row_count; i++)
        if (pl_check_rows[i].blocked_by & PL_BIT(PL_PROFILE_ISP_BASIC))
            assert_true(pl_check_rows[i].blocked_by & PL_BIT(PL_PROFILE_ENTERPRISE_BASELINE));
}

static void the_worst_is_cited_first(void **state)
{
    uint64_t masks[PL_FAMILY_COUNT] = {0};

    (void)state;
    assert_null(pl_check_worst(masks));
    masks[PL_FAMILY_TLS] = PL_MASK(tls_version_12) | PL_MASK(tls_ems_missing);
    assert_int_equal(pl_check_worst(masks)->id, PL_ID_tls_ems_missing);
    masks[PL_FAMILY_HTTP] = PL_MASK(http_credentials_cleartext);
    assert_int_equal(pl_check_worst(masks)->id, PL_ID_http_credentials_cleartext);
    masks[PL_FAMILY_CERT] = ~0ull << 48; /* bits that no row has */
    assert_int_equal(pl_check_worst(masks)->id, PL_ID_http_credentials_cleartext);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_unique_and_found),
        cmocka_unit_test(rows_are_whole_sentences),
        cmocka_unit_test(what_the_isp_blocks_the_baseline_blocks_too),
        cmocka_unit_test(the_worst_is_cited_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
