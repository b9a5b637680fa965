/* SPDX-License-Identifier: MIT */
/*
 * The normal equations of a curve: what a line leaves out of them, because it is 0 there, is nothing. Against the sums over
 * whole rows, with and without the filter that follows a hand. The lines are drawn.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/core/fit/fit_normal.h"
#include "signals.h"

#define BINS 60

/* At rest, up, on top, down, at rest: as a rep goes. */
static struct fit_line line_of(struct lcg *lcg, int n)
{
    double height = lcg_between(lcg, 0.0, 1.0), tau = lcg_between(lcg, -0.5, 0.5);
    struct fit_line line = {.at = n < BINS / 2 ? FIT_UP_S : FIT_DOWN_S, .edge = n < BINS / 2 ? 0 : 1};

    line.level[0] = 1.0;
    line.levels = FIT_LEVELS_REST;
    if (n < BINS / 6 || n >= BINS * 5 / 6)
        return line;
    line.levels = FIT_LEVELS_TOP;
    line.level[1] = 1.0;
    line.level[2] = tau;
    if (n >= BINS / 3 && n < BINS * 2 / 3)
        return line;
    line.levels = FIT_UP_S;
    line.level[1] = height;
    line.level[2] = height * tau;
    line.level[3] = lcg_between(lcg, -5.0, 5.0);
    line.n = 2;
    line.moves[0] = lcg_between(lcg, -5.0, 5.0);
    line.moves[1] = lcg_between(lcg, -5.0, 5.0);
    return line;
}

/* The same as a slow converter's means: of what lies on both edges, too. */
static struct fit_line line_at(struct lcg *lcg, int n, bool slow)
{
    struct fit_line line = line_of(lcg, n);

    if (!slow)
        return line;
    line.edge = n >= BINS / 4;
    if (line.n == 0)
        return line;
    line.at = FIT_UP_S;
    line.n = FIT_PARAMS - FIT_UP_S;
    line.moves[2] = line.edge * lcg_between(lcg, -5.0, 5.0);
    line.moves[3] = line.edge * lcg_between(lcg, -5.0, 5.0);
    return line;
}

static void add_whole(struct fit_normal *normal, const struct fit_line *line, const struct fit_white *white, int n,
                      double residual, double *states)
{
    double row[FIT_PARAMS + 1] = {0};

    memcpy(row, line->level, sizeof line->level);
    for (int i = 0; i < line->n; i++)
        row[line->at + i] = line->moves[i];
    row[FIT_PARAMS] = residual;
    for (int i = 0; i <= FIT_PARAMS; i++)
        row[i] = white->hand ? fit_white_step(white, n, row[i], &states[i]) : row[i];
    for (int i = 0; i < FIT_PARAMS; i++) {
        normal->g[i] += white->w[n] * row[i] * row[FIT_PARAMS];
        for (int k = 0; k <= i; k++)
            normal->h[i][k] += white->w[n] * row[i] * row[k];
    }
}

static void check_rep(struct lcg *lcg, bool hand, bool slow)
{
    struct fit_white white;
    struct fit_normal whole = {0}, normal = {0};
    struct fit_bins bins = {.n = BINS};
    double states[2][FIT_PARAMS + 1] = {0};

    for (int n = 0; n < BINS; n++) {
        bins.t[n] = n * 0.05;
        bins.w[n] = lcg_between(lcg, 1.0, 5.0);
    }
    fit_white_begin(&white, &bins, hand ? 0.5 : 0.0);
    for (int n = 0; n < BINS; n++) {
        const struct fit_line line = line_at(lcg, n, slow);
        double residual = lcg_between(lcg, -3.0, 3.0);
        add_whole(&whole, &line, &white, n, residual, states[0]);
        double cost = hand ? fit_normal_add_filtered(&normal, &white, n, &line, residual, states[1])
                           : fit_normal_add(&normal, &line, bins.w[n], residual);
        assert_true(cost >= 0.0);
    }
    for (int i = 0; i < FIT_PARAMS; i++) {
        assert_true(fabs(normal.g[i] - whole.g[i]) <= 1e-9);
        for (int k = 0; k <= i; k++)
            assert_true(fabs(normal.h[i][k] - whole.h[i][k]) <= 1e-9);
    }
}

static void columns_that_are_left_out_are_nothing(void **state)
{
    struct lcg lcg = {signal_seed()};
    (void)state;

    for (int i = 0; i < 200; i++)
        check_rep(&lcg, i % 2 == 1, i % 4 >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(columns_that_are_left_out_are_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
