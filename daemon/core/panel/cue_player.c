/* SPDX-License-Identifier: MIT */
/*
 * When lamps and buzzers go on and off; see gymstation/cue_player.h. What each cue sounds like is in cue_pattern.c.
 *
 *   a tick at 1.0 s, a phase at 1.4 s    the lamp comes on at 1.0, would go off at 1.5, and is kept on until 1.9
 *   an alert 0.2 s after a flash         the alert lamp waits 0.3 s; until then the lamp of the flash is the light beside it
 *   a step that comes 80 ms late         a 40 ms tick still sounds for AUDIBLE_NS; the next one is at its own time
 */
#include "gymstation/cue_player.h"

#include "daemon/core/panel/cue_pattern.h"

#define GAP_NS     (400 * NS_PER_MS) /* between two cues of one moment */
#define AUDIBLE_NS (40 * NS_PER_MS)  /* the shortest tone of a buzzer that is heard as one */

static unsigned bit(enum cue_output output)
{
    return 1u << output;
}

static int64_t later(int64_t a_ns, int64_t b_ns)
{
    return a_ns > b_ns ? a_ns : b_ns;
}

void cue_player_init(struct cue_player *player)
{
    *player = (struct cue_player){.moment_ns = ABSENT, .rise_ns = INT64_MIN / 2, .stepped_ns = INT64_MIN / 2};
    for (int i = 0; i < CUE_OUTPUT_COUNT; i++)
        player->until_ns[i] = INT64_MIN / 2;
}

void cue_player_alert(struct cue_player *player, bool on)
{
    player->steady = on;
}

/* ---- what waits ---------------------------------------------------------------------------------------------------- */

static void wait_for(struct cue_player *player, const struct cue_tone *tone)
{
    int at = player->n;

    if (player->n == TONES_MAX) {
        player->dropped++;
        return;
    }
    while (at > 0 && player->waiting[at - 1].at_ns > tone->at_ns) {
        player->waiting[at] = player->waiting[at - 1];
        at--;
    }
    player->waiting[at] = *tone;
    player->n++;
}

/* Of an older moment only what is due by the new one: a step that is late still has it to play. */
static void begin_moment(struct cue_player *player, int64_t at_ns)
{
    int kept = 0;

    while (kept < player->n && player->waiting[kept].at_ns < at_ns)
        kept++;
    player->n = kept;
    player->moment_ns = at_ns;
    player->free_ns = at_ns;
}

void cue_player_play(struct cue_player *player, const struct cue *cue)
{
    struct cue_pattern pattern;
    bool rhythm = cue_is_rhythm(cue->kind);

    cue_pattern(cue, &pattern);
    if (cue->at_ns != player->moment_ns)
        begin_moment(player, cue->at_ns);
    int64_t at_ns = rhythm ? cue->at_ns : player->free_ns;
    for (int part = 0; part < CUE_PARTS_MAX; part++) {
        const struct cue_part *of = &pattern.parts[part];
        for (int i = 0; i < of->n; i++) {
            struct cue_tone tone = {.at_ns = at_ns, .len_ns = of->len_ms * NS_PER_MS, .high = of->high};
            tone.alert = pattern.alert;
            tone.scheduled = rhythm || at_ns > cue->at_ns;
            wait_for(player, &tone);
            player->free_ns = later(player->free_ns, at_ns + tone.len_ns + GAP_NS);
            at_ns += of->step_ms * NS_PER_MS;
        }
    }
}

/* ---- what is on ---------------------------------------------------------------------------------------------------- */

static void begin_tone(struct cue_player *player, const struct cue_tone *tone, int64_t t_ns)
{
    enum cue_output pitch = tone->high ? CUE_BUZZER_HIGH : CUE_BUZZER;
    enum cue_output other = tone->high ? CUE_BUZZER : CUE_BUZZER_HIGH;
    int64_t end_ns = later(tone->at_ns + tone->len_ns, t_ns + AUDIBLE_NS);
    int64_t dark_ns = later(end_ns, t_ns + FLASH_NS);

    player->until_ns[pitch] = later(player->until_ns[pitch], end_ns);
    if (player->until_ns[other] > t_ns)
        player->until_ns[other] = t_ns; /* one pitch at a time */
    player->until_ns[CUE_LAMP] = later(player->until_ns[CUE_LAMP], dark_ns);
    if (tone->alert)
        player->until_ns[CUE_ALERT] = later(player->until_ns[CUE_ALERT], dark_ns);
}

static bool is_lamp(enum cue_output output)
{
    return output == CUE_LAMP || output == CUE_ALERT;
}

static bool wanted(const struct cue_player *player, enum cue_output output, int64_t t_ns)
{
    return player->until_ns[output] > t_ns || (output == CUE_ALERT && player->steady);
}

static bool is_on(const struct cue_player *player, enum cue_output output)
{
    return (player->levels & bit(output)) != 0;
}

/* Lamps that come on together are one flash. */
static void light(struct cue_player *player, enum cue_output lamp, int64_t t_ns)
{
    if (t_ns != player->rise_ns && t_ns - player->rise_ns < FLASH_NS)
        return;
    player->rise_ns = t_ns;
    player->levels |= bit(lamp);
    player->until_ns[lamp] = later(player->until_ns[lamp], t_ns + FLASH_NS);
}

unsigned cue_player_step(struct cue_player *player, int64_t t_ns, int64_t *ret_begun_ns)
{
    int due = 0;

    *ret_begun_ns = ABSENT;
    player->stepped_ns = t_ns;
    for (; due < player->n && player->waiting[due].at_ns <= t_ns; due++) {
        begin_tone(player, &player->waiting[due], t_ns);
        if (player->waiting[due].scheduled && *ret_begun_ns == ABSENT)
            *ret_begun_ns = player->waiting[due].at_ns;
    }
    player->n -= due;
    for (int i = 0; i < player->n; i++)
        player->waiting[i] = player->waiting[i + due];
    for (int i = 0; i < CUE_OUTPUT_COUNT; i++) {
        enum cue_output output = (enum cue_output)i;
        if (!wanted(player, output, t_ns))
            player->levels &= ~bit(output);
        else if (!is_lamp(output))
            player->levels |= bit(output);
        else if (!is_on(player, output))
            light(player, output, t_ns);
    }
    return player->levels;
}

/* When this output changes if nothing new is played. A lamp that waits comes on when the last flash is FLASH_NS old. */
static int64_t change_ns(const struct cue_player *player, enum cue_output output)
{
    bool steady = output == CUE_ALERT && player->steady;

    if (is_on(player, output))
        return steady ? NEVER : player->until_ns[output];
    if (!is_lamp(output) || !wanted(player, output, player->stepped_ns))
        return NEVER;
    return player->rise_ns + FLASH_NS;
}

int64_t cue_player_next_ns(const struct cue_player *player)
{
    int64_t next_ns = player->n > 0 ? player->waiting[0].at_ns : NEVER;

    for (int i = 0; i < CUE_OUTPUT_COUNT; i++) {
        int64_t at_ns = change_ns(player, (enum cue_output)i);
        if (at_ns < next_ns)
            next_ns = at_ns;
    }
    return next_ns;
}
