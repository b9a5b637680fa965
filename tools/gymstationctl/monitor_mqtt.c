/* SPDX-License-Identifier: MIT */
/*
 * The subscriber of monitor. Paho's threads write pointers into a pipe and return; everything else happens in main's
 * thread. Reconnecting is main's: Paho's own stalls when the clock steps back.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <MQTTAsync.h>

#include "tools/gymstationctl/monitor.h"

#define TOPIC_LEN 160
#define TOPIC_N   3

struct listener {
    MQTTAsync client;
    int pipe[2]; /* of struct heard *; not blocking */
    char topics[TOPIC_N][TOPIC_LEN];
    int topic_count;
    size_t prefix_len;
    bool tls;
};

/* Hands a message over. False when the pipe is full: the caller keeps its own, *text is freed in any case. */
static bool tell(struct listener *listener, enum heard_kind kind, const char *station, size_t station_len, char *text)
{
    struct heard *heard = calloc(1, sizeof(*heard));

    if (heard) {
        heard->kind = kind;
        heard->text = text;
        snprintf(heard->station, sizeof(heard->station), "%.*s", (int)station_len, station);
        if (write(listener->pipe[1], &heard, sizeof(heard)) == (ssize_t)sizeof(heard))
            return true;
    }
    free(heard);
    free(text);
    return false;
}

static void tell_reason(struct listener *listener, const char *what, const char *why, int code)
{
    char text[200];

    snprintf(text, sizeof(text), "%s: %s (%d)", what, why ? why : "no answer", code);
    tell(listener, HEARD_NOTHING, "", 0, strdup(text));
}

/* --- Paho's threads ------------------------------------------------------------------------------------------------ */

static enum heard_kind kind_of(const char *name)
{
    if (strcmp(name, "event") == 0)
        return HEARD_EVENT;
    return strcmp(name, "live") == 0 ? HEARD_LIVE : HEARD_STATUS;
}

/* PREFIX/STATION/NAME. 0 asks Paho to deliver it again: the pipe is full. */
static int on_message(void *context, char *topic, int topic_len, MQTTAsync_message *message)
{
    struct listener *listener = context;
    const char *station = topic + listener->prefix_len + 1, *slash = strrchr(topic, '/');
    char *text = strndup(message->payload, (size_t)message->payloadlen);

    (void)topic_len; /* 0, as topics here contain no NUL */
    if (text && !tell(listener, kind_of(slash + 1), station, (size_t)(slash - station), text))
        return 0;
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

static void on_lost(void *context, char *cause)
{
    tell_reason(context, "connection lost", cause, 0);
}

static void on_subscribed(void *context, MQTTAsync_successData5 *data)
{
    (void)data;
    tell(context, HEARD_LISTENING, "", 0, NULL);
}

static void on_refused(void *context, MQTTAsync_failureData5 *data)
{
    tell_reason(context, "subscription refused", data->message, data->code ? data->code : (int)data->reasonCode);
}

static void on_connected(void *context, MQTTAsync_successData5 *data)
{
    struct listener *listener = context;
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    char *topics[TOPIC_N];
    int qos[TOPIC_N] = {1, 1, 0}; /* event and status must not be missed, live may be */

    (void)data;
    for (int i = 0; i < TOPIC_N; i++)
        topics[i] = listener->topics[i];
    options.onSuccess5 = on_subscribed;
    options.onFailure5 = on_refused;
    options.context = listener;
    int r = MQTTAsync_subscribeMany(listener->client, listener->topic_count, topics, qos, &options);
    if (r != MQTTASYNC_SUCCESS)
        tell_reason(listener, "cannot subscribe", MQTTAsync_strerror(r), r);
}

static void on_failed(void *context, MQTTAsync_failureData5 *data)
{
    tell_reason(context, "cannot connect", data->message, data->code ? data->code : (int)data->reasonCode);
}

static void on_bye(void *context, MQTTAsync_successData5 *data)
{
    (void)data;
    tell(context, HEARD_BYE, "", 0, NULL);
}

/* --- main's thread ------------------------------------------------------------------------------------------------- */

/* Paho's word for the scheme. False when it is none of ours. */
static bool paho_url(const char *url, char *ret, size_t size, bool *ret_tls)
{
    *ret_tls = strncmp(url, "mqtts://", 8) == 0;
    if (!*ret_tls && strncmp(url, "mqtt://", 7) != 0)
        return false;
    const char *host = strstr(url, "://") + 3;
    const char *port = strrchr(host, ':');
    if (*host == '\0' || strchr(host, '/'))
        return false;
    snprintf(ret, size, "%s://%s%s", *ret_tls ? "ssl" : "tcp", host, port ? "" : *ret_tls ? ":8883" : ":1883");
    return true;
}

static void make_topics(struct listener *listener, const struct listener_options *options)
{
    static const char *const names[TOPIC_N] = {"event", "status", "live"};

    listener->topic_count = options->live ? TOPIC_N : TOPIC_N - 1;
    listener->prefix_len = strlen(options->prefix);
    for (int i = 0; i < listener->topic_count; i++)
        snprintf(listener->topics[i], TOPIC_LEN, "%s/%s/%s", options->prefix, options->station, names[i]);
}

int listener_open(const struct listener_options *options, struct listener **ret)
{
    MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer5;
    struct listener *listener = calloc(1, sizeof(*listener));
    char url[300], id[48];
    int r = -EINVAL;

    if (!listener)
        return -ENOMEM;
    make_topics(listener, options);
    snprintf(id, sizeof(id), "gymstation-monitor-%ld", (long)getpid());
    if (!paho_url(options->url, url, sizeof(url), &listener->tls))
        goto fail;
    r = -errno;
    if (pipe2(listener->pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        goto fail;
    r = -ENOMEM;
    if (MQTTAsync_createWithOptions(&listener->client, url, id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &create) !=
        MQTTASYNC_SUCCESS)
        goto fail_pipe;
    MQTTAsync_setCallbacks(listener->client, listener, on_lost, on_message, NULL);
    *ret = listener;
    return 0;
fail_pipe:
    close(listener->pipe[0]);
    close(listener->pipe[1]);
fail:
    free(listener);
    return r;
}

int listener_connect(struct listener *listener)
{
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
    MQTTAsync_SSLOptions tls = MQTTAsync_SSLOptions_initializer;

    options.keepAliveInterval = 15;
    options.connectTimeout = 10;
    options.cleanstart = 1;
    options.onSuccess5 = on_connected;
    options.onFailure5 = on_failed;
    options.context = listener;
    tls.verify = 1; /* Paho's default takes any host name */
    if (listener->tls)
        options.ssl = &tls;
    return MQTTAsync_connect(listener->client, &options) == MQTTASYNC_SUCCESS ? 0 : -EIO;
}

int listener_fd(const struct listener *listener)
{
    return listener->pipe[0];
}

int listener_next(struct listener *listener, struct heard *ret)
{
    struct heard *heard;

    if (read(listener->pipe[0], &heard, sizeof(heard)) != (ssize_t)sizeof(heard))
        return 0;
    *ret = *heard;
    free(heard);
    return 1;
}

void listener_disconnect(struct listener *listener)
{
    MQTTAsync_disconnectOptions options = MQTTAsync_disconnectOptions_initializer5;

    options.onSuccess5 = on_bye;
    options.context = listener;
    MQTTAsync_disconnect(listener->client, &options);
}

void listener_close(struct listener *listener)
{
    struct heard heard;

    MQTTAsync_destroy(&listener->client);
    while (listener_next(listener, &heard) > 0)
        free(heard.text);
    close(listener->pipe[0]);
    close(listener->pipe[1]);
    free(listener);
}
