/* SPDX-License-Identifier: MIT */
/* Oddities of the world: hands, knocks, other people, and a cell that drifts. */
#include "daemon/io/patient/patient_case.h"

#define KG GRAVITY /* newtons */

/* --- hands ------------------------------------------------------------------------------------------------------- */

void case_hand_touch(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_SET)
        p->world.hand_sd_n = 0.3 * KG;
}

void case_hand_lean(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (turn == CASE_SET)
        p->world.hand_sd_n = 1.5 * KG;
}

/* Every second rep is done with 3 kg on the chair. */
void case_leaning_steps(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (turn == CASE_BOTTOM)
        world_extra(&p->world, t_ns + rng_ns(&p->odd_rng, 0, NS_PER_S), 0.4, p->work.done % 2 ? -3 * KG : 0);
}

void case_tremor(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_SET)
        p->body.tremor = 0.03;
}

void case_coughs(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_REP && turn != CASE_TOP && turn != CASE_BOTTOM && turn != CASE_HOLD)
        return;
    int64_t at_ns = t_ns + rng_ns(&p->odd_rng, 0, NS_PER_S);
    double peak_n = rng_uniform(&p->odd_rng, 0.5, 3) * KG;
    world_pulse(&p->world, at_ns, 120 * NS_PER_MS, peak_n, false);
    world_pulse(&p->world, at_ns + 120 * NS_PER_MS, 120 * NS_PER_MS, -0.7 * peak_n, false);
}

/* --- feet -------------------------------------------------------------------------------------------------------- */

void case_shuffles(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_BOTTOM || p->work.done % 2 != 0)
        return;
    for (int i = 0; i < 4; i++) {
        double peak_n = rng_uniform(&p->odd_rng, 0.02, 0.05) * p->body.weight_n;
        world_pulse(&p->world, t_ns + (200 + i * 150) * NS_PER_MS, 80 * NS_PER_MS, i % 2 ? -peak_n : peak_n, false);
    }
}

void case_heel_strikes(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_BOTTOM && p->work.done % 2 == 0)
        world_pulse(&p->world, t_ns + 400 * NS_PER_MS, 60 * NS_PER_MS, p->body.weight_n, true);
}

/* --- others ------------------------------------------------------------------------------------------------------ */

/* On top of rep 4, or as soon as a hold begins. */
static bool once_on_top_of_4(struct patient *p, enum case_turn turn)
{
    if (p->odd_done || !((turn == CASE_TOP && p->work.done == 4) || turn == CASE_HOLD))
        return false;
    p->odd_done = true;
    return true;
}

void case_second_person(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (!once_on_top_of_4(p, turn))
        return;
    int64_t at_ns = turn == CASE_HOLD ? t_ns + 5 * NS_PER_S : t_ns;
    world_extra(&p->world, at_ns, 0.8, 60 * KG);
    world_extra(&p->world, at_ns + 8 * NS_PER_S, 0.6, 0);
}

void case_dumbbell(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (!once_on_top_of_4(p, turn))
        return;
    world_extra(&p->world, t_ns, 0.25, 8 * KG);
    world_extra(&p->world, t_ns + 14 * NS_PER_S, 0.3, 0);
}

void case_phone(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_WORLD)
        world_extra(&p->world, t_ns, 0.01, 0.2 * KG);
    else if (turn == CASE_TOP && p->work.done == 1)
        world_extra(&p->world, t_ns, 0.1, 0);
}

static void kick(struct patient *p, int64_t t_ns)
{
    double peak_n = rng_uniform(&p->odd_rng, 5, 30) * KG;
    world_pulse(&p->world, t_ns + rng_ns(&p->odd_rng, 0, NS_PER_S), 50 * NS_PER_MS, peak_n, true);
}

void case_kicked(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_keeps_on(p, turn, t_ns);
    if (turn == CASE_PREP || turn == CASE_REST || turn == CASE_TOP || turn == CASE_BOTTOM || turn == CASE_HOLD)
        kick(p, turn == CASE_HOLD ? t_ns + 5 * NS_PER_S : t_ns);
}

void case_shoved(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn != CASE_BOTTOM || p->work.done % 3 != 0)
        return;
    world_pulse(&p->world, t_ns + 300 * NS_PER_MS, 400 * NS_PER_MS, 4 * KG, false);
    world_pulse(&p->world, t_ns + 700 * NS_PER_MS, 400 * NS_PER_MS, -4 * KG, false);
}

void case_drift(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_WORLD)
        p->world.drift_n_per_s = 0.020 * KG / 60;
}

void case_creep(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_WORLD)
        p->world.creep_share = 0.001;
}

/* --- while the station is idle ----------------------------------------------------------------------------------- */

/* Is it time again? */
static bool every(struct patient *p, enum case_turn turn, int64_t t_ns, int64_t period_ns)
{
    if (turn != CASE_LOOK || t_ns < p->setup.start_ns + (p->odd_count + 1) * period_ns)
        return false;
    p->odd_count++;
    return true;
}

/* One step of somebody of 75 kg: heel strike and push-off within 0.65 s. */
static void walk_over(struct patient *p, int64_t t_ns)
{
    world_extra(&p->world, t_ns, 0.15, 75 * KG);
    world_pulse(&p->world, t_ns + 50 * NS_PER_MS, 200 * NS_PER_MS, 12 * KG, true);
    world_pulse(&p->world, t_ns + 400 * NS_PER_MS, 200 * NS_PER_MS, 10 * KG, false);
    world_extra(&p->world, t_ns + 500 * NS_PER_MS, 0.15, 0);
}

void case_walks_over(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_no_patient(p, turn, t_ns);
    if (every(p, turn, t_ns, 30 * NS_PER_S))
        walk_over(p, t_ns);
}

void case_walked_past(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (every(p, turn, t_ns, 7 * NS_PER_S) && p->look.in_session)
        walk_over(p, t_ns);
}

/* 25 kg, ten jumps in a row. */
void case_child_jumps(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    case_no_patient(p, turn, t_ns);
    if (!every(p, turn, t_ns, 60 * NS_PER_S))
        return;
    for (int i = 0; i < 10; i++)
        world_pulse(&p->world, t_ns + i * 550 * NS_PER_MS, 280 * NS_PER_MS, rng_uniform(&p->odd_rng, 2, 3.5) * 25 * KG,
                    true);
}

void case_noise(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_WORLD)
        p->world.noise_n = 120; /* the converter's mean leaves a fifth of it */
}

/* A hard landing: the capacity on top of body weight. */
void case_overload(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (turn == CASE_BOTTOM && p->work.done == 3 && case_first_set(p))
        world_pulse(&p->world, t_ns + 400 * NS_PER_MS, 120 * NS_PER_MS, p->setup.station.capacity_mn / 1000.0, true);
}
