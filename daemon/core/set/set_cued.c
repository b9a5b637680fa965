/* SPDX-License-Identifier: MIT */
/*
 * What the cues stand for in a measured set. Some set-ups show when a rep begins and ends and not what is inside
 * (a bridge, a tapping foot: observability C). In a paced set those phases are published as what they are, src "cue":
 * the cue was given, the patient was not observed. Three conditions, else the phase is left out:
 *
 *   the set-up grades the phase C: one that could have been seen and was not (a hole) is not made up from a cue;
 *   the metronome was on: nothing is invented for own tempo, or after the faded reps;
 *   the rep follows the schedule: the middle of the measured rep and of the cued one lie within each other.
 */
#include "daemon/core/core_state.h"

const int32_t *set_own_tempo(const struct core *core)
{
    return session_exercise(core)->variations[session_item(core)->variation].dose.tempo_ms;
}

void set_add_cued(const struct core *core, struct rep_data *rep)
{
    const struct set_run *set = &core->set;
    const struct observability *sees = &session_setup(core)->sees;
    const enum grade grades[PHASE_COUNT] = {
        [PHASE_CON] = sees->con, [PHASE_TOP] = sees->top, [PHASE_ECC] = sees->ecc, [PHASE_BOTTOM] = sees->bottom};
    struct rep_data cued;

    if (set->mode != SET_MODE_MEASURED || !set->pacer.on || rep->outcome != REP_FULL)
        return;
    if (!pacer_rep_at(&set->dose, set_own_tempo(core), set->start_ns, rep->start_ns, rep->end_ns, &cued))
        return;
    for (int p = 0; p < PHASE_COUNT; p++)
        if (grades[p] == GRADE_C && rep->phases[p].src == SRC_NONE)
            rep->phases[p] = cued.phases[p];
}

void set_show_phase(struct set_run *set, const struct mark *mark)
{
    if (mark->doubtful)
        return;
    set->phase_known = true;
    set->phase = mark->phase;
    set->phase_start_ns = mark->t_ns;
}

void set_hold_back(struct rep_data *rep)
{
    for (int p = 0; p < PHASE_COUNT; p++)
        rep->phases[p] = (struct phase_time){
            .src = SRC_NONE, .sd_ns = ABSENT, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
}

/*
 * Hands on a chair that lean there between two sets already: what the detector would tell apart only after three valleys.
 * Who touches it with a finger stays measured.
 */
void set_foresee(struct core *core)
{
    struct set_run *set = &core->set;
    const struct setup *setup = session_setup(core);

    if (!set->can_see || setup->detector != DETECTOR_CURL || !setup->weighs_body || !wander_leans(&core->wander))
        return;
    set->can_see = false;
    set->flags |= FLAG_HAND_SUPPORT;
}
