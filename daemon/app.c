/* SPDX-License-Identifier: MIT */
#include "daemon/app.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#define TICK_US          100000 /* live telemetry's pace; everything that is looked at now and then rides along */
#define CLOSE_MQTT_MS    2000
#define CLOSE_JOURNAL_MS 5000

/* ---- small ---------------------------------------------------------------------------------------------------------- */

int64_t app_mono_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t app_now_ns(const struct app *app)
{
    int64_t now_ns = source_time_ns(&app->source->time, app_mono_ns());
    int64_t core_ns = core_now_ns(app->core);

    /* The first input may be older than the time it took to get here: nothing has happened before it. */
    if (core_ns == INT64_MIN)
        return app->source->time.base_ns;
    return now_ns > core_ns ? now_ns : core_ns;
}

void app_say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("gymstationd: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void app_exit(struct app *app, int code)
{
    app->exit_code = code;
    sd_event_exit(app->loop, 0);
}

/* What the source has had ready until now; returns the station time up to which nothing is missing. */
static int64_t take_source(struct app *app)
{
    int64_t until_ns, now_ns;
    int r = 0;

    app_take_panel(app);
    until_ns = app_now_ns(app);
    if (!app->source_broken)
        r = app_take_source(app, until_ns);
    if (r < 0) {
        app_say("the sensor source broke: %s; sessions go on by cue", strerror(-r));
        app->source_broken = true;
        sd_event_source_set_enabled(app->on_source, SD_EVENT_OFF);
    }
    now_ns = app_now_ns(app);
    return now_ns < until_ns ? now_ns : until_ns; /* earlier: time was set back to wait for the inputs */
}

/*
 * After every wake-up, whatever its cause: what the source has had ready since goes in before deadlines that are later,
 * and the next deadline is set.
 */
static void settle(struct app *app)
{
    int64_t until_ns = take_source(app);

    if (app->source->time.speed_milli != SPEED_MAX && !app->source_held)
        app_fire_until(app, until_ns);
    app_watch_storage(app);
    app_show_alert(app);
    app_arm(app);
}

/* ---- callbacks of the loop ------------------------------------------------------------------------------------------- */

static int on_source(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    (void)s;
    (void)fd;
    (void)revents;
    settle(userdata);
    return 0;
}

int app_on_panel(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    (void)s;
    (void)fd;
    (void)revents;
    settle(userdata);
    return 0;
}

static int on_deadline(sd_event_source *s, uint64_t usec, void *userdata)
{
    (void)s;
    (void)usec;
    settle(userdata);
    return 0;
}

static int on_mqtt(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    struct app *app = userdata;
    struct mqtt_message message;

    (void)s;
    (void)fd;
    (void)revents;
    take_source(app); /* was there before what is stamped now */
    while (mqtt_next(app->mqtt, &message))
        app_message(app, &message);
    settle(app);
    return 0;
}

static void committed(struct app *app, struct journal_notice *notice)
{
    app->committed_seq = notice->seq;
    if (notice->session[0] != '\0') /* what happens to the station says nothing of the session at hand */
        memcpy(app->session, notice->session, sizeof(app->session));
    if (notice->type != EVENT_SESSION_COMPLETED)
        return;
    memcpy(app->last_session, app->session, sizeof(app->last_session));
    app->session[0] = '\0';
    mqtt_retain(app->mqtt, MQTT_SESSION, 0, session_retained_json(notice->envelope));
}

static void take_notice(struct app *app, struct journal_notice *notice)
{
    app->waiting = notice->waiting;
    app->oldest_wall_ns = notice->oldest_wall_ns;
    switch (notice->kind) {
    case JOURNAL_COMMITTED: committed(app, notice); break;
    case JOURNAL_DELIVERED: break;
    case JOURNAL_TROUBLE:
        app_say("the journal cannot be written: %s; events wait in memory and no session starts", notice->text);
        app->storage_failing = true;
        break;
    case JOURNAL_RECOVERED:
        app_say("the journal is being written again");
        app->storage_failing = false;
        break;
    case JOURNAL_DISK_LOW:
        app_say(
            "the disk is full: the space kept back for the running session is in use, and no other starts. Free some");
        app_fault(app, FAULT_DISK_LOW, true);
        break;
    case JOURNAL_DISK_OK: app_fault(app, FAULT_DISK_LOW, false); break;
    case JOURNAL_RESENDING: app_resend_answered(app, notice); break;
    case JOURNAL_REMEMBERED: app_remembered(app, notice->tag); break;
    case JOURNAL_AHEAD:
        app_say("the collector has events up to %lld of this journal, which ends before: it is an older copy. Move it "
                "away, so that a new one begins",
                (long long)notice->seq);
        app_fault(app, FAULT_CLONED, true);
        break;
    }
    free(notice->envelope);
    free(notice->gone);
}

static int on_notice(sd_event_source *s, int fd, uint32_t revents, void *userdata)
{
    struct app *app = userdata;
    struct journal_notice notice;

    (void)s;
    (void)fd;
    (void)revents;
    while (journal_next_notice(app->journal, &notice))
        take_notice(app, &notice);
    settle(app);
    return 0;
}

static int on_signal(sd_event_source *s, const struct signalfd_siginfo *info, void *userdata)
{
    struct app *app = userdata;

    (void)s;
    sd_notify(0, "STOPPING=1");
    app_close_session(app);
    app_station_event(app, EVENT_STATION_STOPPING, info->ssi_signo == SIGTERM ? "SIGTERM" : "SIGINT");
    app_exit(app, 0);
    return 0;
}

/* ---- time and watchdog ------------------------------------------------------------------------------------------------ */

/* Fed from progress: the loop turns, and the journal commits or has said why not. */
static void feed_watchdog(struct app *app, int64_t mono_ns)
{
    bool journal_moves =
        journal_backlog(app->journal) == 0 || app->committed_seq != app->watchdog_seq || app->storage_failing;

    if (app->watchdog_ns == 0 || mono_ns - app->watchdog_mono_ns < app->watchdog_ns / 3 || !journal_moves)
        return;
    app->watchdog_mono_ns = mono_ns;
    app->watchdog_seq = app->committed_seq;
    sd_notify(0, "WATCHDOG=1");
}

static int on_tick(sd_event_source *s, uint64_t usec, void *userdata)
{
    struct app *app = userdata;
    int64_t mono_ns = app_mono_ns();
    uint64_t next_us = usec + TICK_US;

    take_source(app);
    app_watch_clock(app, mono_ns);
    if (mqtt_wedged(app->mqtt)) {
        app_say("the MQTT library has not answered for 120 s: stopping for a restart");
        app_exit(app, 1);
    }
    app_watch_link(app, NULL);
    app_watch_certificate(app);
    app_tick_panel(app, mono_ns);
    app_watch_board(app, mono_ns);
    app_record_idle(app);
    settle(app);
    app_keep_zero(app);
    app_publish(app);
    feed_watchdog(app, mono_ns);
    if (next_us < (uint64_t)mono_ns / 1000) /* after a stall: go on from now instead of catching up */
        next_us = (uint64_t)mono_ns / 1000 + TICK_US;
    sd_event_source_set_time(s, next_us);
    sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
    return 0;
}

int app_open_loop(struct app *app)
{
    uint64_t now_us;
    uint64_t watchdog_us = 0;
    int r = sd_event_default(&app->loop);

    if (r < 0)
        return 1;
    if (sd_watchdog_enabled(0, &watchdog_us) > 0)
        app->watchdog_ns = (int64_t)watchdog_us * 1000;
    sd_event_now(app->loop, CLOCK_MONOTONIC, &now_us);
    r = sd_event_add_signal(app->loop, NULL, SIGTERM, on_signal, app) |
        sd_event_add_signal(app->loop, NULL, SIGINT, on_signal, app) |
        sd_event_add_io(app->loop, &app->on_source, app->source->ops->fd(app->source), EPOLLIN, on_source, app) |
        sd_event_add_time(app->loop, &app->on_deadline, CLOCK_MONOTONIC, 0, 1, on_deadline, app) |
        sd_event_add_time(app->loop, NULL, CLOCK_MONOTONIC, now_us + TICK_US, 1, on_tick, app) |
        sd_event_add_io(app->loop, NULL, journal_notice_fd(app->journal), EPOLLIN, on_notice, app);
    if (r >= 0 && app->mqtt)
        r = sd_event_add_io(app->loop, NULL, mqtt_fd(app->mqtt), EPOLLIN, on_mqtt, app);
    if (r >= 0) /* cues are the core's deadlines, first of all */
        r = sd_event_source_set_priority(app->on_deadline, APP_PRIORITY_CUES);
    if (r < 0)
        app_say("the event loop cannot be set up");
    return r < 0;
}

/* ---- running and closing ------------------------------------------------------------------------------------------------ */

int app_run(struct app *app)
{
    int r;

    app_take_up(app);
    app_station_event(app, EVENT_STATION_STARTED, "start");
    app_tell_calibration(app);
    app_watch_clock(app, app_mono_ns());
    if (journal_found(app->journal)->cloned)
        app_fault(app, FAULT_CLONED, true);
    app_record_idle(app);
    app_publish_all(app);
    settle(app);
    app_hurry(app);
    sd_notify(0, "READY=1");
    r = sd_event_loop(app->loop);
    if (r < 0)
        app_say("the event loop failed: %s", strerror(-r));
    return r < 0 ? 1 : app->exit_code;
}

void app_close(struct app *app)
{
    app_close_cues(app);
    app_close_panel(app);
    app_close_zero(app);
    recorder_close(app->recorder, app->recording_session);
    mqtt_close(app->mqtt, CLOSE_MQTT_MS);
    if (journal_close(app->journal, CLOSE_JOURNAL_MS) < 0)
        app_say("the disk did not take the last events in time: they are lost");
    sd_event_unref(app->loop);
    if (app->source)
        app->source->ops->close(app->source);
    free(app->core);
    exercise_set_free(app->exercises);
    app_mqtt_free(app);
}
