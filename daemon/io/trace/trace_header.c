/* SPDX-License-Identifier: MIT */
/* The header of a trace: one row per key in the table, each read and written by its own pair of functions. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/trace/trace_scan.h"
#include "gymstation/config.h"
#include "gymstation/trace.h"
#include "gymstation/wall_time.h"

void trace_header_init(struct trace_header *header)
{
    *header = (struct trace_header){.sps_milli = ABSENT, .started_wall_ns = ABSENT, .calibrated = true};
    config_station_complete(&header->station);
}

void trace_header_free(struct trace_header *header)
{
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        free(header->slots[slot].payload.data);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

static bool read_sps(struct scan *scan, struct trace_header *header, int index)
{
    (void)index;
    return scan_milli(scan, "sps", 1000, 10000 * 1000, &header->sps_milli) && scan_end(scan);
}

static bool read_started(struct scan *scan, struct trace_header *header, int index)
{
    (void)index;
    if (wall_time_parse(scan->p, &header->started_wall_ns) == 0 && header->started_wall_ns >= 0 &&
        header->started_wall_ns <= TRACE_WALL_MAX)
        return true;
    return scan_fail(scan, "started \"%.40s\" is no time from 1970 to 2164 such as 2026-11-22T07:56:00.123Z", scan->p);
}

static bool read_calibration(struct scan *scan, struct trace_header *header, int index)
{
    int64_t zero;

    (void)index;
    if (!scan_int(scan, "calibration: zero counts", INT32_MIN, INT32_MAX, &zero))
        return false;
    scan_blanks(scan);
    if (!scan_milli(scan, "calibration: counts per newton", INT64_C(-1000000000), 1000000000,
                    &header->calibration.counts_per_n_milli) ||
        !scan_end(scan))
        return false;
    if (header->calibration.counts_per_n_milli == 0)
        return scan_fail(scan, "calibration: counts per newton must not be 0");
    header->calibration.zero_counts = (int32_t)zero;
    header->calibration.valid = true;
    return true;
}

static bool read_zero(struct scan *scan, struct trace_header *header, int index)
{
    int64_t zero;

    (void)index;
    if (!scan_int(scan, "zero_mn", -ZERO_MAX_MN, ZERO_MAX_MN, &zero) || !scan_end(scan))
        return false;
    header->zero_mn = (int32_t)zero;
    return true;
}

static bool read_calibrated(struct scan *scan, struct trace_header *header, int index)
{
    (void)index;
    header->calibrated = strcmp(scan->p, "yes") == 0;
    if (header->calibrated || strcmp(scan->p, "no") == 0)
        return true;
    return scan_fail(scan, "calibrated: \"%.40s\" is neither yes nor no", scan->p);
}

/* course=TEXT may follow the number of uses. */
static bool read_course(struct scan *scan, struct course *ret)
{
    char text[COURSE_LEN];

    if (strncmp(scan->p, "course=", 7) != 0)
        return true;
    scan->p += 7;
    if (!scan_word(scan, "course", text, sizeof(text)))
        return false;
    if (scan->p < scan->end)
        scan->p++;
    return course_parse(text, ret) || scan_fail(scan, "course: \"%s\" is none", text);
}

static bool read_slot(struct scan *scan, struct trace_header *header, int slot)
{
    int64_t used;

    if (strncmp(scan->p, "used=", 5) != 0)
        return scan_fail(scan, "slot-%d: used=NUMBER and the prescription must follow", slot);
    scan->p += 5;
    if (!scan_int(scan, "used", 0, 1000000, &used))
        return false;
    if (scan->p < scan->end)
        scan->p++;
    if (!read_course(scan, &header->slots[slot].course))
        return false;
    int len = scan_payload(scan, scan->p, (size_t)(scan->end - scan->p));
    if (len < 0)
        return false;
    if (len == 0)
        return scan_fail(scan, "slot-%d: the prescription is missing", slot);
    char *copy = malloc((size_t)len + 1);
    if (!copy)
        return scan_fail(scan, "out of memory");
    memcpy(copy, scan->p, (size_t)len + 1);
    header->slots[slot].payload = (struct trace_text){copy, (size_t)len};
    header->slots[slot].used = (int32_t)used;
    header->slots[slot].held = true;
    return true;
}

static bool load_object(struct scan *scan, const char *key, json_t **ret)
{
    json_error_t error;

    *ret = json_loads(scan->p, JSON_REJECT_DUPLICATES, &error);
    return *ret ? true : scan_fail(scan, "%s: %s, at character %d", key, error.text, error.column);
}

/* A length or time of the station in thousandths of its unit. */
static bool take_milli(struct scan *scan, const char *name, double value, double min, double max, int32_t *ret)
{
    if (!(value >= min && value <= max))
        return scan_fail(scan, "station: %s %g is outside %g..%g", name, value, min, max);
    *ret = (int32_t)(value * 1000.0 + 0.5);
    return true;
}

static bool take_id(struct scan *scan, const char *id, struct station *station)
{
    size_t len = strlen(id);

    if (len < 1 || len >= sizeof(station->id) || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
        return scan_fail(scan, "station: id \"%.40s\" is not 1-32 of a-z 0-9 -", id);
    memcpy(station->id, id, len + 1);
    return true;
}

static bool read_station(struct scan *scan, struct trace_header *header, int index)
{
    struct station *station = &header->station;
    double plate, riser, capacity, idle;
    const char *id;
    int anchor, bench;
    json_error_t error;
    json_t *json;
    bool ok;

    (void)index;
    if (!load_object(scan, "station", &json))
        return false;
    if (json_unpack_ex(json, &error, JSON_STRICT, "{s:s, s:F, s:F, s:b, s:b, s:F, s:F}", "id", &id, "plate_height_m",
                       &plate, "riser_height_m", &riser, "floor_anchor", &anchor, "bench", &bench, "capacity_n",
                       &capacity, "session_idle_s", &idle) != 0) {
        ok = scan_fail(scan, "station: %s", error.text);
    } else {
        station->floor_anchor = anchor != 0;
        station->bench = bench != 0;
        header->has_station = true;
        ok = take_id(scan, id, station) && take_milli(scan, "plate_height_m", plate, 0, 2, &station->plate_height_mm) &&
             take_milli(scan, "riser_height_m", riser, 0, 2, &station->riser_height_mm) &&
             take_milli(scan, "capacity_n", capacity, 1, 100000, &station->capacity_mn) &&
             take_milli(scan, "session_idle_s", idle, 1, 86400, &station->session_idle_ms);
    }
    json_decref(json);
    return ok;
}

static bool check_resume(struct scan *scan, const struct resume *resume, const char *hash)
{
    if (resume->slot < 1 || resume->slot > SLOT_MAX)
        return scan_fail(scan, "resume: slot %d is outside 1..%d", resume->slot, SLOT_MAX);
    if (resume->item < 0 || resume->item >= ITEM_MAX || resume->set < 0 || resume->set >= SET_MAX ||
        resume->side_index < 0 || resume->side_index > 1 || resume->reps_done < 0 || resume->reps_done > UINT8_MAX)
        return scan_fail(scan, "resume: item, set, side_index or reps_done is outside its range");
    if (strlen(hash) >= HASH_LEN)
        return scan_fail(scan, "resume: hash is longer than %d", HASH_LEN - 1);
    if (resume->ended_ns > TRACE_TIME_MAX || resume->ended_ns < -TRACE_TIME_MAX)
        return scan_fail(scan, "resume: ended_ns is out of range");
    return true;
}

static bool read_resume(struct scan *scan, struct trace_header *header, int index)
{
    struct resume *resume = &header->resume;
    json_error_t error;
    json_int_t rev, ended;
    const char *hash;
    int counted = true; /* recordings from before it was said: most had reached a set */
    json_t *json;
    bool ok;

    (void)index;
    if (!load_object(scan, "resume", &json))
        return false;
    if (json_unpack_ex(json, &error, JSON_STRICT, "{s:i, s:I, s:s, s:i, s:i, s:i, s:i, s?b, s:I}", "slot",
                       &resume->slot, "rev", &rev, "hash", &hash, "item", &resume->item, "set", &resume->set,
                       "side_index", &resume->side_index, "reps_done", &resume->reps_done, "counted", &counted,
                       "ended_ns", &ended) != 0) {
        ok = scan_fail(scan, "resume: %s", error.text);
    } else {
        resume->rev = rev;
        resume->counted = counted != 0;
        resume->ended_ns = ended;
        ok = check_resume(scan, resume, hash);
        if (ok)
            memcpy(resume->hash, hash, strlen(hash) + 1);
        resume->offered = ok;
    }
    json_decref(json);
    return ok;
}

static bool read_last_session(struct scan *scan, struct trace_header *header, int index)
{
    (void)index;
    return scan_word(scan, "last_session", header->last_session, sizeof(header->last_session)) && scan_end(scan);
}

static const struct {
    const char *key;
    bool (*read)(struct scan *scan, struct trace_header *header, int index);
    int index;
} rows[] = {
    {"sps", read_sps, 0},         {"started", read_started, 0},
    {"station", read_station, 0}, {"calibration", read_calibration, 0},
    {"zero_mn", read_zero, 0},    {"calibrated", read_calibrated, 0},
    {"resume", read_resume, 0},   {"last_session", read_last_session, 0},
    {"slot-1", read_slot, 1},     {"slot-2", read_slot, 2},
    {"slot-3", read_slot, 3},     {"slot-4", read_slot, 4},
    {"slot-5", read_slot, 5},     {"slot-6", read_slot, 6},
    {"slot-7", read_slot, 7},     {"slot-8", read_slot, 8},
};

/* The row whose key stands at p with a colon behind it, or -1: a comment. */
static int find_row(const char *p)
{
    size_t len = strcspn(p, ": \t");

    if (p[len] != ':')
        return -1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strlen(rows[i].key) == len && strncmp(rows[i].key, p, len) == 0)
            return (int)i;
    return -1;
}

int trace_header_parse(char *line, size_t len, struct trace_header *header, char *err, size_t err_len)
{
    struct scan scan = {line, line + len, err, err_len};

    if (memchr(line, '\0', len)) {
        scan_fail(&scan, "the line contains a NUL byte");
        return -EBADMSG;
    }
    if (len > 0)
        scan.p++;
    scan_blanks(&scan);
    int row = find_row(scan.p);
    if (row < 0)
        return 0;
    if (header->seen & 1u << row) {
        scan_fail(&scan, "%s is given twice", rows[row].key);
        return -EBADMSG;
    }
    header->seen |= 1u << row;
    scan.p += strlen(rows[row].key) + 1;
    scan_blanks(&scan);
    return rows[row].read(&scan, header, rows[row].index) ? 0 : -EBADMSG;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

static int write_json(FILE *file, const char *key, json_t *json)
{
    int r = json ? 0 : -ENOMEM;

    if (json && (fprintf(file, "# %s: ", key) < 0 || json_dumpf(json, file, JSON_REAL_PRECISION(15)) != 0 ||
                 fputc('\n', file) == EOF))
        r = -EIO;
    json_decref(json);
    return r;
}

static int write_station(FILE *file, const struct station *station)
{
    return write_json(file, "station",
                      json_pack("{s:s, s:f, s:f, s:b, s:b, s:f, s:f}", "id", station->id, "plate_height_m",
                                station->plate_height_mm / 1000.0, "riser_height_m", station->riser_height_mm / 1000.0,
                                "floor_anchor", station->floor_anchor, "bench", station->bench, "capacity_n",
                                station->capacity_mn / 1000.0, "session_idle_s", station->session_idle_ms / 1000.0));
}

static int write_resume(FILE *file, const struct resume *resume)
{
    return write_json(file, "resume",
                      json_pack("{s:i, s:I, s:s, s:i, s:i, s:i, s:i, s:b, s:I}", "slot", resume->slot, "rev",
                                (json_int_t)resume->rev, "hash", resume->hash, "item", resume->item, "set", resume->set,
                                "side_index", resume->side_index, "reps_done", resume->reps_done, "counted",
                                (int)resume->counted, "ended_ns", (json_int_t)resume->ended_ns));
}

static int write_slot(FILE *file, int slot, const struct trace_header *header)
{
    const struct trace_text *payload = &header->slots[slot].payload;
    char *text = malloc(TRACE_LINE_MAX);
    char course[COURSE_LEN];
    int len = text ? payload_format(text, TRACE_LINE_MAX, payload->data, payload->len) : -1;
    int r = 0;

    course_str(&header->slots[slot].course, course);
    if (len < 0)
        r = text ? -EINVAL : -ENOMEM;
    else if (fprintf(file, "# slot-%d: used=%" PRId32 "%s%s %.*s\n", slot, header->slots[slot].used,
                     course[0] != '\0' ? " course=" : "", course, len, text) < 0)
        r = -EIO;
    free(text);
    return r;
}

static void write_milli(FILE *file, int64_t milli)
{
    fprintf(file, "%s%" PRId64 ".%03" PRId64, milli < 0 ? "-" : "", milli / 1000 * (milli < 0 ? -1 : 1),
            (milli < 0 ? -milli : milli) % 1000);
}

static void write_numbers(FILE *file, const struct trace_header *header)
{
    char started[WALL_TIME_LEN];

    if (header->sps_milli != ABSENT) {
        fputs("# sps: ", file);
        write_milli(file, header->sps_milli);
        fputc('\n', file);
    }
    if (header->started_wall_ns != ABSENT) {
        wall_time_str(header->started_wall_ns, started);
        fprintf(file, "# started: %s\n", started);
    }
    if (header->calibration.valid) {
        fprintf(file, "# calibration: %" PRId32 " ", header->calibration.zero_counts);
        write_milli(file, header->calibration.counts_per_n_milli);
        fputc('\n', file);
    }
    if (header->zero_mn != 0)
        fprintf(file, "# zero_mn: %" PRId32 "\n", header->zero_mn);
    if (!header->calibrated)
        fputs("# calibrated: no\n", file);
}

int trace_header_write(FILE *file, const struct trace_header *header)
{
    int r = 0;

    fputs(TRACE_FIRST_LINE "\n", file);
    write_numbers(file, header);
    if (header->has_station)
        r = write_station(file, &header->station);
    for (int slot = 1; slot <= SLOT_MAX && r == 0; slot++)
        if (header->slots[slot].held)
            r = write_slot(file, slot, header);
    if (r == 0 && header->resume.offered)
        r = write_resume(file, &header->resume);
    if (r == 0 && header->last_session[0] != '\0')
        fprintf(file, "# last_session: %s\n", header->last_session);
    return r == 0 && ferror(file) ? -EIO : r;
}
