/* SPDX-License-Identifier: MIT */
/*
 * Taps of the moving foot; detector_tap.h has the rules. Timelines (80 kg, taps of 47 N, tempo 2-1-3-1):
 *
 * 1. F rises from 738 to 785 N: AIR; 6 s later it falls: MARK_REP, FOOT; 1 s later it rises: AIR.
 * 2. The foot touches the floor for 65 ms only: MARK_REP at its first sample below, FOOT, 150 ms later AIR again.
 * 3. The toes bounce: two taps 0.3 s apart; the second has no rep before it.
 * 4. The foot hangs in the air and never taps: 10.2 s after it was lifted MARK_NOT_SEEN with no_touchdown.
 */
#include "daemon/core/detect/tap/tap_edge.h"
#include "daemon/core/detect/tap/tap_floor.h"
#include "daemon/core/detect/tap/tap_lean.h"
#include "daemon/core/detect/tap/tap_level.h"

#include "daemon/core/fixed.h"

static void enter(struct tap_detector *tap, enum tap_state state, int64_t at_ns, int64_t level_mn)
{
    tap->state = state;
    tap->state_ns = at_ns;
    tap->level_mn = tap->low_mn = level_mn;
    tap->up_ns = tap->down_ns = tap->near_ns = tap->slow_ns = tap->leap_ns = ABSENT;
    tap->leapt = false;
}

static void tap_begin(void *self, const struct detector_setup *setup)
{
    struct tap_detector *tap = self;
    const struct references *refs = &setup->refs;
    const int32_t *tempo_ms = setup->dose->tempo_ms;
    bool free = tempo_ms[PHASE_CON] < 0 || tempo_ms[PHASE_TOP] < 0 || tempo_ms[PHASE_ECC] < 0;
    int64_t rep_ms = free ? 2000 : tempo_ms[PHASE_CON] + tempo_ms[PHASE_TOP] + tempo_ms[PHASE_ECC];
    bool cued = !free && setup->dose->pacing != PACING_SELF;
    int64_t drops_ms = free ? rep_ms : (tempo_ms[PHASE_CON] + tempo_ms[PHASE_TOP]) * TAP_DROPPED_PCT / 100;
    int64_t least_ms = fixed_min(rep_ms * TAP_REP_LEAST_PCT / 100, drops_ms);
    int64_t lowers_ms = cued ? rep_ms - tempo_ms[PHASE_ECC] * TAP_LOWERED_PCT / 100 - TAP_CUE_MS : 0;

    *tap = (struct tap_detector){.start_ns = setup->start_ns,
                                 .patience_ns = live_patience_ns(setup->dose),
                                 .first_min_ns = fixed_max(TAP_REP_MIN_NS, rep_ms * NS_PER_MS / 2),
                                 .rep_min_ns = fixed_max(TAP_REP_MIN_NS, least_ms * NS_PER_MS),
                                 .brief_min_ns = fixed_max(TAP_REP_MIN_NS, lowers_ms * NS_PER_MS),
                                 .rest_mn = ABSENT,
                                 .cued = cued,
                                 .asap = tempo_ms[PHASE_CON] == TEMPO_ASAP || tempo_ms[PHASE_ECC] == TEMPO_ASAP,
                                 .left_ns = ABSENT,
                                 .last_ns = ABSENT,
                                 .rose_mn = ABSENT,
                                 .floor_mn = ABSENT,
                                 .floor_2_mn = ABSENT,
                                 .aloft_mn = ABSENT,
                                 .soon_mn = ABSENT,
                                 .told_ns = ABSENT,
                                 .peak_mn = ABSENT,
                                 .air_ns = ABSENT,
                                 .gap_ns = ABSENT,
                                 .mean_mn = ABSENT,
                                 .jolt_ns = ABSENT,
                                 .other_ns = ABSENT,
                                 .move = {.level_mn = ABSENT}};
    if (refs->rest_mn != ABSENT)
        tap->rest_mn = fixed_force(refs->rest_mn);
    if (refs->noise_mn != ABSENT)
        tap->noise_mn = fixed_force(refs->noise_mn);
    if (setup->ref_amp_mn != ABSENT)
        pelvis_median_add(&tap->depths, setup->ref_amp_mn);
    sieve_begin(&tap->sieve, TAP_SPIKE_MN, false);
    quiet_init(&tap->quiet);
    enter(tap, tap->rest_mn == ABSENT ? TAP_STATE_LEVEL : TAP_STATE_FOOT, setup->start_ns, tap->rest_mn);
}

static int64_t tap_ref_amp_mn(const void *self)
{
    const struct tap_detector *tap = self;

    return pelvis_median(&tap->depths);
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

/* Before the leg can have come down by the cues, or by what was usual up to now. */
static bool early(const struct tap_detector *tap)
{
    int64_t usual_ns = tap->airs.n > 0 ? pelvis_median_low(&tap->airs) * TAP_USUAL_PCT / 100 : 0;

    return tap->air_ns != ABSENT && tap->state_ns - tap->air_ns < fixed_max(tap->brief_min_ns, usual_ns);
}

/*
 * Down and up again at once: it was swung when that was too early or, where no cue tells what is too early, who rests
 * the foot otherwise does not rest it now. Before that is known: a foot that is lifted sets off, as this one did before.
 */
static bool swung(const struct tap_detector *tap, bool up)
{
    int64_t rested_ns = tap->up_at_ns - tap->state_ns;

    if (!up || rested_ns >= TAP_BRIEF_NS)
        return false;
    if (early(tap))
        return true;
    if (tap->cued)
        return false;

    int64_t usual_ns = tap->pauses.n > 0 ? pelvis_median_low(&tap->pauses) : 0;

    return (usual_ns >= TAP_BRIEF_NS && rested_ns * 100 < usual_ns * TAP_RESTED_PCT) || !tap_sets_off(tap);
}

/* Who is back at once has bounced, unless half the weight was gone. */
static bool stepped_off(const struct tap_detector *tap, bool up)
{
    return tap->leapt && (!up || tap->low_mn * 2 < tap->rest_mn);
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
    if (tap_hangs(tap, tap->level_mn) || (!up && tap_came_back(tap, t_ns))) {
        enter(tap, TAP_STATE_AIR, tap->air_ns, tap->air_mn - fell / 4); /* or a hand that leans, and stays */
        return 0;
    }
    if (!ends_rep || stepped_off(tap, up))
        return 0;
    learn(tap, tap->rose_mn == ABSENT ? fell : fixed_min(fell, tap->rose_mn));
    pelvis_median_add(&tap->airs, tap->state_ns - tap->air_ns);
    tap->n_reps++;
    *mark = rep_mark(t_ns, tap->air_ns, tap->state_ns);
    mark->rep.flags = tap->gap_ns != ABSENT && tap->gap_ns > tap->air_ns ? FLAG_GAP : 0;
    tap->leaned = tap->leaned && !tap_stood(tap);
    tap->aloft_mn = tap->air_mn;
    tap->told_ns = tap->state_ns;
    tap->sank_2 = tap->sank;
    tap->sank = false;
    if (tap->leaned)
        mark->rep.flags |= FLAG_HAND_SUPPORT;
    tap->leans = tap->leaned ? tap->leans + TAP_LEAN : fixed_max(tap->leans - 1, 0);
    tap->leaned = false;
    tap->air_ns = ABSENT;
    return 1;
}

static void lift(struct tap_detector *tap, int64_t force_mn)
{
    int64_t rose_mn = force_mn - tap->level_mn;

    if (tap->state == TAP_STATE_FOOT && tap_was_stopped(tap, rose_mn)) {
        enter(tap, TAP_STATE_AIR, tap->air_ns, force_mn);
        return;
    }
    if (tap->state == TAP_STATE_FOOT && tap->n_reps > 0)
        pelvis_median_add(&tap->pauses, tap->up_at_ns - tap->state_ns);
    tap->peak_mn = tap->up_mn;
    tap->rose_mn = rose_mn;
    tap->soon_mn = ABSENT;
    if (!tap_was_shoved(tap) && !tap_was_shaken(tap))
        tap_lift_from(tap, tap->level_mn);
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
    /* Who comes back after both feet were off may have the moving one in the air from then on. */
    int64_t since_ns = near && tap->near_ns != ABSENT ? tap->near_ns : t_ns;
    bool air = tap->depths.n > 0 && tap->floor_mn != ABSENT && force_mn - tap->floor_mn > tap_depth_mn(tap) / 2;

    enter(tap, air ? TAP_STATE_AIR : TAP_STATE_FOOT, since_ns, force_mn);
    return 0;
}

/*
 * Further down, from what seemed the floor: in the air at "go", or what seemed a tap was none. Below a floor that has
 * ended a rep there is no other.
 */
static void step_down(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    bool floor = tap->known && tap->air_ns == ABSENT;

    if (floor ? !tap_sank(tap, t_ns, force_mn) : !tap_went_down(tap, t_ns, force_mn, TAP_DOWN_DWELL_NS))
        tap_follow(tap, t_ns, force_mn);
    else if (floor) {
        tap->sank = true;
        enter(tap, TAP_STATE_FOOT, tap->down_at_ns, force_mn);
    } else
        touch(tap, force_mn, tap->known ? tap->rep_min_ns : tap->first_min_ns);
}

/* Down for so long, it is a tap. */
static int64_t tell_ns(const struct tap_detector *tap)
{
    if (early(tap) || !tap->cued)
        return TAP_TELL_EARLY_NS;
    return tap->sieve.slow ? TAP_SLOW_TELL_NS : TAP_TELL_NS;
}

static int step_foot(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, struct mark *mark)
{
    bool up = tap_went_up(tap, t_ns, force_mn, TAP_UP_DWELL_NS);
    bool over = t_ns - tap->state_ns >= tell_ns(tap) && tap->up_ns == ABSENT;
    int n = tap->waits && (up || over) ? tell(tap, t_ns, up, mark) : 0;

    if (!tap->waits && tap_hangs(tap, tap->level_mn)) /* what seemed the floor was none */
        enter(tap, TAP_STATE_AIR, tap->air_ns, tap->level_mn);
    if (tap->state == TAP_STATE_AIR)
        return n;
    if (up) {
        lift(tap, force_mn);
        return n;
    }
    if (tap->waits)
        tap_follow(tap, t_ns, force_mn);
    else
        step_down(tap, t_ns, force_mn);
    return n;
}

static struct mark lost(struct tap_detector *tap, int64_t t_ns, unsigned flags, int64_t since_ns)
{
    enter(tap, TAP_STATE_LOST, t_ns, tap->level_mn);
    return (struct mark){.kind = MARK_NOT_SEEN, .t_ns = t_ns, .flags = flags, .since_ns = since_ns};
}

static int step_air(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, struct mark *mark)
{
    bool over = t_ns - tap->state_ns > TAP_REACH_NS;

    if (tap->soon_mn == ABSENT && t_ns - tap->state_ns >= TAP_SOON_NS)
        tap->soon_mn = tap->level_mn;
    if (over && (tap_went_down(tap, t_ns, force_mn, TAP_DOWN_DWELL_NS) || tap_came_down(tap, t_ns, force_mn))) {
        touch(tap, force_mn, tap->rep_min_ns);
        return 0;
    }
    if (over && tap_went_up(tap, t_ns, force_mn, tap_aloft(tap) ? TAP_STOPPED_NS : TAP_AIR_DWELL_NS)) {
        if (force_mn - tap->level_mn >= tap_edge_mn(tap, TAP_SIGMAS_UP_10) + tap_depth_mn(tap) / 4)
            lift(tap, force_mn); /* it was on the floor after all */
        else
            tap->level_mn = force_mn; /* a hand has let go, or has given way */
        return 0;
    }
    tap_follow(tap, t_ns, force_mn);
    if (t_ns - tap->state_ns <= tap->patience_ns)
        return 0;
    *mark = lost(tap, t_ns, tap->leans > 0 || tap_sunk(tap) ? FLAG_HAND_SUPPORT : FLAG_NO_TOUCHDOWN, tap->state_ns);
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
    if (tap_other_load(tap, t_ns, force_mn)) {
        *mark = lost(tap, t_ns, FLAG_OTHER_LOAD, tap->air_ns != ABSENT ? tap->air_ns : tap->state_ns);
        return 1;
    }
    if (tap->other_ns != ABSENT)
        return 0; /* no lift of a foot */
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

    if (tap->asap && tap->state != TAP_STATE_LOST)
        return true;

    return idle && tap->n_reps == 0 && t_ns - tap->start_ns >= TAP_NOT_SEEN_NS;
}

static int take(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, struct mark *marks)
{
    int n = 0;

    if (tap->last_ns != ABSENT && t_ns - tap->last_ns > LIVE_GAP_NS)
        tap->gap_ns = t_ns;
    tap_average(tap, t_ns, force_mn);
    n += step_state(tap, t_ns, force_mn, marks);
    tap_watch_lift(tap, t_ns, force_mn);
    tap->last_mn = force_mn;
    tap->last_ns = t_ns;
    if (tap->rest_mn != ABSENT && live_move(&tap->move, t_ns, force_mn, tap_edge_mn(tap, TAP_SIGMAS_DOWN_10)))
        marks[n++] = (struct mark){.kind = MARK_MOVING, .t_ns = t_ns};
    if (tap->leans > TAP_LEAN && tap->state != TAP_STATE_LOST)
        marks[n++] = lost(tap, t_ns, FLAG_HAND_SUPPORT, tap->state_ns);
    if (not_seen(tap, t_ns))
        marks[n++] = lost(tap, t_ns, FLAG_MOVEMENT_NOT_SEEN, tap->start_ns);
    return n;
}

static int tap_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct tap_detector *tap = self;
    struct sample taken[SIEVE_MAX];
    int n = 0, count = sieve_take(&tap->sieve, sample, taken);

    for (int i = 0; i < count; i++) {
        taken[i].force_mn = (int32_t)fixed_force(taken[i].force_mn);
        quiet_step(&tap->quiet, &taken[i]);
        n += take(tap, taken[i].t_ns, taken[i].force_mn, marks + n);
    }
    return n;
}

const struct detector_ops tap_detector_ops = {
    .name = "tap",
    .begin = tap_begin,
    .step = tap_step,
    .ref_amp_mn = tap_ref_amp_mn,
};
