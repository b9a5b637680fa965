/* SPDX-License-Identifier: MIT */
/* The eight exercises as they ship, and files that are refused with their line. */
#include "rx_fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_LEN 8192

static const struct exercise *find(const char *id)
{
    int i = exercise_find(exercises->v, exercises->count, id);

    assert_true(i >= 0);
    return &exercises->v[i];
}

static void test_the_eight(void **state)
{
    static const char *const ids[] = {"ball_curl",  "banded_curl", "glute_bridge", "hip_extension",
                                      "hip_thrust", "iso_bridge",  "iso_heel_dig", "step_up"};

    (void)state;
    assert_int_equal(exercises->count, COUNT(ids));
    for (int i = 0; i < COUNT(ids); i++) /* in the order of their ids: indexes are the same everywhere */
        assert_string_equal(exercises->v[i].id, ids[i]);
}

struct dose_case {
    const char *id;
    int sets_min, sets, reps_min, reps_max, tempo_ms[PHASE_COUNT], rest_s, prep_s;
};

/* Physics section 9; prep 10 s standing, 30 s lying. */
static void test_doses(void **state)
{
    static const struct dose_case cases[] = {
        {"glute_bridge", 3, 3, 10, 15, {2000, 1000, 3000, 1000}, 90, 30},
        {"banded_curl", 3, 3, 10, 10, {1500, 1000, 4000, 1000}, 90, 10},
        {"hip_thrust", 3, 3, 10, 10, {2000, 2000, 3000, 1000}, 120, 30},
        {"ball_curl", 3, 3, 10, 10, {3000, 1000, 3000, 1000}, 90, 30},
        {"hip_extension", 3, 3, 10, 15, {2000, 1000, 3000, 1000}, 60, 10},
        {"step_up", 2, 3, 10, 10, {1500, 1000, 3000, 1000}, 90, 10},
    };

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        const struct dose *d = &find(cases[i].id)->variations[0].dose;
        assert_int_equal(d->sets_min, cases[i].sets_min);
        assert_int_equal(d->sets, cases[i].sets);
        assert_int_equal(d->reps_min, cases[i].reps_min);
        assert_int_equal(d->reps_max, cases[i].reps_max);
        for (int p = 0; p < PHASE_COUNT; p++)
            assert_int_equal(d->tempo_ms[p], cases[i].tempo_ms[p]);
        assert_int_equal(d->rest_ms, cases[i].rest_s * 1000);
        assert_int_equal(d->prep_ms, cases[i].prep_s * 1000);
    }
    const struct dose *dig = &find("iso_heel_dig")->variations[0].dose,
                      *bridge = &find("iso_bridge")->variations[0].dose;
    assert_int_equal(dig->holds, 5);
    assert_int_equal(dig->hold_ms, 45000);
    assert_int_equal(dig->hold_rest_ms, 120000);
    assert_int_equal(bridge->holds, 5);
    assert_int_equal(bridge->hold_ms, 30000);
    assert_int_equal(bridge->hold_rest_ms, 90000);
    const struct exercise *glute = find("glute_bridge");
    const struct variation *single = &glute->variations[exercise_variation_find(glute, "single")];
    assert_int_equal(single->dose.reps_min, 8);
    assert_int_equal(single->dose.reps_max, 12);
    assert_int_equal(single->dose.tempo_ms[PHASE_ECC], 3000); /* what a variation does not say stays */
    assert_false(single->bilateral);
}

/* Nobody may claim to see what the box cannot: physics section 2. */
static void test_what_is_seen(void **state)
{
    (void)state;
    for (int e = 0; e < exercises->count; e++) {
        const struct exercise *exercise = &exercises->v[e];
        for (int s = 0; s < exercise->setup_count; s++) {
            const struct setup *setup = &exercise->setups[s];
            const struct observability *sees = &setup->sees;
            bool blind = setup->contact == CONTACT_FLOOR;
            assert_int_equal(sees->presence, blind ? GRADE_NONE : GRADE_A);
            if (blind || setup->anchor == ANCHOR_LIVE || setup->anchor == ANCHOR_FRONT)
                assert_true(setup->detector == DETECTOR_PACED && sees->count <= GRADE_C && sees->ecc <= GRADE_C);
            if (setup->detector == DETECTOR_PACED)
                assert_true(sees->count <= GRADE_C && sees->con <= GRADE_C && sees->top <= GRADE_C &&
                            sees->ecc <= GRADE_C && sees->bottom <= GRADE_C && sees->tut <= GRADE_C);
            if (setup->detector == DETECTOR_HOLD)
                assert_true(exercise->hold && sees->con == GRADE_NONE && sees->ecc == GRADE_NONE);
            if (setup->detector == DETECTOR_BRIDGE)
                assert_true(sees->con == GRADE_C && sees->ecc == GRADE_C && sees->count == GRADE_A);
            if (setup->weighs_body)
                assert_true(setup->contact == CONTACT_BOX || setup->contact == CONTACT_BOX_TAP);
        }
    }
}

/* Standing on one leg higher than 0.10 m is never offered, whatever the box. */
static void test_heights(void **state)
{
    struct station tall = station;

    (void)state;
    tall.plate_height_mm = 101;
    for (int s = 0; s < find("banded_curl")->setup_count; s++)
        assert_int_equal(setup_fits(&find("banded_curl")->setups[s], &tall),
                         find("banded_curl")->setups[s].contact == CONTACT_FLOOR);
    for (int s = 0; s < find("hip_extension")->setup_count; s++)
        assert_int_equal(setup_fits(&find("hip_extension")->setups[s], &tall),
                         find("hip_extension")->setups[s].contact == CONTACT_FLOOR);
    tall.plate_height_mm = 50;
    tall.riser_height_mm = 0;
    assert_true(setup_fits(&find("step_up")->setups[0], &tall)); /* low, but no danger */
    tall.plate_height_mm = 49;
    assert_false(setup_fits(&find("step_up")->setups[0], &tall));
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static void test_texts(void **state)
{
    (void)state;
    for (int e = 0; e < exercises->count; e++) {
        const struct exercise_info *info = &exercises->info[e];
        const struct exercise_text *en = exercise_text_find(info, "en"), *de = exercise_text_find(info, "de");
        assert_string_equal(en->lang, "en");
        assert_string_equal(de->lang, "de");
        assert_ptr_equal(exercise_text_find(info, "fr"), en);
        assert_true(ends_with(en->cautions, "Consult a professional first. Stop when it hurts beyond your limit."));
        assert_true(ends_with(de->cautions, "Vorher fachlichen Rat einholen. "
                                            "Aufhören, wenn es über die eigene Grenze hinaus schmerzt."));
        assert_true(strlen(info->source) > 20);
        const char *next = exercises->v[e].next;
        if (next[0] != '\0')
            assert_true(exercise_variation_find(&exercises->v[e], next) > 0 ||
                        exercise_find(exercises->v, exercises->count, next) >= 0);
    }
}

/* The text of a shipped file with one thing replaced. */
static void read_with(const char *from, const char *to, char text[FILE_LEN])
{
    char dir[512], file[600], whole[FILE_LEN];

    assert_int_equal(exercise_dir_default(dir, sizeof(dir)), 0);
    snprintf(file, sizeof(file), "%s/banded_curl.conf", dir);
    FILE *stream = fopen(file, "r");
    assert_non_null(stream);
    size_t n = fread(whole, 1, sizeof(whole) - 1, stream);
    fclose(stream);
    whole[n] = '\0';
    const char *at = strstr(whole, from);
    assert_non_null(at);
    snprintf(text, FILE_LEN, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
}

/* Loads a directory with only that file in it; err has the path of the directory taken off. */
static int load_text(const char *name, const char *text, char err[EXERCISE_ERR_LEN])
{
    char dir[] = "/tmp/gymstation-test-XXXXXX", file[128], whole[EXERCISE_ERR_LEN] = "";
    struct exercise_set *set = NULL;

    assert_non_null(mkdtemp(dir));
    snprintf(file, sizeof(file), "%s/%s", dir, name);
    FILE *stream = fopen(file, "w");
    assert_non_null(stream);
    assert_true(fputs(text, stream) >= 0);
    assert_int_equal(fclose(stream), 0);
    int r = exercise_dir_load(dir, &set, whole, sizeof(whole));
    assert_true((r == 0) == (set != NULL));
    exercise_set_free(set);
    unlink(file);
    rmdir(dir);
    snprintf(err, EXERCISE_ERR_LEN, "%s", strncmp(whole, dir, strlen(dir)) == 0 ? whole + strlen(dir) + 1 : whole);
    return r;
}

struct change {
    const char *from, *to, *message;
};

static void test_refused_files(void **state)
{
    static const struct change changes[] = {
        {"rest_s = 90;", "rest_s = 700;", "banded_curl.conf:63: dose.rest_s: 700 s is outside 0..600 s"},
        {"rest_s = 90;", "rest_z = 90;", "banded_curl.conf:63: dose.rest_z: is not a known key; did you mean rest_s?"},
        {"rest_s = 90;", "rest_s = \"long\";", "dose.rest_s: needs a number, 0..600 s, not text"},
        {"rest_s = 90;", "", "dose.rest_s: is required"},
        {"con_s = 1.5", "con_s = 1.55", "dose.tempo.con_s: 1.55 s is not a multiple of 0.1 s"},
        {"con_s = 1.5", "con_s = \"asap\"", "variations[0]: with setups[0]: con_s: needs a number of seconds"},
        {"reps_min = 10", "reps_min = 11", "variations[0]: with setups[0]: reps_min: 11 is above reps_max (10)"},
        {"id = \"banded_curl\"", "id = \"banded-curl\"", "id: \"banded-curl\" is not a name of a-z, 0-9 and _"},
        {"id = \"banded_curl\"", "id = \"curl\"", "banded_curl.conf: id: \"curl\" is not the file's name"},
        {"id = \"banded_curl\";", "", "banded_curl.conf: id: is required"},
        {"detector = \"curl\"", "detector = \"magic\"", "setups[0].detector: \"magic\" is not one of paced, curl"},
        {"presence = \"A\"", "presence = \"D\"", "setups[0].sees.presence: \"D\" is not one of -, C, B, A"},
        {"presence = \"A\";", "", "setups[0].sees.presence: is required"},
        {"lang = \"en\"", "lang = \"fr\"", "texts: has no English text"},
        {"lang = \"en\"", "lang = \"de\"", "texts: has \"de\" twice"},
        {"id = \"double\"", "id = \"standard\"", "variations[1]: id \"standard\" is there twice"},
        {"hold = false", "hold = 0", "hold: needs true or false, not a number"},
        {"hold = false;", "hold = = false;", "banded_curl.conf:6: syntax error"},
        {"hold = false;", "hold = false; hold = true;", "banded_curl.conf:6: duplicate setting name"},
        {"on_box = true;", "on_box = true; variations = [ \"triple\" ];",
         "setups[0].variations: \"triple\" is not a variation of banded_curl"},
    };
    char text[FILE_LEN], err[EXERCISE_ERR_LEN];

    (void)state;
    for (int i = 0; i < COUNT(changes); i++) {
        read_with(changes[i].from, changes[i].to, text);
        int r = load_text("banded_curl.conf", text, err);
        if (r != -EINVAL || !strstr(err, changes[i].message))
            fail_msg("%d: %s\nshould be ...%s...", r, err, changes[i].message);
    }
    read_with("hold", "hold", text);
    assert_int_equal(load_text("banded_curl.conf", text, err), 0);
}

static void test_directories(void **state)
{
    struct exercise_set *set = NULL;
    char err[EXERCISE_ERR_LEN];

    (void)state;
    assert_int_equal(exercise_dir_load("/nonexistent", &set, err, sizeof(err)), -ENOENT);
    assert_string_equal(err, "/nonexistent: cannot be read: No such file or directory");
    assert_int_equal(load_text("notes.txt", "", err), -ENOENT);
    assert_non_null(strstr(err, "has no exercises (*.conf)"));
    assert_null(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_eight),   cmocka_unit_test(test_doses), cmocka_unit_test(test_what_is_seen),
        cmocka_unit_test(test_heights),     cmocka_unit_test(test_texts), cmocka_unit_test(test_refused_files),
        cmocka_unit_test(test_directories),
    };

    return cmocka_run_group_tests(tests, load_exercises, free_exercises);
}
