/* SPDX-License-Identifier: MIT */
/*
 * When a recording begins and what its header says. A file begins in idle, with nothing at fault and nobody touching
 * anything: then header and first lines say all that the core knows. As long as no session comes, it begins anew every
 * minute, so that a session has at most a minute of idling before it; after a session the file is closed and kept.
 */
#include <string.h>
#include <time.h>

#include "daemon/app.h"

#define RECORD_AGAIN_NS (60 * NS_PER_S)
#define UNTOUCHED_NS    (10 * NS_PER_S) /* longer than any button's state machine, longer than the quiet baseline */

static void fill_header(struct app *app, struct trace_header *header, int64_t wall_ns)
{
    trace_header_init(header);
    header->started_wall_ns = wall_ns;
    header->has_station = true;
    header->station = app->station;
    header->calibration = app->calibration;
    header->zero_mn = core_zero_mn(app->core);
    header->calibrated = app->calibrated;
    core_resume(app->core, &header->resume);
    memcpy(header->last_session, app->last_session, sizeof(header->last_session));
    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        const struct rx_text *text = &app->held[slot];

        header->slots[slot].held = text->payload != NULL;
        header->slots[slot].used = app->used[slot];
        header->slots[slot].course = app->course[slot];
        header->slots[slot].payload = (struct trace_text){.data = text->payload, .len = text->size};
    }
}

static void file_name(int64_t wall_ns, char *name, size_t size)
{
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    struct tm utc;
    size_t n;

    gmtime_r(&seconds, &utc);
    n = strftime(name, size, "%Y%m%dT%H%M%S", &utc);
    snprintf(name + n, size - n, ".%03dZ", (int)(wall_ns / NS_PER_MS % 1000));
}

static bool may_begin(const struct app *app)
{
    struct snapshot snapshot;

    core_snapshot(app->core, &snapshot);
    return snapshot.now == NOW_IDLE && snapshot.faults == 0 && !snapshot.call &&
           app_now_ns(app) - app->touched_ns >= UNTOUCHED_NS;
}

static void begin(struct app *app, int64_t now_ns)
{
    struct trace_header header;
    struct timespec wall;
    int64_t wall_ns;
    char name[64];
    struct input clock = {.kind = INPUT_CLOCK, .stamp_ns = now_ns};

    core_begin_again(app->core);
    clock_gettime(CLOCK_REALTIME, &wall);
    wall_ns = wall.tv_sec * NS_PER_S + wall.tv_nsec;
    file_name(wall_ns, name, sizeof(name));
    fill_header(app, &header, wall_ns);
    if (recorder_begin(app->recorder, &header, name, app->recording_session) < 0)
        app_say("recording could not begin: the disk is behind");
    app->recording = true;
    app->recording_session = false;
    app->recording_since_ns = now_ns;
    clock.u.clock.wall_ns = wall_ns;
    clock.u.clock.synced = app->wall_synced;
    app_feed(app, &clock, NULL, 0); /* said first, so that a replay takes the clock as it was */
}

void app_record_idle(struct app *app)
{
    int64_t now_ns;

    if (app->recorder == NULL || app->source_ended)
        return;
    now_ns = app_now_ns(app);
    if (app->recording && !app->recording_session && now_ns - app->recording_since_ns < RECORD_AGAIN_NS)
        return;
    /* The first one begins at once: before the first input nothing has been touched. */
    if (!app->recording || may_begin(app))
        begin(app, now_ns);
}
