/* SPDX-License-Identifier: MIT */
/*
 * What a core puts out, as lines of words: the data that matters, in the order of the contract, absent things left
 * out. Times in seconds. A cue is "~ countdown 3 left", a reply "> stop invalid: /path: reason".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "station.h"

double seconds(int64_t t_ns)
{
    return (double)t_ns / 1e9;
}

void text_add(struct text *text, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (text->len + (size_t)n + 1 > text->room) {
        text->room = 2 * (text->len + (size_t)n + 1);
        text->v = realloc(text->v, text->room);
        assert_non_null(text->v);
    }
    va_start(args, format);
    vsnprintf(text->v + text->len, (size_t)n + 1, format, args);
    va_end(args);
    text->len += (size_t)n;
}

void text_clear(struct text *text)
{
    text->len = 0;
    text_add(text, "%s", "");
}

static void add_flags(unsigned flags, struct text *text)
{
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        if (flags & (1u << bit))
            text_add(text, " %s", flag_str(1u << bit));
}

static void add_grade(const char *name, enum grade grade, struct text *text)
{
    text_add(text, " %s=%s", name, grade_str(grade));
}

static void add_rep(const struct event *event, struct text *text)
{
    const struct rep_data *rep = &event->u.rep;

    text_add(text, " %s %.3f-%.3f", rep_outcome_str(rep->outcome), seconds(rep->start_ns), seconds(rep->end_ns));
    for (int p = 0; p < PHASE_COUNT; p++)
        if (rep->phases[p].src != SRC_NONE)
            text_add(text, " %s=%.1f/%s", phase_str((enum phase)p), seconds(rep->phases[p].dur_ns),
                     src_str(rep->phases[p].src));
    add_flags(rep->flags, text);
}

static void add_hold(const struct hold_data *hold, struct text *text)
{
    text_add(text, " %s %.3f-%.3f held=%.3f", hold_outcome_str(hold->outcome), seconds(hold->start_ns),
             seconds(hold->end_ns), seconds(hold->held_ns));
    if (hold->in_band_ns != ABSENT)
        text_add(text, " in_band=%.3f dips=%d", seconds(hold->in_band_ns), (int)hold->dips);
    if (hold->target_mn != ABSENT)
        text_add(text, " target=%d", (int)(hold->target_mn / 1000));
    add_flags(hold->flags, text);
}

static void add_set_started(const struct set_started_data *set, struct text *text)
{
    text_add(text, " %s%s%s", contact_str(set->contact), set->anchor != ANCHOR_NONE ? " " : "",
             set->anchor != ANCHOR_NONE ? anchor_str(set->anchor) : "");
    add_grade("count", set->sees.count, text);
    if (set->target_mn != ABSENT)
        text_add(text, " target=%d", (int)(set->target_mn / 1000));
}

static void add_set_completed(const struct set_completed_data *set, struct text *text)
{
    text_add(text, " %s by %s reps=%d measured=%d", set_reason_str(set->reason), set_end_str(set->ended_by),
             (int)set->reps, (int)set->reps_measured);
    if (set->tempo_milli_pct != ABSENT)
        text_add(text, " tempo=%d/%d", (int)(set->tempo_milli_pct / 1000), (int)set->tempo_n);
    if (set->tut_ns != ABSENT)
        text_add(text, " tut=%.1f", seconds(set->tut_ns));
    text_add(text, "%s", set->trusted ? "" : " untrusted");
}

static void add_session_completed(const struct session_completed_data *session, struct text *text)
{
    text_add(text, " %s %.1fs pct=%d volume=%d", session_reason_str(session->reason), seconds(session->duration_ns),
             (int)session->pct_milli, (int)session->volume_milli);
    if (session->tempo_milli != ABSENT)
        text_add(text, " tempo=%d", (int)session->tempo_milli);
    if (session->load_milli != ABSENT)
        text_add(text, " load=%d", (int)session->load_milli);
    text_add(text, " overrun=%.1f %s", seconds(session->rest_overrun_ns), basis_str(session->basis));
    for (int i = 0; i < session->item_count; i++) {
        const struct item_result *item = &session->items[i];

        text_add(text, " [%s %s sets %d/%d reps %d/%d measured %d%s]", item->exercise, side_rule_str(item->side),
                 (int)item->sets_done, (int)item->sets, (int)item->reps, (int)item->reps_min, (int)item->reps_measured,
                 item->skipped ? " skipped" : "");
    }
}

static void add_pain(const struct event *event, struct text *text)
{
    text_add(text, " %s", pain_when_str(event->u.pain.when));
    if (event->u.pain.nrs != ABSENT)
        text_add(text, " nrs=%d", (int)event->u.pain.nrs);
    text_add(text, " limit=%d", (int)event->u.pain.limit);
    if (event->u.pain.hours_after_milli != ABSENT)
        text_add(text, " after=%.1fh", (double)event->u.pain.hours_after_milli / 1000);
    if (event->u.pain.about_session[0] != '\0')
        text_add(text, " about=%s", event->u.pain.about_session);
}

static void add_rejected(const struct event *event, struct text *text)
{
    const struct refusal *refusal = &event->u.prescription.refusal;

    text_add(text, " slot=%d rev=%d %s: %s", event->u.prescription.slot, (int)event->u.prescription.rev, refusal->path,
             refusal->reason);
}

static void add_session_started(const struct event *event, struct text *text)
{
    text_add(text, " slot=%d rx=%s rev=%d by=%s%s", event->u.session_started.slot, event->u.session_started.rx,
             (int)event->u.session_started.rev, identified_by_str(event->u.session_started.identified_by),
             event->u.session_started.resumes ? " resumes" : "");
}

/* Item, side, set and rep as far as they apply: "1L2.3" is item 1, left, set 2, rep 3. */
static void add_head(const struct event_head *head, struct text *text)
{
    static const char *const sides[] = {[SIDE_NONE] = "", [SIDE_LEFT] = "L", [SIDE_RIGHT] = "R", [SIDE_BOTH] = "B"};

    text_add(text, "%s", event_type_str(head->type));
    if (head->item > 0)
        text_add(text, " %d%s", head->item, sides[head->side]);
    if (head->set > 0)
        text_add(text, "%d", head->set);
    if (head->rep > 0)
        text_add(text, ".%d", head->rep);
}

static void add_event(const struct event *event, struct text *text)
{
    add_head(&event->head, text);
    switch (event->head.type) {
    case EVENT_PRESCRIPTION_ACCEPTED:
        text_add(text, " slot=%d rev=%d", event->u.prescription.slot, (int)event->u.prescription.rev);
        break;
    case EVENT_PRESCRIPTION_REJECTED: add_rejected(event, text); break;
    case EVENT_START_REFUSED: text_add(text, " %s", start_refusal_str(event->u.start_refused)); break;
    case EVENT_SESSION_STARTED: add_session_started(event, text); break;
    case EVENT_SET_STARTED: add_set_started(&event->u.set_started, text); break;
    case EVENT_REP: add_rep(event, text); break;
    case EVENT_HOLD: add_hold(&event->u.hold, text); break;
    case EVENT_SET_COMPLETED: add_set_completed(&event->u.set_completed, text); break;
    case EVENT_REST_COMPLETED:
        text_add(text, " %.3f of %.3f", seconds(event->u.rest_completed.actual_ns),
                 seconds(event->u.rest_completed.planned_ns));
        break;
    case EVENT_PAIN: add_pain(event, text); break;
    case EVENT_EFFORT:
        if (event->u.effort_cr10 != ABSENT)
            text_add(text, " cr10=%d", (int)event->u.effort_cr10);
        break;
    case EVENT_STOP:
        text_add(text, " %s during %s", event->u.stop.by_command ? "command" : "button", event->u.stop.during);
        break;
    case EVENT_SESSION_COMPLETED: add_session_completed(&event->u.session_completed, text); break;
    case EVENT_PROGRESSION_SUGGESTED:
        text_add(text, " item %d %s %s -> %s %s %s", event->u.progression.item, event->u.progression.from.exercise,
                 event->u.progression.from.variation, event->u.progression.to.exercise,
                 event->u.progression.to.variation, basis_str(event->u.progression.basis));
        break;
    case EVENT_FAULT_RAISED: text_add(text, " %s", fault_str(event->u.fault.fault)); break;
    case EVENT_FAULT_CLEARED:
        text_add(text, " %s lasted=%.3f", fault_str(event->u.fault.fault), seconds(event->u.fault.lasted_ns));
        break;
    case EVENT_TARED: text_add(text, " moved=%dg by %s", (int)event->u.tared.moved_g, event->u.tared.by); break;
    case EVENT_SESSION_ATTRIBUTED: text_add(text, " %s", event->u.attributed.patient); break;
    case EVENT_CLOCK_SYNCED: text_add(text, " step=%.3f", seconds(event->u.clock_synced.step_ns)); break;
    case EVENT_CALL:
    case EVENT_STATION_STARTED:
    case EVENT_STATION_STOPPING:
    case EVENT_CALIBRATED:
    case EVENT_EVENTS_DROPPED:
    case EVENT_TYPE_COUNT: break;
    }
}

static void add_cue(const struct cue *cue, struct text *text)
{
    text_add(text, "~ %s", cue_str(cue->kind));
    if (cue->kind == CUE_PHASE)
        text_add(text, " %s", phase_str((enum phase)cue->arg));
    else if (cue->kind == CUE_ASK)
        text_add(text, " %s", question_str((enum question_kind)cue->arg));
    else if (cue->kind == CUE_FAULT)
        text_add(text, " %s", fault_str((enum fault)cue->arg));
    else if (cue->kind == CUE_COUNTDOWN || cue->kind == CUE_LAST || cue->kind == CUE_ENTRY ||
             cue->kind == CUE_READ_BACK || cue->kind == CUE_SETUP)
        text_add(text, " %d", cue->arg);
    if (cue->kind == CUE_SETUP && cue->side != SIDE_NONE)
        text_add(text, " %s", side_str(cue->side));
}

void out_line(const struct core_out *out, struct text *text)
{
    switch (out->kind) {
    case OUT_EVENT: add_event(&out->u.event, text); break;
    case OUT_CUE: add_cue(&out->u.cue, text); break;
    case OUT_REPLY:
        text_add(text, "> %s %s", command_str(out->u.reply.command), reply_code_str(out->u.reply.code));
        if (out->u.reply.code != REPLY_OK)
            text_add(text, ": %s%s%s", out->u.reply.refusal.path, out->u.reply.refusal.path[0] != '\0' ? ": " : "",
                     out->u.reply.refusal.reason);
        break;
    }
}
