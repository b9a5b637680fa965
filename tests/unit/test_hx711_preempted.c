/* SPDX-License-Identifier: MIT */
/*
 * What a reader that is preempted in the middle of pulses gives for numbers: ours beside the rules of others, on the same wire.
 * GYMSTATION_READS: conversions in all, 10^6 unless told (sanitizers: less); what has been run is 2 * 10^7.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "hx711_run.h"

#define CELLS ((LOAD_COUNT - 1) * 2)

/* Rules in use elsewhere: what they make of one read. */
enum peer { PEER_NONE, PEER_TAIL, PEER_BRACKET, PEER_COUNT };

static const char *const peer_names[PEER_COUNT] = {"no rule", "DOUT high at the end", "bracket < 60 us"};

static bool peer_takes(enum peer peer, const struct hx711_read *read)
{
    switch (peer) {
    case PEER_NONE: return true;
    case PEER_TAIL: return !read->tail_low;
    case PEER_BRACKET: return read->bracket_ns < 60000;
    case PEER_COUNT: break;
    }
    return false;
}

struct tally {
    uint64_t reads, wrong, refused;
};

/* Waits for DOUT, reads, and takes the rule's word for it. */
static void peers_read(uint64_t seed, enum model_load load, bool reload, uint64_t reads, struct tally tally[PEER_COUNT])
{
    struct model model;
    struct hx711_wire wire = model_wire(&model);

    model_init(&model, seed, RUN_80_NS);
    model.load = load;
    model.reload = reload;
    for (uint64_t i = 0; i < reads; i++) {
        struct hx711_read read = {0};

        while (wire.data(wire.self) != 0)
            wire.sleep_until(wire.self, model.now_ns + NS_PER_MS / 2);
        read.ready_ns = model.now_ns;
        assert_int_equal(hx711_read(&wire, 25, &read), 0);
        for (int peer = 0; peer < PEER_COUNT; peer++) {
            bool taken = peer_takes((enum peer)peer, &read);

            tally[peer].reads++;
            tally[peer].refused += !taken;
            tally[peer].wrong += taken && model_truth(&model, read.ready_ns) != read.code;
        }
    }
}

static void print_row(const char *name, double wrong_ppm, double refused_pct, double gap_ms)
{
    printf("    %-22s %9.1f ppm wrong  %6.2f %% refused", name, wrong_ppm, refused_pct);
    if (gap_ms > 0)
        printf("  longest gap %.0f ms", gap_ms);
    printf("\n");
}

static double share(uint64_t part, uint64_t whole, double unit)
{
    return whole ? (double)part / (double)whole * unit : 0;
}

/* Reads that were thrown away. */
static uint64_t refused(const struct run *run)
{
    return run_count(run, SENSOR_REJECTED_TAIL) + run_count(run, SENSOR_REJECTED_GAIN) +
           run_count(run, SENSOR_REJECTED_SPAN) + run_count(run, SENSOR_UNPROVED) + run_count(run, SENSOR_SUSPECT) -
           run_count(run, SENSOR_SUSPECT_TAKEN);
}

/* Of those, the ones that would have been dropped all the same, since a chip that was reset had to settle. */
static uint64_t run_through(struct run *run, uint64_t conversions)
{
    uint64_t settling = 0;

    while (run->model.conversions < conversions) {
        bool flows = run->sensor.health.state == SENSOR_STATE_GOOD;
        uint64_t before = refused(run);

        sensor_run(&run->sensor, run->driver);
        settling += flows ? 0 : refused(run) - before;
    }
    return settling;
}

static void run_cell(uint64_t seed, enum model_load load, bool reload, uint64_t reads)
{
    struct run run;
    struct tally tally[PEER_COUNT] = {0};
    uint64_t settling;

    printf("  S%d%s\n", (int)load, reload ? ", the register reloads in mid-read" : "");
    peers_read(seed, load, reload, reads / 10, tally);
    for (int peer = 0; peer < PEER_COUNT; peer++)
        print_row(peer_names[peer], share(tally[peer].wrong, tally[peer].reads, 1e6),
                  share(tally[peer].refused, tally[peer].reads, 100), 0);
    run_open(&run, seed, RUN_80_NS, RUN_80_NS, 128);
    run.model.load = load;
    run.model.reload = reload;
    settling = run_through(&run, reads);
    print_row("ours (A + B, and C)", share(run.wrong, run.numbers, 1e6),
              share(refused(&run) - settling, run.model.conversions, 100), (double)run.gap_ns / 1e6);
    printf("      of %" PRIu64 " conversions %" PRIu64 " numbers, %.2f %% without one, %" PRIu64
           " settling after %" PRIu64 " resets, %" PRIu64 " of %" PRIu64 " suspects taken\n",
           run.model.conversions, run.numbers, share(run.model.conversions - run.numbers, run.model.conversions, 100),
           run_count(&run, SENSOR_SETTLING) + settling, run.model.resets, run_count(&run, SENSOR_SUSPECT_TAKEN),
           run_count(&run, SENSOR_SUSPECT));
    if (run.raises > 0)
        printf("      raised %d times\n", run.raises);
    assert_true(run.raises == 0 || load == LOAD_S4); /* up to heavy preemption the numbers are enough */
    assert_int_equal(run.wrong, 0);
    assert_int_equal(run.stamps_back, 0);
    run_close(&run);
}

static void test_no_wrong_number_whatever_the_load(void **state)
{
    const char *given = getenv("GYMSTATION_READS"), *sanitizers = getenv("GYMSTATION_SANITIZE");
    uint64_t reads = given ? strtoull(given, NULL, 10) : sanitizers && sanitizers[0] != '\0' ? 200000 : 1000000;
    uint64_t seed = test_seed();

    (void)state;
    for (int load = LOAD_S1; load < LOAD_COUNT; load++) {
        run_cell(seed, (enum model_load)load, false, reads / CELLS);
        run_cell(seed + 1, (enum model_load)load, true, reads / CELLS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_wrong_number_whatever_the_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
