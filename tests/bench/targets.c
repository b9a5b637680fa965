/* SPDX-License-Identifier: MIT */
/*
 * What the bench is to show, against what it shows: a line a target, met or missed, and why. Set-ups graded A or B, that
 * is the first BENCH_COUNTED ones, a curl with a finger on a chair among them; all sampling rates together unless said otherwise.
 */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_LEN 800 /* a miss names its rows */

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

static struct row *plain_row(const struct found *found, int setup, bool low)
{
    char name[ROW_NAME_LEN];
    return rows_find(found->rows, draw_row_name(&bench_setups[setup], low, name), true);
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
 * A figure that misses its limit, in `unit`, by name if there is one; beside it what is left to a reader who knows the
 * patient, where that was measured.
 */
static void add_miss(struct finding *ret, const char *name, double value, const struct figure_summary *bound,
                     double best, double limit, bool share)
{
    double scale = share ? 100 : 1;
    int decimals = share ? 1 : 2;
    const char *unit = share ? "%" : "s";
    ret->missed++;
    if (name != NULL)
        add(ret->text, "; %s: %.*f %s", name, decimals, scale * value, unit);
    if (bound->n == 0)
        return;
    ret->forbidden += best > limit;
    add(ret->text, " (at best %.*f %s)", decimals, scale * best, unit);
}

/* One figure of one set-up at 76-320 samples a second. */
static bool figure_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    struct figure_summary s = figure_summary(&plain_row(found, target->setup, false)->figures[target->figure]);
    const struct figure_summary *bound = &found->bounds.of[target->setup][target->figure];
    snprintf(ret->text, TEXT_LEN, "%.2f s, %.2f s", s.median, s.p90);
    if (s.median > target->median)
        add_miss(ret, "the median", s.median, bound, bound->median, target->median, false);
    if (s.p90 > target->p90)
        add_miss(ret, "p90", s.p90, bound, bound->p90, target->p90, false);
    return s.n > 0 && ret->missed == 0;
}

/* The worst median of that figure of all set-ups at 76-320 samples a second; those that miss it are named. */
static bool worst_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    bool share = figure_is_share(target->figure);
    double worst = 0;
    char name[ROW_NAME_LEN];
    int n = 0;
    for (int i = 0; i < BENCH_COUNTED; i++) {
        struct figure_summary s = figure_summary(&plain_row(found, i, false)->figures[target->figure]);
        n += s.n;
        worst = s.median > worst ? s.median : worst;
    }
    snprintf(ret->text, TEXT_LEN, "%.*f %s at worst", share ? 1 : 3, (share ? 100 : 1) * worst, share ? "%" : "s");
    for (int i = 0; i < BENCH_COUNTED; i++) {
        struct figure_summary s = figure_summary(&plain_row(found, i, false)->figures[target->figure]);
        const struct figure_summary *bound = &found->bounds.of[i][target->figure];
        if (s.n > 0 && s.median > target->median)
            add_miss(ret, draw_row_name(&bench_setups[i], false, name), s.median, bound, bound->median, target->median,
                     share);
    }
    return n > 0 && ret->missed == 0;
}

static void live_of(const struct wanted *target, const struct found *found, int setup, struct finding *ret)
{
    char row[ROW_NAME_LEN], name[2 * ROW_NAME_LEN];
    for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
        struct figure_summary s = figure_summary(&plain_row(found, setup, false)->figures[k]);
        const struct figure_summary *bound = &found->bounds.of[setup][k];
        if (s.n == 0 || s.p90 <= target->p90)
            continue;
        snprintf(name, sizeof name, "%s, %s", draw_row_name(&bench_setups[setup], false, row),
                 figure_str((enum figure_kind)k) + strlen("live "));
        add_miss(ret, name, s.p90, bound, bound->p90, target->p90, false);
    }
}

/* Every phase of every set-up: how late the ninth of ten changes is. */
static bool live_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    double worst = 0, median = 0;
    for (int i = 0; i < BENCH_COUNTED; i++)
        for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
            struct figure_summary s = figure_summary(&plain_row(found, i, false)->figures[k]);
            median = s.median > median ? s.median : median;
            worst = s.p90 > worst ? s.p90 : worst;
        }
    snprintf(ret->text, TEXT_LEN, "medians up to %.2f s; p90 up to %.2f s", median, worst);
    for (int i = 0; i < BENCH_COUNTED; i++)
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
        "weak bands on heavy, swaying bodies: the pull is near the sway"),
    ECC("step-ups of 1.2-2 s", FIGURE_ECC_QUICK, STEP, 0.15, 0.40, "see the rows of the step-up"),
    ECC("step-ups of 3 s", FIGURE_ECC_SLOW, STEP, 0.25, 0.80, "see the rows of the step-up"),
    ECC("hip thrusts", FIGURE_ECC, THRUST, 0.25, 0.80, "see the rows of the thrust"),
    {.what = "rep duration",
     .wanted = "median within 3 %",
     .met = worst_met,
     .figure = FIGURE_REP,
     .median = 0.03,
     .why = "a finger on a chair wanders as slowly as a limb moves"},
    {.what = "time under tension",
     .wanted = "median within 3 %",
     .met = worst_met,
     .figure = FIGURE_TUT,
     .median = 0.03,
     .why = "a finger on a chair wanders as slowly as a limb moves"},
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
     .why = "these; a change that never comes counts as 3 s"},
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
               "letter, and not when they\nmove; of %d sets of this run (`--oracle` has all of it).\n",
               markdown ? "\n" : "  ", found->bounds.sets);
    printf("\n");
}
