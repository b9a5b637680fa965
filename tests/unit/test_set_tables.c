/* SPDX-License-Identifier: MIT */
/* The machines inside a set: every state of a hold and of the pacer with everything that can reach it. */
#include <stdlib.h>

#include "check.h"
#include "daemon/core/set/hold.h"
#include "daemon/core/set/pacer.h"
#include "station.h"

/* ---- hold --------------------------------------------------------------------------------------------------------- */

static const struct dose hold_dose = {.hold_ms = 10000,
                                      .ramp_ms = 2000,
                                      .grace_ms = 2000,
                                      .fail_frac_milli = 150,
                                      .target = {.kind = TARGET_N, .value_milli = 100000, .band_pct_milli = 10000}};

static void sample(struct hold *hold, double t_s, double newtons)
{
    struct sample at = {.t_ns = rig_ns(t_s), .force_mn = (int32_t)(newtons * 1000)};

    while (hold_deadline_ns(hold) <= at.t_ns)
        hold_fire(hold);
    hold_sample(hold, &at);
}

/* Samples ten times a second, the first at from + 0.1. */
static void stands(struct hold *hold, int from_ds, int to_ds, double newtons)
{
    for (int ds = from_ds + 1; ds <= to_ds; ds++)
        sample(hold, ds / 10.0, newtons);
}

static struct hold begun(bool measured)
{
    struct hold_setup setup = {.dose = &hold_dose,
                               .refs = {.rest_mn = 0, .noise_mn = 100, .bw_mn = ABSENT},
                               .target_mn = 100000,
                               .measured = measured};
    struct hold hold;

    hold_begin(&hold, &setup);
    return hold;
}

static struct hold in_wait(void)
{
    struct hold hold = begun(true);

    stands(&hold, 0, 10, 0);
    return hold;
}

static struct hold in_candidate(void)
{
    struct hold hold = in_wait();

    stands(&hold, 10, 12, 100);
    return hold;
}

static struct hold in_hold(void)
{
    struct hold hold = in_wait();

    stands(&hold, 10, 50, 100);
    return hold;
}

static struct hold in_dip(void)
{
    struct hold hold = in_hold();

    stands(&hold, 50, 55, 60);
    return hold;
}

static struct hold in_over(void)
{
    struct hold hold = in_hold();

    hold_stop(&hold, rig_ns(6), 0);
    return hold;
}

static struct hold in_blind_wait(void)
{
    return begun(false);
}

static struct hold in_blind_hold(void)
{
    struct hold hold = begun(false);

    hold_fire(&hold);
    return hold;
}

static const struct {
    const char *name;
    struct hold (*make)(void);
} holds[] = {
    {"wait", in_wait},
    {"wait, 0.1 s in the band", in_candidate},
    {"hold, 4 s", in_hold},
    {"dip, 0.5 s", in_dip},
    {"over", in_over},
    {"wait, blind", in_blind_wait},
    {"hold, blind", in_blind_hold},
};

static const char *const hold_events[] = {"100 N", "60 N", "0 N", "deadline", "stop", "go blind"};

static void hold_happens(struct hold *hold, int event)
{
    static const double newtons[] = {100, 60, 0};
    int64_t t_ns = hold->now_ns + 100 * NS_PER_MS;
    struct sample at = {.t_ns = t_ns};

    if (event < 3) {
        at.force_mn = (int32_t)(newtons[event] * 1000);
        hold_sample(hold, &at);
    } else if (event == 3) {
        hold_fire(hold);
    } else if (event == 4) {
        hold_stop(hold, t_ns, 0);
    } else {
        hold_go_blind(hold, t_ns, FLAG_SENSOR_FAULT);
    }
}

static void add_hold_row(const struct hold *from, int event, struct text *table)
{
    static const char *const states[] = {"wait", "hold", "dip", "over"};
    static const char *const outcomes[] = {"full", "broken", "stopped"};
    struct hold hold = *from;
    struct hold_data data;

    hold_happens(&hold, event);
    text_add(table, "%-9s %s", hold_events[event], states[hold.state]);
    if (hold_deadline_ns(&hold) != NEVER)
        text_add(table, " (until %.1f s)", seconds(hold_deadline_ns(&hold)));
    if (hold.state == HOLD_STATE_OVER && hold_result(&hold, &data))
        text_add(table, " %s %.1f-%.1f held %.1f", outcomes[data.outcome], seconds(data.start_ns), seconds(data.end_ns),
                 seconds(data.held_ns));
    text_add(table, "%s\n", hold.blind ? " blind" : "");
}

static void test_hold_table_is_the_golden_one(void **state)
{
    struct text table = {0};

    (void)state;
    text_add(&table,
             "# Hold of 10 s at 100 N +-10 %%, fails below 85 N, grace 2 s; event 0.1 s later -> state (its deadline)\n"
             "# result. The band was entered 1.09 s after go.\n");
    for (size_t i = 0; i < sizeof(holds) / sizeof(holds[0]); i++) {
        struct hold hold = holds[i].make();

        text_add(&table, "\n== %s, at %.1f s ==\n", holds[i].name, seconds(hold.now_ns));
        for (int event = 0; event < 6; event++)
            add_hold_row(&hold, event, &table);
    }
    golden_check("tests/transitions/hold.txt", table.v);
    free(table.v);
}

/* ---- pacer -------------------------------------------------------------------------------------------------------- */

/* One whole cycle and a bit, phase by phase, for tempos that differ in kind. */
static void add_pacer(const char *name, const int32_t tempo_ms[PHASE_COUNT], enum phase first, struct text *table)
{
    struct dose dose = {.tempo_ms = {tempo_ms[0], tempo_ms[1], tempo_ms[2], tempo_ms[3]}, .first_phase = first};
    struct pacer pacer;
    struct pacer_step step;

    pacer_begin(&pacer, &dose, tempo_ms, 0);
    text_add(table, "\n== %s ==\n%-7s -> %s\n", name, "go", phase_str(pacer.order[pacer.at]));
    for (int i = 0; i < 12; i++) {
        const char *from = phase_str(pacer.order[pacer.at]);
        int64_t t_ns = pacer_deadline_ns(&pacer);

        pacer_fire(&pacer, &step);
        text_add(table, "%-7s -> %-7s %5.1f s%s%s%s\n", from, phase_str(pacer.order[pacer.at]), seconds(t_ns),
                 step.tick ? " tick" : "", step.phase ? " accent" : "", step.rep_ended ? " rep" : "");
    }
}

static void test_pacer_table_is_the_golden_one(void **state)
{
    static const int32_t whole[] = {2000, 1000, 3000, 1000}, none_between[] = {1000, 0, 2000, 0},
                         fine[] = {1200, 300, 1300, 200};
    struct text table = {0};

    (void)state;
    text_add(&table, "# Pacer: phase -> phase at its time, with what is cued.\n");
    add_pacer("con 2, top 1, ecc 3, bottom 1", whole, PHASE_CON, &table);
    add_pacer("the same, ecc first", whole, PHASE_ECC, &table);
    add_pacer("con 1, ecc 2, nothing between", none_between, PHASE_CON, &table);
    add_pacer("con 1.2, top 0.3, ecc 1.3, bottom 0.2", fine, PHASE_CON, &table);
    golden_check("tests/transitions/pacer.txt", table.v);
    free(table.v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hold_table_is_the_golden_one),
        cmocka_unit_test(test_pacer_table_is_the_golden_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
