/* SPDX-License-Identifier: MIT */
/*
 * What a posture and a movement weigh on the box. Shapes and shares of body weight are those of a planar model of an
 * 80 kg patient: first order, right in shape, not in the last newton.
 */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>
#include <string.h>

/* A leg that swings: +-1.1 kgf for a movement of 1 s, as 1/T^2; peak acceleration of minimum jerk is 5.77 / T^2. */
#define SHANK_NS2 1.87
#define LEG_NS2   3.0 /* straight, from the hip */

/* The band hangs slack over the first 8 of 90 degrees. */
#define SLACK (8.0 / 90.0)

#define HIP_MASS  0.14 /* share of the mass that moves with the hips */
#define TAP_FOOT  0.06 /* the moving foot, on the floor beside the box */
#define HEEL_REST 0.02

/* Most of the feet's load comes from the statics of patient_statics.c; a held bridge uses the same. */

#define TAPS_NS (220 * NS_PER_MS) /* the trailing foot lands on top: from one tap to the next of a double one */

struct body_row {
    const char *exercise;
    enum contact contact;
    enum anchor anchor;
    enum body_kind kind;
};

static const struct body_row body_rows[] = {
    {"banded_curl", CONTACT_BOX, ANCHOR_DEAD, BODY_CURL_DEAD},
    {"banded_curl", CONTACT_BOX, ANCHOR_LIVE, BODY_CURL_LIVE},
    {"banded_curl", CONTACT_BOX, ANCHOR_FRONT, BODY_CURL_FRONT},
    {"hip_extension", CONTACT_BOX, ANCHOR_NONE, BODY_HIP_EXTENSION},
    {"hip_extension", CONTACT_BOX_TAP, ANCHOR_NONE, BODY_HIP_TAP},
    {"glute_bridge", CONTACT_BOX, ANCHOR_NONE, BODY_BRIDGE},
    {"hip_thrust", CONTACT_BOX, ANCHOR_NONE, BODY_THRUST},
    {"hip_thrust", CONTACT_BOX_BACK, ANCHOR_NONE, BODY_THRUST_BACK},
    {"step_up", CONTACT_BOX, ANCHOR_NONE, BODY_STEP},
    {"iso_heel_dig", CONTACT_BOX, ANCHOR_NONE, BODY_HEEL},
    {"iso_bridge", CONTACT_BOX, ANCHOR_NONE, BODY_BRIDGE_HOLD},
};

enum body_kind body_kind(const char *exercise, enum contact contact, enum anchor anchor)
{
    for (size_t i = 0; i < sizeof body_rows / sizeof body_rows[0]; i++) {
        const struct body_row *row = &body_rows[i];
        if (strcmp(row->exercise, exercise) == 0 && row->contact == contact && row->anchor == anchor)
            return row->kind;
    }
    return BODY_NONE; /* the floor, and whatever this patient has never been shown */
}

bool body_visible(enum body_kind kind)
{
    switch (kind) {
    case BODY_CURL_DEAD:
    case BODY_BRIDGE:
    case BODY_THRUST:
    case BODY_THRUST_BACK:
    case BODY_STEP:
    case BODY_HEEL:
    case BODY_HIP_TAP:
    case BODY_BRIDGE_HOLD: return true;
    case BODY_NONE:
    case BODY_CURL_LIVE:
    case BODY_CURL_FRONT:
    case BODY_HIP_EXTENSION: break;
    }
    return false;
}

/* Sway, sd as a share of the weight that stands: 0.15-0.4 % on two legs, 0.4-1 % on one; less when lying. */
static double body_sway(enum body_kind kind, struct rng *rng)
{
    switch (kind) {
    case BODY_CURL_DEAD:
    case BODY_CURL_LIVE:
    case BODY_CURL_FRONT:
    case BODY_HIP_EXTENSION:
    case BODY_HIP_TAP:
    case BODY_STEP: return rng_uniform(rng, 0.004, 0.01);
    case BODY_BRIDGE:
    case BODY_THRUST:
    case BODY_THRUST_BACK:
    case BODY_BRIDGE_HOLD:
    case BODY_HEEL: return rng_uniform(rng, 0.0003, 0.0008);
    case BODY_NONE: break;
    }
    return 0;
}

/* From a stream of its own: the same body in every session, and whose lengths are drawn has the same strengths. */
static struct hips body_lengths(enum body_kind kind, const struct patient_setup *setup)
{
    const struct hips *average = kind == BODY_THRUST || kind == BODY_THRUST_BACK ? &HIPS_THRUST : &HIPS_BRIDGE;
    struct rng rng;

    if (!setup->own_lengths)
        return *average;
    rng_seed(&rng, setup->seed, RNG_HIPS);
    return hips_draw(average, &rng);
}

void body_begin(struct body *body, enum body_kind kind, const struct patient_setup *setup, struct rng *rng)
{
    /* Every draw happens whatever the kind, so that one exercise's strengths do not depend on another's. */
    double band_n = rng_uniform(rng, 2.0, 9.0) * GRAVITY;
    double sag = rng_uniform(rng, 0.01, 0.04);
    double tremor = rng_uniform(rng, 0.005, 0.02);
    double sway = body_sway(kind, rng);
    body->foot = rng_uniform(rng, 0.08, 0.15);
    body->tap = rng_uniform(rng, 0.03, 0.06);
    body->tap_len_ns = rng_ns(rng, 50 * NS_PER_MS, 80 * NS_PER_MS);
    body->kind = kind;
    body->hips = body_lengths(kind, setup);
    body->mass_kg = setup->body_g / 1000.0;
    body->weight_n = body->mass_kg * GRAVITY;
    body->amp_n = setup->band_mn != 0 ? setup->band_mn / 1000.0 : band_n;
    body->sag = sag;
    body->sway = setup->sway ? sway : 0;
    body->tremor = setup->sway ? tremor : 0;
    body->tap_ns = ABSENT;
    body->load_kg = 0;
    body->single = false;
    axis_reset(&body->lift, 0);
    body->lift.blend = setup->blend_milli / 1000.0;
    body->lift.skew = setup->skew_milli / 1000.0;
    body->lift.whole_body = kind == BODY_STEP || body_hips(kind);
    axis_reset(&body->shift, kind == BODY_HIP_TAP ? 1 : 0);
}

/* Who balances on one leg sways more, shoulders on the floor or not: 0.15-0.4 % of the weight become 0.4-1 %. */
#define SINGLE_SWAYS 2.5
#define SINGLE_RESTS 0.5 /* of what both legs weigh on the box, pelvis down: the other one lies on the pelvis */

void body_vary(struct body *body, bool single, double load_kg)
{
    body->single = single && body_hips(body->kind);
    body->load_kg = body->kind == BODY_STEP || body_hips(body->kind) ? load_kg : 0;
    if (body->kind != BODY_STEP)
        return;
    body->mass_kg += body->load_kg; /* in the hands: goes wherever the body goes */
    body->weight_n = body->mass_kg * GRAVITY;
}

/* The pelvis is on the floor, and on it what lies on the hips. */
static double hips_down_n(const struct body *body)
{
    bool back = body->kind == BODY_THRUST_BACK;
    return hips_rest(&body->hips, back) * body->weight_n * (body->single && !back ? SINGLE_RESTS : 1);
}

double body_up_n(const struct body *body, double lift)
{
    bool back = body->kind == BODY_THRUST_BACK;
    return hips_share(&body->hips, lift, back) * body->weight_n +
           hips_carried(&body->hips, lift, back) * body->load_kg * GRAVITY;
}

double body_rest_n(const struct body *body)
{
    switch (body->kind) {
    case BODY_CURL_DEAD:
    case BODY_CURL_LIVE:
    case BODY_CURL_FRONT:
    case BODY_HIP_EXTENSION:
    case BODY_STEP: return body->weight_n;
    case BODY_HIP_TAP: return (1 - TAP_FOOT) * body->weight_n;
    case BODY_BRIDGE:
    case BODY_BRIDGE_HOLD:
    case BODY_THRUST:
    case BODY_THRUST_BACK: return hips_down_n(body);
    case BODY_HEEL: return HEEL_REST * body->weight_n;
    case BODY_NONE: break;
    }
    return 0;
}

double body_amp_n(const struct body *body)
{
    switch (body->kind) {
    case BODY_CURL_DEAD:
    case BODY_HEEL: return body->amp_n;
    case BODY_BRIDGE:
    case BODY_BRIDGE_HOLD:
    case BODY_THRUST:
    case BODY_THRUST_BACK: return body_up_n(body, 1) - hips_down_n(body);
    case BODY_HIP_TAP: return TAP_FOOT * body->weight_n;
    case BODY_NONE:
    case BODY_CURL_LIVE:
    case BODY_CURL_FRONT:
    case BODY_HIP_EXTENSION:
    case BODY_STEP: break;
    }
    return 0;
}

static double band_share(double lift)
{
    return lift > SLACK ? (lift - SLACK) / (1 - SLACK) : 0;
}

double body_reach_n(const struct body *body, double depth)
{
    return body->kind == BODY_CURL_DEAD ? body->amp_n * band_share(depth) : body_amp_n(body);
}

static double tap_share(const struct body *body, int64_t t_ns)
{
    for (int i = 0; body->tap_ns != ABSENT && i < body->taps; i++) {
        int64_t since_ns = t_ns - body->tap_ns - i * TAPS_NS;
        double u = (double)since_ns / (double)body->tap_len_ns;
        if (since_ns >= 0 && since_ns <= body->tap_len_ns)
            return body->tap * 4 * u * (1 - u);
    }
    return 0;
}

/* F = M (g + a) s: s is the share that the box carries, a the body's vertical acceleration. */
static double step_n(const struct body *body, double on, struct motion lift, double shift, double tap)
{
    double share = body->foot * on + (1 - body->foot * on) * shift;
    return body->mass_kg * (GRAVITY + lift.acc * body->step_m) * share + tap * body->weight_n;
}

/* Hips that rise: the supports carry what they do with the pelvis down, then, as soon as it is up, what they must. */
static double hips_n(const struct body *body, struct motion lift, double shift)
{
    const struct hips *hips = &body->hips;
    double down_n = hips_down_n(body), up_n = body_up_n(body, lift.pos);
    double moved_kg =
        HIP_MASS * body->mass_kg + hips_carried(hips, lift.pos, body->kind == BODY_THRUST_BACK) * body->load_kg;
    return down_n + (up_n - down_n) * shift + moved_kg * hips->rise_m * lift.acc;
}

/* Load of the whole posture; `on` of it is there while the patient steps on or off. */
static double posture_n(const struct body *body, struct motion lift, double shift)
{
    double w = body->weight_n;
    switch (body->kind) {
    case BODY_CURL_DEAD: return w + body->amp_n * band_share(lift.pos) + SHANK_NS2 * lift.acc;
    case BODY_CURL_LIVE: /* the band's pull is an internal force: only the shank's inertia is left */
    case BODY_CURL_FRONT: return w + SHANK_NS2 * lift.acc;
    case BODY_HIP_EXTENSION: return w + LEG_NS2 * lift.acc;
    case BODY_HIP_TAP: return w * (1 - TAP_FOOT * shift) + LEG_NS2 * lift.acc;
    case BODY_BRIDGE:
    case BODY_THRUST:
    case BODY_THRUST_BACK: return hips_n(body, lift, shift);
    case BODY_HEEL: return HEEL_REST * w + body->amp_n * lift.pos;
    case BODY_BRIDGE_HOLD: return body_rest_n(body) + body_amp_n(body) * lift.pos;
    case BODY_STEP: /* step_n() */
    case BODY_NONE: break;
    }
    return 0;
}

struct load body_step(struct body *body, int64_t t_ns, struct rng *rng)
{
    struct motion lift = axis_at(&body->lift, t_ns);
    double shift = axis_at(&body->shift, t_ns).pos;
    double on = axis_at(&body->on, t_ns).pos;
    double sway = ar2_step(&body->sway_state, &AR2_SWAY, rng) * body->sway;
    double tremor = ar2_step(&body->tremor_state, &AR2_TREMOR, rng) * body->tremor;
    struct load load = {.height = lift.pos};
    if (body->kind == BODY_STEP)
        load.clean_n = step_n(body, on, lift, shift, tap_share(body, t_ns));
    else
        load.clean_n = on * posture_n(body, lift, shift);
    double held_n = body->kind == BODY_HEEL || body->kind == BODY_BRIDGE_HOLD ? body_amp_n(body) * lift.pos : 0;
    if (body->kind == BODY_CURL_DEAD)
        held_n = body->amp_n * band_share(lift.pos);
    double standing = body->kind == BODY_STEP ? shift : on;
    if (body->single) /* pelvis down there is nothing to balance */
        standing *= 1 + (SINGLE_SWAYS - 1) * shift;
    load.noisy_n = load.clean_n + sway * standing * body->weight_n + tremor * held_n * on;
    return load;
}
