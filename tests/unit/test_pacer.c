/* SPDX-License-Identifier: MIT */
/* The metronome: its schedule is absolute, whatever the tempo, and phases of no length are never heard. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "daemon/core/set/pacer.h"
#include "rng.h"
#include "station.h"

static const int32_t own[PHASE_COUNT] = {1500, 1000, 4000, 1000};

static struct pacer begun(int32_t con, int32_t top, int32_t ecc, int32_t bottom, enum phase first, int64_t t_ns)
{
    struct dose dose = {.tempo_ms = {con, top, ecc, bottom}, .first_phase = first};
    struct pacer pacer;

    pacer_begin(&pacer, &dose, own, t_ns);
    return pacer;
}

static void add_step(const struct pacer *pacer, int64_t t_ns, const struct pacer_step *step, struct text *text)
{
    text_add(text, "%g", seconds(t_ns));
    if (step->rep_ended) {
        text_add(text, " rep %g-%g", seconds(step->rep.start_ns), seconds(step->rep.end_ns));
        for (int p = 0; p < PHASE_COUNT; p++)
            if (step->rep.phases[p].src == SRC_CUE)
                text_add(text, " %s=%g", phase_str((enum phase)p), seconds(step->rep.phases[p].dur_ns));
    }
    if (step->tick)
        text_add(text, " tick");
    if (step->phase)
        text_add(text, " %s", phase_str(pacer->order[pacer->at]));
    text_add(text, "\n");
}

/* The steps up to the second rep's end, as lines. */
static void check_steps(struct pacer pacer, const char *expected)
{
    struct text text = {0};
    struct pacer_step step;

    text_add(&text, "%g %s\n", seconds(pacer.phase_start_ns), phase_str(pacer.order[pacer.at]));
    while (pacer.cycles < 2) {
        int64_t t_ns = pacer_deadline_ns(&pacer);

        pacer_fire(&pacer, &step);
        add_step(&pacer, t_ns, &step, &text);
    }
    assert_string_equal(text.v, expected);
    free(text.v);
}

static void test_con_first(void **state)
{
    (void)state;
    check_steps(begun(1500, 1000, 4000, 1000, PHASE_CON, 0),
                "0 con\n1 tick\n1.5 top\n2.5 ecc\n3.5 tick\n4.5 tick\n5.5 tick\n"
                "6.5 rep 0-6.5 con=1.5 top=1 ecc=4 bottom\n7.5 con\n8.5 tick\n"
                "9 top\n10 ecc\n11 tick\n12 tick\n13 tick\n"
                "14 rep 7.5-14 con=1.5 top=1 ecc=4 bottom=1 bottom\n");
}

/* The cue falls back on the exercise's own 4 s where nobody prescribed any: cued they are, prescribed they are not. */
static void test_what_nobody_prescribed_has_no_target(void **state)
{
    struct pacer pacer = begun(1500, 1000, TEMPO_ASAP, TEMPO_FREE, PHASE_CON, 0);
    struct pacer_step step;

    (void)state;
    do
        pacer_fire(&pacer, &step);
    while (!step.rep_ended || pacer.cycles < 2);
    assert_int_equal(step.rep.phases[PHASE_CON].target_ns, 1500 * NS_PER_MS);
    assert_int_equal(step.rep.phases[PHASE_ECC].dur_ns, 4 * NS_PER_S);
    assert_true(step.rep.phases[PHASE_ECC].target_ns == ABSENT);
    assert_int_equal(step.rep.phases[PHASE_BOTTOM].dur_ns, NS_PER_S);
    assert_true(step.rep.phases[PHASE_BOTTOM].target_ns == ABSENT);
}

/* The pause between reps is at the top then. */
static void test_ecc_first(void **state)
{
    (void)state;
    check_steps(begun(1000, 1000, 1000, 1000, PHASE_ECC, 0),
                "0 ecc\n1 bottom\n2 con\n3 rep 0-3 con=1 ecc=1 bottom=1 top\n4 ecc\n5 bottom\n6 con\n"
                "7 rep 4-7 con=1 top=1 ecc=1 bottom=1 top\n");
}

static void test_phases_of_no_length_are_not_heard(void **state)
{
    (void)state;
    check_steps(begun(1000, 0, 1000, 0, PHASE_CON, 0),
                "0 con\n1 ecc\n2 rep 0-2 con=1 ecc=1 con\n3 ecc\n4 rep 2-4 con=1 ecc=1 con\n");
    check_steps(begun(0, 0, 1000, 0, PHASE_CON, 0), "0 con\n0 ecc\n1 rep 0-1 ecc=1 ecc\n2 rep 1-2 ecc=1 ecc\n");
    check_steps(begun(1000, 0, 0, 0, PHASE_CON, 0), "0 con\n1 rep 0-1 con=1 con\n2 rep 1-2 con=1 con\n");
    check_steps(begun(0, 0, 0, 1000, PHASE_CON, 0), "0 con\n0 rep 0-0 bottom\n1 rep 1-1 bottom=1 bottom\n");
}

/* Nothing at all is prescribed, as a fallback can be: a second a rep, so that it does not spin. */
static void test_a_tempo_of_nothing_is_a_second(void **state)
{
    (void)state;
    check_steps(begun(0, 0, 0, 0, PHASE_CON, 0), "0 con\n1 rep 0-1 con=1 con\n2 rep 1-2 con=1 con\n");
}

static void test_free_and_asap_take_the_exercise_s_own(void **state)
{
    (void)state;
    check_steps(begun(TEMPO_ASAP, 1000, TEMPO_FREE, 0, PHASE_CON, 0),
                "0 con\n1 tick\n1.5 top\n2.5 ecc\n3.5 tick\n4.5 tick\n5.5 tick\n6.5 rep 0-6.5 con=1.5 top=1 ecc=4 con\n"
                "7.5 tick\n8 top\n9 ecc\n10 tick\n11 tick\n12 tick\n13 rep 6.5-13 con=1.5 top=1 ecc=4 con\n");
}

/* A tick closer than 0.3 s to the next accent would sound like a stumble. */
static void test_ticks_keep_clear_of_accents(void **state)
{
    (void)state;
    check_steps(begun(1200, 1300, 1000, 0, PHASE_CON, 0),
                "0 con\n1.2 top\n2.2 tick\n2.5 ecc\n3.5 rep 0-3.5 con=1.2 top=1.3 ecc=1 con\n"
                "4.7 top\n5.7 tick\n6 ecc\n7 rep 3.5-7 con=1.2 top=1.3 ecc=1 con\n");
}

/* Cue k comes at start + sum, exactly, after any number of reps: no drift. */
static void test_any_tempo_keeps_its_schedule(void **state)
{
    uint64_t seed = test_seed();
    struct rng rng = {seed};

    (void)state;
    for (int run = 0; run < 300; run++) {
        int32_t ms[PHASE_COUNT];
        int64_t start_ns = (int64_t)rng_below(&rng, 1000000000000), cycle_ns = 0, last_ns;
        struct pacer pacer;
        struct pacer_step step;

        for (int p = 0; p < PHASE_COUNT; p++) {
            ms[p] = rng_below(&rng, 3) == 0 ? 0 : 100 * (int32_t)rng_below(&rng, 151);
            cycle_ns += ms[p] * NS_PER_MS;
        }
        if (cycle_ns == 0)
            continue;
        pacer = begun(ms[0], ms[1], ms[2], ms[3], rng_below(&rng, 2) == 0 ? PHASE_CON : PHASE_ECC, start_ns);
        last_ns = start_ns;
        for (int rep = 0; rep < 100;) {
            int64_t t_ns = pacer_deadline_ns(&pacer);

            if (t_ns < last_ns)
                fail_msg("GYMSTATION_SEED=%" PRIu64 ": time goes back", seed);
            last_ns = t_ns;
            pacer_fire(&pacer, &step);
            if (!step.rep_ended)
                continue;
            if (step.rep.start_ns != start_ns + rep * cycle_ns ||
                step.rep.end_ns != step.rep.start_ns + cycle_ns - pacer.dur_ns[PHASE_COUNT - 1])
                fail_msg("GYMSTATION_SEED=%" PRIu64 ": rep %d is off its schedule", seed, rep);
            rep++;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_con_first),
        cmocka_unit_test(test_what_nobody_prescribed_has_no_target),
        cmocka_unit_test(test_ecc_first),
        cmocka_unit_test(test_phases_of_no_length_are_not_heard),
        cmocka_unit_test(test_a_tempo_of_nothing_is_a_second),
        cmocka_unit_test(test_free_and_asap_take_the_exercise_s_own),
        cmocka_unit_test(test_ticks_keep_clear_of_accents),
        cmocka_unit_test(test_any_tempo_keeps_its_schedule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
