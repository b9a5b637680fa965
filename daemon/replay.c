/* SPDX-License-Identifier: MIT */
/* A trace fed to a core of its own in virtual time; see gymstation/replay.h. */
#include "gymstation/replay.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/command_json.h"
#include "gymstation/event_json.h"
#include "gymstation/prescription_json.h"

#define LIVE_PERIOD_NS      (100 * NS_PER_MS)
#define LIVE_IDLE_PERIOD_NS (500 * NS_PER_MS)
#define COMMANDS_KEPT       32 /* ids that are recognised: a command seen before acts once */

struct replay {
    const struct replay_setup *setup;
    struct trace *trace;
    const struct trace_header *header;
    struct station station;
    void *memory; /* of the core */
    struct core *core;
    FILE *out;
    int failed; /* the first negative errno of an output */
    int64_t first_ns, last_ns;
    int64_t next_live_ns;
    int64_t seq, session_seq;
    char session[UUID_LEN], last_session[UUID_LEN];
    struct core_outs outs;
    struct command command;
    struct command commands[COMMANDS_KEPT]; /* fed last, a ring */
    int command_count;
    struct rx_arrival arrival;
    struct slot_held held;
};

static int64_t wall_ns(const struct replay *replay, int64_t t_ns)
{
    int64_t started = replay->header->started_wall_ns;

    return (started == ABSENT ? 0 : started) + (t_ns - replay->first_ns);
}

/* Writes text and a newline; frees it. NULL is a failure of its maker. */
static void put_line(struct replay *replay, char *text)
{
    if (!text && replay->failed == 0)
        replay->failed = -ENOMEM;
    if (text && (fputs(text, replay->out) == EOF || fputc('\n', replay->out) == EOF) && replay->failed == 0)
        replay->failed = -EIO;
    free(text);
}

/* --- events -------------------------------------------------------------------------------------------------------- */

static void put_event(struct replay *replay, const struct event *event)
{
    int64_t seq = ++replay->seq;

    if (event->head.type == EVENT_SESSION_STARTED) {
        replay->session_seq = seq;
        session_uuid(REPLAY_JOURNAL, seq, replay->session);
    }
    const struct envelope_stamp stamp = {
        .journal = REPLAY_JOURNAL,
        .seq = seq,
        .station = replay->station.id,
        .boot = REPLAY_BOOT,
        .wall_ns = wall_ns(replay, event->head.t_ns),
        .clock = replay->header->started_wall_ns == ABSENT ? CLOCK_UNSYNCED : CLOCK_SYNCED,
        .session = replay->session,
        .last_session = replay->last_session,
        .first_seq = replay->session_seq,
    };
    char *data = event_data_json(event, replay->setup->exercises);
    put_line(replay, data ? envelope_json(&stamp, &event->head, data) : NULL);
    free(data);
    if (event->head.type == EVENT_SESSION_COMPLETED)
        memcpy(replay->last_session, replay->session, sizeof(replay->last_session));
}

static void take_outs(struct replay *replay)
{
    for (int i = 0; i < replay->outs.n; i++)
        if (replay->outs.v[i].kind == OUT_EVENT)
            put_event(replay, &replay->outs.v[i].u.event);
}

/* --- live ---------------------------------------------------------------------------------------------------------- */

static char *wrap_live(char *text)
{
    json_t *live = text ? json_loads(text, 0, NULL) : NULL;
    json_t *line = live ? json_pack("{s:o}", "live", live) : NULL;
    char *ret = line ? json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;

    json_decref(line);
    free(text);
    return ret;
}

/* The live messages due before t_ns, each as the station stood then. */
static void put_live(struct replay *replay, int64_t t_ns)
{
    struct snapshot snapshot;

    if (!replay->setup->live || replay->next_live_ns >= t_ns)
        return;
    core_snapshot(replay->core, &snapshot);
    while (replay->next_live_ns < t_ns) {
        const struct state_stamp stamp = {
            .boot = REPLAY_BOOT,
            .t_ns = replay->next_live_ns,
            .wall_ns = wall_ns(replay, replay->next_live_ns),
            .session = snapshot.in_session ? replay->session : "",
        };
        put_line(replay, wrap_live(live_json(&snapshot, &stamp)));
        replay->next_live_ns += snapshot.in_session ? LIVE_PERIOD_NS : LIVE_IDLE_PERIOD_NS;
    }
}

/* --- the core's time ----------------------------------------------------------------------------------------------- */

static void fire(struct replay *replay)
{
    put_live(replay, core_deadline_ns(replay->core));
    core_fire(replay->core, &replay->outs);
    take_outs(replay);
}

static void feed(struct replay *replay, const struct input *input)
{
    while (core_deadline_ns(replay->core) <= input->t_ns)
        fire(replay);
    put_live(replay, input->t_ns);
    core_feed(replay->core, input, &replay->outs);
    take_outs(replay);
}

/* The last force stands; the core runs on until it is idle, for an hour at most. */
static void run_out(struct replay *replay)
{
    const struct input end = {.kind = INPUT_END, .t_ns = replay->last_ns, .stamp_ns = replay->last_ns};
    int64_t until_ns = replay->last_ns + REPLAY_TAIL_MAX_S * NS_PER_S;

    feed(replay, &end);
    while (!core_idle(replay->core) && core_deadline_ns(replay->core) <= until_ns)
        fire(replay);
}

/* --- inputs -------------------------------------------------------------------------------------------------------- */

static int complain(const struct replay *replay, char *err, size_t err_len, const char *what)
{
    snprintf(err, err_len, "%s:%d: %s", trace_name(replay->trace), trace_line_number(replay->trace), what);
    return -EBADMSG;
}

static int weigh(struct replay *replay, struct input *input, char *err, size_t err_len)
{
    const struct calibration *calibration = &replay->header->calibration;

    if (input->u.force.has_force)
        return 0;
    if (!calibration->valid && replay->setup->calibration)
        calibration = replay->setup->calibration;
    input->u.force.has_force = calibration->valid;
    if (calibration->valid)
        input->u.force.force_mn = calibration_force_mn(calibration, input->u.force.raw);
    else if (replay->header->calibrated)
        return complain(replay, err, err_len,
                        "counts (S) need a calibration: give a header line \"# calibration: "
                        "ZERO_COUNTS COUNTS_PER_N\", a --config that has one, or \"# calibrated: no\"");
    return 0;
}

static bool seen_before(struct replay *replay, const struct command *command)
{
    for (int i = 0; i < COMMANDS_KEPT; i++)
        if (command_repeats(command, replay->commands[i].kind, replay->commands[i].id))
            return true;
    replay->commands[replay->command_count++ % COMMANDS_KEPT] = *command;
    return false;
}

/*
 * Sets what the text of a command says. False when it does not reach the core: refused, seen before, or the app's own
 * business.
 */
static bool read_command(struct replay *replay, const struct trace_line *line, struct input *input)
{
    struct refusal refusal;

    if (command_parse(command_str(line->command), line->text, line->text_len, &replay->command, &refusal) != 0 ||
        replay->command.kind == COMMAND_REPORT || replay->command.kind == COMMAND_RESEND ||
        seen_before(replay, &replay->command))
        return false;
    input->u.command = &replay->command;
    return true;
}

static int take_line(struct replay *replay, const struct trace_line *line, char *err, size_t err_len)
{
    struct input input = line->input;

    if (input.kind == INPUT_FORCE && weigh(replay, &input, err, err_len) < 0)
        return -EBADMSG;
    if (input.kind == INPUT_COMMAND && !read_command(replay, line, &input))
        return 0;
    if (input.kind == INPUT_PRESCRIPTION) {
        rx_arrival_parse(line->slot, line->text, line->text_len, replay->setup->exercises,
                         replay->setup->exercise_count, &replay->station, &replay->arrival);
        input.u.rx_arrival = &replay->arrival;
    }
    feed(replay, &input);
    return replay->failed;
}

/* --- start-up ------------------------------------------------------------------------------------------------------ */

static int hold(struct replay *replay, int slot, const char *text, size_t len, int32_t used,
                const struct course *course, struct refusal *ret_refusal)
{
    struct rx_arrival *arrival = &replay->arrival;

    rx_arrival_parse(slot, text, len, replay->setup->exercises, replay->setup->exercise_count, &replay->station,
                     arrival);
    if (!arrival->ok) {
        *ret_refusal = arrival->refusal;
        if (arrival->withdrawn)
            *ret_refusal = (struct refusal){.path = "/", .reason = "it is empty"};
        return -EBADMSG;
    }
    replay->held.held = true;
    replay->held.rx = arrival->rx;
    memcpy(replay->held.hash, arrival->hash, sizeof(replay->held.hash));
    replay->held.used = used;
    replay->held.course = course ? *course : (struct course){0};
    core_hold(replay->core, slot, &replay->held);
    return 0;
}

static int hold_all(struct replay *replay, char *err, size_t err_len)
{
    const struct replay_setup *setup = replay->setup;
    struct refusal refusal;

    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        const struct trace_text *payload = &replay->header->slots[slot].payload;
        if (!replay->header->slots[slot].held || (slot == 1 && setup->rx))
            continue;
        if (hold(replay, slot, payload->data, payload->len, replay->header->slots[slot].used,
                 &replay->header->slots[slot].course, &refusal) < 0) {
            snprintf(err, err_len, "%s: header slot-%d: %s: %s", trace_name(replay->trace), slot, refusal.path,
                     refusal.reason);
            return -EBADMSG;
        }
    }
    if (setup->rx && hold(replay, 1, setup->rx, setup->rx_len, 0, NULL, &refusal) < 0) {
        snprintf(err, err_len, "%s: %s: %s", setup->rx_name, refusal.path, refusal.reason);
        return -EBADMSG;
    }
    return 0;
}

static int start(struct replay *replay, char *err, size_t err_len)
{
    const struct trace_header *header = replay->header;

    replay->memory = malloc(core_size());
    if (!replay->memory) {
        snprintf(err, err_len, "out of memory");
        return -ENOMEM;
    }
    replay->station = header->station;
    if (!header->has_station && replay->setup->station)
        replay->station = *replay->setup->station;
    const struct core_setup setup = {
        .exercises = replay->setup->exercises,
        .exercise_count = replay->setup->exercise_count,
        .station = replay->station,
        .zero_mn = header->zero_mn,
        .calibrated = header->calibrated,
    };
    replay->core = core_init(replay->memory, &setup);
    memcpy(replay->last_session, header->last_session, sizeof(replay->last_session));
    int r = hold_all(replay, err, err_len);
    if (r == 0 && header->resume.offered)
        core_offer_resume(replay->core, &header->resume);
    return r;
}

/* --- all of it ----------------------------------------------------------------------------------------------------- */

static int run(struct replay *replay, char *err, size_t err_len)
{
    struct trace_line line;
    bool any = false;
    int r;

    while ((r = trace_next(replay->trace, &line, err, err_len)) > 0) {
        if (!any)
            replay->first_ns = replay->next_live_ns = line.input.t_ns;
        any = true;
        replay->last_ns = line.input.t_ns;
        r = take_line(replay, &line, err, err_len);
        if (r < 0)
            break;
    }
    if (r == 0 && any)
        run_out(replay);
    if (r == 0 && replay->failed == 0 && fflush(replay->out) != 0)
        replay->failed = -errno;
    if (replay->failed < 0) {
        r = replay->failed;
        snprintf(err, err_len, "%s: events cannot be written: %s", trace_name(replay->trace), strerror(-r));
    }
    return r;
}

int replay_trace(struct trace *trace, const struct replay_setup *setup, FILE *out, char *err, size_t err_len)
{
    struct replay *replay = calloc(1, sizeof(*replay));

    if (!replay) {
        snprintf(err, err_len, "out of memory");
        return -ENOMEM;
    }
    replay->setup = setup;
    replay->trace = trace;
    replay->header = trace_header(trace);
    replay->out = out;
    int r = start(replay, err, err_len);
    if (r == 0)
        r = run(replay, err, err_len);
    free(replay->memory);
    free(replay);
    return r;
}
