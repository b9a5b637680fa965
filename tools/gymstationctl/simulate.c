/* SPDX-License-Identifier: MIT */
/* gymstationctl simulate: a simulated patient uses a core; the trace of it, and on request what really happened. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "gymstation/prescription_json.h"
#include "gymstation/simulate.h"
#include "gymstation/trace.h"
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
    {"rest-s", KEY_REST_S, "S", 0, "Rest between sets and holds", 1},
    {"pacing", KEY_PACING, "HOW", 0, "paced, self or fade", 1},
    {"prescription", 'p', "FILE", 0, "Instead of all that: a whole prescription", 1},
    {NULL, 0, NULL, 0, "Who does it:", 2},
    {"seed", 's', "N", 0, "The patient (default 1)", 2},
    {"body-kg", KEY_BODY_KG, "KG", 0, "Body mass, 20-250 (80)", 2},
    {"sps", KEY_SPS, "HZ", 0, "Nominal output rate of the converter, 5-400 (80)", 2},
    {"case", KEY_CASE, "NAME", 0, "What is odd (plain)", 2},
    {"list-cases", KEY_LIST_CASES, NULL, 0, "Print the cases and do nothing else", 2},
    {NULL, 0, NULL, 0, "How:", 3},
    {"truth", KEY_TRUTH, "FILE", 0, "Write what really happened", 3},
    {"config", 'c', "FILE", 0, "Station and exercises of this configuration", 3},
    {0},
};

/* --- options ------------------------------------------------------------------------------------------------------- */

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
                !isnan(options->hold_s) || !isnan(options->rest_s) || !isnan(options->target_n);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        more = more || words[i] != NULL;
    if (options->list_cases)
        return;
    if (options->prescription != NULL && more)
        argp_error(state, "--prescription says all of what is prescribed: leave the other options of that group out");
    if (options->prescription == NULL && options->exercise == NULL)
        argp_error(state, "give --exercise or --prescription");
}

static error_t parse_patient(int key, const char *arg, const struct argp_state *state, struct simulate_options *options)
{
    struct patient_setup *patient = &options->patient;
    switch (key) {
    case 's': patient->seed = seed(state, arg); return 0;
    case KEY_BODY_KG: patient->body_g = milli(number(state, "body-kg", arg, 20, 250)); return 0;
    case KEY_SPS: patient->sps_milli = milli(number(state, "sps", arg, 5, 400)); return 0;
    case KEY_CASE:
        if (!patient_case_find(arg, &patient->oddity))
            argp_error(state, "--case: there is no case \"%s\"; --list-cases lists them", arg);
        return 0;
    case KEY_LIST_CASES: options->list_cases = true; return 0;
    case KEY_TRUTH: options->truth = arg; return 0;
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
    case KEY_TARGET_N: options->target_n = number(state, "target-n", arg, 1, 10000); return 0;
    default: return parse_patient(key, arg, state, options);
    }
}

/* --- what is written ----------------------------------------------------------------------------------------------- */

struct outputs {
    const struct simulate_options *options;
    FILE *trace, *truth;
    int failed; /* first negative errno */
};

static void put_input(void *self, const struct input *input, const char *text, size_t len)
{
    struct outputs *out = self;
    int r = trace_line_write(out->trace, input, text, len);
    if (r < 0 && out->failed == 0)
        out->failed = r;
}

static void put_ns(json_t *line, const char *key, int64_t t_ns)
{
    if (t_ns != ABSENT)
        json_object_set_new(line, key, json_integer(t_ns));
}

static void put_truth(void *self, const struct patient_truth *truth)
{
    struct outputs *out = self;
    if (out->truth == NULL)
        return;
    const char *side = side_str(truth->side);
    json_t *line = json_pack("{s:s, s:s, s:i, s:i, s:i, s:s*, s:b, s:f, s:f}", "kind",
                             truth->kind == PATIENT_TRUTH_REP ? "rep" : "hold", "exercise", truth->exercise, "item",
                             truth->item, "set", truth->set, "n", truth->n, "side", side, "visible", truth->visible,
                             "rest_n", (double)truth->rest_mn / 1000, "peak_n", (double)truth->peak_mn / 1000);
    put_ns(line, "con_t_ns", truth->con_ns);
    put_ns(line, "top_t_ns", truth->top_ns);
    put_ns(line, "ecc_t_ns", truth->ecc_ns);
    put_ns(line, "end_t_ns", truth->end_ns);
    put_ns(line, "con_move_t_ns", truth->con_move_ns);
    put_ns(line, "con_move_end_t_ns", truth->con_move_end_ns);
    put_ns(line, "ecc_move_t_ns", truth->ecc_move_ns);
    put_ns(line, "ecc_move_end_t_ns", truth->ecc_move_end_ns);
    if ((line == NULL || json_dumpf(line, out->truth, JSON_COMPACT | JSON_REAL_PRECISION(15)) < 0 ||
         fputc('\n', out->truth) == EOF) &&
        out->failed == 0)
        out->failed = -EIO;
    json_decref(line);
}

static int put_header(struct outputs *out)
{
    const struct patient_setup *patient = &out->options->patient;
    struct trace_header header;
    trace_header_init(&header);
    header.sps_milli = patient->sps_milli;
    header.has_station = true;
    header.station = patient->station;
    header.calibration = patient->calibration;
    int r = trace_header_write(out->trace, &header);
    trace_header_free(&header);
    if (r == 0 &&
        fprintf(out->trace, "# simulated: seed %llu, %g kg, case %s: %s\n", (unsigned long long)patient->seed,
                patient->body_g / 1000.0, patient_case_str(patient->oddity), patient_case_about(patient->oddity)) < 0)
        r = -EIO;
    return r;
}

/* --- run ----------------------------------------------------------------------------------------------------------- */

static int run(struct outputs *out, const char *rx, size_t rx_len)
{
    const struct simulate_options *options = out->options;
    const struct simulate_setup setup = {.patient = options->patient, .rx = rx, .rx_len = rx_len};
    const struct simulate_ops ops = {.input = put_input, .truth = put_truth};
    struct simulate_result result;
    int r = put_header(out);
    if (r == 0)
        r = simulate_run(&setup, &ops, out, &result);
    if (r == -EBADMSG)
        return ctl_fail(CTL_USAGE, "%s: %s: %s", options->prescription != NULL ? options->prescription : "prescription",
                        result.refusal.path, result.refusal.reason);
    if (r == -ETIME)
        return ctl_fail(CTL_FAILED, "the session is not over after %d s; the trace ends there", SIMULATE_MAX_S);
    if (r == 0)
        r = out->failed;
    if (r == 0 && fflush(out->trace) != 0)
        r = -errno;
    return r < 0 ? ctl_fail(CTL_FAILED, "the trace cannot be made: %s", strerror(-r)) : CTL_FINE;
}

/* Into memory first: what is refused must leave nothing on stdout. */
static int run_to_stdout(const struct simulate_options *options, const char *rx, size_t rx_len)
{
    struct outputs out = {.options = options};
    char *text = NULL;
    size_t len = 0;
    int code = CTL_FINE;
    out.trace = open_memstream(&text, &len);
    if (out.trace == NULL)
        return ctl_fail(CTL_FAILED, "out of memory");
    if (options->truth != NULL && (out.truth = fopen(options->truth, "we")) == NULL)
        code = ctl_fail(CTL_USAGE, "--truth: %s: %s", options->truth, strerror(errno));
    if (code == CTL_FINE)
        code = run(&out, rx, rx_len);
    if (out.truth != NULL && fclose(out.truth) != 0 && code == CTL_FINE)
        code = ctl_fail(CTL_FAILED, "%s: %s", options->truth, strerror(errno));
    fclose(out.trace);
    if (code != CTL_USAGE && (fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0))
        code = ctl_fail(CTL_FAILED, "the trace cannot be written: %s", strerror(errno));
    free(text);
    return code;
}

static int list_cases(void)
{
    for (int i = 0; i < PATIENT_CASE_COUNT; i++)
        printf("%-14s %s\n", patient_case_str((enum patient_case)i), patient_case_about((enum patient_case)i));
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
        code = run_to_stdout(options, rx, rx_len);
    free(rx);
    return code;
}

int ctl_simulate(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, NULL, doc, NULL, NULL, NULL};
    struct simulate_options options = {
        .reps = NOT_GIVEN, .sets = NOT_GIVEN, .holds = NOT_GIVEN, .hold_s = NAN, .rest_s = NAN, .target_n = NAN};
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
