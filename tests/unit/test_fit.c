/* SPDX-License-Identifier: MIT */
/* The fit on reps whose movements are known: exact without noise, honest with it, silent where it must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon/core/fit/fit_white.h"

#include "fit_rep.h"
#include "signals.h"

static struct fit_bench bench;

static const struct fit_case PLAIN = {
    .shape = FIT_MIN_JERK, .con = 1.5, .top = 1.0, .ecc = 3.0, .amp = 50.0, .rate = 80.0, .after = 0.3};

static const struct fit_noise none = {.sway_mn = 0}, a_newton = {.sway_mn = 1000};

static double error_s(const struct fit_time *time, double truth)
{
    assert_true(time->ns != ABSENT);
    return (double)time->ns / 1e9 - truth;
}

#define assert_within(error, tol)                                                                                      \
    do {                                                                                                               \
        double error_ = (error);                                                                                       \
        if (!(fabs(error_) <= (tol)))                                                                                  \
            fail_msg("line %d: off by %.4f s, allowed %.4f", __LINE__, error_, tol);                                   \
    } while (0)

static void run(const struct fit_case *c)
{
    memset(&bench.habit, 0, sizeof(bench.habit));
    assert_true(fit_bench_run(&bench, c, NULL, NULL, 0));
}

static void check(const struct fit_case *c, double tol)
{
    run(c);
    assert_within(error_s(&bench.result.move[0], c->con), tol);
    assert_within(error_s(&bench.result.move[1], c->ecc), tol);
    assert_within(error_s(&bench.result.top, c->top), tol);
    assert_within(error_s(&bench.result.begin, FIT_CASE_START), tol);
    assert_within(error_s(&bench.result.end, FIT_CASE_START + c->con + c->top + c->ecc), tol);
}

/* One rep alone never rules the other shapes out for good: they keep a hundredth each. */
static void minimum_jerk_is_found_to_twenty_milliseconds(void **state)
{
    (void)state;
    static const double rates[] = {76.0, 80.0, 87.5, 320.0};
    static const double tempo[][3] = {{1.5, 1.0, 4.0}, {2.0, 1.0, 3.0}, {1.2, 0.6, 1.8}, {1.0, 2.0, 8.0}};

    for (int r = 0; r < 4; r++)
        for (int k = 0; k < 4; k++) {
            struct fit_case c = PLAIN;
            c.rate = rates[r];
            c.con = tempo[k][0];
            c.top = tempo[k][1];
            c.ecc = tempo[k][2];
            check(&c, 0.020);
        }
}

/* Ten samples a second are means over 0.4 s: what that adds to a movement's length is not the movement's. */
static void means_of_a_slow_converter_are_no_longer_movement(void **state)
{
    (void)state;
    static const double tempo[][3] = {{1.2, 1.0, 1.5}, {1.5, 0.6, 2.0}, {2.0, 1.0, 3.0}};
    static const enum fit_shape shapes[] = {FIT_MIN_JERK, FIT_EARLY_LESS, FIT_LATE_LESS};

    for (int k = 0; k < 9; k++) {
        struct fit_case c = PLAIN;
        c.rate = 10.0;
        c.mean_s = 4.0 / c.rate;
        c.con = tempo[k / 3][0];
        c.top = tempo[k / 3][1];
        c.ecc = tempo[k / 3][2];
        c.shape = shapes[k % 3];
        c.inertia = 1.87;
        memset(&bench.habit, 0, sizeof(bench.habit));
        for (int rep = 0; rep < 4; rep++)
            assert_true(fit_bench_run(&bench, &c, NULL, NULL, 0));
        assert_within(error_s(&bench.result.move[0], c.con), 0.05);
        assert_within(error_s(&bench.result.move[1], c.ecc), 0.05);
    }
}

/* Slack, constant speed and a limb's inertia change the crossing time by a third and the movement not at all. */
static void every_shape_of_the_family_is_found(void **state)
{
    (void)state;
    for (int shape = 0; shape < FIT_EDGE_COUNT; shape++)
        for (int slack = 0; slack < 2; slack++)
            for (int inertia = 0; inertia < 2; inertia++) {
                struct fit_case c = PLAIN;
                c.shape = (enum fit_shape)shape;
                c.slack = slack;
                c.inertia = inertia * 1.87;
                memset(&bench.habit, 0, sizeof(bench.habit));
                for (int rep = 0; rep < 4; rep++) /* a habit: in a first rep neighbours share the weight */
                    fit_bench_run(&bench, &c, NULL, NULL, 0);
                bool told = bench.result.move[0].ns != ABSENT && bench.result.move[1].ns != ABSENT;
                /* Nine tenths of the pull in less than half of the movement are not believed. */
                assert_true(told || shape >= FIT_EARLY);
                if (!told)
                    continue;
                for (int edge = 0; edge < 2; edge++) {
                    const struct fit_time *move = &bench.result.move[edge];
                    double error = error_s(move, edge == 0 ? c.con : c.ecc);
                    /* Corners, short blends and longer ones are hardly told apart; sd says so. */
                    bool corners = shape == FIT_CONSTANT || shape == FIT_BLENDED || shape == FIT_ROUNDED;
                    bool between = shape == FIT_EARLY || shape == FIT_LATE; /* lie between members of the family */
                    assert_within(error, corners ? 0.30 : between ? 0.25 : 0.05);
                    assert_within(error * 1e9, (corners || between ? 2.5 : 1.25) * (double)move->sd_ns);
                }
            }
}

/* Without the tail: the rep is told 0.2 s after it fell below pA, long before the movement is over. */
static void the_tail_is_not_needed(void **state)
{
    (void)state;
    struct fit_case c = PLAIN;

    c.after = -0.5;
    check(&c, 0.015);
}

static double sway(void *self)
{
    return sway_next(self);
}

static void noise_is_owned_up_to(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int n = 0, in_two = 0, bad = 0;
    double sum_sd[2] = {0}, n_sd[2] = {0};

    for (int k = 0; k < 400; k++) {
        struct fit_case c = PLAIN;
        double sd = k % 2 == 0 ? 1.0 : 2.5;
        struct sway noise = sway_make((uint64_t)(lcg_uniform(&lcg) * 1e15), c.rate, sd);
        c.con = lcg_between(&lcg, 1.0, 2.5);
        c.ecc = lcg_between(&lcg, 1.5, 5.0);
        c.slack = lcg_uniform(&lcg) < 0.5;
        c.shape = lcg_uniform(&lcg) < 0.5 ? FIT_MIN_JERK : FIT_CONSTANT;
        memset(&bench.habit, 0, sizeof(bench.habit));
        if (!fit_bench_run(&bench, &c, sway, &noise, (int64_t)(sd * 1000.0)) || bench.result.move[1].ns == ABSENT)
            continue;
        double error = fabs(error_s(&bench.result.move[1], c.ecc)), own = (double)bench.result.move[1].sd_ns / 1e9;
        n++;
        in_two += error <= 2.0 * own;
        bad += error > 0.35 * c.ecc;
        sum_sd[k % 2] += own / c.ecc;
        n_sd[k % 2] += 1.0;
        assert_true(own <= FIT_SD_PART * (double)bench.result.move[1].ns / 1e9);
    }
    printf("  %d of 400 believed, %d within 2 sd, %d off by more than 35 %%\n", n, in_two, bad);
    assert_true(n >= 300);
    assert_true(in_two * 100 >= n * 88);
    assert_true(bad * 100 <= 2 * n);                        /* without the reps before, that is */
    assert_true(sum_sd[0] / n_sd[0] < sum_sd[1] / n_sd[1]); /* more noise, more doubt */
}

/* Sway, and a finger on a chair: an Ornstein-Uhlenbeck process of 2 s, 3 N. */
struct touched {
    struct sway sway;
    struct lcg lcg;
    double hand_n, rate;
};

static double touched_next(void *self)
{
    struct touched *touched = self;
    double share = 1.0 / (FIT_HAND_TAU_S * touched->rate);

    touched->hand_n += -share * touched->hand_n + sqrt(2.0 * share) * 3.0 * lcg_normal(&touched->lcg);
    return sway_next(&touched->sway) + touched->hand_n;
}

static struct touched touched_make(struct lcg *lcg, double rate)
{
    struct touched touched = {.sway = sway_make((uint64_t)(lcg_uniform(lcg) * 1e15), rate, 1.0), .rate = rate};

    touched.lcg.state = (uint64_t)(lcg_uniform(lcg) * 1e15);
    touched.hand_n = 3.0 * lcg_normal(lcg);
    return touched;
}

/* The end of a rep is where a wandering hand is worst: told of the hand, the fit knows better where, and how well. */
static void a_wandering_hand_is_weighed(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    double sum[2] = {0};
    int n = 0, within[2] = {0};

    for (int k = 0; k < 400; k++) {
        struct fit_case c = PLAIN;
        c.con = lcg_between(&lcg, 1.0, 2.5);
        c.ecc = lcg_between(&lcg, 1.5, 5.0);
        c.shape = lcg_uniform(&lcg) < 0.5 ? FIT_MIN_JERK : FIT_CONSTANT;
        struct touched with = touched_make(&lcg, c.rate), again = with;
        struct fit_time end[2];
        for (int told = 0; told < 2; told++) {
            c.hand_mn = told ? 3000 : 0;
            memset(&bench.habit, 0, sizeof(bench.habit));
            bool seen = fit_bench_run(&bench, &c, touched_next, told ? &again : &with, 1000);
            end[told] = bench.result.low[1];
            if (!seen)
                end[told].ns = ABSENT;
        }
        if (end[0].ns == ABSENT || end[1].ns == ABSENT)
            continue;
        n++;
        double share = fit_edge_passes(c.shape, c.slack, 0.0, 0.1);
        double truth = FIT_CASE_START + c.con + c.top + c.ecc * (1.0 - share);
        for (int told = 0; told < 2; told++) {
            double error = fabs(error_s(&end[told], truth));
            sum[told] += error;
            within[told] += error <= (double)end[told].sd_ns / 1e9;
        }
    }
    printf("  %d of 400 read: mean error %.3f s, %d within sd; told of the hand %.3f s, %d\n", n, sum[0] / n, within[0],
           sum[1] / n, within[1]);
    assert_true(n >= 150);
    assert_true(sum[1] < sum[0]);
    assert_true(within[1] * 100 >= n * 60);
    assert_true(within[0] < within[1]);
}

#define OUT_MAX 0.56 /* of the most skewed shape with a slack band, 0.07 more than its own 0.49 */

/* Whatever the signal is: where something is published, the breakpoints lie where the crossings allow them. */
static void breakpoints_stay_near_their_crossings(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int believed = 0;

    for (int k = 0; k < 300; k++) {
        double level = 0.0, slope[8], t = 0.0;
        int n = 0;
        for (int i = 0; i < 8; i++)
            slope[i] = lcg_between(&lcg, -60.0, 60.0);
        rep_buffer_clear(&bench.buffer);
        for (; t < 8.0; t += 0.0125, n++) {
            level += slope[(int)t] * 0.0125 + lcg_normal(&lcg);
            if (level < 0.0 || t < 1.5)
                level = 0.0;
            fit_bench_add(&bench, t, FIT_CASE_REST + level + lcg_normal(&lcg));
        }
        memset(&bench.habit, 0, sizeof(bench.habit));
        if (!fit_bench_read(&bench, SCAN_SMOOTH_NS) ||
            !fit_rep(&bench.habit, &bench.scan, &bench.edges, NS_PER_S, &a_newton, &bench.result))
            continue;
        const struct fit_result *r = &bench.result;
        const int64_t start[2] = {bench.edges.con.t_ns, bench.edges.ecc.t_ns};
        if (r->move[0].ns != ABSENT) {
            double out = (double)(start[0] - r->begin.ns);
            assert_true(out <= OUT_MAX * (double)r->move[0].ns && out >= -0.1001 * (double)r->move[0].ns);
            believed++;
        }
        if (r->move[1].ns != ABSENT) {
            double out = (double)(r->end.ns - bench.edges.end.t_ns);
            assert_true(out <= OUT_MAX * (double)r->move[1].ns && out >= -0.1001 * (double)r->move[1].ns);
            believed++;
        }
    }
    printf("  %d movements of 600 believed\n", believed);
}

static void assert_silent(void)
{
    const struct fit_result *r = &bench.result;

    for (int edge = 0; edge < 2; edge++) {
        assert_true(r->move[edge].ns == ABSENT && r->move[edge].sd_ns == ABSENT);
        assert_true(r->crossing[edge].ns == ABSENT && r->crossing[edge].sd_ns == ABSENT);
        assert_true(r->low[edge].ns == ABSENT && r->low[edge].sd_ns == ABSENT);
    }
    assert_true(r->top.ns == ABSENT && r->begin.ns == ABSENT && r->end.ns == ABSENT);
}

static void movements_of_five_samples_are_too_short(void **state)
{
    (void)state;
    struct fit_case c = PLAIN;

    c.rate = 10.0;
    c.con = 0.9; /* 0.51 of it lies between the crossings */
    c.ecc = 1.0;
    assert_false(fit_bench_run(&bench, &c, NULL, NULL, 0));
    assert_silent();
}

static void a_hole_leaves_everything_out(void **state)
{
    (void)state;
    struct fit_case c = PLAIN;

    c.hole_from = 5.0;
    c.hole_to = 5.6;
    assert_false(fit_bench_run(&bench, &c, NULL, NULL, 0));
    assert_silent();
}

static void nothing_before_the_rep_is_no_rest(void **state)
{
    (void)state;
    run(&PLAIN);
    assert_false(
        fit_rep(&bench.habit, &bench.scan, &bench.edges, bench.edges.con.t_ns + NS_PER_S, &none, &bench.result));
    assert_silent();
}

/* Edges that the caller made up over a flat signal: no curve is believed, and nothing divides by nothing. */
static void a_flat_signal_is_no_movement(void **state)
{
    (void)state;
    run(&PLAIN);
    for (int i = 0; i < bench.buffer.n; i++) {
        bench.buffer.v[i].force_mn = (int32_t)(FIT_CASE_REST * 1000.0);
        bench.f[i] = 0;
    }
    memset(&bench.habit, 0, sizeof(bench.habit));
    assert_false(fit_rep(&bench.habit, &bench.scan, &bench.edges, NS_PER_S, &none, &bench.result));
    assert_silent();
    bench.edges.amp_mn = 0;
    assert_false(fit_rep(&bench.habit, &bench.scan, &bench.edges, NS_PER_S, &none, &bench.result));
    assert_silent();
}

static void a_pause_half_way_down_is_no_single_movement(void **state)
{
    (void)state;
    struct corner pause[] = {{3.0, 800.0}, {4.5, 850.0}, {5.5, 850.0}, {7.0, 825.0}, {9.0, 825.0}, {10.5, 800.0}};

    rep_buffer_clear(&bench.buffer);
    for (int i = 0; i < 880; i++)
        fit_bench_add(&bench, i / 80.0, shape_at(pause, 6, i / 80.0));
    memset(&bench.habit, 0, sizeof(bench.habit));
    assert_true(fit_bench_read(&bench, 0));
    fit_rep(&bench.habit, &bench.scan, &bench.edges, NS_PER_S, &none, &bench.result);
    assert_true(bench.result.move[1].ns == ABSENT && bench.result.crossing[1].ns == ABSENT);
    assert_true(bench.result.end.ns == ABSENT && bench.result.top.ns == ABSENT);
}

static void beyond_the_range_of_forces_nothing_breaks(void **state)
{
    (void)state;
    run(&PLAIN);
    for (int i = 0; i < bench.buffer.n; i += 3)
        bench.buffer.v[i].force_mn = i % 2 == 0 ? INT32_MAX : INT32_MIN + 1000000;
    memset(&bench.habit, 0, sizeof(bench.habit));
    fit_rep(&bench.habit, &bench.scan, &bench.edges, NS_PER_S, &none, &bench.result);
    assert_true(bench.result.move[0].ns == ABSENT && bench.result.move[1].ns == ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minimum_jerk_is_found_to_twenty_milliseconds),
        cmocka_unit_test(means_of_a_slow_converter_are_no_longer_movement),
        cmocka_unit_test(every_shape_of_the_family_is_found),
        cmocka_unit_test(the_tail_is_not_needed),
        cmocka_unit_test(noise_is_owned_up_to),
        cmocka_unit_test(a_wandering_hand_is_weighed),
        cmocka_unit_test(breakpoints_stay_near_their_crossings),
        cmocka_unit_test(movements_of_five_samples_are_too_short),
        cmocka_unit_test(a_hole_leaves_everything_out),
        cmocka_unit_test(nothing_before_the_rep_is_no_rest),
        cmocka_unit_test(a_flat_signal_is_no_movement),
        cmocka_unit_test(a_pause_half_way_down_is_no_single_movement),
        cmocka_unit_test(beyond_the_range_of_forces_nothing_breaks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
