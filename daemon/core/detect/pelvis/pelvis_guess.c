/* SPDX-License-Identifier: MIT */
/* A rest level that was never quiet; pelvis_guess.h has the rules. */
#include "daemon/core/detect/pelvis/pelvis_guess.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/pelvis/pelvis_look.h"
#include "daemon/core/detect/pelvis/pelvis_rest.h"

#define FALLEN_PCT 40 /* of a level that was quiet: with the pelvis up it is twice that at rest; a hand takes a third */
#define LOWER_PCT  20 /* of the guess; a breath is less, a lift more than half of what there is then */

static bool settled(const struct pelvis *pelvis)
{
    return !pelvis->guessed || pelvis->n_reps > 0;
}

void pelvis_guess_follow(struct pelvis *pelvis, int64_t t_ns)
{
    const struct quiet *quiet = &pelvis->quiet;

    if (pelvis->n_reps > 0)
        return;
    if (pelvis->guessed && quiet->have_level && quiet->level_t_ns - pelvis->state_ns >= 2 * NS_PER_S &&
        t_ns - quiet->level_t_ns <= QUIET_BLOCK_NS) {
        pelvis->rest_mn = pelvis->base_mn = quiet->level_mn;
        return;
    }
    int64_t level_mn = pelvis_rest_steady_mn(&pelvis->buffer), lower_pct = pelvis->guessed ? LOWER_PCT : FALLEN_PCT;
    if (level_mn == ABSENT || level_mn >= pelvis->rest_mn - pelvis_part(pelvis->rest_mn, lower_pct))
        return;
    pelvis->rest_mn = pelvis->base_mn = level_mn;
    pelvis->guessed = true;
}

bool pelvis_guess_higher(struct pelvis *pelvis, int64_t u_mn)
{
    const struct quiet *quiet = &pelvis->quiet;

    if (settled(pelvis) || !quiet->have_level || quiet->level_t_ns - pelvis->state_ns < 2 * NS_PER_S)
        return false;
    int64_t lift_mn = fixed_max(PELVIS_STEP_MIN_MN, pelvis_part(quiet->level_mn, pelvis->rules.rest_pct));
    if (u_mn + pelvis->rest_mn < quiet->level_mn + lift_mn)
        return false;
    pelvis->rest_mn = pelvis->base_mn = quiet->level_mn;
    return true;
}

bool pelvis_guess_sure(const struct pelvis *pelvis, int64_t t_ns)
{
    return settled(pelvis) || t_ns - pelvis->start_ns >= PELVIS_NOT_SEEN_NS;
}
