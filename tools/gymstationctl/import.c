/* SPDX-License-Identifier: MIT */
/* gymstationctl import: a force recording becomes a trace. */
#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/prescription_json.h"
#include "gymstation/trace.h"
#include "tools/gymstationctl/csv.h"
#include "tools/gymstationctl/ctl.h"

#define PRESS_NS (150 * NS_PER_MS) /* how long a start press lasts */
#define LB_KG    0.45359237        /* avoirdupois pound, exactly (1959 agreement) */
#define G_MS2    9.80665           /* standard gravity, exactly (3rd CGPM, 1901) */

struct options {
    struct csv_spec spec;
    const char *file, *unit, *prescription;
    double pad_s, pad_n, start_s; /* NAN: not given */
};

/* What the trace consists of besides the samples. */
struct plan {
    int64_t offset_ns; /* of the recording's first sample from the first line */
    int64_t pad_lines; /* before and after */
    int32_t pad_mn;
    int64_t press_ns; /* or ABSENT */
    char *rx;
    size_t rx_len;
};

static const char doc[] =
    "Turns a force recording, text in columns with one sample a line, into a trace on stdout.\v"
    "COL is a name of the header line or a number from 1. The delimiter (tab, semicolon, comma, blanks) is guessed and "
    "reported on stderr; decimal commas are understood where the comma is not the delimiter. Times must not decrease. "
    "A force of "
    "nan is a gap: the line is left out.\n"
    "\n"
    "The trace's first line is at time 0. --pad-s puts that many seconds of --pad-n newtons (0) before and after the "
    "recording, at its own median rate. --start presses the start button for 0.15 s, that many seconds after the first "
    "line; --prescription arrives on slot 1 with the first line.\n"
    "\n"
    "Units are exact: 1 kg = 1 kgf = 9.80665 N, 1 lb = 0.45359237 kg.";

static const struct argp_option option_table[] = {
    {"time", 't', "COL", 0, "Column of the time, in seconds x --time-scale", 0},
    {"force", 'f', "COL", 0, "Column of the force", 0},
    {"unit", 'u', "N|kg|kgf|lb", 0, "Unit of the force", 0},
    {"time-scale", 's', "K", 0, "Seconds in one unit of the time column (1)", 0},
    {"pad-s", 'P', "S", 0, "Seconds to put before and after", 0},
    {"pad-n", 'N', "N", 0, "Newtons during those (0)", 0},
    {"prescription", 'p', "FILE", 0, "Prescription that arrives first", 0},
    {"start", 'S', "S", 0, "Start press after so many seconds", 0},
    {0},
};

static double parse_number(struct argp_state *state, const char *name, const char *arg, double min, double max)
{
    char *end;
    double value = strtod(arg, &end);

    if (end == arg || *end != '\0' || !(value >= min && value <= max))
        argp_error(state, "--%s: \"%s\" is not a number in %g..%g", name, arg, min, max);
    return value;
}

static double parse_unit(struct argp_state *state, const char *arg)
{
    static const struct {
        const char *name;
        double mn;
    } units[] = {{"N", 1000.0}, {"kg", G_MS2 * 1000.0}, {"kgf", G_MS2 * 1000.0}, {"lb", LB_KG * G_MS2 * 1000.0}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(units[i].name, arg) == 0)
            return units[i].mn;
    argp_error(state, "--unit: \"%s\" is none of N, kg, kgf, lb", arg);
    return 0;
}

static error_t parse_end(struct argp_state *state, const struct options *options)
{
    if (!options->file)
        argp_error(state, "the recording is missing");
    if (!options->spec.time_column || !options->spec.force_column || !options->unit)
        argp_error(state, "--time, --force and --unit are needed");
    if (!isnan(options->pad_n) && isnan(options->pad_s))
        argp_error(state, "--pad-n without --pad-s does nothing");
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;

    switch (key) {
    case 't': options->spec.time_column = arg; return 0;
    case 'f': options->spec.force_column = arg; return 0;
    case 'u':
        options->unit = arg;
        options->spec.mn_per_unit = parse_unit(state, arg);
        return 0;
    case 's': options->spec.seconds_per_unit = parse_number(state, "time-scale", arg, 1e-12, 1e6); return 0;
    case 'P': options->pad_s = parse_number(state, "pad-s", arg, 0, 3600); return 0;
    case 'N': options->pad_n = parse_number(state, "pad-n", arg, -100000, 100000); return 0;
    case 'p': options->prescription = arg; return 0;
    case 'S': options->start_s = parse_number(state, "start", arg, 0, 86400); return 0;
    case ARGP_KEY_ARG:
        if (options->file)
            argp_error(state, "one recording at a time; \"%s\" is too much", arg);
        options->file = arg;
        return 0;
    case ARGP_KEY_END: return parse_end(state, options);
    default: /* argp's keys, not an enum of ours */ return ARGP_ERR_UNKNOWN;
    }
}

/* --- the trace ----------------------------------------------------------------------------------------------------- */

static const char *delimiter_str(char delimiter)
{
    switch (delimiter) {
    case '\t': return "tabs";
    case ';': return "semicolons";
    case ',': return "commas";
    default: /* a character, not an enum */ return "blanks";
    }
}

static void report(const struct options *options, const struct recording *recording)
{
    double span_s = recording->n ? (double)recording->t_ns[recording->n - 1] / 1e9 : 0;

    fprintf(stderr, "%s: columns parted by %s, data from line %d: time \"%s\", force \"%s\"; %zu samples in %.3f s",
            options->file, delimiter_str(recording->delimiter), recording->first_line, recording->time_name,
            recording->force_name, recording->n, span_s);
    if (recording->period_ns > 0)
        fprintf(stderr, ", %.2f SPS", 1e9 / (double)recording->period_ns);
    if (recording->missing > 0)
        fprintf(stderr, "; %zu lines without a force (nan) left out", recording->missing);
    fputc('\n', stderr);
}

/* Text of unknown origin in a comment: one line, whatever it holds. */
static void put_comment(FILE *out, const char *key, const char *text)
{
    fprintf(out, "# %s: ", key);
    for (; *text; text++)
        fputc(iscntrl((unsigned char)*text) ? '?' : *text, out);
    fputc('\n', out);
}

static int write_header(FILE *out, const struct options *options, const struct recording *recording)
{
    const char *slash = strrchr(options->file, '/');
    struct trace_header header;

    trace_header_init(&header);
    if (recording->period_ns >= NS_PER_S / 10000 && recording->period_ns <= NS_PER_S)
        header.sps_milli = (1000 * NS_PER_S + recording->period_ns / 2) / recording->period_ns;
    int r = trace_header_write(out, &header);
    put_comment(out, "imported", slash ? slash + 1 : options->file);
    put_comment(out, "force column", recording->force_name);
    put_comment(out, "force unit", options->unit);
    return r;
}

/* The presses that are due by t_ns, in front of the line that comes then. */
static int write_presses(FILE *out, int64_t t_ns, const struct plan *plan, int *done)
{
    int r = 0;

    for (; plan->press_ns != ABSENT && *done < 2 && r == 0; ++*done) {
        int64_t at_ns = plan->press_ns + (*done == 0 ? 0 : PRESS_NS);
        if (at_ns > t_ns)
            break;
        struct input input = {.kind = INPUT_BUTTON, .t_ns = at_ns, .stamp_ns = at_ns};
        input.u.button.button = BUTTON_START;
        input.u.button.pressed = *done == 0;
        r = trace_line_write(out, &input, NULL, 0);
    }
    return r;
}

static int write_force(FILE *out, int64_t t_ns, int32_t mn, const struct plan *plan, int *presses)
{
    struct input input = {.kind = INPUT_FORCE, .t_ns = t_ns, .stamp_ns = t_ns};
    int r = write_presses(out, t_ns, plan, presses);

    input.u.force.has_force = true;
    input.u.force.force_mn = mn;
    return r < 0 ? r : trace_line_write(out, &input, NULL, 0);
}

static int write_prescription(FILE *out, const struct plan *plan)
{
    const struct rx_arrival arrival = {.slot = 1};
    const struct input input = {.kind = INPUT_PRESCRIPTION, .u.rx_arrival = &arrival};

    return plan->rx ? trace_line_write(out, &input, plan->rx, plan->rx_len) : 0;
}

static int write_trace(FILE *out, const struct options *options, const struct recording *recording,
                       const struct plan *plan)
{
    int presses = 0, r = write_header(out, options, recording);
    int64_t last_ns = plan->offset_ns + recording->t_ns[recording->n - 1];

    if (r == 0)
        r = write_prescription(out, plan);
    for (int64_t i = 0; i < plan->pad_lines && r == 0; i++)
        r = write_force(out, i * recording->period_ns, plan->pad_mn, plan, &presses);
    for (size_t i = 0; i < recording->n && r == 0; i++)
        r = write_force(out, plan->offset_ns + recording->t_ns[i], recording->force_mn[i], plan, &presses);
    for (int64_t i = 1; i <= plan->pad_lines && r == 0; i++)
        r = write_force(out, last_ns + i * recording->period_ns, plan->pad_mn, plan, &presses);
    if (r == 0)
        r = write_presses(out, TRACE_TIME_MAX, plan, &presses);
    return r == 0 && fflush(out) != 0 ? -errno : r;
}

/* --- all of it ----------------------------------------------------------------------------------------------------- */

/* A prescription that no station takes is refused here rather than found in the replay. */
static int load_prescription(const char *path, struct plan *plan)
{
    struct rx_arrival arrival;
    struct exercise_set *exercises = NULL;
    struct station station;
    struct config config;
    int code = ctl_read_file(path, PAYLOAD_MAX, &plan->rx, &plan->rx_len);

    if (code == CTL_FINE)
        code = ctl_load(NULL, &config, &exercises);
    if (code == CTL_FINE) {
        config_station_complete(&station);
        rx_arrival_parse(1, plan->rx, plan->rx_len, exercises->v, exercises->count, &station, &arrival);
        if (arrival.withdrawn)
            code = ctl_fail(CTL_USAGE, "%s: it is empty", path);
        else if (!arrival.ok)
            code = ctl_fail(CTL_USAGE, "%s: %s: %s", path, arrival.refusal.path, arrival.refusal.reason);
    }
    exercise_set_free(exercises);
    return code;
}

static int make_plan(const struct options *options, const struct recording *recording, struct plan *ret)
{
    ret->press_ns = isnan(options->start_s) ? ABSENT : llround(options->start_s * 1e9);
    if (!isnan(options->pad_s) && options->pad_s > 0) {
        if (recording->period_ns <= 0)
            return ctl_fail(CTL_USAGE, "%s: two samples a distance apart are needed to know its rate for --pad-s",
                            options->file);
        ret->pad_lines = llround(options->pad_s * 1e9) / recording->period_ns;
        ret->pad_mn = isnan(options->pad_n) ? 0 : (int32_t)lround(options->pad_n * 1000.0);
        ret->offset_ns = ret->pad_lines * recording->period_ns;
    }
    return options->prescription ? load_prescription(options->prescription, ret) : CTL_FINE;
}

static int import(const struct options *options, const struct recording *recording)
{
    struct plan plan = {0};
    int code = make_plan(options, recording, &plan);

    if (code == CTL_FINE) {
        report(options, recording);
        int r = write_trace(stdout, options, recording, &plan);
        if (r < 0)
            code = ctl_fail(CTL_FAILED, "the trace cannot be written: %s", strerror(-r));
    }
    free(plan.rx);
    return code;
}

int ctl_import(int argc, char **argv)
{
    const struct argp argp = {option_table, parse, "FILE.csv", doc, NULL, NULL, NULL};
    struct options options = {.spec = {.seconds_per_unit = 1}, .pad_s = NAN, .pad_n = NAN, .start_s = NAN};
    struct recording recording = {0};
    char err[CSV_ERR_LEN];

    argp_parse(&argp, argc, argv, 0, NULL, &options);
    int r = csv_read(options.file, &options.spec, &recording, err, sizeof(err));
    if (r < 0)
        return ctl_fail(r == -ENOMEM || r == -EIO ? CTL_FAILED : CTL_USAGE, "%s", err);
    int code = import(&options, &recording);
    recording_free(&recording);
    return code;
}
