/* SPDX-License-Identifier: MIT */
/*
 * What the bench is to show, against what it shows: a line a target, met or missed, and why. Set-ups graded A or B, that
 * is the first BENCH_COUNTED ones, a curl with a finger on a chair among them, at every rate, and fast curls: each row for
 * itself, and what misses is named.
 */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_LEN 3000 /* a miss names its rows */

/* How a target is met. Figures that miss it, and of those the ones that who knows the patient misses, too. */
struct finding {
    char text[TEXT_LEN];
    int missed, forbidden;
};

struct wanted {
    const char *what, *wanted;
    bool (*met)(const struct wanted *target, const struct found *found, struct finding *ret);
    int setup; /* index of bench_setups, for figures */
    enum figure_kind figure;
    double median, p90; /* limits; p90 0: none */
    const char *why;    /* said when it is missed */
};

static struct row *target_row(const struct found *found, int i)
{
    char name[ROW_NAME_LEN];
    return rows_find(found->rows, draw_target_name(i, name), true);
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

static bool is_odd(const struct row *row)
{
    return strncmp(row->name, "case ", 5) == 0 || strcmp(row->name, "odd cases") == 0;
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

/* What does not fit is cut off. */
static void add(char text[TEXT_LEN], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(char text[TEXT_LEN], const char *format, ...)
{
    size_t len = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + len, TEXT_LEN - len, format, args);
    va_end(args);
}

static bool miscounted(const struct wanted *target, const struct row *row)
{
    const struct counts one = {row->measured, row->exact, row->worst_miss};
    return row->measured > 0 && (row->worst_miss > 1 || exact_pct(&one) < target->median);
}

/* Sets that went on by cue are in none of the counts above. */
static void say_cued(const struct found *found, struct finding *ret)
{
    bool any = false;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        const struct row *row = target_row(found, i);
        if (row->sets == row->measured)
            continue;
        add(ret->text, "%s %s %d of %d",
            any ? ","
                : "; gone on by cue and not counted here (in brackets: "
                  "with a band under 5 sd of the sway, which physics demands):",
            row->name, row->sets - row->measured, row->sets);
        if (row->weak > 0)
            add(ret->text, " (%d)", row->weak);
        any = true;
    }
}

static bool count_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    struct counts plain = {0}, odd = {0};
    for (int i = 0; i < found->rows->n; i++)
        if (found->rows->v[i].counted && !leaning_row(&found->rows->v[i]))
            add_counts(is_odd(&found->rows->v[i]) ? &odd : &plain, &found->rows->v[i]);
    snprintf(ret->text, TEXT_LEN, "%.2f %%, worst miss %d; odd cases: %.2f %%, %d", exact_pct(&plain), plain.worst,
             exact_pct(&odd), odd.worst);
    for (int i = 0; i < found->rows->n; i++) {
        const struct row *row = &found->rows->v[i];
        if (row->counted && !leaning_row(row) && miscounted(target, row))
            add(ret->text, "; %s: %d of %d, off by %d", row->name, row->exact, row->measured, row->worst_miss);
    }
    say_cued(found, ret);
    plain.measured += odd.measured;
    plain.exact += odd.exact;
    return exact_pct(&plain) >= target->median && plain.worst <= 1 && odd.worst <= 1;
}

static bool src_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    int all = 0;
    (void)target;
    for (int i = 0; i < found->rows->n; i++)
        all += found->rows->v[i].src_violations;
    snprintf(ret->text, TEXT_LEN, "%d", all);
    for (int i = 0; i < found->rows->n; i++)
        if (found->rows->v[i].src_violations > 0)
            add(ret->text, "; %s: %d", found->rows->v[i].name, found->rows->v[i].src_violations);
    return all == 0;
}

/* --- figures ----------------------------------------------------------------------------------------------------- */

/*
 * A figure of a row that misses its limit, by name; beside it what is left to a reader who knows the patient, where that
 * was measured of the same repetitions and is less than what the station misses of them: what it beats is no bound.
 */
static void add_miss(const struct wanted *target, const struct found *found, int row, enum figure_kind kind, bool p90,
                     const char *name, struct finding *ret)
{
    struct figure_summary s = figure_summary(&target_row(found, row)->figures[kind]);
    const struct bound *bound = &found->bounds.of[row][kind];
    double value = p90 ? s.p90 : s.median, limit = p90 ? target->p90 : target->median;
    double best = p90 ? bound->best.p90 : bound->best.median, same = p90 ? bound->station.p90 : bound->station.median;
    double scale = figure_is_share(kind) ? 100 : 1;
    int decimals = figure_is_share(kind) ? 1 : 2;
    const char *unit = figure_is_share(kind) ? "%" : "s";
    ret->missed++;
    add(ret->text, "%s %.*f %s", name, decimals, scale * value, unit);
    if (bound->best.n == 0 || best > same || best > value)
        return;
    ret->forbidden += best > limit;
    add(ret->text, " (at best %.*f %s)", decimals, scale * best, unit);
}

static struct figure_summary summary_of(const struct found *found, int row, enum figure_kind kind)
{
    return figure_summary(&target_row(found, row)->figures[kind]);
}

/* One figure of one set-up, at 76-320 samples a second, at ten, and fast ones where it is curls. */
static bool figure_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    struct figure_summary s = summary_of(found, target->setup, target->figure);
    int n = s.n;
    snprintf(ret->text, TEXT_LEN, "%.2f s, %.2f s", s.median, s.p90);
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        if (draw_target_setup(i) != target->setup)
            continue;
        s = summary_of(found, i, target->figure);
        if (s.n == 0 || (s.median <= target->median && s.p90 <= target->p90))
            continue;
        add(ret->text, "; %s (%d of %d reps):", target_row(found, i)->name, s.n, target_row(found, i)->reps);
        if (s.median > target->median)
            add_miss(target, found, i, target->figure, false, " median", ret);
        if (s.p90 > target->p90)
            add_miss(target, found, i, target->figure, true, s.median > target->median ? ", p90" : " p90", ret);
    }
    return n > 0 && ret->missed == 0;
}

/* The worst median of that figure of all rows; those that miss it are named. */
static bool worst_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    bool share = figure_is_share(target->figure);
    double worst = 0;
    int n = 0;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        struct figure_summary s = summary_of(found, i, target->figure);
        n += s.n;
        worst = s.median > worst ? s.median : worst;
    }
    snprintf(ret->text, TEXT_LEN, "%.*f %s at worst", share ? 1 : 3, (share ? 100 : 1) * worst, share ? "%" : "s");
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        if (summary_of(found, i, target->figure).median <= target->median)
            continue;
        add(ret->text, "; %s:", target_row(found, i)->name);
        add_miss(target, found, i, target->figure, false, "", ret);
    }
    return n > 0 && ret->missed == 0;
}

static void live_of(const struct wanted *target, const struct found *found, int row, struct finding *ret)
{
    char name[32];
    bool any = false;
    for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
        struct figure_summary s = summary_of(found, row, (enum figure_kind)k);
        if (s.n == 0 || s.p90 <= target->p90)
            continue;
        if (!any)
            add(ret->text, "; %s:", target_row(found, row)->name);
        snprintf(name, sizeof name, "%s %s", any ? "," : "", figure_str((enum figure_kind)k) + strlen("live "));
        add_miss(target, found, row, (enum figure_kind)k, true, name, ret);
        any = true;
    }
}

/* Every phase of every row: how late the ninth of ten changes is. */
static bool live_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    double worst = 0, median = 0;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++)
        for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
            struct figure_summary s = summary_of(found, i, (enum figure_kind)k);
            median = s.median > median ? s.median : median;
            worst = s.p90 > worst ? s.p90 : worst;
        }
    snprintf(ret->text, TEXT_LEN, "medians up to %.2f s; p90 up to %.2f s", median, worst);
    for (int i = 0; i < BENCH_TARGET_ROWS; i++)
        live_of(target, found, i, ret);
    return ret->missed == 0;
}

/* --- the others -------------------------------------------------------------------------------------------------- */

static bool still_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    const struct still *still = &found->still;
    (void)target;
    snprintf(ret->text, TEXT_LEN, "%d in %.1f h of standing, %d in %.1f h of others walking over it",
             still->standing_reps, still->standing_h, still->walked_reps, still->walked_h);
    return still->standing_reps + still->walked_reps == 0;
}

static bool stop_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    (void)target;
    snprintf(ret->text, TEXT_LEN, "%d of %d presses", found->still.stop_samples, found->still.stops);
    return found->still.stop_samples == 0;
}

static bool speed_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    if (!found->whole) {
        snprintf(ret->text, TEXT_LEN, "not in a small run");
        return true;
    }
    char name[ROW_NAME_LEN];
    double at_80 = speed_per_s(&found->speed.all[0]), at_320 = speed_per_s(&found->speed.all[1]);
    snprintf(ret->text, TEXT_LEN, "%.1f million/s at 80 samples/s, %.1f at 320; worst single sample %.2f ms (%s, %d/s)",
             at_80 / 1e6, at_320 / 1e6, (double)found->speed.worst_ns / 1e6,
             draw_row_name(&bench_setups[found->speed.worst_setup], false, name), found->speed.worst_milli / 1000);
    return at_80 >= target->median && at_320 >= target->median;
}

enum { CURL, STEP, THRUST }; /* as in bench_setups */

#define ECC(which, of, at, m, p, reason)                                                                               \
    {                                                                                                                  \
        .what = "eccentric of " which, .wanted = "median " #m " s, p90 " #p " s", .met = figure_met, .setup = at,      \
        .figure = of, .median = m, .p90 = p, .why = reason                                                             \
    }

static const struct wanted targets[] = {
    {.what = "sets with exact count",
     .wanted = ">= 99.5 %, never off by more than 1",
     .met = count_met,
     .median = 99.5,
     .why = "these rows, by case; `--cases` shows them by exercise, too"},
    {.what = "`src` violations",
     .wanted = "0",
     .met = src_met,
     .why =
         "these rows; a hand on a chair moves the load as slowly as a curl does: repetitions have to be seen to tell "
         "them apart"},
    ECC("dead-anchored curls, no hands", FIGURE_ECC, CURL, 0.08, 0.20,
        "a converter of ten samples a second means 0.4 s; a fast limb weighs as much as its band, and a weak band "
        "pulls little "
        "more than a heavy body sways"),
    ECC("step-ups of 1.2-2 s", FIGURE_ECC_QUICK, STEP, 0.15, 0.40, "see the rows of the step-up"),
    ECC("step-ups of 3 s", FIGURE_ECC_SLOW, STEP, 0.25, 0.80, "see the rows of the step-up"),
    ECC("hip thrusts", FIGURE_ECC, THRUST, 0.25, 0.80, "see the rows of the thrust"),
    {.what = "rep duration",
     .wanted = "median within 3 %",
     .met = worst_met,
     .figure = FIGURE_REP,
     .median = 0.03,
     .why = "a finger on a chair wanders as slowly as a limb moves; a fast limb's inertia weighs as much as its band, "
            "and the box "
            "does not know it"},
    {.what = "time under tension",
     .wanted = "median within 3 %",
     .met = worst_met,
     .figure = FIGURE_TUT,
     .median = 0.03,
     .why = "a finger on a chair wanders as slowly as a limb moves; a fast limb's inertia weighs as much as its band, "
            "and the box "
            "does not know it"},
    {.what = "hold time",
     .wanted = "median within 0.05 s",
     .met = worst_met,
     .figure = FIGURE_HOLD,
     .median = 0.05,
     .why = "see the rows of the holds"},
    {.what = "false reps in ten hours",
     .wanted = "0",
     .met = still_met,
     .why = "whoever steps on the plate beside the patient loads it: what lasts as long as a repetition is one to the "
            "box"},
    {.what = "samples between a stop press and its event", .wanted = "0", .met = stop_met, .why = "a bug"},
    {.what = "live phase changes",
     .wanted = "within 0.30 s",
     .met = live_met,
     .p90 = 0.30,
     .why = "these; a change that never comes counts as 3 s; a sample of ten a second is 0.2 s late by itself"},
    {.what = "samples a second on one core",
     .wanted = ">= 5 million",
     .met = speed_met,
     .median = 5e6,
     .why = "the machine was busy, or is slower than a desktop"},
};

static void say(const struct wanted *target, bool met, const struct finding *finding)
{
    if (met)
        printf("met");
    else if (finding->missed > 0 && finding->missed == finding->forbidden)
        printf("missed; physics forbids it: so does who knows the patient");
    else if (finding->forbidden > 0)
        printf("missed: %s; %d of these %d who knows the patient misses, too", target->why, finding->forbidden,
               finding->missed);
    else
        printf("missed: %s", target->why);
}

void targets_print(const struct found *found, bool markdown)
{
    printf(markdown ? "| target | wanted | measured | |\n|---|---|---|---|\n" : "\nTargets:\n");
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        struct finding finding = {0};
        bool met = targets[i].met(&targets[i], found, &finding);
        printf(markdown ? "| %s | %s | %s | " : "  %-44s %-36s %s: ", targets[i].what, targets[i].wanted, finding.text);
        say(&targets[i], met, &finding);
        printf(markdown ? " |\n" : "\n");
    }
    if (found->whole)
        printf("%sAt best: what is left to a reader who knows the patient's band, weight, movement and sway to the "
               "letter, and not when they\nmove; of the repetitions of the first %d sets of that row that the station "
               "measured (`--oracle` has both). Nothing is said\nwhere it is no better than the station there.\n",
               markdown ? "\n" : "  ", found->bounds.sets);
    printf("\n");
}
