/* SPDX-License-Identifier: MIT */
/* The sessions of a run, one after the other, into their rows. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int sets_of(const struct rows *rows)
{
    int sets = 0;
    for (int i = 0; i < rows->n; i++)
        sets += rows->v[i].sets;
    return sets;
}

/* Rows in the order of the set-ups, whatever is drawn first. */
static void begin_rows(struct rows *rows)
{
    char name[ROW_NAME_LEN];
    for (int i = 0; i < 2 * BENCH_SETUP_COUNT; i++) {
        const struct bench_setup *setup = &bench_setups[i % BENCH_SETUP_COUNT];
        if (i < BENCH_SETUP_COUNT || setup->counted)
            rows_find(rows, draw_row_name(setup, i >= BENCH_SETUP_COUNT, name), setup->counted);
    }
}

/* One session into its row; what is odd about it is said. */
static void run_session(struct rows *rows, struct drawn *drawn, const struct bench_options *options, int i,
                        struct watch *watch, const struct exercise_set *exercises, session_taker *also, void *self)
{
    struct bench_session session;
    draw_session(options, i, exercises, &session);
    drawn_add(drawn, &session);
    watch_session(watch, &session);
    if (also != NULL)
        also(self, &session, watch);
    struct row *row = rows_find(rows, session.row, session.setup->counted);
    int miscounted = row->measured - row->exact, claimed = row->src_violations;
    judge_session(row, &session, watch);
    if (row->src_violations > claimed)
        fprintf(stderr, "session %d (%s): %d phases that cannot be seen; --session %d shows them\n", i, session.row,
                row->src_violations - claimed, i);
    if (row->measured - row->exact > miscounted)
        fprintf(stderr, "session %d (%s): miscounted; --session %d shows it\n", i, session.row, i);
    if (watch->error != 0)
        fprintf(stderr, "session %d (%s): %s %s %s\n", i, session.row, strerror(-watch->error),
                watch->result.refusal.path, watch->result.refusal.reason);
}

/* Sessions from number `first` on until there are so many sets in all. */
static void run_until(struct rows *rows, struct drawn *drawn, const struct bench_options *options, int first, int sets,
                      const struct exercise_set *exercises, session_taker *also, void *self)
{
    struct watch *watch = malloc(sizeof *watch);
    int said = 0, before = sets_of(rows);
    if (watch == NULL)
        abort();
    for (int i = 0; sets_of(rows) < sets && i < sets - before; i++) {
        run_session(rows, drawn, options, first + i, watch, exercises, also, self);
        if (sets_of(rows) * 20LL / sets > said) {
            said = (int)(sets_of(rows) * 20LL / sets);
            fprintf(stderr, "%d of %d sets\n", sets_of(rows), sets);
        }
    }
    free(watch);
}

void run_sessions(struct rows *rows, struct drawn *drawn, const struct bench_options *options,
                  const struct exercise_set *exercises, session_taker *also, void *self)
{
    begin_rows(rows);
    run_until(rows, drawn, options, 0, options->sets, exercises, also, self);
    run_until(rows, drawn, options, BENCH_VARIED_FROM, sets_of(rows) + options->sets / BENCH_VARIED_SHARE, exercises,
              also, self);
}
