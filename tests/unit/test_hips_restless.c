/* SPDX-License-Identifier: MIT */
/*
 * Bridges and thrusts of who breathes deeply or fidgets until the first rep: never quiet for 2 s, and the rest level of
 * the set is still theirs, not that of the empty box before they came.
 */
#include "check.h"
#include "pelvis_signal.h"
#include "rx_texts.h"
#include "station.h"

#define RATE   80.0
#define B      94.0
#define TWO_PI 6.283185307179586

static const enum detector_kind kinds[] = {DETECTOR_BRIDGE, DETECTOR_THRUST};
static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 2000, 3000, 1000}};
static const struct lift LIFT = {165.0, 43.0, 0.3, 2.0, 2.0, 3.0, 0.25, 1.5};
static struct rep_run run;
static struct corner c[128];

struct restless {
    double amp_n, hz, phase; /* of a sine */
    double until_s;
};

/* The n corners, with no rest level known at "go". */
static void play(enum detector_kind kind, int n, double to_s, struct restless by)
{
    rep_run_begin(&run, kind, &dose, -1.0, -1.0, -1.0);
    for (int i = 0; i / RATE < to_s; i++) {
        double t = i / RATE, more = t < by.until_s ? by.amp_n * sin(TWO_PI * (by.hz * t + by.phase)) : 0.0;
        struct sample s = sample_of(t, shape_at(c, n, t) + more);
        rep_run_sample(&run, &s);
    }
}

/* Six lifts, the first from from_s. */
static int lifts(double from_s, double *ret_end_s)
{
    int n = 0;

    *ret_end_s = from_s;
    for (int k = 0; k < 6; k++)
        add_lift(c, &n, ret_end_s, B, LIFT);
    return n;
}

static void assert_six(double from_s, struct restless by)
{
    if (run.n != 6 || run.full != 6 || run.not_seen != 0)
        fail_msg("+-%.0f N at %.2f Hz + %.3f: %d reps, %d full", by.amp_n, by.hz, by.phase, run.n, run.full);
    for (int k = 0; k < 6; k++) {
        double off = from_s + LIFT.tension + 9.05 * k;
        assert_near(s_of(run.reps[k].start_ns), off, 0.12);
        assert_near(s_of(run.reps[k].end_ns), off + 7.0, 0.12);
    }
}

static void who_breathes_on_is_counted(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (double amp = 4.0; amp < 9.0; amp += 1.0)
            for (double phase = 0.0; phase < 1.0; phase += 0.125) {
                struct restless by = {amp, 0.28, phase, 1e9};
                double t;
                int n = lifts(2.0, &t);
                play(kinds[kind], n, t + 1.0, by);
                assert_six(2.0, by);
            }
}

/* Still for no longer than a second before the first lift; before that the feet shift by a third of what they carry. */
static void who_fidgets_until_the_first_lift_is_counted(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (double amp = 8.0; amp < 31.0; amp += 11.0)
            for (double phase = 0.0; phase < 1.0; phase += 0.125) {
                struct restless by = {amp, 0.5, phase, 3.0};
                double t;
                int n = lifts(4.0, &t);
                play(kinds[kind], n, t + 1.0, by);
                assert_six(4.0, by);
            }
}

/* Up at "go" and breathing: the first guess is the plateau's, and the floor puts it right. */
static void a_guess_from_the_top_costs_one_rep(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (double phase = 0.0; phase < 1.0; phase += 0.25) {
            double t;
            int n = lifts(-2.5, &t);
            play(kinds[kind], n, t + 1.0, (struct restless){7.0, 0.28, phase, 1e9});
            assert_int_equal(run.full, 5);
            assert_int_equal(run.n, 5);
        }
}

/* Up before "go", for long enough that the level on top passed for the rest level: the others count. */
static void a_rest_level_from_the_top_costs_one_rep(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (double from_s = -4.0; from_s < -2.0; from_s += 0.5) {
            double t;
            int n = lifts(from_s, &t);
            rep_run_begin(&run, kinds[kind], &dose, B + LIFT.step + LIFT.rise, 0.4, -1.0);
            rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
            assert_int_equal(run.full, 5);
            assert_int_equal(run.n, 5);
        }
}

/* One foot is there at "go"; the other one comes later. */
static void a_second_foot_is_no_lift(void **state)
{
    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (double wait_s = 3.0; wait_s < 16.0; wait_s += 4.0) {
            double t = 2.2 + wait_s;
            int n = 0;
            c[n++] = (struct corner){1.2, B / 2.0};
            c[n++] = (struct corner){1.4, B};
            for (int k = 0; k < 6; k++)
                add_lift(c, &n, &t, B, LIFT);
            play(kinds[kind], n, t + 1.0, (struct restless){0.0, 1.0, 0.0, 0.0});
            assert_int_equal(run.full, 6);
            assert_int_equal(run.n, 6);
        }
}

/* Deep breaths of 3.5 s, +-8 N. */
static void breathe(struct station_rig *rig, int n)
{
    for (int i = 0; i < n; i++) {
        rig_ramp(rig, B + 8.0, 1.75);
        rig_ramp(rig, B - 8.0, 1.75);
    }
}

static void the_empty_box_is_no_rest_level(void **state)
{
    (void)state;
    struct station_rig *rig = rig_new(NULL);
    int64_t go_ns;

    rig_sensor(rig, RIG_FAST_NS);
    rig_prescribe(rig, 1,
                  RX("", "{'exercise':'hip_thrust','contact':'box','sets':1,'reps_min':6,'reps_max':6,'prep_s':5}"));
    rig_run(rig, 4);
    rig_ramp(rig, B, 0.3);
    rig_click(rig, BUTTON_START);
    for (go_ns = rig->t_ns; rig->core->session.state == SESSION_STATE_PREP && rig->t_ns < go_ns + 20 * NS_PER_S;)
        breathe(rig, 1);
    assert_int_equal(rig->core->session.state, SESSION_STATE_WORK);
    assert_int_equal(rig->core->set.refs.rest_mn, ABSENT);
    assert_int_equal(rig->core->set.refs.noise_mn, ABSENT);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_breathes_on_is_counted),
        cmocka_unit_test(who_fidgets_until_the_first_lift_is_counted),
        cmocka_unit_test(a_guess_from_the_top_costs_one_rep),
        cmocka_unit_test(a_rest_level_from_the_top_costs_one_rep),
        cmocka_unit_test(a_second_foot_is_no_lift),
        cmocka_unit_test(the_empty_box_is_no_rest_level),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
