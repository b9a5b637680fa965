/* SPDX-License-Identifier: MIT */
/* The set's net: who goes on moving and is not told apart any more goes on by the cues; who stands still does not. */
#include <string.h>

#include "check.h"
#include "daemon/core/core_state.h"
#include "rx_texts.h"
#include "station.h"

#define FEET_N 100.0 /* at rest */
#define LIFT_N 160.0 /* more on them while the pelvis is up */
#define BRIDGES(pacing)                                                                                                \
    RX("", "{'exercise':'glute_bridge','contact':'box','sets':1,'reps_min':12,'reps_max':12,'tempo':{'con_s':1.5,"     \
           "'top_s':1,'ecc_s':3,'bottom_s':1},'prep_s':5,'pacing':'" pacing "'}")

/* Up for 5.5 s, down for 1 s. */
static void bridges(struct station_rig *rig, int n)
{
    for (int i = 0; i < n; i++) {
        rig_ramp(rig, FEET_N + LIFT_N, 0.3);
        rig_run(rig, 4.9);
        rig_ramp(rig, FEET_N, 0.3);
        rig_run(rig, 1);
    }
}

/* Somebody's feet are on the box; go at 10 s. */
static struct station_rig *at_go(const char *rx)
{
    return rig_at_go(rx, FEET_N, 5);
}

/* A detector that has lost the patient without a word: whatever the reason, it is not known beforehand. */
static void lose(struct station_rig *rig)
{
    rig->core->detector.bridge.pelvis.state = PELVIS_STATE_LOST;
}

static void test_who_goes_on_unseen_goes_by_the_cues(void **state)
{
    struct station_rig *rig = at_go(BRIDGES("paced"));
    const char *events;

    (void)state;
    bridges(rig, 4);
    lose(rig);
    bridges(rig, 6);
    events = rig_events(rig);
    assert_non_null(strstr(events, "rep 1B1.4 full"));
    assert_non_null(strstr(events, "rep 1B1.5 paced"));
    assert_non_null(strstr(events, "rep 1B1.9 paced"));
    assert_null(strstr(events, "rep 1B1.5 full"));
    assert_non_null(strstr(events, "movement_not_seen"));
    bridges(rig, 3);
    assert_non_null(strstr(rig_events(rig), "done by reps reps=12 measured=4"));
    rig_free(rig);
}

/* A patient who pauses has not been lost: nothing counts until something moves. */
static void test_who_stands_still_is_not_counted(void **state)
{
    struct station_rig *rig = at_go(BRIDGES("paced"));

    (void)state;
    bridges(rig, 4);
    rig_run(rig, 60);
    assert_non_null(strstr(rig_events(rig), "rep 1B1.4 full"));
    assert_null(strstr(rig_events(rig), "rep 1B1.5"));
    bridges(rig, 2);
    assert_non_null(strstr(rig_events(rig), "rep 1B1.6 full"));
    assert_null(strstr(rig_events(rig), "paced"));
    rig_free(rig);
}

/* Three unseen, and then a minute of rest, which no cue fills; what is done unseen after it goes by the cues again. */
static void test_who_stops_unseen_is_not_cued(void **state)
{
    struct station_rig *rig = at_go(BRIDGES("paced"));

    (void)state;
    bridges(rig, 4);
    lose(rig);
    bridges(rig, 3);
    rig_run(rig, 60);
    assert_null(strstr(rig_events(rig), "paced"));
    bridges(rig, 6);
    assert_non_null(strstr(rig_events(rig), "rep 1B1.5 paced"));
    assert_null(strstr(rig_events(rig), "rep 1B1.12"));
    rig_free(rig);
}

/* Who goes at their own tempo has no cues that could have been followed: paced from then on, not before. */
static void test_nothing_is_made_up_for_one_s_own_tempo(void **state)
{
    struct station_rig *rig = at_go(BRIDGES("self"));

    (void)state;
    bridges(rig, 4);
    lose(rig);
    bridges(rig, 5);
    assert_null(strstr(rig_events(rig), "rep 1B1.5"));
    bridges(rig, 2);
    assert_non_null(strstr(rig_events(rig), "rep 1B1.5 paced"));
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_goes_on_unseen_goes_by_the_cues),
        cmocka_unit_test(test_who_stands_still_is_not_counted),
        cmocka_unit_test(test_who_stops_unseen_is_not_cued),
        cmocka_unit_test(test_nothing_is_made_up_for_one_s_own_tempo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
