/* SPDX-License-Identifier: MIT */
/* A slow converter's single periods; see step_sharp.h. */
#include "daemon/core/detect/step/step_sharp.h"

#include <math.h>

#include "daemon/core/fixed.h"

#define OPEN      3     /* ways in which the first four may differ */
#define LEAST     12    /* samples */
#define STILL     0.01  /* of the greatest force: from sample to sample of who stands; sway leaves less */
#define SWINGS    0.02  /* of it: of single periods where samples are still; sway on one leg leaves 0.01 */
#define STILL_MIN 3     /* such samples */
#define TAP       0.012 /* of body weight, over both samples: sway leaves 0.005 */
#define PUSHED    1.01  /* of body weight: before and after a tap there is less */

struct sharpening {
    const struct rep_buffer *buffer;
    int from, n;
    double p[STEP_SHARP_MAX];
    double still;      /* what counts as such, mN */
    double open[OPEN]; /* of the pattern */
    double m[OPEN][OPEN + 1];
};

static double force(const struct sharpening *s, int k)
{
    return rep_buffer_at(s->buffer, s->from + k)->force_mn;
}

/* From the first sample on after which they come evenly. */
static void keep_even(struct sharpening *s)
{
    int last = s->from + s->n - 1, k = last - 1;
    int64_t t_ns = rep_buffer_at(s->buffer, last)->t_ns, usual_ns = t_ns - rep_buffer_at(s->buffer, k)->t_ns;

    for (; k >= s->from; k--) {
        int64_t off_ns = t_ns - rep_buffer_at(s->buffer, k)->t_ns - usual_ns;
        if ((off_ns < 0 ? -off_ns : off_ns) > usual_ns / STEP_SHARP_EVEN)
            break;
        t_ns = rep_buffer_at(s->buffer, k)->t_ns;
    }
    s->from = k + 1;
    s->n = last - k;
}

static void unfold(struct sharpening *s)
{
    double most = 0.0;

    for (int k = 0; k < s->n; k++) {
        s->p[k] = k < STEP_SHARP_MEAN ? force(s, STEP_SHARP_MEAN - 1)
                                      : s->p[k - STEP_SHARP_MEAN] + STEP_SHARP_MEAN * (force(s, k) - force(s, k - 1));
        most = force(s, k) > most ? force(s, k) : most;
    }
    s->still = STILL * most;
}

/* The most that the samples change by while period k and the one before are in them. */
static double stir(const struct sharpening *s, int k)
{
    double most = 0.0;

    for (int i = k > 1 ? k : 1; i <= k + STEP_SHARP_MEAN && i < s->n; i++) {
        double change = fabs(force(s, i) - force(s, i - 1));
        most = change > most ? change : most;
    }
    return most;
}

/* What open way i adds to period k. */
static double pattern(int i, int k)
{
    return k % STEP_SHARP_MEAN == i ? 1.0 : k % STEP_SHARP_MEAN == OPEN ? -1.0 : 0.0;
}

static void add(struct sharpening *s, int k)
{
    double c[OPEN], sd = STEP_SHARP_MEAN * stir(s, k) + s->still, w = 1.0 / (sd * sd);

    for (int i = 0; i < OPEN; i++)
        c[i] = pattern(i, k) - pattern(i, k - 1);
    for (int i = 0; i < OPEN; i++) {
        for (int j = 0; j < OPEN; j++)
            s->m[i][j] += w * c[i] * c[j];
        s->m[i][OPEN] -= w * c[i] * (s->p[k] - s->p[k - 1]);
    }
}

/* Gauss and Jordan; the matrix is positive definite. */
static void solve(struct sharpening *s)
{
    for (int p = 0; p < OPEN; p++) {
        for (int q = OPEN; q >= p; q--)
            s->m[p][q] /= s->m[p][p];
        for (int r = 0; r < OPEN; r++)
            for (int q = OPEN; r != p && q >= p; q--)
                s->m[r][q] -= s->m[r][p] * s->m[p][q];
    }
}

static void level(struct sharpening *s)
{
    for (int k = 1; k < s->n; k++)
        add(s, k);
    solve(s);
    for (int k = 0; k < s->n; k++)
        for (int i = 0; i < OPEN; i++)
            s->p[k] += s->m[i][OPEN] * pattern(i, k);
}

/* Nobody moves, and neither do the single periods. */
static bool believed(const struct sharpening *s)
{
    double sum = 0.0, most = SWINGS / STILL * s->still;
    int n = 0;

    for (int k = 1; k < s->n; k++) {
        if (stir(s, k) > s->still)
            continue;
        sum += (s->p[k] - s->p[k - 1]) * (s->p[k] - s->p[k - 1]);
        n++;
    }
    return n >= STILL_MIN && sum <= n * most * most;
}

bool step_sharpen(struct step_sharp *sharp, struct rep_buffer *buffer, int64_t from_ns)
{
    struct sharpening s = {.buffer = buffer, .from = rep_buffer_find(buffer, from_ns - STEP_SHARP_LEAD_NS)};

    s.n = buffer->n - s.from;
    sharp->n = 0;
    if (s.n < LEAST || s.n > STEP_SHARP_MAX)
        return false;
    keep_even(&s);
    if (s.n < LEAST || rep_buffer_at(buffer, s.from)->t_ns > from_ns)
        return false;
    unfold(&s);
    if (!(s.still > 0.0))
        return false;
    level(&s);
    if (!believed(&s))
        return false;
    sharp->from = s.from;
    sharp->n = s.n;
    sharp->early_ns = (rep_buffer_at(buffer, buffer->n - 1)->t_ns - rep_buffer_at(buffer, s.from)->t_ns) *
                      (STEP_SHARP_MEAN - 1) / (2 * (s.n - 1));
    for (int k = 0; k < s.n; k++) {
        sharp->kept[k] = rep_buffer_at(buffer, s.from + k)->force_mn;
        rep_buffer_put(buffer, s.from + k, fixed_force((int64_t)floor(s.p[k] + 0.5)));
    }
    return true;
}

void step_sharp_undo(const struct step_sharp *sharp, struct rep_buffer *buffer)
{
    for (int k = 0; k < sharp->n; k++)
        rep_buffer_put(buffer, sharp->from + k, sharp->kept[k]);
}

/* How much samples i and i + n - 1 (n: 1 or 2), together, are above the line from the one before to the one after. */
static double above_mn(const struct rep_buffer *buffer, int i, int n)
{
    double a = rep_buffer_at(buffer, i - 1)->force_mn, b = rep_buffer_at(buffer, i + n)->force_mn, sum = 0.0;

    for (int k = 0; k < n; k++) {
        double over = rep_buffer_at(buffer, i + k)->force_mn - a - (b - a) * (k + 1) / (n + 1);
        if (over <= 0.0)
            return 0.0;
        sum += over;
    }
    return sum;
}

void step_sharp_taps(struct step_jolts *jolts, const struct rep_buffer *buffer, int from, int to, int64_t bw_mn)
{
    double least_mn = TAP * (double)bw_mn, most_mn = PUSHED * (double)bw_mn;

    jolts->n = 0;
    for (int i = from + 1; i + 2 <= to && jolts->n < STEP_JOLTS_MAX; i++) {
        double one = above_mn(buffer, i, 1), two = above_mn(buffer, i, 2);
        int n = two > one ? 2 : 1;
        if ((n == 2 ? two : one) < least_mn || rep_buffer_at(buffer, i - 1)->force_mn > most_mn ||
            rep_buffer_at(buffer, i + n)->force_mn > most_mn)
            continue;
        jolts->v[jolts->n].from = i - 1;
        jolts->v[jolts->n++].to = i + n;
        i += n;
    }
}
