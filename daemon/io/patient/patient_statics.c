/* SPDX-License-Identifier: MIT */
/*
 * What feet and back carry in a bridge and a thrust: moments about the shoulder contact of trunk, thighs and shanks in
 * the plane, divided by the horizontal distance to the ankles. Lengths and masses are those of an average body.
 */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>

#define TRUNK_M     0.45
#define TRUNK_COM_M 0.20 /* from the shoulders */
#define LEG_M       0.43 /* thigh, and shank */
#define LEG_COM     0.433
#define ANKLE_X_M   0.89
#define TRUNK_MASS  0.497
#define THIGHS_MASS 0.200
#define SHANKS_MASS 0.093
/* Head and arms, always with the shoulders. The feet, 0.03, stand by themselves: physics leaves them out of the share. */
#define HEAD_MASS 0.18

/* On the floor all lie at one height; in a thrust the shoulders are on a bench and the pelvis nearly sits below it. */
const struct hips HIPS_BRIDGE = {.low_m = 0, .rise_m = 0.25, .ankle_m = 0};
const struct hips HIPS_THRUST = {.low_m = -0.24, .rise_m = 0.24, .ankle_m = -0.30};

struct place {
    double hip_x, knee_x;
};

/* The hip goes round the shoulder; the knee is where thigh and shank meet, above the line from hip to ankle. */
static struct place place_at(const struct hips *hips, double lift)
{
    double y = hips->low_m + hips->rise_m * lift;
    double x = sqrt(TRUNK_M * TRUNK_M - y * y);
    double dx = ANKLE_X_M - x, dy = hips->ankle_m - y;
    double d = sqrt(dx * dx + dy * dy);
    double high = LEG_M * LEG_M - d * d / 4;
    return (struct place){.hip_x = x, .knee_x = x + dx / 2 - dy / d * sqrt(high > 0 ? high : 0)};
}

static double legs_moment(const struct place *at, double about_x)
{
    double thigh_x = at->hip_x + LEG_COM * (at->knee_x - at->hip_x);
    double shank_x = at->knee_x + LEG_COM * (ANKLE_X_M - at->knee_x);
    return THIGHS_MASS * (thigh_x - about_x) + SHANKS_MASS * (shank_x - about_x);
}

double hips_share(const struct hips *hips, double lift, bool back)
{
    struct place at = place_at(hips, lift);
    double feet = (TRUNK_MASS * TRUNK_COM_M * at.hip_x / TRUNK_M + legs_moment(&at, 0)) / ANKLE_X_M;
    return back ? TRUNK_MASS + THIGHS_MASS + SHANKS_MASS + HEAD_MASS - feet : feet;
}

double hips_carried(const struct hips *hips, double lift, bool back)
{
    double feet = place_at(hips, lift).hip_x / ANKLE_X_M;
    return back ? 1 - feet : feet;
}

/* The pelvis on the floor: it shares the trunk with the shoulders and the legs with the feet. */
double hips_rest(const struct hips *hips, bool back)
{
    struct place at = place_at(hips, 0);
    if (back)
        return TRUNK_MASS * (1 - TRUNK_COM_M / TRUNK_M) + HEAD_MASS;
    return legs_moment(&at, at.hip_x) / (ANKLE_X_M - at.hip_x);
}
