/* SPDX-License-Identifier: MIT */
/*
 * Dead-anchored curl; detector_curl.h has the rules. Timelines (A = 50 N, tempo 1.5-1-4-1):
 *
 * 1. u passes 5 N: MARK_PHASE con; 15 N for 150 ms: REP; 45 N: top; back below 45 N: ecc; below 15 N: LOW; below 5 N:
 *    bottom; 200 ms later: second look, MARK_REP with crossings of pA and (1-p)A, REST.
 * 2. Half-way up the patient slips back by a third: still REP; the rep carries two_part.
 * 3. The band snaps back at the bottom and u bounces to 25 N for 0.2 s: LOW sees it come and go; one rep.
 * 4. The patient jumps off during the eccentric: LEVEL; the rep is partial, its eccentric is left out.
 */
#include "daemon/core/detect/curl/detector_curl.h"

#include "daemon/core/detect/curl/curl_quick.h"
#include "daemon/core/fixed.h"

static int64_t amp_floor_mn(const struct curl_detector *curl)
{
    return fixed_max(CURL_AMP_MIN_MN, curl->noise_mn * CURL_ENTER_SIGMAS * 10 / 6);
}

/* A as far as it is known now. */
int64_t curl_amp_mn(const struct curl_detector *curl)
{
    return curl->amp_mn != ABSENT ? curl->amp_mn : fixed_max(curl->peak_mn, amp_floor_mn(curl));
}

int64_t curl_enter_mn(const struct curl_detector *curl)
{
    return curl->amp_mn != ABSENT ? curl_part(curl->amp_mn, 30) : curl_part(amp_floor_mn(curl), 60);
}

void curl_enter(struct curl_detector *curl, enum curl_state state, int64_t t_ns)
{
    curl->state = state;
    curl->state_ns = t_ns;
    curl->above_ns = curl->flat_ns = curl->moved_ns = ABSENT;
    switch (state) {
    case CURL_STATE_LEVEL:
    case CURL_STATE_REST:
        curl->peak_mn = 0;
        curl->bounced = false;
        break;
    case CURL_STATE_REP: curl->read_to_ns = ABSENT; break;
    case CURL_STATE_LOW:
        curl->pa_ns = curl->read_to_ns = ABSENT;
        curl->min_mn = INT64_MAX;
        break;
    case CURL_STATE_LOST: break;
    }
}

/* Who follows cues may let the foot drop, but not before it has been up. */
static int64_t rep_min_ns(const struct dose *dose)
{
    int64_t up_ns = (dose->tempo_ms[PHASE_CON] + dose->tempo_ms[PHASE_TOP]) * NS_PER_MS;
    bool cued = dose->pacing != PACING_SELF && dose->tempo_ms[PHASE_CON] > 0 && dose->tempo_ms[PHASE_TOP] >= 0;

    return cued ? fixed_max(CURL_REP_MIN_NS, up_ns / 2) : CURL_REP_MIN_NS;
}

static int64_t cycle_ns(const struct dose *dose)
{
    int64_t ms = 0;

    for (int p = 0; p < PHASE_COUNT; p++) {
        if (dose->tempo_ms[p] < 0 || dose->pacing == PACING_SELF)
            return NEVER;
        ms += dose->tempo_ms[p];
    }
    return ms > 0 ? ms * NS_PER_MS : NEVER;
}

static void curl_begin(void *self, const struct detector_setup *setup)
{
    struct curl_detector *curl = self;
    const struct references *refs = &setup->refs;

    curl->start_ns = setup->start_ns;
    curl->rep_min_ns = rep_min_ns(setup->dose);
    curl->cycle_ns = cycle_ns(setup->dose);
    curl->told_ns = curl->mid_ns = setup->start_ns;
    curl->looked_back = false;
    curl->flags = 0;
    curl->rest_mn = refs->rest_mn == ABSENT ? ABSENT : fixed_force(refs->rest_mn);
    curl->noise_mn = refs->noise_mn == ABSENT ? 0 : fixed_force(refs->noise_mn);
    curl->amp_mn = setup->ref_amp_mn;
    curl->n_amps = curl->n_reps = 0;
    curl->dur_ns = curl->read_to_ns = ABSENT;
    curl->doubtful = true;
    curl->was_off = false;
    if (setup->ref_amp_mn != ABSENT)
        curl->amps[curl->n_amps++] = setup->ref_amp_mn;
    rep_moves_begin(&curl->moves);
    swing_begin(&curl->swing);
    curl->below_ns = ABSENT;
    curl->below_told = false;
    curl->left_ns = curl->prev_end_ns = curl->enter_ns = curl->slip_ns = ABSENT;
    curl->patience_ns = live_patience_ns(setup->dose);
    curl->search_ns = setup->start_ns;
    sieve_begin(&curl->sieve, CURL_SPIKE_MN, false);
    curl->before_ns = ABSENT;
    curl_level_begin(&curl->level);
    curl->move = (struct live_move){.level_mn = ABSENT};
    curl_live_begin(&curl->live);
    quiet_init(&curl->quiet);
    support_begin(&curl->support);
    lean_begin(&curl->lean);
    curl_others_begin(&curl->others);
    if (setup->leant) /* and may do so again before it shows */
        lean_doubt(&curl->lean);
    curl->odd = false;
    curl->n_steps = 0;
    curl->still_ns = setup->start_ns;
    rep_buffer_clear(&curl->buffer);
    curl_enter(curl, curl->rest_mn == ABSENT ? CURL_STATE_LEVEL : CURL_STATE_REST, setup->start_ns);
}

static int64_t curl_ref_amp_mn(const void *self)
{
    const struct curl_detector *curl = self;

    return curl->amp_mn;
}

static struct mark rep_mark(int64_t t_ns, const struct rep_data *rep)
{
    struct mark mark = {.kind = MARK_REP, .t_ns = t_ns, .flags = rep->flags, .rep = *rep};

    detector_leave_out(&mark.rep);
    return mark;
}

static struct mark not_seen_mark(int64_t t_ns, int64_t since_ns, unsigned flag)
{
    return (struct mark){.kind = MARK_NOT_SEEN, .t_ns = t_ns, .flags = flag, .since_ns = since_ns};
}

/* The last look at what is in the buffer up to to_ns. */
static int finish(struct curl_detector *curl, int64_t t_ns, int64_t to_ns, bool jumped, struct mark *mark)
{
    struct rep_data rep;
    enum curl_look seen = curl_look(curl, to_ns, jumped ? CURL_JUMPED : CURL_OVER, &rep);

    if (seen == CURL_LOOK_DOUBT)
        *mark = not_seen_mark(t_ns, 0, curl_quick_flag(curl));
    else if (seen == CURL_LOOK_REP)
        *mark = rep_mark(t_ns, &rep);
    return seen == CURL_LOOK_DOUBT || seen == CURL_LOOK_REP;
}

/* ---- states ---- */

static int step_rep(struct curl_detector *curl, int64_t t_ns, int64_t u_mn)
{
    curl->peak_mn = fixed_max(curl->peak_mn, u_mn);
    if (t_ns - curl->enter_ns > CURL_REP_MAX_NS)
        curl_enter(curl, CURL_STATE_LEVEL, t_ns); /* a second person, a dumbbell: the rest level is another one now */
    else if (u_mn < curl_part(curl_amp_mn(curl), 30))
        curl_enter(curl, CURL_STATE_LOW, t_ns);
    return 0;
}

/*
 * Back over 0.6 A: a bounce when it comes soon, or still the way up when that has not been there before and did not go
 * back to the rest level; else the next rep has begun at the lowest point.
 */
static int risen(struct curl_detector *curl, int64_t t_ns, int64_t u_mn, struct mark *mark)
{
    bool was_high = curl->peak_mn >= curl_part(curl_amp_mn(curl), 60);
    int n;

    if (t_ns - curl->state_ns < CURL_REFRACTORY_NS || (!was_high && curl->pa_ns == ABSENT)) {
        curl->bounced = curl->bounced || was_high;
        curl_enter(curl, CURL_STATE_REP, t_ns);
        return 0;
    }
    n = finish(curl, t_ns, curl->min_ns, false, mark);
    if (n > 0 && mark->kind == MARK_NOT_SEEN) {
        curl_enter(curl, CURL_STATE_LOST, t_ns);
        return n;
    }
    curl->search_ns = fixed_max(curl->search_ns, curl->min_ns);
    curl->enter_ns = curl->min_ns;
    curl_enter(curl, CURL_STATE_REST, t_ns);
    curl->peak_mn = u_mn;
    curl_enter(curl, CURL_STATE_REP, t_ns);
    return n;
}

static int down(struct curl_detector *curl, int64_t t_ns, bool last, struct mark *mark)
{
    struct rep_data rep;
    enum curl_look seen = curl_look(curl, t_ns, last ? CURL_OVER : CURL_SO_FAR, &rep);

    if (seen == CURL_LOOK_LATER) {
        curl->look_ns = t_ns + CURL_LOOK_AGAIN_NS;
        return 0;
    }
    curl->search_ns = fixed_max(curl->search_ns, curl->min_ns);
    bool lost = seen == CURL_LOOK_WEAK || seen == CURL_LOOK_DOUBT;
    unsigned flag = seen == CURL_LOOK_DOUBT ? curl_quick_flag(curl) : FLAG_BAND_NOT_SEEN;
    curl_enter(curl, lost ? CURL_STATE_LOST : CURL_STATE_REST, t_ns);
    if (seen == CURL_LOOK_NO_REP)
        return 0;
    *mark = lost ? not_seen_mark(t_ns, 0, flag) : rep_mark(t_ns, &rep);
    return 1;
}

static int step_low(struct curl_detector *curl, int64_t t_ns, int64_t u_mn, struct mark *mark)
{
    int64_t a = curl_amp_mn(curl);
    bool up = u_mn >= curl_part(a, 30);

    if (u_mn < curl->min_mn) {
        curl->min_mn = u_mn;
        curl->min_ns = t_ns - curl_level_late_ns(&curl->level);
    }
    int64_t low_mn = curl->sieve.slow ? curl->now_mn : u_mn; /* whose means are late enough without a median of them */
    if (curl->pa_ns == ABSENT && low_mn < curl_part(a, 12)) {
        curl->pa_ns = t_ns;
        curl->look_ns = t_ns + CURL_LOOK_NS;
    }
    if (u_mn >= curl_part(a, 60))
        return risen(curl, t_ns, u_mn, mark);
    curl->bounced = curl->bounced || (up && curl->pa_ns != ABSENT);
    if (t_ns - curl->state_ns >= CURL_LOW_MAX_NS)
        return down(curl, t_ns, true, mark);
    if (curl->pa_ns == ABSENT || t_ns < curl->look_ns)
        return 0;
    bool falling = curl->now_mn < -fixed_max(curl_part(a, 15), 3 * curl->noise_mn); /* off the box? u shows it late */
    bool goes = falling && (curl->others.base_mn != 0 || curl->now_mn < -curl->rest_mn / CURL_GOES_PART);
    bool sinks = curl->now_mn < -curl_sinks_mn(curl) / 2;
    int64_t soon_ns = up || falling ? CURL_SETTLE_NS : sinks ? CURL_SINKS_WAIT_NS : 0;
    if (curl->read_to_ns != ABSENT)
        soon_ns = 0; /* has waited */
    if (t_ns - curl->pa_ns < (goes ? CURL_OTHERS_WAIT_NS : soon_ns))
        return 0;
    return down(curl, t_ns, up, mark);
}

/* Half of the rest level is gone: the patient has left the box. */
static bool has_left(struct curl_detector *curl, int64_t t_ns, int64_t u_mn)
{
    bool off = curl->rest_mn != ABSENT && curl->rest_mn >= CURL_LEFT_MIN_MN &&
               u_mn + curl->others.base_mn < -curl->rest_mn / 2;

    return live_dwell(&curl->left_ns, off, t_ns, CURL_DWELL_NS);
}

static int leave(struct curl_detector *curl, int64_t t_ns, struct mark *mark)
{
    bool in_rep = curl->state == CURL_STATE_REP || curl->state == CURL_STATE_LOW;
    int64_t down_ns = in_rep ? curl_down_before_ns(curl, curl->left_ns) : ABSENT;
    int64_t told_ns = curl->state == CURL_STATE_LOW && curl->pa_ns != ABSENT ? curl->pa_ns : curl->left_ns;
    int64_t to_ns = told_ns - curl_level_late_ns(&curl->level) + CURL_FALL_NS;
    int n = 0;

    if (down_ns != ABSENT)
        n = finish(curl, t_ns, down_ns, false, mark);
    else if (in_rep)
        n = finish(curl, t_ns, to_ns, true, mark);
    support_begin(&curl->support); /* whoever comes back stands anew */
    curl->n_steps = 0;
    lean_begin_anew(&curl->lean);
    curl->still_ns = NEVER;
    if (curl->others.base_mn != 0)
        curl->rest_mn = curl->others.rest_mn;
    curl_others_begin(&curl->others);
    curl->was_off = true;
    curl_enter(curl, CURL_STATE_LEVEL, t_ns);
    return n;
}

static int step_state(struct curl_detector *curl, const struct sample *sample, int64_t u_mn, struct mark *mark)
{
    int64_t t_ns = sample->t_ns;

    if (has_left(curl, t_ns, u_mn) && curl->state != CURL_STATE_LEVEL && curl->state != CURL_STATE_LOST)
        return leave(curl, t_ns, mark);
    switch (curl->state) {
    case CURL_STATE_LEVEL: return curl_step_level(curl, t_ns, sample->force_mn);
    case CURL_STATE_REST: return curl_step_rest(curl, t_ns, u_mn);
    case CURL_STATE_REP: return step_rep(curl, t_ns, u_mn);
    case CURL_STATE_LOW: return step_low(curl, t_ns, u_mn, mark);
    case CURL_STATE_LOST: return 0;
    }
    return 0;
}

static int live_marks(struct curl_detector *curl, int64_t t_ns, int64_t u_mn, int64_t mean_mn, struct mark *marks)
{
    const struct curl_live_input in = {
        t_ns, u_mn, curl->amp_mn, amp_floor_mn(curl), curl->noise_mn, lean_hand_mn(&curl->lean)};
    int n = 0;

    if (curl->state != CURL_STATE_LEVEL && curl->state != CURL_STATE_LOST && curl_live_step(&curl->live, &in))
        marks[n++] = (struct mark){.kind = MARK_PHASE, .t_ns = t_ns, .phase = curl->live.phase};
    if (live_move(&curl->move, t_ns, mean_mn, fixed_max(curl_part(curl_amp_mn(curl), 15), 4 * curl->noise_mn)))
        marks[n++] = (struct mark){.kind = MARK_MOVING, .t_ns = t_ns};
    return n;
}

/* No band from the start, none any more, or reps in doubt: which of them, or 0. Nobody has seen what begins at *ret_since_ns. */
static unsigned not_seen(struct curl_detector *curl, int64_t t_ns, int64_t *ret_since_ns)
{
    bool idle = curl->state == CURL_STATE_LEVEL || curl->state == CURL_STATE_REST;
    bool never = curl->n_reps == 0 && t_ns - curl->start_ns >= CURL_NOT_SEEN_NS;
    bool gone = curl->slip_ns != ABSENT && t_ns - curl->slip_ns >= curl->patience_ns;

    bool slow = curl->n_reps == 0 && curl->cycle_ns < CURL_SLOW_CYCLE_NS && t_ns - curl->start_ns >= NS_PER_S &&
                t_ns - curl->start_ns > curl->buffer.n * CURL_SLOW_NS;

    if (curl->state == CURL_STATE_LOST)
        return 0;
    bool no_band = slow || (idle && (never || gone));
    if (!no_band && !curl_quick_over(curl, t_ns))
        return 0;
    curl_enter(curl, CURL_STATE_LOST, t_ns);
    *ret_since_ns = gone ? curl->told_ns : 0;
    return no_band ? FLAG_BAND_NOT_SEEN : curl_quick_flag(curl);
}

/* A slow converter's newest tells of the time of the one before it: so far are means behind. */
static int take(struct curl_detector *curl, struct sample taken, struct mark *marks)
{
    struct sample above;
    int64_t since_ns, t_ns = curl->sieve.slow && curl->before_ns != ABSENT ? curl->before_ns : taken.t_ns;
    int n = 0;

    curl->before_ns = taken.t_ns;
    taken.force_mn = (int32_t)(fixed_force(taken.force_mn) - curl->others.base_mn);
    rep_buffer_push(&curl->buffer, &taken);
    quiet_step(&curl->quiet, &taken);
    above = taken;
    above.force_mn -= (int32_t)(curl->rest_mn == ABSENT ? 0 : curl->rest_mn);
    int64_t u_mn = curl_level_step(&curl->level, &above);
    curl->now_mn = above.force_mn;
    u_mn = curl_mind_others(curl, taken.t_ns, u_mn);
    n += step_state(curl, &taken, u_mn, marks);
    n += live_marks(curl, t_ns, above.force_mn, u_mn, marks + n);
    curl_watch_chair(curl, taken.t_ns, u_mn);
    n += curl_watch_hands(curl, &taken, u_mn, marks + n);
    unsigned flag = not_seen(curl, taken.t_ns, &since_ns);
    if (flag != 0)
        marks[n++] = not_seen_mark(taken.t_ns, since_ns, flag);
    for (int i = 0; i < n; i++)
        marks[i].doubtful = !lean_free(&curl->lean);
    return n;
}

/* A slow converter's newest was taken before its neighbours were known: the second look wants the median of them. */
static void put_right(struct curl_detector *curl)
{
    const struct sample *middle = &curl->sieve.middle;
    int last = curl->buffer.n - 1;

    if (last >= 0 && rep_buffer_at(&curl->buffer, last)->t_ns == middle->t_ns)
        rep_buffer_put(&curl->buffer, last, fixed_force(middle->force_mn) - curl->others.base_mn);
}

static int curl_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct curl_detector *curl = self;
    struct sample taken[SIEVE_MAX];
    int n = 0, count = sieve_take(&curl->sieve, sample, taken);

    put_right(curl);
    for (int i = 0; i < count; i++)
        n += take(curl, taken[i], marks + n);
    return n;
}

const struct detector_ops curl_detector_ops = {
    .name = "curl",
    .begin = curl_begin,
    .step = curl_step,
    .ref_amp_mn = curl_ref_amp_mn,
};
