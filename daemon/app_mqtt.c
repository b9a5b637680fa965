/* SPDX-License-Identifier: MIT */
/* What arrives from the broker; and the bytes of prescriptions, kept as they arrived. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/app.h"
#include "gymstation/hash.h"
#include "gymstation/prescription_json.h"

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
    course_str(&held->course, row.course);
    app->used[slot] = held->used;
    app->course[slot] = held->course;
    if (journal_hold(app->journal, &row) < 0)
        app_say("prescription of slot %d may not survive a restart: out of memory", slot);
}

static bool same_course(const struct course *a, const struct course *b)
{
    char a_text[COURSE_LEN], b_text[COURSE_LEN];

    course_str(a, a_text);
    course_str(b, b_text);
    return strcmp(a_text, b_text) == 0;
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
        return held->used != app->used[slot] || !same_course(&held->course, &app->course[slot]);
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
static void hold_again(struct app *app, int slot, const char *payload, size_t size, int32_t used,
                       const struct course *course)
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
    held = (struct slot_held){.held = true, .rx = arrival->rx, .used = used, .course = *course};
    memcpy(held.hash, arrival->hash, sizeof(held.hash));
    core_hold(app->core, slot, &held);
    rx_text_set(&app->held[slot], arrival->hash, payload, size);
    app->used[slot] = used;
    app->course[slot] = *course;
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
        struct course course = {0};

        course_parse(found->held[slot].course, &course);
        if (found->held[slot].payload)
            hold_again(app, slot, found->held[slot].payload, found->held[slot].size, found->held[slot].used, &course);
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
                       header->slots[slot].used, &header->slots[slot].course);
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
    case MQTT_IN_COMMAND: app_command_arrived(app, message); break;
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
    app_replies_free(app);
}
