/* SPDX-License-Identifier: MIT */
/*
 * What prescription_accepted publishes could be prescribed again: for every exercise, variation and set-up of
 * config/exercises, the items that were rendered are accepted and mean the same, and rendering them again gives the
 * same bytes. With --print the events go to stdout for test_event_schema.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs the first two above */
#include <cmocka.h>

#include "gymstation/event_json.h"
#include "gymstation/exercise_file.h"
#include "gymstation/prescription_json.h"

/* Everything there is, on a low plate: every set-up but those for another height is allowed. */
static const struct station everything = {.id = "leg-01",
                                          .plate_height_mm = 100,
                                          .riser_height_mm = 250,
                                          .floor_anchor = true,
                                          .bench = true,
                                          .capacity_mn = 2500000,
                                          .session_idle_ms = 300000};

static struct exercise_set *exercises(void)
{
    struct exercise_set *set;
    char error[EXERCISE_ERR_LEN];
    if (exercise_dir_load(GYMSTATION_SOURCE_DIR "/config/exercises", &set, error, sizeof error) != 0)
        fail_msg("%s", error);
    return set;
}

static bool parse(const struct exercise_set *set, const char *items, struct rx_arrival *ret)
{
    static char text[PAYLOAD_MAX];
    int len =
        snprintf(text, sizeof text,
                 "{\"v\":1,\"rev\":1,\"id\":\"rx-1\",\"by\":\"pt-1\",\"affected_side\":\"left\",\"items\":%s}", items);
    assert_in_range(len, 1, sizeof text - 1);
    rx_arrival_parse(1, text, (size_t)len, set->v, set->count, &everything, ret);
    return ret->ok;
}

/* The event's `data`; to be freed. */
static char *render(const struct exercise_set *set, const struct rx_arrival *arrival)
{
    struct event event = {.head.type = EVENT_PRESCRIPTION_ACCEPTED};
    event.u.prescription.slot = arrival->slot;
    event.u.prescription.rev = arrival->rev;
    event.u.prescription.rx = &arrival->rx;
    snprintf(event.u.prescription.hash, HASH_LEN, "%s", arrival->hash);
    char *data = event_data_json(&event, set->v);
    assert_non_null(data);
    return data;
}

/* The items as text: `items` is the last key of data. */
static char *items_of(char *data)
{
    data[strlen(data) - 1] = '\0';
    char *items = strstr(data, "\"items\":");
    assert_non_null(items);
    return items + strlen("\"items\":");
}

static void check_item(const struct exercise_set *set, const char *items)
{
    struct rx_arrival first, second;
    if (!parse(set, items, &first)) {
        print_message("not allowed here: %s (%s)\n", items, first.refusal.reason);
        return;
    }
    char *data = render(set, &first);
    char *rendered = items_of(data);
    if (!parse(set, rendered, &second))
        fail_msg("%s is refused: %s: %s", rendered, second.refusal.path, second.refusal.reason);
    assert_memory_equal(&first.rx.items[0].dose, &second.rx.items[0].dose, sizeof(struct dose));
    assert_int_equal(first.rx.items[0].setup, second.rx.items[0].setup);
    assert_int_equal(first.rx.items[0].variation, second.rx.items[0].variation);
    assert_int_equal(first.rx.items[0].side, second.rx.items[0].side);
    char *again = render(set, &second);
    assert_string_equal(items_of(again), rendered);
    free(data);
    free(again);
}

static const char *side_for(const struct variation *variation)
{
    return variation->bilateral ? "both" : "each";
}

/* Calls with one-item lists: every exercise in every variation, then with keys of its own. */
static void every_item(const struct exercise_set *set, void (*take)(const struct exercise_set *, const char *))
{
    char items[512];
    for (int e = 0; e < set->count; e++)
        for (int v = 0; v < set->v[e].variation_count; v++) {
            const struct variation *variation = &set->v[e].variations[v];
            snprintf(items, sizeof items, "[{\"exercise\":\"%s\",\"variation\":\"%s\",\"side\":\"%s\"}]", set->v[e].id,
                     variation->id, side_for(variation));
            take(set, items);
            snprintf(items, sizeof items,
                     "[{\"exercise\":\"%s\",\"variation\":\"%s\",\"side\":\"%s\",\"contact\":\"floor\",%s,"
                     "\"load_kg\":2.5,\"band\":\"red\",\"set_timeout_s\":100.5,\"load_limit_n\":900.25,"
                     "\"pacing\":\"self\",\"rest_mode\":\"until_button\"}]",
                     set->v[e].id, variation->id, side_for(variation),
                     set->v[e].hold ? "\"holds\":2,\"hold_s\":30.5,\"grace_s\":0,\"fail_frac\":0.125"
                                    : "\"sets_reps\":[12,10,8],\"tempo\":{\"con_s\":\"asap\",\"ecc_s\":0.3,"
                                      "\"top_s\":\"free\",\"bottom_s\":0},\"ecc_only\":true");
            take(set, items);
        }
}

static void what_is_published_could_be_prescribed_again(void **state)
{
    (void)state;
    struct exercise_set *set = exercises();
    every_item(set, check_item);
    exercise_set_free(set);
}

static void print_item(const struct exercise_set *set, const char *items)
{
    struct rx_arrival arrival;
    if (!parse(set, items, &arrival))
        return;
    struct envelope_stamp stamp = {.journal = "00000000-0000-0000-0000-000000000000",
                                   .seq = 1,
                                   .station = "leg-01",
                                   .boot = "replay",
                                   .clock = CLOCK_SYNCED};
    struct event_head head = {.type = EVENT_PRESCRIPTION_ACCEPTED};
    char *data = render(set, &arrival);
    char *envelope = envelope_json(&stamp, &head, data);
    printf("gymstation/leg-01/event %s\n", envelope);
    free(envelope);
    free(data);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_published_could_be_prescribed_again),
    };
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        struct exercise_set *set = exercises();
        every_item(set, print_item);
        exercise_set_free(set);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
