/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a daemon under test: counts the calls that change what others can see (the journal's files, sockets) and
 * does something to chosen ones. What changes nothing need not be counted: a SIGKILL between two of these calls leaves
 * the same behind, wherever it falls.
 *
 *   GYMSTATION_FAULT         kill (before the call), torn (after half of what is written), after, power (after the call,
 *                            and sectors that no fsync has covered are lost at random), ENOSPC, EIO, EROFS, short (half
 *                            is written, and said so)
 *   GYMSTATION_FAULT_AT      the call, counting from 1; 0: none by number
 *   GYMSTATION_FAULT_FOR     how many calls in a row, default 1
 *   GYMSTATION_FAULT_EVERY   about one call in so many, at random; GYMSTATION_FAULT_SEED
 *   GYMSTATION_FAULT_LIAR    power: an fsync does nothing, and says it did; a judge who misses that is no judge
 *   GYMSTATION_FAULT_DIR     files below it are the journal's
 *   GYMSTATION_FAULT_SHARED  a file of 3 x 8 bytes that outlives the daemon: calls, faults, CLOCK_MONOTONIC of the last (ns);
 *                            with a fourth nothing is struck until that is 0
 *
 * kill, torn, after and power also count what goes to sockets; the others are for disks.
 *
 * What power leaves of a file: every sector of 512 bytes that was written since the file's last fsync is as it was
 * before, or as it was written, by a coin (whose bias is drawn once a cut: all, half or none may be lost). Sizes, names
 * and deletions stay; what an earlier process wrote and never synced is taken to be on the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct shared {
    _Atomic int64_t calls, faults, at_ns, held; /* beyond the file's end the page is 0 */
};

static struct shared nowhere, *shared = &nowhere;
static const char *dir = "";
static const char *action = "";
static int64_t first, run = 1, every, liar;
static _Atomic uint64_t seed = 1;

static int64_t number(const char *name, int64_t otherwise)
{
    const char *text = getenv(name);

    return text ? strtoll(text, NULL, 10) : otherwise;
}

__attribute__((constructor)) static void set_up(void)
{
    const char *file = getenv("GYMSTATION_FAULT_SHARED");
    int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd >= 0 ? mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (map != MAP_FAILED)
        shared = map;
    if (fd >= 0)
        close(fd);
    dir = getenv("GYMSTATION_FAULT_DIR") ? getenv("GYMSTATION_FAULT_DIR") : "";
    action = getenv("GYMSTATION_FAULT") ? getenv("GYMSTATION_FAULT") : "";
    first = number("GYMSTATION_FAULT_AT", 0);
    run = number("GYMSTATION_FAULT_FOR", 1);
    every = number("GYMSTATION_FAULT_EVERY", 0);
    liar = number("GYMSTATION_FAULT_LIAR", 0);
    seed = (uint64_t)number("GYMSTATION_FAULT_SEED", 1) * UINT64_C(2654435761) + 1;
}

static bool ends_the_process(void)
{
    return strcmp(action, "kill") == 0 || strcmp(action, "torn") == 0 || strcmp(action, "after") == 0 ||
           strcmp(action, "power") == 0;
}

static bool below_dir(const char *path)
{
    return dir[0] != '\0' && strncmp(path, dir, strlen(dir)) == 0;
}

static bool looked_at(int fd)
{
    char link[40], path[PATH_MAX];
    struct stat st;
    ssize_t n;

    if (fstat(fd, &st) < 0)
        return false;
    if (S_ISSOCK(st.st_mode))
        return ends_the_process();
    if (!S_ISREG(st.st_mode))
        return false;
    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof(path) - 1);
    if (n < 0)
        return false;
    path[n] = '\0';
    return below_dir(path);
}

/* splitmix64 (Vigna 2015) */
static uint64_t next_random(void)
{
    uint64_t z = atomic_fetch_add(&seed, UINT64_C(0x9e3779b97f4a7c15)) + UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void note(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    atomic_store(&shared->at_ns, t.tv_sec * INT64_C(1000000000) + t.tv_nsec);
    atomic_fetch_add(&shared->faults, 1);
}

/* --- power: what was there before writes that no fsync has covered ---------------------------------------------------- */

#define SECTOR 512

struct undo {
    struct undo *older;
    dev_t dev;
    ino_t ino;
    int fd; /* of our own */
    int64_t at;
    size_t size, before_size; /* written; of that there was before */
    unsigned char before[];
};

static struct undo *newest;
static pthread_mutex_t undo_lock = PTHREAD_MUTEX_INITIALIZER;

static bool power_may_fail(void)
{
    return strcmp(action, "power") == 0;
}

/* Before a write, with undo_lock. */
static void remember(int fd, size_t size, int64_t at)
{
    struct undo *u = malloc(sizeof(*u) + size);
    struct stat st;
    ssize_t n;

    if (!u || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        free(u);
        return;
    }
    u->at = at < 0 ? syscall(SYS_lseek, fd, 0, SEEK_CUR) : at;
    u->fd = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 3);
    u->dev = st.st_dev;
    u->ino = st.st_ino;
    u->size = size;
    n = syscall(SYS_pread64, fd, u->before, size, u->at);
    u->before_size = n > 0 ? (size_t)n : 0;
    u->older = newest;
    newest = u;
}

/* After a successful fsync: all that was written to this file before is safe. Its fds stay: a close would drop locks. */
static void forget(int fd)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return;
    pthread_mutex_lock(&undo_lock);
    for (struct undo *u = newest; u; u = u->older)
        if (u->dev == st.st_dev && u->ino == st.st_ino)
            u->size = 0;
    pthread_mutex_unlock(&undo_lock);
}

static void lose_sectors(const struct undo *u, unsigned lost_of_16)
{
    unsigned char zeros[SECTOR] = {0};
    struct stat st;

    if (u->size == 0 || fstat(u->fd, &st) < 0)
        return;
    for (size_t i = 0, n; i < u->size; i += n) {
        n = SECTOR - (size_t)((u->at + (int64_t)i) % SECTOR);
        n = n < u->size - i ? n : u->size - i;
        if (next_random() % 16 >= lost_of_16 || u->at + (int64_t)(i + n) > st.st_size) /* truncated since */
            continue;
        if (i + n <= u->before_size)
            syscall(SYS_pwrite64, u->fd, u->before + i, n, u->at + (int64_t)i);
        else
            syscall(SYS_pwrite64, u->fd, zeros, n, u->at + (int64_t)i);
    }
}

static void lose_power(void)
{
    static const unsigned biases[] = {16, 8, 1, 15};
    unsigned lost_of_16 = biases[next_random() % 4];

    pthread_mutex_lock(&undo_lock); /* for good: nothing is written any more */
    for (const struct undo *u = newest; u; u = u->older)
        lose_sectors(u, lost_of_16);
}

static void end_here(void)
{
    note();
    if (power_may_fail())
        lose_power();
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;)
        pause();
}

/* Counts the call; true when something is to happen to it. */
static bool struck(void)
{
    int64_t n = atomic_fetch_add(&shared->calls, 1) + 1;

    if (atomic_load(&shared->held) != 0)
        return false;
    if (first > 0 && n >= first && n < first + run)
        return true;
    return every > 0 && next_random() % (uint64_t)every == 0;
}

/* Before the call: ends the process, or an errno, or 0. */
static int error_of(void)
{
    if (strcmp(action, "kill") == 0)
        end_here();
    if (strcmp(action, "ENOSPC") == 0)
        return ENOSPC;
    if (strcmp(action, "EIO") == 0)
        return EIO;
    if (strcmp(action, "EROFS") == 0)
        return EROFS;
    return 0;
}

static int failed(int error)
{
    note();
    errno = error;
    return -1;
}

static ssize_t part_of(int fd, const void *data, size_t size, int64_t at)
{
    size_t half = size / 2 + (size < 2);

    return at < 0 ? syscall(SYS_write, fd, data, half) : syscall(SYS_pwrite64, fd, data, half, at);
}

/* Nobody else writes between the two: the undo is of exactly this write. */
static ssize_t write_undoably(int fd, const void *data, size_t size, int64_t at)
{
    ssize_t n;

    pthread_mutex_lock(&undo_lock);
    remember(fd, size, at);
    n = at < 0 ? syscall(SYS_write, fd, data, size) : syscall(SYS_pwrite64, fd, data, size, at);
    pthread_mutex_unlock(&undo_lock);
    return n;
}

static ssize_t written(int fd, const void *data, size_t size, int64_t at)
{
    bool seen = looked_at(fd);
    bool now = seen && struck();
    int error = now ? error_of() : 0;
    ssize_t n;

    if (error != 0)
        return failed(error);
    if (now && strcmp(action, "torn") == 0) {
        part_of(fd, data, size, at);
        end_here();
    }
    if (now && strcmp(action, "short") == 0) {
        note();
        return part_of(fd, data, size, at);
    }
    if (seen && power_may_fail())
        n = write_undoably(fd, data, size, at);
    else
        n = at < 0 ? syscall(SYS_write, fd, data, size) : syscall(SYS_pwrite64, fd, data, size, at);
    if (now && ends_the_process())
        end_here();
    return n;
}

ssize_t write(int fd, const void *data, size_t size)
{
    return written(fd, data, size, -1);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
    return written(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
    return written(fd, data, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
    bool now = looked_at(fd) && struck();
    ssize_t done;

    if (now && error_of() == 0 && strcmp(action, "torn") == 0) {
        syscall(SYS_write, fd, parts[0].iov_base, parts[0].iov_len);
        end_here();
    }
    done = syscall(SYS_writev, fd, parts, n);
    if (now && ends_the_process())
        end_here();
    return done;
}

/* What has no halves; `changed` says whether it is of the journal. */
static int64_t whole(bool changed, long call, int64_t a, int64_t b)
{
    bool now = changed && struck();
    int error = now ? error_of() : 0;
    int64_t r;

    if (error != 0)
        return failed(error);
    r = syscall(call, a, b);
    if (now && ends_the_process())
        end_here();
    return r;
}

static int synced(int fd, long call)
{
    int r = (int)whole(looked_at(fd), call, fd, 0);

    if (r == 0 && power_may_fail() && !liar)
        forget(fd);
    return r;
}

int fsync(int fd)
{
    return synced(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return synced(fd, SYS_fdatasync);
}

int ftruncate64(int fd, off64_t size)
{
    return (int)whole(looked_at(fd), SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size)
{
    return (int)whole(looked_at(fd), SYS_ftruncate, fd, size);
}

int unlink(const char *path)
{
    return (int)whole(below_dir(path), SYS_unlink, (int64_t)(intptr_t)path, 0);
}

int rename(const char *from, const char *to)
{
    return (int)whole(below_dir(to), SYS_rename, (int64_t)(intptr_t)from, (int64_t)(intptr_t)to);
}
