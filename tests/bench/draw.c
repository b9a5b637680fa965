/* SPDX-License-Identifier: MIT */
/* Which session is the i-th one: set-up and rate go round, everything else is drawn from the seed. */
#include "tests/bench/bench.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/vary.h"
#include "tests/unit/rng.h"

#define ALL_PHASES (1u << PHASE_CON | 1u << PHASE_TOP | 1u << PHASE_ECC | 1u << PHASE_BOTTOM)

/* Grades of the physics: phases of A and B may be claimed. A bridge's eccentric only by way of a plateau fit. */
const struct bench_setup bench_setups[BENCH_SETUP_COUNT] = {
    {"banded_curl", CONTACT_BOX, ANCHOR_DEAD, true, ALL_PHASES, false, PATIENT_PLAIN},
    {"step_up", CONTACT_BOX, ANCHOR_NONE, true, ALL_PHASES, false, PATIENT_PLAIN},
    {"hip_thrust", CONTACT_BOX, ANCHOR_NONE, true, ALL_PHASES, false, PATIENT_PLAIN},
    {"glute_bridge", CONTACT_BOX, ANCHOR_NONE, true, 1u << PHASE_ECC | 1u << PHASE_BOTTOM, false, PATIENT_PLAIN},
    {"hip_extension", CONTACT_BOX_TAP, ANCHOR_NONE, true, 0, false, PATIENT_PLAIN},
    {"iso_heel_dig", CONTACT_BOX, ANCHOR_NONE, true, 0, true, PATIENT_PLAIN},
    {"iso_bridge", CONTACT_BOX, ANCHOR_NONE, true, 0, true, PATIENT_PLAIN},
    {"banded_curl", CONTACT_BOX, ANCHOR_DEAD, true, ALL_PHASES, false, PATIENT_HAND_TOUCH},
    {"banded_curl", CONTACT_BOX, ANCHOR_DEAD, false, 0, false, PATIENT_HAND_LEAN},
    {"banded_curl", CONTACT_BOX, ANCHOR_LIVE, false, 0, false, PATIENT_PLAIN},
    {"banded_curl", CONTACT_BOX, ANCHOR_FRONT, false, 0, false, PATIENT_PLAIN},
    {"hip_extension", CONTACT_BOX, ANCHOR_NONE, false, 0, false, PATIENT_PLAIN},
    {"hip_thrust", CONTACT_BOX_BACK, ANCHOR_NONE, false, 0, false, PATIENT_PLAIN},
    {"ball_curl", CONTACT_FLOOR, ANCHOR_NONE, false, 0, false, PATIENT_PLAIN},
    {"glute_bridge", CONTACT_FLOOR, ANCHOR_NONE, false, 0, false, PATIENT_PLAIN},
    {"banded_curl", CONTACT_FLOOR, ANCHOR_DEAD, false, 0, false, PATIENT_PLAIN},
};

static const int32_t rates_milli[] = {80000, 76000, 87500, 320000, 10000};
#define RATES    5
#define RATE_LOW 10000

#define STANDING_REPS 10
#define CASE_REPS_MIN 8 /* the latest of what happens once in a set happens after rep 7 */
#define CASE_REPS_MAX 12
#define CASE_HOLDS    2
#define CASE_BLEND    100 /* thousandths of a movement at constant speed */
#define VARIED_STREAM (UINT64_C(1) << 44)
#define CASES_STREAM  (UINT64_C(1) << 40) /* of chance: far from those of a run */

#define FAST_EVERY 5 /* of the sessions that the box cannot see: one of fast curls instead */

static int32_t between(struct rng *rng, int32_t lo, int32_t hi)
{
    return lo + (int32_t)rng_below(rng, (uint64_t)(hi - lo + 1));
}

static struct rng rng_of(uint64_t seed, uint64_t i)
{
    struct rng rng = {seed * UINT64_C(0x9e3779b97f4a7c15) + i};
    return rng;
}

const char *draw_row_name(const struct bench_setup *setup, bool low_rate, char ret[ROW_NAME_LEN])
{
    const char *anchor = anchor_str(setup->anchor);
    const char *hand = setup->oddity == PATIENT_HAND_TOUCH  ? ", finger touch"
                       : setup->oddity == PATIENT_HAND_LEAN ? ", leaning"
                                                            : "";
    snprintf(ret, ROW_NAME_LEN, "%s %s%s%s%s%s", setup->exercise, contact_str(setup->contact), anchor ? " " : "",
             anchor ? anchor : "", hand, low_rate ? ", 10 SPS" : "");
    return ret;
}

static void varied_name(const struct bench_variety *variety, bool pool, char ret[ROW_NAME_LEN])
{
    char name[ROW_NAME_LEN];
    draw_row_name(&bench_setups[variety->setup], false, name);
    snprintf(ret, ROW_NAME_LEN, "%.40s%s%.20s", name, pool ? BENCH_VARIED : ", ", pool ? "" : variety->name);
}

const char *draw_target_name(int i, char ret[ROW_NAME_LEN])
{
    if (i < BENCH_TARGET_FAST)
        return draw_row_name(&bench_setups[i % BENCH_COUNTED], i >= BENCH_COUNTED, ret);
    if (i == BENCH_TARGET_FAST)
        snprintf(ret, ROW_NAME_LEN, "%s", BENCH_FAST_ROW);
    else
        varied_name(&bench_varieties[i - BENCH_TARGET_VARIED], false, ret);
    return ret;
}

int draw_target_setup(int i)
{
    return i < BENCH_TARGET_FAST    ? i % BENCH_COUNTED
           : i == BENCH_TARGET_FAST ? 0
                                    : bench_varieties[i - BENCH_TARGET_VARIED].setup;
}

/* --- the prescription -------------------------------------------------------------------------------------------- */

static bool bilateral(const struct exercise_set *exercises, const struct bench_session *session)
{
    const struct bench_variety *variety = session->variety;
    int e = exercise_find(exercises->v, exercises->count, session->setup->exercise);
    if (e < 0)
        return false;
    int v = variety != NULL && variety->variation != NULL
                ? exercise_variation_find(&exercises->v[e], variety->variation)
                : 0;
    return v >= 0 && exercises->v[e].variations[v].bilateral;
}

/* As fast as they can: below a second a phase, where a limb's inertia weighs as much as a band. */
static json_t *fast_tempo(struct rng *rng)
{
    double con_s = between(rng, 4, 9) / 10.0;
    double top_s = between(rng, 2, 6) / 10.0;
    double ecc_s = between(rng, 4, 9) / 10.0;
    double bottom_s = between(rng, 3, 6) / 10.0;
    return json_pack("{s:f, s:f, s:f, s:f}", "con_s", con_s, "top_s", top_s, "ecc_s", ecc_s, "bottom_s", bottom_s);
}

static void put_reps(json_t *item, struct rng *rng, int sets, int reps, bool fast)
{
    json_object_set_new(item, "sets", json_integer(sets));
    json_object_set_new(item, "reps_min", json_integer(reps));
    json_object_set_new(item, "reps_max", json_integer(reps));
    json_object_set_new(item, "rest_s", json_integer(15));
    if (fast) {
        json_object_set_new(item, "tempo", fast_tempo(rng));
        return;
    }
    /* One draw a statement: compilers evaluate arguments in different orders. */
    double con_s = between(rng, 10, 30) / 10.0;
    double top_s = between(rng, 5, 20) / 10.0;
    double ecc_s = between(rng, 12, 50) / 10.0;
    double bottom_s = between(rng, 5, 20) / 10.0;
    json_object_set_new(
        item, "tempo",
        json_pack("{s:f, s:f, s:f, s:f}", "con_s", con_s, "top_s", top_s, "ecc_s", ecc_s, "bottom_s", bottom_s));
}

static void put_holds(json_t *item, struct rng *rng, int sets, const struct bench_setup *setup)
{
    json_object_set_new(item, "sets", json_integer(1));
    json_object_set_new(item, "holds", json_integer(sets));
    json_object_set_new(item, "hold_s", json_integer(between(rng, 10, 30)));
    json_object_set_new(item, "hold_rest_s", json_integer(10));
    int32_t value = between(rng, 100, 300);
    int32_t band_pct = between(rng, 8, 15);
    if (strcmp(setup->exercise, "iso_heel_dig") == 0)
        json_object_set_new(item, "target",
                            json_pack("{s:s, s:i, s:i}", "kind", "N", "value", value, "band_pct", band_pct));
}

static void put_text(char text[RX_LEN], int rev, json_t *item)
{
    json_t *rx = json_pack("{s:i, s:i, s:s, s:s, s:[], s:[O]}", "v", 1, "rev", rev, "id", "bench", "by", "bench", "ask",
                           "items", item);
    size_t len = json_dumpb(rx, text, RX_LEN - 1, JSON_COMPACT | JSON_REAL_PRECISION(15));
    if (len == 0 || len >= RX_LEN)
        abort(); /* RX_LEN is too small for an item */
    text[len] = '\0';
    json_decref(rx);
}

/* reps 0: drawn. */
static void write_rx(struct bench_session *ret, struct rng *rng, int sets, int reps, int set_s,
                     const struct exercise_set *exercises)
{
    const struct bench_setup *setup = ret->setup;
    bool both = bilateral(exercises, ret);
    json_t *item = json_pack("{s:s, s:s, s:s, s:i}", "exercise", setup->exercise, "side", both ? "both" : "left",
                             "contact", contact_str(setup->contact), "prep_s", 6);
    if (setup->anchor != ANCHOR_NONE)
        json_object_set_new(item, "anchor", json_string(anchor_str(setup->anchor)));
    ret->reps = setup->hold ? sets : reps > 0 ? reps : between(rng, 6, 12);
    if (setup->hold)
        put_holds(item, rng, sets, setup);
    else
        put_reps(item, rng, sets, ret->reps, ret->fast);
    if (ret->variety != NULL)
        json_object_set_new(item, "sets", json_integer(vary_item(item, ret->variety, rng, sets, both)));
    if (set_s > 0 && ret->patient.oddity != PATIENT_SILENT_AT_7) /* without cues nothing is counted by them */
        json_object_set_new(item, "pacing", json_string("self"));
    if (set_s > 0)
        json_object_set_new(item, "set_timeout_s", json_integer(set_s));
    put_text(ret->rx, 1, item);
    if (ret->patient.oddity == PATIENT_RX_REPLACED)
        put_text(ret->rx_later, 2, item);
    json_decref(item);
}

/* --- the patient ------------------------------------------------------------------------------------------------- */

static void draw_patient(struct patient_setup *patient, struct rng *rng, const struct exercise_set *exercises)
{
    patient_setup_default(patient);
    patient->seed = rng_below(rng, UINT64_C(1) << 62);
    patient->start_ns = NS_PER_S;
    patient->exercises = exercises->v;
    patient->exercise_count = exercises->count;
    patient->body_g = between(rng, 45000, 130000);
    patient->band_mn = between(rng, 20000, 88000); /* 2-9 kgf */
    patient->noise_mn = between(rng, 10, 160);     /* 1-16 g */
    patient->fatigue_milli = between(rng, 0, 300);
    patient->skill_milli = between(rng, 0, 100);
    patient->sway = between(rng, 0, 9) > 0;
    patient->own_lengths = true;
    patient->edge = (enum patient_edge)between(rng, 0, PATIENT_EDGE_COUNT - 1);
    patient->blend_milli = between(rng, 0, 200);
    patient->skew_milli = between(rng, 300, 700);
    patient->think_ms = 1000;
}

bool leaning_curl(const struct bench_session *session)
{
    enum patient_case oddity = session->patient.oddity;
    return strcmp(session->setup->exercise, "banded_curl") == 0 &&
           (oddity == PATIENT_HAND_LEAN || oddity == PATIENT_LEANING_STEPS);
}

/* The set-up drawn, or the next one that the case applies to: no rear leg pushes in a hold. */
static const struct bench_setup *applicable(enum patient_case oddity, int drawn)
{
    unsigned setups = cases_setups(oddity);
    int i = drawn;
    while (setups != 0 && (setups & 1u << i) == 0)
        i = (i + 1) % (BENCH_COUNTED - 1);
    return &bench_setups[i];
}

static void draw_varied(const struct bench_options *options, int i, const struct exercise_set *exercises,
                        struct bench_session *ret)
{
    struct rng rng = rng_of(options->seed, VARIED_STREAM + (uint64_t)i);
    memset(ret, 0, sizeof *ret);
    ret->variety = &bench_varieties[i % BENCH_VARIETIES];
    ret->setup = &bench_setups[ret->variety->setup];
    draw_patient(&ret->patient, &rng, exercises);
    ret->patient.oddity = ret->variety->oddity;
    ret->patient.sps_milli = rates_milli[i / BENCH_VARIETIES % (RATES - 1)];
    write_rx(ret, &rng, BENCH_SETS, 0, 0, exercises);
    varied_name(ret->variety, options->pool_cases, ret->row);
}

/* Of five sessions three are plain ones of what the box can see, one is plain and unseen, one is a case. */
void draw_session(const struct bench_options *options, int i, const struct exercise_set *exercises,
                  struct bench_session *ret)
{
    if (i >= BENCH_VARIED_FROM) {
        draw_varied(options, i - BENCH_VARIED_FROM, exercises, ret);
        return;
    }
    struct rng rng = rng_of(options->seed, (uint64_t)i);
    int block = i / 5, turn = i % 5, nth = block * 3 + turn;
    int rate = nth / BENCH_COUNTED % RATES;
    bool odd = turn == 4 && PATIENT_CASE_COUNT > 1;
    memset(ret, 0, sizeof *ret);
    ret->setup = &bench_setups[nth % BENCH_COUNTED];
    if (turn == 3)
        ret->setup = &bench_setups[BENCH_COUNTED + block % (BENCH_SETUP_COUNT - BENCH_COUNTED)];
    else if (turn == 4)
        ret->setup = &bench_setups[rng_below(&rng, BENCH_COUNTED - 1)]; /* the last is a case itself */
    ret->fast = turn == 3 && block % FAST_EVERY == FAST_EVERY - 1;
    if (ret->fast)
        ret->setup = &bench_setups[0];
    draw_patient(&ret->patient, &rng, exercises);
    ret->patient.oddity = ret->setup->oddity;
    ret->patient.sps_milli = turn == 4 ? rates_milli[rng_below(&rng, RATES - 1)] : rates_milli[rate];
    if (odd) {
        ret->patient.oddity = (enum patient_case)(1 + block % (PATIENT_CASE_COUNT - 1));
        ret->setup = applicable(ret->patient.oddity, (int)(ret->setup - bench_setups));
    }
    write_rx(ret, &rng, BENCH_SETS, 0, 0, exercises);
    if (odd && options->pool_cases)
        snprintf(ret->row, sizeof ret->row, "odd cases");
    else if (odd)
        snprintf(ret->row, sizeof ret->row, "case %s%s", patient_case_str(ret->patient.oddity),
                 leaning_curl(ret) ? BENCH_OF_CURLS : "");
    else if (ret->fast)
        snprintf(ret->row, sizeof ret->row, "%s", BENCH_FAST_ROW);
    else
        draw_row_name(ret->setup, ret->setup->counted && ret->patient.sps_milli == RATE_LOW, ret->row);
}

void draw_plain(uint64_t seed, const struct bench_setup *setup, enum patient_case oddity, int sets, int set_s,
                const struct exercise_set *exercises, struct bench_session *ret)
{
    struct rng rng = rng_of(seed, 0x5eed);
    memset(ret, 0, sizeof *ret);
    ret->setup = setup;
    draw_patient(&ret->patient, &rng, exercises);
    ret->patient.oddity = oddity;
    write_rx(ret, &rng, sets, set_s > 0 ? STANDING_REPS : 0, set_s, exercises);
}

void draw_case(uint64_t seed, int i, const struct bench_setup *setup, enum patient_case oddity,
               const struct exercise_set *exercises, struct bench_session *ret)
{
    struct rng body = rng_of(seed, CASES_STREAM + (uint64_t)i), rx = rng_of(seed, 2 * CASES_STREAM + (uint64_t)i);
    memset(ret, 0, sizeof *ret);
    ret->setup = setup;
    draw_patient(&ret->patient, &body, exercises);
    ret->patient.oddity = oddity;
    ret->patient.sps_milli = rates_milli[i % (RATES - 1)];
    /* One oddity at a time: other shapes than these, and other bodies, are the plain rows' matter. */
    ret->patient.own_lengths = false;
    ret->patient.edge = i % 2 == 0 ? PATIENT_EDGE_MIN_JERK : PATIENT_EDGE_CONSTANT;
    ret->patient.blend_milli = CASE_BLEND;
    /* Nor is the band too weak to be seen: the rows of a run have those, odd ones too. */
    if (ret->patient.band_mn < patient_seen_band_mn(ret->patient.body_g))
        ret->patient.band_mn = patient_seen_band_mn(ret->patient.body_g);
    int reps = between(&rx, CASE_REPS_MIN, CASE_REPS_MAX);
    /* A second set where it is the rest that is odd; holds are two of one set anyway. */
    write_rx(ret, &rx, setup->hold ? CASE_HOLDS : oddity == PATIENT_STOP_REST ? BENCH_SETS : 1, reps, 0, exercises);
}
