/* SPDX-License-Identifier: MIT */
/*
 * The README's tables: set-ups that the box sees across, figures down, once for 76-320 samples a second and once for
 * ten; what it does not see, and what is odd, in a line each.
 */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct row *row_of(struct rows *rows, int setup, bool low)
{
    char name[ROW_NAME_LEN];
    return rows_find(rows, draw_row_name(&bench_setups[setup], low, name), true);
}

static void print_cell(enum figure_kind kind, struct figure *figure)
{
    struct figure_summary s = figure_summary(figure);
    if (s.n == 0)
        printf(" - |");
    else if (figure_is_share(kind))
        printf(" %+.1f/%.1f/%.1f |", 100 * s.bias, 100 * s.median, 100 * s.p90);
    else
        printf(" %+.2f/%.2f/%.2f |", s.bias, s.median, s.p90);
}

static void print_head(void)
{
    char name[ROW_NAME_LEN];
    printf("| |");
    for (int i = 0; i < BENCH_COUNTED; i++) {
        draw_row_name(&bench_setups[i], false, name);
        char *box = strstr(name, " box"); /* all of these are on it */
        memmove(box, box + 4, strlen(box + 4) + 1);
        printf(" %s |", name);
    }
    printf("\n|---|");
    for (int i = 0; i < BENCH_COUNTED; i++)
        printf("---:|");
    printf("\n");
}

static void print_counts(struct rows *rows, bool low)
{
    printf("| sets measured, of |");
    for (int i = 0; i < BENCH_COUNTED; i++)
        printf(" %d of %d |", row_of(rows, i, low)->measured, row_of(rows, i, low)->sets);
    printf("\n| gone on by cue (with a band under 5 sd of the sway) |");
    for (int i = 0; i < BENCH_COUNTED; i++)
        printf(" %d (%d) |", row_of(rows, i, low)->sets - row_of(rows, i, low)->measured, row_of(rows, i, low)->weak);
    printf("\n| count exact (worst miss) |");
    for (int i = 0; i < BENCH_COUNTED; i++)
        printf(" %d (%d) |", row_of(rows, i, low)->exact, row_of(rows, i, low)->worst_miss);
    printf("\n| `src` violations |");
    for (int i = 0; i < BENCH_COUNTED; i++)
        printf(" %d |", row_of(rows, i, low)->src_violations);
    printf("\n| phases within their `sd_s`, %% |");
    for (int i = 0; i < BENCH_COUNTED; i++) {
        const struct row *row = row_of(rows, i, low);
        if (row->with_sd > 0)
            printf(" %d |", 100 * row->within_sd / row->with_sd);
        else
            printf(" - |");
    }
    printf("\n| phases wrong by more than 3 `sd_s` and 0.3 s, %% |");
    for (int i = 0; i < BENCH_COUNTED; i++) {
        const struct row *row = row_of(rows, i, low);
        if (row->phases > 0)
            printf(" %.1f |", 100.0 * row->wrong / row->phases);
        else
            printf(" - |");
    }
    printf("\n");
}

static void print_share(const struct row *row, enum figure_kind kind)
{
    if (row->figures[kind].n > 0)
        printf("%s%.0f", kind == FIGURE_CON || kind == FIGURE_CON_MOVE ? " " : " / ",
               floor(100 * row_share(row, kind)));
    else
        printf(kind == FIGURE_CON || kind == FIGURE_CON_MOVE ? " -" : " / -");
}

static void print_shares(struct rows *rows, bool low, enum figure_kind from, const char *what)
{
    printf("| of these with %s con / top / ecc / bottom, %% |", what);
    for (int i = 0; i < BENCH_COUNTED; i++) {
        for (int k = 0; k < PHASE_COUNT; k++)
            print_share(row_of(rows, i, low), (enum figure_kind)((int)from + k));
        printf(" |");
    }
    printf("\n");
}

/* A figure is of what is told: how much that is belongs beside it. */
static void print_told(struct rows *rows, bool low)
{
    printf("| repetitions measured |");
    for (int i = 0; i < BENCH_COUNTED; i++)
        printf(" %d |", row_of(rows, i, low)->reps);
    printf("\n");
    print_shares(rows, low, FIGURE_CON, "`s` of");
    print_shares(rows, low, FIGURE_CON_MOVE, "`move_s` of");
}

static void print_table(struct rows *rows, bool low)
{
    print_head();
    print_counts(rows, low);
    print_told(rows, low);
    for (int k = 0; k < FIGURE_COUNT; k++) {
        bool any = false;
        for (int i = 0; i < BENCH_COUNTED; i++)
            any = any || row_of(rows, i, low)->figures[k].n > 0;
        if (!any)
            continue;
        printf("| %s %s |", figure_str((enum figure_kind)k), figure_is_share((enum figure_kind)k) ? "%" : "s");
        for (int i = 0; i < BENCH_COUNTED; i++)
            print_cell((enum figure_kind)k, &row_of(rows, i, low)->figures[k]);
        printf("\n");
    }
}

static void print_unseen(struct rows *rows)
{
    char name[ROW_NAME_LEN];
    printf("\nNot seen by the box; sets and phases claimed all the same (`src` violations): ");
    for (int i = BENCH_COUNTED; i < BENCH_SETUP_COUNT; i++) {
        const struct row *row = rows_find(rows, draw_row_name(&bench_setups[i], false, name), false);
        printf("%s%s %d, %d", i == BENCH_COUNTED ? "" : "; ", row->name, row->sets, row->src_violations);
    }
    printf(".\n");
}

static void print_odd(const struct rows *rows)
{
    int cases = 0, sets = 0, measured = 0, exact = 0, worst = 0, src = 0;
    for (int i = 0; i < rows->n; i++) {
        const struct row *row = &rows->v[i];
        if (strncmp(row->name, "case ", 5) != 0 && strcmp(row->name, "odd cases") != 0)
            continue;
        cases++;
        sets += row->sets;
        measured += row->measured;
        exact += row->exact;
        src += row->src_violations;
        worst = row->worst_miss > worst ? row->worst_miss : worst;
    }
    printf(
        "\nOdd patients and boxes, %d cases on set-ups drawn by chance (a row each without `--markdown`): %d sets, %d "
        "measured, %d of them exact, worst miss %d, %d `src` violations.\n",
        cases, sets, measured, exact, worst, src);
}

void table_markdown(const struct found *found)
{
    targets_print(found, true);
    printf(
        "Each figure: bias / median / 90th percentile of the error. `move`: `move_s`. live: when the live stream says "
        "that a\nphase has begun, told: when the rep event comes, both after the true time;\nlive wrong: the share of "
        "the time for which it shows another phase, 0.3 s after the true change and later.\n\n"
        "At 76, 80, 87.5 and 320 samples a second:\n\n");
    print_table(found->rows, false);
    printf("\nAt ten:\n\n");
    print_table(found->rows, true);
    print_unseen(found->rows);
    print_odd(found->rows);
    table_totals(found);
}
