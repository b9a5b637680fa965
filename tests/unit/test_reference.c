/* SPDX-License-Identifier: MIT */
/*
 * The reference amplitude is a running median, and one rep moves it by a fifth at most (physics: clamped to +-20 %). One
 * rep that is higher than the others (somebody leaned on the patient) may not make the next ones look like half reps.
 */
#include "bridge_set.h"

#define BAND  50.0  /* N: what a band pulls */
#define STAND 800.0 /* N: who stands on the box */
#define REPS  6

static void run_reps(enum detector_kind kind, const double *parts, int n_reps, double known)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < n_reps; k++) {
        struct lift lift = LIFT;
        lift.step *= parts[k];
        lift.rise *= parts[k];
        if (kind == DETECTOR_BRIDGE)
            add_lift(c, &n, &t, B, lift);
        else
            n = add_rep(c, n, &t, STAND, parts[k] * BAND, (struct tempo){1.5, 1.0, 4.0, 1.0});
    }
    rep_run_begin(&run, kind, &dose, kind == DETECTOR_BRIDGE ? B : STAND, 0.4, known);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
}

static double ref_n(void)
{
    return (double)run.ops->ref_amp_mn(&run.memory) / 1000.0;
}

/* Once with what earlier sets have taught, once with the first rep alone as the reference. */
static void one_high_rep_hides_no_later_one(void **state)
{
    (void)state;
    static const double first[REPS] = {1.0, 1.36, 1.0, 1.0, 1.0, 1.0}, later[REPS] = {1.4, 1.0, 1.0, 1.0, 1.0, 1.0};
    static const double second[REPS] = {1.0, 1.55, 1.0, 1.0, 1.0, 1.0};

    for (int k = 0; k < 3; k++) {
        run_reps(DETECTOR_BRIDGE, k == 0 ? first : k == 1 ? later : second, REPS, k == 1 ? A : -1.0);
        assert_int_equal(run.full, REPS);
        assert_int_equal(run.not_seen, 0);
        run_reps(DETECTOR_CURL, k == 0 ? first : k == 1 ? later : second, REPS, k == 1 ? BAND : -1.0);
        assert_int_equal(run.full, REPS);
        assert_int_equal(run.not_seen, 0);
    }
}

/* Two that are kept: the median is the greater. */
static void one_rep_moves_the_reference_by_a_fifth_at_most(void **state)
{
    (void)state;
    static const double high[] = {1.4}, low[] = {0.76, 0.76};
    const struct {
        enum detector_kind kind;
        double amp_n;
    } kinds[] = {{DETECTOR_BRIDGE, A}, {DETECTOR_CURL, BAND}};

    for (int k = 0; k < 2; k++) {
        double a = kinds[k].amp_n;
        run_reps(kinds[k].kind, high, 1, a);
        assert_int_equal(run.full, 1);
        assert_near(ref_n(), 1.2 * a, 0.005 * a);
        run_reps(kinds[k].kind, low, 2, a); /* the median of three is one of the lower two */
        assert_int_equal(run.full, 2);
        assert_near(ref_n(), 0.8 * a, 0.005 * a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_high_rep_hides_no_later_one),
        cmocka_unit_test(one_rep_moves_the_reference_by_a_fifth_at_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
