/* SPDX-License-Identifier: MIT */
/* A landing at speed; see step_land.h. */
#include "daemon/core/detect/step/step_land.h"

#include "daemon/core/detect/step/step_shift.h"

#define MISFIT_FROM 0.6 /* plain reps stay below, nineteen in twenty */
#define MISFIT_MOST 0.6
#define MISFIT_PART 0.5
#define WHOLE       0.8  /* of the step: who leaves half-way has gone less of the way down */
#define LEAST_M_S   0.08 /* SD_LANDING (step_motion.c) covers less */
#define MOST_M_S    1.5  /* a fall of 0.11 m */

static bool believed(const struct step_motion *rests, const struct step_motion *lands, double height_m)
{
    if (lands->down_m < WHOLE * height_m)
        return false;
    return lands->misfit < MISFIT_MOST && lands->misfit < MISFIT_PART * rests->misfit &&
           lands->lands_m_s >= LEAST_M_S && lands->lands_m_s <= MOST_M_S;
}

bool step_land_fit(const struct step_stretch *stretch, struct step_motion *ret)
{
    struct step_stretch landing = *stretch;
    struct step_motion lands;

    if (!step_shift_fit(stretch, ret))
        return false;
    landing.lands = true;
    if ((ret->misfit > MISFIT_FROM || ret->unlike > MISFIT_FROM) && step_motion_fit(&landing, &lands) &&
        believed(ret, &lands, (double)stretch->height_mm / 1000.0))
        *ret = lands;
    return true;
}
