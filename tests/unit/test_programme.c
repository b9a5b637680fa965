/* SPDX-License-Identifier: MIT */
/*
 * The programme as its sources have it, exercise by exercise: contacts and anchors in their order, variations, the next
 * step up, and what the box sees (presence count con top ecc bottom tut) of each set-up, written down a second time.
 */
#include "rx_fixture.h"

struct expected_setup {
    const char *contact, *anchor, *sees; /* anchor "": none */
};

struct expected {
    const char *id, *variations, *next;
    struct expected_setup setups[SETUP_MAX];
};

#define UNSEEN "-CCCCCC"
#define STANDS "ACCCCCC" /* somebody is there, and that is all */

static const struct expected programme[] = {
    {"glute_bridge",
     "standard single feet_elevated",
     "single",
     {{"box", "", "AACCCAA"}, {"box", "", "AACCCAA"}, {"floor", "", UNSEEN}}},
    {"banded_curl",
     "standard double",
     "double",
     {{"box", "dead", "AABBBBA"},
      {"box", "live", STANDS},
      {"box", "front", STANDS},
      {"floor", "live", UNSEEN},
      {"floor", "dead", UNSEEN},
      {"floor", "front", UNSEEN}}},
    {"hip_thrust",
     "standard single loaded feet_elevated",
     "loaded",
     {{"box", "", "AABBBAA"}, {"box_back", "", STANDS}, {"box", "", "AABBBAA"}, {"floor", "", UNSEEN}}},
    {"ball_curl", "standard single", "single", {{"floor", "", UNSEEN}}},
    {"hip_extension", "standard", "step_up", {{"box_tap", "", "AACCCCC"}, {"box", "", STANDS}, {"floor", "", UNSEEN}}},
    {"step_up", "standard loaded", "loaded", {{"box", "", "AABABBA"}}},
    {"iso_heel_dig", "standard irritable", "banded_curl", {{"box", "", "AA-A--A"}}},
    {"iso_bridge", "standard single", "glute_bridge", {{"box", "", "AA-A--A"}, {"floor", "", "-C-C--C"}}},
};

static const struct exercise *find(const char *id)
{
    int i = exercise_find(exercises->v, exercises->count, id);

    if (i < 0)
        fail_msg("there is no exercise %s", id);
    return &exercises->v[i];
}

static void check_setups(const struct exercise *exercise, const struct expected *expected)
{
    int n = 0;

    for (; n < SETUP_MAX && expected->setups[n].contact; n++) {
        const struct setup *setup = &exercise->setups[n];
        const struct observability *sees = &setup->sees;
        char grades[16];

        snprintf(grades, sizeof(grades), "%s%s%s%s%s%s%s", grade_str(sees->presence), grade_str(sees->count),
                 grade_str(sees->con), grade_str(sees->top), grade_str(sees->ecc), grade_str(sees->bottom),
                 grade_str(sees->tut));
        assert_string_equal(contact_str(setup->contact), expected->setups[n].contact);
        assert_string_equal(setup->anchor == ANCHOR_NONE ? "" : anchor_str(setup->anchor), expected->setups[n].anchor);
        if (strcmp(grades, expected->setups[n].sees) != 0)
            fail_msg("%s, set-up %d: sees %s, should %s", exercise->id, n, grades, expected->setups[n].sees);
    }
    assert_int_equal(exercise->setup_count, n);
}

static void test_every_exercise_is_as_the_programme_has_it(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT(programme); i++) {
        const struct exercise *exercise = find(programme[i].id);
        char ids[VARIATION_MAX * NAME_LEN] = "";
        size_t n = 0;

        for (int v = 0; v < exercise->variation_count; v++)
            n += (size_t)snprintf(ids + n, sizeof(ids) - n, "%s%s", v > 0 ? " " : "", exercise->variations[v].id);
        assert_string_equal(ids, programme[i].variations);
        assert_string_equal(exercise->next, programme[i].next);
        check_setups(exercise, &programme[i]);
    }
    assert_int_equal(exercises->count, COUNT(programme));
}

/* Every variation on every set-up that it may use has a whole dose, and texts to show beside it. */
static void test_every_variation_can_be_prescribed_by_its_name_alone(void **state)
{
    char rx[JSON_LEN];
    struct rx_arrival arrival;

    (void)state;
    for (int e = 0; e < exercises->count; e++) {
        const struct exercise *exercise = &exercises->v[e];
        const struct exercise_info *info = &exercises->info[e];

        for (int t = 0; t < info->text_count; t++) {
            assert_true(strlen(info->texts[t].title) > 3 && strlen(info->texts[t].equipment) > 3);
            assert_true(strlen(info->texts[t].instructions) > 100 && strlen(info->texts[t].cautions) > 50);
        }
        for (int v = 0; v < exercise->variation_count; v++) {
            const struct variation *variation = &exercise->variations[v];

            snprintf(rx, sizeof(rx), RX("{'exercise':'%s','variation':'%s','side':'%s'}"), exercise->id, variation->id,
                     variation->bilateral ? "both" : "each");
            if (strcmp(variation->id, "feet_elevated") == 0)
                continue; /* asks for a high box: test_heights of the exercise files */
            expect_ok(rx, &arrival);
            const struct dose *dose = &arrival.rx.items[0].dose;
            assert_true(exercise->hold ? dose->holds > 0 && dose->hold_ms > 0 && dose->hold_rest_ms > 0
                                       : dose->sets > 0 && dose->reps_min > 0 && dose->reps_max >= dose->reps_min);
            assert_true(dose->rest_ms > 0 && dose->prep_ms > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_exercise_is_as_the_programme_has_it),
        cmocka_unit_test(test_every_variation_can_be_prescribed_by_its_name_alone),
    };

    return cmocka_run_group_tests(tests, load_exercises, free_exercises);
}
