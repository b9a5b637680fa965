/* SPDX-License-Identifier: MIT */
/*
 * Cues as tones and light on an absolute schedule: which output is on when. Pure; one thread at a time. Times are the
 * caller's, in ns, never decreasing; what a late caller finds due happens then, and the schedule behind it stays.
 *
 *     cue_player_play(&player, &cue);
 *     levels = cue_player_step(&player, now_ns, &begun_ns);     and again at cue_player_next_ns()
 *
 * Three promises, whatever is played and however late: no two flashes begin within FLASH_NS (2 Hz, lamps taken together: a
 * light that would is kept on instead, or waits); a lamp is on whenever a buzzer is; a newer cue ends what an older one
 * has yet to say, except that cues of one moment are said one after the other.
 */
#ifndef GYMSTATION_CUE_PLAYER_H
#define GYMSTATION_CUE_PLAYER_H

#include "gymstation/cue.h"

#define FLASH_NS  (500 * NS_PER_MS) /* flashes of 2 Hz begin this far apart; also the shortest light */
#define TONES_MAX 64 /* waiting; three cues of one moment, the longest (item 16 on the right) 18 tones each */

struct cue_tone {
    int64_t at_ns, len_ns;
    bool high, alert;
    bool scheduled; /* its time was known before it came: its delay is jitter, not the way from a press */
};

struct cue_player {
    struct cue_tone waiting[TONES_MAX]; /* by time */
    int n;
    int64_t moment_ns; /* of the cue played last */
    int64_t free_ns;   /* where the next cue of that moment may begin */
    unsigned levels;
    int64_t stepped_ns;                 /* the last step */
    int64_t rise_ns;                    /* when a lamp came on last */
    int64_t until_ns[CUE_OUTPUT_COUNT]; /* wanted on until then */
    bool steady;                        /* the alert stays on */
    uint64_t dropped;                   /* tones that found no room: a bug; tests hold it at zero */
};

void cue_player_init(struct cue_player *player);

/* At cue->at_ns, or as soon after it as the next step comes. */
void cue_player_play(struct cue_player *player, const struct cue *cue);

/* The alert lamp stays on: a call is open, or the station is at fault. From the next step on. */
void cue_player_alert(struct cue_player *player, bool on);

/* When something changes next, or NEVER. May be in the past: due now. */
int64_t cue_player_next_ns(const struct cue_player *player);

/*
 * Does what is due at t_ns; returns the levels of the outputs from now on. *ret_begun_ns: when the scheduled tone
 * that begins now was due (the earliest, if several), else ABSENT.
 */
unsigned cue_player_step(struct cue_player *player, int64_t t_ns, int64_t *ret_begun_ns);

#endif
