/* SPDX-License-Identifier: MIT */
/* The normal equations of a curve's least squares; fit_normal.h says who needs them. */
#include "daemon/core/fit/fit_normal.h"

#include <math.h>
#include <string.h>

/* The rows of the levels: a fixed number is faster. */
static inline void add_levels(struct fit_normal *normal, const struct fit_line *line, double w, double residual, int n)
{
    for (int i = 0; i < n; i++) {
        double part = w * line->level[i];
        normal->g[i] += part * residual;
        for (int k = 0; k <= i; k++)
            normal->h[i][k] += part * line->level[k];
    }
}

static inline void add_moves(struct fit_normal *normal, const struct fit_line *line, double w, double residual, int n)
{
    for (int i = 0; i < n; i++) {
        double part = w * line->moves[i], *h = normal->h[line->at + i];
        normal->g[line->at + i] += part * residual;
        for (int k = 0; k < FIT_UP_S; k++)
            h[k] += part * line->level[k];
        for (int k = 0; k <= i; k++)
            h[line->at + k] += part * line->moves[k];
    }
}

double fit_normal_add(struct fit_normal *normal, const struct fit_line *line, double w, double residual)
{
    if (line->n == 2) {
        add_levels(normal, line, w, residual, FIT_UP_S);
        add_moves(normal, line, w, residual, 2);
    } else if (line->n > 0) {
        add_levels(normal, line, w, residual, FIT_UP_S);
        add_moves(normal, line, w, residual, line->n);
    } else if (line->levels == FIT_LEVELS_REST) {
        add_levels(normal, line, w, residual, FIT_LEVELS_REST);
    } else if (line->levels == FIT_LEVELS_TOP) {
        add_levels(normal, line, w, residual, FIT_LEVELS_TOP);
    } else {
        add_levels(normal, line, w, residual, FIT_UP_S);
    }
    return w * residual * residual;
}

/* One row into the lower triangle, a column more than that where their number is odd: a fixed length is faster. */
static inline void add_row(struct fit_normal *normal, const double *row, double part, double v, int i, int columns)
{
    normal->g[i] += part * v;
    for (int k = 0; k < columns; k++)
        normal->h[i][k] += part * row[k];
}

/* The same through the filter that follows a hand: what lies before matters, and no column stays empty. */
double fit_normal_add_filtered(struct fit_normal *normal, const struct fit_white *white, int n,
                               const struct fit_line *line, double residual, double *states)
{
    double row[FIT_PARAMS] = {0}, w = white->w[n], v;

    if (line->edge == 0 &&
        line->levels == FIT_LEVELS_REST) { /* before the way up nothing else has been in the filter */
        row[0] = fit_white_step(white, n, line->level[0], &states[0]);
        v = fit_white_step(white, n, residual, &states[FIT_PARAMS]);
        normal->g[0] += w * row[0] * v;
        normal->h[0][0] += w * row[0] * row[0];
        return w * v * v;
    }
    memcpy(row, line->level, sizeof(line->level));
    for (int i = 0; i < line->n; i++)
        row[line->at + i] = line->moves[i];
    for (int i = 0; i < FIT_PARAMS; i++)
        row[i] = fit_white_step(white, n, row[i], &states[i]);
    v = fit_white_step(white, n, residual, &states[FIT_PARAMS]);
    add_row(normal, row, w * row[0], v, 0, 2);
    add_row(normal, row, w * row[1], v, 1, 2);
    add_row(normal, row, w * row[2], v, 2, 4);
    add_row(normal, row, w * row[3], v, 3, 4);
    add_row(normal, row, w * row[4], v, 4, 6);
    add_row(normal, row, w * row[5], v, 5, 6);
    if (line->edge != 0) { /* nothing of the way down before it begins */
        add_row(normal, row, w * row[6], v, 6, 8);
        add_row(normal, row, w * row[7], v, 7, 8);
    }
    return w * v * v;
}

bool fit_normal_factor(struct fit_normal *normal)
{
    for (int j = 0; j < FIT_PARAMS; j++)
        for (int i = j; i < FIT_PARAMS; i++) {
            double sum = normal->h[i][j];
            for (int k = 0; k < j; k++)
                sum -= normal->h[i][k] * normal->h[j][k];
            if (i == j && !(sum > 0.0))
                return false;
            normal->h[i][j] = i == j ? sqrt(sum) : sum / normal->h[j][j];
        }
    return true;
}

void fit_normal_solve(const struct fit_normal *normal, double *x)
{
    for (int i = 0; i < FIT_PARAMS; i++) {
        for (int k = 0; k < i; k++)
            x[i] -= normal->h[i][k] * x[k];
        x[i] /= normal->h[i][i];
    }
    for (int i = FIT_PARAMS - 1; i >= 0; i--) {
        for (int k = i + 1; k < FIT_PARAMS; k++)
            x[i] -= normal->h[k][i] * x[k];
        x[i] /= normal->h[i][i];
    }
}
