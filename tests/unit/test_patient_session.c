/* SPDX-License-Identifier: MIT */
/*
 * Whole sessions of the simulated patient with the real core and the shipped exercises: each ends `done`, its events are
 * in an order that makes sense, and what the station counted is what happened. GYMSTATION_SEED=N adds a seed.
 */
#include "tests/unit/patient_bench.h"

#include <jansson.h>
#include <stdio.h>

#include "gymstation/exercise_file.h"
#include "gymstation/simulate.h"

struct session_row {
    const char *exercise, *contact, *anchor, *side;
    int reps, sets;
    bool hold; /* reps are holds */
    bool measured;
};

static const struct session_row rows[] = {
    {"banded_curl", "box", "dead", "left", 6, 2, false, true},
    {"banded_curl", "box", "live", "right", 4, 1, false, false},
    {"banded_curl", "floor", "live", "left", 3, 1, false, false},
    {"step_up", "box", NULL, "left", 5, 2, false, true},
    {"glute_bridge", "floor", NULL, "both", 4, 2, false, false},
    {"hip_thrust", "floor", NULL, "both", 3, 1, false, false},
    {"ball_curl", "floor", NULL, "both", 3, 2, false, false},
    {"hip_extension", "box", NULL, "each", 3, 1, false, false},
    {"iso_heel_dig", "box", NULL, "left", 2, 2, true, true},
    {"iso_bridge", "box", NULL, "both", 2, 1, true, true},
};
#define ROWS ((int)(sizeof rows / sizeof rows[0]))

struct tally {
    const struct session_row *row;
    uint64_t seed;
    bool in_session, in_set, over;
    int sets, reps, truths, paced, measured;
    enum session_reason reason;
    int64_t rep_end_ns;
    struct rep_data rep[200];
    struct hold_data hold[200];
    struct patient_truth truth[200];
};

static struct exercise_set *exercises;

#define sane(t, what)                                                                                                  \
    do {                                                                                                               \
        if (!(what))                                                                                                   \
            fail_msg("%s %s, seed %llu: %s", (t)->row->exercise, (t)->row->contact, (unsigned long long)(t)->seed,     \
                     #what);                                                                                           \
    } while (0)

/* --- the order of events ------------------------------------------------------------------------------------------- */

static void take_rep(struct tally *t, const struct rep_data *rep)
{
    sane(t, t->in_set);
    sane(t, rep->end_ns > rep->start_ns);
    sane(t, rep->start_ns >= t->rep_end_ns);
    t->rep_end_ns = rep->end_ns;
    if (rep->outcome == REP_PARTIAL)
        return;
    for (int phase = 0; phase < PHASE_COUNT; phase++) {
        enum src src = rep->phases[phase].src;
        sane(t, rep->outcome == REP_PACED ? src == SRC_CUE || src == SRC_NONE : src != SRC_BUTTON);
        sane(t, t->row->measured || (src != SRC_LOAD && src != SRC_MODEL));
    }
    t->paced += rep->outcome == REP_PACED;
    t->measured += rep->outcome == REP_FULL;
    sane(t, t->reps < 200);
    t->rep[t->reps++] = *rep;
}

static void take_hold(struct tally *t, const struct hold_data *hold)
{
    sane(t, t->in_set);
    sane(t, hold->start_ns >= t->rep_end_ns);
    t->rep_end_ns = hold->end_ns;
    t->measured += !(hold->flags & FLAG_CUED);
    sane(t, t->reps < 200);
    t->hold[t->reps++] = *hold;
}

static void take_event(void *self, const struct event *event)
{
    struct tally *t = self;
    bool first;
    switch (event->head.type) {
    case EVENT_SESSION_STARTED:
        sane(t, !t->in_session && !t->over);
        t->in_session = true;
        break;
    case EVENT_SET_STARTED:
        sane(t, t->in_session && !t->in_set);
        t->in_set = true;
        t->sets++;
        break;
    case EVENT_REP: take_rep(t, &event->u.rep); break;
    case EVENT_HOLD: take_hold(t, &event->u.hold); break;
    case EVENT_SET_COMPLETED:
        sane(t, t->in_set);
        t->in_set = false;
        break;
    case EVENT_REST_COMPLETED:
    case EVENT_PAIN:
    case EVENT_EFFORT: sane(t, t->in_session && !t->in_set); break;
    case EVENT_SESSION_COMPLETED:
        sane(t, t->in_session && !t->in_set);
        t->in_session = false;
        t->over = true;
        t->reason = event->u.session_completed.reason;
        break;
    case EVENT_PRESCRIPTION_ACCEPTED: sane(t, !t->in_session); break;
    case EVENT_STATION_STARTED:
    case EVENT_STATION_STOPPING:
    case EVENT_PRESCRIPTION_REJECTED:
    case EVENT_START_REFUSED:
    case EVENT_STOP:
    case EVENT_CALL:
    case EVENT_PROGRESSION_SUGGESTED:
    case EVENT_FAULT_RAISED:
    case EVENT_FAULT_CLEARED:
    case EVENT_TARED:
    case EVENT_CALIBRATED:
    case EVENT_CLOCK_SYNCED:
    case EVENT_SESSION_ATTRIBUTED:
    case EVENT_EVENTS_DROPPED:
    case EVENT_TYPE_COUNT:
        first = false; /* a patient who does what is asked gives no reason for any of these */
        sane(t, first);
    }
}

static void take_truth(void *self, const struct patient_truth *truth)
{
    struct tally *t = self;
    sane(t, t->truths < 200);
    t->truth[t->truths++] = *truth;
}

/* --- one session --------------------------------------------------------------------------------------------------- */

static char *payload(const struct session_row *row)
{
    json_t *item = json_pack("{s:s, s:s, s:s*, s:s, s:i, s:i}", "exercise", row->exercise, "contact", row->contact,
                             "anchor", row->anchor, "side", row->side, "rest_s", 20, "sets", row->sets);
    if (!row->hold) {
        json_object_set_new(item, "reps_min", json_integer(row->reps));
        json_object_set_new(item, "reps_max", json_integer(row->reps));
    } else {
        json_object_set_new(item, "holds", json_integer(row->reps));
        json_object_set_new(item, "hold_s", json_integer(10));
        json_object_set_new(item, "hold_rest_s", json_integer(15));
    }
    if (strcmp(row->exercise, "iso_heel_dig") == 0)
        json_object_set_new(item, "target", json_pack("{s:s, s:i, s:i}", "kind", "N", "value", 150, "band_pct", 15));
    json_t *rx = json_pack("{s:i, s:i, s:s, s:s, s:[o]}", "v", 1, "rev", 1, "id", "rx", "by", "test", "items", item);
    char *text = json_dumps(rx, JSON_COMPACT);
    json_decref(rx);
    return text;
}

static void play(const struct session_row *row, uint64_t seed, struct tally *tally)
{
    static const struct simulate_ops ops = {.event = take_event, .truth = take_truth};
    struct simulate_setup setup = {0};
    struct simulate_result result;
    char *rx = payload(row);
    patient_setup_default(&setup.patient);
    setup.patient.seed = seed;
    setup.patient.start_ns = NS_PER_S;
    setup.patient.exercises = exercises->v;
    setup.patient.exercise_count = exercises->count;
    setup.patient.band_mn = 60000; /* a weaker one may be left to the cues */
    setup.rx = rx;
    setup.rx_len = strlen(rx);
    *tally = (struct tally){.row = row, .seed = seed};
    int r = simulate_run(&setup, &ops, tally, &result);
    free(rx);
    if (r == -EBADMSG)
        fail_msg("%s %s: %s: %s", row->exercise, row->contact, result.refusal.path, result.refusal.reason);
    sane(tally, r == 0);
    sane(tally, tally->over && !tally->in_session);
    sane(tally, tally->reason == SESSION_DONE);
    sane(tally, result.counters.impossible == 0 && result.counters.lost_outputs == 0);
}

/* --- properties ---------------------------------------------------------------------------------------------------- */

static int sides(const struct session_row *row)
{
    return strcmp(row->side, "each") == 0 ? 2 : 1;
}

static void check_counts(const struct tally *t)
{
    const struct session_row *row = t->row;
    int sets = row->sets * sides(row), wanted = row->reps * sets;
    sane(t, t->reps == wanted);
    sane(t, t->truths == wanted);
    sane(t, t->sets == sets);
    sane(t, t->measured == (row->measured ? wanted : 0));
}

static void test_every_exercise_ends_done_and_counted(void **state)
{
    (void)state;
    const char *more = getenv("GYMSTATION_SEED");
    uint64_t last = more != NULL ? strtoull(more, NULL, 10) : 6;
    static struct tally t;
    for (int i = 0; i < ROWS; i++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            play(&rows[i], seed, &t);
            check_counts(&t);
        }
        play(&rows[i], last, &t);
        check_counts(&t);
    }
}

static int load_exercises(void **state)
{
    char dir[4096], err[EXERCISE_ERR_LEN];
    (void)state;
    if (exercise_dir_default(dir, sizeof dir) < 0 || exercise_dir_load(dir, &exercises, err, sizeof err) < 0) {
        fprintf(stderr, "%s\n", err);
        return -1;
    }
    return 0;
}

static int free_exercises(void **state)
{
    (void)state;
    exercise_set_free(exercises);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_exercise_ends_done_and_counted),
    };
    return cmocka_run_group_tests(tests, load_exercises, free_exercises);
}
