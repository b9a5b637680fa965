/* SPDX-License-Identifier: MIT */
/*
 * What the station promises, against what really happened: counts and times of simulated sets that the box can see.
 * Prints the figures that it checks. GYMSTATION_SEED=N begins at another patient.
 */
#include "tests/unit/session_bench.h"

#define PATIENTS    12
#define FIGURES_MAX 2000

struct figures {
    const char *name;
    int n;
    double v[FIGURES_MAX]; /* s, or a share */
};

static void figure(struct figures *figures, double value)
{
    assert_true(figures->n < FIGURES_MAX);
    figures->v[figures->n++] = value < 0 ? -value : value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which `share` of the errors lie. */
static double quantile(struct figures *figures, double share)
{
    assert_true(figures->n > 0);
    qsort(figures->v, (size_t)figures->n, sizeof figures->v[0], compare);
    return figures->v[(int)(share * (figures->n - 1))];
}

/* Prints and judges: median and 90th percentile of the errors. */
static bool kept(struct figures *figures, double median, double p90)
{
    double m = quantile(figures, 0.5), p = quantile(figures, 0.9), worst = quantile(figures, 1);
    bool ok = m <= median && p <= p90;
    printf("  %-24s n %4d  median %.3f (promised %.3f)  p90 %.3f (%.3f)  worst %.3f%s\n", figures->name, figures->n, m,
           median, p, p90, worst, ok ? "" : "  BROKEN");
    return ok;
}

/* Not promised: for the reader. */
static void show(struct figures *figures)
{
    double m = quantile(figures, 0.5), p = quantile(figures, 0.9), worst = quantile(figures, 1);
    printf("  %-24s n %4d  median %.3f  p90 %.3f  worst %.3f\n", figures->name, figures->n, m, p, worst);
}

struct promises {
    struct figures con, top, ecc, rep, tut;
    int sets, sets_exact, worst_miss;
};

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static void judge_phase(struct figures *figures, const struct phase_time *phase, int64_t from_ns, int64_t to_ns)
{
    if (phase->src == SRC_LOAD || phase->src == SRC_MODEL)
        figure(figures, seconds(phase->dur_ns - (to_ns - from_ns)));
}

static void judge_rep(struct promises *p, const struct rep_data *rep, const struct patient_truth *truth)
{
    judge_phase(&p->con, &rep->phases[PHASE_CON], truth->con_ns, truth->top_ns);
    judge_phase(&p->top, &rep->phases[PHASE_TOP], truth->top_ns, truth->ecc_ns);
    judge_phase(&p->ecc, &rep->phases[PHASE_ECC], truth->ecc_ns, truth->end_ns);
    int64_t length_ns = truth->end_ns - truth->con_ns;
    figure(&p->rep, seconds(rep->end_ns - rep->start_ns - length_ns) / seconds(length_ns));
    if (rep->tut_ns != ABSENT)
        figure(&p->tut, seconds(rep->tut_ns - length_ns) / seconds(length_ns));
}

/* The reps of one set against the truths of that set, in order. */
static void judge_set(struct promises *p, const struct run *run, int set)
{
    const struct rep_data *reps[100];
    const struct patient_truth *truths[100];
    int n = 0, m = 0;
    for (int i = 0; i < run->n && n < 100; i++) {
        const struct event *event = &run->events[i];
        if (event->head.type == EVENT_REP && event->head.set == set && event->u.rep.outcome == REP_FULL)
            reps[n++] = &event->u.rep;
    }
    for (int i = 0; i < run->truths && m < 100; i++)
        if (run->truth[i].set == set)
            truths[m++] = &run->truth[i];
    int miss = n > m ? n - m : m - n;
    p->sets++;
    p->sets_exact += miss == 0;
    p->worst_miss = miss > p->worst_miss ? miss : p->worst_miss;
    for (int i = 0; miss == 0 && i < n; i++)
        judge_rep(p, reps[i], truths[i]);
}

static void play(struct promises *p, const char *item, int32_t body_g, uint64_t seed)
{
    char rx[512];
    struct patient_setup setup = run_setup(seed);
    setup.body_g = body_g;
    setup.band_mn = patient_seen_band_mn(body_g) + 2000 * (int32_t)(seed % 10);
    setup.edge = seed % 3 == 0 ? PATIENT_EDGE_CONSTANT : PATIENT_EDGE_MIN_JERK;
    snprintf(rx, sizeof rx, "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[%s]}", item);
    struct run *run = run_session(&setup, rx);
    judge_set(p, run, 1);
    judge_set(p, run, 2);
    run_free(run);
}

static bool counts_kept(const struct promises *p)
{
    printf("  %-24s %d of %d sets, worst miss %d\n", "count exact", p->sets_exact, p->sets, p->worst_miss);
    return p->sets_exact * 100 >= p->sets * 99 && p->worst_miss <= 1;
}

static void begin(struct promises *p, const char *what)
{
    memset(p, 0, sizeof *p);
    p->con.name = "concentric, s";
    p->top.name = "top, s";
    p->ecc.name = "eccentric, s";
    p->rep.name = "rep duration, share";
    p->tut.name = "time under tension, share";
    printf("%s, seeds from %llu:\n", what, (unsigned long long)first_seed());
}

static void test_dead_anchored_curls(void **state)
{
    static struct promises p;
    (void)state;
    begin(&p, "dead-anchored curls");
    for (uint64_t i = 0; i < PATIENTS; i++)
        play(&p,
             "{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":2,"
             "\"reps_min\":8,\"reps_max\":8,\"rest_s\":20}",
             50000 + 5000 * (int32_t)i, first_seed() + i);
    bool ok = counts_kept(&p);
    ok = kept(&p.ecc, 0.10, 0.25) && ok;
    ok = kept(&p.rep, 0.05, 0.10) && ok;
    ok = kept(&p.tut, 0.05, 0.10) && ok;
    show(&p.con);
    show(&p.top);
    assert_true(ok);
}

static void test_step_ups(void **state)
{
    static struct promises p;
    (void)state;
    begin(&p, "step-ups");
    for (uint64_t i = 0; i < PATIENTS; i++) {
        char item[256];
        snprintf(item, sizeof item,
                 "{\"exercise\":\"step_up\",\"side\":\"left\",\"sets\":2,\"reps_min\":8,\"reps_max\":8,\"rest_s\":20,"
                 "\"tempo\":{\"con_s\":1.5,\"top_s\":1,\"ecc_s\":%s,\"bottom_s\":1}}",
                 i % 2 ? "3" : "1.5");
        play(&p, item, 50000 + 5000 * (int32_t)i, first_seed() + i);
    }
    bool ok = counts_kept(&p);
    ok = kept(&p.ecc, 0.20, 0.45) && ok;
    ok = kept(&p.rep, 0.05, 0.10) && ok;
    show(&p.con);
    show(&p.top);
    assert_true(ok);
}

/* Held time: from entering the band to the release or the full time; the station's clock against the truth's. */
static void test_holds(void **state)
{
    (void)state;
    struct figures start = {.name = "hold entry, s"};
    printf("heel-dig holds, seeds from %llu:\n", (unsigned long long)first_seed());
    for (uint64_t i = 0; i < PATIENTS; i++) {
        struct patient_setup setup = run_setup(first_seed() + i);
        struct run *run = run_session(&setup, "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[{"
                                              "\"exercise\":\"iso_heel_dig\",\"side\":\"left\",\"sets\":1,\"holds\":3,"
                                              "\"hold_s\":15,\"hold_rest_s\":10,\"target\":{\"kind\":\"N\","
                                              "\"value\":200,\"band_pct\":12}}]}");
        assert_int_equal(run_count(run, EVENT_HOLD), 3);
        assert_int_equal(run->truths, 3);
        for (int h = 0; h < 3; h++) {
            const struct hold_data *hold = &run_event(run, EVENT_HOLD, h)->u.hold;
            assert_int_equal(hold->outcome, HOLD_FULL);
            assert_int_equal(hold->held_ns, 15 * NS_PER_S);
            figure(&start, seconds(hold->start_ns - run->truth[h].con_ns));
        }
        run_free(run);
    }
    assert_true(kept(&start, 0.05, 0.1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dead_anchored_curls),
        cmocka_unit_test(test_step_ups),
        cmocka_unit_test(test_holds),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
