/* SPDX-License-Identifier: MIT */
/* One connection to a broker; Paho MQTTAsync, MQTT 5 or 3.1.1. Settings and their reasons: see mqtt_link.h and below. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/mqtt/mqtt_callbacks.h"

#define CONNECT_TIMEOUT_S 10
#define SUBSCRIBE_MAX     8
/* Larger packets never reach us; between this and MQTT_PAYLOAD_MAX they arrive and are refused in words. */
#define PACKET_MAX (1 << 20)

/* --- the mqtt thread's side ----------------------------------------------------------------------------------------- */

static int to_errno(int code)
{
    if (code == MQTTASYNC_SUCCESS)
        return 0;
    if (code == MQTTASYNC_DISCONNECTED)
        return -ENOTCONN;
    if (code == MQTTASYNC_MAX_BUFFERED_MESSAGES || code == MQTTASYNC_NO_MORE_MSGIDS)
        return -EAGAIN;
    return -EIO;
}

static int create(const struct mqtt_link *link, const char *client_id, MQTTAsync *ret_handle)
{
    MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;

    options.sendWhileDisconnected = 0; /* the journal is the only queue */
    options.maxBufferedMessages = 2 * LINK_SLOTS;
    if (link->config->v3)
        options.MQTTVersion = MQTTVERSION_3_1_1;
    return to_errno(MQTTAsync_createWithOptions(ret_handle, link->config->uri, client_id, MQTTCLIENT_PERSISTENCE_NONE,
                                                NULL, &options));
}

int mqtt_link_open(struct mqtt_link **ret_link, const struct mqtt_link_config *config, struct queue *events)
{
    struct mqtt_link *link = calloc(1, sizeof(*link));
    int r;

    if (!link)
        return -ENOMEM;
    link->config = config;
    link->events = events;
    for (int i = 0; i < LINK_SLOTS; i++)
        link->slots[i].link = link;
    r = create(link, "keeper", &link->keeper);
    if (r < 0) {
        free(link);
        return r;
    }
    *ret_link = link;
    return 0;
}

void mqtt_link_close(struct mqtt_link *link)
{
    if (!link)
        return;
    mqtt_link_drop(link);
    MQTTAsync_destroy(&link->keeper);
    free(link);
}

void mqtt_link_drop(struct mqtt_link *link)
{
    if (link->handle)
        MQTTAsync_destroy(&link->handle);
    link->handle = NULL;
    for (int i = 0; i < LINK_SLOTS; i++)
        link->slots[i].used = false;
}

int64_t mqtt_link_connection(const struct mqtt_link *link)
{
    return link->connection;
}

static void set_tls(struct mqtt_link *link, MQTTAsync_SSLOptions *ssl)
{
    const struct mqtt_link_config *config = link->config;

    ssl->verify = 1; /* 0 by default: a wrong host name would pass */
    ssl->enableServerCertAuth = 1;
    ssl->sslVersion = MQTT_SSL_VERSION_TLS_1_2;
    ssl->trustStore = config->ca_file;
    ssl->keyStore = config->cert_file;
    ssl->privateKey = config->key_file;
    ssl->ssl_error_cb = mqtt_on_tls_error;
    ssl->ssl_error_context = link;
}

static void sign(MQTTProperties *properties, const char *run)
{
    MQTTProperty property = {.identifier = MQTTPROPERTY_CODE_USER_PROPERTY};

    property.value.data = (MQTTLenString){.data = (char[]){"run"}, .len = 3};
    property.value.value = (MQTTLenString){.data = (char *)(uintptr_t)run, .len = (int)strlen(run)};
    MQTTProperties_add(properties, &property); /* copies */
}

static int connect_with(struct mqtt_link *link, MQTTProperties *properties, MQTTProperties *will_properties)
{
    const struct mqtt_link_config *c = link->config;
    MQTTAsync_connectOptions options5 = MQTTAsync_connectOptions_initializer5;
    MQTTAsync_connectOptions options3 = MQTTAsync_connectOptions_initializer;
    MQTTAsync_connectOptions options = c->v3 ? options3 : options5;
    MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
    MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;

    will.topicName = c->will_topic;
    will.message = c->will_payload;
    will.retained = 1;
    will.qos = 1;
    set_tls(link, &ssl);
    options.will = &will;
    options.ssl = strncmp(c->uri, "ssl://", 6) == 0 ? &ssl : NULL;
    options.keepAliveInterval = c->keepalive_s;
    options.connectTimeout = CONNECT_TIMEOUT_S;
    options.maxInflight = LINK_SLOTS; /* above our own window: an overfull one collapses 1.3.12 to 165 messages/s */
    options.automaticReconnect = 0;   /* a backward clock step would stall it; delivery.h has its own timer */
    options.username = c->username;
    options.password = c->password;
    options.context = link;
    if (c->v3) {
        options.MQTTVersion = MQTTVERSION_3_1_1;
        options.cleansession = 1;
        options.onSuccess = mqtt_on_connected3;
        options.onFailure = mqtt_on_connect_failed3;
    } else {
        options.cleanstart = 1;
        options.connectProperties = properties;
        options.willProperties = will_properties;
        options.onSuccess5 = mqtt_on_connected;
        options.onFailure5 = mqtt_on_connect_failed;
    }
    return to_errno(MQTTAsync_connect(link->handle, &options));
}

int mqtt_link_connect(struct mqtt_link *link)
{
    MQTTProperties properties = MQTTProperties_initializer, will_properties = MQTTProperties_initializer;
    MQTTProperty expiry = {.identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL};
    MQTTProperty packet = {.identifier = MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE};
    int r;

    mqtt_link_drop(link);
    link->connection++;
    link->tls_error[0] = '\0';
    r = create(link, link->config->client_id, &link->handle);
    if (r < 0)
        return r;
    MQTTAsync_setCallbacks(link->handle, link, mqtt_on_lost, mqtt_on_arrived, NULL);
    if (!link->config->v3)
        MQTTAsync_setDisconnected(link->handle, link, mqtt_on_disconnected);
    expiry.value.integer4 = 0; /* a stale command must not wait in a queue */
    packet.value.integer4 = PACKET_MAX;
    MQTTProperties_add(&properties, &expiry);
    MQTTProperties_add(&properties, &packet);
    sign(&will_properties, link->config->run);
    r = connect_with(link, &properties, &will_properties);
    MQTTProperties_free(&properties);
    MQTTProperties_free(&will_properties);
    if (r < 0)
        mqtt_link_drop(link);
    return r;
}

int mqtt_link_subscribe(struct mqtt_link *link, char *const *topics, int n)
{
    MQTTAsync_callOptions options = MQTTAsync_callOptions_initializer;
    MQTTSubscribe_options each[SUBSCRIBE_MAX];
    int qos[SUBSCRIBE_MAX];

    for (int i = 0; i < n; i++) {
        each[i] = (MQTTSubscribe_options)MQTTSubscribe_options_initializer;
        each[i].retainAsPublished = 1; /* or a retained command could not be told from a fresh one */
        qos[i] = 1;
    }
    options.context = link;
    if (link->config->v3) {
        options.onSuccess = mqtt_on_subscribed3;
        options.onFailure = mqtt_on_subscribe_failed3;
    } else {
        options.subscribeOptionsList = each;
        options.subscribeOptionsCount = n;
        options.onSuccess5 = mqtt_on_subscribed;
        options.onFailure5 = mqtt_on_subscribe_failed;
    }
    return to_errno(MQTTAsync_subscribeMany(link->handle, n, topics, qos, &options));
}

static struct mqtt_slot *free_slot(struct mqtt_link *link)
{
    for (int i = 0; i < LINK_SLOTS; i++)
        if (!link->slots[i].used)
            return &link->slots[i];
    return NULL;
}

/* Paho copies payload and properties. */
static int send_with(struct mqtt_link *link, const struct mqtt_link_publish *p, struct mqtt_slot *slot)
{
    MQTTAsync_callOptions options = MQTTAsync_callOptions_initializer;
    MQTTAsync_message message = MQTTAsync_message_initializer;
    MQTTProperty correlation = {.identifier = MQTTPROPERTY_CODE_CORRELATION_DATA};
    int code;

    message.payload = (void *)(uintptr_t)p->payload; /* const in all but name */
    message.payloadlen = (int)p->size;
    message.qos = p->qos;
    message.retained = p->retained;
    if (p->correlation && !link->config->v3) {
        correlation.value.data.data = (char *)(uintptr_t)p->correlation;
        correlation.value.data.len = (int)p->correlation_size;
        MQTTProperties_add(&message.properties, &correlation);
    }
    if (p->by_name && !link->config->v3)
        sign(&message.properties, link->config->run);
    if (link->config->v3) {
        options.onSuccess = mqtt_on_published3;
        options.onFailure = mqtt_on_publish_failed3;
    } else {
        options.onSuccess5 = mqtt_on_published;
        options.onFailure5 = mqtt_on_publish_failed;
    }
    options.context = slot;
    code = MQTTAsync_sendMessage(link->handle, p->topic, &message, &options);
    MQTTProperties_free(&message.properties);
    return to_errno(code);
}

int mqtt_link_publish(struct mqtt_link *link, const struct mqtt_link_publish *publish)
{
    struct mqtt_slot *slot = free_slot(link);
    int r;

    if (!link->handle)
        return -ENOTCONN;
    if (!slot)
        return -EAGAIN;
    slot->tag = publish->tag;
    slot->used = true;
    r = send_with(link, publish, slot);
    if (r < 0)
        slot->used = false;
    return r;
}

void mqtt_link_release(struct mqtt_link *link, int slot)
{
    link->slots[slot].used = false;
}
