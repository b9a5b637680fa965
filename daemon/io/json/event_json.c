/* SPDX-License-Identifier: MIT */
/* The `data` object of every event (event_json.h), one function a shape, keys in the contract's order. */
#include "gymstation/event_json.h"

#include "daemon/io/json/event_json_put.h"

static void put_flags(struct put *put, unsigned flags)
{
    json_t *array = json_array();
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        if (flags & 1u << bit && json_array_append_new(array, json_string(flag_str(1u << bit))) != 0)
            put->failed = true;
    put_array(put, "flags", array);
}

static void put_prescription(struct put *put, const struct event *event, const struct exercise *exercises)
{
    put_int(put, "slot", event->u.prescription.slot);
    put_positive(put, "rev", event->u.prescription.rev);
    put_str(put, "hash", event->u.prescription.hash);
    if (event->u.prescription.rx)
        put_items(put, "items", event->u.prescription.rx, exercises);
    else
        put_bool(put, "withdrawn", true);
}

/* path is always there: "" is the JSON pointer of the whole document. */
static void put_rejected(struct put *put, const struct event *event)
{
    const struct refusal *refusal = &event->u.prescription.refusal;
    put_int(put, "slot", event->u.prescription.slot);
    put_positive(put, "rev", event->u.prescription.rev);
    put_str(put, "hash", event->u.prescription.hash);
    if (refusal->path[0])
        put_str(put, "path", refusal->path);
    else
        put_array(put, "path", json_string(""));
    put_str(put, "reason", refusal->reason[0] ? refusal->reason : "not readable");
}

/* resumes: true is a place-holder: envelope_json() puts the id of the session that ended last there. */
static void put_session_started(struct put *put, const struct event *event)
{
    put_int(put, "slot", event->u.session_started.slot);
    put_str(put, "rx", event->u.session_started.rx);
    put_int(put, "rev", event->u.session_started.rev);
    put_str(put, "hash", event->u.session_started.hash);
    put_str(put, "identified_by", identified_by_str(event->u.session_started.identified_by));
    put_int(put, "algo", ALGO_VERSION);
    if (event->u.session_started.resumes)
        put_bool(put, "resumes", true);
}

static void put_set_started(struct put *put, const struct set_started_data *set)
{
    put_str(put, "contact", contact_str(set->contact));
    put_str(put, "anchor", anchor_str(set->anchor));
    put_thousandths(put, "load_kg", set->load_g);
    put_str(put, "band", set->band);
    put_thousandths(put, "step_height_m", set->step_height_mm);
    put_newtons(put, "target_n", set->target_mn);
    put_newtons(put, "b_n", set->b_mn);
    put_newtons(put, "noise_n", set->noise_mn);
    put_newtons(put, "bw_n", set->bw_mn);

    struct put sees = put_open();
    put_str(&sees, "con", grade_str(set->sees.con));
    put_str(&sees, "top", grade_str(set->sees.top));
    put_str(&sees, "ecc", grade_str(set->sees.ecc));
    put_str(&sees, "bottom", grade_str(set->sees.bottom));
    put_str(&sees, "count", grade_str(set->sees.count));
    put_object(put, "observability", &sees);
}

static void put_phase(struct put *put, const char *key, const struct phase_time *phase)
{
    struct put one = put_open();
    put_seconds(&one, "s", phase->dur_ns);
    put_str(&one, "src", src_str(phase->src));
    put_seconds(&one, "sd_s", phase->sd_ns);
    put_seconds(&one, "move_s", phase->move_ns);
    put_seconds(&one, "target_s", phase->target_ns);
    put_judged(&one, "in_tolerance", phase->in_tolerance);
    put_object(put, key, &one);
}

static void put_rep(struct put *put, const struct rep_data *rep)
{
    put_str(put, "outcome", rep_outcome_str(rep->outcome));
    put_int(put, "start_t_ns", rep->start_ns);
    put_int(put, "end_t_ns", rep->end_ns);
    struct put phases = put_open();
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        if (rep->phases[phase].src != SRC_NONE)
            put_phase(&phases, phase_str((enum phase)phase), &rep->phases[phase]);
    put_object(put, "phases", &phases);
    put_seconds(put, "tut_s", rep->tut_ns);
    put_newtons(put, "peak_n", rep->peak_mn);
    put_newtons(put, "mean_n", rep->mean_mn);
    put_newtons(put, "impulse_ns", rep->impulse_mns);
    put_flags(put, rep->flags);
}

static void put_hold(struct put *put, const struct hold_data *hold)
{
    put_str(put, "outcome", hold_outcome_str(hold->outcome));
    put_int(put, "start_t_ns", hold->start_ns);
    put_int(put, "end_t_ns", hold->end_ns);
    put_seconds(put, "held_s", hold->held_ns);
    put_seconds(put, "in_band_s", hold->in_band_ns);
    put_int(put, "dips", hold->dips);
    put_seconds(put, "longest_dip_s", hold->longest_dip_ns);
    put_newtons(put, "mean_n", hold->mean_mn);
    put_percent(put, "cv_pct", hold->cv_milli_pct);
    put_newtons(put, "rfd_n_s", hold->rfd_mn_s);
    put_newtons(put, "target_n", hold->target_mn);
    put_flags(put, hold->flags);
}

static void put_set_completed(struct put *put, const struct set_completed_data *set)
{
    put_str(put, "reason", set_reason_str(set->reason));
    put_str(put, "ended_by", set_end_str(set->ended_by));
    put_int(put, "reps", set->reps);
    put_int(put, "reps_measured", set->reps_measured);
    put_percent(put, "tempo_pct", set->tempo_milli_pct);
    put_int(put, "tempo_n", set->tempo_n);
    put_seconds(put, "tut_s", set->tut_ns);
    if (set->tut_ns != ABSENT)
        put_int(put, "tut_reps", set->tut_reps);
    put_judged(put, "tut_in_tolerance", set->tut_in_tolerance);
    if (set->tut_in_tolerance >= 0) {
        put_seconds(put, "tut_move_s", set->tut_move_ns);
        put_seconds(put, "tut_target_s", set->tut_target_ns);
        put_int(put, "tut_n", set->tut_n);
    }
    put_percent(put, "fatigue_pct", set->fatigue_milli_pct);
    put_bool(put, "trusted", set->trusted);
}

static void put_item_result(struct put *put, json_t *array, const struct item_result *item)
{
    struct put one = put_open();
    put_str(&one, "exercise", item->exercise);
    put_str(&one, "variation", item->variation);
    put_str(&one, "side", side_rule_str(item->side));
    put_int(&one, "sets", item->sets);
    put_int(&one, "sets_done", item->sets_done);
    put_int(&one, item->hold ? "holds" : "reps_min", item->reps_min);
    put_int(&one, item->hold ? "holds_done" : "reps", item->reps);
    put_int(&one, item->hold ? "holds_measured" : "reps_measured", item->reps_measured);
    put_percent(&one, "asymmetry_pct", item->asymmetry_milli_pct);
    put_bool(&one, "skipped", item->skipped);
    put_append(put, array, &one);
}

static void put_session_completed(struct put *put, const struct session_completed_data *session)
{
    put_str(put, "reason", session_reason_str(session->reason));
    put_seconds(put, "duration_s", session->duration_ns);
    json_t *items = json_array();
    for (int i = 0; i < session->item_count; i++)
        put_item_result(put, items, &session->items[i]);
    put_array(put, "items", items);

    struct put compliance = put_open();
    put_percent(&compliance, "pct", session->pct_milli);
    put_thousandths(&compliance, "volume", session->volume_milli);
    put_thousandths(&compliance, "tempo", session->tempo_milli);
    put_int(&compliance, "tempo_n", session->tempo_n);
    put_thousandths(&compliance, "load", session->load_milli);
    put_seconds(&compliance, "rest_overrun_s", session->rest_overrun_ns);
    put_str(&compliance, "basis", basis_str(session->basis));
    put_object(put, "compliance", &compliance);
}

static void put_progression(struct put *put, const struct progression_data *data)
{
    struct put from = put_open(), to = put_open();
    put_int(put, "item", data->item);
    put_str(put, "rule", PROGRESSION_RULE);
    put_str(&from, "exercise", data->from.exercise);
    put_str(&from, "variation", data->from.variation);
    put_object(put, "from", &from);
    put_str(&to, "exercise", data->to.exercise);
    put_str(&to, "variation", data->to.variation);
    put_object(put, "to", &to);
    put_str(put, "basis", basis_str(data->basis));
}

static void put_pain(struct put *put, const struct event *event)
{
    put_int(put, "nrs", event->u.pain.nrs);
    put_str(put, "when", pain_when_str(event->u.pain.when));
    put_int(put, "limit", event->u.pain.limit);
    put_decimal(put, "hours_after", event->u.pain.hours_after_milli, 1000, 1);
    put_str(put, "about_session", event->u.pain.about_session);
}

static void put_stop(struct put *put, const struct event *event)
{
    put_str(put, "source", event->u.stop.by_command ? "command" : "button");
    put_str(put, "during", event->u.stop.during);
    put_int(put, "pressed_t_ns", event->u.stop.pressed_t_ns);
    put_str(put, "by", event->u.stop.by);
}

static void put_fault(struct put *put, const struct event *event, bool raised)
{
    put_str(put, "fault", fault_str(event->u.fault.fault));
    if (!raised) {
        put_seconds(put, "lasted_s", event->u.fault.lasted_ns);
        return;
    }
    put_str(put, "effect", fault_effect_str(event->u.fault.effect));
    put_str(put, "text", fault_text(event->u.fault.fault));
}

/* The events that come from outside a session. */
static bool put_station_event(struct put *put, const struct event *event, const struct exercise *exercises)
{
    switch (event->head.type) {
    case EVENT_STATION_STARTED:
        put_str(put, "version", event->u.station.version);
        put_str(put, "reason", event->u.station.reason);
        put_bool(put, "clean", event->u.station.clean);
        return true;
    case EVENT_STATION_STOPPING: put_str(put, "reason", event->u.station.reason); return true;
    case EVENT_PRESCRIPTION_ACCEPTED: put_prescription(put, event, exercises); return true;
    case EVENT_PRESCRIPTION_REJECTED: put_rejected(put, event); return true;
    case EVENT_START_REFUSED: put_str(put, "reason", start_refusal_str(event->u.start_refused)); return true;
    case EVENT_FAULT_RAISED: put_fault(put, event, true); return true;
    case EVENT_FAULT_CLEARED: put_fault(put, event, false); return true;
    case EVENT_TARED:
        put_int(put, "zero_counts", event->u.tared.zero_counts);
        put_int(put, "moved_g", event->u.tared.moved_g);
        put_str(put, "by", event->u.tared.by);
        return true;
    case EVENT_CALIBRATED: calibrated_put(put, &event->u.calibrated); return true;
    case EVENT_CLOCK_SYNCED:
        put_int(put, "t_ns", event->head.t_ns);
        put_wall_time(put, "ts", event->u.clock_synced.wall_ns);
        put_seconds(put, "step_s", event->u.clock_synced.step_ns);
        return true;
    case EVENT_SESSION_ATTRIBUTED:
        put_str(put, "session", event->u.attributed.session);
        put_str(put, "patient", event->u.attributed.patient);
        put_str(put, "by", event->u.attributed.by);
        return true;
    case EVENT_EVENTS_DROPPED:
        put_int(put, "from", event->u.dropped.from);
        put_int(put, "to", event->u.dropped.to);
        put_str(put, "why", event->u.dropped.why);
        return true;
    case EVENT_SESSION_STARTED:
    case EVENT_SET_STARTED:
    case EVENT_REP:
    case EVENT_HOLD:
    case EVENT_SET_COMPLETED:
    case EVENT_REST_COMPLETED:
    case EVENT_PAIN:
    case EVENT_EFFORT:
    case EVENT_STOP:
    case EVENT_CALL:
    case EVENT_SESSION_COMPLETED:
    case EVENT_PROGRESSION_SUGGESTED:
    case EVENT_TYPE_COUNT: break;
    }
    return false;
}

static bool put_session_event(struct put *put, const struct event *event)
{
    switch (event->head.type) {
    case EVENT_SESSION_STARTED: put_session_started(put, event); return true;
    case EVENT_SET_STARTED: put_set_started(put, &event->u.set_started); return true;
    case EVENT_REP: put_rep(put, &event->u.rep); return true;
    case EVENT_HOLD: put_hold(put, &event->u.hold); return true;
    case EVENT_SET_COMPLETED: put_set_completed(put, &event->u.set_completed); return true;
    case EVENT_REST_COMPLETED:
        put_seconds(put, "planned_s", event->u.rest_completed.planned_ns);
        put_seconds(put, "actual_s", event->u.rest_completed.actual_ns);
        return true;
    case EVENT_PAIN: put_pain(put, event); return true;
    case EVENT_EFFORT: put_int(put, "cr10", event->u.effort_cr10); return true;
    case EVENT_STOP: put_stop(put, event); return true;
    case EVENT_CALL: return true;
    case EVENT_SESSION_COMPLETED: put_session_completed(put, &event->u.session_completed); return true;
    case EVENT_PROGRESSION_SUGGESTED: put_progression(put, &event->u.progression); return true;
    case EVENT_STATION_STARTED:
    case EVENT_STATION_STOPPING:
    case EVENT_PRESCRIPTION_ACCEPTED:
    case EVENT_PRESCRIPTION_REJECTED:
    case EVENT_START_REFUSED:
    case EVENT_FAULT_RAISED:
    case EVENT_FAULT_CLEARED:
    case EVENT_TARED:
    case EVENT_CALIBRATED:
    case EVENT_CLOCK_SYNCED:
    case EVENT_SESSION_ATTRIBUTED:
    case EVENT_EVENTS_DROPPED:
    case EVENT_TYPE_COUNT: break;
    }
    return false;
}

char *event_data_json(const struct event *event, const struct exercise *exercises)
{
    struct put data = put_open();
    if (!put_station_event(&data, event, exercises) && !put_session_event(&data, event))
        data.failed = true;
    return put_text(&data);
}
