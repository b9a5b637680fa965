/* SPDX-License-Identifier: MIT */
/* Variations, loads, steps and paces of the bench; vary.h. */
#include "tests/bench/vary.h"

#include "tests/unit/rng.h"

enum { CURL, STEP, THRUST, BRIDGE, TAP }; /* as in bench_setups */

/*
 * Dumbbells: one of 5-40 kg on the thighs; two in the hands, of 4-24 kg together. Steps from what physics grades, 0.30 m
 * being that of the plain rows, to half a metre: a knee at a right angle of somebody tall.
 */
const struct bench_variety bench_varieties[BENCH_VARIETIES] = {
    {.setup = BRIDGE, .name = "single", .variation = "single"},
    {.setup = THRUST, .name = "single", .variation = "single"},
    {.setup = THRUST, .name = "loaded", .variation = "loaded", .load_lo = 5, .load_hi = 40},
    {.setup = STEP, .name = "loaded", .variation = "loaded", .load_lo = 4, .load_hi = 24},
    {.setup = STEP, .name = "0.30-0.50 m", .step_lo = 30, .step_hi = 50},
    {.setup = STEP, .name = "hand on a rail", .oddity = PATIENT_HAND_TOUCH},
    {.setup = CURL, .name = "own pace", .own_pace = true},
    {.setup = STEP, .name = "own pace", .own_pace = true},
    {.setup = THRUST, .name = "own pace", .own_pace = true},
    {.setup = BRIDGE, .name = "own pace", .own_pace = true},
    {.setup = TAP, .name = "own pace", .own_pace = true},
    {.setup = STEP, .name = "as fast as possible", .asap = true},
    {.setup = THRUST, .name = "as fast as possible", .asap = true},
    {.setup = BRIDGE, .name = "as fast as possible", .asap = true},
    {.setup = TAP, .name = "as fast as possible", .asap = true},
};

#define FADE_ONE_IN 3

static int32_t between(struct rng *rng, int32_t lo, int32_t hi)
{
    return lo + (int32_t)rng_below(rng, (uint64_t)(hi - lo + 1));
}

/* Left, right, and both in turn: then it is twice the sets. */
static int take_side(json_t *item, struct rng *rng, int sets)
{
    static const char *const sides[] = {"left", "right", "each"};
    int side = between(rng, 0, 2);
    json_object_set_new(item, "side", json_string(sides[side]));
    return side == 2 ? (sets + 1) / 2 : sets;
}

static void take_pace(json_t *item, const struct bench_variety *variety, struct rng *rng)
{
    if (variety->own_pace)
        json_object_set_new(item, "pacing", json_string(between(rng, 1, FADE_ONE_IN) == 1 ? "fade" : "self"));
    if (!variety->asap)
        return;
    /* One after the other: which argument of a call is drawn first is the compiler's choice. */
    double bottom_s = between(rng, 3, 6) / 10.0, top_s = between(rng, 2, 6) / 10.0;
    json_object_set_new(item, "pacing", json_string("self")); /* nobody counts out what has no length */
    json_object_set_new(
        item, "tempo",
        json_pack("{s:s, s:f, s:s, s:f}", "con_s", "asap", "top_s", top_s, "ecc_s", "asap", "bottom_s", bottom_s));
}

int vary_item(json_t *item, const struct bench_variety *variety, struct rng *rng, int sets, bool bilateral)
{
    if (!bilateral)
        sets = take_side(item, rng, sets);
    if (variety->variation != NULL)
        json_object_set_new(item, "variation", json_string(variety->variation));
    if (variety->load_hi > 0)
        json_object_set_new(item, "load_kg", json_integer(between(rng, variety->load_lo, variety->load_hi)));
    if (variety->step_hi > 0)
        json_object_set_new(item, "step_height_m", json_real(between(rng, variety->step_lo, variety->step_hi) / 100.0));
    take_pace(item, variety, rng);
    return sets;
}
