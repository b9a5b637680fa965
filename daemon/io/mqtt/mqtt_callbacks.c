/* SPDX-License-Identifier: MIT */
/* Paho's callbacks; see mqtt_callbacks.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/mqtt/mqtt_callbacks.h"

static void push(struct mqtt_link *link, struct mqtt_link_event *event)
{
    event->connection = link->connection;
    queue_push(link->events, event); /* full: the acknowledgement timeout sees to it */
}

static void describe(struct mqtt_link_event *event, const MQTTAsync_failureData5 *data)
{
    const char *text = NULL;

    /* the reason of a refused CONNECT is in code up to 1.3.14 and in reasonCode later */
    event->code = data && data->reasonCode != MQTTREASONCODE_SUCCESS ? (int)data->reasonCode : data ? data->code : 0;
    if (event->code >= LINK_CODE_REFUSED)
        text = MQTTReasonCode_toString((enum MQTTReasonCodes)event->code);
    if (!text && data)
        text = data->message;
    snprintf(event->text, sizeof(event->text), "%s", text ? text : "connection failed");
}

/* "thread:error:code:library:function:reason:file:..." of the oldest error, which is the cause; the function may be "". */
int mqtt_on_tls_error(const char *text, size_t len, void *context)
{
    struct mqtt_link *link = context;
    const char *end = text + len, *reason = text, *colon;

    for (int field = 0; field < 5 && reason; field++) {
        reason = memchr(reason, ':', (size_t)(end - reason));
        reason = reason ? reason + 1 : NULL;
    }
    colon = reason ? memchr(reason, ':', (size_t)(end - reason)) : NULL;
    if (colon && link->tls_error[0] == '\0')
        snprintf(link->tls_error, sizeof(link->tls_error), "TLS: %.*s", (int)(colon - reason), reason);
    return 1;
}

static void describe_tls(const struct mqtt_link *link, struct mqtt_link_event *event)
{
    if (link->tls_error[0] != '\0')
        snprintf(event->text, sizeof(event->text), "%s", link->tls_error);
}

void mqtt_on_connected(void *context, MQTTAsync_successData5 *data)
{
    struct mqtt_link_event event = {.kind = LINK_CONNECTED, .window = LINK_SLOTS};

    if (MQTTProperties_hasProperty(&data->properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM))
        event.window = (int)MQTTProperties_getNumericValue(&data->properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM);
    if (MQTTProperties_hasProperty(&data->properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE))
        event.packet_max =
            (int)MQTTProperties_getNumericValue(&data->properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE);
    push(context, &event);
}

void mqtt_on_connect_failed(void *context, MQTTAsync_failureData5 *data)
{
    struct mqtt_link_event event = {.kind = LINK_FAILED};

    describe(&event, data);
    describe_tls(context, &event);
    push(context, &event);
}

void mqtt_on_lost(void *context, char *cause)
{
    struct mqtt_link_event event = {.kind = LINK_LOST};

    (void)cause; /* always NULL */
    push(context, &event);
}

void mqtt_on_disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
    struct mqtt_link_event event = {.kind = LINK_LOST, .code = (int)reason};
    const char *text = MQTTReasonCode_toString(reason);

    (void)properties;
    snprintf(event.text, sizeof(event.text), "%s", text ? text : "disconnected by the broker");
    push(context, &event);
}

void mqtt_on_subscribed(void *context, MQTTAsync_successData5 *data)
{
    struct mqtt_link_event event = {.kind = LINK_SUBSCRIBED};

    for (int i = 0; i < data->alt.sub.reasonCodeCount && event.code == 0; i++)
        if ((int)data->alt.sub.reasonCodes[i] >= LINK_CODE_REFUSED)
            event.code = (int)data->alt.sub.reasonCodes[i];
    push(context, &event);
}

void mqtt_on_subscribe_failed(void *context, MQTTAsync_failureData5 *data)
{
    struct mqtt_link_event event = {.kind = LINK_SUBSCRIBED};

    describe(&event, data);
    if (event.code == 0)
        event.code = -1;
    push(context, &event);
}

static void push_published(struct mqtt_slot *slot, struct mqtt_link_event *event)
{
    event->kind = LINK_PUBLISHED;
    event->tag = slot->tag;
    event->slot = (int)(slot - slot->link->slots);
    push(slot->link, event);
}

void mqtt_on_published(void *context, MQTTAsync_successData5 *data)
{
    struct mqtt_link_event event = {0};

    (void)data;
    push_published(context, &event);
}

void mqtt_on_publish_failed(void *context, MQTTAsync_failureData5 *data)
{
    struct mqtt_link_event event = {0};

    describe(&event, data);
    if (event.code == 0)
        event.code = -1;
    push_published(context, &event);
}

/* The same of MQTT 3.1.1, which gives no reasons. */

void mqtt_on_connected3(void *context, MQTTAsync_successData *data)
{
    struct mqtt_link_event event = {.kind = LINK_CONNECTED, .window = LINK_SLOTS};

    (void)data;
    push(context, &event);
}

static void describe3(struct mqtt_link_event *event, const MQTTAsync_failureData *data)
{
    event->code = data ? data->code : 0;
    snprintf(event->text, sizeof(event->text), "%s", data && data->message ? data->message : "connection failed");
}

void mqtt_on_connect_failed3(void *context, MQTTAsync_failureData *data)
{
    struct mqtt_link_event event = {.kind = LINK_FAILED};

    describe3(&event, data);
    if (event.code > 0) /* a CONNACK that says no; its codes, 1 to 5, are below those of version 5 */
        event.code += LINK_CODE_REFUSED;
    push(context, &event);
}

void mqtt_on_subscribed3(void *context, MQTTAsync_successData *data)
{
    struct mqtt_link_event event = {.kind = LINK_SUBSCRIBED};

    (void)data; /* a list of granted qualities whose length it does not give */
    push(context, &event);
}

void mqtt_on_subscribe_failed3(void *context, MQTTAsync_failureData *data)
{
    struct mqtt_link_event event = {.kind = LINK_SUBSCRIBED};

    describe3(&event, data);
    event.code = event.code >= LINK_CODE_REFUSED ? event.code : -1;
    push(context, &event);
}

void mqtt_on_published3(void *context, MQTTAsync_successData *data)
{
    struct mqtt_link_event event = {0};

    (void)data;
    push_published(context, &event);
}

void mqtt_on_publish_failed3(void *context, MQTTAsync_failureData *data)
{
    struct mqtt_link_event event = {0};

    describe3(&event, data);
    event.code = -1;
    push_published(context, &event);
}

int mqtt_on_arrived(void *context, char *topic, int topic_len, MQTTAsync_message *message)
{
    struct mqtt_link *link = context;
    struct mqtt_link_event event = {.kind = LINK_INCOMING, .connection = link->connection};
    size_t len = topic_len > 0 ? (size_t)topic_len : strlen(topic);

    if (len < sizeof(event.topic))
        memcpy(event.topic, topic, len);
    if (mqtt_incoming_copy(message, &event.message) < 0)
        return 0; /* Paho keeps it and asks again */
    if (queue_push(link->events, &event) < 0) {
        free(event.message.payload);
        return 0;
    }
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}
