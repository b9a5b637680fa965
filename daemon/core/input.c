/* SPDX-License-Identifier: MIT */
/* The words of input.h as they stand in traces and topics, and the way from raw counts to a force. */
#include "gymstation/input.h"

const char *button_str(enum button button)
{
    switch (button) {
    case BUTTON_START: return "start";
    case BUTTON_STOP: return "stop";
    case BUTTON_PLUS: return "plus";
    case BUTTON_MINUS: return "minus";
    case BUTTON_COUNT: break;
    }
    return NULL;
}

const char *trouble_str(enum trouble trouble)
{
    switch (trouble) {
    case TROUBLE_NOT_READY: return "not_ready";
    case TROUBLE_RESET: return "reset";
    case TROUBLE_SATURATED: return "saturated";
    case TROUBLE_STUCK: return "stuck";
    case TROUBLE_COUNT: break;
    }
    return NULL;
}

const char *fault_str(enum fault fault)
{
    switch (fault) {
    case FAULT_SENSOR_DEAD: return "sensor_dead";
    case FAULT_SENSOR_STUCK: return "sensor_stuck";
    case FAULT_SENSOR_RATE: return "sensor_rate";
    case FAULT_OVERLOAD: return "overload";
    case FAULT_UNCALIBRATED: return "uncalibrated";
    case FAULT_ZERO_OUT_OF_RANGE: return "zero_out_of_range";
    case FAULT_BUTTON_STUCK: return "button_stuck";
    case FAULT_UNDERVOLTAGE: return "undervoltage";
    case FAULT_JOURNAL: return "journal";
    case FAULT_DISK_LOW: return "disk_low";
    case FAULT_CLOCK: return "clock";
    case FAULT_CERT_EXPIRING: return "cert_expiring";
    case FAULT_DUPLICATE_ID: return "duplicate_id";
    case FAULT_CLONED: return "cloned";
    case FAULT_COUNT: break;
    }
    return NULL;
}

const char *command_str(enum command_kind kind)
{
    switch (kind) {
    case COMMAND_STOP: return "stop";
    case COMMAND_SKIP: return "skip";
    case COMMAND_ANSWER: return "answer";
    case COMMAND_TARE: return "tare";
    case COMMAND_IDENTIFY: return "identify";
    case COMMAND_REPORT: return "report";
    case COMMAND_RESEND: return "resend";
    case COMMAND_ATTRIBUTE: return "attribute";
    case COMMAND_CLEAR_CALL: return "clear_call";
    case COMMAND_COUNT: break;
    }
    return NULL;
}

const char *question_str(enum question_kind kind)
{
    switch (kind) {
    case QUESTION_PAIN: return "pain";
    case QUESTION_EFFORT: return "effort";
    case QUESTION_CONFIRM: return "confirm";
    }
    return NULL;
}

/* Magnitude without the overflow of -INT64_MIN. */
static uint64_t magnitude(int64_t v)
{
    return v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
}

/*
 * Integers only, so that every machine gives the same millinewtons: halves are rounded away from zero, what an int32_t
 * cannot hold saturates. |raw - zero| < 2^32, times 10^6 (mN per N, thousandths) stays below 2^52.
 * 0 when the calibration is not valid.
 */
int32_t calibration_force_mn(const struct calibration *calibration, int32_t raw)
{
    if (!calibration->valid || calibration->counts_per_n_milli == 0)
        return 0;
    int64_t counts = (int64_t)raw - calibration->zero_counts;
    uint64_t num = magnitude(counts) * UINT64_C(1000000);
    uint64_t den = magnitude(calibration->counts_per_n_milli);
    uint64_t mn = num / den;
    if (num % den >= den - num % den)
        mn++;
    bool negative = (counts < 0) != (calibration->counts_per_n_milli < 0);
    if (mn > INT32_MAX)
        return negative ? INT32_MIN : INT32_MAX;
    return negative ? -(int32_t)mn : (int32_t)mn;
}
