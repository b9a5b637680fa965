/* SPDX-License-Identifier: MIT */
/*
 * Taps of the moving foot; detector_tap.h has the rules. Timelines (80 kg, taps of 47 N, tempo 2-1-3-1):
 *
 * 1. F rises from 738 to 785 N: AIR; 6 s later it falls: MARK_REP, FOOT; 1 s later it rises: AIR.
 * 2. The foot touches the floor for 65 ms only: MARK_REP at its first sample below, FOOT, 150 ms later AIR again.
 * 3. The toes bounce: two taps 0.3 s apart; the second has no rep before it.
 * 4. The foot hangs in the air and never taps: 10.2 s after it was lifted MARK_NOT_SEEN with no_touchdown.
 */
#include "daemon/core/detect/detector_tap.h"

#include "daemon/core/fixed.h"

static void enter(struct tap_detector *tap, enum tap_state state, int64_t at_ns, int64_t level_mn)
{
    tap->state = state;
    tap->state_ns = at_ns;
    tap->level_mn = level_mn;
    tap->up_ns = tap->down_ns = tap->near_ns = ABSENT;
}

static void tap_begin(void *self, const struct detector_setup *setup)
{
    struct tap_detector *tap = self;
    const struct references *refs = &setup->refs;
    const int32_t *tempo_ms = setup->dose->tempo_ms;
    bool free = tempo_ms[PHASE_CON] < 0 || tempo_ms[PHASE_TOP] < 0 || tempo_ms[PHASE_ECC] < 0;
    int64_t rep_ms = free ? 2000 : tempo_ms[PHASE_CON] + tempo_ms[PHASE_TOP] + tempo_ms[PHASE_ECC];
    bool cued = !free && setup->dose->pacing != PACING_SELF;
    int64_t lowers_ms = cued ? rep_ms - tempo_ms[PHASE_ECC] * TAP_LOWERED_PCT / 100 - TAP_CUE_MS : 0;

    *tap = (struct tap_detector){.start_ns = setup->start_ns,
                                 .patience_ns = live_patience_ns(setup->dose),
                                 .first_min_ns = fixed_max(TAP_REP_MIN_NS, rep_ms * NS_PER_MS / 2),
                                 .rep_min_ns = fixed_max(TAP_REP_MIN_NS, rep_ms * NS_PER_MS * TAP_REP_LEAST_PCT / 100),
                                 .brief_min_ns = fixed_max(TAP_REP_MIN_NS, lowers_ms * NS_PER_MS),
                                 .rest_mn = ABSENT,
                                 .left_ns = ABSENT,
                                 .last_ns = ABSENT,
                                 .rose_mn = ABSENT,
                                 .floor_mn = ABSENT,
                                 .air_ns = ABSENT,
                                 .move = {.level_mn = ABSENT}};
    if (refs->rest_mn != ABSENT)
        tap->rest_mn = fixed_force(refs->rest_mn);
    if (refs->noise_mn != ABSENT)
        tap->noise_mn = fixed_force(refs->noise_mn);
    if (setup->ref_amp_mn != ABSENT)
        pelvis_median_add(&tap->depths, setup->ref_amp_mn);
    quiet_init(&tap->quiet);
    enter(tap, tap->rest_mn == ABSENT ? TAP_STATE_LEVEL : TAP_STATE_FOOT, setup->start_ns, tap->rest_mn);
}

static int64_t tap_ref_amp_mn(const void *self)
{
    const struct tap_detector *tap = self;

    return pelvis_median(&tap->depths);
}

/* A, as far as it is known: until a tap is learnt the lift tells, but not what the leg's setting off adds to it. */
static int64_t depth_mn(const struct tap_detector *tap)
{
    int64_t known = pelvis_median(&tap->depths);
    int64_t least = fixed_max(TAP_DEPTH_MIN_MN, tap->rest_mn * TAP_DEPTH_PER_MILLE / 1000);

    if (known != ABSENT)
        return known;
    return tap->rose_mn == ABSENT ? least : fixed_clamp(tap->rose_mn, least, 2 * least);
}

static int64_t sigma_mn(const struct tap_detector *tap)
{
    return fixed_max(tap->noise_mn, tap->rest_mn * TAP_NOISE_PER_MILLE / 1000);
}

static int64_t edge_mn(const struct tap_detector *tap, int64_t sigmas_10)
{
    return fixed_max(depth_mn(tap) / 2, sigma_mn(tap) * sigmas_10 / 10);
}

/* The level goes with an edge until it is over, then follows slowly what does not look like the next one. */
static void follow(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    bool lifted = tap->state == TAP_STATE_AIR && t_ns - tap->state_ns < TAP_SETTLE_NS;
    int64_t tau_ns = lifted ? TAP_LIFTED_NS : TAP_FOLLOW_NS;
    int64_t dt_ns = tap->last_ns == ABSENT ? 0 : fixed_min(t_ns - tap->last_ns, tau_ns);
    int64_t off = force_mn - tap->level_mn;

    if (t_ns - tap->state_ns <= TAP_REACH_NS && tap->state == TAP_STATE_AIR)
        tap->level_mn = fixed_max(tap->level_mn, force_mn);
    else if (t_ns - tap->state_ns <= TAP_REACH_NS && tap->known)
        tap->level_mn = fixed_min(tap->level_mn, force_mn);
    else if (fixed_abs(off) < edge_mn(tap, TAP_SIGMAS_UP_10))
        tap->level_mn += off * dt_ns / tau_ns;
    /* A leg that swings is no noise. */
    if (t_ns - tap->state_ns < TAP_SETTLE_NS || tap->n_reps > 0 || tap->state == TAP_STATE_AIR)
        return;
    off = fixed_min(fixed_abs(off), 3 * sigma_mn(tap)); /* edges are no noise */
    tap->noise_mn += (off * 5 / 4 - tap->noise_mn) * fixed_min(dt_ns, TAP_NOISE_NS) / TAP_NOISE_NS;
}

/* When F last went through the level halfway to an edge; kept while that edge lasts. */
static bool edge(int64_t *since_ns, int64_t *at_ns, const struct tap_detector *tap, int64_t t_ns, int64_t force_mn,
                 int64_t level_mn, bool beyond, int64_t dwell_ns)
{
    bool before = tap->last_ns != ABSENT && (tap->last_mn < level_mn) != (force_mn < level_mn);

    if (beyond && *since_ns == ABSENT)
        *at_ns = before ? fixed_cross_ns(tap->last_ns, tap->last_mn, t_ns, force_mn, level_mn) : t_ns;
    return live_dwell(since_ns, beyond, t_ns, dwell_ns);
}

static bool went_up(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, int64_t more_mn, int64_t dwell_ns)
{
    int64_t level = tap->level_mn + edge_mn(tap, TAP_SIGMAS_UP_10) + more_mn;

    return edge(&tap->up_ns, &tap->up_at_ns, tap, t_ns, force_mn, level, force_mn >= level, dwell_ns);
}

static bool went_down(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    int64_t level = tap->level_mn - edge_mn(tap, TAP_SIGMAS_DOWN_10);

    return edge(&tap->down_ns, &tap->down_at_ns, tap, t_ns, force_mn, level, force_mn < level, TAP_DOWN_DWELL_NS);
}

static struct mark rep_mark(int64_t t_ns, int64_t start_ns, int64_t end_ns)
{
    struct mark mark = {.kind = MARK_REP,
                        .t_ns = t_ns,
                        .rep = {.outcome = REP_FULL,
                                .start_ns = start_ns,
                                .end_ns = end_ns,
                                .tut_ns = ABSENT,
                                .peak_mn = ABSENT,
                                .mean_mn = ABSENT,
                                .impulse_mns = ABSENT}};

    for (int p = 0; p < PHASE_COUNT; p++)
        mark.rep.phases[p] = (struct phase_time){
            .src = SRC_NONE, .sd_ns = ABSENT, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
    return mark;
}

/* ---- states ---- */

static void touch(struct tap_detector *tap, int64_t force_mn, int64_t least_ns)
{
    if (tap->state == TAP_STATE_AIR || !tap->known)
        tap->air_ns = tap->state_ns;
    tap->waits = true;
    tap->ends_rep = tap->air_ns != ABSENT && tap->down_at_ns - tap->air_ns >= least_ns;
    tap->air_mn = tap->level_mn;
    tap->known = true;
    enter(tap, TAP_STATE_FOOT, tap->down_at_ns, force_mn);
}

/* Of rise and fall the smaller: a leg that sets off adds to the one, a deeper step to the other. */
static void learn(struct tap_detector *tap, int64_t depth)
{
    int64_t known = pelvis_median(&tap->depths);

    if (known != ABSENT)
        depth = fixed_clamp(depth, known * 8 / 10, known * 12 / 10);
    pelvis_median_add(&tap->depths, depth);
}

/* Less is a swinging leg; before a depth is learnt, against the lift, which a leg that sets off makes higher. */
static int64_t least_fall_mn(const struct tap_detector *tap)
{
    if (tap->depths.n > 0)
        return depth_mn(tap) * TAP_DEPTH_LEAST_PCT / 100;
    return tap->rose_mn == ABSENT ? 0 : tap->rose_mn / 2;
}

/* Down and up again at once, before the leg can have come down by the cues: it was swung. */
static bool swung(const struct tap_detector *tap, bool up)
{
    bool brief = up && tap->up_at_ns - tap->state_ns < TAP_BRIEF_NS;

    return brief && tap->state_ns - tap->air_ns < tap->brief_min_ns;
}

/* The edge is over, or the foot is up again: was it a tap? */
static int tell(struct tap_detector *tap, int64_t t_ns, bool up, struct mark *mark)
{
    int64_t fell = tap->air_mn - tap->level_mn;
    bool ends_rep = tap->ends_rep;

    tap->waits = tap->ends_rep = false;
    if (tap->air_ns != ABSENT && swung(tap, up)) {
        enter(tap, TAP_STATE_AIR, tap->air_ns, tap->air_mn);
        return 0;
    }
    if (tap->air_ns != ABSENT && fell < least_fall_mn(tap)) {
        enter(tap, TAP_STATE_AIR, tap->air_ns, tap->air_mn - fell / 4); /* or a hand that leans, and stays */
        return 0;
    }
    if (!ends_rep || fell * 100 > tap->rest_mn * TAP_LEAP_PCT)
        return 0;
    learn(tap, tap->rose_mn == ABSENT ? fell : fixed_min(fell, tap->rose_mn));
    tap->n_reps++;
    *mark = rep_mark(t_ns, tap->air_ns, tap->state_ns);
    tap->air_ns = ABSENT;
    return 1;
}

/*
 * The floor that the foot seems to leave now was none: soon after the lift a leg that is stopped takes off the box what
 * it added when it set off (20 N for 0.4 s, con 1.3 s), but not all that a foot takes, nor down to where the floor was.
 */
static bool was_stopped(const struct tap_detector *tap, int64_t rose_mn)
{
    int64_t known = pelvis_median(&tap->depths);
    int64_t depth = known == ABSENT ? tap->rose_mn : known; /* at first the lift tells, setting off and all */

    if (depth == ABSENT || tap->air_ns == ABSENT || tap->floor_mn == ABSENT || tap->air_ns <= tap->start_ns)
        return false;
    if (tap->state_ns - tap->air_ns >= tap->rep_min_ns || tap->up_at_ns - tap->state_ns >= TAP_STOPPED_NS)
        return false;
    return rose_mn * 100 < depth * TAP_DEPTH_LEAST_PCT || tap->level_mn - tap->floor_mn > depth / 4;
}

static void lift(struct tap_detector *tap, int64_t force_mn)
{
    int64_t rose_mn = force_mn - tap->level_mn;

    if (tap->state == TAP_STATE_FOOT && was_stopped(tap, rose_mn)) {
        enter(tap, TAP_STATE_AIR, tap->air_ns, force_mn);
        return;
    }
    tap->rose_mn = rose_mn;
    tap->floor_mn = tap->level_mn;
    enter(tap, TAP_STATE_AIR, tap->up_at_ns, force_mn);
}

static int step_level(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    const struct quiet *quiet = &tap->quiet;
    bool had = tap->rest_mn != ABSENT;
    bool near = had && fixed_abs(force_mn - tap->rest_mn) <= tap->rest_mn / 10;

    if (!live_dwell(&tap->near_ns, near, t_ns, NS_PER_S)) {
        if (!quiet->have_level || quiet->level_t_ns - tap->state_ns < 2 * NS_PER_S ||
            quiet->level_mn < (had ? tap->rest_mn / 2 : CONTACT_ON_MN))
            return 0;
        tap->rest_mn = quiet->level_mn;
        tap->noise_mn = fixed_max(tap->noise_mn, quiet->noise_mn);
    }
    tap->known = tap->waits = tap->ends_rep = false;
    enter(tap, TAP_STATE_FOOT, t_ns, force_mn);
    return 0;
}

static int step_foot(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, struct mark *mark)
{
    bool up = went_up(tap, t_ns, force_mn, 0, TAP_UP_DWELL_NS);
    bool over = t_ns - tap->state_ns >= TAP_TELL_NS && tap->up_ns == ABSENT;
    int n = tap->waits && (up || over) ? tell(tap, t_ns, up, mark) : 0;

    if (tap->state == TAP_STATE_AIR)
        return n;
    if (up) {
        lift(tap, force_mn);
        return n;
    }
    if (!tap->waits && went_down(tap, t_ns, force_mn)) { /* in the air at "go", or what seemed a tap was none */
        touch(tap, force_mn, tap->known ? tap->rep_min_ns : tap->first_min_ns);
        return n;
    }
    follow(tap, t_ns, force_mn);
    return n;
}

static struct mark lost(struct tap_detector *tap, int64_t t_ns, unsigned flags, int64_t since_ns)
{
    enter(tap, TAP_STATE_LOST, t_ns, tap->level_mn);
    return (struct mark){.kind = MARK_NOT_SEEN, .t_ns = t_ns, .flags = flags, .since_ns = since_ns};
}

static int step_air(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, struct mark *mark)
{
    if (t_ns - tap->state_ns > TAP_REACH_NS && went_down(tap, t_ns, force_mn)) {
        touch(tap, force_mn, tap->rep_min_ns);
        return 0;
    }
    if (t_ns - tap->state_ns > TAP_REACH_NS && went_up(tap, t_ns, force_mn, depth_mn(tap) / 4, TAP_AIR_DWELL_NS)) {
        lift(tap, force_mn); /* it was on the floor after all */
        return 0;
    }
    follow(tap, t_ns, force_mn);
    if (t_ns - tap->state_ns <= tap->patience_ns)
        return 0;
    *mark = lost(tap, t_ns, FLAG_NO_TOUCHDOWN, tap->state_ns);
    return 1;
}

static bool has_left(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    bool off = tap->rest_mn != ABSENT && tap->rest_mn >= TAP_LEFT_MIN_MN && force_mn < tap->rest_mn / 2;

    return live_dwell(&tap->left_ns, off, t_ns, TAP_LEFT_NS);
}

static int step_state(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, struct mark *mark)
{
    if (has_left(tap, t_ns, force_mn) && tap->state != TAP_STATE_LEVEL && tap->state != TAP_STATE_LOST)
        enter(tap, TAP_STATE_LEVEL, t_ns, ABSENT);
    switch (tap->state) {
    case TAP_STATE_LEVEL: return step_level(tap, t_ns, force_mn);
    case TAP_STATE_FOOT: return step_foot(tap, t_ns, force_mn, mark);
    case TAP_STATE_AIR: return step_air(tap, t_ns, force_mn, mark);
    case TAP_STATE_LOST: return 0;
    }
    return 0;
}

static bool not_seen(const struct tap_detector *tap, int64_t t_ns)
{
    bool idle = tap->state == TAP_STATE_LEVEL || tap->state == TAP_STATE_FOOT;

    return idle && tap->n_reps == 0 && t_ns - tap->start_ns >= TAP_NOT_SEEN_NS;
}

static int tap_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct tap_detector *tap = self;
    struct sample middle;
    int n = 0;

    if (!live_median(&tap->median, sample, &middle))
        return 0;
    middle.force_mn = (int32_t)fixed_force(middle.force_mn);
    quiet_step(&tap->quiet, &middle);
    n += step_state(tap, middle.t_ns, middle.force_mn, marks);
    tap->last_mn = middle.force_mn;
    tap->last_ns = middle.t_ns;
    if (tap->rest_mn != ABSENT && live_move(&tap->move, middle.t_ns, middle.force_mn, edge_mn(tap, TAP_SIGMAS_DOWN_10)))
        marks[n++] = (struct mark){.kind = MARK_MOVING, .t_ns = middle.t_ns};
    if (not_seen(tap, middle.t_ns))
        marks[n++] = lost(tap, middle.t_ns, FLAG_MOVEMENT_NOT_SEEN, tap->start_ns);
    return n;
}

const struct detector_ops tap_detector_ops = {
    .name = "tap",
    .begin = tap_begin,
    .step = tap_step,
    .ref_amp_mn = tap_ref_amp_mn,
};
