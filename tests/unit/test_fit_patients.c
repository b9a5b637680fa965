/* SPDX-License-Identifier: MIT */
/*
 * The fit against what really happened: simulated patients on a dead anchor without hands, 50-105 kg, bands of 4-9 kgf,
 * three tempi, 76/80/87.5/320 SPS, minimum jerk and constant speed, sway of 0.4-1 % of body weight. Prints bias, median and
 * p90 of each figure and holds them against stated bounds. GYMSTATION_SEED=N begins at another patient,
 * GYMSTATION_PATIENTS=N takes so many instead of 32.
 */
#include "tests/unit/session_bench.h"

#define FIGURES_MAX 20000

struct figures {
    const char *name;
    int n, of;
    double error[FIGURES_MAX], part[FIGURES_MAX]; /* s; of the true length */
    int with_sd, in_one, in_two;                  /* errors within one and two sd */
    double sum;
};

static struct figures con = {.name = "con move"}, top = {.name = "top"}, ecc = {.name = "ecc move"};
static struct figures con_crossing = {.name = "con crossing"}, ecc_crossing = {.name = "ecc crossing"};
static int judged, in_tolerance;

static int64_t from_environment(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);
    return text != NULL ? strtoll(text, NULL, 10) : otherwise;
}

static void take(struct figures *figures, int64_t ns, int64_t sd_ns, int64_t truth_ns)
{
    figures->of++;
    if (ns == ABSENT)
        return;
    assert_true(figures->n < FIGURES_MAX);
    double error = (double)(ns - truth_ns) / 1e9, size = error < 0 ? -error : error;
    figures->sum += error;
    figures->with_sd += sd_ns != ABSENT;
    figures->in_one += sd_ns != ABSENT && size * 1e9 <= (double)sd_ns;
    figures->in_two += sd_ns != ABSENT && size * 1e9 <= 2 * (double)sd_ns;
    figures->part[figures->n] = size * 1e9 / (double)truth_ns;
    figures->error[figures->n++] = size;
}

/* A phase that is left out has no crossing time. */
static int64_t told_ns(const struct phase_time *phase)
{
    return phase->src == SRC_NONE ? ABSENT : phase->dur_ns;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *v, int n, double share)
{
    assert_true(n > 0);
    qsort(v, (size_t)n, sizeof v[0], compare);
    return v[(int)(share * (n - 1))];
}

static bool kept(struct figures *f, double median, double p90)
{
    double m = quantile(f->error, f->n, 0.5), p = quantile(f->error, f->n, 0.9), worst = quantile(f->error, f->n, 1);
    printf("  %-13s %4d of %4d  bias %+.3f  median %.3f (%.3f)  p90 %.3f (%.3f)  worst %.3f s", f->name, f->n, f->of,
           f->sum / f->n, m, median, p, p90, worst);
    printf("  median %4.1f %%  p90 %4.1f %%", 100 * quantile(f->part, f->n, 0.5), 100 * quantile(f->part, f->n, 0.9));
    if (f->with_sd > 0)
        printf("  %d with sd: %d %% in 1 sd, %d %% in 2", f->with_sd, 100 * f->in_one / f->with_sd,
               100 * f->in_two / f->with_sd);
    printf("%s\n", m <= median && p <= p90 ? "" : "  BROKEN");
    return m <= median && p <= p90;
}

static void judge(const struct rep_data *rep, const struct patient_truth *t)
{
    const struct phase_time *up = &rep->phases[PHASE_CON], *pause = &rep->phases[PHASE_TOP];
    const struct phase_time *down = &rep->phases[PHASE_ECC];
    if (up->src == SRC_NONE && pause->src == SRC_NONE && down->src == SRC_NONE)
        return; /* held back: somebody might be leaning on a chair (lean.h) */
    take(&con, up->move_ns, up->sd_ns, t->con_move_end_ns - t->con_move_ns);
    take(&top, pause->move_ns, pause->sd_ns, t->ecc_move_ns - t->con_move_end_ns);
    take(&ecc, down->move_ns, down->sd_ns, t->ecc_move_end_ns - t->ecc_move_ns);
    take(&con_crossing, told_ns(up), up->src == SRC_MODEL ? up->sd_ns : ABSENT, t->top_ns - t->con_ns);
    take(&ecc_crossing, told_ns(down), down->src == SRC_MODEL ? down->sd_ns : ABSENT, t->end_ns - t->ecc_ns);
    for (int p = 0; p < PHASE_COUNT; p++) {
        const struct phase_time *phase = &rep->phases[p];
        assert_true((phase->move_ns == ABSENT) == (phase->in_tolerance < 0));
        assert_true(phase->move_ns == ABSENT || phase->sd_ns != ABSENT);
        judged += phase->in_tolerance >= 0;
        in_tolerance += phase->in_tolerance == 1;
    }
}

static void play(int64_t i, enum patient_edge edge)
{
    static const int32_t rates[] = {76000, 80000, 87500, 320000};
    static const char *const tempo[] = {"\"con_s\":1.5,\"top_s\":1,\"ecc_s\":4,\"bottom_s\":1",
                                        "\"con_s\":2,\"top_s\":1,\"ecc_s\":3,\"bottom_s\":1",
                                        "\"con_s\":1.2,\"top_s\":0.6,\"ecc_s\":1.8,\"bottom_s\":0.6"};
    char rx[512];
    struct patient_setup setup = run_setup((uint64_t)i);
    setup.body_g = (int32_t)(50000 + 5000 * (i % 12));
    setup.band_mn = (int32_t)(40000 + 4000 * (i * 5 % 12));
    setup.edge = edge;
    setup.blend_milli = 100;
    setup.sps_milli = rates[i % 4];
    snprintf(rx, sizeof rx,
             "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[{\"exercise\":\"banded_curl\","
             "\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,\"reps_min\":8,\"reps_max\":8,"
             "\"rest_s\":20,\"tempo\":{%s}}]}",
             tempo[i % 3]);
    struct run *run = run_session(&setup, rx);
    int n = 0;
    for (int e = 0; e < run->n; e++)
        if (run->events[e].head.type == EVENT_REP && run->events[e].u.rep.outcome == REP_FULL && n < run->truths)
            judge(&run->events[e].u.rep, &run->truth[n++]);
    if (n > 0)
        assert_int_equal(run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed.tempo_milli_pct == ABSENT,
                         run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed.tempo_n < TEMPO_JUDGED_MIN);
    run_free(run);
}

static void test_movements_of_simulated_patients(void **state)
{
    (void)state;
    int64_t first = from_environment("GYMSTATION_SEED", 1), patients = from_environment("GYMSTATION_PATIENTS", 32);
    printf("dead-anchored curls, seeds from %lld:\n", (long long)first);
    for (int64_t i = 0; i < patients; i++) {
        play(first + i, PATIENT_EDGE_MIN_JERK);
        play(first + i, PATIENT_EDGE_CONSTANT);
    }
    bool ok = kept(&ecc_crossing, 0.08, 0.20);
    ok = kept(&con_crossing, 0.08, 0.30) && ok;
    ok = kept(&ecc, 0.15, 0.48) && ok; /* four of five, the weak bands' too; sd_s beside it says how good each is */
    ok = kept(&con, 0.10, 0.30) && ok;
    ok = kept(&top, 0.10, 0.25) && ok;
    printf("  tempo: %d phases judged, %d in tolerance\n", judged, in_tolerance);
    assert_true(ok);
    assert_true(ecc.n * 100 >= ecc.of * 70); /* the others are left out, not guessed */
    assert_true(con.n * 100 >= con.of * 70);
    assert_true(ecc.in_two * 100 >= ecc.n * 88);
    assert_true(con.in_two * 100 >= con.n * 85); /* quick ways up: the inertia is half a guess */
    assert_true(judged > con.of);
}

/*
 * Crossings are 0.80 of a movement at constant speed and 0.51 of one at minimum jerk: a fit that knew only the latter told
 * a patient who was exactly on tempo that half of it was wrong.
 */
static void test_constant_speed_on_tempo_is_on_tempo(void **state)
{
    (void)state;
    int64_t sum = 0;
    int told = 0;
    for (int i = 0; i < 6; i++) {
        struct patient_setup setup = run_setup((uint64_t)(100 + i));
        setup.body_g = 60000 + 8000 * i;
        setup.band_mn = 60000 + 5000 * i;
        setup.edge = PATIENT_EDGE_CONSTANT;
        setup.blend_milli = i % 2 * 50;
        setup.fatigue_milli = setup.skill_milli = 0;
        struct run *run = run_session(
            &setup,
            "{\"v\":1,\"rev\":1,\"id\":\"rx\",\"by\":\"test\",\"ask\":[],\"items\":[{\"exercise\":\"banded_curl\","
            "\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,\"reps_min\":8,\"reps_max\":8,"
            "\"rest_s\":20,\"tempo\":{\"con_s\":1.5,\"top_s\":1,\"ecc_s\":4,\"bottom_s\":1}}]}");
        const struct set_completed_data *set = &run_event(run, EVENT_SET_COMPLETED, 0)->u.set_completed;
        if (set->tempo_milli_pct != ABSENT) {
            printf("  patient %d: tempo %.1f %% of %d\n", i, (double)set->tempo_milli_pct / 1000, (int)set->tempo_n);
            assert_true(set->tempo_milli_pct >= 70000); /* of nine phases that are told two may be off */
            sum += set->tempo_milli_pct * set->tempo_n;
            told += (int)set->tempo_n;
        }
        run_free(run);
    }
    assert_true(told >= 60 && sum >= 84000 * (int64_t)told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_movements_of_simulated_patients),
                                       cmocka_unit_test(test_constant_speed_on_tempo_is_on_tempo)};
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
