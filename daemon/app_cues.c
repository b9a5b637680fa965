/* SPDX-License-Identifier: MIT */
/*
 * Cues to lamps and buzzers: the player says when, a timer of the loop wakes it up, the sink switches. Works without lines
 * as well: how late cues are is measured either way.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/app.h"
#include "gymstation/cue_gpio.h"
#include "gymstation/cue_player.h"

struct app_cues {
    struct cue_player player;
    struct cue_sink *sink; /* NULL: nothing is wired */
    sd_event_source *timer;
    struct latency jitter; /* of tones whose time was known before */
    unsigned levels;
    bool failing;
};

/* As fast as inputs are taken is no time to play anything in. */
static bool playing(const struct app *app)
{
    return app->cues && app->source->time.speed_milli != SPEED_MAX;
}

static void switch_to(struct app_cues *cues, unsigned levels)
{
    int r;

    if (levels == cues->levels && !cues->failing)
        return;
    cues->levels = levels;
    if (cues->sink == NULL)
        return;
    r = cues->sink->ops->set(cues->sink, levels);
    if ((r < 0) == cues->failing)
        return;
    cues->failing = r < 0;
    app_say(r < 0 ? "lamps and buzzers cannot be switched: %s; sessions go on without them"
                  : "lamps and buzzers can be switched again",
            strerror(-r));
}

/* What is due is done, and the timer set to what comes next. */
static void step(struct app *app)
{
    struct app_cues *cues = app->cues;
    const struct source_time *time = &app->source->time;
    int64_t begun_ns, next_ns;

    switch_to(cues, cue_player_step(&cues->player, source_time_ns(time, app_mono_ns()), &begun_ns));
    if (begun_ns != ABSENT)
        latency_add(&cues->jitter, app_mono_ns() - source_mono_ns(time, begun_ns));
    next_ns = cue_player_next_ns(&cues->player);
    if (next_ns == NEVER) {
        sd_event_source_set_enabled(cues->timer, SD_EVENT_OFF);
        return;
    }
    next_ns = source_mono_ns(time, next_ns);
    sd_event_source_set_time(cues->timer, next_ns > 0 ? (uint64_t)(next_ns + 999) / 1000 : 0);
    sd_event_source_set_enabled(cues->timer, SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct app *app = userdata;

    (void)s;
    (void)usec;
    if (playing(app))
        step(app);
    return 0;
}

void app_play(struct app *app, const struct cue *cue)
{
    if (!playing(app))
        return;
    cue_player_play(&app->cues->player, cue);
    step(app);
}

/* A call, or a fault that limits what the station does. */
static bool alerts(const struct app *app)
{
    struct snapshot snapshot;

    core_snapshot(app->core, &snapshot);
    if (snapshot.call)
        return true;
    for (int fault = 0; fault < FAULT_COUNT; fault++)
        if ((snapshot.faults & (1u << fault)) && fault_effect((enum fault)fault) != EFFECT_NONE)
            return true;
    return false;
}

void app_show_alert(struct app *app)
{
    if (!playing(app))
        return;
    cue_player_alert(&app->cues->player, alerts(app));
    step(app);
}

const struct latency *app_cue_jitter(const struct app *app)
{
    return &app->cues->jitter;
}

int app_open_cues(struct app *app)
{
    const struct config *config = app->config;
    struct cue_gpio_setup setup = {.chip = config->cues.chip, .active_low = config->cues.active_low};
    struct refusal why = {0};
    int r;

    app->cues = calloc(1, sizeof(*app->cues));
    if (app->cues == NULL)
        return 1;
    cue_player_init(&app->cues->player);
    for (int i = 0; i < CUE_OUTPUT_COUNT; i++)
        setup.line[i] = config->cues.line[i];
    if (cue_gpio_open(&app->cues->sink, &setup, &why) < 0) {
        app_say("cues: %s: %s", why.path, why.reason);
        return 1;
    }
    r = sd_event_add_time(app->loop, &app->cues->timer, CLOCK_MONOTONIC, 0, 1, on_timer, app);
    if (r < 0)
        return 1;
    sd_event_source_set_enabled(app->cues->timer, SD_EVENT_OFF);
    sd_event_source_set_priority(app->cues->timer, APP_PRIORITY_CUES);
    return 0;
}

void app_close_cues(struct app *app)
{
    struct app_cues *cues = app->cues;

    if (cues == NULL)
        return;
    if (cues->sink)
        cues->sink->ops->close(cues->sink);
    sd_event_source_unref(cues->timer);
    free(cues);
    app->cues = NULL;
}
