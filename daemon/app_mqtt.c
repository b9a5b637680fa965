/* SPDX-License-Identifier: MIT */
/* What arrives from the broker: prescriptions and commands; and the bytes of prescriptions, kept as they arrived. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/app.h"
#include "gymstation/command_json.h"
#include "gymstation/hash.h"
#include "gymstation/prescription_json.h"

#define COMMANDS_PER_S 5

/* ---- prescriptions and their bytes ---------------------------------------------------------------------------------- */

static void rx_text_set(struct rx_text *text, const char *hash, const char *payload, size_t size)
{
    char *copy = payload ? malloc(size + 1) : NULL;

    free(text->payload);
    *text = (struct rx_text){.payload = copy, .size = copy ? size : 0};
    if (copy == NULL)
        return;
    memcpy(copy, payload, size);
    copy[size] = '\0';
    snprintf(text->hash, sizeof(text->hash), "%s", hash);
}

static void rx_text_move(struct rx_text *to, struct rx_text *from)
{
    free(to->payload);
    *to = *from;
    *from = (struct rx_text){0};
}

void app_rx_arrived(struct app *app, const struct rx_arrival *arrival, const char *text, size_t text_len)
{
    rx_text_set(&app->candidate, arrival->hash, text, text_len);
}

/* Deferred to the session's end: the bytes wait with it. */
void app_rx_answered(struct app *app, const struct rx_arrival *arrival)
{
    struct slot_last last;
    struct slot_held held;

    core_slot(app->core, arrival->slot, &held, &last);
    if (last.status == SLOT_PENDING && strcmp(last.hash, app->candidate.hash) == 0)
        rx_text_move(&app->pending[arrival->slot], &app->candidate);
    rx_text_set(&app->candidate, "", NULL, 0);
    app_sync_slots(app);
    app_publish_slot(app, arrival->slot);
}

static void store_slot(struct app *app, int slot, const struct slot_held *held)
{
    const struct rx_text *text = &app->held[slot];
    const struct slot_last *rejected = &app->rejected[slot];
    struct journal_held row = {.slot = slot,
                               .rev = held->rx.rev,
                               .used = held->used,
                               .payload = text->payload,
                               .size = text->size,
                               .rejected_rev = rejected->rev,
                               .rejected = rejected->refusal};

    memcpy(row.hash, held->hash, sizeof(row.hash));
    memcpy(row.rejected_hash, rejected->hash, sizeof(row.rejected_hash));
    app->used[slot] = held->used;
    if (journal_hold(app->journal, &row) < 0)
        app_say("prescription of slot %d may not survive a restart: out of memory", slot);
}

/* Takes over the bytes of what the core holds now; true when that is something else than before. */
static bool sync_held(struct app *app, int slot, const struct slot_held *held)
{
    if (!held->held) {
        bool withdrawn = app->held[slot].payload != NULL;

        rx_text_set(&app->held[slot], "", NULL, 0);
        return withdrawn;
    }
    if (strcmp(held->hash, app->held[slot].hash) == 0)
        return held->used != app->used[slot];
    rx_text_move(&app->held[slot],
                 strcmp(held->hash, app->pending[slot].hash) == 0 ? &app->pending[slot] : &app->candidate);
    return true;
}

static bool sync_rejected(struct app *app, int slot, const struct slot_last *last)
{
    struct slot_last *known = &app->rejected[slot];

    if (last->status != SLOT_REJECTED || (known->rev == last->rev && strcmp(known->hash, last->hash) == 0))
        return false;
    *known = *last;
    return true;
}

static void sync_slot(struct app *app, int slot)
{
    struct slot_held held;
    struct slot_last last;
    bool changed, rejected;

    core_slot(app->core, slot, &held, &last);
    changed = sync_held(app, slot, &held);
    rejected = sync_rejected(app, slot, &last);
    if (!changed && !rejected)
        return;
    store_slot(app, slot, &held);
    app_publish_slot(app, slot);
}

/* Whatever the core holds now, the journal shall hold; committed with the event that is appended next. */
void app_sync_slots(struct app *app)
{
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        sync_slot(app, slot);
}

/* A prescription that was held before this start. One that no longer fits the exercises or the station is let go. */
static void hold_again(struct app *app, int slot, const char *payload, size_t size, int32_t used)
{
    struct rx_arrival *arrival = &app->arrival;
    struct slot_held held;

    rx_arrival_parse(slot, payload, size, app->exercises->v, app->exercises->count, &app->station, arrival);
    if (!arrival->ok) {
        app_say(
            "the prescription held in slot %d is not usable any more: %s: %s; the slot is empty until another arrives",
            slot, arrival->refusal.path, arrival->refusal.reason);
        return;
    }
    held = (struct slot_held){.held = true, .rx = arrival->rx, .used = used};
    memcpy(held.hash, arrival->hash, sizeof(held.hash));
    core_hold(app->core, slot, &held);
    rx_text_set(&app->held[slot], arrival->hash, payload, size);
    app->used[slot] = used;
}

/* Withdrawn before this start: the slot is empty, and its rev still the floor. */
static void keep_floor(struct app *app, const struct journal_held *row)
{
    struct slot_held floor = {.held = false, .rx.rev = row->rev};

    memcpy(floor.hash, row->hash, sizeof(floor.hash));
    core_hold(app->core, row->slot, &floor);
}

/* Refused before this start: a retained prescription comes again with every connection, the event does not. */
static void keep_rejected(struct app *app, int slot, const struct journal_held *row)
{
    struct slot_last *last = &app->rejected[slot];

    if (row->rejected_hash[0] == '\0')
        return;
    *last = (struct slot_last){.status = SLOT_REJECTED, .rev = row->rejected_rev, .refusal = row->rejected};
    memcpy(last->hash, row->rejected_hash, sizeof(last->hash));
    if (row->rejected_rev >= row->rev)
        core_hold_rejected(app->core, slot, last);
}

void app_hold_found(struct app *app)
{
    const struct journal_found *found = journal_found(app->journal);

    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        if (found->held[slot].payload)
            hold_again(app, slot, found->held[slot].payload, found->held[slot].size, found->held[slot].used);
        else if (found->held[slot].rev > 0)
            keep_floor(app, &found->held[slot]);
        keep_rejected(app, slot, &found->held[slot]);
    }
}

void app_hold_recorded(struct app *app, const struct trace_header *header)
{
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        if (header->slots[slot].held)
            hold_again(app, slot, header->slots[slot].payload.data, header->slots[slot].payload.len,
                       header->slots[slot].used);
}

/* ---- commands ------------------------------------------------------------------------------------------------------- */

static void keep_reply(struct app *app, enum command_kind command, const char *id, const char *payload)
{
    struct reply_kept *kept = &app->replies[app->next_reply];

    free(kept->payload);
    kept->command = command;
    snprintf(kept->id, sizeof(kept->id), "%s", id);
    kept->payload = strdup(payload);
    app->next_reply = (app->next_reply + 1) % REPLIES_KEPT;
}

void app_send_reply(struct app *app, const struct mqtt_message *message, enum command_kind command, const char *id,
                    char *payload)
{
    if (payload == NULL)
        return;
    if (id[0] != '\0')
        keep_reply(app, command, id, payload);
    if (message)
        mqtt_reply(app->mqtt, message, payload);
    else
        free(payload); /* of a recorded command: nobody waits for it */
}

void app_reply(struct app *app, const struct reply *reply)
{
    app_send_reply(app, app->commanding, reply->command, reply->id, reply_json(reply));
}

static void refuse(struct app *app, const struct mqtt_message *message, const struct command *command,
                   enum reply_code code, const struct refusal *refusal)
{
    struct reply reply = {.command = command->kind, .code = code, .refusal = *refusal};

    memcpy(reply.id, command->id, sizeof(reply.id));
    /* What was refused may be corrected and sent again under the same id: it is not remembered. */
    app_send_reply(app, message, command->kind, "", reply_json(&reply));
}

static const struct reply_kept *reply_before(const struct app *app, const struct command *command)
{
    for (int i = 0; i < REPLIES_KEPT; i++)
        if (app->replies[i].payload && command_repeats(command, app->replies[i].command, app->replies[i].id))
            return &app->replies[i];
    return NULL;
}

bool app_command_seen(const struct app *app, const struct command *command)
{
    return reply_before(app, command) != NULL;
}

static bool too_many(struct app *app)
{
    int64_t mono_ns = app_mono_ns();

    if (mono_ns - app->command_window_ns >= NS_PER_S) {
        app->command_window_ns = mono_ns;
        app->commands_in_window = 0;
    }
    return ++app->commands_in_window > COMMANDS_PER_S;
}

/* For the commands that the core does not see; it judges the others likewise. */
static enum reply_code judge_expiry(const struct app *app, const struct command *command)
{
    struct timespec wall;

    if (command->expires_ns == ABSENT)
        return REPLY_OK;
    if (!app->wall_synced)
        return REPLY_CLOCK_UNSYNCED;
    clock_gettime(CLOCK_REALTIME, &wall);
    return wall.tv_sec * NS_PER_S + wall.tv_nsec > command->expires_ns ? REPLY_STALE : REPLY_OK;
}

/* False after a reply that says why not. */
static bool in_time(struct app *app, const struct mqtt_message *message, const struct command *command)
{
    static const struct refusal stale = {"/expires", "this command has expired: send it again with a later time"};
    static const struct refusal unknown = {"/expires", "the time is not known here: send it again without"};
    enum reply_code code = judge_expiry(app, command);

    if (code != REPLY_OK)
        refuse(app, message, command, code, code == REPLY_STALE ? &stale : &unknown);
    return code == REPLY_OK;
}

static void act(struct app *app, struct mqtt_message *message, const struct command *command)
{
    struct input input = {.kind = INPUT_COMMAND, .stamp_ns = app_now_ns(app), .u.command = command};
    struct reply ok = {.command = command->kind, .code = REPLY_OK};

    if ((command->kind == COMMAND_REPORT || command->kind == COMMAND_RESEND) && !in_time(app, message, command))
        return;
    if (command->kind == COMMAND_REPORT) {
        memcpy(ok.id, command->id, sizeof(ok.id));
        app_publish_all(app);
        app_send_reply(app, message, command->kind, command->id, reply_json(&ok));
        return;
    }
    if (command->kind == COMMAND_RESEND) {
        app_resend(app, message, command);
        return;
    }
    app->commanding = message;
    app_feed(app, &input, message->payload, message->size);
    app->commanding = NULL;
}

static void on_command(struct app *app, struct mqtt_message *message)
{
    struct command command;
    struct refusal refusal = {0};
    const struct reply_kept *before;
    int r;

    if (message->retained || message->too_large) {
        snprintf(refusal.reason, sizeof(refusal.reason), "%s",
                 message->retained ? "commands are not taken retained" : "over 16 KiB");
        r = -EINVAL;
        command = (struct command){0};
    } else {
        r = command_parse(message->name, message->payload ? message->payload : "", message->size, &command, &refusal);
    }
    if (r < 0) {
        refuse(app, message, &command, r == -ENOTSUP ? REPLY_UNSUPPORTED : REPLY_INVALID, &refusal);
        return;
    }
    if (strcmp(app->config->mqtt.protocol, "5") != 0 && command.expires_ns == ABSENT && command.kind != COMMAND_STOP) {
        refusal = (struct refusal){"/expires", "is required over MQTT 3.1.1, which may hand over old commands as new"};
        refuse(app, message, &command, REPLY_INVALID, &refusal);
        return;
    }
    before = reply_before(app, &command);
    if (before && before->command == command.kind) {
        mqtt_reply(app->mqtt, message, strdup(before->payload));
        return;
    }
    if (before) { /* that command's reply would be a lie about this one */
        refusal = (struct refusal){"/id", "another command had this id: give each its own"};
        refuse(app, message, &command, REPLY_DUPLICATE, &refusal);
        return;
    }
    /* A stop is never one too many. */
    if (too_many(app) && command.kind != COMMAND_STOP) {
        snprintf(refusal.reason, sizeof(refusal.reason), "more than %d commands a second", COMMANDS_PER_S);
        refuse(app, message, &command, REPLY_BUSY, &refusal);
        return;
    }
    act(app, message, &command);
}

/* ---- messages ------------------------------------------------------------------------------------------------------- */

static void on_prescription(struct app *app, struct mqtt_message *message)
{
    struct rx_arrival *arrival = &app->arrival;
    struct input input = {.kind = INPUT_PRESCRIPTION, .stamp_ns = app_now_ns(app), .u.rx_arrival = arrival};

    if (message->too_large)
        rx_arrival_too_large(message->slot, message->size, message->hash, arrival);
    else
        rx_arrival_parse(message->slot, message->payload ? message->payload : "", message->size, app->exercises->v,
                         app->exercises->count, &app->station, arrival);
    if (arrival->ok && arrival->warning.path[0] != '\0')
        app_say("prescription for slot %d: %s: %s", message->slot, arrival->warning.path, arrival->warning.reason);
    app_feed(app, &input, message->payload, message->payload ? message->size : 0);
}

static void on_connection(struct app *app, const struct mqtt_message *message)
{
    if (message->connected != app->connected)
        app_say(message->connected ? "connected to the broker"
                                   : "no connection to the broker: the journal keeps everything");
    app->connected = message->connected;
    app->reconnects = message->reconnects;
    app->refusals = message->refusals;
    app_watch_link(app, message);
    if (message->refusal[0] != '\0')
        app_say_refusal(app, message->refusal);
    app->health_due = true;
}

void app_message(struct app *app, struct mqtt_message *message)
{
    switch (message->kind) {
    case MQTT_IN_PRESCRIPTION: on_prescription(app, message); break;
    case MQTT_IN_COMMAND: on_command(app, message); break;
    case MQTT_IN_ACK: app_ack_arrived(app, message); break;
    case MQTT_IN_CONNECTION: on_connection(app, message); break;
    }
    free(message->payload);
}

void app_mqtt_free(struct app *app)
{
    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        free(app->held[slot].payload);
        free(app->pending[slot].payload);
        free(app->slot_shown[slot]);
    }
    free(app->candidate.payload);
    for (int i = 0; i < REPLIES_KEPT; i++)
        free(app->replies[i].payload);
}
