/* SPDX-License-Identifier: MIT */
/* Bounces, from the wire to the press: contacts that bounce more often than the kernel keeps edges, and a loop that stands
 * still. */
#include "gpio_fake.h"

#include <stdio.h>

#include "daemon/core/panel/button.h"
#include "rng.h"

#define PRESSES 100000

struct count {
    int presses, ends;
    int64_t stamp_ns;
};

static void act(struct count *count, unsigned acts, int64_t stamp_ns)
{
    if (acts & BUTTON_ACT_PRESS)
        count->stamp_ns = stamp_ns;
    count->presses += (acts & BUTTON_ACT_PRESS) != 0;
    count->ends += (acts & (BUTTON_ACT_SHORT | BUTTON_ACT_LONG)) != 0;
}

static void drain(struct buttons *buttons, struct button_machine *machine, struct count *count, int64_t until_ns)
{
    struct button_edge edge;

    while (buttons_next(buttons, &edge) > 0) {
        while (machine->deadline_ns <= edge.stamp_ns)
            act(count, button_fire(machine), machine->deadline_ns);
        act(count, button_edge(machine, edge.pressed, edge.stamp_ns), edge.stamp_ns);
    }
    while (machine->deadline_ns <= until_ns) {
        int64_t at_ns = machine->deadline_ns;
        act(count, button_fire(machine), at_ns);
    }
}

/* What the loop does meanwhile; each for a third of the presses. */
enum reader { READER_AWAKE, READER_STANDS_STILL, READER_COMES_IN_BETWEEN, READER_COUNT };

struct finger {
    struct rng rng;
    struct buttons *buttons;
    struct button_machine machine;
    struct count count;
    enum reader reader;
    int64_t t_ns;
    uint64_t edges;
};

/* An edge; whether the loop comes round before the next. */
static void bounce(struct finger *finger, bool down, int64_t t_ns)
{
    bool reads = finger->reader == READER_AWAKE ||
                 (finger->reader == READER_COMES_IN_BETWEEN && rng_below(&finger->rng, 20) == 0);

    wire(0, down, t_ns);
    finger->edges++;
    if (reads)
        drain(finger->buttons, &finger->machine, &finger->count, t_ns);
}

/* Contacts that bounce up to 50 times within 20 ms, then rest. */
static void change(struct finger *finger, bool down)
{
    int64_t rest_ns = finger->t_ns + (int64_t)rng_below(&finger->rng, 20 * NS_PER_MS), at_ns = finger->t_ns;
    int64_t bounces = (int64_t)rng_below(&finger->rng, 26);

    bounce(finger, down, at_ns);
    for (int64_t left = bounces; left > 0; left--) {
        int64_t step_ns = (rest_ns - at_ns) / (2 * left);

        if (step_ns < 2)
            break;
        at_ns += 1 + (int64_t)rng_below(&finger->rng, (uint64_t)step_ns);
        bounce(finger, !down, at_ns);
        at_ns += 1 + (int64_t)rng_below(&finger->rng, (uint64_t)step_ns);
        bounce(finger, down, at_ns);
    }
    finger->t_ns = at_ns;
}

/* Down and up again; a loop that stands still may do so from before the one until after the other. */
static void press(struct finger *finger)
{
    int64_t hold_ns = 40 * NS_PER_MS + (int64_t)rng_below(&finger->rng, 2500 * NS_PER_MS);

    finger->reader = (enum reader)rng_below(&finger->rng, READER_COUNT);
    change(finger, true);
    finger->t_ns += hold_ns;
    if (finger->reader != READER_STANDS_STILL || rng_below(&finger->rng, 2) == 0)
        drain(finger->buttons, &finger->machine, &finger->count, finger->t_ns);
    change(finger, false);
    finger->t_ns += 40 * NS_PER_MS + (int64_t)rng_below(&finger->rng, NS_PER_S);
    drain(finger->buttons, &finger->machine, &finger->count, finger->t_ns);
}

static void test_a_hundred_thousand_bounced_presses(void **state)
{
    struct finger finger = {.rng = {test_seed()}, .buttons = open_two(), .t_ns = NS_PER_S};
    int64_t worst_ns = 0;
    int missed = 0, doubled = 0;

    (void)state;
    button_init(&finger.machine, START_LONG_NS);
    for (int n = 0; n < PRESSES; n++) {
        int64_t pressed_ns = finger.t_ns;

        finger.count = (struct count){.stamp_ns = pressed_ns};
        press(&finger);
        missed += finger.count.presses < 1 || finger.count.ends < 1;
        doubled += finger.count.presses > 1 || finger.count.ends > 1;
        if (finger.count.stamp_ns - pressed_ns > worst_ns)
            worst_ns = finger.count.stamp_ns - pressed_ns;
    }
    printf("    %d presses that bounced for up to 20 ms, %.1f edges each, the loop standing still at two of three: "
           "%d missed, %d doubled, stamps at most %d ns off\n",
           PRESSES, (double)finger.edges / PRESSES, missed, doubled, (int)worst_ns);
    assert_int_equal(missed, 0);
    assert_int_equal(doubled, 0);
    assert_int_equal(worst_ns, 0); /* the press has the stamp of its first edge */
    buttons_close(finger.buttons);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hundred_thousand_bounced_presses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
