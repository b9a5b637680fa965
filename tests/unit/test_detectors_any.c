/* SPDX-License-Identifier: MIT */
/*
 * Whatever comes in, a detector says only what can be: random levels, jumps, gaps, stamps out of order, extremes; and
 * random reps of every detector, with tops of no time at all. No phase is 0, negative or longer than its rep.
 */
#include "rep_run.h"

#define ROUNDS      60
#define REPS_LEAST  50 /* else nothing was tested: a round of nonsense makes one rep or none */
#define ROUNDS_MOST 600

#define TUT_MORE_NS                                                                                                    \
    NS_PER_S /* a bridge's begins with the feet's pressing: 0.5 s before lift-off, 0.4 s after landing */

static const enum detector_kind kinds[] = {DETECTOR_CURL, DETECTOR_STEP, DETECTOR_BRIDGE, DETECTOR_THRUST,
                                           DETECTOR_TAP};
#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))

static struct rep_run run;

static void check_rep(const struct rep_data *rep, int64_t told_ns)
{
    int64_t sum = 0;

    assert_true(rep->end_ns >= rep->start_ns);
    assert_true(told_ns >= rep->end_ns);
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct phase_time *phase = &rep->phases[p];
        if (phase->src == SRC_NONE)
            continue;
        if (phase->dur_ns < PHASE_LEAST_NS || (p != PHASE_BOTTOM && phase->dur_ns > rep->end_ns - rep->start_ns))
            fail_msg("a %s of %.4f s in a rep of %.4f s", phase_str((enum phase)p), s_of(phase->dur_ns),
                     s_of(rep->end_ns - rep->start_ns));
        assert_true(phase->src == SRC_LOAD || phase->src == SRC_MODEL);
        assert_true(phase->sd_ns != ABSENT || (phase->src == SRC_LOAD && phase->move_ns == ABSENT));
        assert_int_equal(phase->target_ns, ABSENT);
        assert_int_equal(phase->in_tolerance, -1);
        assert_true(phase->move_ns == ABSENT || (phase->move_ns >= PHASE_LEAST_NS && phase->sd_ns > 0));
        if (p != PHASE_BOTTOM)
            sum += phase->dur_ns;
    }
    assert_true(sum <= rep->end_ns - rep->start_ns + 2);
    assert_true(rep->tut_ns == ABSENT || rep->tut_ns >= 0); /* a bridge's begins with the feet's pressing */
}

static void feed(const struct sample *sample)
{
    int n = run.n;

    rep_run_sample(&run, sample);
    if (run.n == n)
        return;
    check_rep(&run.reps[n], run.told_ns[n]);
    assert_true(n == 0 || run.reps[n].end_ns >= run.reps[n - 1].end_ns);
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
        feed(&s);
        t += 1.0 / rate + (lcg_uniform(lcg) < 0.002 ? lcg_between(lcg, 0.0, 90.0) : 0.0);
    }
}

static void anything_at_all_is_answered_sensibly(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int reps = 0;

    for (int round = 0; round < ROUNDS || (reps < REPS_LEAST && round < ROUNDS_MOST); round++) {
        run_any(&lcg, kinds[round % KINDS]);
        reps += run.n;
    }
    printf("%d reps seen\n", reps);
    assert_true(reps >= REPS_LEAST);
}

/* One rep of that detector's exercise from *t on: rest level, what comes first, what is on top of it, and the way back. */
static int add_any(struct lcg *lcg, enum detector_kind kind, struct corner *c, int n, double *t)
{
    bool step = kind == DETECTOR_STEP, tap = kind == DETECTOR_TAP, curl = kind == DETECTOR_CURL;
    double rest = step ? 60.0 : curl || tap ? 800.0 : 118.0, rise = curl ? 0.0 : step ? 740.0 : tap ? -120.0 : 150.0;
    double more = curl ? lcg_between(lcg, 20.0, 90.0) : lcg_between(lcg, 10.0, 60.0);
    const double times[] = {curl ? 0.0 : lcg_between(lcg, 0.1, 0.6), lcg_between(lcg, 0.05, 3.0),
                            lcg_uniform(lcg) < 0.5 ? 0.0 : lcg_between(lcg, 0.0, 1.0), lcg_between(lcg, 0.05, 4.0),
                            curl ? 0.0 : lcg_between(lcg, 0.1, 0.4)};
    const double levels[] = {rest + rise, rest + rise + more, rest + rise + more, rest + rise, rest};

    c[n++] = (struct corner){*t, rest};
    for (int i = 0; i < 5; i++) {
        *t += times[i];
        c[n++] = (struct corner){*t, levels[i]};
    }
    *t += lcg_between(lcg, 0.2, 2.0);
    return n;
}

/* Ten reps, hardly any of them with a pause on top, under noise, sway and a wandering hand. */
static void run_reps(struct lcg *lcg, enum detector_kind kind)
{
    struct dose dose = {.step_height_mm = 300, .tempo_ms = {1000, 0, 1000, 1000}};
    struct corner c[80];
    double t = 2.0, rate = lcg_between(lcg, 8.0, 340.0), hand = 0.0;
    double pull = lcg_uniform(lcg) < 0.5 ? 0.0 : lcg_between(lcg, 0.0, 15.0);
    int n = 0;

    for (int k = 0; k < 10; k++)
        n = add_any(lcg, kind, c, n, &t);
    struct sway sway = sway_make(lcg->state, rate, lcg_between(lcg, 0.0, 8.0));
    rep_run_begin(&run, kind, &dose, c[0].level_n, 1.0, -1.0);
    for (int i = 0; i / rate < t + 2.0 && run.n < REPS_MAX && run.n_phases < PHASES_MAX; i++) {
        hand += (-hand / 2.0 + pull * lcg_normal(lcg) * sqrt(rate)) / rate;
        struct sample s = sample_of(i / rate, shape_at(c, n, i / rate) + hand + sway_next(&sway));
        feed(&s);
    }
}

static void no_phase_is_nothing_or_longer_than_its_rep(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int reps[KINDS] = {0};

    for (int round = 0; round < ROUNDS * KINDS; round++) {
        run_reps(&lcg, kinds[round % KINDS]);
        reps[round % KINDS] += run.n;
    }
    for (int k = 0; k < KINDS; k++) {
        printf("%s: %d reps seen\n", detector_str(kinds[k]), reps[k]);
        assert_true(reps[k] >= ROUNDS / 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_at_all_is_answered_sensibly),
        cmocka_unit_test(no_phase_is_nothing_or_longer_than_its_rep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
