/* SPDX-License-Identifier: MIT */
/* What dashboards see: state, live, health, prescription/<slot>. None of it is queued: the latest value counts. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "daemon/app.h"
#include "gymstation/board.h"
#include "gymstation/sensor.h"
#include "gymstation/wall_time.h"

#define STATE_PERIOD_NS     (250 * NS_PER_MS) /* at most four a second */
#define LIVE_PERIOD_NS      (100 * NS_PER_MS)
#define LIVE_IDLE_PERIOD_NS (500 * NS_PER_MS)
#define TICK_SLACK_NS       (20 * NS_PER_MS) /* the loop's tick may come a little early or late */
#define HEALTH_PERIOD_NS    (60 * NS_PER_S)
#define HEALTH_CHANGE_NS                                                                                               \
    (1 * NS_PER_S) /* a change waits this long for others, so that a flapping link is one message */

#define COUNTERS_MAX 64

static struct state_stamp stamp(const struct app *app)
{
    struct timespec wall;

    clock_gettime(CLOCK_REALTIME, &wall);
    return (struct state_stamp){.boot = app->boot,
                                .t_ns = app_now_ns(app),
                                .wall_ns = wall.tv_sec * NS_PER_S + wall.tv_nsec,
                                .session = app->session};
}

/* Does `state` say something else? Times that only run, and the force, are live's. */
static bool same_state(const struct snapshot *a, const struct snapshot *b)
{
    return a->now == b->now && a->in_session == b->in_session && a->slot == b->slot && a->rx_rev == b->rx_rev &&
           a->item == b->item && a->set == b->set && a->rep == b->rep && a->side == b->side &&
           a->phase_known == b->phase_known && a->phase == b->phase && a->hold_phase == b->hold_phase &&
           a->ends_ns == b->ends_ns && a->measured == b->measured && a->asking == b->asking &&
           a->question == b->question && a->when == b->when && a->entered == b->entered &&
           a->last_result == b->last_result && a->call == b->call && a->faults == b->faults;
}

static void publish_state(struct app *app, const struct snapshot *snapshot, int64_t mono_ns)
{
    const struct state_stamp at = stamp(app);

    app->shown = *snapshot;
    app->shown_mono_ns = mono_ns;
    memcpy(app->shown_session, app->session, sizeof(app->shown_session));
    mqtt_retain(app->mqtt, MQTT_STATE, 0, state_json(snapshot, &at));
}

static void publish_live(struct app *app, const struct snapshot *snapshot, int64_t mono_ns)
{
    const struct state_stamp at = stamp(app);

    app->live_mono_ns = mono_ns;
    mqtt_live(app->mqtt, live_json(snapshot, &at));
}

/* Measured rate since the last health message: from stamps, never from what the part calls itself. */
static int64_t rate_milli(struct app *app)
{
    int64_t span_ns = app->rate_last_ns - app->rate_first_ns;
    int64_t rate = ABSENT;

    if (app->rate_count >= 2 && span_ns > 0)
        rate = (app->rate_count - 1) * 1000 * NS_PER_S / span_ns;
    app->rate_count = 0;
    return rate;
}

struct counter_list {
    struct health_counter v[COUNTERS_MAX];
    int n;
};

static void add_counter(struct counter_list *list, const char *name, uint64_t value)
{
    if (list->n < COUNTERS_MAX)
        list->v[list->n++] = (struct health_counter){name, value};
}

static void add_core_counters(const struct app *app, struct counter_list *list)
{
    struct core_counters core;

    core_counters(app->core, &core);
    add_counter(list, "samples", core.samples);
    add_counter(list, "samples_bad", core.samples_bad);
    add_counter(list, "presses", core.presses);
    add_counter(list, "bounces", core.bounces);
    add_counter(list, "impossible", core.impossible);
    add_counter(list, "lost_outputs", core.lost_outputs);
    add_counter(list, "lost_events", journal_lost(app->journal));
    add_counter(list, "refusals", app->refusals);
}

/* How late presses reached the core and tones began, since start-up. */
static void add_panel_counters(const struct app *app, struct counter_list *list)
{
    const struct latency *press = app_press_delivery(app);
    const struct latency *jitter = app_cue_jitter(app);

    add_counter(list, "press_p50_us", (uint64_t)(latency_ns(press, 500) / 1000));
    add_counter(list, "press_p99_us", (uint64_t)(latency_ns(press, 990) / 1000));
    add_counter(list, "press_max_us", (uint64_t)(press->max_ns / 1000));
    add_counter(list, "cues", jitter->n);
    add_counter(list, "cue_p50_us", (uint64_t)(latency_ns(jitter, 500) / 1000));
    add_counter(list, "cue_p99_us", (uint64_t)(latency_ns(jitter, 990) / 1000));
    add_counter(list, "cue_max_us", (uint64_t)(jitter->max_ns / 1000));
}

static void add_sensor_counters(const struct app *app, struct counter_list *list)
{
    uint64_t counters[SENSOR_COUNTER_COUNT];

    if (!app->source_is_sensor)
        return;
    sensor_counters(app->source, counters);
    for (int i = 0; i < SENSOR_COUNTER_COUNT; i++)
        add_counter(list, sensor_counter_str((enum sensor_counter)i), counters[i]);
    add_counter(list, "sensor_rt_denied", !sensor_realtime(app->source));
    add_counter(list, "sensor_lock_denied", !sensor_locked(app->source));
}

static void fill_health(struct app *app, struct health *health, struct counter_list *list)
{
    struct statvfs disk;
    const struct state_stamp at = stamp(app);

    health_init(health);
    health->wall_ns = at.wall_ns;
    health->boot = app->boot;
    health->version = GYMSTATION_VERSION;
    health->restarts = journal_found(app->journal)->starts - 1;
    health->uptime_ns = app_mono_ns() - app->started_mono_ns;
    health->conn = (int64_t)app->reconnects;
    health->journal = journal_found(app->journal)->journal;
    health->seq = app->committed_seq;
    health->queue = app->waiting;
    if (app->oldest_wall_ns != ABSENT && app->waiting > 0 && at.wall_ns >= app->oldest_wall_ns)
        health->queue_oldest_ns = at.wall_ns - app->oldest_wall_ns;
    if (statvfs(app->config->journal.path, &disk) == 0)
        health->disk_free_mb = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize / 1000000;
    health->clock = app->wall_synced ? CLOCK_SYNCED : CLOCK_UNSYNCED;
    health->sps_milli = rate_milli(app);
    if (core_noise_mn(app->core) != ABSENT)
        health->noise_mg = core_noise_mn(app->core) * 1000000000 / GRAVITY_UM_S2;
    health->zero_mg = core_zero_mn(app->core) * INT64_C(1000000000) / GRAVITY_UM_S2;
    health->undervoltage = app->undervoltage;
    health->temp_mc = board_temp_mc(board_sys());
    health->calibrated_wall_ns = app->calibrated_as.wall_ns;
    if (app->source_is_sensor)
        health->rt = sensor_realtime(app->source);
    health->last_refusal = app->last_refusal;
    health->cert_days_left = app_cert_days_left(app);
    add_core_counters(app, list);
    add_sensor_counters(app, list);
    add_panel_counters(app, list);
    health->counters = list->v;
    health->counter_count = list->n;
}

static void publish_health(struct app *app, int64_t mono_ns)
{
    struct health health;
    struct counter_list counters = {.n = 0};

    app->health_mono_ns = mono_ns;
    app->health_due = false;
    fill_health(app, &health, &counters);
    mqtt_retain(app->mqtt, MQTT_HEALTH, 0, health_json(&health));
}

void app_publish_slot(struct app *app, int slot)
{
    struct slot_held held;
    struct slot_last last;
    char *json;

    core_slot(app->core, slot, &held, &last);
    if (!held.held && last.status == SLOT_NONE)
        return;
    json = slot_json(&held, &last, app->exercises->v);
    if (json == NULL || (app->slot_shown[slot] && strcmp(app->slot_shown[slot], json) == 0)) {
        free(json);
        return;
    }
    free(app->slot_shown[slot]);
    app->slot_shown[slot] = strdup(json);
    mqtt_retain(app->mqtt, MQTT_PRESCRIPTION, slot, json);
}

void app_publish(struct app *app)
{
    int64_t mono_ns = app_mono_ns();
    struct snapshot snapshot;
    bool changed;

    core_snapshot(app->core, &snapshot);
    changed = !same_state(&snapshot, &app->shown) || strcmp(app->session, app->shown_session) != 0;
    if (changed && mono_ns - app->shown_mono_ns >= STATE_PERIOD_NS)
        publish_state(app, &snapshot, mono_ns);
    if (mono_ns - app->live_mono_ns >= (snapshot.in_session ? LIVE_PERIOD_NS : LIVE_IDLE_PERIOD_NS) - TICK_SLACK_NS)
        publish_live(app, &snapshot, mono_ns);
    if (mono_ns - app->health_mono_ns >= (app->health_due ? HEALTH_CHANGE_NS : HEALTH_PERIOD_NS))
        publish_health(app, mono_ns);
}

void app_publish_all(struct app *app)
{
    int64_t mono_ns = app_mono_ns();
    struct snapshot snapshot;

    core_snapshot(app->core, &snapshot);
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        app_publish_slot(app, slot);
    publish_state(app, &snapshot, mono_ns);
    publish_health(app, mono_ns);
}
