/* SPDX-License-Identifier: MIT */
/* A movement of a known patient as the cell feels it; oracle.h. The simulated patient's own body plays it, without sway. */
#include "tests/bench/oracle.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "daemon/io/patient/patient_case.h"

#define STEP_NS      (NS_PER_S / COURSE_HZ)
#define SETTLES_S    0.6 /* after a movement: the trailing foot lands, the feet are unloaded */
#define SINGLE_SWAYS 2.5 /* patient_body.c: on one leg, pelvis up */
#define P            0.1 /* of the crossings */
#define STEP_TOP     0.95
#define HALVINGS     40

static double force[COURSE_MAX], height[COURSE_MAX];

/* --- the body ---------------------------------------------------------------------------------------------------- */

double course_begin(struct patient *patient, const struct bench_session *session)
{
    const struct bench_setup *setup = session->setup;
    struct rng rng;
    json_t *rx = json_loads(session->rx, 0, NULL);
    const json_t *item = json_array_get(json_object_get(rx, "items"), 0);
    const char *variation = json_string_value(json_object_get(item, "variation"));
    const json_t *step_m = json_object_get(item, "step_height_m");
    const struct station *station = &session->patient.station;
    memset(patient, 0, sizeof *patient);
    patient->setup = session->patient;
    rng_seed(&rng, session->patient.seed, RNG_BODY);
    body_begin(&patient->body, body_kind(setup->exercise, setup->contact, setup->anchor), &patient->setup, &rng);
    body_vary(&patient->body, variation != NULL && strcmp(variation, "single") == 0,
              json_number_value(json_object_get(item, "load_kg")));
    patient->body.step_m =
        step_m != NULL ? json_number_value(step_m) : (station->plate_height_mm + station->riser_height_mm) / 1000.0;
    axis_reset(&patient->body.on, 1);
    json_decref(rx);
    double sway_n = patient->body.sway * patient->body.weight_n * (patient->body.single ? SINGLE_SWAYS : 1);
    patient->body.sway = patient->body.tremor = 0;
    return sway_n;
}

static bool case_of_plan(enum patient_case oddity)
{
    return oddity == PATIENT_PAUSE_IN_ECC || oddity == PATIENT_TWO_PART_CON || oddity == PATIENT_DOUBLE_BOUNCE ||
           oddity == PATIENT_REAR_PUSH || oddity == PATIENT_DOUBLE_TAP;
}

bool course_knows(enum patient_case oddity)
{
    return oddity == PATIENT_PLAIN || oddity == PATIENT_HAND_TOUCH || case_of_plan(oddity);
}

static void plan(struct patient *patient, const struct oracle_rep *rep, double con_s)
{
    patient->work.plan = rep_plan(patient, con_s);
    if (case_of_plan(patient->setup.oddity))
        case_turn(patient, CASE_REP, 0);
    patient->work.plan.depth = rep->depth;
    patient->work.plan.pretension_s = rep->press_s;
    patient->work.plan.unload_s = rep->unload_s;
    if (patient->work.plan.con_stop_s > 0)
        patient->work.plan.con_stop_s = rep->rest_s;
    if (patient->work.plan.ecc_stop_s > 0)
        patient->work.plan.ecc_stop_s = rep->rest_s;
}

double course_rest_s(const struct patient *patient)
{
    struct patient asked = *patient;
    asked.work.plan = rep_plan(&asked, 1);
    if (case_of_plan(asked.setup.oddity))
        case_turn(&asked, CASE_REP, 0);
    return asked.work.plan.con_stop_s + asked.work.plan.ecc_stop_s; /* of a case one of them, or none */
}

/* Movements of the body from rest, asked to take s; returns how long they take, and when they begin. */
static double move(struct patient *patient, const struct body *rest, const struct oracle_rep *rep, bool up, double s,
                   int64_t *ret_begin_ns)
{
    int64_t end_ns = 0;
    patient->body = *rest;
    plan(patient, rep, s);
    *ret_begin_ns = 0;
    if (up)
        *ret_begin_ns = rep_go_up(patient, 0, &end_ns);
    else {
        bool stands = patient->body.kind == BODY_STEP || body_hips(patient->body.kind);
        patient->body.lift.now.from = patient->body.lift.now.to = rep->depth;
        patient->body.shift.now.from = patient->body.shift.now.to = stands;
        end_ns = rep_go_down(patient, 0, s);
    }
    return (double)(end_ns - *ret_begin_ns) / 1e9;
}

/* The movement of that length, as nearly as the body's weight lets it be. */
static double move_of_length(struct patient *patient, const struct body *rest, const struct oracle_rep *rep, bool up,
                             double length_s, int64_t *ret_begin_ns)
{
    double lo = 0.01, hi = 2 * length_s;
    for (int i = 0; i < HALVINGS; i++) {
        double mid = (lo + hi) / 2;
        if (move(patient, rest, rep, up, mid, ret_begin_ns) < length_s)
            lo = mid;
        else
            hi = mid;
    }
    return move(patient, rest, rep, up, hi, ret_begin_ns);
}

/* --- crossings, in steps; NAN: there is none --------------------------------------------------------------------- */

static double rise_from(const double *v, double from, int to, double level)
{
    for (int i = from > 0 ? (int)from : 0; i + 1 < to; i++)
        if (v[i] < level && v[i + 1] >= level)
            return i + (level - v[i]) / (v[i + 1] - v[i]);
    return NAN;
}

static double fall_from(const double *v, double from, int to, double level)
{
    for (int i = from > 0 ? (int)from : 0; i + 1 < to; i++)
        if (v[i] >= level && v[i + 1] < level)
            return i + (level - v[i]) / (v[i + 1] - v[i]);
    return NAN;
}

static double last_fall(const double *v, int to, double level)
{
    for (int i = to - 2; i >= 0; i--)
        if (v[i] >= level && v[i + 1] < level)
            return i + (level - v[i]) / (v[i + 1] - v[i]);
    return NAN;
}

static int up_to(double step, int n)
{
    return isnan(step) ? 0 : step + 2 < n ? (int)step + 2 : n;
}

/* The definitions of patient_truth.c. moves: steps from the begin to the end of the movement. */
static void step_changes(const struct body *body, bool up, int n, double ret[2])
{
    if (up) {
        ret[0] = rise_from(force, 0, n, 0.5 * body->weight_n);
        ret[1] = rise_from(height, 0, n, STEP_TOP);
    } else {
        ret[0] = last_fall(height, n, STEP_TOP);
        ret[1] = last_fall(force, up_to(fall_from(force, 0, n, 0.5 * body->weight_n), n), 0.9 * body->weight_n);
    }
}

static void thrust_changes(const struct body *body, const struct oracle_rep *rep, bool up, double begin, double end,
                           int n, double ret[2])
{
    double off_n = body_up_n(body, 0), rise_n = body_up_n(body, rep->depth) - off_n;
    double lo_n = off_n + P * rise_n, mid_n = off_n + rise_n / 2, hi_n = off_n + (1 - P) * rise_n;
    if (up) {
        double swings = last_fall(force, n, mid_n);
        ret[0] = rise_from(force, begin, n, lo_n);
        ret[1] = rise_from(force, isnan(swings) ? begin : swings, n, hi_n);
    } else {
        ret[0] = last_fall(force, up_to(fall_from(force, begin, n, mid_n), n), hi_n);
        ret[1] = last_fall(force, up_to(end, n), lo_n);
    }
}

static void curl_changes(const struct body *body, const struct oracle_rep *rep, bool up, double end, double ret[2])
{
    double rest_n = body_rest_n(body), reach_n = body_reach_n(body, rep->depth);
    double lo_n = rest_n + P * reach_n, hi_n = rest_n + (1 - P) * reach_n;
    int n = up_to(end, COURSE_MAX);
    if (up) {
        ret[0] = rise_from(force, 0, n, lo_n);
        ret[1] = rise_from(force, 0, n, hi_n);
    } else {
        ret[0] = last_fall(force, n, hi_n);
        ret[1] = isnan(ret[0]) ? NAN : fall_from(force, ret[0], n, lo_n);
    }
}

/* --- the course -------------------------------------------------------------------------------------------------- */

static double value(const double *v, int n, double at)
{
    if (at <= 0)
        return v[0];
    if (at >= n - 1)
        return v[n - 1];
    int i = (int)at;
    return v[i] + (at - i) * (v[i + 1] - v[i]);
}

/* Integral from step 0 on, of what goes on as it begins and as it ends. */
static double integral(const double *sum, const double *v, int n, double at)
{
    if (at <= 0)
        return at * v[0];
    if (at >= n - 1)
        return sum[n - 1] + (at - (n - 1)) * v[n - 1];
    int i = (int)at;
    double share = at - i;
    return sum[i] + share * (v[i] + share * (v[i + 1] - v[i]) / 2);
}

static void add_up(const double *v, int n, double *ret)
{
    ret[0] = 0;
    for (int i = 1; i < n; i++)
        ret[i] = ret[i - 1] + (v[i - 1] + v[i]) / 2;
}

static void play(struct patient *patient, int n)
{
    for (int i = 0; i < n; i++) {
        struct load load = body_step(&patient->body, i * STEP_NS, &patient->sway_rng);
        force[i] = load.clean_n;
        height[i] = load.height;
    }
}

/* Each sample is a mean: so becomes each value. */
static void average(struct oracle_course *course, int n, double width_s)
{
    static double sum[COURSE_MAX];
    double half = width_s * COURSE_HZ / 2;
    int margin = (int)half + 1;
    add_up(force, n, sum);
    course->n = n + 2 * margin;
    course->lead_s += margin / (double)COURSE_HZ;
    for (int i = 0; i < course->n; i++)
        course->mean_n[i] =
            (integral(sum, force, n, i - margin + half) - integral(sum, force, n, i - margin - half)) / (2 * half);
    add_up(course->mean_n, course->n, course->sum);
}

bool course_play(struct patient *patient, const struct oracle_rep *rep, bool up, double length_s, double width_s,
                 struct oracle_course *ret)
{
    const struct body rest = patient->body;
    int64_t begin_ns;
    ret->length_s = move_of_length(patient, &rest, rep, up, length_s, &begin_ns);
    double begin = (double)begin_ns / (double)STEP_NS, end = begin + ret->length_s * COURSE_HZ;
    int n = (int)(end + (SETTLES_S + (double)rep_bounces_ns(patient) / 1e9) * COURSE_HZ);
    bool fits = n + width_s * COURSE_HZ + 4 < COURSE_MAX;
    if (fits) {
        patient->body.tap_ns = up ? patient->body.tap_ns : ABSENT;
        play(patient, n);
        if (rest.kind == BODY_STEP)
            step_changes(&rest, up, n, ret->change_s);
        else if (rest.kind == BODY_THRUST)
            thrust_changes(&rest, rep, up, begin, end, n, ret->change_s);
        else
            curl_changes(&rest, rep, up, end, ret->change_s);
        for (int i = 0; i < 2; i++)
            ret->change_s[i] = (ret->change_s[i] - begin) / COURSE_HZ;
        ret->lead_s = begin / COURSE_HZ;
        average(ret, n, width_s);
    }
    patient->body = rest;
    return fits;
}

double course_at(const struct oracle_course *course, double s, double spread_s)
{
    double at = (s + course->lead_s) * COURSE_HZ, half = spread_s * COURSE_HZ / 2;
    if (half < 0.5)
        return value(course->mean_n, course->n, at);
    return (integral(course->sum, course->mean_n, course->n, at + half) -
            integral(course->sum, course->mean_n, course->n, at - half)) /
           (2 * half);
}

double course_before(const struct oracle_course *course)
{
    return course->mean_n[0];
}

double course_after(const struct oracle_course *course)
{
    return course->mean_n[course->n - 1];
}
