/* SPDX-License-Identifier: MIT */
/* Step-ups of a slow converter; see step_slow.h. */
#include "daemon/core/detect/step/step_slow.h"

#include "daemon/core/detect/step/step_sharp.h"
#include "daemon/core/fixed.h"

#define ODD (FLAG_HAND_SUPPORT | FLAG_HEIGHT | FLAG_OTHER_LOAD | FLAG_GAP)

/* When it began and ended, and the figures in between, are the load's. */
static void take_ends(const struct step_found *from, struct step_found *to)
{
    to->rough = from->rough;
    to->rep.start_ns = from->rep.start_ns;
    to->rep.end_ns = from->rep.end_ns;
    to->rep.tut_ns = from->rep.tut_ns;
    to->rep.peak_mn = from->rep.peak_mn;
    to->rep.mean_mn = from->rep.mean_mn;
    to->rep.impulse_mns = from->rep.impulse_mns;
}

/* The weight and how it began to carry it are as good where the phases are not claimed. */
static void take_weight(const struct step_found *from, struct step_found *to)
{
    if (from->bw_mn == ABSENT)
        return;
    to->bw_mn = from->bw_mn;
    to->begin_known = from->begin_known;
    to->begin_m_s = from->begin_m_s;
    to->begin_h_m = from->begin_h_m;
}

static void later(struct step_found *found, int64_t by_ns)
{
    int64_t *times[] = {&found->rep.start_ns, &found->rep.end_ns, &found->begins.t_ns, &found->landed.t_ns};

    for (int i = 0; i < 4; i++)
        if (*times[i] != ABSENT)
            *times[i] += by_ns;
}

/*
 * Where within a period each of its two ends lies nobody knows: period / sqrt(12) of each; and the force runs straight
 * between the middles of periods, which is off by about as much.
 */
static void widen(struct phase_time *phase, int64_t period_ns)
{
    if (phase->sd_ns != ABSENT)
        phase->sd_ns = fixed_root_of_squares(phase->sd_ns, period_ns * 65 / 100);
}

void step_slow_look(const struct step_look *look, struct rep_buffer *buffer, struct step_found *ret)
{
    struct step_habit habit = *look->habit;
    struct step_look sharp = *look;
    struct step_found found;
    struct step_sharp kept;

    step_look(look, ret);
    if (ret->rep.outcome != REP_FULL || !step_sharpen(&kept, buffer, look->up_ns))
        return;
    sharp.sharp = true;
    sharp.habit = &habit;
    if (look->after_ns != ABSENT)
        sharp.after_ns = look->after_ns - kept.early_ns;
    step_look(&sharp, &found);
    later(&found, kept.early_ns);
    step_sharp_undo(&kept, buffer);
    if (found.rep.outcome != REP_FULL || (found.rep.flags & ODD) != 0) {
        take_ends(&found, ret);
        ret->rep.flags |= found.rep.flags & FLAG_HEIGHT; /* a cough within a mean can feign it: it counts */
        take_weight(&found, ret);
        return;
    }
    for (int p = PHASE_CON; p <= PHASE_ECC; p++)
        widen(&found.rep.phases[p], kept.early_ns * 2 / 3);
    *look->habit = habit;
    *ret = found;
}
