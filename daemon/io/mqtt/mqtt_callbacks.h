/* SPDX-License-Identifier: MIT */
/*
 * What Paho calls, in threads of its own and under its lock: every callback writes a message into the link's queue and
 * returns. Those that end in 3 are of MQTT 3.1.1. Between mqtt_link.c and mqtt_callbacks.c.
 */
#ifndef GYMSTATION_IO_MQTT_CALLBACKS_H
#define GYMSTATION_IO_MQTT_CALLBACKS_H

#include <MQTTAsync.h>

#include "daemon/io/mqtt/mqtt_incoming.h"

struct mqtt_slot {
    struct mqtt_link *link;
    struct mqtt_link_tag tag;
    bool used;
};

struct mqtt_link {
    const struct mqtt_link_config *config;
    struct queue *events;
    MQTTAsync handle;   /* NULL: none */
    MQTTAsync keeper;   /* never connects: with the last handle Paho would end its threads, and take a second for it */
    char tls_error[64]; /* why TLS failed, in OpenSSL's words; written and read under Paho's lock */
    int64_t connection; /* constant while handle lives: callbacks read it */
    struct mqtt_slot slots[LINK_SLOTS];
};

void mqtt_on_connected(void *context, MQTTAsync_successData5 *data);
void mqtt_on_connect_failed(void *context, MQTTAsync_failureData5 *data);
void mqtt_on_lost(void *context, char *cause);
void mqtt_on_disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason);
void mqtt_on_subscribed(void *context, MQTTAsync_successData5 *data);
void mqtt_on_subscribe_failed(void *context, MQTTAsync_failureData5 *data);
void mqtt_on_published(void *context, MQTTAsync_successData5 *data);
void mqtt_on_publish_failed(void *context, MQTTAsync_failureData5 *data);
void mqtt_on_connected3(void *context, MQTTAsync_successData *data);
void mqtt_on_connect_failed3(void *context, MQTTAsync_failureData *data);
void mqtt_on_subscribed3(void *context, MQTTAsync_successData *data);
void mqtt_on_subscribe_failed3(void *context, MQTTAsync_failureData *data);
void mqtt_on_published3(void *context, MQTTAsync_successData *data);
void mqtt_on_publish_failed3(void *context, MQTTAsync_failureData *data);
int mqtt_on_tls_error(const char *text, size_t len, void *context);
int mqtt_on_arrived(void *context, char *topic, int topic_len, MQTTAsync_message *message);

#endif
