/* SPDX-License-Identifier: MIT */
/* A shift of the weight before the rise; see step_shift.h. */
#include "daemon/core/detect/step/step_shift.h"

#include "daemon/core/detect/step/step_climb.h"

#define MISFIT_FROM 0.25 /* two plain reps in three stay below; who shifts for 1.6 s reaches 0.4 */
#define MISFIT_PART 0.7  /* of a push's: a shift of 1.2 s and more fits three times as well */
#define WHOLE       0.88 /* of the step: sway leaves that much of its height open */

static bool believed(const struct step_motion *push, const struct step_motion *shift, double height_m)
{
    double least_m = WHOLE * height_m;

    return shift->misfit < MISFIT_PART * push->misfit && shift->up_m >= least_m && shift->height_m >= least_m &&
           shift->up_m < push->up_m && shift->height_m < push->height_m;
}

bool step_shift_fit(const struct step_stretch *stretch, struct step_motion *ret)
{
    double height_m = (double)stretch->height_mm / 1000.0;
    struct step_stretch shifted = *stretch;
    struct step_motion shift;

    if (!step_motion_fit(stretch, ret))
        return false;
    shifted.shifted = true;
    if (ret->misfit > MISFIT_FROM && ret->climbed > STEP_CLIMBED && ret->height_m > height_m &&
        step_motion_fit(&shifted, &shift) && believed(ret, &shift, height_m))
        *ret = shift;
    return true;
}
