/* SPDX-License-Identifier: MIT */
/* gymstation.conf and --set: the shipped file and page agree with the table, and what is refused says where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/io/config/config_keys.h"
#include "gymstation/source.h"

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define SHIPPED     "config/gymstation.conf"
#define PAGE        "daemon/gymstation.conf.5"

static void read_file(const char *file, char *text, size_t size)
{
    FILE *stream = fopen(file, "r");

    assert_non_null(stream); /* the tests run in the source tree */
    size_t n = fread(text, 1, size - 1, stream);
    fclose(stream);
    assert_true(n < size - 1);
    text[n] = '\0';
}

/* The shipped file has every key, each with the default: what it shows is what happens without it. */
static void test_shipped_file_shows_the_defaults(void **state)
{
    char err[CONFIG_ERR_LEN] = "", text[16384];
    struct config shipped, defaults;

    (void)state;
    assert_int_equal(config_load(SHIPPED, &shipped, err, sizeof(err)), 0);
    config_defaults(&defaults);
    read_file(SHIPPED, text, sizeof(text));
    for (int i = 0; i < CONFIG_FIELD_COUNT; i++) {
        const struct field *field = &config_fields[i];
        const char *last = strrchr(field->path, '.') + 1;
        if (!strstr(text, last))
            fail_msg("%s is not in " SHIPPED, field->path);
        if (field->kind == FIELD_TEXT)
            assert_string_equal((const char *)&shipped + field->offset, (const char *)&defaults + field->offset);
        else
            assert_true(field_get(field, &shipped) == field_get(field, &defaults));
    }
    assert_int_equal(config_check(&shipped, err, sizeof(err)), 0);
}

static void test_every_key_is_in_the_manual(void **state)
{
    char text[32768];

    (void)state;
    read_file(PAGE, text, sizeof(text));
    for (int i = 0; i < CONFIG_FIELD_COUNT; i++)
        if (!strstr(text, config_fields[i].path))
            fail_msg("%s is not in " PAGE, config_fields[i].path);
}

static void test_defaults(void **state)
{
    struct config c;

    (void)state;
    config_defaults(&c);
    assert_int_equal(c.station.plate_height_mm, 100);
    assert_int_equal(c.station.session_idle_ms, 300000);
    assert_int_equal(c.station.capacity_mn, 2000000);
    assert_false(c.station.floor_anchor); /* nobody is sent to an anchor that is not there */
    assert_string_equal(c.mqtt.prefix, "gymstation");
    assert_int_equal(c.mqtt.keep_alive_s, 15);
    assert_false(c.sensor.calibration.valid);
    assert_string_equal(c.recorder.dir, "");
}

/* Loads text as a file; err has the file's path replaced by "F". */
static int load_text(const char *text, struct config *ret, char err[CONFIG_ERR_LEN])
{
    char file[] = "/tmp/gymstation-test-XXXXXX", whole[CONFIG_ERR_LEN - 1] = "";
    int fd = mkstemp(file);

    assert_true(fd >= 0);
    assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    int r = config_load(file, ret, whole, sizeof(whole));
    unlink(file);
    bool prefixed = strncmp(whole, file, strlen(file)) == 0;
    snprintf(err, CONFIG_ERR_LEN, "%s%s", prefixed ? "F" : "", whole + (prefixed ? strlen(file) : 0));
    return r;
}

static void test_values(void **state)
{
    char err[CONFIG_ERR_LEN];
    struct config c;

    (void)state;
    assert_int_equal(load_text("station = { id = \"leg-01\"; plate_height_m = 0.07; floor_anchor = true; };\n"
                               "mqtt : { url = \"none\"; keep_alive_s = 20; };\n"
                               "sensor.calibration = { };\n",
                               &c, err),
                     -EINVAL); /* libconfig has no dotted keys in files */
    assert_int_equal(load_text("station = { id = \"leg-01\"; plate_height_m = 0.07; floor_anchor = true; };\n"
                               "mqtt : { url = \"none\"; keep_alive_s = 20; };\n"
                               "sensor = { calibration = { zero_counts = -12; counts_per_n = 1090.5; }; };\n",
                               &c, err),
                     0);
    assert_string_equal(c.station.id, "leg-01");
    assert_int_equal(c.station.plate_height_mm, 70);
    assert_true(c.station.floor_anchor);
    assert_string_equal(c.mqtt.url, "none");
    assert_int_equal(c.mqtt.keep_alive_s, 20);
    assert_true(c.sensor.calibration.valid);
    assert_int_equal(c.sensor.calibration.zero_counts, -12);
    assert_int_equal(c.sensor.calibration.counts_per_n_milli, 1090500);
    assert_int_equal(c.station.session_idle_ms, 300000); /* not given: the default */
}

/* libconfig reads 64 bits only behind an L; digits elsewhere are no numbers. */
static void test_large_values(void **state)
{
    char err[CONFIG_ERR_LEN];
    struct config c;

    (void)state;
    assert_int_equal(load_text("sim = { seed = 5000000000L; };", &c, err), 0);
    assert_int_equal(c.sim.seed, INT64_C(5000000000));
    assert_int_equal(load_text("sim = { seed = 0x12A05F200LL; };", &c, err), 0);
    assert_int_equal(c.sim.seed, INT64_C(5000000000));
    assert_int_equal(load_text("sim = { seed = 2147483647; };", &c, err), 0);
    assert_int_equal(c.sim.seed, INT32_MAX);
    assert_int_equal(load_text("# 5000000000\n// 5000000000\n/* 5000000000\n5000000000 */\n"
                               "mqtt = { username = \"5000000000 \\\" 5000000000\"; };\n"
                               "station = { capacity_n = 3.0e3; session_idle_s = 60.0000000000001; };",
                               &c, err),
                     0);
    assert_string_equal(c.mqtt.username, "5000000000 \" 5000000000");
    assert_int_equal(config_set(&c, "sim.seed=5000000000", err, sizeof(err)), 0);
    assert_int_equal(c.sim.seed, INT64_C(5000000000));
}

struct bad_file {
    const char *text, *message;
};

static void test_bad_files(void **state)
{
    static const struct bad_file cases[] = {
        {"\nstation = {\n  session_idle_s = 12;\n};", "F:3: station.session_idle_s: 12 s is outside 30..3600 s"},
        {"station = { idd = \"x\"; };", "F:1: station.idd: is not a known key; did you mean station.id?"},
        {"stations = { id = \"x\"; };", "F:1: stations: is not a known key"},
        {"station = 5;", "F:1: station: needs a group of keys"},
        {"station = { id = \"Leg 1\"; };", "F:1: station.id: \"Leg 1\" is not a station id: 1-32 of a-z, 0-9 and -"},
        {"station = { id = 5; };", "F:1: station.id: needs text, not a number"},
        {"station = { bench = \"yes\"; };", "F:1: station.bench: needs true or false, not text"},
        {"station = { plate_height_m = 1e999; };", "F:1: station.plate_height_m: inf m is outside 0.02..0.6 m"},
        {"mqtt = { keep_alive_s = 15.5; };", "F:1: mqtt.keep_alive_s: needs a whole number, 5..300 s"},
        {"mqtt = { url = \"http://x\"; };",
         "F:1: mqtt.url: \"http://x\" is not mqtt://HOST[:PORT], mqtts://HOST[:PORT] or none"},
        {"mqtt = { url = \"mqtt://x:0\"; };", "F:1: mqtt.url: \"mqtt://x:0\" has a port outside 1..65535"},
        {"mqtt = { prefix = \"gym/#\"; };", "F:1: mqtt.prefix: \"gym/#\" has one of + # $, which topics reserve"},
        {"sensor = { source = \"sims\"; };",
         "F:1: sensor.source: \"sims\" is not one of hx711, iio, nau7802, sim, trace:FILE, trace:FILE@SPEED"},
        {"sensor = { source = \"trace:a@fast\"; };",
         "F:1: sensor.source: \"trace:a@fast\" has a speed behind @ that is neither 0.001..10000 nor max"},
        {"station = {\n  session_idle_s = 4294967596; };",
         "F:2: 4294967596 is too large for a whole number here; write 4294967596L"},
        {"/*\n*/ sim = { seed\n=5000000000; };",
         "F:3: 5000000000 is too large for a whole number here; write 5000000000L"},
        {"sim = { seed = 1; sessions = -2147483649; };",
         "F:1: -2147483649 is too large for a whole number here; write -2147483649L"},
        {"sim = { seed = 0x80000000; };", "F:1: 0x80000000 is too large for a whole number here; write 0x80000000L"},
        {"sim = { seed = 99999999999999999999L; };", "F:1: 99999999999999999999 is too large for a whole number"},
        {"sim = { seed = 0xFFFFFFFFFFFFFFFFL; };", "F:1: 0xFFFFFFFFFFFFFFFF is too large for a whole number"},
        {"station = { session_idle_s = 4294967596L; };",
         "F:1: station.session_idle_s: 4294967596 s is outside 30..3600 s"},
        {"station = { session_idle_s = 9223372036854775807L; };", "F:1: station.session_idle_s: "},
        {"a5000000000 = 1;", "F:1: a5000000000: is not a known key"},
        {"a-5000000000 = 1;", "F:1: a-5000000000: is not a known key"},
        {"station = {\n", "F:2: syntax error"},
        {"a = 1; a = 2;", "F:1: duplicate setting name"},
    };
    char err[CONFIG_ERR_LEN];

    (void)state;
    for (int i = 0; i < COUNT(cases); i++) {
        struct config c, before;
        memset(&c, 0x5a, sizeof(c));
        before = c;
        assert_int_equal(load_text(cases[i].text, &c, err), -EINVAL);
        if (strncmp(err, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("%s\nshould be %s", err, cases[i].message);
        assert_memory_equal(&c, &before, sizeof(c)); /* nothing changed */
    }
}

static void test_files_that_cannot_be_read(void **state)
{
    char err[CONFIG_ERR_LEN];
    struct config c;

    (void)state;
    assert_int_equal(config_load("/nonexistent.conf", &c, err, sizeof(err)), -ENOENT);
    assert_string_equal(err, "/nonexistent.conf: cannot be read: No such file or directory");
    assert_int_equal(config_load("/tmp", &c, err, sizeof(err)), -EISDIR);
    assert_int_equal(config_load("/dev/zero", &c, err, sizeof(err)), -EFBIG);
}

static void test_set(void **state)
{
    char err[CONFIG_ERR_LEN] = "";
    struct config c;

    (void)state;
    config_defaults(&c);
    assert_int_equal(config_set(&c, "station.id=leg-02", err, sizeof(err)), 0);
    assert_string_equal(c.station.id, "leg-02");
    assert_int_equal(config_set(&c, "station.bench=true", err, sizeof(err)), 0);
    assert_true(c.station.bench);
    assert_int_equal(config_set(&c, "sim.weight_kg=64.5", err, sizeof(err)), 0);
    assert_int_equal(c.sim.weight_g, 64500);
    assert_int_equal(config_set(&c, "sim.seed=7", err, sizeof(err)), 0);
    assert_int_equal(c.sim.seed, 7);
    assert_int_equal(config_set(&c, "sensor.calibration.counts_per_n=-10.7", err, sizeof(err)), 0);
    assert_true(c.sensor.calibration.valid);
    assert_int_equal(c.sensor.calibration.counts_per_n_milli, -10700);
    assert_int_equal(config_set(&c, "recorder.dir=/tmp/a=b", err, sizeof(err)), 0);
    assert_string_equal(c.recorder.dir, "/tmp/a=b");
    assert_int_equal(config_set(&c, "recorder.dir=", err, sizeof(err)), 0);
    assert_string_equal(c.recorder.dir, "");
}

static void test_bad_set(void **state)
{
    static const struct bad_file cases[] = {
        {"station.session_idle_s=12", "--set station.session_idle_s: 12 s is outside 30..3600 s"},
        {"station.sesion_idle_s=60", "--set \"station.sesion_idle_s\": is not a known key; did you mean "
                                     "station.session_idle_s?"},
        {"station.id", "--set \"station.id\": is not KEY=VALUE"},
        {"=x", "--set \"=x\": is not KEY=VALUE"},
        {"sim.seed=abc", "--set sim.seed: needs a whole number"},
        {"sim.seed=", "--set sim.seed: needs a whole number"},
        {"sim.seed=1 2", "--set sim.seed: needs a whole number"},
        {"sim.speed=nan", "--set sim.speed: "},
        {"station.bench=1", "--set station.bench: needs true or false"},
        {"station.session_idle_s=4294967596", "--set station.session_idle_s: "},
        {"station.session_idle_s=9223372036854775807", "--set station.session_idle_s: "},
        {"mqtt.keep_alive_s=99999999999999999999", "--set mqtt.keep_alive_s: 1e+20 s is outside 5..300 s"},
    };
    char err[CONFIG_ERR_LEN];
    struct config c, before;

    (void)state;
    config_defaults(&c);
    before = c;
    for (int i = 0; i < COUNT(cases); i++) {
        assert_int_equal(config_set(&c, cases[i].text, err, sizeof(err)), -EINVAL);
        if (strncmp(err, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg("%s\nshould be %s", err, cases[i].message);
        assert_memory_equal(&c, &before, sizeof(c));
    }
}

static void test_rules_between_keys(void **state)
{
    char err[CONFIG_ERR_LEN];
    struct config c;

    (void)state;
    config_defaults(&c);
    assert_int_equal(config_set(&c, "mqtt.cert_file=/x", err, sizeof(err)), 0);
    assert_int_equal(config_check(&c, err, sizeof(err)), -EINVAL);
    assert_string_equal(err, "mqtt.cert_file: needs mqtt.key_file beside it, and the other way round");
    assert_int_equal(config_set(&c, "mqtt.key_file=/y", err, sizeof(err)), 0);
    assert_int_equal(config_check(&c, err, sizeof(err)), 0);
    assert_int_equal(config_set(&c, "mqtt.password_file=/z", err, sizeof(err)), 0);
    assert_int_equal(config_check(&c, err, sizeof(err)), -EINVAL);
}

struct source_case {
    const char *text;
    enum config_source_kind kind;
    const char *file;
    int32_t speed_milli;
};

static void test_sources(void **state)
{
    static const struct source_case cases[] = {
        {"sim", CONFIG_SOURCE_SIM, "", 1000},
        {"hx711", CONFIG_SOURCE_HX711, "", 1000},
        {"iio", CONFIG_SOURCE_IIO, "", 1000},
        {"nau7802", CONFIG_SOURCE_NAU7802, "", 1000},
        {"trace:/a/b.trace", CONFIG_SOURCE_TRACE, "/a/b.trace", 1000},
        {"trace:b@max", CONFIG_SOURCE_TRACE, "b", SPEED_MAX},
        {"trace:b@2.5", CONFIG_SOURCE_TRACE, "b", 2500},
        {"trace:a@b@10", CONFIG_SOURCE_TRACE, "a@b", 10000},
    };
    struct config_source source;
    char err[CONFIG_ERR_LEN], set[128];
    struct config c;

    (void)state;
    config_defaults(&c);
    for (int i = 0; i < COUNT(cases); i++) {
        snprintf(set, sizeof(set), "sensor.source=%s", cases[i].text);
        assert_int_equal(config_set(&c, set, err, sizeof(err)), 0);
        config_source(&c, &source);
        assert_int_equal(source.kind, cases[i].kind);
        assert_string_equal(source.file, cases[i].file);
        assert_int_equal(source.speed_milli, cases[i].speed_milli);
    }
    assert_int_equal(config_set(&c, "sensor.source=trace:", err, sizeof(err)), -EINVAL);
    assert_int_equal(config_set(&c, "sensor.source=trace:a@0", err, sizeof(err)), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_file_shows_the_defaults),
        cmocka_unit_test(test_every_key_is_in_the_manual),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_large_values),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_files_that_cannot_be_read),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_bad_set),
        cmocka_unit_test(test_rules_between_keys),
        cmocka_unit_test(test_sources),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
