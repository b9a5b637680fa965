/* SPDX-License-Identifier: MIT */
/* The curl's second look: what is in the buffer, accepted or not; detector_curl.h has the rules. */
#include "daemon/core/detector_curl.h"

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

/* What is in the buffer up to to_ns. A rep that has not come down to pA yet can wait unless this is the last look. */
enum curl_look curl_look(struct curl_detector *curl, int64_t to_ns, bool last, struct rep_data *ret)
{
    struct rep_scan scan = {.buffer = &curl->buffer,
                            .rest_mn = curl->rest_mn,
                            .peak_ns = CURL_PEAK_NS,
                            .clip_mn = curl->amp_mn == ABSENT ? 0 : curl_part(curl->amp_mn, CURL_CLIP_PCT),
                            .f = curl->f,
                            .from = rep_buffer_find(&curl->buffer, curl->search_ns),
                            .to = rep_buffer_find(&curl->buffer, to_ns + 1)};
    struct scan_edges edges;
    int reached = rep_buffer_find(&curl->buffer, fixed_max(curl->enter_ns - CURL_DWELL_NS, curl->search_ns));

    if (!rep_scan_read(&scan, reached, curl->noise_mn, &edges) || edges.amp_mn < CURL_AMP_MIN_MN ||
        edges.amp_mn > CURL_AMP_MAX_MN)
        return CURL_LOOK_NO_REP;
    if (!last && !edges.ended)
        return CURL_LOOK_LATER;
    if (edges.end.t_ns - edges.con.t_ns < curl->rep_min_ns)
        return CURL_LOOK_NO_REP;
    if (curl->amp_mn == ABSENT && edges.amp_mn < CURL_SIGMAS * (curl->noise_mn + edges.noise_mn) / 2)
        return edges.end.t_ns - edges.con.t_ns < CURL_WEAK_NS ? CURL_LOOK_NO_REP : CURL_LOOK_WEAK;
    if (curl->amp_mn != ABSENT && edges.amp_mn < curl_part(curl->amp_mn, 30))
        return CURL_LOOK_NO_REP;
    rep_scan_figures(&scan, &edges, ret);
    ret->outcome = curl->amp_mn != ABSENT && edges.amp_mn < curl_part(curl->amp_mn, 70) ? REP_PARTIAL : REP_FULL;
    if (curl->prev_end_ns != ABSENT && edges.con.known && !rep_scan_hole(&scan, curl->prev_end_ns, ret->start_ns)) {
        ret->phases[PHASE_BOTTOM].src = SRC_LOAD;
        ret->phases[PHASE_BOTTOM].dur_ns = ret->start_ns - curl->prev_end_ns;
    }
    if (curl->bounced)
        ret->flags |= FLAG_PAUSE_IN_ECC;
    curl->moves.noise_mn = curl->noise_mn;
    rep_moves_take(&curl->moves, &scan, &edges, ret);
    curl->prev_end_ns = edges.end.known ? ret->end_ns : ABSENT;
    curl->search_ns = curl->told_ns = ret->end_ns;
    ret->flags |= curl->flags;
    if (ret->outcome == REP_FULL)
        learn_amp(curl, edges.amp_mn);
    curl->n_reps++;
    return CURL_LOOK_REP;
}
