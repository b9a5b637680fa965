/* SPDX-License-Identifier: MIT */
/*
 * What really happened: crossings of the noise-free load, by the definitions of the timing, found while the physics
 * runs and interpolated between its steps.
 *
 * Band curl: con from B + pA upward to B + (1-p)A upward; top until the load last falls below that; ecc until it falls
 * below B + pA. Step-up: con from half the body weight on the box to 95 % of the height, ecc from there down to the
 * last 0.9 BW before the load falls under 0.5 BW. Bridge and thrust: pelvis off to pelvis down, the ends of the two
 * movements: the pelvis leaves when the feet have taken over, and is down when they begin to let go. Inside a thrust:
 * crossings of 10 and 90 % between the level at lift-off and the one on top. Tapped hip extension: half-level, foot off
 * to foot down.
 */
#include "daemon/io/patient/patient_parts.h"

#include <string.h>

#define P              0.10
#define CLOSE_AFTER_NS (400 * NS_PER_MS) /* the last crossing comes at most this long after the movement */

void truth_init(struct truth *truth)
{
    memset(truth, 0, sizeof *truth);
    truth->left_ns = ABSENT;
}

/* The load says it by way of the pre-tension; the truth is when the hips begin and end to move. */
static bool lies_on_floor(enum body_kind kind)
{
    return kind == BODY_BRIDGE || kind == BODY_THRUST || kind == BODY_THRUST_BACK;
}

static void truth_queue(struct truth *truth, const struct patient_truth *rep)
{
    if (truth->n == TRUTH_QUEUE) {
        truth->first = (truth->first + 1) % TRUTH_QUEUE;
        truth->n--;
        truth->lost++;
    }
    struct patient_truth *put = &truth->queue[(truth->first + truth->n++) % TRUTH_QUEUE];
    *put = *rep;
    if (truth->one_level && truth->kind != BODY_THRUST) /* one level: there are no phases to be told apart */
        put->top_ns = put->ecc_ns = ABSENT;
}

/* Off the box before it was down: it has no end, and after the top not even a way down. */
static void truth_broken(struct truth *truth, struct patient_truth *rep)
{
    bool within = truth->left_ns != ABSENT && truth->left_ns > rep->con_move_ns;
    if (rep->kind != PATIENT_TRUTH_REP || !within ||
        (rep->ecc_move_end_ns != ABSENT && truth->left_ns >= rep->ecc_move_end_ns))
        return;
    rep->ecc_ns = rep->end_ns = rep->sunk_ns = ABSENT;
}

void truth_leave(struct truth *truth, int64_t t_ns)
{
    truth->left_ns = t_ns;
}

static void truth_put(struct truth *truth)
{
    truth->open = false;
    if (lies_on_floor(truth->kind) && truth->rep.con_ns != ABSENT) {
        truth->rep.con_ns = truth->rep.con_move_ns;
        truth->rep.end_ns = truth->rep.ecc_move_end_ns;
    }
    if (truth->kind == BODY_THRUST) {
        truth->rep.top_ns = truth->high_ns;
        truth->rep.ecc_ns = truth->leaves_ns;
    }
    truth_broken(truth, &truth->rep);
    truth_queue(truth, &truth->rep);
}

/*
 * The next rep is planned a reaction time ahead: the last crossing of this one may still be to come, when the patient
 * goes on at once. What lies on the floor does not depend on it.
 */
static void truth_set_aside(struct truth *truth, enum body_kind kind)
{
    if (kind != truth->kind || lies_on_floor(kind) || truth->rep.end_ns != ABSENT) {
        truth_put(truth);
        return;
    }
    truth->before.open = true;
    truth->before.rep = truth->rep;
    truth->before.lo_n = truth->lo_n;
    truth->before.hi_n = truth->hi_n;
    truth->before.tension_n = truth->tension_n;
}

bool patient_truth_next(struct patient *patient, struct patient_truth *ret)
{
    struct truth *truth = &patient->truth;
    if (truth->n == 0)
        return false;
    *ret = truth->queue[truth->first];
    truth->first = (truth->first + 1) % TRUTH_QUEUE;
    truth->n--;
    return true;
}

/* Levels of a thrust from its statics; a partial one rises to what its height carries. */
static void rise_thresholds(struct truth *truth, const struct body *body)
{
    double off_n = body_up_n(body, 0);
    double rise_n = body_up_n(body, truth->rep.depth_milli / 1000.0) - off_n;
    truth->rise_lo_n = off_n + P * rise_n;
    truth->rise_mid_n = off_n + rise_n / 2;
    truth->rise_hi_n = off_n + (1 - P) * rise_n;
    truth->high_ns = truth->leaves_ns = ABSENT;
    truth->sinks = false;
}

/* Shares of the plateau at which a rep's thresholds lie. */
static void truth_thresholds(struct truth *truth, double band_low)
{
    double lo = P, hi = 1 - P;
    switch (truth->kind) {
    case BODY_HEEL:
    case BODY_BRIDGE_HOLD: lo = hi = band_low; break;
    case BODY_BRIDGE:
    case BODY_THRUST:
    case BODY_THRUST_BACK:
    case BODY_HIP_TAP: lo = hi = 0.5; break;
    case BODY_CURL_DEAD:
    case BODY_STEP: /* has thresholds of its own */
    case BODY_NONE:
    case BODY_CURL_LIVE:
    case BODY_CURL_FRONT:
    case BODY_HIP_EXTENSION: break;
    }
    double rest_n = (double)truth->rep.rest_mn / 1000.0, peak_n = (double)truth->rep.peak_mn / 1000.0;
    truth->lo_n = rest_n + lo * peak_n;
    truth->hi_n = rest_n + hi * peak_n;
    truth->tension_n = rest_n + P * peak_n;
    truth->one_level = hi <= lo;
}

void truth_begin(struct truth *truth, const struct patient_truth *rep, const struct body *body, double band_low)
{
    enum body_kind kind = body->kind;
    if (truth->open)
        truth_set_aside(truth, kind);
    truth->open = true;
    truth->kind = kind;
    truth->rep = *rep;
    truth->rep.visible = body_visible(kind);
    truth->rep.con_ns = truth->rep.top_ns = truth->rep.ecc_ns = truth->rep.end_ns = ABSENT;
    truth->rep.rise_ns = truth->rep.sunk_ns = ABSENT;
    truth->rep.tut_ns = truth->rep.visible ? 0 : ABSENT;
    if (!truth->before.open)
        truth->above_ns = ABSENT;
    truth_thresholds(truth, band_low);
    if (kind == BODY_THRUST)
        rise_thresholds(truth, body);
}

void truth_cancel(struct truth *truth)
{
    if (truth->before.open)
        truth_queue(truth, &truth->before.rep);
    truth->open = truth->before.open = false;
}

/* Time between the last step and this one at which a value went through a level. */
static int64_t crossing_ns(const struct truth *truth, int64_t t_ns, double from, double to, double level)
{
    double share = (level - from) / (to - from);
    return truth->last_t_ns + (int64_t)((double)(t_ns - truth->last_t_ns) * share + 0.5);
}

static bool rises(double from, double to, double level)
{
    return from < level && to >= level;
}

static bool falls(double from, double to, double level)
{
    return from >= level && to < level;
}

/* A curl's quick limbs swing the load as they stop: what is not within its two movements is none of its crossings. */
static bool truth_within(const struct truth *truth, const struct patient_truth *rep, int64_t t_ns)
{
    bool over = rep->ecc_move_end_ns != ABSENT && t_ns > rep->ecc_move_end_ns;
    return truth->kind != BODY_CURL_DEAD || (t_ns >= rep->con_move_ns && !over);
}

/* A quick leg that is stopped takes as much off the box as the foot does when it lands: that is not before the leg is down. */
static bool truth_lands(const struct truth *truth, const struct patient_truth *rep, int64_t t_ns)
{
    return truth->kind != BODY_HIP_TAP || (rep->ecc_move_end_ns != ABSENT && t_ns >= rep->ecc_move_end_ns);
}

/* con and end at the lower threshold, top and ecc at the upper one. */
static void truth_levels(const struct truth *truth, struct patient_truth *rep, double lo_n, double hi_n, int64_t t_ns,
                         double n)
{
    double last = truth->last_n;
    if (rep->ecc_ns != ABSENT && falls(last, n, lo_n) && rep->end_ns == ABSENT)
        rep->end_ns = crossing_ns(truth, t_ns, last, n, lo_n);
    if (!truth_within(truth, rep, t_ns))
        return;
    if (rises(last, n, lo_n) && rep->con_ns == ABSENT)
        rep->con_ns = crossing_ns(truth, t_ns, last, n, lo_n);
    if (rises(last, n, hi_n) && rep->top_ns == ABSENT)
        rep->top_ns = crossing_ns(truth, t_ns, last, n, hi_n);
    if (falls(last, n, hi_n) && rep->top_ns != ABSENT && truth_lands(truth, rep, t_ns)) {
        rep->ecc_ns = crossing_ns(truth, t_ns, last, n, hi_n);
        rep->end_ns = ABSENT; /* it was not the last fall from the top after all */
    }
    if (falls(last, n, lo_n) && rep->ecc_ns != ABSENT && rep->end_ns == ABSENT)
        rep->end_ns = crossing_ns(truth, t_ns, last, n, lo_n);
    if (truth->kind == BODY_CURL_DEAD && n < (double)rep->rest_mn / 2000.0)
        rep->ecc_ns = rep->end_ns = ABSENT; /* off the box: this was no eccentric */
}

/*
 * Speeding up and slowing down quick hips swings the load by more than it rises: the top is reached at the first crossing
 * of 90 % after which the load stays above the middle, and left at the last one before it falls below that.
 */
static void truth_rise(struct truth *truth, int64_t t_ns, double n)
{
    struct patient_truth *rep = &truth->rep;
    double last = truth->last_n;
    bool down = rep->ecc_move_ns != ABSENT && t_ns > rep->ecc_move_ns;
    /* Who is late is still on the way down from the rep before when this one is begun. */
    if (rises(last, n, truth->rise_lo_n) && rep->rise_ns == ABSENT && t_ns >= rep->con_move_ns)
        rep->rise_ns = crossing_ns(truth, t_ns, last, n, truth->rise_lo_n);
    if (rises(last, n, truth->rise_hi_n) && truth->high_ns == ABSENT)
        truth->high_ns = crossing_ns(truth, t_ns, last, n, truth->rise_hi_n);
    if (falls(last, n, truth->rise_hi_n) && down && !truth->sinks)
        truth->leaves_ns = crossing_ns(truth, t_ns, last, n, truth->rise_hi_n);
    if (falls(last, n, truth->rise_mid_n)) {
        truth->sinks = truth->sinks || down;
        truth->high_ns = down ? truth->high_ns : ABSENT;
    }
    if (falls(last, n, truth->rise_lo_n) && truth->sinks &&
        t_ns < rep->ecc_move_end_ns + 3 * NS_PER_MS) /* the step after it */
        rep->sunk_ns = crossing_ns(truth, t_ns, last, n, truth->rise_lo_n);
}

#define STEP_TOP 0.95 /* of the height */

/* All of a step-up is tension: its B is the empty box. */
static void truth_landing(struct truth *truth, struct patient_truth *rep, int64_t t_ns, double n)
{
    double half = 0.5 * (double)rep->rest_mn / 1000.0, most = 0.9 * (double)rep->rest_mn / 1000.0;
    if (falls(truth->last_n, n, most))
        truth->above_ns = crossing_ns(truth, t_ns, truth->last_n, n, most);
    if (falls(truth->last_n, n, half) && rep->ecc_ns != ABSENT && rep->end_ns == ABSENT)
        rep->end_ns = truth->above_ns;
    rep->tut_ns = rep->end_ns != ABSENT ? rep->end_ns - rep->con_ns : ABSENT;
}

/* True while the rep before still waits for its end; it has until the next one begins to move, or the foot has landed. */
static bool truth_before(struct truth *truth, int64_t t_ns, double n)
{
    struct patient_truth *rep = &truth->before.rep;
    if (!truth->before.open)
        return false;
    int64_t until_ns = truth->rep.con_move_ns;
    if (truth->kind == BODY_STEP) {
        truth_landing(truth, rep, t_ns, n);
        until_ns = rep->ecc_move_end_ns + CLOSE_AFTER_NS;
    } else {
        truth_levels(truth, rep, truth->before.lo_n, truth->before.hi_n, t_ns, n);
        rep->tut_ns += n > truth->before.tension_n ? t_ns - truth->last_t_ns : 0;
    }
    if (rep->end_ns == ABSENT && t_ns < until_ns)
        return true;
    truth->before.open = false;
    truth_queue(truth, rep);
    return false;
}

static void truth_steps(struct truth *truth, int64_t t_ns, const struct load *load)
{
    struct patient_truth *rep = &truth->rep;
    double half = 0.5 * (double)rep->rest_mn / 1000.0, last = truth->last_n, n = load->clean_n;
    if (rises(last, n, half) && rep->con_ns == ABSENT)
        rep->con_ns = crossing_ns(truth, t_ns, last, n, half);
    if (rises(truth->last_h, load->height, STEP_TOP) && rep->top_ns == ABSENT)
        rep->top_ns = crossing_ns(truth, t_ns, truth->last_h, load->height, STEP_TOP);
    if (falls(truth->last_h, load->height, STEP_TOP))
        rep->ecc_ns = crossing_ns(truth, t_ns, truth->last_h, load->height, STEP_TOP);
    truth_landing(truth, rep, t_ns, n);
}

void truth_step(struct truth *truth, int64_t t_ns, const struct load *load)
{
    bool waits = truth_before(truth, t_ns, load->clean_n);
    if (truth->open && truth->rep.visible && !waits) {
        if (truth->kind == BODY_STEP)
            truth_steps(truth, t_ns, load);
        else
            truth_levels(truth, &truth->rep, truth->lo_n, truth->hi_n, t_ns, load->clean_n);
        if (truth->kind == BODY_THRUST)
            truth_rise(truth, t_ns, load->clean_n);
        if (truth->kind != BODY_STEP && load->clean_n > truth->tension_n)
            truth->rep.tut_ns += t_ns - truth->last_t_ns;
    }
    truth->last_t_ns = t_ns;
    truth->last_n = load->clean_n;
    truth->last_h = load->height;
    if (truth->open && truth->rep.ecc_move_end_ns != ABSENT && t_ns > truth->rep.ecc_move_end_ns + CLOSE_AFTER_NS)
        truth_put(truth);
}
