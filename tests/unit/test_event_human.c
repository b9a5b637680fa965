/* SPDX-License-Identifier: MIT */
/* What `gymstationctl monitor` says of an event: every figure of it, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gymstation/event_json.h"

#define HEAD                                                                                                           \
    "{\"station\":\"leg-01\",\"seq\":7,\"ts\":\"2026-11-22T07:56:00.123Z\",\"side\":\"left\",\"set\":2,\"rep\":3,"     \
    "\"patient\":\"p-secret\","

static void check(const char *type, const char *data, const char *details)
{
    char envelope[2000], line[600], wanted[600];

    snprintf(envelope, sizeof(envelope), HEAD "\"type\":\"%s\",\"data\":{%s}}", type, data);
    for (char *c = envelope; *c; c++)
        if (*c == '\'')
            *c = '"';
    assert_int_equal(event_human(envelope, line, sizeof(line)), 0);
    snprintf(wanted, sizeof(wanted), "07:56:00 leg-01   #7     %s", details);
    assert_string_equal(line, wanted);
}

static void test_a_rep_tells_what_was_asked_and_why_a_figure_is_in_doubt(void **state)
{
    (void)state;
    check(
        "rep",
        "'outcome':'full','phases':{'con':{'s':1.5,'src':'load','target_s':2},'ecc':{'s':4.02,'sd_s':0.1,'src':'load',"
        "'target_s':4,'in_tolerance':true}},'flags':['hand_support','gap']",
        "  rep 3               full     1.50 con of 2.0  4.02±0.10 ecc of 4.0  (load)  [leaning on something; "
        "readings missing]");
    check("rep", "'outcome':'full','phases':{},'flags':['what_comes_next']",
          "  rep 3               full     [what comes next]");
}

/* A curl has a band that can go unseen; a step-up has none. */
static void test_what_was_not_seen_is_no_band(void **state)
{
    (void)state;
    check("rep", "'outcome':'paced','phases':{},'flags':['cued','band_not_seen']",
          "  rep 3               paced    [counted by the cues, not seen; the band's pull was not seen]");
    check("rep", "'outcome':'paced','phases':{},'flags':['cued','movement_not_seen']",
          "  rep 3               paced    [counted by the cues, not seen; the movement was not seen]");
}

static void test_a_set_tells_tempo_tension_and_fatigue(void **state)
{
    (void)state;
    check(
        "set_completed",
        "'reason':'left_box','ended_by':'leave','reps':8,'reps_measured':7,'tempo_pct':75,'tempo_n':24,'tut_s':40.5,'"
        "tut_reps':7,"
        "'tut_move_s':58.1,'tut_target_s':45.5,'tut_in_tolerance':false,'tut_n':7,'fatigue_pct':-12.4,'trusted':false",
        "set 2 left ends       left box  8 counted, 7 measured  tempo kept in 75 % of 24 phases  under tension 40.5 s "
        "in 7 of them  con, top and ecc 58.1 s of 45.5 s (not as prescribed over 7 reps)  fatigue 12 % more from first "
        "to last  "
        "ended by leave  not trusted: the load "
        "cell was at fault");
    check(
        "set_completed",
        "'reason':'done','ended_by':'reps','reps':1,'reps_measured':1,'tempo_n':3,'fatigue_pct':20,'trusted':true",
        "set 2 left ends       done  1 counted, 1 measured  tempo not judged (3 phases)  fatigue 20 % less from first "
        "to last  ended by reps");
    check("set_completed",
          "'reason':'stopped','ended_by':'stop','reps':0,'reps_measured':0,'tempo_n':0,'tut_s':4.2,'tut_reps':1,"
          "'trusted':true",
          "set 2 left ends       stopped  0 counted, 0 measured  under tension 4.2 s in 1, broken ones too  ended by "
          "stop");
}

static void test_a_session_tells_each_factor_and_the_sides(void **state)
{
    (void)state;
    check("session_completed",
          "'reason':'done','duration_s':612.4,'items':[{'exercise':'hip_thrust','sets':6,'sets_done':5,'reps_min':48,"
          "'reps':40,'asymmetry_pct':-14.2,'skipped':false}],'compliance':{'pct':70.1,'volume':0.83,'tempo':0.85,"
          "'rest_overrun_s':12,'basis':'measured'}",
          "session completed     done  612 s  compliance 70.1 %  basis measured: volume 0.83 tempo 0.85  rested 12 s "
          "longer  hip_thrust 5/6 sets, 40/48 reps, left 14 % less force than the other side");
}

static void test_the_others_in_words(void **state)
{
    (void)state;
    check("pain", "'nrs':2,'when':'next_day','limit':3,'hours_after':24.0",
          "pain                  2 of 10 (next day, limit 3), 24 h after the session before");
    check("events_dropped", "'from':3,'to':9,'why':'too_large'", "events dropped        #3 to #9 are gone: too large");
    check("fault_raised", "'fault':'disk_low','effect':'no_start','text':'The card is full.'",
          "fault raised          disk low (no start): The card is full.");
    check("progression_suggested",
          "'item':2,'rule':'top of the range twice','from':{'reps_max':10},'to':{'reps_max':12},'basis':'measured'",
          "progression suggested item 2: {\"reps_max\":10} -> {\"reps_max\":12} (top of the range twice; counts were "
          "measured)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rep_tells_what_was_asked_and_why_a_figure_is_in_doubt),
        cmocka_unit_test(test_what_was_not_seen_is_no_band),
        cmocka_unit_test(test_a_set_tells_tempo_tension_and_fatigue),
        cmocka_unit_test(test_a_session_tells_each_factor_and_the_sides),
        cmocka_unit_test(test_the_others_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
