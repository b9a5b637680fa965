/* SPDX-License-Identifier: MIT */
/*
 * The record: one line a figure, "value noise name", lower is better. The sessions of a seed are the same every time,
 * so a figure only moves when the code does; how far it may move is how far it moves between patients: the standard
 * deviation over the seeds of an update, and at least the resolution that it is meant for. At most what would matter to
 * a therapist, however few patients a row has: they are the same ones the next time. Counts of what is wrong may not grow
 * at all.
 */
#include "tests/bench/bench.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXACT         0
#define SECONDS_FLOOR 0.005 /* s */
#define SHARE_FLOOR   0.002
#define SD_FLOOR      0.02
#define SECONDS_CAP   0.03 /* of a bias or a median: ways down 0.05 s longer have to be seen */
#define P90_CAP       0.10
#define SHARE_CAP     0.05
#define PHASES_MIN    100 /* a share of fewer says nothing */
#define NAMES_MAX     4000
#define NAME_MAX_LEN  96
#define RUNS_MAX      16

struct entry {
    char name[NAME_MAX_LEN];
    double value, floor, cap; /* the least noise, EXACT: none at all; and the most */
};

struct entries {
    int n;
    struct entry v[NAMES_MAX];
};

static void put_within(struct entries *entries, const char *row, const char *what, double value, double floor,
                       double cap)
{
    if (entries->n == NAMES_MAX)
        abort(); /* more figures than NAMES_MAX has room for: raise it */
    struct entry *entry = &entries->v[entries->n++];
    snprintf(entry->name, sizeof entry->name, "%s: %s", row, what);
    entry->value = value;
    entry->floor = floor;
    entry->cap = cap;
}

static void put(struct entries *entries, const char *row, const char *what, double value, double floor)
{
    put_within(entries, row, what, value, floor, SHARE_CAP);
}

static void put_figure(struct entries *entries, struct row *row, enum figure_kind kind)
{
    char what[40];
    struct figure_summary s = figure_summary(&row->figures[kind]);
    bool share = figure_is_share(kind);
    double floor = share ? SHARE_FLOOR : SECONDS_FLOOR, cap = share ? SHARE_CAP : SECONDS_CAP;
    snprintf(what, sizeof what, "%s bias", figure_str(kind));
    put_within(entries, row->name, what, fabs(s.bias), floor, cap);
    snprintf(what, sizeof what, "%s median", figure_str(kind));
    put_within(entries, row->name, what, s.median, floor, cap);
    snprintf(what, sizeof what, "%s p90", figure_str(kind));
    put_within(entries, row->name, what, s.p90, floor, share ? SHARE_CAP : P90_CAP);
    if (row->counted && row_share(row, kind) >= 0) { /* what is withheld is in none of the three */
        snprintf(what, sizeof what, "%s withheld", figure_str(kind));
        put(entries, row->name, what, 1 - row_share(row, kind), SHARE_FLOOR);
    }
}

static void put_row(struct entries *entries, struct row *row)
{
    put(entries, row->name, "src violations", row->src_violations, EXACT);
    put(entries, row->name, "unfinished", row->unfinished, EXACT);
    if (row->counted && row->sets > 0) {
        put(entries, row->name, "sets not measured", 1 - (double)row->measured / row->sets, SHARE_FLOOR);
        put(entries, row->name, "sets miscounted", row->measured - row->exact, EXACT);
        put(entries, row->name, "worst miss", row->worst_miss, EXACT);
    }
    if (row->with_sd > 0)
        put(entries, row->name, "phases beyond their sd_s", 1 - (double)row->within_sd / row->with_sd, SD_FLOOR);
    if (row->phases >= PHASES_MIN)
        put(entries, row->name, "phases wrong", (double)row->wrong / row->phases, SHARE_FLOOR);
    for (int k = 0; k < FIGURE_COUNT; k++)
        if (row->figures[k].n > 0)
            put_figure(entries, row, (enum figure_kind)k);
}

static struct entries *entries_of(struct rows *rows, const struct still *still)
{
    struct entries *entries = calloc(1, sizeof *entries);
    if (entries == NULL)
        abort();
    for (int i = 0; i < rows->n; i++)
        put_row(entries, &rows->v[i]);
    put(entries, "standing", "false reps", still->standing_reps, EXACT);
    put(entries, "walked past", "false reps", still->walked_reps, EXACT);
    put(entries, "idle", "false events", still->idle_events, EXACT);
    put(entries, "stop", "samples late", still->stop_samples, EXACT);
    put(entries, "stop", "s late", (double)still->stop_ns / 1e9, 0.001);
    return entries;
}

static const struct entry *find(const struct entries *entries, const char *name)
{
    for (int i = 0; i < entries->n; i++)
        if (strcmp(entries->v[i].name, name) == 0)
            return &entries->v[i];
    return NULL;
}

/* --- compare ----------------------------------------------------------------------------------------------------- */

/* True when it got worse, or is gone: what is no longer measured is worse than any error. */
static bool worse(const struct entries *now, const char *name, double value, double noise)
{
    const struct entry *entry = find(now, name);
    if (entry == NULL) {
        printf("WORSE  %s: was %.4f, is not measured any more\n", name, value);
        return true;
    }
    if (entry->value <= value + noise + 1e-9)
        return false;
    printf("WORSE  %s: %.4f, was %.4f (noise %.4f)\n", name, entry->value, value, noise);
    return true;
}

int recorded_compare(const char *path, struct rows *rows, const struct still *still)
{
    char line[256], name[NAME_MAX_LEN];
    double value, noise;
    int compared = 0, bad = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return -errno;
    struct entries *now = entries_of(rows, still);
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] == '#' || sscanf(line, "%lf %lf %95[^\n]", &value, &noise, name) != 3)
            continue;
        compared++;
        bad += worse(now, name, value, noise);
    }
    fclose(file);
    printf("\n%d figures compared with %s: %d worse by more than their noise.\n", compared, path, bad);
    if (bad > 0)
        printf("When that is meant: tools/bench accuracy --update, and say why in the commit.\n");
    free(now);
    return bad > 0 || compared == 0;
}

/* --- write ------------------------------------------------------------------------------------------------------- */

/* The standard deviation over the runs that have the figure. */
static double spread(struct entries *const *runs, int n, const char *name)
{
    double sum = 0, squares = 0;
    int found = 0;
    for (int i = 0; i < n; i++) {
        const struct entry *entry = find(runs[i], name);
        if (entry == NULL)
            continue;
        found++;
        sum += entry->value;
        squares += entry->value * entry->value;
    }
    if (found < 2)
        return 0;
    double variance = (squares - sum * sum / found) / (found - 1);
    return variance > 0 ? sqrt(variance) : 0;
}

int recorded_write(const char *path, struct rows *runs, int n, const struct still *still,
                   const struct bench_options *options)
{
    struct entries *entries[RUNS_MAX] = {NULL};
    FILE *file = n > 0 && n <= RUNS_MAX ? fopen(path, "w") : NULL;
    if (file == NULL)
        return -errno;
    for (int i = 0; i < n; i++)
        entries[i] = entries_of(&runs[i], still);
    fprintf(
        file,
        "# What the reduced bench found, seed %llu, %d sets; written by tools/bench accuracy --update.\n"
        "# value noise name: lower is better; noise is 1 sd over %d seeds, 5-30 ms (of a p90 up to 100) or 0.2-5 %%; 0 "
        "for counts.\n"
        "# A change for the worse needs a sentence in its commit saying why.\n",
        (unsigned long long)options->seed, options->sets, n);
    for (int i = 0; i < entries[0]->n; i++) {
        const struct entry *entry = &entries[0]->v[i];
        double noise =
            entry->floor > EXACT ? fmin(fmax(spread(entries, n, entry->name), entry->floor), entry->cap) : EXACT;
        fprintf(file, "%.4f %.4f %s\n", entry->value, noise, entry->name);
    }
    for (int i = 0; i < n; i++)
        free(entries[i]);
    return fclose(file) == 0 ? 0 : -errno;
}
