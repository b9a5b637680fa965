/* SPDX-License-Identifier: MIT */
/* See hx711_model.h. */
#include "hx711_model.h"

#include <errno.h>

#define POWER_DOWN_NS 60000 /* datasheet V2.0 p. 5 */
#define CALL_NS       1000  /* one GPIO request of the kernel */
#define CLOCK_NS      40    /* one look at the clock */
#define NOISE_COUNTS  45    /* rms, 4.2 g on a platform of four 50 kg cells */

/*
 * Preemption: chance in a million at each of the two moments of a call, at wake-ups, and the longest pause; 20 us at least,
 * each octave as likely as the next. S1 and S3 give what hardware.md measured for readers that check nothing: 2 590 and
 * 50 960 wrong in a million.
 */
static const struct {
    uint32_t call_ppm, wake_ppm;
    int octaves; /* 20 us << octaves */
} loads[LOAD_COUNT] = {
    [LOAD_NONE] = {0, 0, 0},       [LOAD_S1] = {75, 2000, 7},      [LOAD_S2] = {300, 10000, 9},
    [LOAD_S3] = {1450, 50000, 10}, [LOAD_S4] = {6000, 150000, 11},
};

static int32_t noise(struct model *model)
{
    int64_t sum = 0;

    for (int i = 0; i < 12; i++)
        sum += (int64_t)rng_below(&model->rng, 1001) - 500;
    return (int32_t)(sum * NOISE_COUNTS / 1000);
}

static int32_t new_code(struct model *model)
{
    if (model->fixed)
        return model->fixed_code;
    if (model->hangs && model->conversions > 0)
        return model->past[(model->conversions - 1) % MODEL_PAST].code;
    return 784532 + noise(model); /* about 73 kg */
}

static void load_register(struct model *model, int skip)
{
    model->bits = ((uint32_t)model->past[(model->conversions - 1) % MODEL_PAST].code << skip) & 0xFFFFFF;
}

static void become_ready(struct model *model)
{
    model->ready = true;
    model->waits = false;
    model->pulses = 0;
    model->out = false;
    load_register(model, 0);
}

static void convert(struct model *model)
{
    /* A read that nobody goes on with is over; else a reader that lost count would wait for ever. */
    bool reading =
        model->ready && model->pulses > 0 && model->pulses < 25 && model->next_ns - model->high_ns < model->period_ns;
    int32_t code = new_code(model);

    model->past[model->conversions++ % MODEL_PAST] = (struct model_conversion){model->next_ns, code};
    if (!reading)
        become_ready(model);
    else if (model->reload)
        load_register(model, model->pulses);
    else
        model->waits = true;
}

static void start_anew(struct model *model)
{
    model->ready = model->down = model->waits = false;
    model->out = true;
    model->pulses = 0;
    model->next_ns = model->now_ns + 4 * model->period_ns;
    model->resets++;
}

void model_brown_out(struct model *model)
{
    start_anew(model);
}

/* Time passes for the chip. */
static void advance(struct model *model, int64_t by_ns)
{
    int64_t until_ns = model->now_ns + by_ns;
    bool sleeps = model->clock && until_ns - model->high_ns > POWER_DOWN_NS;
    int64_t awake_ns = sleeps ? model->high_ns + POWER_DOWN_NS : until_ns;

    while (!model->down && model->next_ns <= awake_ns) {
        convert(model);
        model->next_ns += model->period_ns;
    }
    if (sleeps && !model->down) {
        model->down = true;
        model->out = true;
        model->ready = false;
    }
    model->now_ns = until_ns;
}

static void pause_by(struct model *model, uint32_t ppm)
{
    int octaves = loads[model->load].octaves;

    if (ppm == 0 || rng_below(&model->rng, 1000000) >= ppm)
        return;
    int64_t least_ns = INT64_C(20000) << rng_below(&model->rng, (uint64_t)octaves);
    advance(model, least_ns + (int64_t)rng_below(&model->rng, (uint64_t)least_ns));
}

static void rise(struct model *model)
{
    model->high_ns = model->now_ns;
    model->pulses += model->ready || model->pulses > 0;
    if (model->ready && model->pulses == model->cut_at_pulse) {
        model->wiring = model->cut_to;
        model->cut_at_pulse = 0;
        model->mend_ns = model->cut_ns > 0 ? model->now_ns + model->cut_ns : 0;
    }
    if (!model->ready) {
        model->out = true;
    } else if (model->pulses <= 24) {
        model->out = (model->bits & 0x800000) != 0;
        model->bits <<= 1;
    } else {
        model->out = true;
        model->ready = model->pulses < 25;
    }
}

static void mend(struct model *model)
{
    if (model->mend_ns == 0 || model->now_ns < model->mend_ns)
        return;
    model->wiring = WIRING_GOOD;
    model->mend_ns = 0;
}

/* Is this rising edge the one that does not arrive, or comes twice? */
static bool slips(struct model *model)
{
    if (!model->ready || model->slip_at_pulse == 0 || model->pulses + 1 != model->slip_at_pulse)
        return false;
    model->slip_at_pulse = 0;
    if (model->slip > 0)
        rise(model);
    return model->slip < 0;
}

static int wire_clock(void *self, bool high)
{
    struct model *model = self;
    bool changes = high != model->clock && model->wiring != WIRING_CLOCK_CUT && !(high && slips(model));

    mend(model);
    advance(model, CALL_NS / 2);
    pause_by(model, loads[model->load].call_ppm);
    if (changes) {
        model->clock = high;
        if (high)
            rise(model);
        else if (model->down)
            start_anew(model);
        else if (model->waits && model->pulses >= 25)
            become_ready(model);
    }
    advance(model, CALL_NS / 2);
    pause_by(model, loads[model->load].call_ppm);
    return model->wiring == WIRING_GONE ? -ENODEV : 0;
}

static int wire_data(void *self)
{
    struct model *model = self;
    int level = 0;

    mend(model);
    advance(model, CALL_NS / 2);
    pause_by(model, loads[model->load].call_ppm);
    switch (model->wiring) {
    case WIRING_GOOD:
    case WIRING_CLOCK_CUT: level = model->out; break;
    case WIRING_DATA_HIGH: level = 1; break;
    case WIRING_DATA_LOW: level = 0; break;
    case WIRING_FLOATS: level = (int)rng_below(&model->rng, 2); break;
    case WIRING_HUMS: level = (int)(model->now_ns / (10 * NS_PER_MS) % 2); break;
    case WIRING_GONE: level = -ENODEV; break;
    }
    advance(model, CALL_NS / 2);
    pause_by(model, loads[model->load].call_ppm);
    return level;
}

static int64_t wire_now_ns(void *self)
{
    struct model *model = self;

    advance(model, CLOCK_NS);
    return model->now_ns;
}

static void wire_sleep_until(void *self, int64_t t_ns)
{
    struct model *model = self;

    if (t_ns > model->now_ns)
        advance(model, t_ns - model->now_ns);
    advance(model, 5000 + (int64_t)rng_below(&model->rng, 60000)); /* wake-up latency */
    pause_by(model, loads[model->load].wake_ppm);
}

static void wire_close(void *self)
{
    (void)self;
}

struct hx711_wire model_wire(struct model *model)
{
    return (struct hx711_wire){.clock = wire_clock,
                               .data = wire_data,
                               .now_ns = wire_now_ns,
                               .sleep_until = wire_sleep_until,
                               .close = wire_close,
                               .self = model};
}

void model_init(struct model *model, uint64_t seed, int64_t period_ns)
{
    *model = (struct model){.rng = {seed}, .now_ns = NS_PER_S, .period_ns = period_ns, .out = true};
    model->next_ns = model->now_ns + 4 * period_ns;
}

int64_t model_truth(const struct model *model, int64_t stamp_ns)
{
    for (uint64_t i = 0; i < MODEL_PAST && i < model->conversions; i++) {
        const struct model_conversion *past = &model->past[(model->conversions - 1 - i) % MODEL_PAST];

        if (past->ready_ns <= stamp_ns)
            return past->code;
    }
    return ABSENT;
}
