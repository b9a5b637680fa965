/* SPDX-License-Identifier: MIT */
/* The second look over a step-up; see step_look.h. */
#include "daemon/core/detect/step/step_look.h"

#include <math.h>

#include "daemon/core/detect/step/step_land.h"
#include "daemon/core/detect/step/step_live.h"
#include "daemon/core/detect/step/step_motion.h"
#include "daemon/core/detect/step/step_sharp.h"
#include "daemon/core/detect/step/step_view.h"
#include "daemon/core/detect/step/step_weight.h"
#include "daemon/core/fixed.h"

/* Per cent of body weight above which the box is said to carry everything; while the weight is provisional: */
#define ALL              97
#define ALL_ROUGHLY      90
#define WEIGHT_ROUNDS    4
#define WEIGHT_PART      5 /* a fit that wants more than a fifth of BW is none */
#define OWN_LEAST        45
#define AGREES_PER_MILLE 10
#define AGREES_SHARP     30  /* of single periods: a tap is in them, and it ends up to one of them sooner */
#define TOP_LEVEL_S      0.2 /* between the halves of the top: on a shorter one sway feigns another level */
#define MISFIT_PHASES    1.0 /* one plain rep in two hundred reaches it, two thirds of those with a leaning hand do */
#define MISFIT_JOLTS     0.4 /* plain reps stay below, nine in ten */
#define JOLTS_PART       0.7
#define MISFIT_AGREED    1.5 /* where the ways up and down each come out at the step's height */
#define MISFIT_OFF       0.7 /* one in twenty, and then its height is within a tenth of the step's */
#define OFF              0.1 /* of the step */
#define MISFIT_HEIGHT    0.3
#define UP_PHASES        0.15 /* of the step */
#define OWN_PER_MILLE    8    /* plain reps of one set agree within 2 */
#define HEIGHT_PHASES    0.25 /* of the step: a plain rep comes out within 0.12 of it; who leans, within 0.9 */
#define HEIGHTS_SD       2.0  /* plain reps come out within it in 97 of 100, beside a hand in half */
#define MISFIT_SET       0.8 /* the mean of the reps before: plain sets stay below, two in three beside a finger do not */
#define KNOWN            0.4 /* of the step: where a rep stops being one */
#define KNOWN_SD         3.0
#define BOX_LEAST_M      0.05 /* as a prescription may say it, ... */
#define BOX_MOST_M       1.0  /* ... and what a weight that is not known yet feigns of the highest */
#define MISFIT_PAUSED    1.6 /* a rest on the way down makes a rep long, and sway adds up; its crossings are as sharp */

/* ---- its weight and its way ------------------------------------------------------------------------------------ */

/* The span with the weight that this rep stands still at, where it is not the set's. */
static void find_own_span(struct step_view *view)
{
    const struct step_look *look = view->look;
    int all = look->proven ? ALL : ALL_ROUGHLY;

    step_span_find(&view->span, look->bw_mn, all);
    /* A long push-off has been taken for the weight: by that it ends too soon. */
    int last = look->proven ? view->span.end - 1 : look->buffer->n - 1;
    int64_t level_mn = step_weight_level(look->buffer, view->span.begin, last);
    if (level_mn == ABSENT || level_mn * 100 < look->bw_mn * OWN_LEAST)
        return;
    if (fixed_abs(level_mn - look->bw_mn) * 100 > look->bw_mn * STEP_OWN_PER_CENT)
        step_span_find(&view->span, level_mn, ALL_ROUGHLY);
}

/* How long the lead leg took from half of the weight to all of it. */
static double loads_s(const struct step_view *view)
{
    return (double)(step_view_ns(view, view->span.full) - step_view_ns(view, view->span.begin)) / 1e9;
}

/*
 * A slow push-off also looks like standing still, a few per cent above body weight: the fit knows the weight better, and
 * with it the span is found anew.
 */
static bool fit_from(struct step_view *view, int64_t first_mn, int64_t known_mn, struct step_motion *motion)
{
    const struct step_look *look = view->look;

    for (int round = 0; round < WEIGHT_ROUNDS; round++) {
        const struct step_stretch stretch = {.buffer = look->buffer,
                                             .jolts = &view->jolts,
                                             .path = look->path,
                                             .from = view->span.full,
                                             .to = view->span.last,
                                             .bw_mn = view->span.bw_mn,
                                             .known_mn = known_mn,
                                             .wander_mn = look->wander_mn,
                                             .height_mm = look->height_mm,
                                             .loads_s = loads_s(view)};
        if (!step_path_walk(look->path, &stretch) || !step_land_fit(&stretch, motion) ||
            fixed_abs(motion->bw_mn - first_mn) > first_mn / WEIGHT_PART) {
            step_span_find(&view->span, first_mn, ALL_ROUGHLY);
            return false;
        }
        if (view->span.all == ALL && fixed_abs(motion->bw_mn - view->span.bw_mn) * 1000 <= view->span.bw_mn)
            return true;
        step_span_find(&view->span, motion->bw_mn, ALL);
    }
    return true;
}

/* With the weight of the reps before where this one agrees with it: who leans on a rail weighs another in each. */
static bool fit_with(struct step_view *view, struct step_motion *motion)
{
    const struct step_look *look = view->look;
    int64_t first_mn = view->span.bw_mn;

    if (!fit_from(view, first_mn, ABSENT, motion)) { /* no weight makes a step-up of it: what does the set's? */
        if (!look->proven)
            return false;
        step_span_find(&view->span, look->bw_mn, ALL);
        return fit_from(view, look->bw_mn, look->bw_mn, motion);
    }
    int64_t agrees_per_mille = look->sharp ? AGREES_SHARP : AGREES_PER_MILLE;

    if (!look->proven || fixed_abs(motion->bw_mn - look->bw_mn) * 1000 > look->bw_mn * agrees_per_mille)
        return true;
    return fit_from(view, first_mn, look->bw_mn, motion);
}

static void find_jolts(struct step_view *view)
{
    const struct step_look *look = view->look;
    int from = view->span.begin, to = view->span.end - 1;

    if (look->sharp)
        step_sharp_taps(&view->jolts, look->buffer, from, to, look->bw_mn);
    else
        step_jolts_find(&view->jolts, look->buffer, from, to, look->bw_mn * STEP_JOLT_PER_MILLE / 1000);
}

/*
 * Who gets going within a tenth of a second pushes as shortly as somebody kicks: jolts are taken out only where the rep fits
 * badly with them and much better without.
 */
static bool fit(struct step_view *view, struct step_motion *motion)
{
    struct step_view without = *view;
    struct step_motion other;
    bool fitted = fit_with(view, motion);

    if (fitted && motion->misfit <= MISFIT_JOLTS)
        return true;
    find_jolts(&without);
    if (without.jolts.n == 0 || !fit_with(&without, &other) || (fitted && other.misfit > JOLTS_PART * motion->misfit))
        return fitted;
    *view = without;
    *motion = other;
    return true;
}

static bool wanders(const struct step_look *look)
{
    return step_weight_wanders(look->wander_mn, look->bw_mn);
}

/*
 * It came out at the step's height by what the fit itself says of its uncertainty, and so did the way down by itself: one
 * that comes to nothing agrees with anything. Not where the reps before fitted badly, too.
 */
static bool comes_out(const struct step_look *look, const struct step_motion *motion)
{
    double height_m = (double)look->height_mm / 1000.0;

    return look->habit->misfit <= MISFIT_SET && !wanders(look) &&
           fabs(motion->height_m - height_m) < HEIGHTS_SD * motion->height_sd_m &&
           fabs(motion->down_m - height_m) < HEIGHTS_SD * motion->down_sd_m &&
           fabs(motion->down_m - height_m) < height_m;
}

/*
 * Something else than the body acts, a hand on a rail: the top drifts through the level that ends con, and the crossings'
 * own sd is the fit's and knows nothing of that. The way up by itself tells, and the weight that the rep would have by
 * itself. A clean way of another height is another step's.
 */
static bool strained(const struct step_view *view, const struct step_motion *motion)
{
    const struct step_look *look = view->look;
    double height_m = (double)look->height_mm / 1000.0;
    double off_m = fabs(motion->height_m - height_m), up_off_m = fabs(motion->up_m - height_m);
    bool out = comes_out(look, motion), rests = out && step_verdict_pauses(motion);
    out = out && look->proven;
    bool off = motion->misfit > MISFIT_OFF && !out &&
               (off_m > OFF * height_m + motion->height_sd_m || up_off_m > OFF * height_m + motion->up_sd_m);
    bool wrong = motion->misfit > MISFIT_HEIGHT && !out && off_m > HEIGHT_PHASES * height_m &&
                 !step_verdict_another(motion, height_m);
    bool parts = fabs(motion->up_m - motion->height_m) > UP_PHASES * height_m + motion->up_sd_m;
    bool heavier = look->proven && motion->misfit > MISFIT_HEIGHT &&
                   fixed_abs(view->span.bw_mn - look->bw_mn) * 1000 > look->bw_mn * OWN_PER_MILLE;

    bool agree =
        off_m <= OFF * height_m && up_off_m <= OFF * height_m && fabs(motion->down_m - height_m) <= OFF * height_m;

    if (rests && motion->misfit <= MISFIT_PAUSED)
        return false;
    return motion->misfit > (agree || out ? MISFIT_AGREED : MISFIT_PHASES) || off || wrong || parts || heavier;
}

int64_t step_full_min_ns(const struct dose *dose)
{
    int64_t rep_ns = 0;

    for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
        if (dose->tempo_ms[p] == TEMPO_FREE)
            return STEP_FULL_MIN_NS;
        rep_ns += dose->tempo_ms[p] == TEMPO_ASAP ? STEP_FULL_LEAST_NS / 2 : dose->tempo_ms[p] * NS_PER_MS;
    }
    return rep_ns == 0 ? STEP_FULL_MIN_NS : fixed_clamp(rep_ns / 2, STEP_FULL_LEAST_NS, STEP_FULL_MIN_NS);
}

int64_t step_planned_ns(const struct dose *dose)
{
    int64_t rep_ns = 0;

    for (int p = PHASE_CON; p <= PHASE_ECC; p++) {
        if (dose->tempo_ms[p] < 0)
            return 0;
        rep_ns += dose->tempo_ms[p] * NS_PER_MS;
    }
    return rep_ns;
}

/* ---- together --------------------------------------------------------------------------------------------------- */

static void ends(const struct step_view *view, struct rep_data *rep)
{
    /* Another weight has another half: what belonged to the rep before stays there. */
    rep->start_ns = fixed_max(step_span_cross_ns(&view->span, view->span.begin, step_span_share_mn(&view->span, 50)),
                              view->look->after_ns);
    rep->end_ns = fixed_max(rep->start_ns, step_span_cross_ns(&view->span, view->span.end, view->span.end_mn));
}

/* How long before the first sample that carries everything the box began to: those of a slow converter are far apart. */
static double since_all_s(const struct step_view *view)
{
    const struct step_span *span = &view->span;

    if (span->full <= span->begin)
        return 0.0;
    int64_t all_ns = step_span_cross_ns(span, span->full, step_span_share_mn(span, STEP_LIVE_ALL));
    return (double)(step_view_ns(view, span->full) - all_ns) / 1e9;
}

/* The first weight of a set is what the reps after it are judged by: of a rep that fits, or that stood at that level, too. */
static void learn(const struct step_view *view, const struct step_motion *motion, struct step_found *ret)
{
    int64_t off_mn = fixed_abs(view->span.bw_mn - view->look->bw_mn);
    bool known = view->look->proven || off_mn * 1000 <= view->look->bw_mn * AGREES_PER_MILLE;
    double most = known ? STEP_MISFIT_TAKEN : MISFIT_PHASES;

    if (motion->misfit > most || (motion->lands && !view->look->proven))
        return;
    ret->bw_mn = view->span.bw_mn;
    ret->begin_known = true;
    double since_s = view->look->sharp ? since_all_s(view) : 0.0;
    ret->begin_m_s = motion->begin_m_s;
    if (since_s > 0.0)
        ret->begin_m_s -= since_s * step_live_gains(step_span_force_mn(&view->span, view->span.full), view->span.bw_mn);
    ret->begin_h_m = motion->begin_h_m - since_s * motion->begin_m_s;
}

/*
 * What the set has shown of the step. Nobody changes boxes in mid-set: once a rep is known to have been on the one that is
 * configured, one of another height is the patient's. Until then it may be the box.
 */
static void take_height(const struct step_look *look, const struct step_motion *motion, const struct rep_data *rep,
                        bool alone)
{
    struct step_habit *habit = look->habit;
    double height_m = (double)look->height_mm / 1000.0, off_m = fabs(motion->height_m - height_m);

    habit->at_step = habit->at_step || (alone && off_m + KNOWN_SD * motion->height_sd_m <= KNOWN * height_m);
    if (alone || habit->at_step)
        habit->other_m = 0.0;
    else if ((rep->flags & FLAG_HEIGHT) != 0 && motion->height_m >= BOX_LEAST_M && motion->height_m <= BOX_MOST_M &&
             step_verdict_another(motion, height_m))
        habit->other_m = motion->height_m;
}

/* By the height that it is given. */
static void look_at(const struct step_look *look, struct step_found *ret)
{
    struct step_view view = {.look = look,
                             .span = {.buffer = look->buffer, .after_ns = look->after_ns, .up_ns = look->up_ns}};
    struct step_motion motion = {0};
    struct rep_data *rep = &ret->rep;

    *ret = (struct step_found){.rep = {.outcome = REP_FULL}, .bw_mn = ABSENT};
    step_figures_clear(ret);
    find_own_span(&view);
    bool stood = step_view_ns(&view, view.span.last) - step_view_ns(&view, view.span.full) >= look->full_min_ns;
    bool fitted = stood && !view.span.hole && (!view.span.slow || look->sharp) && !look->others && fit(&view, &motion);
    bool level = fitted && motion.top_s >= TOP_LEVEL_S;
    ret->level_mn = level ? motion.top_mn : ABSENT;
    ret->median_mn = level ? motion.top_median_mn : ABSENT;
    bool whole = step_verdict(&view, &motion, fitted, rep);
    if (fitted && rep->outcome == REP_PARTIAL)
        find_own_span(&view);
    rep->flags |= view.span.hole ? FLAG_GAP : 0u;
    rep->flags |= view.span.slow && !look->sharp ? FLAG_LOW_RATE : 0u;
    rep->flags |= look->others ? FLAG_OTHER_LOAD : 0u;
    rep->flags |= stood && wanders(look) ? FLAG_HAND_SUPPORT : 0u;
    ends(&view, rep);
    bool strange = whole && strained(&view, &motion);
    bool doubted = whole && !strange && step_verdict_doubts(&view, &motion);
    bool alone = whole && !strange && !doubted;
    rep->flags |= doubted ? FLAG_HEIGHT : 0u;
    rep->flags |= strange ? FLAG_HAND_SUPPORT : 0u;
    if (alone) {
        rep->flags |= step_verdict_pauses(&motion) ? FLAG_PAUSE_IN_ECC : 0u;
        step_figures_phases(&view, &motion, ret);
    }
    if (whole) {
        learn(&view, &motion, ret);
    } else if (view.span.slow && !look->others && rep->outcome == REP_FULL) {
        ret->bw_mn = view.span.bw_mn;
    }
    step_figures_sum(&view, rep);
    if (rep->outcome == REP_FULL && fitted)
        step_habit_take_fit(look->habit, &motion);
    ret->hole = view.span.hole || look->others;
    ret->rough = ret->bw_rough = view.span.slow && !look->sharp;
    if (rep->outcome == REP_FULL && !ret->hole)
        step_habit_take_length(look->habit, (double)(rep->end_ns - rep->start_ns) / 1e9);
    if (fitted)
        take_height(look, &motion, rep, alone);
}

/* A whole rep of the height that the set's reps came out at, where no rep has been on the step: the box is another one. */
static void look_other(const struct step_look *look, const struct step_habit *before, struct step_found *ret)
{
    struct step_habit habit = *before;
    struct step_look other = *look;
    struct step_found found;

    other.height_mm = (int32_t)floor(before->other_m * 1000.0 + 0.5);
    other.habit = &habit;
    look_at(&other, &found);
    if (found.rep.outcome != REP_FULL || (found.rep.flags & (FLAG_HEIGHT | FLAG_HAND_SUPPORT)) != 0)
        return;
    habit.at_step = false;
    habit.other_m = before->other_m;
    *look->habit = habit;
    *ret = found;
    ret->rep.flags |= FLAG_HEIGHT;
    for (int p = 0; p < PHASE_COUNT; p++)
        ret->rep.phases[p].src = SRC_NONE;
}

void step_look(const struct step_look *look, struct step_found *ret)
{
    const struct step_habit before = *look->habit;

    look_at(look, ret);
    bool odd = ret->rep.outcome != REP_FULL || (ret->rep.flags & (FLAG_HEIGHT | FLAG_HAND_SUPPORT)) != 0;
    if (before.other_m > 0.0 && odd)
        look_other(look, &before, ret);
}
