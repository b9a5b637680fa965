/* SPDX-License-Identifier: MIT */
/*
 * Whole sets whose reps are measured while their phases are not: what is published, with which src. Observability C
 * means "cue" in a paced set that the patient follows, and nothing else; never "load" or "model".
 */
#include "session_bench.h"
#include "signals.h"
#include "station.h"

#define RX(items) "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[" items "]}"
#define BRIDGE(keys)                                                                                                   \
    "{\"exercise\":\"glute_bridge\",\"contact\":\"box\",\"sets\":1,\"reps_min\":5,\"reps_max\":5" keys "}"
#define THRUST(keys)                                                                                                   \
    "{\"exercise\":\"hip_thrust\",\"contact\":\"box\",\"sets\":1,\"reps_min\":5,\"reps_max\":5" keys "}"
#define TAP(keys)                                                                                                      \
    "{\"exercise\":\"hip_extension\",\"contact\":\"box_tap\",\"side\":\"left\",\"sets\":1,\"reps_min\":5,"             \
    "\"reps_max\":5" keys "}"

static struct run *play(const char *rx, uint64_t seed)
{
    struct patient_setup setup = run_setup(seed);

    return run_session(&setup, rx);
}

static void assert_src(const struct rep_data *rep, enum src con, enum src top, enum src ecc, enum src bottom)
{
    const enum src want[PHASE_COUNT] = {con, top, ecc, bottom};

    for (int p = 0; p < PHASE_COUNT; p++)
        if (rep->phases[p].src != want[p])
            fail_msg("%s is %d, should be %d", phase_str((enum phase)p), (int)rep->phases[p].src, (int)want[p]);
}

/* A phase that was only cued: the cue's length, no uncertainty, no movement, no verdict. */
static void assert_cue(const struct phase_time *phase, int32_t ms)
{
    assert_int_equal(phase->src, SRC_CUE);
    assert_int_equal(phase->dur_ns, ms * NS_PER_MS);
    assert_int_equal(phase->target_ns, ms * NS_PER_MS);
    assert_int_equal(phase->sd_ns, ABSENT);
    assert_int_equal(phase->move_ns, ABSENT);
    assert_int_equal(phase->in_tolerance, -1);
}

static void a_paced_bridge_is_measured_outside_and_cued_inside(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct run *run = play(RX(BRIDGE("")), seed);
        const struct set_completed_data *done = &run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed;
        assert_int_equal(done->reps, 5);
        assert_int_equal(done->reps_measured, 5);
        assert_int_equal(done->tempo_n, 0);
        assert_true(done->tut_ns > 25 * NS_PER_S);
        /* The counts were seen, the prescribed tempo was not: compliance without it says so. */
        assert_int_equal(run_event(run, EVENT_SESSION_COMPLETED, 0)->u.session_completed.basis, BASIS_MIXED);
        for (int i = 0; i < 5; i++) {
            const struct rep_data *rep = &run_event(run, EVENT_REP, i)->u.rep;
            assert_int_equal(rep->outcome, REP_FULL);
            assert_int_equal(rep->flags, 0);
            assert_src(rep, SRC_CUE, SRC_CUE, SRC_CUE, i == 0 ? SRC_NONE : SRC_LOAD);
            assert_cue(&rep->phases[PHASE_CON], 2000);
            assert_cue(&rep->phases[PHASE_TOP], 1000);
            assert_cue(&rep->phases[PHASE_ECC], 3000);
        }
        run_free(run);
    }
}

static void a_self_paced_bridge_has_no_phases_inside(void **state)
{
    (void)state;
    struct run *run = play(RX(BRIDGE(",\"pacing\":\"self\"")), 3);

    for (int i = 0; i < 5; i++) {
        const struct rep_data *rep = &run_event(run, EVENT_REP, i)->u.rep;
        assert_int_equal(rep->outcome, REP_FULL);
        assert_src(rep, SRC_NONE, SRC_NONE, SRC_NONE, i == 0 ? SRC_NONE : SRC_LOAD);
    }
    run_free(run);
}

static void a_faded_bridge_has_them_while_it_is_paced(void **state)
{
    (void)state;
    struct run *run = play(RX(BRIDGE(",\"pacing\":\"fade\"")), 4);

    for (int i = 0; i < 5; i++) {
        const struct rep_data *rep = &run_event(run, EVENT_REP, i)->u.rep;
        enum src inside = i < 2 ? SRC_CUE : SRC_NONE;
        assert_src(rep, inside, inside, inside, i == 0 ? SRC_NONE : SRC_LOAD);
    }
    run_free(run);
}

static void a_thrust_is_modelled_inside(void **state)
{
    (void)state;
    struct run *run = play(RX(THRUST("")), 5);
    const struct set_completed_data *done = &run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed;

    assert_int_equal(done->reps_measured, 5);
    assert_int_equal(done->tempo_n, 15); /* con, top and ecc of each: their movements are fitted */
    for (int i = 0; i < 5; i++) {
        const struct rep_data *rep = &run_event(run, EVENT_REP, i)->u.rep;
        assert_src(rep, SRC_MODEL, SRC_MODEL, SRC_MODEL, i == 0 ? SRC_NONE : SRC_LOAD);
        for (int p = PHASE_CON; p <= PHASE_ECC; p++)
            assert_true(rep->phases[p].sd_ns > 0);
    }
    run_free(run);
}

static void a_tap_is_counted_and_all_else_is_cued(void **state)
{
    (void)state;
    struct run *run = play(RX(TAP("")), 6);
    const struct set_completed_data *done = &run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed;

    assert_int_equal(done->reps_measured, 5);
    assert_int_equal(done->tut_ns, ABSENT);
    for (int i = 0; i < 5; i++) {
        const struct rep_data *rep = &run_event(run, EVENT_REP, i)->u.rep;
        assert_src(rep, SRC_CUE, SRC_CUE, SRC_CUE, i == 0 ? SRC_NONE : SRC_CUE);
        assert_int_equal(rep->tut_ns, ABSENT);
        assert_int_equal(rep->peak_mn, ABSENT);
    }
    run_free(run);
}

/* A rep that lies between the cues gets none: the middle of each must lie within the other. */
static void the_pacer_knows_which_rep_was_cued(void **state)
{
    (void)state;
    const struct dose dose = {.tempo_ms = {2000, 1000, 3000, 1000}};
    struct rep_data rep;

    assert_true(pacer_rep_at(&dose, dose.tempo_ms, 100, 14 * NS_PER_S, 20 * NS_PER_S, &rep));
    assert_int_equal(rep.start_ns, 100 + 14 * NS_PER_S);
    assert_int_equal(rep.end_ns, 100 + 20 * NS_PER_S);
    assert_int_equal(rep.phases[PHASE_BOTTOM].src, SRC_CUE);
    assert_true(pacer_rep_at(&dose, dose.tempo_ms, 100, NS_PER_S, 8 * NS_PER_S, &rep));
    assert_int_equal(rep.start_ns, 100);
    assert_int_equal(rep.phases[PHASE_BOTTOM].src, SRC_NONE);
    /* Over before the cued one is half-way; beginning after it; in the pause; before the set. */
    assert_false(pacer_rep_at(&dose, dose.tempo_ms, 0, 14 * NS_PER_S, 16 * NS_PER_S, &rep));
    assert_false(pacer_rep_at(&dose, dose.tempo_ms, 0, 18 * NS_PER_S, 21 * NS_PER_S, &rep));
    assert_false(pacer_rep_at(&dose, dose.tempo_ms, 0, 18 * NS_PER_S, 23 * NS_PER_S, &rep));
    assert_false(pacer_rep_at(&dose, dose.tempo_ms, 9 * NS_PER_S, 0, 6 * NS_PER_S, &rep));
    /* All of zero length: cycles of 1 s. */
    const struct dose none = {.tempo_ms = {0, 0, 0, 0}};
    assert_true(pacer_rep_at(&none, none.tempo_ms, 0, 3 * NS_PER_S, 4 * NS_PER_S, &rep));
    assert_int_equal(rep.start_ns, 3 * NS_PER_S);
}

/* Feeds the shape, in seconds from the present, at 80 SPS. */
static void press(struct station_rig *rig, const struct corner *corners, int n, double s)
{
    int64_t begin_ns = rig->t_ns;

    for (int i = 1; i <= (int)(s * 80.0); i++) {
        rig_load(rig, shape_at(corners, n, i / 80.0));
        rig_run_until(rig, begin_ns + ns_of(i / 80.0));
    }
}

/* Two reps touch the floor; from the third on the pelvis stays up: the set says so and goes on by cue. */
static void without_touch_down_the_cues_count(void **state)
{
    (void)state;
    static const struct corner corners[] = {{0.2, 94},   {0.5, 259},  {2.5, 243}, {3.5, 243},  {6.5, 259},
                                            {6.75, 94},  {7.2, 94},   {7.5, 259}, {9.5, 243},  {10.5, 243},
                                            {13.5, 259}, {13.75, 94}, {14.2, 94}, {14.5, 259}, {16.5, 243}};
    struct station_rig *rig = rig_new(NULL);

    rig_sensor(rig, RIG_FAST_NS);
    rig_load(rig, 94);
    rig_run(rig, 5);
    rig_prescribe(rig, 1,
                  "'rev':1,'ask':[],'items':[{'exercise':'glute_bridge','contact':'box',"
                  "'sets':1,'reps_min':5,'reps_max':5,'prep_s':5}]");
    rig_click(rig, BUTTON_START);
    for (int i = 0; i < 200 && rig_now(rig) != NOW_WORK; i++)
        rig_run(rig, 0.1);
    assert_int_equal(rig_now(rig), NOW_WORK);
    rig_forget(rig);
    press(rig, corners, 15, 60);
    const char *lines = rig_events(rig);
    printf("%s", lines);
    int full = 0, paced = 0;
    for (const char *at = lines; (at = strstr(at, " full ")) != NULL; at++)
        full++;
    for (const char *at = lines; (at = strstr(at, " paced ")) != NULL; at++)
        paced++;
    assert_int_equal(full, 2);
    assert_int_equal(paced, 3);
    assert_non_null(strstr(lines, "cued no_touchdown"));
    assert_null(strstr(lines, "band_not_seen"));
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paced_bridge_is_measured_outside_and_cued_inside),
        cmocka_unit_test(a_self_paced_bridge_has_no_phases_inside),
        cmocka_unit_test(a_faded_bridge_has_them_while_it_is_paced),
        cmocka_unit_test(a_thrust_is_modelled_inside),
        cmocka_unit_test(a_tap_is_counted_and_all_else_is_cued),
        cmocka_unit_test(the_pacer_knows_which_rep_was_cued),
        cmocka_unit_test(without_touch_down_the_cues_count),
    };

    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
