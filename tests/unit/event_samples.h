/* SPDX-License-Identifier: MIT */
/* One event of every type, with everything known (full) or with as little as there can be. */
#ifndef GYMSTATION_TESTS_EVENT_SAMPLES_H
#define GYMSTATION_TESTS_EVENT_SAMPLES_H

#include <stdio.h>

#include "gymstation/event_json.h"

#define SAMPLE_HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SAMPLE_UUID "018f3c2e-7a51-7c3e-9b1d-5f0e6a2d4c11"

static const struct exercise sample_exercises[] = {
    {
        .id = "banded_curl",
        .setup_count = 1,
        .setups = {{.contact = CONTACT_BOX, .anchor = ANCHOR_DEAD}},
        .variation_count = 1,
        .variations = {{.id = "standard"}},
    },
    {
        .id = "iso_heel_dig",
        .hold = true,
        .setup_count = 1,
        .setups = {{.contact = CONTACT_BOX}},
        .variation_count = 1,
        .variations = {{.id = "standard"}},
    },
};

static inline struct rx_item sample_reps(bool full)
{
    struct rx_item item = {.exercise = 0, .side = SIDE_RULE_LEFT};
    item.dose = (struct dose){
        .sets = 3,
        .sets_min = full ? 2 : 3,
        .reps_min = 8,
        .reps_max = 10,
        .tempo_ms = {1500, 1000, full ? 4000 : TEMPO_FREE, full ? 1000 : TEMPO_ASAP},
        .rest_ms = 90000,
        .rest_side_ms = 30000,
        .rest_item_ms = 120000,
        .rest_mode = REST_MIN,
        .prep_ms = 10000,
        .tempo_tol_pct = 20,
        .tut_tol_pct = 8,
        .load_g = full ? 2500 : 0,
        .step_height_mm = full ? 300 : 0,
        .set_timeout_ms = full ? 120000 : 0,
        .load_limit_mn = full ? 2000000 : 0,
        .leave_ms = 3000,
    };
    if (full)
        snprintf(item.dose.band, sizeof item.dose.band, "red");
    else
        item.dose.sets_reps_count = 3, item.dose.sets_reps[0] = 12, item.dose.sets_reps[1] = 10,
        item.dose.sets_reps[2] = 8;
    return item;
}

static inline struct rx_item sample_holds(bool full)
{
    struct rx_item item = {.exercise = 1, .side = SIDE_RULE_EACH};
    item.dose = (struct dose){
        .sets = 1,
        .sets_min = 1,
        .holds = 5,
        .hold_ms = 45000,
        .hold_rest_ms = 120000,
        .ramp_ms = 2000,
        .settle_ms = 1000,
        .grace_ms = 2000,
        .fail_frac_milli = 150,
        .hold_clock = HOLD_CLOCK_IN_BAND,
        .rest_ms = 90000,
        .rest_side_ms = 30000,
        .rest_item_ms = 120000,
        .rest_mode = REST_UNTIL_BUTTON,
        .pacing = PACING_SELF,
        .tempo_tol_pct = 20,
        .tut_tol_pct = 8,
    };
    if (full)
        item.dose.target = (struct target){TARGET_PCT_REF, 70000, 10000, 357000};
    return item;
}

static inline struct prescription sample_prescription(bool full)
{
    struct prescription rx = {.rev = 12, .id = "rx-12", .by = "pt-2", .patient = "p-secret", .item_count = 2};
    rx.items[0] = sample_reps(full);
    rx.items[1] = sample_holds(full);
    return rx;
}

static inline struct rep_data sample_rep(bool full)
{
    struct rep_data rep = {.outcome = full ? REP_FULL : REP_PARTIAL, .start_ns = 1, .end_ns = 7520000000};
    rep.tut_ns = rep.peak_mn = rep.mean_mn = rep.impulse_mns = ABSENT;
    if (!full)
        return rep;
    rep.phases[PHASE_CON] = (struct phase_time){SRC_LOAD, 1499500000, ABSENT, ABSENT, 1500000000, -1};
    rep.phases[PHASE_TOP] = (struct phase_time){SRC_CUE, 1000000000, ABSENT, ABSENT, 1000000000, -1};
    rep.phases[PHASE_ECC] = (struct phase_time){SRC_MODEL, 2040000000, 120000000, 4020000000, 4000000000, 1};
    rep.phases[PHASE_BOTTOM] = (struct phase_time){SRC_BUTTON, 900000000, ABSENT, 2000000000, 1000000000, 0};
    rep.tut_ns = 6520499999, rep.peak_mn = 52125, rep.mean_mn = 31004, rep.impulse_mns = 198015;
    rep.flags = (1u << FLAG_COUNT) - 1;
    return rep;
}

static inline struct hold_data sample_hold(bool full)
{
    if (full)
        return (struct hold_data){HOLD_FULL, 1,      45000000001, 45000000000, 44200000000,      800000000,
                                  1,         249995, 2149,        250000,      FLAG_NO_BASELINE, 512345};
    return (struct hold_data){HOLD_STOPPED, 1, 2, 1, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, 0, ABSENT};
}

static inline struct set_started_data sample_set_started(bool full)
{
    struct set_started_data set = {.contact = CONTACT_BOX, .sees = {.con = GRADE_A, .ecc = GRADE_B, .count = GRADE_C}};
    set.load_g = set.step_height_mm = set.target_mn = set.b_mn = set.noise_mn = set.bw_mn = ABSENT;
    if (!full)
        return set;
    set.anchor = ANCHOR_DEAD, set.load_g = 12500, set.step_height_mm = 300, set.target_mn = 250000;
    set.b_mn = 784532, set.noise_mn = 40, set.bw_mn = 784532;
    snprintf(set.band, sizeof set.band, "red");
    return set;
}

static inline struct session_completed_data sample_session_completed(bool full)
{
    struct session_completed_data session = {
        .reason = full ? SESSION_DONE : SESSION_ABANDONED,
        .duration_ns = 612345000000,
        .item_count = full ? 2 : 0,
        .items = {{"banded_curl", "standard", SIDE_RULE_LEFT, 3, 3, 30, 30, 29, ABSENT, false, false},
                  {"iso_heel_dig", "standard", SIDE_RULE_EACH, 10, 4, 10, 4, 4, -2500, true, true}},
        .pct_milli = 96549,
        .volume_milli = 1000,
        .tempo_milli = 966,
        .tempo_n = 88,
        .load_milli = 1000,
        .rest_overrun_ns = 12000000000,
        .basis = BASIS_MIXED,
    };
    if (!full)
        session.pct_milli = session.tempo_milli = session.load_milli = ABSENT, session.volume_milli = 0;
    return session;
}

/* What a session's events have in their heads. */
static inline struct event_head sample_head(enum event_type type, bool full)
{
    struct event_head head = {.type = type,
                              .t_ns = 81234567890,
                              .in_session = true,
                              .item = 1,
                              .set = 2,
                              .rep = full ? 3 : 0,
                              .exercise = "banded_curl",
                              .variation = "standard",
                              .side = SIDE_LEFT};
    if (full)
        snprintf(head.patient, sizeof head.patient, "p-secret");
    return head;
}

/* What happens to the station, in or out of a session. */
static inline void sample_station(struct event *event)
{
    enum event_type type = event->head.type;
    if (type == EVENT_FAULT_RAISED || type == EVENT_FAULT_CLEARED) {
        event->u.fault.fault = FAULT_SENSOR_DEAD, event->u.fault.effect = EFFECT_PACED;
        event->u.fault.lasted_ns = 3200000000;
    } else if (type == EVENT_TARED) {
        event->u.tared.zero_counts = -84213, event->u.tared.moved_g = -12;
        snprintf(event->u.tared.by, ID_LEN, "button");
    } else if (type == EVENT_CALIBRATED) {
        event->u.calibrated = (struct calibrated_data){.wall_ns = INT64_C(1795334160123456789),
                                                       .calibration = {true, -84213, 104905},
                                                       .mass_g = 40000,
                                                       .rate_milli = 79870,
                                                       .noise_mg = 4310};
        snprintf(event->u.calibrated.by, ID_LEN, "tech-1");
    } else if (type == EVENT_CLOCK_SYNCED) {
        event->u.clock_synced.wall_ns = INT64_C(1795334160123456789), event->u.clock_synced.step_ns = -3600000000000;
    } else if (type == EVENT_SESSION_ATTRIBUTED) {
        event->head.in_session = false;
        snprintf(event->u.attributed.session, UUID_LEN, SAMPLE_UUID);
        snprintf(event->u.attributed.patient, ID_LEN, "p-secret");
        snprintf(event->u.attributed.by, ID_LEN, "pt-2");
    } else {
        event->u.dropped.from = 3, event->u.dropped.to = 9;
        snprintf(event->u.dropped.why, sizeof event->u.dropped.why, "retention");
    }
}

static inline struct set_completed_data sample_set_completed(bool full)
{
    struct set_completed_data set = {.reason = SET_DONE,
                                     .ended_by = ENDED_BY_REPS,
                                     .reps = 10,
                                     .reps_measured = 9,
                                     .tempo_milli_pct = 94949,
                                     .tempo_n = 27,
                                     .tut_ns = 65200000000,
                                     .tut_reps = 9,
                                     .fatigue_milli_pct = 12345,
                                     .tut_n = 8,
                                     .tut_move_ns = 67900000000,
                                     .tut_target_ns = 68000000000,
                                     .tut_in_tolerance = 1,
                                     .trusted = true};

    if (!full) {
        set.tempo_milli_pct = set.tut_ns = set.fatigue_milli_pct = ABSENT;
        set.tut_in_tolerance = -1;
    }
    return set;
}

/* rx must outlive the event. */
static inline struct event sample_event(enum event_type type, bool full, const struct prescription *rx)
{
    struct event event = {.head = sample_head(type, full)};
    switch (type) {
    case EVENT_STATION_STARTED:
    case EVENT_STATION_STOPPING:
        event.head = (struct event_head){.type = type, .t_ns = 5};
        event.u.station.clean = full;
        snprintf(event.u.station.version, sizeof event.u.station.version, "0.1.0");
        snprintf(event.u.station.reason, sizeof event.u.station.reason, "sigterm");
        break;
    case EVENT_PRESCRIPTION_ACCEPTED:
    case EVENT_PRESCRIPTION_REJECTED:
        event.head = (struct event_head){.type = type, .t_ns = 5};
        event.u.prescription.slot = 1, event.u.prescription.rev = full ? 12 : 0;
        event.u.prescription.rx = full ? rx : NULL;
        if (full || type == EVENT_PRESCRIPTION_REJECTED)
            snprintf(event.u.prescription.hash, HASH_LEN, SAMPLE_HASH);
        if (full)
            event.u.prescription.refusal = (struct refusal){"/items/0/sets", "11 is outside 1..10"};
        break;
    case EVENT_START_REFUSED: event.u.start_refused = REFUSED_EXPIRED; break;
    case EVENT_SESSION_STARTED:
        event.u.session_started.slot = 1, event.u.session_started.rev = 12, event.u.session_started.resumes = full;
        snprintf(event.u.session_started.rx, ID_LEN, "rx-12");
        snprintf(event.u.session_started.hash, HASH_LEN, SAMPLE_HASH);
        break;
    case EVENT_SET_STARTED: event.u.set_started = sample_set_started(full); break;
    case EVENT_REP: event.u.rep = sample_rep(full); break;
    case EVENT_HOLD: event.u.hold = sample_hold(full); break;
    case EVENT_SET_COMPLETED: event.u.set_completed = sample_set_completed(full); break;
    case EVENT_REST_COMPLETED:
        event.u.rest_completed.planned_ns = 90000000000, event.u.rest_completed.actual_ns = 92123456789;
        break;
    case EVENT_PAIN:
        event.u.pain.nrs = event.u.pain.hours_after_milli = ABSENT, event.u.pain.limit = 3;
        if (full) {
            event.u.pain.nrs = 0, event.u.pain.hours_after_milli = 23950;
            snprintf(event.u.pain.about_session, ID_LEN, SAMPLE_UUID);
        }
        break;
    case EVENT_EFFORT: event.u.effort_cr10 = full ? 7 : ABSENT; break;
    case EVENT_STOP:
        event.u.stop.by_command = full, event.u.stop.pressed_t_ns = 81234000000;
        snprintf(event.u.stop.during, sizeof event.u.stop.during, "work");
        if (full)
            snprintf(event.u.stop.by, ID_LEN, "pt-2");
        break;
    case EVENT_SESSION_COMPLETED: event.u.session_completed = sample_session_completed(full); break;
    case EVENT_FAULT_RAISED:
    case EVENT_FAULT_CLEARED:
    case EVENT_TARED:
    case EVENT_CALIBRATED:
    case EVENT_CLOCK_SYNCED:
    case EVENT_SESSION_ATTRIBUTED:
    case EVENT_EVENTS_DROPPED: sample_station(&event); break;
    case EVENT_PROGRESSION_SUGGESTED:
        event.u.progression = (struct progression_data){
            2, {"glute_bridge", "standard"}, {"glute_bridge", "single"}, full ? BASIS_MIXED : BASIS_CUED};
        break;
    case EVENT_CALL:
    case EVENT_TYPE_COUNT: break;
    }
    return event;
}

static inline struct envelope_stamp sample_stamp(bool full)
{
    struct envelope_stamp stamp = {
        .journal = "00000000-0000-0000-0000-000000000000",
        .seq = 1842,
        .station = "leg-01",
        .boot = "replay",
        .wall_ns = INT64_C(1795334160123999999),
        .clock = CLOCK_SYNCED,
        .session = SAMPLE_UUID,
        .first_seq = 1800,
    };
    if (full)
        stamp.last_session = SAMPLE_UUID, stamp.last_boot = "boot-1", stamp.last_t_ns = 42;
    return stamp;
}

#endif
