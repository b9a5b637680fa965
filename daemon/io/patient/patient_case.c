/* SPDX-License-Identifier: MIT */
/* The oddities: one row each, of words and of the hook that does it. */
#include "daemon/io/patient/patient_case.h"

#include <string.h>

struct case_row {
    const char *name, *about;
    void (*hook)(struct patient *p, enum case_turn turn, int64_t t_ns); /* or NULL */
    int32_t sps_milli, clock_error_ppm;                                 /* sps_milli 0: as set up */
};

static const struct case_row case_rows[PATIENT_CASE_COUNT] = {
    [PATIENT_PLAIN] = {"plain", "does what the station says", NULL, 0, 0},
    [PATIENT_STOPS_MIDSET] = {"stops_midset",
                              "presses stop on top of rep 4 (5 s into a hold) of the first set, goes on",
                              case_stops_midset, 0, 0},
    [PATIENT_LEAVES_BOX] = {"leaves_box", "steps off after rep 3 (5 s into a hold) of the first set for 12 s, goes on",
                            case_leaves_box, 0, 0},
    [PATIENT_AWAY_40] = {"away_40", "the same for 40 s", case_away_40, 0, 0},
    [PATIENT_LEAVES_IN_ECC] = {"leaves_in_ecc", "steps off in the middle of the eccentric of rep 3 for 20 s",
                               case_leaves_in_ecc, 0, 0},
    [PATIENT_JUMPS_OFF] = {"jumps_off", "jumps off on top of rep 3 and is away for 20 s", case_jumps_off, 0, 0},
    [PATIENT_SLOW_MOUNT] = {"slow_mount", "takes 5 s to step on", case_slow_mount, 0, 0},
    [PATIENT_SILENT_AT_7] = {"silent_at_7", "stands still after 7 reps of the first set until it is over, goes on",
                             case_silent_at_7, 0, 0},
    [PATIENT_STANDS] = {"stands", "stands on the box and never moves", NULL, 0, 0},
    [PATIENT_TWELVE] = {"twelve", "does two reps more than are prescribed", case_twelve, 0, 0},
    [PATIENT_NO_PATIENT] = {"no_patient", "nobody there, nothing pressed, for ten minutes", case_no_patient, 0, 0},
    [PATIENT_PARTIAL] = {"partial", "reps 3 and 6 reach 30-70 % of the way", case_partial, 0, 0},
    [PATIENT_DOUBLE_BOUNCE] = {"double_bounce", "bounces twice at the bottom of every rep", case_double_bounce, 0, 0},
    [PATIENT_PAUSE_IN_ECC] = {"pause_in_ecc", "rests for 2 s half-way down", case_pause_in_ecc, 0, 0},
    [PATIENT_TWO_PART_CON] = {"two_part_con", "stops half-way up, slips back a little, goes on", case_two_part_con, 0,
                              0},
    [PATIENT_DROPPED_ECC] = {"dropped_ecc", "lets every rep drop in 0.3 s", case_dropped_ecc, 0, 0},
    [PATIENT_TEMPO_DOUBLES] = {"tempo_doubles", "moves twice as fast from rep 6 on", case_tempo_doubles, 0, 0},
    [PATIENT_NO_TOUCHDOWN] = {"no_touchdown", "keeps the pelvis up between reps", case_no_touchdown, 0, 0},
    [PATIENT_PRESS_NO_LIFT] = {"press_no_lift", "presses at reps 2 and 4 without lifting the pelvis",
                               case_press_no_lift, 0, 0},
    [PATIENT_PRETENSION] = {"pretension", "presses for 1 s before the pelvis leaves the floor", case_pretension, 0, 0},
    [PATIENT_REAR_PUSH] = {"rear_push", "pushes with the rear leg in every step-up", case_rear_push, 0, 0},
    [PATIENT_LEAD_SWAPPED] = {"lead_swapped", "leads with the other leg from rep 4 on", case_lead_swapped, 0, 0},
    [PATIENT_BOTH_OFF] = {"both_off", "takes both feet off between reps", case_both_off, 0, 0},
    [PATIENT_DOUBLE_TAP] = {"double_tap", "taps twice with the trailing foot on top", case_double_tap, 0, 0},
    [PATIENT_HOVERS] = {"hovers", "holds at the lower edge of the band", case_hovers, 0, 0},
    [PATIENT_HAND_TOUCH] = {"hand_touch", "a finger on a chair: slow wander, sd 0.3 kg", case_hand_touch, 0, 0},
    [PATIENT_HAND_LEAN] = {"hand_lean", "leans on a chair: slow wander, sd 1.5 kg", case_hand_lean, 0, 0},
    [PATIENT_LEANING_STEPS] = {"leaning_steps", "takes 3 kg off and puts it back every few seconds", case_leaning_steps,
                               0, 0},
    [PATIENT_TREMOR] = {"tremor", "trembles at 8-12 Hz with 3 % of the force", case_tremor, 0, 0},
    [PATIENT_COUGHS] = {"coughs", "coughs (0.5-3 kg) now and then", case_coughs, 0, 0},
    [PATIENT_SHUFFLES] = {"shuffles", "shuffles its feet between reps", case_shuffles, 0, 0},
    [PATIENT_HEEL_STRIKES] = {"heel_strikes", "strikes the heel with 2 BW, ringing, between reps", case_heel_strikes, 0,
                              0},
    [PATIENT_SECOND_PERSON] = {"second_person", "a second person of 60 kg stands on the box for 8 s in the first set",
                               case_second_person, 0, 0},
    [PATIENT_DUMBBELL] = {"dumbbell", "a dumbbell of 8 kg is put on the box in the first set and taken away",
                          case_dumbbell, 0, 0},
    [PATIENT_PHONE] = {"phone", "a phone lies on the box from before the zero until the first set", case_phone, 0, 0},
    [PATIENT_TARE_FOOT] = {"tare_foot", "asks for the tare with one foot on the box", case_tare_foot, 0, 0},
    [PATIENT_KICKED] = {"kicked", "the box is kicked (5-30 kg, 50 ms) now and then", case_kicked, 0, 0},
    [PATIENT_SHOVED] = {"shoved", "the box is shoved: 4 kg up and down within a second", case_shoved, 0, 0},
    [PATIENT_DRIFT] = {"drift", "the zero drifts 20 g/min for ten minutes", case_drift, 0, 0},
    [PATIENT_CREEP] = {"creep", "the cell creeps by 0.1 % of the load", case_creep, 0, 0},
    [PATIENT_WALKS_OVER] = {"walks_over", "somebody walks over the box every half minute while it is idle",
                            case_walks_over, 0, 0},
    [PATIENT_WALKED_PAST] = {"walked_past", "stands in its sets and never moves; somebody walks over the box every 7 s",
                             case_walked_past, 0, 0},
    [PATIENT_CHILD_JUMPS] = {"child_jumps", "a child jumps on the box while it is idle", case_child_jumps, 0, 0},
    [PATIENT_NOISE] = {"noise", "stands still in nothing but noise", case_noise, 0, 0},
    [PATIENT_BAND_SLIPS] = {"band_slips", "the band slips off on top of rep 5", case_band_slips, 0, 0},
    [PATIENT_BAND_SWAPPED] = {"band_swapped", "a band of 1.8 times the pull from rep 6 on", case_band_swapped, 0, 0},
    [PATIENT_LIVE_AS_DEAD] = {"live_as_dead", "the band is under the stance foot, whatever is prescribed",
                              case_live_as_dead, 0, 0},
    [PATIENT_SPS_10] = {"sps_10", "the converter is strapped to 10 SPS and gives 11.65", NULL, 10000, 165000},
    [PATIENT_SPS_76] = {"sps_76", "the converter gives 76 SPS", NULL, 76000, 0},
    [PATIENT_SPS_87] = {"sps_87", "the converter gives 87.5 SPS", NULL, 87500, 0},
    [PATIENT_GAP_SHORT] = {"gap_short", "0.5 s of samples are missing in rep 3", case_gap_short, 0, 0},
    [PATIENT_GAP_3S] = {"gap_3s", "3 s of samples are missing in rep 3", case_gap_3s, 0, 0},
    [PATIENT_LATE_BURST] = {"late_burst", "samples arrive in bursts, up to 0.4 s late", case_late_burst, 0, 0},
    [PATIENT_DUPLICATES] = {"duplicates", "every eighth sample arrives twice", case_duplicates, 0, 0},
    [PATIENT_STUCK_CODE] = {"stuck_code", "the converter repeats one code for 4 s in rep 3", case_stuck_code, 0, 0},
    [PATIENT_SPIKE] = {"spike", "a single code of 2^23 - 1 in every rep", case_spike, 0, 0},
    [PATIENT_OVERLOAD] = {"overload", "jumps on the box beyond its capacity in rep 3", case_overload, 0, 0},
    [PATIENT_SATURATED] = {"saturated", "the converter saturates for 0.3 s in rep 3", case_saturated, 0, 0},
    [PATIENT_CLOCK_STEPS] = {"clock_steps", "the wall clock steps an hour forth and back", case_clock_steps, 0, 0},
    [PATIENT_START_TWICE] = {"start_twice", "presses start twice", case_start_twice, 0, 0},
    [PATIENT_STOP_COUNTDOWN] = {"stop_countdown", "presses stop in the first countdown, goes on", case_stop_countdown,
                                0, 0},
    [PATIENT_STOP_REST] = {"stop_rest", "presses stop in the first rest", case_stop_rest, 0, 0},
    [PATIENT_STOP_REP_END] = {"stop_rep_end", "presses stop at the very cue that ends rep 3", case_stop_rep_end, 0, 0},
    [PATIENT_STOP_100] = {"stop_100", "presses stop a hundred times from rep 4 on", case_stop_100, 0, 0},
    [PATIENT_STUCK_BUTTON] = {"stuck_button", "stop has been stuck since boot", case_stuck_button, 0, 0},
    [PATIENT_RX_REPLACED] = {"rx_replaced", "a prescription of the next rev arrives in rep 3", NULL, 0, 0},
};

const char *patient_case_str(enum patient_case oddity)
{
    return oddity < PATIENT_CASE_COUNT ? case_rows[oddity].name : NULL;
}

const char *patient_case_about(enum patient_case oddity)
{
    return oddity < PATIENT_CASE_COUNT ? case_rows[oddity].about : NULL;
}

bool patient_case_find(const char *name, enum patient_case *ret_oddity)
{
    for (int i = 0; i < PATIENT_CASE_COUNT; i++) {
        if (strcmp(case_rows[i].name, name) == 0) {
            *ret_oddity = (enum patient_case)i;
            return true;
        }
    }
    return false;
}

void case_converter(struct patient_setup *setup)
{
    const struct case_row *row = &case_rows[setup->oddity];
    if (row->sps_milli == 0)
        return;
    setup->sps_milli = row->sps_milli;
    setup->clock_error_ppm = row->clock_error_ppm;
}

void case_turn(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    if (case_rows[p->setup.oddity].hook != NULL)
        case_rows[p->setup.oddity].hook(p, turn, t_ns);
}

bool case_first_set(const struct patient *p)
{
    return p->item == 1 && p->set == 1 && p->sessions == 1;
}

#define SILENT_REPS 7

bool case_moves(const struct patient *p)
{
    if (p->away_until_ns != ABSENT || p->work.done >= p->work.limit)
        return false;
    if (p->setup.oddity == PATIENT_STANDS || p->setup.oddity == PATIENT_NOISE || p->setup.oddity == PATIENT_WALKED_PAST)
        return false;
    return !(p->setup.oddity == PATIENT_SILENT_AT_7 && !p->odd_done && case_first_set(p) &&
             p->work.done >= SILENT_REPS);
}

void case_silent_at_7(struct patient *p, enum case_turn turn, int64_t t_ns)
{
    (void)t_ns;
    if (turn == CASE_SET_OVER && p->work.done >= SILENT_REPS)
        p->odd_done = true; /* what is left of the set is done after all */
}
