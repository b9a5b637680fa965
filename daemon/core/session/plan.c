/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/core/fixed.h"
#include "daemon/core/set/pacer.h"
#include "daemon/core/session/plan.h"

int plan_sets(const struct rx_item *item)
{
    return item->dose.sets_reps_count > 0 ? item->dose.sets_reps_count : item->dose.sets;
}

void plan_reps(const struct rx_item *item, bool hold, int set, int *ret_min, int *ret_max)
{
    const struct dose *dose = &item->dose;

    if (hold) {
        *ret_min = *ret_max = dose->holds;
    } else if (dose->sets_reps_count > 0) {
        *ret_min = *ret_max = dose->sets_reps[set];
    } else {
        *ret_min = dose->reps_min;
        *ret_max = dose->reps_max;
    }
}

enum side plan_side(const struct prescription *rx, const struct position *at)
{
    enum side first = rx->affected_side == SIDE_RIGHT ? SIDE_RIGHT : SIDE_LEFT;
    enum side other = first == SIDE_RIGHT ? SIDE_LEFT : SIDE_RIGHT;

    switch (rx->items[at->item].side) {
    case SIDE_RULE_LEFT: return SIDE_LEFT;
    case SIDE_RULE_RIGHT: return SIDE_RIGHT;
    case SIDE_RULE_BOTH: return SIDE_BOTH;
    case SIDE_RULE_EACH: return at->side == 0 ? first : other;
    }
    return SIDE_NONE;
}

bool plan_next(const struct prescription *rx, const struct progress *progress, struct position *ret)
{
    for (int i = 0; i < rx->item_count; i++)
        for (int set = 0; set < plan_sets(&rx->items[i]); set++)
            for (int side = 0; side < rx_item_sides(&rx->items[i]); side++)
                if (!progress->items[i].over[set][side]) {
                    *ret = (struct position){.item = i, .set = set, .side = side};
                    return true;
                }
    return false;
}

bool plan_item_over(const struct prescription *rx, const struct progress *progress, int item)
{
    for (int set = 0; set < plan_sets(&rx->items[item]); set++)
        for (int side = 0; side < rx_item_sides(&rx->items[item]); side++)
            if (!progress->items[item].over[set][side])
                return false;
    return true;
}

/* Sets of one side that have to be done; sets beyond them are the patient's choice. */
static int sets_min(const struct rx_item *item)
{
    return item->dose.sets_reps_count > 0 ? item->dose.sets_reps_count : item->dose.sets_min;
}

void plan_skip_item(const struct prescription *rx, struct progress *progress, int item)
{
    struct item_progress *at = &progress->items[item];

    at->skipped = at->sets_done < sets_min(&rx->items[item]) * rx_item_sides(&rx->items[item]);
    memset(at->over, true, sizeof(at->over));
}

bool plan_new_setup(const struct prescription *rx, const struct position *from, const struct position *to)
{
    return from->item != to->item || plan_side(rx, from) != plan_side(rx, to);
}

int64_t plan_rest_ns(const struct prescription *rx, const struct position *from, const struct position *to)
{
    const struct dose *dose = &rx->items[from->item].dose;

    if (from->item != to->item)
        return dose->rest_item_ms * NS_PER_MS;
    if (from->set == to->set && from->side != to->side)
        return dose->rest_side_ms * NS_PER_MS;
    return dose->rest_ms * NS_PER_MS;
}

int64_t plan_set_ns(const struct rx_item *item, const struct exercise *exercise, int set)
{
    const struct dose *dose = &item->dose;
    int min, max;

    plan_reps(item, exercise->hold, set, &min, &max);
    if (exercise->hold)
        return max * (int64_t)(dose->ramp_ms + dose->hold_ms + dose->hold_rest_ms) * NS_PER_MS;
    return max * pacer_cycle_ns(dose, exercise->variations[item->variation].dose.tempo_ms);
}

/* Reps or holds that have to be counted for the item to be complete. */
static int64_t prescribed_min(const struct rx_item *item, bool hold)
{
    int64_t sum = 0;
    int min, max;

    for (int set = 0; set < sets_min(item); set++) {
        plan_reps(item, hold, set, &min, &max);
        sum += min;
    }
    return sum * rx_item_sides(item);
}

/* Forces are kept by turn: which side has the first one, the prescription says. */
static int64_t asymmetry(const struct prescription *rx, int item, const struct item_progress *at)
{
    const struct position first = {.item = item};
    int left = plan_side(rx, &first) == SIDE_LEFT ? 0 : 1;

    return rx->items[item].side == SIDE_RULE_EACH ? trend_asymmetry(&at->forces[left], &at->forces[1 - left]) : ABSENT;
}

static void fill_item(const struct rx_item *item, const struct exercise *exercise, const struct item_progress *at,
                      struct item_result *ret)
{
    memcpy(ret->exercise, exercise->id, sizeof(ret->exercise));
    memcpy(ret->variation, exercise->variations[item->variation].id, sizeof(ret->variation));
    ret->side = item->side;
    ret->sets = (int64_t)sets_min(item) * rx_item_sides(item);
    ret->sets_done = at->sets_done;
    ret->reps_min = prescribed_min(item, exercise->hold);
    ret->reps = at->counted;
    ret->reps_measured = at->measured;
    ret->hold = exercise->hold;
    ret->skipped = at->skipped;
}

/* In millionths, at most 1. */
static int64_t micro(int64_t part, int64_t whole)
{
    return whole > 0 ? (part >= whole ? 1000000 : fixed_div(1000000 * part, whole)) : ABSENT;
}

static int64_t milli(int64_t part, int64_t whole)
{
    return whole > 0 ? (part >= whole ? 1000 : fixed_div(1000 * part, whole)) : ABSENT;
}

/*
 * Compliance = 100 x volume x tempo x load, each in 0..1, in thousandths, rounded to the nearest; a factor that was not
 * observed is left out.
 *   volume: mean over the items of counted / prescribed minimum, capped at 1 (skipped and unconfirmed count nothing)
 *   tempo:  phases in tolerance / phases judged
 *   load:   time in band / time held, over measured holds with a target
 */
static void fill_compliance(int64_t volume_sum_micro, int64_t tempo_ok, int64_t tempo_n, int64_t in_band_ns,
                            int64_t held_ns, struct session_completed_data *ret)
{
    int64_t pct_milli;

    ret->volume_milli = ret->item_count > 0 ? fixed_div(volume_sum_micro, INT64_C(1000) * ret->item_count) : 0;
    ret->tempo_milli = tempo_n >= TEMPO_JUDGED_MIN ? milli(tempo_ok, tempo_n) : ABSENT;
    ret->tempo_n = tempo_n;
    ret->load_milli = milli(in_band_ns / NS_PER_MS, held_ns / NS_PER_MS);
    pct_milli = 100 * ret->volume_milli;
    if (ret->tempo_milli != ABSENT)
        pct_milli = fixed_div(pct_milli * ret->tempo_milli, 1000);
    if (ret->load_milli != ABSENT)
        pct_milli = fixed_div(pct_milli * ret->load_milli, 1000);
    ret->pct_milli = pct_milli;
}

enum basis plan_basis(int64_t seen, int64_t cued)
{
    if (seen == 0)
        return BASIS_CUED;
    return cued == 0 ? BASIS_MEASURED : BASIS_MIXED;
}

/* Reps were seen whose tempo is prescribed. */
static bool has_tempo(const struct rx_item *item, const struct item_progress *at, bool hold)
{
    for (int p = 0; p < PHASE_COUNT; p++)
        if (!hold && at->seen > 0 && item->dose.tempo_ms[p] > 0)
            return true;
    return false;
}

void plan_results(const struct prescription *rx, const struct exercise *exercises, const struct progress *progress,
                  struct session_completed_data *ret)
{
    int64_t volume = 0, tempo_ok = 0, tempo_n = 0, in_band_ns = 0, held_ns = 0, seen = 0, cued = 0;
    bool tempo = false;

    ret->item_count = rx->item_count;
    for (int i = 0; i < rx->item_count; i++) {
        const struct item_progress *at = &progress->items[i];
        const struct rx_item *item = &rx->items[i];

        fill_item(item, &exercises[item->exercise], at, &ret->items[i]);
        ret->items[i].asymmetry_milli_pct = asymmetry(rx, i, at);
        volume += at->skipped ? 0 : micro(at->counted, ret->items[i].reps_min);
        tempo_ok += at->tempo_ok;
        tempo_n += at->tempo_n;
        in_band_ns += at->in_band_ns;
        held_ns += at->held_ns;
        seen += at->seen;
        cued += at->cued;
        tempo |= has_tempo(item, at, ret->items[i].hold);
    }
    fill_compliance(volume, tempo_ok, tempo_n, in_band_ns, held_ns, ret);
    /* A factor that was left out, because it was not observed, has to be told by the basis: physics, section 4. */
    ret->basis = plan_basis(seen, cued + (tempo && ret->tempo_milli == ABSENT));
}
