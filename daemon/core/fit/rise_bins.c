/* SPDX-License-Identifier: MIT */
/* What a hip thrust's plateau fit is fitted to; rise_fit.h. */
#include "daemon/core/fit/rise_fit.h"

#include "daemon/core/fixed.h"

#define BINS_MIN 8
#define AVERAGED 4 /* periods that a converter means over */
#define SLOW_S   0.03
#define CLEAR                                                                                                          \
    0.25 /* of what is meant over: half of it would be free of lift-off, but too little of quick hips is left */

bool rise_bins_fill(struct rise_bins *bins, const struct rep_scan *scan, int64_t edge_ns, int64_t mid_ns)
{
    int64_t length_ns = fixed_abs(mid_ns - edge_ns), bin_ns = fixed_max(RISE_BIN_NS, length_ns / RISE_BINS + 1);
    double sum[RISE_BINS] = {0};
    int n[RISE_BINS] = {0}, all = 0;
    int i = rep_buffer_find(scan->buffer, fixed_min(edge_ns, mid_ns));

    *bins = (struct rise_bins){.dt_s = (double)bin_ns / 1e9};
    for (; i < scan->to && rep_buffer_at(scan->buffer, i)->t_ns < fixed_max(edge_ns, mid_ns); i++) {
        int64_t at = fixed_abs(rep_buffer_at(scan->buffer, i)->t_ns - edge_ns) / bin_ns;
        if (at < RISE_BINS) {
            sum[at] += scan->f[i] / 1000.0;
            n[at]++;
            all++;
        }
    }
    bins->sample_s = all > 0 ? (double)length_ns / 1e9 / all : 0.0;
    if (bins->sample_s > SLOW_S)
        bins->blur_s = AVERAGED * bins->sample_s;
    for (int b = 0; b < RISE_BINS; b++)
        if (n[b] > 0 && (b + 0.5) * bins->dt_s >= bins->blur_s * CLEAR) {
            bins->t_s[bins->n] = (b + 0.5) * bins->dt_s;
            bins->f_n[bins->n++] = sum[b] / n[b];
        }
    for (int b = 0; b < bins->n; b++)
        bins->mean_n += bins->f_n[b] / bins->n;
    for (int b = 0; b < bins->n; b++)
        bins->square_n2 += (bins->f_n[b] - bins->mean_n) * (bins->f_n[b] - bins->mean_n);
    for (int b = bins->n - 1; b >= 0; b--)
        bins->after_n[b] = bins->f_n[b] - bins->mean_n + (b + 1 < bins->n ? bins->after_n[b + 1] : 0.0);
    return bins->n >= BINS_MIN;
}
