/* SPDX-License-Identifier: MIT */
/* The simulated patient as a whole: physics up to the next output of the converter, buttons in between. */
#include "gymstation/patient.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/patient/patient_case.h"

void patient_setup_default(struct patient_setup *ret)
{
    *ret = (struct patient_setup){
        .seed = 1,
        .station = {.plate_height_mm = 100,
                    .riser_height_mm = 200,
                    .floor_anchor = true,
                    .bench = true,
                    .capacity_mn = 2500000,
                    .session_idle_ms = 300000},
        /* HX711 at gain 128 on 4 x 50 kg at 1 mV/V: about 10.7 counts per gram = 1091 per newton. */
        .calibration = {.valid = true, .zero_counts = 84211, .counts_per_n_milli = 1091000},
        .body_g = 80000,
        .sps_milli = 80000,
        .clock_error_ppm = ABSENT_PPM,
        .noise_mn = 39, /* 4 g */
        .fatigue_milli = 100,
        .skill_milli = 50,
        .edge = PATIENT_EDGE_MIN_JERK,
        .skew_milli = 600,
        .bounce = true,
        .sway = true,
        .think_ms = 2000,
        .pain = {1, 1, 1, 1, 1},
        .effort = 4,
        .sessions = 1,
        .session_gap_ms = 15000,
        .oddity = PATIENT_PLAIN,
    };
}

static bool within(int64_t value, int64_t lo, int64_t hi)
{
    return value >= lo && value <= hi;
}

static bool setup_valid(const struct patient_setup *s)
{
    bool ppm = s->clock_error_ppm == ABSENT_PPM || within(s->clock_error_ppm, -200000, 200000);
    return ppm && within(s->start_ns, 0, INT64_MAX / 4) && within(s->body_g, 20000, 250000) &&
           within(s->sps_milli, 5000, 400000) && within(s->noise_mn, 0, 10000) && within(s->band_mn, 0, 500000) &&
           within(s->fatigue_milli, 0, 500) && within(s->skill_milli, 0, 300) && within(s->blend_milli, 0, 500) &&
           within(s->skew_milli, 0, 800) && within(s->think_ms, 100, 60000) && within(s->slot, 0, SLOT_MAX) &&
           within(s->sessions, 0, 1000000) && within(s->session_gap_ms, 0, 86400000) && s->calibration.valid &&
           s->calibration.counts_per_n_milli != 0 && s->exercises != NULL && (unsigned)s->edge < PATIENT_EDGE_COUNT &&
           (unsigned)s->oddity < PATIENT_CASE_COUNT;
}

int32_t patient_seen_band_mn(int32_t body_g)
{
    return (int32_t)(0.065 * 9.80665 * body_g);
}

int patient_open(const struct patient_setup *setup, struct patient **ret_patient)
{
    if (!setup_valid(setup))
        return -EINVAL;
    struct patient *p = calloc(1, sizeof *p);
    if (p == NULL)
        return -ENOMEM;
    p->setup = *setup;
    p->now_ns = setup->start_ns;
    rng_seed(&p->body_rng, setup->seed, RNG_BODY);
    rng_seed(&p->mind_rng, setup->seed, RNG_MIND);
    rng_seed(&p->sway_rng, setup->seed, RNG_SWAY);
    case_converter(&p->setup);
    converter_init(&p->converter, &p->setup, &p->rate_milli);
    truth_init(&p->truth);
    hands_init(&p->hands, setup);
    axis_reset(&p->body.on, 0);
    axis_reset(&p->body.lift, 0);
    axis_reset(&p->body.shift, 0);
    p->body.tap_ns = ABSENT;
    world_init(&p->world, setup);
    stream_init(&p->stream);
    rng_seed(&p->odd_rng, setup->seed, RNG_CASE);
    behave_init(p);
    case_turn(p, CASE_WORLD, setup->start_ns);
    *ret_patient = p;
    return 0;
}

void patient_close(struct patient *patient)
{
    free(patient);
}

int64_t patient_rate_milli(const struct patient *patient)
{
    return patient->rate_milli;
}

bool patient_done(const struct patient *patient)
{
    return behave_done(patient);
}

/* A look may come later than what had been planned to happen before it. */
static int64_t not_before_now(const struct patient *p, int64_t t_ns)
{
    return t_ns > p->now_ns ? t_ns : p->now_ns;
}

static int64_t sample_ns(const struct patient *p)
{
    return stream_arrival_ns(&p->stream, p->converter.stamp_ns);
}

static int64_t min_ns(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t patient_next_ns(const struct patient *p)
{
    int64_t next_ns = min_ns(hands_next_ns(&p->hands), stream_other_ns(&p->stream));
    return not_before_now(p, min_ns(next_ns, sample_ns(p)));
}

static void physics_until(struct patient *p, int64_t t_ns)
{
    for (;; p->k++) {
        int64_t step_ns = physics_ns(p->setup.start_ns, p->k);
        if (step_ns > t_ns)
            return;
        work_step(p, step_ns);
        struct load load = body_step(&p->body, step_ns, &p->sway_rng);
        truth_step(&p->truth, step_ns, &load);
        converter_take(&p->converter, p->k, world_step(&p->world, step_ns, load.noisy_n));
    }
}

static bool next_force(struct patient *p, struct input *ret)
{
    ret->kind = INPUT_FORCE;
    if (sample_ns(p) > p->converter.stamp_ns) /* it waited on its way */
        ret->stamp_ns = p->converter.stamp_ns;
    physics_until(p, p->converter.ready_ns);
    ret->u.force.raw = converter_read(&p->converter, &p->setup.calibration, p->setup.start_ns, p->k - 1);
    ret->u.force.force_mn = calibration_force_mn(&p->setup.calibration, ret->u.force.raw);
    ret->u.force.has_raw = ret->u.force.has_force = true;
    return stream_pass(&p->stream, ret, &p->setup.calibration);
}

static bool next_edge(struct patient *p, struct input *ret)
{
    struct edge edge = hands_take(&p->hands);
    ret->kind = INPUT_BUTTON;
    ret->u.button.button = edge.button;
    ret->u.button.pressed = edge.pressed;
    return true;
}

bool patient_next(struct patient *p, struct input *ret)
{
    int64_t hands_ns = hands_next_ns(&p->hands), other_ns = stream_other_ns(&p->stream);
    memset(ret, 0, sizeof *ret);
    p->now_ns = ret->t_ns = ret->stamp_ns = patient_next_ns(p);
    if (hands_ns < sample_ns(p) && hands_ns <= other_ns)
        return next_edge(p, ret);
    if (other_ns >= sample_ns(p))
        return next_force(p, ret);
    *ret = stream_take(&p->stream);
    ret->t_ns = p->now_ns;
    return true;
}

void patient_see(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    p->now_ns = not_before_now(p, now_ns);
    behave_see(p, snapshot, p->now_ns);
}

void patient_hear(struct patient *p, const struct cue *cue)
{
    if (cue->kind != CUE_PHASE || cue->arg < 0 || cue->arg >= PHASE_COUNT)
        return; /* the other sounds only say what the station shows as well */
    int64_t at_ns = not_before_now(p, cue->at_ns);
    p->cued = (enum phase)cue->arg;
    p->cued_ns = at_ns;
    case_turn(p, CASE_CUE, at_ns);
    work_phase(p, p->cued, at_ns);
}
