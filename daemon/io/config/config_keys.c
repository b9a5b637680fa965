/* SPDX-License-Identifier: MIT */
/* The table of configuration keys; see config_keys.h. gymstation.conf and gymstation.conf(5) say the same in prose. */
#include "daemon/io/config/config_keys.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/source.h"

#define SPEED_MILLI_LIMIT 10000000.0 /* 10 000 times real time; faster is @max */

static const char *valid_station_id(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return text[n] == '\0' ? NULL : "is not a station id: 1-32 of a-z, 0-9 and -";
}

/* [HOST] or HOST, then nothing or :PORT. Names are the resolver's business. */
static const char *valid_host(const char *host)
{
    const char *end = host[0] == '[' ? strchr(host, ']') : host + strcspn(host, ":");
    char *rest;

    if (end && host[0] == '[')
        end++;
    if (!end || end == host || strcspn(host, "/?#@ ") != strlen(host))
        return "is not mqtt://HOST[:PORT], mqtts://HOST[:PORT] or none";
    if (*end == '\0')
        return NULL;
    if (*end != ':' || end[1] < '0' || end[1] > '9')
        return "has no port number behind the colon";
    errno = 0;
    long port = strtol(end + 1, &rest, 10);
    return *rest == '\0' && port >= 1 && port <= 65535 ? NULL : "has a port outside 1..65535";
}

static const char *valid_url(const char *text)
{
    if (strcmp(text, "none") == 0)
        return NULL;
    if (strchr(text, '@'))
        return "has a name or a password in it: give them as mqtt.username and mqtt.password_file";
    if (strncmp(text, "mqtt://", 7) == 0)
        return valid_host(text + 7);
    if (strncmp(text, "mqtts://", 8) == 0)
        return valid_host(text + 8);
    return "is not mqtt://HOST[:PORT], mqtts://HOST[:PORT] or none";
}

/* A prefix is the beginning of topics that are published: no wildcards, no empty levels at its ends. */
static const char *valid_prefix(const char *text)
{
    size_t n = strlen(text);

    if (strpbrk(text, "+#$"))
        return "has one of + # $, which topics reserve";
    return text[0] == '/' || text[n - 1] == '/' ? "begins or ends with /" : NULL;
}

static const char *valid_protocol(const char *text)
{
    return strcmp(text, "5") == 0 || strcmp(text, "3.1.1") == 0 ? NULL : "is neither 5 nor 3.1.1";
}

static const char *read_speed(const char *text, int32_t *ret_milli)
{
    char *rest;

    if (strcmp(text, "max") == 0) {
        *ret_milli = SPEED_MAX;
        return NULL;
    }
    double milli = strtod(text, &rest) * 1000;
    if (text[0] < '0' || text[0] > '9' || *rest != '\0' || !(milli >= 1 && milli <= SPEED_MILLI_LIMIT))
        return "has a speed behind @ that is neither 0.001..10000 nor max";
    *ret_milli = (int32_t)(milli + 0.5);
    return NULL;
}

static const char *read_trace(const char *file, struct config_source *source)
{
    const char *at = strrchr(file, '@');
    size_t n = at ? (size_t)(at - file) : strlen(file);

    if (n == 0 || n >= sizeof(source->file))
        return "names no file behind trace:";
    source->kind = CONFIG_SOURCE_TRACE;
    memcpy(source->file, file, n);
    return at ? read_speed(at + 1, &source->speed_milli) : NULL;
}

const char *config_source_read(const char *text, struct config_source *ret)
{
    static const struct {
        const char *name;
        enum config_source_kind kind;
    } names[] = {{"sim", CONFIG_SOURCE_SIM},
                 {"hx711", CONFIG_SOURCE_HX711},
                 {"iio", CONFIG_SOURCE_IIO},
                 {"nau7802", CONFIG_SOURCE_NAU7802}};
    struct config_source source = {.speed_milli = 1000};
    const char *wrong = "is not one of hx711, iio, nau7802, sim, trace:FILE, trace:FILE@SPEED";

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(text, names[i].name) != 0)
            continue;
        source.kind = names[i].kind;
        wrong = NULL;
    }
    if (strncmp(text, "trace:", strlen("trace:")) == 0)
        wrong = read_trace(text + strlen("trace:"), &source);
    if (!wrong && ret)
        *ret = source;
    return wrong;
}

static const char *valid_source(const char *text)
{
    return config_source_read(text, NULL);
}

static const char *pull_word(int pull)
{
    return button_pull_str((enum button_pull)pull);
}

#define AT(member)      FIELD_AT(struct config, member)
#define INT(from, to)   .kind = FIELD_INT, .min = (from), .max = (to)
#define MILLI(from, to) .kind = FIELD_DECIMAL, .scale = 1000, .min = (from)*INT64_C(1000), .max = (to)*INT64_C(1000)
#define BOOL            .kind = FIELD_BOOL
#define FILE_NAME       .kind = FIELD_TEXT, .max = CONFIG_TEXT_LEN - 1
#define LINE_NAME       .kind = FIELD_TEXT, .max = LINE_TEXT_LEN - 1
#define KEY_CODES       .kind = FIELD_TEXT, .max = CODES_TEXT_LEN - 1, .valid = config_codes_valid
#define ID_TEXT(from)   .kind = FIELD_TEXT, .min = (from), .max = ID_LEN - 1

const struct field config_fields[] = {
    {.path = "station.id",
     AT(station.id),
     .kind = FIELD_TEXT,
     .min = 1,
     .max = 32,
     .valid = valid_station_id,
     .fallback_text = "station-1"},
    {.path = "station.plate_height_m",
     AT(station.plate_height_mm),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = 20,
     .max = 600,
     .unit = "m",
     .fallback = 100},
    {.path = "station.riser_height_m",
     AT(station.riser_height_mm),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .max = 500,
     .unit = "m"},
    {.path = "station.floor_anchor", AT(station.floor_anchor), BOOL},
    {.path = "station.bench", AT(station.bench), BOOL},
    {.path = "station.capacity_n", AT(station.capacity_mn), MILLI(200, 20000), .unit = "N", .fallback = 2000000},
    {.path = "station.session_idle_s", AT(station.session_idle_ms), MILLI(30, 3600), .unit = "s", .fallback = 300000},
    {.path = "mqtt.url",
     AT(mqtt.url),
     .kind = FIELD_TEXT,
     .min = 1,
     .max = CONFIG_TEXT_LEN - 1,
     .valid = valid_url,
     .fallback_text = "mqtt://localhost:1883"},
    {.path = "mqtt.prefix", AT(mqtt.prefix), ID_TEXT(1), .valid = valid_prefix, .fallback_text = "gymstation"},
    {.path = "mqtt.username", AT(mqtt.username), ID_TEXT(0)},
    {.path = "mqtt.password_file", AT(mqtt.password_file), FILE_NAME},
    {.path = "mqtt.ca_file", AT(mqtt.ca_file), FILE_NAME},
    {.path = "mqtt.cert_file", AT(mqtt.cert_file), FILE_NAME},
    {.path = "mqtt.key_file", AT(mqtt.key_file), FILE_NAME},
    {.path = "mqtt.keep_alive_s", AT(mqtt.keep_alive_s), INT(5, 300), .unit = "s", .fallback = 15},
    {.path = "mqtt.protocol",
     AT(mqtt.protocol),
     .kind = FIELD_TEXT,
     .min = 1,
     .max = sizeof(((struct config *)0)->mqtt.protocol) - 1,
     .valid = valid_protocol,
     .fallback_text = "5"},
    {.path = "mqtt.discovery", AT(mqtt.discovery), BOOL, .fallback = true},
    {.path = "journal.path",
     AT(journal.path),
     .kind = FIELD_TEXT,
     .min = 1,
     .max = CONFIG_TEXT_LEN - 1,
     .fallback_text = "/var/lib/gymstation/journal.db"},
    {.path = "journal.keep_days", AT(journal.keep_days), INT(1, 3650), .unit = "d", .fallback = 90},
    {.path = "journal.max_mb", AT(journal.max_mb), INT(1, 1000000), .unit = "MB", .fallback = 1000},
    {.path = "journal.serial", AT(journal.serial), ID_TEXT(0)},
    {.path = "sensor.source",
     AT(sensor.source),
     .kind = FIELD_TEXT,
     .min = 1,
     .max = CONFIG_TEXT_LEN - 1,
     .valid = valid_source,
     .fallback_text = "sim"},
    {.path = "sensor.rate_sps", AT(sensor.rate_sps), INT(10, 320), .unit = "samples/s", .fallback = 80},
    {.path = "sensor.gain", AT(sensor.gain), INT(1, 128), .fallback = 128},
    {.path = "sensor.chip", AT(sensor.chip), FILE_NAME},
    {.path = "sensor.dout", AT(sensor.dout), ID_TEXT(1), .fallback_text = "5"},
    {.path = "sensor.sck", AT(sensor.sck), ID_TEXT(1), .fallback_text = "6"},
    {.path = "sensor.iio_device", AT(sensor.iio_device), FILE_NAME},
    {.path = "sensor.i2c_bus", AT(sensor.i2c_bus), FILE_NAME, .fallback_text = "/dev/i2c-1"},
    /* 24 bits of a converter; calibrated once counts_per_n is not 0, and negative when the cell is wired the other way. */
    {.path = "sensor.calibration.zero_counts",
     AT(sensor.calibration.zero_counts),
     INT(-8388608, 8388607),
     .unit = "counts"},
    {.path = "sensor.calibration.counts_per_n",
     AT(sensor.calibration.counts_per_n_milli),
     MILLI(-1000000, 1000000),
     .unit = "counts/N"},
    {.path = "buttons.chip", AT(buttons.chip), FILE_NAME},
    {.path = "buttons.start", AT(buttons.line[BUTTON_START]), LINE_NAME},
    {.path = "buttons.stop", AT(buttons.line[BUTTON_STOP]), LINE_NAME},
    {.path = "buttons.plus", AT(buttons.line[BUTTON_PLUS]), LINE_NAME},
    {.path = "buttons.minus", AT(buttons.line[BUTTON_MINUS]), LINE_NAME},
    {.path = "buttons.pull",
     AT(buttons.pull),
     .kind = FIELD_WORD,
     .word = pull_word,
     .words = PULL_COUNT,
     .fallback = PULL_UP},
    {.path = "buttons.active_low", AT(buttons.active_low), BOOL, .fallback = 1},
    {.path = "buttons.devices", AT(buttons.devices), FILE_NAME, .valid = config_paths_valid},
    {.path = "buttons.start_keys", AT(buttons.keys[BUTTON_START]), KEY_CODES},
    {.path = "buttons.stop_keys", AT(buttons.keys[BUTTON_STOP]), KEY_CODES},
    {.path = "buttons.plus_keys", AT(buttons.keys[BUTTON_PLUS]), KEY_CODES},
    {.path = "buttons.minus_keys", AT(buttons.keys[BUTTON_MINUS]), KEY_CODES},
    {.path = "card.device", AT(card.device), FILE_NAME, .valid = config_paths_valid},
    {.path = "card.secret_file", AT(card.secret_file), FILE_NAME},
    {.path = "cues.chip", AT(cues.chip), FILE_NAME},
    {.path = "cues.lamp", AT(cues.line[CUE_LAMP]), LINE_NAME},
    {.path = "cues.alert", AT(cues.line[CUE_ALERT]), LINE_NAME},
    {.path = "cues.buzzer", AT(cues.line[CUE_BUZZER]), LINE_NAME},
    {.path = "cues.buzzer_high", AT(cues.line[CUE_BUZZER_HIGH]), LINE_NAME},
    {.path = "cues.active_low", AT(cues.active_low), BOOL},
    {.path = "clock.grace_s", AT(clock.grace_s), INT(1, 86400), .unit = "s", .fallback = 600},
    {.path = "recorder.dir", AT(recorder.dir), FILE_NAME},
    {.path = "exercises.dir", AT(exercises.dir), FILE_NAME},
    {.path = "sim.seed", AT(sim.seed), INT(0, INT64_C(9007199254740991)), .fallback = 1},
    {.path = "sim.weight_kg", AT(sim.weight_g), MILLI(20, 250), .unit = "kg", .fallback = 80000},
    {.path = "sim.speed", AT(sim.speed_milli), MILLI(0, 1000), .unit = "x", .fallback = 1000},
    {.path = "sim.sessions", AT(sim.sessions), INT(0, 1000)},
    {.path = "sim.gap_s", AT(sim.gap_ms), MILLI(1, 3600), .unit = "s", .fallback = 20000},
};

_Static_assert(sizeof(config_fields) / sizeof(config_fields[0]) == CONFIG_FIELD_COUNT,
               "count the rows in config_keys.h");
