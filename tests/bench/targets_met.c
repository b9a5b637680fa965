/* SPDX-License-Identifier: MIT */
/*
 * Whether a target is met: by the figure that its sentence asks for, and by every row that it speaks of for itself; what
 * misses is named, and beside it what is left to a reader who knows the patient.
 */
#include "tests/bench/targets.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row *target_row(const struct found *found, int i)
{
    char name[ROW_NAME_LEN];
    return rows_find(found->rows, draw_target_name(i, name), true);
}

void finding_add(char list[FINDING_LIST], const char *format, ...)
{
    size_t len = strlen(list);
    va_list args;
    va_start(args, format);
    vsnprintf(list + len, FINDING_LIST - len, format, args);
    va_end(args);
}

/* --- counts ------------------------------------------------------------------------------------------------------ */

struct counts {
    int measured, exact, worst;
};

static void add_counts(struct counts *counts, const struct row *row)
{
    counts->measured += row->measured;
    counts->exact += row->exact;
    counts->worst = row->worst_miss > counts->worst ? row->worst_miss : counts->worst;
}

/* Leaning on a chair takes the grade of a curl down to C, and of nothing else. */
static bool leaning_row(const struct row *row)
{
    return strcmp(row->name, "case hand_lean" BENCH_OF_CURLS) == 0 ||
           strcmp(row->name, "case leaning_steps" BENCH_OF_CURLS) == 0;
}

static double exact_pct(const struct counts *counts)
{
    return counts->measured > 0 ? 100.0 * counts->exact / counts->measured : 0;
}

static bool miscounted(const struct wanted *target, const struct row *row)
{
    const struct counts one = {row->measured, row->exact, row->worst_miss};
    return row->measured > 0 && (row->worst_miss > 1 || exact_pct(&one) < target->median);
}

/* Sets that went on by cue are in none of the counts of count_met(). */
bool cued_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    int sets = 0, cued = 0, weak = 0;
    (void)target;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        const struct row *row = target_row(found, i);
        sets += row->sets;
        cued += row->sets - row->measured;
        weak += row->weak;
        if (row->sets == row->measured)
            continue;
        finding_add(ret->list, "%s: %d of %d", row->name, row->sets - row->measured, row->sets);
        if (row->weak > 0)
            finding_add(ret->list, ", %d of them with such a band", row->weak);
        finding_add(ret->list, "\n");
    }
    snprintf(ret->text, FINDING_TEXT, "%d of %d (%.1f %%), %d of them with such a band", cued, sets,
             sets > 0 ? 100.0 * cued / sets : 0, weak);
    return true;
}

bool count_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    struct counts all = {0};
    for (int i = 0; i < found->rows->n; i++) {
        const struct row *row = &found->rows->v[i];
        if (!row->counted || leaning_row(row))
            continue;
        add_counts(&all, row);
        ret->figures += row->measured > 0;
        if (!miscounted(target, row))
            continue;
        ret->missed++;
        finding_add(ret->list, "%s: %d of %d exact, off by %d at most\n", row->name, row->exact, row->measured,
                    row->worst_miss);
    }
    snprintf(ret->text, FINDING_TEXT, "%.2f %% of %d, off by %d at most", exact_pct(&all), all.measured, all.worst);
    return exact_pct(&all) >= target->median && all.worst <= 1;
}

bool src_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    int all = 0;
    (void)target;
    for (int i = 0; i < found->rows->n; i++) {
        const struct row *row = &found->rows->v[i];
        ret->figures++;
        ret->missed += row->src_violations > 0;
        all += row->src_violations;
        if (row->src_violations > 0)
            finding_add(ret->list, "%s: %d\n", row->name, row->src_violations);
    }
    snprintf(ret->text, FINDING_TEXT, "%d", all);
    return all == 0;
}

/* --- figures ----------------------------------------------------------------------------------------------------- */

struct figure_summary target_summary(const struct found *found, int row, enum figure_kind kind)
{
    return figure_summary(&target_row(found, row)->figures[kind]);
}

/* That figure of all target rows of a set-up, or of all of them (-1), as one. */
static struct figure_summary summary_of_all(const struct found *found, int setup, enum figure_kind kind)
{
    struct figure all = {0};
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        const struct figure *one = &target_row(found, i)->figures[kind];
        for (int k = 0; (setup < 0 || draw_target_setup(i) == setup) && k < one->n; k++)
            figure_add(&all, one->v[k]);
    }
    struct figure_summary summary = figure_summary(&all);
    free(all.v);
    return summary;
}

/*
 * A figure of a row that misses its limit, by name; beside it what is left to a reader who knows the patient, where that
 * was measured of the same repetitions and is less than what the station misses of them: what it beats is no bound.
 */
void finding_add_miss(const struct wanted *target, const struct found *found, int row, enum figure_kind kind, bool p90,
                      const char *name, struct finding *ret)
{
    struct figure_summary s = target_summary(found, row, kind);
    const struct bound *bound = &found->bounds.of[row][kind];
    double value = p90 ? s.p90 : s.median, limit = p90 ? target->p90 : target->median;
    double best = p90 ? bound->best.p90 : bound->best.median, same = p90 ? bound->station.p90 : bound->station.median;
    double scale = figure_is_share(kind) ? 100 : 1;
    int decimals = figure_is_share(kind) ? 1 : 2;
    const char *unit = figure_is_share(kind) ? "%" : "s";
    ret->missed++;
    finding_add(ret->list, "%s %.*f %s", name, decimals, scale * value, unit);
    if (bound->best.n == 0 || best > same || best > value)
        return;
    ret->forbidden += best > limit;
    finding_add(ret->list, " (at best %.*f %s)", decimals, scale * best, unit);
}

static void add_name(const struct found *found, int row, enum figure_kind kind, struct finding *ret)
{
    const struct row *of = target_row(found, row);
    int asked = row_asked(of, kind);
    if (of->figures[kind].n < asked)
        finding_add(ret->list, "%s (told of %d of %d reps):", of->name, of->figures[kind].n, asked);
    else
        finding_add(ret->list, "%s:", of->name);
}

/* A row whose repetitions do not have the figure at all is in no quantile of it. */
static void say_untold(const struct found *found, int row, enum figure_kind kind, struct finding *ret)
{
    const struct row *of = target_row(found, row);
    if (of->figures[kind].n > 0 || row_asked(of, kind) <= 0)
        return;
    ret->untold++;
    finding_add(ret->list, "%s: told of none of %d reps\n", of->name, row_asked(of, kind));
}

bool figure_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    struct figure_summary all = summary_of_all(found, target->setup, target->figure);
    snprintf(ret->text, FINDING_TEXT, "%.2f s, %.2f s", all.median, all.p90);
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        struct figure_summary s = target_summary(found, i, target->figure);
        if (draw_target_setup(i) != target->setup)
            continue;
        say_untold(found, i, target->figure, ret);
        ret->figures += 2 * (s.n > 0);
        if (s.n == 0 || (s.median <= target->median && s.p90 <= target->p90))
            continue;
        add_name(found, i, target->figure, ret);
        if (s.median > target->median)
            finding_add_miss(target, found, i, target->figure, false, " median", ret);
        if (s.p90 > target->p90)
            finding_add_miss(target, found, i, target->figure, true, s.median > target->median ? ", p90" : " p90", ret);
        finding_add(ret->list, "\n");
    }
    return all.n > 0 && ret->missed == 0;
}

bool median_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    bool share = figure_is_share(target->figure);
    struct figure_summary all = summary_of_all(found, -1, target->figure);
    double worst = 0, scale = share ? 100 : 1;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        struct figure_summary s = target_summary(found, i, target->figure);
        say_untold(found, i, target->figure, ret);
        ret->figures += s.n > 0;
        worst = s.median > worst ? s.median : worst;
        if (s.median <= target->median)
            continue;
        add_name(found, i, target->figure, ret);
        finding_add_miss(target, found, i, target->figure, false, "", ret);
        finding_add(ret->list, "\n");
    }
    snprintf(ret->text, FINDING_TEXT, "%.*f %s, the worst row %.*f %s", share ? 1 : 3, scale * all.median,
             share ? "%" : "s", share ? 1 : 3, scale * worst, share ? "%" : "s");
    return all.n > 0 && ret->missed == 0;
}

/* --- the others -------------------------------------------------------------------------------------------------- */

bool still_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    const struct still *still = &found->still;
    (void)target;
    snprintf(ret->text, FINDING_TEXT, "%d in %.1f h of standing, %d in %.1f h of others walking over it",
             still->standing_reps, still->standing_h, still->walked_reps, still->walked_h);
    return still->standing_reps + still->walked_reps == 0;
}

bool stop_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    (void)target;
    snprintf(ret->text, FINDING_TEXT, "%d of %d presses", found->still.stop_samples, found->still.stops);
    return found->still.stop_samples == 0;
}

bool memory_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    (void)target;
    (void)found;
    snprintf(ret->text, FINDING_TEXT, "none: nothing in it refers to an allocator (`ctest -R ring` fails otherwise)");
    return true;
}

/* The slowest of what the box sees, at 80 samples a second. */
static int slowest(const struct speed *speed)
{
    int least = 0;
    for (int i = 1; i < BENCH_SETUP_COUNT; i++)
        if (speed_per_s(&speed->setups[0][i]) < speed_per_s(&speed->setups[0][least]))
            least = i;
    return least;
}

bool speed_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    if (!found->whole) {
        snprintf(ret->text, FINDING_TEXT, "not in a small run");
        return true;
    }
    char worst[ROW_NAME_LEN], slow[ROW_NAME_LEN];
    const struct speed *speed = &found->speed;
    double at_80 = speed_per_s(&found->speed.all[0]), at_320 = speed_per_s(&found->speed.all[1]);
    snprintf(
        ret->text, FINDING_TEXT,
        "%.1f million/s at 80 samples/s, %.1f at 320: samples over time of all set-ups together (slowest: %s, %.1f); "
        "worst single sample %.2f ms (%s, %d/s)",
        at_80 / 1e6, at_320 / 1e6, draw_row_name(&bench_setups[slowest(speed)], false, slow),
        speed_per_s(&speed->setups[0][slowest(speed)]) / 1e6, (double)speed->worst_ns / 1e6,
        draw_row_name(&bench_setups[speed->worst_setup], false, worst), speed->worst_milli / 1000);
    return at_80 >= target->median && at_320 >= target->median;
}
