/* SPDX-License-Identifier: MIT */
/* Movements of one degree of freedom, one after another: position and acceleration at a time. */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>
#include <string.h>

/* Minimum jerk (Flash and Hogan 1985): the smoothest way from rest to rest, and what unhurried limbs do. */
static struct motion min_jerk(double u)
{
    return (struct motion){
        .pos = u * u * u * (10 - 15 * u + 6 * u * u),
        .acc = u * (60 - 180 * u + 120 * u * u),
    };
}

#define BLEND 0.1 /* share of the duration at each end; without it the acceleration would be infinite */

static struct motion constant_speed(double u)
{
    double speed = 1 / (1 - BLEND);
    if (u < BLEND)
        return (struct motion){.pos = speed * u * u / (2 * BLEND), .acc = speed / BLEND};
    if (u > 1 - BLEND)
        return (struct motion){.pos = 1 - speed * (1 - u) * (1 - u) / (2 * BLEND), .acc = -speed / BLEND};
    return (struct motion){.pos = speed * (u - BLEND / 2), .acc = 0};
}

#define SKEW 0.6

/* Minimum jerk in a time that runs ahead (skew > 0) or behind: w = u (1 + skew (1 - u)), and the chain rule. */
static struct motion skewed(double u, double skew)
{
    double w = u * (1 + skew * (1 - u)), w1 = 1 + skew - 2 * skew * u, w2 = -2 * skew;
    struct motion m = min_jerk(w);
    double speed = 30 * w * w * (1 - w) * (1 - w);
    return (struct motion){.pos = m.pos, .acc = m.acc * w1 * w1 + speed * w2};
}

static struct motion edge_at(enum patient_edge edge, double u)
{
    switch (edge) {
    case PATIENT_EDGE_MIN_JERK: return min_jerk(u);
    case PATIENT_EDGE_CONSTANT: return constant_speed(u);
    case PATIENT_EDGE_EARLY: return skewed(u, SKEW);
    case PATIENT_EDGE_LATE: return skewed(u, -SKEW);
    case PATIENT_EDGE_COUNT: break;
    }
    return (struct motion){0};
}

struct motion move_at(const struct move *move, int64_t t_ns)
{
    if (t_ns <= move->start_ns)
        return (struct motion){.pos = move->from};
    double u = (double)(t_ns - move->start_ns) / 1e9 / move->dur_s;
    if (u >= 1)
        return (struct motion){.pos = move->to};
    struct motion m = edge_at(move->edge, u);
    double way = move->to - move->from;
    return (struct motion){.pos = move->from + way * m.pos, .acc = way * m.acc / (move->dur_s * move->dur_s)};
}

int64_t move_end_ns(const struct move *move)
{
    return move->start_ns + (int64_t)floor(move->dur_s * 1e9 + 0.5);
}

void axis_reset(struct axis *axis, double pos)
{
    memset(axis, 0, sizeof *axis);
    axis->now = (struct move){.dur_s = 1, .from = pos, .to = pos};
}

void axis_cancel(struct axis *axis, int64_t t_ns)
{
    while (axis->n > 0 && axis->next[axis->n - 1].start_ns >= t_ns)
        axis->n--;
}

void axis_to(struct axis *axis, int64_t start_ns, double dur_s, double to, enum patient_edge edge)
{
    axis_cancel(axis, start_ns);
    if (axis->n == AXIS_QUEUE) /* never planned that far ahead; the last plan counts */
        axis->n--;
    axis->next[axis->n++] = (struct move){.start_ns = start_ns, .dur_s = dur_s, .to = to, .edge = edge};
}

struct motion axis_at(struct axis *axis, int64_t t_ns)
{
    while (axis->n > 0 && axis->next[0].start_ns <= t_ns) {
        struct move begun = axis->next[0];
        begun.from = move_at(&axis->now, begun.start_ns).pos;
        axis->now = begun;
        axis->n--;
        memmove(&axis->next[0], &axis->next[1], (size_t)axis->n * sizeof axis->next[0]);
    }
    return move_at(&axis->now, t_ns);
}

double axis_goal(const struct axis *axis)
{
    return axis->n > 0 ? axis->next[axis->n - 1].to : axis->now.to;
}
