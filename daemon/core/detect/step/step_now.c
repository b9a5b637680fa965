/* SPDX-License-Identifier: MIT */
/* The newest period of a slow converter; see step_now.h. */
#include "daemon/core/detect/step/step_now.h"

#include "daemon/core/fixed.h"

#define LEAP_MN     600000 /* between means over four periods: no body, a spike */
#define STILL_PART  100    /* of the greatest force: from sample to sample of who stands */
#define SWINGS_PART 8 /* of it: of single periods, where it does average four: still samples leave a third of that */

void step_now_begin(struct step_now *now)
{
    *now = (struct step_now){.t_ns = ABSENT};
}

static void all_alike(struct step_now *now, int64_t f_mn)
{
    for (int i = 0; i < STEP_SHARP_MEAN; i++)
        now->p_mn[i] = f_mn;
}

/* Nobody moves, so all of these periods were alike. */
static void come_to_rest(struct step_now *now, int64_t f_mn)
{
    for (int i = 0; now->rested && i < STEP_SHARP_MEAN; i++)
        now->doubted = now->doubted || fixed_abs(now->p_mn[i] - f_mn) * SWINGS_PART > now->most_mn;
    all_alike(now, f_mn);
    now->rested = true;
}

int64_t step_now_push(struct step_now *now, const struct sample *sample)
{
    int64_t ns = now->t_ns != ABSENT ? sample->t_ns - now->t_ns : 0, f_mn = sample->force_mn;
    bool even = fixed_abs(ns - now->ns) <= now->ns / STEP_SHARP_EVEN && fixed_abs(f_mn - now->f_mn) < LEAP_MN;
    int64_t *p_mn = &now->p_mn[now->n % STEP_SHARP_MEAN];

    now->most_mn = fixed_max(now->most_mn, f_mn);
    now->still = fixed_abs(f_mn - now->f_mn) * STILL_PART <= now->most_mn ? now->still + 1 : 0;
    if (!even || now->n == 0) {
        all_alike(now, f_mn);
        now->rested = false;
    } else {
        *p_mn += STEP_SHARP_MEAN * (f_mn - now->f_mn);
    }
    now->n = now->n + 1 < 2 * STEP_SHARP_MEAN ? now->n + 1 : STEP_SHARP_MEAN; /* enough, and where in the ring */
    now->t_ns = sample->t_ns;
    now->ns = ns;
    now->f_mn = f_mn;
    int64_t mn = *p_mn;
    if (now->still >= STEP_SHARP_MEAN)
        come_to_rest(now, f_mn);
    return now->rested ? mn : f_mn;
}
