/* SPDX-License-Identifier: MIT */
/* Events and envelopes as text: order of keys, decimals, what is left out, and what the journal adds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
/* cmocka needs the first two above */
#include <cmocka.h>

#include "tests/unit/event_samples.h"

static void expect(char *json, const char *want)
{
    assert_non_null(json);
    assert_string_equal(json, want);
    free(json);
}

static void expect_data(enum event_type type, bool full, const char *want)
{
    struct prescription rx = sample_prescription(full);
    struct event event = sample_event(type, full, &rx);
    expect(event_data_json(&event, sample_exercises), want);
}

static void a_rep_says_what_was_seen_and_where_it_comes_from(void **state)
{
    (void)state;
    expect_data(
        EVENT_REP, true,
        "{\"outcome\":\"full\",\"start_t_ns\":1,\"end_t_ns\":7520000000,\"phases\":{"
        "\"con\":{\"s\":1.5,\"src\":\"load\",\"target_s\":1.5},\"top\":{\"s\":1.0,\"src\":\"cue\",\"target_s\":1.0},"
        "\"ecc\":{\"s\":2.04,\"src\":\"model\",\"sd_s\":0.12,\"move_s\":4.02,\"target_s\":4.0,\"in_tolerance\":true},"
        "\"bottom\":{\"s\":0.9,\"src\":\"button\",\"move_s\":2.0,\"target_s\":1.0,\"in_tolerance\":false}},"
        "\"tut_s\":6.52,\"peak_n\":52.13,\"mean_n\":31.0,\"impulse_ns\":198.02,\"flags\":[\"no_baseline\",\"cued\","
        "\"band_not_seen\",\"sensor_fault\",\"gap\",\"hand_support\",\"no_touchdown\",\"two_part\","
        "\"pause_in_ecc\",\"height\",\"overload\",\"live_anchor\",\"low_rate\",\"movement_not_seen\","
        "\"other_load\"]}");
}

static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    expect_data(EVENT_REP, false,
                "{\"outcome\":\"partial\",\"start_t_ns\":1,\"end_t_ns\":7520000000,\"phases\":{},\"flags\":[]}");
    expect_data(EVENT_HOLD, false,
                "{\"outcome\":\"stopped\",\"start_t_ns\":1,\"end_t_ns\":2,\"held_s\":0.0,\"flags\":[]}");
    expect_data(EVENT_PAIN, false, "{\"when\":\"next_day\",\"limit\":3}");
    expect_data(EVENT_EFFORT, false, "{}");
}

static void a_score_of_zero_is_said(void **state)
{
    (void)state;
    expect_data(EVENT_PAIN, true,
                "{\"nrs\":0,\"when\":\"next_day\",\"limit\":3,\"hours_after\":24.0,\"about_session\":\"" SAMPLE_UUID
                "\"}");
}

static void a_withdrawn_prescription_has_no_items(void **state)
{
    (void)state;
    expect_data(EVENT_PRESCRIPTION_ACCEPTED, false, "{\"slot\":1,\"withdrawn\":true}");
}

static void items_are_told_in_the_units_of_the_prescription(void **state)
{
    (void)state;
    expect_data(
        EVENT_PRESCRIPTION_ACCEPTED, true,
        "{\"slot\":1,\"rev\":12,\"hash\":\"" SAMPLE_HASH "\",\"items\":[{\"exercise\":\"banded_curl\","
        "\"variation\":\"standard\",\"contact\":\"box\",\"anchor\":\"dead\",\"side\":\"left\",\"sets_min\":2,\"sets\":"
        "3,"
        "\"reps_min\":8,\"reps_max\":10,\"tempo\":{\"con_s\":1.5,\"top_s\":1.0,\"ecc_s\":4.0,\"bottom_s\":1.0},"
        "\"first_phase\":\"con\",\"ecc_only\":false,\"rest_s\":90.0,\"rest_side_s\":30.0,\"rest_item_s\":120.0,"
        "\"rest_mode\":\"min\",\"prep_s\":10.0,\"pacing\":\"paced\",\"tempo_tol_pct\":20,\"tut_tol_pct\":8,"
        "\"load_kg\":2.5,\"band\":\"red\",\"step_height_m\":0.3,\"leave_s\":3.0,\"set_timeout_s\":120.0,"
        "\"load_limit_n\":2000.0},{\"exercise\":\"iso_heel_dig\",\"variation\":\"standard\",\"contact\":\"box\","
        "\"side\":\"each\",\"sets\":1,\"holds\":5,\"hold_s\":45.0,\"hold_rest_s\":120.0,\"ramp_s\":2.0,\"settle_s\":1."
        "0,"
        "\"grace_s\":2.0,\"fail_frac\":0.15,\"hold_clock\":\"in_band\",\"target\":{\"kind\":\"pct_ref\",\"value\":70.0,"
        "\"band_pct\":10.0,\"ref_n\":357.0},\"rest_s\":90.0,\"rest_side_s\":30.0,\"rest_item_s\":120.0,"
        "\"rest_mode\":\"until_button\",\"prep_s\":0.0,\"pacing\":\"self\",\"tempo_tol_pct\":20,\"tut_tol_pct\":8,"
        "\"leave_s\":0.0}]}");
}

static void a_progression_says_what_it_rests_on(void **state)
{
    (void)state;
    expect_data(EVENT_PROGRESSION_SUGGESTED, true,
                "{\"item\":2,\"rule\":\"" PROGRESSION_RULE "\",\"from\":{\"exercise\":\"glute_bridge\","
                "\"variation\":\"standard\"},\"to\":{\"exercise\":\"glute_bridge\",\"variation\":\"single\"},"
                "\"basis\":\"mixed\"}");
}

static void the_envelope_keeps_the_order_of_the_contract(void **state)
{
    (void)state;
    struct envelope_stamp stamp = sample_stamp(false);
    struct event_head head = sample_head(EVENT_CALL, true);
    expect(
        envelope_json(&stamp, &head, "{}"),
        "{\"v\":1,\"journal\":\"00000000-0000-0000-0000-000000000000\",\"seq\":1842,\"type\":\"call\","
        "\"station\":\"leg-01\",\"boot\":\"replay\",\"t_ns\":81234567890,\"ts\":\"2026-11-22T07:56:00.123Z\","
        "\"clock\":\"synced\",\"session\":\"" SAMPLE_UUID "\",\"patient\":\"p-secret\",\"item\":1,"
        "\"exercise\":\"banded_curl\",\"variation\":\"standard\",\"side\":\"left\",\"set\":2,\"rep\":3,\"data\":{}}");
}

static void outside_a_session_there_is_neither_session_nor_patient(void **state)
{
    (void)state;
    struct envelope_stamp stamp = sample_stamp(false);
    struct event_head head = {.type = EVENT_CALL, .patient = "p-secret"};
    char *json = envelope_json(&stamp, &head, "{}");
    assert_null(strstr(json, "session"));
    assert_null(strstr(json, "p-secret"));
    free(json);
}

static void the_journal_adds_what_only_it_knows(void **state)
{
    (void)state;
    struct envelope_stamp stamp = sample_stamp(true);
    struct event_head head = {.type = EVENT_SESSION_STARTED};
    char *json = envelope_json(&stamp, &head, "{\"algo\":1,\"resumes\":true}");
    assert_non_null(strstr(json, "\"data\":{\"algo\":1,\"resumes\":\"" SAMPLE_UUID "\"}}"));
    free(json);
    head.type = EVENT_SESSION_COMPLETED;
    json = envelope_json(&stamp, &head, "{\"reason\":\"power_loss\"}");
    assert_non_null(strstr(
        json, "\"data\":{\"reason\":\"power_loss\",\"first_seq\":1800,\"last_boot\":\"boot-1\",\"last_t_ns\":42}}"));
    free(json);
    head.type = EVENT_REST_COMPLETED;
    json = envelope_json(&stamp, &head, "{}");
    assert_non_null(strstr(json, "\"data\":{}}"));
    free(json);
}

static void a_resumed_session_that_nobody_knows_is_not_named(void **state)
{
    (void)state;
    struct envelope_stamp stamp = sample_stamp(false);
    struct event_head head = {.type = EVENT_SESSION_STARTED};
    char *json = envelope_json(&stamp, &head, "{\"resumes\":true}");
    assert_non_null(strstr(json, "\"data\":{}}"));
    free(json);
}

static void data_that_is_no_object_makes_no_envelope(void **state)
{
    (void)state;
    struct envelope_stamp stamp = sample_stamp(false);
    struct event_head head = {.type = EVENT_CALL};
    assert_null(envelope_json(&stamp, &head, "[]"));
    assert_null(envelope_json(&stamp, &head, "{"));
    assert_null(envelope_json(&stamp, &head, ""));
}

static void a_text_cut_in_the_middle_of_a_character_is_still_said(void **state)
{
    (void)state;
    struct event event = {.head.type = EVENT_PRESCRIPTION_REJECTED, .u.prescription.slot = 1};
    snprintf(event.u.prescription.refusal.reason, REASON_TEXT_LEN, "caf\xc3");
    expect(event_data_json(&event, sample_exercises), "{\"slot\":1,\"path\":\"\",\"reason\":\"caf?\"}");
}

static void the_retained_session_has_no_patient(void **state)
{
    (void)state;
    expect(session_retained_json("{\"v\":1,\"patient\":\"p-secret\",\"data\":{\"duration_s\":1.5}}"),
           "{\"v\":1,\"data\":{\"duration_s\":1.5}}");
    assert_null(session_retained_json("no"));
}

/*
 * Any time to the nanosecond comes out as the nearest millisecond, halves away from zero, and reading the text and
 * writing it again (as the envelope does) changes nothing.
 */
static void seconds_are_the_nearest_millisecond_and_survive_the_envelope(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    srand(seed);
    for (int i = 0; i < 20000; i++) {
        struct event event = {.head.type = EVENT_REST_COMPLETED};
        int64_t ns = ((int64_t)rand() << 16 ^ rand()) % (NS_PER_S * 4000) - NS_PER_S * 2000;
        int64_t ms = ns >= 0 ? (ns + NS_PER_MS / 2) / NS_PER_MS : -((-ns + NS_PER_MS / 2) / NS_PER_MS);
        event.u.rest_completed.planned_ns = ns;
        event.u.rest_completed.actual_ns = ABSENT;
        char *json = event_data_json(&event, sample_exercises);
        double said = strtod(strchr(json, ':') + 1, NULL);
        assert_true(said * 1000 > (double)ms - 0.001 && said * 1000 < (double)ms + 0.001);
        const char *dot = strchr(json, '.');
        assert_true(dot && strlen(dot) <= 1 + 3 + 1); /* point, three decimals, brace */
        struct envelope_stamp stamp = sample_stamp(false);
        char *envelope = envelope_json(&stamp, &event.head, json);
        assert_non_null(strstr(envelope, json));
        free(json);
        free(envelope);
    }
}

static void session_ids_are_made_of_journal_and_seq_alone(void **state)
{
    (void)state;
    char a[UUID_LEN], b[UUID_LEN];
    session_uuid("00000000-0000-0000-0000-000000000000", 1, a);
    assert_string_equal(a, "5e41ab08-7439-811e-a281-95ddd9ee4956"); /* never change: stored sessions carry it */
    session_uuid("00000000-0000-0000-0000-000000000000", 2, b);
    assert_string_not_equal(a, b);
    session_uuid(SAMPLE_UUID, 1, b);
    assert_string_not_equal(a, b);
    for (int64_t seq = 0; seq < 10000; seq++) {
        session_uuid(SAMPLE_UUID, seq, a);
        assert_int_equal(strlen(a), UUID_LEN - 1);
        assert_int_equal(a[14], '8');
        assert_non_null(strchr("89ab", a[19]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rep_says_what_was_seen_and_where_it_comes_from),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(a_score_of_zero_is_said),
        cmocka_unit_test(a_withdrawn_prescription_has_no_items),
        cmocka_unit_test(items_are_told_in_the_units_of_the_prescription),
        cmocka_unit_test(a_progression_says_what_it_rests_on),
        cmocka_unit_test(the_envelope_keeps_the_order_of_the_contract),
        cmocka_unit_test(outside_a_session_there_is_neither_session_nor_patient),
        cmocka_unit_test(the_journal_adds_what_only_it_knows),
        cmocka_unit_test(a_resumed_session_that_nobody_knows_is_not_named),
        cmocka_unit_test(data_that_is_no_object_makes_no_envelope),
        cmocka_unit_test(a_text_cut_in_the_middle_of_a_character_is_still_said),
        cmocka_unit_test(the_retained_session_has_no_patient),
        cmocka_unit_test(seconds_are_the_nearest_millisecond_and_survive_the_envelope),
        cmocka_unit_test(session_ids_are_made_of_journal_and_seq_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
