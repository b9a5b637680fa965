/* SPDX-License-Identifier: MIT */
/* What is heard and seen for each cue, and what never happens whatever is played: flicker, and a sound without light. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "gymstation/cue_player.h"
#include "gymstation/input.h"
#include "rng.h"

#define MS(n)     ((n)*NS_PER_MS)
#define LAMPS     (1u << CUE_LAMP | 1u << CUE_ALERT)
#define BUZZERS   (1u << CUE_BUZZER | 1u << CUE_BUZZER_HIGH)
#define LINE_LEN  512
#define NO_LATE   0
#define LATE_TEST MS(300)

/* Plays in virtual time and looks at the levels; late_ns: steps come up to that much later than asked for. */
struct watch {
    struct cue_player player;
    struct rng rng;
    int64_t now_ns, flash_ns, late_ns;
    unsigned levels;
    char tones[LINE_LEN]; /* "at+length h|l[!] " in ms */
    int64_t tone_ns;
    uint64_t flashes;
};

static void watch_begin(struct watch *watch, int64_t late_ns, uint64_t seed)
{
    *watch = (struct watch){.late_ns = late_ns, .rng = {seed}, .flash_ns = INT64_MIN / 2};
    cue_player_init(&watch->player);
}

static void note_tone(struct watch *watch, unsigned was, unsigned is)
{
    size_t len = strlen(watch->tones);

    if (!(was & BUZZERS) && (is & BUZZERS))
        watch->tone_ns = watch->now_ns;
    if ((was & BUZZERS) && !(is & BUZZERS))
        snprintf(watch->tones + len, LINE_LEN - len, "%lld+%lld%s%s ", (long long)(watch->tone_ns / NS_PER_MS),
                 (long long)((watch->now_ns - watch->tone_ns) / NS_PER_MS), was & 1u << CUE_BUZZER_HIGH ? "h" : "l",
                 was & 1u << CUE_ALERT ? "!" : "");
}

/* The promises, looked at whenever something changes. */
static void look(struct watch *watch)
{
    int64_t begun_ns;
    unsigned was = watch->levels;

    watch->levels = cue_player_step(&watch->player, watch->now_ns, &begun_ns);
    assert_true(begun_ns == ABSENT || begun_ns <= watch->now_ns);
    if (watch->levels & BUZZERS)
        assert_true(watch->levels & LAMPS);
    assert_true((watch->levels & BUZZERS) != BUZZERS);
    if (watch->levels & LAMPS & ~was) {
        if (watch->now_ns != watch->flash_ns)
            assert_true(watch->now_ns - watch->flash_ns >= FLASH_NS);
        watch->flash_ns = watch->now_ns;
        watch->flashes++;
    }
    note_tone(watch, was, watch->levels);
    assert_true(cue_player_next_ns(&watch->player) > watch->now_ns);
}

static void watch_until(struct watch *watch, int64_t until_ns)
{
    int64_t next_ns;

    while ((next_ns = cue_player_next_ns(&watch->player)) <= until_ns) {
        if (watch->late_ns > 0)
            next_ns += (int64_t)rng_below(&watch->rng, (uint64_t)watch->late_ns);
        if (next_ns > watch->now_ns)
            watch->now_ns = next_ns;
        look(watch);
    }
    if (until_ns > watch->now_ns)
        watch->now_ns = until_ns;
}

static void play(struct watch *watch, enum cue_kind kind, int arg, enum side side)
{
    cue_player_play(&watch->player, &(struct cue){.kind = kind, .at_ns = watch->now_ns, .arg = arg, .side = side});
    look(watch);
}

/* One row a cue: what a person beside the box writes down. */
static void test_every_cue_has_its_pattern(void **state)
{
    static const struct {
        enum cue_kind kind;
        int arg;
        enum side side;
        const char *tones;
    } rows[] = {
        {CUE_COUNTDOWN, 3, SIDE_NONE, "0+150l "},
        {CUE_GO, 0, SIDE_NONE, "0+600h "},
        {CUE_TICK, 0, SIDE_NONE, "0+40l "},
        {CUE_PHASE, PHASE_ECC, SIDE_NONE, "0+120h "},
        {CUE_LAST, 3, SIDE_NONE, "0+150l "},
        {CUE_HOLD, 0, SIDE_NONE, "0+600h "},
        {CUE_RELAX, 0, SIDE_NONE, "0+800l "},
        {CUE_SET_DONE, 0, SIDE_NONE, "0+200l 750+600h "},
        {CUE_SETUP, 3, SIDE_LEFT, "0+450l 900+450l 1800+450l 2700+120h "},
        {CUE_SETUP, 1, SIDE_RIGHT, "0+450l 900+120h 1650+120h "},
        {CUE_SETUP, 2, SIDE_BOTH, "0+450l 900+450l "},
        {CUE_ASK, QUESTION_PAIN, SIDE_NONE, "0+120h 750+120h "},
        {CUE_ASK, QUESTION_EFFORT, SIDE_NONE, "0+120h 750+120h 1500+120h "},
        {CUE_ASK, QUESTION_CONFIRM, SIDE_NONE, "0+120h 750+120h 1500+120h 2250+120h "},
        {CUE_ENTRY, 4, SIDE_NONE, "0+80h "},
        {CUE_ENTRY, 0, SIDE_NONE, "0+800l "},
        {CUE_READ_BACK, 0, SIDE_NONE, "0+800l "},
        {CUE_READ_BACK, 3, SIDE_NONE, "0+120h 750+120h 1500+120h "},
        {CUE_READ_BACK, 10, SIDE_NONE,
         "0+120h 280+120h 560+120h 840+120h 1120+120h 1400+120h 1680+120h 1960+120h 2240+120h 2520+120h "},
        {CUE_PRESS, 0, SIDE_NONE, "0+80h "},
        {CUE_REFUSED, 0, SIDE_NONE, "0+300l! "},
        {CUE_STOPPED, 0, SIDE_NONE, "0+700l! "},
        {CUE_CALL, 0, SIDE_NONE, "0+400h! 1000+400h! 2000+400h! "},
        {CUE_SESSION_DONE, 0, SIDE_NONE, "0+200l 750+200l 1500+800h "},
        {CUE_FAULT, FAULT_SENSOR_DEAD, SIDE_NONE, "0+500l! 1000+500l! "},
        {CUE_IDENTIFY, 0, SIDE_NONE,
         "0+150h! 1000+150h! 2000+150h! 3000+150h! 4000+150h! 5000+150h! 6000+150h! 7000+150h! 8000+150h! 9000+150h! "},
    };
    bool heard[CUE_COUNT] = {false};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct watch watch;

        watch_begin(&watch, NO_LATE, 0);
        play(&watch, rows[i].kind, rows[i].arg, rows[i].side);
        watch_until(&watch, 30 * NS_PER_S);
        assert_string_equal(watch.tones, rows[i].tones);
        assert_int_equal(watch.levels, 0);
        heard[rows[i].kind] = true;
    }
    for (int kind = 0; kind < CUE_COUNT; kind++)
        assert_true(heard[kind]);
}

/* Stop in a set: stopped, then the question; neither swallows the other. */
static void test_cues_of_one_moment_are_said_one_after_the_other(void **state)
{
    struct watch watch;

    (void)state;
    watch_begin(&watch, NO_LATE, 0);
    play(&watch, CUE_STOPPED, 0, SIDE_NONE);
    play(&watch, CUE_ASK, QUESTION_PAIN, SIDE_NONE);
    watch_until(&watch, 10 * NS_PER_S);
    assert_string_equal(watch.tones, "0+700l! 1100+120h 1850+120h ");
}

/* The countdown that start brings is not talked into by the announcement before it. */
static void test_a_newer_cue_ends_an_older_one(void **state)
{
    struct watch watch;

    (void)state;
    watch_begin(&watch, NO_LATE, 0);
    play(&watch, CUE_SETUP, 9, SIDE_LEFT);
    watch_until(&watch, MS(1000));
    play(&watch, CUE_COUNTDOWN, 3, SIDE_LEFT);
    watch_until(&watch, MS(2000));
    play(&watch, CUE_COUNTDOWN, 2, SIDE_LEFT);
    watch_until(&watch, 30 * NS_PER_S);
    assert_string_equal(watch.tones, "0+450l 900+450l 2000+150l ");
}

/* "Go" and the first phase are one moment; what one moves by falls on it, whatever else is said. */
static void test_rhythm_is_never_put_off(void **state)
{
    struct watch watch;

    (void)state;
    watch_begin(&watch, NO_LATE, 0);
    play(&watch, CUE_GO, 0, SIDE_NONE);
    play(&watch, CUE_PHASE, PHASE_CON, SIDE_NONE);
    watch_until(&watch, MS(1000));
    play(&watch, CUE_FAULT, FAULT_SENSOR_DEAD, SIDE_NONE);
    play(&watch, CUE_TICK, 0, SIDE_NONE);
    watch_until(&watch, MS(1900));
    play(&watch, CUE_TICK, 0, SIDE_NONE);
    watch_until(&watch, MS(9000));
    assert_string_equal(watch.tones, "0+600h 1000+500l! 1900+40l ");
}

/* A stall: the tick that is late is still heard, and what follows is at its own time. */
static void test_a_late_step_moves_nothing_behind_it(void **state)
{
    struct watch watch;
    int64_t begun_ns;

    (void)state;
    watch_begin(&watch, NO_LATE, 0);
    cue_player_play(&watch.player, &(struct cue){.kind = CUE_READ_BACK, .arg = 3});
    watch.now_ns = MS(130);
    look(&watch);
    assert_true(watch.levels & 1u << CUE_BUZZER_HIGH);
    watch_until(&watch, MS(749));
    assert_int_equal(cue_player_next_ns(&watch.player), MS(750));
    cue_player_step(&watch.player, MS(753), &begun_ns);
    assert_int_equal(begun_ns, MS(750));
}

/* A call: the alert lamp stays until somebody answers. */
static void test_the_alert_lamp_stays_on_while_it_is_asked_for(void **state)
{
    struct watch watch;

    (void)state;
    watch_begin(&watch, NO_LATE, 0);
    cue_player_alert(&watch.player, true);
    play(&watch, CUE_CALL, 0, SIDE_NONE);
    watch_until(&watch, 60 * NS_PER_S);
    assert_int_equal(watch.levels, 1u << CUE_ALERT);
    assert_true(cue_player_next_ns(&watch.player) == NEVER);
    cue_player_alert(&watch.player, false);
    look(&watch);
    assert_int_equal(watch.levels, 0);
}

/* Anything, in any order, at any time, with steps that come late: look() holds the promises. */
static void storm(uint64_t seed, int64_t late_ns)
{
    struct watch watch;
    struct rng rng = {seed};

    watch_begin(&watch, late_ns, seed + 1);
    for (int i = 0; i < 20000; i++) {
        watch.tones[0] = '\0';
        if (rng_below(&rng, 8) == 0)
            cue_player_alert(&watch.player, rng_below(&rng, 2) == 0);
        play(&watch, (enum cue_kind)rng_below(&rng, CUE_COUNT), (int)rng_below(&rng, 17),
             (enum side)rng_below(&rng, 4));
        if (rng_below(&rng, 4) > 0 || i % 3 == 2)
            watch_until(&watch,
                        watch.now_ns + 1 + (int64_t)rng_below(&rng, (uint64_t)MS(rng_below(&rng, 2) ? 300 : 3000)));
    }
    assert_int_equal(watch.player.dropped, 0);
    assert_true(watch.flashes > 1000);
}

static void test_nothing_flickers_and_no_sound_is_without_light(void **state)
{
    uint64_t seed = test_seed();

    (void)state;
    for (uint64_t run = 0; run < 10; run++) {
        storm(seed + 2 * run, NO_LATE);
        storm(seed + 2 * run, LATE_TEST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cue_has_its_pattern),
        cmocka_unit_test(test_cues_of_one_moment_are_said_one_after_the_other),
        cmocka_unit_test(test_a_newer_cue_ends_an_older_one),
        cmocka_unit_test(test_rhythm_is_never_put_off),
        cmocka_unit_test(test_a_late_step_moves_nothing_behind_it),
        cmocka_unit_test(test_the_alert_lamp_stays_on_while_it_is_asked_for),
        cmocka_unit_test(test_nothing_flickers_and_no_sound_is_without_light),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
