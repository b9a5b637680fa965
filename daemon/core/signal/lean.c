/* SPDX-License-Identifier: MIT */
/* Leaning against touching, by the still parts of reps; lean.h has the rules. */
#include "daemon/core/signal/lean.h"

#include "daemon/core/decay.h"
#include <math.h>

#include "daemon/core/fixed.h"
#include "daemon/core/logarithm.h"

#define UNKNOWN_VAR 1e6 /* of a top's level before any is seen, N^2 */

struct still {
    double n; /* mean above the rest level, N */
    int64_t t_ns;
    double var; /* of what sway leaves in it */
    bool top;
};

/* The rest level was taken with the hand where it was: nothing shows of it at first, and as much again later. */
static void filter_begin(struct lean_filter *filter, double sd_n)
{
    double var = sd_n * sd_n;

    *filter = (struct lean_filter){.sd_n = sd_n};
    filter->p[LEAN_AT_HAND][LEAN_AT_HAND] = filter->p[LEAN_AT_REST][LEAN_AT_REST] = var;
    filter->p[LEAN_AT_HAND][LEAN_AT_REST] = filter->p[LEAN_AT_REST][LEAN_AT_HAND] = var;
}

static void filters_begin(struct lean *lean)
{
    filter_begin(&lean->leans, LEAN_SD_N);
    filter_begin(&lean->touches, LEAN_TOUCH_N);
    filter_begin(&lean->none, LEAN_NONE_N);
}

void lean_begin(struct lean *lean)
{
    *lean = (struct lean){0};
    filters_begin(lean);
}

void lean_begin_anew(struct lean *lean)
{
    struct lean_filter *filters[] = {&lean->leans, &lean->touches, &lean->none};

    lean_begin(lean);
    for (int i = 0; i < 3; i++)
        filters[i]->p[LEAN_AT_REST][LEAN_AT_REST] += LEAN_ANEW_N * LEAN_ANEW_N;
}

static void filter_wait(struct lean_filter *filter, double s)
{
    double a = decay(s / LEAN_TAU_S), *of_hand = filter->p[LEAN_AT_HAND];

    filter->x[LEAN_AT_HAND] *= a;
    for (int i = 0; i < LEAN_STATES; i++) {
        of_hand[i] *= a;
        filter->p[i][LEAN_AT_HAND] *= a;
    }
    of_hand[LEAN_AT_HAND] += filter->sd_n * filter->sd_n * (1.0 - a * a);
}

/* The next rep's top is much like the last one's; of the first nothing is known. */
static void filter_top(struct lean_filter *filter, double step_n)
{
    double *var = &filter->p[LEAN_AT_TOP][LEAN_AT_TOP];

    if (*var <= 0.0)
        *var = UNKNOWN_VAR;
    else
        *var += step_n * step_n;
}

struct surprise {
    double n, var; /* seen less expected; its variance */
};

/* Row i of the covariance, times what is seen of each state: the hand less where it was at rest, and the top. */
static double seen_of(const double *row, const struct still *still)
{
    return row[LEAN_AT_HAND] - row[LEAN_AT_REST] + (still->top ? row[LEAN_AT_TOP] : 0.0);
}

static struct surprise filter_expects(const struct lean_filter *filter, const struct still *still)
{
    double ph[LEAN_STATES];

    for (int i = 0; i < LEAN_STATES; i++)
        ph[i] = seen_of(filter->p[i], still);
    return (struct surprise){still->n - seen_of(filter->x, still), seen_of(ph, still) + still->var};
}

static void filter_sees(struct lean_filter *filter, const struct still *still, const struct surprise *surprise)
{
    double ph[LEAN_STATES];

    for (int i = 0; i < LEAN_STATES; i++)
        ph[i] = seen_of(filter->p[i], still);
    for (int i = 0; i < LEAN_STATES; i++) {
        filter->x[i] += ph[i] / surprise->var * surprise->n;
        for (int k = 0; k < LEAN_STATES; k++)
            filter->p[i][k] -= ph[i] * ph[k] / surprise->var;
    }
}

static double square_of(const struct surprise *surprise)
{
    double square = surprise->n * surprise->n / surprise->var;

    return square < LEAN_SURPRISE ? square : LEAN_SURPRISE;
}

/* Logarithm of the likelihood ratio of the wider one to the narrower. */
static double more_likely(const struct surprise *wide, const struct surprise *narrow)
{
    return 0.5 * (square_of(narrow) - square_of(wide) - logarithm(wide->var / narrow->var));
}

/* step_n: the first mean of a top may lie so far from the top before, N; else 0. */
static void take(struct lean *lean, struct still *still, double step_n)
{
    bool unknown = still->top && lean->leans.p[LEAN_AT_TOP][LEAN_AT_TOP] <= 0.0;

    if (lean->begun) {
        double s = (double)(still->t_ns - lean->last_ns) / 1e9;
        filter_wait(&lean->leans, s);
        filter_wait(&lean->touches, s);
        filter_wait(&lean->none, s);
    }
    lean->begun = true;
    lean->last_ns = still->t_ns;
    if (step_n > 0.0) {
        filter_top(&lean->leans, step_n);
        filter_top(&lean->touches, step_n);
        filter_top(&lean->none, step_n);
    }
    still->n -= lean->base_n;
    struct surprise as_lean = filter_expects(&lean->leans, still), as_touch = filter_expects(&lean->touches, still),
                    as_none = filter_expects(&lean->none, still);
    if (!unknown && fabs(as_lean.n) > LEAN_OTHERS_N) { /* others: nothing is learnt but where the level is */
        lean->base_n += still->n;
        filters_begin(lean);
        return;
    }
    if (!unknown) {
        lean->ratio += more_likely(&as_lean, &as_touch);
        lean->touch_ratio += more_likely(&as_touch, &as_none);
    }
    if (!unknown && as_touch.n * as_touch.n > LEAN_STEP * LEAN_STEP * as_touch.var) { /* no finger does that */
        lean->ratio = lean->ratio < 0.0 ? 0.0 : lean->ratio;                          /* what spoke for one is past */
        lean->stepped = LEAN_STEP_REPS;
    }
    filter_sees(&lean->leans, still, &as_lean);
    filter_sees(&lean->touches, still, &as_touch);
    filter_sees(&lean->none, still, &as_none);
}

static double sway_n(const struct lean_rep *rep)
{
    double least = (double)rep->rest_mn * LEAN_SWAY_PER_MILLE / 1e6, noise = (double)rep->noise_mn / 1000.0;

    return noise > least ? noise : least;
}

/* A converter at 10 SPS averages over 0.4 s: means of 0.25 s would know of each other. */
static int64_t block_ns(const struct lean_rep *rep)
{
    int64_t rep_ns = rep->top_end_ns - rep->bottom_ns;
    int n = rep_buffer_find(rep->buffer, rep->top_end_ns) - rep_buffer_find(rep->buffer, rep->bottom_ns);

    return rep_ns > n * LEAN_SLOW_NS ? 2 * LEAN_BLOCK_NS : LEAN_BLOCK_NS;
}

/* The mean from from_ns on; false: too few samples, or a knock. */
static bool mean(const struct lean_rep *rep, int64_t from_ns, int64_t dur_ns, struct still *ret)
{
    const struct rep_buffer *buffer = rep->buffer;
    int from = rep_buffer_find(buffer, from_ns), to = rep_buffer_find(buffer, from_ns + dur_ns);
    int64_t sum = 0, least = INT64_MAX, most = INT64_MIN;
    double sway = sway_n(rep), tail = (double)rep->amp_mn * (rep->quick ? LEAN_TAIL_QUICK : LEAN_TAIL_PART) / 1000.0;

    for (int i = from; i < to; i++) {
        int64_t f_mn = rep_buffer_at(buffer, i)->force_mn;
        sum += f_mn;
        least = fixed_min(least, f_mn);
        most = fixed_max(most, f_mn);
    }
    if (to - from < 2 || (double)(most - least) / 1000.0 > LEAN_KNOCK_SD * sway + LEAN_KNOCK_N)
        return false;
    ret->t_ns = from_ns + dur_ns / 2;
    ret->n = ((double)sum / (to - from) - (double)rep->rest_mn) / 1000.0;
    ret->var = LEAN_SWAY_PART * LEAN_SWAY_PART * sway * sway * LEAN_BLOCK_NS / (double)dur_ns + tail * tail;
    return true;
}

static int take_part(struct lean *lean, const struct lean_rep *rep, int64_t from_ns, int64_t to_ns, bool top)
{
    int64_t dur_ns = block_ns(rep);

    if (rep->quick && to_ns - from_ns < dur_ns && to_ns - from_ns >= LEAN_QUICK_NS)
        dur_ns = to_ns - from_ns;
    double step_n = (double)rep->amp_mn * LEAN_TOP_PART / 1000.0;
    int n = 0;

    for (; from_ns <= to_ns - dur_ns; from_ns += dur_ns) {
        struct still still = {.top = top};
        if (!mean(rep, from_ns, dur_ns, &still))
            continue;
        take(lean, &still, top && n == 0 ? step_n : 0.0);
        n++;
    }
    return n;
}

/* How sure it has to be: whoever leans shows a hand, and hardly comes so far with none to be seen. */
static double sure(const struct lean *lean)
{
    return lean->touch_ratio < 0.0 ? LEAN_SURE_NONE : LEAN_SURE;
}

void lean_take(struct lean *lean, const struct lean_rep *rep)
{
    if (lean->stepped > 0)
        lean->stepped = rep->uneven > 0 ? LEAN_STEP_REPS : lean->stepped - 1;
    take_part(lean, rep, rep->bottom_ns, rep->bottom_end_ns, false);
    take_part(lean, rep, rep->top_ns, rep->top_end_ns, true);
    if (rep->quick && lean->ratio > LEAN_QUICK_MOST) /* a curve that is wrong looks like a hand */
        lean->ratio = LEAN_QUICK_MOST;
    if (lean->ratio < 0.0)
        lean->ratio = lean->ratio < -LEAN_UNEVEN * rep->uneven ? lean->ratio + LEAN_UNEVEN * rep->uneven : 0.0;
    if (lean->ratio < -LEAN_MOST)
        lean->ratio = -LEAN_MOST;
    if (lean->touch_ratio < -LEAN_MOST)
        lean->touch_ratio = -LEAN_MOST;
    if (lean->ratio <= -sure(lean) - LEAN_HALTED * rep->uneven && lean->stepped == 0)
        lean->free = true;
    else if (lean->ratio > -LEAN_SURE / 2.0 || lean->stepped > 0)
        lean->free = false;
}

void lean_doubt(struct lean *lean)
{
    lean->ratio = lean->ratio < 0.0 ? 0.0 : lean->ratio;
    lean->stepped = LEAN_STEP_REPS;
    lean->free = false;
}

void lean_moved(struct lean *lean, int64_t by_mn)
{
    lean->base_n -= (double)by_mn / 1000.0;
}

void lean_wait(struct lean *lean)
{
    if (lean->stepped == 0)
        lean->stepped = 1;
    lean->free = false;
}

bool lean_free(const struct lean *lean)
{
    return lean->free;
}

bool lean_told(const struct lean *lean)
{
    return lean->ratio >= LEAN_SURE;
}

bool lean_hand(const struct lean *lean)
{
    return lean->touch_ratio >= LEAN_HAND;
}

bool lean_likely(const struct lean *lean)
{
    return !lean->begun || lean->ratio > 0.0 || lean_hand(lean);
}

bool lean_unlikely(const struct lean *lean)
{
    return lean->ratio <= -LEAN_UNLIKELY;
}

int64_t lean_hand_mn(const struct lean *lean)
{
    double ratio = lean->touch_ratio - LEAN_TOUCH_PRIOR;
    double against = decay(fabs(ratio)); /* of the less likely one, over the more likely */
    double touch = (ratio > 0.0 ? 1.0 : against) / (1.0 + against);

    return touch < LEAN_HAND_LEAST ? 0 : (int64_t)(LEAN_TOUCH_N * 1000.0 * sqrt(touch));
}
