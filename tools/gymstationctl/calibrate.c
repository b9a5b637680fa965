/* SPDX-License-Identifier: MIT */
/*
 * gymstationctl calibrate: two points, the empty box and a known mass. Asks line by line, so that a script can answer as a
 * person does. What is not steady, too light or somebody's foot is refused with the reason, and asked for again.
 */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gymstation/calibration.h"
#include "gymstation/wall_time.h"
#include "tools/gymstationctl/cell.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/steady.h"

#define WINDOW_S      3.0 /* of steady readings */
#define WINDOWS_MAX   7   /* tried for a steady one before it is given up */
#define SILENT_MS     2000
#define MOVED_COUNTS  2000.0  /* less is no load: 0.02 % of the converter's range, and five times what steady may be */
#define DELTA_COUNTS  20000.0 /* 0.24 % of the range: 38 counts of noise are then 0.2 % of the mass, a mean far less */
#define SHARE_MIN_PCT 5.0     /* of the rated load */
#define SHARE_FEW_PCT 25.0
#define ZERO_PCT      2.0 /* of the rated load: how far a zero may be from the last calibration's */
#define NEWTON_PER_KG 9.80665

struct options {
    struct cell_options cell;
    const char *by;
    bool anew;
};

struct work {
    const struct options *options;
    struct config config;
    struct cell cell;
    struct readings empty, loaded;
    double mass_kg, counts_per_n;
};

static const char doc[] = "Calibrates the load cell: reads the empty box, then a known mass on it, shows what follows "
                          "and writes it beside the "
                          "journal.\v"
                          "Asks on standard output and reads the answers, line by line, from standard input. The "
                          "daemon must not run; it takes the "
                          "calibration when it starts again.";

static const struct argp_option option_table[] = {
    {"by", 'b', "NAME", 0, "Who calibrates (the user's name)", 0},
    {"anew", 'a', NULL, 0, "The cell was mounted or wired anew: do not compare with the last calibration", 0},
    {0},
};
static const struct argp_child children[] = {{&cell_argp, 0, "Station:", 1}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case ARGP_KEY_INIT: state->child_inputs[0] = &options->cell; return 0;
    case 'a': options->anew = true; return 0;
    case 'b': options->by = ctl_by(state, arg); return 0;
    case ARGP_KEY_ARG: argp_error(state, "\"%s\" is too much", arg); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* ---- talking ------------------------------------------------------------------------------------------------------------ */

/* The answer without its newline; false when there is none any more, or it says to stop. */
static bool ask(const char *question, char *answer, size_t size)
{
    printf("%s ", question);
    fflush(stdout);
    if (fgets(answer, (int)size, stdin) == NULL) {
        putchar('\n');
        return false;
    }
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcmp(answer, "q") != 0 && strcmp(answer, "abort") != 0;
}

static void refuse(const char *reason)
{
    printf("  refused: %s\n", reason);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

/* One window. NULL, or why there is none. */
static const char *read_window(struct cell *cell, struct readings *ret)
{
    struct input input;

    *ret = (struct readings){.n = 0};
    while (ret->n == 0 || readings_span_s(ret) < WINDOW_S) {
        switch (cell_next(cell, SILENT_MS, -1, &input)) {
        case CELL_SILENT: return "there are no readings: check the cell's cable and power";
        case CELL_ENDED: return "the recording is over";
        case CELL_BROKEN: return "the source broke";
        case CELL_INPUT: break;
        }
        if (input.kind == INPUT_TROUBLE && input.u.trouble == TROUBLE_SATURATED)
            return "the converter is at the end of its range: take load off, check the wiring, or lower sensor.gain";
        if (input.kind == INPUT_TROUBLE && input.u.trouble == TROUBLE_STUCK)
            return "the converter repeats one reading: check its wiring";
        if (input.kind == INPUT_FORCE && !input.u.force.has_raw)
            return "the source has no counts, only forces: there is nothing to calibrate";
        if (input.kind == INPUT_FORCE)
            readings_add(ret, input.u.force.raw, input.stamp_ns);
    }
    return NULL;
}

/* The first steady window at least `away` counts from `from`. NULL, or why there is none. */
static const char *read_steady(struct cell *cell, double from, double away, struct readings *ret)
{
    const char *wrong = "the reading moves: is somebody on the box, or leaning on it? Leave it alone";

    cell_flush(cell);
    for (int i = 0; i < WINDOWS_MAX; i++) {
        const char *failed = read_window(cell, ret);
        if (failed)
            return failed;
        if (readings_steady(ret) && fabs(ret->mean - from) >= away)
            return NULL;
        if (readings_steady(ret))
            wrong = "the reading did not change: is the mass on the plate, and the cell wired?";
        else
            wrong = "the reading moves: is somebody on the box, or leaning on it? Leave it alone";
    }
    return wrong;
}

static void show(const char *what, const struct readings *readings)
{
    printf("  %s: %.0f counts, noise %.0f counts, %.2f samples/s\n", what, readings->mean, readings_sd(readings),
           readings_rate(readings));
}

/* Is something still on the box? Only an earlier calibration can tell. */
static bool near_last_zero(const struct work *work)
{
    struct calibrated_data last;
    struct refusal why;
    double off_n, limit_n = work->config.station.capacity_mn / 1000.0 * ZERO_PCT / 100;

    if (work->options->anew || calibration_load(work->config.journal.path, &last, &why) < 0)
        return true;
    off_n = (work->empty.mean - last.calibration.zero_counts) * 1000 / (double)last.calibration.counts_per_n_milli;
    if (fabs(off_n) <= limit_n)
        return true;
    printf("  refused: %.1f kg from the zero of the last calibration: is something or somebody on the box? Clear it; "
           "or, when "
           "the cell was mounted anew, begin again with --anew\n",
           off_n / NEWTON_PER_KG);
    return false;
}

static bool read_empty(struct work *work)
{
    char answer[64];
    const char *wrong;

    for (;;) {
        if (!ask("Take everything off the box and leave it alone. Enter when it is empty (q: stop):", answer,
                 sizeof(answer)))
            return false;
        wrong = read_steady(&work->cell, 0, 0, &work->empty);
        if (wrong) {
            refuse(wrong);
            continue;
        }
        show("empty", &work->empty);
        if (near_last_zero(work))
            return true;
    }
}

/* ---- the known mass ------------------------------------------------------------------------------------------------------- */

static bool parse_mass(const struct work *work, const char *text, double *ret_kg)
{
    double rated_kg = work->config.station.capacity_mn / 1000.0 / NEWTON_PER_KG;
    char *end;

    *ret_kg = strtod(text, &end);
    if (end == text || strspn(end, " kg") != strlen(end) || !(*ret_kg > 0 && *ret_kg < 10000)) {
        refuse("that is not a mass in kilograms, such as 40 or 22.5");
        return false;
    }
    if (*ret_kg * 100 < rated_kg * SHARE_MIN_PCT || *ret_kg > rated_kg) {
        printf("  refused: %.1f kg is outside %.1f..%.1f kg, %.0f to 100 %% of the rated load: a light mass uses too "
               "little of "
               "the range to be exact\n",
               *ret_kg, rated_kg * SHARE_MIN_PCT / 100, rated_kg, SHARE_MIN_PCT);
        return false;
    }
    return true;
}

static bool read_mass(struct work *work)
{
    char answer[64];
    const char *wrong;
    double delta;

    for (;;) {
        if (!ask("Put a known mass on the middle of it, a weight and not a person. Its mass in kg:", answer,
                 sizeof(answer)))
            return false;
        if (!parse_mass(work, answer, &work->mass_kg))
            continue;
        wrong = read_steady(&work->cell, work->empty.mean, MOVED_COUNTS, &work->loaded);
        delta = work->loaded.mean - work->empty.mean;
        if (!wrong && fabs(delta) < DELTA_COUNTS)
            wrong =
                "the mass moves the converter by less than 0.24 % of its range: raise sensor.gain, or take more mass";
        if (!wrong && fabs(round(delta * 1000 / (work->mass_kg * NEWTON_PER_KG))) > 1e9)
            wrong = "more counts a newton than any cell gives: is the mass right?";
        if (!wrong)
            break;
        refuse(wrong);
    }
    work->counts_per_n = delta / (work->mass_kg * NEWTON_PER_KG);
    show("loaded", &work->loaded);
    return true;
}

/* ---- what follows --------------------------------------------------------------------------------------------------------- */

static double noise_g(const struct work *work, const struct readings *readings)
{
    return readings_sd(readings) / fabs(work->counts_per_n) / NEWTON_PER_KG * 1000;
}

static void report(const struct work *work)
{
    double rated_n = work->config.station.capacity_mn / 1000.0;
    double implied_n = (CONVERTER_COUNTS - fabs(work->empty.mean)) / fabs(work->counts_per_n);
    double share = work->mass_kg * NEWTON_PER_KG * 100 / rated_n;

    printf("\n  counts per gram   %.4f\n", work->counts_per_n * NEWTON_PER_KG / 1000);
    printf("  counts per newton %.3f\n", work->counts_per_n);
    printf("  implied capacity  %.0f N (%.0f kg) until the converter is full; rated %.0f N (%.0f kg)\n", implied_n,
           implied_n / NEWTON_PER_KG, rated_n, rated_n / NEWTON_PER_KG);
    printf("  noise             %.1f g empty, %.1f g loaded\n", noise_g(work, &work->empty),
           noise_g(work, &work->loaded));
    printf("  rate              %.2f samples/s\n", readings_rate(&work->empty));
    printf("  range used        %.1f %% of the converter's, %.0f %% of the rated load\n",
           fabs(work->loaded.mean - work->empty.mean) * 100 / CONVERTER_COUNTS, share);
    if (implied_n < rated_n)
        puts("  careful: the converter is full before the rated load is reached; lower sensor.gain");
    if (implied_n > 20 * rated_n)
        puts("  careful: far less signal than such a cell gives; are the mass and station.capacity_n right?");
    if (share < SHARE_FEW_PCT)
        printf("  careful: a mass of %.0f kg or more makes it more exact\n",
               rated_n / NEWTON_PER_KG * SHARE_FEW_PCT / 100);
}

static const char *who(const struct options *options)
{
    const char *names[] = {options->by, getenv("SUDO_USER"), getenv("USER"), "somebody"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i] && names[i][0] != '\0')
            return names[i];
    return "somebody";
}

static int write_down(const struct work *work)
{
    struct calibrated_data calibrated = {.mass_g = llround(work->mass_kg * 1000),
                                         .rate_milli = llround(readings_rate(&work->empty) * 1000),
                                         .noise_mg = llround(noise_g(work, &work->empty) * 1000)};
    struct timespec now;
    struct refusal why;

    clock_gettime(CLOCK_REALTIME, &now);
    calibrated.wall_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
    snprintf(calibrated.by, sizeof(calibrated.by), "%s", who(work->options));
    calibrated.calibration.valid = true;
    calibrated.calibration.zero_counts = (int32_t)lround(work->empty.mean);
    calibrated.calibration.counts_per_n_milli = llround(work->counts_per_n * 1000);
    if (calibration_save(work->config.journal.path, &calibrated, &why) < 0)
        return ctl_fail(CTL_FAILED, "%s: cannot be written: %s; run this as root or as the daemon's user", why.path,
                        why.reason);
    printf("  written beside %s; the daemon takes it when it starts: systemctl restart gymstation\n",
           work->config.journal.path);
    return CTL_FINE;
}

static int calibrate(struct work *work)
{
    char answer[64];

    if (!read_empty(work) || !read_mass(work))
        return ctl_fail(CTL_FAILED, "stopped: nothing was changed");
    report(work);
    for (;;) {
        if (!ask("Accept it? yes or no:", answer, sizeof(answer)) || strcmp(answer, "no") == 0)
            return ctl_fail(CTL_FAILED, "stopped: nothing was changed");
        if (strcmp(answer, "yes") == 0)
            return write_down(work);
    }
}

int ctl_calibrate(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, children, NULL, NULL};
    struct options options = {.anew = false};
    struct work work = {.options = &options};
    int r;

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    r = cell_config(&options.cell, &work.config);
    if (r == CTL_FINE)
        r = cell_open(&work.cell, &work.config);
    if (r == CTL_FINE)
        r = calibrate(&work);
    cell_close(&work.cell);
    return r;
}
