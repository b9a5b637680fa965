/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a daemon under test: the wall clock is off by what the file GYMSTATION_CLOCK says (int64 ns, then int64:
 * is it synced?), and so is adjtimex(). The monotonic clock stays as it is.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *clock_file;

static int64_t told(int i)
{
    const char *name = getenv("GYMSTATION_CLOCK");
    int fd;

    if (!clock_file && name && (fd = open(name, O_RDONLY)) >= 0) {
        void *map = mmap(NULL, 16, PROT_READ, MAP_SHARED, fd, 0);

        clock_file = map == MAP_FAILED ? NULL : map;
        close(fd);
    }
    return clock_file ? clock_file[i] : 0;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    long r = syscall(SYS_clock_gettime, id, t);
    int64_t ns;

    if (r != 0 || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
        return (int)r;
    ns = t->tv_nsec + told(0) % 1000000000;
    t->tv_sec += told(0) / 1000000000 + (ns >= 1000000000) - (ns < 0);
    t->tv_nsec = ns >= 1000000000 ? ns - 1000000000 : ns < 0 ? ns + 1000000000 : ns;
    return 0;
}

int gettimeofday(struct timeval *t, void *zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *t)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (t)
        *t = now.tv_sec;
    return now.tv_sec;
}

int adjtimex(struct timex *timex)
{
    timex->status = told(1) ? 0 : STA_UNSYNC;
    return told(1) ? TIME_OK : TIME_ERROR;
}
