/* SPDX-License-Identifier: MIT */
/* The words of event.h as they stand in the envelope, and what a fault means to the people at the station. */
#include "gymstation/event.h"

const char *event_type_str(enum event_type type)
{
    switch (type) {
    case EVENT_STATION_STARTED: return "station_started";
    case EVENT_STATION_STOPPING: return "station_stopping";
    case EVENT_PRESCRIPTION_ACCEPTED: return "prescription_accepted";
    case EVENT_PRESCRIPTION_REJECTED: return "prescription_rejected";
    case EVENT_START_REFUSED: return "start_refused";
    case EVENT_SESSION_STARTED: return "session_started";
    case EVENT_SET_STARTED: return "set_started";
    case EVENT_REP: return "rep";
    case EVENT_HOLD: return "hold";
    case EVENT_SET_COMPLETED: return "set_completed";
    case EVENT_REST_COMPLETED: return "rest_completed";
    case EVENT_PAIN: return "pain";
    case EVENT_EFFORT: return "effort";
    case EVENT_STOP: return "stop";
    case EVENT_CALL: return "call";
    case EVENT_SESSION_COMPLETED: return "session_completed";
    case EVENT_PROGRESSION_SUGGESTED: return "progression_suggested";
    case EVENT_FAULT_RAISED: return "fault_raised";
    case EVENT_FAULT_CLEARED: return "fault_cleared";
    case EVENT_TARED: return "tared";
    case EVENT_CALIBRATED: return "calibrated";
    case EVENT_CLOCK_SYNCED: return "clock_synced";
    case EVENT_SESSION_ATTRIBUTED: return "session_attributed";
    case EVENT_EVENTS_DROPPED: return "events_dropped";
    case EVENT_TYPE_COUNT: break;
    }
    return NULL;
}

const char *start_refusal_str(enum start_refusal reason)
{
    switch (reason) {
    case REFUSED_NO_PROGRAMME: return "no_programme";
    case REFUSED_EXPIRED: return "expired";
    case REFUSED_USED_UP: return "used_up";
    case REFUSED_UNKNOWN_CARD: return "unknown_card";
    case REFUSED_NOT_READY: return "not_ready";
    case REFUSED_PAIN: return "pain";
    }
    return NULL;
}

const char *identified_by_str(enum identified_by by)
{
    switch (by) {
    case BY_CARD: return "card";
    case BY_SLOT: return "slot";
    case BY_ONLY: return "only";
    }
    return NULL;
}

const char *rep_outcome_str(enum rep_outcome outcome)
{
    switch (outcome) {
    case REP_FULL: return "full";
    case REP_PARTIAL: return "partial";
    case REP_PACED: return "paced";
    }
    return NULL;
}

const char *hold_outcome_str(enum hold_outcome outcome)
{
    switch (outcome) {
    case HOLD_FULL: return "full";
    case HOLD_BROKEN: return "broken";
    case HOLD_STOPPED: return "stopped";
    }
    return NULL;
}

const char *set_reason_str(enum set_reason reason)
{
    switch (reason) {
    case SET_DONE: return "done";
    case SET_STOPPED: return "stopped";
    case SET_PAIN: return "pain";
    case SET_LEFT_BOX: return "left_box";
    case SET_TIMEOUT: return "timeout";
    case SET_FAULT: return "fault";
    case SET_POWER_LOSS: return "power_loss";
    case SET_SUPERSEDED: return "superseded";
    case SET_UNCONFIRMED: return "unconfirmed";
    }
    return NULL;
}

const char *set_end_str(enum set_end end)
{
    switch (end) {
    case ENDED_BY_REPS: return "reps";
    case ENDED_BY_STOP: return "stop";
    case ENDED_BY_LEAVE: return "leave";
    case ENDED_BY_STILL: return "still";
    case ENDED_BY_TIMEOUT: return "timeout";
    case ENDED_BY_COMMAND: return "command";
    case ENDED_BY_RESTART: return "restart";
    }
    return NULL;
}

const char *session_reason_str(enum session_reason reason)
{
    switch (reason) {
    case SESSION_DONE: return "done";
    case SESSION_STOPPED: return "stopped";
    case SESSION_PAIN: return "pain";
    case SESSION_ABANDONED: return "abandoned";
    case SESSION_SUPERSEDED: return "superseded";
    case SESSION_TIMEOUT: return "timeout";
    case SESSION_FAULT: return "fault";
    case SESSION_POWER_LOSS: return "power_loss";
    }
    return NULL;
}

const char *basis_str(enum basis basis)
{
    switch (basis) {
    case BASIS_MEASURED: return "measured";
    case BASIS_MIXED: return "mixed";
    case BASIS_CUED: return "cued";
    }
    return NULL;
}

const char *fault_effect_str(enum fault_effect effect)
{
    switch (effect) {
    case EFFECT_NONE: return "none";
    case EFFECT_PACED: return "paced";
    case EFFECT_NO_START: return "no_start";
    }
    return NULL;
}

const char *flag_str(unsigned flag)
{
    switch ((enum flag)flag) {
    case FLAG_NO_BASELINE: return "no_baseline";
    case FLAG_CUED: return "cued";
    case FLAG_BAND_NOT_SEEN: return "band_not_seen";
    case FLAG_SENSOR_FAULT: return "sensor_fault";
    case FLAG_GAP: return "gap";
    case FLAG_HAND_SUPPORT: return "hand_support";
    case FLAG_NO_TOUCHDOWN: return "no_touchdown";
    case FLAG_TWO_PART: return "two_part";
    case FLAG_PAUSE_IN_ECC: return "pause_in_ecc";
    case FLAG_HEIGHT: return "height";
    case FLAG_OVERLOAD: return "overload";
    case FLAG_LIVE_ANCHOR: return "live_anchor";
    case FLAG_LOW_RATE: return "low_rate";
    case FLAG_MOVEMENT_NOT_SEEN: return "movement_not_seen";
    case FLAG_OTHER_LOAD: return "other_load";
    }
    return NULL;
}

const char *fault_text(enum fault fault)
{
    switch (fault) {
    case FAULT_SENSOR_DEAD:
        return "The load cell gives no readings, or they come and go; sets go on paced. Check its plug, cable and "
               "power.";
    case FAULT_SENSOR_STUCK:
        return "The load cell repeats one reading; sets go on paced. Check its cable and whether the plate is jammed.";
    case FAULT_SENSOR_RATE:
        return "The load cell is read at the wrong rate; sets go on paced. Check the converter's rate pin.";
    case FAULT_OVERLOAD:
        return "There is more on the box than its limit. Take the load off; if it stays, check the load cell.";
    case FAULT_UNCALIBRATED: return "The load cell is not calibrated; sets go on paced. Run: gymstationctl calibrate";
    case FAULT_ZERO_OUT_OF_RANGE:
        return "The empty box does not read zero; sets go on paced. Clear the plate and tare the station.";
    case FAULT_BUTTON_STUCK: return "A button stays pressed; no session can start. Free the button or check its cable.";
    case FAULT_UNDERVOLTAGE: return "The power supply is too weak. Use the supply that belongs to the station.";
    case FAULT_JOURNAL:
        return "Results cannot be stored; no session can start. Check the storage card and its free space.";
    case FAULT_DISK_LOW: return "The storage card is full; no session can start. Free some space on it.";
    case FAULT_CLOCK:
        return "The time of day is not known for certain; durations are exact all the same. Check the network.";
    case FAULT_CERT_EXPIRING:
        return "The station's certificate expires soon. Give it a new one before the broker refuses it.";
    case FAULT_DUPLICATE_ID: return "Another station uses this station's id. Give one of the two another station.id.";
    case FAULT_CLONED:
        return "The journal was copied from another station. Start this station with a journal of its own.";
    case FAULT_COUNT: break;
    }
    return NULL;
}

/*
 * Paced: no force can be trusted, so the set goes on by the cues. No start: a stop might not be seen, or what is done
 * could not be kept. Overload has no effect of its own: the reps that it spoils carry FLAG_OVERLOAD.
 */
enum fault_effect fault_effect(enum fault fault)
{
    switch (fault) {
    case FAULT_SENSOR_DEAD:
    case FAULT_SENSOR_STUCK:
    case FAULT_SENSOR_RATE:
    case FAULT_UNCALIBRATED:
    case FAULT_ZERO_OUT_OF_RANGE: return EFFECT_PACED;
    case FAULT_BUTTON_STUCK:
    case FAULT_JOURNAL:
    case FAULT_DISK_LOW: return EFFECT_NO_START;
    case FAULT_OVERLOAD:
    case FAULT_UNDERVOLTAGE:
    case FAULT_CLOCK:
    case FAULT_CERT_EXPIRING:
    case FAULT_DUPLICATE_ID:
    case FAULT_CLONED:
    case FAULT_COUNT: break;
    }
    return EFFECT_NONE;
}
