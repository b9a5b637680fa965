/* SPDX-License-Identifier: MIT */
/*
 * A file that takes up space beside the journal and is given up when the disk is full: what the running session still
 * has to say then fits. It is made again once there is space for it and as much again. No foreign library.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "daemon/io/journal/journal_writer.h"

/* A session's worst end is some 100 KB of events; the write-ahead log holds them once more, page by page. */
#define RESERVE_BYTES (2 << 20)

static void tell(struct journal *j, bool low)
{
    struct journal_notice notice = {.kind = low ? JOURNAL_DISK_LOW : JOURNAL_DISK_OK};

    if (j->disk_low == low)
        return;
    j->disk_low = low;
    journal_notify(j, &notice);
}

static bool file_name(const struct journal *j, char *name, size_t size)
{
    return (size_t)snprintf(name, size, "%s.reserve", j->path) < size;
}

bool journal_reserve_release(struct journal *j)
{
    char name[4096];

    if (!j->reserved || !file_name(j, name, sizeof(name)))
        return false;
    j->reserved = false;
    tell(j, true);
    return unlink(name) == 0;
}

static bool enough_space(const char *name, int fd)
{
    struct statvfs space;
    struct stat st;

    (void)name;
    if (fstatvfs(fd, &space) < 0 || fstat(fd, &st) < 0)
        return true; /* posix_fallocate() will say */
    if (st.st_blocks * INT64_C(512) >= RESERVE_BYTES)
        return true; /* of the last run */
    return (int64_t)space.f_bavail * (int64_t)space.f_frsize >= INT64_C(2) * RESERVE_BYTES;
}

void journal_reserve_make(struct journal *j)
{
    char name[4096];
    int fd;
    bool made;

    if (j->reserved || !file_name(j, name, sizeof(name)))
        return;
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    made = fd >= 0 && enough_space(name, fd) && posix_fallocate(fd, 0, RESERVE_BYTES) == 0;
    if (fd >= 0)
        close(fd);
    if (!made)
        unlink(name); /* part of a reserve is in the way of everything else */
    j->reserved = made;
    tell(j, !made);
}
