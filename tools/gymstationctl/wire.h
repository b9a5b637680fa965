/* SPDX-License-Identifier: MIT */
/*
 * A subcommand's connection to the broker: subscribes, hands over what comes, publishes. Paho's threads put messages into
 * a bounded queue; everything else happens in the caller's thread. Connecting again is the caller's: Paho's own
 * reconnecting stalls when the clock steps back.
 */
#ifndef GYMSTATIONCTL_WIRE_H
#define GYMSTATIONCTL_WIRE_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#define WIRE_TOPICS_MAX 8
#define WIRE_QUEUE      8192 /* messages that wait for the caller */

/* Where the broker is and who we are there; texts are the caller's and outlive the wire. */
struct wire_options {
    const char *url;      /* mqtt://HOST[:PORT] or mqtts://HOST[:PORT] */
    const char *prefix;   /* first part of the topics */
    const char *username; /* or NULL */
    const char *password_file;
    const char *ca_file, *cert_file, *key_file; /* mqtts; NULL: the system's certificates; no certificate of our own */
    char credentials[3][512]; /* paths of those of them that are credentials of a unit, see secret.h */
};

/* The options --url --prefix --username --password-file --cafile --cert --key as an argp child; its input is a wire_options. */
extern const struct argp wire_argp;
void wire_defaults(struct wire_options *options); /* mqtt://127.0.0.1:1883, prefix gymstation */

struct wire_topic {
    const char *filter;
    int qos;
    bool no_local; /* what we publish ourselves does not come back */
};

enum wire_kind {
    WIRE_UP,   /* connected and subscribed */
    WIRE_DOWN, /* no connection, or not any more: payload says why */
    WIRE_MESSAGE,
    WIRE_BYE, /* of no concern outside */
};

struct wire_message {
    enum wire_kind kind;
    char *topic, *payload; /* the caller's to free(); NUL-terminated; may be NULL */
    size_t size;           /* of payload, without the NUL */
    bool retained;         /* from before the subscription; what is published meanwhile has it not */
};

struct wire;

/*
 * topics: at most WIRE_TOPICS_MAX, copied. drop: a message that finds the queue full is dropped
 * and counted (for a caller that notices gaps by itself); else Paho keeps it. 0 or an exit code, said on stderr.
 */
int wire_open(struct wire **ret, const struct wire_options *options, const char *client_id,
              const struct wire_topic *topics, int n, bool drop);
int wire_connect(struct wire *wire); /* begins; 0 or a negative errno */
int wire_fd(const struct wire *wire);
int wire_next(struct wire *wire, struct wire_message *ret); /* 1, or 0 when there is none */
/* As wire_next(), waiting for at most timeout_ms (-1: for ever). */
int wire_wait(struct wire *wire, struct wire_message *ret, int timeout_ms);
void wire_free(struct wire_message *message);
/* Blocks SIGINT and SIGTERM, before the library's threads begin, which inherit it: the signalfd, or -1. */
int wire_block_signals(void);
/* QoS 1; 0 or a negative errno. What was not acknowledged when the connection goes is lost. */
int wire_publish(struct wire *wire, const char *topic, const char *payload, bool retain);
long wire_dropped(const struct wire *wire);
void wire_leave(struct wire *wire); /* says goodbye, for at most a second; what still comes is dropped */
void wire_close(struct wire *wire); /* NULL is fine */

/* "PREFIX/STATION/TAIL": 0 and the parts, or -EINVAL when the topic is not of that form. ret_tail points into topic. */
int wire_split(const struct wire_options *options, const char *topic, char *ret_station, size_t size,
               const char **ret_tail);

#endif
