/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of gymstationctl. Each gets its own name as argv[0] ("gymstationctl replay") and returns the exit code:
 * 0 fine, 1 it did not work, 2 wrong input or usage. Data goes to stdout, diagnostics to stderr.
 */
#ifndef GYMSTATIONCTL_CTL_H
#define GYMSTATIONCTL_CTL_H

#include <argp.h>

#include "gymstation/config.h"
#include "gymstation/exercise_file.h"

enum ctl_exit { CTL_FINE = 0, CTL_FAILED = 1, CTL_USAGE = 2 };

int ctl_replay(int argc, char **argv);
int ctl_import(int argc, char **argv);
int ctl_monitor(int argc, char **argv);
int ctl_simulate(int argc, char **argv);
int ctl_collect(int argc, char **argv);
int ctl_prescribe(int argc, char **argv);
int ctl_status(int argc, char **argv);
int ctl_sessions(int argc, char **argv);
int ctl_export(int argc, char **argv);
int ctl_calibrate(int argc, char **argv);
int ctl_doctor(int argc, char **argv);
int ctl_tare(int argc, char **argv);
int ctl_record(int argc, char **argv);
int ctl_backup(int argc, char **argv);

/* Says "gymstationctl: ..." on stderr and returns code. */
int ctl_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

int64_t ctl_mono_ns(void);

/* Arguments of options that several have: as they are, or the end of the program (exit code 2) with what is wrong. */
const char *ctl_station(struct argp_state *state, const char *arg); /* --station: 1-32 of a-z, 0-9 and - */
const char *ctl_by(struct argp_state *state, const char *arg);      /* --by: 1-64 bytes */
double ctl_seconds(struct argp_state *state, const char *arg, double min, double max);

/* The whole file, NUL-terminated, the caller's to free. 0 or an exit code, said on stderr. */
int ctl_read_file(const char *path, size_t max, char **ret, size_t *ret_len);

/*
 * What tools need of a station: path may be NULL, then the configuration's defaults stand. The set is the caller's to
 * free. 0 or an exit code, said on stderr.
 */
int ctl_load(const char *path, struct config *ret_config, struct exercise_set **ret_set);

#endif
