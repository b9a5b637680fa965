/* SPDX-License-Identifier: MIT */
/* Hands on a chair while a band is curled: they move the box by as much as it does. */
#include "daemon/core/detect/curl/detector_curl.h"

#include "daemon/core/fixed.h"

int curl_watch_hands(struct curl_detector *curl, const struct sample *sample, int64_t u_mn, struct mark *mark)
{
    if (curl->amp_mn != ABSENT && u_mn > curl->amp_mn + SUPPORT_OTHERS_MN)
        support_begin(&curl->support);
    bool valley = support_step(&curl->support, sample->t_ns, sample->force_mn, curl_amp_mn(curl));

    bool told = curl->n_steps >= CURL_STEPS || lean_told(&curl->lean);
    if (curl->state == CURL_STATE_LOST || curl->rest_mn == ABSENT || (!valley && !told))
        return 0;
    /* Sway as loud as a hand: valleys tell none apart. */
    bool loud = curl->noise_mn >= SUPPORT_LEAN_MN;
    enum support_grade grade = loud ? SUPPORT_NONE : support_grade(&curl->support, curl->noise_mn, curl_amp_mn(curl));
    bool leans = told || (grade == SUPPORT_LEAN && lean_likely(&curl->lean));
    if (leans || (grade != SUPPORT_NONE && lean_hand(&curl->lean))) /* a knock moves valleys too */
        curl->flags |= FLAG_HAND_SUPPORT;
    if (!leans)
        return 0;
    curl_enter(curl, CURL_STATE_LOST, sample->t_ns);
    *mark = (struct mark){
        .kind = MARK_NOT_SEEN, .t_ns = sample->t_ns, .flags = FLAG_HAND_SUPPORT, .since_ns = curl->told_ns};
    return 1;
}

void curl_watch_chair(struct curl_detector *curl, int64_t t_ns, int64_t u_mn)
{
    int64_t least_mn = fixed_max(curl_part(curl_amp_mn(curl), CURL_BELOW_PCT), 5 * curl->noise_mn);
    bool below = curl->state == CURL_STATE_REST && u_mn < -least_mn;

    bool long_enough = live_dwell(&curl->below_ns, below, t_ns, CURL_BELOW_NS);
    if (long_enough) {
        lean_doubt(&curl->lean);
        curl->n_steps += !curl->below_told && curl->n_reps > 0 && !curl->odd;
    }
    curl->below_told = long_enough || (curl->below_told && below);
}
