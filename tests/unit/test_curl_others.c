/* SPDX-License-Identifier: MIT */
/* What changes the load of a dead-anchored curl for good or for a while: others, things, a chair, stepping off. */
#include "rep_run.h"

#define RATE 80.0
#define B    800.0
#define A    60.0
#define REPS 8

static const struct dose dose = {.reps_max = 10};
static const struct tempo TEMPO = {1.5, 1.0, 3.0, 1.5}; /* a rep every 7 s from 2 s on */
static struct rep_run run;
static struct corner c[64];

static double start_of(int rep)
{
    return 2.0 + 7.0 * rep;
}

/* REPS reps; by_n comes at at_s within ramp_s, goes at away_s as quickly. */
static void play(double by_n, double at_s, double away_s, double ramp_s, double sway_sd)
{
    const struct corner others[] = {{at_s, 0.0}, {at_s + ramp_s, by_n}, {away_s, by_n}, {away_s + ramp_s, 0.0}};
    struct sway sway = sway_make(21, RATE, sway_sd);
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < REPS; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, sway_sd, -1.0);
    for (int i = 0; i / RATE < t + 1.0; i++) {
        double at = i / RATE;
        struct sample s = sample_of(at, shape_at(c, n, at) + shape_at(others, 4, at) + sway_next(&sway));
        rep_run_sample(&run, &s);
    }
}

static void claims_nothing(const struct rep_data *rep)
{
    assert_int_equal(rep->flags, FLAG_HAND_SUPPORT);
    assert_int_equal(rep->tut_ns, ABSENT);
    assert_int_equal(rep->peak_mn, ABSENT);
    assert_int_equal(rep->mean_mn, ABSENT);
    assert_int_equal(rep->impulse_mns, ABSENT);
    for (int p = 0; p < PHASE_COUNT; p++)
        assert_int_equal(rep->phases[p].src, SRC_NONE);
}

/*
 * A dumbbell of 8 kg, a person of 60 kg or a child of 20 kg, on top of the third rep, at the bottom before it, gone at
 * the top, at the bottom or on the way down two reps later: every rep counts, those with others in them claim nothing,
 * the first two and the last two claim what they always do.
 */
static void reps_count_whoever_comes_and_goes(void **state)
{
    (void)state;
    static const struct {
        double by_n, at_s, stays_s, ramp_s;
    } cases[] = {
        {78.5, 1.7, 14.0, 0.25}, {78.5, 1.7, 18.0, 0.25}, {78.5, 1.7, 16.0, 0.3},
        {588.0, 1.7, 14.0, 0.8}, {588.0, 1.7, 8.0, 0.6},  {588.0, -1.2, 12.0, 0.8},
        {196.0, 1.7, 14.0, 0.5}, {196.0, -1.2, 9.0, 0.5}, {588.0, 1.7, 1.0, 0.3},
    };

    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        double at_s = start_of(2) + cases[k].at_s, away_s = at_s + cases[k].stays_s;
        play(cases[k].by_n, at_s, away_s, cases[k].ramp_s, 1.2);
        assert_int_equal(run.full, REPS);
        assert_int_equal(run.n, REPS);
        assert_int_equal(run.not_seen, 0);
        for (int i = 0; i < REPS; i++) {
            const struct rep_data *rep = &run.reps[i];
            assert_true(fabs(s_of(rep->start_ns) - start_of(i)) < 1.0);
            bool with = s_of(rep->end_ns) > at_s && s_of(rep->start_ns) < away_s;
            if (with)
                claims_nothing(rep);
            else if (i < 2 || i >= REPS - 2) {
                assert_int_equal(rep->flags, 0);
                assert_true(fabs(s_of(rep->tut_ns) - 4.4) < 0.5);
            }
        }
    }
}

/* Who has come to stay: the set goes on on top of them. */
static void what_stays_on_the_box_is_counted_around(void **state)
{
    (void)state;

    play(78.5, start_of(2) + 1.7, 1000.0, 0.25, 0.5);
    assert_int_equal(run.full, REPS);
    for (int i = 2; i < REPS; i++)
        claims_nothing(&run.reps[i]);
}

/* From rep 4 on with a band of 1.8 times the pull: nobody has come. */
static void a_stronger_band_is_nobody(void **state)
{
    (void)state;
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < REPS; k++)
        n = add_rep(c, n, &t, B, k < 3 ? A : 1.8 * A, TEMPO);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.full, REPS);
    for (int i = 1; i < REPS; i++) {
        assert_int_equal(run.reps[i].flags, 0);
        assert_int_equal(run.reps[i].phases[PHASE_ECC].src, SRC_LOAD);
    }
}

/*
 * Every second rep is done with 30 N on a chair, which come and go in the pauses: once the rest level has followed, the
 * other reps stand on a step. No such rep claims a phase, and the set goes on by cue.
 */
static void leaning_in_steps_is_told(void **state)
{
    (void)state;
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < REPS; k++) {
        double b = k % 2 == 1 ? B - 30.0 : B;
        n = add_rep(c, n, &t, b, A, TEMPO);
        c[n++] = (struct corner){t, b};
        t += 0.4;
    }
    struct sway sway = sway_make(3, RATE, 1.2);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 1.2, A);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, &sway);
    assert_int_equal(run.not_seen, 1);
    assert_int_equal(run.not_seen_flags, FLAG_HAND_SUPPORT);
    for (int i = 0; i < run.n; i++)
        if (run.reps[i].peak_mn == ABSENT || (double)run.reps[i].peak_mn > 1.3 * A * 1000.0)
            claims_nothing(&run.reps[i]);
}

/* The same in sway that is as loud as a hand: what tells it are the pauses, which lie 30 N apart. */
static void leaning_in_steps_is_told_in_much_sway(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        double t = 2.0;
        int n = 0;
        for (int k = 0; k < REPS; k++) {
            double b = k % 2 == 1 ? 1.3 * B - 30.0 : 1.3 * B;
            n = add_rep(c, n, &t, b, 1.25 * A, TEMPO);
            c[n++] = (struct corner){t, b};
            t += 0.4;
        }
        struct sway sway = sway_make(seed, RATE, 9.0);
        rep_run_begin(&run, DETECTOR_CURL, &dose, 1.3 * B, 9.0, 1.25 * A);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 2.0, &sway);
        assert_int_equal(run.not_seen, 1);
        assert_int_equal(run.not_seen_flags, FLAG_HAND_SUPPORT);
    }
}

/* Half a second without samples in the pause: what is missing is said by the rep after it. */
static void a_gap_in_the_pause_is_said(void **state)
{
    (void)state;
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
    rep_run_shape(&run, c, n, RATE, 0.0, start_of(1) - 0.8, NULL);
    rep_run_shape(&run, c, n, RATE, start_of(1) - 0.3, t + 1.0, NULL);
    assert_int_equal(run.full, 3);
    assert_int_equal(run.reps[0].flags, 0);
    assert_int_equal(run.reps[1].flags, FLAG_GAP);
    assert_int_equal(run.reps[1].phases[PHASE_BOTTOM].src, SRC_NONE);
    assert_int_equal(run.reps[2].flags, 0);
}

/*
 * 2 kg on the chair from the way up of the fourth rep to its way down: that rep is two thirds of the others, and shows
 * nothing else. It counts as what it looks like, partial, and claims no phase: they would be the chair's.
 */
static void weight_put_on_a_chair_while_the_limb_moves_claims_nothing(void **state)
{
    (void)state;
    play(-20.0, start_of(3) + 0.6, start_of(3) + 4.5, 0.4, 1.0);
    assert_int_equal(run.n, REPS);
    assert_int_equal(run.partial, 1);
    assert_int_equal(run.reps[3].outcome, REP_PARTIAL);
    assert_false(run.doubtful[2]);
    assert_true(run.doubtful[3]);
    assert_false(run.doubtful[4]);
}

/* Three reps; who does them leaves the box so long after the third one's way down began, or after its end. */
static void leave_at(double after_s, uint64_t seed)
{
    struct sway sway = sway_make(seed, RATE, A / 9.0);
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 3; k++)
        n = add_rep(c, n, &t, B, A, TEMPO);
    double off_s = start_of(2) + TEMPO.con + TEMPO.top + after_s;
    const struct corner on[] = {{off_s, 1.0}, {off_s + 0.3, 0.0}};
    rep_run_begin(&run, DETECTOR_CURL, &dose, B, A / 9.0, A);
    for (int i = 0; i / RATE < off_s + 5.0; i++) {
        double at = i / RATE;
        struct sample s = sample_of(at, (shape_at(c, n, at) + sway_next(&sway)) * shape_at(on, 2, at));
        rep_run_sample(&run, &s);
    }
}

/* However little later: the rep was done. Half-way down it was not. */
static void who_leaves_after_a_rep_has_had_it(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        leave_at(TEMPO.ecc + 0.05 + 0.01 * (double)seed, seed);
        assert_int_equal(run.full, 3);
        assert_int_equal(run.partial, 0);
        leave_at(TEMPO.ecc / 2.0, seed);
        assert_int_equal(run.full, 2);
        assert_int_equal(run.partial, 1);
        assert_int_equal(run.reps[2].phases[PHASE_ECC].src, SRC_NONE);
    }
}

/* A kick of 30 kg on top of a weak band's rep is none of its height. */
static void a_kick_leaves_the_height_alone(void **state)
{
    (void)state;
    int64_t amp_mn[2];

    for (int kicked = 0; kicked < 2; kicked++) {
        struct sway sway = sway_make(3, RATE, 3.0);
        double t = 2.0;
        int n = add_rep(c, 0, &t, B, A / 2.0, TEMPO);
        rep_run_begin(&run, DETECTOR_CURL, &dose, B, 3.0, -1.0);
        for (int i = 0; i / RATE < t + 1.0; i++) {
            double at = i / RATE, since = at - 2.0 - TEMPO.con - 0.5;
            double ring = since < 0.0 || since > 0.3 ? 0.0 : 300.0 * exp(-since / 0.05) * cos(100.0 * since);
            struct sample s = sample_of(at, shape_at(c, n, at) + sway_next(&sway) + kicked * ring);
            rep_run_sample(&run, &s);
        }
        assert_int_equal(run.full, 1);
        amp_mn[kicked] = run.ops->ref_amp_mn(&run.memory);
    }
    assert_near((double)amp_mn[1], (double)amp_mn[0], 1500.0);
}

/* Who leaned in the set before may do so again before it shows: three even reps come first. */
static void who_leaned_before_is_doubted(void **state)
{
    (void)state;
    for (int leant = 0; leant < 2; leant++) {
        const struct detector_setup setup = {.dose = &dose,
                                             .refs = {(int64_t)(1000 * B), 500, ABSENT},
                                             .ref_amp_mn = (int64_t)(1000 * A),
                                             .leant = leant == 1};
        double t = 2.0;
        int n = 0;
        for (int k = 0; k < 5; k++)
            n = add_rep(c, n, &t, B, A, TEMPO);
        rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
        run.ops->begin(&run.memory, &setup);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
        assert_int_equal(run.full, 5);
        assert_int_equal(run.doubtful[1], leant);
        assert_false(run.doubtful[4]);
    }
}

/*
 * One step of somebody of 75 kg across the box, of whom at "go" the last stays_s are left to see: a band of 40 kg is none,
 * however short it pulls.
 */
static void who_steps_over_the_box_is_no_rep(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++)
        for (double stays_s = 0.15; stays_s < 0.66; stays_s += 0.05) {
            const struct corner walks[] = {
                {0.0, B + 735.0}, {stays_s - 0.15, B + 735.0}, {stays_s, B}, {4.0, B}, {5.0, B}};
            struct sway sway = sway_make(22, RATE, 3.0);
            rep_run_begin(&run, DETECTOR_CURL, &dose, B, 3.0, known ? A : -1.0);
            rep_run_shape(&run, walks, 5, RATE, 0.0, 5.0, &sway);
            if (run.n != 0)
                fail_msg("%.2f s left of it, band known %d: %d reps", stays_s, known, run.n);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reps_count_whoever_comes_and_goes),
        cmocka_unit_test(what_stays_on_the_box_is_counted_around),
        cmocka_unit_test(a_stronger_band_is_nobody),
        cmocka_unit_test(leaning_in_steps_is_told),
        cmocka_unit_test(leaning_in_steps_is_told_in_much_sway),
        cmocka_unit_test(a_gap_in_the_pause_is_said),
        cmocka_unit_test(weight_put_on_a_chair_while_the_limb_moves_claims_nothing),
        cmocka_unit_test(who_leaves_after_a_rep_has_had_it),
        cmocka_unit_test(who_leaned_before_is_doubted),
        cmocka_unit_test(a_kick_leaves_the_height_alone),
        cmocka_unit_test(who_steps_over_the_box_is_no_rep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
