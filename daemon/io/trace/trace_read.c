/* SPDX-License-Identifier: MIT */
/* A trace file, line by line: bounded lines, order of times, and a place in every complaint. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gymstation/trace.h"

struct trace {
    FILE *file;
    char *name;
    struct trace_header header;
    int number;      /* of the line in buf */
    int given;       /* number of the line that trace_next() gave last */
    int64_t last_ns; /* time of the last input read */
    bool pending;    /* next is a line that was read ahead, to find the header's end */
    int failed;      /* the first error, for good */
    struct trace_line next;
    char buf[TRACE_LINE_MAX + 2]; /* a line, its newline and NUL */
};

static int complain(const struct trace *trace, int r, char *err, size_t err_len, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static int complain(const struct trace *trace, int r, char *err, size_t err_len, const char *format, ...)
{
    char what[TRACE_ERROR_LEN];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    snprintf(err, err_len, "%s:%d: %s", trace->name, trace->number, what);
    return r;
}

/* The next line, without its end, into buf: 1 and its length, 0 at the end of the file, or a negative errno. */
static int read_line(struct trace *trace, size_t *ret_len, char *err, size_t err_len)
{
    size_t len = 0;
    int c;

    trace->number++;
    while ((c = getc(trace->file)) != EOF && c != '\n') {
        if (len == TRACE_LINE_MAX)
            return complain(trace, -EBADMSG, err, err_len, "the line is longer than %d bytes", TRACE_LINE_MAX);
        trace->buf[len++] = (char)c;
    }
    if (ferror(trace->file))
        return complain(trace, -EIO, err, err_len, "cannot be read: %s", strerror(errno));
    if (c == EOF && len == 0)
        return 0;
    if (len > 0 && trace->buf[len - 1] == '\r')
        len--;
    trace->buf[len] = '\0';
    *ret_len = len;
    return 1;
}

static bool is_empty(const char *text)
{
    return text[strspn(text, " \t")] == '\0';
}

/* A line with # : a key of the header where that may stand, else a comment. */
static int take_header(struct trace *trace, size_t len, bool in_header, char *err, size_t err_len)
{
    char what[TRACE_ERROR_LEN];
    unsigned seen = trace->header.seen;

    if (trace_header_parse(trace->buf, len, &trace->header, what, sizeof(what)) != 0)
        return complain(trace, -EBADMSG, err, err_len, "%s", what);
    if (!in_header && trace->header.seen != seen)
        return complain(trace, -EBADMSG, err, err_len, "a header key after the first input");
    return 0;
}

static int take_input(struct trace *trace, size_t len, char *err, size_t err_len)
{
    char what[TRACE_ERROR_LEN];

    if (trace_line_parse(trace->buf, len, &trace->next, what, sizeof(what)) != 0)
        return complain(trace, -EBADMSG, err, err_len, "%s", what);
    if (trace->next.input.t_ns < trace->last_ns)
        return complain(trace, -EBADMSG, err, err_len,
                        "time %" PRId64 " is before %" PRId64 " of the line before: times never decrease",
                        trace->next.input.t_ns, trace->last_ns);
    trace->last_ns = trace->next.input.t_ns;
    return 1;
}

/* Reads on to the next input: 1, 0 at the end, or a negative errno. */
static int advance(struct trace *trace, bool in_header, char *err, size_t err_len)
{
    size_t len = 0;
    int r;

    while ((r = read_line(trace, &len, err, err_len)) > 0) {
        if (trace->buf[0] == '#') {
            r = take_header(trace, len, in_header, err, err_len);
            if (r < 0)
                return r;
        } else if (len != strlen(trace->buf) || !is_empty(trace->buf)) {
            return take_input(trace, len, err, err_len);
        }
    }
    return r;
}

static int read_head(struct trace *trace, char *err, size_t err_len)
{
    size_t len = 0;
    int r = read_line(trace, &len, err, err_len);

    if (r < 0)
        return r;
    if (r == 0 || strcmp(trace->buf, TRACE_FIRST_LINE) != 0)
        return complain(trace, -EBADMSG, err, err_len, "the first line must be \"%s\"", TRACE_FIRST_LINE);
    r = advance(trace, true, err, err_len);
    trace->pending = r > 0;
    return r < 0 ? r : 0;
}

int trace_open_file(FILE *file, const char *name, struct trace **ret, char *err, size_t err_len)
{
    struct trace *trace = calloc(1, sizeof(*trace));
    int r;

    if (!trace || !(trace->name = strdup(name))) {
        snprintf(err, err_len, "%s: out of memory", name);
        free(trace);
        fclose(file);
        return -ENOMEM;
    }
    trace->file = file;
    trace_header_init(&trace->header);
    r = read_head(trace, err, err_len);
    if (r < 0) {
        trace_close(trace);
        return r;
    }
    *ret = trace;
    return 0;
}

int trace_open(const char *path, struct trace **ret, char *err, size_t err_len)
{
    FILE *file = fopen(path, "re");

    if (!file) {
        int r = -errno;
        snprintf(err, err_len, "%s: cannot be opened: %s", path, strerror(-r));
        return r;
    }
    return trace_open_file(file, path, ret, err, err_len);
}

void trace_close(struct trace *trace)
{
    if (!trace)
        return;
    fclose(trace->file);
    trace_header_free(&trace->header);
    free(trace->name);
    free(trace);
}

const struct trace_header *trace_header(const struct trace *trace)
{
    return &trace->header;
}

const char *trace_name(const struct trace *trace)
{
    return trace->name;
}

int trace_line_number(const struct trace *trace)
{
    return trace->given;
}

int trace_next(struct trace *trace, struct trace_line *ret, char *err, size_t err_len)
{
    int r = trace->failed;

    if (r < 0)
        return complain(trace, r, err, err_len, "not read beyond an error");
    if (!trace->pending) {
        r = advance(trace, false, err, err_len);
        if (r <= 0) {
            trace->failed = r;
            return r;
        }
    }
    trace->pending = false;
    trace->given = trace->number;
    *ret = trace->next;
    return 1;
}
