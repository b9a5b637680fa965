/* SPDX-License-Identifier: MIT */
/*
 * The HX711's reader; see hx711.h. It sleeps to 1 ms before the next conversion is expected (0.5 ms at 80 SPS, once the
 * period is known well), then looks every 250 us, and never spins. The period is measured, since the chip has a clock of
 * its own (11.65 and 87.5 a second were measured where the strap says 10 and 80).
 */
#include "daemon/io/sensor/hx711.h"

#include <errno.h>
#include <stdlib.h>

#define EARLY_NS        (1 * NS_PER_MS)
#define EARLY_FAST_NS   (NS_PER_MS / 2) /* two wake-ups less a sample, which cost more than the read itself */
#define POLL_NS         (250 * NS_PER_MS / 1000)
#define SLOW_POLL_NS    (2 * NS_PER_MS) /* when nothing comes at all */
#define STEP_MAX_NS     (100 * NS_PER_MS)
#define REFUSED_NS      (20 * NS_PER_MS) /* nobody there: no hurry */
#define RESET_NS        (10 * NS_PER_MS)
#define FRESH_NS        (3 * NS_PER_MS / 4) /* seen unready that short before: a conversion whose time is known */
#define GRID_PERIODS    10                  /* as far ahead as the measured period is good for a tenth of itself */
#define PERIOD_MIN_NS   (2 * NS_PER_MS)
#define PERIOD_MAX_NS   (250 * NS_PER_MS)
#define INTERVALS       3
#define STEADY          32 /* intervals after which the period is known to a poll */
#define ASTRAY_MAX      8  /* times in a row that the reader came late: it may be the chip that is early */
#define HELD_MAX        4  /* reads that wait for their proof, and the one that brings it */
#define SETTLING_HALVES 7  /* half periods after a reset: it takes four, and its clock is not known better */

/* Read by rules A and B, and not yet proved by a later one (rule C). */
struct held {
    int32_t code;
    int64_t ready_ns;
    bool fresh;
};

struct hx711 {
    struct sensor_driver driver; /* must be first */
    struct hx711_wire wire;
    int gain, pulses;
    int64_t period_ns; /* measured; nominal until three intervals agree */
    int64_t next_ns;   /* when to look again */
    int64_t ready_ns;  /* last ready, or ABSENT after a reset */
    int64_t grid_ns;   /* last ready whose time is known, or ABSENT */
    bool grid_read;    /* and that conversion has been clocked out */
    bool fresh;        /* the last ready was one of those */
    bool learnt;       /* three intervals have agreed */
    int astray;
    int64_t intervals[INTERVALS];
    int interval_count;
    bool doubtful; /* the next interval tells whether the chip has reset itself */
    bool suspect;  /* the newest of those held is why */
    struct held held[HELD_MAX + 1];
    int held_n;
    struct hx711_flip flip;
    int64_t read_end_ns; /* of the last read: a reset that it brought about happened before */
};

static int64_t now_of(const struct hx711 *hx)
{
    return hx->wire.now_ns(hx->wire.self);
}

static bool near(int64_t a, int64_t b, int64_t pct)
{
    int64_t off = a > b ? a - b : b - a;

    return off * 100 <= b * pct;
}

/* ---- the period -------------------------------------------------------------------------------------------------------- */

/* Three intervals that agree are the period, wherever it was before; from there on it follows slowly. */
static void learn(struct hx711 *hx, struct sensor *sensor, int64_t interval_ns)
{
    bool agree;

    hx->interval_count += hx->interval_count < 2 * STEADY ? 1 : -STEADY; /* never wraps, and stays steady */
    agree = hx->interval_count >= INTERVALS;
    if (interval_ns < PERIOD_MIN_NS || interval_ns > PERIOD_MAX_NS)
        return;
    hx->astray = 0;
    hx->intervals[hx->interval_count % INTERVALS] = interval_ns;
    if (hx->learnt && near(interval_ns, hx->period_ns, 15)) {
        hx->period_ns += (interval_ns - hx->period_ns) / 16;
        sensor_period(sensor, hx->period_ns, hx->ready_ns);
        return;
    }
    for (int i = 0; i < INTERVALS; i++)
        agree &= near(hx->intervals[i], interval_ns, 10);
    if (!agree)
        return;
    hx->learnt = true;
    hx->period_ns = interval_ns;
    sensor_period(sensor, hx->period_ns, hx->ready_ns);
}

/* The reader keeps coming late: what it has learnt may no longer be so. */
static void go_astray(struct hx711 *hx, struct sensor *sensor)
{
    sensor_count(sensor, SENSOR_OVERSLEPT);
    if (++hx->astray < ASTRAY_MAX)
        return;
    hx->learnt = false;
    hx->astray = hx->interval_count = 0;
}

/*
 * When the conversion that is there now became ready, as the grid of those before tells; ABSENT where none is known.
 */
static int64_t on_grid_ns(const struct hx711 *hx, int64_t seen_ns)
{
    int64_t since_ns, phase_ns, unsure_ns, ready_ns;

    if (!hx->learnt || hx->grid_ns == ABSENT)
        return ABSENT;
    since_ns = seen_ns - hx->grid_ns;
    if (since_ns > GRID_PERIODS * hx->period_ns)
        return ABSENT;
    phase_ns = since_ns % hx->period_ns;
    /* A tenth: a reader that is disturbed all the time has measured the period no better. */
    unsure_ns = FRESH_NS + since_ns / 10;
    /* So near to a grid point it may be about to come as well as just there: then it is the one before ... */
    ready_ns = seen_ns - phase_ns - (phase_ns < unsure_ns ? hx->period_ns : 0);
    /* ... unless that one has been read: then it is this one, as early as it may be. */
    if (hx->grid_read && ready_ns == hx->grid_ns) {
        ready_ns += hx->period_ns - unsure_ns;
        return ready_ns < seen_ns ? ready_ns : seen_ns;
    }
    return ready_ns;
}

/* Without a grid it may have been long ago: the next one can overtake the shortest read, so no read survives the answer. */
static int64_t likely_ready_ns(const struct hx711 *hx, int64_t seen_ns)
{
    int64_t ready_ns = on_grid_ns(hx, seen_ns);

    return ready_ns == ABSENT ? seen_ns - hx->period_ns : ready_ns;
}

static int64_t early_ns(const struct hx711 *hx)
{
    return hx->interval_count >= STEADY && hx->period_ns < 50 * NS_PER_MS ? EARLY_FAST_NS : EARLY_NS;
}

/* Just before the next conversion, where that is known; else well before it can be. */
static int64_t next_look_ns(const struct hx711 *hx)
{
    int64_t ready_ns = on_grid_ns(hx, hx->ready_ns);

    if (!hx->learnt)
        return hx->ready_ns + PERIOD_MIN_NS;
    if (ready_ns == ABSENT || (!hx->fresh && ready_ns + hx->period_ns - early_ns(hx) <= hx->ready_ns))
        return hx->ready_ns + hx->period_ns / 2;
    return (hx->fresh ? hx->ready_ns : ready_ns) + hx->period_ns - early_ns(hx);
}

/* ---- waiting ------------------------------------------------------------------------------------------------------------ */

/* DOUT, twice where it is low: noise on an open line must not pass for a conversion. */
static int is_ready(const struct hx711 *hx)
{
    int level = hx->wire.data(hx->wire.self);

    if (level == 0)
        level = hx->wire.data(hx->wire.self);
    return level < 0 ? level : level == 0;
}

/* 1 with from_ns, ready_ns and *ret_fresh, 0 when until_ns came first, or a negative errno. */
static int wait_ready(struct hx711 *hx, int64_t until_ns, struct hx711_read *read, bool *ret_fresh)
{
    int64_t quick_ns = hx->next_ns + 2 * hx->period_ns;
    int64_t unready_ns = ABSENT, now_ns = now_of(hx), poll_ns = hx->learnt ? 0 : SLOW_POLL_NS;
    int r;

    if (now_ns < hx->next_ns) {
        hx->wire.sleep_until(hx->wire.self, hx->next_ns < until_ns ? hx->next_ns : until_ns);
        now_ns = now_of(hx);
    }
    while (now_ns >= hx->next_ns) {
        r = is_ready(hx);
        if (r < 0)
            return r;
        if (r > 0) {
            read->ready_ns = now_of(hx);
            *ret_fresh = unready_ns != ABSENT && read->ready_ns - unready_ns <= poll_ns + FRESH_NS;
            read->from_ns = unready_ns != ABSENT ? unready_ns : likely_ready_ns(hx, read->ready_ns);
            return 1;
        }
        unready_ns = now_ns;
        if (now_ns >= until_ns)
            break;
        if (now_ns >= quick_ns)
            poll_ns = SLOW_POLL_NS;
        hx->wire.sleep_until(hx->wire.self, now_ns + (now_ns < quick_ns ? POLL_NS : SLOW_POLL_NS));
        now_ns = now_of(hx);
    }
    return 0;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

/* Datasheet V2.0: four conversions, in which DOUT stays high. */
static int64_t settling_ns(const struct hx711 *hx)
{
    return hx->period_ns * SETTLING_HALVES / 2;
}

static void drop_held(struct hx711 *hx, struct sensor *sensor, enum sensor_counter reason)
{
    for (int i = 0; i < hx->held_n; i++)
        sensor_count(sensor, reason);
    hx->held_n = 0;
    hx->suspect = false;
}

/* One is held behind it: its neighbour. */
static void give_oldest(struct hx711 *hx, struct sensor *sensor, int64_t now_ns)
{
    struct held first = hx->held[0];

    for (int i = 1; i < hx->held_n; i++)
        hx->held[i - 1] = hx->held[i];
    hx->held_n--;
    if (hx711_flip_step(&hx->flip, first.code, hx->held[0].code, first.ready_ns, hx->period_ns, hx->gain))
        sensor_reject(sensor, SENSOR_FLIPPED, now_ns);
    else
        sensor_code(sensor, first.code, first.ready_ns, first.fresh, now_ns);
}

/* A conversion is ready: what its time says of the one before, and of the period. */
static void judge_interval(struct hx711 *hx, struct sensor *sensor, const struct hx711_read *read, bool fresh)
{
    int64_t interval_ns = hx->ready_ns == ABSENT ? 0 : read->ready_ns - hx->ready_ns;
    bool in_step = hx->learnt && hx711_in_step(interval_ns, hx->period_ns);

    if (hx->doubtful && !in_step) {
        hx->held_n -= hx->suspect;
        sensor_settles(sensor, hx->read_end_ns + settling_ns(hx));
        sensor_noticed_reset(sensor, read->ready_ns);
        hx->grid_ns = ABSENT; /* its clock has started anew */
    } else if (hx->suspect) {
        sensor_count(sensor, SENSOR_SUSPECT_TAKEN);
    }
    hx->ready_ns = read->ready_ns;
    if (fresh && hx->fresh && !hx->doubtful)
        learn(hx, sensor, interval_ns);
    if (!fresh)
        go_astray(hx, sensor);
    hx->doubtful = hx->suspect = false;
    hx->fresh = fresh;
    if (fresh) {
        /* What was only looked for now and then is no grid. */
        hx->grid_ns = !hx->learnt || read->ready_ns - read->from_ns <= FRESH_NS ? read->ready_ns : ABSENT;
        hx->grid_read = false;
    }
    hx->next_ns = next_look_ns(hx);
}

/*
 * So slow that a chip may have reset itself and begun anew in the middle, or have changed the register: then it is in the
 * middle of another read, where DOUT says nothing and more pulses would change the gain. Only a reset is sure.
 */
static bool out_of_step(const struct hx711 *hx, const struct hx711_read *read)
{
    return read->end_ns - read->ready_ns > hx->period_ns / 5;
}

static void refuse(struct hx711 *hx, struct sensor *sensor, const struct hx711_read *read, enum sensor_counter reason)
{
    if (reason != SENSOR_REJECTED_SPAN)
        drop_held(hx, sensor, SENSOR_UNPROVED);
    sensor_reject(sensor, reason, read->end_ns);
    if (reason != SENSOR_REJECTED_SPAN || hx->doubtful)
        hx->grid_ns = ABSENT; /* the next one counts only if it is seen to become ready */
    if (reason != SENSOR_REJECTED_SPAN) {
        hx->next_ns = read->end_ns + REFUSED_NS;
        hx->fresh = false; /* how often nobody is asked is no period */
    }
    if (out_of_step(hx, read))
        sensor_want_reset(sensor, read->end_ns);
}

/*
 * Rule C. A line that is cut in the middle of a read may stay high, or flip as it likes: then nothing in that read tells. So a
 * read is given once the chip has gone on: by one that was seen to become ready and is read properly, or by HELD_MAX others.
 */
static void prove(struct hx711 *hx, struct sensor *sensor, const struct hx711_read *read, bool fresh)
{
    hx->held[hx->held_n++] = (struct held){.code = read->code, .ready_ns = read->ready_ns, .fresh = fresh};
    while (hx->held_n > (fresh ? 1 : HELD_MAX))
        give_oldest(hx, sensor, read->end_ns);
}

static void judge_read(struct hx711 *hx, struct sensor *sensor, const struct hx711_read *read, bool fresh)
{
    hx->doubtful = hx711_doubtful(read);
    hx->grid_read |= !read->tail_low && read->ready_ns == hx->grid_ns;
    hx->read_end_ns = read->end_ns;
    switch (hx711_believe(read, hx->period_ns)) {
    case HX711_TAKE: prove(hx, sensor, read, fresh); break;
    case HX711_HOLD:
        prove(hx, sensor, read, fresh);
        hx->suspect = true;
        sensor_count(sensor, SENSOR_SUSPECT);
        break;
    case HX711_TAIL: refuse(hx, sensor, read, SENSOR_REJECTED_TAIL); break;
    case HX711_GAIN: refuse(hx, sensor, read, SENSOR_REJECTED_GAIN); break;
    case HX711_SPAN: refuse(hx, sensor, read, SENSOR_REJECTED_SPAN); break;
    }
}

static int64_t hx_step(struct sensor_driver *driver, struct sensor *sensor)
{
    struct hx711 *hx = (struct hx711 *)driver;
    struct hx711_read read = {0};
    int64_t start_ns = now_of(hx), until_ns = sensor_deadline_ns(sensor);
    bool fresh;
    int r;

    if (until_ns > start_ns + STEP_MAX_NS)
        until_ns = start_ns + STEP_MAX_NS;
    r = wait_ready(hx, until_ns, &read, &fresh);
    if (r > 0) {
        judge_interval(hx, sensor, &read, fresh);
        r = hx711_read(&hx->wire, hx->pulses, &read);
        if (r == 0)
            judge_read(hx, sensor, &read, fresh);
    }
    if (r < 0) {
        drop_held(hx, sensor, SENSOR_UNPROVED);
        sensor_reject(sensor, SENSOR_REJECTED_IO, start_ns);
        hx->next_ns = start_ns + STEP_MAX_NS; /* a chip of the kernel that is gone answers at once: no spinning */
    }
    return now_of(hx);
}

/* Datasheet V2.0 p. 5: PD_SCK high for more than 60 us powers down; low again resets to channel A, gain 128. */
static void hx_reset(struct sensor_driver *driver, struct sensor *sensor)
{
    struct hx711 *hx = (struct hx711 *)driver;
    int64_t until_ns = now_of(hx) + RESET_NS;

    drop_held(hx, sensor, SENSOR_UNPROVED);
    (void)hx->wire.clock(hx->wire.self, true); /* an error shows at the next read */
    while (now_of(hx) < until_ns)
        hx->wire.sleep_until(hx->wire.self, until_ns);
    (void)hx->wire.clock(hx->wire.self, false);
    hx->doubtful = hx->fresh = false;
    hx->flip.n = 0;
    hx->ready_ns = hx->grid_ns = ABSENT;
    hx->next_ns = now_of(hx);
    sensor_settles(sensor, hx->next_ns + settling_ns(hx));
}

static void hx_close(struct sensor_driver *driver)
{
    struct hx711 *hx = (struct hx711 *)driver;

    hx->wire.close(hx->wire.self);
    free(hx);
}

static const struct sensor_driver_ops hx_ops = {.step = hx_step, .reset = hx_reset, .close = hx_close};

int hx711_open(const struct hx711_wire *wire, int gain, int64_t nominal_ns, struct sensor_driver **ret_driver)
{
    struct hx711 *hx = calloc(1, sizeof(*hx));
    int pulses = gain == 128 ? 25 : gain == 32 ? 26 : gain == 64 ? 27 : 0;

    if (!hx || pulses == 0) {
        wire->close(wire->self);
        free(hx);
        return pulses == 0 ? -EINVAL : -ENOMEM;
    }
    hx->driver.ops = &hx_ops;
    hx->wire = *wire;
    hx->gain = gain;
    hx->pulses = pulses;
    hx->period_ns = nominal_ns;
    hx->ready_ns = hx->grid_ns = ABSENT;
    *ret_driver = &hx->driver;
    return 0;
}
