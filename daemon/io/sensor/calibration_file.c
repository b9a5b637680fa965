/* SPDX-License-Identifier: MIT */
/* JOURNAL.calibration and JOURNAL.zero as JSON; see gymstation/calibration.h. */
#include "gymstation/calibration.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/io/json/event_json_put.h"
#include "daemon/io/json/json_read.h"

#define CALIBRATION_SUFFIX ".calibration"
#define ZERO_SUFFIX        ".zero"
#define FILE_VERSION       1
#define FILE_SIZE_MAX      4096
#define NAME_SIZE          512
#define COUNTS_MAX         8388607 /* of 24 bits */

/* Read as a whole or not at all: a file that lacks a key is no calibration. */
#define AT(member) FIELD_AT(struct calibrated_data, member)
static const struct field calibration_fields[] = {
    {.path = "v", .kind = FIELD_INT, .min = FILE_VERSION, .max = FILE_VERSION, .required = true},
    {.path = "ts", AT(wall_ns), .kind = FIELD_TIME, .required = true},
    {.path = "by", AT(by), .kind = FIELD_TEXT, .min = 1, .max = ID_LEN - 1, .required = true},
    {.path = "zero_counts",
     AT(calibration.zero_counts),
     .kind = FIELD_INT,
     .min = -COUNTS_MAX - 1,
     .max = COUNTS_MAX,
     .required = true},
    {.path = "counts_per_n",
     AT(calibration.counts_per_n_milli),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = -1000000000,
     .max = 1000000000,
     .required = true},
    {.path = "mass_kg", AT(mass_g), .kind = FIELD_DECIMAL, .scale = 1000, .min = 1, .max = 10000000, .required = true},
    {.path = "sps", AT(rate_milli), .kind = FIELD_DECIMAL, .scale = 1000, .max = 10000000, .required = true},
    {.path = "noise_g", AT(noise_mg), .kind = FIELD_DECIMAL, .scale = 1000, .max = 1000000000, .required = true},
};
#undef AT

#define AT(member) FIELD_AT(struct working_zero, member)
static const struct field zero_fields[] = {
    {.path = "v", .kind = FIELD_INT, .min = FILE_VERSION, .max = FILE_VERSION, .required = true},
    {.path = "zero_mn", AT(zero_mn), .kind = FIELD_INT, .min = -ZERO_MAX_MN, .max = ZERO_MAX_MN, .required = true},
    {.path = "zero_counts", AT(of.zero_counts), .kind = FIELD_INT, .min = -COUNTS_MAX - 1, .max = COUNTS_MAX},
    {.path = "counts_per_n",
     AT(of.counts_per_n_milli),
     .kind = FIELD_DECIMAL,
     .scale = 1000,
     .min = -1000000000,
     .max = 1000000000},
    {.path = "calibrated", AT(calibrated_wall_ns), .kind = FIELD_TIME, .fallback = ABSENT},
};
#undef AT

/* ---- files ------------------------------------------------------------------------------------------------------------- */

static int refuse(struct refusal *why, const char *name, int r, const char *reason)
{
    snprintf(why->path, sizeof(why->path), "%.*s", (int)sizeof(why->path) - 1, name);
    snprintf(why->reason, sizeof(why->reason), "%.*s", (int)sizeof(why->reason) - 1, reason);
    return r;
}

static int name_of(const char *journal, const char *suffix, const char *more, char name[NAME_SIZE], struct refusal *why)
{
    if ((size_t)snprintf(name, NAME_SIZE, "%s%s%s", journal, suffix, more) < NAME_SIZE)
        return 0;
    return refuse(why, journal, -ENAMETOOLONG, "is too long a name");
}

/* Readable by everybody: whoever calibrates is seldom the user that the daemon runs as. There is no patient in it. */
static int write_whole(const char *name, const char *text)
{
    size_t size = strlen(text);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    int r;

    if (fd < 0)
        return -errno;
    errno = EIO;
    r = fchmod(fd, 0644) == 0 && write(fd, text, size) == (ssize_t)size && fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return r;
}

/* A rename is on the disk once its directory is. */
static int sync_directory(const char *name)
{
    char dir[NAME_SIZE];
    const char *slash = strrchr(name, '/');
    int fd, r;

    snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - name + 1) : 1, slash ? name : ".");
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    r = fsync(fd) == 0 ? 0 : -errno;
    close(fd);
    return r;
}

static int replace(const char *journal, const char *suffix, const char *text, struct refusal *why)
{
    char name[NAME_SIZE], fresh[NAME_SIZE];
    int r = name_of(journal, suffix, "", name, why);

    if (r == 0)
        r = name_of(journal, suffix, ".new", fresh, why);
    if (r < 0)
        return r;
    r = write_whole(fresh, text);
    if (r == 0 && rename(fresh, name) < 0)
        r = -errno;
    if (r == 0)
        r = sync_directory(name);
    return r == 0 ? 0 : refuse(why, name, r, strerror(-r));
}

static int read_fields(const char *journal, const char *suffix, struct field_table *table, struct refusal *why)
{
    char name[NAME_SIZE], text[FILE_SIZE_MAX];
    struct field_error error = {0};
    FILE *file;
    void *document;
    size_t size;
    bool ok;
    int r = name_of(journal, suffix, "", name, why);

    if (r < 0)
        return r;
    file = fopen(name, "re");
    if (file == NULL)
        return refuse(why, name, -errno, strerror(errno));
    size = fread(text, 1, sizeof(text), file);
    fclose(file);
    document = json_read(text, size, &error);
    ok = document && fields_read(&json_nodes, document, "", table, 1, &error);
    json_free(document);
    if (ok)
        return 0;
    snprintf(text, sizeof(text), "is damaged: %s %s", error.refusal.path, error.refusal.reason);
    return refuse(why, name, -EINVAL, text);
}

/* ---- what is in them ---------------------------------------------------------------------------------------------------- */

void calibrated_put(struct put *put, const struct calibrated_data *calibrated)
{
    put_wall_time(put, "ts", calibrated->wall_ns);
    put_str(put, "by", calibrated->by);
    put_int(put, "zero_counts", calibrated->calibration.zero_counts);
    put_thousandths(put, "counts_per_n", calibrated->calibration.counts_per_n_milli);
    put_thousandths(put, "mass_kg", calibrated->mass_g);
    put_thousandths(put, "sps", calibrated->rate_milli);
    put_thousandths(put, "noise_g", calibrated->noise_mg);
}

static int save(const char *journal, const char *suffix, struct put *put, struct refusal *why)
{
    char *text = put_text(put);
    int r = text ? replace(journal, suffix, text, why) : refuse(why, journal, -ENOMEM, "out of memory");

    free(text);
    return r;
}

int calibration_save(const char *journal, const struct calibrated_data *calibrated, struct refusal *ret_why)
{
    struct put put = put_open();

    put_int(&put, "v", FILE_VERSION);
    calibrated_put(&put, calibrated);
    return save(journal, CALIBRATION_SUFFIX, &put, ret_why);
}

int calibration_load(const char *journal, struct calibrated_data *ret, struct refusal *ret_why)
{
    struct calibrated_data calibrated = {.wall_ns = ABSENT};
    struct field_table table = {
        .v = calibration_fields, .n = sizeof(calibration_fields) / sizeof(calibration_fields[0]), .base = &calibrated};
    int r = read_fields(journal, CALIBRATION_SUFFIX, &table, ret_why);

    if (r < 0)
        return r;
    if (calibrated.calibration.counts_per_n_milli == 0)
        return refuse(ret_why, journal, -EINVAL, "the calibration beside it is damaged: counts_per_n is 0");
    calibrated.calibration.valid = true;
    *ret = calibrated;
    return 0;
}

int working_zero_save(const char *journal, const struct working_zero *zero, struct refusal *ret_why)
{
    struct put put = put_open();

    put_int(&put, "v", FILE_VERSION);
    put_int(&put, "zero_mn", zero->zero_mn);
    if (zero->of.valid) {
        put_int(&put, "zero_counts", zero->of.zero_counts);
        put_thousandths(&put, "counts_per_n", zero->of.counts_per_n_milli);
    }
    put_wall_time(&put, "calibrated", zero->calibrated_wall_ns);
    return save(journal, ZERO_SUFFIX, &put, ret_why);
}

int working_zero_load(const char *journal, struct working_zero *ret, struct refusal *ret_why)
{
    struct working_zero zero = {.calibrated_wall_ns = ABSENT};
    struct field_table table = {.v = zero_fields, .n = sizeof(zero_fields) / sizeof(zero_fields[0]), .base = &zero};
    int r = read_fields(journal, ZERO_SUFFIX, &table, ret_why);

    if (r < 0)
        return r;
    zero.of.valid = zero.of.counts_per_n_milli != 0;
    *ret = zero;
    return 0;
}
