/* SPDX-License-Identifier: MIT */
/* The table as text: a line a row. */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>

#define CELL_LEN 32

static const char *cell(char *ret, enum figure_kind kind, struct row *row)
{
    struct figure_summary s = figure_summary(&row->figures[kind]);
    int len = 0;
    if (s.n == 0)
        snprintf(ret, CELL_LEN, "-");
    else if (figure_is_share(kind))
        len = snprintf(ret, CELL_LEN, "%+.1f/%.1f/%.1f", 100 * s.bias, 100 * s.median, 100 * s.p90);
    else
        len = snprintf(ret, CELL_LEN, "%+.2f/%.2f/%.2f", s.bias, s.median, s.p90);
    if (s.n > 0 && row_share(row, kind) >= 0)
        snprintf(ret + len, CELL_LEN - (size_t)len, " %3.0f%%", floor(100 * row_share(row, kind)));
    return ret;
}

static void print_counts(const struct row *row)
{
    char measured[16] = "-", cue[16] = "-", weak[16] = "-", exact[16] = "-", worst[16] = "-", within[16] = "-",
         wrong[16] = "-";
    if (row->counted) {
        snprintf(measured, sizeof measured, "%d", row->measured);
        snprintf(cue, sizeof cue, "%d", row->sets - row->measured);
        snprintf(weak, sizeof weak, "%d", row->weak);
        snprintf(exact, sizeof exact, "%d", row->exact);
        snprintf(worst, sizeof worst, "%d", row->worst_miss);
    }
    if (row->with_sd > 0)
        snprintf(within, sizeof within, "%d", 100 * row->within_sd / row->with_sd);
    if (row->phases > 0)
        snprintf(wrong, sizeof wrong, "%.1f", 100.0 * row->wrong / row->phases);
    printf("%-42s %5d %5s %4s %4s %5s %3s %3d %4s %6s %5d", row->name, row->sets, measured, cue, weak, exact, worst,
           row->src_violations, within, wrong, row->reps);
}

static void print_row(struct row *row)
{
    char text[CELL_LEN];
    print_counts(row);
    for (int k = 0; k < FIGURE_COUNT; k++)
        printf(" %20s", cell(text, (enum figure_kind)k, row));
    printf("\n");
}

static void print_head(void)
{
    printf("%-42s %5s %5s %4s %4s %5s %3s %3s %4s %6s %5s", "set-up", "sets", "meas.", "cue", "weak", "exact", "off",
           "src", "sd%", "wrong%", "reps");
    for (int k = 0; k < FIGURE_COUNT; k++) {
        char text[CELL_LEN];
        snprintf(text, sizeof text, "%s %s", figure_str((enum figure_kind)k),
                 figure_is_share((enum figure_kind)k) ? "%" : "s");
        printf(" %20s", text);
    }
    printf("\n");
}

static void print_counts_of_all(const struct rows *rows)
{
    int sets = 0, measured = 0, exact = 0, worst = 0, src = 0, unfinished = 0;
    for (int i = 0; i < rows->n; i++) {
        const struct row *row = &rows->v[i];
        sets += row->sets;
        src += row->src_violations;
        unfinished += row->unfinished;
        if (!row->counted)
            continue;
        measured += row->measured;
        exact += row->exact;
        worst = row->worst_miss > worst ? row->worst_miss : worst;
    }
    printf("\n%d sets; of %d measured ones %d (%.2f %%) with exact count, worst miss %d; %d `src` violations", sets,
           measured, exact, measured > 0 ? 100.0 * exact / measured : 0, worst, src);
    printf(unfinished > 0 ? "; %d sessions not over after four hours or refused.\n" : ".\n", unfinished);
}

static double rate(int n, double hours)
{
    return hours > 0 ? n / hours : 0;
}

void table_totals(const struct found *found)
{
    const struct still *still = &found->still;
    print_counts_of_all(found->rows);
    drawn_print(&found->drawn);
    printf("Standing in a set, %.1f h: %d false reps, %.2f an hour; while others walk over the box, %.1f h: %d, %.2f "
           "an hour.\nIdle station, %.1f h of nobody, walkers and jumping children: %d false events, %.2f an hour.\n",
           still->standing_h, still->standing_reps, rate(still->standing_reps, still->standing_h), still->walked_h,
           still->walked_reps, rate(still->walked_reps, still->walked_h), still->idle_h, still->idle_events,
           rate(still->idle_events, still->idle_h));
    printf("Stop: %d presses, at most %d samples and %.1f ms before the event.\n", still->stops, still->stop_samples,
           (double)still->stop_ns / 1e6);
    if (found->whole)
        speed_print(&found->speed);
}

void table_print(const struct found *found)
{
    print_head();
    for (int i = 0; i < found->rows->n; i++)
        print_row(&found->rows->v[i]);
    printf(
        "\nEach figure: bias/median/90th percentile of the error, and the share of the reps that have it. measured: "
        "sets that did not fall\nback to cues; exact and worst count in those. cue: those that did; weak: of these "
        "such with a band that pulls less than 5 sd\nof the sway, which physics demands. src: phases claimed that "
        "physics does not allow. "
        "live: the live stream says that a phase has begun\n(-: too early); told: the rep event comes; both after "
        "the true time; "
        "live wrong: the share of the time\nfor which it shows another phase, 0.3 s after the true change and later. "
        "sd: errors of phases with sd_s that are within it; wrong: those beyond 3 of it and 0.3 s.\n");
    table_totals(found);
    targets_print(found, false);
}
