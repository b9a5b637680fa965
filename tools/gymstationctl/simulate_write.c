/* SPDX-License-Identifier: MIT */
/* gymstationctl simulate: one patient's trace and truth, as they happen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "gymstation/simulate.h"
#include "gymstation/trace.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/simulate.h"

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
    put_ns(line, "rise_t_ns", truth->rise_ns);
    put_ns(line, "sunk_t_ns", truth->sunk_ns);
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

static int run(struct outputs *out, const char *rx, size_t rx_len, const char *rx_later)
{
    const struct simulate_options *options = out->options;
    const struct simulate_setup setup = {.patient = options->patient,
                                         .rx = rx,
                                         .rx_len = rx_len,
                                         .rx_later = rx_later,
                                         .rx_later_len = rx_later != NULL ? strlen(rx_later) : 0};
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

/* The same with the next rev; what it says is read when it arrives. */
static char *next_rev(const char *rx, size_t rx_len)
{
    json_t *json = json_loadb(rx, rx_len, 0, NULL);
    json_object_set_new(json, "rev", json_integer(json_integer_value(json_object_get(json, "rev")) + 1));
    char *text = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(json);
    return text;
}

int simulate_write(const struct simulate_options *options, const char *rx, size_t rx_len, FILE *trace, FILE *truth)
{
    struct outputs out = {.options = options, .trace = trace, .truth = truth};
    char *later = options->patient.oddity == PATIENT_RX_REPLACED ? next_rev(rx, rx_len) : NULL;
    int code = run(&out, rx, rx_len, later);
    free(later);
    return code;
}
