/* SPDX-License-Identifier: MIT */
/* How likely each phase of a curl is; curl_belief.h has the model. */
#include "daemon/core/detect/curl/curl_belief.h"

#define DENSITY_S      0.0315 /* fit.h */
#define SLOW_DENSITY_S 0.2    /* of what a mean over four periods of 0.1 s leaves of sway */
#define SIGMA_MIN      0.02   /* of A: no movement has just that shape ... */
#define SHAPE_SD       0.03   /* ... and none is known to more than that */
#define LEVEL_SD       0.04   /* of A: a level where no hand was noticed */
#define PAUSE_MORE_S   1.0    /* a pause ends within the next so many s and its own length */
#define EARLY_PART     0.1    /* of the movements that begin otherwise: before BELIEF_SOONER ... */
#define STANDS_PART    0.01   /* ... and after BELIEF_STANDS_S: who stands there has ended his set, or rests */
#define LEAST          1e-4   /* of the likelihood: ruled out */
#define NEVER_LESS     1e-7   /* a pause never is: whatever else went wrong, from there it goes on */

/* What is shown. A movement is told to begin by less than it takes to end it, for it begins with next to nothing. */
#define BEGINS      0.15
#define BEGINS_SLOW 0.1 /* the next sample is as late again */
#define CLEAR       0.5 /* where sway and hand are less than SIGMA_MIN: it shows soon enough */
#define ENDS        0.32
#define GOES_BACK   0.85 /* so likely was none: what was told so early is taken back as readily */
#define BACK_SLOW   0.82
#define ELSEWHERE   0.6
#define GOES_ON     0.05

static const double lengths[BELIEF_LENGTHS] = {0.85, 1.0, 1.18};

/* What a block says of a level that was known so far. */
struct gain {
    double keep, gain, variance;
    double per_8_variances;
    double middle_s; /* of it, after the block before */
    double half_s;   /* of what a sample is the mean of, where that is long */
};

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static void restart(struct curl_belief *belief)
{
    belief->from_ns = ABSENT;
    belief->sum_mn = belief->n_sum = 0;
    belief->variance = -1.0;
    belief->move[0].n = belief->move[1].n = 0;
    belief->pause[0] = (struct belief_pause){.weight = 1.0};
    belief->pause[1] = (struct belief_pause){0};
    for (int p = 0; p < PHASE_COUNT; p++)
        belief->likely[p] = p == PHASE_BOTTOM ? 1.0 : 0.0;
}

void curl_belief_begin(struct curl_belief *belief)
{
    *belief = (struct curl_belief){0};
    restart(belief);
}

static double load_at(const struct belief_move *move, double u)
{
    double x = clamp(u, 0.0, 1.0) * BELIEF_SHAPE;
    int i = x < BELIEF_SHAPE ? (int)x : BELIEF_SHAPE - 1;

    return move->load[i] + (x - i) * (move->load[i + 1] - move->load[i]);
}

/* What a converter's mean over 2 half_s says of it. */
static double mean_load(const struct belief_move *move, double age_s, double half_s, double per_length)
{
    double load = load_at(move, age_s * per_length), off = 0.6 * half_s;

    if (half_s <= 0.0)
        return load;
    return (load + load_at(move, (age_s - off) * per_length) + load_at(move, (age_s + off) * per_length)) / 3.0;
}

/* Student's t with 7 degrees of freedom, but for what is the same for all. */
static double likelihood(double error, double per_8_variances)
{
    double v = 1.0 / (1.0 + error * error * per_8_variances);

    v *= v;
    return v * v;
}

/* A block that was error above what a level of its own says. */
static void take(double *weight, double *level, double y, const struct gain *gain)
{
    double error = y - *level * gain->keep;

    *weight *= likelihood(error, gain->per_8_variances);
    *level = *level * gain->keep + gain->gain * error;
}

static struct gain follow(struct curl_belief *belief, const struct belief_input *in, double block_s)
{
    double amp = (double)in->amp_mn, sigma = (double)in->noise_mn / amp, hand = (double)in->hand_mn / amp;
    double density = (in->step_ns > BELIEF_SLOW_NS ? SLOW_DENSITY_S : DENSITY_S) * sigma * sigma;
    belief->slow = in->step_ns > BELIEF_SLOW_NS;
    belief->clear = sigma < SIGMA_MIN && hand < SIGMA_MIN && !belief->slow;
    double white = density > DENSITY_S * SIGMA_MIN * SIGMA_MIN ? density : DENSITY_S * SIGMA_MIN * SIGMA_MIN;
    double wander = LEVEL_SD * LEVEL_SD + hand * hand;
    struct gain ret = {.keep = 1.0 - block_s / BELIEF_TAU_S};
    double kept = ret.keep * ret.keep;
    double level = belief->variance < 0.0 ? wander : belief->variance * kept + (1.0 - kept) * wander;

    ret.variance = level + white / block_s + SHAPE_SD * SHAPE_SD;
    ret.gain = level / ret.variance;
    ret.per_8_variances = 0.125 / ret.variance;
    ret.middle_s = block_s * (belief->n_sum + 1) / (2 * belief->n_sum);
    ret.half_s = in->step_ns > BELIEF_SLOW_NS ? 2e-9 * (double)in->step_ns : 0.0;
    belief->variance = level * (1.0 - ret.gain);
    return ret;
}

/* What begins in between looks the same half a block later. */
static void begin_ways(struct belief_pause *pause, struct belief_move *move, double block_s)
{
    bool early = pause->age_s < BELIEF_SOONER * move->pause_s;
    bool stands = pause->age_s > move->pause_s + BELIEF_STANDS_S;
    double rate = early ? EARLY_PART : stands ? STANDS_PART : 1.0;

    pause->due_s += block_s;
    if (pause->due_s < BELIEF_EVERY_S)
        return;
    double begun = pause->weight * clamp(pause->due_s * rate / (move->pause_s + PAUSE_MORE_S), 0.0, 0.5);

    pause->due_s = 0.0;
    pause->weight -= begun;
    for (int i = 0; i < BELIEF_LENGTHS && move->n < BELIEF_WAYS; i++)
        move->way[move->n++] =
            (struct belief_way){.weight = begun / BELIEF_LENGTHS, .level = pause->level, .length = i};
}

/* A movement is over: whoever made it pauses, among all who may. */
static void join(struct belief_pause *pause, const struct belief_way *way)
{
    double all = pause->weight + way->weight, share = all > 0.0 ? way->weight / all : 0.0;

    pause->level += share * (way->level - pause->level);
    pause->age_s -= share * pause->age_s;
    pause->weight = all;
}

/* Returns the weight of what is still under way. */
static double go_on(struct belief_move *move, struct belief_pause *next, const struct gain *gain, double y,
                    double block_s)
{
    double sum = 0.0, length_s[BELIEF_LENGTHS], per_length[BELIEF_LENGTHS];
    int kept = 0;

    for (int l = 0; l < BELIEF_LENGTHS; l++)
        per_length[l] = 1.0 / (length_s[l] = move->length_s * lengths[l]);
    for (int i = 0; i < move->n; i++) {
        struct belief_way way = move->way[i];
        double load = mean_load(move, way.age_s + gain->middle_s, gain->half_s, per_length[way.length]);
        take(&way.weight, &way.level, y - load, gain);
        way.age_s += block_s;
        if (way.age_s > length_s[way.length]) {
            join(next, &way);
            continue;
        }
        sum += way.weight;
        move->way[kept++] = way;
    }
    move->n = kept;
    return sum;
}

static void pause_on(struct belief_pause *pause, const struct gain *gain, double y, double block_s)
{
    take(&pause->weight, &pause->level, y, gain);
    pause->age_s += block_s;
}

/* Of 1 in all; what is ruled out is dropped. */
static void scale(struct belief_move *move, struct belief_pause *pause, double all)
{
    int kept = 0;

    for (int i = 0; i < move->n; i++) {
        move->way[kept] = move->way[i];
        move->way[kept].weight /= all;
        kept += move->way[kept].weight > LEAST;
    }
    move->n = kept;
    pause->weight /= all;
    if (!(pause->weight > NEVER_LESS))
        *pause = (struct belief_pause){.weight = NEVER_LESS, .age_s = BELIEF_PAUSE_MOST_S};
}

static void tell(struct curl_belief *belief, double late_s)
{
    static const enum phase turn[] = {PHASE_BOTTOM, PHASE_CON, PHASE_TOP, PHASE_ECC, PHASE_BOTTOM};

    for (int p = 0; p < PHASE_COUNT; p++)
        belief->likely[p] = 0.0;
    for (int m = 0; m < 2; m++) {
        const struct belief_move *move = &belief->move[m];
        const enum phase *of = turn + 2 * m;
        belief->likely[of[0]] += belief->pause[m].weight;
        for (int i = 0; i < move->n; i++) {
            const struct belief_way *way = &move->way[i];
            double age_s = way->age_s + late_s, length_s = move->length_s * lengths[way->length];
            belief->likely[of[age_s < move->begun * length_s  ? 0
                              : age_s < move->over * length_s ? 1
                                                              : 2]] += way->weight;
        }
    }
}

static void take_block(struct curl_belief *belief, const struct belief_input *in, double y, double block_s)
{
    struct gain gain = follow(belief, in, block_s);
    double all = 0.0;

    for (int m = 0; m < 2; m++) {
        begin_ways(&belief->pause[m], &belief->move[m], block_s);
        pause_on(&belief->pause[m], &gain, m == 0 ? y : y - 1.0, block_s);
    }
    for (int m = 0; m < 2; m++)
        all += go_on(&belief->move[m], &belief->pause[1 - m], &gain, y, block_s);
    all += belief->pause[0].weight + belief->pause[1].weight;
    for (int m = 0; m < 2; m++)
        scale(&belief->move[m], &belief->pause[m], all);
    tell(belief, (double)in->late_ns / 1e9);
}

bool curl_belief_knows(const struct curl_belief *belief)
{
    return belief->move[0].length_s > 0.0;
}

bool curl_belief_step(struct curl_belief *belief, const struct belief_input *in)
{
    if (belief->from_ns == ABSENT)
        belief->from_ns = in->t_ns - in->step_ns;
    belief->sum_mn += in->u_mn;
    belief->n_sum++;
    double block_s = (double)(in->t_ns - belief->from_ns) / 1e9;
    if (in->t_ns - belief->from_ns < BELIEF_BLOCK_NS)
        return false;
    if (block_s > BELIEF_GAP_S)
        restart(belief);
    else
        take_block(belief, in, (double)belief->sum_mn / belief->n_sum / (double)in->amp_mn, block_s);
    belief->from_ns = in->t_ns;
    belief->sum_mn = belief->n_sum = 0;
    return true;
}

enum phase curl_belief_phase(const struct curl_belief *belief, enum phase shown)
{
    const double *likely = belief->likely;
    enum phase next = (enum phase)((shown + 1) % PHASE_COUNT), after = (enum phase)((shown + 2) % PHASE_COUNT),
               before = (enum phase)((shown + 3) % PHASE_COUNT);
    bool begins = next == PHASE_CON || next == PHASE_ECC;
    double need = !begins ? ENDS : belief->clear ? CLEAR : belief->slow ? BEGINS_SLOW : BEGINS;

    if (likely[next] > GOES_ON && likely[next] + likely[after] >= need)
        return next;
    if (likely[before] > (belief->slow ? BACK_SLOW : GOES_BACK))
        return before;
    return likely[after] > ELSEWHERE ? after : shown;
}
