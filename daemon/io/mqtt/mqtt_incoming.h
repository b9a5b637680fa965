/* SPDX-License-Identifier: MIT */
/* What arrives from the broker, made into plain messages; internal to mqtt. */
#ifndef GYMSTATION_IO_MQTT_INCOMING_H
#define GYMSTATION_IO_MQTT_INCOMING_H

#include "daemon/io/mqtt/mqtt_link.h"

/* Copies Paho's message (a MQTTAsync_message): payload, retained flag, response topic, correlation. 0 or -ENOMEM. */
int mqtt_incoming_copy(const void *paho_message, struct mqtt_message *ret);

#define HOME_ASSISTANT_STATUS "homeassistant/status"

enum mqtt_incoming_topic {
    INCOMING_OTHER,
    INCOMING_STATUS,
    INCOMING_PRESCRIPTION,
    INCOMING_COMMAND,
    INCOMING_ACK,
    INCOMING_BIRTH
};

/* Where below prefix/station/ the topic lies, or HOME_ASSISTANT_STATUS; fills ret->kind, slot and name. */
enum mqtt_incoming_topic mqtt_incoming_sort(const char *topic, const char *root, struct mqtt_message *ret);

#endif
