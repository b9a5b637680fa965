/* SPDX-License-Identifier: MIT */
/*
 * Linux input devices by their own interface (Documentation/input/event-codes.rst); see gymstation/evdev.h. A FIFO may
 * stand in for a device: it takes no requests, and its writer is the kernel.
 */
#include "gymstation/evdev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BATCH     16
#define KEY_BYTES ((KEY_CNT + 7) / 8)

struct device {
    char path[EVDEV_PATH_LEN];
    int fd, error;
    bool fifo, here, gone; /* here, gone: to be told */
    bool overrun;          /* the kernel's buffer was full: what comes up to the next report is a fragment */
    bool opening;          /* keys that differ were down before it was opened */
    unsigned scan;         /* codes from here on are compared with what was told; KEY_CNT: none */
    uint8_t told[KEY_BYTES], actual[KEY_BYTES];
    struct input_event events[BATCH];
    int n, at;
};

struct evdev {
    int epoll_fd, devices;
    struct device v[EVDEV_MAX];
};

static bool has(const uint8_t *keys, unsigned code)
{
    return (keys[code / 8] >> (code % 8) & 1) != 0;
}

static void put(uint8_t *keys, unsigned code, bool down)
{
    unsigned bit = 1u << (code % 8);

    keys[code / 8] = (uint8_t)(down ? keys[code / 8] | bit : keys[code / 8] & ~bit);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Ours alone, with monotonic stamps; 0 or a negative errno. */
static int take_over(struct device *device, int fd)
{
    int clock = CLOCK_MONOTONIC;
    struct stat st;

    if (fstat(fd, &st) < 0)
        return -errno;
    device->fifo = S_ISFIFO(st.st_mode);
    if (device->fifo)
        return 0;
    if (ioctl(fd, EVIOCSCLOCKID, &clock) < 0 || ioctl(fd, EVIOCGRAB, 1) < 0)
        return -errno;
    return 0;
}

/* Which keys are down; scanned against what was told. */
static void look(struct device *device)
{
    memset(device->actual, 0, sizeof(device->actual));
    if (device->fifo)
        return;
    if (ioctl(device->fd, EVIOCGKEY(sizeof(device->actual)), device->actual) < 0)
        return;
    device->scan = 0;
}

static int open_device(struct evdev *evdev, int index)
{
    struct device *device = &evdev->v[index];
    struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    int fd = open(device->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    int r;

    if (fd < 0)
        return -errno;
    r = take_over(device, fd);
    if (r == 0 && epoll_ctl(evdev->epoll_fd, EPOLL_CTL_ADD, fd, &wanted) < 0)
        r = -errno;
    if (r < 0) {
        close(fd);
        return r;
    }
    device->fd = fd;
    device->here = device->opening = true;
    device->n = device->at = 0;
    device->overrun = false;
    device->scan = KEY_CNT;
    look(device);
    return 0;
}

void evdev_retry(struct evdev *evdev)
{
    for (int i = 0; i < evdev->devices; i++)
        if (evdev->v[i].fd < 0)
            evdev->v[i].error = open_device(evdev, i);
}

int evdev_open(struct evdev **ret_evdev, const char *const *paths, int n)
{
    struct evdev *evdev = n <= EVDEV_MAX ? calloc(1, sizeof(*evdev)) : NULL;

    if (evdev == NULL)
        return n <= EVDEV_MAX ? -ENOMEM : -E2BIG;
    evdev->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (evdev->epoll_fd < 0) {
        int r = -errno;
        free(evdev);
        return r;
    }
    for (int i = 0; i < n; i++) {
        struct device *device = &evdev->v[evdev->devices++];
        size_t len = strnlen(paths[i], EVDEV_PATH_LEN - 1);
        memcpy(device->path, paths[i], len);
        device->fd = -1;
    }
    evdev_retry(evdev);
    *ret_evdev = evdev;
    return 0;
}

int evdev_error(const struct evdev *evdev, int device)
{
    return evdev->v[device].error;
}

int evdev_fd(const struct evdev *evdev)
{
    return evdev->epoll_fd;
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static void lose(struct device *device, int error)
{
    close(device->fd); /* leaves the epoll set by that */
    device->fd = -1;
    device->error = error;
    device->gone = !device->here; /* never told that it is here: nothing to take back */
    device->here = false;
    device->n = device->at = 0;
    explicit_bzero(device->events, sizeof(device->events)); /* may be a card's number */
    memset(device->told, 0, sizeof(device->told));
}

/* More events into the buffer; false when there are none. */
static bool fill(struct device *device)
{
    ssize_t size;

    if (device->fd < 0)
        return false;
    explicit_bzero(device->events, sizeof(device->events));
    device->n = device->at = 0;
    size = read(device->fd, device->events, sizeof(device->events));
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (size <= 0) {
        lose(device, size < 0 ? -errno : -ENODEV);
        return false;
    }
    device->n = (int)((size_t)size / sizeof(device->events[0]));
    return device->n > 0;
}

/* What the kernel says; true when *ret_event is to be told. */
static bool take(struct device *device, const struct input_event *in, struct evdev_event *ret_event)
{
    if (in->type == EV_SYN && in->code == SYN_DROPPED)
        device->overrun = true;
    if (in->type == EV_SYN && in->code == SYN_REPORT && device->overrun) {
        device->overrun = device->opening = false;
        look(device);
    }
    if (in->type != EV_KEY || device->overrun || in->code >= KEY_CNT || in->value == 2) /* 2: repeated while held */
        return false;
    if (has(device->told, in->code) == (in->value != 0))
        return false;
    put(device->told, in->code, in->value != 0);
    ret_event->kind = in->value ? EVDEV_DOWN : EVDEV_UP;
    ret_event->code = in->code;
    ret_event->stamp_ns = in->input_event_sec * NS_PER_S + in->input_event_usec * INT64_C(1000);
    return true;
}

/* The next key that is not as it was told; its event was lost, or came before the device was opened. */
static bool take_scanned(struct device *device, struct evdev_event *ret_event)
{
    while (device->scan < KEY_CNT) {
        unsigned code = device->scan++;
        bool down = has(device->actual, code);
        if (down == has(device->told, code))
            continue;
        put(device->told, code, down);
        ret_event->kind = !down ? EVDEV_UP : device->opening ? EVDEV_FOUND : EVDEV_DOWN;
        ret_event->code = code;
        ret_event->stamp_ns = now_ns();
        return true;
    }
    return false;
}

static bool next_of(struct device *device, struct evdev_event *ret_event)
{
    ret_event->stamp_ns = now_ns();
    if (device->here) {
        ret_event->kind = EVDEV_HERE;
        device->here = false;
        return true;
    }
    for (;;) {
        if (take_scanned(device, ret_event))
            return true;
        if (device->at == device->n && !fill(device))
            return false;
        if (take(device, &device->events[device->at++], ret_event))
            return true;
    }
}

int evdev_next(struct evdev *evdev, struct evdev_event *ret_event)
{
    for (int i = 0; i < evdev->devices; i++) {
        *ret_event = (struct evdev_event){.device = i};
        if (next_of(&evdev->v[i], ret_event))
            return 1;
        if (evdev->v[i].gone) {
            evdev->v[i].gone = false;
            ret_event->kind = EVDEV_GONE;
            return 1;
        }
    }
    return 0;
}

void evdev_close(struct evdev *evdev)
{
    if (evdev == NULL)
        return;
    for (int i = 0; i < evdev->devices; i++)
        if (evdev->v[i].fd >= 0)
            close(evdev->v[i].fd);
    close(evdev->epoll_fd);
    explicit_bzero(evdev, sizeof(*evdev));
    free(evdev);
}
