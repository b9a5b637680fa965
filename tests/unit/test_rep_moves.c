/* SPDX-License-Identifier: MIT */
/* From the fit to what is told of a rep's ways: where con begins, what is known too badly, and what was no movement. */
#include "tests/unit/check.h"

#include <math.h>
#include <stdio.h>

#include "daemon/core/detect/rep_moves.h"
#include "tests/unit/fit_rep.h"
#include "tests/unit/signals.h"

#define PRESS_LEAST 11.2 /* acc of a blend of a tenth: the press over inertia / T2 */

static struct fit_bench bench;
static struct rep_moves moves;
static struct rep_data rep;

/* 5 s of curl on a slack band of 50 N, 3 s of rest before; at 0.1 A a press of 5 N. */
static const struct fit_case SLACK_BAND = {
    .shape = FIT_BLENDED, .slack = true, .con = 2.0, .top = 1.0, .ecc = 2.4, .amp = 50.0, .rate = 80.0, .after = 1.5};

static double noise_next(void *self)
{
    return sway_next(self);
}

static double in_s(int64_t ns)
{
    return (double)ns / 1e9;
}

/* What is told of the rep that is in the buffer; hidden: flags that nobody has noticed the reason of. */
static void tell(int64_t sway_mn, int64_t smooth_ns, unsigned hidden)
{
    assert_true(fit_bench_read(&bench, smooth_ns));
    rep_moves_begin(&moves);
    memset(&moves.habit, 0, sizeof moves.habit);
    moves.noise = (struct fit_noise){.sway_mn = sway_mn};
    memset(&rep, 0, sizeof rep);
    rep_scan_figures(&bench.scan, &bench.edges, &rep);
    rep.flags &= ~hidden;
    rep_moves_take(&moves, &bench.scan, &bench.edges, NS_PER_S, &rep);
}

static void tell_case(const struct fit_case *c, double (*noise)(void *), void *self, int64_t sway_mn)
{
    memset(&bench.habit, 0, sizeof bench.habit);
    fit_bench_run(&bench, c, noise, self, sway_mn);
    tell(sway_mn, sway_mn > 0 ? SCAN_SMOOTH_NS : 0, 0);
}

/* The band alone passes 0.1 A a third of a second later: the load falls back to it in between. */
static void in_quiet_con_begins_with_the_press(void **state)
{
    (void)state;
    struct fit_case c = SLACK_BAND;

    c.inertia = 1.4 * 0.1 * c.amp * c.con * c.con / PRESS_LEAST;
    tell_case(&c, NULL, NULL, 0);
    assert_true(rep.phases[PHASE_CON].src == SRC_LOAD);
    double top_s = in_s(bench.edges.top.t_ns);
    assert_true(fabs(in_s(rep.start_ns) - FIT_CASE_START) < 0.05);
    assert_true(fabs(in_s(rep.phases[PHASE_CON].dur_ns) - (top_s - FIT_CASE_START)) < 0.05);
}

static void a_press_below_a_tenth_is_none(void **state)
{
    (void)state;
    struct fit_case c = SLACK_BAND;

    c.inertia = 0.7 * 0.1 * c.amp * c.con * c.con / PRESS_LEAST;
    tell_case(&c, NULL, NULL, 0);
    assert_true(in_s(rep.start_ns) > FIT_CASE_START + 0.25);
    assert_true(rep.start_ns == bench.edges.con.t_ns);
}

/* A tenth less or more of it, and con begins a third of a second later or sooner. Nobody sees that in sway. */
static void whether_a_press_counts_is_owned_up_to(void **state)
{
    (void)state;
    struct sway sway = sway_make(signal_seed(), SLACK_BAND.rate, 1.2);
    int wrong = 0, told = 0;

    for (int k = 0; k < 60; k++) {
        struct fit_case c = SLACK_BAND;
        bool over = k % 2 == 0;
        c.inertia = (over ? 1.1 : 0.9) * 0.1 * c.amp * c.con * c.con / PRESS_LEAST;
        tell_case(&c, noise_next, &sway, 1200);
        const struct phase_time *con = &rep.phases[PHASE_CON];
        if (con->src == SRC_NONE)
            continue;
        double low = over ? 0.0 : fit_edge_passes(c.shape, c.slack, 0.0, 0.1);
        double high = fit_edge_passes(c.shape, c.slack, 0.0, 0.9);
        double error = fabs(in_s(con->dur_ns) - c.con * (high - low));
        told++;
        wrong += error > 3.0 * in_s(con->sd_ns);
    }
    printf("  told of %d of 60, %d beyond 3 sd\n", told, wrong);
    assert_true(told >= 20);
    assert_true(wrong * 10 <= told);
}

/* Most of the way at once, then three seconds for the rest: no movement is like that. */
static void in_noise_a_way_that_no_movement_explains_is_left_out(void **state)
{
    (void)state;
    struct sway sway = sway_make(signal_seed(), 80.0, 1.5);
    struct corner way[] = {{3.0, 800.0}, {4.5, 850.0}, {5.5, 850.0}, {5.9, 818.0}, {8.9, 800.0}};

    rep_buffer_clear(&bench.buffer);
    for (int i = 0; i < 840; i++)
        fit_bench_add(&bench, i / 80.0, shape_at(way, 5, i / 80.0) + sway_next(&sway));
    tell(1500, SCAN_SMOOTH_NS, FLAG_PAUSE_IN_ECC);
    assert_true(rep.phases[PHASE_ECC].src == SRC_NONE);
}

/* A band that pulls a few sd of the sway: what is left out would have been worse than what is told. */
static void what_is_known_badly_is_left_out(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    struct sway sway = sway_make(signal_seed(), SLACK_BAND.rate, 5.0);
    double told_s = 0.0, left_s = 0.0;
    int told = 0, left = 0;

    for (int k = 0; k < 300; k++) {
        struct fit_case c = SLACK_BAND;
        c.shape = FIT_MIN_JERK;
        c.amp = lcg_between(&lcg, 20.0, 60.0);
        c.ecc = lcg_between(&lcg, 2.0, 5.0);
        tell_case(&c, noise_next, &sway, 5000);
        double share = fit_edge_passes(c.shape, c.slack, 0.0, 0.9) - fit_edge_passes(c.shape, c.slack, 0.0, 0.1);
        const struct phase_time *ecc = &rep.phases[PHASE_ECC];
        int64_t read_ns = bench.edges.end.t_ns - bench.edges.ecc.t_ns;
        bool is_told = ecc->src != SRC_NONE;
        double error = fabs(in_s(is_told ? ecc->dur_ns : read_ns) - c.ecc * share);
        told += is_told;
        left += !is_told;
        *(is_told ? &told_s : &left_s) += error;
    }
    printf("  told of %d of 300, off by %.3f s in the mean; the others by %.3f s\n", told, told_s / told,
           left > 0 ? left_s / left : 0.0);
    assert_true(told >= 150 && left >= 3);
    assert_true(told_s / told < left_s / left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_quiet_con_begins_with_the_press),
        cmocka_unit_test(a_press_below_a_tenth_is_none),
        cmocka_unit_test(whether_a_press_counts_is_owned_up_to),
        cmocka_unit_test(in_noise_a_way_that_no_movement_explains_is_left_out),
        cmocka_unit_test(what_is_known_badly_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
