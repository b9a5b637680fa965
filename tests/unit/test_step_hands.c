/* SPDX-License-Identifier: MIT */
/* Step-ups with a hand on a rail and with kicks: what integration cannot tell is left out, and what is told is right. */
#include "step_signal.h"

#define BW   784.532
#define RATE 80.0
#define REPS 8
#define SETS 12

static const struct dose dose = {.reps_max = 10, .step_height_mm = 300};
static struct rep_run run;
static struct step_up ups[REPS];

/* A slow pull of amp_n, up and down with period_s; kicks of 0.4 BW for 50 ms, kick_s after every third push-off (0: none). */
struct strain {
    double amp_n, period_s, kick_s;
};

static double strain_n(const struct strain *strain, double t)
{
    double f = strain->amp_n * sin(6.283185307 * t / strain->period_s);

    for (int k = 1; k < REPS; k += 3) {
        double kick = (t - ups[k].start - strain->kick_s) / 0.05;
        if (strain->kick_s > 0.0 && kick > 0.0 && kick < 1.0)
            f += 0.4 * BW * 4.0 * kick * (1.0 - kick);
    }
    return f;
}

static void run_set(const struct strain *strain)
{
    rep_run_begin(&run, DETECTOR_STEP, &dose, 0.1 * BW, -1.0, -1.0);
    for (int k = 0; k < REPS; k++)
        ups[k] = (struct step_up){2.0 + 6.5 * k, 1.5, 1.0, 3.0, 0.3, BW, 0.1, 0.045};
    for (int i = 0; i < (int)(RATE * 6.5 * (REPS + 1)); i++) {
        double t = i / RATE, f = 0.1 * BW;
        for (int k = 0; k < REPS; k++)
            if (t >= ups[k].start - 0.5 && t < step_end_s(&ups[k]) + 0.5)
                f = step_force(&ups[k], t);
        struct sample s = sample_of(t, fmax(f + (f > 0.5 * BW ? strain_n(strain, t) : 0.0), 0.0));
        rep_run_sample(&run, &s);
    }
}

struct score {
    int told, wrong, unsaid; /* phases; further off than 3 sd and 0.3 s; reps without phases that say nothing */
};

static void take(struct score *score)
{
    for (int i = 0; i < run.n; i++) {
        const struct rep_data *rep = &run.reps[i];
        int k = (int)((s_of(rep->start_ns) - 2.0) / 6.5);
        if (rep->outcome != REP_FULL || k < 0 || k >= REPS)
            continue;
        struct step_truth truth = step_truth_of(&ups[k]);
        const double should[] = {truth.top - truth.con, truth.ecc - truth.top, truth.end - truth.ecc};
        int told = 0;
        for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
            const struct phase_time *phase = &rep->phases[p];
            if (phase->src == SRC_NONE)
                continue;
            told++;
            score->wrong += fabs(s_of(phase->dur_ns) - should[p - PHASE_CON]) > fmax(3.0 * s_of(phase->sd_ns), 0.3);
        }
        score->told += told;
        score->unsaid += told == 0 && rep->flags == 0;
    }
}

static struct score sets(double amp_n, double kick_s)
{
    struct score score = {0};
    struct lcg lcg = {25};

    for (int i = 0; i < SETS; i++) {
        const struct strain strain = {amp_n, lcg_between(&lcg, 3.0, 12.0),
                                      kick_s > 0.0 ? lcg_between(&lcg, 0.7, 5.0) : 0.0};
        run_set(&strain);
        take(&score);
    }
    printf("%.0f N, kicks %d: %d phases told, %d wrong, %d reps say nothing\n", amp_n, kick_s > 0.0, score.told,
           score.wrong, score.unsaid);
    return score;
}

static void with_nothing_but_the_body_all_is_told(void **state)
{
    (void)state;
    struct score score = sets(0.0, 0.0);

    assert_int_equal(score.told, SETS * REPS * 3);
    assert_int_equal(score.wrong, 0);
}

static void a_hand_on_the_rail_leaves_no_wrong_phase(void **state)
{
    (void)state;
    struct score score = sets(15.0, 0.0);

    assert_true(score.wrong * 20 <= SETS * REPS);
    assert_true(score.unsaid * 20 <= SETS * REPS);
}

static void a_kick_leaves_no_wrong_phase(void **state)
{
    (void)state;
    struct score score = sets(0.0, 1.0);

    assert_true(score.wrong * 20 <= SETS * REPS);
    assert_true(score.unsaid * 20 <= SETS * REPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_nothing_but_the_body_all_is_told),
        cmocka_unit_test(a_hand_on_the_rail_leaves_no_wrong_phase),
        cmocka_unit_test(a_kick_leaves_no_wrong_phase),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
