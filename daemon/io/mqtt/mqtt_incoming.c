/* SPDX-License-Identifier: MIT */
/* Incoming messages; Paho's structures end here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <MQTTAsync.h>

#include "daemon/io/mqtt/mqtt_incoming.h"
#include "gymstation/hash.h"

static void copy_response_topic(const MQTTLenString *from, struct mqtt_message *ret)
{
    size_t len = from->len > 0 ? (size_t)from->len : 0;

    if (len >= sizeof(ret->response_topic) || memchr(from->data, '\0', len) || memchr(from->data, '+', len) ||
        memchr(from->data, '#', len)) /* a broker would end the connection over a wildcard */
        return;                       /* as if none had been given: the reply on the ordinary topic remains */
    memcpy(ret->response_topic, from->data, len);
    ret->response_topic[len] = '\0';
}

static void copy_properties(const MQTTProperties *properties, struct mqtt_message *ret)
{
    for (int i = 0; i < properties->count; i++) {
        const MQTTProperty *p = &properties->array[i];

        if (p->identifier == MQTTPROPERTY_CODE_RESPONSE_TOPIC)
            copy_response_topic(&p->value.data, ret);
        if (p->identifier == MQTTPROPERTY_CODE_USER_PROPERTY && p->value.data.len == 3 &&
            memcmp(p->value.data.data, "run", 3) == 0 && p->value.value.len < (int)sizeof(ret->run)) {
            memcpy(ret->run, p->value.value.data, (size_t)p->value.value.len);
            ret->run[p->value.value.len] = '\0';
        }
        if (p->identifier == MQTTPROPERTY_CODE_CORRELATION_DATA && p->value.data.len <= (int)sizeof(ret->correlation)) {
            memcpy(ret->correlation, p->value.data.data, (size_t)p->value.data.len);
            ret->correlation_size = (uint8_t)p->value.data.len;
        }
    }
}

int mqtt_incoming_copy(const void *paho_message, struct mqtt_message *ret)
{
    const MQTTAsync_message *message = paho_message;

    *ret = (struct mqtt_message){.size = (size_t)message->payloadlen, .retained = message->retained != 0};
    copy_properties(&message->properties, ret);
    ret->too_large = ret->size > MQTT_PAYLOAD_MAX;
    if (ret->too_large)
        return sha256_hex(message->payload, ret->size, ret->hash);
    if (ret->size == 0)
        return 0;
    ret->payload = malloc(ret->size + 1);
    if (!ret->payload)
        return -ENOMEM;
    memcpy(ret->payload, message->payload, ret->size);
    ret->payload[ret->size] = '\0';
    return 0;
}

/* What follows prefix in text, or NULL. */
static const char *after(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

enum mqtt_incoming_topic mqtt_incoming_sort(const char *topic, const char *root, struct mqtt_message *ret)
{
    const char *below = after(topic, root), *rest;

    if (!below)
        return strcmp(topic, HOME_ASSISTANT_STATUS) == 0 ? INCOMING_BIRTH : INCOMING_OTHER;
    if (strcmp(below, "status") == 0)
        return INCOMING_STATUS;
    if (strcmp(below, "ack") == 0) {
        ret->kind = MQTT_IN_ACK;
        return INCOMING_ACK;
    }
    rest = after(below, "desired/prescription/");
    if (rest && rest[0] >= '1' && rest[0] <= '0' + SLOT_MAX && rest[1] == '\0') {
        ret->kind = MQTT_IN_PRESCRIPTION;
        ret->slot = rest[0] - '0';
        return INCOMING_PRESCRIPTION;
    }
    rest = after(below, "cmd/");
    if (rest && strlen(rest) < sizeof(ret->name)) {
        ret->kind = MQTT_IN_COMMAND;
        memcpy(ret->name, rest, strlen(rest) + 1);
        return INCOMING_COMMAND;
    }
    return INCOMING_OTHER;
}
