/* SPDX-License-Identifier: MIT */
/*
 * What has to outlive the journal: how the load cell was calibrated (JOURNAL.calibration, written by gymstationctl calibrate,
 * read by the daemon) and the working zero (JOURNAL.zero, written by the daemon). Two files, because they are two things:
 * the working zero moves with every tare, and belongs to the calibration that it was taken with. Both are replaced as a
 * whole, so that a power cut leaves the old one or the new one. The calls wait for the disk; zero_keeper is for the loop.
 */
#ifndef GYMSTATION_CALIBRATION_H
#define GYMSTATION_CALIBRATION_H

#include "gymstation/event.h"

struct working_zero {
    int32_t zero_mn;
    struct calibration of;      /* it is the zero of these counts and of no others */
    int64_t calibrated_wall_ns; /* when that calibration was made, or ABSENT: it is the configuration's */
};

/* journal: journal.path. 0, or a negative errno with *ret_why (path: the file): -ENOENT there is none, -EINVAL it is damaged. */
int calibration_load(const char *journal, struct calibrated_data *ret, struct refusal *ret_why);
int calibration_save(const char *journal, const struct calibrated_data *calibrated, struct refusal *ret_why);

int working_zero_load(const char *journal, struct working_zero *ret, struct refusal *ret_why);
int working_zero_save(const char *journal, const struct working_zero *zero, struct refusal *ret_why);

/* Saves from a thread of its own. All calls from one thread, which never waits for the disk but at the end. */
struct zero_keeper;

int zero_keeper_open(struct zero_keeper **ret, const char *journal);
/* 0, or -EAGAIN: hand it over again later. What the disk refuses is tried again until it is taken or replaced. */
int zero_keeper_put(struct zero_keeper *keeper, const struct working_zero *zero);
void zero_keeper_close(struct zero_keeper *keeper); /* after one last try; NULL is fine */

#endif
