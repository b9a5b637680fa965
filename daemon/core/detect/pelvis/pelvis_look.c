/* SPDX-License-Identifier: MIT */
/* The second look at an excursion: is it a rep, and above which rest level; pelvis_look.h has the rules. */
#include "daemon/core/detect/pelvis/pelvis_look.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/pelvis/pelvis_rest.h"

#define KNOCK_PCT     25    /* of A: quick hips swing the load by a fifth of it for 0.1 s */
#define SPIKE_PCT     12    /* of A: a quarter of a third, and half as much again */
#define OTHERS_MIN_MN 60000 /* 6 kg: four sd of a hand that leans */
#define OTHERS_PCT    25    /* of A, above the usual peak */
#define OTHERS_SURE   2     /* reps */
#define BESIDES       3
#define FLAT_PCT      5 /* of A, or six sd of the noise: the load keeps to a level, see pelvis_rest.h */

int64_t pelvis_floor_mn(const struct pelvis *pelvis)
{
    int64_t least = fixed_max(PELVIS_STEP_MIN_MN, pelvis->noise_mn * PELVIS_SIGMAS * 10 / 6);

    return pelvis->rest_mn == ABSENT ? least : fixed_max(least, pelvis_part(pelvis->rest_mn, pelvis->rules.rest_pct));
}

int64_t pelvis_now_amp_mn(const struct pelvis *pelvis)
{
    int64_t known = pelvis_amp_mn(pelvis);

    return known != ABSENT ? known : fixed_max(pelvis_floor_mn(pelvis), pelvis->peak_mn);
}

static struct rep_scan scan_to(struct pelvis *pelvis, int64_t to_ns, int64_t rest_mn)
{
    return (struct rep_scan){.buffer = &pelvis->buffer,
                             .rest_mn = rest_mn,
                             .f = pelvis->f,
                             .from = rep_buffer_find(&pelvis->buffer, pelvis->search_ns),
                             .to = rep_buffer_find(&pelvis->buffer, to_ns + 1)};
}

/* Far more than usual: somebody else, unless so little is known that the reference may have been a press. */
bool pelvis_too_high(const struct pelvis *pelvis, int64_t amp)
{
    if (pelvis->rest_mn != ABSENT &&
        amp > fixed_max(PELVIS_AMP_MAX_MN, pelvis_part(pelvis->rest_mn, PELVIS_REST_MAX_PCT)))
        return true;
    return pelvis->amps.n >= PELVIS_SURE && amp > pelvis_part(pelvis_amp_mn(pelvis), PELVIS_REF_MAX_PCT);
}

bool pelvis_high_enough(const struct pelvis *pelvis, int64_t amp)
{
    int64_t known = pelvis_amp_mn(pelvis);

    return amp >= (known != ABSENT ? pelvis_part(known, PELVIS_REF_MIN_PCT) : pelvis_floor_mn(pelvis));
}

static void learn(struct pelvis *pelvis, const struct pelvis_edges *edges)
{
    int64_t known = pelvis_amp_mn(pelvis), amp = edges->amp_mn;

    if (known != ABSENT && amp > pelvis_part(known, PELVIS_REF_MAX_PCT))
        pelvis->amps.n = 0;   /* what passed for a rep was a press: begin anew */
    else if (known != ABSENT) /* one odd rep may not hide the next ones */
        amp = fixed_clamp(amp, pelvis_part(known, 100 - PELVIS_CLAMP_PCT), pelvis_part(known, 100 + PELVIS_CLAMP_PCT));
    pelvis_median_add(&pelvis->amps, amp);
    if (edges->off.ramp_ns != ABSENT && edges->off.known)
        pelvis_median_add(&pelvis->tension, edges->off.ramp_ns);
    if (edges->down.ramp_ns != ABSENT && edges->down.known)
        pelvis_median_add(&pelvis->unload, edges->down.ramp_ns);
}

/*
 * It stands out of the noise that is measured inside. Quick hips swing the load there themselves: once such a rep has been
 * seen, the noise at rest tells.
 */
static bool clear(const struct pelvis *pelvis)
{
    const struct pelvis_edges *edges = &pelvis->edges;
    bool quick = edges->down.t_ns - edges->off.t_ns < PELVIS_QUICK_NS && pelvis->amps.n > 0;

    return edges->amp_mn >= PELVIS_SIGMAS * (quick ? pelvis->noise_mn : edges->noise_mn);
}

/* The excursion that fell below 0.3 A at low_ns, above the scan's rest level; level_mn: S, or ABSENT. */
static bool read_edges(struct pelvis *pelvis, struct rep_scan *scan, int64_t low_ns, int64_t level_mn)
{
    struct pelvis_edges *edges = &pelvis->edges;
    const struct pelvis_search search = {.enter_ns = pelvis->enter_ns,
                                         .low_ns = low_ns,
                                         .lifted_pct = pelvis->rules.lifted_pct,
                                         .quick_pct = pelvis->rules.quick_pct,
                                         .tension_ns = pelvis_median(&pelvis->tension),
                                         .unload_ns = pelvis_median(&pelvis->unload),
                                         .level_mn = level_mn};

    if (!pelvis_scan(scan, &search, edges))
        return false;
    if (edges->down.t_ns < low_ns - PELVIS_UNLOAD_MAX_NS) {
        edges->down.t_ns = low_ns - PELVIS_UNLOAD_MAX_NS;
        edges->down.index = rep_buffer_find(&pelvis->buffer, edges->down.t_ns + 1) - 1;
    }
    return pelvis_high_enough(pelvis, edges->amp_mn) && !pelvis_too_high(pelvis, edges->amp_mn) && clear(pelvis) &&
           edges->down.t_ns - edges->off.t_ns >= PELVIS_REP_MIN_NS;
}

int64_t pelvis_flat_range_mn(const struct pelvis *pelvis)
{
    return fixed_max(pelvis_part(pelvis_now_amp_mn(pelvis), FLAT_PCT), 6 * pelvis->noise_mn);
}

/*
 * Above the rest level or, where that makes no rep of it and what is usual is known, above what the load was just
 * before and is just after: a hand took some of it, or let go.
 */
static bool read_any(struct pelvis *pelvis, int64_t low_ns, int64_t to_ns, struct rep_scan *ret, bool *ret_beside)
{
    const struct rep_buffer *buffer = &pelvis->buffer;
    int64_t beside[BESIDES];

    *ret = scan_to(pelvis, to_ns, pelvis->rest_mn);
    *ret_beside = false;
    if (pelvis->input.slow)
        pelvis_calm_slow(&pelvis->buffer, ret->from, ret->to, pelvis_part(pelvis_now_amp_mn(pelvis), SPIKE_PCT));
    else
        pelvis_calm(&pelvis->buffer, ret->from, ret->to, pelvis_part(pelvis_now_amp_mn(pelvis), KNOCK_PCT));
    if (read_edges(pelvis, ret, low_ns, ABSENT))
        return true;
    if (pelvis->amps.n == 0)
        return false;
    beside[0] = pelvis_rest_before_mn(buffer, pelvis->search_ns, pelvis->enter_ns, pelvis_flat_range_mn(pelvis));
    beside[1] = pelvis_rest_mean_mn(buffer, PELVIS_REST_END_NS);
    beside[2] = pelvis_rest_dip_mn(buffer, pelvis->enter_ns);
    *ret_beside = true;
    for (int i = 0; i < BESIDES; i++) {
        if (beside[i] == ABSENT ||
            fixed_abs(beside[i] - pelvis->rest_mn) <= pelvis_part(pelvis_now_amp_mn(pelvis), PELVIS_BESIDE_PCT))
            continue;
        *ret = scan_to(pelvis, to_ns, beside[i]);
        if (read_edges(pelvis, ret, low_ns, ABSENT))
            return true;
    }
    return false;
}

bool pelvis_others(const struct pelvis *pelvis)
{
    int64_t more = fixed_max(OTHERS_MIN_MN, pelvis_part(pelvis_now_amp_mn(pelvis), OTHERS_PCT));

    return pelvis->peaks.n >= OTHERS_SURE && pelvis->peak_mn > pelvis_median(&pelvis->peaks) + more;
}

/* What they weigh is no figure of the patient's: the rep counts, and says so. */
static void leave_others_out(struct rep_data *rep)
{
    rep->flags |= FLAG_OTHER_LOAD;
    rep->peak_mn = rep->mean_mn = rep->impulse_mns = rep->tut_ns = ABSENT;
}

/* The figures between the edges, and the pause before them. */
static void fill_rep(struct pelvis *pelvis, const struct rep_scan *scan, struct rep_data *ret)
{
    const struct pelvis_edges *edges = &pelvis->edges;
    int64_t before_ns = pelvis->told.before_ns;

    pelvis_figures(scan, edges, ret);
    if (before_ns != ABSENT && edges->off.known && !rep_scan_hole(scan, before_ns, ret->start_ns)) {
        ret->phases[PHASE_BOTTOM].src = SRC_LOAD;
        ret->phases[PHASE_BOTTOM].dur_ns = fixed_max(0, ret->start_ns - before_ns);
    }
    pelvis->prev_end_ns = edges->down.known ? ret->end_ns : ABSENT;
    ret->flags |= pelvis->told.beside ? FLAG_HAND_SUPPORT : 0u;
}

bool pelvis_look_again(struct pelvis *pelvis, int64_t level_mn, struct rep_data *ret)
{
    const struct pelvis_told *told = &pelvis->told;
    struct pelvis_edges was = pelvis->edges;
    struct rep_scan scan = {
        .buffer = &pelvis->buffer, .rest_mn = pelvis->scan_rest_mn, .f = pelvis->f, .from = told->from, .to = told->to};

    if (!read_edges(pelvis, &scan, told->low_ns, level_mn)) {
        pelvis->edges = was;
        return false;
    }
    fill_rep(pelvis, &scan, ret);
    return true;
}

bool pelvis_look(struct pelvis *pelvis, int64_t low_ns, int64_t to_ns, struct rep_data *ret)
{
    struct pelvis_edges *edges = &pelvis->edges;
    struct rep_scan scan;
    bool beside;

    if (!read_any(pelvis, low_ns, to_ns, &scan, &beside))
        return false;
    bool begun = !pelvis->was_down;
    pelvis->was_down = true;
    if (begun && edges->down.t_ns - edges->off.t_ns < pelvis->begun_min_ns)
        return false; /* the end of what was begun before "go" */
    pelvis->scan_rest_mn = scan.rest_mn;
    pelvis->before_mn =
        pelvis_rest_before_mn(&pelvis->buffer, pelvis->search_ns, edges->off.t_ns, pelvis_flat_range_mn(pelvis));
    pelvis->after_mn = pelvis_rest_mean_mn(&pelvis->buffer, PELVIS_REST_END_NS);
    if (pelvis->before_mn == ABSENT)
        pelvis->before_mn = scan.rest_mn;
    pelvis->told = (struct pelvis_told){
        .from = scan.from, .to = scan.to, .low_ns = low_ns, .before_ns = pelvis->prev_end_ns, .beside = beside};
    fill_rep(pelvis, &scan, ret);
    pelvis->n_reps++;
    if (pelvis_others(pelvis) && edges->amp_mn > pelvis_part(pelvis_now_amp_mn(pelvis), 100 + OTHERS_PCT / 2)) {
        leave_others_out(ret);
        return true;
    }
    pelvis_median_add(&pelvis->peaks, pelvis->peak_mn);
    learn(pelvis, edges);
    return true;
}
