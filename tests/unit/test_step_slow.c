/* SPDX-License-Identifier: MIT */
/* Step-ups at ten samples a second, each the mean of the last 0.4 s: their phases from what the single periods were. */
#include "step_signal.h"

#define PERIOD_S 0.1
#define PARTS    50 /* of a period */
#define REPS     6
#define LAG_S    (2 * PERIOD_S) /* a sample comes so long after the middle of what it averages */

static struct rep_run run;
static struct step_up ups[REPS];
static double high_m = 0.3;

static double force_at(double t)
{
    for (int k = 0; k < REPS; k++)
        if (t >= ups[k].start - 0.5 && t < step_end_s(&ups[k]) + 0.5)
            return step_force(&ups[k], t);
    return ups[0].foot * ups[0].weight_n;
}

/* Mean over the `periods` periods before t_s. */
static double mean_before(double t_s, int periods)
{
    double sum = 0.0;

    for (int i = 0; i < periods * PARTS; i++)
        sum += force_at(t_s - (i + 0.5) * PERIOD_S / PARTS);
    return sum / (periods * PARTS);
}

/* late: the second of two samples comes so much later than its time, seconds. */
static void play(struct tempo tempo, int periods, double noise_n, double late_s)
{
    struct lcg lcg = {3};

    step_make(ups, REPS, tempo, 0.1);
    for (int k = 0; k < REPS; k++)
        ups[k].height_m = high_m;
    step_begin(&run);
    for (int i = 10; i * PERIOD_S < step_end_s(&ups[REPS - 1]) + 3.0; i++) {
        double t = i * PERIOD_S + 0.037;
        struct sample s =
            sample_of(t + (i % 2 == 1 ? late_s : 0.0), mean_before(t, periods) + noise_n * lcg_normal(&lcg));
        rep_run_sample(&run, &s);
    }
    assert_int_equal(run.full, REPS);
}

static void phases_are_those_of_the_movement(void **state)
{
    (void)state;
    static const struct tempo tempi[] = {{1.5, 1.0, 3.0, 1.0}, {1.2, 0.8, 1.5, 1.0}, {2.5, 1.0, 4.0, 1.5}};

    for (int v = 0; v < 3; v++) {
        play(tempi[v], 4, 0.03, 0.0);
        for (int k = 1; k < REPS; k++) { /* the first may leave one out: its weight is not known before */
            const struct rep_data *rep = &run.reps[k];
            struct step_truth truth = step_truth_of(&ups[k]);
            assert_int_equal(rep->flags, 0);
            assert_near(s_of(rep->phases[PHASE_CON].dur_ns), truth.top - truth.con, 0.1);
            assert_near(s_of(rep->phases[PHASE_TOP].dur_ns), truth.ecc - truth.top, 0.12);
            assert_near(s_of(rep->phases[PHASE_ECC].dur_ns), truth.end - truth.ecc, 0.1);
            assert_near(s_of(rep->tut_ns), truth.end - truth.con, 0.1);
            assert_near(s_of(rep->start_ns) - LAG_S, truth.con, 0.06); /* when, too, and not only how long */
            assert_near(s_of(rep->end_ns) - LAG_S, truth.end, 0.06);
            for (int p = PHASE_CON; p <= PHASE_ECC; p++)
                assert_int_equal(rep->phases[p].src, SRC_MODEL);
        }
    }
}

static double nearest(enum phase phase, double t)
{
    double best = 3.0;

    for (int i = 0; i < run.n_phases; i++)
        if (run.phases[i].phase == phase && fabs(s_of(run.phases[i].t_ns) - t) < best)
            best = fabs(s_of(run.phases[i].t_ns) - t);
    return best;
}

/* In the first rep nobody knows the weight: its con and top come later, and its ecc may come too soon. */
static void live_they_are_told_in_time(void **state)
{
    (void)state;
    static const struct tempo tempi[] = {{1.5, 1.0, 3.0, 1.0}, {1.2, 0.8, 1.5, 1.0}, {2.5, 1.0, 4.0, 1.5}};

    for (int v = 0; v < 3; v++) {
        play(tempi[v], 4, 0.03, 0.0);
        for (int k = 0; k < REPS; k++) {
            struct step_truth truth = step_truth_of(&ups[k]);
            double late_s = k == 0 ? 0.5 : 0.3;
            assert_near(nearest(PHASE_CON, truth.con), 0.0, late_s);
            assert_near(nearest(PHASE_TOP, truth.top), 0.0, late_s);
            if (k > 0)
                assert_near(nearest(PHASE_ECC, truth.ecc), 0.0, late_s);
            assert_near(nearest(PHASE_BOTTOM, truth.end), 0.0, late_s);
        }
    }
}

/* A converter of another kind, or one whose samples come anyhow, shows none; nothing is made up. */
static void what_does_not_average_four_periods_claims_nothing(void **state)
{
    (void)state;
    static const struct {
        int periods;
        double late_s;
    } kinds[] = {{4, 0.04}, {1, 0.0}, {2, 0.0}, {3, 0.0}};

    for (int v = 0; v < 4; v++) {
        play((struct tempo){1.5, 1.0, 3.0, 1.0}, kinds[v].periods, 0.03, kinds[v].late_s);
        for (int k = 0; k < REPS; k++) {
            assert_true((run.reps[k].flags & FLAG_LOW_RATE) != 0);
            for (int p = PHASE_CON; p <= PHASE_ECC; p++)
                assert_int_equal(run.reps[k].phases[p].src, SRC_NONE);
        }
    }
}

/* They count: the single periods show the height, and it is said; in the first the weight is not known yet. */
static void half_steps_are_said(void **state)
{
    int said = 0;
    (void)state;

    high_m = 0.15;
    play((struct tempo){1.5, 1.0, 2.0, 1.0}, 4, 0.03, 0.0);
    high_m = 0.3;
    for (int k = 0; k < REPS; k++)
        said += (run.reps[k].flags & FLAG_HEIGHT) != 0;
    assert_true(said >= REPS - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_are_those_of_the_movement),
        cmocka_unit_test(live_they_are_told_in_time),
        cmocka_unit_test(what_does_not_average_four_periods_claims_nothing),
        cmocka_unit_test(half_steps_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
