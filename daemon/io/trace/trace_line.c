/* SPDX-License-Identifier: MIT */
/* One input line of a trace, read and written. The two tables of one row per letter are the format. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "daemon/io/trace/trace_scan.h"
#include "gymstation/trace.h"

#define WORD_LEN 32

static const char *button_name(int i)
{
    return button_str((enum button)i);
}

static const char *command_name(int i)
{
    return command_str((enum command_kind)i);
}

static const char *trouble_name(int i)
{
    return trouble_str((enum trouble)i);
}

static const char *fault_name(int i)
{
    return fault_str((enum fault)i);
}

/* --- reading: the rest of the line after the letter ---------------------------------------------------------------- */

static bool read_force(struct scan *scan, struct trace_line *line)
{
    int64_t mn;

    line->input.kind = INPUT_FORCE;
    if (!scan_int(scan, "force", INT32_MIN, INT32_MAX, &mn))
        return false;
    line->input.u.force.has_force = true;
    line->input.u.force.force_mn = (int32_t)mn;
    return true;
}

static bool read_counts(struct scan *scan, struct trace_line *line)
{
    int64_t raw;

    line->input.kind = INPUT_FORCE;
    if (!scan_int(scan, "counts", INT32_MIN, INT32_MAX, &raw))
        return false;
    line->input.u.force.has_raw = true;
    line->input.u.force.raw = (int32_t)raw;
    return true;
}

static bool read_button(struct scan *scan, struct trace_line *line)
{
    char word[WORD_LEN];
    int64_t level;

    line->input.kind = INPUT_BUTTON;
    if (!scan_word(scan, "button", word, sizeof(word)))
        return false;
    int button = scan_name(word, button_name, BUTTON_COUNT);
    if (button < 0)
        return scan_fail(scan, "button \"%s\" is none of start, stop, plus, minus", word);
    scan_blanks(scan);
    if (!scan_int(scan, "level", 0, 1, &level))
        return false;
    line->input.u.button.button = (enum button)button;
    line->input.u.button.pressed = level == 1;
    return true;
}

/* The payload runs to the end of the line; the stamp is off already. */
static bool read_payload(struct scan *scan, struct trace_line *line)
{
    if (scan->p < scan->end)
        scan->p++; /* the one blank before it */
    int len = scan_payload(scan, scan->p, (size_t)(scan->end - scan->p));
    if (len < 0)
        return false;
    line->text = scan->p;
    line->text_len = (size_t)len;
    scan->p = scan->end;
    return true;
}

static bool read_command(struct scan *scan, struct trace_line *line)
{
    char word[WORD_LEN];

    line->input.kind = INPUT_COMMAND;
    if (!scan_word(scan, "command", word, sizeof(word)))
        return false;
    int command = scan_name(word, command_name, COMMAND_COUNT);
    if (command < 0)
        return scan_fail(scan, "command \"%s\" is not known", word);
    line->command = (enum command_kind)command;
    return read_payload(scan, line);
}

static bool read_prescription(struct scan *scan, struct trace_line *line)
{
    int64_t slot;

    line->input.kind = INPUT_PRESCRIPTION;
    if (!scan_int(scan, "slot", 1, SLOT_MAX, &slot))
        return false;
    line->slot = (int)slot;
    return read_payload(scan, line);
}

static bool read_fault(struct scan *scan, struct trace_line *line, const char *name)
{
    char word[WORD_LEN];
    int fault = scan_name(name, fault_name, FAULT_COUNT);

    line->input.kind = INPUT_FAULT;
    if (fault < 0)
        return scan_fail(scan, "trouble \"%s\" is none of not_ready, reset, saturated, stuck and no fault", name);
    if (!scan_blanks(scan) || !scan_word(scan, "raised or cleared", word, sizeof(word)))
        return scan_fail(scan, "fault %s: raised or cleared must follow", name);
    bool raised = strcmp(word, "raised") == 0;
    if (!raised && strcmp(word, "cleared") != 0)
        return scan_fail(scan, "fault %s: \"%s\" is neither raised nor cleared", name, word);
    line->input.u.fault.fault = (enum fault)fault;
    line->input.u.fault.raised = raised;
    return true;
}

static bool read_trouble(struct scan *scan, struct trace_line *line)
{
    char word[WORD_LEN];

    if (!scan_word(scan, "trouble", word, sizeof(word)))
        return false;
    int trouble = scan_name(word, trouble_name, TROUBLE_COUNT);
    if (trouble < 0)
        return read_fault(scan, line, word);
    line->input.kind = INPUT_TROUBLE;
    line->input.u.trouble = (enum trouble)trouble;
    return true;
}

static bool read_card(struct scan *scan, struct trace_line *line)
{
    line->input.kind = INPUT_CARD;
    return scan_word(scan, "card hash", line->input.u.card, sizeof(line->input.u.card));
}

static bool read_clock(struct scan *scan, struct trace_line *line)
{
    char word[WORD_LEN];

    line->input.kind = INPUT_CLOCK;
    if (!scan_int(scan, "wall time", 0, TRACE_WALL_MAX, &line->input.u.clock.wall_ns))
        return false;
    scan_blanks(scan);
    if (!scan_word(scan, "synced or unsynced", word, sizeof(word)))
        return false;
    line->input.u.clock.synced = strcmp(word, "synced") == 0;
    if (!line->input.u.clock.synced && strcmp(word, "unsynced") != 0)
        return scan_fail(scan, "clock \"%s\" is neither synced nor unsynced", word);
    return true;
}

static const struct {
    char letter;
    bool (*read)(struct scan *scan, struct trace_line *line);
} rows[] = {
    {'F', read_force},        {'S', read_counts},  {'B', read_button}, {'C', read_command},
    {'P', read_prescription}, {'X', read_trouble}, {'K', read_card},   {'W', read_clock},
};

static bool read_letter(struct scan *scan, struct trace_line *line)
{
    char word[WORD_LEN];

    if (!scan_blanks(scan) || !scan_word(scan, "letter", word, sizeof(word)))
        return scan_fail(scan, "after the time, one of F S B C P X K W must follow");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (word[0] != rows[i].letter || word[1] != '\0')
            continue;
        scan_blanks(scan);
        return rows[i].read(scan, line);
    }
    return scan_fail(scan, "\"%s\" is none of F S B C P X K W", word);
}

/* Takes " @STAMP" off the end. */
static bool read_stamp(struct scan *scan, int64_t *ret_stamp_ns, bool *ret_has)
{
    size_t len = (size_t)(scan->end - scan->p), at = stamp_offset(scan->p, len);
    struct scan stamp = {scan->p + at + 2, scan->end, scan->err, scan->err_len};

    *ret_has = at < len;
    if (!*ret_has)
        return true;
    if (!scan_int(&stamp, "stamp", 0, TRACE_TIME_MAX, ret_stamp_ns))
        return false;
    scan->end = scan->p + at;
    *scan->end = '\0';
    return true;
}

int trace_line_parse(char *text, size_t len, struct trace_line *ret, char *err, size_t err_len)
{
    struct scan scan = {text, text + len, err, err_len};
    struct trace_line line = {0};
    bool stamped;

    if (memchr(text, '\0', len)) {
        scan_fail(&scan, "the line contains a NUL byte");
        return -EBADMSG;
    }
    if (!read_stamp(&scan, &line.input.stamp_ns, &stamped) ||
        !scan_int(&scan, "time", 0, TRACE_TIME_MAX, &line.input.t_ns) || !read_letter(&scan, &line) || !scan_end(&scan))
        return -EBADMSG;
    if (!stamped)
        line.input.stamp_ns = line.input.t_ns;
    if (line.input.stamp_ns > line.input.t_ns) {
        scan_fail(&scan, "stamp %" PRId64 " is after the line's time %" PRId64, line.input.stamp_ns, line.input.t_ns);
        return -EBADMSG;
    }
    *ret = line;
    return 0;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

/* Everything between the time and the payload or stamp; "" for what a trace cannot say. */
static void format_fields(const struct input *input, char *buf, size_t size)
{
    buf[0] = '\0';
    switch (input->kind) {
    case INPUT_FORCE:
        if (input->u.force.has_raw)
            snprintf(buf, size, "S %" PRId32, input->u.force.raw);
        else if (input->u.force.has_force)
            snprintf(buf, size, "F %" PRId32, input->u.force.force_mn);
        break;
    case INPUT_BUTTON:
        snprintf(buf, size, "B %s %d", button_str(input->u.button.button), input->u.button.pressed ? 1 : 0);
        break;
    case INPUT_COMMAND: snprintf(buf, size, "C %s", command_str(input->u.command->kind)); break;
    case INPUT_PRESCRIPTION: snprintf(buf, size, "P %d", input->u.rx_arrival->slot); break;
    case INPUT_TROUBLE: snprintf(buf, size, "X %s", trouble_str(input->u.trouble)); break;
    case INPUT_FAULT:
        snprintf(buf, size, "X %s %s", fault_str(input->u.fault.fault), input->u.fault.raised ? "raised" : "cleared");
        break;
    case INPUT_CARD: snprintf(buf, size, "K %s", input->u.card); break;
    case INPUT_CLOCK:
        snprintf(buf, size, "W %" PRId64 " %s", input->u.clock.wall_ns, input->u.clock.synced ? "synced" : "unsynced");
        break;
    case INPUT_END:
    case INPUT_KIND_COUNT: break;
    }
}

static bool has_payload(const struct input *input, const char *text, size_t len)
{
    return (input->kind == INPUT_COMMAND || input->kind == INPUT_PRESCRIPTION) && text && len > 0;
}

/* " @STAMP" where it differs from the time, and the newline. */
static int format_tail(const struct input *input, char *buf, size_t size)
{
    int n = input->stamp_ns == input->t_ns ? snprintf(buf, size, "\n")
                                           : snprintf(buf, size, " @%" PRId64 "\n", input->stamp_ns);

    return n < 0 || (size_t)n >= size ? -ENOSPC : n;
}

int trace_line_format(char *buf, size_t size, const struct input *input, const char *text, size_t text_len)
{
    char fields[HASH_LEN + WORD_LEN];

    if (input->kind == INPUT_END)
        return 0;
    format_fields(input, fields, sizeof(fields));
    bool payload = has_payload(input, text, text_len);
    if (fields[0] == '\0' || (payload && text_len > TRACE_PAYLOAD_MAX))
        return -EINVAL;
    int n = snprintf(buf, size, "%" PRId64 " %s", input->t_ns, fields);
    if (n < 0 || (size_t)n >= size)
        return -ENOSPC;
    if (payload) {
        buf[n++] = ' ';
        int len = payload_format(buf + n, size - (size_t)n, text, text_len);
        if (len < 0)
            return -ENOSPC;
        n += len;
    }
    int tail = format_tail(input, buf + n, size - (size_t)n);
    return tail < 0 ? tail : n + tail;
}

int trace_line_write(FILE *file, const struct input *input, const char *text, size_t text_len)
{
    char buf[TRACE_LINE_MAX];
    int n = trace_line_format(buf, sizeof(buf), input, text, text_len);

    if (n < 0)
        return n;
    return fwrite(buf, 1, (size_t)n, file) == (size_t)n ? 0 : -EIO;
}
