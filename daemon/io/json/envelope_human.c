/* SPDX-License-Identifier: MIT */
/*
 * One line a person can read at a glance for every event (event_json.h):
 *
 *     07:56:00 leg-01   #1842   rep 3             full     1.50 con  1.00 top  4.02±0.12 ecc  (load)
 *     time     station  seq   what                details
 *
 * The patient is never in it: such lines end up on screens and in logs.
 */
#include "daemon/io/json/envelope_human.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHAT_WIDTH 21 /* "prescription accepted" */

void human_say(struct human_line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line->text + line->used, line->len - line->used, format, args);
    va_end(args);
    if (n > 0)
        line->used = line->used + (size_t)n < line->len ? line->used + (size_t)n : line->len - 1;
}

const char *human_str(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

long long human_num(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

const json_t *human_data(const json_t *envelope)
{
    return json_object_get(envelope, "data");
}

bool human_has(const json_t *object, const char *key)
{
    return json_object_get(object, key) != NULL;
}

/* before, the number, after; nothing where there is no number. */
void human_say_num(struct human_line *line, const char *before, const json_t *object, const char *key, int decimals,
                   const char *after)
{
    if (human_has(object, key))
        human_say(line, "%s%.*f%s", before, decimals, json_number_value(json_object_get(object, key)), after);
}

void human_say_str(struct human_line *line, const char *before, const json_t *object, const char *key,
                   const char *after)
{
    if (human_str(object, key)[0])
        human_say(line, "%s%s%s", before, human_str(object, key), after);
}

void human_say_words(struct human_line *line, const char *name)
{
    for (const char *c = name; *c; c++)
        human_say(line, "%c", *c == '_' ? ' ' : *c);
}

static void say_accepted(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    const json_t *items = json_object_get(data, "items");
    human_say(line, "slot %lld", human_num(data, "slot"));
    human_say_num(line, " rev ", data, "rev", 0, "");
    if (!items)
        human_say(line, " withdrawn");
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        human_say(line, "%s%s %s", i == 0 ? "  " : ", ", human_str(item, "exercise"), human_str(item, "side"));
    }
}

static void say_pain(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    if (human_has(data, "nrs"))
        human_say(line, "%lld of 10", human_num(data, "nrs"));
    else
        human_say(line, "no answer");
    human_say(line, " (");
    human_say_words(line, human_str(data, "when"));
    human_say(line, ", limit %lld)", human_num(data, "limit"));
    human_say_num(line, ", ", data, "hours_after", 0, " h after the session before");
}

static void say_session_started(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "slot %lld, %s rev %lld, identified by %s", human_num(data, "slot"), human_str(data, "rx"),
              human_num(data, "rev"), human_str(data, "identified_by"));
    human_say_str(line, ", resumes ", data, "resumes", "");
}

/* What it was, in a word or two. */
static void say_what(struct human_line *line, enum event_type type, const json_t *envelope)
{
    size_t start = line->used;
    if (type == EVENT_REP || type == EVENT_HOLD) {
        human_say(line, "  %s", event_type_str(type));
        human_say_num(line, " ", envelope, "rep", 0, "");
    } else if (type == EVENT_SET_STARTED || type == EVENT_SET_COMPLETED) {
        human_say_num(line, "set ", envelope, "set", 0, "");
        human_say_str(line, " ", envelope, "side", "");
        human_say(line, type == EVENT_SET_STARTED ? " begins" : " ends");
    } else {
        human_say_words(line, event_type_str(type));
    }
    if (line->used < start + WHAT_WIDTH)
        human_say(line, "%*s", (int)(start + WHAT_WIDTH - line->used), "");
    human_say(line, " ");
}

static void say_station_started(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "version %s, %s, last run %s", human_str(data, "version"), human_str(data, "reason"),
              json_is_true(json_object_get(data, "clean")) ? "ended cleanly" : "was cut off");
}

static void say_reason(struct human_line *line, const json_t *envelope)
{
    human_say_words(line, human_str(human_data(envelope), "reason"));
}

static void say_rejected(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "slot %lld", human_num(data, "slot"));
    human_say_str(line, " at ", data, "path", "");
    human_say(line, ": %s", human_str(data, "reason"));
}

static void say_rest(struct human_line *line, const json_t *envelope)
{
    human_say_num(line, "", human_data(envelope), "actual_s", 1, " s");
    human_say_num(line, " of ", human_data(envelope), "planned_s", 1, " s");
}

static void say_effort(struct human_line *line, const json_t *envelope)
{
    if (human_has(human_data(envelope), "cr10"))
        human_say(line, "%lld of 10", human_num(human_data(envelope), "cr10"));
    else
        human_say(line, "no answer");
}

static void say_stop(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "%s, during %s", human_str(data, "source"), human_str(data, "during"));
    human_say_str(line, ", by ", data, "by", "");
}

/* A word, a number, or an object of them on one line. */
static void say_value(struct human_line *line, const json_t *value)
{
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    const char *word = json_string_value(value);
    human_say(line, "%s", word ? word : text ? text : "?");
    free(text);
}

static void say_progression(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "item %lld: ", human_num(data, "item"));
    say_value(line, json_object_get(data, "from"));
    human_say(line, " -> ");
    say_value(line, json_object_get(data, "to"));
    human_say(line, " (%s; counts were %s)", human_str(data, "rule"), human_str(data, "basis"));
}

static void say_raised(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say_words(line, human_str(data, "fault"));
    human_say(line, " (");
    human_say_words(line, human_str(data, "effect"));
    human_say(line, "): %s", human_str(data, "text"));
}

static void say_cleared(struct human_line *line, const json_t *envelope)
{
    human_say_words(line, human_str(human_data(envelope), "fault"));
    human_say_num(line, " after ", human_data(envelope), "lasted_s", 1, " s");
}

static void say_tared(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "zero %lld counts, moved %lld g", human_num(data, "zero_counts"), human_num(data, "moved_g"));
    human_say_str(line, ", by ", data, "by", "");
}

static void say_calibrated(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say_num(line, "", data, "counts_per_n", 3, " counts/N");
    human_say_str(line, ", by ", data, "by", "");
}

static void say_clock(struct human_line *line, const json_t *envelope)
{
    human_say_num(line, "stepped by ", human_data(envelope), "step_s", 3, " s");
}

static void say_attributed(struct human_line *line, const json_t *envelope)
{
    human_say(line, "%s by %s", human_str(human_data(envelope), "session"), human_str(human_data(envelope), "by"));
}

static void say_dropped(struct human_line *line, const json_t *envelope)
{
    const json_t *data = human_data(envelope);
    human_say(line, "#%lld to #%lld are gone: ", human_num(data, "from"), human_num(data, "to"));
    human_say_words(line, human_str(data, "why"));
}

/* What is said beside the name of the event; NULL: the name says it all. */
static void (*const details[EVENT_TYPE_COUNT])(struct human_line *line, const json_t *envelope) = {
    [EVENT_STATION_STARTED] = say_station_started,
    [EVENT_STATION_STOPPING] = say_reason,
    [EVENT_PRESCRIPTION_ACCEPTED] = say_accepted,
    [EVENT_PRESCRIPTION_REJECTED] = say_rejected,
    [EVENT_START_REFUSED] = say_reason,
    [EVENT_SESSION_STARTED] = say_session_started,
    [EVENT_SET_STARTED] = human_set_started,
    [EVENT_REP] = human_rep,
    [EVENT_HOLD] = human_hold,
    [EVENT_SET_COMPLETED] = human_set_completed,
    [EVENT_REST_COMPLETED] = say_rest,
    [EVENT_PAIN] = say_pain,
    [EVENT_EFFORT] = say_effort,
    [EVENT_STOP] = say_stop,
    [EVENT_CALL] = NULL,
    [EVENT_SESSION_COMPLETED] = human_session_completed,
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
static void tidy(struct human_line *line)
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
        if (strcmp(event_type_str((enum event_type)type), human_str(envelope, "type")) == 0) {
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
    bool ok = json_is_object(human_data(parsed)) && type_of(parsed, &type);
    if (ok) {
        struct human_line line = {.text = text, .len = len};
        const char *ts = human_str(parsed, "ts");
        human_say(&line, "%.8s %-8s #%-5lld ", strlen(ts) > 11 ? ts + 11 : "", human_str(parsed, "station"),
                  human_num(parsed, "seq"));
        say_what(&line, type, parsed);
        if (details[type])
            details[type](&line, parsed);
        tidy(&line);
    }
    json_decref(parsed);
    return ok ? 0 : -EINVAL;
}
