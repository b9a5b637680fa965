/* SPDX-License-Identifier: MIT */
/*
 * Everything that can reach the core. Sources, the trace reader and the app make inputs; the recorder writes them
 * down; core_feed() takes them one by one, in merge order.
 */
#ifndef GYMSTATION_INPUT_H
#define GYMSTATION_INPUT_H

#include "gymstation/prescription.h"

enum button { BUTTON_START, BUTTON_STOP, BUTTON_PLUS, BUTTON_MINUS, BUTTON_COUNT };

/* Trouble that the sensor's reader reports instead of a number. */
enum trouble { TROUBLE_NOT_READY, TROUBLE_RESET, TROUBLE_SATURATED, TROUBLE_STUCK, TROUBLE_COUNT };

enum fault {
    FAULT_SENSOR_DEAD,
    FAULT_SENSOR_STUCK,
    FAULT_SENSOR_RATE,
    FAULT_OVERLOAD,
    FAULT_UNCALIBRATED,
    FAULT_ZERO_OUT_OF_RANGE,
    FAULT_BUTTON_STUCK,
    FAULT_UNDERVOLTAGE,
    FAULT_JOURNAL,
    FAULT_DISK_LOW,
    FAULT_CLOCK,
    FAULT_CERT_EXPIRING,
    FAULT_DUPLICATE_ID,
    FAULT_CLONED,
    FAULT_COUNT
};

enum command_kind {
    COMMAND_STOP,
    COMMAND_SKIP,
    COMMAND_ANSWER,
    COMMAND_TARE,
    COMMAND_IDENTIFY,
    COMMAND_REPORT,
    COMMAND_RESEND,
    COMMAND_ATTRIBUTE,
    COMMAND_CLEAR_CALL,
    COMMAND_COUNT
};

enum question_kind { QUESTION_PAIN, QUESTION_EFFORT, QUESTION_CONFIRM };

/* A command that has been read and found well-formed (command_json.h). Report and resend never reach the core. */
struct command {
    enum command_kind kind;
    char id[ID_LEN], by[ID_LEN];
    int64_t expires_ns;         /* wall time or ABSENT */
    enum question_kind answers; /* COMMAND_ANSWER */
    int32_t score;              /* NRS 0-10 or CR10 0-10 */
    char session[UUID_LEN];     /* COMMAND_ATTRIBUTE */
    char patient[ID_LEN];
    int64_t from_seq, to_seq; /* COMMAND_RESEND */
};

enum input_kind {
    INPUT_FORCE,        /* trace letters F and S */
    INPUT_BUTTON,       /* B */
    INPUT_COMMAND,      /* C */
    INPUT_PRESCRIPTION, /* P */
    INPUT_TROUBLE,      /* X not_ready | reset | saturated | stuck */
    INPUT_FAULT,        /* X FAULT raised | cleared: trouble outside the core, such as a full journal */
    INPUT_CARD,         /* K: keyed hash of a card that was shown */
    INPUT_CLOCK,        /* W: what the wall clock said at the stamp */
    INPUT_END,          /* the source has ended: the last force stands, silence is no fault from here on */
    INPUT_KIND_COUNT
};

struct input {
    enum input_kind kind;
    int64_t t_ns;     /* merge time: max(stamp, last input or deadline fired); never decreases */
    int64_t stamp_ns; /* when it happened, by CLOCK_MONOTONIC at the source */
    union {
        struct {
            int32_t force_mn; /* calibrated, before the working zero; undefined while has_force is false */
            int32_t raw;      /* converter counts; undefined while has_raw is false */
            bool has_raw, has_force;
        } force;
        struct {
            enum button button;
            bool pressed; /* raw level, bounces included */
        } button;
        enum trouble trouble;
        struct {
            enum fault fault;
            bool raised;
        } fault;
        char card[HASH_LEN];
        struct {
            int64_t wall_ns; /* ns since 1970; with any span of time that a station runs it fits an int64_t */
            bool synced;
        } clock;
        const struct command *command;       /* belongs to the caller, valid during the call */
        const struct rx_arrival *rx_arrival; /* likewise */
    } u;
};

const char *button_str(enum button button);    /* "start" "stop" "plus" "minus" */
const char *trouble_str(enum trouble trouble); /* as in the trace */
const char *fault_str(enum fault fault);
const char *command_str(enum command_kind kind);   /* as in the topic */
const char *question_str(enum question_kind kind); /* "pain" "effort" "confirm" */

/* Two-point calibration of raw counts: force = (raw - zero_counts) * mn_per_count, rounded to the nearest mN. */
struct calibration {
    bool valid;
    int32_t zero_counts;        /* reading of the empty box */
    int64_t counts_per_n_milli; /* thousandths of counts per newton; never 0 when valid; may be negative */
};

int32_t calibration_force_mn(const struct calibration *calibration, int32_t raw);

#endif
