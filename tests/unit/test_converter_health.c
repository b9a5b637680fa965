/* SPDX-License-Identifier: MIT */
/* The converter's health: its whole table, and what holds whatever happens. */
#include "check.h"
#include "daemon/io/sensor/converter_health.h"
#include "rng.h"
#include "station.h"

#include <stdlib.h>

#define PERIOD_NS (12500 * NS_PER_MS / 1000)
#define RAIL      0x7FFFFF

static struct sensor_verdict step(struct converter_health *health, enum sensor_event event, int32_t code, int64_t *t_ns)
{
    *t_ns = event == SENSOR_EVENT_DEADLINE ? health->deadline_ns : *t_ns + PERIOD_NS;
    return converter_health_step(health, event, code, *t_ns);
}

static void make_good(struct converter_health *health, int64_t *t_ns)
{
    converter_health_init(health, PERIOD_NS, *t_ns);
    for (int32_t code = 100; health->state != SENSOR_STATE_GOOD; code++)
        step(health, SENSOR_EVENT_CODE, code, t_ns);
}

/* A machine in the state, as it comes there. */
static void bring_to(struct converter_health *health, enum sensor_state state, int64_t *t_ns)
{
    make_good(health, t_ns);
    switch (state) {
    case SENSOR_STATE_GOOD: break;
    case SENSOR_STATE_SETTLING: step(health, SENSOR_EVENT_RESET, 0, t_ns); break;
    case SENSOR_STATE_WRONG_RATE: step(health, SENSOR_EVENT_RATE_BAD, 0, t_ns); break;
    case SENSOR_STATE_LATE:
    case SENSOR_STATE_DEAD:
    case SENSOR_STATE_FAILED:
        while (health->state != state)
            step(health, SENSOR_EVENT_DEADLINE, 0, t_ns);
        break;
    case SENSOR_STATE_STUCK:
        while (health->state != state)
            step(health, SENSOR_EVENT_CODE, 100, t_ns);
        break;
    case SENSOR_STATE_SATURATED:
        while (health->state != state)
            step(health, SENSOR_EVENT_CODE, RAIL, t_ns);
        break;
    case SENSOR_STATE_ABSENT:
        step(health, SENSOR_EVENT_REJECT, 0, t_ns);
        step(health, SENSOR_EVENT_DEADLINE, 0, t_ns);
        break;
    case SENSOR_STATE_FLAPPING:
        while (health->state != state)
            step(health, SENSOR_EVENT_REJECT, 0, t_ns);
        break;
    case SENSOR_STATE_COUNT: break;
    }
    assert_int_equal(health->state, state);
}

/* ---- the table ----------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    enum sensor_event event;
    int32_t code;
    int times;
} cells[] = {
    {"code", SENSOR_EVENT_CODE, 7, 1},           {"code_late", SENSOR_EVENT_CODE_LATE, 7, 1},
    {"four codes", SENSOR_EVENT_CODE, 10, 4},    {"six equal", SENSOR_EVENT_CODE, 77, 6},
    {"three zeros", SENSOR_EVENT_CODE, 0, 3},    {"rail", SENSOR_EVENT_CODE, RAIL, 1},
    {"three rails", SENSOR_EVENT_CODE, RAIL, 3}, {"reject", SENSOR_EVENT_REJECT, 0, 1},
    {"slow", SENSOR_EVENT_SLOW, 0, 1},           {"reset", SENSOR_EVENT_RESET, 0, 1},
    {"rate_bad", SENSOR_EVENT_RATE_BAD, 0, 1},   {"rate_good", SENSOR_EVENT_RATE_GOOD, 0, 1},
    {"deadline", SENSOR_EVENT_DEADLINE, 0, 1},
};

static void add_faults(struct text *table, const char *sign, unsigned faults)
{
    for (int fault = 0; fault < FAULT_COUNT; fault++)
        if (faults & (1u << fault))
            text_add(table, " %s%s", sign, fault_str((enum fault)fault));
}

static void add_row(struct text *table, enum sensor_state from, size_t cell)
{
    struct converter_health health;
    struct sensor_verdict verdict = {.trouble = -1};
    int64_t t_ns = NS_PER_S;
    int taken = 0;

    bring_to(&health, from, &t_ns);
    for (int i = 0; i < cells[cell].times; i++) {
        int32_t code = cells[cell].code == 10 ? 10 + i : cells[cell].code;

        verdict = step(&health, cells[cell].event, code, &t_ns);
        taken += verdict.take;
    }
    text_add(table, "%-10s %-11s %-10s (%5d ms)", sensor_state_str(from), cells[cell].name,
             sensor_state_str(health.state), (int)((converter_health_deadline_ns(&health) - t_ns) / NS_PER_MS));
    if (taken)
        text_add(table, " %d taken", taken);
    if (verdict.trouble >= 0)
        text_add(table, " %s", trouble_str((enum trouble)verdict.trouble));
    add_faults(table, "-", verdict.cleared);
    add_faults(table, "+", verdict.raised);
    text_add(table, "%s\n", verdict.reset ? " reset" : "");
}

static void test_the_table_is_the_golden_one(void **state)
{
    struct text table = {0};

    (void)state;
    text_add(&table,
             "# Converter health at 80 SPS: state, event -> state (its deadline) numbers taken, trouble told, faults "
             "cleared (-) and raised (+), reset.\n"
             "# Of several events the last one's effect. Written by test_converter_health with GYMSTATION_UPDATE=1.\n");
    for (int from = 0; from < SENSOR_STATE_COUNT; from++)
        for (size_t cell = 0; cell < sizeof(cells) / sizeof(cells[0]); cell++)
            add_row(&table, (enum sensor_state)from, cell);
    golden_check("tests/transitions/converter_health.txt", table.v);
    free(table.v);
}

/* ---- whatever happens ------------------------------------------------------------------------------------------------ */

static bool flows(enum sensor_state state)
{
    return state == SENSOR_STATE_GOOD || state == SENSOR_STATE_WRONG_RATE;
}

/*
 * No number outside GOOD and WRONG_RATE, none within four clean conversions of anything else, none of a rail; faults are raised
 * and cleared in turn; there is always a deadline, and never one in the past.
 */
static void check_step(const struct converter_health *before, const struct converter_health *after,
                       const struct sensor_verdict *verdict, int32_t code, int64_t t_ns, unsigned *told)
{
    if (verdict->take) {
        assert_true(flows(before->state) && flows(after->state));
        assert_true(code != RAIL && code != -0x800000);
        assert_int_equal(verdict->trouble, -1);
    }
    if (flows(after->state) && !flows(before->state))
        assert_true(before->state == SENSOR_STATE_SATURATED || before->settle <= 1);
    assert_int_equal(verdict->raised & *told, 0);
    assert_int_equal(verdict->cleared & ~*told, 0);
    *told = (*told | verdict->raised) & ~verdict->cleared;
    assert_int_equal(*told, after->faults);
    assert_true(after->deadline_ns >= t_ns && after->deadline_ns <= t_ns + 10 * NS_PER_S);
}

static void test_whatever_happens(void **state)
{
    static const int32_t codes[] = {5, 6, 7, 0, -1, RAIL, -0x800000, 8, 9};
    struct rng rng = {test_seed()};

    (void)state;
    for (int run = 0; run < 200; run++) {
        struct converter_health health, before;
        unsigned told = 0;
        int64_t t_ns = NS_PER_S;

        converter_health_init(&health, PERIOD_NS, t_ns);
        for (int i = 0; i < 2000; i++) {
            int32_t code = codes[rng_below(&rng, sizeof(codes) / sizeof(codes[0]))];
            uint64_t pick = rng_below(&rng, SENSOR_EVENT_COUNT * 3);
            enum sensor_event event = pick < SENSOR_EVENT_COUNT ? (enum sensor_event)pick : SENSOR_EVENT_CODE;
            struct sensor_verdict verdict;

            t_ns += (int64_t)rng_below(&rng, 2 * PERIOD_NS);
            if (event == SENSOR_EVENT_DEADLINE && t_ns < health.deadline_ns)
                t_ns = health.deadline_ns;
            before = health;
            verdict = converter_health_step(&health, event, code, t_ns);
            if (health.deadline_ns < t_ns) /* a caller is behind: it fires what is due */
                continue;
            check_step(&before, &health, &verdict, code, t_ns, &told);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_table_is_the_golden_one),
        cmocka_unit_test(test_whatever_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
