/* SPDX-License-Identifier: MIT */
/* One repetition as movements of the body's axes: up and down, the way its plan says. */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>

#define STEP_LOADS     0.2  /* share of con until the body begins to rise */
#define STEP_SHIFTS    0.35 /* share of con until the lead leg carries everything */
#define STEP_PUSHES    0.6  /* the same when the trailing leg helps */
#define STEP_LANDS     0.94 /* share of ecc at which the trailing foot meets the floor */
#define STEP_UNLOADS_S 0.25
#define UNLOAD_S       0.25
#define FOOT_S         0.12 /* a foot leaves the floor or is put down */
#define SLIP           0.12 /* share of the movement that slips back in a two-part way up */
#define BOUNCE         0.4
#define BOUNCE_STEP_M  0.04 /* on the floor beside the step, from bent knees: 0.7 g at BOUNCE_S */
#define BOUNCE_S       0.18

static int64_t ns(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

bool body_hips(enum body_kind kind)
{
    return kind == BODY_BRIDGE || kind == BODY_THRUST || kind == BODY_THRUST_BACK || kind == BODY_BRIDGE_HOLD;
}

/* Feet press for 0.2-0.5 s before the pelvis leaves and are unloaded within 0.15-0.4 s when it touches down. */
struct rep_plan rep_plan(struct patient *p, double con_s)
{
    struct rep_plan plan = {.con_s = con_s, .ecc_share = 1, .depth = 1, .unload_s = UNLOAD_S, .taps = 1};
    if (body_hips(p->body.kind)) {
        plan.pretension_s = rng_uniform(&p->odd_rng, 0.2, 0.5);
        plan.unload_s = rng_uniform(&p->odd_rng, 0.15, 0.4);
    }
    return plan;
}

#define PUSH_G  0.6  /* share of g that a leg adds in a hurry */
#define FALL_G  0.9  /* nothing pulls a body down faster than falling, and a trailing foot feels for the floor */
#define PEAK    5.77 /* peak acceleration of a minimum-jerk movement, way / s^2 */
#define PEAK_OF 14.2 /* and of the skewed ones at most: at 0.8; 11.3 at 0.6 */
#define FORCE_S 0.1  /* of constant speed: patient_move.c lets no body be sped up in less */

/*
 * A whole body that goes up or down is no limb: it takes at least as long as its weight lets it. How long that way (a
 * share of the height) takes when s is wanted.
 */
static double body_s(const struct patient *p, double s, double way, double share_of_g)
{
    double blend = p->body.lift.blend;
    double square_s2 = fabs(way) * p->body.step_m / (share_of_g * GRAVITY); /* at an acceleration of 1 */
    if (p->body.kind != BODY_STEP)
        return s;
    double least_s = sqrt((p->setup.edge == PATIENT_EDGE_MIN_JERK ? PEAK : PEAK_OF) * square_s2);
    if (p->setup.edge == PATIENT_EDGE_CONSTANT) {
        /* A peak of 1 / (blend (1 - blend)), the blend being at least FORCE_S long: the longer of both is felt. */
        double short_s = square_s2 / FORCE_S + FORCE_S;
        least_s = blend > 0 ? sqrt(square_s2 / (blend * (1 - blend))) : short_s;
        least_s = least_s < short_s ? least_s : short_s;
    }
    return s < least_s ? least_s : s;
}

/* The movement proper; returns its end. */
static int64_t rise(struct patient *p, int64_t t_ns, double s)
{
    const struct rep_plan *plan = &p->work.plan;
    struct axis *lift = &p->body.lift;
    if (plan->con_stop_s <= 0) {
        s = body_s(p, s, plan->depth, PUSH_G);
        axis_to(lift, t_ns, s, plan->depth, p->setup.edge);
        return t_ns + ns(s);
    }
    double part_s = body_s(p, s / 2, (1 - 0.55 + SLIP) * plan->depth, PUSH_G); /* the longer way of the two */
    int64_t stop_ns = t_ns + ns(part_s), again_ns = stop_ns + ns(plan->con_stop_s);
    axis_to(lift, t_ns, part_s, 0.55 * plan->depth, p->setup.edge);
    axis_to(lift, stop_ns, plan->con_stop_s, (0.55 - SLIP) * plan->depth, p->setup.edge);
    axis_to(lift, again_ns, part_s, plan->depth, p->setup.edge);
    return again_ns + ns(part_s);
}

/* How long the way down takes, the rest half-way not counted, when s is wanted. */
static double sink_s(struct patient *p, double s)
{
    double way = axis_goal(&p->body.lift);
    return p->work.plan.ecc_stop_s > 0 ? 2 * body_s(p, s / 2, way / 2, FALL_G) : body_s(p, s, way, FALL_G);
}

static int64_t sink(struct patient *p, int64_t t_ns, double s)
{
    const struct rep_plan *plan = &p->work.plan;
    struct axis *lift = &p->body.lift;
    int64_t half_ns = t_ns + ns(s / 2), again_ns = half_ns + ns(plan->ecc_stop_s);
    if (plan->ecc_stop_s <= 0) {
        axis_to(lift, t_ns, s, 0, p->setup.edge);
        return t_ns + ns(s);
    }
    axis_to(lift, t_ns, s / 2, 0.5 * plan->depth, p->setup.edge);
    axis_to(lift, again_ns, s / 2, 0, p->setup.edge);
    return again_ns + ns(s / 2);
}

static void bounce(struct patient *p, int64_t t_ns)
{
    double way = p->body.kind == BODY_STEP ? BOUNCE_STEP_M / p->body.step_m : BOUNCE;
    for (int i = 0; i < p->work.plan.bounces; i++) {
        axis_to(&p->body.lift, t_ns, BOUNCE_S, way * p->work.plan.depth, PATIENT_EDGE_MIN_JERK);
        axis_to(&p->body.lift, t_ns + ns(BOUNCE_S), BOUNCE_S, 0, PATIENT_EDGE_MIN_JERK);
        t_ns += ns(2 * BOUNCE_S);
    }
}

int64_t rep_bounces_ns(const struct patient *p)
{
    return 2 * p->work.plan.bounces * ns(BOUNCE_S);
}

static int64_t step_up(struct patient *p, int64_t t_ns, int64_t *ret_end_ns)
{
    const struct rep_plan *plan = &p->work.plan;
    double s = plan->con_s;
    int64_t lift_ns = t_ns + ns(STEP_LOADS * s);
    axis_to(&p->body.shift, t_ns, (plan->rear_push ? STEP_PUSHES : STEP_SHIFTS) * s, 1, PATIENT_EDGE_MIN_JERK);
    *ret_end_ns = rise(p, lift_ns, (1 - STEP_LOADS) * s);
    p->body.tap_ns = *ret_end_ns;
    p->body.taps = plan->taps;
    return t_ns; /* the way up begins with the lead leg's taking over */
}

/* The floor carries the pelvis until the feet carry it; who has not touched down just rises. */
static int64_t hips_up(struct patient *p, int64_t t_ns, int64_t *ret_end_ns)
{
    const struct rep_plan *plan = &p->work.plan;
    if (plan->press_only) {
        axis_to(&p->body.shift, t_ns, plan->con_s, rng_uniform(&p->odd_rng, 0.3, 0.6), PATIENT_EDGE_MIN_JERK);
        *ret_end_ns = t_ns + ns(plan->con_s);
        return t_ns;
    }
    bool up = axis_goal(&p->body.shift) > 0.9;
    int64_t lift_ns = up ? t_ns : t_ns + ns(plan->pretension_s);
    axis_to(&p->body.shift, t_ns, plan->pretension_s, 1, PATIENT_EDGE_MIN_JERK);
    *ret_end_ns = rise(p, lift_ns, plan->con_s);
    return lift_ns;
}

int64_t rep_go_up(struct patient *p, int64_t t_ns, int64_t *ret_end_ns)
{
    struct body *body = &p->body;
    if (body->kind == BODY_STEP)
        return step_up(p, t_ns, ret_end_ns);
    if (body_hips(body->kind))
        return hips_up(p, t_ns, ret_end_ns);
    if (body->kind == BODY_HIP_TAP)
        axis_to(&body->shift, t_ns, FOOT_S, 0, PATIENT_EDGE_MIN_JERK);
    *ret_end_ns = rise(p, t_ns, p->work.plan.con_s);
    return t_ns;
}

int64_t rep_go_down(struct patient *p, int64_t t_ns, double s)
{
    struct body *body = &p->body;
    s = sink_s(p, s);
    int64_t end_ns = sink(p, t_ns, s);
    if (body->kind == BODY_STEP)
        axis_to(&body->shift, end_ns - ns((1 - STEP_LANDS) * s), STEP_UNLOADS_S, 0, PATIENT_EDGE_MIN_JERK);
    else if (body->kind == BODY_HIP_TAP)
        axis_to(&body->shift, end_ns, FOOT_S, 1, PATIENT_EDGE_MIN_JERK);
    else if (!p->work.plan.stays_up)
        axis_to(&body->shift, end_ns, p->work.plan.unload_s, 0, PATIENT_EDGE_MIN_JERK);
    bounce(p, end_ns);
    return end_ns;
}

void rep_settle(struct patient *p, int64_t t_ns)
{
    p->work.plan.stays_up = false;
    p->work.plan.bounces = 0;
    if (axis_goal(&p->body.lift) > 0)
        rep_go_down(p, t_ns, 1.0);
    else if (body_hips(p->body.kind) && axis_goal(&p->body.shift) > 0)
        axis_to(&p->body.shift, t_ns, UNLOAD_S, 0, PATIENT_EDGE_MIN_JERK);
}
