/* SPDX-License-Identifier: MIT */
/* The kernel's IIO drivers by sysfs; see iio.h. */
#include "daemon/io/sensor/iio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_LEN      512
#define OFFSET_BINARY 0x800000 /* the kernel's hx711 gives 0..0xFFFFFF, zero in the middle; its nau7802 gives a sign */
#define EARLY_NS      (1 * NS_PER_MS)
#define RETRY_NS      (100 * NS_PER_MS)
#define SMOOTH        8

struct iio {
    struct sensor_driver driver; /* must be first */
    struct sensor_clock clock;
    int fd;
    int32_t offset;
    int64_t nominal_ns, period_ns; /* period_ns: between reads, smoothed */
    int64_t last_ns, next_ns;      /* last_ns: ABSENT before the first */
};

static int refuse(struct refusal *why, const char *path, const char *reason, int r)
{
    snprintf(why->path, sizeof(why->path), "%.*s", (int)sizeof(why->path) - 1, path);
    snprintf(why->reason, sizeof(why->reason), "%.*s", (int)sizeof(why->reason) - 1, reason);
    return r;
}

/* The file's first line; "" when it cannot be read. */
static void read_line(const char *device, const char *file, char *ret, size_t size)
{
    char path[PATH_LEN];
    ssize_t n = -1;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", device, file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        n = read(fd, ret, size - 1);
        close(fd);
    }
    ret[n > 0 ? n : 0] = '\0';
    ret[strcspn(ret, "\n")] = '\0';
}

static bool is_known(const char *name)
{
    return strcmp(name, "hx711") == 0 || strcmp(name, "nau7802") == 0;
}

static int find(const char *root, char *ret, size_t size, struct refusal *why)
{
    struct dirent *entry;
    char name[64];
    DIR *dir = opendir(root);
    int r = -ENOENT;

    while (dir && r < 0 && (entry = readdir(dir))) {
        if (strncmp(entry->d_name, "iio:device", strlen("iio:device")) != 0)
            continue;
        if (snprintf(ret, size, "%s/%s", root, entry->d_name) >= (int)size)
            continue;
        read_line(ret, "name", name, sizeof(name));
        if (is_known(name))
            r = 0;
    }
    if (dir)
        closedir(dir);
    if (r < 0)
        return refuse(why, root, "no hx711 or nau7802: load the kernel's driver and its device-tree overlay", r);
    return 0;
}

static int64_t now_of(const struct iio *iio)
{
    return iio->clock.now_ns(iio->clock.self);
}

/* One conversion. 0 or a negative errno: -EIO of the kernel's hx711 is a chip that did not become ready. */
static int read_raw(const struct iio *iio, int32_t *ret_raw)
{
    char text[32], *rest;
    ssize_t n = pread(iio->fd, text, sizeof(text) - 1, 0);
    long value;

    if (n < 0)
        return -errno;
    text[n] = '\0';
    value = strtol(text, &rest, 10);
    if (rest == text || (*rest != '\n' && *rest != '\0'))
        return -EBADMSG;
    value -= iio->offset;
    if (value < -0x800000 || value > 0x7FFFFF)
        return -ERANGE;
    *ret_raw = (int32_t)value;
    return 0;
}

static void note_interval(struct iio *iio, struct sensor *sensor, int64_t stamp_ns)
{
    if (iio->last_ns != ABSENT) {
        iio->period_ns += (stamp_ns - iio->last_ns - iio->period_ns) / SMOOTH;
        sensor_period(sensor, iio->period_ns, stamp_ns);
    }
    iio->last_ns = stamp_ns;
}

static int64_t iio_step(struct sensor_driver *driver, struct sensor *sensor)
{
    struct iio *iio = (struct iio *)driver;
    int64_t until_ns = sensor_deadline_ns(sensor), now_ns;
    int32_t raw = 0; /* older compilers do not see that r says whether it was read */
    int r;

    iio->clock.sleep_until(iio->clock.self, iio->next_ns < until_ns ? iio->next_ns : until_ns);
    now_ns = now_of(iio);
    if (now_ns < iio->next_ns)
        return now_ns;
    r = read_raw(iio, &raw);
    now_ns = now_of(iio);
    if (r < 0) {
        sensor_reject(sensor, SENSOR_REJECTED_IO, now_ns);
        iio->last_ns = ABSENT;
        iio->next_ns = now_ns + RETRY_NS;
        return now_ns;
    }
    note_interval(iio, sensor, now_ns);
    sensor_code(sensor, raw, now_ns, true, now_ns);
    iio->next_ns = now_ns + iio->nominal_ns - EARLY_NS; /* a file that answers at once is not read in a circle */
    return now_ns;
}

/* The chip's reset is the kernel's business. */
static void iio_reset(struct sensor_driver *driver, struct sensor *sensor)
{
    (void)driver;
    (void)sensor;
}

static void iio_close(struct sensor_driver *driver)
{
    struct iio *iio = (struct iio *)driver;

    close(iio->fd);
    free(iio);
}

static const struct sensor_driver_ops iio_ops = {.step = iio_step, .reset = iio_reset, .close = iio_close};

int iio_open(const char *root, const char *device, int64_t nominal_ns, const struct sensor_clock *clock,
             struct sensor_driver **ret_driver, struct refusal *ret_why)
{
    char dir[PATH_LEN / 2], path[PATH_LEN], name[64];
    struct iio *iio;
    int r = 0;

    snprintf(dir, sizeof(dir), "%s", device);
    if (device[0] == '\0')
        r = find(root, dir, sizeof(dir), ret_why);
    if (r < 0)
        return r;
    read_line(dir, "name", name, sizeof(name));
    snprintf(path, sizeof(path), "%s/in_voltage0_raw", dir);
    iio = calloc(1, sizeof(*iio));
    if (!iio)
        return refuse(ret_why, path, strerror(ENOMEM), -ENOMEM);
    iio->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (iio->fd < 0) {
        r = -errno;
        free(iio);
        return refuse(ret_why, path, strerror(-r), r);
    }
    iio->driver.ops = &iio_ops;
    iio->clock = *clock;
    iio->offset = strcmp(name, "hx711") == 0 ? OFFSET_BINARY : 0;
    iio->nominal_ns = iio->period_ns = nominal_ns;
    iio->last_ns = ABSENT;
    *ret_driver = &iio->driver;
    return 0;
}
