/* SPDX-License-Identifier: MIT */
/* The connection of subcommands to the broker; Paho. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

#include <MQTTAsync.h>

#include "gymstation/queue.h"
#include "gymstation/secret.h"
#include "tools/gymstationctl/ctl.h"
#include "tools/gymstationctl/wire.h"

#define TOPIC_LEN    200
#define PASSWORD_MAX 512
#define BYE_MS       1000

struct wire {
    const struct wire_options *options;
    MQTTAsync client;
    struct queue *queue;
    char topics[WIRE_TOPICS_MAX][TOPIC_LEN];
    int qos[WIRE_TOPICS_MAX];
    bool no_local[WIRE_TOPICS_MAX];
    int topic_count;
    bool tls, drop;
    char password[PASSWORD_MAX]; /* "": none */
    atomic_long dropped;
};

/* --- Paho's threads ------------------------------------------------------------------------------------------------ */

/* True when the queue took the message with its texts. */
static bool tell(struct wire *wire, struct wire_message *message)
{
    if (queue_push(wire->queue, message) == 0)
        return true;
    wire_free(message);
    return false;
}

static void tell_down(struct wire *wire, const char *what, const char *why, int code)
{
    char text[200];

    snprintf(text, sizeof(text), "%s: %s (%d)", what, why ? why : "no answer", code);
    tell(wire, &(struct wire_message){.kind = WIRE_DOWN, .payload = strdup(text)});
}

/* 0 asks Paho to deliver it again. */
static int on_message(void *context, char *topic, int topic_len, MQTTAsync_message *from)
{
    struct wire *wire = context;
    struct wire_message message = {.kind = WIRE_MESSAGE, .topic = strdup(topic), .retained = from->retained != 0};

    (void)topic_len; /* 0: there is no NUL in our topics */
    message.payload = malloc((size_t)from->payloadlen + 1);
    if (message.payload) {
        memcpy(message.payload, from->payload, (size_t)from->payloadlen);
        message.payload[from->payloadlen] = '\0';
        message.size = (size_t)from->payloadlen;
    }
    if (!message.topic || !message.payload)
        wire_free(&message);
    else if (tell(wire, &message))
        goto taken;
    if (!wire->drop)
        return 0;
    atomic_fetch_add(&wire->dropped, 1);
taken:
    MQTTAsync_freeMessage(&from);
    MQTTAsync_free(topic);
    return 1;
}

static void on_lost(void *context, char *cause)
{
    tell_down(context, "connection lost", cause, 0);
}

static void on_thrown_out(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
    (void)properties;
    tell_down(context, "the broker closed the connection", MQTTReasonCode_toString(reason), (int)reason);
}

static void on_refused(void *context, MQTTAsync_failureData5 *data)
{
    tell_down(context, "subscription refused", data->message, data->code ? data->code : (int)data->reasonCode);
}

/* Each filter has an answer of its own: one that was refused is none of the library's failures. */
static void on_subscribed(void *context, MQTTAsync_successData5 *data)
{
    struct wire *wire = context;
    int n = data->alt.sub.reasonCodeCount;

    for (int i = 0; i < n; i++) {
        enum MQTTReasonCodes code = n == 1 ? data->reasonCode : data->alt.sub.reasonCodes[i];

        if ((int)code >= 0x80) {
            tell_down(wire, wire->topics[i], MQTTReasonCode_toString(code), (int)code);
            return;
        }
    }
    tell(wire, &(struct wire_message){.kind = WIRE_UP});
}

static void on_connected(void *context, MQTTAsync_successData5 *data)
{
    struct wire *wire = context;
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    MQTTSubscribe_options each[WIRE_TOPICS_MAX];
    char *topics[WIRE_TOPICS_MAX];

    (void)data;
    for (int i = 0; i < wire->topic_count; i++) {
        topics[i] = wire->topics[i];
        each[i] = (MQTTSubscribe_options)MQTTSubscribe_options_initializer;
        each[i].noLocal = wire->no_local[i];
    }
    options.onSuccess5 = on_subscribed;
    options.onFailure5 = on_refused;
    options.context = wire;
    options.subscribeOptionsList = each;
    options.subscribeOptionsCount = wire->topic_count;
    int r = MQTTAsync_subscribeMany(wire->client, wire->topic_count, topics, wire->qos, &options);
    if (r != MQTTASYNC_SUCCESS)
        tell_down(wire, "cannot subscribe", MQTTAsync_strerror(r), r);
}

static void on_failed(void *context, MQTTAsync_failureData5 *data)
{
    tell_down(context, "cannot connect", data->message, data->code ? data->code : (int)data->reasonCode);
}

static void on_bye(void *context, MQTTAsync_successData5 *data)
{
    (void)data;
    tell(context, &(struct wire_message){.kind = WIRE_BYE});
}

/* --- the caller's thread ------------------------------------------------------------------------------------------- */

/* Paho's word for the scheme. False when it is none of ours. */
static bool paho_url(const char *url, char *ret, size_t size, bool *ret_tls)
{
    *ret_tls = strncmp(url, "mqtts://", 8) == 0;
    if (!*ret_tls && strncmp(url, "mqtt://", 7) != 0)
        return false;
    const char *host = strstr(url, "://") + 3;
    const char *port = strrchr(host, ':');
    if (*host == '\0' || strchr(host, '/') || strchr(host, '@'))
        return false;
    snprintf(ret, size, "%s://%s%s", *ret_tls ? "ssl" : "tcp", host, port ? "" : *ret_tls ? ":8883" : ":1883");
    return true;
}

/* NULL after a message: it cannot be read, or by others too. */
static FILE *open_secret(const char *option, const char *name)
{
    char why[700];
    FILE *file = secret_open(name, why, sizeof(why));

    if (!file)
        ctl_fail(CTL_USAGE, "%s: %s", option, why);
    return file;
}

static int read_secrets(struct wire *wire)
{
    const struct wire_options *options = wire->options;
    FILE *file = options->key_file ? open_secret("--key", options->key_file) : NULL;

    if (options->key_file && !file)
        return CTL_USAGE;
    if (file)
        fclose(file); /* the library reads it */
    if (!options->password_file)
        return CTL_FINE;
    file = open_secret("--password-file", options->password_file);
    if (!file)
        return CTL_USAGE;
    if (!fgets(wire->password, sizeof(wire->password), file))
        wire->password[0] = '\0';
    fclose(file);
    wire->password[strcspn(wire->password, "\r\n")] = '\0';
    return wire->password[0] != '\0'
               ? CTL_FINE
               : ctl_fail(CTL_USAGE, "--password-file: %s: its first line is empty", options->password_file);
}

int wire_open(struct wire **ret, const struct wire_options *options, const char *client_id,
              const struct wire_topic *topics, int n, bool drop)
{
    MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer5;
    struct wire *wire = calloc(1, sizeof(*wire));
    char url[300];
    int r = CTL_USAGE;

    if (!wire)
        return ctl_fail(CTL_FAILED, "out of memory");
    wire->options = options;
    wire->drop = drop;
    wire->topic_count = n < WIRE_TOPICS_MAX ? n : WIRE_TOPICS_MAX;
    for (int i = 0; i < wire->topic_count; i++) {
        snprintf(wire->topics[i], TOPIC_LEN, "%s", topics[i].filter);
        wire->qos[i] = topics[i].qos;
        wire->no_local[i] = topics[i].no_local;
    }
    if (!paho_url(options->url, url, sizeof(url), &wire->tls)) {
        ctl_fail(CTL_USAGE, "--url: \"%s\" is not mqtt://HOST[:PORT] or mqtts://HOST[:PORT]", options->url);
        goto fail;
    }
    r = read_secrets(wire);
    if (r != CTL_FINE)
        goto fail;
    r = CTL_FAILED;
    if (queue_open(&wire->queue, WIRE_QUEUE, sizeof(struct wire_message)) < 0 ||
        MQTTAsync_createWithOptions(&wire->client, url, client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &create) !=
            MQTTASYNC_SUCCESS) {
        ctl_fail(CTL_FAILED, "the MQTT library cannot start");
        goto fail;
    }
    MQTTAsync_setCallbacks(wire->client, wire, on_lost, on_message, NULL);
    MQTTAsync_setDisconnected(wire->client, wire, on_thrown_out);
    *ret = wire;
    return CTL_FINE;
fail:
    queue_close(wire->queue);
    free(wire);
    return r;
}

int wire_connect(struct wire *wire)
{
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
    MQTTAsync_SSLOptions tls = MQTTAsync_SSLOptions_initializer;

    options.keepAliveInterval = 15;
    options.connectTimeout = 10;
    options.cleanstart = 1;
    options.username = wire->options->username;
    options.password = wire->options->password_file ? wire->password : NULL;
    options.onSuccess5 = on_connected;
    options.onFailure5 = on_failed;
    options.context = wire;
    tls.verify = 1; /* Paho's default takes any host name */
    tls.enableServerCertAuth = 1;
    tls.sslVersion = MQTT_SSL_VERSION_TLS_1_2;
    tls.trustStore = wire->options->ca_file;
    tls.keyStore = wire->options->cert_file;
    tls.privateKey = wire->options->key_file;
    if (wire->tls)
        options.ssl = &tls;
    return MQTTAsync_connect(wire->client, &options) == MQTTASYNC_SUCCESS ? 0 : -EIO;
}

int wire_fd(const struct wire *wire)
{
    return queue_fd(wire->queue);
}

int wire_next(struct wire *wire, struct wire_message *ret)
{
    return queue_pop(wire->queue, ret);
}

int wire_wait(struct wire *wire, struct wire_message *ret, int timeout_ms)
{
    struct pollfd fd = {.fd = wire_fd(wire), .events = POLLIN};

    return poll(&fd, 1, timeout_ms) > 0 ? wire_next(wire, ret) : 0;
}

int wire_block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void wire_free(struct wire_message *message)
{
    free(message->topic);
    free(message->payload);
    message->topic = message->payload = NULL;
}

int wire_publish(struct wire *wire, const char *topic, const char *payload, bool retain)
{
    MQTTAsync_message message = MQTTAsync_message_initializer;

    message.payload = (char *)(uintptr_t)payload; /* copied by the library */
    message.payloadlen = (int)strlen(payload);
    message.qos = 1;
    message.retained = retain;
    return MQTTAsync_sendMessage(wire->client, topic, &message, NULL) == MQTTASYNC_SUCCESS ? 0 : -EIO;
}

long wire_dropped(const struct wire *wire)
{
    return atomic_load(&wire->dropped);
}

void wire_leave(struct wire *wire)
{
    MQTTAsync_disconnectOptions options = MQTTAsync_disconnectOptions_initializer5;
    struct wire_message message = {.kind = WIRE_DOWN};

    options.timeout = BYE_MS;
    options.onSuccess5 = on_bye;
    options.context = wire;
    if (MQTTAsync_disconnect(wire->client, &options) != MQTTASYNC_SUCCESS)
        return;
    while (message.kind != WIRE_BYE && wire_wait(wire, &message, BYE_MS) > 0)
        wire_free(&message);
}

void wire_close(struct wire *wire)
{
    struct wire_message message;

    if (!wire)
        return;
    MQTTAsync_destroy(&wire->client);
    while (wire_next(wire, &message) > 0)
        wire_free(&message);
    queue_close(wire->queue);
    free(wire);
}

int wire_split(const struct wire_options *options, const char *topic, char *ret_station, size_t size,
               const char **ret_tail)
{
    size_t prefix = strlen(options->prefix);
    const char *station = topic + prefix + 1, *slash;

    if (strncmp(topic, options->prefix, prefix) != 0 || topic[prefix] != '/' || !(slash = strchr(station, '/')) ||
        (size_t)(slash - station) >= size || slash == station)
        return -EINVAL;
    memcpy(ret_station, station, (size_t)(slash - station));
    ret_station[slash - station] = '\0';
    *ret_tail = slash + 1;
    return 0;
}
