/* SPDX-License-Identifier: MIT */
/*
 * Commands that arrive, and their replies. An id seen before gets its first reply again and acts once, also after a
 * restart: replies are kept in the journal, in the transaction of what the command brought about.
 *
 * The reply to a command that brought an event about goes out once both are durable: who has read `ok` can rely on it.
 * A stop's goes out at once, since a stop acts before anything is written. While nothing can be written the others' do too,
 * but for attribute, which is nothing but its event and is refused.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/app.h"
#include "gymstation/command_json.h"

#define COMMANDS_PER_S 5

/* ---- replies -------------------------------------------------------------------------------------------------------- */

static void deliver(struct app *app, struct reply_kept *kept)
{
    mqtt_reply(app->mqtt, kept->to, strdup(kept->payload));
    free(kept->to);
    kept->to = NULL;
}

/* The oldest makes room. */
static struct reply_kept *keep_reply(struct app *app, enum command_kind command, const char *id, char *payload)
{
    struct reply_kept *kept = &app->replies[app->next_reply];

    if (kept->to)
        deliver(app, kept);
    free(kept->payload);
    *kept = (struct reply_kept){.command = command, .payload = payload};
    snprintf(kept->id, sizeof(kept->id), "%s", id);
    app->next_reply = (app->next_reply + 1) % JOURNAL_REPLIES_MAX;
    return kept;
}

/* Whom to answer, without the payload that belongs to the caller. */
static struct mqtt_message *copy_of(const struct mqtt_message *message)
{
    struct mqtt_message *copy = malloc(sizeof(*copy));

    if (!copy)
        return NULL;
    *copy = *message;
    copy->payload = NULL;
    return copy;
}

void app_send_reply(struct app *app, const struct mqtt_message *to, enum command_kind command, const char *id,
                    char *payload, bool once_durable)
{
    struct reply_kept *kept;
    int r;

    if (payload == NULL)
        return;
    kept = keep_reply(app, command, id, payload);
    if (to == NULL)
        return; /* of a recorded command: nobody waits for it, and the next run of the recording is another */
    kept->tag = ++app->last_tag;
    kept->to = copy_of(to);
    r = journal_remember(app->journal, command, id, payload, kept->tag);
    if (r < 0)
        app_say("command %s %s: its reply would not survive a restart: %s", command_str(command), id, strerror(-r));
    if (kept->to && (r < 0 || !once_durable))
        deliver(app, kept);
}

void app_remembered(struct app *app, int64_t tag)
{
    for (int i = 0; i < JOURNAL_REPLIES_MAX; i++)
        if (app->replies[i].to && app->replies[i].tag == tag)
            deliver(app, &app->replies[i]);
}

void app_reply(struct app *app, const struct reply *reply, bool after_event)
{
    app_send_reply(app, app->commanding, reply->command, reply->id, reply_json(reply),
                   after_event && reply->command != COMMAND_STOP && !app->storage_failing);
}

/* What was refused may be corrected and sent again under the same id: it is not remembered. */
static void refuse(struct app *app, const struct mqtt_message *message, const struct command *command,
                   enum reply_code code, const struct refusal *refusal)
{
    struct reply reply = {.command = command->kind, .code = code, .refusal = *refusal};

    memcpy(reply.id, command->id, sizeof(reply.id));
    mqtt_reply(app->mqtt, message, reply_json(&reply));
}

static const struct reply_kept *reply_before(const struct app *app, const struct command *command)
{
    for (int i = 0; i < JOURNAL_REPLIES_MAX; i++)
        if (app->replies[i].payload && command_repeats(command, app->replies[i].command, app->replies[i].id))
            return &app->replies[i];
    return NULL;
}

bool app_command_seen(const struct app *app, const struct command *command)
{
    const struct reply_kept *before = reply_before(app, command);

    return before && !before->found;
}

void app_replies_found(struct app *app)
{
    const struct journal_found *found = journal_found(app->journal);

    for (int i = 0; i < found->replies_n; i++) {
        char *payload = strdup(found->replies[i].payload);

        if (payload)
            keep_reply(app, found->replies[i].command, found->replies[i].id, payload)->found = true;
    }
}

void app_replies_free(struct app *app)
{
    for (int i = 0; i < JOURNAL_REPLIES_MAX; i++) {
        free(app->replies[i].payload);
        free(app->replies[i].to);
    }
}

/* ---- commands ------------------------------------------------------------------------------------------------------- */

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
        app_send_reply(app, message, command->kind, command->id, reply_json(&ok), false);
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

void app_command_arrived(struct app *app, struct mqtt_message *message)
{
    struct command command;
    struct refusal refusal = {0};
    const struct reply_kept *before;
    int r;

    if (message->retained || message->too_large) {
        snprintf(refusal.path, sizeof(refusal.path), "/");
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
        if (!before->to) /* else its first reply is on its way */
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
    if (command.kind == COMMAND_ATTRIBUTE && app->storage_failing) {
        snprintf(refusal.reason, sizeof(refusal.reason), "the journal cannot be written now: ask again later");
        refuse(app, message, &command, REPLY_BUSY, &refusal);
        return;
    }
    act(app, message, &command);
}
