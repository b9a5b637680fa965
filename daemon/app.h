/* SPDX-License-Identifier: MIT */
/*
 * The application: owns everything, moves data, decides nothing about exercises.
 *
 *   app.c          the loop: what wakes it, and what is then done
 *   app_open.c     opens everything, in order
 *   app_feed.c     inputs and deadlines to the core; what comes out to journal, source and broker
 *   app_mqtt.c     what arrives from the broker; prescriptions kept
 *   app_command.c  commands and their replies
 *   app_delivery.c the collector: acknowledgements, events asked for again
 *   app_publish.c  state, live, health, prescription/<slot>
 *   app_record.c   when a recording begins and what its header says
 *   app_panel.c    buttons, pedals and the card reader become inputs
 *   app_zero.c     calibration and working zero: read at the start, kept beside the journal
 *   app_board.c    what the board says of its own trouble
 *   app_clock.c    what the wall clock says, and whether it can be trusted
 *   app_sched.c    the loop's share of the processor
 *   app_cues.c     cues become light and sound
 *
 * Everything here runs in the loop's thread.
 */
#ifndef GYMSTATION_DAEMON_APP_H
#define GYMSTATION_DAEMON_APP_H

#include <systemd/sd-event.h>

#include "gymstation/calibration.h"
#include "gymstation/certificate.h"
#include "gymstation/config.h"
#include "gymstation/event_json.h"
#include "gymstation/exercise_file.h"
#include "gymstation/journal.h"
#include "gymstation/latency.h"
#include "gymstation/mqtt.h"
#include "gymstation/recorder.h"
#include "gymstation/source.h"

#define RESENDS_MAX 8 /* resends that wait for the journal's answer */

/* Of the loop's sources; what they are to do cannot wait. The others are at SD_EVENT_PRIORITY_NORMAL, 0. */
#define APP_PRIORITY_PANEL (-30)
#define APP_PRIORITY_CUES  (-20)

/* A prescription's bytes: the core holds what they say, the journal and the recorder want them as they arrived. */
struct rx_text {
    char hash[HASH_LEN]; /* "": none */
    char *payload;
    size_t size;
};

struct reply_kept {
    enum command_kind command;
    char id[ID_LEN];
    char *payload;           /* NULL: none */
    bool found;              /* of a run before this one */
    int64_t tag;             /* of the journal's notice that it is durable */
    struct mqtt_message *to; /* whom to send it then; NULL: it was sent */
};

/* A resend that the journal has not answered yet: whom to answer. */
struct resend_asked {
    int64_t tag; /* 0: free */
    char id[ID_LEN];
    struct mqtt_message to; /* without payload */
};

struct app {
    const struct config *config;
    struct exercise_set *exercises;
    char boot[ID_LEN];
    struct calibration calibration; /* of raw counts: the trace's header's, else the configuration's */
    struct calibrated_data
        calibrated_as;        /* of that calibration; wall_ns ABSENT: it is the configuration's, or there is none */
    struct working_zero zero; /* as it was kept last */
    struct zero_keeper *zero_keeper; /* NULL: a recording's zero is its own */
    sd_event *loop;
    sd_event_source *on_source, *on_deadline;
    sd_event_source *on_buttons, *on_devices;
    struct app_panel *panel;
    struct app_cues *cues;
    bool real_time; /* the loop's thread */
    int exit_code;

    struct source *source;
    bool source_is_trace, source_is_sensor, source_broken;
    bool source_ended, source_held; /* held: waits until the journal has caught up */
    bool calibrated;
    bool calibration_told; /* its `calibrated` event has been given */
    struct journal *journal;
    struct mqtt *mqtt;
    struct recorder *recorder;
    struct core *core;
    struct core_outs outs;
    struct rx_arrival arrival;

    struct station station; /* the configuration's, or as a trace says it was recorded on */
    struct rx_text held[SLOT_MAX + 1], pending[SLOT_MAX + 1];
    struct slot_last rejected[SLOT_MAX + 1]; /* as the journal has it */
    struct rx_text candidate;                /* of the prescription that is being fed */
    int32_t used[SLOT_MAX + 1];
    struct course course[SLOT_MAX + 1];
    char *slot_shown[SLOT_MAX + 1]; /* what prescription/<slot> says */

    char session[UUID_LEN];      /* of the session at hand, once its first event is committed; "" outside one */
    char last_session[UUID_LEN]; /* the one that ended last, or "" */
    const struct mqtt_message *commanding; /* whose reply the core is about to give */
    struct reply_kept replies[JOURNAL_REPLIES_MAX];
    int next_reply;
    struct resend_asked resends[RESENDS_MAX];
    int64_t last_tag;
    int64_t command_window_ns; /* rate limit: start of the second at hand */
    int commands_in_window;

    struct snapshot shown; /* as last published on `state` */
    char shown_session[UUID_LEN];
    int64_t shown_mono_ns;
    int64_t live_mono_ns, health_mono_ns, watchdog_mono_ns, clock_mono_ns;
    int64_t started_mono_ns;
    int64_t board_mono_ns; /* last look at the board */
    int undervoltage;      /* as health says it: 1, 0, or -1 */
    bool health_due;
    int64_t watchdog_ns, watchdog_seq;

    bool storage_failing; /* the journal says that writing fails */
    bool storage_blocked; /* the core has been told that no session may start */
    bool wall_synced;
    bool wall_known;
    int64_t clock_lost_mono_ns; /* since when the wall clock is not synced, or NEVER */
    int64_t wall_offset_ns;     /* wall less monotonic time, as the core was told last */
    bool session_closed;        /* by app_close_session(): all that is left of it is where it can go on */
    int64_t committed_seq, waiting, oldest_wall_ns;
    bool connected;
    uint64_t reconnects, refusals, takeovers;
    int64_t takeover_mono_ns; /* of the last one, while duplicate_id is raised; else 0 */
    char last_refusal[320];   /* with what may be done about it */
    char cert_file[2 * CONFIG_TEXT_LEN];
    struct certificate certificate; /* of cert_file, as read last */
    int64_t certificate_mono_ns;    /* when to read it again */
    uint64_t samples;
    int64_t rate_first_ns, rate_last_ns; /* stamps of the samples counted for health.sps */
    int64_t rate_count;

    bool recording, recording_session; /* a file is open; it holds a session */
    int64_t recording_since_ns;
    int64_t touched_ns; /* last button or prescription */
};

/* app.c */
int64_t app_mono_ns(void);
int64_t app_now_ns(const struct app *app); /* station time */
void app_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void app_exit(struct app *app, int code);
int app_open_loop(struct app *app);

/* app_open.c: what was held and what broke off: from the journal, or as a recording says it was */
void app_take_up(struct app *app);

/* app_secret.c */
/* The first line of a file that only its owner may read; 0, or 1 after a message that names the key. */
int app_read_password(const char *key, const char *name, char *ret, size_t size);
/* Paths of the files for TLS; 0, or 1 after a message that names the key. */
struct app_tls {
    char ca[2 * CONFIG_TEXT_LEN], cert[2 * CONFIG_TEXT_LEN], key[2 * CONFIG_TEXT_LEN];
};
int app_open_tls(struct app *app, struct app_tls *ret);
int64_t app_cert_days_left(const struct app *app); /* negative: expired; ABSENT: the station has none */
void app_watch_certificate(struct app *app);
void app_say_refusal(struct app *app, const char *refusal); /* once, with what may be done about it */

/* app_feed.c */
void app_feed(struct app *app, struct input *input, const char *text, size_t text_len);
void app_fire_until(struct app *app, int64_t t_ns);
/*
 * What the source has until until_ns, however much a stall has let pile up: a deadline must not pass an input that is
 * stamped before it. Of a source that is faster than real time a batch; station time waits for the rest. 0, or a
 * negative errno when the source is broken.
 */
int app_take_source(struct app *app, int64_t until_ns);
void app_arm(struct app *app); /* the loop's timer for the core's next deadline */
void app_station_event(struct app *app, enum event_type type, const char *reason);
void app_own_event(struct app *app, const struct event *event); /* one that the core knows nothing of */
/* An orderly stop in mid-session: the session ends now, reason stopped; the patient can go on after the next start. */
void app_close_session(struct app *app);
void app_watch_storage(struct app *app);

/* app_mqtt.c */
void app_hold_found(struct app *app); /* what the journal held, into the core; before the first input */
void app_hold_recorded(struct app *app, const struct trace_header *header); /* likewise, what a trace's header says */
void app_rx_arrived(struct app *app, const struct rx_arrival *arrival, const char *text, size_t text_len);
void app_rx_answered(struct app *app, const struct rx_arrival *arrival);
void app_sync_slots(struct app *app);
void app_message(struct app *app, struct mqtt_message *message);
void app_mqtt_free(struct app *app);

/* app_command.c */
void app_command_arrived(struct app *app, struct mqtt_message *message);
void app_reply(struct app *app, const struct reply *reply,
               bool after_event); /* the core's; after an event of its own */
/* It has acted in this run: its reply is kept. What a run before this one did is no matter to a recording. */
bool app_command_seen(const struct app *app, const struct command *command);
/*
 * The reply that a command's id is good for from now on; to: whom, or NULL. payload is taken over. once_durable: it is
 * sent when the journal has it, with the events that were appended before it.
 */
void app_send_reply(struct app *app, const struct mqtt_message *to, enum command_kind command, const char *id,
                    char *payload, bool once_durable);
void app_remembered(struct app *app, int64_t tag); /* the journal has it */
void app_replies_found(struct app *app);           /* of the runs before this one */
void app_replies_free(struct app *app);

/* app_delivery.c */
void app_say_fault(const struct app *app, const struct event *event);     /* app_faults.c: raised or cleared */
void app_fault(struct app *app, enum fault fault, bool raised);           /* nothing happens when it is so already */
void app_watch_link(struct app *app, const struct mqtt_message *message); /* NULL: time has passed */
void app_ack_arrived(struct app *app, const struct mqtt_message *message);
void app_resend(struct app *app, const struct mqtt_message *message, const struct command *command);
void app_resend_answered(struct app *app, const struct journal_notice *notice);

/* app_publish.c */
void app_publish(struct app *app); /* whatever is due */
void app_publish_slot(struct app *app, int slot);
void app_publish_all(struct app *app);

/* app_record.c */
void app_record_idle(struct app *app); /* begins a new file where that is due */

/* app_panel.c */
int app_open_panel(struct app *app);                   /* 0 or the exit code after a message; after the loop */
void app_take_panel(struct app *app);                  /* what was pressed until now, into the core */
void app_tick_panel(struct app *app, int64_t mono_ns); /* looks for devices that were unplugged */
const struct latency *app_press_delivery(const struct app *app); /* from the kernel's stamp to the core */
void app_close_panel(struct app *app);
int app_on_panel(sd_event_source *s, int fd, uint32_t revents, void *userdata); /* app.c */

/* app_zero.c */
void app_load_calibration(struct app *app); /* into app->calibration: the file's, else the configuration's */
void app_load_zero(struct app *app);        /* once the source has said whose counts they are */
int app_open_zero(struct app *app);         /* 0 or the exit code after a message; after the core */
void app_tell_calibration(struct app *app); /* `calibrated`, once for a new one */
void app_keep_zero(struct app *app);        /* when it has moved */
void app_close_zero(struct app *app);

/* app_board.c */
void app_watch_board(struct app *app, int64_t mono_ns); /* looks when it is time to */

/* app_clock.c */
void app_watch_clock(struct app *app, int64_t mono_ns); /* looks when it is time to */

/* app_sched.c: real-time for the loop's thread, or as near to it as is permitted */
void app_hurry(struct app *app);

/* app_cues.c */
int app_open_cues(struct app *app); /* 0 or the exit code after a message; after the loop */
void app_play(struct app *app, const struct cue *cue);
void app_show_alert(struct app *app); /* the alert lamp as the core stands; and the timer as time stands */
const struct latency *app_cue_jitter(const struct app *app);
void app_close_cues(struct app *app); /* everything off */

/* What main calls. 0 or the exit code after a message. */
int app_open(struct app *app, const struct config *config); /* app_open.c */
int app_run(struct app *app);                               /* until a signal; the exit code */
void app_close(struct app *app);

#endif
