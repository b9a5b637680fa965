#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every case that the timing core must answer, the patient that shows it (`gymstationctl simulate --case`), and the tests
that state the answer in detail; tests/answers states one for every exercise. Fails when a test is gone, when a patient's
case is missing or has no test that uses it.

    test_case_list.py --print    the table
"""
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CTL = pathlib.Path(os.environ.get("GYMSTATION_BUILD", "build/dev"), "gymstationctl")

# What happens | cases of the simulator | file: tests that state the answer. "-": no patient of its own is needed.
TABLE = """
does what it is told | plain | cases_curl: plain_is_exact; cases_hips: plain_hips_are_exact
slow mount over 5 s | slow_mount | cases_curl: a_slow_mount_of_5_s_is_waited_for
dismount in mid-eccentric | leaves_in_ecc | cases_curl: leaving_in_the_eccentric_leaves_a_partial_rep; cases_world: leaving_a_step_in_mid_eccentric_is_no_full_rep
leaves the box and comes back | leaves_box | patient_cases: leaving_the_box_pauses_without_a_question
away 40 s and back | away_40 | cases_curl: away_for_40_s_is_left_and_goes_on
second person on the box | second_person | cases_world: a_second_person_costs_no_curl, others_on_the_step_are_forgotten_when_they_have_left; cases_holds: others_on_the_box_are_told_of_a_hold
dumbbell picked up and put down | dumbbell | cases_world: a_dumbbell_put_down_costs_no_curl
phone left on the box before the zero | phone | cases_world: a_phone_taken_away_in_the_set_changes_no_count
tare with one foot on | tare_foot | cases_world: tare_with_a_foot_on_is_refused
box kicked, shoved | kicked shoved | cases_world: knocks_are_no_reps, kicks_cost_at_most_one_step_up, a_shove_is_no_full_rep
overload and saturation | overload saturated | cases_stream: overload_is_raised_cleared_and_said, what_cannot_be_true_is_counted
band slips off | band_slips | cases_curl: a_band_that_slips_off_leaves_a_paced_rest
band swapped | band_swapped | cases_curl: another_band_counts_on
live anchor configured as dead | live_as_dead | cases_curl: a_live_anchor_called_dead_is_not_measured
partial reps (30-70 %) | partial | cases_curl: partial_reps_do_not_count; cases_world: half_a_step_is_partial
double bounce | double_bounce | cases_curl: a_double_bounce_is_one_rep
2 s pause inside the eccentric | pause_in_ecc | cases_curl: a_pause_in_the_eccentric_is_one_rep_and_said; cases_hips: a_pause_on_the_way_down_is_one_rep
two-part concentric | two_part_con | cases_curl: a_concentric_in_two_parts_is_one_rep
no touch-down | no_touchdown | cases_hips: hips_that_stay_up_are_counted_by_cue
press without lift | press_no_lift | cases_hips: a_press_without_a_lift_is_no_full_rep
pre-tension 1 s | pretension | cases_hips: a_pretension_of_1_s_is_no_rep_of_its_own
dropped eccentric (0.3 s) | dropped_ecc | cases_curl: a_dropped_eccentric_is_a_rep_with_a_short_one; cases_hips: dropped_hips_are_reps
tempo doubling from rep 6 on | tempo_doubles | cases_curl: reps_twice_as_fast_from_the_sixth_on_all_count
12 reps where 10 are prescribed | twelve | cases_curl: two_reps_more_than_asked_for_are_none
stopping at 7 in silence | silent_at_7 | patient_cases: silence_is_no_rep
8-12 Hz tremor of 3 % | tremor | cases_curl: tremor_of_3_per_cent_adds_none; cases_holds: tremor_of_3_per_cent_is_seen
coughs (0.5-3 kg) | coughs | cases_world: knocks_are_no_reps; cases_holds: knocks_and_coughs_break_no_hold
finger touch, leaning on a chair | hand_touch hand_lean | cases_world: a_finger_on_a_chair_changes_no_count, leaning_on_a_chair_is_said
leaning steps of 3 kg | leaning_steps | cases_world: leaning_steps_of_3_kg_are_said
jumping off | jumps_off | cases_curl: jumping_off_leaves_a_partial_rep; cases_world: jumping_off_a_step_spoils_only_that_rep; cases_holds: leaving_and_jumping_off_break_the_hold
pushing with the rear leg, lead leg swapped, both feet off, double tap on top | rear_push lead_swapped both_off double_tap | cases_world: the_other_leg_changes_no_count
shuffling feet, heel strike 2 BW | shuffles heel_strikes | cases_world: knocks_are_no_reps
ten minutes of standing | stands | cases_curl: ten_minutes_of_standing_are_no_rep; cases_hips: lying_still_is_no_rep
nobody there | no_patient | cases_world: nobody_there_is_nothing
walking over the box | walks_over walked_past | cases_world: walking_over_the_box_is_nothing, walking_past_is_no_rep
a child jumping on it while idle | child_jumps | cases_world: a_child_jumping_on_the_idle_box_is_nothing
a hold hovering at the edge of its band | hovers | cases_holds: hovering_at_the_edge_of_the_band_is_held
drift and creep | drift creep | cases_stream: drift_and_creep_do_not_count
clock steps of an hour | clock_steps | cases_stream: the_wall_clock_may_step_by_an_hour
gaps of 0.5-3 s | gap_short gap_3s | cases_stream: half_a_second_missing_is_said_and_counted, three_seconds_missing_is_a_dead_sensor
bursts of late samples, duplicate stamps | late_burst duplicates | cases_stream: duplicates_bursts_and_spikes_change_nothing, late_samples_keep_their_time
10 SPS by mistake; 76 or 87 SPS | sps_10 sps_76 sps_87 | cases_stream: any_rate_counts_the_same, the_rate_does_not_change_the_time
a stuck code | stuck_code | cases_stream: a_stuck_code_is_one_fault
a single 2^23 spike | spike | cases_stream: duplicates_bursts_and_spikes_change_nothing
start pressed twice | start_twice | cases_buttons: start_pressed_twice_is_one_session
stop in the middle of a set | stops_midset | patient_cases: stop_ends_the_set_at_the_press_and_it_goes_on
stop in the countdown, in the rest | stop_countdown stop_rest | cases_buttons: stop_in_the_countdown_pauses, stop_in_the_rest_ends_the_session
stop in the same millisecond as a rep end | stop_rep_end | cases_buttons: stop_in_the_millisecond_of_a_rep_s_end_keeps_the_rep
stop pressed 100 times | stop_100 | cases_buttons: stop_pressed_a_hundred_times_stops_twice
a button stuck since boot | stuck_button | cases_buttons: a_stop_stuck_since_boot_lets_nobody_start
a prescription replaced in mid-set | rx_replaced | cases_buttons: a_prescription_replaced_in_mid_set_waits
zero reps, zero hold, all-zero tempo | - | cases_buttons: nothing_to_do_is_refused
`asap` tempo | - | cases_buttons: reps_without_a_tempo_are_counted_and_not_judged
an all-noise trace (0 reps, no metrics) | noise | cases_curl: all_noise_is_no_rep_and_no_metric; cases_holds: nobody_pressing_is_no_hold
stop in every state, 0 samples late | - | session_stop: stop_acts_at_its_edge_in_every_situation
"""


def rows():
    return [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


def tests_of(cell):
    """[(path, test)]"""
    found = []
    for part in cell.split(";"):
        name, tests = part.split(":")
        found += [(HERE / f"test_{name.strip()}.c", test.strip()) for test in tests.split(",")]
    return found


def missing_tests():
    return [f"{path.name} has no test_{test}" for _, _, cell in rows() for path, test in tests_of(cell)
            if not re.search(rf"^\s+cmocka_unit_test\(test_{test}\),", path.read_text(), re.M)]


def wrong_cases(known):
    """A case that no row names, that does not exist, or that none of its row's files speaks of."""
    wrong = [f"no row for the case {case}" for case in sorted(known - {c for _, cases, _ in rows() for c in cases.split()})]
    for what, cases, cell in rows():
        text = "".join(path.read_text() for path, _ in tests_of(cell))
        for case in cases.split() if cases != "-" else []:
            if case not in known:
                wrong.append(f"{what}: there is no case {case}")
            elif f"PATIENT_{case.upper()}" not in text and f'"{case}"' not in text:
                wrong.append(f"{what}: no test of that row has a patient with case {case}")
    return wrong


def main():
    if "--print" in sys.argv[1:]:
        print("\n".join(f"{what}\n    --case {cases}\n    {cell}" for what, cases, cell in rows()))
        return 0
    if not os.access(CTL, os.X_OK):
        print(f"skipped: {CTL} is not built")
        return 77
    listed = subprocess.run([CTL, "simulate", "--list-cases"], capture_output=True, text=True, check=True).stdout
    wrong = missing_tests() + wrong_cases({line.split()[0] for line in listed.splitlines()})
    print("\n".join(wrong) or f"{len(rows())} cases, each with its tests")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
