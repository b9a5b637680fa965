/* SPDX-License-Identifier: MIT */
/* The words of prescription.h, and the rules of a prescription that need more than one key. */
#include "gymstation/prescription.h"

#include "daemon/core/session/phrase.h"

/* A paced repetition shorter than this cannot be followed (contract, tempo: "a sum >= 1 s"). */
#define PACED_REP_MIN_MS 1000

/* Without a load limit of its own an item may load the cell to this share of its capacity. */
#define LOAD_LIMIT_PCT 80

const char *side_rule_str(enum side_rule rule)
{
    switch (rule) {
    case SIDE_RULE_LEFT: return "left";
    case SIDE_RULE_RIGHT: return "right";
    case SIDE_RULE_EACH: return "each";
    case SIDE_RULE_BOTH: return "both";
    }
    return NULL;
}

const char *pain_when_str(enum pain_when when)
{
    switch (when) {
    case PAIN_NEXT_DAY: return "next_day";
    case PAIN_BEFORE: return "before";
    case PAIN_SET: return "set";
    case PAIN_ITEM: return "item";
    case PAIN_AFTER: return "after";
    case PAIN_WHEN_COUNT: return NULL;
    }
    return NULL;
}

int rx_item_sides(const struct rx_item *item)
{
    return item->side == SIDE_RULE_EACH ? 2 : 1;
}

/* What a rule may look at, and where it says no. */
struct check {
    const struct prescription *rx;
    const struct rx_item *item;
    const struct exercise *exercise;
    const struct variation *variation;
    const struct setup *setup;
    const struct station *station;
    int index;
    struct refusal *refusal;
};

/* Points at /items/INDEX/KEY and hands back the reason to be written. */
static struct phrase refuse(const struct check *c, const char *key)
{
    struct phrase path = phrase_begin(c->refusal->path, sizeof(c->refusal->path));

    phrase_add(&path, "/items/");
    phrase_add_int(&path, c->index);
    phrase_add(&path, "/");
    phrase_add(&path, key);
    return phrase_begin(c->refusal->reason, sizeof(c->refusal->reason));
}

static bool refuse_with(const struct check *c, const char *key, const char *reason)
{
    struct phrase text = refuse(c, key);

    phrase_add(&text, reason);
    return false;
}

/* "VALUE is above KEY (LIMIT)" */
static bool refuse_above(const struct check *c, const char *key, int64_t value, const char *limit_key, int64_t limit)
{
    struct phrase text = refuse(c, key);

    phrase_add_int(&text, value);
    phrase_add(&text, " is above ");
    phrase_add(&text, limit_key);
    phrase_add(&text, " (");
    phrase_add_int(&text, limit);
    phrase_add(&text, ")");
    return false;
}

static bool check_times(const struct prescription *rx, struct refusal *ret)
{
    if (rx->valid_from_ns == ABSENT || rx->valid_until_ns == ABSENT || rx->valid_from_ns < rx->valid_until_ns)
        return true;
    struct phrase path = phrase_begin(ret->path, sizeof(ret->path));
    struct phrase reason = phrase_begin(ret->reason, sizeof(ret->reason));
    phrase_add(&path, "/valid_until");
    phrase_add(&reason, "is not after valid_from");
    return false;
}

/* Too high is unsafe, and said by that name; too low is merely impossible. */
static bool check_height(const struct check *c)
{
    int32_t height_mm = setup_height_mm(c->setup, c->station);
    bool high = c->setup->max_height_mm > 0 && height_mm > c->setup->max_height_mm;

    if (!high && height_mm >= c->setup->min_height_mm)
        return true;
    struct phrase text = refuse(c, "contact");
    phrase_add(&text, high ? "unsafe_setup: " : "");
    phrase_add(&text, contact_str(c->setup->contact));
    phrase_add(&text, " is for a box of ");
    phrase_add(&text, high ? "at most " : "at least ");
    phrase_add_milli(&text, high ? c->setup->max_height_mm : c->setup->min_height_mm);
    phrase_add(&text, " m, and this one is ");
    phrase_add_milli(&text, height_mm);
    phrase_add(&text, " m high");
    return false;
}

static bool check_setup(const struct check *c)
{
    if (c->variation->setups != 0 && (c->variation->setups & (1u << c->item->setup)) == 0)
        return refuse_with(c, "contact", "is not one of this variation's");
    if (c->setup->anchor == ANCHOR_DEAD && !c->station->floor_anchor)
        return refuse_with(c, "anchor", "dead needs a floor anchor, and this station has none (station.floor_anchor)");
    if (c->setup->needs_bench && !c->station->bench)
        return refuse_with(c, "contact", "needs a bench, and this station has none (station.bench)");
    return check_height(c);
}

static bool check_side(const struct check *c)
{
    if (c->item->side != SIDE_RULE_BOTH || c->variation->bilateral)
        return true;
    struct phrase text = refuse(c, "side");
    phrase_add(&text, "both is for two legs at work together, ");
    phrase_add(&text, c->exercise->id);
    phrase_add(&text, " ");
    phrase_add(&text, c->variation->id);
    phrase_add(&text, " works one; left, right or each");
    return false;
}

static bool check_volume(const struct check *c)
{
    const struct dose *dose = &c->item->dose;

    if (dose->sets_min > dose->sets)
        return refuse_above(c, "sets_min", dose->sets_min, "sets", dose->sets);
    if (c->exercise->hold)
        return true;
    if (dose->sets_reps_count > 0 && dose->sets_reps_count != dose->sets)
        return refuse_with(c, "sets_reps", "does not have as many entries as there are sets");
    if (dose->sets_reps_count == 0 && dose->reps_min > dose->reps_max)
        return refuse_above(c, "reps_min", dose->reps_min, "reps_max", dose->reps_max);
    return true;
}

static const char *tempo_key(int phase)
{
    static const char *const keys[PHASE_COUNT] = {"tempo/con_s", "tempo/top_s", "tempo/ecc_s", "tempo/bottom_s"};

    return keys[phase];
}

/* Own tempo may be any, but four zeros are none: a repetition takes time. */
static bool check_own_tempo(const struct check *c)
{
    const int32_t *tempo_ms = c->item->dose.tempo_ms;

    for (int i = 0; i < PHASE_COUNT; i++)
        if (tempo_ms[i] != 0)
            return true;
    return refuse_with(c, "tempo", "all four phases are 0 s; use \"free\" or \"asap\" for what is not prescribed");
}

/* Cues need durations. `fade` paces the first two reps of a set, so it needs them as well. */
static bool check_tempo(const struct check *c)
{
    const struct dose *dose = &c->item->dose;
    int64_t sum_ms = 0;

    if (c->exercise->hold)
        return true;
    if (dose->pacing == PACING_SELF)
        return check_own_tempo(c);
    for (int i = 0; i < PHASE_COUNT; i++) {
        if (dose->tempo_ms[i] < 0)
            return refuse_with(c, tempo_key(i), "needs a number of seconds, because the pacing is paced or fade");
        sum_ms += dose->tempo_ms[i];
    }
    if (sum_ms >= PACED_REP_MIN_MS)
        return true;
    struct phrase text = refuse(c, "tempo");
    phrase_add(&text, "the phases sum up to ");
    phrase_add_milli(&text, sum_ms);
    phrase_add(&text, " s; paced or fade needs at least 1 s");
    return false;
}

/* Millinewtons above the rest level, or ABSENT when it depends on a body weight that is not known yet. */
static int64_t target_mn(const struct check *c)
{
    const struct target *target = &c->item->dose.target;

    switch (target->kind) {
    case TARGET_NONE: return ABSENT;
    case TARGET_N: return target->value_milli;
    case TARGET_KG: return target->value_milli * (GRAVITY_UM_S2 / 10) / 100000;
    case TARGET_PCT_BW:
        if (c->rx->body_g == 0)
            return ABSENT;
        return c->rx->body_g * (GRAVITY_UM_S2 / 10) / 100000 * target->value_milli / 100000;
    case TARGET_PCT_REF: return (int64_t)target->ref_mn * target->value_milli / 100000;
    }
    return ABSENT;
}

static bool check_target(const struct check *c, int64_t limit_mn)
{
    const struct target *target = &c->item->dose.target;

    if (target->kind == TARGET_PCT_REF && target->ref_mn == 0)
        return refuse_with(c, "target/ref_n", "is required for pct_ref");
    if (target->kind == TARGET_PCT_BW && c->rx->body_g == 0 && !c->setup->weighs_body)
        return refuse_with(c, "target/kind", "pct_bw needs body_kg here: this set-up does not weigh the patient");
    if (target_mn(c) <= limit_mn)
        return true;
    struct phrase text = refuse(c, "target/value");
    phrase_add(&text, "the target of ");
    phrase_add_milli(&text, target_mn(c));
    phrase_add(&text, " N is above the load limit of ");
    phrase_add_milli(&text, limit_mn);
    phrase_add(&text, " N");
    return false;
}

static bool check_load(const struct check *c)
{
    int64_t limit_mn = c->item->dose.load_limit_mn;

    if (limit_mn == 0)
        limit_mn = (int64_t)c->station->capacity_mn * LOAD_LIMIT_PCT / 100;
    if (limit_mn <= c->station->capacity_mn)
        return check_target(c, limit_mn);
    struct phrase text = refuse(c, "load_limit_n");
    phrase_add_milli(&text, limit_mn);
    phrase_add(&text, " N is above the station's capacity of ");
    phrase_add_milli(&text, c->station->capacity_mn);
    phrase_add(&text, " N");
    return false;
}

bool rx_check(const struct prescription *rx, const struct exercise *exercises, const struct station *station,
              struct refusal *ret_refusal)
{
    if (!check_times(rx, ret_refusal))
        return false;
    for (int i = 0; i < rx->item_count; i++) {
        const struct rx_item *item = &rx->items[i];
        const struct exercise *exercise = &exercises[item->exercise];
        const struct check c = {
            .rx = rx,
            .item = item,
            .exercise = exercise,
            .variation = &exercise->variations[item->variation],
            .setup = &exercise->setups[item->setup],
            .station = station,
            .index = i,
            .refusal = ret_refusal,
        };

        if (!check_setup(&c) || !check_side(&c) || !check_volume(&c) || !check_tempo(&c) || !check_load(&c))
            return false;
    }
    return true;
}
