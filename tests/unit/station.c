/* SPDX-License-Identifier: MIT */
/* A core in virtual time, hands on its buttons, a load on its box: see station.h. */
#include "station.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "gymstation/hash.h"
#include "gymstation/prescription_json.h"

#define CLICK_NS (100 * NS_PER_MS)

void rig_setup(struct core_setup *ret)
{
    *ret = (struct core_setup){
        .station = {.id = "leg-01",
                    .plate_height_mm = 100,
                    .riser_height_mm = 200,
                    .floor_anchor = true,
                    .bench = true,
                    .capacity_mn = 2500000,
                    .session_idle_ms = 300000},
        .calibrated = true,
    };
}

struct station_rig *rig_new(const struct core_setup *setup)
{
    struct station_rig *rig = calloc(1, sizeof(*rig));
    struct core_setup used;
    char err[EXERCISE_ERR_LEN];

    assert_non_null(rig);
    if (setup)
        used = *setup;
    else
        rig_setup(&used);
    if (exercise_dir_load("config/exercises", &rig->exercises, err, sizeof(err)) < 0)
        fail_msg("%s", err);
    used.exercises = rig->exercises->v;
    used.exercise_count = rig->exercises->count;
    rig->core = core_init(malloc(core_size()), &used);
    rig->period_ns = rig->sample_ns = RIG_SLOW_NS;
    return rig;
}

struct station_rig *rig_clone(const struct station_rig *rig)
{
    struct station_rig *clone = malloc(sizeof(*clone));

    assert_non_null(clone);
    *clone = *rig;
    clone->log = clone->view = (struct text){0};
    clone->mark = 0;
    clone->core = malloc(core_size());
    assert_non_null(clone->core);
    memcpy(clone->core, rig->core, core_size());
    clone->exercises = NULL; /* the first one's table is read on */
    return clone;
}

void rig_free(struct station_rig *rig)
{
    exercise_set_free(rig->exercises);
    free(rig->core);
    free(rig->log.v);
    free(rig->view.v);
    free(rig);
}

/* ---- time ---- */

int64_t rig_ns(double s)
{
    return (int64_t)(s * 1e9 + (s < 0 ? -0.5 : 0.5));
}

static void take(struct station_rig *rig, const struct core_outs *outs)
{
    rig->lost += outs->lost;
    for (int i = 0; i < outs->n; i++) {
        const struct core_out *out = &outs->v[i];
        int64_t t_ns = out->kind == OUT_EVENT ? out->u.event.head.t_ns : core_now_ns(rig->core);

        if (out->kind == OUT_CUE)
            t_ns = out->u.cue.at_ns;
        text_add(&rig->log, "%.3f ", seconds(t_ns));
        out_line(out, &rig->log);
        text_add(&rig->log, "\n");
    }
}

/* What a caller may do at any time and what must change nothing. */
static void look(struct station_rig *rig)
{
    struct snapshot snapshot;
    struct event closing[2];
    struct resume resume;

    core_snapshot(rig->core, &snapshot);
    core_closing(rig->core, closing);
    core_closing_resume(rig->core, &resume);
    core_resume(rig->core, &resume);
    core_deadline_ns(rig->core);
}

static void fire_until(struct station_rig *rig, int64_t t_ns)
{
    struct core_outs outs;

    while (core_deadline_ns(rig->core) <= t_ns) {
        core_fire(rig->core, &outs);
        take(rig, &outs);
        if (rig->poll)
            look(rig);
    }
}

static void feed_at(struct station_rig *rig, struct input *input, int64_t t_ns)
{
    struct core_outs outs;

    fire_until(rig, t_ns);
    rig->t_ns = t_ns;
    input->t_ns = t_ns;
    core_feed(rig->core, input, &outs);
    take(rig, &outs);
    if (rig->poll)
        look(rig);
}

static void feed_sample(struct station_rig *rig)
{
    struct input input = {.kind = INPUT_FORCE, .stamp_ns = rig->sample_ns};

    input.u.force.has_force = true;
    input.u.force.force_mn = rig->force_mn;
    feed_at(rig, &input, rig->sample_ns);
    rig->sample_ns += rig->period_ns;
}

void rig_run_until(struct station_rig *rig, int64_t t_ns)
{
    while (rig->period_ns > 0 && rig->sample_ns <= t_ns)
        feed_sample(rig);
    fire_until(rig, t_ns);
    rig->t_ns = t_ns;
}

void rig_run(struct station_rig *rig, double s)
{
    rig_run_until(rig, rig->t_ns + rig_ns(s));
}

void rig_feed(struct station_rig *rig, struct input *input)
{
    input->stamp_ns = rig->t_ns;
    feed_at(rig, input, rig->t_ns);
}

/* ---- the world ---- */

void rig_sensor(struct station_rig *rig, int64_t period_ns)
{
    rig->period_ns = period_ns;
    rig->sample_ns = rig->t_ns + period_ns;
}

void rig_load(struct station_rig *rig, double newtons)
{
    rig->force_mn = (int32_t)(newtons * 1000);
}

void rig_ramp(struct station_rig *rig, double newtons, double s)
{
    double from_n = rig->force_mn / 1000.0;
    int steps = (int)(s * 80);

    for (int i = 1; i <= steps; i++) {
        double x = (double)i / steps;

        rig_load(rig, from_n + (newtons - from_n) * x * x * (3 - 2 * x));
        rig_run(rig, s / steps);
    }
}

void rig_button(struct station_rig *rig, enum button button, bool pressed)
{
    struct input input = {.kind = INPUT_BUTTON};

    input.u.button.button = button;
    input.u.button.pressed = pressed;
    rig_feed(rig, &input);
}

void rig_hold_button(struct station_rig *rig, enum button button, double s)
{
    rig_button(rig, button, true);
    rig_run(rig, s);
    rig_button(rig, button, false);
}

void rig_click(struct station_rig *rig, enum button button)
{
    rig_hold_button(rig, button, seconds(CLICK_NS));
}

void rig_clicks(struct station_rig *rig, enum button button, int n)
{
    for (int i = 0; i < n; i++) {
        if (i > 0)
            rig_run(rig, 0.3);
        rig_click(rig, button);
    }
}

void rig_card(struct station_rig *rig, const char *hash)
{
    struct input input = {.kind = INPUT_CARD};

    for (size_t i = 0; i < HASH_LEN - 1 && hash[i] != '\0'; i++)
        input.u.card[i] = hash[i];
    rig_feed(rig, &input);
}

void rig_clock(struct station_rig *rig, int64_t wall_ns, bool synced)
{
    struct input input = {.kind = INPUT_CLOCK};

    input.u.clock.wall_ns = wall_ns;
    input.u.clock.synced = synced;
    rig_feed(rig, &input);
}

void rig_trouble(struct station_rig *rig, enum trouble trouble)
{
    struct input input = {.kind = INPUT_TROUBLE};

    input.u.trouble = trouble;
    rig_feed(rig, &input);
}

void rig_fault(struct station_rig *rig, enum fault fault, bool raised)
{
    struct input input = {.kind = INPUT_FAULT};

    input.u.fault.fault = fault;
    input.u.fault.raised = raised;
    rig_feed(rig, &input);
}

static void send(struct station_rig *rig, struct command *command)
{
    struct input input = {.kind = INPUT_COMMAND};

    rig->command_id++;
    command->id[0] = 'c';
    command->by[0] = 't';
    input.u.command = command;
    rig_feed(rig, &input);
}

void rig_command(struct station_rig *rig, enum command_kind kind)
{
    struct command command = {.kind = kind, .expires_ns = ABSENT};

    send(rig, &command);
}

void rig_answer(struct station_rig *rig, enum question_kind kind, int score)
{
    struct command command = {.kind = COMMAND_ANSWER, .expires_ns = ABSENT, .answers = kind, .score = score};

    send(rig, &command);
}

void rig_prescribe(struct station_rig *rig, int slot, const char *keys)
{
    struct input input = {.kind = INPUT_PRESCRIPTION};
    struct rx_arrival *arrival = malloc(sizeof(*arrival));
    struct text json = {0};

    assert_non_null(arrival);
    text_add(&json, "%s", "");
    if (keys)
        text_add(&json, "{\"v\":1,\"id\":\"rx-%d\",\"by\":\"pt\",%s}", slot, keys);
    for (size_t i = 0; i < json.len; i++)
        if (json.v[i] == '\'')
            json.v[i] = '"';
    rx_arrival_parse(slot, json.v, json.len, rig->core->exercises, rig->core->exercise_count, &rig->core->station,
                     arrival);
    if (keys && !arrival->ok)
        fail_msg("%s: %s: %s", json.v, arrival->refusal.path, arrival->refusal.reason);
    input.u.rx_arrival = arrival;
    rig_feed(rig, &input);
    free(json.v);
    free(arrival);
}

struct station_rig *rig_at_go(const char *rx, double newtons, double start_s)
{
    struct station_rig *rig = rig_new(NULL);

    rig_sensor(rig, RIG_FAST_NS);
    rig_load(rig, newtons);
    rig_run(rig, start_s);
    rig_prescribe(rig, 1, rx);
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(start_s + 5));
    rig_forget(rig);
    return rig;
}

/* ---- what it said ---- */

static bool is_kind(const char *line, char kind)
{
    return kind == 'e' ? *line != '~' && *line != '>' : *line == kind;
}

/* Lines of one kind ('e' events, '~' cues, '>' replies, 0 all) since the last look, which this is. */
static const char *view(struct station_rig *rig, char kind, bool times)
{
    const char *line = rig->log.v ? rig->log.v + rig->mark : "";

    text_clear(&rig->view);
    while (*line != '\0') {
        const char *words = strchr(line, ' ') + 1;
        const char *next = strchr(line, '\n') + 1;
        const char *from = times ? line : words;

        if (kind == 0 || is_kind(words, kind))
            text_add(&rig->view, "%.*s", (int)(next - from), from);
        line = next;
    }
    rig->mark = rig->log.len;
    return rig->view.v;
}

const char *rig_events(struct station_rig *rig)
{
    return view(rig, 'e', false);
}

const char *rig_all(struct station_rig *rig)
{
    return view(rig, 0, true);
}

const char *rig_cues(struct station_rig *rig)
{
    return view(rig, '~', true);
}

const char *rig_replies(struct station_rig *rig)
{
    return view(rig, '>', false);
}

void rig_forget(struct station_rig *rig)
{
    rig->mark = rig->log.len;
}

enum now rig_now(const struct station_rig *rig)
{
    struct snapshot snapshot;

    core_snapshot(rig->core, &snapshot);
    return snapshot.now;
}
