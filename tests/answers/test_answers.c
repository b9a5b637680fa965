/* SPDX-License-Identifier: MIT */
/*
 * A test for every case in every exercise that it applies to: "case, exercise". Run with the name of an exercise, or
 * without for all. The I-th patient of each is session I of `tools/bench accuracy --cases --case NAME --exercise E`.
 */
#include "tests/answers/answers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEED          1
#define PATIENTS      4 /* of 45-130 kg, at 80, 76, 87.5 and 320 samples a second */
#define WRONG_MAX_PCT 6 /* of the phases of all four: by more than 3 sd_s and 0.3 s, in reps without a flag */
#define FALSE_MAX_PCT 3 /* of the reps of all four: a flag that such a patient gives no reason for */
#define NAME_LEN_MAX  64

static struct exercise_set *exercises;
static struct watch *watch;

/* One test. */
struct asked {
    const struct answer *answer;
    int setup;
    int prescribed;       /* instead of an answer */
    int patient;          /* the one at hand, for messages */
    int reps;             /* of all patients so far, ... */
    int said[FLAG_COUNT]; /* and those with that flag */
    char name[NAME_LEN_MAX];
};

#define wrong(asked, ...)                                                                                              \
    do {                                                                                                               \
        print_error("%s, patient %d (tools/bench accuracy --cases --case %s --exercise %s --session %d): ",            \
                    (asked)->name, (asked)->patient, patient_case_str((asked)->answer->oddity),                        \
                    bench_setups[(asked)->setup].exercise, (asked)->patient);                                          \
        fail_msg(__VA_ARGS__);                                                                                         \
    } while (0)

/* --- what came of it --------------------------------------------------------------------------------------------- */

struct outcome {
    int full, partial, paced, truths, either;
    unsigned flags;
    bool trusted;
};

static struct outcome outcome_of(const struct asked *asked)
{
    struct outcome o = {.trusted = true};
    for (int i = 0; i < watch->reps; i++) {
        o.full += watch->rep[i].data.outcome == REP_FULL;
        o.partial += watch->rep[i].data.outcome == REP_PARTIAL;
        o.paced += watch->rep[i].data.outcome == REP_PACED;
        o.flags |= watch->rep[i].data.flags;
    }
    for (int i = 0; i < watch->holds; i++) {
        bool blind = watch->hold[i].data.in_band_ns == ABSENT;
        o.paced += blind;
        o.full += !blind;
        o.flags |= watch->hold[i].data.flags;
    }
    for (int i = 0; i < watch->truths; i++)
        if (truth_complete(watch, &watch->truth[i]))
            ++*(truth_either(watch, &watch->truth[i]) ? &o.either : &o.truths);
    for (int i = 0; i < watch->sets; i++) {
        if (watch->set_to_ns[i] == NEVER)
            wrong(asked, "set %d is never over", i + 1);
        o.trusted = o.trusted && watch->done[i].trusted;
    }
    return o;
}

static bool said(const struct outcome *o)
{
    return !o->trusted || o->flags != 0;
}

/* --- against the answer ------------------------------------------------------------------------------------------ */

static bool count_right(enum count_answer wanted, const struct outcome *o)
{
    int miss = count_miss(o->full, o->truths, o->either);
    switch (wanted) {
    case COUNT_EXACT: return miss == 0 && o->paced == 0;
    case COUNT_NEAR: return o->paced == 0 && (miss == 0 || (miss == 1 && said(o)));
    case COUNT_HONEST: return o->paced > 0 || miss == 0 || said(o);
    case COUNT_PACED: return o->paced > 0 && o->full <= o->truths + o->either;
    case COUNT_NONE: return o->full == 0;
    }
    return false;
}

static void judge_count(const struct asked *asked, const struct outcome *o)
{
    const struct answer *answer = asked->answer;
    if (!count_right(answer->count, o))
        wrong(asked, "%d full, %d partial, %d paced of %d done (%d more may count)%s", o->full, o->partial, o->paced,
              o->truths, o->either, said(o) ? "" : ", and nothing says so");
    if (o->partial < answer->partial_min || o->partial > answer->partial_max)
        wrong(asked, "%d partial reps, not %d to %d", o->partial, answer->partial_min, answer->partial_max);
}

static const struct {
    int runs_min, runs_max;
    enum set_reason first, last; /* of no run: any */
    enum session_reason session;
    bool untrusted;
} ends[END_COUNT] = {
    [END_DONE] = {1, 1, SET_DONE, SET_DONE, SESSION_DONE, false},
    [END_AFTER_STOP] = {2, 2, SET_STOPPED, SET_DONE, SESSION_DONE, false},
    [END_AFTER_LEAVE] = {2, 2, SET_LEFT_BOX, SET_DONE, SESSION_DONE, false},
    [END_AFTER_TIME] = {2, 2, SET_TIMEOUT, SET_DONE, SESSION_DONE, false},
    [END_BLIND] = {1, 1, SET_DONE, SET_DONE, SESSION_DONE, true},
    [END_NOBODY] = {1, 1, SET_UNCONFIRMED, SET_UNCONFIRMED, SESSION_DONE, false},
    [END_NO_HOLD] = {2, 2, SET_TIMEOUT, SET_UNCONFIRMED, SESSION_DONE, false},
    [END_NOT_STARTED] = {0, 2, SET_TIMEOUT, SET_UNCONFIRMED, SESSION_ABANDONED, false},
    [END_STOPPED] = {1, 1, SET_STOPPED, SET_STOPPED, SESSION_STOPPED, false},
    [END_REST_STOPPED] = {1, 1, SET_DONE, SET_DONE, SESSION_STOPPED, false},
    [END_IDLE] = {0, 0, SET_DONE, SET_DONE, SESSION_DONE, false},
};

/* Of nobody who is found on the box the session is abandoned; a rep that was missed is done after the time limit. */
static enum end_answer end_of(const struct asked *asked)
{
    const struct answer *answer = asked->answer;
    if (answer->end == END_NOT_STARTED && watch->sets > 0)
        return bench_setups[asked->setup].hold ? END_NO_HOLD : END_NOBODY;
    bool may_miss = answer->count == COUNT_NEAR || answer->count == COUNT_HONEST;
    return answer->end == END_DONE && may_miss && watch->sets == 2 ? END_AFTER_TIME : answer->end;
}

static void judge_end(const struct asked *asked, const struct outcome *o)
{
    const struct answer *answer = asked->answer;
    enum end_answer end = end_of(asked);
    if (watch->sets < ends[end].runs_min || watch->sets > ends[end].runs_max)
        wrong(asked, "%d sets begun, not %d to %d", watch->sets, ends[end].runs_min, ends[end].runs_max);
    if (watch->sets > 0 &&
        (watch->done[0].reason != ends[end].first || watch->done[watch->sets - 1].reason != ends[end].last))
        wrong(asked, "the first set ends %s, the last %s", set_reason_str(watch->done[0].reason),
              set_reason_str(watch->done[watch->sets - 1].reason));
    if (watch->sessions != (end != END_IDLE) || (end != END_IDLE && watch->ended != ends[end].session))
        wrong(asked, "%d sessions, the last %s", watch->sessions, session_reason_str(watch->ended));
    if (o->trusted == ends[end].untrusted)
        wrong(asked, "%s", o->trusted ? "it is trusted" : "it is not trusted");
    if (watch->faults < answer->faults_min || watch->faults > answer->faults_max)
        wrong(asked, "%d faults", watch->faults);
}

static void count_flags(struct asked *asked, unsigned flags)
{
    asked->reps++;
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        asked->said[bit] += (flags & 1u << bit) != 0;
}

static void judge_flags(struct asked *asked, const struct outcome *o)
{
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        if (asked->answer->must & ~o->flags & 1u << bit)
            wrong(asked, "%s is not said", flag_str(1u << bit));
    for (int i = 0; i < watch->reps; i++)
        count_flags(asked, watch->rep[i].data.flags);
    for (int i = 0; i < watch->holds; i++)
        count_flags(asked, watch->hold[i].data.flags);
}

/* Of all four patients. */
static void judge_false_flags(const struct asked *asked)
{
    unsigned true_ones = asked->answer->must | asked->answer->may | cases_flags(asked->answer->oddity);
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        if ((true_ones & 1u << bit) == 0 && asked->said[bit] * 100 > asked->reps * FALSE_MAX_PCT)
            wrong(asked, "of all four patients %d reps of %d say %s without a reason", asked->said[bit], asked->reps,
                  flag_str(1u << bit));
}

/* What the set says it sees is what the physics says, or less. */
static void judge_grades(const struct asked *asked)
{
    unsigned allowed = bench_setups[asked->setup].phases;
    for (int i = 0; i < watch->reps; i++) {
        const struct observability *sees = &watch->rep[i].sees;
        const enum grade grades[PHASE_COUNT] = {sees->con, sees->top, sees->ecc, sees->bottom};
        for (int p = 0; p < PHASE_COUNT; p++)
            if (grades[p] >= GRADE_B && (allowed & 1u << p) == 0)
                wrong(asked, "the set says that it sees %s", phase_str((enum phase)p));
    }
}

static void judge_patient(struct asked *asked, struct row *row)
{
    struct bench_session session;
    draw_case(SEED, asked->patient, &bench_setups[asked->setup], asked->answer->oddity, exercises, &session);
    watch_session(watch, &session);
    if (watch->error != 0)
        wrong(asked, "%s", strerror(-watch->error));
    judge_session(row, &session, watch);
    struct outcome o = outcome_of(asked);
    judge_count(asked, &o);
    judge_end(asked, &o);
    judge_flags(asked, &o);
    judge_grades(asked);
}

static void judge_phases(const struct asked *asked, const struct row *row)
{
    bool shown = bench_setups[asked->setup].phases != 0;
    if (row->src_violations > 0)
        wrong(asked, "%d phases claimed that cannot be seen", row->src_violations);
    if (shown && asked->answer->phases == PHASES_SEEN && row->phases == 0)
        wrong(asked, "no phase is claimed");
    if (asked->answer->phases == PHASES_NONE && row->phases > 0)
        wrong(asked, "%d phases are claimed", row->phases);
    if (row->wrong_unsaid * 100 > row->phases * WRONG_MAX_PCT)
        wrong(asked, "of all four patients %d phases of %d are wrong without a flag", row->wrong_unsaid, row->phases);
}

static void test_answer(void **state)
{
    static struct rows rows;
    struct asked *asked = *state;
    rows_clear(&rows); /* of a test that failed */
    struct row *row = rows_find(&rows, asked->name, true);
    for (int i = 0; i < PATIENTS; i++) {
        asked->patient = i;
        judge_patient(asked, row);
    }
    judge_false_flags(asked);
    judge_phases(asked, row);
    rows_clear(&rows);
}

/* --- all of them ------------------------------------------------------------------------------------------------- */

/* Nobody exercises: then it is the same whatever is prescribed. */
static unsigned setups_of(enum patient_case oddity)
{
    return cases_setups(oddity) != 0 ? cases_setups(oddity) : ALL;
}

/* Every case has one answer for each set-up that it applies to, and none for any other. */
static void test_every_case_is_answered(void **state)
{
    (void)state;
    for (int oddity = 0; oddity < PATIENT_CASE_COUNT; oddity++) {
        unsigned answered = 0, twice = 0;
        for (int i = 0; i < answer_count; i++) {
            if ((int)answers[i].oddity != oddity)
                continue;
            twice |= answered & answers[i].setups;
            answered |= answers[i].setups;
        }
        if (answered != setups_of((enum patient_case)oddity) || twice != 0)
            fail_msg("%s: answers for set-ups 0x%x of 0x%x, 0x%x twice", patient_case_str((enum patient_case)oddity),
                     answered, setups_of((enum patient_case)oddity), twice);
    }
}

static const struct {
    const char *name;
    unsigned setups;
    void (*judge)(int setup, const struct exercise_set *exercises, struct watch *watch);
} prescribed[] = {
    {"nothing prescribed", ALL, prescribed_nothing},       {"no tempo", REPS, prescribed_free},
    {"light and quick", REPS, prescribed_light},           {"as fast as possible", REPS, prescribed_asap},
    {"ten minutes of standing", ALL, prescribed_standing},
};

#define PRESCRIBED (int)(sizeof prescribed / sizeof prescribed[0])

static void test_prescribed(void **state)
{
    const struct asked *asked = *state;
    prescribed[asked->prescribed].judge(asked->setup, exercises, watch);
}

static int begin(void **state)
{
    char dir[4096], err[EXERCISE_ERR_LEN] = "there is no directory of exercises";
    (void)state;
    watch = malloc(sizeof *watch);
    if (exercise_dir_default(dir, sizeof dir) < 0 || exercise_dir_load(dir, &exercises, err, sizeof err) < 0)
        fprintf(stderr, "%s\n", err);
    return watch != NULL && exercises != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    free(watch);
    exercise_set_free(exercises);
    return 0;
}

#define TESTS_MAX 600

static struct asked asked_of[TESTS_MAX];
static struct CMUnitTest tests[TESTS_MAX];

static bool chosen(const char *exercise, int setup)
{
    return exercise == NULL || strcmp(exercise, bench_setups[setup].exercise) == 0;
}

static int add(int n, struct asked asked, const char *what, CMUnitTestFunction judge)
{
    if (n == TESTS_MAX)
        abort(); /* more answers than TESTS_MAX has room for: raise it */
    asked_of[n] = asked;
    snprintf(asked_of[n].name, sizeof asked_of[n].name, "%s, %s", what, bench_setups[asked.setup].exercise);
    tests[n] = (struct CMUnitTest){.name = asked_of[n].name, .test_func = judge, .initial_state = &asked_of[n]};
    return n + 1;
}

static int list(const char *exercise)
{
    int n = 0;
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_every_case_is_answered);
    for (int setup = 0; setup < ANSWER_SETUPS; setup++) {
        if (!chosen(exercise, setup))
            continue;
        for (int i = 0; i < answer_count; i++)
            if (answers[i].setups & 1u << setup)
                n = add(n, (struct asked){.answer = &answers[i], .setup = setup}, patient_case_str(answers[i].oddity),
                        test_answer);
        for (int i = 0; i < PRESCRIBED; i++)
            if (prescribed[i].setups & 1u << setup)
                n = add(n, (struct asked){.prescribed = i, .setup = setup}, prescribed[i].name, test_prescribed);
    }
    return n;
}

int main(int argc, char **argv)
{
    int n = list(argc > 1 ? argv[1] : NULL);
    if (argc > 2)
        cmocka_set_test_filter(argv[2]);
    return _cmocka_run_group_tests("answers", tests, (size_t)n, begin, end);
}
