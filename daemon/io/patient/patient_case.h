/* SPDX-License-Identifier: MIT */
/*
 * What is odd about a patient, private to patient*.c: the other parts call case_turn() at their turns, patient_case.c
 * passes it on to the hook of the case at hand, and the hook presses, moves, knocks or loses samples.
 */
#ifndef GYMSTATION_IO_PATIENT_CASE_H
#define GYMSTATION_IO_PATIENT_CASE_H

#include "daemon/io/patient/patient_parts.h"

/* The turns at which an oddity may act; t_ns is when it happens or is going to. */
enum case_turn {
    CASE_WORLD,    /* before the first sample */
    CASE_LOOK,     /* the patient has looked at the station */
    CASE_PREP,     /* goes into position */
    CASE_SET,      /* a set has begun */
    CASE_CUE,      /* a phase was cued: patient.cued */
    CASE_REP,      /* a rep begins: work.plan may be changed */
    CASE_TOP,      /* it will be on top then */
    CASE_ECC,      /* it will leave the top then */
    CASE_BOTTOM,   /* and be down again then */
    CASE_HOLD,     /* a hold begins: its ramp starts then */
    CASE_SET_OVER, /* the set has ended */
    CASE_REST,     /* a rest has begun */
};

void case_turn(struct patient *patient, enum case_turn turn, int64_t t_ns);
void case_converter(struct patient_setup *setup); /* another output rate than the one that was set up */
bool case_moves(const struct patient *patient);   /* will the patient do the next rep? */
bool case_first_set(const struct patient *patient);

/* The hooks: one each, in patient_case_body.c, patient_case_world.c and patient_case_device.c. */
void case_keeps_on(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stops_midset(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_leaves_box(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_away_40(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_leaves_in_ecc(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_jumps_off(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_slow_mount(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_silent_at_7(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_twelve(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_no_patient(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_partial(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_double_bounce(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_pause_in_ecc(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_two_part_con(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_dropped_ecc(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_tempo_doubles(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_no_touchdown(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_press_no_lift(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_pretension(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_rear_push(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_lead_swapped(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_both_off(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_double_tap(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_hovers(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_band_slips(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_band_swapped(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_live_as_dead(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_hand_touch(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_hand_lean(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_leaning_steps(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_tremor(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_coughs(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_shuffles(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_heel_strikes(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_second_person(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_dumbbell(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_phone(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_kicked(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_shoved(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_drift(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_creep(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_walks_over(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_walked_past(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_child_jumps(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_noise(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_overload(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_tare_foot(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_gap_short(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_gap_3s(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_late_burst(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_duplicates(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stuck_code(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_spike(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_saturated(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_clock_steps(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_start_twice(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stop_countdown(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stop_rest(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stop_rep_end(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stop_100(struct patient *p, enum case_turn turn, int64_t t_ns);
void case_stuck_button(struct patient *p, enum case_turn turn, int64_t t_ns);

#endif
