/* SPDX-License-Identifier: MIT */
/* Curls as quick as their inertia weighs; curl_quick.h has the rules. */
#include "daemon/core/detect/curl/curl_quick.h"

#include "daemon/core/fixed.h"

/* Mean square of what the samples are off their mean by, about an edge, mN2. */
static int64_t unrest_mn2(const struct rep_scan *scan, int64_t from_ns, int64_t to_ns)
{
    int64_t sum = 0, n = 0;
    int i = rep_buffer_find(scan->buffer, from_ns);

    for (i = i > scan->from ? i : scan->from; i < scan->to; i++, n++) {
        if (rep_buffer_at(scan->buffer, i)->t_ns > to_ns)
            break;
        int64_t off = curl_raw_mn(scan, i) - scan->f[i];
        sum += off * off;
    }
    return n > 0 ? sum / n : 0;
}

/*
 * A quick limb's inertia weighs as much as the band does: it carries F over (1-p)A when it sets off and under pA when it
 * is stopped. The crossings of that are not the movement's, and those of a mean are neither. Nor can an edge be read that
 * is hardly longer than what it is averaged over.
 */
static bool quick(const struct rep_scan *scan, int64_t amp_mn, int64_t noise_mn, int64_t from_ns, int64_t to_ns)
{
    int64_t most = curl_part(amp_mn, CURL_UNREST_PCT) + noise_mn * 6 / 5;

    return to_ns - from_ns < 3 * scan->half_ns ||
           unrest_mn2(scan, from_ns - CURL_QUICK_NS, to_ns + CURL_QUICK_NS) > most * most;
}

struct quick_ways quick_ways(const struct rep_scan *scan, const struct scan_edges *edges, int64_t noise_mn)
{
    return (struct quick_ways){.con = quick(scan, edges->amp_mn, noise_mn, edges->con.t_ns, edges->top.t_ns),
                               .ecc = quick(scan, edges->amp_mn, noise_mn, edges->ecc.t_ns, edges->end.t_ns)};
}

/* Inertia looks like a limb that turns round. Who halts on a quick way takes longer than CURL_HALTED_NS in all. */
unsigned quick_flags(const struct quick_ways *quick, const struct scan_edges *edges)
{
    bool con = quick->con && edges->top.t_ns - edges->con.t_ns < CURL_HALTED_NS;
    bool ecc = quick->ecc && edges->end.t_ns - edges->ecc.t_ns < CURL_HALTED_NS;

    return (con ? FLAG_TWO_PART : 0u) | (ecc ? FLAG_PAUSE_IN_ECC : 0u);
}

void quick_drop(const struct quick_ways *ways, bool quickly_cued, struct rep_data *rep)
{
    bool con = ways->con || quickly_cued, ecc = ways->ecc || quickly_cued;

    if (quickly_cued)
        rep->tut_ns = rep->mean_mn = rep->impulse_mns = ABSENT;
    if (con) {
        curl_drop_phase(&rep->phases[PHASE_CON]);
        curl_drop_phase(&rep->phases[PHASE_BOTTOM]);
    }
    if (ecc)
        curl_drop_phase(&rep->phases[PHASE_ECC]);
    if (con || ecc)
        curl_drop_phase(&rep->phases[PHASE_TOP]);
}

static void put(struct phase_time *phase, const struct fit_time *crossing, const struct fit_time *move)
{
    curl_drop_phase(phase);
    if (crossing->ns == ABSENT || crossing->sd_ns > QUICK_VAGUE_NS)
        return;
    phase->src = SRC_MODEL;
    phase->dur_ns = crossing->ns;
    phase->sd_ns = crossing->sd_ns;
    if (move == NULL || (double)move->sd_ns > FIT_SD_PART * (double)move->ns)
        return;
    phase->move_ns = move->ns;
    phase->sd_ns = move->sd_ns;
}

/* The curve's breakpoints say what of it is still: its crossings lie elsewhere. */
static void look_at_hands(struct curl_detector *curl, int64_t amp_mn, const struct swing_result *found)
{
    int64_t lag_ns = QUICK_LAGS * curl->level.step_ns + QUICK_STILL_NS;
    const struct lean_rep still = {.buffer = &curl->buffer,
                                   .rest_mn = curl->rest_mn,
                                   .noise_mn = curl->noise_mn,
                                   .amp_mn = amp_mn,
                                   .bottom_ns = curl->still_ns,
                                   .bottom_end_ns = found->still_ns[0] - lag_ns,
                                   .top_ns = found->still_ns[1] + lag_ns,
                                   .top_end_ns = found->still_ns[2] - lag_ns,
                                   .quick = true};

    lean_take(&curl->lean, &still);
    curl->still_ns = found->still_ns[3] + lag_ns;
}

/* It lies where a rep may be. */
static bool fits(const struct swing_result *found, const struct rep_scan *scan, const struct scan_edges *edges,
                 int64_t from_ns)
{
    return found->start.ns >= from_ns && found->end.ns > edges->top.t_ns &&
           found->end.ns <= rep_buffer_at(scan->buffer, scan->to - 1)->t_ns;
}

void curl_quick_times(struct curl_detector *curl, const struct rep_scan *scan, const struct scan_edges *edges,
                      struct rep_data *rep)
{
    int64_t from_ns = fixed_max(curl->search_ns, edges->con.t_ns - QUICK_REST_NS);
    struct swing_result found;

    if (curl->swing.free_ns != ABSENT)
        from_ns = fixed_max(from_ns, curl->swing.free_ns);
    if ((rep->flags & FLAG_GAP) || !swing_fit(&curl->swing, scan, edges, from_ns, curl->noise_mn, &found) ||
        !fits(&found, scan, edges, from_ns)) {
        swing_skip(&curl->swing);
        return;
    }
    look_at_hands(curl, edges->amp_mn, &found);
    rep->start_ns = found.start.ns;
    rep->end_ns = found.end.ns;
    if (found.rep.sd_ns * QUICK_SURE_PART < found.rep.ns)
        rep->tut_ns = found.tension.ns;
    put(&rep->phases[PHASE_CON], &found.con, &found.up);
    put(&rep->phases[PHASE_TOP], &found.top, NULL);
    put(&rep->phases[PHASE_ECC], &found.ecc, &found.down);
    put(&rep->phases[PHASE_BOTTOM], &found.bottom, NULL);
}

bool curl_quick_cued(const struct curl_detector *curl)
{
    return curl->cycle_ns < QUICK_CYCLE_NS;
}

/* The load was over half of A for so long, as it is in a rep. */
static bool rose(const struct curl_detector *curl, int64_t amp_mn, int64_t from_ns, int64_t to_ns)
{
    const struct rep_buffer *buffer = &curl->buffer;
    int64_t least_mn = curl->rest_mn + amp_mn / 2, sum = 0;
    int last = rep_buffer_find(buffer, to_ns), first = rep_buffer_find(buffer, from_ns);

    for (int i = first; i < last; i++) {
        sum += rep_buffer_at(buffer, i)->force_mn;
        while (rep_buffer_at(buffer, i)->t_ns - rep_buffer_at(buffer, first)->t_ns > QUICK_ROSE_NS)
            sum -= rep_buffer_at(buffer, first++)->force_mn;
        bool long_enough = rep_buffer_at(buffer, i)->t_ns - from_ns >= QUICK_ROSE_NS;
        if (long_enough && sum > least_mn * (i - first + 1))
            return true;
    }
    return false;
}

/* Somebody moved between the last rep told, or "go", and to_ns. */
static bool missed(const struct curl_detector *curl, int64_t amp_mn, int64_t to_ns)
{
    int64_t from_ns = curl->told_ns + (curl->n_reps > 0 ? QUICK_AFTER_NS : 0);

    return rose(curl, amp_mn, from_ns, to_ns - QUICK_BEFORE_NS);
}

bool curl_quick_doubt(const struct curl_detector *curl, const struct scan_edges *edges, enum rep_outcome outcome)
{
    int64_t dur_ns = edges->end.t_ns - edges->con.t_ns, cycle_ns = curl->cycle_ns;
    int64_t mid_ns = edges->con.t_ns + dur_ns / 2;
    bool first = curl->n_reps == 0, late, early;

    if (!curl_quick_cued(curl))
        return false;
    late = first ? edges->con.t_ns - curl->start_ns > cycle_ns * QUICK_LATE_PCT / 100
                 : mid_ns - curl->mid_ns > cycle_ns * QUICK_MOST_PCT / 100;
    early = !first && mid_ns - curl->mid_ns < cycle_ns * QUICK_LEAST_PCT / 100;
    return outcome != REP_FULL || early || dur_ns > cycle_ns * QUICK_LONG_PCT / 100 ||
           (late && missed(curl, edges->amp_mn, edges->con.t_ns));
}

bool curl_quick_over(struct curl_detector *curl, int64_t t_ns)
{
    bool idle = curl->state == CURL_STATE_LEVEL || curl->state == CURL_STATE_REST;

    if (curl->looked_back || !curl_quick_cued(curl) || !idle || t_ns - curl->told_ns < 2 * curl->cycle_ns)
        return false;
    curl->looked_back = true;
    return curl->rest_mn != ABSENT && curl->amp_mn != ABSENT && missed(curl, curl->amp_mn, t_ns);
}

unsigned curl_quick_flag(const struct curl_detector *curl)
{
    return curl->n_reps > 0 ? FLAG_MOVEMENT_NOT_SEEN : FLAG_BAND_NOT_SEEN;
}
