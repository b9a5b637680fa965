/* SPDX-License-Identifier: MIT */
/* Some seconds of the load cell, and what they say. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gymstation/sensor.h"
#include "gymstation/wall_time.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/doctor.h"
#include "tools/gymstationctl/steady.h"

#define VALUES_MAX   2000000 /* an hour at 320 samples/s, and more */
#define SILENT_MS    2000
#define RATE_BAD_PCT 20.0 /* as the daemon: FAULT_SENSOR_RATE */
#define REFUSED_WARN 5.0  /* per cent; heavy preemption makes 6.5 (wire-level model) */
#define REFUSED_FAIL 20.0
#define NOISE_WARN_G 20.0  /* five times the datasheet's 4.2 g rms on a 200 kg platform */
#define NOISE_COUNTS 200.0 /* the same before it is calibrated: 38 counts */
#define DRIFT_WARN_G 60.0  /* a minute; warming up makes 20 in the first ten minutes */
#define ZERO_WARN_KG 1.0   /* what a tare takes */
#define ZERO_PCT     2.0   /* of capacity: what tares take in all */
#define GRAVITY      9.80665
#define UNIQUE_FEW   10

struct look {
    struct readings readings; /* counts; of a source of forces: millinewtons */
    int32_t *values;
    int64_t troubles[TROUBLE_COUNT];
    bool forces;                             /* there are no counts */
    unsigned faults;                         /* bits that the source raised and did not clear */
    uint64_t counters[SENSOR_COUNTER_COUNT]; /* of a real converter */
    double counts_per_n;
    double zero; /* counts of the calibration's zero */
    double working_zero_n;
};

static void take(struct look *look, const struct input *input)
{
    int32_t value;

    if (input->kind == INPUT_TROUBLE)
        look->troubles[input->u.trouble]++;
    if (input->kind == INPUT_FAULT && input->u.fault.raised)
        look->faults |= 1u << input->u.fault.fault;
    if (input->kind == INPUT_FAULT && !input->u.fault.raised)
        look->faults &= ~(1u << input->u.fault.fault);
    if (input->kind != INPUT_FORCE)
        return;
    look->forces = !input->u.force.has_raw;
    value = look->forces ? input->u.force.force_mn : input->u.force.raw;
    if (look->readings.n < VALUES_MAX)
        look->values[look->readings.n] = value;
    readings_add(&look->readings, value, input->stamp_ns);
}

static double now_s(void)
{
    return (double)ctl_mono_ns() / NS_PER_S;
}

/* By the stamps, so that a recording is looked at for as long; by the clock where there are no readings, but silence or trouble. */
static void watch(struct look *look, struct cell *cell, double seconds)
{
    double end_s = now_s() + seconds + SILENT_MS / 1000.0;
    struct input input;

    while (look->readings.n == 0 || readings_span_s(&look->readings) < seconds) {
        enum cell_result r = cell_next(cell, SILENT_MS, -1, &input);
        if (r == CELL_ENDED || r == CELL_BROKEN)
            return;
        if (r == CELL_INPUT)
            take(look, &input);
        if (now_s() >= end_s && !cell->is_trace)
            return;
    }
}

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

static int64_t unique(struct look *look)
{
    int64_t n = look->readings.n < VALUES_MAX ? look->readings.n : VALUES_MAX, found = n > 0;

    qsort(look->values, (size_t)n, sizeof(look->values[0]), by_value);
    for (int64_t i = 1; i < n; i++)
        found += look->values[i] != look->values[i - 1];
    return found;
}

/* ---- what was read ------------------------------------------------------------------------------------------------------ */

/* A converter answers, and its answers cannot be used: the pulses were held up, and no cable is to blame. */
static bool held_up(const struct look *look)
{
    const uint64_t *c = look->counters;

    return c[SENSOR_SUSPECT] + c[SENSOR_RESETS_NOTICED] + c[SENSOR_REJECTED_SPAN] >
           c[SENSOR_GOOD] / 10 + c[SENSOR_REJECTED_TAIL] + c[SENSOR_REJECTED_GAIN] + c[SENSOR_REJECTED_IO];
}

static const char *no_readings(const struct look *look)
{
    if (held_up(look))
        return "no readings: the converter answers, but this machine makes its pulses too slowly: give this look real "
               "time (see scheduling), and end busy programs; if it stays so, check the wire to sensor.sck";
    if (look->troubles[TROUBLE_SATURATED] > 0)
        return "every reading is saturated: check the cell's wires, or lower sensor.gain";
    if (look->troubles[TROUBLE_STUCK] > 0 || (look->faults & (1u << FAULT_SENSOR_STUCK)))
        return "no readings but one that repeats itself: check the wires between cell and converter";
    return "no readings: check the cell's cable, its power, and sensor.dout and sck";
}

static bool say_rate(struct doctor *doctor, const struct look *look)
{
    double rate = readings_rate(&look->readings), nominal = doctor->config.sensor.rate_sps;

    if (look->readings.n < 2)
        doctor_say(doctor, VERDICT_FAIL, "rate", "%s", no_readings(look));
    else if (fabs(rate - nominal) * 100 > RATE_BAD_PCT * nominal && held_up(look))
        doctor_say(doctor, VERDICT_FAIL, "rate",
                   "%.2f samples/s, nominal %.0f: this machine makes the converter's pulses too slowly: give this look "
                   "real time (see scheduling), and end busy programs",
                   rate, nominal);
    else if (fabs(rate - nominal) * 100 > RATE_BAD_PCT * nominal)
        doctor_say(doctor, VERDICT_FAIL, "rate",
                   "%.2f samples/s where sensor.rate_sps says %.0f: the converter's RATE pin is strapped otherwise; "
                   "strap it for %.0f, or set sensor.rate_sps to what is measured",
                   rate, nominal, nominal);
    else
        doctor_say(doctor, VERDICT_OK, "rate", "%.2f samples/s, nominal %.0f", rate, nominal);
    return look->readings.n >= 2;
}

/* What the reader counted; only a real converter has a reader. */
static void say_reader(struct doctor *doctor, const struct look *look, const struct source *source)
{
    const uint64_t *c = look->counters;
    double refused, all;

    refused =
        (double)(c[SENSOR_REJECTED_TAIL] + c[SENSOR_REJECTED_GAIN] + c[SENSOR_REJECTED_SPAN] + c[SENSOR_REJECTED_IO] +
                 c[SENSOR_UNPROVED] + c[SENSOR_FLIPPED] + c[SENSOR_SUSPECT] - c[SENSOR_SUSPECT_TAKEN]);
    all = refused + (double)c[SENSOR_GOOD];
    doctor_say(doctor,
               all > 0 && refused * 100 > REFUSED_FAIL * all   ? VERDICT_FAIL
               : all > 0 && refused * 100 > REFUSED_WARN * all ? VERDICT_WARN
                                                               : VERDICT_OK,
               "reads",
               "%llu good, %llu suspect (%llu of them taken), refused: %llu tail, %llu gain, %llu span, %llu io, "
               "%llu unproved, %llu flipped; %llu settling, "
               "%llu resets%s",
               (unsigned long long)c[SENSOR_GOOD], (unsigned long long)c[SENSOR_SUSPECT],
               (unsigned long long)c[SENSOR_SUSPECT_TAKEN], (unsigned long long)c[SENSOR_REJECTED_TAIL],
               (unsigned long long)c[SENSOR_REJECTED_GAIN], (unsigned long long)c[SENSOR_REJECTED_SPAN],
               (unsigned long long)c[SENSOR_REJECTED_IO], (unsigned long long)c[SENSOR_UNPROVED],
               (unsigned long long)c[SENSOR_FLIPPED], (unsigned long long)c[SENSOR_SETTLING],
               (unsigned long long)(c[SENSOR_RESETS_NOTICED] + c[SENSOR_RESETS_GIVEN]),
               all == 0 || refused * 100 <= REFUSED_WARN * all ? ""
               : held_up(look)                                 ? ": the machine holds the reader up; see scheduling"
                                                               : ": check the wires to the converter");
    if (sensor_realtime(source))
        doctor_say(doctor, VERDICT_OK, "scheduling", "the reader runs in real time");
    else
        doctor_say(
            doctor, VERDICT_WARN, "scheduling",
            "this look has no real-time scheduling: beside busy programs it loses reads that the daemon, with the "
            "unit's LimitRTPRIO=60, does not lose (see real time); run it as root for a look like the daemon's");
}

static void say_values(struct doctor *doctor, struct look *look)
{
    int64_t n = unique(look), saturated = look->troubles[TROUBLE_SATURATED];
    unsigned stuck = 1u << FAULT_SENSOR_STUCK;

    for (int64_t i = 0; i < look->readings.n && i < VALUES_MAX && !look->forces; i++)
        saturated += look->values[i] >= CONVERTER_COUNTS - 1 || look->values[i] <= -CONVERTER_COUNTS;
    if (saturated > 0)
        doctor_say(doctor, VERDICT_FAIL, "range",
                   "%lld saturated readings: check the cell's wires, or lower sensor.gain", (long long)saturated);
    else
        doctor_say(doctor, VERDICT_OK, "range", "no saturated readings");
    if (look->troubles[TROUBLE_STUCK] > 0 || (look->faults & stuck) || n < 3)
        doctor_say(doctor, VERDICT_FAIL, "values", "%lld unique in %lld: the converter repeats itself; check its wires",
                   (long long)n, (long long)look->readings.n);
    else
        doctor_say(doctor, n < UNIQUE_FEW ? VERDICT_WARN : VERDICT_OK, "values", "%lld unique in %lld%s", (long long)n,
                   (long long)look->readings.n,
                   n < UNIQUE_FEW ? ": fewer than noise makes; is the cell connected?" : "");
}

/* ---- what it means ------------------------------------------------------------------------------------------------------- */

static void say_calibration(struct doctor *doctor, struct look *look, const struct cell *cell)
{
    struct calibrated_data file;
    struct working_zero zero;
    struct refusal why;
    char ts[WALL_TIME_LEN];
    const char *journal = doctor->config.journal.path;
    struct calibration use = doctor->config.sensor.calibration;
    int r = calibration_load(journal, &file, &why);

    if (r == 0)
        use = file.calibration;
    if (cell->calibration.valid)
        use = cell->calibration; /* what a recording says of itself goes before */
    else if (use.valid && working_zero_load(journal, &zero, &why) == 0 && zero.of.zero_counts == use.zero_counts &&
             zero.of.counts_per_n_milli == use.counts_per_n_milli)
        look->working_zero_n = zero.zero_mn / 1000.0;
    look->counts_per_n = look->forces ? 1000 : (double)use.counts_per_n_milli / 1000;
    look->zero = look->forces ? 0 : use.zero_counts;
    if (look->forces)
        doctor_say(doctor, VERDICT_OK, "calibration", "the source gives forces");
    else if (cell->calibration.valid)
        doctor_say(doctor, VERDICT_OK, "calibration", "%.3f counts/N, the source's own", look->counts_per_n);
    else if (r < 0 && r != -ENOENT)
        doctor_say(doctor, VERDICT_FAIL, "calibration", "%s: %s; run gymstationctl calibrate", why.path, why.reason);
    else if (!use.valid)
        doctor_say(doctor, VERDICT_FAIL, "calibration", "none: nothing is measured; run gymstationctl calibrate");
    else if (r < 0)
        doctor_say(doctor, VERDICT_OK, "calibration", "%.3f counts/N, the configuration's", look->counts_per_n);
    else {
        wall_time_str(file.wall_ns, ts);
        doctor_say(doctor, VERDICT_OK, "calibration", "%.3f counts/N with %.1f kg, %s, by %s", look->counts_per_n,
                   (double)file.mass_g / 1000, ts, file.by);
    }
}

static void say_noise(struct doctor *doctor, const struct look *look)
{
    double sd = readings_sd(&look->readings), drift = readings_drift(&look->readings) * 60;
    double per_g = look->counts_per_n * GRAVITY / 1000;

    if (per_g == 0) {
        doctor_say(doctor, sd > NOISE_COUNTS ? VERDICT_WARN : VERDICT_OK, "noise",
                   "%.0f counts, drift %.0f counts/min%s", sd, drift,
                   sd > NOISE_COUNTS ? ": much; is somebody on the box, or a wire loose?" : "");
        return;
    }
    sd /= fabs(per_g);
    drift /= per_g;
    doctor_say(doctor, sd > NOISE_WARN_G ? VERDICT_WARN : VERDICT_OK, "noise", "%.1f g%s", sd,
               sd > NOISE_WARN_G ? ": much; is somebody on the box, a wire loose, or its shield not grounded?" : "");
    doctor_say(doctor, fabs(drift) > DRIFT_WARN_G ? VERDICT_WARN : VERDICT_OK, "drift", "%+.1f g/min%s", drift,
               fabs(drift) > DRIFT_WARN_G ? ": much; leave it switched on for ten minutes and look again" : "");
}

static void say_load(struct doctor *doctor, const struct look *look)
{
    double rated_n = doctor->config.station.capacity_mn / 1000.0;
    double load_n = (look->readings.mean - look->zero) / look->counts_per_n - look->working_zero_n;
    double lo_n = (look->readings.min - look->zero) / look->counts_per_n;
    double hi_n = (look->readings.max - look->zero) / look->counts_per_n;
    double most = fmax(fabs(lo_n), fabs(hi_n)) * 100 / rated_n;

    if (fabs(look->working_zero_n) * 100 > ZERO_PCT * rated_n)
        doctor_say(doctor, VERDICT_FAIL, "zero",
                   "%+.2f kg from the calibration's, over %.0f %% of capacity: calibrate again",
                   look->working_zero_n / GRAVITY, ZERO_PCT);
    else if (fabs(load_n) > ZERO_WARN_KG * GRAVITY)
        doctor_say(doctor, VERDICT_WARN, "zero",
                   "the box reads %+.2f kg: clear it; when it is empty, tare it (over 1 kg: calibrate again)",
                   load_n / GRAVITY);
    else
        doctor_say(doctor, VERDICT_OK, "zero", "the box reads %+.3f kg, working zero %+.3f kg from the calibration's",
                   load_n / GRAVITY, look->working_zero_n / GRAVITY);
    doctor_say(doctor,
               most > 100  ? VERDICT_FAIL
               : most > 80 ? VERDICT_WARN
                           : VERDICT_OK,
               "capacity", "%.1f %% used of %.0f N%s", most, rated_n,
               most > 80 ? ": too much for this box; is station.capacity_n what the cells are rated for?" : "");
}

void doctor_cell(struct doctor *doctor)
{
    struct look look = {.forces = false};
    struct config_source from;
    struct cell cell;

    config_source(&doctor->config, &from);
    if (from.kind != CONFIG_SOURCE_SIM && from.kind != CONFIG_SOURCE_TRACE && cell_daemon_runs(&doctor->config)) {
        doctor_say(doctor, VERDICT_WARN, "cell",
                   "the daemon has it: its health tells rate and zero (gymstationctl status); for more, systemctl stop "
                   "gymstation, do this again, and start it");
        return;
    }
    if (cell_open(&cell, &doctor->config) != CTL_FINE) {
        doctor_say(doctor, VERDICT_FAIL, "cell", "%s cannot be looked at: see above", doctor->config.sensor.source);
        cell_close(&cell);
        return;
    }
    look.values = malloc(VALUES_MAX * sizeof(look.values[0]));
    if (look.values == NULL) {
        doctor_say(doctor, VERDICT_FAIL, "cell", "out of memory");
        cell_close(&cell);
        return;
    }
    doctor_say(doctor, VERDICT_OK, "cell", "%s; looking at it for %.0f s", doctor->config.sensor.source,
               doctor->seconds);
    watch(&look, &cell, doctor->seconds);
    if (cell.is_sensor) {
        sensor_counters(cell.source, look.counters);
        say_reader(doctor, &look, cell.source);
    }
    if (say_rate(doctor, &look)) {
        say_values(doctor, &look);
        say_calibration(doctor, &look, &cell);
        say_noise(doctor, &look);
        if (look.counts_per_n != 0)
            say_load(doctor, &look);
    }
    free(look.values);
    cell_close(&cell);
}
