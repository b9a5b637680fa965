/* SPDX-License-Identifier: MIT */
/* Delivery as the app sees it: what the collector has stored and asks for again, and what goes wrong on the way. */
#include <errno.h>
#include <string.h>

#include "daemon/app.h"
#include "gymstation/ack_json.h"

#define ALONE_NS (600 * NS_PER_S)

/* An acknowledgement of another journal is of the past, or of the station that had this name before. */
void app_ack_arrived(struct app *app, const struct mqtt_message *message)
{
    struct refusal why = {"", "over 16 KiB"};
    struct ack ack;
    int r = -EINVAL;

    if (message->size == 0)
        return; /* the retained one was deleted */
    if (!message->too_large)
        r = ack_parse(message->payload, message->size, &ack, &why);
    if (r < 0)
        app_say("ack: %s%s%s; it changes nothing", why.path, why.path[0] ? ": " : "", why.reason);
    else if (strcmp(ack.journal, journal_found(app->journal)->journal) == 0 &&
             journal_confirm(app->journal, ack.upto) < 0)
        app_say("ack: the disk is behind; the collector's next one will do");
}

static void refuse(struct app *app, const struct mqtt_message *to, const char *id, enum reply_code code,
                   const char *reason)
{
    struct reply reply = {.command = COMMAND_RESEND, .code = code};

    snprintf(reply.id, sizeof(reply.id), "%s", id);
    snprintf(reply.refusal.reason, sizeof(reply.refusal.reason), "%s", reason);
    mqtt_reply(app->mqtt, to, reply_json(&reply)); /* not remembered: it may be sent again under its id */
}

static struct resend_asked *find(struct app *app, int64_t tag)
{
    for (int i = 0; i < RESENDS_MAX; i++)
        if (app->resends[i].tag == tag)
            return &app->resends[i];
    return NULL;
}

static bool asked_already(const struct app *app, const char *id)
{
    for (int i = 0; i < RESENDS_MAX; i++)
        if (app->resends[i].tag != 0 && strcmp(app->resends[i].id, id) == 0)
            return true;
    return false;
}

void app_resend(struct app *app, const struct mqtt_message *message, const struct command *command)
{
    struct resend_asked *asked = find(app, 0);

    if (asked_already(app, command->id))
        return; /* one answer is on its way, and it is the same */
    if (!asked || journal_resend(app->journal, command->from_seq, command->to_seq, app->last_tag + 1) < 0) {
        refuse(app, message, command->id, REPLY_BUSY, "too many events are being sent again: wait, then ask again");
        return;
    }
    *asked = (struct resend_asked){.tag = ++app->last_tag, .to = *message};
    asked->to.payload = NULL;
    memcpy(asked->id, command->id, sizeof(asked->id));
}

void app_resend_answered(struct app *app, const struct journal_notice *notice)
{
    struct resend_asked *asked = find(app, notice->tag);

    if (!asked)
        return;
    if (notice->error == -EBUSY)
        refuse(app, &asked->to, asked->id, REPLY_BUSY, "too many events are being sent again: wait, then ask again");
    else if (notice->error < 0)
        refuse(app, &asked->to, asked->id, REPLY_BUSY, "the journal cannot be read");
    else
        app_send_reply(app, &asked->to, COMMAND_RESEND, asked->id,
                       resend_reply_json(asked->id, notice->gone, notice->gone_n), false);
    asked->tag = 0;
}

/* ---- faults --------------------------------------------------------------------------------------------------------- */

void app_fault(struct app *app, enum fault fault, bool raised)
{
    struct input input = {.kind = INPUT_FAULT, .stamp_ns = app_now_ns(app)};
    struct snapshot snapshot;

    core_snapshot(app->core, &snapshot);
    if (((snapshot.faults >> fault) & 1) == raised)
        return;
    input.u.fault.fault = fault;
    input.u.fault.raised = raised;
    app_feed(app, &input, NULL, 0);
}

/* Two stations with one name throw each other out again and again; alone for ten minutes, the name is ours. */
void app_watch_link(struct app *app, const struct mqtt_message *message)
{
    int64_t mono_ns = app_mono_ns();

    if (message && message->takeovers != app->takeovers) {
        app->takeovers = message->takeovers;
        app->takeover_mono_ns = mono_ns;
        app_say("another station uses the id %s at this broker: give each its own station.id", app->station.id);
        app_fault(app, FAULT_DUPLICATE_ID, true);
    } else if (app->takeover_mono_ns != 0 && mono_ns - app->takeover_mono_ns >= ALONE_NS) {
        app->takeover_mono_ns = 0;
        app_fault(app, FAULT_DUPLICATE_ID, false);
    }
}
