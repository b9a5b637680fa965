/* SPDX-License-Identifier: MIT */
/* The curl's second look: what is in the buffer, accepted or not; detector_curl.h has the rules. */
#include "daemon/core/detect/curl/detector_curl.h"

#include "daemon/core/detect/curl/curl_quick.h"
#include "daemon/core/fixed.h"

static void learn_amp(struct curl_detector *curl, int64_t amp)
{
    int64_t sorted[CURL_AMPS];

    if (curl->amp_mn != ABSENT)
        amp = fixed_clamp(amp, curl_part(curl->amp_mn, 80), curl_part(curl->amp_mn, 120));
    if (curl->n_amps == CURL_AMPS) {
        for (int i = 1; i < CURL_AMPS; i++)
            curl->amps[i - 1] = curl->amps[i];
        curl->n_amps--;
    }
    curl->amps[curl->n_amps++] = amp;
    for (int i = 0; i < curl->n_amps; i++) {
        int k = i;
        for (; k > 0 && sorted[k - 1] > curl->amps[i]; k--)
            sorted[k] = sorted[k - 1];
        sorted[k] = curl->amps[i];
    }
    curl->amp_mn = sorted[curl->n_amps / 2];
}

/*
 * The band let go: F fell from the plateau to the rest level at once and stayed there. A leg that drops swings: stopping
 * it weighs as much as its fall took away, and more than that.
 */
static bool slipped(const struct rep_scan *scan, const struct scan_edges *edges, int64_t noise_mn)
{
    int64_t a = edges->amp_mn, even = curl_part(a, 35) + 3 * noise_mn, high_ns = ABSENT;
    int i = edges->ecc.index;

    if (edges->end.t_ns - edges->ecc.t_ns > CURL_SLIP_MOST_NS + 2 * scan->half_ns)
        return false;
    for (; i > scan->from && rep_buffer_at(scan->buffer, i)->t_ns > edges->ecc.t_ns - CURL_SLIP_LOOK_NS; i--)
        ;
    for (; i < scan->to && (high_ns == ABSENT || curl_raw_mn(scan, i) > curl_part(a, 20)); i++)
        if (curl_raw_mn(scan, i) >= curl_part(a, 80))
            high_ns = rep_buffer_at(scan->buffer, i)->t_ns;
    if (i >= scan->to || rep_buffer_at(scan->buffer, i)->t_ns - high_ns > CURL_SLIP_NS)
        return false;
    for (; i < scan->to && fixed_abs(curl_raw_mn(scan, i)) <= even; i++)
        ;
    return i == scan->to;
}

void curl_drop_phase(struct phase_time *phase)
{
    phase->src = SRC_NONE;
    phase->dur_ns = 0;
    phase->move_ns = phase->sd_ns = ABSENT;
}

/*
 * From a crossing of pA or (1-p)A on that part of the crossing time further away from the movement, a constant speed's end
 * is reached and a minimum jerk is within 0.04 A of it.
 */
#define STILL_PCT    15
#define STILL_LAG_NS (50 * NS_PER_MS) /* converter and median */

static int64_t margin_ns(const struct scan_crossing *from, const struct scan_crossing *to)
{
    return (to->t_ns - from->t_ns) * STILL_PCT / 100 + STILL_LAG_NS;
}

static void look_at_hands(struct curl_detector *curl, const struct scan_edges *edges, const struct rep_data *rep)
{
    int64_t up_ns = margin_ns(&edges->con, &edges->top), down_ns = margin_ns(&edges->ecc, &edges->end);
    const struct lean_rep still = {.buffer = &curl->buffer,
                                   .rest_mn = curl->rest_mn,
                                   .noise_mn = curl->noise_mn,
                                   .amp_mn = edges->amp_mn,
                                   .bottom_ns = curl->still_ns,
                                   .bottom_end_ns = edges->con.t_ns - up_ns,
                                   .top_ns = rep->outcome == REP_FULL ? edges->top.t_ns + up_ns : NEVER,
                                   .top_end_ns = edges->ecc.t_ns - down_ns,
                                   .uneven =
                                       ((rep->flags & FLAG_TWO_PART) != 0) + ((rep->flags & FLAG_PAUSE_IN_ECC) != 0)};

    lean_take(&curl->lean, &still);
    curl->still_ns = edges->end.t_ns + down_ns;
}

/* What is known too badly to say anything of it is left out. A way's sd is its movement's where that is told, and good. */
static void drop_vague(struct rep_data *rep)
{
    for (int p = 0; p < PHASE_COUNT; p++) {
        struct phase_time *phase = &rep->phases[p];
        bool moved = (p == PHASE_CON || p == PHASE_ECC) && phase->move_ns != ABSENT;
        if (phase->src != SRC_NONE && !moved && phase->sd_ns != ABSENT &&
            phase->sd_ns > CURL_VAGUE_NS + phase->dur_ns / 4)
            curl_drop_phase(phase);
    }
}

/* The rest level is a mean of 2 s of sway, and drifts; hands move it from rep to rep. */
static int64_t rest_sd_mn(const struct curl_detector *curl)
{
    int64_t hands = support_spread_mn(&curl->support) * 2, sway = curl->noise_mn / 5;

    return fixed_sqrt(hands * hands + sway * sway + CURL_DRIFT_MN * CURL_DRIFT_MN);
}

/* Others were in it, or a hand: it counts; what it weighed and how long its parts took is not the patient's. */
static void say_nothing(struct rep_data *rep)
{
    for (int p = 0; p < PHASE_COUNT; p++)
        curl_drop_phase(&rep->phases[p]);
    rep->tut_ns = rep->mean_mn = rep->peak_mn = rep->impulse_mns = ABSENT;
    rep->flags = (rep->flags & ~(unsigned)(FLAG_TWO_PART | FLAG_PAUSE_IN_ECC)) | FLAG_HAND_SUPPORT;
}

int64_t curl_sinks_mn(const struct curl_detector *curl)
{
    return fixed_max(curl_part(curl_amp_mn(curl), CURL_SINKS_PCT), CURL_SINKS_SIGMAS * curl->noise_mn);
}

/* The newest samples' mean above the rest level. */
static int64_t newest_mn(const struct curl_detector *curl)
{
    const struct rep_buffer *buffer = &curl->buffer;
    int64_t sum = 0, n = 0, last_ns = buffer->n > 0 ? rep_buffer_at(buffer, buffer->n - 1)->t_ns : 0;

    for (int i = buffer->n - 1; i >= 0 && rep_buffer_at(buffer, i)->t_ns >= last_ns - CURL_SINKS_NS; i--, n++)
        sum += rep_buffer_at(buffer, i)->force_mn - curl->rest_mn;
    return n > 0 ? sum / n : 0;
}

static bool briefer(const struct curl_detector *curl, const struct scan_edges *edges)
{
    return curl->dur_ns != ABSENT && (edges->end.t_ns - edges->con.t_ns) * 100 < curl->dur_ns * CURL_BRIEFER_PCT;
}

/*
 * It is looked at later than others. Not beside a hand that is known, of that nobody expects an even level, nor in so much
 * sway that the level tells nothing; nor by a slow converter, which is late already, nor of who goes at an own pace: whose
 * reps are never alike.
 */
static bool may_sink(const struct curl_detector *curl, const struct scan_edges *edges)
{
    bool slow = curl->cycle_ns == NEVER || curl->level.step_ns > CURL_SLOW_NS;

    return !slow && !curl_quick_cued(curl) && (curl->flags & FLAG_HAND_SUPPORT) == 0 && briefer(curl, edges) &&
           curl->noise_mn * CURL_BRIEFER_PART < edges->amp_mn;
}

/*
 * Weight went to a chair while the limb moved: F passed pA on its way down, and stays well below the rest level. Where the
 * ways ended it does not tell. A leg that is stopped, and sway, are back sooner. A rep that was over earlier than the one
 * before needs half of that to speak against it.
 */
static bool sinks(const struct curl_detector *curl, const struct scan_edges *edges, int to)
{
    const struct rep_buffer *buffer = &curl->buffer;
    int64_t least_mn = curl->rest_mn - curl_sinks_mn(curl);
    int i = to - 1;

    if (may_sink(curl, edges) && newest_mn(curl) < -curl_sinks_mn(curl) / 2)
        return true;
    for (; i >= 0 && rep_buffer_at(buffer, i)->t_ns >= rep_buffer_at(buffer, to - 1)->t_ns - CURL_SINKS_NS; i--)
        if (rep_buffer_at(buffer, i)->force_mn > least_mn)
            return false;
    return true;
}

/*
 * Ways that halt, and the rep is much higher than others: it stands on a step, somebody has put back on the box in the
 * pause before what a chair carried until then, and takes it away again after it. The number of ways.
 */
static int on_a_step(const struct curl_detector *curl, const struct scan_edges *edges, unsigned flags)
{
    int64_t up_ns = edges->top.t_ns - edges->con.t_ns, down_ns = edges->end.t_ns - edges->ecc.t_ns;

    if (curl->amp_mn == ABSENT || edges->amp_mn <= curl_part(curl->amp_mn, CURL_STEP_PCT) ||
        fixed_min(up_ns, down_ns) < CURL_STEP_NS) /* a quick limb's inertia */
        return 0;
    return ((flags & FLAG_TWO_PART) != 0) + ((flags & FLAG_PAUSE_IN_ECC) != 0);
}

/*
 * A rep much lower or higher than those before it may stand on another level: weight put on a chair, or taken back, while
 * the limb moved shows nowhere else. It counts; whose its phases are waits for the next one.
 */
static void mind_height(struct curl_detector *curl, const struct scan_edges *edges, int steps)
{
    if (steps > 0)
        lean_doubt(&curl->lean);
    else if (curl->amp_mn != ABSENT && curl->n_reps > 0 &&
             fixed_abs(edges->amp_mn - curl->amp_mn) > curl_part(curl->amp_mn, CURL_APART_PCT))
        lean_wait(&curl->lean);
}

/* Who jumped off never came to the end of the eccentric. */
static void cut_off(struct curl_detector *curl, struct rep_data *rep)
{
    rep->outcome = REP_PARTIAL;
    curl_drop_phase(&rep->phases[PHASE_ECC]);
    rep->tut_ns = rep->mean_mn = rep->impulse_mns = ABSENT;
    curl->prev_end_ns = ABSENT;
}

static int64_t end_sd_ns(const struct fit_time *fitted, const struct scan_crossing *read)
{
    return fitted->ns != ABSENT ? fitted->sd_ns : read->sd_ns;
}

/* The pause before this rep; and what the next one will want to know of this one's end. */
static void take_pause(struct curl_detector *curl, const struct rep_scan *scan, const struct scan_edges *edges,
                       struct rep_data *rep)
{
    const struct rep_moves *moves = &curl->moves;
    struct phase_time *pause = &rep->phases[PHASE_BOTTOM];
    int64_t sd_ns = end_sd_ns(&moves->low[0], &edges->con);
    bool hole = curl->prev_end_ns != ABSENT && rep_scan_hole(scan, curl->prev_end_ns, rep->start_ns);

    rep->flags |= hole ? FLAG_GAP : 0u;
    if (curl->prev_end_ns != ABSENT && edges->con.known && !hole) {
        pause->src = curl->prev_fitted || moves->low[0].ns != ABSENT ? SRC_MODEL : SRC_LOAD;
        pause->dur_ns = rep->start_ns - curl->prev_end_ns;
        pause->move_ns = moves->pause.ns;
        pause->sd_ns = moves->pause.sd_ns;
        if (pause->move_ns == ABSENT && curl->prev_sd_ns != ABSENT && sd_ns != ABSENT)
            pause->sd_ns = fixed_root_of_squares(curl->prev_sd_ns, sd_ns);
        /* What is fitted says how well, and what may be off by its whole length is not told. */
        if ((pause->src == SRC_MODEL && pause->sd_ns == ABSENT) || pause->sd_ns > pause->dur_ns)
            curl_drop_phase(pause);
    }
    curl->prev_fitted = moves->low[1].ns != ABSENT;
    curl->prev_sd_ns = end_sd_ns(&moves->low[1], &edges->end);
}

/*
 * What a full rep reaches at least. How high one is that hardly stays on top, sway, inertia and a converter's mean over
 * four periods leave open; and a hand that has moved since the rest level was taken.
 */
static int64_t full_mn(const struct curl_detector *curl, const struct scan_edges *edges)
{
    bool brief = edges->ecc.t_ns - edges->top.t_ns < CURL_TOP_NS;

    if (curl->amp_mn == ABSENT)
        return 0;
    int64_t least = curl_part(curl->amp_mn, brief ? CURL_BRIEF_PCT : CURL_FULL_PCT);
    return fixed_max(least - CURL_HAND_SDS * lean_hand_mn(&curl->lean), curl_part(curl->amp_mn, CURL_HALF_PCT));
}

static void read_moves(struct curl_detector *curl, const struct rep_scan *scan, const struct scan_edges *edges,
                       struct rep_data *rep)
{
    look_at_hands(curl, edges, rep);
    curl->moves.noise = (struct fit_noise){.sway_mn = curl->noise_mn, .hand_mn = lean_hand_mn(&curl->lean)};
    rep_moves_take(&curl->moves, scan, edges, curl->search_ns, rep);
}

/* What is read stays what it was: later there may be more of the next rep in it. */
static enum curl_look look_later(struct curl_detector *curl, int64_t to_ns)
{
    if (curl->read_to_ns == ABSENT)
        curl->read_to_ns = to_ns;
    return CURL_LOOK_LATER;
}

/* At an own pace the set itself says what is too brief for a rep: hands and sway that pass pA and come back. */
static int64_t least_ns(const struct curl_detector *curl)
{
    if (curl->cycle_ns != NEVER || curl->dur_ns == ABSENT)
        return curl->rep_min_ns;
    return fixed_max(curl->rep_min_ns, fixed_min(curl->dur_ns / CURL_BRIEF_PART, CURL_REP_OWN_NS));
}

/* The live stream wants to know what ways and pauses are like, told or not: the crossings as they were read are better than none. */
static void learn_times(struct curl_detector *curl, const struct scan_edges *edges, const struct rep_data *rep)
{
    struct belief_rep seen = {.dur_ns = {[PHASE_CON] = edges->top.t_ns - edges->con.t_ns,
                                         [PHASE_TOP] = edges->ecc.t_ns - edges->top.t_ns,
                                         [PHASE_ECC] = edges->end.t_ns - edges->ecc.t_ns,
                                         [PHASE_BOTTOM] = ABSENT},
                              .amp_mn = curl->amp_mn};

    for (int p = 0; p < PHASE_COUNT; p++) {
        seen.dur_ns[p] = rep->phases[p].src != SRC_NONE ? rep->phases[p].dur_ns : seen.dur_ns[p];
        seen.move_ns[p] = rep->phases[p].src != SRC_NONE ? rep->phases[p].move_ns : ABSENT;
    }
    curl->dur_ns = edges->end.t_ns - edges->con.t_ns;
    if (!curl_quick_cued(curl)) /* where inertia hides the phases that it believes in: the window is nearer */
        curl_belief_learn(&curl->live.belief, &curl->moves.habit, &seen);
}

/* What is in the buffer up to to_ns. A rep that has not come down to pA yet can wait unless this is the last look. */
enum curl_look curl_look(struct curl_detector *curl, int64_t to_ns, enum curl_when when, struct rep_data *ret)
{
    int64_t read_to_ns = curl->read_to_ns == ABSENT ? to_ns : fixed_min(curl->read_to_ns, to_ns);
    struct rep_scan scan = {
        .buffer = &curl->buffer,
        .rest_mn = curl->rest_mn,
        .peak_ns = CURL_PEAK_NS,
        .clip_mn = curl->amp_mn == ABSENT ? 0 : curl_part(curl->amp_mn, CURL_CLIP_PCT),
        .like_mn = curl->n_reps == 0 || curl->amp_mn == ABSENT ? 0 : curl_part(curl->amp_mn, CURL_FULL_PCT),
        .amp_mn = when == CURL_JUMPED && curl->amp_mn != ABSENT ? curl->amp_mn : 0,
        .rest_sd_mn = rest_sd_mn(curl),
        .f = curl->f,
        .from = rep_buffer_find(&curl->buffer, curl->search_ns),
        .to = rep_buffer_find(&curl->buffer, read_to_ns + 1)};
    struct scan_edges edges;
    int reached = rep_buffer_find(&curl->buffer, fixed_max(curl->enter_ns - CURL_DWELL_NS, curl->search_ns));

    if (when != CURL_JUMPED) /* whose fall is one, as it came */
        rep_scan_clear(&scan, reached, curl->noise_mn, curl->v);
    if (!rep_scan_read(&scan, reached, curl->noise_mn, &edges) || edges.amp_mn < CURL_AMP_MIN_MN ||
        edges.amp_mn > CURL_AMP_MAX_MN || curl->peak_mn > CURL_AMP_MAX_MN)
        return CURL_LOOK_NO_REP; /* the level's own peak, too: of who was there before "go" only the way off may be left */
    if (when == CURL_SO_FAR && !edges.ended)
        return CURL_LOOK_LATER;
    if (edges.end.t_ns - edges.con.t_ns < least_ns(curl))
        return CURL_LOOK_NO_REP;
    if (when == CURL_SO_FAR && may_sink(curl, &edges) && to_ns - edges.end.t_ns < CURL_BRIEFER_NS)
        return look_later(curl, to_ns);
    if (curl->amp_mn == ABSENT && edges.amp_mn < CURL_SIGMAS * (curl->noise_mn + edges.noise_mn) / 2)
        return edges.end.t_ns - edges.con.t_ns < CURL_WEAK_NS ? CURL_LOOK_NO_REP : CURL_LOOK_WEAK;
    if (curl->amp_mn != ABSENT && edges.amp_mn < curl_part(curl->amp_mn, 30))
        return CURL_LOOK_NO_REP;
    rep_scan_figures(&scan, &edges, ret);
    ret->outcome = edges.amp_mn < full_mn(curl, &edges) ? REP_PARTIAL : REP_FULL;
    if (curl->bounced)
        ret->flags |= FLAG_PAUSE_IN_ECC;
    const struct quick_ways ways =
        when == CURL_JUMPED ? (struct quick_ways){false, false} : quick_ways(&scan, &edges, curl->noise_mn);
    if (when != CURL_JUMPED && curl_quick_doubt(curl, &edges, ret->outcome))
        return CURL_LOOK_DOUBT;
    ret->flags &= ~quick_flags(&ways, &edges);
    if (!curl_quick_cued(curl)) /* of whose ends a curve of its own knows more: curl_quick_times() */
        read_moves(curl, &scan, &edges, ret);
    take_pause(curl, &scan, &edges, ret);
    quick_drop(&ways, curl_quick_cued(curl), ret);
    if (curl_quick_cued(curl) && when != CURL_JUMPED)
        curl_quick_times(curl, &scan, &edges, ret);
    drop_vague(ret);
    curl->prev_end_ns = edges.end.known && !ways.ecc ? ret->end_ns : ABSENT;
    curl->told_ns = ret->end_ns;
    curl->mid_ns = (edges.con.t_ns + edges.end.t_ns) / 2;
    curl->looked_back = false;
    curl->search_ns = fixed_max(ret->end_ns, edges.end.t_ns);
    curl->slip_ns = slipped(&scan, &edges, curl->noise_mn) ? ret->end_ns : ABSENT;
    if (curl->slip_ns != ABSENT)
        curl_drop_phase(&ret->phases[PHASE_ECC]);
    ret->flags |= curl->flags;
    if (!lean_unlikely(&curl->lean)) /* whose hand takes the movement's ends away, and all that lies between */
        ret->tut_ns = ret->mean_mn = ret->impulse_mns = ABSENT;
    int steps = on_a_step(curl, &edges, ret->flags);
    curl->n_steps += steps;
    mind_height(curl, &edges, steps);
    /* A hand's wander on a weak band can look like half a rep. */
    bool hand = steps > 0 || (when != CURL_JUMPED && sinks(curl, &edges, rep_buffer_find(&curl->buffer, to_ns + 1)));
    if (curl->odd || hand || (ret->outcome == REP_PARTIAL && (curl->flags & FLAG_HAND_SUPPORT))) {
        say_nothing(ret);
        curl->prev_end_ns = ABSENT;
    } else if (ret->outcome == REP_FULL) {
        learn_amp(curl, edges.amp_mn);
        learn_times(curl, &edges, ret);
    }
    if (when == CURL_JUMPED)
        cut_off(curl, ret);
    curl->doubtful = ret->outcome != REP_FULL;
    curl->odd = curl->others.base_mn != 0;
    curl->n_reps++;
    return CURL_LOOK_REP;
}
