/* SPDX-License-Identifier: MIT */
/*
 * When a harder variation is suggested to the therapist. Never applied; the rule (PROGRESSION_RULE in event.h):
 *
 *   a session in which an item went well:  every set of it, on every side, at reps_max (every hold full), counted in this
 *       session alone; its tempo adherence >= 80 % where at least TEMPO_JUDGED_MIN phases were judged; the session done;
 *       every pain question answered, at least one of them after work had begun, none above the limit
 *   and well on the next day, too:         the next session asks `next_day`, and the answer is within the limit and no
 *       higher than the worst of that session; no question or no answer: the row begins anew
 *   two of these in a row:                 progression_suggested, behind that answer; then the row begins anew
 *
 * From the exercise's first variation to what its file names as `next`: a variation of its own, or another exercise in its
 * first variation. An item that is prescribed as something else already has no suggestion. A new rev keeps the rows of
 * items that stay as they were. basis: the tempo was judged in both sessions (measured), in one (mixed), in none (cued).
 */
#ifndef GYMSTATION_CORE_PROGRESSION_H
#define GYMSTATION_CORE_PROGRESSION_H

#include "gymstation/course.h"
#include "gymstation/event.h"

struct core;

/* What the pain questions of the session at hand have said. Zero is not a beginning: progression_begin(). */
struct pain_seen {
    int32_t worst;      /* since work began, or -1 */
    bool missing;       /* a question has had no answer */
    bool next_day_well; /* answered: within the limit, and no higher than in the session before */
};

void progression_begin(struct core *core);     /* a session begins */
void progression_first_set(struct core *core); /* it has reached its first set */
void progression_pain(struct core *core, enum pain_when when, int score, int64_t t_ns); /* score -1: no answer */
void progression_end(struct core *core, enum session_reason reason);
/* What stays of the rows of `from` under the prescription `to`. */
void progression_carry(const struct prescription *from, const struct prescription *to, struct course *course);

#endif
