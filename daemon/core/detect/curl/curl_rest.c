/* SPDX-License-Identifier: MIT */
/* The curl between repetitions: finding the rest level, keeping to it, and the next way up; detector_curl.h has the rules. */
#include "daemon/core/detect/curl/detector_curl.h"

#include "daemon/core/fixed.h"

int curl_step_level(struct curl_detector *curl, int64_t t_ns, int64_t force_mn)
{
    const struct quiet *quiet = &curl->quiet;
    int64_t since_ns = curl->state_ns;
    bool had = curl->rest_mn != ABSENT;
    int64_t off_mn = had ? force_mn - curl->rest_mn : 0;
    int64_t near_mn = fixed_max(curl_part(curl_amp_mn(curl), 30), curl_enter_mn(curl));
    bool brief = curl->was_off && t_ns - since_ns < CURL_BRIEF_NS && off_mn <= curl_part(curl_amp_mn(curl), 150);
    bool near = had && off_mn >= -near_mn && (brief || off_mn <= near_mn);

    if (!live_dwell(&curl->above_ns, near, t_ns, brief ? CURL_BACK_NS : NS_PER_S)) {
        int64_t least = had ? curl->rest_mn / 2 : CONTACT_ON_MN;
        if (!quiet->have_level || quiet->level_t_ns - since_ns < 2 * NS_PER_S || quiet->level_mn < least)
            return 0;
        curl->rest_mn = quiet->level_mn;
        curl->noise_mn = fixed_max(curl->noise_mn, quiet->noise_mn);
    }
    curl->search_ns = curl->still_ns = t_ns;
    curl->prev_end_ns = ABSENT;
    curl->was_off = false;
    curl_live_begin(&curl->live);
    curl_enter(curl, CURL_STATE_REST, t_ns);
    return 0;
}

static void move_rest(struct curl_detector *curl, int64_t by_mn)
{
    curl->rest_mn += by_mn;
    lean_moved(&curl->lean, by_mn);
    curl_level_shift(&curl->level, -by_mn);
}

/*
 * Who stands still between reps somewhere else than at the rest level has another one: it was taken while something
 * moved, a hand takes some of the weight now, the zero drifts.
 */
static void follow_rest(struct curl_detector *curl, int64_t t_ns, int64_t u_mn)
{
    int64_t a = curl_amp_mn(curl),
            even = fixed_max(curl_part(a, CURL_EVEN_PCT), curl_part(curl->noise_mn, CURL_EVEN_PCT * 10));
    int64_t off = fixed_max(curl_part(a, curl->doubtful ? CURL_OFF_PCT : 2 * CURL_OFF_PCT), curl->noise_mn);

    if (curl->flat_ns == ABSENT || u_mn > curl->flat_mn + even || u_mn < curl->flat_mn - even) {
        curl->flat_ns = t_ns;
        curl->flat_mn = u_mn;
    }
    if (t_ns - curl->flat_ns < CURL_FLAT_NS || fixed_abs(u_mn) < off)
        return;
    move_rest(curl, u_mn);
    curl->moved_ns = t_ns;
    curl->moved_mn = u_mn;
    curl->flat_ns = ABSENT;
    curl->above_ns = ABSENT;
}

/* What went up, and on to a repetition at once, was no rest level but the limb that set off: taken back. */
static int64_t set_off(struct curl_detector *curl)
{
    int64_t by_mn = curl->moved_mn;

    if (curl->moved_ns == ABSENT || by_mn <= 0 || curl->above_ns - curl->moved_ns > CURL_SET_OFF_NS)
        return 0;
    move_rest(curl, -by_mn);
    return by_mn;
}

int curl_step_rest(struct curl_detector *curl, int64_t t_ns, int64_t u_mn)
{
    bool entered = live_dwell(&curl->above_ns, u_mn >= curl_enter_mn(curl), t_ns, CURL_DWELL_NS);

    if (curl->above_ns == t_ns)
        curl->peak_mn = 0;
    curl->peak_mn = fixed_max(curl->peak_mn, curl->above_ns == ABSENT ? 0 : u_mn);
    if (!entered) {
        follow_rest(curl, t_ns, u_mn);
        return 0;
    }
    curl->peak_mn += set_off(curl);
    curl->enter_ns = curl->above_ns - curl_level_late_ns(&curl->level);
    curl_enter(curl, CURL_STATE_REP, t_ns);
    return 0;
}

int64_t curl_down_before_ns(const struct curl_detector *curl, int64_t left_ns)
{
    const struct rep_buffer *buffer = &curl->buffer;
    int64_t a = curl_amp_mn(curl), sum = 0, at_ns;
    int64_t low_mn = curl->rest_mn - fixed_max(curl_part(a, 15), curl->noise_mn), n = 0;
    int i = rep_buffer_find(buffer, left_ns);

    for (; i > 0 && (i >= buffer->n || rep_buffer_at(buffer, i)->force_mn < low_mn); i--)
        ;
    if (i == 0)
        return ABSENT;
    at_ns = rep_buffer_at(buffer, i)->t_ns - CURL_LEAVING_NS;
    for (; i >= 0 && (n < 2 || rep_buffer_at(buffer, i)->t_ns > at_ns - CURL_BEFORE_NS); i--) {
        if (rep_buffer_at(buffer, i)->t_ns > at_ns)
            continue;
        sum += rep_buffer_at(buffer, i)->force_mn - curl->rest_mn;
        n++;
    }
    return n >= 2 && sum / n < curl_part(a, CURL_DOWN_PCT) ? at_ns : ABSENT;
}

/* Who was there before the level changed stands on another one: hands are looked for anew. */
static void shift(struct curl_detector *curl, int64_t by_mn)
{
    curl_level_shift(&curl->level, -by_mn);
    curl->now_mn -= by_mn;
    curl->flat_ns = curl->above_ns = curl->left_ns = ABSENT;
    curl->min_mn = INT64_MAX;
    quiet_init(&curl->quiet);
    support_begin(&curl->support);
    lean_begin_anew(&curl->lean);
    curl->still_ns = NEVER;
}

int64_t curl_mind_others(struct curl_detector *curl, int64_t t_ns, int64_t u_mn)
{
    const struct curl_others_input in = {
        .t_ns = t_ns, .u_mn = u_mn, .rest_mn = curl->rest_mn, .amp_mn = curl->amp_mn, .noise_mn = curl->noise_mn};
    bool stands =
        curl->state != CURL_STATE_LEVEL && curl->state != CURL_STATE_LOST && curl->rest_mn >= CURL_LEFT_MIN_MN;
    int64_t by_mn = stands ? curl_others_step(&curl->others, &in, &curl->buffer) : 0;

    curl->odd = curl->odd || curl->others.base_mn != 0 || by_mn != 0;
    if (by_mn == 0)
        return u_mn;
    if (curl->others.base_mn == 0) { /* and what the rest level followed meanwhile was theirs */
        by_mn += curl->others.rest_mn - curl->rest_mn;
        curl->rest_mn = curl->others.rest_mn;
    }
    shift(curl, by_mn);
    curl->peak_mn = fixed_min(curl->peak_mn, curl->amp_mn);
    bool hidden = by_mn < 0 && curl->state == CURL_STATE_REST && curl->told_ns < curl->others.jump_ns;
    if (hidden) /* by their leaving: a rep may be in what is seen only now */
        curl->enter_ns = curl->others.jump_ns;
    if (hidden || curl->state == CURL_STATE_LOW)
        curl_enter(curl, CURL_STATE_REP, t_ns);
    return u_mn - by_mn;
}
