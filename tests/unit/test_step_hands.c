/* SPDX-License-Identifier: MIT */
/* Step-ups with a hand on a rail and with kicks: what integration cannot tell is left out, and what is told is right. */
#include "step_signal.h"

#define BW   STEP_BW
#define RATE 80.0
#define REPS 8
#define SETS 12

static struct rep_run run;
static struct step_up ups[REPS];

/*
 * A slow pull of amp_n, up and down with period_s; kicks of 0.4 BW for 50 ms, kick_s after every third push-off; a cough of
 * 3 kg, cough_s after every other one (0: none).
 */
struct strain {
    double amp_n, period_s, kick_s, cough_s;
};

/* A pulse of 1 from at_s on. */
static double pulse(double t, double at_s, double dur_s)
{
    double u = (t - at_s) / dur_s;

    return at_s > 0.0 && u > 0.0 && u < 1.0 ? 4.0 * u * (1.0 - u) : 0.0;
}

static double strain_n(const struct strain *strain, double t)
{
    double f = strain->amp_n * sin(6.283185307 * t / strain->period_s);

    for (int k = 1; k < REPS && strain->kick_s > 0.0; k += 3)
        f += 0.4 * BW * pulse(t, ups[k].start + strain->kick_s, 0.05);
    for (int k = 1; k < REPS && strain->cough_s > 0.0; k += 2) {
        double at = ups[k].start + strain->cough_s;
        f += 3.0 * STEP_G * (pulse(t, at, 0.12) - 0.7 * pulse(t, at + 0.12, 0.12));
    }
    return f;
}

static void run_set(const struct strain *strain)
{
    rep_run_begin(&run, DETECTOR_STEP, &step_dose, 0.1 * BW, -1.0, -1.0);
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
    int hands;               /* reps with FLAG_HAND_SUPPORT */
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
        score->hands += (rep->flags & FLAG_HAND_SUPPORT) != 0;
        score->told += told;
        score->unsaid += told == 0 && rep->flags == 0;
    }
}

static struct score sets(double amp_n, bool kicks, bool coughs)
{
    struct score score = {0};
    struct lcg lcg = {25};

    for (int i = 0; i < SETS; i++) {
        double period_s = lcg_between(&lcg, 3.0, 12.0), at_s = lcg_between(&lcg, 0.7, 4.5);
        const struct strain strain = {amp_n, period_s, kicks ? at_s : 0.0, coughs ? at_s : 0.0};
        run_set(&strain);
        take(&score);
    }
    printf("%.0f N, kicks %d, coughs %d: %d phases told, %d wrong, %d reps say nothing, %d hands\n", amp_n, kicks,
           coughs, score.told, score.wrong, score.unsaid, score.hands);
    return score;
}

static void with_nothing_but_the_body_all_is_told(void **state)
{
    (void)state;
    struct score score = sets(0.0, false, false);

    assert_int_equal(score.told, SETS * REPS * 3);
    assert_int_equal(score.wrong, 0);
}

static void a_hand_on_the_rail_leaves_no_wrong_phase(void **state)
{
    (void)state;
    struct score score = sets(15.0, false, false);

    assert_true(score.wrong * 20 <= SETS * REPS);
    assert_true(score.unsaid * 20 <= SETS * REPS);
}

/* Too short to move a body: the phases are told, and nobody holds on to anything. */
static void a_kick_changes_nothing(void **state)
{
    (void)state;
    struct score score = sets(0.0, true, false);

    assert_true(score.told >= (SETS * REPS * 3) * 98 / 100);
    assert_int_equal(score.wrong, 0);
    assert_true(score.hands * 50 <= SETS * REPS);
}

static void a_cough_is_no_hand(void **state)
{
    (void)state;
    struct score score = sets(0.0, false, true);

    assert_true(score.told >= (SETS * REPS * 3) * 98 / 100);
    assert_int_equal(score.wrong, 0);
    assert_true(score.hands * 50 <= SETS * REPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_nothing_but_the_body_all_is_told),
        cmocka_unit_test(a_hand_on_the_rail_leaves_no_wrong_phase),
        cmocka_unit_test(a_kick_changes_nothing),
        cmocka_unit_test(a_cough_is_no_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
