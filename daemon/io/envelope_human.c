/* SPDX-License-Identifier: MIT */
/*
 * One line a person can read at a glance for every event (event_json.h):
 *
 *     07:56:00 leg-01   #1842   rep 3             full     1.50 con  1.00 top  4.02±0.12 ecc  (load)
 *     time     station  seq   what                details
 *
 * The patient is never in it: such lines end up on screens and in logs.
 */
#include "gymstation/event_json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define WHAT_WIDTH 21 /* "prescription accepted" */

struct line {
    char *text;
    size_t len, used; /* used < len, text[used] is the NUL */
};

__attribute__((format(printf, 2, 3))) static void say(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line->text + line->used, line->len - line->used, format, args);
    va_end(args);
    if (n > 0)
        line->used = line->used + (size_t)n < line->len ? line->used + (size_t)n : line->len - 1;
}

static const char *str(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static long long num(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const json_t *data_of(const json_t *envelope)
{
    return json_object_get(envelope, "data");
}

static bool has(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

/* before, the number, after; nothing where there is no number. */
static void say_num(struct line *line, const char *before, const json_t *object, const char *key, int decimals,
                    const char *after)
{
    if (has(object, key))
        say(line, "%s%.*f%s", before, decimals, json_number_value(json_object_get(object, key)), after);
}

static void say_str(struct line *line, const char *before, const json_t *object, const char *key, const char *after)
{
    if (str(object, key)[0])
        say(line, "%s%s%s", before, str(object, key), after);
}

/* " [cued gap]" */
static void say_flags(struct line *line, const json_t *data)
{
    const json_t *flags = json_object_get(data, "flags");
    for (size_t i = 0; i < json_array_size(flags); i++)
        say(line, "%s%s", i == 0 ? "  [" : " ", json_string_value(json_array_get(flags, i)));
    if (json_array_size(flags) > 0)
        say(line, "]");
}

/* The source that all phases share, or NULL. */
static const char *common_src(const json_t *phases)
{
    const char *common = NULL;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const json_t *one = json_object_get(phases, phase_str((enum phase)phase));
        if (!one)
            continue;
        if (common && strcmp(common, str(one, "src")) != 0)
            return NULL;
        common = str(one, "src");
    }
    return common;
}

static void say_phases(struct line *line, const json_t *phases)
{
    const char *common = common_src(phases);
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        const json_t *one = json_object_get(phases, phase_str((enum phase)phase));
        if (!one)
            continue;
        say_num(line, "  ", one, "s", 2, "");
        say_num(line, "±", one, "sd_s", 2, "");
        say(line, " %s", phase_str((enum phase)phase));
        if (!common)
            say(line, " (%s)", str(one, "src"));
        if (json_is_false(json_object_get(one, "in_tolerance")))
            say(line, " off tempo");
    }
    if (common)
        say(line, "  (%s)", common);
}

static void say_rep(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "%-7s", str(data, "outcome"));
    say_phases(line, json_object_get(data, "phases"));
    say_num(line, "  under tension ", data, "tut_s", 1, " s");
    say_num(line, "  peak ", data, "peak_n", 0, " N");
    say_flags(line, data);
}

static void say_hold(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "%-7s", str(data, "outcome"));
    say_num(line, "  held ", data, "held_s", 1, " s");
    say_num(line, ", in band ", data, "in_band_s", 1, " s");
    if (num(data, "dips") > 0) {
        say(line, ", %lld dip%s", num(data, "dips"), num(data, "dips") == 1 ? "" : "s");
        say_num(line, ", longest ", data, "longest_dip_s", 1, " s");
    }
    say_num(line, "  mean ", data, "mean_n", 0, " N");
    say_num(line, " of ", data, "target_n", 0, " N");
    say_num(line, "  cv ", data, "cv_pct", 1, " %");
    say_flags(line, data);
}

static void say_set_started(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    const json_t *sees = json_object_get(data, "observability");
    say(line, "%s", str(envelope, "exercise"));
    say_str(line, " (", envelope, "variation", ")");
    say_str(line, " on ", data, "contact", "");
    say_str(line, ", anchor ", data, "anchor", "");
    say_num(line, ", ", data, "load_kg", 1, " kg");
    say_num(line, ", target ", data, "target_n", 0, " N");
    say(line, "  sees count %s con %s top %s ecc %s", str(sees, "count"), str(sees, "con"), str(sees, "top"),
        str(sees, "ecc"));
}

static void say_set_completed(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "%-7s  %lld counted, %lld measured", str(data, "reason"), num(data, "reps"), num(data, "reps_measured"));
    say_num(line, "  tempo ", data, "tempo_pct", 0, " %");
    if (has(data, "tempo_pct"))
        say(line, " of %lld", num(data, "tempo_n"));
    say_num(line, "  under tension ", data, "tut_s", 1, " s");
    say_str(line, "  ended by ", data, "ended_by", "");
    if (json_is_false(json_object_get(data, "trusted")))
        say(line, "  not trusted");
}

static void say_item_results(struct line *line, const json_t *items)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        bool hold = has(item, "holds");
        say(line, "%s%s %lld/%lld sets, %lld/%lld %s", i == 0 ? "  " : "; ", str(item, "exercise"),
            num(item, "sets_done"), num(item, "sets"), num(item, hold ? "holds_done" : "reps"),
            num(item, hold ? "holds" : "reps_min"), hold ? "holds" : "reps");
        if (json_is_true(json_object_get(item, "skipped")))
            say(line, " (skipped)");
    }
}

static void say_session_completed(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    const json_t *compliance = json_object_get(data, "compliance");
    say(line, "%-7s", str(data, "reason"));
    say_num(line, "  ", data, "duration_s", 0, " s");
    say_num(line, "  compliance ", compliance, "pct", 1, " %");
    say_str(line, " (", compliance, "basis", ")");
    say_item_results(line, json_object_get(data, "items"));
}

static void say_accepted(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    const json_t *items = json_object_get(data, "items");
    say(line, "slot %lld", num(data, "slot"));
    say_num(line, " rev ", data, "rev", 0, "");
    if (!items)
        say(line, " withdrawn");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        say(line, "%s%s %s", i == 0 ? "  " : ", ", str(item, "exercise"), str(item, "side"));
    }
}

static void say_pain(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    if (has(data, "nrs"))
        say(line, "%lld of 10", num(data, "nrs"));
    else
        say(line, "no answer");
    say(line, " (%s, limit %lld)", str(data, "when"), num(data, "limit"));
}

static void say_session_started(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "slot %lld, %s rev %lld, identified by %s", num(data, "slot"), str(data, "rx"), num(data, "rev"),
        str(data, "identified_by"));
    say_str(line, ", resumes ", data, "resumes", "");
}

/* What it was, in a word or two. */
static void say_what(struct line *line, enum event_type type, const json_t *envelope)
{
    size_t start = line->used;
    if (type == EVENT_REP || type == EVENT_HOLD) {
        say(line, "  %s", event_type_str(type));
        say_num(line, " ", envelope, "rep", 0, "");
    } else if (type == EVENT_SET_STARTED || type == EVENT_SET_COMPLETED) {
        say_num(line, "set ", envelope, "set", 0, "");
        say_str(line, " ", envelope, "side", "");
        say(line, type == EVENT_SET_STARTED ? " begins" : " ends");
    } else {
        for (const char *c = event_type_str(type); *c; c++)
            say(line, "%c", *c == '_' ? ' ' : *c);
    }
    if (line->used < start + WHAT_WIDTH)
        say(line, "%*s", (int)(start + WHAT_WIDTH - line->used), "");
    say(line, " ");
}

static void say_station_started(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "version %s, %s, last run %s", str(data, "version"), str(data, "reason"),
        json_is_true(json_object_get(data, "clean")) ? "ended cleanly" : "was cut off");
}

static void say_reason(struct line *line, const json_t *envelope)
{
    say(line, "%s", str(data_of(envelope), "reason"));
}

static void say_rejected(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "slot %lld", num(data, "slot"));
    say_str(line, " at ", data, "path", "");
    say(line, ": %s", str(data, "reason"));
}

static void say_rest(struct line *line, const json_t *envelope)
{
    say_num(line, "", data_of(envelope), "actual_s", 1, " s");
    say_num(line, " of ", data_of(envelope), "planned_s", 1, " s");
}

static void say_effort(struct line *line, const json_t *envelope)
{
    if (has(data_of(envelope), "cr10"))
        say(line, "%lld of 10", num(data_of(envelope), "cr10"));
    else
        say(line, "no answer");
}

static void say_stop(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "%s, during %s", str(data, "source"), str(data, "during"));
    say_str(line, ", by ", data, "by", "");
}

static void say_progression(struct line *line, const json_t *envelope)
{
    say(line, "item %lld, %s", num(data_of(envelope), "item"), str(data_of(envelope), "rule"));
}

static void say_raised(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "%s (%s): %s", str(data, "fault"), str(data, "effect"), str(data, "text"));
}

static void say_cleared(struct line *line, const json_t *envelope)
{
    say(line, "%s", str(data_of(envelope), "fault"));
    say_num(line, " after ", data_of(envelope), "lasted_s", 1, " s");
}

static void say_tared(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "zero %lld counts, moved %lld g", num(data, "zero_counts"), num(data, "moved_g"));
    say_str(line, ", by ", data, "by", "");
}

static void say_calibrated(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say_num(line, "", data, "counts_per_n", 3, " counts/N");
    say_str(line, ", by ", data, "by", "");
}

static void say_clock(struct line *line, const json_t *envelope)
{
    say_num(line, "stepped by ", data_of(envelope), "step_s", 3, " s");
}

static void say_attributed(struct line *line, const json_t *envelope)
{
    say(line, "%s by %s", str(data_of(envelope), "session"), str(data_of(envelope), "by"));
}

static void say_dropped(struct line *line, const json_t *envelope)
{
    const json_t *data = data_of(envelope);
    say(line, "#%lld to #%lld: %s", num(data, "from"), num(data, "to"), str(data, "why"));
}

/* What is said beside the name of the event; NULL: the name says it all. */
static void (*const details[EVENT_TYPE_COUNT])(struct line *line, const json_t *envelope) = {
    [EVENT_STATION_STARTED] = say_station_started,
    [EVENT_STATION_STOPPING] = say_reason,
    [EVENT_PRESCRIPTION_ACCEPTED] = say_accepted,
    [EVENT_PRESCRIPTION_REJECTED] = say_rejected,
    [EVENT_START_REFUSED] = say_reason,
    [EVENT_SESSION_STARTED] = say_session_started,
    [EVENT_SET_STARTED] = say_set_started,
    [EVENT_REP] = say_rep,
    [EVENT_HOLD] = say_hold,
    [EVENT_SET_COMPLETED] = say_set_completed,
    [EVENT_REST_COMPLETED] = say_rest,
    [EVENT_PAIN] = say_pain,
    [EVENT_EFFORT] = say_effort,
    [EVENT_STOP] = say_stop,
    [EVENT_CALL] = NULL,
    [EVENT_SESSION_COMPLETED] = say_session_completed,
    [EVENT_PROGRESSION_SUGGESTED] = say_progression,
    [EVENT_FAULT_RAISED] = say_raised,
    [EVENT_FAULT_CLEARED] = say_cleared,
    [EVENT_TARED] = say_tared,
    [EVENT_CALIBRATED] = say_calibrated,
    [EVENT_CLOCK_SYNCED] = say_clock,
    [EVENT_SESSION_ATTRIBUTED] = say_attributed,
    [EVENT_EVENTS_DROPPED] = say_dropped,
};

/* Other people's texts may not steer the terminal; blanks at the end are nobody's. */
static void tidy(struct line *line)
{
    for (char *c = line->text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    while (line->used > 0 && line->text[line->used - 1] == ' ')
        line->text[--line->used] = '\0';
}

static bool type_of(const json_t *envelope, enum event_type *ret)
{
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        if (strcmp(event_type_str((enum event_type)type), str(envelope, "type")) == 0) {
            *ret = (enum event_type)type;
            return true;
        }
    return false;
}

int event_human(const char *envelope, char *text, size_t len)
{
    enum event_type type;
    if (len == 0)
        return -EINVAL;
    text[0] = '\0';
    json_t *parsed = json_loads(envelope, 0, NULL);
    bool ok = json_is_object(data_of(parsed)) && type_of(parsed, &type);
    if (ok) {
        struct line line = {.text = text, .len = len};
        const char *ts = str(parsed, "ts");
        say(&line, "%.8s %-8s #%-5lld ", strlen(ts) > 11 ? ts + 11 : "", str(parsed, "station"), num(parsed, "seq"));
        say_what(&line, type, parsed);
        if (details[type])
            details[type](&line, parsed);
        tidy(&line);
    }
    json_decref(parsed);
    return ok ? 0 : -EINVAL;
}
