/* SPDX-License-Identifier: MIT */
/* Rest level, noise and contact; see quiet.h for the definitions and where their numbers come from. */
#include "daemon/core/signal/quiet.h"

#include "daemon/core/fixed.h"

#define STEADY_PER_CENT 10
#define STEADY_MIN_MN   5000 /* a breath under feet at rest; 10 % of 50 N */

void quiet_init(struct quiet *quiet)
{
    *quiet = (struct quiet){.last_ns = ABSENT, .present_since_ns = ABSENT, .steady_since_ns = ABSENT};
}

void quiet_break(struct quiet *quiet)
{
    quiet->n_blocks = 0;
    quiet->block.n = 0;
    quiet->steady_since_ns = ABSENT;
}

static void shift_block(struct quiet_block *block, int64_t by_mn)
{
    block->sum_sq += block->n * by_mn * by_mn - 2 * by_mn * block->sum_mn;
    block->sum_mn -= block->n * by_mn;
    block->min_mn -= by_mn;
    block->max_mn -= by_mn;
}

void quiet_shift(struct quiet *quiet, int64_t by_mn)
{
    for (int i = 0; i < QUIET_BLOCKS; i++)
        shift_block(&quiet->blocks[i], by_mn);
    shift_block(&quiet->block, by_mn);
    quiet->level_mn -= by_mn;
    quiet->steady_mn -= by_mn;
}

static int64_t sd_limit_mn(int64_t level_mn)
{
    return fixed_max(QUIET_SD_MIN_MN, fixed_abs(level_mn) * QUIET_SD_PER_MILLE / 1000);
}

/* All complete blocks as one. */
static struct quiet_block window(const struct quiet *quiet)
{
    struct quiet_block all = quiet->blocks[0];

    for (int i = 1; i < QUIET_BLOCKS; i++) {
        const struct quiet_block *block = &quiet->blocks[i];
        all.n += block->n;
        all.sum_mn += block->sum_mn;
        all.sum_sq += block->sum_sq;
        all.min_mn = fixed_min(all.min_mn, block->min_mn);
        all.max_mn = fixed_max(all.max_mn, block->max_mn);
    }
    return all;
}

static void judge(struct quiet *quiet, int64_t end_ns)
{
    struct quiet_block all = window(quiet);
    if (all.n < QUIET_SAMPLES_MIN)
        return;
    int64_t level = fixed_div(all.sum_mn, all.n);
    int64_t limit = sd_limit_mn(level);
    if (all.max_mn - all.min_mn > QUIET_RANGE_SD * limit)
        return;
    /* About the level the sums are small, so n * sum_sq cannot overflow. */
    int64_t sum = all.sum_mn - all.n * level;
    int64_t sum_sq = all.sum_sq - 2 * level * all.sum_mn + all.n * level * level;
    int64_t sd = fixed_sqrt((sum_sq - sum * sum / all.n) / all.n);
    if (sd > limit)
        return;
    quiet->have_level = true;
    quiet->level_mn = level;
    quiet->noise_mn = sd;
    quiet->level_t_ns = end_ns;
}

static void close_block(struct quiet *quiet)
{
    quiet->blocks[quiet->next] = quiet->block;
    quiet->next = (quiet->next + 1) % QUIET_BLOCKS;
    if (quiet->n_blocks < QUIET_BLOCKS)
        quiet->n_blocks++;
    if (quiet->n_blocks == QUIET_BLOCKS)
        judge(quiet, quiet->block.start_ns + QUIET_BLOCK_NS);
    quiet->block.n = 0;
}

static void add(struct quiet *quiet, int64_t t_ns, int64_t force_mn)
{
    struct quiet_block *block = &quiet->block;

    if (block->n > 0 && t_ns - block->start_ns >= QUIET_BLOCK_NS) {
        int64_t start_ns = t_ns - (t_ns - block->start_ns) % QUIET_BLOCK_NS;
        close_block(quiet);
        block->start_ns = start_ns;
    } else if (block->n == 0 && quiet->n_blocks == 0) {
        block->start_ns = t_ns;
    }
    if (block->n == 0) {
        block->sum_mn = block->sum_sq = 0;
        block->min_mn = block->max_mn = force_mn;
    }
    block->n++;
    block->sum_mn += force_mn;
    block->sum_sq += force_mn * force_mn;
    block->min_mn = fixed_min(block->min_mn, force_mn);
    block->max_mn = fixed_max(block->max_mn, force_mn);
}

static void watch_contact(struct quiet *quiet, int64_t t_ns, int64_t force_mn)
{
    bool present = force_mn >= (quiet->present ? CONTACT_OFF_MN : CONTACT_ON_MN);
    int64_t margin = fixed_max(STEADY_MIN_MN, quiet->steady_mn * STEADY_PER_CENT / 100);

    if (present != quiet->present || quiet->present_since_ns == ABSENT)
        quiet->present_since_ns = t_ns;
    quiet->present = present;
    if (!present) {
        quiet->steady_since_ns = ABSENT;
    } else if (quiet->steady_since_ns == ABSENT || fixed_abs(force_mn - quiet->steady_mn) > margin) {
        quiet->steady_since_ns = t_ns;
        quiet->steady_mn = force_mn;
    }
}

void quiet_step(struct quiet *quiet, const struct sample *sample)
{
    int64_t force_mn = fixed_force(sample->force_mn);
    int64_t t_ns = sample->t_ns;

    if (quiet->last_ns != ABSENT) {
        t_ns = fixed_max(t_ns, quiet->last_ns);
        if (t_ns - quiet->last_ns > QUIET_GAP_NS)
            quiet_break(quiet);
    }
    quiet->last_ns = t_ns;
    add(quiet, t_ns, force_mn);
    watch_contact(quiet, t_ns, force_mn);
}

bool quiet_references(const struct quiet *quiet, int64_t now_ns, int64_t max_age_ns, struct references *ret)
{
    *ret = (struct references){.rest_mn = ABSENT, .noise_mn = ABSENT, .bw_mn = ABSENT};
    if (!quiet->have_level || now_ns - quiet->level_t_ns > max_age_ns)
        return false;
    ret->rest_mn = quiet->level_mn;
    ret->noise_mn = quiet->noise_mn;
    return true;
}

bool quiet_present(const struct quiet *quiet)
{
    return quiet->present;
}

int64_t quiet_steady_since_ns(const struct quiet *quiet)
{
    return quiet->steady_since_ns;
}
