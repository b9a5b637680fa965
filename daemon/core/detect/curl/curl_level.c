/* SPDX-License-Identifier: MIT */
/* A running median of short means. */
#include "daemon/core/detect/curl/curl_level.h"

#define SLOW_NS (40 * NS_PER_MS) /* samples further apart: a slow converter */

void curl_level_begin(struct curl_level *level)
{
    *level = (struct curl_level){.n = 0};
}

static int64_t window_ns(const struct curl_level *level)
{
    return level->step_ns > SLOW_NS ? CURL_LEVEL_SLOW_NS : CURL_LEVEL_NS;
}

int64_t curl_level_late_ns(const struct curl_level *level)
{
    return window_ns(level) / 2;
}

static void drop_oldest(struct curl_level *level)
{
    int64_t mn = level->mn[level->first];
    int i = 0;

    while (level->sorted[i] != mn)
        i++;
    for (level->n_blocks--; i < level->n_blocks; i++)
        level->sorted[i] = level->sorted[i + 1];
    level->first = (level->first + 1) % CURL_LEVEL_BLOCKS;
}

static void close_block(struct curl_level *level, int64_t t_ns)
{
    int64_t mn = level->sum_mn / level->n;

    while (level->n_blocks > 0 &&
           (level->n_blocks == CURL_LEVEL_BLOCKS || t_ns - level->at_ns[level->first] >= window_ns(level)))
        drop_oldest(level);
    int at = (level->first + level->n_blocks) % CURL_LEVEL_BLOCKS, i = level->n_blocks++;
    level->at_ns[at] = t_ns;
    level->mn[at] = mn;
    for (; i > 0 && level->sorted[i - 1] > mn; i--)
        level->sorted[i] = level->sorted[i - 1];
    level->sorted[i] = mn;
    level->n = 0;
    level->sum_mn = 0;
}

int64_t curl_level_step(struct curl_level *level, const struct sample *sample)
{
    if (level->last_ns != 0)
        level->step_ns = sample->t_ns - level->last_ns;
    level->last_ns = sample->t_ns;
    if (level->n == 0)
        level->block_ns = sample->t_ns;
    level->sum_mn += sample->force_mn;
    level->n++;
    if (level->n_blocks == 0 || sample->t_ns - level->block_ns + level->step_ns >= CURL_LEVEL_BLOCK_NS)
        close_block(level, sample->t_ns);
    return level->sorted[level->n_blocks / 2];
}

void curl_level_shift(struct curl_level *level, int64_t by_mn)
{
    for (int i = 0; i < level->n_blocks; i++) {
        level->sorted[i] += by_mn;
        level->mn[(level->first + i) % CURL_LEVEL_BLOCKS] += by_mn;
    }
    level->sum_mn += by_mn * level->n;
}
