/* SPDX-License-Identifier: MIT */
/*
 * The station at the broker: MQTT 5 through Paho's MQTTAsync, in a thread of its own, the only caller of Paho. It drains
 * the journal, keeps the latest value of every retained topic and hands in what arrives. All calls from the loop.
 *
 * Topics are <prefix>/<station>/...; see README, "Topics".
 */
#ifndef GYMSTATION_MQTT_H
#define GYMSTATION_MQTT_H

#include "gymstation/journal.h"

#define MQTT_PAYLOAD_MAX 16384 /* bytes of an incoming payload; longer ones are handed in without it, too_large set */

struct mqtt;

/* All texts are copied; optional ones are NULL or "". */
struct mqtt_config {
    const char *url;       /* mqtt://host[:port], mqtts://host[:port] or none */
    const char *station;   /* station id */
    const char *prefix;    /* "gymstation" */
    const char *client_id; /* NULL: gymstation-<station> */
    const char *username, *password;
    const char *ca_file, *cert_file, *key_file; /* mqtts: ca_file NULL: the system's certificates */
    int keepalive_s;                            /* 5-300; 0: 15 */
    bool v3;                                    /* MQTT 3.1.1 instead of 5 */
    bool discovery;                             /* Home Assistant is told, MQTT_DISCOVERY, also when it starts */
};

/* Retained topics, in the order in which they are published on every connect; `status` is mqtt's own and comes first. */
enum mqtt_topic { MQTT_PRESCRIPTION, MQTT_STATE, MQTT_HEALTH, MQTT_SESSION, MQTT_DISCOVERY, MQTT_TOPIC_COUNT };

enum mqtt_message_kind {
    MQTT_IN_PRESCRIPTION, /* desired/prescription/<slot> */
    MQTT_IN_COMMAND,      /* cmd/<name> */
    MQTT_IN_ACK,          /* ack: what the collector has stored for good */
    MQTT_IN_CONNECTION,   /* connected, not any more, or refused */
};

struct mqtt_message {
    enum mqtt_message_kind kind;
    int slot;      /* 1..SLOT_MAX */
    char name[32]; /* of the command, as in the topic */
    char *payload; /* bytes with a NUL after them, the caller's to free(); NULL when empty or too large */
    size_t size;   /* as it arrived, also when too large */
    bool too_large;
    char hash[HASH_LEN]; /* SHA-256 of the bytes when too large, which are gone; else "" */
    bool retained;
    char response_topic[160]; /* "" where none was given */
    uint8_t correlation[64];
    uint8_t correlation_size; /* 0: none; longer ones are treated as none */
    char run[40];             /* of a status: the run of the program that published it; mqtt's own business */
    bool connected;           /* MQTT_IN_CONNECTION */
    char refusal[96];         /* the last refusal since start-up in words, or "" */
    uint64_t refusals;        /* publishes that the broker refused */
    uint64_t takeovers;       /* times that another client came under our id */
    uint64_t reconnects;
};

/*
 * Starts the thread and returns; connecting goes on for ever in the background. With url "none" *ret_mqtt is NULL,
 * which every function here takes. 0, or a negative errno with *ret_why (path: the key; reason): -EINVAL the url.
 */
int mqtt_open(struct mqtt **ret_mqtt, const struct mqtt_config *config, struct journal *journal,
              struct refusal *ret_why);

/* Sends what the journal has and `offline`, for at most timeout_ms in all, and stops. Before journal_close(). */
void mqtt_close(struct mqtt *mqtt, int timeout_ms);

/* The topic's value from now on; payload is taken over. slot is for MQTT_PRESCRIPTION, else 0. 0 or -EAGAIN. */
int mqtt_retain(struct mqtt *mqtt, enum mqtt_topic topic, int slot, char *payload);

/* The topic `live`, QoS 0: dropped when there is no connection or too much to do. payload is taken over. */
void mqtt_live(struct mqtt *mqtt, char *payload);

/*
 * reply/<name>, and the same to the message's response topic where that lies under reply/. payload is taken over; to
 * is a MQTT_IN_COMMAND. Dropped when there is no connection. 0 or -EAGAIN.
 */
int mqtt_reply(struct mqtt *mqtt, const struct mqtt_message *to, char *payload);

/*
 * The library has said nothing for 120 s although something was asked of it: exit for a restart. To be asked now and
 * then, as with a watchdog; the mqtt thread itself may be stuck in the library.
 */
bool mqtt_wedged(const struct mqtt *mqtt);

/* Readable when there may be a message; -1 for NULL. */
int mqtt_fd(const struct mqtt *mqtt);
/* 1 and *ret_message, or 0. */
int mqtt_next(struct mqtt *mqtt, struct mqtt_message *ret_message);

#endif
