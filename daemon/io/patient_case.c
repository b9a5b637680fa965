/* SPDX-License-Identifier: MIT */
/* The oddities: one row of words each, and what is done differently in the hooks that the other parts call. */
#include "daemon/io/patient_parts.h"

#include <string.h>

struct case_row {
    const char *name, *about;
};

static const struct case_row case_rows[PATIENT_CASE_COUNT] = {
    [PATIENT_PLAIN] = {"plain", "does what the station says"},
    [PATIENT_STOPS_MIDSET] = {"stops_midset",
                              "presses stop on top of rep 4 (5 s into a hold) of the first set, goes on"},
    [PATIENT_LEAVES_BOX] = {"leaves_box", "steps off after rep 3 (5 s into a hold) of the first set for 12 s, goes on"},
    [PATIENT_SILENT_AT_7] = {"silent_at_7", "stands still after 7 reps of the first set until it times out, goes on"},
};

const char *patient_case_str(enum patient_case oddity)
{
    return oddity < PATIENT_CASE_COUNT ? case_rows[oddity].name : NULL;
}

const char *patient_case_about(enum patient_case oddity)
{
    return oddity < PATIENT_CASE_COUNT ? case_rows[oddity].about : NULL;
}

bool patient_case_find(const char *name, enum patient_case *ret_oddity)
{
    for (int i = 0; i < PATIENT_CASE_COUNT; i++) {
        if (strcmp(case_rows[i].name, name) == 0) {
            *ret_oddity = (enum patient_case)i;
            return true;
        }
    }
    return false;
}

#define STOP_REP     4
#define STOP_HELD_NS (150 * NS_PER_MS)
#define LEAVE_REP    3
#define AWAY_NS      (12 * NS_PER_S)
#define SILENT_REPS  7
#define INTO_HOLD_NS (5 * NS_PER_S)

static bool first_set(const struct patient *p)
{
    return p->item == 1 && p->set == 1 && p->sessions == 1;
}

static void press_stop(struct patient *p, int64_t at_ns)
{
    p->odd_done = true;
    hands_press(&p->hands, at_ns, STOP_HELD_NS, BUTTON_STOP);
}

static void leave(struct patient *p, int64_t at_ns)
{
    p->odd_done = true;
    p->away_until_ns = at_ns + AWAY_NS;
    behave_dismount(p, at_ns);
}

bool case_moves(const struct patient *p)
{
    if (p->away_until_ns != ABSENT || p->work.done >= p->work.goal)
        return false;
    return !(p->setup.oddity == PATIENT_SILENT_AT_7 && !p->odd_done && first_set(p) && p->work.done >= SILENT_REPS);
}

void case_set_over(struct patient *p)
{
    if (p->setup.oddity == PATIENT_SILENT_AT_7 && p->work.done >= SILENT_REPS)
        p->odd_done = true; /* what is left of the set is done after all */
}

void case_top(struct patient *p, int64_t top_ns)
{
    if (p->setup.oddity == PATIENT_STOPS_MIDSET && !p->odd_done && p->work.done == STOP_REP)
        press_stop(p, top_ns + 100 * NS_PER_MS);
}

void case_bottom(struct patient *p, int64_t end_ns)
{
    if (p->setup.oddity == PATIENT_LEAVES_BOX && !p->odd_done && p->work.done == LEAVE_REP)
        leave(p, end_ns + 300 * NS_PER_MS);
}

void case_hold(struct patient *p, int64_t start_ns)
{
    if (p->odd_done)
        return;
    if (p->setup.oddity == PATIENT_STOPS_MIDSET)
        press_stop(p, start_ns + INTO_HOLD_NS);
    else if (p->setup.oddity == PATIENT_LEAVES_BOX)
        leave(p, start_ns + INTO_HOLD_NS);
}
