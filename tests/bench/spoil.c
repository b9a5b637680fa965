/* SPDX-License-Identifier: MIT */
/*
 * A station that measures a little worse, for a bench that has to notice: what it published is made wrong before it is
 * judged. A tenth of a second here and a rep there: less would not matter to a therapist.
 */
#include "tests/bench/bench.h"

#include <string.h>

#define SPOIL_NS      (100 * NS_PER_MS)
#define SPOIL_LIVE_NS (200 * NS_PER_MS)
#define LOST_ONE_IN   50 /* reps */
#define MUTE_ONE_IN   5  /* reps: without their way down */
#define CLAIMED_IN    50 /* reps by cue */

static void later(int64_t *ns, int64_t by_ns)
{
    if (*ns != ABSENT)
        *ns += by_ns;
}

static void spoil_rep(struct seen_rep *rep, int nth)
{
    for (int p = 0; p < PHASE_COUNT; p++) {
        struct phase_time *phase = &rep->data.phases[p];
        if (phase->src == SRC_CUE && nth % CLAIMED_IN == 0)
            phase->src = SRC_LOAD;
        if (phase->src == SRC_NONE || phase->src == SRC_CUE)
            continue;
        later(&phase->move_ns, SPOIL_NS);
        phase->dur_ns += p == PHASE_ECC ? SPOIL_NS : 0;
        if (p == PHASE_ECC && nth % MUTE_ONE_IN == 0)
            phase->src = SRC_NONE;
    }
    later(&rep->data.tut_ns, SPOIL_NS);
    later(&rep->told_ns, SPOIL_NS);
}

static void lose(struct watch *watch, int i)
{
    memmove(&watch->rep[i], &watch->rep[i + 1], (size_t)(--watch->reps - i) * sizeof watch->rep[0]);
}

void spoil_watch(struct watch *watch)
{
    static int reps; /* of all sessions of a run */
    for (int i = 0; i < watch->reps; i++)
        spoil_rep(&watch->rep[i], ++reps);
    for (int i = watch->reps - 1; i >= 0; i--)
        if (watch->rep[i].data.outcome == REP_FULL && (reps + i) % LOST_ONE_IN == 0)
            lose(watch, i);
    for (int i = 0; i < watch->holds; i++)
        watch->hold[i].data.held_ns += SPOIL_NS;
    for (int i = 0; i < watch->changes; i++)
        watch->change[i].at_ns += SPOIL_LIVE_NS;
}
