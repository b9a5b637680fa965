/* SPDX-License-Identifier: MIT */
/* How much a patient of the bench sways, and whether its band pulls more than that. */
#include "tests/bench/bench.h"

#include <math.h>
#include <string.h>

#include "daemon/io/patient/patient_parts.h"

#define SIGMAS 5 /* physics, section 6: below that the band is not seen */

struct sways sways_of(const struct patient_setup *patient)
{
    struct body body = {0};
    struct rng rng;
    rng_seed(&rng, patient->seed, RNG_BODY);
    body_begin(&body, BODY_CURL_DEAD, patient, &rng);
    return (struct sways){
        .sway_n = body.sway * body.weight_n,
        .hand_n = patient->oddity == PATIENT_HAND_TOUCH ? BENCH_HAND_N : 0,
    };
}

bool weak_band(const struct bench_session *session)
{
    if (strcmp(session->setup->exercise, "banded_curl") != 0)
        return false;
    struct sways sways = sways_of(&session->patient);
    double sd_n = sqrt(sways.sway_n * sways.sway_n + sways.hand_n * sways.hand_n);
    return session->patient.band_mn < SIGMAS * 1000 * sd_n;
}
