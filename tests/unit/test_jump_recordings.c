/* SPDX-License-Identifier: MIT */
/*
 * Two people step on a force plate, jump, land and step off (cmj_bmclab, CC BY 4.0, github.com/BMClab/BMC): three ways
 * for force to go to zero, and only one of them is leaving. The flight is half a second of nobody, shorter than any
 * leave_s; and nothing of it is a curl, a step-up, a lift of the pelvis or a tap.
 */
#include "daemon/core/signal/quiet.h"
#include "rep_run.h"

#define SAMPLES_MAX 8000
#define EDGE_S      0.02 /* nine samples of the plate: its own threshold is not ours */

static struct sample samples[SAMPLES_MAX];
static struct rep_run run;

/* When somebody comes and goes, by the station's own threshold; s. */
struct stated {
    const char *name;
    double on_s, flight_s, landing_s, off_s;
};

static const struct stated stated[] = {
    {"cmj_bmclab/jump1.txt", 1.31, 5.091, 5.640, 9.43},
    {"cmj_bmclab/jump2.txt", 1.73, 4.920, 5.504, 7.07},
};
#define STATED_N (int)(sizeof(stated) / sizeof(stated[0]))

static int read_samples(const char *name)
{
    char line[128];
    double t_s, force_n;
    int n = 0;
    FILE *file = recording_open(name);

    if (file == NULL)
        return 0;
    while (fgets(line, sizeof(line), file) != NULL && n < SAMPLES_MAX)
        if (sscanf(line, "%lf %lf", &t_s, &force_n) == 2)
            samples[n++] = sample_of(t_s, force_n);
    fclose(file);
    return n;
}

static void nobody_is_there_before_in_flight_and_after(void **state)
{
    (void)state;
    for (int k = 0; k < STATED_N; k++) {
        const struct stated *s = &stated[k];
        const double wanted[] = {s->on_s, s->flight_s, s->landing_s, s->off_s};
        double changes[16];
        int n = read_samples(s->name), n_changes = 0;
        bool present = false;
        struct quiet quiet;

        if (n == 0)
            skip();
        quiet_init(&quiet);
        for (int i = 0; i < n; i++) {
            quiet_step(&quiet, &samples[i]);
            if (quiet_present(&quiet) != present && n_changes > 0 &&
                s_of(samples[i].t_ns) - changes[n_changes - 1] < EDGE_S)
                n_changes--; /* 450 samples a second show the foot scrape over the edge */
            else if (quiet_present(&quiet) != present && n_changes < 16)
                changes[n_changes++] = s_of(samples[i].t_ns);
            present = quiet_present(&quiet);
        }
        for (int i = 0; i < n_changes; i++)
            printf("%s: %s at %.3f s\n", s->name, i % 2 != 0 ? "off" : "on", changes[i]);
        assert_int_equal(n_changes, 4);
        for (int i = 0; i < 4; i++)
            assert_near(changes[i], wanted[i], i == 0 || i == 3 ? 0.1 : EDGE_S);
        assert_true(changes[2] - changes[1] < 3.0); /* the shortest leave_s of the exercises: no leaving */
    }
}

/*
 * Nobody climbs anything: momentum is gained upwards into the flight, and again out of it. Both times on the plate are
 * told as partial for their height, without a number and without phases; neither counts.
 */
static void told_as_partial(const char *name)
{
    if (run.full != 0 || run.partial != 2)
        fail_msg("%s: %d full and %d partial step-ups, should be 0 and 2", name, run.full, run.partial);
    for (int i = 0; i < run.n; i++) {
        assert_true(run.reps[i].flags & FLAG_HEIGHT);
        for (int p = 0; p < PHASE_COUNT; p++)
            assert_true(p == PHASE_BOTTOM || run.reps[i].phases[p].src == SRC_NONE);
    }
}

static void a_jump_is_no_repetition(void **state)
{
    (void)state;
    static const enum detector_kind kinds[] = {DETECTOR_CURL, DETECTOR_STEP, DETECTOR_BRIDGE, DETECTOR_THRUST,
                                               DETECTOR_TAP};
    struct dose dose = {.step_height_mm = 300};

    for (int k = 0; k < STATED_N; k++) {
        int n = read_samples(stated[k].name);
        if (n == 0)
            skip();
        for (size_t d = 0; d < sizeof(kinds) / sizeof(kinds[0]); d++) {
            rep_run_begin(&run, kinds[d], &dose, -1.0, -1.0, -1.0);
            for (int i = 0; i < n; i++)
                rep_run_sample(&run, &samples[i]);
            if (run.full > 0)
                fail_msg("%s: detector %s takes the jump for %d reps", stated[k].name, detector_str(kinds[d]),
                         run.full);
            if (kinds[d] == DETECTOR_STEP)
                told_as_partial(stated[k].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_there_before_in_flight_and_after),
        cmocka_unit_test(a_jump_is_no_repetition),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
