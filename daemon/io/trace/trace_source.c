/* SPDX-License-Identifier: MIT */
/* A trace as the daemon's source; see gymstation/trace_source.h. */
#include "gymstation/trace_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct trace_source {
    struct source source; /* first: the ops are given a struct source */
    struct trace *trace;
    struct trace_line line; /* the next one, while has_line */
    bool has_line;
    bool used;  /* it has been given; its text lives in the reader, so the one after it is read only when asked for */
    bool ended; /* INPUT_END has been given */
    int counts_line; /* the first sample in counts, or 0 */
    int64_t shift_ns;
    int64_t last_ns; /* station time of the last line given */
    int timer;
    struct command command;
    struct rx_arrival arrival;
};

/* Errors are found at open; what is seen later is only whether there is one. */
static int read_ahead(struct trace_source *ts)
{
    char err[TRACE_ERROR_LEN];
    int r = trace_next(ts->trace, &ts->line, err, sizeof(err));

    ts->has_line = r > 0;
    ts->used = false;
    return r < 0 ? r : 0;
}

static int64_t monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Wakes the loop when the next line is due, at once for INPUT_END, never after it. */
static int arm(struct trace_source *ts)
{
    struct itimerspec at = {0};
    int64_t mono_ns = 1;

    if (ts->has_line)
        mono_ns = source_mono_ns(&ts->source.time, ts->line.input.t_ns + ts->shift_ns);
    if (mono_ns < 1)
        mono_ns = 1; /* 0 would disarm */
    if (!ts->ended) {
        at.it_value.tv_sec = mono_ns / NS_PER_S;
        at.it_value.tv_nsec = mono_ns % NS_PER_S;
    }
    return timerfd_settime(ts->timer, TFD_TIMER_ABSTIME, &at, NULL) < 0 ? -errno : 0;
}

static void give_line(struct trace_source *ts, struct input *ret, const char **ret_text)
{
    *ret = ts->line.input;
    ret->t_ns += ts->shift_ns;
    ret->stamp_ns += ts->shift_ns;
    *ret_text = ts->line.text;
    if (ret->kind == INPUT_COMMAND) {
        ts->command = (struct command){.kind = ts->line.command};
        ret->u.command = &ts->command;
    } else if (ret->kind == INPUT_PRESCRIPTION) {
        ts->arrival.slot = ts->line.slot;
        ret->u.rx_arrival = &ts->arrival;
    }
    ts->used = true;
    ts->last_ns = ret->t_ns;
    if (ts->source.time.speed_milli == SPEED_MAX)
        ts->source.time.base_ns = ret->t_ns;
}

/* From here on time goes on at its ordinary pace from where it stands, which is never before the last line. */
static void give_end(struct trace_source *ts, struct input *ret)
{
    int64_t mono_ns = monotonic_ns(), now_ns = source_time_ns(&ts->source.time, mono_ns);

    if (now_ns < ts->last_ns)
        now_ns = ts->last_ns;
    ts->source.time = (struct source_time){.base_mono_ns = mono_ns, .base_ns = now_ns, .speed_milli = 1000};
    *ret = (struct input){.kind = INPUT_END, .t_ns = ts->last_ns, .stamp_ns = ts->last_ns};
    ts->ended = true;
}

static int source_fd(const struct source *source)
{
    return ((const struct trace_source *)source)->timer;
}

static int source_next(struct source *source, int64_t now_ns, struct input *ret_input, const char **ret_text)
{
    struct trace_source *ts = (struct trace_source *)source;
    const char *text = NULL;
    int r = ts->used ? read_ahead(ts) : 0;

    if (r < 0)
        return r;
    bool due = source->time.speed_milli == SPEED_MAX || ts->line.input.t_ns + ts->shift_ns <= now_ns;
    if (ts->ended || (ts->has_line && !due))
        return arm(ts);
    if (ts->has_line)
        give_line(ts, ret_input, &text);
    else
        give_end(ts, ret_input);
    if (ret_text)
        *ret_text = text;
    return 1;
}

static void source_close(struct source *source)
{
    struct trace_source *ts = (struct trace_source *)source;

    if (!ts)
        return;
    trace_close(ts->trace);
    if (ts->timer >= 0)
        close(ts->timer);
    free(ts);
}

/* Reads all of it, so that a malformed file is refused before anything has been played. */
static int check_file(const char *path, int *ret_counts_line, char *err, size_t err_len)
{
    struct trace *trace = NULL;
    struct trace_line line;
    int r = trace_open(path, &trace, err, err_len);

    if (r < 0)
        return r;
    while ((r = trace_next(trace, &line, err, err_len)) > 0)
        if (*ret_counts_line == 0 && line.input.kind == INPUT_FORCE && !line.input.u.force.has_force)
            *ret_counts_line = trace_line_number(trace);
    trace_close(trace);
    return r;
}

static int start(struct trace_source *ts, int32_t speed_milli, int64_t mono_ns)
{
    int r = read_ahead(ts);

    if (r < 0)
        return r;
    ts->shift_ns = ts->has_line ? mono_ns - ts->line.input.t_ns : 0;
    ts->last_ns = mono_ns;
    ts->source.time = (struct source_time){.base_mono_ns = mono_ns, .base_ns = mono_ns, .speed_milli = speed_milli};
    ts->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return ts->timer < 0 ? -errno : arm(ts);
}

int trace_source_open(const char *path, int32_t speed_milli, int64_t mono_ns, struct source **ret_source, char *err,
                      size_t err_len)
{
    static const struct source_ops ops = {.fd = source_fd, .next = source_next, .close = source_close};
    struct trace_source *ts = NULL;
    int counts_line = 0;
    int r = check_file(path, &counts_line, err, err_len);

    if (r < 0)
        return r;
    ts = calloc(1, sizeof(*ts));
    if (!ts) {
        snprintf(err, err_len, "%s: out of memory", path);
        return -ENOMEM;
    }
    ts->source.ops = &ops;
    ts->counts_line = counts_line;
    ts->timer = -1;
    r = trace_open(path, &ts->trace, err, err_len);
    if (r == 0) {
        r = start(ts, speed_milli, mono_ns);
        if (r < 0)
            snprintf(err, err_len, "%s: cannot be played: %s", path, strerror(-r));
    }
    if (r < 0)
        source_close(&ts->source);
    else
        *ret_source = &ts->source;
    return r;
}

const struct trace_header *trace_source_header(const struct source *source)
{
    return trace_header(((const struct trace_source *)source)->trace);
}

int trace_source_counts_line(const struct source *source)
{
    return ((const struct trace_source *)source)->counts_line;
}

int64_t trace_source_shift_ns(const struct source *source)
{
    return ((const struct trace_source *)source)->shift_ns;
}
