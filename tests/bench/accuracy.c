/* SPDX-License-Identifier: MIT */
/* How well the station measures: simulated sets against what really happened, as one table. See tools/bench. */
#include "tests/bench/bench.h"

#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/oracle.h"
#include "tests/bench/spoil.h"

#define SETS_DEFAULT  5000
#define SETS_REDUCED  400
#define ORACLE_SETS   60
#define HOURS_DEFAULT 10
#define HOURS_REDUCED 1
#define UPDATE_RUNS   5 /* seeds whose spread is the noise of a recorded figure */

struct options {
    struct bench_options bench;
    bool reduced, update, markdown;
    const char *recorded;
    int session; /* to be shown, or -1 */
    bool cases, oracle, speed, mutants;
    const char *oddity, *exercise; /* of the cases: one, or NULL for all */
};

enum { KEY_CASES = 256, KEY_CASE, KEY_EXERCISE, KEY_ORACLE, KEY_SPEED, KEY_MUTANTS };

static const struct argp_option argp_options[] = {
    {"sets", 'n', "N", 0, "Simulate at least N sets (5000)", 0},
    {"seed", 's', "S", 0, "Begin with another seed (1)", 0},
    {"reduced", 'r', NULL, 0, "A small run, compared with what is recorded; exit 1 when a figure is worse", 0},
    {"update", 'u', NULL, 0, "The small run under five seeds; writes figures and their noise to the record", 0},
    {"recorded", 'f', "FILE", 0, "The record (tests/bench/recorded.txt)", 0},
    {"session", 'i', "I", 0, "Show session I of the run in full instead", 0},
    {"oracle", KEY_ORACLE, NULL, 0,
     "What a reader who knows the patient would miss instead: the best there is, of N sets (60) of each row of curls, "
     "step-ups and thrusts; with --cases, of odd ways of doing a repetition",
     0},
    {"speed", KEY_SPEED, NULL, 0, "Only how fast the core takes samples, by set-up", 0},
    {"mutants", KEY_MUTANTS, NULL, 0,
     "The small run of stations that measure a little worse, each in one way; exit 1 when the record does not see one",
     0},
    {"markdown", 'm', NULL, 0, "Print the README's tables instead, as Markdown", 0},
    {"cases", KEY_CASES, NULL, 0, "Every case in every exercise that it applies to instead: a row each, of N sets (12)",
     0},
    {"case", KEY_CASE, "NAME", 0, "Of these only that case", 0},
    {"exercise", KEY_EXERCISE, "E", 0, "Of these only that exercise", 0},
    {0},
};

static long number(struct argp_state *state, const char *text, long min, long max)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (*text == '\0' || *end != '\0' || n < min || n > max)
        argp_error(state, "%s: a number from %ld to %ld is wanted", text, min, max);
    return n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'n': options->bench.sets = (int)number(state, arg, 1, 10000000); break;
    case 's': options->bench.seed = (uint64_t)number(state, arg, 1, 1000000000); break;
    case 'i': options->session = (int)number(state, arg, 0, 10000000); break;
    case 'r': options->reduced = true; break;
    case 'u': options->update = true; break;
    case 'f': options->recorded = arg; break;
    case KEY_SPEED: options->speed = true; break;
    case KEY_MUTANTS: options->mutants = true; break;
    case KEY_ORACLE: options->oracle = true; break;
    case KEY_CASES: options->cases = true; break;
    case KEY_CASE: options->oddity = arg; break;
    case KEY_EXERCISE: options->exercise = arg; break;
    case ARGP_KEY_END:
        if (!options->cases && (options->oddity != NULL || options->exercise != NULL))
            argp_error(state, "--case and --exercise go with --cases");
        break;
    case 'm': options->markdown = true; break;
    case ARGP_KEY_ARG: argp_error(state, "%s: there is nothing to name here", arg); break;
    default: return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static int violations_of(const struct rows *rows)
{
    int n = 0;
    for (int i = 0; i < rows->n; i++)
        n += rows->v[i].src_violations;
    return n;
}

static int update(const struct options *options, const struct exercise_set *exercises)
{
    static struct rows runs[UPDATE_RUNS];
    static struct drawn drawn;
    struct still still;
    struct bench_options bench = options->bench;
    for (int i = 0; i < UPDATE_RUNS; i++, bench.seed++)
        run_sessions(&runs[i], &drawn, &bench, exercises, NULL, NULL);
    still_run(&still, options->bench.seed, HOURS_REDUCED, exercises);
    int r = recorded_write(options->recorded, runs, UPDATE_RUNS, &still, &options->bench);
    for (int i = 0; i < UPDATE_RUNS; i++)
        rows_clear(&runs[i]);
    return r;
}

static int mutants(const struct options *options, const struct exercise_set *exercises)
{
    static struct rows rows;
    static struct drawn drawn;
    struct still still;
    struct spoilt *spoilt = spoil_new();
    run_sessions(&rows, &drawn, &options->bench, exercises, spoil_take, spoilt);
    rows_clear(&rows);
    still_run(&still, options->bench.seed, HOURS_REDUCED, exercises);
    int r = spoil_compare(spoilt, options->recorded, &still);
    free(spoilt);
    return r;
}

static int measure(const struct options *options, const struct exercise_set *exercises)
{
    static struct rows rows;
    static struct found found;
    uint64_t seed = options->bench.seed;
    found = (struct found){.rows = &rows, .whole = !options->reduced};
    run_sessions(&rows, &found.drawn, &options->bench, exercises, NULL, NULL);
    fprintf(stderr, "standing and idling\n");
    still_run(&found.still, seed, options->reduced ? HOURS_REDUCED : HOURS_DEFAULT, exercises);
    if (found.whole) {
        fprintf(stderr, "what physics leaves, and speed\n");
        oracle_measure(&found.bounds, seed, ORACLE_SETS, found.drawn.sessions - found.drawn.varied, found.drawn.varied,
                       exercises);
        speed_run(&found.speed, seed, exercises);
    }
    if (options->markdown)
        table_markdown(&found);
    else
        table_print(&found);
    int r = options->reduced ? recorded_compare(options->recorded, &rows, &found.still) : violations_of(&rows) > 0;
    rows_clear(&rows);
    return r;
}

static int measure_speed(uint64_t seed, const struct exercise_set *exercises)
{
    struct speed speed;
    speed_run(&speed, seed, exercises);
    speed_print(&speed);
    return 0;
}

static int run(const struct options *options, const struct exercise_set *exercises)
{
    const struct cases_wanted cases = {.seed = options->bench.seed,
                                       .sets = options->bench.sets,
                                       .oddity = options->oddity,
                                       .exercise = options->exercise,
                                       .session = options->session};
    if (options->cases)
        return options->oracle ? oracle_cases(&cases, exercises) : cases_run(&cases, exercises);
    if (options->mutants)
        return mutants(options, exercises);
    if (options->update)
        return update(options, exercises);
    if (options->oracle) {
        oracle_run(options->bench.seed, options->bench.sets, exercises);
        return 0;
    }
    if (options->speed)
        return measure_speed(options->bench.seed, exercises);
    if (options->session < 0)
        return measure(options, exercises);
    show_session(&options->bench, options->session, exercises);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        argp_options, parse, NULL, "Simulated sets against what really happened, as one table.", NULL, NULL, NULL};
    struct options options = {.bench = {.seed = 1}, .recorded = "tests/bench/recorded.txt", .session = -1};
    char dir[4096], err[EXERCISE_ERR_LEN] = "there is no directory of exercises";
    struct exercise_set *exercises = NULL;
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    options.bench.pool_cases = options.reduced || options.update || options.mutants;
    if (options.bench.sets == 0)
        options.bench.sets = options.cases              ? CASES_SETS
                             : options.oracle           ? ORACLE_SETS
                             : options.bench.pool_cases ? SETS_REDUCED
                                                        : SETS_DEFAULT;
    if (exercise_dir_default(dir, sizeof dir) < 0 || exercise_dir_load(dir, &exercises, err, sizeof err) < 0) {
        fprintf(stderr, "%s\n", err);
        return 1;
    }
    int r = run(&options, exercises);
    if (r < 0)
        fprintf(stderr, "%s: %s; run from the root of the sources, or name it with --recorded\n", options.recorded,
                strerror(-r));
    exercise_set_free(exercises);
    return r == 0 ? 0 : 1;
}
