/* SPDX-License-Identifier: MIT */
/* One session in full, for whoever wants to know why it was miscounted. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

static double seconds(int64_t ns)
{
    return ns == ABSENT || ns == NEVER ? -1 : (double)ns / 1e9;
}

static void show_flags(unsigned flags)
{
    for (unsigned bit = 0; bit < FLAG_COUNT; bit++)
        if (flags & 1u << bit)
            printf(" %s", flag_str(1u << bit));
    printf("\n");
}

static void show_rep(const struct seen_rep *rep)
{
    printf("rep    set %d  %8.2f-%8.2f  %-7s", rep->set, seconds(rep->data.start_ns), seconds(rep->data.end_ns),
           rep_outcome_str(rep->data.outcome));
    for (int i = 0; i < PHASE_COUNT; i++) {
        const struct phase_time *phase = &rep->data.phases[i];
        if (phase->src == SRC_NONE)
            continue;
        printf("  %s %.2f %s", phase_str((enum phase)i), seconds(phase->dur_ns), src_str(phase->src));
        if (phase->move_ns != ABSENT)
            printf(" move %.2f", seconds(phase->move_ns));
        if (phase->sd_ns != ABSENT)
            printf(" sd %.3f", seconds(phase->sd_ns));
    }
    show_flags(rep->data.flags);
}

static void show_hold(const struct seen_hold *hold)
{
    const struct hold_data *data = &hold->data;
    printf("hold   set %d  %8.2f-%8.2f  %s, held %.2f s", hold->set, seconds(data->start_ns), seconds(data->end_ns),
           hold_outcome_str(data->outcome), seconds(data->held_ns));
    if (data->mean_mn != ABSENT)
        printf(", %.1f N", (double)data->mean_mn / 1000.0);
    show_flags(data->flags);
}

static void show_truth(const struct watch *watch, const struct patient_truth *truth)
{
    printf("truth  set %d  con %.2f top %.2f ecc %.2f end %.2f  moves %.2f-%.2f %.2f-%.2f", truth->set,
           seconds(truth->con_ns), seconds(truth->top_ns), seconds(truth->ecc_ns), seconds(truth->end_ns),
           seconds(truth->con_move_ns), seconds(truth->con_move_end_ns), seconds(truth->ecc_move_ns),
           seconds(truth->ecc_move_end_ns));
    if (truth->rise_ns != ABSENT && truth->sunk_ns != ABSENT)
        printf("  load rises %.2f, has sunk %.2f", seconds(truth->rise_ns), seconds(truth->sunk_ns));
    printf("%s\n", truth_complete(watch, truth) ? "" : "  does not count");
}

static void show_set(const struct watch *watch, int k)
{
    bool over = watch->set_to_ns[k] != NEVER;
    printf("set    %.2f-%.2f %s%s\n", seconds(watch->set_from_ns[k]), seconds(watch->set_to_ns[k]),
           over ? set_reason_str(watch->done[k].reason) : "never over",
           over && !watch->done[k].trusted ? ", not trusted" : "");
}

void show_watched(const char *name, const struct bench_session *session, const struct watch *watch)
{
    const struct patient_setup *p = &session->patient;
    printf("%s, case %s: %d mSPS, %d g, noise %d mN, band %d mN, sway %d, edge %d, seed %llu\n%s\n", name,
           patient_case_str(p->oddity), p->sps_milli, p->body_g, p->noise_mn, p->band_mn, p->sway, (int)p->edge,
           (unsigned long long)p->seed, session->rx);
    for (int k = 0; k < watch->sets; k++)
        show_set(watch, k);
    for (int k = 0; k < watch->reps; k++)
        show_rep(&watch->rep[k]);
    for (int k = 0; k < watch->holds; k++)
        show_hold(&watch->hold[k]);
    for (int k = 0; k < watch->truths; k++)
        show_truth(watch, &watch->truth[k]);
    for (int k = 0; k < watch->changes; k++)
        printf("live   %8.2f  %s %s\n", seconds(watch->change[k].at_ns), phase_str(watch->change[k].phase),
               watch->change[k].src == SRC_NONE ? "-" : src_str(watch->change[k].src));
}

void show_session(const struct bench_options *options, int i, const struct exercise_set *exercises)
{
    struct bench_session session;
    char name[ROW_NAME_LEN + 32];
    struct watch *watch = malloc(sizeof *watch);
    if (watch == NULL)
        abort();
    draw_session(options, i, exercises, &session);
    watch_session(watch, &session);
    snprintf(name, sizeof name, "session %d, %s", i, session.row);
    show_watched(name, &session, watch);
    free(watch);
}
