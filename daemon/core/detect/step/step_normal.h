/* SPDX-License-Identifier: MIT */
/* The correction of a step-up's integrals by least squares. Used by step_motion.c only. */
#ifndef GYMSTATION_CORE_STEP_NORMAL_H
#define GYMSTATION_CORE_STEP_NORMAL_H

/* v + v0 + b t, h + v0 t + b t^2 / 2. cov is of (v0, b). */
struct step_fit {
    double v0, b; /* m/s, m/s2 */
    double cov_vv, cov_vb, cov_bb;
    double misfit;
    double wander; /* m/s2; the caller's */
};

/* Normal equations of rows c1 v0 + c2 b = y with standard deviation sd. Zero it first. */
struct step_normal {
    double a11, a12, a22, y1, y2, yy;
    int rows;
};

void step_normal_add(struct step_normal *n, double c1, double c2, double y, double sd);
/* At least two rows that differ. */
struct step_fit step_normal_solve(const struct step_normal *n);

#endif
