/* SPDX-License-Identifier: MIT */
/*
 * Every message the station publishes, full and with as little as there can be: none fails, none shows the patient
 * where it may not. With --print they go to stdout as lines of {"topic", "payload"} pairs ("TOPIC PAYLOAD"), for
 * test_event_schema.py, which holds them against config/mqtt/.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
/* cmocka needs the first two above */
#include <cmocka.h>

#include "tests/unit/event_samples.h"

#define PATIENT "p-secret"

static char *sample_envelope(enum event_type type, bool full)
{
    struct prescription rx = sample_prescription(full);
    struct event event = sample_event(type, full, &rx);
    struct envelope_stamp stamp = sample_stamp(full);
    char *data = event_data_json(&event, sample_exercises);
    char *envelope = data ? envelope_json(&stamp, &event.head, data) : NULL;
    free(data);
    return envelope;
}

static struct snapshot sample_snapshot(bool full)
{
    struct snapshot snapshot = {.now = NOW_IDLE,
                                .phase_end_ns = ABSENT,
                                .next_phase = -1,
                                .ends_ns = ABSENT,
                                .entered = -1,
                                .last_result = -1,
                                .force_mn = ABSENT,
                                .target_mn = ABSENT};
    if (!full)
        return snapshot;
    snapshot = (struct snapshot){
        .now = NOW_WORK,
        .in_session = true,
        .slot = 1,
        .rx_rev = 12,
        .rx_id = "rx-12",
        .item = 1,
        .items = 2,
        .set = 2,
        .sets = 3,
        .rep = 4,
        .reps_min = 8,
        .reps_max = 10,
        .exercise = "banded_curl",
        .variation = "standard",
        .contact = CONTACT_BOX,
        .anchor = ANCHOR_DEAD,
        .side = SIDE_LEFT,
        .phase_known = true,
        .phase = PHASE_ECC,
        .phase_src = SRC_LOAD,
        .phase_start_ns = 4000000000,
        .phase_end_ns = 8000000000,
        .next_phase = PHASE_BOTTOM,
        .ends_ns = 8000000000,
        .measured = true,
        .asking = true,
        .question = QUESTION_PAIN,
        .when = PAIN_ITEM,
        .entered = 3,
        .last_result = 9,
        .call = true,
        .faults = (1u << FAULT_COUNT) - 1,
        .force_mn = 784532,
        .target_mn = 250000,
        .slots_held = 2,
    };
    return snapshot;
}

static void state_messages(void (*take)(const char *topic, char *payload), bool full)
{
    struct snapshot snapshot = sample_snapshot(full);
    struct state_stamp stamp = {"boot-1", 5000000000, INT64_C(1795334160123456789), full ? SAMPLE_UUID : ""};
    take("gymstation/leg-01/state", state_json(&snapshot, &stamp));
    take("gymstation/leg-01/live", live_json(&snapshot, &stamp));
    snapshot.hold_phase = "ramp";
    take("gymstation/leg-01/live", live_json(&snapshot, &stamp));

    struct slot_held held = {.held = full, .rx = sample_prescription(full), .hash = SAMPLE_HASH};
    struct slot_last last = {.status = full ? SLOT_REJECTED : SLOT_NONE,
                             .rev = 13,
                             .hash = SAMPLE_HASH,
                             .refusal = {"/items/0/sets", "11 is outside 1..10"}};
    take("gymstation/leg-01/prescription/1", slot_json(&held, &last, sample_exercises));
}

static void health_message(void (*take)(const char *topic, char *payload), bool full)
{
    static const struct health_counter counters[] = {{"samples", 480000}, {"bounces", 12}};
    struct health health;
    health_init(&health);
    health.wall_ns = INT64_C(1795334160123456789), health.boot = "boot-1";
    if (full) {
        health.version = "0.1.0", health.journal = SAMPLE_UUID, health.last_refusal = "/nrs: 11 is outside 0..10";
        health.uptime_ns = 61 * NS_PER_S, health.restarts = 2, health.conn = 1, health.seq = 1842, health.queue = 0;
        health.queue_oldest_ns = 0, health.clock = CLOCK_SYNCED, health.sps_milli = 79996, health.noise_mg = 3960;
        health.zero_mg = -12040, health.calibrated_wall_ns = health.wall_ns, health.rt = 1, health.temp_mc = 48312;
        health.undervoltage = 0, health.disk_free_mb = 12345, health.cert_days_left = 90;
        health.counters = counters, health.counter_count = 2;
    }
    take("gymstation/leg-01/health", health_json(&health));
}

static void reply_messages(void (*take)(const char *topic, char *payload))
{
    struct reply ok = {.command = COMMAND_STOP, .id = "c-1", .code = REPLY_OK};
    struct reply bad = {
        .command = COMMAND_ANSWER, .id = "c-2", .code = REPLY_INVALID, .refusal = {"/nrs", "11 is outside 0..10"}};
    take("gymstation/leg-01/reply/stop", reply_json(&ok));
    take("gymstation/leg-01/reply/answer", reply_json(&bad));
    take("homeassistant/device/gymstation-leg-01/config", discovery_json("gymstation", "leg-01", "0.1.0"));
    take("gymstation/leg-01/reply/resend", resend_reply_json("c-1", &(struct seq_range){.from = 3, .to = 9}, 1));
}

static void every_message(void (*take)(const char *topic, char *payload))
{
    for (int full = 0; full <= 1; full++) {
        for (int type = 0; type < EVENT_TYPE_COUNT; type++)
            take("gymstation/leg-01/event", sample_envelope((enum event_type)type, full != 0));
        char *completed = sample_envelope(EVENT_SESSION_COMPLETED, full != 0);
        take("gymstation/leg-01/session", session_retained_json(completed));
        free(completed);
        state_messages(take, full != 0);
        health_message(take, full != 0);
    }
    reply_messages(take);
}

static void print(const char *topic, char *payload)
{
    printf("%s %s\n", topic, payload ? payload : "(nothing)");
    free(payload);
}

static void check_message(const char *topic, char *payload)
{
    assert_non_null(payload);
    assert_null(strchr(payload, '\n'));
    if (!strstr(topic, "/event"))
        assert_null(strstr(payload, PATIENT));
    free(payload);
}

static void every_message_renders_and_only_events_name_the_patient(void **state)
{
    (void)state;
    every_message(check_message);
}

static void every_event_has_a_line_of_its_own_for_people(void **state)
{
    (void)state;
    for (int type = 0; type < EVENT_TYPE_COUNT; type++)
        for (int full = 0; full <= 1; full++) {
            char line[400], *envelope = sample_envelope((enum event_type)type, full != 0);
            assert_int_equal(event_human(envelope, line, sizeof line), 0);
            assert_memory_equal(line, "07:56:00 leg-01   #1842  ", 25);
            assert_true(strlen(line) > 25);
            assert_null(strstr(line, PATIENT));
            print_message("%s\n", line);
            free(envelope);
        }
}

static void a_line_for_people_is_cut_to_its_place(void **state)
{
    (void)state;
    char *envelope = sample_envelope(EVENT_REP, true);
    for (size_t len = 1; len < 300; len++) {
        char *line = malloc(len); /* so that the sanitizers see an overrun */
        assert_int_equal(event_human(envelope, line, len), 0);
        assert_true(strlen(line) < len);
        free(line);
    }
    free(envelope);
}

static void what_is_no_event_has_no_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "x",
                                        "[]",
                                        "{}",
                                        "{\"type\":\"rep\"}",
                                        "{\"type\":\"dance\",\"data\":{}}",
                                        "{\"type\":7,\"data\":{}}",
                                        "{\"type\":\"rep\",\"data\":1}"};
    char line[40];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_not_equal(event_human(wrong[i], line, sizeof line), 0);
        assert_string_equal(line, "");
    }
}

static void texts_of_others_do_not_steer_the_terminal(void **state)
{
    (void)state;
    char line[200];
    assert_int_equal(
        event_human("{\"type\":\"start_refused\",\"station\":\"\\u001b[2J\",\"data\":{\"reason\":\"a\\nb\"}}", line,
                    sizeof line),
        0);
    assert_null(strchr(line, '\x1b'));
    assert_null(strchr(line, '\n'));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_renders_and_only_events_name_the_patient),
        cmocka_unit_test(every_event_has_a_line_of_its_own_for_people),
        cmocka_unit_test(a_line_for_people_is_cut_to_its_place),
        cmocka_unit_test(what_is_no_event_has_no_line),
        cmocka_unit_test(texts_of_others_do_not_steer_the_terminal),
    };
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        every_message(print);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
