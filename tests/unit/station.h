/* SPDX-License-Identifier: MIT */
/*
 * A station under test: a core in virtual time with the real exercises, hands on its buttons, a load on its box, and
 * everything it says as lines of text. Times given and written are seconds of virtual time, which begins at 0.
 *
 *     struct station_rig *rig = rig_new(NULL);
 *     rig_prescribe(rig, 1, "'rev':1,'ask':[],'items':[{...}]");   single quotes stand for double ones
 *     rig_click(rig, BUTTON_START);
 *     rig_run(rig, 12.5);
 *     assert_string_equal(rig_events(rig), "...\n");
 *
 * Lines of events (see station_line.c) begin with their type, cues with "~", replies with ">".
 */
#ifndef GYMSTATION_TESTS_STATION_H
#define GYMSTATION_TESTS_STATION_H

#include "daemon/core/core_state.h"
#include "gymstation/exercise_file.h"

struct text {
    char *v;
    size_t len, room;
};

struct station_rig {
    struct core *core;
    struct exercise_set *exercises;
    int64_t t_ns;      /* virtual time: last input */
    int64_t period_ns; /* of samples; 0: none */
    int64_t sample_ns; /* next one */
    int32_t force_mn;  /* on the box */
    bool poll;         /* look at deadlines and snapshots again and again, as a restless caller would */
    int command_id;
    int lost;         /* outputs that did not fit */
    struct text log;  /* "12.500 line\n" of everything */
    struct text view; /* what the last rig_events() or the like returned */
    size_t mark;      /* of log: what has been looked at */
};

#define RIG_SLOW_NS (100 * NS_PER_MS)          /* 10 samples a second: enough where nothing is measured */
#define RIG_FAST_NS (12500 * NS_PER_MS / 1000) /* 80 */

/* What the contract lets replay assume: a station that has everything. Calibrated. */
void rig_setup(struct core_setup *ret);
/* An empty box, 10 samples a second. setup NULL: rig_setup(); its exercises are filled in here. Ends the test when memory or the exercises are missing. */
struct station_rig *rig_new(const struct core_setup *setup);
/* A station of its own that has lived the same life so far, with an empty log. */
struct station_rig *rig_clone(const struct station_rig *rig);
void rig_free(struct station_rig *rig);

/* ---- time and the world ---- */
int64_t rig_ns(double s);
void rig_run_until(struct station_rig *rig, int64_t t_ns);
void rig_run(struct station_rig *rig, double s);
void rig_feed(struct station_rig *rig, struct input *input); /* stamps it now */
void rig_sensor(struct station_rig *rig, int64_t period_ns); /* 0: silence */
void rig_load(struct station_rig *rig, double newtons);
/* From what is on the box to that, slowly at either end, over s seconds of 80 samples. */
void rig_ramp(struct station_rig *rig, double newtons, double s);
void rig_button(struct station_rig *rig, enum button button, bool pressed);
void rig_hold_button(struct station_rig *rig, enum button button, double s);
void rig_click(struct station_rig *rig, enum button button);         /* 0.1 s */
void rig_clicks(struct station_rig *rig, enum button button, int n); /* 0.4 s apart */
void rig_card(struct station_rig *rig, const char *hash);
void rig_clock(struct station_rig *rig, int64_t wall_ns, bool synced);
void rig_trouble(struct station_rig *rig, enum trouble trouble);
void rig_fault(struct station_rig *rig, enum fault fault, bool raised);
void rig_command(struct station_rig *rig, enum command_kind kind);
void rig_answer(struct station_rig *rig, enum question_kind kind, int score);
/* keys: those of the contract but v, id and by. NULL withdraws. The hash is the text's. */
void rig_prescribe(struct station_rig *rig, int slot, const char *keys);

/* A new station with 80 samples a second and so much on its box: start at that time, and 5 s (prep_s) later, now, go. */
struct station_rig *rig_at_go(const char *rx, double newtons, double start_s);

/* ---- what it said since the last look ---- */
const char *rig_events(struct station_rig *rig); /* events, without times */
const char *rig_all(struct station_rig *rig);    /* events, cues and replies, with times */
const char *rig_cues(struct station_rig *rig);   /* cues, with times */
const char *rig_replies(struct station_rig *rig);
void rig_forget(struct station_rig *rig);
enum now rig_now(const struct station_rig *rig);

/* ---- text ---- */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_clear(struct text *text);
/* One output without its time, in words; see station_line.c. */
void out_line(const struct core_out *out, struct text *text);
double seconds(int64_t t_ns);

/*
 * Compares text with a file of the source tree; on a difference it prints the first line that differs and fails.
 * GYMSTATION_UPDATE=1 writes the file anew: say in the commit why it changed.
 */
void golden_check(const char *path, const char *text);

#endif
