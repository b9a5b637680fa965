/* SPDX-License-Identifier: MIT */
/* What monitor hears from the broker: a thin subscriber on Paho, whose threads hand over one message at a time. */
#ifndef GYMSTATIONCTL_MONITOR_H
#define GYMSTATIONCTL_MONITOR_H

#include <stdbool.h>
#include <stddef.h>

enum heard_kind {
    HEARD_LISTENING, /* connected and subscribed */
    HEARD_NOTHING,   /* no connection, or not any more; text says why. listener_connect() tries again */
    HEARD_EVENT,
    HEARD_STATUS,
    HEARD_LIVE,
    HEARD_BYE, /* disconnected as asked */
};

struct heard {
    enum heard_kind kind;
    char station[40];
    char *text; /* payload or reason, NUL-terminated, the caller's to free(); may be NULL */
};

struct listener_options {
    const char *url;     /* mqtt://host:port or mqtts://host:port */
    const char *prefix;  /* "gymstation" */
    const char *station; /* or "+" */
    bool live;
};

struct listener;

/* Both return 0 or a negative errno; -EINVAL: the url. Connecting goes on in the background. */
int listener_open(const struct listener_options *options, struct listener **ret);
int listener_connect(struct listener *listener);
int listener_fd(const struct listener *listener);
/* 1 and *ret, or 0 when nothing was heard. */
int listener_next(struct listener *listener, struct heard *ret);
void listener_disconnect(struct listener *listener); /* HEARD_BYE follows, when there was a connection */
void listener_close(struct listener *listener);

#endif
