/* SPDX-License-Identifier: MIT */
/* One simulated session, with everything kept that is judged. */
#include "tests/bench/bench.h"

#include <string.h>

#define RELEASE_NS (400 * NS_PER_MS) /* edges of a stop that follow within this are bounces and its release */

static void take_input(void *self, const struct input *input, const char *text, size_t len)
{
    struct watch *w = self;
    (void)text;
    (void)len;
    if (input->kind == INPUT_FORCE)
        w->samples_since++;
    if (input->kind != INPUT_BUTTON || input->u.button.button != BUTTON_STOP || !input->u.button.pressed)
        return;
    bool bounce = w->stop_edge_ns != ABSENT && input->stamp_ns - w->stop_edge_ns < RELEASE_NS;
    w->stop_edge_ns = input->stamp_ns;
    if (bounce)
        return;
    w->pressed_ns = input->stamp_ns;
    w->samples_since = 0;
}

static void take_stop(struct watch *w, const struct event *event)
{
    if (w->pressed_ns == ABSENT || event->u.stop.by_command)
        return;
    int64_t late_ns = event->head.t_ns - w->pressed_ns;
    w->stops++;
    w->late_ns = late_ns > w->late_ns ? late_ns : w->late_ns;
    w->late_samples = w->samples_since > w->late_samples ? w->samples_since : w->late_samples;
    w->pressed_ns = ABSENT;
}

static void take_rep(struct watch *w, const struct event *event)
{
    if (w->reps == WATCH_MAX)
        return;
    w->rep[w->reps++] =
        (struct seen_rep){.set = event->head.set, .data = event->u.rep, .sees = w->sees, .told_ns = ABSENT};
    w->reps_pending++;
}

static void take_set(struct watch *w, const struct event *event)
{
    if (event->head.type == EVENT_SET_COMPLETED && w->sets > 0) {
        w->set_to_ns[w->sets - 1] = event->head.t_ns;
        w->done[w->sets - 1] = event->u.set_completed;
    } else if (event->head.type == EVENT_SET_STARTED && w->sets < SETS_SEEN) {
        w->sees = event->u.set_started.sees;
        w->set_from_ns[w->sets] = event->head.t_ns;
        w->set_to_ns[w->sets++] = NEVER;
    }
}

static void take_end(struct watch *w, const struct event *event)
{
    w->sessions++;
    w->ended = event->u.session_completed.reason;
}

static void take_event(void *self, const struct event *event)
{
    struct watch *w = self;
    if (event->head.type == EVENT_SET_STARTED || event->head.type == EVENT_SET_COMPLETED)
        take_set(w, event);
    else if (event->head.type == EVENT_SESSION_STARTED)
        w->starts++;
    else if (event->head.type == EVENT_FAULT_RAISED)
        w->faults++;
    else if (event->head.type == EVENT_SESSION_COMPLETED)
        take_end(w, event);
    else if (event->head.type == EVENT_STOP)
        take_stop(w, event);
    else if (event->head.type == EVENT_REP)
        take_rep(w, event);
    else if (event->head.type == EVENT_HOLD && w->holds < WATCH_MAX)
        w->hold[w->holds++] = (struct seen_hold){.set = event->head.set, .data = event->u.hold};
}

/* A change of the live phase, and when the reps that came out of this step were told. */
static void take_station(void *self, const struct core *core, int64_t now_ns)
{
    struct watch *w = self;
    struct snapshot snapshot;
    for (; w->reps_pending > 0; w->reps_pending--)
        w->rep[w->reps - w->reps_pending].told_ns = now_ns;
    core_snapshot(core, &snapshot);
    if (snapshot.now != NOW_WORK || !snapshot.phase_known || w->changes == WATCH_MAX)
        return;
    const struct live_change *last = w->changes > 0 ? &w->change[w->changes - 1] : NULL;
    if (last == NULL || last->phase != snapshot.phase || last->src != snapshot.phase_src)
        w->change[w->changes++] =
            (struct live_change){.phase = snapshot.phase, .src = snapshot.phase_src, .at_ns = now_ns};
}

static void take_truth(void *self, const struct patient_truth *truth)
{
    struct watch *w = self;
    if (w->truths < WATCH_MAX)
        w->truth[w->truths++] = *truth;
}

void watch_session(struct watch *watch, const struct bench_session *session)
{
    static const struct simulate_ops ops = {
        .input = take_input, .event = take_event, .station = take_station, .truth = take_truth};
    const struct simulate_setup setup = {.patient = session->patient,
                                         .rx = session->rx,
                                         .rx_len = strlen(session->rx),
                                         .rx_later = session->rx_later[0] != '\0' ? session->rx_later : NULL,
                                         .rx_later_len = strlen(session->rx_later)};
    memset(watch, 0, sizeof *watch);
    watch->pressed_ns = watch->stop_edge_ns = ABSENT;
    watch->error = simulate_run(&setup, &ops, watch, &watch->result);
}
