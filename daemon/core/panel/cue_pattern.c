/* SPDX-License-Identifier: MIT */
/*
 * The tones of every cue; README and the manual list them for people.
 *
 * A light stays on for 0.5 s at least, so tones that shall be counted by eye are 0.7 s apart or more. Countdown: three
 * equal tones and a longer, higher one (physics.md, section 9).
 */
#include "daemon/core/panel/cue_pattern.h"

#include "gymstation/input.h"

#define COUNT_STEP_MS   750  /* of tones to be counted */
#define READ_BACK_MS    2800 /* the number is taken 3 s after it began to be read back: ten tones have to fit */
#define SETUP_LONG_MS   450
#define SETUP_STEP_MS   900
#define SETUP_SHORT_MS  120
#define IDENTIFY_BLINKS 10
#define PARTS_0(...)    .parts[0] = {__VA_ARGS__}
#define PARTS_1(...)    .parts[1] = {__VA_ARGS__}
#define LOW             false
#define HIGH            true

/* As slow as the time allows, so that small numbers can be counted by eye as well. */
static struct cue_part counted(int n)
{
    int step_ms = n > 0 ? READ_BACK_MS / n : 0;

    return (struct cue_part){n, 120, step_ms < COUNT_STEP_MS ? step_ms : COUNT_STEP_MS, HIGH};
}

static struct cue_part question(int kind)
{
    switch ((enum question_kind)kind) {
    case QUESTION_PAIN: return (struct cue_part){2, 120, COUNT_STEP_MS, HIGH};
    case QUESTION_EFFORT: return (struct cue_part){3, 120, COUNT_STEP_MS, HIGH};
    case QUESTION_CONFIRM: return (struct cue_part){4, 120, COUNT_STEP_MS, HIGH};
    }
    return (struct cue_part){0};
}

/* Item number in long tones, then one short for the left, two for the right. */
static void setup_pattern(const struct cue *cue, struct cue_pattern *ret)
{
    int shorts = cue->side == SIDE_LEFT ? 1 : cue->side == SIDE_RIGHT ? 2 : 0;

    *ret = (struct cue_pattern){PARTS_0(cue->arg, SETUP_LONG_MS, SETUP_STEP_MS, LOW)};
    ret->parts[1] = (struct cue_part){shorts, SETUP_SHORT_MS, COUNT_STEP_MS, HIGH};
}

/* A nought is one long, low tone. */
static void number_pattern(const struct cue *cue, struct cue_part some, struct cue_pattern *ret)
{
    *ret = (struct cue_pattern){PARTS_0(1, 800, 0, LOW)};
    if (cue->arg > 0)
        ret->parts[0] = some;
}

void cue_pattern(const struct cue *cue, struct cue_pattern *ret)
{
    static const struct cue_pattern fixed[CUE_COUNT] = {
        [CUE_COUNTDOWN] = {PARTS_0(1, 150, 0, LOW)},
        [CUE_GO] = {PARTS_0(1, 600, 0, HIGH)},
        [CUE_TICK] = {PARTS_0(1, 40, 0, LOW)},
        [CUE_PHASE] = {PARTS_0(1, 120, 0, HIGH)},
        [CUE_LAST] = {PARTS_0(1, 150, 0, LOW)},
        [CUE_HOLD] = {PARTS_0(1, 600, 0, HIGH)},
        [CUE_RELAX] = {PARTS_0(1, 800, 0, LOW)},
        [CUE_SET_DONE] = {PARTS_0(1, 200, COUNT_STEP_MS, LOW), PARTS_1(1, 600, 0, HIGH)},
        [CUE_PRESS] = {PARTS_0(1, 80, 0, HIGH)},
        [CUE_REFUSED] = {PARTS_0(1, 300, 0, LOW), .alert = true},
        [CUE_STOPPED] = {PARTS_0(1, 700, 0, LOW), .alert = true},
        [CUE_CALL] = {PARTS_0(3, 400, 1000, HIGH), .alert = true},
        [CUE_SESSION_DONE] = {PARTS_0(2, 200, COUNT_STEP_MS, LOW), PARTS_1(1, 800, 0, HIGH)},
        [CUE_FAULT] = {PARTS_0(2, 500, 1000, LOW), .alert = true},
        [CUE_IDENTIFY] = {PARTS_0(IDENTIFY_BLINKS, 150, 1000, HIGH), .alert = true},
    };

    switch (cue->kind) {
    case CUE_SETUP: setup_pattern(cue, ret); break;
    case CUE_ASK: *ret = (struct cue_pattern){.parts[0] = question(cue->arg)}; break;
    case CUE_ENTRY: number_pattern(cue, (struct cue_part){1, 80, 0, HIGH}, ret); break;
    case CUE_READ_BACK: number_pattern(cue, counted(cue->arg), ret); break;
    case CUE_COUNTDOWN:
    case CUE_GO:
    case CUE_TICK:
    case CUE_PHASE:
    case CUE_LAST:
    case CUE_HOLD:
    case CUE_RELAX:
    case CUE_SET_DONE:
    case CUE_PRESS:
    case CUE_REFUSED:
    case CUE_STOPPED:
    case CUE_CALL:
    case CUE_SESSION_DONE:
    case CUE_FAULT:
    case CUE_IDENTIFY: *ret = fixed[cue->kind]; break;
    case CUE_COUNT: *ret = (struct cue_pattern){0}; break;
    }
}

bool cue_is_rhythm(enum cue_kind kind)
{
    switch (kind) {
    case CUE_COUNTDOWN:
    case CUE_GO:
    case CUE_TICK:
    case CUE_PHASE:
    case CUE_LAST:
    case CUE_HOLD:
    case CUE_RELAX: return true;
    case CUE_SET_DONE:
    case CUE_SETUP:
    case CUE_ASK:
    case CUE_ENTRY:
    case CUE_READ_BACK:
    case CUE_PRESS:
    case CUE_REFUSED:
    case CUE_STOPPED:
    case CUE_CALL:
    case CUE_SESSION_DONE:
    case CUE_FAULT:
    case CUE_IDENTIFY:
    case CUE_COUNT: break;
    }
    return false;
}
