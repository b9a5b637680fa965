/* SPDX-License-Identifier: MIT */
/* The simulated patient as a source: due when station time says so, at any speed, and always the same inputs. */
#include "tests/unit/patient_bench.h"

#include "gymstation/source.h"

#include <poll.h>
#include <time.h>

#define INPUTS      200
#define DEADLINE_NS (20 * NS_PER_S)

static int64_t mono_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static struct exercise nothing;

static struct source *open_at(int32_t speed_milli)
{
    struct patient_setup setup = bench_setup(21);
    struct source *source = NULL;
    setup.exercises = &nothing;
    assert_int_equal(sim_source_open(&setup, speed_milli, mono_ns(), &source), 0);
    return source;
}

/* Takes INPUTS inputs as a loop would: waits for the fd, drains, lets the patient see and hear. */
static void take(struct source *source, struct input *inputs)
{
    struct snapshot idle = {.ends_ns = ABSENT, .slots_held = 1u << 1};
    struct cue cue = {.kind = CUE_FAULT};
    int64_t deadline_ns = mono_ns() + DEADLINE_NS;
    for (int n = 0; n < INPUTS;) {
        struct pollfd fd = {.fd = source->ops->fd(source), .events = POLLIN};
        assert_true(mono_ns() < deadline_ns);
        poll(&fd, 1, 1000);
        const char *text = "";
        int64_t now_ns = source_time_ns(&source->time, mono_ns());
        int r = source->ops->next(source, now_ns, &inputs[n], &text);
        assert_true(r >= 0);
        if (r == 0)
            continue;
        assert_null(text);
        if (source->time.speed_milli != SPEED_MAX)
            assert_true(inputs[n].stamp_ns <= now_ns);
        assert_true(inputs[n].stamp_ns <= source_time_ns(&source->time, mono_ns()));
        source->ops->see(source, &idle, inputs[n].stamp_ns);
        source->ops->hear(source, &cue);
        n++;
    }
}

static void test_any_speed_gives_the_same_inputs(void **state)
{
    (void)state;
    static struct input fast[INPUTS], slow[INPUTS];
    struct source *source = open_at(SPEED_MAX);
    take(source, fast);
    source->ops->close(source);
    source = open_at(20000); /* 2.5 s of station time in 0.125 s */
    take(source, slow);
    source->ops->close(source);
    assert_memory_equal(fast, slow, sizeof fast);
    for (int i = 1; i < INPUTS; i++)
        assert_true(fast[i].stamp_ns >= fast[i - 1].stamp_ns);
}

static void test_nothing_is_due_early(void **state)
{
    (void)state;
    struct source *source = open_at(1); /* a thousandth of real time: the first sample is 12 s away */
    struct pollfd fd = {.fd = source->ops->fd(source), .events = POLLIN};
    struct input input;
    const char *text = NULL;
    assert_int_equal(source->ops->next(source, BENCH_START, &input, &text), 0);
    assert_int_equal(poll(&fd, 1, 0), 0);
    source->ops->close(source);
}

static void test_refuses_bad_speeds_and_patients(void **state)
{
    (void)state;
    struct patient_setup setup = bench_setup(1);
    struct source *source = NULL;
    setup.exercises = &nothing;
    assert_int_equal(sim_source_open(&setup, 0, 0, &source), -EINVAL);
    setup.sps_milli = 0;
    assert_int_equal(sim_source_open(&setup, 1000, 0, &source), -EINVAL);
    assert_null(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_speed_gives_the_same_inputs),
        cmocka_unit_test(test_nothing_is_due_early),
        cmocka_unit_test(test_refuses_bad_speeds_and_patients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
