/* SPDX-License-Identifier: MIT */
/*
 * Home Assistant's device discovery: one retained payload with the device, its origin and its components. Templates take
 * the numbers out of `state` and `health`; an event would have to carry event_type, so what happened comes through the
 * event topic with a template of its own.
 */
#include <stdio.h>

#include <jansson.h>

#include "gymstation/event_json.h"

#define TOPIC_LEN 200

/* A component: platform, name, topic and what of it; unit and device_class may be NULL. */
struct component {
    const char *key, *platform, *name, *topic, *template, *unit, *device_class;
};

static const struct component components[] = {
    {"now", "sensor", "State", "state", "{{ value_json.now }}", NULL, NULL},
    {"exercise", "sensor", "Exercise", "state", "{{ value_json.exercise | default('') }}", NULL, NULL},
    {"set", "sensor", "Set", "state", "{{ value_json.set | default(0) }}", NULL, NULL},
    {"rep", "sensor", "Repetition", "state", "{{ value_json.rep | default(0) }}", NULL, NULL},
    {"call", "binary_sensor", "Call", "state", "{{ 'ON' if value_json.call else 'OFF' }}", NULL, NULL},
    {"fault", "binary_sensor", "Fault", "state", "{{ 'ON' if value_json.faults else 'OFF' }}", NULL, "problem"},
    {"queue", "sensor", "Events to be delivered", "health", "{{ value_json.queue }}", NULL, NULL},
    {"temp", "sensor", "Temperature", "health", "{{ value_json.temp_c }}", "°C", "temperature"},
    {"disk", "sensor", "Free space", "health", "{{ value_json.disk_free_mb }}", "MB", "data_size"},
};

static int add(json_t *all, const struct component *c, const char *prefix, const char *station)
{
    char topic[TOPIC_LEN], id[TOPIC_LEN];
    json_t *one;

    snprintf(topic, sizeof(topic), "%s/%s/%s", prefix, station, c->topic);
    snprintf(id, sizeof(id), "gymstation-%s-%s", station, c->key);
    one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:s*}", "p", c->platform, "name", c->name, "unique_id", id,
                    "state_topic", topic, "value_template", c->template, "unit_of_measurement", c->unit, "device_class",
                    c->device_class);
    return json_object_set_new(all, c->key, one);
}

char *discovery_json(const char *prefix, const char *station, const char *version)
{
    char id[TOPIC_LEN], name[TOPIC_LEN], status[TOPIC_LEN];
    json_t *all = json_object(), *root;
    char *text = NULL;
    int r = 0;

    snprintf(id, sizeof(id), "gymstation-%s", station);
    snprintf(name, sizeof(name), "Gymstation %s", station);
    snprintf(status, sizeof(status), "%s/%s/status", prefix, station);
    for (size_t i = 0; r == 0 && i < sizeof(components) / sizeof(components[0]); i++)
        r = add(all, &components[i], prefix, station);
    root =
        json_pack("{s:{s:[s], s:s, s:s}, s:{s:s, s:s}, s:s, s:i, s:O}", "dev", "ids", id, "name", name, "sw", version,
                  "o", "name", "gymstation", "sw", version, "availability_topic", status, "qos", 1, "cmps", all);
    if (r == 0 && root)
        text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    json_decref(all);
    return text;
}
