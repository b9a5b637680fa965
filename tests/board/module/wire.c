// SPDX-License-Identifier: MIT
/*
 * hx711_wire: a chip with two lines behind which an HX711 sits (chip.h), for the virtual station board; board.dts has it.
 *
 *     line 5 HX711_DOUT   input     no edges: DOUT would interrupt twelve times a sample
 *     line 6 HX711_SCK    output
 *
 * Its world is in /sys/devices/platform/hx711-wire/: raw, noise, rate_mhz, power_down_us, reload (numbers), dout (wired,
 * high, low, floating), sck (wired, cut), power (on, off); counts (read only). A reader that is preempted while PD_SCK is
 * high: every hold_every-th pulse keeps its caller hold_us in the kernel, with the line high.
 */
#include <linux/delay.h>
#include <linux/gpio/driver.h>
#include <linux/ktime.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>

#include "chip.h"

enum { LINE_DOUT = 5, LINE_SCK = 6, LINE_COUNT = 8 };

static const char *const line_names[LINE_COUNT] = {[LINE_DOUT] = "HX711_DOUT", [LINE_SCK] = "HX711_SCK"};

struct wire {
    struct gpio_chip lines;
    spinlock_t lock; /* of chip */
    struct chip chip;
    uint32_t hold_every, hold_us, pulses;
};

/* Numbers: one row each. */
struct number {
    struct device_attribute attr;
    size_t offset;
    long long min, max, scale; /* scale: what is stored for 1 */
    bool is_bool;
};

static struct number *number_of(struct device_attribute *attr)
{
    return container_of(attr, struct number, attr);
}

static ssize_t number_show(struct device *dev, struct device_attribute *attr, char *text)
{
    const struct number *row = number_of(attr);
    const char *at = (const char *)dev_get_drvdata(dev) + row->offset;

    if (row->is_bool)
        return sysfs_emit(text, "%d\n", *(const bool *)at);
    return sysfs_emit(text, "%lld\n", (long long)*(const int32_t *)at / row->scale);
}

static ssize_t number_store(struct device *dev, struct device_attribute *attr, const char *text, size_t size)
{
    const struct number *row = number_of(attr);
    struct wire *wire = dev_get_drvdata(dev);
    char *at = (char *)wire + row->offset;
    unsigned long flags;
    long long value;

    if (kstrtoll(text, 10, &value) != 0 || value < row->min || value > row->max)
        return -EINVAL;
    spin_lock_irqsave(&wire->lock, flags);
    if (row->is_bool)
        *(bool *)at = value != 0;
    else
        *(int32_t *)at = (int32_t)(value * row->scale);
    spin_unlock_irqrestore(&wire->lock, flags);
    return size;
}

#define NUMBER(name, member, low, high, factor, boolean)                                                               \
    static struct number number_##name = {                                                                             \
        __ATTR(name, 0644, number_show, number_store), offsetof(struct wire, member), low, high, factor, boolean}

NUMBER(raw, chip.raw, -20000000, 20000000, 1, false);
NUMBER(noise, chip.noise, 0, 100000, 1, false);
NUMBER(power_down_us, chip.power_down_ns, 0, 2000000, 1000, false);
NUMBER(reload, chip.reload, 0, 1, 1, true);
NUMBER(hold_every, hold_every, 0, 1000000, 1, false);
NUMBER(hold_us, hold_us, 0, 20000, 1, false);

static ssize_t rate_mhz_show(struct device *dev, struct device_attribute *attr, char *text)
{
    const struct wire *wire = dev_get_drvdata(dev);

    return sysfs_emit(text, "%u\n", wire->chip.rate_mhz);
}

static ssize_t rate_mhz_store(struct device *dev, struct device_attribute *attr, const char *text, size_t size)
{
    struct wire *wire = dev_get_drvdata(dev);
    int64_t now_ns = ktime_get_ns();
    unsigned long flags;
    uint32_t value;

    if (kstrtou32(text, 10, &value) != 0 || value < 1000 || value > 400000)
        return -EINVAL;
    spin_lock_irqsave(&wire->lock, flags);
    chip_rate(&wire->chip, now_ns, value);
    spin_unlock_irqrestore(&wire->lock, flags);
    return size;
}

static DEVICE_ATTR_RW(rate_mhz);

/* Words: one row each; the index of the word is given to set(), with the lock held. */
struct choice {
    struct device_attribute attr;
    const char *words[4];
    unsigned int (*get)(const struct chip *chip);
    void (*set)(struct chip *chip, int64_t now_ns, unsigned int value);
};

static ssize_t choice_show(struct device *dev, struct device_attribute *attr, char *text)
{
    const struct choice *row = container_of(attr, struct choice, attr);
    const struct wire *wire = dev_get_drvdata(dev);

    return sysfs_emit(text, "%s\n", row->words[row->get(&wire->chip)]);
}

static ssize_t choice_store(struct device *dev, struct device_attribute *attr, const char *text, size_t size)
{
    const struct choice *row = container_of(attr, struct choice, attr);
    struct wire *wire = dev_get_drvdata(dev);
    int value = __sysfs_match_string(row->words, ARRAY_SIZE(row->words), text);
    int64_t now_ns = ktime_get_ns();
    unsigned long flags;

    if (value < 0)
        return value;
    spin_lock_irqsave(&wire->lock, flags);
    row->set(&wire->chip, now_ns, value);
    spin_unlock_irqrestore(&wire->lock, flags);
    return size;
}

static unsigned int get_dout(const struct chip *chip)
{
    return chip->dout;
}

static void set_dout(struct chip *chip, int64_t now_ns, unsigned int value)
{
    chip->dout = value;
}

static unsigned int get_sck(const struct chip *chip)
{
    return chip->sck_cut;
}

static void set_sck(struct chip *chip, int64_t now_ns, unsigned int value)
{
    chip->sck_cut = value == 1;
}

static unsigned int get_supply(const struct chip *chip)
{
    return chip->powered;
}

static void set_supply(struct chip *chip, int64_t now_ns, unsigned int value)
{
    chip_power(chip, now_ns, value == 1);
}

#define CHOICE(name, ...)                                                                                              \
    static struct choice choice_##name = {                                                                             \
        __ATTR(name, 0644, choice_show, choice_store), {__VA_ARGS__}, get_##name, set_##name}

CHOICE(dout, "wired", "high", "low", "floating"); /* by enum chip_dout */
CHOICE(sck, "wired", "cut");
CHOICE(supply, "off", "on"); /* not "power": the driver core has a directory of that name */

static ssize_t counts_show(struct device *dev, struct device_attribute *attr, char *text)
{
    struct wire *wire = dev_get_drvdata(dev);
    struct chip_counts counts;
    unsigned long flags;

    spin_lock_irqsave(&wire->lock, flags);
    counts = wire->chip.counts;
    spin_unlock_irqrestore(&wire->lock, flags);
    return sysfs_emit(text, "conversions %llu\nreads %llu\npower_downs %llu\nslow_reads %llu\nstray %llu\ngain %d\n",
                      counts.conversions, counts.reads, counts.power_downs, counts.slow_reads, counts.stray,
                      wire->chip.gain);
}

static DEVICE_ATTR_RO(counts);

static struct attribute *wire_attrs[] = {
    &number_raw.attr.attr,        &number_noise.attr.attr,   &number_power_down_us.attr.attr, &number_reload.attr.attr,
    &number_hold_every.attr.attr, &number_hold_us.attr.attr, &dev_attr_rate_mhz.attr,         &choice_dout.attr.attr,
    &choice_sck.attr.attr,        &choice_supply.attr.attr,  &dev_attr_counts.attr,           NULL,
};
ATTRIBUTE_GROUPS(wire);

/* The lines. */

static int line_direction(struct gpio_chip *lines, unsigned int line)
{
    return line == LINE_SCK ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static int line_input(struct gpio_chip *lines, unsigned int line)
{
    return line == LINE_DOUT ? 0 : -EINVAL;
}

static int line_get(struct gpio_chip *lines, unsigned int line)
{
    struct wire *wire = gpiochip_get_data(lines);
    int64_t now_ns = ktime_get_ns();
    unsigned long flags;
    int level;

    spin_lock_irqsave(&wire->lock, flags);
    level = line == LINE_DOUT ? chip_get_dout(&wire->chip, now_ns) : wire->chip.sck;
    spin_unlock_irqrestore(&wire->lock, flags);
    return level;
}

static void line_set(struct gpio_chip *lines, unsigned int line, int level)
{
    struct wire *wire = gpiochip_get_data(lines);
    int64_t now_ns = ktime_get_ns();
    bool hold = false;
    unsigned long flags;

    spin_lock_irqsave(&wire->lock, flags);
    chip_set_sck(&wire->chip, now_ns, level != 0);
    if (level != 0 && wire->hold_every > 0)
        hold = ++wire->pulses % wire->hold_every == 0;
    spin_unlock_irqrestore(&wire->lock, flags);
    if (hold)
        udelay(wire->hold_us);
}

static int line_output(struct gpio_chip *lines, unsigned int line, int level)
{
    if (line != LINE_SCK)
        return -EINVAL;
    line_set(lines, line, level);
    return 0;
}

/* The bias of DOUT is asked to be off, and it is. */
static int line_config(struct gpio_chip *lines, unsigned int line, unsigned long config)
{
    return pinconf_to_config_param(config) == PIN_CONFIG_BIAS_DISABLE ? 0 : -ENOTSUPP;
}

static int wire_probe(struct platform_device *found)
{
    struct wire *wire = devm_kzalloc(&found->dev, sizeof(*wire), GFP_KERNEL);

    if (wire == NULL)
        return -ENOMEM;
    spin_lock_init(&wire->lock);
    chip_init(&wire->chip, ktime_get_ns());
    wire->lines = (struct gpio_chip){
        .label = "hx711-wire",
        .parent = &found->dev,
        .owner = THIS_MODULE,
        .base = -1,
        .ngpio = LINE_COUNT,
        .names = line_names,
        .get_direction = line_direction,
        .direction_input = line_input,
        .direction_output = line_output,
        .get = line_get,
        .set = line_set,
        .set_config = line_config,
    };
    platform_set_drvdata(found, wire);
    return devm_gpiochip_add_data(&found->dev, &wire->lines, wire);
}

static const struct of_device_id wire_match[] = {{.compatible = "gymstation,hx711-wire"}, {}};

static struct platform_driver wire_driver = {
    .probe = wire_probe,
    .driver = {.name = "hx711-wire", .of_match_table = wire_match, .dev_groups = wire_groups},
};

module_platform_driver(wire_driver);
MODULE_DEVICE_TABLE(of, wire_match);
MODULE_DESCRIPTION("An HX711 on two GPIO lines that do not exist");
MODULE_LICENSE("Dual MIT/GPL");
