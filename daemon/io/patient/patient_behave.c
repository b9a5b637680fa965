/* SPDX-License-Identifier: MIT */
/*
 * What the patient does about what the station shows:
 *
 *     idle     with a prescription held: start; after the last session steps off and stays away
 *     choose   the slot's number in presses
 *     ask      the score in presses, a long start for 0; start to confirm
 *     setup    steps off, prepares for a few seconds, start
 *     prep     gets into position
 *     work     moves (patient_work.c)
 *     rest     steps off when there is time, is back before the end; start when the rest is over and nothing goes on
 *     paused   start
 *
 * What seems to have had no effect is done again after a while, five times.
 */
#include "daemon/io/patient/patient_case.h"

#include <math.h>
#include <string.h>

#define PRESS_NS       (150 * NS_PER_MS)
#define LONG_PRESS_NS  (2500 * NS_PER_MS) /* a long start counts from 2 s */
#define SCORE_EVERY_NS (600 * NS_PER_MS)
#define RETRY_NS       (12 * NS_PER_S)
#define TRIES_MAX      5
#define GIVES_UP       3 /* pauses in a row in which nothing has come of a set */
#define MOUNT_S        0.8
#define DISMOUNT_S     0.6
#define LONG_REST_NS   (30 * NS_PER_S) /* worth stepping off */
#define BACK_EARLY_NS  (8 * NS_PER_S)
#define DONE_AFTER_NS  (8 * NS_PER_S) /* of empty box at the end of the world */

static int64_t think_ns(struct patient *p)
{
    int64_t think = p->setup.think_ms * NS_PER_MS;
    return rng_ns(&p->mind_rng, think / 2, think + think / 2);
}

void behave_init(struct patient *p)
{
    p->begin_ns = p->setup.start_ns + 2 * NS_PER_S + think_ns(p); /* the station wants 2 s of empty box */
    p->retry_ns = NEVER;
    p->idle_since_ns = p->setup.start_ns;
    p->away_until_ns = ABSENT;
    p->cued_ns = ABSENT;
    p->work.next_ns = NEVER;
    p->mount_s = MOUNT_S;
}

void behave_mount(struct patient *p, int64_t at_ns)
{
    if (p->body.kind != BODY_NONE && axis_goal(&p->body.on) < 1)
        axis_to(&p->body.on, at_ns, p->mount_s, 1, PATIENT_EDGE_MIN_JERK);
}

void behave_dismount(struct patient *p, int64_t at_ns)
{
    if (axis_goal(&p->body.on) > 0)
        axis_to(&p->body.on, at_ns, DISMOUNT_S, 0, PATIENT_EDGE_MIN_JERK);
}

bool behave_done(const struct patient *p)
{
    return p->begin_ns == NEVER && p->look.now == NOW_IDLE && !hands_busy(&p->hands) &&
           p->now_ns >= p->idle_since_ns + DONE_AFTER_NS;
}

/* --- presses ----------------------------------------------------------------------------------------------------- */

static void press_times(struct patient *p, int64_t at_ns, int n)
{
    int64_t release_ns = at_ns;
    for (int i = 0; i < n; i++)
        release_ns = hands_press(&p->hands, at_ns + i * SCORE_EVERY_NS, PRESS_NS, BUTTON_START);
    p->retry_ns = release_ns + RETRY_NS;
}

static void enter_score(struct patient *p, int64_t at_ns, int32_t score)
{
    if (score < 0)
        return; /* no answer: the station gives up asking by itself */
    if (score > 0)
        press_times(p, at_ns, score);
    else
        p->retry_ns = hands_press(&p->hands, at_ns, LONG_PRESS_NS, BUTTON_START) + RETRY_NS;
}

static void answer(struct patient *p, int64_t at_ns, const struct snapshot *snapshot)
{
    switch (snapshot->question) {
    case QUESTION_PAIN: enter_score(p, at_ns, p->setup.pain[snapshot->when]); break;
    case QUESTION_EFFORT: enter_score(p, at_ns, p->setup.effort); break;
    case QUESTION_CONFIRM:
        if (p->work.done > 0) /* an honest patient */
            press_times(p, at_ns, 1);
        break;
    }
}

static int lowest_slot(unsigned slots)
{
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        if (slots & 1u << slot)
            return slot;
    return 1;
}

static void choose(struct patient *p, int64_t at_ns, const struct snapshot *snapshot)
{
    press_times(p, at_ns, p->setup.slot > 0 ? p->setup.slot : lowest_slot(snapshot->slots_held));
}

/* --- the item at hand -------------------------------------------------------------------------------------------- */

/* A new item: the body gets its strengths for it. In position it takes effect at once, so this happens off the box. */
static void adopt_item(struct patient *p, const struct snapshot *snapshot)
{
    p->set = snapshot->set;
    p->side = snapshot->side;
    if (snapshot->rx_item == NULL || snapshot->item == p->item)
        return;
    p->item = snapshot->item;
    p->rx = *snapshot->rx_item;
    memcpy(p->exercise, snapshot->exercise, sizeof p->exercise);
    body_begin(&p->body, body_kind(snapshot->exercise, snapshot->contact, snapshot->anchor), &p->setup, &p->body_rng);
    body_vary(&p->body, strcmp(snapshot->variation, "single") == 0, p->rx.dose.load_g / 1000.0);
    int32_t step_mm = p->rx.dose.step_height_mm;
    if (step_mm == 0)
        step_mm = p->setup.station.plate_height_mm + p->setup.station.riser_height_mm;
    p->body.step_m = step_mm / 1000.0;
}

static void go_into_position(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    adopt_item(p, snapshot);
    int64_t at_ns = now_ns + rng_ns(&p->mind_rng, NS_PER_S / 2, 3 * NS_PER_S / 2);
    if (p->away_until_ns != ABSENT && p->away_until_ns > at_ns)
        at_ns = p->away_until_ns;
    behave_mount(p, at_ns);
    case_turn(p, CASE_PREP, now_ns);
}

static void rest(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    int64_t end_ns = snapshot->ends_ns != ABSENT ? snapshot->ends_ns : now_ns + p->rx.dose.rest_ms * NS_PER_MS;
    if (end_ns - now_ns > LONG_REST_NS && snapshot->item == p->item) {
        behave_dismount(p, now_ns + 2 * NS_PER_S);
        behave_mount(p, end_ns - BACK_EARLY_NS);
    } else if (snapshot->item != p->item) {
        behave_dismount(p, now_ns + 2 * NS_PER_S);
    }
    if (p->rx.dose.rest_mode != REST_FIXED) /* goes on by itself */
        press_times(p, (end_ns > now_ns ? end_ns : now_ns) + think_ns(p), 1);
    case_turn(p, CASE_REST, now_ns);
}

static void pause_over(struct patient *p, int64_t now_ns)
{
    int64_t at_ns = now_ns + think_ns(p);
    p->fruitless = p->work.done > 0 ? 0 : p->fruitless + 1;
    if (p->fruitless >= GIVES_UP)
        return;
    if (p->away_until_ns != ABSENT && p->away_until_ns > at_ns)
        at_ns = p->away_until_ns;
    press_times(p, at_ns, 1);
}

static void begin_set(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    adopt_item(p, snapshot);
    int goal = snapshot->now == NOW_HOLD ? p->rx.dose.holds : snapshot->reps_max;
    int at = snapshot->rep > 0 ? snapshot->rep : 1; /* the station shows the rep at hand */
    work_begin(p, now_ns, at - 1, goal);
    if (p->cued_ns != ABSENT && p->cued_ns >= now_ns - NS_PER_S)
        work_phase(p, p->cued, now_ns);
    p->cued_ns = ABSENT;
}

static void go_home(struct patient *p, int64_t now_ns)
{
    p->item = 0;
    p->idle_since_ns = now_ns;
    behave_dismount(p, now_ns + rng_ns(&p->mind_rng, 2 * NS_PER_S, 4 * NS_PER_S));
}

/* --- looking ----------------------------------------------------------------------------------------------------- */

static void enter(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    if (snapshot->asking) {
        answer(p, now_ns + think_ns(p), snapshot);
        return;
    }
    switch (snapshot->now) {
    case NOW_IDLE: go_home(p, now_ns); break;
    case NOW_CHOOSE: choose(p, now_ns + think_ns(p), snapshot); break;
    case NOW_ASK: break; /* not asking (any more): read back, nothing to press */
    case NOW_SETUP:
        behave_dismount(p, now_ns + NS_PER_S / 2);
        press_times(p, now_ns + 2 * NS_PER_S + think_ns(p), 1);
        break;
    case NOW_PREP: go_into_position(p, snapshot, now_ns); break;
    case NOW_WORK:
    case NOW_HOLD: begin_set(p, snapshot, now_ns); break;
    case NOW_REST: rest(p, snapshot, now_ns); break;
    case NOW_PAUSED: pause_over(p, now_ns); break;
    }
}

static bool same_look(const struct look *a, const struct look *b)
{
    return a->now == b->now && a->in_session == b->in_session && a->asking == b->asking &&
           (!a->asking || (a->question == b->question && a->when == b->when)) && a->item == b->item &&
           a->set == b->set && a->side == b->side;
}

static void session_begins_or_ends(struct patient *p, bool in_session, int64_t now_ns)
{
    p->tries = 0;
    if (in_session) {
        p->sessions++;
        p->item = 0;
        return;
    }
    bool again = p->setup.sessions == 0 || p->sessions < p->setup.sessions;
    p->begin_ns = again ? now_ns + p->setup.session_gap_ms * NS_PER_MS : NEVER;
}

/* Idle: starts when it is time to and there is something to do. */
static void begin_session(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    if (now_ns < p->begin_ns || snapshot->slots_held == 0 || hands_busy(&p->hands))
        return;
    if (p->tries++ == TRIES_MAX && p->setup.sessions != 0) {
        p->begin_ns = NEVER; /* the station will not have it; whoever watches sees why */
        return;
    }
    hands_press(&p->hands, now_ns + 1, PRESS_NS, BUTTON_START);
    p->begin_ns = now_ns + RETRY_NS;
}

static void come_back(struct patient *p, int64_t now_ns)
{
    if (p->away_until_ns == ABSENT || now_ns < p->away_until_ns)
        return;
    p->away_until_ns = ABSENT;
    behave_mount(p, now_ns);
    work_resume(p, now_ns + 2 * NS_PER_S);
}

static bool working(enum now now)
{
    return now == NOW_WORK || now == NOW_HOLD;
}

void behave_see(struct patient *p, const struct snapshot *snapshot, int64_t now_ns)
{
    struct look look = {.now = snapshot->now,
                        .in_session = snapshot->in_session,
                        .asking = snapshot->asking,
                        .question = snapshot->question,
                        .when = snapshot->when,
                        .item = snapshot->item,
                        .set = snapshot->set,
                        .side = snapshot->side};
    come_back(p, now_ns);
    if (look.in_session != p->look.in_session)
        session_begins_or_ends(p, look.in_session, now_ns);
    if (!same_look(&look, &p->look)) {
        if (working(p->look.now))
            work_end(p, now_ns);
        hands_forget(&p->hands);
        p->look = look;
        p->tries = look.now == NOW_IDLE ? p->tries : 0;
        p->retry_ns = NEVER;
        enter(p, snapshot, now_ns);
    } else if (now_ns >= p->retry_ns && !hands_busy(&p->hands) && p->tries < TRIES_MAX) {
        p->tries++;
        p->retry_ns = NEVER;
        enter(p, snapshot, now_ns);
    }
    if (look.now == NOW_HOLD)
        work_hold(p, snapshot->hold_phase != NULL && strcmp(snapshot->hold_phase, "rest") == 0, snapshot->target_mn,
                  now_ns);
    if (look.now == NOW_IDLE)
        begin_session(p, snapshot, now_ns);
    case_turn(p, CASE_LOOK, now_ns);
}
