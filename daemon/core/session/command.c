/* SPDX-License-Identifier: MIT */
/* Commands from the broker. There is no remote start: only the button at the station starts movement. */
#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

static void stop(struct core *core, int64_t t_ns)
{
    if (core->session.active || core->session.state == SESSION_STATE_CHOOSE)
        session_event(core, SESSION_EVENT_STOP, t_ns);
    else
        out_reply(core, REPLY_INVALID, "", "no session is running");
}

static void tare(struct core *core, const struct command *command, int64_t t_ns)
{
    if (core->session.state != SESSION_STATE_IDLE)
        out_reply(core, REPLY_BUSY, "", "a session is running");
    else
        health_tare(core, command->by, t_ns);
}

static void attribute(struct core *core, const struct command *command, int64_t t_ns)
{
    struct event *event = out_event(core, EVENT_SESSION_ATTRIBUTED, SCOPE_STATION, t_ns);

    text_copy(event->u.attributed.session, sizeof(event->u.attributed.session), command->session);
    text_copy(event->u.attributed.patient, sizeof(event->u.attributed.patient), command->patient);
    text_copy(event->u.attributed.by, sizeof(event->u.attributed.by), command->by);
}

static bool expired(const struct core *core, const struct command *command)
{
    return command->expires_ns != ABSENT && core->wall_synced &&
           core->now_ns + core->wall_offset_ns > command->expires_ns;
}

static void act(struct core *core, const struct command *command, int64_t t_ns)
{
    switch (command->kind) {
    case COMMAND_STOP: stop(core, t_ns); break;
    case COMMAND_SKIP: session_event(core, SESSION_EVENT_SKIP, t_ns); break;
    case COMMAND_ANSWER: session_event(core, SESSION_EVENT_ANSWER, t_ns); break;
    case COMMAND_TARE: tare(core, command, t_ns); break;
    case COMMAND_IDENTIFY: out_cue(core, CUE_IDENTIFY, t_ns, 0); break;
    case COMMAND_ATTRIBUTE: attribute(core, command, t_ns); break;
    case COMMAND_CLEAR_CALL: core->call = false; break;
    case COMMAND_REPORT:
    case COMMAND_RESEND: out_reply(core, REPLY_UNSUPPORTED, "", "this station does not do that"); break;
    case COMMAND_COUNT: break;
    }
}

static bool cannot_be_judged(const struct core *core, const struct command *command)
{
    return command->expires_ns != ABSENT && !core->wall_synced;
}

/* Every command gets exactly one reply: what was not refused on the way is ok. A stop is never too late to be obeyed. */
void command_feed(struct core *core, const struct command *command, int64_t t_ns)
{
    core->command = command;
    core->command_answered = false;
    if (expired(core, command) && command->kind != COMMAND_STOP)
        out_reply(core, REPLY_STALE, "/expires", "this command has expired: send it again with a later time");
    else if (cannot_be_judged(core, command) && command->kind != COMMAND_STOP)
        out_reply(core, REPLY_CLOCK_UNSYNCED, "/expires", "the time is not known here: send it again without");
    else
        act(core, command, t_ns);
    if (!core->command_answered)
        out_reply(core, REPLY_OK, "", "");
    core->command = NULL;
}
