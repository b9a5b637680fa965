/* SPDX-License-Identifier: MIT */
/* Whether a step-up was one; see step_look.h. */
#include <math.h>

#include "daemon/core/detect/step/step_view.h"
#include "daemon/core/fixed.h"

#define LOW            0.4  /* of the step: a rep that came out at less than 0.6 is a part of one */
#define LOW_WAYS       0.6  /* physics of the count: with less a rep is a part of one */
#define LOW_KNOWN      0.33 /* of what the reps of the set came out at, where that is known: a third is missing */
#define DOWN_WHOLE     0.3
#define BROKEN_SD      2.5
#define HEIGHT_SD      4.0
#define MISFIT_BROKEN  2.1  /* it does not end as a rep does: then the way down decides */
#define MISFIT_CLEAN   0.75 /* partial steps stay below: with more, the height says nothing */
#define MISFIT_SHORT   0.8  /* partial steps stay below, and what a hand does to a whole one in two of a thousand */
#define DOWN_SD        3.0
#define ALL_LOW        0.82 /* of the step: six plain reps in a thousand come out there in all three ways, ... */
#define LOW_SD         3.0  /* ... and hardly any by so much */
#define LOW_USUAL      0.8  /* of what the reps before came out at */
#define OTHER_STEP     0.7  /* of the step: whatever the reps before came out at, it is another one */
#define ANOTHER_LOW    0.25 /* of the step: so far below it in all three ways, ... */
#define ANOTHER_HIGH   0.35 /* ... or above it: who rises only when the box carries everything comes out a tenth higher */
#define ANOTHER_USUAL  0.2 /* of the step: nobody goes to another one in mid-set */
#define ANOTHER_SD     3.0
#define MISFIT_SOON    0.8
#define MISFIT_LEAP    7.0 /* no hand comes near it */
#define UP_SHARP       0.17
#define UP_SURE        0.15 /* of the step: the sd of the way up by itself */
#define MISFIT_TRUSTED 1.2  /* with more it does not end as a rep does */
#define UP_AGREES      0.2  /* of the step */
#define SHORT          0.8
#define SHORTER        0.9 /* where the ways say so, too: a quick way down is not much of a rep */
#define PAUSE_PART     2.5 /* of the time that the rest takes: three tenths of a way take 1.4 of the other three at most */
#define PAUSE_S        0.6
#define PAUSE_SD       2.0
#define LEFT_HALF_WAY  0.65
#define MISFIT_HAND    5.0
#define SETTLED        2.0 /* reps */
#define MISFIT_SETTLED 0.6 /* one plain set in twenty comes out above */
#define MISFIT_CUT     1.0 /* one plain rep in two hundred ... */
#define MISFIT_GROWN   3.0 /* ... and hardly any where the reps before fit so much better */
#define HIGHER         1.2 /* of the step: what reps come out at by a weight wrong by a tenth of a per cent */
#define SHORTER_CUT    0.85
#define NEARLY         0.95 /* where it ended like nothing that a body does */
#define OWN_PACE       0.92 /* reps to a cue differ by less */
#define HARDLY         0.48 /* who goes on at twice the tempo takes half of the time */
#define SHORTEST       0.55 /* of these, where a dumbbell explains that it is unlike them */
#define MISFIT_HEIGHT  0.3  /* two plain reps in three stay below */
#define KICK_AFTER_NS  (300 * NS_PER_MS)
#define KICK_PER_CENT  10 /* of body weight */

static void too_little(struct rep_data *rep)
{
    rep->outcome = REP_PARTIAL;
    rep->flags |= FLAG_HEIGHT;
}

/* In the reps before this one nothing but the body acted, and they came out at one height. */
static bool settled(const struct step_look *look)
{
    return look->habit->fits >= SETTLED && look->habit->misfit <= MISFIT_SETTLED;
}

/* At the height of the step. */
static bool settled_high(const struct step_look *look, double height_m)
{
    return settled(look) && fabs(look->habit->height_m - height_m) <= DOWN_WHOLE * height_m;
}

/*
 * The ways up and down, each by itself from the standing on top, agree on less than 0.6 of the step: together they know the
 * height better than the integral over both, in which sway adds up for longer, and which must not say otherwise.
 */
static bool ways_low(const struct step_motion *motion, double height_m)
{
    double up_var = motion->up_sd_m * motion->up_sd_m, down_var = motion->down_sd_m * motion->down_sd_m;
    double sum = up_var + down_var, apart_m = motion->up_m - motion->down_m;

    if (sum <= 0.0 || apart_m * apart_m > sum)
        return false;
    double mean_m = (motion->up_m * down_var + motion->down_m * up_var) / sum;

    return fabs(motion->height_m - mean_m) <= motion->height_sd_m && mean_m < LOW_WAYS * height_m &&
           height_m - mean_m > HEIGHT_SD * sqrt(up_var * down_var / sum);
}

/* Outside 0.6-1.4 of the step, or of what a whole rep may come out at by its own uncertainty, whichever is wider. */
static bool wrong_height(const struct step_look *look, const struct step_motion *motion, double height_m)
{
    bool high = settled_high(look, height_m);

    /* What the reps of this set came out at; lower half-way only: whoever pushes with the rear leg has climbed before. */
    if (settled(look) && look->habit->height_m < HIGHER * height_m)
        height_m = look->habit->height_m < height_m ? 0.5 * (look->habit->height_m + height_m) : look->habit->height_m;
    double off = motion->height_m - height_m, sure = HEIGHT_SD * motion->height_sd_m;
    double most = (high ? LOW_KNOWN : LOW) * height_m;
    sure = sure > most ? sure : most;
    /* Before that is known, the way down by itself is a whole one. */
    if (look->proven && !high && fabs(motion->down_m - height_m) <= DOWN_WHOLE * height_m)
        return false;
    if (high && ways_low(motion, height_m))
        return true;
    return -off > sure || off - motion->height_sd_m > sure; /* nobody climbs too high: that is the integral's doing */
}

/*
 * It does not end as a step-up does, and the way down by itself is a part of one: left half-way, jumped off the top. A
 * way down that cannot be (up, or more than the step) says that something else acts.
 */
static bool broken_off(const struct step_motion *motion, double height_m)
{
    double most = height_m - BROKEN_SD * motion->down_sd_m;

    most = most < LEFT_HALF_WAY * height_m ? most : LEFT_HALF_WAY * height_m;
    return motion->down_m < most && motion->down_m > -0.4 * height_m;
}

/* Jumped off: neither the set's weight nor one of its own makes sense of it. */
static bool strange_weight(const struct step_view *view, const struct step_motion *motion)
{
    int64_t off_mn = fixed_abs(view->span.bw_mn - view->look->bw_mn);

    return view->look->proven && off_mn * 100 > view->look->bw_mn * STEP_OWN_PER_CENT &&
           motion->unlike > STEP_MISFIT_TAKEN;
}

/* More than the set's: a dumbbell has been put on the box, and the height is nobody's. */
static bool heavier(const struct step_view *view)
{
    const struct step_look *look = view->look;

    return look->proven && (view->span.bw_mn - look->bw_mn) * 100 > look->bw_mn * STEP_OWN_PER_CENT;
}

/* Less than the weight of the set: a lean, unless it rose as far as a step-up does. */
static bool leans(const struct step_view *view, const struct step_motion *motion, bool fitted)
{
    const struct step_look *look = view->look;
    double least_m = 0.6 * (double)look->height_mm / 1000.0;

    if (!look->proven || view->span.bw_mn * 100 >= look->bw_mn * STEP_LEAN_PER_CENT)
        return false;
    return !fitted || motion->height_m < least_m;
}

/* Shorter than so much of the reps before, or of what is prescribed: it was left half-way. */
static bool shorter(const struct step_view *view, double part)
{
    const struct step_look *look = view->look;
    double usual_s = look->habit->reps > 0.0 ? look->habit->rep_s : (double)look->planned_ns / 1e9;

    return (double)(step_view_ns(view, view->span.end - 1) - step_view_ns(view, view->span.begin)) / 1e9 <
           part * usual_s;
}

/* Where the last rep was much shorter than those before it, less than that one, too: at an own pace reps differ. */
static bool shortened(const struct step_view *view, double part)
{
    const struct step_habit *habit = view->look->habit;
    double s = (double)(step_view_ns(view, view->span.end - 1) - step_view_ns(view, view->span.begin)) / 1e9;

    return shorter(view, part) && (habit->last_s > OWN_PACE * habit->rep_s || s < part * habit->last_s);
}

/* Harder than a foot that lands on top (3-6 % BW), and neither the push-off nor the landing: integrated, half of the way. */
static bool kicked(const struct step_view *view, const struct step_motion *motion)
{
    const struct rep_buffer *buffer = view->look->buffer;
    int from = rep_buffer_find(buffer, step_view_ns(view, view->span.full) + KICK_AFTER_NS);
    int to = rep_buffer_find(buffer, step_view_ns(view, view->span.last) - KICK_AFTER_NS);
    struct step_jolts jolts;

    if (motion->misfit <= MISFIT_HEIGHT || from >= to)
        return false;
    step_jolts_find(&jolts, buffer, from, to, view->look->bw_mn * KICK_PER_CENT / 100);
    return jolts.n > view->jolts.n;
}

/* Up and together, by twice what is uncertain of it, and down: each is a part of the way. */
static bool all_less(const struct step_motion *motion, double height_m)
{
    double most = 0.7 * height_m;

    return motion->unlike <= MISFIT_TRUSTED && motion->height_m + 2.0 * motion->height_sd_m < most &&
           motion->up_m + 2.0 * motion->up_sd_m < most && motion->up_m > 0.0 &&
           motion->down_m > -2.0 * motion->down_sd_m && motion->down_m < 0.6 * height_m;
}

/* Up and together not even 0.6 of the way, and the way down says nothing else. */
static bool both_short(const struct step_motion *motion, double height_m)
{
    double most = 0.6 * height_m, more = motion->down_m - motion->height_m;

    return motion->unlike <= MISFIT_SHORT && motion->height_m + motion->height_sd_m < most &&
           motion->up_m + motion->up_sd_m < most && motion->up_m > 0.0 && motion->down_m > 0.0 &&
           motion->down_m < NEARLY * height_m && more < DOWN_SD * motion->down_sd_m;
}

/* A hand has been seen in this set: what it carries now is in no height. */
static bool handed(const struct step_look *look)
{
    return look->habit->fits > 0.0 && look->habit->misfit > MISFIT_TRUSTED;
}

/* The body alone went this way, and both of its ways say so. Nobody climbs higher than the step that is known. */
static bool clean(const struct step_view *view, const struct step_motion *motion, double height_m)
{
    const struct step_look *look = view->look;
    bool sharp = motion->up_sd_m <= UP_SHARP * height_m;
    bool agree = sharp && fabs(motion->up_m - motion->height_m) <= UP_AGREES * height_m;

    agree = agree || (settled_high(look, height_m) && motion->unlike <= MISFIT_SETTLED);

    bool less = settled(look) && (all_less(motion, height_m) || both_short(motion, height_m));

    return ((motion->unlike <= MISFIT_CLEAN && agree) || less) && !(look->proven && motion->height_m > height_m) &&
           !heavier(view) && !kicked(view, motion) && !handed(look);
}

/* All of the way up, beyond doubt. */
static bool went_up(const struct step_motion *motion, double height_m)
{
    return fabs(motion->up_m - height_m) <= UP_SURE * height_m && motion->up_sd_m <= UP_SURE * height_m &&
           motion->unlike > MISFIT_TRUSTED;
}

/* Over too soon, and nothing like the reps before: it was broken off. The sooner the less it has to be unlike them. */
static bool unlike(const struct step_view *view, const struct step_motion *motion)
{
    static const struct {
        double part, misfit, grown;
    } cuts[] = {{SHORT, 0.8, 2.2}, {SHORTER_CUT, MISFIT_CUT, MISFIT_GROWN}, {SHORTER, MISFIT_CUT, 6.0}};
    double least = heavier(view) ? SHORTEST : 1.0;

    if (!settled(view->look))
        return false;
    for (int i = 0; i < 3; i++)
        if (shortened(view, cuts[i].part * least) && motion->unlike > cuts[i].misfit &&
            motion->unlike > cuts[i].grown * view->look->habit->misfit)
            return !kicked(view, motion);
    return false;
}

/* All of the way up and a part of the way down, and both are known well. */
static bool came_half_way(const struct step_motion *motion, double height_m)
{
    return broken_off(motion, height_m) && went_up(motion, height_m) && motion->down_sd_m <= UP_SURE * height_m;
}

/* Something other than the body acts, and yet it is a part of a rep: it was over too soon. */
static bool cut_short(const struct step_view *view, const struct step_motion *motion, double height_m, bool wrong)
{
    bool off = broken_off(motion, height_m);
    bool strange = motion->unlike > MISFIT_BROKEN && (wrong || off || strange_weight(view, motion));

    bool part = motion->unlike > STEP_MISFIT_TAKEN && motion->height_m < LEFT_HALF_WAY * height_m &&
                fabs(motion->height_m - motion->down_m) < UP_SURE * height_m && went_up(motion, height_m);
    bool cut = strange || (off && went_up(motion, height_m));
    bool leapt = motion->unlike > MISFIT_LEAP && !heavier(view) && motion->misfit > MISFIT_TRUSTED;

    bool half = came_half_way(motion, height_m);
    bool hardly = view->look->habit->reps >= SETTLED && shorter(view, HARDLY) && motion->unlike > MISFIT_TRUSTED;

    return leapt || hardly || (shorter(view, SHORT) && cut) || unlike(view, motion) ||
           (shorter(view, SHORTER) && (part || half)) ||
           (shorter(view, NEARLY) && half && motion->unlike > STEP_MISFIT_TAKEN);
}

/* By a weight that a slow converter's means have shown while somebody braked every step-up gains momentum. */
static bool leaps(const struct step_view *view)
{
    bool weighed = view->look->proven || view->look->sharp || !view->span.slow;

    return weighed && step_span_leaps(&view->span);
}

/* Once the length of the set's reps is known: much less is none, and what lasts as long as they do was no jump. */
static bool something_less(const struct step_view *view, const struct step_motion *motion, bool fitted)
{
    bool known = view->look->habit->reps >= SETTLED;

    return (known && !fitted && shorter(view, HARDLY)) || leans(view, motion, fitted) ||
           ((!known || shorter(view, SHORT)) && leaps(view));
}

/*
 * As clean as a rep is, and up, down and together far off the step, on the same side: it was another one. A hand on a rail
 * that makes a step of another height bends what comes before the top in another way than what comes after it.
 */
bool step_verdict_another(const struct step_motion *motion, double height_m)
{
    double off_m = motion->height_m - height_m, side = off_m < 0.0 ? -1.0 : 1.0,
           least_m = (off_m < 0.0 ? ANOTHER_LOW : ANOTHER_HIGH) * height_m;

    return motion->misfit <= STEP_MISFIT_SURE && side * off_m > least_m &&
           side * off_m > ANOTHER_SD * motion->height_sd_m && side * (motion->up_m - height_m) > least_m &&
           side * (motion->down_m - height_m) > least_m;
}

static bool another_step(const struct step_look *look, const struct step_motion *motion, double height_m)
{
    bool usual = settled(look) && fabs(look->habit->height_m - height_m) <= ANOTHER_USUAL * height_m;

    return !usual && step_verdict_another(motion, height_m);
}

bool step_verdict(const struct step_view *view, const struct step_motion *motion, bool fitted, struct rep_data *rep)
{
    const struct step_look *look = view->look;
    bool stood = step_view_ns(view, view->span.last) - step_view_ns(view, view->span.full) >= look->full_min_ns;
    double height_m = (double)look->height_mm / 1000.0;
    bool wrong = fitted && wrong_height(look, motion, height_m);
    bool doubtful = wrong && !clean(view, motion, height_m); /* a hand on a chair: as good as not fitted */

    if (fitted && ((wrong && !doubtful) || cut_short(view, motion, height_m, wrong)))
        too_little(rep);
    else if (!view->span.hole && (!stood || (!look->others && something_less(view, motion, fitted))))
        too_little(rep);
    else if (fitted && (doubtful || motion->unlike > MISFIT_HAND))
        rep->flags |= doubtful && another_step(look, motion, height_m) ? FLAG_HEIGHT : FLAG_HAND_SUPPORT;
    return fitted && !doubtful && rep->outcome == REP_FULL;
}

/* All three ways below such a height, and together beyond what is uncertain of it. */
static bool all_below(const struct step_motion *motion, double most_m, double height_m)
{
    return motion->height_m < most_m && motion->up_m < most_m && motion->down_m < most_m &&
           height_m - motion->height_m > LOW_SD * motion->height_sd_m;
}

bool step_verdict_doubts(const struct step_view *view, const struct step_motion *motion)
{
    double height_m = (double)view->look->height_mm / 1000.0, usual_m = LOW_USUAL * view->look->habit->height_m;
    bool other = all_below(motion, OTHER_STEP * height_m, height_m);
    bool low = settled(view->look) && motion->height_m < usual_m && all_below(motion, ALL_LOW * height_m, height_m);

    return other || low || another_step(view->look, motion, height_m) ||
           (view->look->habit->reps >= SETTLED && shorter(view, SHORT) && motion->misfit > MISFIT_SOON);
}

bool step_verdict_pauses(const struct step_motion *motion)
{
    const struct step_crossing *down = motion->down;

    for (int i = 0; i < STEP_LEVELS; i++)
        if (!down[i].seen)
            return false;
    for (int i = 0; i + 2 < STEP_LEVELS; i++) {
        double here_s = down[i + 2].s - down[i].s, rest_s = down[STEP_LEVELS - 1].s - down[0].s - here_s;
        double sd_s = down[i].sd_s + down[i + 2].sd_s;
        if (here_s > PAUSE_PART * rest_s && here_s - rest_s > PAUSE_S && here_s - rest_s > PAUSE_SD * sd_s)
            return true;
    }
    return false;
}
