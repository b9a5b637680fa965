/* SPDX-License-Identifier: MIT */
/* collect --check: what is stored, and what is missing. */
#include <inttypes.h>
#include <stdio.h>

#include "gymstation/wall_time.h"
#include "tools/gymstationctl/collect.h"
#include "tools/gymstationctl/ctl.h"

#define GAPS_SHOWN 5

struct report {
    struct store *store;
    int journals, with_gaps;
    bool failed;
};

/* Prints the gaps of a journal; how many seqs are missing, or -1. */
static int64_t print_gaps(struct store *store, const struct store_journal *j)
{
    int64_t upto = j->upto, missing = 0, from, to;
    int shown = 0, r = 1;

    while (upto < j->head && r > 0) {
        r = store_next(store, j->journal, upto, &from, &to);
        if (r < 0)
            return -1;
        int64_t end = r > 0 ? from - 1 : j->head;
        if (end > upto) {
            missing += end - upto;
            if (shown++ < GAPS_SHOWN)
                printf("%s%" PRId64 "-%" PRId64, shown == 1 ? "gaps " : " ", upto + 1, end);
        }
        upto = r > 0 ? to : j->head;
    }
    if (shown > GAPS_SHOWN)
        printf(" and %d more", shown - GAPS_SHOWN);
    if (missing == 0)
        printf("gaps none");
    else
        printf(" (%" PRId64 " missing)", missing);
    return missing;
}

static int print_journal(void *context, const struct store_journal *j)
{
    struct report *report = context;
    int64_t events, first, last, gone;
    char seen[WALL_TIME_LEN];

    if (store_count(report->store, j->journal, &events, &first, &last, &gone) < 0) {
        report->failed = true;
        return 1;
    }
    wall_time_str(j->last_seen_ms * 1000000, seen);
    printf("%s journal %.8s: events %" PRId64 ", seq %" PRId64 "-%" PRId64 ", ", j->station, j->journal, events, first,
           last);
    int64_t missing = print_gaps(report->store, j);
    printf(", gone %" PRId64 ", duplicates dropped %" PRId64 ", conflicts %" PRId64 ", last seen %s\n", gone,
           j->duplicates, j->conflicts, seen);
    report->journals++;
    report->with_gaps += missing != 0;
    report->failed = missing < 0;
    return report->failed;
}

int collect_report(struct store *store)
{
    struct report report = {.store = store};

    if (store_journals(store, print_journal, &report) < 0 || report.failed)
        return ctl_fail(CTL_FAILED, "the database cannot be read: %s", store_error(store));
    if (report.journals == 0)
        puts("no station yet");
    return report.with_gaps == 0 ? CTL_FINE : CTL_FAILED;
}
