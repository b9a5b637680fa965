/* SPDX-License-Identifier: MIT */
/*
 * One connection to a broker, through Paho; internal to mqtt. Everything here is called from the mqtt thread. Paho's
 * callbacks, in threads of its own, write a message into the queue of events and return.
 *
 * Every connection is made with a handle of its own: nothing that the library queued for an earlier one can slip into
 * it. Once mqtt_link_drop() has returned no callback of that connection is running or will run (they hold Paho's lock);
 * what they wrote before carries the number of the connection.
 */
#ifndef GYMSTATION_IO_MQTT_LINK_H
#define GYMSTATION_IO_MQTT_LINK_H

#include "gymstation/mqtt.h"
#include "gymstation/queue.h"

#define LINK_TOPIC_LEN      160
#define LINK_SLOTS          64   /* publishes under way; rows and retained topics stay far below */
#define LINK_CODE_REFUSED   0x80 /* MQTT 5 reason codes from here on say no */
#define LINK_CODE_TOO_LARGE 0x95

/* Copies of these are kept by the caller for the life of the link. */
struct mqtt_link_config {
    const char *uri; /* tcp://host:port or ssl://host:port */
    const char *client_id;
    const char *username, *password, *ca_file, *cert_file, *key_file; /* or NULL */
    const char *will_topic, *will_payload;                            /* retained, QoS 1; signed */
    const char *run; /* a name of this run of the program alone: tells our own status from that of a namesake */
    int keepalive_s;
    bool v3; /* MQTT 3.1.1: no reasons, no properties, what is refused looks taken */
};

enum mqtt_link_event_kind {
    LINK_CONNECTED,  /* window: the broker's receive maximum */
    LINK_FAILED,     /* the attempt came to nothing; code, text */
    LINK_SUBSCRIBED, /* code: the first refusal, or 0 */
    LINK_PUBLISHED,  /* tag; code: 0, a refusal, or negative: the connection went before the answer came */
    LINK_INCOMING,   /* message, topic */
    LINK_LOST,       /* code: the reason if the broker gave one, or 0 */
};

/* What a publish was, for the one who sent it. */
struct mqtt_link_tag {
    int what;
    int64_t generation, seq;
};

struct mqtt_link_event {
    enum mqtt_link_event_kind kind;
    int64_t connection;
    struct mqtt_link_tag tag;
    int slot; /* mqtt_link_release() takes it */
    int code, window;
    int packet_max; /* LINK_CONNECTED: bytes that the broker takes in a packet, 0: any */
    char text[80];
    char topic[LINK_TOPIC_LEN];  /* "" when longer */
    struct mqtt_message message; /* payload is the receiver's */
};

struct mqtt_link_publish {
    const char *topic, *payload;
    size_t size;
    int qos;
    bool retained;
    struct mqtt_link_tag tag;
    const uint8_t *correlation; /* or NULL */
    size_t correlation_size;
    bool by_name; /* with the name of this run, see mqtt_link_config.run */
};

struct mqtt_link;

int mqtt_link_open(struct mqtt_link **ret_link, const struct mqtt_link_config *config, struct queue *events);
void mqtt_link_close(struct mqtt_link *link);

/* Begins an attempt; drops what there was. 0 or a negative errno: then no event will come. */
int mqtt_link_connect(struct mqtt_link *link);
/* Ends the connection with a DISCONNECT where that still gets through. */
void mqtt_link_drop(struct mqtt_link *link);
/* The number of the connection at hand; events of others are stale. */
int64_t mqtt_link_connection(const struct mqtt_link *link);

/* All with QoS 1 and retain-as-published; at most 8. */
int mqtt_link_subscribe(struct mqtt_link *link, char *const *topics, int n);
/* 0, -EAGAIN: too much is under way, -ENOTCONN, -EIO. */
int mqtt_link_publish(struct mqtt_link *link, const struct mqtt_link_publish *publish);
/* After a LINK_PUBLISHED of the connection at hand. */
void mqtt_link_release(struct mqtt_link *link, int slot);

#endif
