/* SPDX-License-Identifier: MIT */
/* The configuration: defaults, file, overrides; see gymstation/config.h. The keys are in config_keys.c. */
#include "gymstation/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/config/conf_read.h"
#include "daemon/io/config/config_keys.h"

#define KEY_LEN 64 /* longer than every key */

static struct field_table table_of(struct config *config)
{
    return (struct field_table){.v = config_fields, .n = CONFIG_FIELD_COUNT, .base = config};
}

void config_defaults(struct config *ret)
{
    struct field_table table = table_of(ret);

    *ret = (struct config){0};
    fields_default(&table);
}

/* What follows from keys and is no key. */
static void settle(struct config *config)
{
    config->sensor.calibration.valid = config->sensor.calibration.counts_per_n_milli != 0;
}

int config_load(const char *file, struct config *ret, char *err, size_t err_len)
{
    struct config config;
    struct field_table table = table_of(&config);
    struct field_error error = {0};
    struct conf_document *document;
    int r = conf_read(file, &document, err, err_len);

    if (r < 0)
        return r;
    config_defaults(&config);
    if (fields_read(&conf_nodes, conf_root(document), "", &table, 1, &error)) {
        settle(&config);
        *ret = config;
    } else {
        conf_error_text(file, &error, err, err_len);
        r = -EINVAL;
    }
    conf_free(document);
    return r;
}

/* Words of the command line as the file would have had them. What fits no kind stays text, and is refused as such. */
static void read_argument(const struct field *field, const char *text, struct value *ret)
{
    char *rest;

    *ret = (struct value){.kind = VALUE_TEXT, .text = text};
    if (field->kind == FIELD_BOOL && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        *ret = (struct value){.kind = VALUE_BOOL, .integer = text[0] == 't'};
    if ((field->kind != FIELD_INT && field->kind != FIELD_DECIMAL) || text[0] == '\0')
        return;
    errno = 0;
    long long integer = strtoll(text, &rest, 10);
    if (*rest == '\0' && errno == 0) {
        *ret = (struct value){.kind = VALUE_INT, .integer = integer};
        return;
    }
    double real = strtod(text, &rest);
    if (*rest == '\0')
        *ret = (struct value){.kind = VALUE_REAL, .real = real};
}

int config_set(struct config *config, const char *assignment, char *err, size_t err_len)
{
    const char *equals = strchr(assignment, '=');
    char key[KEY_LEN], reason[REASON_TEXT_LEN], quoted[QUOTE_LEN];
    struct value value;

    if (!equals || equals == assignment) {
        snprintf(err, err_len, "--set %s: is not KEY=VALUE", field_quote(assignment, quoted));
        return -EINVAL;
    }
    snprintf(key, sizeof(key), "%.*s", (int)(equals - assignment < KEY_LEN ? equals - assignment : KEY_LEN),
             assignment);
    const struct field *field = field_find(config_fields, CONFIG_FIELD_COUNT, key);
    if (!field) {
        const char *near = field_nearest(config_fields, CONFIG_FIELD_COUNT, key);
        snprintf(err, err_len, "--set %s: is not a known key%s%s%s", field_quote(key, quoted),
                 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        return -EINVAL;
    }
    read_argument(field, equals + 1, &value);
    if (!field_set(field, &value, config, reason, sizeof(reason))) {
        snprintf(err, err_len, "--set %s: %s", field->path, reason);
        return -EINVAL;
    }
    settle(config);
    return 0;
}

/* What the parts can be set to; see their datasheets. */
static const char *check_sensor(const struct config *config)
{
    struct config_source source;
    int32_t gain = config->sensor.gain, rate = config->sensor.rate_sps;

    config_source(config, &source);
    if (source.kind == CONFIG_SOURCE_HX711 && gain != 128 && gain != 64 && gain != 32)
        return "sensor.gain: an HX711 has 128 and 64 on channel A, and 32 on channel B";
    if (source.kind == CONFIG_SOURCE_NAU7802 && (gain & (gain - 1)) != 0)
        return "sensor.gain: a NAU7802 has 1, 2, 4, 8, 16, 32, 64 and 128";
    if (source.kind == CONFIG_SOURCE_NAU7802 && rate != 10 && rate != 20 && rate != 40 && rate != 80 && rate != 320)
        return "sensor.rate_sps: a NAU7802 has 10, 20, 40, 80 and 320";
    if (source.kind == CONFIG_SOURCE_HX711 && strcmp(config->sensor.dout, config->sensor.sck) == 0)
        return "sensor.dout: is the same line as sensor.sck";
    return NULL;
}

static bool has_button(const struct config *config, enum button button)
{
    return config->buttons.line[button][0] != '\0' ||
           (config->buttons.devices[0] != '\0' && config->buttons.keys[button][0] != '\0');
}

/* What is wrong with how the buttons and the card reader are wired, or NULL. */
static const char *check_panel(const struct config *config)
{
    bool keys = false;

    for (int b = 0; b < BUTTON_COUNT; b++)
        keys = keys || config->buttons.keys[b][0] != '\0';
    if (keys != (config->buttons.devices[0] != '\0'))
        return "buttons.devices: needs key codes beside it, such as buttons.stop_keys, and the other way round";
    if (has_button(config, BUTTON_START) && !has_button(config, BUTTON_STOP))
        return "buttons.stop: who can start has to be able to stop: wire a stop button, or give buttons.stop_keys";
    if ((config->card.device[0] != '\0') != (config->card.secret_file[0] != '\0'))
        return "card.device: needs card.secret_file beside it, and the other way round";
    return NULL;
}

static const char *check_mqtt(const struct config *config)
{
    if ((config->mqtt.cert_file[0] != '\0') != (config->mqtt.key_file[0] != '\0'))
        return "mqtt.cert_file: needs mqtt.key_file beside it, and the other way round";
    if (config->mqtt.password_file[0] != '\0' && config->mqtt.username[0] == '\0')
        return "mqtt.password_file: needs mqtt.username beside it";
    return NULL;
}

int config_check(const struct config *config, char *err, size_t err_len)
{
    const char *wrong = check_mqtt(config);

    if (!wrong)
        wrong = check_sensor(config);
    if (!wrong)
        wrong = check_panel(config);
    if (!wrong)
        return 0;
    snprintf(err, err_len, "%s", wrong);
    return -EINVAL;
}

void config_source(const struct config *config, struct config_source *ret)
{
    config_source_read(config->sensor.source, ret);
}

/* Contract, replay: "plate 0.10 m high, riser, floor anchor, bench, capacity 2 500 N". Plate and riser make the 0.30 m
 * that a step-up should have. */
void config_station_complete(struct station *ret)
{
    *ret = (struct station){
        .id = "replay",
        .plate_height_mm = 100,
        .riser_height_mm = 200,
        .floor_anchor = true,
        .bench = true,
        .capacity_mn = 2500000,
        .session_idle_ms = 300000,
    };
}
