/* SPDX-License-Identifier: MIT */
/* The targets of the live stream: how late its changes are, and for how long it shows what is not so. */
#include "tests/bench/targets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NEARLY_ALL 0.95
#define WRONG_SAID 0.01 /* of the time: a row with less is not named */
#define PHASE_BITS (1u << PHASE_CON | 1u << PHASE_TOP | 1u << PHASE_ECC)

/* The phases of this row that physics lets a station tell, and this one tells none of. */
static void live_untold(const struct found *found, int row, struct finding *ret)
{
    const struct row *of = target_row(found, row);
    bool any = false;
    if ((bench_setups[draw_target_setup(row)].phases & PHASE_BITS) != PHASE_BITS)
        return;
    for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
        if (of->figures[k].n > 0 || of->asked[k] == 0)
            continue;
        finding_add(ret->list, "%s%s %s", any ? "," : of->name, any ? "" : ": told of no",
                    figure_str((enum figure_kind)k) + strlen("live "));
        any = true;
        ret->untold++;
    }
    if (any)
        finding_add(ret->list, "\n");
}

/* The row, and of how many changes it tells when that is not nearly all of them. */
static void live_name(const struct row *row, struct finding *ret)
{
    int told = 0, asked = 0;
    for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
        told += row->figures[k].n;
        asked += row->asked[k];
    }
    finding_add(ret->list, "%s", row->name);
    if (told < NEARLY_ALL * asked)
        finding_add(ret->list, " (told of %d of %d changes)", told, asked);
    finding_add(ret->list, ":");
}

static void live_of(const struct wanted *target, const struct found *found, int row, struct finding *ret)
{
    char name[32];
    bool any = false;
    for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
        struct figure_summary s = target_summary(found, row, (enum figure_kind)k);
        ret->figures += s.n > 0;
        if (s.n == 0 || s.p90 <= target->p90)
            continue;
        if (!any)
            live_name(target_row(found, row), ret);
        snprintf(name, sizeof name, "%s %s", any ? "," : "", figure_str((enum figure_kind)k) + strlen("live "));
        finding_add_miss(target, found, row, (enum figure_kind)k, true, name, ret);
        any = true;
    }
    if (any)
        finding_add(ret->list, "\n");
}

bool live_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    int n = 0, within = 0;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++)
        for (int k = FIGURE_LIVE_CON; k <= FIGURE_LIVE_BOTTOM; k++) {
            const struct figure *figure = &target_row(found, i)->figures[k];
            n += figure->n;
            for (int j = 0; j < figure->n; j++)
                within += fabs(figure->v[j]) <= target->p90;
        }
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        live_of(target, found, i, ret);
        live_untold(found, i, ret);
    }
    snprintf(ret->text, FINDING_TEXT, "%.1f %% of %d", n > 0 ? 100.0 * within / n : 0, n);
    return ret->missed == 0;
}

/* --- false changes ----------------------------------------------------------------------------------------------- */

/* How long that row shows another phase; beside it what is left to a reader who knows the patient, where it is less. */
static void wrong_of(const struct found *found, int row, struct finding *ret)
{
    const struct row *of = target_row(found, row);
    double share = target_summary(found, row, FIGURE_LIVE_WRONG).bias;
    const struct bound *bound = &found->bounds.of[row][FIGURE_LIVE_WRONG];
    if (of->cycles == 0 || share < WRONG_SAID)
        return;
    finding_add(ret->list, "%s: %.1f %%", of->name, 100 * share);
    if (bound->best.n > 0 && bound->best.bias <= bound->station.bias)
        finding_add(ret->list, " (at best %.1f %%)", 100 * bound->best.bias);
    finding_add(ret->list, ", %.1f changes a repetition\n", (double)of->changes / of->cycles);
}

/* A stream that flickers is near every true change: so the time is taken for which it is wrong. */
bool wrong_met(const struct wanted *target, const struct found *found, struct finding *ret)
{
    int cycles = 0, changes = 0;
    double wrong = 0;
    (void)target;
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        const struct row *row = target_row(found, i);
        cycles += row->cycles;
        changes += row->changes;
        wrong += target_summary(found, i, FIGURE_LIVE_WRONG).bias * row->cycles;
        wrong_of(found, i, ret);
    }
    snprintf(ret->text, FINDING_TEXT, "%.1f %% of the time; %.1f changes told a repetition, where 4 are true",
             cycles > 0 ? 100 * wrong / cycles : 0, cycles > 0 ? (double)changes / cycles : 0);
    return true;
}
