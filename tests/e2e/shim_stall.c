/* SPDX-License-Identifier: MIT */
/* Preloaded into a daemon under test: while the file GYMSTATION_STALL exists, every fsync takes three seconds. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void stall(void)
{
    const char *file = getenv("GYMSTATION_STALL");
    struct timespec left = {.tv_sec = 3};

    if (file && access(file, F_OK) == 0)
        clock_nanosleep(CLOCK_MONOTONIC, 0, &left, NULL);
}

int fsync(int fd)
{
    stall();
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    stall();
    return (int)syscall(SYS_fdatasync, fd);
}
