/* SPDX-License-Identifier: MIT */
/*
 * The phase of a step-up as it can be told while it happens, from the same integrals as the published one, causally:
 *
 *     BOTTOM --F > 0.5 BW--> CON --95 % of the step reached, or stopped--> TOP --5 % lost again--> ECC
 *     ECC --beside a hand: next to nothing lost, and nobody sinks any more--> TOP
 *     any --F < 0.5 BW for the detector's dwell--> BOTTOM
 *
 * CON integrates from the first sample that carries everything. The speed at that moment is that of the rep before;
 * without one (the first rep of a set) the top is told by the shape: a push-off, a braking, and the braking over.
 * TOP becomes standing when the acceleration has stayed within LIVE_STILL_M_S2 for LIVE_STILL_S: speed and height are
 * zero there. Standing, both leak back to zero and the weight follows, while the speed is below what sway and a weight
 * wrong by 0.2 % can feign (LIVE_DRIFT_M_S), or upward; what is faster down is
 * integrated without them.
 *
 * Beside a hand (a rep of the set fitted badly, or the weight wanders) no speed on top adds up to anything: a way down is what
 * is lost against the mean of the last seconds. One in seven is told 0.3 s early or late all the same: a hand that lets go by
 * 3 N presses as a light patient does who sets off slowly, and at one speed.
 *
 * How late: the converter's mean and the median take 30-40 ms at 80 SPS. A movement's last 5 % take 0.19 of it and its
 * braking has no edge: where the speed before is not known (first rep of a set) the top is told when the braking is
 * over, up to 0.1 of the way's time after 95 %. Where nobody stands still on top, the way down is then a force FALLING
 * below that on top.
 *
 * Of a slow converter the newest period's force comes here (step_now.h), ten times a second: it is carried on by a
 * period, the speed to begin with is that at 0.97 BW between two samples, and single samples say less of standing still.
 */
#ifndef GYMSTATION_CORE_STEP_LIVE_H
#define GYMSTATION_CORE_STEP_LIVE_H

#include "gymstation/event.h"

#define LIVE_STILL_M_S2 0.08 /* 0.8 % BW; smoothed over 0.1 s sway of 0.6 % BW leaves a third of it */
#define LIVE_STILL_S    0.15
#define LIVE_DRIFT_M_S  0.03

#define STEP_LIVE_ALL 97 /* per cent of body weight: the box carries everything */

struct step_live {
    enum phase phase;
    bool learnt;
    double learnt_m_s, learnt_m; /* upward speed and height when the box began to carry everything, of the last rep */
    int64_t t_ns;                /* of the last sample, or ABSENT */
    bool all;                    /* CON: the box carries everything */
    bool standing;               /* TOP: zero speed has been seen */
    bool eased;                  /* TOP: the braking of the way up is over */
    double f;                    /* at the last sample, of body weight */
    double a, slow_a;            /* m/s2: at the last sample; smoothed */
    double v, h, bias;           /* m/s, m above the floor (TOP, ECC: above the top), m/s2 */
    double fastest, brake;       /* CON: greatest v; least slow_a */
    double slow_mn;              /* force, smoothed */
    double peak_mn, trough_mn;   /* CON: its greatest, and its least after that; TOP: its greatest */
    double still_s, still_a;     /* TOP: slow_a has kept to still_a for so long */
    double highest;              /* TOP: of h */
    double mean_a, mean_s,
        fall; /* TOP of a slow converter's first rep, and beside a hand: the acceleration's mean, over that, m/s below it */
};

void step_live_begin(struct step_live *live);
/* What a measured rep has shown. */
void step_live_learn(struct step_live *live, double begin_m_s, double begin_m);
/* The body stands still on top now, whatever has been integrated. */
void step_live_stand(struct step_live *live);
struct step_live_input {
    int64_t t_ns, f_mn;
    int64_t bw_mn; /* or ABSENT: only con and top can be told */
    bool hand;     /* reps of this set have shown one, and samples come quickly enough to tell it from the body */
    bool up;       /* F is above 0.5 BW, by the detector's hysteresis */
    double late_s; /* between the samples of a slow converter, and so late it is; 0: another one */
    double height_m;
};

/* What a second gains, m/s, on average since the box began to carry everything: between that and F. */
static inline double step_live_gains(int64_t f_mn, int64_t bw_mn)
{
    return 0.5 * 9.80665 * ((double)f_mn / (double)bw_mn + STEP_LIVE_ALL / 100.0 - 2.0);
}

/* One sample. */
void step_live_step(struct step_live *live, const struct step_live_input *in);

#endif
