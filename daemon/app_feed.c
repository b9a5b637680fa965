/* SPDX-License-Identifier: MIT */
/* Inputs and deadlines to the core in merge order; what comes out to the journal, the source and the broker. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/app.h"
#include "gymstation/command_json.h"
#include "gymstation/prescription_json.h"

#define SOURCE_BATCH 256 /* inputs taken from one faster than real time before the loop looks at anything else */

/* A file can wait for the disk, a load cell cannot: sources faster than real time stop here and go on there. */
#define HOLD_SOURCE_AT    1024
#define RELEASE_SOURCE_AT 256

/* ---- what comes out ------------------------------------------------------------------------------------------------ */

static void publish_event(struct app *app, const struct event *event, const char *closing, bool more)
{
    char *data = event_data_json(event, app->exercises->v);

    if (event->head.type == EVENT_FAULT_RAISED || event->head.type == EVENT_FAULT_CLEARED)
        app_say_fault(app, event);
    if (data == NULL || journal_append(app->journal, &event->head, data, closing ? strdup(closing) : NULL, more) < 0)
        app_say("event %s is lost: %s", event_type_str(event->head.type),
                data ? "the journal's queue is full" : "out of memory");
}

/* What the journal has to know to close the session should the power go now, as the core stands after its last call. */
static char *closing_text(const struct app *app)
{
    struct event events[2];
    struct resume resume;
    int n = core_closing(app->core, events);

    if (n > 0 && app->session_closed)
        n = 0, core_closing_resume(app->core, &resume);
    else if (n > 0)
        core_closing_resume(app->core, &resume);
    else
        core_resume(app->core, &resume);
    return journal_closing_json(events, n, &resume);
}

/* Index of the last event, or -1. What one call gives is one moment: the journal commits it as a whole. */
static int last_event(const struct core_outs *outs)
{
    int last = outs->n - 1;

    while (last >= 0 && outs->v[last].kind != OUT_EVENT)
        last--;
    return last;
}

/* Index of the last output that the journal gets, or -1: an event, or the reply to a command that arrived. */
static int last_kept(const struct app *app, const struct core_outs *outs)
{
    int last = outs->n - 1;

    while (last >= 0 && outs->v[last].kind != OUT_EVENT && !(outs->v[last].kind == OUT_REPLY && app->commanding))
        last--;
    return last;
}

static void see(struct app *app)
{
    struct snapshot snapshot;

    if (app->source->ops->see == NULL)
        return;
    core_snapshot(app->core, &snapshot);
    app->source->ops->see(app->source, &snapshot, core_now_ns(app->core));
}

static void hear(struct app *app, const struct cue *cue)
{
    app_play(app, cue);
    if (app->source->ops->hear)
        app->source->ops->hear(app->source, cue);
}

static void take_outs(struct app *app)
{
    struct core_outs *outs = &app->outs;
    char *closing = NULL;
    int last = last_event(outs), end = last_kept(app, outs);

    if (last >= 0) {
        app_sync_slots(app);
        closing = closing_text(app);
    }
    for (int i = 0; i < outs->n; i++) {
        switch (outs->v[i].kind) {
        case OUT_EVENT:
            if (outs->v[i].u.event.head.type == EVENT_SESSION_STARTED)
                app->recording_session = true;
            publish_event(app, &outs->v[i].u.event, i == last ? closing : NULL, i < end);
            break;
        case OUT_CUE: hear(app, &outs->v[i].u.cue); break;
        case OUT_REPLY: app_reply(app, &outs->v[i].u.reply, last >= 0); break;
        }
    }
    free(closing);
    see(app);
}

void app_own_event(struct app *app, const struct event *event)
{
    char *closing = closing_text(app);

    publish_event(app, event, closing, false);
    free(closing);
}

void app_station_event(struct app *app, enum event_type type, const char *reason)
{
    struct event event = {.head = {.type = type, .t_ns = app_now_ns(app)}};

    snprintf(event.u.station.version, sizeof(event.u.station.version), "%s", GYMSTATION_VERSION);
    snprintf(event.u.station.reason, sizeof(event.u.station.reason), "%s", reason);
    event.u.station.clean = journal_found(app->journal)->clean;
    app_own_event(app, &event);
}

void app_close_session(struct app *app)
{
    struct event events[2];
    int n = core_closing_orderly(app->core, events);
    char *closing;

    app->session_closed = true;
    closing = closing_text(app);
    for (int i = 0; i < n; i++) {
        events[i].head.t_ns = app_now_ns(app);
        publish_event(app, &events[i], i == n - 1 ? closing : NULL, i < n - 1);
    }
    free(closing);
}

/* ---- what goes in --------------------------------------------------------------------------------------------------- */

void app_fire_until(struct app *app, int64_t t_ns)
{
    while (core_deadline_ns(app->core) <= t_ns) {
        core_fire(app->core, &app->outs);
        take_outs(app);
    }
}

static void calibrate(const struct app *app, struct input *input)
{
    if (input->kind != INPUT_FORCE || input->u.force.has_force || !app->calibration.valid)
        return;
    input->u.force.force_mn = calibration_force_mn(&app->calibration, input->u.force.raw);
    input->u.force.has_force = true;
}

static void note(struct app *app, const struct input *input)
{
    if (input->kind == INPUT_BUTTON || input->kind == INPUT_PRESCRIPTION || input->kind == INPUT_CARD)
        app->touched_ns = input->t_ns;
    if (input->kind == INPUT_END)
        app->source_ended = true;
    if (input->kind != INPUT_FORCE)
        return;
    app->samples++;
    if (app->rate_count++ == 0)
        app->rate_first_ns = input->stamp_ns;
    app->rate_last_ns = input->stamp_ns;
}

/* A prescription without its bytes was too large. A line without them would be a withdrawal: better none. */
static bool can_be_recorded(const struct input *input, const char *text)
{
    return input->kind != INPUT_PRESCRIPTION || text || input->u.rx_arrival->withdrawn;
}

/* The one way into the core. The recorder gets the line as the core gets it, so that a replay takes the same turns. */
void app_feed(struct app *app, struct input *input, const char *text, size_t text_len)
{
    int64_t now_ns = core_now_ns(app->core);

    calibrate(app, input);
    if (input->t_ns < input->stamp_ns)
        input->t_ns = input->stamp_ns; /* a trace says later, where a line was merged late */
    if (input->t_ns < now_ns)
        input->t_ns = now_ns;
    app_fire_until(app, input->t_ns);
    note(app, input);
    if (app->recorder && can_be_recorded(input, text))
        recorder_input(app->recorder, input, text, text_len);
    if (input->kind == INPUT_PRESCRIPTION)
        app_rx_arrived(app, input->u.rx_arrival, text, text_len);
    core_feed(app->core, input, &app->outs);
    take_outs(app);
    if (input->kind == INPUT_PRESCRIPTION)
        app_rx_answered(app, input->u.rx_arrival);
}

static void hold_source(struct app *app, bool hold)
{
    app->source_held = hold;
    sd_event_source_set_enabled(app->on_source, hold || app->source_broken ? SD_EVENT_OFF : SD_EVENT_ON);
}

static bool faster_than_real(const struct app *app)
{
    return app->source->time.speed_milli > 1000;
}

/* A source gives texts as they were recorded; false when they cannot be fed (said, and left out). */
static bool parse_text(struct app *app, struct input *input, const char *text, struct command *command)
{
    size_t len = text ? strlen(text) : 0;
    struct refusal refusal;

    if (input->kind == INPUT_PRESCRIPTION) {
        int slot = input->u.rx_arrival->slot;

        rx_arrival_parse(slot, text ? text : "", len, app->exercises->v, app->exercises->count, &app->station,
                         &app->arrival);
        input->u.rx_arrival = &app->arrival;
    } else if (input->kind == INPUT_COMMAND) {
        const char *name = command_str(input->u.command->kind);

        if (command_parse(name, text ? text : "", len, command, &refusal) < 0) {
            app_say("recorded command %s is refused: %s: %s", name, refusal.path, refusal.reason);
            return false;
        }
        if (app_command_seen(app, command))
            return false; /* as a live one: it acts once */
        input->u.command = command;
    }
    return true;
}

/* Taken faster than it can be: station time waits for the inputs, so that no deadline passes one of them. */
static void slow_down(struct app *app)
{
    app->source->time.base_mono_ns = app_mono_ns();
    app->source->time.base_ns = core_now_ns(app->core);
}

int app_take_source(struct app *app, int64_t until_ns)
{
    struct command command;
    struct input input;
    const char *text;
    int r = 0;

    for (int i = 0; !app->source_held; i++) {
        if (i >= SOURCE_BATCH && faster_than_real(app)) {
            if (app->source->time.speed_milli != SPEED_MAX)
                slow_down(app);
            return 0;
        }
        text = NULL;
        r = app->source->ops->next(app->source, until_ns, &input, &text);
        if (r <= 0)
            return r;
        if (parse_text(app, &input, text, &command))
            app_feed(app, &input, text, text ? strlen(text) : 0);
        if (faster_than_real(app) && journal_backlog(app->journal) > HOLD_SOURCE_AT)
            hold_source(app, true);
    }
    return 0;
}

/* ---- the disk ------------------------------------------------------------------------------------------------------- */

/* Writing fails, or the journal is three quarters full: no session may start until it has caught up. */
void app_watch_storage(struct app *app)
{
    unsigned backlog = journal_backlog(app->journal);
    bool blocked = app->storage_failing || backlog >= JOURNAL_FULL_AT;
    struct input input = {.kind = INPUT_FAULT};

    if (app->source_held && backlog < RELEASE_SOURCE_AT)
        hold_source(app, false);
    if (app->storage_blocked && !app->storage_failing && backlog >= JOURNAL_FULL_AT / 2)
        blocked = true; /* hysteresis */
    if (blocked == app->storage_blocked)
        return;
    app->storage_blocked = blocked;
    input.stamp_ns = app_now_ns(app);
    input.u.fault.fault = FAULT_JOURNAL;
    input.u.fault.raised = blocked;
    app_feed(app, &input, NULL, 0);
}

/* ---- time ----------------------------------------------------------------------------------------------------------- */

void app_arm(struct app *app)
{
    const struct source_time *time = &app->source->time;
    int64_t deadline_ns = core_deadline_ns(app->core);
    int64_t mono_ns;

    /* At @max time stands between inputs: deadlines act when the next input passes them. */
    if (deadline_ns == NEVER || time->speed_milli == SPEED_MAX) {
        sd_event_source_set_enabled(app->on_deadline, SD_EVENT_OFF);
        return;
    }
    mono_ns = source_mono_ns(time, deadline_ns);
    sd_event_source_set_time(app->on_deadline, mono_ns > 0 ? (uint64_t)(mono_ns + 999) / 1000 : 0);
    sd_event_source_set_enabled(app->on_deadline, SD_EVENT_ONESHOT);
}
