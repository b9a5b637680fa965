/* SPDX-License-Identifier: MIT */
/*
 * Bridges and thrusts of the simulated patient against what really happened, with the lying patient's own sway and with
 * that of somebody standing on two legs (0.15-0.4 % of body weight) on top. Prints the figures that it checks.
 * GYMSTATION_SEED=N begins at another patient.
 */
#include "patient_set.h"

#define PATIENTS 40

static const struct bench_exercise BRIDGE = {"glute_bridge", CONTACT_BOX, ANCHOR_NONE, DETECTOR_BRIDGE, true, false};
static const struct bench_exercise THRUST = {"hip_thrust", CONTACT_BOX, ANCHOR_NONE, DETECTOR_THRUST, true, false};

static struct rep_run run;
static struct patient_set set;

struct promises {
    int sets, exact, src_violations;
    struct set_figures rep, tut, late, crossed[PHASE_COUNT], moved[PHASE_COUNT];
    int within_sd, wrong, times; /* wrong: by more than 3 sd and 0.3 s */
};

static uint64_t first_seed(void)
{
    const char *text = getenv("GYMSTATION_SEED");
    return text != NULL ? strtoull(text, NULL, 10) : 1;
}

static struct patient_setup setup_of(uint64_t seed)
{
    static const int32_t rates[] = {80000, 76000, 87500, 320000};
    struct lcg lcg = {seed * 7919};
    struct patient_setup setup;

    patient_setup_default(&setup);
    setup.seed = seed;
    setup.own_lengths = true;
    setup.start_ns = BENCH_START;
    setup.body_g = (int32_t)lcg_between(&lcg, 45000, 130000);
    setup.sps_milli = rates[seed % 4];
    setup.edge = (enum patient_edge)(seed % PATIENT_EDGE_COUNT);
    setup.blend_milli = (int32_t)(seed / PATIENT_EDGE_COUNT % 5 * 50);
    setup.skew_milli = (int32_t)(300 + seed / PATIENT_EDGE_COUNT % 5 * 100);
    setup.fatigue_milli = (int32_t)lcg_between(&lcg, 0, 300);
    return setup;
}

/* The truth's crossings are those of the noise-free load, seen from outside; speeding up quick hips hides those of 90 %. */
static void check_truth(const struct patient_truth *truth)
{
    double off = set_clean_n(&set, truth->con_move_ns - STEP_NS);
    int64_t mid_ns = truth->con_move_end_ns + (truth->ecc_move_ns - truth->con_move_end_ns) / 2;
    double rise = set_clean_n(&set, mid_ns) - off;

    if (truth->ecc_move_ns - truth->con_move_end_ns < NS_PER_S / 10)
        return; /* turned round at once: there is no level on top to measure from */
    const int64_t at_ns[] = {truth->rise_ns, truth->top_ns, truth->ecc_ns, truth->sunk_ns};
    for (int i = 0; i < 4; i++) {
        double level = off + (i == 0 || i == 3 ? 0.1 : 0.9) * rise;
        double before = set_clean_n(&set, at_ns[i] - 4 * STEP_NS), after = set_clean_n(&set, at_ns[i] + 4 * STEP_NS);
        assert_near((before + after) / 2, level, fabs(after - before) / 2 + 0.02 * rise);
    }
}

static bool is_wrong(double error_s, const struct phase_time *time)
{
    return fabs(error_s) > 0.3 && fabs(error_s) > 3 * s_of(time->sd_ns);
}

static void judge_phases(struct promises *p, const struct rep_data *rep, const struct patient_truth *truth)
{
    const int64_t crossed_ns[] = {[PHASE_CON] = truth->top_ns - truth->rise_ns,
                                  [PHASE_TOP] = truth->ecc_ns - truth->top_ns,
                                  [PHASE_ECC] = truth->sunk_ns - truth->ecc_ns};
    const int64_t moved_ns[] = {[PHASE_CON] = truth->con_move_end_ns - truth->con_move_ns,
                                [PHASE_TOP] = truth->ecc_move_ns - truth->con_move_end_ns,
                                [PHASE_ECC] = truth->ecc_move_end_ns - truth->ecc_move_ns};

    check_truth(truth);
    for (int phase = PHASE_CON; rep->phases[PHASE_CON].src != SRC_NONE && phase <= PHASE_ECC; phase++) {
        const struct phase_time *time = &rep->phases[phase];
        double error_s = s_of(time->dur_ns - crossed_ns[phase]);

        figure_add(&p->crossed[phase], error_s);
        p->wrong += is_wrong(error_s, time);
        if (time->move_ns != ABSENT) {
            error_s = s_of(time->move_ns - moved_ns[phase]);
            figure_add(&p->moved[phase], error_s);
            p->wrong += is_wrong(error_s, time);
        }
        p->times++;
        p->within_sd += fabs(error_s) <= s_of(time->sd_ns);
    }
}

static double true_tut_s(const struct patient_truth *truth)
{
    double level = (double)truth->rest_mn / 1000 + 0.1 * (double)truth->peak_mn / 1000;
    int64_t above = 0;

    for (int64_t t_ns = truth->con_move_ns - NS_PER_S; t_ns < truth->ecc_move_end_ns + NS_PER_S / 2; t_ns += STEP_NS)
        above += set_clean_n(&set, t_ns) > level;
    return (double)above * s_of(STEP_NS);
}

static void judge(struct promises *p, bool phases)
{
    p->sets++;
    p->exact += run.n == set.seen->n_truths && run.full == run.n;
    for (int i = 0; i < run.n; i++)
        for (int phase = PHASE_CON; phase <= PHASE_ECC; phase++)
            p->src_violations +=
                run.reps[i].phases[phase].src != SRC_NONE && (!phases || run.reps[i].phases[phase].src != SRC_MODEL);
    for (int i = 0; run.n == set.seen->n_truths && i < run.n; i++) {
        const struct patient_truth *truth = &set.seen->truths[i];
        const struct rep_data *rep = &run.reps[i];
        double length = s_of(truth->ecc_move_end_ns - truth->con_move_ns);
        figure_add(&p->rep, s_of(rep->end_ns - rep->start_ns) / length - 1);
        figure_add(&p->late, s_of(run.told_ns[i] - rep->end_ns));
        if (rep->tut_ns != ABSENT)
            figure_add(&p->tut, s_of(rep->tut_ns) / true_tut_s(truth) - 1);
        if (phases)
            judge_phases(p, rep, truth);
    }
}

/* sway: sd as a share of body weight, added to what the patient's own body does. */
static void play_set(struct promises *p, const struct bench_exercise *kind, struct patient_setup setup,
                     const int32_t tempo[4], double sway)
{
    uint64_t seed = setup.seed;
    double sd = sway * setup.body_g / 1000.0 * GRAVITY;
    struct sway more = sway_make(seed, setup.sps_milli / 1000.0, sd);

    set_open(&set, setup, kind, tempo, 10);
    for (int i = 0; sway > 0 && i < set.seen->n_samples; i++)
        set.seen->samples[i].u.force.force_mn += (int32_t)(1000.0 * sway_next(&more));
    set.refs.noise_mn += (int64_t)(1000.0 * sd);
    set_play(&set, &run, kind->detector);
    if (run.n != set.seen->n_truths || run.full != run.n)
        printf("seed %d: %d reps (%d full) of %d, tempo %d-%d-%d-%d, %d g, not seen %d flags %x\n", (int)seed, run.n,
               run.full, set.seen->n_truths, tempo[0], tempo[1], tempo[2], tempo[3], setup.body_g, run.not_seen,
               run.not_seen_flags);
    judge(p, kind == &THRUST);
    set_close(&set);
}

static void play(struct promises *p, const struct bench_exercise *kind, uint64_t seed, double sway)
{
    struct lcg lcg = {seed * 104729};
    int32_t tempo[] = {(int32_t)lcg_between(&lcg, 8, 30) * 100, (int32_t)lcg_between(&lcg, 5, 20) * 100,
                       (int32_t)lcg_between(&lcg, 10, 50) * 100, (int32_t)lcg_between(&lcg, 8, 20) * 100};

    play_set(p, kind, setup_of(seed), tempo, sway);
}

static void play_all(struct promises *p, const struct bench_exercise *kind, double sway)
{
    uint64_t seed = first_seed();

    memset(p, 0, sizeof *p);
    for (int i = 0; i < PATIENTS; i++)
        play(p, kind, seed + (uint64_t)i, sway * (1.5 + i % 6 * 0.5) / 1000);
    printf("%s%s: %d of %d sets exact, %d phases claimed that are not seen\n", kind->id, sway > 0 ? ", swaying" : "",
           p->exact, p->sets, p->src_violations);
    figure_print("rep, share", &p->rep);
    figure_print("time under tension, share", &p->tut);
    figure_print("told after its end, s", &p->late);
}

static void bridges_are_counted_and_timed(void **state)
{
    (void)state;
    static struct promises p;

    for (int sway = 0; sway < 2; sway++) {
        play_all(&p, &BRIDGE, sway);
        assert_int_equal(p.exact, p.sets);
        assert_int_equal(p.src_violations, 0);
        assert_true(figure_at(&p.rep, 0.5) <= 0.03 && figure_at(&p.rep, 0.9) <= 0.05);
        assert_true(figure_at(&p.tut, 0.5) <= 0.03 && figure_at(&p.tut, 0.9) <= 0.05);
        assert_true(figure_at(&p.late, 1) <= 0.5);
    }
}

static void thrusts_are_counted_timed_and_looked_into(void **state)
{
    (void)state;
    static struct promises p;

    for (int sway = 0; sway < 2; sway++) {
        play_all(&p, &THRUST, sway);
        for (int phase = PHASE_CON; phase <= PHASE_ECC; phase++) {
            figure_print(phase_str((enum phase)phase), &p.crossed[phase]);
            figure_print("  movement", &p.moved[phase]);
            assert_true(figure_at(&p.crossed[phase], 0.5) <= 0.10 && figure_at(&p.crossed[phase], 0.9) <= 0.40);
            assert_true(figure_at(&p.moved[phase], 0.5) <= 0.15 && figure_at(&p.moved[phase], 0.9) <= 0.40);
            /* The others are left out: the shapes that are likely are apart by more than a credible sd. */
            assert_true(p.moved[phase].n * 10 >= p.crossed[phase].n * (sway ? 6 : 8));
        }
        printf("  %d of %d times within one sd, %d wrong\n", p.within_sd, p.times, p.wrong);
        assert_int_equal(p.exact, p.sets);
        assert_int_equal(p.src_violations, 0);
        assert_true(figure_at(&p.rep, 0.5) <= 0.03 && figure_at(&p.rep, 0.9) <= 0.05);
        assert_true(figure_at(&p.tut, 0.5) <= 0.03 && figure_at(&p.tut, 0.9) <= 0.05);
        /* Hands need more sd than sway does, and the two are not always told apart: no less than two thirds. */
        /* What a knock or a top too short hides is left out rather than told wrong: 1-2 % of plain reps. */
        assert_true(p.crossed[PHASE_ECC].n >= PATIENTS * 10 * (sway ? 90 : 97) / 100);
        assert_true(p.within_sd * 100 >= 58 * p.times && p.within_sd * 100 <= 86 * p.times);
        assert_true(figure_at(&p.late, 1) <= 0.5);
    }
}

/* Braking swings the load of quick hips to about the middle: which crossing of 90 % counts is then known by halves. */
static void quick_hips_tell_what_they_do_not_know(void **state)
{
    (void)state;
    static struct promises p;
    uint64_t seed = first_seed();

    memset(&p, 0, sizeof p);
    for (int i = 0; i < PATIENTS; i++) {
        struct patient_setup setup = setup_of(seed + (uint64_t)i);
        setup.edge = PATIENT_EDGE_CONSTANT;
        setup.blend_milli = 100 + i / 4 % 5 * 20;
        int32_t quick_ms = 1000 + i % 5 * 100;
        play_set(&p, &THRUST, setup, (int32_t[]){quick_ms, 1000, quick_ms, 1000}, 0);
    }
    printf("quick hips: %d of %d times wrong, %d within one sd\n", p.wrong, p.times, p.within_sd);
    assert_int_equal(p.exact, p.sets);
    assert_true(p.times >= PATIENTS * 10 * 2);
    assert_true(p.wrong * 100 <= p.times);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bridges_are_counted_and_timed),
        cmocka_unit_test(thrusts_are_counted_timed_and_looked_into),
        cmocka_unit_test(quick_hips_tell_what_they_do_not_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
