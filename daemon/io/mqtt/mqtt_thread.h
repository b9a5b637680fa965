/* SPDX-License-Identifier: MIT */
/* What mqtt.c (the loop's side) and mqtt_thread.c share; included by nobody else. */
#ifndef GYMSTATION_IO_MQTT_THREAD_H
#define GYMSTATION_IO_MQTT_THREAD_H

#include <pthread.h>
#include <stdatomic.h>

#include "daemon/io/mqtt/mqtt_link.h"
#include "gymstation/delivery.h"

#define ORDERS_MAX     1024
#define EVENTS_MAX     512
#define INCOMING_MAX   256
#define MQTT_WEDGED_NS (120 * NS_PER_S)
/* Beside the rows' window; together they stay within the 20 that mosquitto grants by default. */
#define OTHERS_MAX 4

/* What a publish was: mqtt_link_tag.what. */
enum what { WHAT_ROW, WHAT_RETAINED, WHAT_LIVE, WHAT_REPLY, WHAT_OFFLINE };

/* Retained topics by index: their order is that of publishing on connect. */
enum retained {
    RETAINED_STATUS,
    RETAINED_PRESCRIPTION_1,
    RETAINED_STATE = RETAINED_PRESCRIPTION_1 + SLOT_MAX,
    RETAINED_HEALTH,
    RETAINED_SESSION,
    RETAINED_DISCOVERY,
    RETAINED_COUNT
};

enum order_kind { ORDER_RETAIN, ORDER_LIVE, ORDER_REPLY };

/* loop -> mqtt */
struct order {
    enum order_kind kind;
    enum retained retained;
    char *payload;
    char topic[LINK_TOPIC_LEN]; /* ORDER_REPLY */
    uint8_t correlation[64];
    uint8_t correlation_size;
};

/* What a connection has reached. */
enum reach { REACH_DOWN, REACH_CONNECTING, REACH_SUBSCRIBING, REACH_RETAINED, REACH_UP };

struct mqtt {
    /* constant while the thread runs */
    struct mqtt_link_config link_config;
    char run[20];
    char *texts[8]; /* what link_config points to */
    int text_count;
    char root[LINK_TOPIC_LEN]; /* prefix/station/ */
    char retained_topic[RETAINED_COUNT][LINK_TOPIC_LEN];
    char event_topic[LINK_TOPIC_LEN], live_topic[LINK_TOPIC_LEN];
    struct journal *journal;
    struct queue *orders, *events, *incoming;
    int stop_fd, done_fd;
    pthread_t thread;

    /* both sides */
    atomic_int_least64_t asked_since_ns; /* something was asked of Paho and nothing came back since; 0: not so */
    atomic_int_least64_t stop_deadline_ns;

    /* the mqtt thread's */
    struct mqtt_link *link;
    struct delivery delivery;
    enum reach reach;
    struct {
        char *payload;
        bool dirty;
    } value[RETAINED_COUNT];
    int under_way; /* publishes other than rows and live */
    bool live_under_way;
    int window;     /* what the broker allows for rows */
    int packet_max; /* bytes it takes in a packet, 0: any */
    bool stopping, offline_sent, offline_taken;
    int64_t quiet_since_ns; /* while stopping: no row came since */
    char refusal[96];
    uint64_t refusals, connects, takeovers;
    bool said_connected;
    bool discovery;           /* constant */
    int64_t discovery_due_ns; /* Home Assistant has started: tell it again, NEVER: it has not */
};

int64_t mqtt_mono_ns(void);
void *mqtt_thread_main(void *mqtt);

/* The mqtt thread's own, between its two files. */
void mqtt_take_event(struct mqtt *mqtt, struct mqtt_link_event *event);
/* Something happened that delivery.h decides upon; tag: the row, or NULL. */
void mqtt_feed(struct mqtt *mqtt, enum delivery_event event, const struct mqtt_link_tag *tag);
/* The broker refused a row, with this reason code. */
void mqtt_row_refused(struct mqtt *mqtt, const struct mqtt_link_tag *tag, int code);
/* The connection has ended, or is no good any more; code: what the broker said, or 0. */
void mqtt_lost(struct mqtt *mqtt, int code);
void mqtt_say_connection(struct mqtt *mqtt);
void mqtt_say_connected(struct mqtt *mqtt, bool connected);
const char *mqtt_retained_name(const struct mqtt *mqtt, int64_t retained); /* for people */
void mqtt_note_refusal(struct mqtt *mqtt, const char *what, int code, const char *text);
/* Around every call of the library: see mqtt_wedged(). */
void mqtt_asked(struct mqtt *mqtt);
void mqtt_heard(struct mqtt *mqtt);

#endif
