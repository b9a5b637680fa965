/* SPDX-License-Identifier: MIT */
/* Whatever comes in, a detector says only what can be: random levels, jumps, gaps, stamps out of order, extremes. */
#include "rep_run.h"

#define ROUNDS      60
#define REPS_LEAST  50 /* else nothing was tested: a round of nonsense makes one rep or none */
#define ROUNDS_MOST 600

static struct rep_run run;

static void check_rep(const struct rep_data *rep, int64_t told_ns)
{
    int64_t sum = 0;

    assert_true(rep->end_ns >= rep->start_ns);
    assert_true(told_ns >= rep->end_ns);
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct phase_time *phase = &rep->phases[p];
        assert_true(phase->dur_ns >= 0);
        assert_true(phase->src == SRC_NONE || phase->src == SRC_LOAD || phase->src == SRC_MODEL);
        assert_true((phase->src == SRC_MODEL || phase->move_ns != ABSENT) == (phase->sd_ns != ABSENT));
        assert_int_equal(phase->target_ns, ABSENT);
        assert_int_equal(phase->in_tolerance, -1);
        assert_true(phase->move_ns == ABSENT || (phase->move_ns > 0 && phase->sd_ns > 0));
        if (p != PHASE_BOTTOM)
            sum += phase->dur_ns;
    }
    assert_true(sum <= rep->end_ns - rep->start_ns + 2);
    assert_true(rep->tut_ns == ABSENT || (rep->tut_ns >= 0 && rep->tut_ns <= rep->end_ns - rep->start_ns));
}

static double next_level(struct lcg *lcg, double level)
{
    switch ((int)lcg_between(lcg, 0.0, 6.0)) {
    case 0: return 0.0;
    case 1: return lcg_between(lcg, -100.0, 1500.0);
    case 2: return 800.0;
    case 3: return level + lcg_between(lcg, -80.0, 80.0);
    case 4: return lcg_uniform(lcg) < 0.02 ? lcg_between(lcg, -2e6, 2e6) : 850.0;
    }
    return level;
}

static void run_any(struct lcg *lcg, enum detector_kind kind)
{
    struct dose dose = {.step_height_mm = (int32_t)lcg_between(lcg, 50.0, 600.0)};
    bool known = lcg_uniform(lcg) < 0.5;
    double t = 0.0, from = 0.0, to = 800.0, at = 0.0, move = 1.0, rate = lcg_between(lcg, 8.0, 340.0);
    int64_t last_rep = 0;

    rep_run_begin(&run, kind, &dose, known ? 800.0 : -1.0, known ? lcg_between(lcg, 0.0, 5.0) : -1.0,
                  lcg_uniform(lcg) < 0.3 ? lcg_between(lcg, 1.0, 200.0) : -1.0);
    for (int i = 0; i < 20000 && run.n < REPS_MAX && run.n_phases < PHASES_MAX; i++) {
        if (t >= at + move) {
            at = t;
            from = to;
            to = next_level(lcg, from);
            move = lcg_between(lcg, 0.02, 4.0);
        }
        struct sample s = sample_of(t + (lcg_uniform(lcg) < 0.01 ? lcg_between(lcg, -1.0, 0.0) : 0.0),
                                    from + (to - from) * min_jerk((t - at) / move) + lcg_normal(lcg));
        int n = run.n;
        rep_run_sample(&run, &s);
        if (run.n > n) {
            check_rep(&run.reps[n], run.told_ns[n]);
            assert_true(run.reps[n].end_ns >= last_rep);
            last_rep = run.reps[n].end_ns;
        }
        t += 1.0 / rate + (lcg_uniform(lcg) < 0.002 ? lcg_between(lcg, 0.0, 90.0) : 0.0);
    }
}

static void anything_at_all_is_answered_sensibly(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int reps = 0;

    for (int round = 0; round < ROUNDS || (reps < REPS_LEAST && round < ROUNDS_MOST); round++) {
        run_any(&lcg, round % 2 != 0 ? DETECTOR_CURL : DETECTOR_STEP);
        reps += run.n;
    }
    printf("%d reps seen\n", reps);
    assert_true(reps >= REPS_LEAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_at_all_is_answered_sensibly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
