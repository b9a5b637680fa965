/* SPDX-License-Identifier: MIT */
/* Band curls on a dead anchor, done in odd ways: each case with what the station must make of it. */
#include "tests/unit/case_bench.h"

#define ONE CASE_CURL("1")

static void test_plain_is_exact(void **state)
{
    (void)state;
    case_exact(PATIENT_PLAIN, ONE, 10);
}

static void test_a_slow_mount_of_5_s_is_waited_for(void **state)
{
    (void)state;
    case_exact(PATIENT_SLOW_MOUNT, ONE, 10);
}

static void test_two_reps_more_than_asked_for_are_none(void **state)
{
    (void)state;
    case_exact(PATIENT_TWELVE, ONE, 10);
}

static void test_a_double_bounce_is_one_rep(void **state)
{
    (void)state;
    case_exact(PATIENT_DOUBLE_BOUNCE, ONE, 10);
}

static void test_a_pause_in_the_eccentric_is_one_rep_and_said(void **state)
{
    (void)state;
    case_exact(PATIENT_PAUSE_IN_ECC, ONE, 10);
    struct run *run = case_run(PATIENT_PAUSE_IN_ECC, ONE, 1);
    for (int i = 0; i < 10; i++)
        assert_true(run_event(run, EVENT_REP, i)->u.rep.flags & FLAG_PAUSE_IN_ECC);
    run_free(run);
}

static void test_a_concentric_in_two_parts_is_one_rep(void **state)
{
    (void)state;
    case_exact(PATIENT_TWO_PART_CON, ONE, 10);
    struct run *run = case_run(PATIENT_TWO_PART_CON, ONE, 1);
    assert_true(case_tally(run, 1).flags & FLAG_TWO_PART);
    run_free(run);
}

static void test_a_dropped_eccentric_is_a_rep_with_a_short_one(void **state)
{
    (void)state;
    case_exact(PATIENT_DROPPED_ECC, ONE, 10);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_DROPPED_ECC, ONE, seed);
        for (int i = 0; i < 10; i++) {
            const struct phase_time *ecc = &run_event(run, EVENT_REP, i)->u.rep.phases[PHASE_ECC];
            assert_true(ecc->src == SRC_NONE || ecc->dur_ns < 600 * NS_PER_MS); /* and never the 4 s of the cue */
        }
        run_free(run);
    }
}

static void test_reps_twice_as_fast_from_the_sixth_on_all_count(void **state)
{
    (void)state;
    case_exact(PATIENT_TEMPO_DOUBLES, ONE, 10);
}

static void test_tremor_of_3_per_cent_adds_none(void **state)
{
    (void)state;
    case_exact(PATIENT_TREMOR, ONE, 10);
}

/* The set's time under tension is that of its full reps in which it was seen, and it says in how many. */
static void tension_is_of_full_reps(const struct run *run)
{
    const struct set_completed_data *set = case_set(run, 0);
    int64_t sum_ns = 0, n = 0;
    for (int i = 0; i < run->n; i++) {
        const struct rep_data *rep = &run->events[i].u.rep;
        if (run->events[i].head.type != EVENT_REP || rep->outcome != REP_FULL || rep->tut_ns == ABSENT)
            continue;
        sum_ns += rep->tut_ns;
        n++;
    }
    assert_true(n > 0);
    assert_int_equal(set->tut_reps, n);
    assert_int_equal(set->tut_ns, sum_ns);
}

/* Partial reps have no number; the set goes on until ten are full. */
static void test_partial_reps_do_not_count(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_PARTIAL, ONE, seed);
        struct tally tally = case_tally(run, 1);
        assert_int_equal(tally.full, 10);
        /* one of 30 % with a weak band may be no rep at all */
        assert_in_range(tally.partial, 1, case_truths(run, 0) - case_truths(run, 1000));
        for (int i = 0; i < run->n; i++)
            if (run->events[i].head.type == EVENT_REP && run->events[i].u.rep.outcome == REP_PARTIAL)
                assert_int_equal(run->events[i].head.rep, 0);
        tension_is_of_full_reps(run);
        assert_int_equal(case_set(run, 0)->reps, 10);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        run_free(run);
    }
}

/* --- the band ----------------------------------------------------------------------------------------------------- */

/* Five reps are seen; from then on the set is paced, in the same set, and says why. */
static void test_a_band_that_slips_off_leaves_a_paced_rest(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_BAND_SLIPS, ONE, seed);
        struct tally tally = case_tally(run, 1);
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        assert_int_equal(tally.full, 5);
        assert_int_equal(tally.paced, 5);
        assert_true(tally.flags & FLAG_BAND_NOT_SEEN);
        assert_int_equal(case_set(run, 0)->reps, 10);
        assert_int_equal(case_set(run, 0)->reps_measured, 5);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        /* What the band did last was no eccentric of the patient's. */
        assert_int_equal(run_event(run, EVENT_REP, 4)->u.rep.phases[PHASE_ECC].src, SRC_NONE);
        run_free(run);
    }
}

/* Kicks of 5-30 kg neither count nor hide a rep, and no phase is wrong by more than its sd could explain. */
static void test_a_kicked_box_counts_what_was_done(void **state)
{
    (void)state;
    case_exact(PATIENT_KICKED, ONE, 10);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_KICKED, ONE, seed);
        for (int i = 0; i < 10; i++)
            for (int p = 0; p < PHASE_COUNT; p++) {
                const struct phase_time *phase = &run_event(run, EVENT_REP, i)->u.rep.phases[p];
                assert_true(phase->src == SRC_NONE || phase->sd_ns != ABSENT);
                assert_true(phase->dur_ns < 8 * NS_PER_S && phase->dur_ns >= 0);
            }
        run_free(run);
    }
}

/* Half a second a phase: a limb's inertia weighs as much as the band. Counted; a way that is timed is about as long. */
static void test_half_a_second_a_phase_is_counted_and_timed(void **state)
{
    (void)state;
    static const char rx[] = CASE_RX(
        "{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,"
        "\"reps_min\":10,\"reps_max\":10,\"tempo\":{\"con_s\":0.5,\"top_s\":0.5,\"ecc_s\":0.5,\"bottom_s\":0.5}}");
    int timed = 0;
    case_exact(PATIENT_PLAIN, rx, 10);
    struct run *run = case_run(PATIENT_PLAIN, rx, 1);
    for (int i = 0; i < 10; i++) {
        const struct phase_time *ecc = &run_event(run, EVENT_REP, i)->u.rep.phases[PHASE_ECC];
        if (ecc->move_ns == ABSENT)
            continue;
        timed++;
        assert_true(llabs(ecc->move_ns - 500 * NS_PER_MS) < 150 * NS_PER_MS);
    }
    assert_true(timed > 0);
    run_free(run);
}

/* What the converter shows was so two periods before it was read: 25 ms at 80 SPS, 200 ms at 10. */
static void test_absolute_times_are_those_of_the_movement(void **state)
{
    (void)state;
    static const int32_t rates[] = {80000, 10000};
    for (int r = 0; r < 2; r++) {
        struct patient_setup setup = run_setup(3);
        setup.sway = false;
        setup.noise_mn = 10;
        setup.sps_milli = rates[r];
        struct run *run = run_session(&setup, ONE);
        int64_t sum_ns = 0;
        assert_int_equal(run_count(run, EVENT_REP), 10);
        for (int i = 0; i < 10; i++) {
            const struct rep_data *rep = &run_event(run, EVENT_REP, i)->u.rep;
            sum_ns += rep->start_ns - run->truth[i].con_ns + rep->end_ns - run->truth[i].end_ns;
        }
        print_message("%d mSPS: reps are told %+.1f ms late\n", rates[r], (double)sum_ns / 20e6);
        assert_in_range(sum_ns / 20 + 60 * NS_PER_MS, (rates[r] == 80000 ? 50 : 0) * NS_PER_MS,
                        (rates[r] == 80000 ? 70 : 120) * NS_PER_MS);
        run_free(run);
    }
}

/* A set may begin with the way down: who is up already comes down unseen, and from then on it is counted as ever. */
static void test_sets_that_begin_with_the_eccentric_are_exact(void **state)
{
    (void)state;
    case_exact(
        PATIENT_PLAIN,
        CASE_RX("{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,"
                "\"reps_min\":10,\"reps_max\":10,\"first_phase\":\"ecc\"}"),
        10);
}

static void test_another_band_counts_on(void **state)
{
    (void)state;
    case_exact(PATIENT_BAND_SWAPPED, ONE, 10);
}

/* Paced from 30 s on, within the same set, and the events say why; nothing is passed off as measured. */
static void test_a_live_anchor_called_dead_is_not_measured(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_LIVE_AS_DEAD, ONE, seed);
        struct tally tally = case_tally(run, 0);
        assert_int_equal(tally.full + tally.partial, 0);
        assert_int_equal(tally.paced, 10);
        assert_true(tally.flags & FLAG_BAND_NOT_SEEN);
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        assert_int_equal(case_set(run, 0)->reps_measured, 0);
        assert_int_equal(case_set(run, 0)->tempo_n, 0);
        run_free(run);
    }
}

/* --- comes and goes ----------------------------------------------------------------------------------------------- */

static void test_away_for_40_s_is_left_and_goes_on(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_AWAY_40, ONE, seed);
        assert_int_equal(case_set(run, 0)->reason, SET_LEFT_BOX);
        assert_int_equal(case_set(run, 0)->reps, 3);
        assert_int_equal(case_set(run, 1)->reason, SET_DONE);
        assert_int_equal(case_set(run, 1)->reps, 7);
        assert_int_equal(case_tally(run, 0).full, 10);
        case_done(run);
        run_free(run);
    }
}

/* Who leaves in the middle of a rep has not finished it: its eccentric is not known. */
static void leaves_in_rep_3(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, ONE, seed);
        const struct rep_data *rep = &run_event(run, EVENT_REP, 2)->u.rep;
        assert_true(rep->outcome == REP_PARTIAL);
        assert_int_equal(rep->phases[PHASE_ECC].src, SRC_NONE);
        assert_true(rep->tut_ns == ABSENT);
        assert_int_equal(case_set(run, 0)->reason, SET_LEFT_BOX);
        assert_int_equal(case_set(run, 0)->reps, 2);
        assert_int_equal(case_set(run, 1)->reps, 8);
        case_done(run);
        run_free(run);
    }
}

static void test_jumping_off_leaves_a_partial_rep(void **state)
{
    (void)state;
    leaves_in_rep_3(PATIENT_JUMPS_OFF);
}

static void test_leaving_in_the_eccentric_leaves_a_partial_rep(void **state)
{
    (void)state;
    leaves_in_rep_3(PATIENT_LEAVES_IN_ECC);
}

/* --- nothing to measure ------------------------------------------------------------------------------------------ */

/* The patient follows no cue and does not confirm: nothing is measured, and unless the set timed out nothing counts. */
static void nothing_counts(enum patient_case oddity, const char *rx)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, rx, seed);
        struct tally tally = case_tally(run, 0);
        const struct set_completed_data *set = case_set(run, 0);
        assert_int_equal(tally.full + tally.partial, 0);
        assert_int_equal(set->reps_measured + set->tempo_n, 0);
        assert_true(set->reps == 0 || set->reason == SET_TIMEOUT);
        assert_true(set->tempo_milli_pct == ABSENT && set->tut_ns == ABSENT);
        assert_true(set->reason == SET_UNCONFIRMED || set->reason == SET_TIMEOUT);
        for (int i = 0; i < run->n; i++) {
            const struct rep_data *rep = &run->events[i].u.rep;
            if (run->events[i].head.type == EVENT_REP)
                assert_true(rep->tut_ns == ABSENT && rep->peak_mn == ABSENT && rep->mean_mn == ABSENT);
        }
        run_free(run);
    }
}

static void test_all_noise_is_no_rep_and_no_metric(void **state)
{
    (void)state;
    nothing_counts(PATIENT_NOISE, ONE);
}

#define TEN_MINUTES                                                                                                    \
    CASE_RX("{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,"      \
            "\"reps_min\":100,\"reps_max\":100,\"pacing\":\"self\",\"set_timeout_s\":600}")

static void test_ten_minutes_of_standing_are_no_rep(void **state)
{
    (void)state;
    nothing_counts(PATIENT_STANDS, TEN_MINUTES);
    nothing_counts(PATIENT_STANDS, ONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_is_exact),
        cmocka_unit_test(test_a_slow_mount_of_5_s_is_waited_for),
        cmocka_unit_test(test_two_reps_more_than_asked_for_are_none),
        cmocka_unit_test(test_a_double_bounce_is_one_rep),
        cmocka_unit_test(test_a_pause_in_the_eccentric_is_one_rep_and_said),
        cmocka_unit_test(test_a_concentric_in_two_parts_is_one_rep),
        cmocka_unit_test(test_a_dropped_eccentric_is_a_rep_with_a_short_one),
        cmocka_unit_test(test_reps_twice_as_fast_from_the_sixth_on_all_count),
        cmocka_unit_test(test_tremor_of_3_per_cent_adds_none),
        cmocka_unit_test(test_partial_reps_do_not_count),
        cmocka_unit_test(test_a_band_that_slips_off_leaves_a_paced_rest),
        cmocka_unit_test(test_a_kicked_box_counts_what_was_done),
        cmocka_unit_test(test_half_a_second_a_phase_is_counted_and_timed),
        cmocka_unit_test(test_absolute_times_are_those_of_the_movement),
        cmocka_unit_test(test_sets_that_begin_with_the_eccentric_are_exact),
        cmocka_unit_test(test_another_band_counts_on),
        cmocka_unit_test(test_a_live_anchor_called_dead_is_not_measured),
        cmocka_unit_test(test_away_for_40_s_is_left_and_goes_on),
        cmocka_unit_test(test_jumping_off_leaves_a_partial_rep),
        cmocka_unit_test(test_leaving_in_the_eccentric_leaves_a_partial_rep),
        cmocka_unit_test(test_all_noise_is_no_rep_and_no_metric),
        cmocka_unit_test(test_ten_minutes_of_standing_are_no_rep),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
