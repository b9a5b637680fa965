/* SPDX-License-Identifier: MIT */
/* Which chip and which lines the configuration means, on boards as they are and on some that are wrong. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "daemon/io/gpio/gpio_chip.h"

struct board_chip {
    const char *path, *label;
    unsigned lines;
};

/* A Pi 5 with a kernel that calls the header gpiochip13, a Pi 4, and a machine without any: chosen by the test's thread. */
static const struct board_chip pi5[] = {{"/dev/gpiochip0", "gpio-brcmstb@107d508500", 32},
                                        {"/dev/gpiochip10", "gpio-brcmstb@107d517c00", 17},
                                        {"/dev/gpiochip13", "pinctrl-rp1", 54}};
static const struct board_chip pi4[] = {{"/dev/gpiochip0", "pinctrl-bcm2711", 58},
                                        {"/dev/gpiochip1", "raspberrypi-exp-gpio", 8}};

static int list(const struct board_chip *board, int n, char ret[GPIO_CHIPS_MAX][GPIO_PATH_LEN])
{
    for (int i = 0; i < n; i++)
        snprintf(ret[i], GPIO_PATH_LEN, "%s", board[i].path);
    return n;
}

static int look_up(const struct board_chip *board, int n, const char *path, struct gpio_chip_seen *ret)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(board[i].path, path) != 0)
            continue;
        snprintf(ret->label, sizeof(ret->label), "%s", board[i].label);
        ret->lines = board[i].lines;
        return 0;
    }
    return -ENOENT;
}

static int pi5_paths(char ret[GPIO_CHIPS_MAX][GPIO_PATH_LEN])
{
    return list(pi5, 3, ret);
}

static int pi5_chip(const char *path, struct gpio_chip_seen *ret)
{
    return look_up(pi5, 3, path, ret);
}

static int pi4_paths(char ret[GPIO_CHIPS_MAX][GPIO_PATH_LEN])
{
    return list(pi4, 2, ret);
}

static int pi4_chip(const char *path, struct gpio_chip_seen *ret)
{
    return look_up(pi4, 2, path, ret);
}

static int no_paths(char ret[GPIO_CHIPS_MAX][GPIO_PATH_LEN])
{
    (void)ret;
    return 0;
}

static int denied_chip(const char *path, struct gpio_chip_seen *ret)
{
    (void)path;
    (void)ret;
    return -EACCES;
}

/* Lines are called GPIOn on the header, anything elsewhere; a lamp driver has line 6. */
static int any_line(const char *path, unsigned offset, struct gpio_line_seen *ret)
{
    bool header = strcmp(path, "/dev/gpiochip13") == 0 || strcmp(path, "/dev/gpiochip0") == 0;

    *ret = (struct gpio_line_seen){.used = offset == 6};
    snprintf(ret->name, sizeof(ret->name), header ? "GPIO%u" : "EXP_%u", offset);
    snprintf(ret->consumer, sizeof(ret->consumer), "%s", offset == 6 ? "onboard-led" : "");
    return 0;
}

static const struct gpio_prober pi5_prober = {.paths = pi5_paths, .chip = pi5_chip, .line = any_line};
static const struct gpio_prober pi4_prober = {.paths = pi4_paths, .chip = pi4_chip, .line = any_line};
static const struct gpio_prober no_prober = {.paths = no_paths, .chip = denied_chip, .line = any_line};
static const struct gpio_prober denied_prober = {.paths = pi4_paths, .chip = denied_chip, .line = any_line};

static void test_the_header_is_found_whatever_its_number(void **state)
{
    static const struct {
        const struct gpio_prober *prober;
        const char *chip, *dout, *sck, *path;
    } cases[] = {
        {&pi5_prober, "", "5", "6", "/dev/gpiochip13"},
        {&pi5_prober, "pinctrl-rp1", "5", "GPIO6", "/dev/gpiochip13"},
        {&pi5_prober, "/dev/gpiochip13", "5", "6", "/dev/gpiochip13"},
        {&pi4_prober, "", "5", "6", "/dev/gpiochip0"},
        {&pi4_prober, "", "GPIO5", "GPIO6", "/dev/gpiochip0"},
        {&pi4_prober, "pinctrl-bcm2711", "GPIO5", "GPIO6", "/dev/gpiochip0"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct gpio_line lines[] = {{.name = cases[i].dout}, {.name = cases[i].sck, .use = GPIO_OUT}};
        struct gpio_found found;
        struct refusal why;

        assert_int_equal(gpio_find(cases[i].prober, cases[i].chip, lines, 2, &found, &why), 0);
        assert_string_equal(found.path, cases[i].path);
        assert_int_equal(found.offsets[0], 5);
        assert_int_equal(found.offsets[1], 6);
    }
}

static void test_what_is_not_there_is_said_with_what_is(void **state)
{
    static const struct {
        const struct gpio_prober *prober;
        const char *chip, *line, *path, *reason;
        int r;
    } cases[] = {
        {&pi4_prober, "pinctrl-rp1", "5", "pinctrl-rp1", "pinctrl-bcm2711, raspberrypi-exp-gpio", -ENOENT},
        {&pi4_prober, "pinctrl-bcm2711", "58", "58", "/dev/gpiochip0, which has 58", -ENOENT},
        {&pi4_prober, "pinctrl-bcm2711", "GPIO99", "GPIO99", "is no line of", -ENOENT},
        {&pi4_prober, "pinctrl-bcm2711", "5x", "5x", "is no line of", -ENOENT},
        {&pi4_prober, "/dev/null", "5", "/dev/null", "is not a GPIO chip", -ENOENT},
        {&no_prober, "", "5", "/dev/gpiochip*", "has no GPIO chip", -ENOENT},
        {&denied_prober, "", "5", "/dev/gpiochip*", "group gpio", -EACCES},
        {&denied_prober, "/dev/gpiochip0", "5", "/dev/gpiochip0", "group gpio", -EACCES},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct gpio_line line = {.name = cases[i].line};
        struct gpio_found found;
        struct refusal why;

        assert_int_equal(gpio_find(cases[i].prober, cases[i].chip, &line, 1, &found, &why), cases[i].r);
        assert_string_equal(why.path, cases[i].path);
        assert_non_null(strstr(why.reason, cases[i].reason));
    }
}

static void test_who_has_a_line_is_named(void **state)
{
    const struct gpio_line lines[] = {{.name = "5"}, {.name = "6"}};
    struct gpio_found found;
    struct refusal why;

    (void)state;
    assert_int_equal(gpio_find(&pi4_prober, "", lines, 2, &found, &why), 0);
    assert_int_equal(gpio_refused(&pi4_prober, &found, lines, 1, -EBUSY, &why), -EBUSY);
    assert_string_equal(why.path, "line 6 of /dev/gpiochip0");
    assert_non_null(strstr(why.reason, "onboard-led"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_header_is_found_whatever_its_number),
        cmocka_unit_test(test_what_is_not_there_is_said_with_what_is),
        cmocka_unit_test(test_who_has_a_line_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
