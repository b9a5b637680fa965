/* SPDX-License-Identifier: MIT */
/* What is believed of a curl's phases: each change is told in time, and what stands still, wherever it stands, begins nothing. */
#include "daemon/core/detect/curl/curl_belief.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define AMP_MN   50000
#define NOISE_MN 5000
#define STEP_NS  (25 * NS_PER_MS / 2)
#define UP_S     2.0
#define TOP_S    1.0
#define DOWN_S   3.0
#define BEGIN_S  2.0

#define FIT_EARLY_SHAPE 10 /* FIT_EARLY_MORE, weighed: fit_shapes.c */

static struct curl_belief belief;
static const struct fit_habit habit;

static double height(double s)
{
    double v = s <= 0 ? 0 : s >= 1 ? 1 : s;
    return v * v * v * (10 + v * (6 * v - 15));
}

/* A rep's load, of A, that begins at BEGIN_S, on a level that a hand moves by so much. */
static double load_at(double t_s, double level, bool moves)
{
    double s = moves ? t_s - BEGIN_S : 0;
    return height(s / UP_S) - height((s - UP_S - TOP_S) / DOWN_S) + (t_s < 1.0 ? t_s * level : level);
}

static void begin(void)
{
    const struct belief_rep rep = {.dur_ns = {[PHASE_CON] = (int64_t)(0.51 * UP_S * 1e9),
                                              [PHASE_TOP] = (int64_t)((TOP_S + 0.245 * (UP_S + DOWN_S)) * 1e9),
                                              [PHASE_ECC] = (int64_t)(0.51 * DOWN_S * 1e9),
                                              [PHASE_BOTTOM] = ABSENT},
                                   .move_ns = {ABSENT, ABSENT, ABSENT, ABSENT},
                                   .amp_mn = AMP_MN};
    curl_belief_begin(&belief);
    assert_false(curl_belief_knows(&belief));
    curl_belief_learn(&belief, &habit, &rep);
    assert_true(curl_belief_knows(&belief));
}

/* Steps until until_s; told_s: when each phase was shown first. Returns the number of changes. */
static int run(bool moves, double level, double until_s, double told_s[PHASE_COUNT])
{
    enum phase shown = PHASE_BOTTOM;
    int changes = 0;
    begin();
    for (int p = 0; p < PHASE_COUNT; p++)
        told_s[p] = -1;
    for (int64_t t_ns = 0; t_ns < (int64_t)(until_s * 1e9); t_ns += STEP_NS) {
        double t_s = (double)t_ns / 1e9;
        const struct belief_input in = {.t_ns = t_ns,
                                        .u_mn = (int64_t)(load_at(t_s, level, moves) * AMP_MN),
                                        .amp_mn = AMP_MN,
                                        .noise_mn = NOISE_MN,
                                        .hand_mn = 3000,
                                        .step_ns = STEP_NS};
        if (!curl_belief_step(&belief, &in))
            continue;
        enum phase next = curl_belief_phase(&belief, shown);
        changes += next != shown;
        if (next != shown && told_s[next] < 0)
            told_s[next] = t_s;
        shown = next;
    }
    return changes;
}

static void each_change_is_told_in_time(void **state)
{
    (void)state;
    static const double levels[] = {-0.05, 0.0, 0.05};
    const double at_s[PHASE_COUNT] = {BEGIN_S + 0.245 * UP_S, BEGIN_S + 0.755 * UP_S,
                                      BEGIN_S + UP_S + TOP_S + 0.245 * DOWN_S, BEGIN_S + UP_S + TOP_S + 0.755 * DOWN_S};
    for (int i = 0; i < 3; i++) {
        double told_s[PHASE_COUNT];
        assert_int_equal(run(true, levels[i], 12.0, told_s), 4);
        for (int p = 0; p < PHASE_COUNT; p++)
            if (told_s[p] < at_s[p] - 0.3 || told_s[p] > at_s[p] + 0.3)
                fail_msg("level %.1f: phase %d %+.3f s", levels[i], p, told_s[p] - at_s[p]);
    }
}

/* A limb that is sped up presses on the box: 0.1 A are there well before the band pulls them. */
static void who_sets_off_quickly_has_begun(void **state)
{
    (void)state;
    struct fit_habit early = {.weighed = 5};
    const int64_t s = NS_PER_S;
    const struct belief_rep rep = {.dur_ns = {s * 17 / 10, s, s * 14 / 10, s},
                                   .move_ns = {s * 25 / 10, ABSENT, s * 24 / 10, ABSENT},
                                   .amp_mn = 23000};
    for (int i = 0; i < FIT_SHAPES; i++)
        early.cost[i] = i == FIT_EARLY_SHAPE ? 0 : 15;
    curl_belief_begin(&belief);
    curl_belief_learn(&belief, &early, &rep);
    assert_true(belief.move[0].begun < 0.12);
    assert_true(belief.move[0].length_s > 2.49 && belief.move[0].length_s < 2.51);
}

static void who_stands_still_begins_nothing(void **state)
{
    (void)state;
    double told_s[PHASE_COUNT];
    assert_int_equal(run(false, 0.0, 60.0, told_s), 0);
    assert_int_equal(run(false, 0.05, 60.0, told_s), 0);
    assert_int_equal(run(false, -0.05, 60.0, told_s), 0);
}

static void what_is_likely_is_one_in_all(void **state)
{
    (void)state;
    double told_s[PHASE_COUNT], sum = 0;
    run(true, 0.05, 5.0, told_s);
    for (int p = 0; p < PHASE_COUNT; p++)
        sum += belief.likely[p];
    assert_true(sum > 0.99 && sum < 1.01);
}

/* It is told to begin at 0.15: who waits for much more than its contrary shows what is not so for as long. */
static void what_probably_was_none_is_taken_back(void **state)
{
    (void)state;
    struct curl_belief seen = {.likely = {[PHASE_CON] = 0.14, [PHASE_BOTTOM] = 0.86}};
    assert_int_equal(curl_belief_phase(&seen, PHASE_CON), PHASE_BOTTOM);
    seen.likely[PHASE_CON] = 0.17;
    seen.likely[PHASE_BOTTOM] = 0.83;
    assert_int_equal(curl_belief_phase(&seen, PHASE_CON), PHASE_CON);
    seen.slow = true;
    assert_int_equal(curl_belief_phase(&seen, PHASE_CON), PHASE_BOTTOM);
}

/* Who hardly sways but holds on to a chair does not show soon enough what begins. */
static void a_hand_leaves_nothing_clear(void **state)
{
    (void)state;
    struct belief_input in = {.amp_mn = AMP_MN, .noise_mn = 100, .step_ns = STEP_NS};
    for (int hand = 0; hand < 2; hand++) {
        begin();
        in.hand_mn = hand * 3000;
        for (in.t_ns = 0; in.t_ns < NS_PER_S; in.t_ns += STEP_NS)
            curl_belief_step(&belief, &in);
        assert_int_equal(belief.clear, !hand);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_told_in_time),          cmocka_unit_test(who_sets_off_quickly_has_begun),
        cmocka_unit_test(who_stands_still_begins_nothing),      cmocka_unit_test(what_is_likely_is_one_in_all),
        cmocka_unit_test(what_probably_was_none_is_taken_back), cmocka_unit_test(a_hand_leaves_nothing_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
