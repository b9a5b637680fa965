/* SPDX-License-Identifier: MIT */
/* A thrust of quick hips; see thrust_quick.h. */
#include "daemon/core/detect/pelvis/thrust_quick.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/pelvis/pelvis_look.h"

#define BLOCK_NS  (25 * NS_PER_MS) /* two samples of the slowest of the quick converters */
#define BLOCKS    160
#define LEVEL_PCT 5                 /* of the most there was: so far apart lie the samples of a level stretch */
#define LEVEL_NS  (150 * NS_PER_MS) /* and it lasts so long at least: the crest of a swing of 0.4 s does for 80 ms */
#define RISE_PCT  20                /* R of P: 0.17-0.35 of them, and the swings are steep where it matters */
#define MOST_NS   (900 * NS_PER_MS) /* R / 2 of swing: a slower way stays above the middle, and has a curve */
#define WAY_PCT   61 /* of R, the mean of a way: 0.59 at minimum jerk, 0.63 at one speed, for the load bends */
#define PPM       1000000
#define STEP_LO   (60 * PPM / 100) /* S, of P: R is 0.17-0.35 of P of most bodies and benches */
#define STEP_HI   (90 * PPM / 100)
#define MEAN_LO   66 /* S, of the rep's mean */
#define MEAN_HI   90
#define SD_NS     (40 * NS_PER_MS)
#define TOP_SD_NS (30 * NS_PER_MS)

#define FLAT_NS  (60 * NS_PER_MS)
#define FIRST_NS (120 * NS_PER_MS) /* the same where no level is known */
#define NEAR_PCT 5                 /* of P: there again */
#define SOON_PCT 90                /* of how long the way up took: nobody is on top */
#define LEFT_PCT 30                /* of it: the level is left */
#define DWELL_NS (40 * NS_PER_MS)
#define LONG_NS  (1200 * NS_PER_MS) /* up for so long without a dip: no quick hips */
#define SWING_NS (120 * NS_PER_MS)
#define DOWN_PCT 70 /* of P, after braking: the pelvis lets itself down */

/* --- the finished rep -------------------------------------------------------------------------------------------- */

struct blocks {
    int n;
    int64_t from_ns;
    int64_t mean_mn[BLOCKS];
};

static bool fill_blocks(struct blocks *blocks, const struct pelvis *pelvis)
{
    const struct pelvis_edges *edges = &pelvis->edges;
    int64_t sum[BLOCKS] = {0}, length_ns = edges->down.t_ns - edges->off.t_ns;
    int count[BLOCKS] = {0};

    blocks->n = (int)fixed_min(length_ns / BLOCK_NS, BLOCKS);
    blocks->from_ns = edges->off.t_ns;
    if (length_ns / BLOCK_NS >= BLOCKS || blocks->n < 1)
        return false;
    for (int i = rep_buffer_find(&pelvis->buffer, blocks->from_ns); i < pelvis->buffer.n; i++) {
        int64_t b = (rep_buffer_at(&pelvis->buffer, i)->t_ns - blocks->from_ns) / BLOCK_NS;
        if (b >= blocks->n)
            break;
        sum[b] += rep_buffer_at(&pelvis->buffer, i)->force_mn - pelvis->scan_rest_mn;
        count[b]++;
    }
    for (int b = 0; b < blocks->n; b++) {
        if (count[b] == 0)
            return false;
        blocks->mean_mn[b] = sum[b] / count[b];
    }
    return true;
}

/* Blocks from..to (excluded), and the load's mean over them. */
struct stretch {
    int from, to;
    int64_t level_mn;
};

static int64_t most_of(const struct blocks *blocks)
{
    int64_t most = blocks->mean_mn[0];

    for (int b = 1; b < blocks->n; b++)
        most = fixed_max(most, blocks->mean_mn[b]);
    return most;
}

static int level_end(const struct blocks *blocks, int from, int64_t width_mn, int64_t *ret_sum)
{
    int64_t lo = blocks->mean_mn[from], hi = lo;
    int b = from;

    *ret_sum = 0;
    for (; b < blocks->n; b++) {
        lo = fixed_min(lo, blocks->mean_mn[b]);
        hi = fixed_max(hi, blocks->mean_mn[b]);
        if (hi - lo > width_mn)
            break;
        *ret_sum += blocks->mean_mn[b];
    }
    return b;
}

/* The longest stretch on one level. */
static bool find_level(const struct blocks *blocks, struct stretch *ret)
{
    int64_t width_mn = most_of(blocks) * LEVEL_PCT / 100, sum;

    *ret = (struct stretch){0};
    for (int b = 1; b + 1 < blocks->n; b++) {
        int end = level_end(blocks, b, width_mn, &sum);
        if (end - b > ret->to - ret->from)
            *ret = (struct stretch){.from = b, .to = end, .level_mn = sum / (end - b)};
    }
    return (ret->to - ret->from) * BLOCK_NS >= LEVEL_NS && ret->from > 0 && ret->to < blocks->n;
}

/* From block b outwards: by how much the load comes back towards the level after it has fallen below that. */
static int64_t swing_mn(const struct blocks *blocks, int b, int dir, int64_t level_mn)
{
    int64_t least = level_mn, most = 0;

    for (; b >= 0 && b < blocks->n; b += dir) {
        least = fixed_min(least, blocks->mean_mn[b]);
        most = fixed_max(most, fixed_min(level_mn, blocks->mean_mn[b]) - least);
    }
    return most;
}

/* The load swings about the level on both sides of it: up while the hips are sped up, down while they are braked. */
static bool swings(const struct blocks *blocks, const struct stretch *top)
{
    int64_t dip_mn = top->level_mn * THRUST_DIP_PCT / 100;

    return swing_mn(blocks, top->from - 1, -1, top->level_mn) >= dip_mn &&
           swing_mn(blocks, top->to, 1, top->level_mn) >= dip_mn;
}

/* From t_ns on, forwards or backwards, the first time that the load is below `mn`, straight between samples. */
static int64_t below_ns(const struct pelvis *pelvis, int64_t t_ns, int dir, int64_t mn)
{
    const struct rep_buffer *buffer = &pelvis->buffer;
    int i = rep_buffer_find(buffer, t_ns), to = dir > 0 ? buffer->n - 1 : 0;

    while (i != to && rep_buffer_at(buffer, i)->force_mn - pelvis->scan_rest_mn >= mn)
        i += dir;
    const struct sample *in = rep_buffer_at(buffer, i), *out = rep_buffer_at(buffer, i - dir);
    int64_t way = (int64_t)out->force_mn - in->force_mn, left = mn + pelvis->scan_rest_mn - in->force_mn;
    return way > 0 ? in->t_ns + (out->t_ns - in->t_ns) * fixed_clamp(left, 0, way) / way : in->t_ns;
}

static void set_phase(struct phase_time *time, int64_t dur_ns, int64_t sd_ns)
{
    *time = (struct phase_time){
        .src = SRC_MODEL, .dur_ns = dur_ns, .sd_ns = sd_ns, .move_ns = dur_ns, .target_ns = ABSENT, .in_tolerance = -1};
}

/*
 * S by the rep's mean. Speeding hips up and slowing them down adds nothing to that, so it is S, and R while they are on
 * top, and WAY_PCT of R on the ways. Bodies and benches differ in R, not one patient's reps: what the last five of them
 * say of it counts.
 */
static int64_t learn_step_mn(struct thrust_quick *quick, const struct rep_data *rep, int64_t top_ns)
{
    int64_t all_ns = rep->end_ns - rep->start_ns, low_ns = (all_ns - top_ns) * (100 - WAY_PCT) / 100;
    int64_t step_mn = quick->usual_mn - fixed_div((quick->usual_mn - rep->mean_mn) * (all_ns / 1000), low_ns / 1000);

    pelvis_median_add(&quick->steps_ppm, fixed_clamp(step_mn * PPM / quick->usual_mn, STEP_LO, STEP_HI));
    return quick->usual_mn * (pelvis_median_low(&quick->steps_ppm) + pelvis_median(&quick->steps_ppm)) / (2 * PPM);
}

bool thrust_quick_look(struct thrust_quick *quick, struct pelvis *pelvis, struct rep_data *rep)
{
    const struct pelvis_edges *edges = &pelvis->edges;
    struct blocks blocks;
    struct stretch top;

    if (pelvis->input.slow || rep->outcome != REP_FULL || rep->tut_ns == ABSENT)
        return false;
    quick->on = fill_blocks(&blocks, pelvis) && find_level(&blocks, &top) && swings(&blocks, &top);
    if (!quick->on)
        return false;
    int64_t high_mn = top.level_mn - top.level_mn * RISE_PCT / 1000;
    int64_t top_ns = below_ns(pelvis, blocks.from_ns + top.from * BLOCK_NS + BLOCK_NS / 2, -1, high_mn);
    int64_t ecc_ns = below_ns(pelvis, blocks.from_ns + top.to * BLOCK_NS - BLOCK_NS / 2, 1, high_mn);
    quick->on = top_ns - edges->off.t_ns <= MOST_NS && edges->down.t_ns - ecc_ns <= MOST_NS;
    if (!quick->on)
        return false;
    quick->usual_mn = top.level_mn;
    quick->usual_ns = top_ns - edges->off.t_ns;
    int64_t step_mn = learn_step_mn(quick, rep, ecc_ns - top_ns);
    pelvis_look_again(pelvis, step_mn, rep);
    pelvis->rules.quick_pct = (int)fixed_clamp(step_mn * 100 / rep->mean_mn, MEAN_LO, MEAN_HI);
    set_phase(&rep->phases[PHASE_CON], top_ns - edges->off.t_ns, SD_NS);
    set_phase(&rep->phases[PHASE_TOP], ecc_ns - top_ns, TOP_SD_NS);
    set_phase(&rep->phases[PHASE_ECC], edges->down.t_ns - ecc_ns, SD_NS);
    return true;
}

/* --- live -------------------------------------------------------------------------------------------------------- */

void thrust_quick_begin(struct thrust_quick *quick, const struct dose *dose)
{
    *quick = (struct thrust_quick){.on = dose->tempo_ms[PHASE_CON] == TEMPO_ASAP,
                                   .usual_mn = ABSENT,
                                   .up_ns = ABSENT,
                                   .level_mn = ABSENT,
                                   .since_ns = ABSENT};
}

static enum phase from_bottom(struct thrust_quick *quick, int64_t t_ns, int64_t u_mn)
{
    quick->up_ns = t_ns;
    quick->most_mn = quick->least_mn = u_mn;
    quick->level_mn = quick->since_ns = ABSENT;
    quick->flat = (struct sample){.t_ns = t_ns, .force_mn = (int32_t)fixed_force(u_mn)};
    return PHASE_CON;
}

/* Has kept to where it is for so long. */
static bool flat(struct thrust_quick *quick, int64_t t_ns, int64_t u_mn)
{
    if (fixed_abs(u_mn - quick->flat.force_mn) * 100 > quick->most_mn * LEVEL_PCT / 2)
        quick->flat = (struct sample){.t_ns = t_ns, .force_mn = (int32_t)fixed_force(u_mn)};
    if (quick->usual_mn == ABSENT)
        return t_ns - quick->flat.t_ns >= FIRST_NS;
    bool near = fixed_abs(u_mn - quick->usual_mn) * 100 <= quick->usual_mn * NEAR_PCT;
    return near && t_ns - quick->flat.t_ns >= FLAT_NS && (t_ns - quick->up_ns) * 100 >= quick->usual_ns * SOON_PCT;
}

/* Back from braking. */
static enum phase from_con(struct thrust_quick *quick, int64_t t_ns, int64_t u_mn)
{
    int64_t dip_mn = quick->most_mn - quick->least_mn;

    if (u_mn > quick->most_mn)
        quick->most_mn = quick->least_mn = u_mn;
    quick->least_mn = fixed_min(quick->least_mn, u_mn);
    if (t_ns - quick->up_ns > LONG_NS)
        quick->on = false;
    if (!flat(quick, t_ns, u_mn) || dip_mn * 100 < quick->most_mn * THRUST_DIP_PCT ||
        u_mn - quick->least_mn < dip_mn / 10)
        return PHASE_CON;
    quick->level_mn = quick->flat.force_mn;
    return PHASE_TOP;
}

static enum phase from_top(struct thrust_quick *quick, int64_t t_ns, int64_t u_mn)
{
    int64_t dip_mn = quick->level_mn - quick->least_mn;
    bool left = u_mn < quick->level_mn - dip_mn * LEFT_PCT / 100;

    if (!live_dwell(&quick->since_ns, left, t_ns, DWELL_NS))
        return PHASE_TOP;
    quick->least_mn = u_mn;
    quick->since_ns = ABSENT;
    return PHASE_ECC;
}

/* Braked, and then below what the feet carry at lift-off. */
static enum phase from_ecc(struct thrust_quick *quick, int64_t t_ns, int64_t u_mn)
{
    bool low = u_mn * 100 < quick->level_mn * DOWN_PCT;

    if (u_mn * 100 >= quick->level_mn * (100 - RISE_PCT / 2))
        quick->most_mn = ABSENT; /* braked */
    return live_dwell(&quick->since_ns, low && quick->most_mn == ABSENT, t_ns, DWELL_NS) ? PHASE_BOTTOM : PHASE_ECC;
}

/* Off the floor; what braking takes may look like feet that let go, for as long as a swing lasts. */
static bool is_up(struct thrust_quick *quick, const struct pelvis *pelvis, int64_t t_ns)
{
    if (pelvis->state == PELVIS_STATE_UP)
        return true;
    if (pelvis->state == PELVIS_STATE_LOW && t_ns - pelvis->state_ns < SWING_NS)
        return quick->up_ns != ABSENT;
    quick->up_ns = ABSENT;
    return false;
}

enum phase thrust_quick_step(struct thrust_quick *quick, const struct pelvis *pelvis, enum phase phase)
{
    int64_t u_mn = pelvis_u_mn(pelvis), t_ns = rep_buffer_at(&pelvis->buffer, pelvis->buffer.n - 1)->t_ns;

    if (!is_up(quick, pelvis, t_ns))
        return PHASE_BOTTOM;
    switch (phase) {
    case PHASE_BOTTOM: return quick->up_ns == ABSENT ? from_bottom(quick, t_ns, u_mn) : PHASE_BOTTOM;
    case PHASE_CON: return from_con(quick, t_ns, u_mn);
    case PHASE_TOP: return from_top(quick, t_ns, u_mn);
    case PHASE_ECC: return from_ecc(quick, t_ns, u_mn);
    case PHASE_COUNT: break;
    }
    return phase;
}
