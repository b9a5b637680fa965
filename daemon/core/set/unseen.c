/* SPDX-License-Identifier: MIT */
/* See unseen.h. */
#include "daemon/core/set/unseen.h"

#include "daemon/core/detect/live.h"
#include "daemon/core/fixed.h"

static void from(struct unseen *unseen, int64_t t_ns)
{
    unseen->since_ns = unseen->swung_ns = t_ns;
    unseen->swings = 0;
    unseen->turn_mn = unseen->beyond_ns = ABSENT;
    unseen->low_mn = FIXED_FORCE_MAX_MN;
    unseen->high_mn = -FIXED_FORCE_MAX_MN;
}

void unseen_begin(struct unseen *unseen, int64_t cycle_ns)
{
    unseen->n = 0;
    unseen->usual_mn = ABSENT;
    unseen->two_ns = 2 * cycle_ns;
    from(unseen, ABSENT);
}

/* Median: how many of them are smaller decides. */
static int64_t usual_mn(const struct unseen *unseen)
{
    for (int i = 0; i < unseen->n; i++) {
        int below = 0, same = 0;
        for (int j = 0; j < unseen->n; j++) {
            below += unseen->ranges[j] < unseen->ranges[i];
            same += unseen->ranges[j] == unseen->ranges[i];
        }
        if (below <= unseen->n / 2 && below + same > unseen->n / 2)
            return unseen->ranges[i];
    }
    return ABSENT;
}

/* The last UNSEEN_REPS: the oldest goes. */
static void learn(struct unseen *unseen, int64_t range_mn)
{
    if (unseen->n == UNSEEN_REPS) {
        for (int i = 1; i < UNSEEN_REPS; i++)
            unseen->ranges[i - 1] = unseen->ranges[i];
        unseen->n--;
    }
    unseen->ranges[unseen->n++] = range_mn;
    unseen->usual_mn = usual_mn(unseen);
}

void unseen_rep(struct unseen *unseen, int64_t t_ns, bool full)
{
    if (full && unseen->high_mn > unseen->low_mn)
        learn(unseen, unseen->high_mn - unseen->low_mn);
    from(unseen, t_ns);
}

void unseen_away(struct unseen *unseen, int64_t t_ns)
{
    if (unseen->since_ns != ABSENT)
        from(unseen, t_ns);
}

/* The load has turned by so much, for long enough: one more swing. */
static void follow(struct unseen *unseen, int64_t t_ns, int64_t force_mn, int64_t turn_mn)
{
    int64_t sign = unseen->up ? 1 : -1;
    int64_t back_mn;

    if (unseen->turn_mn == ABSENT)
        unseen->turn_mn = force_mn;
    back_mn = sign * (unseen->turn_mn - force_mn);
    if (unseen->beyond_ns == ABSENT || sign * (unseen->far_mn - force_mn) > 0)
        unseen->far_mn = force_mn;
    if (live_dwell(&unseen->beyond_ns, back_mn >= turn_mn, t_ns, UNSEEN_DWELL_NS)) {
        unseen->up = !unseen->up;
        unseen->turn_mn = unseen->far_mn;
        unseen->beyond_ns = ABSENT;
        unseen->swings++;
        unseen->swung_ns = t_ns;
    } else if (back_mn < 0) {
        unseen->turn_mn = force_mn;
    }
}

bool unseen_sample(struct unseen *unseen, const struct sample *sample)
{
    int64_t force_mn = fixed_force(sample->force_mn);

    unseen->low_mn = fixed_min(unseen->low_mn, force_mn);
    unseen->high_mn = fixed_max(unseen->high_mn, force_mn);
    if (unseen->usual_mn == ABSENT || unseen->since_ns == ABSENT)
        return false;
    follow(unseen, sample->t_ns, force_mn, unseen->usual_mn * UNSEEN_TURN_PCT / 100);
    int64_t past_ns = sample->t_ns - unseen->since_ns, still_ns = sample->t_ns - unseen->swung_ns;
    if (still_ns > fixed_max(UNSEEN_NS, unseen->two_ns))
        from(unseen, sample->t_ns); /* no cue of a rest has been followed */
    if (past_ns < unseen->two_ns || still_ns > unseen->two_ns / 2)
        return false; /* who stands still by now does not go on */
    return unseen->swings >= (past_ns < UNSEEN_NS ? UNSEEN_MANY : UNSEEN_SWINGS);
}
