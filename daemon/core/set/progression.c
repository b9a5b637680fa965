/* SPDX-License-Identifier: MIT */
/* See progression.h. */
#include "daemon/core/set/progression.h"

#include <string.h>

#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

#define TEMPO_WELL_PCT 80

static struct course *course_of(struct core *core)
{
    return &core->slots[core->session.slot].held.course;
}

static void begin_anew(struct course *course, int item)
{
    course->good[item] = course->judged[item] = 0;
}

void progression_begin(struct core *core)
{
    core->session.pain = (struct pain_seen){.worst = -1};
}

/* Out of the slot until the session is done: one that is cut off by the power leaves no row behind. */
void progression_first_set(struct core *core)
{
    struct course *course = course_of(core);

    core->session.course = core->session.pain.next_day_well ? *course : (struct course){0};
    *course = (struct course){0};
}

/* ---- what is suggested -------------------------------------------------------------------------------------------- */

static bool find_next(const struct core *core, const struct rx_item *item, struct progression_data *ret)
{
    const struct exercise *from = &core->exercises[item->exercise];

    if (item->variation != 0 || from->next[0] == '\0')
        return false;
    text_copy(ret->from.exercise, NAME_LEN, from->id);
    text_copy(ret->from.variation, NAME_LEN, from->variations[0].id);
    for (int i = 1; i < from->variation_count; i++)
        if (strcmp(from->variations[i].id, from->next) == 0) {
            text_copy(ret->to.exercise, NAME_LEN, from->id);
            text_copy(ret->to.variation, NAME_LEN, from->next);
            return true;
        }
    for (int i = 0; i < core->exercise_count; i++)
        if (strcmp(core->exercises[i].id, from->next) == 0) {
            text_copy(ret->to.exercise, NAME_LEN, from->next);
            text_copy(ret->to.variation, NAME_LEN, core->exercises[i].variations[0].id);
            return true;
        }
    return false;
}

static void suggest(struct core *core, int item, int64_t t_ns)
{
    struct course *course = course_of(core);
    struct progression_data data = {.item = item + 1};
    int judged = course->judged[item];

    begin_anew(course, item);
    if (!find_next(core, &session_rx(core)->items[item], &data))
        return;
    data.basis = plan_basis(judged, COURSE_SESSIONS - judged);
    out_event(core, EVENT_PROGRESSION_SUGGESTED, SCOPE_SESSION, t_ns)->u.progression = data;
}

static void next_day(struct core *core, int score, int64_t t_ns)
{
    const struct prescription *rx = session_rx(core);
    struct course *course = course_of(core);

    if (score < 0 || score > rx->pain_limit || score > course->pain) {
        *course = (struct course){0};
        return;
    }
    core->session.pain.next_day_well = true;
    for (int i = 0; i < rx->item_count; i++)
        if (course->good[i] >= COURSE_SESSIONS)
            suggest(core, i, t_ns);
}

/* ---- how the session at hand goes --------------------------------------------------------------------------------- */

void progression_pain(struct core *core, enum pain_when when, int score, int64_t t_ns)
{
    struct pain_seen *seen = &core->session.pain;

    seen->missing |= score < 0;
    switch (when) {
    case PAIN_NEXT_DAY: next_day(core, score, t_ns); break;
    case PAIN_SET:
    case PAIN_ITEM:
    case PAIN_AFTER: seen->worst = score > seen->worst ? score : seen->worst; break;
    case PAIN_BEFORE:
    case PAIN_WHEN_COUNT: break;
    }
}

/* Reps at reps_max of every set, or all holds, on every side. */
static int64_t prescribed_max(const struct rx_item *item, bool hold)
{
    int64_t sum = 0;
    int min, max;

    for (int set = 0; set < plan_sets(item); set++) {
        plan_reps(item, hold, set, &min, &max);
        sum += max;
    }
    return sum * rx_item_sides(item);
}

static bool went_well(const struct core *core, int item)
{
    const struct rx_item *at = &session_rx(core)->items[item];
    const struct item_progress *done = &core->session.progress.items[item];

    return done->counted >= prescribed_max(at, core->exercises[at->exercise].hold) &&
           (done->tempo_n < TEMPO_JUDGED_MIN || 100 * done->tempo_ok >= TEMPO_WELL_PCT * done->tempo_n);
}

void progression_end(struct core *core, enum session_reason reason)
{
    const struct pain_seen *seen = &core->session.pain;
    struct course *course = course_of(core);

    if (!core->session.was_set || reason != SESSION_DONE || seen->missing || seen->worst < 0)
        return;
    *course = core->session.course;
    course->pain = seen->worst;
    for (int i = 0; i < ITEM_MAX; i++) {
        if (i >= session_rx(core)->item_count || !went_well(core, i)) {
            begin_anew(course, i);
        } else if (course->good[i] < COURSE_SESSIONS) {
            course->good[i]++;
            course->judged[i] += core->session.progress.items[i].tempo_n >= TEMPO_JUDGED_MIN;
        }
    }
}

/* ---- a new prescription ------------------------------------------------------------------------------------------- */

/* The same work: what is rested, asked or cued between may differ. */
static bool same_work(const struct rx_item *a, const struct rx_item *b)
{
    const struct dose *p = &a->dose, *q = &b->dose;
    bool same =
        a->exercise == b->exercise && a->variation == b->variation && a->setup == b->setup && a->side == b->side;

    same = same && p->sets == q->sets && p->sets_reps_count == q->sets_reps_count && p->reps_max == q->reps_max;
    same = same && memcmp(p->sets_reps, q->sets_reps, sizeof(p->sets_reps)) == 0;
    same = same && memcmp(p->tempo_ms, q->tempo_ms, sizeof(p->tempo_ms)) == 0 && p->load_g == q->load_g;
    same = same && p->holds == q->holds && p->hold_ms == q->hold_ms && p->step_height_mm == q->step_height_mm;
    same = same && p->target.kind == q->target.kind && p->target.value_milli == q->target.value_milli;
    return same && strcmp(p->band, q->band) == 0;
}

void progression_carry(const struct prescription *from, const struct prescription *to, struct course *course)
{
    if (strcmp(from->patient, to->patient) != 0) {
        *course = (struct course){0};
        return;
    }
    for (int i = 0; i < ITEM_MAX; i++)
        if (i >= from->item_count || i >= to->item_count || !same_work(&from->items[i], &to->items[i]))
            begin_anew(course, i);
}
