/* SPDX-License-Identifier: MIT */
/* The checks of gymstationctl doctor: each says a line, ok, warn or fail, with what to do. */
#ifndef GYMSTATIONCTL_DOCTOR_H
#define GYMSTATIONCTL_DOCTOR_H

#include "gymstation/calibration.h"
#include "tools/gymstationctl/cell.h"

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

struct doctor {
    struct config config;
    double seconds;
    const char *sys; /* where sysfs is */
    int warns, fails;
};

void doctor_say(struct doctor *doctor, enum verdict verdict, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void doctor_cell(struct doctor *doctor); /* doctor_cell.c: ten seconds of samples */
void doctor_host(struct doctor *doctor); /* doctor_host.c: GPIO, scheduling, power, clock, journal, broker */

#endif
