/* SPDX-License-Identifier: MIT */
/* The station at a real broker that is late, killed, strict or meddled with. */
#include "tests/unit/broker_fixture.h"

#include "gymstation/hash.h"

static char line[65536];

static void append_many(struct journal *j, int n)
{
    for (int i = 0; i < n; i++) {
        char data[32];

        snprintf(data, sizeof(data), "{\"i\":%d}", i);
        while (append(j, EVENT_CALL, false, data, NULL) < 0)
            committed(j, 0);
    }
    committed(j, n);
}

static int64_t seq_of(const char *envelope)
{
    json_t *root = json_loads(envelope, 0, NULL);
    int64_t seq = json_integer_value(json_object_get(root, "seq"));

    json_decref(root);
    return seq;
}

/* Whom to ask for what is missing, as a collector does; NULL: nothing may be. */
static struct journal *ask_here;
static bool early[4096]; /* arrived before its turn */
static int64_t asked_upto;

/*
 * A broker that is killed may have acknowledged what it had not stored yet (mosquitto saves behind its PUBACK): the
 * station cannot know, the collector sees the gap and asks.
 */
static void ask_for_gap(int64_t seen, int64_t seq)
{
    int64_t from = seen > asked_upto ? seen + 1 : asked_upto + 1;

    if (!ask_here)
        fail_msg("seq %lld came behind %lld", (long long)seq, (long long)seen);
    early[seq] = true;
    if (from < seq) {
        print_message("the broker lost %lld to %lld\n", (long long)from, (long long)seq - 1);
        journal_resend(ask_here, from, seq - 1, seq);
    }
    asked_upto = seq > asked_upto ? seq : asked_upto;
}

/* Events up to last arrive, each for the first time in its turn; how many came again. */
static int expect_events(struct subscriber *s, int64_t *seen, int64_t last)
{
    int again = 0;

    while (*seen < last) {
        char *payload;
        int64_t seq;

        next_message(s, "event ", line, sizeof(line), &payload);
        seq = seq_of(payload);
        assert_in_range(seq, 1, 4095);
        if (seq > *seen + 1)
            ask_for_gap(*seen, seq);
        else if (seq <= *seen)
            again++;
        else
            ++*seen;
        while (*seen < 4095 && early[*seen + 1])
            ++*seen;
    }
    return again;
}

static void test_events_wait_for_a_broker_that_comes_late(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct broker b;
    struct subscriber s;
    struct mqtt *mqtt;
    struct mqtt_message m;
    int64_t seen = 0;

    broker_prepare(&b, *state, NULL);
    broker_introduce(&b);
    mqtt = station(&b, j);
    append_many(j, 300);
    m = next_in(mqtt, MQTT_IN_CONNECTION);
    assert_false(m.connected);
    assert_non_null(strstr(m.refusal, "connect"));
    broker_start(&b);
    wait_connected(mqtt);
    subscriber_start(&s, &b);
    assert_int_equal(expect_events(&s, &seen, 300), 0);
    mqtt_close(mqtt, 2000);
    journal_close(j, 1000);
    subscriber_end(&s);
    broker_end(&b, SIGTERM);
}

static void test_a_broker_killed_in_mid_drain_loses_nothing(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct broker b;
    struct subscriber s;
    struct mqtt *mqtt;
    int64_t seen = 0;
    int again = 0;

    ask_here = j;
    append_many(j, 3000);
    broker_prepare(&b, *state, NULL);
    broker_introduce(&b);
    broker_start(&b);
    subscriber_start(&s, &b);
    mqtt = station(&b, j);
    for (int round = 1; round <= 3; round++) {
        again += expect_events(&s, &seen, round * 300);
        broker_end(&b, SIGKILL);
        broker_start(&b); /* the subscriber connects again by itself */
    }
    again += expect_events(&s, &seen, 3000);
    ask_here = NULL;
    memset(early, 0, sizeof(early));
    print_message("3 kills, 3000 events, %d came again\n", again);
    mqtt_close(mqtt, 2000);
    journal_close(j, 1000);
    subscriber_end(&s);
    broker_end(&b, SIGTERM);
}

static void expect_message(struct subscriber *s, const char *topic, const char *payload)
{
    char *got;

    next_message(s, topic, line, sizeof(line), &got);
    assert_string_equal(got, payload);
}

static void test_retained_topics_come_in_order_and_before_events(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct broker b;
    struct subscriber s;
    struct mqtt *mqtt;

    append_many(j, 20);
    broker_prepare(&b, *state, NULL);
    broker_introduce(&b);
    mqtt = station(&b, j); /* in vain, so that everything is known when the broker comes */
    mqtt_retain(mqtt, MQTT_SESSION, 0, strdup("the session"));
    mqtt_retain(mqtt, MQTT_HEALTH, 0, strdup("the health"));
    mqtt_retain(mqtt, MQTT_STATE, 0, strdup("an old state"));
    mqtt_retain(mqtt, MQTT_STATE, 0, strdup("the state"));
    mqtt_retain(mqtt, MQTT_PRESCRIPTION, 3, strdup("the third"));
    next_in(mqtt, MQTT_IN_CONNECTION);
    broker_start(&b);
    wait_connected(mqtt);
    subscriber_start(&s, &b);
    expect_message(&s, "", "online");
    expect_message(&s, "", "the third");
    expect_message(&s, "", "the state");
    expect_message(&s, "", "the health");
    expect_message(&s, "", "the session");
    next_message(&s, "event ", line, sizeof(line), &(char *){NULL});
    mqtt_live(mqtt, strdup("a moment"));
    expect_message(&s, "live ", "a moment");
    mqtt_close(mqtt, 2000);
    expect_message(&s, "status ", "offline");
    journal_close(j, 1000);
    subscriber_end(&s);
    broker_end(&b, SIGTERM);
}

static void test_our_own_offline_is_corrected(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct broker b;
    struct subscriber s;
    struct mqtt *mqtt;

    broker_prepare(&b, *state, NULL);
    broker_introduce(&b);
    broker_start(&b);
    subscriber_start(&s, &b);
    mqtt = station(&b, j);
    expect_message(&s, "status ", "online");
    publish(&b, true, ROOT "status", "offline");
    expect_message(&s, "status ", "offline");
    expect_message(&s, "status ", "online");
    mqtt_close(mqtt, 2000);
    journal_close(j, 1000);
    subscriber_end(&s);
    broker_end(&b, SIGTERM);
}

static void test_prescriptions_and_commands_come_in(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct broker b;
    struct subscriber s;
    struct mqtt *mqtt;
    struct mqtt_message m;
    static char large[MQTT_PAYLOAD_MAX + 2];
    char hash[HASH_LEN];

    broker_prepare(&b, *state, NULL);
    broker_introduce(&b);
    broker_start(&b);
    publish(&b, true, ROOT "desired/prescription/2", "{\"rev\":1}");
    mqtt = station(&b, j);
    m = next_in(mqtt, MQTT_IN_PRESCRIPTION);
    assert_int_equal(m.slot, 2);
    assert_true(m.retained);
    assert_string_equal(m.payload, "{\"rev\":1}");
    free(m.payload);

    publish(&b, true, ROOT "desired/prescription/2", "");
    m = next_in(mqtt, MQTT_IN_PRESCRIPTION);
    assert_int_equal(m.size, 0);
    assert_null(m.payload);

    memset(large, 'x', sizeof(large) - 1);
    publish(&b, false, ROOT "desired/prescription/8", large);
    m = next_in(mqtt, MQTT_IN_PRESCRIPTION);
    assert_true(m.too_large);
    assert_int_equal(m.size, MQTT_PAYLOAD_MAX + 1);
    assert_null(m.payload);
    assert_int_equal(sha256_hex(large, MQTT_PAYLOAD_MAX + 1, hash), 0);
    assert_string_equal(m.hash, hash); /* who sent it finds it in the answer */

    subscriber_start(&s, &b);
    publish(&b, false, ROOT "cmd/stop", "{\"id\":\"1\"}");
    m = next_in(mqtt, MQTT_IN_COMMAND);
    assert_string_equal(m.name, "stop");
    assert_false(m.retained);
    assert_int_equal(mqtt_reply(mqtt, &m, strdup("done")), 0);
    expect_message(&s, "reply/stop ", "done");
    free(m.payload);
    mqtt_close(mqtt, 2000);
    journal_close(j, 1000);
    subscriber_end(&s);
    broker_end(&b, SIGTERM);
}

static void test_refused_events_are_kept_and_said(void **state)
{
    struct journal *j = must_open(*state, "boot-1");
    struct broker b;
    struct subscriber s;
    struct mqtt *mqtt;
    struct mqtt_message m;
    FILE *acl;
    int64_t seen = 0;

    append_many(j, 50);
    broker_prepare(&b, *state, "topic read #\ntopic write " ROOT "status\n");
    broker_introduce(&b);
    broker_start(&b);
    subscriber_start(&s, &b);
    mqtt = station(&b, j);
    do
        m = next_in(mqtt, MQTT_IN_CONNECTION);
    while (!strstr(m.refusal, "event: "));
    assert_true(m.connected);
    assert_non_null(strstr(m.refusal, "0x87"));
    acl = fopen(b.acl, "w");
    fputs("topic readwrite #\n", acl);
    fclose(acl);
    kill(b.pid, SIGHUP); /* read the file again */
    assert_int_equal(expect_events(&s, &seen, 50), 0);
    mqtt_close(mqtt, 2000);
    journal_close(j, 1000);
    subscriber_end(&s);
    broker_end(&b, SIGTERM);
}

static void test_urls_are_checked(void **state)
{
    static const char *const bad[] = {"",
                                      "mqtt://",
                                      "mqtt://:1883",
                                      "mqtt://host:0",
                                      "mqtt://host:70000",
                                      "mqtt://a:b:1",
                                      "http://host:1883",
                                      "mqtt://host:1883/x",
                                      "mqtt://[::1:1883"};
    static const char *const good[] = {"mqtt://localhost", "mqtts://localhost", "mqtt://[::1]", "mqtt://[::1]:1"};
    struct mqtt *mqtt = (struct mqtt *)state;
    struct refusal why;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct journal *journal = must_open(*state, "boot-1");
        struct mqtt_config config = {.url = good[i], .station = "leg-01", .prefix = "gymstation"};

        assert_int_equal(mqtt_open(&mqtt, &config, journal, &why), 0);
        mqtt_close(mqtt, 100);
        journal_close(journal, 1000);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct mqtt_config config = {.url = bad[i], .station = "leg-01", .prefix = "gymstation"};

        assert_int_equal(mqtt_open(&mqtt, &config, NULL, &why), -EINVAL);
        assert_string_equal(why.path, "mqtt.url");
    }
    assert_int_equal(mqtt_open(&mqtt, &(struct mqtt_config){.url = "none"}, NULL, &why), 0);
    assert_null(mqtt);
    assert_int_equal(mqtt_fd(NULL), -1);
    mqtt_close(NULL, 0);
}

/* Paho 1.3.12 keeps publishes that were under way when a connection is destroyed, now and then: some 100 bytes each. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libpaho-mqtt3as.so\n";
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_events_wait_for_a_broker_that_comes_late),
        TEST(test_a_broker_killed_in_mid_drain_loses_nothing),
        TEST(test_retained_topics_come_in_order_and_before_events),
        TEST(test_our_own_offline_is_corrected),
        TEST(test_prescriptions_and_commands_come_in),
        TEST(test_refused_events_are_kept_and_said),
        TEST(test_urls_are_checked),
    };

    if (!have_mosquitto()) {
        puts("skipped: mosquitto and mosquitto-clients are not installed (tools/setup)");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
