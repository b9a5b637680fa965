/* SPDX-License-Identifier: MIT */
/* Live phases of a step-up; see step_live.h. Double precision, only + - * / and fabs: every processor agrees. */
#include "daemon/core/detect/step/step_live.h"

#include <math.h>

#define G_M_S2           9.80665
#define ALL              (STEP_LIVE_ALL / 100.0)
#define SMOOTH_S         0.1
#define REACHED          0.95 /* of the height */
#define MOSTLY           0.8  /* of it: where samples are far apart the rest is in the speed that is left */
#define OVER             0.4  /* of it: who goes no higher than that is not on the way up any more */
#define LOST             0.05
#define TURNED           0.25 /* the same, while the braking of the way up is not over yet */
#define BRAKING          0.3  /* of the greatest speed lost: the top is near */
#define BRAKED           0.6
#define BRAKE_OVER       0.25  /* of the hardest braking is left */
#define GAIN_M_S         0.04  /* a way up gains at least that; sway and a weight wrong by 0.2 % feign half of it */
#define PEAK_PART        0.015 /* of F, from push-off's peak to braking's trough; 0.3 m in 3 s: four times that */
#define PEAK_LATE        0.03  /* the same of a slow converter, whose single samples sway more */
#define TROUGH_OVER      0.15  /* of that way back up: minimum jerk brakes hardest just before 95 % of the way */
#define FALLING          0.08  /* of F on top: at 5 % of a way down of 1.4 s and less; a slower one follows on a rest */
#define FALLS_M_S        0.10 /* without a zero-velocity point: the speed on top is known no better than by half of that */
#define UNPROVEN_STILL_S 0.2
#define SETTLES_S        0.3
#define UNEVEN_M_S2      0.15
#define SLACK_M_S2       0.02
#define SINKS_M_S        0.045
#define TOP_S            60.0 /* nobody stands longer */
#define HAND_SLACK_M_S2  0.01
#define HAND_S           2.0  /* what a hand carries is another by then */
#define BACK_M_S         0.03 /* slower than that again, ... */
#define BACK             0.07 /* ... and not so much of the height lost: it was the hand */
#define LEAK_V_S         0.7
#define LEAK_H_S         1.0
#define BIAS_S           2.0
#define GAP_S            0.3

void step_live_begin(struct step_live *live)
{
    *live = (struct step_live){.phase = PHASE_BOTTOM, .t_ns = ABSENT};
}

void step_live_learn(struct step_live *live, double begin_m_s, double begin_m)
{
    live->learnt = true;
    live->learnt_m_s = begin_m_s;
    live->learnt_m = begin_m;
}

/* A top that was found by the braking alone is where the body stands still, as nearly as can be said. */
static void enter(struct step_live *live, enum phase phase)
{
    if (phase == PHASE_TOP && !live->learnt)
        live->v = live->h = 0.0;
    live->phase = phase;
    live->all = live->standing = live->eased = false;
    live->still_s = 0.0;
    live->highest = live->h;
    live->peak_mn = live->trough_mn = 0.0;
    live->mean_s = live->fall = 0.0;
}

/* bias: what the acceleration reads there, when the weight has not been proven yet. */
static void stand(struct step_live *live, double bias)
{
    live->standing = true;
    live->v = live->h = 0.0;
    live->bias = bias;
}

void step_live_stand(struct step_live *live)
{
    enter(live, PHASE_TOP);
    stand(live, 0.0);
}

static void integrate(struct step_live *live, double a, double dt)
{
    double mean = 0.5 * (live->a + a) - live->bias;

    live->h += (live->v + 0.5 * mean * dt) * dt;
    live->v += mean * dt;
}

/* since_s: it began to carry everything so long ago. */
static void begin_way_up(struct step_live *live, const struct step_live_input *in, double since_s)
{
    live->all = true;
    live->v = live->fastest = live->learnt_m_s;
    live->h = live->learnt_m;
    if (since_s > 0.0) {
        live->v += since_s * step_live_gains(in->f_mn, in->bw_mn);
        live->h += since_s * live->v;
        live->fastest = live->v;
    }
    live->bias = live->brake = 0.0;
    if (in->late_s > 0.0) /* loading the box is still in it */
        live->slow_a = live->a;
}

/* Without a speed to begin with, even without a weight: a push-off, a braking, and the braking is over. */
static bool braked(struct step_live *live, bool late)
{
    double slow = live->slow_mn, part = late ? PEAK_LATE : PEAK_PART;

    if (slow >= live->peak_mn)
        live->peak_mn = live->trough_mn = slow;
    live->trough_mn = slow < live->trough_mn ? slow : live->trough_mn;
    double way = live->peak_mn - live->trough_mn;
    return way >= part * live->peak_mn && slow >= live->trough_mn + TROUGH_OVER * way;
}

/* CON: has the top been reached? What is late is carried on. */
static bool reached(struct step_live *live, double f, const struct step_live_input *in)
{
    double height_m = in->height_m, v = live->v + in->late_s * live->a, h = live->h + in->late_s * v;

    if (!live->learnt)
        return braked(live, in->late_s > 0.0);
    if (!live->all && f >= ALL)
        begin_way_up(live, in, live->f < ALL ? in->late_s * (f - ALL) / (f - live->f) : 0.0);
    if (!live->all)
        return false;
    live->fastest = live->v > live->fastest ? live->v : live->fastest;
    live->brake = live->slow_a < live->brake ? live->slow_a : live->brake;
    double lost = live->fastest - v;
    if (h >= REACHED * height_m && lost >= BRAKING * live->fastest)
        return true;
    double least_m = v <= 0.0 ? OVER * height_m : MOSTLY * height_m;
    if (in->late_s > 0.0 && lost >= GAIN_M_S && lost >= BRAKED * live->fastest && h >= least_m)
        return true;
    bool over = live->slow_a > BRAKE_OVER * live->brake;
    bool stops = live->v <= 0.0 && live->brake <= -UNEVEN_M_S2;
    return lost >= GAIN_M_S && lost >= BRAKED * live->fastest && over && (stops || h >= 0.6 * height_m);
}

/* Without a proven weight only that the force stays where it is can be seen; that takes longer, and it is then the weight. */
static void watch_still(struct step_live *live, double dt)
{
    double about = live->learnt ? 0.0 : live->still_a;

    if (fabs(live->slow_a - about) <= LIVE_STILL_M_S2) {
        live->still_s += dt;
    } else {
        live->still_s = 0.0;
        live->still_a = live->slow_a;
    }
    if (!live->standing && live->still_s >= (live->learnt ? LIVE_STILL_S : UNPROVEN_STILL_S))
        stand(live, live->learnt ? 0.0 : live->slow_a);
    if (!live->standing || live->v <= -LIVE_DRIFT_M_S) /* nobody on top goes up: that leaks away, however fast */
        return;
    live->bias += live->v * dt / (BIAS_S * BIAS_S);
    live->v -= live->v * dt / LEAK_V_S;
    live->h -= live->h * dt / LEAK_H_S;
}

/*
 * Who hurries does not stand still for long enough to be weighed, and a weight wrong by 3 % alone would fall 0.1 m in a
 * second: but the force is then far less than it was a moment ago.
 */
static bool falls(struct step_live *live)
{
    live->v = live->h = 0.0;
    live->peak_mn = live->slow_mn > live->peak_mn ? live->slow_mn : live->peak_mn;
    return live->slow_mn < (1.0 - FALLING) * live->peak_mn;
}

/*
 * Of a slow converter single samples sway too much for that, and a weight that is not known yet would soon be a fall: the
 * speed that is lost against the mean since it is even, or for the last memory_s.
 */
static bool sinks(struct step_live *live, double dt, double slack, double memory_s)
{
    bool settled = live->mean_s >= SETTLES_S;
    double off = live->slow_a - live->mean_a;

    if (live->mean_s <= 0.0 || off > UNEVEN_M_S2 || (!settled && off < -UNEVEN_M_S2)) {
        live->mean_a = live->slow_a;
        live->mean_s = dt;
        live->fall = 0.0;
        return false;
    }
    live->fall += (live->a - live->mean_a + slack) * dt;
    live->fall = settled && live->fall < 0.0 ? live->fall : 0.0;
    double over_s = live->mean_s < memory_s ? live->mean_s : memory_s;
    live->mean_a += (live->a - live->mean_a) * dt / (over_s + dt);
    live->mean_s += dt;
    return live->fall <= -SINKS_M_S;
}

/*
 * Of a slow converter the top may be told before the braking is over, and the speed is no better known than a push-off within
 * one period. Braking goes on until the body stands: a way down is a fall after that. Who turns round at once goes on falling.
 */
static bool eases(struct step_live *live)
{
    if (live->eased || live->a < -UNEVEN_M_S2)
        return live->eased;
    live->eased = true;
    live->v = live->h = live->highest = 0.0;
    return true;
}

/*
 * What a hand on a rail carries adds up to a speed that nobody has, either way: a way down is what is lost against the mean
 * of the last seconds, and is that no more when it comes to nothing. What it began with is the speed then.
 */
static bool leaves_hand(struct step_live *live, double dt)
{
    if (!sinks(live, dt, HAND_SLACK_M_S2, HAND_S) && !falls(live))
        return false;
    live->v = -SINKS_M_S;
    live->h = 0.0;
    live->bias = live->mean_a;
    return true;
}

static bool comes_back(const struct step_live *live, const struct step_live_input *in)
{
    return in->hand && live->v >= -BACK_M_S && live->h > -BACK * in->height_m;
}

/* TOP: has the way down begun? */
static bool left(struct step_live *live, double dt, const struct step_live_input *in)
{
    double height_m = in->height_m;

    if (in->late_s > 0.0 && !live->learnt)
        return sinks(live, dt, SLACK_M_S2, TOP_S) || falls(live);
    if (in->late_s > 0.0 && !eases(live))
        return live->h <= live->highest - TURNED * height_m && live->v <= -FALLS_M_S;
    if (in->hand && live->learnt)
        return leaves_hand(live, dt);
    watch_still(live, dt);
    if (!live->learnt && !live->standing)
        return falls(live);
    live->highest = live->standing ? 0.0 : live->h > live->highest ? live->h : live->highest;
    if (in->late_s > 0.0 && !live->standing && (live->a > -UNEVEN_M_S2 || live->slow_a > -UNEVEN_M_S2))
        return false; /* the speed that it began with is no better known: a fall goes on getting faster */
    return live->h <= live->highest - LOST * height_m && live->v <= -(live->standing ? LIVE_DRIFT_M_S : FALLS_M_S);
}

static enum phase next(struct step_live *live, double f, double dt, const struct step_live_input *in)
{
    if (!in->up)
        return PHASE_BOTTOM;
    switch (live->phase) {
    case PHASE_BOTTOM: return PHASE_CON;
    case PHASE_CON: return reached(live, f, in) ? PHASE_TOP : PHASE_CON;
    case PHASE_TOP: return left(live, dt, in) ? PHASE_ECC : PHASE_TOP;
    case PHASE_ECC: return comes_back(live, in) ? PHASE_TOP : PHASE_ECC;
    case PHASE_COUNT: break;
    }
    return live->phase;
}

void step_live_step(struct step_live *live, const struct step_live_input *in)
{
    bool weighed = in->bw_mn != ABSENT;
    double f = weighed ? (double)in->f_mn / (double)in->bw_mn : 1.0, a = (f - 1.0) * G_M_S2;
    double dt = live->t_ns != ABSENT ? (double)(in->t_ns - live->t_ns) / 1e9 : 0.0;

    if (dt > GAP_S) {
        live->still_s = 0.0;
        dt = 0.0;
    }
    live->slow_a += (a - live->slow_a) * dt / (SMOOTH_S + dt);
    live->slow_mn += ((double)in->f_mn - live->slow_mn) * dt / (SMOOTH_S + dt);
    integrate(live, a, dt);
    live->a = a;
    live->t_ns = in->t_ns;
    if (!weighed)
        live->still_s = 0.0;
    enum phase phase = next(live, f, weighed ? dt : 0.0, in);
    live->f = f;
    if (phase != live->phase)
        enter(live, phase);
}
