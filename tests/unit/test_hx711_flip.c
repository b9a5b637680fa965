/* SPDX-License-Identifier: MIT */
/*
 * Rule D of the HX711's reader: a contact that opens for a part of one read is no number, and what people do is one.
 * Recordings: cmj_bmclab, CC BY 4.0, github.com/BMClab/BMC.
 */
#include "hx711_run.h"
#include "signals.h"

#define COUNTS_PER_N 1091 /* four 50 kg cells of 1 mV/V at gain 128: 10.7 a gram */
#define FLOOR_COUNTS 8192
#define NOISE_COUNTS 300 /* of the model, the tails of two conversions */

static const struct {
    const char *name;
    enum model_wiring wiring;
    int pulses, slip; /* a pulse takes 3 us */
} openings[] = {
    {"DOUT floats for a pulse", WIRING_FLOATS, 1, 0},   {"DOUT floats for 5 pulses", WIRING_FLOATS, 5, 0},
    {"DOUT high for a pulse", WIRING_DATA_HIGH, 1, 0},  {"DOUT high to the end", WIRING_DATA_HIGH, 30, 0},
    {"DOUT high for 600 us", WIRING_DATA_HIGH, 200, 0}, {"DOUT low for a pulse", WIRING_DATA_LOW, 1, 0},
    {"a pulse of SCK lost", WIRING_GOOD, 0, -1},        {"a pulse of SCK too many", WIRING_GOOD, 0, 1},
};

static void open_once(struct run *run, struct rng *rng, size_t how)
{
    int pulse = 1 + (int)rng_below(rng, 24);

    if (openings[how].slip != 0) {
        run->model.slip = openings[how].slip;
        run->model.slip_at_pulse = pulse;
    } else {
        run->model.cut_to = openings[how].wiring;
        run->model.cut_ns = openings[how].pulses * INT64_C(3000);
        run->model.cut_at_pulse = pulse;
    }
}

static void test_a_contact_that_opens_in_one_read_is_no_number(void **state)
{
    static const int64_t periods[] = {RUN_80_NS, RUN_10_NS};
    struct rng rng = {test_seed()};

    (void)state;
    for (size_t how = 0; how < sizeof(openings) / sizeof(openings[0]); how++)
        for (int p = 0; p < 2; p++) {
            double period_s = (double)periods[p] / 1e9;
            struct run run;

            run_open(&run, 7, periods[p], periods[p], 128);
            run_for(&run, 3);
            for (int i = 0; i < 500; i++) {
                open_once(&run, &rng, how);
                run_for(&run, (20 + (double)rng_below(&rng, 1000) / 1000) * period_s);
            }
            printf("    %-25s at %2d SPS: %3d of 500 dropped for their neighbours, off by %4.1f N at most, %d faults\n",
                   openings[how].name, (int)(NS_PER_S / periods[p]), (int)run_count(&run, SENSOR_FLIPPED),
                   (double)run.off_max / COUNTS_PER_N, run.faults != 0);
            assert_true(run.off_max <= FLOOR_COUNTS + NOISE_COUNTS);
            assert_int_equal(run.model.cut_at_pulse + run.model.slip_at_pulse, 0); /* each was met with */
            assert_int_equal(run.faults, 0);
            run_close(&run);
        }
}

/* The one that is dropped leaves a hole of two periods, and nothing has to settle. */
static void test_its_neighbours_stay(void **state)
{
    struct run run;
    uint64_t before;

    (void)state;
    run_open(&run, 7, RUN_80_NS, RUN_80_NS, 128);
    run_for(&run, 3);
    run.gap_ns = 0;
    before = run.model.conversions - run.numbers;
    run.model.cut_to = WIRING_DATA_HIGH; /* 784532 is 0x0BF894: ones from the third bit are 4.2 million */
    run.model.cut_ns = NS_PER_MS;
    run.model.cut_at_pulse = 3;
    run_for(&run, 1);
    assert_int_equal(run_count(&run, SENSOR_FLIPPED), 1);
    assert_int_equal(run.model.conversions - run.numbers, before + 1);
    assert_true(run.gap_ns < 2 * RUN_80_NS + NS_PER_MS);
    assert_int_equal(run.wrong, 0);
    run_close(&run);
}

/* ---- what people do --------------------------------------------------------------------------------------------------- */

#define SAMPLES_MAX 8192

struct record {
    double sum[SAMPLES_MAX + 1]; /* of the force until then, in N */
    int n;
    double rate_hz;
};

static double until(const struct record *record, double t_s)
{
    double at = t_s * record->rate_hz;
    int i = (int)at;

    return i >= record->n ? record->sum[record->n] : record->sum[i] + (at - i) * (record->sum[i + 1] - record->sum[i]);
}

static void put(struct record *record, double force_n)
{
    assert_true(record->n < SAMPLES_MAX);
    record->sum[record->n + 1] = record->sum[record->n] + force_n;
    record->n++;
}

/* The conversions dropped when the converter takes it at 50 phases, each the mean of four periods. */
static int dropped(const struct record *record, double period_s, int gain)
{
    int n = 0;

    for (int phase = 0; phase < 50; phase++) {
        struct hx711_flip flip = {0};
        double t_s = (4 + phase / 50.0) * period_s, end_s = record->n / record->rate_hz;
        int32_t code = 0;

        for (int i = 0; t_s <= end_s; t_s += period_s, i++) {
            double mean_n = (until(record, t_s) - until(record, t_s - 4 * period_s)) / record->rate_hz / (4 * period_s);
            int32_t next = (int32_t)(mean_n * COUNTS_PER_N * gain / 128);

            if (i > 0)
                n += hx711_flip_step(&flip, code, next, ns_of(t_s - period_s), ns_of(period_s), gain);
            code = next;
        }
    }
    return n;
}

static void expect_none_dropped(const struct record *record)
{
    static const double rates[] = {80, 87.5, 67, 10, 11.65};

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        assert_int_equal(dropped(record, 1 / rates[i], 128), 0);
        assert_int_equal(dropped(record, 1 / rates[i], 32), 0);
    }
}

static struct record record;

static void test_recorded_jumps_lose_nothing(void **state)
{
    static const char *const names[] = {"cmj_bmclab/jump1.txt", "cmj_bmclab/jump2.txt"};
    char line[128];

    (void)state;
    for (int i = 0; i < 2; i++) {
        FILE *file = recording_open(names[i]);
        double t_s, force_n;

        if (file == NULL)
            skip();
        record = (struct record){.rate_hz = 450};
        while (fgets(line, sizeof(line), file) != NULL)
            if (sscanf(line, "%lf %lf", &t_s, &force_n) == 2)
                put(&record, force_n);
        fclose(file);
        assert_true(record.n > 3000);
        expect_none_dropped(&record);
    }
}

/* Kicks of 30 kg, stamps and heel strikes of two body weights, and one who steps on: from 20 to 400 ms. */
static void test_kicks_and_stamps_lose_nothing(void **state)
{
    (void)state;
    for (int ms = 20; ms <= 400; ms += 10) {
        record = (struct record){.rate_hz = 1000};
        for (int i = 0; i < 4000; i++) {
            double body_n = i < 1000 ? 0 : i < 1000 + ms ? 800 * min_jerk((i - 1000) / (double)ms) : 800;
            double blow_n = i >= 2500 && i < 2500 + ms ? sin(3.14159 * (i - 2500) / ms) : 0;

            put(&record, body_n + blow_n * (ms < 60 ? 300 : 1600));
        }
        for (double rate = 67; rate < 88; rate += 5)
            assert_int_equal(dropped(&record, 1 / rate, 128), 0);
    }
}

/* Ringing of a box that is struck, 10 to 20 Hz and beyond, on a body that comes down. */
static void test_ringing_loses_nothing(void **state)
{
    (void)state;
    for (double hz = 10; hz <= 28; hz += 1) {
        record = (struct record){.rate_hz = 1000};
        for (int i = 0; i < 3000; i++) {
            double t_s = (i - 1000) / 1000.0;

            put(&record, i < 1000 ? 0 : 800 + 800 * exp(-t_s / 0.15) * cos(2 * 3.14159 * hz * t_s));
        }
        assert_int_equal(dropped(&record, 1 / 80.0, 128), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_contact_that_opens_in_one_read_is_no_number),
        cmocka_unit_test(test_its_neighbours_stay),
        cmocka_unit_test(test_recorded_jumps_lose_nothing),
        cmocka_unit_test(test_kicks_and_stamps_lose_nothing),
        cmocka_unit_test(test_ringing_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
