/* SPDX-License-Identifier: MIT */
/* MQTT as the loop sees it; its thread is mqtt_thread.c, Paho is in mqtt_link.c. No foreign library. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "daemon/io/mqtt/mqtt_thread.h"

int64_t mqtt_mono_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* A copy that lives as long as m; NULL for NULL and "". */
static const char *keep(struct mqtt *m, const char *text)
{
    char *copy = text && text[0] ? strdup(text) : NULL;

    if (copy)
        m->texts[m->text_count++] = copy;
    return copy;
}

/* Where the host ends; it may hold colons in []. NULL when there is none. */
static const char *host_end(const char *text)
{
    const char *end = text[0] == '[' ? strchr(text, ']') : text + strcspn(text, ":");

    if (end && text[0] == '[')
        end++;
    return !end || end == text || strchr(text, '/') ? NULL : end;
}

/* HOST or HOST:PORT. */
static bool host_and_port(const char *text)
{
    const char *rest = host_end(text);
    char *end;
    long port;

    if (!rest || *rest == '\0')
        return rest != NULL;
    port = strtol(rest + 1, &end, 10);
    return *rest == ':' && end != rest + 1 && *end == '\0' && port >= 1 && port <= 65535;
}

/* mqtt://host[:port] as the library wants it; the ports that go without saying are IANA's. */
static int make_uri(struct mqtt *m, const char *url, struct refusal *why)
{
    bool plain = strncmp(url, "mqtt://", 7) == 0, tls = strncmp(url, "mqtts://", 8) == 0;
    const char *rest = plain ? url + 7 : tls ? url + 8 : "";
    char uri[320];

    if (!host_and_port(rest) || strlen(rest) > sizeof(uri) - 16) {
        snprintf(why->path, sizeof(why->path), "mqtt.url");
        snprintf(why->reason, sizeof(why->reason), "%.80s is not mqtt://host[:port], mqtts://host[:port] or none", url);
        return -EINVAL;
    }
    snprintf(uri, sizeof(uri), "%s://%s%s", tls ? "ssl" : "tcp", rest, *host_end(rest) ? "" : tls ? ":8883" : ":1883");
    m->link_config.uri = keep(m, uri);
    return m->link_config.uri ? 0 : -ENOMEM;
}

/* False when it does not fit. */
static bool name_topic(const struct mqtt *m, const char *name, char ret[LINK_TOPIC_LEN])
{
    return (size_t)snprintf(ret, LINK_TOPIC_LEN, "%s%s", m->root, name) < LINK_TOPIC_LEN;
}

static bool name_topics(struct mqtt *m, const struct mqtt_config *config)
{
    char name[32];
    bool fit = (size_t)snprintf(m->root, sizeof(m->root), "%s/%s/", config->prefix, config->station) < sizeof(m->root);

    fit = fit && name_topic(m, "status", m->retained_topic[RETAINED_STATUS]);
    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        snprintf(name, sizeof(name), "prescription/%d", slot);
        fit = fit && name_topic(m, name, m->retained_topic[RETAINED_PRESCRIPTION_1 + slot - 1]);
    }
    fit = fit && name_topic(m, "state", m->retained_topic[RETAINED_STATE]);
    fit = fit && name_topic(m, "health", m->retained_topic[RETAINED_HEALTH]);
    fit = fit && name_topic(m, "session", m->retained_topic[RETAINED_SESSION]);
    fit = fit && (size_t)snprintf(m->retained_topic[RETAINED_DISCOVERY], LINK_TOPIC_LEN,
                                  "homeassistant/device/gymstation-%s/config", config->station) < LINK_TOPIC_LEN;
    return fit && name_topic(m, "event", m->event_topic) && name_topic(m, "live", m->live_topic);
}

static int configure(struct mqtt *m, const struct mqtt_config *config, struct refusal *why)
{
    struct mqtt_link_config *c = &m->link_config;
    char client_id[64];
    uint64_t run;
    int r = make_uri(m, config->url, why);

    if (r < 0)
        return r;
    if (!name_topics(m, config)) {
        snprintf(why->path, sizeof(why->path), "mqtt.prefix");
        snprintf(why->reason, sizeof(why->reason), "is too long: topics must stay under %d bytes", LINK_TOPIC_LEN - 32);
        return -EINVAL;
    }
    snprintf(client_id, sizeof(client_id), "gymstation-%s", config->station);
    c->client_id = keep(m, config->client_id && config->client_id[0] ? config->client_id : client_id);
    c->username = keep(m, config->username);
    c->password = keep(m, config->password);
    c->ca_file = keep(m, config->ca_file);
    c->cert_file = keep(m, config->cert_file);
    c->key_file = keep(m, config->key_file);
    c->will_topic = m->retained_topic[RETAINED_STATUS];
    c->will_payload = "offline";
    if (getrandom(&run, sizeof(run), 0) != (ssize_t)sizeof(run))
        return -errno;
    snprintf(m->run, sizeof(m->run), "%016" PRIx64, run);
    c->run = m->run;
    c->v3 = config->v3;
    m->discovery = config->discovery;
    m->discovery_due_ns = NEVER;
    c->keepalive_s = config->keepalive_s > 0 ? config->keepalive_s : 15;
    return c->client_id ? 0 : -ENOMEM;
}

static int allocate(struct mqtt *m)
{
    int r = queue_open(&m->orders, ORDERS_MAX, sizeof(struct order));

    if (r == 0)
        r = queue_open(&m->events, EVENTS_MAX, sizeof(struct mqtt_link_event));
    if (r == 0)
        r = queue_open(&m->incoming, INCOMING_MAX, sizeof(struct mqtt_message));
    if (r < 0)
        return r;
    m->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    m->value[RETAINED_STATUS].payload = strdup("online");
    if (!m->value[RETAINED_STATUS].payload)
        return -ENOMEM;
    return m->stop_fd < 0 || m->done_fd < 0 ? -errno : 0;
}

static void destroy(struct mqtt *m)
{
    struct order order;
    struct mqtt_link_event event;
    struct mqtt_message message;

    while (m->orders && queue_pop(m->orders, &order) == 1)
        free(order.payload);
    while (m->events && queue_pop(m->events, &event) == 1)
        free(event.message.payload);
    while (m->incoming && queue_pop(m->incoming, &message) == 1)
        free(message.payload);
    queue_close(m->orders);
    queue_close(m->events);
    queue_close(m->incoming);
    for (int i = 0; i < RETAINED_COUNT; i++)
        free(m->value[i].payload);
    for (int i = 0; i < m->text_count; i++)
        free(m->texts[i]);
    if (m->stop_fd >= 0)
        close(m->stop_fd);
    if (m->done_fd >= 0)
        close(m->done_fd);
    free(m);
}

/* Signals belong to the loop; Paho's threads inherit the mask. */
static int start_thread(struct mqtt *m)
{
    sigset_t all, before;
    int r;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = -pthread_create(&m->thread, NULL, mqtt_thread_main, m);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

int mqtt_open(struct mqtt **ret_mqtt, const struct mqtt_config *config, struct journal *journal,
              struct refusal *ret_why)
{
    struct mqtt *m;
    int r;

    *ret_why = (struct refusal){0};
    if (strcmp(config->url, "none") == 0) {
        *ret_mqtt = NULL;
        return 0;
    }
    m = calloc(1, sizeof(*m));
    if (!m)
        return -ENOMEM;
    m->journal = journal;
    m->stop_fd = m->done_fd = -1;
    r = configure(m, config, ret_why);
    if (r == 0)
        r = allocate(m);
    if (r == 0)
        r = start_thread(m);
    if (r < 0) {
        if (ret_why->reason[0] == '\0')
            snprintf(ret_why->reason, sizeof(ret_why->reason), "%s", strerror(-r));
        destroy(m);
        return r;
    }
    *ret_mqtt = m;
    return 0;
}

void mqtt_close(struct mqtt *m, int timeout_ms)
{
    if (!m)
        return;
    atomic_store(&m->stop_deadline_ns, mqtt_mono_ns() + timeout_ms * NS_PER_MS);
    eventfd_write(m->stop_fd, 1);
    /* Paho takes up to 2 s to end its threads. Stuck in a name look-up: its memory stays until the process ends. */
    if (poll(&(struct pollfd){.fd = m->done_fd, .events = POLLIN}, 1, timeout_ms + 3000) != 1) {
        pthread_detach(m->thread);
        return;
    }
    pthread_join(m->thread, NULL);
    destroy(m);
}

static int give_order(struct mqtt *m, struct order *order)
{
    int r = queue_push(m->orders, order);

    if (r < 0)
        free(order->payload);
    return r;
}

int mqtt_retain(struct mqtt *m, enum mqtt_topic topic, int slot, char *payload)
{
    static const enum retained index[MQTT_TOPIC_COUNT] = {
        [MQTT_PRESCRIPTION] = RETAINED_PRESCRIPTION_1,
        [MQTT_STATE] = RETAINED_STATE,
        [MQTT_HEALTH] = RETAINED_HEALTH,
        [MQTT_SESSION] = RETAINED_SESSION,
        [MQTT_DISCOVERY] = RETAINED_DISCOVERY,
    };
    struct order order = {.kind = ORDER_RETAIN, .payload = payload};

    if (!m || !payload) {
        free(payload);
        return 0;
    }
    order.retained = index[topic] + (topic == MQTT_PRESCRIPTION ? (unsigned)(slot - 1) : 0u);
    return give_order(m, &order);
}

void mqtt_live(struct mqtt *m, char *payload)
{
    struct order order = {.kind = ORDER_LIVE, .payload = payload};

    /* half: what is retained must still find a place when the thread is held up */
    if (!m || !payload || queue_length(m->orders) > ORDERS_MAX / 2)
        free(payload);
    else
        give_order(m, &order);
}

static int reply_to(struct mqtt *m, const char *topic, const struct mqtt_message *to, char *payload)
{
    struct order order = {.kind = ORDER_REPLY, .payload = payload, .correlation_size = to->correlation_size};

    if (!payload)
        return -ENOMEM;
    memcpy(order.topic, topic, strlen(topic) + 1);
    memcpy(order.correlation, to->correlation, sizeof(order.correlation));
    return give_order(m, &order);
}

int mqtt_reply(struct mqtt *m, const struct mqtt_message *to, char *payload)
{
    char topic[LINK_TOPIC_LEN], replies[LINK_TOPIC_LEN], name[40];
    int r = 0;

    if (!m || !payload) {
        free(payload);
        return 0;
    }
    snprintf(name, sizeof(name), "reply/%s", to->name);
    if (!name_topic(m, "reply/", replies) || !name_topic(m, name, topic)) {
        free(payload);
        return -ENAMETOOLONG;
    }
    if (strncmp(to->response_topic, replies, strlen(replies)) == 0 && strcmp(to->response_topic, topic) != 0)
        r = reply_to(m, to->response_topic, to, strdup(payload));
    return reply_to(m, topic, to, payload) < 0 ? -EAGAIN : r;
}

bool mqtt_wedged(const struct mqtt *m)
{
    int64_t since_ns = m ? atomic_load(&m->asked_since_ns) : 0;

    return since_ns != 0 && mqtt_mono_ns() - since_ns > MQTT_WEDGED_NS;
}

int mqtt_fd(const struct mqtt *m)
{
    return m ? queue_fd(m->incoming) : -1;
}

int mqtt_next(struct mqtt *m, struct mqtt_message *ret_message)
{
    return m ? queue_pop(m->incoming, ret_message) : 0;
}
