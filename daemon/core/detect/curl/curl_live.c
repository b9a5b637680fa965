/* SPDX-License-Identifier: MIT */
/* Live phases of a curl; curl_live.h has the rules. */
#include "daemon/core/detect/curl/curl_live.h"

#include "daemon/core/fixed.h"

#define CLEAR_PART  50 /* A above so many sigma: the shortest window */
#define SWAY_PART   30 /* below: a period of sway, whose mean is 0 */
#define SLOPE_PCT   65 /* of the slope: more of it shortens the delay and makes more false changes */
#define MEAN_SD_PCT 35 /* sd of a mean over a period of sway, of the sample's: sqrt(0.0315 / 0.22), fit.h */
#define LATE_STEPS  3  /* the converter's two periods, the median's one */
#define SLOW_STEPS  2  /* without the median */
#define STEP_MAX_NS (120 * NS_PER_MS)

/* A hand that takes some of the weight moves the level by more than 0.1 A: near its end a movement also gives out. */
#define GIVES_SDS    3  /* steepest above so many sd of the mean: a slope is seen at all */
#define TOP_FROM_PCT 75 /* of A: from there on */
#define TOP_RISE_PCT 50 /* of the steepest rise is left */
#define LOW_FROM_PCT 20
#define LOW_FALL_PCT 60
/* And feigns a movement's beginning: what has not gone further and comes back by that was none. */
#define BACK_LOW_PCT  35 /* of A, on the way up */
#define BACK_HIGH_PCT 80 /* on the way down */

/* A way up that has begun, as curl_onset.h sees it: what it is sure of counts, the window elsewhere. */
#define SURE_ODDS   1.5 /* log */
#define NEVER_ODDS  -1.0
#define BACK_ODDS   -1.5
#define UP_NS       (1500 * NS_PER_MS) /* how long it takes, of the first one */
#define UP_LEAST_NS (700 * NS_PER_MS)
#define UP_MOST_NS  (4 * NS_PER_S)

/* The level as it is estimated, with what is compared with it. */
struct estimate {
    int64_t mean_mn, now_mn;
    int64_t rise_mn; /* of the mean from the window before */
    int64_t sd_mn;   /* of the mean */
    int64_t a_mn;    /* A of this excursion */
};

static int64_t part(int64_t mn, int64_t per_cent)
{
    return mn * per_cent / 100;
}

void curl_live_begin(struct curl_live *live)
{
    *live = (struct curl_live){.phase = PHASE_BOTTOM,
                               .next = PHASE_BOTTOM,
                               .next_ns = ABSENT,
                               .down_ns = INT64_MAX,
                               .last_ns = ABSENT,
                               .up_ns = UP_NS};
    curl_onset_begin(&live->up);
    curl_belief_begin(&live->belief);
}

/* ---- two windows ---- */

static const struct sample *at(const struct curl_live *live, int i)
{
    return &live->v[(live->first + i) % CURL_LIVE_SAMPLES];
}

/* The window's oldest sample into the window before it. */
static void pass_on(struct curl_live *live)
{
    int64_t u_mn = at(live, live->n_old)->force_mn;

    live->sum_new -= u_mn;
    live->n_new--;
    live->sum_old += u_mn;
    live->n_old++;
}

static void drop_oldest(struct curl_live *live)
{
    if (live->n_old == 0)
        pass_on(live);
    live->sum_old -= at(live, 0)->force_mn;
    live->n_old--;
    live->first = (live->first + 1) % CURL_LIVE_SAMPLES;
}

static void push(struct curl_live *live, int64_t t_ns, int64_t u_mn, int64_t window_ns)
{
    int n = live->n_old + live->n_new;

    live->down_ns = fixed_min(live->down_ns, t_ns);
    if (n == CURL_LIVE_SAMPLES)
        drop_oldest(live);
    live->v[(live->first + live->n_old + live->n_new) % CURL_LIVE_SAMPLES] =
        (struct sample){.t_ns = t_ns, .force_mn = (int32_t)u_mn};
    live->n_new++;
    live->sum_new += u_mn;
    while (live->n_new > 1 && t_ns - at(live, live->n_old)->t_ns >= window_ns)
        pass_on(live);
    while (live->n_old > 0 && t_ns - at(live, 0)->t_ns >= 2 * window_ns)
        drop_oldest(live);
}

static bool slow(const struct curl_live *live)
{
    return live->step_ns > CURL_LIVE_SLOW_NS;
}

static int64_t window_ns(int64_t amp_mn, int64_t noise_mn)
{
    if (amp_mn > CLEAR_PART * noise_mn)
        return 50 * NS_PER_MS;
    return amp_mn > SWAY_PART * noise_mn ? 110 * NS_PER_MS : 220 * NS_PER_MS;
}

/* ---- phases ---- */

static struct estimate estimate(struct curl_live *live, const struct curl_live_input *in)
{
    int64_t known = in->amp_mn != ABSENT ? in->amp_mn : fixed_max(live->peak_mn, in->floor_mn);
    int64_t window = fixed_max(window_ns(known, in->noise_mn), slow(live) ? live->step_ns : 0);
    struct estimate e = {.sd_mn = part(in->noise_mn, MEAN_SD_PCT)};

    push(live, in->t_ns, in->u_mn, window);
    e.mean_mn = fixed_div(live->sum_new, live->n_new);
    e.rise_mn = live->n_old > 0 ? e.mean_mn - fixed_div(live->sum_old, live->n_old) : 0;
    int64_t late_ns = window / 2 + (slow(live) ? SLOW_STEPS : LATE_STEPS) * live->step_ns;
    e.now_mn = e.mean_mn + part(e.rise_mn * (late_ns / 1000) / (window / 1000), SLOPE_PCT);
    if (live->phase == PHASE_BOTTOM && e.now_mn < known / 10)
        live->peak_mn = live->steepest_mn = 0;
    live->peak_mn = fixed_max(live->peak_mn, e.mean_mn);
    live->steepest_mn = fixed_max(live->steepest_mn, live->phase == PHASE_ECC ? -e.rise_mn : e.rise_mn);
    e.a_mn = in->amp_mn != ABSENT ? in->amp_mn : fixed_max(live->peak_mn, in->floor_mn);
    if (in->amp_mn != ABSENT && (live->phase == PHASE_TOP || live->phase == PHASE_ECC))
        e.a_mn = fixed_clamp(in->amp_mn, part(live->peak_mn, 80), part(live->peak_mn, 102));
    return e;
}

/* A slow converter's samples are as long as what is to be seen, and without a reference no shape is known. */
static bool onset_known(const struct curl_live *live, const struct curl_live_input *in)
{
    return in->amp_mn != ABSENT && in->noise_mn > 0 && !slow(live);
}

static void follow_onset(struct curl_live *live, const struct curl_live_input *in)
{
    struct curl_onset_input onset = {.t_ns = in->t_ns,
                                     .u_mn = in->u_mn,
                                     .amp_mn = in->amp_mn,
                                     .noise_mn = in->noise_mn,
                                     .move_ns = live->up_ns,
                                     .late_ns = LATE_STEPS * live->step_ns};

    if (onset_known(live, in) && (live->phase == PHASE_BOTTOM || live->phase == PHASE_CON))
        curl_onset_step(&live->up, &onset);
}

/* What it learns of a movement: a way up that is told from 0.1 to 0.9 takes half of its time (physics section 4). */
static void follow_change(struct curl_live *live, enum phase next, int64_t t_ns)
{
    if (next == PHASE_CON)
        live->con_ns = t_ns;
    else if (next == PHASE_TOP && live->phase == PHASE_CON)
        live->up_ns = fixed_clamp(live->up_ns / 2 + t_ns - live->con_ns, UP_LEAST_NS, UP_MOST_NS);
    else if (next == PHASE_BOTTOM && live->phase == PHASE_ECC)
        curl_onset_begin(&live->up);
}

static bool gives_out(const struct curl_live *live, const struct estimate *e, int64_t rise_mn, int64_t left_pct)
{
    return live->steepest_mn > GIVES_SDS * e->sd_mn && rise_mn < part(live->steepest_mn, left_pct);
}

/* Without a reference the plateau is where the rise gives out. */
static enum phase from_con(const struct curl_live *live, const struct curl_live_input *in, const struct estimate *e,
                           int64_t on_mn)
{
    bool known = in->amp_mn != ABSENT;
    bool high = live->peak_mn >= (known ? e->a_mn / 2 : in->floor_mn);
    bool near_top = known && e->mean_mn >= part(e->a_mn, TOP_FROM_PCT);

    if (onset_known(live, in) && live->up.odds < BACK_ODDS && e->mean_mn < part(e->a_mn, BACK_LOW_PCT))
        return PHASE_BOTTOM;
    if (known && e->rise_mn <= -e->sd_mn / 2 && e->mean_mn < part(e->a_mn, BACK_LOW_PCT))
        return PHASE_BOTTOM;
    if (e->rise_mn <= 0 && e->mean_mn < part(on_mn, 60) - e->sd_mn / 2)
        return PHASE_BOTTOM;
    if (near_top && gives_out(live, e, e->rise_mn, TOP_RISE_PCT))
        return PHASE_TOP;
    if (known ? e->now_mn >= part(e->a_mn, 90) : e->mean_mn >= in->floor_mn && e->rise_mn < part(live->steepest_mn, 40))
        return PHASE_TOP;
    return high && e->mean_mn < part(live->peak_mn, 70) ? PHASE_ECC : PHASE_CON;
}

static enum phase classify(const struct curl_live *live, const struct curl_live_input *in, const struct estimate *e)
{
    bool stands = live->phase == PHASE_BOTTOM && in->t_ns - live->down_ns > CURL_LIVE_STANDS_NS;
    int64_t on_mn = fixed_max(e->a_mn / 10, 3 * e->sd_mn) * (stands ? 2 : 1);
    bool near_end = e->mean_mn < part(e->a_mn, LOW_FROM_PCT);

    switch (live->phase) {
    case PHASE_BOTTOM:
        if (onset_known(live, in) && live->up.odds < NEVER_ODDS)
            return PHASE_BOTTOM;
        if (onset_known(live, in) && live->up.odds > SURE_ODDS * (stands ? 3 : 1) && e->rise_mn > e->sd_mn)
            return PHASE_CON;
        return e->now_mn >= on_mn && e->rise_mn > e->sd_mn ? PHASE_CON : PHASE_BOTTOM;
    case PHASE_CON: return from_con(live, in, e, on_mn);
    case PHASE_TOP: return e->now_mn < part(e->a_mn, 90) - part(e->sd_mn, 90) ? PHASE_ECC : PHASE_TOP;
    case PHASE_ECC:
        if (e->rise_mn > e->sd_mn && e->mean_mn >= part(e->a_mn, BACK_HIGH_PCT))
            return PHASE_TOP;
        if (e->now_mn < e->a_mn / 10 || (near_end && gives_out(live, e, -e->rise_mn, LOW_FALL_PCT)))
            return PHASE_BOTTOM;
        return e->mean_mn >= part(e->a_mn, 94) + e->sd_mn / 2 ? PHASE_TOP : PHASE_ECC;
    case PHASE_COUNT: break;
    }
    return live->phase;
}

static bool goes_back(enum phase from, enum phase to)
{
    return (from == PHASE_CON && to == PHASE_BOTTOM) || (from == PHASE_ECC && to == PHASE_TOP);
}

/* A slow converter's samples last longer than that. */
static int64_t dwell_ns(const struct curl_live *live, enum phase next)
{
    if (goes_back(live->phase, next))
        return CURL_LIVE_BACK_NS;
    return slow(live) ? 0 : CURL_LIVE_DWELL_NS;
}

static void take_step(struct curl_live *live, int64_t t_ns)
{
    if (live->last_ns != ABSENT)
        live->step_ns = fixed_min(t_ns - live->last_ns, STEP_MAX_NS);
    live->last_ns = t_ns;
}

static bool step_belief(struct curl_live *live, const struct curl_live_input *in)
{
    const struct belief_input seen = {.t_ns = in->t_ns,
                                      .u_mn = in->u_mn,
                                      .amp_mn = in->amp_mn,
                                      .noise_mn = in->noise_mn,
                                      .hand_mn = in->hand_mn,
                                      .step_ns = live->step_ns,
                                      .late_ns = (slow(live) ? SLOW_STEPS : LATE_STEPS) * live->step_ns};

    if (!curl_belief_step(&live->belief, &seen))
        return false;
    enum phase was = live->phase;
    live->phase = curl_belief_phase(&live->belief, was);
    return live->phase != was;
}

bool curl_live_step(struct curl_live *live, const struct curl_live_input *in)
{
    take_step(live, in->t_ns);
    if (in->amp_mn != ABSENT && curl_belief_knows(&live->belief))
        return step_belief(live, in);
    struct estimate e = estimate(live, in);

    follow_onset(live, in);
    enum phase next = classify(live, in, &e);
    if (next != live->next || next == live->phase)
        live->next_ns = next == live->phase ? ABSENT : in->t_ns;
    live->next = next;
    if (live->next_ns == ABSENT)
        return false;
    bool sure = live->phase == PHASE_BOTTOM && next == PHASE_CON && onset_known(live, in);
    if (in->t_ns - live->next_ns < (sure ? 0 : dwell_ns(live, next)))
        return false;
    if (live->phase == PHASE_ECC)
        live->down_ns = in->t_ns;
    if (next == PHASE_ECC)
        live->steepest_mn = 0;
    follow_change(live, next, in->t_ns);
    live->phase = next;
    live->next_ns = ABSENT;
    return true;
}
