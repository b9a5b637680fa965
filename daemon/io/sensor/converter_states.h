/* SPDX-License-Identifier: MIT */
/* What is the same for each of the converter's states, whatever comes: for converter_health.c alone. */
#ifndef GYMSTATION_DAEMON_IO_CONVERTER_STATES_H
#define GYMSTATION_DAEMON_IO_CONVERTER_STATES_H

#include "daemon/io/sensor/converter_health.h"

#define DEAD_NS (1 * NS_PER_S)

/*
 * Of a share of two seconds, 20 conversions at 10 SPS: a brown-out in it costs nine. What the reader lost by coming late or by
 * resetting the chip is none of the plug's, and counts as answered.
 */
#define SHARE_NS      (2 * NS_PER_S)
#define SHARE_BAD_PCT 50
#define SHARE_OK_PCT  90

#define DEAD_BIT  (1u << FAULT_SENSOR_DEAD)
#define STUCK_BIT (1u << FAULT_SENSOR_STUCK)
#define RATE_BIT  (1u << FAULT_SENSOR_RATE)

/* What the core is to believe in a state, as bits 1u << enum fault; what has not been found out leaves it as it was. */
unsigned converter_faults_in(const struct converter_health *health, enum sensor_state state);
/* When it is over, if nothing comes that says so. */
int64_t converter_deadline_in(const struct converter_health *health, enum sensor_state state, int64_t now_ns);
/* How many conversions an event accounts for; flows: codes become numbers. */
int64_t converter_answers(enum sensor_event event, bool flows);

#endif
