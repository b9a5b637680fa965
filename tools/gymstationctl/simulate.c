/* SPDX-License-Identifier: MIT */
/* gymstationctl simulate: a simulated patient uses a core; the trace of it, and on request what really happened. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/prescription_json.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/simulate.h"

static const char doc[] =
    "Lets a simulated patient use the station's own core in virtual time, and writes the trace of it: inputs only, "
    "ready "
    "for `gymstationctl replay`. The same options give the same bytes on every machine.\v"
    "What is not given of the prescription is the exercise's default. --truth writes what really happened, one JSON "
    "object per repetition or hold: crossings of the noise-free load by the definitions of the timing (p = 0.10), and "
    "the breakpoints of the movements.";

/* Options without a letter; argp wants numbers beyond the characters. */
#define KEY_VARIATION  256
#define KEY_CONTACT    257
#define KEY_ANCHOR     258
#define KEY_SIDE       259
#define KEY_PACING     260
#define KEY_HOLDS      261
#define KEY_HOLD_S     262
#define KEY_REST_S     263
#define KEY_TARGET_N   264
#define KEY_SPS        265
#define KEY_BODY_KG    266
#define KEY_CASE       267
#define KEY_TRUTH      268
#define KEY_LIST_CASES 269
#define KEY_FLEET      270
#define KEY_INTO       271
#define KEY_EDGE       272
#define KEY_BLEND      273
#define KEY_SKEW       274
#define KEY_LOAD_KG    275
#define KEY_STEP_M     276

static const struct argp_option option_table[] = {
    {NULL, 0, NULL, 0, "What is prescribed:", 1},
    {"exercise", 'e', "NAME", 0, "The exercise of the one item", 1},
    {"variation", KEY_VARIATION, "NAME", 0, "Its variation", 1},
    {"contact", KEY_CONTACT, "NAME", 0, "box, box_back, box_tap or floor", 1},
    {"anchor", KEY_ANCHOR, "NAME", 0, "live, dead or front", 1},
    {"side", KEY_SIDE, "SIDE", 0, "left, right, each or both (left where one leg works)", 1},
    {"reps", 'r', "N", 0, "Repetitions of a set (reps_min and reps_max)", 1},
    {"sets", 'n', "N", 0, "Sets", 1},
    {"holds", KEY_HOLDS, "N", 0, "Holds of a set", 1},
    {"hold-s", KEY_HOLD_S, "S", 0, "Length of a hold", 1},
    {"target-n", KEY_TARGET_N, "N", 0, "Target of a hold, +-10 %", 1},
    {"load-kg", KEY_LOAD_KG, "KG", 0, "Dumbbells: on the hips, or in the hands of a step-up, 0-200", 1},
    {"step-m", KEY_STEP_M, "M", 0, "Height of the step, 0.05-0.60 (the station's)", 1},
    {"rest-s", KEY_REST_S, "S", 0, "Rest between sets and holds", 1},
    {"pacing", KEY_PACING, "HOW", 0, "paced, self or fade", 1},
    {"prescription", 'p', "FILE", 0, "Instead of all that: a whole prescription", 1},
    {NULL, 0, NULL, 0, "Who does it:", 2},
    {"seed", 's', "N", 0, "The patient (default 1)", 2},
    {"body-kg", KEY_BODY_KG, "KG", 0, "Body mass, 20-250 (80)", 2},
    {"sps", KEY_SPS, "HZ", 0, "Nominal output rate of the converter, 5-400 (80)", 2},
    {"edge", KEY_EDGE, "NAME", 0, "Shape of the movements: min_jerk, constant, early or late (min_jerk)", 2},
    {"blend", KEY_BLEND, "SHARE", 0, "Of constant speed: how much of it each end is rounded off over, 0-0.5 (0)", 2},
    {"skew", KEY_SKEW, "SHARE", 0, "Of early and late: how far time runs ahead or behind, 0-0.8 (0.6)", 2},
    {"case", KEY_CASE, "NAME", 0, "What is odd (plain)", 2},
    {"list-cases", KEY_LIST_CASES, NULL, 0, "Print the cases and do nothing else", 2},
    {NULL, 0, NULL, 0, "How:", 3},
    {"truth", KEY_TRUTH, "FILE", 0, "Write what really happened", 3},
    {"fleet", KEY_FLEET, "N", 0, "N patients, seeds from --seed on, into the directory of --into", 3},
    {"into", KEY_INTO, "DIR", 0, "Where a fleet's traces and truths go", 3},
    {"config", 'c', "FILE", 0, "Station and exercises of this configuration", 3},
    {0},
};

/* --- options ------------------------------------------------------------------------------------------------------ */

static double number(const struct argp_state *state, const char *name, const char *text, double lo, double hi)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (errno != 0 || end == text || *end != '\0' || !(value >= lo && value <= hi))
        argp_error(state, "--%s: \"%s\" is not a number within %g..%g", name, text, lo, hi);
    return value;
}

static int whole(const struct argp_state *state, const char *name, const char *text, int lo, int hi)
{
    double value = number(state, name, text, lo, hi);
    if (value > floor(value))
        argp_error(state, "--%s: \"%s\" is not a whole number within %d..%d", name, text, lo, hi);
    return (int)value;
}

static uint64_t seed(const struct argp_state *state, const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || strchr(text, '-') != NULL)
        argp_error(state, "--seed: \"%s\" is not a whole number within 0..18446744073709551615", text);
    return value;
}

static int32_t milli(double value)
{
    return (int32_t)floor(value * 1000 + 0.5);
}

static void check(const struct argp_state *state, const struct simulate_options *options)
{
    const char *const words[] = {options->exercise, options->variation, options->contact,
                                 options->anchor,   options->side,      options->pacing};
    bool more = options->reps != NOT_GIVEN || options->sets != NOT_GIVEN || options->holds != NOT_GIVEN ||
                !isnan(options->hold_s) || !isnan(options->rest_s) || !isnan(options->target_n) ||
                !isnan(options->load_kg) || !isnan(options->step_m);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        more = more || words[i] != NULL;
    if (options->list_cases)
        return;
    if (options->prescription != NULL && more)
        argp_error(state, "--prescription says all of what is prescribed: leave the other options of that group out");
    if ((options->fleet > 0) != (options->into != NULL))
        argp_error(state, "--fleet and --into go together");
    if (options->fleet > 0 && options->truth != NULL)
        argp_error(state, "--fleet writes the truth beside each trace: leave --truth out");
    if (options->prescription == NULL && options->exercise == NULL)
        argp_error(state, "give --exercise or --prescription");
}

static error_t parse_patient(int key, const char *arg, const struct argp_state *state, struct simulate_options *options)
{
    struct patient_setup *patient = &options->patient;
    switch (key) {
    case 's': patient->seed = seed(state, arg); return 0;
    case KEY_BODY_KG:
        patient->body_g = milli(number(state, "body-kg", arg, 20, 250));
        options->body_given = true;
        return 0;
    case KEY_SPS: patient->sps_milli = milli(number(state, "sps", arg, 5, 400)); return 0;
    case KEY_CASE:
        if (!patient_case_find(arg, &patient->oddity))
            argp_error(state, "--case: there is no case \"%s\"; --list-cases lists them", arg);
        return 0;
    case KEY_EDGE:
        if (!patient_edge_find(arg, &patient->edge))
            argp_error(state, "--edge: \"%s\" is not min_jerk, constant, early or late", arg);
        options->edge_given = true;
        return 0;
    case KEY_BLEND:
        patient->blend_milli = milli(number(state, "blend", arg, 0, 0.5));
        options->blend_given = true;
        return 0;
    case KEY_SKEW: patient->skew_milli = milli(number(state, "skew", arg, 0, 0.8)); return 0;
    case KEY_LIST_CASES: options->list_cases = true; return 0;
    case KEY_TRUTH: options->truth = arg; return 0;
    case KEY_FLEET: options->fleet = whole(state, "fleet", arg, 1, FLEET_MAX); return 0;
    case KEY_INTO: options->into = arg; return 0;
    case 'c': options->config = arg; return 0;
    case 'p': options->prescription = arg; return 0;
    case ARGP_KEY_END: check(state, options); return 0;
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct simulate_options *options = state->input;
    switch (key) {
    case 'e': options->exercise = arg; return 0;
    case KEY_VARIATION: options->variation = arg; return 0;
    case KEY_CONTACT: options->contact = arg; return 0;
    case KEY_ANCHOR: options->anchor = arg; return 0;
    case KEY_SIDE: options->side = arg; return 0;
    case KEY_PACING: options->pacing = arg; return 0;
    case 'r': options->reps = whole(state, "reps", arg, 1, 100); return 0;
    case 'n': options->sets = whole(state, "sets", arg, 1, 10); return 0;
    case KEY_HOLDS: options->holds = whole(state, "holds", arg, 1, 10); return 0;
    case KEY_HOLD_S: options->hold_s = number(state, "hold-s", arg, 1, 120); return 0;
    case KEY_REST_S: options->rest_s = number(state, "rest-s", arg, 0, 300); return 0;
    case KEY_LOAD_KG: options->load_kg = number(state, "load-kg", arg, 0, 200); return 0;
    case KEY_STEP_M: options->step_m = number(state, "step-m", arg, 0.05, 0.6); return 0;
    case KEY_TARGET_N: options->target_n = number(state, "target-n", arg, 1, 10000); return 0;
    default: return parse_patient(key, arg, state, options);
    }
}

/* --- run ---------------------------------------------------------------------------------------------------------- */

/* Into memory first: what is refused must leave nothing on stdout. */
static int run_to_stdout(const struct simulate_options *options, const char *rx, size_t rx_len)
{
    char *text = NULL;
    size_t len = 0;
    int code = CTL_FINE;
    FILE *truth = NULL, *trace = open_memstream(&text, &len);
    if (trace == NULL)
        return ctl_fail(CTL_FAILED, "out of memory");
    if (options->truth != NULL && (truth = fopen(options->truth, "we")) == NULL)
        code = ctl_fail(CTL_USAGE, "--truth: %s: %s", options->truth, strerror(errno));
    if (code == CTL_FINE)
        code = simulate_write(options, rx, rx_len, trace, truth);
    if (truth != NULL && fclose(truth) != 0 && code == CTL_FINE)
        code = ctl_fail(CTL_FAILED, "%s: %s", options->truth, strerror(errno));
    fclose(trace);
    if (code != CTL_USAGE && (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0))
        code = ctl_fail(CTL_FAILED, "the trace cannot be written: %s", strerror(errno));
    free(text);
    return code;
}

static int list_cases(void)
{
    for (int i = 0; i < PATIENT_CASE_COUNT; i++)
        printf("%-15s %s\n", patient_case_str((enum patient_case)i), patient_case_about((enum patient_case)i));
    return CTL_FINE;
}

static int simulate(struct simulate_options *options, const struct config *config, const struct exercise_set *set)
{
    char *rx = NULL;
    size_t rx_len = 0;
    int code = CTL_FINE;
    options->patient.exercises = set->v;
    options->patient.exercise_count = set->count;
    if (options->config != NULL)
        options->patient.station = config->station;
    else
        config_station_complete(&options->patient.station);
    if (options->prescription != NULL)
        code = ctl_read_file(options->prescription, PAYLOAD_MAX, &rx, &rx_len);
    else if ((rx = simulate_rx(options, set)) == NULL)
        code = ctl_fail(CTL_FAILED, "out of memory");
    else
        rx_len = strlen(rx);
    if (code == CTL_FINE)
        code = options->fleet > 0 ? simulate_fleet(options, rx, rx_len) : run_to_stdout(options, rx, rx_len);
    free(rx);
    return code;
}

int ctl_simulate(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, NULL, NULL, NULL};
    struct simulate_options options = {.reps = NOT_GIVEN,
                                       .sets = NOT_GIVEN,
                                       .holds = NOT_GIVEN,
                                       .hold_s = NAN,
                                       .rest_s = NAN,
                                       .target_n = NAN,
                                       .load_kg = NAN,
                                       .step_m = NAN};
    struct exercise_set *set = NULL;
    struct config config;
    patient_setup_default(&options.patient);
    options.patient.start_ns = NS_PER_S;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    if (options.list_cases)
        return list_cases();
    int code = ctl_load(options.config, &config, &set);
    if (code == CTL_FINE)
        code = simulate(&options, &config, set);
    exercise_set_free(set);
    return code;
}
