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

/*
 * What is sped up in no time would press without limit: force takes this long to build up, in muscle and in the soft
 * parts between it and the box (rise times of voluntary force are 0.1 s and more). So much at least of the speeding up
 * and slowing down of a limb is felt, though its position is the one asked for.
 */
#define FORCE_S 0.1

static double at_least(double blend, double s, double dur_s)
{
    double least = s / dur_s < 0.5 ? s / dur_s : 0.5;
    return blend > least ? blend : least;
}

/* Position and acceleration of constant speed between parabolas of `blend` of the duration at both ends. */
static double blended_pos(double u, double blend)
{
    double speed = 1 / (1 - blend);
    if (u < blend)
        return speed * u * u / (2 * blend);
    return u > 1 - blend ? 1 - speed * (1 - u) * (1 - u) / (2 * blend) : speed * (u - blend / 2);
}

static double blended_acc(double u, double blend)
{
    double most = 1 / (1 - blend) / blend;
    return u < blend ? most : u > 1 - blend ? -most : 0;
}

static struct motion constant_speed(const struct move *move, double u)
{
    return (struct motion){.pos = blended_pos(u, move->blend),
                           .acc = blended_acc(u, at_least(move->blend, FORCE_S, move->dur_s))};
}

/* Minimum jerk in a time that runs ahead (skew > 0) or behind: w = u (1 + skew (1 - u)), and the chain rule. */
static struct motion skewed(double u, double skew)
{
    double w = u * (1 + skew * (1 - u)), w1 = 1 + skew - 2 * skew * u, w2 = -2 * skew;
    struct motion m = min_jerk(w);
    double speed = 30 * w * w * (1 - w) * (1 - w);
    return (struct motion){.pos = m.pos, .acc = m.acc * w1 * w1 + speed * w2};
}

static struct motion edge_at(const struct move *move, double u)
{
    switch (move->edge) {
    case PATIENT_EDGE_MIN_JERK: return min_jerk(u);
    case PATIENT_EDGE_CONSTANT: return constant_speed(move, u);
    case PATIENT_EDGE_EARLY: return skewed(u, move->skew);
    case PATIENT_EDGE_LATE: return skewed(u, -move->skew);
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
    struct motion m = edge_at(move, u);
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
    axis->next[axis->n++] = (struct move){.start_ns = start_ns,
                                          .dur_s = dur_s,
                                          .to = to,
                                          .edge = edge,
                                          .blend = at_least(axis->blend, axis->whole_body ? FORCE_S : 0, dur_s),
                                          .skew = axis->skew};
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

/* --- names ------------------------------------------------------------------------------------------------------- */

const char *patient_edge_str(enum patient_edge edge)
{
    switch (edge) {
    case PATIENT_EDGE_MIN_JERK: return "min_jerk";
    case PATIENT_EDGE_CONSTANT: return "constant";
    case PATIENT_EDGE_EARLY: return "early";
    case PATIENT_EDGE_LATE: return "late";
    case PATIENT_EDGE_COUNT: break;
    }
    return NULL;
}

bool patient_edge_find(const char *name, enum patient_edge *ret_edge)
{
    for (int i = 0; i < PATIENT_EDGE_COUNT; i++) {
        if (strcmp(name, patient_edge_str((enum patient_edge)i)) == 0) {
            *ret_edge = (enum patient_edge)i;
            return true;
        }
    }
    return false;
}
