/* SPDX-License-Identifier: MIT */
/*
 * Keys of USB pedals, hand buttons and card readers (Linux input devices), grabbed, so that they type nowhere else, with
 * the kernel's CLOCK_MONOTONIC stamps. A device that is unplugged is looked for again. Used from the loop; key codes are
 * those of <linux/input-event-codes.h>.
 */
#ifndef GYMSTATION_EVDEV_H
#define GYMSTATION_EVDEV_H

#include "gymstation/basics.h"

#define EVDEV_MAX      8
#define EVDEV_PATH_LEN 256

enum evdev_kind {
    EVDEV_HERE,  /* the device was opened */
    EVDEV_FOUND, /* a key that was down when it was opened */
    EVDEV_DOWN,
    EVDEV_UP,
    EVDEV_GONE, /* unplugged: none of its keys is down any more */
};

struct evdev_event {
    enum evdev_kind kind;
    int device; /* index into the paths */
    unsigned code;
    int64_t stamp_ns;
};

struct evdev;

/* 0 or a negative errno. A device that is not there is no error: see evdev_retry(). At most EVDEV_MAX paths; copied. */
int evdev_open(struct evdev **ret_evdev, const char *const *paths, int n);

/* Looks for those that are missing; about once a second. */
void evdev_retry(struct evdev *evdev);

/* Why the device is not open, as a negative errno; 0: it is. -EBUSY: somebody else has grabbed it. */
int evdev_error(const struct evdev *evdev, int device);

int evdev_fd(const struct evdev *evdev); /* one for all of them; readable when there may be an event */

/* 1 and the next event, 0 when there is none. */
int evdev_next(struct evdev *evdev, struct evdev_event *ret_event);

void evdev_close(struct evdev *evdev); /* NULL is fine */

#endif
