/* SPDX-License-Identifier: MIT */
/*
 * What feet and back carry in a bridge and a thrust: moments about the shoulder contact of trunk, thighs and shanks in
 * the plane, divided by the horizontal distance to the ankles. Masses are those of an average body; so are lengths, unless
 * they are drawn.
 */
#include "daemon/io/patient/patient_parts.h"

#include <math.h>

#define TRUNK_M     0.45
#define TRUNK_COM_M 0.20 /* from the shoulders */
#define LEG_M       0.43 /* thigh, and shank: 0.245 of 1.75 m (Drillis and Contini 1966) */
#define LEG_COM     0.433
#define ANKLE_X_M   0.89
#define TRUNK_MASS  0.497
#define THIGHS_MASS 0.200
#define SHANKS_MASS 0.093
/* Head and arms, always with the shoulders. The feet, 0.03, stand by themselves: physics leaves them out of the share. */
#define HEAD_MASS 0.18

/* On the floor all lie at one height; in a thrust the shoulders are on a bench and the pelvis nearly sits below it. */
const struct hips HIPS_BRIDGE = {
    .low_m = 0, .rise_m = 0.25, .ankle_m = 0, .trunk_m = TRUNK_M, .leg_m = LEG_M, .ankle_x_m = ANKLE_X_M};
const struct hips HIPS_THRUST = {
    .low_m = -0.24, .rise_m = 0.24, .ankle_m = -0.30, .trunk_m = TRUNK_M, .leg_m = LEG_M, .ankle_x_m = ANKLE_X_M};

/*
 * Bodies of 1.57-1.93 m, 5 to 95 of a hundred adults; a bench of 0.30-0.42 m, with the hip joint 0.12 m above the floor
 * when the pelvis leaves it; hips that stop up to 3 cm below or above the shoulders, for nobody is told to the
 * centimetre; feet where the shanks stand nearly upright on top.
 */
struct hips hips_draw(const struct hips *average, struct rng *rng)
{
    double tall = rng_uniform(rng, 0.90, 1.10), deep = rng_uniform(rng, 0.75, 1.25);
    double over_m = rng_uniform(rng, -0.03, 0.03), feet = rng_uniform(rng, 0.97, 1.08);
    struct hips hips = *average;

    hips.trunk_m = TRUNK_M * tall;
    hips.leg_m = LEG_M * tall;
    hips.ankle_x_m = hips.trunk_m + hips.leg_m * feet;
    hips.low_m *= deep;
    hips.ankle_m += hips.low_m - average->low_m;
    hips.rise_m += average->low_m - hips.low_m + over_m;
    return hips;
}

struct place {
    double hip_x, knee_x;
};

/* The hip goes round the shoulder; the knee is where thigh and shank meet, above the line from hip to ankle. */
static struct place place_at(const struct hips *hips, double lift)
{
    double y = hips->low_m + hips->rise_m * lift;
    double x = sqrt(hips->trunk_m * hips->trunk_m - y * y);
    double dx = hips->ankle_x_m - x, dy = hips->ankle_m - y;
    double d = sqrt(dx * dx + dy * dy);
    double high = hips->leg_m * hips->leg_m - d * d / 4;
    return (struct place){.hip_x = x, .knee_x = x + dx / 2 - dy / d * sqrt(high > 0 ? high : 0)};
}

static double legs_moment(const struct hips *hips, const struct place *at, double about_x)
{
    double thigh_x = at->hip_x + LEG_COM * (at->knee_x - at->hip_x);
    double shank_x = at->knee_x + LEG_COM * (hips->ankle_x_m - at->knee_x);
    return THIGHS_MASS * (thigh_x - about_x) + SHANKS_MASS * (shank_x - about_x);
}

double hips_share(const struct hips *hips, double lift, bool back)
{
    struct place at = place_at(hips, lift);
    double feet = (TRUNK_MASS * TRUNK_COM_M * at.hip_x / TRUNK_M + legs_moment(hips, &at, 0)) / hips->ankle_x_m;
    return back ? TRUNK_MASS + THIGHS_MASS + SHANKS_MASS + HEAD_MASS - feet : feet;
}

double hips_carried(const struct hips *hips, double lift, bool back)
{
    double feet = place_at(hips, lift).hip_x / hips->ankle_x_m;
    return back ? 1 - feet : feet;
}

/* The pelvis on the floor: it shares the trunk with the shoulders and the legs with the feet. */
double hips_rest(const struct hips *hips, bool back)
{
    struct place at = place_at(hips, 0);
    if (back)
        return TRUNK_MASS * (1 - TRUNK_COM_M / TRUNK_M) + HEAD_MASS;
    return legs_moment(hips, &at, at.hip_x) / (hips->ankle_x_m - at.hip_x);
}
