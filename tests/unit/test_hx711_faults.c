/* SPDX-License-Identifier: MIT */
/*
 * What goes wrong on the HX711's wires: each is found in time, never becomes a number, and passes once it is put right. The core
 * has a watch of its own beside this (no sample for 1 s); here the reader finds out by itself.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hx711_run.h"

#define FOUND_NS (1500 * NS_PER_MS)

static void print_found(const char *what, int64_t period_ns, int64_t after_ns)
{
    printf("    %-44s at %3d SPS: found after %4d ms\n", what, (int)(NS_PER_S / period_ns),
           (int)(after_ns / NS_PER_MS));
}

static void run_healthy(struct run *run, int64_t period_ns, enum model_wiring wiring)
{
    run_open(run, 7, period_ns, period_ns, 128);
    run->model.wiring = wiring;
    run_for(run, 3);
}

/* Time until the fault is raised, at most 10 s. */
static int64_t until_raised(struct run *run, enum fault fault)
{
    int64_t from_ns = run->model.now_ns;

    while (!(run->faults & (1u << fault)) && run->model.now_ns < from_ns + 10 * NS_PER_S)
        sensor_run(&run->sensor, run->driver);
    return run->model.now_ns - from_ns;
}

static const int64_t periods[] = {RUN_80_NS, RUN_10_NS};

static const struct {
    const char *name;
    enum model_wiring wiring;
} broken[] = {
    {"DOUT cut or chip missing, line high", WIRING_DATA_HIGH},
    {"DOUT shorted low", WIRING_DATA_LOW},
    {"DOUT floats, noise", WIRING_FLOATS},
    {"DOUT floats, mains hum", WIRING_HUMS},
    {"PD_SCK cut (lost clock)", WIRING_CLOCK_CUT},
    {"GPIO chip gone", WIRING_GONE},
};

static void test_a_missing_chip_is_told_from_a_zero_load(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        for (int p = 0; p < 2; p++) {
            struct run run;
            int64_t after_ns;

            run_open(&run, 7, periods[p], periods[p], 128);
            run.model.wiring = broken[i].wiring;
            after_ns = until_raised(&run, FAULT_SENSOR_DEAD);
            print_found(broken[i].name, periods[p], after_ns);
            assert_true(after_ns <= FOUND_NS);
            run_for(&run, 600);
            assert_int_equal(run.numbers, 0);
            assert_int_equal(run.faults, 1u << FAULT_SENSOR_DEAD);
            run_close(&run);
        }
}

static void test_a_lead_that_falls_out_and_is_put_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        for (int p = 0; p < 2; p++) {
            struct run run;
            uint64_t before;
            int64_t after_ns, back_ns;

            run_healthy(&run, periods[p], WIRING_GOOD);
            assert_int_equal(run.faults, 0);
            run.model.wiring = broken[i].wiring;
            after_ns = until_raised(&run, FAULT_SENSOR_DEAD);
            assert_true(after_ns <= FOUND_NS);
            run_for(&run, 60);
            assert_int_equal(run.wrong, 0);
            before = run.numbers;
            run.model.wiring = WIRING_GOOD;
            back_ns = run.model.now_ns;
            while (run.numbers == before && run.model.now_ns < back_ns + 60 * NS_PER_S)
                sensor_run(&run.sensor, run.driver);
            printf("    %-44s at %3d SPS: found after %4d ms, well again after %d ms\n", broken[i].name,
                   (int)(NS_PER_S / periods[p]), (int)(after_ns / NS_PER_MS),
                   (int)((run.model.now_ns - back_ns) / NS_PER_MS));
            assert_true(run.model.now_ns - back_ns < 12 * NS_PER_S); /* the next reset at the latest */
            assert_int_equal(run.faults, 0);
            run_for(&run, 10);
            assert_int_equal(run.wrong, 0);
            run_close(&run);
        }
}

/*
 * The worst moment: in the middle of a read, when the bits to come are the broken line's. 10^5 cuts; GYMSTATION_CUTS: others.
 */
static void test_a_line_that_is_cut_in_the_middle_of_a_read(void **state)
{
    const char *given = getenv("GYMSTATION_CUTS"), *sanitizers = getenv("GYMSTATION_SANITIZE");
    int cuts = given ? (int)strtol(given, NULL, 10) : sanitizers && sanitizers[0] != '\0' ? 10000 : 100000;
    struct rng rng = {test_seed()};
    uint64_t hit = 0, wrong = 0, later = 0;
    size_t kinds = sizeof(broken) / sizeof(broken[0]);
    struct run run;

    (void)state;
    run_healthy(&run, RUN_80_NS, WIRING_GOOD);
    for (int i = 0; i < cuts; i++) {
        run.model.wiring = WIRING_GOOD;
        run_for(&run, 0.2 + (double)rng_below(&rng, 1000) / 80000);
        while (run.faults != 0 || run.sensor.health.state != SENSOR_STATE_GOOD)
            sensor_run(&run.sensor, run.driver);
        later += run.wrong;
        run.wrong = 0;
        run.model.cut_at_pulse = 1 + (int)rng_below(&rng, 24);
        run.model.cut_to = broken[(size_t)i % kinds].wiring;
        run_for(&run, 0.3);
        hit += run.model.cut_at_pulse == 0;
        wrong += run.wrong;
        run.wrong = 0;
    }
    printf("    %d cuts in the middle of a read: %d numbers wrong, %d once it was mended; %d reads had no proof\n",
           (int)hit, (int)wrong, (int)later, (int)run_count(&run, SENSOR_UNPROVED));
    assert_int_equal(hit, cuts);
    assert_int_equal(wrong + later, 0);
    run_close(&run);
}

static void test_a_brown_out_gives_no_number_until_the_chip_has_settled(void **state)
{
    (void)state;
    for (int p = 0; p < 2; p++) {
        struct run run;
        uint64_t before;
        int64_t from_ns;

        run_healthy(&run, periods[p], WIRING_GOOD);
        model_brown_out(&run.model);
        from_ns = run.model.now_ns;
        before = run.numbers;
        while (run.troubles[TROUBLE_RESET] == 0 && run.model.now_ns < from_ns + 10 * NS_PER_S)
            sensor_run(&run.sensor, run.driver);
        print_found("brown-out", periods[p], run.model.now_ns - from_ns);
        assert_true(run.model.now_ns - from_ns < FOUND_NS);
        assert_int_equal(run.numbers, before);
        run_for(&run, 2);
        assert_true(run.numbers > before);
        assert_true(run.gap_ns >= 8 * periods[p]); /* four that the chip is silent, four that are dropped */
        assert_int_equal(run.wrong, 0);
        assert_int_equal(run.faults, 0);
        run_close(&run);
    }
}

static void test_a_code_that_never_changes(void **state)
{
    static const struct {
        const char *name;
        bool fixed;
        int32_t code;
    } cases[] = {{"stuck code", false, 0}, {"inputs shorted: 0", true, 0}, {"all ones: -1", true, -1}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (int p = 0; p < 2; p++) {
            struct run run;
            uint64_t before;
            int64_t after_ns;

            run_healthy(&run, periods[p], WIRING_GOOD);
            run.model.hangs = !cases[i].fixed;
            run.model.fixed = cases[i].fixed;
            run.model.fixed_code = cases[i].code;
            before = run.numbers;
            after_ns = until_raised(&run, FAULT_SENSOR_STUCK);
            print_found(cases[i].name, periods[p], after_ns);
            assert_true(after_ns <= FOUND_NS);
            assert_true(run.numbers - before <=
                        3); /* one was held back; of the equal ones the third is, and those behind it */
            run_for(&run, 30);
            assert_true(run.numbers - before <= 3);
            assert_int_equal(run.faults, 1u << FAULT_SENSOR_STUCK);
            run.model.hangs = run.model.fixed = false;
            run_for(&run, 3);
            assert_int_equal(run.faults, 0);
            run_close(&run);
        }
}

static void test_rails_are_overload_for_a_second_and_wiring_after_that(void **state)
{
    static const int32_t rails[] = {0x7FFFFF, -0x800000};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct run run;
        uint64_t before;
        int64_t after_ns;

        run_healthy(&run, RUN_80_NS, WIRING_GOOD);
        before = run.numbers;
        run.model.fixed_code = rails[i];
        run.model.fixed = true;
        run_for(&run, 0.5);
        assert_true(run.troubles[TROUBLE_SATURATED] >= 38); /* each of them is told */
        assert_true(run.numbers - before <= 1);
        assert_int_equal(run.faults, 0);
        run.model.fixed = false;
        run_for(&run, 1);
        assert_true(run.numbers - before >= 70); /* nothing had to settle */
        run.model.fixed = true;
        after_ns = until_raised(&run, FAULT_SENSOR_STUCK);
        print_found(i == 0 ? "0x7FFFFF for ever" : "0x800000 for ever", RUN_80_NS, after_ns);
        assert_true(after_ns <= FOUND_NS);
        run_close(&run);
    }
}

static void test_a_wrong_rate_strap_is_said_and_numbers_go_on(void **state)
{
    static const int64_t chip[] = {RUN_10_NS, RUN_80_NS, NS_PER_S / 62, NS_PER_S / 101};
    static const int64_t configured[] = {RUN_80_NS, RUN_10_NS, RUN_80_NS, RUN_80_NS};

    (void)state;
    for (size_t i = 0; i < sizeof(chip) / sizeof(chip[0]); i++) {
        struct run run;
        int64_t after_ns;

        run_open(&run, 7, chip[i], configured[i], 128);
        after_ns = until_raised(&run, FAULT_SENSOR_RATE);
        print_found("wrong rate", chip[i], after_ns);
        assert_true(after_ns <= FOUND_NS);
        run_for(&run, 10);
        assert_in_range(run.numbers, (uint64_t)(9 * NS_PER_S / chip[i]), (uint64_t)(12 * NS_PER_S / chip[i]));
        assert_int_equal(run.wrong, 0);
        assert_int_equal(run.faults, 1u << FAULT_SENSOR_RATE);
        assert_int_equal(run.raised_ns[FAULT_SENSOR_DEAD], 0); /* slow is not dead */
        run_close(&run);
    }
}

/* A strap that comes loose in mid-set: the rate is told, and numbers go on before the core takes it for silence. */
static void test_a_rate_that_changes_is_no_silence(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct run run;
        int64_t from_ns;

        run_healthy(&run, periods[i], WIRING_GOOD);
        run.gap_ns = 0;
        run.model.period_ns = periods[1 - i];
        from_ns = until_raised(&run, FAULT_SENSOR_RATE);
        run_for(&run, 2);
        printf("    from %d to %d SPS: told after %d ms, %d ms without a number\n", (int)(NS_PER_S / periods[i]),
               (int)(NS_PER_S / periods[1 - i]), (int)(from_ns / NS_PER_MS), (int)(run.gap_ns / NS_PER_MS));
        assert_true(from_ns < NS_PER_S && run.gap_ns < NS_PER_S); /* of the core's patience */
        assert_int_equal(run.faults, 1u << FAULT_SENSOR_RATE);
        assert_int_equal(run.raised_ns[FAULT_SENSOR_DEAD], 0);
        assert_int_equal(run.wrong, 0);
        run_close(&run);
    }
}

/*
 * A plug that makes contact now and then, never silent for so long that it is dead: it is told once, stands while it flaps, and
 * gives no number meanwhile, since one would say that all is well.
 */
static const struct {
    double bad_s, good_s;
} flapping[] = {{0.5, 0.2}, {0.9, 0.1}, {0.3, 0.3}, {0.4, 0.2}};

static void flap(struct run *run, size_t how, enum model_wiring wiring)
{
    run->model.wiring = wiring;
    run_for(run, flapping[how].bad_s);
    run->model.wiring = WIRING_GOOD;
    run_for(run, flapping[how].good_s);
}

static void flap_once(size_t how, enum model_wiring wiring, int64_t period_ns)
{
    const unsigned dead = 1u << FAULT_SENSOR_DEAD;
    struct run run;
    int64_t from_ns, found_ns, end_ns;
    uint64_t before;

    run_healthy(&run, period_ns, WIRING_GOOD);
    for (from_ns = run.model.now_ns; run.faults == 0 && run.model.now_ns < from_ns + 20 * NS_PER_S;)
        flap(&run, how, wiring);
    found_ns = run.model.now_ns - from_ns;
    assert_int_equal(run.faults, dead);
    before = run.numbers;
    for (end_ns = run.model.now_ns + 60 * NS_PER_S; run.model.now_ns < end_ns;)
        flap(&run, how, wiring);
    assert_int_equal(run.raises, 1);
    assert_int_equal(run.faults, dead);
    assert_int_equal(run.numbers, before);
    for (from_ns = run.model.now_ns; run.faults != 0 && run.model.now_ns < from_ns + 20 * NS_PER_S;)
        sensor_run(&run.sensor, run.driver);
    printf("    open %.2f s of %.2f s at %d SPS: found after %.1f s, well %.1f s after it was mended\n",
           flapping[how].bad_s, flapping[how].bad_s + flapping[how].good_s, (int)(NS_PER_S / period_ns),
           (double)found_ns / 1e9, (double)(run.model.now_ns - from_ns) / 1e9);
    assert_true(found_ns < 6 * NS_PER_S);                   /* two shares, and the end of a swing */
    assert_true(run.model.now_ns - from_ns < 6 * NS_PER_S); /* the share that it ended in, one that is full, settling */
    before = run.numbers;
    run_for(&run, 10);
    assert_true(run.numbers - before > (uint64_t)(9 * NS_PER_S / period_ns));
    assert_int_equal(run.wrong, 0);
    assert_int_equal(run.raises, 1);
    run_close(&run);
}

static void test_a_plug_that_comes_and_goes_is_dead_until_it_stays(void **state)
{
    (void)state;
    for (size_t how = 0; how < sizeof(flapping) / sizeof(flapping[0]); how++)
        for (int p = 0; p < 2; p++)
            flap_once(how, WIRING_DATA_HIGH, periods[p]);
    flap_once(0, WIRING_FLOATS, RUN_80_NS);
}

/* One short break in every two seconds costs numbers, and no fault. */
static void test_a_break_now_and_then_is_no_fault(void **state)
{
    struct run run;

    (void)state;
    for (int p = 0; p < 2; p++) {
        run_healthy(&run, periods[p], WIRING_GOOD);
        for (int i = 0; i < 30; i++) {
            run.model.wiring = WIRING_DATA_HIGH;
            run_for(&run, 0.2);
            run.model.wiring = WIRING_GOOD;
            run_for(&run, 1.9);
        }
        assert_int_equal(run.raises, 0);
        assert_int_equal(run.wrong, 0);
        run_close(&run);
    }
}

/* A line that is gone answers at once, one that is silent never: neither may cost the processor. */
static void test_nothing_spins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct run run;
        int64_t end_ns;
        int steps = 0;

        run_healthy(&run, RUN_80_NS, broken[i].wiring);
        for (end_ns = run.model.now_ns + 10 * NS_PER_S; run.model.now_ns < end_ns; steps++)
            sensor_run(&run.sensor, run.driver);
        assert_true(steps < 2000); /* 200 a second */
        run_close(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_missing_chip_is_told_from_a_zero_load),
        cmocka_unit_test(test_a_lead_that_falls_out_and_is_put_back),
        cmocka_unit_test(test_a_line_that_is_cut_in_the_middle_of_a_read),
        cmocka_unit_test(test_a_brown_out_gives_no_number_until_the_chip_has_settled),
        cmocka_unit_test(test_a_code_that_never_changes),
        cmocka_unit_test(test_rails_are_overload_for_a_second_and_wiring_after_that),
        cmocka_unit_test(test_a_wrong_rate_strap_is_said_and_numbers_go_on),
        cmocka_unit_test(test_a_rate_that_changes_is_no_silence),
        cmocka_unit_test(test_a_plug_that_comes_and_goes_is_dead_until_it_stays),
        cmocka_unit_test(test_a_break_now_and_then_is_no_fault),
        cmocka_unit_test(test_nothing_spins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
