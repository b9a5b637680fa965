/* SPDX-License-Identifier: MIT */
/* A recording begins in the middle of a station's life; what follows must not depend on what came before. */
#include "check.h"
#include "station.h"

#define BEGIN_S 5.1 /* no multiple of the quarter seconds in which the rest level is gathered */

/* Somebody breathes: half a newton up and down, changed every 0.1 s, the same for the same time. */
static void stand(struct station_rig *rig, double from_s, double to_s)
{
    for (double t = from_s; t < to_s - 0.01; t += 0.1) {
        int step = (int)(t * 10 + 0.5);

        rig_load(rig, 700 + 0.1 * (step * 7 % 11) - 0.5);
        rig_run_until(rig, rig_ns(t + 0.1));
    }
}

static struct references level_after(struct station_rig *rig)
{
    struct references refs;

    stand(rig, BEGIN_S, 12.0);
    assert_true(quiet_references(&rig->core->quiet, rig->t_ns, NS_PER_S, &refs));
    return refs;
}

static void a_core_that_begins_again_measures_what_a_new_one_measures(void **state)
{
    (void)state;
    struct station_rig *old = rig_new(NULL);
    struct station_rig *fresh = rig_new(NULL);

    stand(old, 0, BEGIN_S);
    fresh->t_ns = rig_ns(BEGIN_S);
    fresh->period_ns = old->period_ns;
    fresh->sample_ns = old->sample_ns;
    fresh->core->now_ns = fresh->t_ns;
    core_begin_again(old->core);
    struct references a = level_after(old);
    struct references b = level_after(fresh);
    assert_int_equal(a.rest_mn, b.rest_mn);
    assert_int_equal(a.noise_mn, b.noise_mn);
    assert_string_equal(rig_events(old), rig_events(fresh));
    rig_free(old);
    rig_free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_core_that_begins_again_measures_what_a_new_one_measures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
