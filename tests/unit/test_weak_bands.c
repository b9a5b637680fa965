/* SPDX-License-Identifier: MIT */
/*
 * A band that pulls less than five times what its patient sways is not seen, and the set says so (physics, section 6); a
 * little more, and it is measured. Between the two a station that has to learn the sway first takes it for either, but
 * never for half. And what is lost by that: what a reader who knows the patient would still miss of such a band.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench_exercises.h"

#include "tests/bench/oracle.h"

#define PATIENTS 8

static struct watch watch;

/* What became of a set. */
struct told {
    int full, paced, phases, true_reps;
    unsigned flags;
};

static struct told told_of(const struct bench_session *session)
{
    struct told told = {0};
    watch_session(&watch, session);
    assert_int_equal(watch.error, 0);
    for (int i = 0; i < watch.reps; i++) {
        const struct rep_data *rep = &watch.rep[i].data;
        told.full += rep->outcome == REP_FULL;
        told.paced += rep->outcome == REP_PACED;
        told.flags |= rep->flags;
        for (int p = 0; p < PHASE_COUNT; p++)
            told.phases += rep->phases[p].src == SRC_LOAD || rep->phases[p].src == SRC_MODEL;
    }
    for (int i = 0; i < watch.truths; i++)
        told.true_reps += truth_complete(&watch, &watch.truth[i]);
    return told;
}

/* A curl whose band pulls so many sd of the patient's sway. */
static struct told play(uint64_t seed, double sigmas, int32_t sps_milli)
{
    struct bench_session session;
    draw_plain(seed, &bench_setups[0], PATIENT_PLAIN, 1, 0, exercises, &session);
    session.patient.sway = true;
    session.patient.sps_milli = sps_milli;
    session.patient.band_mn = (int32_t)(sigmas * 1000 * sways_of(&session.patient).sway_n);
    return told_of(&session);
}

static const int32_t rates[] = {80000, 76000, 87500, 320000};

static void test_a_band_of_three_sigma_is_not_seen(void **state)
{
    (void)state;
    for (uint64_t s = 1; s <= PATIENTS; s++)
        for (double sigmas = 2; sigmas < 3.5; sigmas += 1) {
            struct told told = play(s, sigmas, rates[s % 4]);
            if (told.full != 0 || told.phases != 0 || told.paced == 0 || (told.flags & FLAG_BAND_NOT_SEEN) == 0)
                fail_msg("patient %d, %.0f sigma: %d measured, %d paced, %d phases, flags %x", (int)s, sigmas,
                         told.full, told.paced, told.phases, told.flags);
        }
}

static void test_a_band_of_six_sigma_is_measured(void **state)
{
    (void)state;
    for (uint64_t s = 1; s <= PATIENTS; s++)
        for (double sigmas = 6; sigmas < 8.5; sigmas += 2) {
            struct told told = play(s, sigmas, rates[s % 4]);
            if (told.full != told.true_reps || told.paced != 0 || (told.flags & FLAG_BAND_NOT_SEEN) != 0)
                fail_msg("patient %d, %.0f sigma: %d of %d measured, %d paced, flags %x", (int)s, sigmas, told.full,
                         told.true_reps, told.paced, told.flags);
        }
}

/* Exactly, or not at all and said so. */
static void test_in_between_it_is_the_one_or_the_other(void **state)
{
    (void)state;
    for (uint64_t s = 1; s <= PATIENTS; s++)
        for (double sigmas = 4; sigmas < 5.25; sigmas += 0.5) {
            struct told told = play(s, sigmas, rates[s % 4]);
            bool seen = told.full == told.true_reps && told.paced == 0;
            bool said = told.full == 0 && told.paced > 0 && told.phases == 0 && (told.flags & FLAG_BAND_NOT_SEEN) != 0;
            if (!seen && !said)
                fail_msg("patient %d, %.1f sigma: %d of %d measured, %d paced, %d phases, flags %x", (int)s, sigmas,
                         told.full, told.true_reps, told.paced, told.phases, told.flags);
        }
}

/* --- what could be told ------------------------------------------------------------------------------------------ */

#define WEAK_BODY_G  105000
#define WEAK_BAND_MN 28000

/*
 * 28 N under 105 kg are 2.7 to 6.8 sigma. Whoever knows band, weight, movement and sway to the letter could count such
 * repetitions and say how long they are, but not what the exercise is about: its ways down would be off by more than
 * 0.08 s in the median and 0.20 s at the ninth of ten, which is what curls are wanted to be timed to.
 */
static void test_who_knows_the_patient_cannot_time_its_eccentric_either(void **state)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    struct bench_session session;
    int reps = 0;
    (void)state;
    assert_non_null(oracle);
    for (uint64_t s = 1; s <= 2 * PATIENTS; s++) {
        draw_plain(s, &bench_setups[0], PATIENT_PLAIN, 1, 0, exercises, &session);
        session.patient.sway = true;
        session.patient.body_g = WEAK_BODY_G;
        session.patient.band_mn = WEAK_BAND_MN;
        if (told_of(&session).full == 0)
            reps += oracle_session(oracle, &session, &watch);
    }
    struct figure_summary ecc = figure_summary(&oracle->best[FIGURE_ECC]);
    struct figure_summary rep = figure_summary(&oracle->best[FIGURE_REP]);
    printf("%d reps of bands that are not seen, at best: ecc %.2f s, p90 %.2f s; rep %.1f %%, p90 %.1f %%\n", reps,
           ecc.median, ecc.p90, 100 * rep.median, 100 * rep.p90);
    assert_true(reps > 80 && ecc.n > reps / 2);
    assert_true(ecc.median > 0.08 && ecc.p90 > 0.20);
    for (int k = 0; k < FIGURE_COUNT; k++)
        free(oracle->best[k].v);
    free(oracle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_band_of_three_sigma_is_not_seen),
        cmocka_unit_test(test_a_band_of_six_sigma_is_measured),
        cmocka_unit_test(test_in_between_it_is_the_one_or_the_other),
        cmocka_unit_test(test_who_knows_the_patient_cannot_time_its_eccentric_either),
    };
    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
