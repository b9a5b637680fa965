/* SPDX-License-Identifier: MIT */
/*
 * Every case in every exercise that it applies to: the same bodies each time, a set each, a row each. What a set of
 * plain patients hides in an average shows here by name.
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what applies to what ---------------------------------------------------------------------------------------- */

/* As in bench_setups; the last one there is a case of its own. */
enum { CURL = 1, STEP = 2, THRUST = 4, BRIDGE = 8, TAP = 16, HEEL = 32, HELD_BRIDGE = 64 };
#define SETUPS 7
#define HIPS   (THRUST | BRIDGE)
#define REPS   (CURL | STEP | HIPS | TAP)
#define ALL    (REPS | HEEL | HELD_BRIDGE)

/* Words that may be said of any repetition: why it was not seen, and that it was not. */
#define ANY_FLAGS (FLAG_CUED | FLAG_NO_BASELINE)
#define NOT_SEEN  (FLAG_BAND_NOT_SEEN | FLAG_MOVEMENT_NOT_SEEN)

/*
 * setups 0: nobody exercises (tests/bench/still.c, tests/unit/test_cases_*). A foot that taps shows the box nothing of
 * what the leg does in the air. flags: what is true of such a patient, and so may be said of any rep of the set;
 * blows of the heaviest reach 0.8 of the capacity.
 */
static const struct {
    unsigned setups, flags;
} rules[PATIENT_CASE_COUNT] = {
    [PATIENT_PLAIN] = {ALL, 0},
    [PATIENT_STOPS_MIDSET] = {ALL, 0},
    [PATIENT_LEAVES_BOX] = {ALL, 0},
    [PATIENT_AWAY_40] = {ALL, 0},
    [PATIENT_LEAVES_IN_ECC] = {REPS, FLAG_HEIGHT},
    [PATIENT_JUMPS_OFF] = {ALL, FLAG_HEIGHT | FLAG_OVERLOAD},
    [PATIENT_SLOW_MOUNT] = {ALL, 0},
    [PATIENT_SILENT_AT_7] = {REPS, 0},
    [PATIENT_STANDS] = {ALL, NOT_SEEN},
    [PATIENT_TWELVE] = {REPS, 0},
    [PATIENT_NO_PATIENT] = {0, 0},
    [PATIENT_PARTIAL] = {REPS & ~TAP, FLAG_HEIGHT},
    [PATIENT_DOUBLE_BOUNCE] = {REPS & ~TAP, FLAG_PAUSE_IN_ECC},
    [PATIENT_PAUSE_IN_ECC] = {REPS, FLAG_PAUSE_IN_ECC},
    [PATIENT_TWO_PART_CON] = {REPS, FLAG_TWO_PART},
    [PATIENT_DROPPED_ECC] = {REPS, FLAG_OVERLOAD},
    [PATIENT_TEMPO_DOUBLES] = {REPS, FLAG_OVERLOAD},
    [PATIENT_NO_TOUCHDOWN] = {HIPS, FLAG_NO_TOUCHDOWN},
    [PATIENT_PRESS_NO_LIFT] = {HIPS, 0},
    [PATIENT_PRETENSION] = {HIPS, 0},
    [PATIENT_REAR_PUSH] = {STEP, 0},
    [PATIENT_LEAD_SWAPPED] = {STEP, 0},
    [PATIENT_BOTH_OFF] = {REPS, 0},
    [PATIENT_DOUBLE_TAP] = {STEP, 0},
    [PATIENT_HOVERS] = {HEEL, 0},
    [PATIENT_HAND_TOUCH] = {ALL, FLAG_HAND_SUPPORT},
    [PATIENT_HAND_LEAN] = {ALL, FLAG_HAND_SUPPORT},
    [PATIENT_LEANING_STEPS] = {REPS, FLAG_HAND_SUPPORT},
    [PATIENT_TREMOR] = {ALL, 0},
    [PATIENT_COUGHS] = {ALL, 0},
    [PATIENT_SHUFFLES] = {REPS, 0},
    [PATIENT_HEEL_STRIKES] = {REPS, FLAG_OVERLOAD},
    /* Something on the box besides the patient is other_load; where it is not told so, hand_support is the nearest. */
    [PATIENT_SECOND_PERSON] = {ALL, FLAG_OTHER_LOAD | FLAG_HAND_SUPPORT | FLAG_OVERLOAD},
    [PATIENT_DUMBBELL] = {ALL, FLAG_OTHER_LOAD | FLAG_HAND_SUPPORT},
    [PATIENT_PHONE] = {ALL, FLAG_OTHER_LOAD | FLAG_HAND_SUPPORT},
    [PATIENT_TARE_FOOT] = {ALL, 0},
    [PATIENT_KICKED] = {ALL, FLAG_HAND_SUPPORT | FLAG_OVERLOAD},
    [PATIENT_SHOVED] = {REPS, FLAG_HAND_SUPPORT},
    [PATIENT_DRIFT] = {ALL, 0},
    [PATIENT_CREEP] = {ALL, 0},
    [PATIENT_WALKS_OVER] = {0, 0},
    [PATIENT_WALKED_PAST] = {ALL, NOT_SEEN | FLAG_OTHER_LOAD | FLAG_OVERLOAD},
    [PATIENT_CHILD_JUMPS] = {0, 0},
    [PATIENT_NOISE] = {ALL, NOT_SEEN},
    [PATIENT_BAND_SLIPS] = {CURL, NOT_SEEN},
    [PATIENT_BAND_SWAPPED] = {CURL, 0},
    [PATIENT_LIVE_AS_DEAD] = {CURL, NOT_SEEN},
    [PATIENT_SPS_10] = {ALL, FLAG_LOW_RATE},
    [PATIENT_SPS_76] = {ALL, 0},
    [PATIENT_SPS_87] = {ALL, 0},
    [PATIENT_GAP_SHORT] = {ALL, FLAG_GAP},
    [PATIENT_GAP_3S] = {ALL, FLAG_GAP | FLAG_SENSOR_FAULT},
    [PATIENT_LATE_BURST] = {ALL, 0},
    [PATIENT_DUPLICATES] = {ALL, 0},
    [PATIENT_STUCK_CODE] = {ALL, FLAG_GAP | FLAG_SENSOR_FAULT},
    [PATIENT_SPIKE] = {ALL, 0},
    [PATIENT_OVERLOAD] = {REPS, FLAG_OVERLOAD | FLAG_SENSOR_FAULT},
    [PATIENT_SATURATED] = {ALL, FLAG_GAP | FLAG_OVERLOAD | FLAG_SENSOR_FAULT},
    [PATIENT_CLOCK_STEPS] = {ALL, 0},
    [PATIENT_START_TWICE] = {ALL, 0},
    [PATIENT_STOP_COUNTDOWN] = {ALL, 0},
    [PATIENT_STOP_REST] = {ALL, 0},
    [PATIENT_STOP_REP_END] = {REPS, 0},
    [PATIENT_STOP_100] = {ALL, 0},
    [PATIENT_STUCK_BUTTON] = {0, 0},
    [PATIENT_RX_REPLACED] = {ALL, 0},
};

unsigned cases_setups(enum patient_case oddity)
{
    return rules[oddity].setups;
}

unsigned cases_flags(enum patient_case oddity)
{
    return rules[oddity].flags | ANY_FLAGS;
}

/* --- one session ------------------------------------------------------------------------------------------------- */

/* What a row of cases has besides that of any row. */
struct tally {
    int paced;         /* sets that fell back to cues */
    int unsaid;        /* worst miss of a set that is trusted and has no flag */
    int more;          /* most repetitions that a patient did beyond what was prescribed */
    int undone;        /* sessions whose last set is not done */
    int reps, bad_sum; /* repetitions and holds that were told; those that say what is not true */
    int bad[FLAG_COUNT];
};

struct count {
    int full, paced, truths, either;
    bool doubted; /* not trusted, or a flag somewhere */
};

static void count_flags(struct tally *tally, struct count *count, unsigned flags, unsigned allowed)
{
    tally->reps++;
    tally->bad_sum += (flags & ~(allowed | ANY_FLAGS)) != 0;
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        tally->bad[bit] += (flags & ~(allowed | ANY_FLAGS) & 1u << bit) != 0;
    count->doubted = count->doubted || flags != 0;
}

static struct count count_session(struct tally *tally, const struct watch *watch, unsigned allowed)
{
    struct count count = {0};
    for (int i = 0; i < watch->reps; i++) {
        count.full += watch->rep[i].data.outcome == REP_FULL;
        count.paced += watch->rep[i].data.outcome == REP_PACED;
        count_flags(tally, &count, watch->rep[i].data.flags, allowed);
    }
    for (int i = 0; i < watch->holds; i++) {
        count.full++;
        count.paced += watch->hold[i].data.in_band_ns == ABSENT;
        count_flags(tally, &count, watch->hold[i].data.flags, allowed);
    }
    for (int i = 0; i < watch->truths; i++)
        if (truth_complete(watch, &watch->truth[i]))
            ++*(truth_either(watch, &watch->truth[i]) ? &count.either : &count.truths);
    for (int i = 0; i < watch->sets; i++)
        count.doubted = count.doubted || (watch->set_to_ns[i] != NEVER && !watch->done[i].trusted);
    return count;
}

/* Returns the miss of a measured set, else 0. */
static int tally_session(struct tally *tally, const struct bench_session *session, const struct watch *watch)
{
    struct count count = count_session(tally, watch, rules[session->patient.oddity].flags);
    int miss = count_miss(count.full, count.truths, count.either), more = count.truths - session->reps,
        last = watch->sets - 1;
    bool paced = count.paced > 0 || (count.full == 0 && count.truths > 0);
    tally->paced += paced;
    tally->undone += last < 0 || watch->set_to_ns[last] == NEVER || watch->done[last].reason != SET_DONE;
    tally->more = more > tally->more ? more : tally->more;
    if (!paced && !count.doubted && miss > tally->unsaid)
        tally->unsaid = miss;
    return paced ? 0 : miss;
}

/* --- rows -------------------------------------------------------------------------------------------------------- */

static void print_head(void)
{
    printf("%-16s %-14s %4s %5s %5s %3s %6s %4s %6s %3s %6s %5s %6s %15s %15s  %s\n", "case", "exercise", "sets",
           "paced", "exact", "off", "unsaid", "more", "undone", "src", "phases", "wrong", "unsaid", "ecc s", "rep %",
           "says what is not so");
}

static const char *cell(char ret[32], struct figure *figure, bool share)
{
    struct figure_summary s = figure_summary(figure);
    double unit = share ? 100 : 1;
    int decimals = share ? 1 : 2;
    if (s.n == 0)
        snprintf(ret, 32, "-");
    else
        snprintf(ret, 32, "%+.*f/%.*f/%.*f", decimals, unit * s.bias, decimals, unit * s.median, decimals,
                 unit * s.p90);
    return ret;
}

static void print_row(const char *oddity, const char *exercise, struct row *row, const struct tally *tally)
{
    char ecc[32], rep[32];
    printf("%-16s %-14s %4d %5d %5d %3d %6d %4d %6d %3d %6d %5d %6d %15s %15s ", oddity, exercise, row->sets,
           tally->paced, row->exact, row->worst_miss, tally->unsaid, tally->more, tally->undone, row->src_violations,
           row->phases, row->wrong, row->wrong_unsaid, cell(ecc, &row->figures[FIGURE_ECC], false),
           cell(rep, &row->figures[FIGURE_REP], true));
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        if (tally->bad[bit] > 0)
            printf(" %s %d/%d", flag_str(1u << bit), tally->bad[bit], tally->reps);
    printf("\n");
}

static void print_foot(void)
{
    printf(
        "\nThe same bodies in every case. paced: sets that fell back to cues; of the others exact count and worst miss "
        "(off),\nunsaid: the worst of a set that is trusted and has no flag; more: most repetitions done beyond what "
        "was prescribed;\nundone: sessions whose last set is not `done`. src: phases claimed that physics does not "
        "allow. phases: those that are\ncompared; wrong: by more than 3 sd_s and 0.3 s, unsaid: in a rep without a "
        "flag. ecc and rep: bias/median/90th\npercentile of the error. Last: flags that such a patient gives no reason "
        "for, of all reps.\n"
        "--case NAME --exercise E --session I shows the I-th session of a row.\n");
}

/* --- run --------------------------------------------------------------------------------------------------------- */

static bool chosen(const char *name, const char *wanted)
{
    return wanted == NULL || strcmp(name, wanted) == 0;
}

/* A held bridge and a bridge have one name each, a curl's finger touch none. */
static void show(const struct cases_wanted *wanted, int setup, enum patient_case oddity, struct watch *watch,
                 const struct exercise_set *exercises)
{
    struct bench_session session;
    draw_case(wanted->seed, wanted->session, &bench_setups[setup], oddity, exercises, &session);
    watch_session(watch, &session);
    show_watched(bench_setups[setup].exercise, &session, watch);
}

/* Returns the phases claimed that cannot be seen. */
static int run_row(const struct cases_wanted *wanted, int setup, enum patient_case oddity, struct watch *watch,
                   const struct exercise_set *exercises)
{
    static struct rows rows;
    struct tally tally = {0};
    struct bench_session session;
    const char *name = patient_case_str(oddity), *exercise = bench_setups[setup].exercise;
    struct row *row = rows_find(&rows, name, true);
    for (int i = 0; row->sets < wanted->sets && i < wanted->sets; i++) {
        draw_case(wanted->seed, i, &bench_setups[setup], oddity, exercises, &session);
        watch_session(watch, &session);
        int before = row->src_violations;
        judge_session(row, &session, watch);
        int miss = tally_session(&tally, &session, watch), claimed = row->src_violations - before;
        if (miss > 0)
            fprintf(stderr, "miscounted by %d: --cases --case %s --exercise %s --session %d shows it\n", miss, name,
                    exercise, i);
        if (claimed > 0)
            fprintf(stderr, "%d phases that cannot be seen: --cases --case %s --exercise %s --session %d shows them\n",
                    claimed, name, exercise, i);
    }
    int violations = row->src_violations;
    print_row(name, exercise, row, &tally);
    rows_clear(&rows);
    return violations;
}

int cases_run(const struct cases_wanted *wanted, const struct exercise_set *exercises)
{
    struct watch *watch = malloc(sizeof *watch);
    int rows = 0, violations = 0;
    if (watch == NULL)
        abort();
    if (wanted->session < 0)
        print_head();
    for (int oddity = 0; oddity < PATIENT_CASE_COUNT; oddity++)
        for (int setup = 0; setup < SETUPS; setup++) {
            if ((rules[oddity].setups & 1u << setup) == 0 ||
                !chosen(patient_case_str((enum patient_case)oddity), wanted->oddity) ||
                !chosen(bench_setups[setup].exercise, wanted->exercise))
                continue;
            rows++;
            if (wanted->session >= 0)
                show(wanted, setup, (enum patient_case)oddity, watch, exercises);
            else
                violations += run_row(wanted, setup, (enum patient_case)oddity, watch, exercises);
        }
    if (wanted->session < 0)
        print_foot();
    if (rows == 0)
        fprintf(stderr, "No such case and exercise together; gymstationctl simulate --list-cases names the cases.\n");
    free(watch);
    return rows == 0 || violations > 0;
}
