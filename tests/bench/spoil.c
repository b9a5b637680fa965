/* SPDX-License-Identifier: MIT */
/*
 * Stations that measure a little worse, for a gate that has to notice: what was published is made wrong in one way before
 * it is judged. A tenth of a second here and a rep there: less would not matter to a therapist.
 */
#include "tests/bench/spoil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPOIL_NS      (100 * NS_PER_MS)
#define SPOIL_ECC_NS  (50 * NS_PER_MS)
#define SPOIL_LIVE_NS (200 * NS_PER_MS)
#define FLICKER_NS    (500 * NS_PER_MS)
#define FLICKER_IN    5  /* live changes: one of them is taken back for that long once it has stood for as long */
#define LOST_ONE_IN   50 /* reps */
#define SILENT_ONE_IN 5  /* sessions */
#define MUTE_ONE_IN   5  /* reps: without their way down */

static const struct {
    const char *name, *about;
} ways[SPOIL_COUNT] = {
    [SPOIL_NOTHING] = {"nothing", "as it is"},
    [SPOIL_ECC] = {"ecc", "ways down 0.05 s longer"},
    [SPOIL_MOVE] = {"move", "move_s 0.1 s longer"},
    [SPOIL_TUT] = {"tut", "time under tension 0.1 s longer"},
    [SPOIL_HOLD] = {"hold", "holds 0.1 s longer"},
    [SPOIL_LOST] = {"lost", "one counted rep in fifty lost"},
    [SPOIL_MUTED] = {"muted", "one way down in five withheld"},
    [SPOIL_SD] = {"sd", "sd_s half as large"},
    [SPOIL_LIVE] = {"live", "live changes 0.2 s late"},
    [SPOIL_FLICKER] = {"flicker", "one live change in five taken back for half a second"},
    [SPOIL_SILENT] = {"silent", "one session in five without live phases"},
    [SPOIL_TOLD] = {"told", "reps told 0.1 s late"},
    [SPOIL_CLAIMED] = {"claimed", "one cue of the run passed off as measured"},
};

static void later(int64_t *ns, int64_t by_ns)
{
    if (*ns != ABSENT)
        *ns += by_ns;
}

/* A phase that the station says something of. */
static void spoil_phase(enum spoil how, int nth, enum phase phase, struct phase_time *time)
{
    if (how == SPOIL_MOVE)
        later(&time->move_ns, SPOIL_NS);
    else if (how == SPOIL_SD && time->sd_ns != ABSENT)
        time->sd_ns /= 2;
    else if (how == SPOIL_ECC && phase == PHASE_ECC)
        time->dur_ns += SPOIL_ECC_NS;
    else if (how == SPOIL_MUTED && phase == PHASE_ECC && nth % MUTE_ONE_IN == 0)
        time->src = SRC_NONE;
}

/* Only where physics does not allow it: the first time of all. */
static void claim(struct spoiler *spoiler, const struct bench_session *session, struct rep_data *rep)
{
    for (int p = 0; p < PHASE_COUNT; p++)
        if (!spoiler->claimed && rep->phases[p].src == SRC_CUE && (session->setup->phases & 1u << p) == 0) {
            rep->phases[p].src = SRC_LOAD;
            spoiler->claimed = true;
        }
}

static void spoil_rep(struct spoiler *spoiler, const struct bench_session *session, struct seen_rep *rep)
{
    spoiler->reps++;
    for (int p = 0; p < PHASE_COUNT; p++) {
        struct phase_time *time = &rep->data.phases[p];
        if (time->src != SRC_NONE && time->src != SRC_CUE)
            spoil_phase(spoiler->how, spoiler->reps, (enum phase)p, time);
    }
    if (spoiler->how == SPOIL_CLAIMED)
        claim(spoiler, session, &rep->data);
    if (spoiler->how == SPOIL_TUT)
        later(&rep->data.tut_ns, SPOIL_NS);
    if (spoiler->how == SPOIL_TOLD)
        later(&rep->told_ns, SPOIL_NS);
}

static void lose(struct watch *watch, int i)
{
    memmove(&watch->rep[i], &watch->rep[i + 1], (size_t)(--watch->reps - i) * sizeof watch->rep[0]);
}

/* The change before it and itself once more, where they fit in before the next one. */
static void flicker(struct watch *watch, int i)
{
    struct live_change *change = &watch->change[i];
    if (watch->changes > WATCH_MAX - 2 || change->at_ns - change[-1].at_ns < FLICKER_NS ||
        change[1].at_ns - change->at_ns < 3 * FLICKER_NS)
        return;
    memmove(&change[3], &change[1], (size_t)(watch->changes - i - 1) * sizeof *change);
    watch->changes += 2;
    change[1] = change[-1];
    change[2] = *change;
    change[1].at_ns = change->at_ns + FLICKER_NS;
    change[2].at_ns = change->at_ns + 2 * FLICKER_NS;
}

static void spoil_watch(struct spoiler *spoiler, const struct bench_session *session, struct watch *watch)
{
    for (int i = 0; i < watch->reps; i++)
        spoil_rep(spoiler, session, &watch->rep[i]);
    for (int i = watch->reps - 1; spoiler->how == SPOIL_LOST && i >= 0; i--)
        if (watch->rep[i].data.outcome == REP_FULL && (spoiler->reps + i) % LOST_ONE_IN == 0)
            lose(watch, i);
    for (int i = 0; spoiler->how == SPOIL_HOLD && i < watch->holds; i++)
        watch->hold[i].data.held_ns += SPOIL_NS;
    for (int i = 0; spoiler->how == SPOIL_LIVE && i < watch->changes; i++)
        watch->change[i].at_ns += SPOIL_LIVE_NS;
    if (spoiler->sessions++ % SILENT_ONE_IN == 0 && spoiler->how == SPOIL_SILENT)
        watch->changes = 0;
    for (int i = watch->changes - 2; spoiler->how == SPOIL_FLICKER && i > 0; i--)
        if (i % FLICKER_IN == 0)
            flicker(watch, i);
}

void spoil_take(void *self, const struct bench_session *session, const struct watch *watch)
{
    struct spoilt *spoilt = self;
    for (int k = 0; k < SPOIL_COUNT; k++) {
        spoilt->watch = *watch;
        spoil_watch(&spoilt->spoiler[k], session, &spoilt->watch);
        judge_session(rows_find(&spoilt->rows[k], session->row, session->setup->counted), session, &spoilt->watch);
    }
}

int spoil_compare(struct spoilt *spoilt, const char *recorded, const struct still *still)
{
    int unseen = 0, r = 0;
    for (int k = 0; k < SPOIL_COUNT && r >= 0; k++) {
        printf("== %s: %s\n", ways[k].name, ways[k].about);
        r = recorded_compare(recorded, &spoilt->rows[k], still);
        if (k != SPOIL_NOTHING && r == 0) {
            printf("NOT SEEN  %s\n", ways[k].name);
            unseen++;
        }
        rows_clear(&spoilt->rows[k]);
    }
    return r < 0 ? r : unseen > 0;
}

struct spoilt *spoil_new(void)
{
    struct spoilt *spoilt = calloc(1, sizeof *spoilt);
    if (spoilt == NULL)
        abort();
    for (int k = 0; k < SPOIL_COUNT; k++)
        spoilt->spoiler[k].how = (enum spoil)k;
    return spoilt;
}
