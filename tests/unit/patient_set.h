/* SPDX-License-Identifier: MIT */
/*
 * One paced set of a simulated patient, as a detector gets it: samples with sway and noise, and the noise-free load of
 * the same movements from a twin who neither sways nor has a noisy cell (chance comes from streams of their own).
 */
#ifndef GYMSTATION_TESTS_PATIENT_SET_H
#define GYMSTATION_TESTS_PATIENT_SET_H

#include "patient_bench.h"
#include "rep_run.h"

struct set_figures {
    int n;
    double v[4000];
};

static inline void figure_add(struct set_figures *figures, double error)
{
    assert_true(figures->n < 4000);
    figures->v[figures->n++] = fabs(error);
}

static inline int figure_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double figure_at(struct set_figures *figures, double share)
{
    assert_true(figures->n > 0);
    qsort(figures->v, (size_t)figures->n, sizeof figures->v[0], figure_compare);
    return figures->v[(int)(share * (figures->n - 1))];
}

static inline void figure_print(const char *name, struct set_figures *figures)
{
    printf("  %-28s n %4d  median %.3f  p90 %.3f  worst %.3f\n", name, figures->n, figure_at(figures, 0.5),
           figure_at(figures, 0.9), figure_at(figures, 1));
}

struct patient_set {
    struct bench *seen, *clean;
    struct references refs;
    int64_t go_ns;
};

static inline struct bench *set_bench(const struct patient_setup *setup, const struct bench_exercise *kind,
                                      const int32_t *tempo_ms, int reps)
{
    struct bench *b = bench_open(setup, kind);
    memcpy(b->rx.dose.tempo_ms, tempo_ms, sizeof b->rx.dose.tempo_ms);
    bench_paced_set(b, reps);
    return b;
}

static inline void set_open(struct patient_set *set, struct patient_setup setup, const struct bench_exercise *kind,
                            const int32_t *tempo_ms, int reps)
{
    struct quiet quiet;
    set->seen = set_bench(&setup, kind, tempo_ms, reps);
    setup.sway = false;
    setup.noise_mn = 0;
    set->clean = set_bench(&setup, kind, tempo_ms, reps);
    set->go_ns = BENCH_START + 8 * NS_PER_S;
    quiet_init(&quiet);
    for (int i = 0; i < set->seen->n_samples && set->seen->samples[i].t_ns < set->go_ns; i++)
        quiet_step(&quiet, &(struct sample){set->seen->samples[i].t_ns, set->seen->samples[i].u.force.force_mn});
    quiet_references(&quiet, set->go_ns, 5 * NS_PER_S, &set->refs);
}

static inline void set_close(struct patient_set *set)
{
    bench_close(set->seen);
    bench_close(set->clean);
}

/* Plays the samples from "go" to a detector. */
static inline void set_play(const struct patient_set *set, struct rep_run *run, enum detector_kind kind)
{
    struct detector_setup setup = {
        .dose = &set->seen->rx.dose, .refs = set->refs, .start_ns = set->go_ns, .ref_amp_mn = ABSENT};
    memset(run, 0, sizeof *run);
    run->ops = detector_ops(kind);
    run->ops->begin(&run->memory, &setup);
    for (int i = 0; i < set->seen->n_samples; i++) {
        const struct input *input = &set->seen->samples[i];
        if (input->t_ns >= set->go_ns)
            rep_run_sample(run, &(struct sample){input->t_ns, input->u.force.force_mn});
    }
}

/* The noise-free load at t_ns. */
static inline double set_clean_n(const struct patient_set *set, int64_t t_ns)
{
    int64_t k = (t_ns - BENCH_START) / STEP_NS;
    return k < 0 || k >= set->clean->n_steps ? 0 : set->clean->clean_n[k];
}

#endif
