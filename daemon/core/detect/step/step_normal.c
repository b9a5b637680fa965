/* SPDX-License-Identifier: MIT */
/* Least squares of two unknowns; step_normal.h. */
#include "daemon/core/detect/step/step_normal.h"

#include <math.h>

void step_normal_add(struct step_normal *n, double c1, double c2, double y, double sd)
{
    double w = 1.0 / (sd * sd);

    n->a11 += w * c1 * c1;
    n->a12 += w * c1 * c2;
    n->a22 += w * c2 * c2;
    n->y1 += w * c1 * y;
    n->y2 += w * c2 * y;
    n->yy += w * y * y;
    n->rows++;
}

struct step_fit step_normal_solve(const struct step_normal *n)
{
    double det = n->a11 * n->a22 - n->a12 * n->a12;
    struct step_fit fit = {.v0 = (n->a22 * n->y1 - n->a12 * n->y2) / det, .b = (n->a11 * n->y2 - n->a12 * n->y1) / det};
    double left = n->yy - fit.v0 * n->y1 - fit.b * n->y2;
    double factor = n->rows > 2 && left > 0.0 ? left / (double)(n->rows - 2) : 0.0, grown = factor > 1.0 ? factor : 1.0;

    fit.misfit = sqrt(factor);
    fit.cov_vv = grown * n->a22 / det;
    fit.cov_vb = -grown * n->a12 / det;
    fit.cov_bb = grown * n->a11 / det;
    return fit;
}
