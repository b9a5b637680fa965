/* SPDX-License-Identifier: MIT */
/*
 * Pelvis off, pelvis down; pelvis.h has the rules. Timelines (B = 100 N, A = 165 N, tempo 2-1-3-1):
 *
 * 1. u passes 75 N and stays: UP; falls below 50 N: LOW; 160 ms later: second look, MARK_REP from off to down, DOWN.
 * 2. The feet press 90 N for 2 s and let go: UP, LOW, second look: 90 of 165 N is no rep.
 * 3. The pelvis is dropped: u falls, jumps to 200 N for 0.1 s, falls: LOW sees it come and go; one rep.
 * 4. The pelvis hovers over the floor between reps: 10.2 s after lift-off MARK_NOT_SEEN with no_touchdown.
 * 5. The feet leave the box while the pelvis is up: LEVEL; the rep is partial. They are back after 2 s and lift: DOWN.
 */
#include "daemon/core/detect/pelvis/pelvis.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/pelvis/pelvis_guess.h"
#include "daemon/core/detect/pelvis/pelvis_look.h"
#include "daemon/core/detect/pelvis/pelvis_rest.h"

#define ENTER_PCT    45
#define LOW_PCT      30
#define DROP_LOW_PCT 45 /* as low as this is down too when ... */
#define DROP_PCT     75 /* ... the load fell by so much of A: a hand that let go of the chair holds u up by a third of it */
#define BOUNCE_PCT   60
#define REST_LOW_PCT 20 /* of the rest level; a hand takes more from the lightest only */
#define FALLEN_PCT   60 /* of A: a thrust may be held below its top */
#define AWAY_PCT     60 /* of the rest level is gone: the feet are in the air, however the box rings */
#define FALL_PCT     5  /* of A, within PELVIS_FALL_NS */
#define SLOPE_PCT    20 /* of A, beside the rest level */
#define SLOPE_MOST   4
#define BACK_PCT     15
#define DRIFT_PCT    10 /* the rest level follows quiet spells: lower ones, and higher ones up to this; 30 % is a press */

int64_t pelvis_amp_mn(const struct pelvis *pelvis)
{
    return pelvis_median(&pelvis->amps);
}

int64_t pelvis_u_mn(const struct pelvis *pelvis)
{
    if (pelvis->buffer.n == 0 || pelvis->rest_mn == ABSENT)
        return 0;
    return rep_buffer_at(&pelvis->buffer, pelvis->buffer.n - 1)->force_mn - pelvis->rest_mn;
}

static void enter(struct pelvis *pelvis, enum pelvis_state state, int64_t t_ns)
{
    pelvis->state = state;
    pelvis->state_ns = t_ns;
    pelvis->above_ns = pelvis->back_ns = ABSENT;
}

void pelvis_begin(struct pelvis *pelvis, const struct detector_setup *setup, const struct pelvis_rules *rules)
{
    const struct references *refs = &setup->refs;

    pelvis->rules = *rules;
    pelvis->start_ns = pelvis->search_ns = setup->start_ns;
    pelvis->up_max_ns = live_patience_ns(setup->dose);
    pelvis->others_max_ns = live_slow_ns(setup->dose);
    int64_t rep_ns = live_rep_ns(setup->dose);
    pelvis->begun_min_ns = rep_ns > 0 ? rep_ns * PELVIS_BEGUN_PCT / 100 : PELVIS_BEGUN_NS;
    pelvis->was_down = false;
    /* An empty box is no rest level: feet that come late would lift the pelvis. */
    pelvis->rest_mn =
        refs->rest_mn == ABSENT || fixed_abs(refs->rest_mn) < CONTACT_OFF_MN ? ABSENT : fixed_force(refs->rest_mn);
    pelvis->guessed = false;
    pelvis->base_mn = pelvis->rest_mn;
    pelvis->flat_ns = setup->start_ns;
    pelvis->noise_mn = refs->noise_mn == ABSENT ? 0 : fixed_force(refs->noise_mn);
    pelvis->amps = pelvis->tension = pelvis->unload = pelvis->peaks = (struct pelvis_median){0};
    if (setup->ref_amp_mn != ABSENT)
        pelvis_median_add(&pelvis->amps, setup->ref_amp_mn);
    pelvis->n_reps = 0;
    pelvis->peak_mn = 0;
    pelvis->enter_ns = pelvis->left_ns = pelvis->prev_end_ns = ABSENT;
    pelvis->was_off = false;
    sieve_begin(&pelvis->input, PELVIS_SPIKE_MN, true);
    pelvis->move = (struct live_move){.level_mn = ABSENT};
    quiet_init(&pelvis->quiet);
    rep_buffer_clear(&pelvis->buffer);
    enter(pelvis, pelvis->rest_mn == ABSENT ? PELVIS_STATE_LEVEL : PELVIS_STATE_DOWN, setup->start_ns);
}

/* ---- a rep ---- */

static struct mark rep_mark(int64_t t_ns, const struct rep_data *rep)
{
    return (struct mark){.kind = MARK_REP, .t_ns = t_ns, .flags = rep->flags, .rep = *rep};
}

static int finish(struct pelvis *pelvis, int64_t low_ns, int64_t t_ns, struct mark *mark)
{
    struct rep_data rep;
    bool is_rep = pelvis_look(pelvis, low_ns, t_ns, &rep);

    pelvis->search_ns = fixed_max(pelvis->search_ns, low_ns);
    if (is_rep)
        *mark = rep_mark(t_ns, &rep);
    return is_rep;
}

/* ---- states ---- */

static int step_level(struct pelvis *pelvis, int64_t t_ns, int64_t force_mn)
{
    const struct quiet *quiet = &pelvis->quiet;
    bool had = pelvis->rest_mn != ABSENT;
    int64_t off_mn = had ? force_mn - pelvis->rest_mn : 0, near_mn = pelvis_part(pelvis_now_amp_mn(pelvis), BACK_PCT);
    bool brief = pelvis->was_off && t_ns - pelvis->state_ns < PELVIS_BRIEF_NS;
    bool near = had && off_mn >= -near_mn && (brief || off_mn <= near_mn);

    if (!live_dwell(&pelvis->back_ns, near, t_ns, brief ? PELVIS_DWELL_NS : PELVIS_BACK_NS)) {
        bool known = quiet->have_level && quiet->level_t_ns - pelvis->state_ns >= 2 * NS_PER_S &&
                     quiet->level_mn >= CONTACT_ON_MN;
        int64_t guess_mn = known || had ? ABSENT : pelvis_rest_steady_mn(&pelvis->buffer);
        if (!known && guess_mn == ABSENT)
            return 0;
        pelvis->guessed = !known;
        pelvis->rest_mn = pelvis->base_mn = known ? quiet->level_mn : guess_mn;
        pelvis->noise_mn = fixed_max(pelvis->noise_mn, known ? quiet->noise_mn : 0);
    }
    pelvis->search_ns = t_ns;
    pelvis->prev_end_ns = ABSENT;
    pelvis->was_off = false;
    enter(pelvis, PELVIS_STATE_DOWN, t_ns);
    return 0;
}

/*
 * After a stop in mid-rep the last quiet 2 s may be those of the pelvis held up: where the load is lower by REST_LOW_PCT
 * just after "go", the feet rest now, for as short as that may be. Later too, before the first rep, where it fell by
 * what the reps before the stop made of it.
 */
static void lower_rest(struct pelvis *pelvis, int64_t t_ns)
{
    bool just = t_ns - pelvis->start_ns <= PELVIS_GO_NS;
    int64_t fall = just ? pelvis_part(pelvis->rest_mn, REST_LOW_PCT) : pelvis_part(pelvis_amp_mn(pelvis), FALLEN_PCT);
    int64_t range = just ? fall : pelvis_flat_range_mn(pelvis);
    int64_t level = pelvis_rest_level_mn(&pelvis->buffer, PELVIS_REST_RING_NS, range);

    if (t_ns - pelvis->start_ns >= PELVIS_REST_RING_NS && level != ABSENT && level >= CONTACT_ON_MN &&
        level < pelvis->rest_mn - fall)
        pelvis->rest_mn = pelvis->base_mn = level;
}

/*
 * Feet that shifted a little, or pressed when the rest level was taken; and a hand that takes some of the load, or puts
 * it back, which is never more than there was.
 */
static void follow_rest(struct pelvis *pelvis, int64_t t_ns)
{
    const struct quiet *quiet = &pelvis->quiet;
    int64_t amp = pelvis_now_amp_mn(pelvis);

    if (quiet->have_level && quiet->level_t_ns - pelvis->state_ns >= 2 * NS_PER_S &&
        quiet->level_mn < pelvis->rest_mn + pelvis_part(amp, DRIFT_PCT)) {
        pelvis->rest_mn = quiet->level_mn;
        pelvis->base_mn = fixed_max(pelvis->base_mn, pelvis->rest_mn);
    }
    if (pelvis->n_reps == 0 && (pelvis->amps.n > 0 || t_ns - pelvis->start_ns <= PELVIS_GO_NS))
        lower_rest(pelvis, t_ns);
    pelvis_guess_follow(pelvis, t_ns);
    if (pelvis->amps.n == 0 || t_ns - fixed_max(pelvis->flat_ns, pelvis->state_ns) < PELVIS_REST_FLAT_NS)
        return;
    pelvis->flat_ns = t_ns - PELVIS_REST_FLAT_NS + PELVIS_REST_LOOK_NS;
    int64_t level = pelvis_rest_level_mn(&pelvis->buffer, PELVIS_REST_FLAT_NS, pelvis_flat_range_mn(pelvis));
    if (level != ABSENT && level >= CONTACT_OFF_MN && level <= pelvis->base_mn + pelvis_part(amp, PELVIS_BESIDE_PCT) &&
        fixed_abs(level - pelvis->rest_mn) > pelvis_part(amp, PELVIS_BESIDE_PCT))
        pelvis->rest_mn = level;
}

/* The highest u that was held: a kick is none. */
static int64_t held_peak_mn(const struct pelvis *pelvis, int64_t u_mn)
{
    if (u_mn <= pelvis->peak_mn)
        return pelvis->peak_mn;
    return fixed_max(pelvis->peak_mn, pelvis_rest_held_mn(&pelvis->buffer) - pelvis->rest_mn);
}

static int step_down(struct pelvis *pelvis, int64_t t_ns, int64_t u_mn)
{
    int64_t known = pelvis_amp_mn(pelvis);
    int64_t on = pelvis_part(known != ABSENT ? known : pelvis_floor_mn(pelvis), ENTER_PCT);
    bool entered = live_dwell(&pelvis->above_ns, u_mn >= on, t_ns, PELVIS_DWELL_NS);

    follow_rest(pelvis, t_ns);
    pelvis->was_down = pelvis->was_down || u_mn < on;
    pelvis->peak_mn = pelvis->above_ns == ABSENT ? 0 : held_peak_mn(pelvis, u_mn);
    if (!entered)
        return 0;
    pelvis->enter_ns = pelvis->above_ns;
    enter(pelvis, PELVIS_STATE_UP, t_ns);
    return 0;
}

static int lost(struct pelvis *pelvis, int64_t t_ns, unsigned flags, int64_t since_ns, struct mark *mark)
{
    enter(pelvis, PELVIS_STATE_LOST, t_ns);
    *mark = (struct mark){.kind = MARK_NOT_SEEN, .t_ns = t_ns, .flags = flags, .since_ns = since_ns};
    return 1;
}

static bool is_low(const struct pelvis *pelvis, int64_t u_mn)
{
    int64_t known = pelvis_amp_mn(pelvis);

    if (known != ABSENT && u_mn < pelvis_part(known, DROP_LOW_PCT) &&
        pelvis->peak_mn - u_mn >= pelvis_part(known, DROP_PCT))
        return true;
    return u_mn < pelvis_part(pelvis_now_amp_mn(pelvis), pelvis->input.slow ? pelvis->rules.slow_low_pct : LOW_PCT);
}

static int step_up(struct pelvis *pelvis, int64_t t_ns, int64_t u_mn, struct mark *mark)
{
    int64_t up_ns = t_ns - pelvis->enter_ns;
    bool lifted = pelvis_high_enough(pelvis, u_mn) && !pelvis_too_high(pelvis, u_mn), others = pelvis_others(pelvis);
    int64_t up_max_ns = others ? pelvis->others_max_ns : pelvis->up_max_ns;

    if (pelvis_guess_higher(pelvis, u_mn)) {
        pelvis->peak_mn = 0;
        pelvis->enter_ns = t_ns;
        enter(pelvis, PELVIS_STATE_UP, t_ns);
        return 0;
    }
    pelvis->peak_mn = held_peak_mn(pelvis, u_mn);
    if (is_low(pelvis, u_mn))
        enter(pelvis, PELVIS_STATE_LOW, t_ns);
    else if (up_ns > up_max_ns && lifted && pelvis_guess_sure(pelvis, t_ns))
        return lost(pelvis, t_ns, others ? FLAG_OTHER_LOAD : FLAG_NO_TOUCHDOWN, pelvis->enter_ns, mark);
    else if (up_ns > PELVIS_UP_MAX_NS)
        enter(pelvis, PELVIS_STATE_LEVEL, t_ns); /* something was put on the box: the rest level is another one now */
    return 0;
}

/* By how much the load falls in PELVIS_SLOPE_NS, at sample i > 0; the samples are not that far apart to the millisecond. */
static int64_t fall_mn(const struct rep_buffer *buffer, int i)
{
    const struct sample *at = rep_buffer_at(buffer, i);
    int k = rep_buffer_find(buffer, at->t_ns - PELVIS_SLOPE_NS);
    const struct sample *before = rep_buffer_at(buffer, k < i ? k : i - 1);

    return fixed_div(((int64_t)before->force_mn - at->force_mn) * PELVIS_SLOPE_NS,
                     fixed_max(at->t_ns - before->t_ns, NS_PER_MS));
}

/*
 * The fall was fast, slow at the rest level, and fast again: first the pelvis came down, then the feet were taken off. The
 * feet of who steps off with the pelvis up fall past that level.
 */
static bool paused_at_rest(const struct pelvis *pelvis)
{
    const struct rep_buffer *buffer = &pelvis->buffer;
    int64_t last_ns = rep_buffer_at(buffer, buffer->n - 1)->t_ns, before = 0, least = INT64_MAX / 8, after = 0;
    int64_t near = pelvis_part(pelvis_now_amp_mn(pelvis), SLOPE_PCT);

    for (int i = buffer->n - 1; i > 0; i--) {
        int64_t u = rep_buffer_at(buffer, i)->force_mn - pelvis->rest_mn;
        if (u > SLOPE_MOST * near || last_ns - rep_buffer_at(buffer, i)->t_ns > NS_PER_S)
            break;
        int64_t fall = fall_mn(buffer, i);
        if (fixed_abs(u) <= near)
            least = fixed_min(least, fall);
        before = u > 0 ? fixed_max(before, fall) : before;
        after = u <= 0 ? fixed_max(after, fall) : after;
    }
    return least * 4 < before * 3 && least * 4 < after * 3;
}

/* Below the rest level, and on its way down: the feet are taken off, or a hand takes some of their load. */
static bool goes_on_down(const struct pelvis *pelvis, int64_t low_ns, int64_t u_mn)
{
    const struct rep_buffer *buffer = &pelvis->buffer;
    int64_t t_ns = rep_buffer_at(buffer, buffer->n - 1)->t_ns, amp = pelvis_now_amp_mn(pelvis);
    int before = rep_buffer_find(buffer, t_ns - PELVIS_FALL_NS);

    if (u_mn > -pelvis_part(amp, FALL_PCT) || t_ns - low_ns > PELVIS_LOOK_MAX_NS)
        return false;
    if (u_mn < -pelvis_part(amp, SLOPE_PCT) && paused_at_rest(pelvis))
        return false;
    if (u_mn < -pelvis_part(pelvis->rest_mn, AWAY_PCT))
        return true;
    return rep_buffer_at(buffer, before)->force_mn - pelvis->rest_mn - u_mn > pelvis_part(amp, FALL_PCT);
}

static int step_low(struct pelvis *pelvis, int64_t t_ns, int64_t u_mn, struct mark *mark)
{
    int64_t low_ns = pelvis->state_ns;

    /* Else it is soon known whether the feet leave. */
    bool over = t_ns - low_ns >= (pelvis->input.slow ? PELVIS_SLOW_LOOK_NS : PELVIS_LOOK_NS) &&
                !goes_on_down(pelvis, low_ns, u_mn);

    if (!over &&
        u_mn >= pelvis_part(pelvis_now_amp_mn(pelvis), BOUNCE_PCT)) /* a thump, or a drop that the feet caught */
        enter(pelvis, PELVIS_STATE_UP, t_ns);
    if (!over)
        return 0;
    enter(pelvis, PELVIS_STATE_DOWN, t_ns);
    return finish(pelvis, low_ns, t_ns, mark);
}

/* The feet are off the box. Hands that take some of the weight leave more on it than this. */
static bool has_left(struct pelvis *pelvis, int64_t t_ns, int64_t u_mn)
{
    bool off = pelvis->rest_mn != ABSENT && pelvis->rest_mn >= CONTACT_ON_MN && u_mn + pelvis->rest_mn < CONTACT_OFF_MN;

    return live_dwell(&pelvis->left_ns, off, t_ns, PELVIS_DWELL_NS);
}

/* With the feet gone before the pelvis was put down the rep is partial; nothing is known of its end. */
static int leave(struct pelvis *pelvis, int64_t t_ns, struct mark *mark)
{
    bool in_rep = pelvis->state == PELVIS_STATE_UP || pelvis->state == PELVIS_STATE_LOW;
    int n = in_rep ? finish(pelvis, pelvis->left_ns, t_ns, mark) : 0;

    if (n > 0) {
        mark->rep.outcome = REP_PARTIAL;
        mark->rep.tut_ns = mark->rep.mean_mn = mark->rep.impulse_mns = ABSENT;
    }
    pelvis->prev_end_ns = ABSENT;
    pelvis->was_off = true;
    enter(pelvis, PELVIS_STATE_LEVEL, t_ns);
    return n;
}

static int step_state(struct pelvis *pelvis, const struct sample *sample, int64_t u_mn, struct mark *mark)
{
    int64_t t_ns = sample->t_ns;

    if (has_left(pelvis, t_ns, u_mn) && pelvis->state != PELVIS_STATE_LEVEL && pelvis->state != PELVIS_STATE_LOST)
        return leave(pelvis, t_ns, mark);
    switch (pelvis->state) {
    case PELVIS_STATE_LEVEL: return step_level(pelvis, t_ns, sample->force_mn);
    case PELVIS_STATE_DOWN: return step_down(pelvis, t_ns, u_mn);
    case PELVIS_STATE_UP: return step_up(pelvis, t_ns, u_mn, mark);
    case PELVIS_STATE_LOW: return step_low(pelvis, t_ns, u_mn, mark);
    case PELVIS_STATE_LOST: return 0;
    }
    return 0;
}

static bool not_seen(const struct pelvis *pelvis, int64_t t_ns)
{
    bool idle = pelvis->state == PELVIS_STATE_LEVEL || pelvis->state == PELVIS_STATE_DOWN;

    return idle && pelvis->n_reps == 0 && t_ns - pelvis->start_ns >= PELVIS_NOT_SEEN_NS;
}

static int step(struct pelvis *pelvis, const struct sample *sample, struct mark *marks)
{
    struct sample taken = {.t_ns = sample->t_ns, .force_mn = (int32_t)fixed_force(sample->force_mn)};
    int64_t t_ns = sample->t_ns;

    rep_buffer_push(&pelvis->buffer, &taken);
    quiet_step(&pelvis->quiet, &taken);
    int64_t u_mn = pelvis_u_mn(pelvis);
    int n = step_state(pelvis, &taken, u_mn, marks);
    if (live_move(&pelvis->move, t_ns, u_mn,
                  fixed_max(pelvis_part(pelvis_now_amp_mn(pelvis), 30), 4 * pelvis->noise_mn)))
        marks[n++] = (struct mark){.kind = MARK_MOVING, .t_ns = t_ns};
    if (not_seen(pelvis, t_ns))
        n += lost(pelvis, t_ns, FLAG_MOVEMENT_NOT_SEEN, pelvis->start_ns, marks + n);
    return n;
}

int pelvis_step(struct pelvis *pelvis, const struct sample *sample, struct mark *marks)
{
    struct sample taken[SIEVE_MAX];
    int n = 0, count = sieve_take(&pelvis->input, sample, taken);

    for (int i = 0; i < count; i++)
        n += step(pelvis, &taken[i], marks + n);
    return n;
}
