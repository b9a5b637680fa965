/* SPDX-License-Identifier: MIT */
/*
 * Everything that the station says, as the JSON of the public contract (schemas: config/mqtt/).
 *
 * All functions may be called from any thread and share nothing. Those that return char * return compact JSON with its
 * keys in the contract's order: free() it; NULL when there is no memory (or, where said, nothing to render). Published
 * decimals come from scaled integers, rounded half away from zero: seconds 3 decimals, newtons 2, newton seconds 2,
 * per cent 1. Numbers that are ABSENT and texts that are "" are left out. The same input gives the same bytes.
 */
#ifndef GYMSTATION_EVENT_JSON_H
#define GYMSTATION_EVENT_JSON_H

#include "gymstation/core.h"

/* How good the wall time in `ts` was when it was written. */
enum clock_quality { CLOCK_UNSYNCED, CLOCK_SYNCED, CLOCK_RECONSTRUCTED };
const char *clock_quality_str(enum clock_quality quality);

/* What the journal (or replay) adds to an event. Texts are the caller's, NULL counts as "". */
struct envelope_stamp {
    const char *journal; /* uuid */
    int64_t seq;
    const char *station;
    const char *boot;
    int64_t wall_ns; /* ns since 1970 at head.t_ns, as known now */
    enum clock_quality clock;
    const char *session;      /* uuid of the session at hand; used where head.in_session */
    const char *last_session; /* uuid of the session that ended last: session_started.resumes, where it does */
    int64_t first_seq;        /* seq of the session's first event; used in session_completed; 0: not known */
    /* Closing events after a power cut: boot and time (ns, of that boot) of the last commit; else NULL or "". */
    const char *last_boot;
    int64_t last_t_ns;
};

/*
 * The `data` object of an event. exercises: the table to which rx_item.exercise points, needed only for
 * prescription_accepted.
 */
char *event_data_json(const struct event *event, const struct exercise *exercises);

/* The whole envelope; data_json is what event_data_json() gave. NULL also when data_json is not a JSON object. */
char *envelope_json(const struct envelope_stamp *stamp, const struct event_head *head, const char *data_json);

/* The session's id: a UUIDv8 made of the journal's uuid and the seq of session_started; the same for the same two. */
void session_uuid(const char *journal_uuid, int64_t seq, char ret[UUID_LEN]);

/* What the topic `session` retains: the envelope of session_completed without the patient. NULL when not JSON. */
char *session_retained_json(const char *envelope);

/*
 * One readable, aligned line for a person watching, without a line end: "07:56:00 leg-01 #1842  set 2/left  rep 3 ...".
 * 0, or -EINVAL when the text is not an event envelope (line is then ""). Cut to len.
 */
int event_human(const char *envelope, char *line, size_t len);

/* The moment and the session to which a snapshot belongs. */
struct state_stamp {
    const char *boot;
    int64_t t_ns;        /* the snapshot's monotonic time */
    int64_t wall_ns;     /* the same moment, ns since 1970 */
    const char *session; /* uuid, or "" outside a session */
};

char *state_json(const struct snapshot *snapshot, const struct state_stamp *stamp); /* topic state */
char *live_json(const struct snapshot *snapshot, const struct state_stamp *stamp);  /* topic live */

/* Topic prescription/<slot>: what is held and how the last arrival was answered; never the patient. */
char *slot_json(const struct slot_held *held, const struct slot_last *last, const struct exercise *exercises);

/* Topic reply/<name>. */
char *reply_json(const struct reply *reply);
/* The same for resend, which was accepted: with the ranges that cannot be sent any more. */
char *resend_reply_json(const char *id, const struct seq_range *gone, int gone_n);

/* Topic homeassistant/device/gymstation-<s>/config: what Home Assistant shows of a station; nothing of a patient. */
char *discovery_json(const char *prefix, const char *station, const char *version);

struct health_counter {
    const char *name; /* [a-z0-9_]+ */
    uint64_t value;
};

/* Topic health. Start with health_init(); what stays ABSENT, "" or -1 is left out. Texts are the caller's. */
struct health {
    int64_t wall_ns; /* of this message */
    const char *boot, *version;
    int64_t uptime_ns;
    int64_t restarts;        /* starts of the daemon with this journal, less one */
    int64_t conn;            /* connections made to the broker since the start; 1: never lost */
    const char *journal;     /* uuid */
    int64_t seq;             /* last committed */
    int64_t queue;           /* committed events without the broker's acknowledgement */
    int64_t queue_oldest_ns; /* age of the oldest of them */
    enum clock_quality clock;
    int64_t sps_milli;         /* measured rate, thousandths of samples a second */
    int64_t noise_mg, zero_mg; /* thousandths of a gram */
    int64_t calibrated_wall_ns;
    int rt;           /* real-time scheduling obtained: 1, 0, or -1 where there is no sensor thread */
    int64_t temp_mc;  /* thousandths of a degree Celsius */
    int undervoltage; /* 1, 0, or -1: the machine does not say */
    int64_t disk_free_mb;
    int64_t cert_days_left;
    const char *last_refusal; /* one line: what was refused last and why */
    const struct health_counter *counters;
    int counter_count;
};

void health_init(struct health *health);
char *health_json(const struct health *health);

#endif
