/* SPDX-License-Identifier: MIT */
/*
 * Where a session stands in its prescription: which set is next, on which side, after which rest; and what was done
 * beside what was prescribed. Pure arithmetic on the prescription and the progress; no time passes here.
 */
#ifndef GYMSTATION_CORE_PLAN_H
#define GYMSTATION_CORE_PLAN_H

#include "daemon/core/set/set_trend.h"

#define SIDES_MAX 2

/* All from 0. side is the index in the order of performance: see plan_side(). */
struct position {
    int item, set, side;
};

struct item_progress {
    bool over[SET_MAX][SIDES_MAX];         /* performed, skipped or given up: not offered again */
    uint8_t reps_done[SET_MAX][SIDES_MAX]; /* counted in that set so far (holds: tried), over all its runs */
    int32_t sets_done;                     /* sets whose reason was done */
    int32_t counted, measured;             /* reps or full holds */
    int32_t seen, cued;                    /* reps and holds of any outcome: seen by the box, or only cued */
    int32_t last_result;                   /* of the last set, -1 before it */
    int64_t tempo_ok, tempo_n;             /* judged phases */
    int64_t in_band_ns, held_ns;           /* of measured holds with a target */
    struct side_force forces[SIDES_MAX];   /* of what was measured, by the side's turn */
    bool skipped;
};

struct progress {
    struct item_progress items[ITEM_MAX];
};

int plan_sets(const struct rx_item *item);
void plan_reps(const struct rx_item *item, bool hold, int set, int *ret_min, int *ret_max);
enum side plan_side(const struct prescription *rx, const struct position *at);

/* The first set that is still open; false when there is none. */
bool plan_next(const struct prescription *rx, const struct progress *progress, struct position *ret);
bool plan_item_over(const struct prescription *rx, const struct progress *progress, int item);
/* Every remaining set of the item is given up; it counts as skipped when fewer than sets_min were done. */
void plan_skip_item(const struct prescription *rx, struct progress *progress, int item);

/* Between the two the patient has something to change: item, side, contact or anchor. */
bool plan_new_setup(const struct prescription *rx, const struct position *from, const struct position *to);
int64_t plan_rest_ns(const struct prescription *rx, const struct position *from, const struct position *to);

/* How long a set takes as prescribed. */
int64_t plan_set_ns(const struct rx_item *item, const struct exercise *exercise, int set);

/*
 * What counts rest on: measured when everything was watched (what was seen and did not count, a hold that broke, rests
 * on the box as much as what did), cued when nothing was (or nothing was begun), mixed otherwise.
 */
enum basis plan_basis(int64_t seen, int64_t cued);

/* Prescribed and done side by side, and compliance (formula beside the code). Fills all but reason and duration. */
void plan_results(const struct prescription *rx, const struct exercise *exercises, const struct progress *progress,
                  struct session_completed_data *ret);

#endif
