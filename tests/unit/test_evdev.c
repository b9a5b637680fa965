/* SPDX-License-Identifier: MIT */
/* Input devices and the card reader. A FIFO stands in for the device: what a kernel would say is written into it. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gymstation/card.h"
#include "gymstation/evdev.h"
#include "gymstation/hash.h"

struct fake {
    char dir[64], path[96];
    int fd; /* the kernel's end */
};

static void fake_begin(struct fake *fake)
{
    snprintf(fake->dir, sizeof(fake->dir), "/tmp/gymstation-evdev-XXXXXX");
    assert_non_null(mkdtemp(fake->dir));
    snprintf(fake->path, sizeof(fake->path), "%s/event0", fake->dir);
    fake->fd = -1;
}

static void plug_in(struct fake *fake)
{
    assert_int_equal(mkfifo(fake->path, 0600), 0);
    fake->fd = open(fake->path, O_RDWR | O_CLOEXEC);
    assert_true(fake->fd >= 0);
}

static void unplug(struct fake *fake)
{
    close(fake->fd);
    unlink(fake->path);
    fake->fd = -1;
}

static void fake_end(struct fake *fake)
{
    if (fake->fd >= 0)
        unplug(fake);
    rmdir(fake->dir);
}

static void say(const struct fake *fake, int type, int code, int value, int64_t stamp_ns)
{
    struct input_event event = {.type = (uint16_t)type, .code = (uint16_t)code, .value = value};

    event.input_event_sec = stamp_ns / NS_PER_S;
    event.input_event_usec = stamp_ns % NS_PER_S / 1000;
    assert_int_equal(write(fake->fd, &event, sizeof(event)), sizeof(event));
}

static struct evdev *open_one(const struct fake *fake)
{
    const char *paths[] = {fake->path};
    struct evdev *evdev = NULL;

    assert_int_equal(evdev_open(&evdev, paths, 1), 0);
    return evdev;
}

static void expect(struct evdev *evdev, enum evdev_kind kind, unsigned code)
{
    struct evdev_event event;

    assert_int_equal(evdev_next(evdev, &event), 1);
    assert_int_equal(event.kind, kind);
    assert_int_equal(event.device, 0);
    if (kind != EVDEV_HERE && kind != EVDEV_GONE)
        assert_int_equal(event.code, code);
}

static void expect_nothing(struct evdev *evdev)
{
    struct evdev_event event;

    assert_int_equal(evdev_next(evdev, &event), 0);
}

static void test_keys_come_with_their_stamps_and_without_repeats(void **state)
{
    struct evdev_event event;
    struct evdev *evdev;
    struct fake fake;

    (void)state;
    fake_begin(&fake);
    plug_in(&fake);
    evdev = open_one(&fake);
    expect(evdev, EVDEV_HERE, 0);
    expect_nothing(evdev);
    say(&fake, EV_MSC, MSC_SCAN, 458770, 1000);
    say(&fake, EV_KEY, KEY_B, 1, 5 * NS_PER_S + 123456000);
    say(&fake, EV_SYN, SYN_REPORT, 0, 1000);
    say(&fake, EV_KEY, KEY_B, 2, 6 * NS_PER_S);
    say(&fake, EV_KEY, KEY_B, 0, 7 * NS_PER_S);
    assert_int_equal(evdev_next(evdev, &event), 1);
    assert_true(event.kind == EVDEV_DOWN && event.code == KEY_B && event.stamp_ns == 5 * NS_PER_S + 123456000);
    expect(evdev, EVDEV_UP, KEY_B);
    expect_nothing(evdev);
    evdev_close(evdev);
    fake_end(&fake);
}

/* What came up after the kernel's buffer was full is a fragment: left out up to the next report. */
static void test_after_an_overrun_fragments_are_left_out(void **state)
{
    struct evdev *evdev;
    struct fake fake;

    (void)state;
    fake_begin(&fake);
    plug_in(&fake);
    evdev = open_one(&fake);
    expect(evdev, EVDEV_HERE, 0);
    say(&fake, EV_SYN, SYN_DROPPED, 0, 1000);
    say(&fake, EV_KEY, KEY_A, 1, 1000);
    say(&fake, EV_SYN, SYN_REPORT, 0, 1000);
    say(&fake, EV_KEY, KEY_B, 1, 2000);
    expect(evdev, EVDEV_DOWN, KEY_B);
    expect_nothing(evdev);
    evdev_close(evdev);
    fake_end(&fake);
}

static void test_a_device_comes_and_goes_and_comes_back(void **state)
{
    struct evdev *evdev;
    struct fake fake;

    (void)state;
    fake_begin(&fake);
    evdev = open_one(&fake);
    assert_int_equal(evdev_error(evdev, 0), -ENOENT);
    expect_nothing(evdev);
    for (int turn = 0; turn < 3; turn++) {
        plug_in(&fake);
        evdev_retry(evdev);
        assert_int_equal(evdev_error(evdev, 0), 0);
        expect(evdev, EVDEV_HERE, 0);
        say(&fake, EV_KEY, KEY_A, 1, 1000 + turn);
        expect(evdev, EVDEV_DOWN, KEY_A);
        unplug(&fake);
        expect(evdev, EVDEV_GONE, 0);
        expect_nothing(evdev);
        assert_true(evdev_error(evdev, 0) < 0);
    }
    evdev_close(evdev);
    fake_end(&fake);
}

/* A file is no device, and is not read as one. */
static void test_what_is_no_device_is_an_error(void **state)
{
    const char *paths[] = {"/dev/null"};
    struct evdev *evdev = NULL;

    (void)state;
    assert_int_equal(evdev_open(&evdev, paths, 1), 0);
    assert_true(evdev_error(evdev, 0) < 0);
    expect_nothing(evdev);
    evdev_close(evdev);
}

/* ---- cards ------------------------------------------------------------------------------------------------------------- */

/* RFC 4231, test case 2. */
static void test_the_keyed_hash_is_hmac_sha_256(void **state)
{
    char hash[HASH_LEN];

    (void)state;
    assert_int_equal(hmac_sha256_hex("Jefe", 4, "what do ya want for nothing?", 28, hash), 0);
    assert_string_equal(hash, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static int type(struct card *card, const unsigned *keys, size_t n, int64_t pace_ns, char hash[HASH_LEN])
{
    int64_t t_ns = card->last_ns + pace_ns;
    int r = 0;

    for (size_t i = 0; i < n && r == 0; i++, t_ns += pace_ns)
        r = card_key(card, keys[i], t_ns, hash);
    return r;
}

#define TYPE(card, pace_ns, hash, ...)                                                                                 \
    type(card, (const unsigned[]){__VA_ARGS__}, sizeof((unsigned[]){__VA_ARGS__}) / sizeof(unsigned), pace_ns, hash)

static bool wiped(const struct card *card)
{
    for (int i = 0; i < CARD_NUMBER_MAX; i++)
        if (card->number[i] != 0)
            return false;
    return card->n == 0;
}

static void test_a_number_and_enter_is_its_keyed_hash(void **state)
{
    static const char secret[] = "0123456789abcdef0123";
    char wanted[HASH_LEN], hash[HASH_LEN] = "";
    struct card card;

    (void)state;
    card_init(&card, secret);
    hmac_sha256_hex(secret, strlen(secret), "0012a4", 6, wanted);
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_0, KEY_0, KEY_KP1, KEY_2, KEY_LEFTSHIFT, KEY_A, KEY_4, KEY_ENTER),
                     1);
    assert_string_equal(hash, wanted);
    assert_true(wiped(&card));
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_ENTER), 0); /* readers that send two */
}

static void test_what_is_no_number_is_refused_and_wiped(void **state)
{
    char hash[HASH_LEN] = "";
    struct card card;

    (void)state;
    card_init(&card, "0123456789abcdef");
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_1, KEY_2, KEY_3, KEY_ENTER), -EINVAL); /* too short */
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_1, KEY_2, KEY_SPACE, KEY_3, KEY_4, KEY_ENTER), -EINVAL);
    for (int i = 0; i < 10 * CARD_NUMBER_MAX; i++)
        assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_7), 0);
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_ENTER), -EINVAL); /* too long */
    assert_true(wiped(&card));
    assert_string_equal(hash, "");
}

/* Half a number, and another card later: the halves are not joined. */
static void test_what_was_left_unfinished_does_not_count(void **state)
{
    static const char secret[] = "0123456789abcdef";
    char wanted[HASH_LEN], hash[HASH_LEN];
    struct card card;

    (void)state;
    card_init(&card, secret);
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_9, KEY_9, KEY_9), 0);
    hmac_sha256_hex(secret, strlen(secret), "1234", 4, wanted);
    assert_int_equal(TYPE(&card, CARD_PAUSE_NS + 1, hash, KEY_1), 0);
    assert_int_equal(TYPE(&card, NS_PER_MS, hash, KEY_2, KEY_3, KEY_4, KEY_KPENTER), 1);
    assert_string_equal(hash, wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_come_with_their_stamps_and_without_repeats),
        cmocka_unit_test(test_after_an_overrun_fragments_are_left_out),
        cmocka_unit_test(test_a_device_comes_and_goes_and_comes_back),
        cmocka_unit_test(test_what_is_no_device_is_an_error),
        cmocka_unit_test(test_the_keyed_hash_is_hmac_sha_256),
        cmocka_unit_test(test_a_number_and_enter_is_its_keyed_hash),
        cmocka_unit_test(test_what_is_no_number_is_refused_and_wiped),
        cmocka_unit_test(test_what_was_left_unfinished_does_not_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
