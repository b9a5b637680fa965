/* SPDX-License-Identifier: MIT */
/* What acts on the box besides the patient's movements: hands, knocks, other people, drift and creep of the cell. */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>
#include <string.h>

#define HAND_TAU_S  2.0
#define HAND_STEPS  0.25 /* share of a hand's variance that comes in steps, where it takes hold anew */
#define GRIP_S      0.2  /* one step */
#define DRIFT_S     600  /* after power-up */
#define CREEP_TAU_S 60.0

void world_init(struct world *world, const struct patient_setup *setup)
{
    memset(world, 0, sizeof *world);
    rng_seed(&world->rng, setup->seed, RNG_WORLD);
    rng_seed(&world->grip_rng, setup->seed, RNG_GRIP);
    axis_reset(&world->extra, 0);
    axis_reset(&world->grip, 0);
    world->grip_next_ns = ABSENT;
    world->start_ns = setup->start_ns;
}

void world_pulse(struct world *world, int64_t at_ns, int64_t dur_ns, double peak_n, bool rings)
{
    if (world->n_pulses == PULSE_MAX) { /* the oldest is over long since */
        world->n_pulses--;
        memmove(&world->pulses[0], &world->pulses[1], (size_t)world->n_pulses * sizeof world->pulses[0]);
    }
    world->pulses[world->n_pulses++] =
        (struct pulse){.at_ns = at_ns, .dur_ns = dur_ns, .peak_n = peak_n, .rings = rings};
}

void world_extra(struct world *world, int64_t at_ns, double dur_s, double to_n)
{
    axis_to(&world->extra, at_ns, dur_s, to_n, PATIENT_EDGE_MIN_JERK);
}

static double pulses_n(struct world *world, int64_t t_ns)
{
    double all_n = 0, ring_n = 0;
    for (int i = 0; i < world->n_pulses; i++) {
        const struct pulse *pulse = &world->pulses[i];
        if (t_ns < pulse->at_ns || t_ns >= pulse->at_ns + pulse->dur_ns)
            continue;
        double u = (double)(t_ns - pulse->at_ns) / (double)pulse->dur_ns;
        double n = pulse->peak_n * 4 * u * (1 - u);
        all_n += n;
        if (pulse->rings)
            ring_n += n;
    }
    struct ar2 *ring = &world->ring;
    double x = AR2_RING.a1 * ring->x1 + AR2_RING.a2 * ring->x2 + AR2_RING.gain * ring_n;
    ring->x2 = ring->x1;
    ring->x1 = x;
    return all_n + x;
}

/* Every 5-20 s the hand takes hold anew and leans as hard as it happens to: steps with an sd of 1. */
static double grip(struct world *world, int64_t t_ns)
{
    if (world->grip_next_ns == ABSENT)
        world->grip_next_ns = t_ns;
    if (t_ns >= world->grip_next_ns) {
        axis_to(&world->grip, t_ns, GRIP_S, rng_gauss(&world->grip_rng), PATIENT_EDGE_MIN_JERK);
        world->grip_next_ns = t_ns + rng_ns(&world->grip_rng, 5 * NS_PER_S, 20 * NS_PER_S);
    }
    return axis_at(&world->grip, t_ns).pos;
}

/* Ornstein-Uhlenbeck, which wanders slowly about zero, plus steps: together they have the sd that was given. */
static double hand_n(struct world *world, int64_t t_ns)
{
    double share = 1 / (HAND_TAU_S * PHYSICS_HZ), wander_n = sqrt(1 - HAND_STEPS) * world->hand_sd_n;
    if (world->hand_sd_n <= 0)
        return world->hand_n;
    world->hand_n += -share * world->hand_n + sqrt(2 * share) * wander_n * rng_gauss(&world->rng);
    return world->hand_n + sqrt(HAND_STEPS) * world->hand_sd_n * grip(world, t_ns);
}

static double drift_n(const struct world *world, int64_t t_ns)
{
    double s = (double)(t_ns - world->start_ns) / 1e9;
    return world->drift_n_per_s * (s < DRIFT_S ? s : DRIFT_S);
}

double world_step(struct world *world, int64_t t_ns, double load_n)
{
    double knock_n = pulses_n(world, t_ns); /* each of these goes on whatever the others do */
    double n = load_n + axis_at(&world->extra, t_ns).pos + hand_n(world, t_ns) + knock_n;
    if (world->noise_n > 0)
        n += world->noise_n * rng_gauss(&world->rng);
    if (n < 0) /* nobody pulls the box up */
        n = 0;
    world->creep_n += (world->creep_share * n - world->creep_n) / (CREEP_TAU_S * PHYSICS_HZ);
    return n + world->creep_n + drift_n(world, t_ns);
}
