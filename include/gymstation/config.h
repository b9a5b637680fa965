/* SPDX-License-Identifier: MIT */
/*
 * gymstation.conf as plain data, every key with its default filled in; see gymstation.conf(5). Read once by main and by
 * the tools, read-only afterwards. Every key, range and default is one row of the table in config.c.
 */
#ifndef GYMSTATION_CONFIG_H
#define GYMSTATION_CONFIG_H

#include "gymstation/buttons.h"
#include "gymstation/cue.h"
#include "gymstation/evdev.h"
#include "gymstation/exercise.h"

#define CONFIG_TEXT_LEN 256
#define LINE_TEXT_LEN   32 /* names of GPIO lines, as the kernel has them */
#define CODES_TEXT_LEN  64
#define CODES_MAX       8
#define CONFIG_ERR_LEN  512 /* enough for every message of config_load() and config_set() */

struct config {
    struct station station;
    struct {
        char url[CONFIG_TEXT_LEN]; /* "mqtt://host[:port]", "mqtts://host[:port]" or "none" */
        char prefix[ID_LEN];
        char username[ID_LEN];                                      /* "": none */
        char password_file[CONFIG_TEXT_LEN];                        /* "": none */
        char ca_file[CONFIG_TEXT_LEN];                              /* for mqtts://; "": the system's certificates */
        char cert_file[CONFIG_TEXT_LEN], key_file[CONFIG_TEXT_LEN]; /* "": none; both or neither */
        int32_t keep_alive_s;
        char protocol[8]; /* "5" or "3.1.1" */
        bool discovery;   /* tell Home Assistant what there is */
    } mqtt;
    struct {
        char path[CONFIG_TEXT_LEN]; /* of the SQLite file */
        int32_t keep_days, max_mb;  /* what has been delivered goes after this long, or beyond this size */
        char serial[ID_LEN];        /* of the board; "": as the board says */
    } journal;
    struct {
        char source[CONFIG_TEXT_LEN]; /* "hx711", "iio", "nau7802", "sim", "trace:FILE[@SPEED]"; see config_source() */
        int32_t rate_sps, gain;       /* as the converter is strapped and wired */
        char chip[CONFIG_TEXT_LEN];   /* HX711: label or path of the GPIO chip; "": the Raspberry Pi's header */
        char dout[ID_LEN], sck[ID_LEN];   /* HX711: offset or name of the line */
        char iio_device[CONFIG_TEXT_LEN]; /* IIO: directory of the device; "": found by its name */
        char i2c_bus[CONFIG_TEXT_LEN];    /* NAU7802 */
        struct calibration calibration;   /* valid once counts_per_n is set */
    } sensor;
    struct {
        char chip[CONFIG_TEXT_LEN];             /* label, path or ""; see gpio.h */
        char line[BUTTON_COUNT][LINE_TEXT_LEN]; /* offset or name; "": not wired */
        enum button_pull pull;
        bool active_low;
        char devices[CONFIG_TEXT_LEN]; /* paths of input devices, by commas; config_paths() takes them apart */
        char keys[BUTTON_COUNT][CODES_TEXT_LEN]; /* their key codes, by commas; config_codes() takes them apart */
    } buttons;
    struct {
        char device[CONFIG_TEXT_LEN];      /* path of the input device; "": none */
        char secret_file[CONFIG_TEXT_LEN]; /* for the keyed hash of its numbers */
    } card;
    struct {
        char chip[CONFIG_TEXT_LEN];
        char line[CUE_OUTPUT_COUNT][LINE_TEXT_LEN]; /* offset or name; "": not wired */
        bool active_low;
    } cues;
    struct {
        int32_t grace_s; /* the wall clock may be unknown this long before that is a fault */
    } clock;
    struct {
        char dir[CONFIG_TEXT_LEN]; /* "": sessions are not recorded */
    } recorder;
    struct {
        char dir[CONFIG_TEXT_LEN]; /* "": exercise_dir_default() */
    } exercises;
    struct {
        int64_t seed;
        int32_t weight_g;
        int32_t speed_milli; /* 1000: real time; 0: as fast as inputs are taken */
        int32_t sessions;    /* 0: one after another for ever */
        int32_t gap_ms;      /* pause between them */
    } sim;
};

enum config_source_kind {
    CONFIG_SOURCE_SIM,
    CONFIG_SOURCE_TRACE,
    CONFIG_SOURCE_HX711,
    CONFIG_SOURCE_IIO,
    CONFIG_SOURCE_NAU7802
};

/* sensor.source, taken apart. */
struct config_source {
    enum config_source_kind kind;
    char file[CONFIG_TEXT_LEN]; /* of the trace */
    int32_t speed_milli;        /* of the trace; 1000: real time; SPEED_MAX (source.h): as fast as inputs are taken */
};

void config_defaults(struct config *ret);

/*
 * Reads file over the defaults. 0, or a negative errno with one line in err: "FILE:12: station.session_idle_s: 12 s is
 * outside 30..3600 s". *ret is untouched on failure. -EINVAL is bad content, everything else is about the file.
 */
int config_load(const char *file, struct config *ret, char *err, size_t err_len);

/* For --set: assignment is "station.id=leg-01". Errors as above, without a file. */
int config_set(struct config *config, const char *assignment, char *err, size_t err_len);

/*
 * The rules that need more than one key, once file and --set are in: 0 or -EINVAL with one line in err.
 */
int config_check(const struct config *config, char *err, size_t err_len);

/* config->sensor.source has been checked when it was set, so this cannot fail. */
void config_source(const struct config *config, struct config_source *ret);

/* buttons.devices and buttons.*_keys, taken apart: how many. Checked when they were set, as above. */
int config_paths(const char *text, char ret[EVDEV_MAX][CONFIG_TEXT_LEN]);
int config_codes(const char *text, unsigned ret[CODES_MAX]);

/* What replay assumes without a configuration: a station that has everything (plate 0.10 m, riser, anchor, bench). */
void config_station_complete(struct station *ret);

#endif
