#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pedals and a card reader at a running station, and how late its cues are while the processor is busy. FIFOs stand in for
the input devices: what a kernel would say is written into them."""
# gymstation-e2e: quick
import contextlib
import hashlib
import hmac
import os
import struct
import subprocess
import time

from station import ID, PREFIX, Bench, prescription, wait_for
from suite import Skip, main

FLOOR = {"exercise": "glute_bridge", "side": "both", "contact": "floor", "sets": 3, "reps_min": 10, "reps_max": 10,
         "rest_s": 5, "rest_mode": "fixed", "prep_s": 3}
START, STOP, OTHER = 48, 30, 99  # key codes
DIGITS = dict(zip("1234567890", range(2, 12)))
ENTER = 28
SECRET = "a secret of the station"
EV_SYN, EV_KEY = 0, 1
JITTER_MS, TRIES = 5, 4


class Device:
    """A FIFO whose writer is the kernel."""

    def __init__(self, bench, name):
        self.path = bench.dir / name
        os.mkfifo(self.path)
        self.fd = os.open(self.path, os.O_RDWR)

    def key(self, code, down):
        """The stamp in ns, whole microseconds as the kernel's."""
        us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        at = (us // 1000000, us % 1000000)
        os.write(self.fd, struct.pack("qqHHi", *at, EV_KEY, code, down) + struct.pack("qqHHi", *at, EV_SYN, 0, 0))
        return us * 1000

    def unplug(self):
        os.unlink(self.path)
        os.close(self.fd)


def quiet_trace(bench):
    """A source that says nothing: sessions by cue, in monotonic time."""
    return f"trace:{bench.write('quiet.trace', '# gymstation-trace 1' + chr(10) + '# calibrated: no' + chr(10) + '0 F 0' + chr(10))}"


def pedal_keys(pedal):
    return (f"buttons.devices={pedal.path}", f"buttons.start_keys={START}", f"buttons.stop_keys={STOP}")


def counters(bench, watch, name):
    """Of a health message that was asked for."""
    before = len(watch.of("health"))
    bench.publish("cmd/report", {"v": 1, "id": name, "by": "pt-e2e"})
    watch.until(lambda: len(watch.of("health")) > before, 10, "health")
    return watch.last("health").json["counters"]


def ready(bench, watch):
    """The station is idle and has what was prescribed."""
    watch.until(lambda: any("\"held\":{" in m.payload.replace(" ", "") for m in watch.of("prescription/1")), 10, "held")
    return watch.until(lambda: (m := watch.last("state")) and m.json["now"] == "idle", 10, "idle")


def test_pedals_start_and_stop_with_the_kernels_stamp():
    with Bench() as bench:
        bench.start_broker()
        watch, pedal = bench.subscribe(), Device(bench, "pedal")
        bench.prescribe(prescription(FLOOR, ask=[]))
        station = bench.station(*pedal_keys(pedal), source=quiet_trace(bench))
        ready(bench, watch)
        pressed = pedal.key(START, 1)
        started = watch.until(lambda: watch.events("session_started"), 10, "the session starts")[0]
        assert started["t_ns"] == pressed, f"stamp error {started['t_ns'] - pressed} ns"
        pedal.key(START, 0)
        pedal.key(OTHER, 1)
        watch.until(lambda: watch.last("state").json["now"] == "work", 10, "the set begins")
        pressed = pedal.key(STOP, 1)
        stop = watch.until(lambda: watch.events("stop"), 10, "the stop")[0]
        assert stop["t_ns"] == stop["data"]["pressed_t_ns"] == pressed, f"{stop} is not of {pressed}"
        pedal.unplug()  # with the button down: it does not stay down
        wait_for(lambda: f"{pedal.path} is gone" in station.output(), 10, "the pedal is missed")
        again = Device(bench, "pedal")
        wait_for(lambda: station.output().count(f"{pedal.path} is there") == 2, 10, "the pedal is back")
        again.key(STOP, 1)
        again.key(STOP, 0)
        ended = watch.until(lambda: watch.events("session_completed"), 10, "a stop out of the pause ends it")[0]
        assert ended["data"]["reason"] == "stopped"
        assert not watch.events("call"), "an unplugged button was held for a long press"
        assert f"key code {OTHER} is no button" in station.output()


def test_presses_reach_the_core_in_time():
    """The median, since others share this machine; p99 and the worst are printed."""
    with Bench() as bench:
        bench.start_broker()
        watch, pedal = bench.subscribe(), Device(bench, "pedal")
        bench.station(*pedal_keys(pedal), source=quiet_trace(bench))
        watch.until(lambda: watch.last("health"), 10, "the station is there")
        for n in range(1, 31):
            pressed = pedal.key(START, 1)
            refused = watch.until(lambda: len(r := watch.events("start_refused")) == n and r[-1], 10, "the press is answered")
            assert refused["t_ns"] == pressed, f"press {n}: {refused['t_ns'] - pressed} ns"
            time.sleep(0.04)  # a finger is not faster than the bounce it would be taken for
            pedal.key(START, 0)
            time.sleep(0.04)
        seen = counters(bench, watch, "r1")
        print(f"    presses to the core: p50 {seen['press_p50_us']} us, p99 {seen['press_p99_us']} us, worst {seen['press_max_us']} us")
        assert seen["presses"] == 30, seen
        assert seen["press_p50_us"] < 5000, seen


def test_cards_choose_and_no_number_is_left_anywhere():
    number, unknown = "9182736450", "5550001119"
    login = hmac.new(SECRET.encode(), number.encode(), hashlib.sha256).hexdigest()
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe(f"{PREFIX}/{ID}/#", "homeassistant/#")
        pedal, reader = Device(bench, "pedal"), Device(bench, "reader")
        secret = bench.write("secret", SECRET + "\n")
        secret.chmod(0o600)
        (bench.dir / "rec").mkdir()
        bench.prescribe(prescription(FLOOR, ask=[], login=login))
        station = bench.station(*pedal_keys(pedal), f"card.device={reader.path}", f"card.secret_file={secret}",
                                f"recorder.dir={bench.dir}/rec", source=quiet_trace(bench))
        ready(bench, watch)
        for typed in (unknown, number):
            for code in [DIGITS[c] for c in typed] + [ENTER]:
                reader.key(code, 1)
                reader.key(code, 0)
            if typed == unknown:
                watch.until(lambda: watch.events("start_refused", reason="unknown_card"), 10, "the card is refused")
        wait_for(lambda: login in "".join(p.read_text() for p in (bench.dir / "rec").iterdir()), 10, "the card is taken")
        pedal.key(START, 1)
        started = watch.until(lambda: watch.events("session_started"), 10, "the session starts")[0]
        assert started["data"]["identified_by"] == "card", started
        pedal.key(STOP, 1)
        station.stop()
        for text in (number, unknown):
            assert not [m for m in watch.messages if text in m.payload or text in m.topic], "a number was published"
            for path in bench.dir.rglob("*"):
                assert not path.is_file() or text.encode() not in path.read_bytes(), f"a number is in {path.name}"


def test_a_secret_that_everybody_may_read_is_refused():
    with Bench() as bench:
        secret = bench.write("secret", SECRET + "\n")
        secret.chmod(0o644)
        station = bench.station("card.device=/dev/input/event99", f"card.secret_file={secret}", url="none")
        assert station.popen.wait(10) == 2
        assert "card.secret_file" in station.output() and "chmod" in station.output(), station.output()


@contextlib.contextmanager
def busy(n):
    hogs = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(n)]
    try:
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


def jitter():
    """Of a paced session at ten times its pace, with two busy loops beside it: counters of at least 150 cues."""
    with Bench() as bench, busy(2):
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(FLOOR, ask=[]))
        station = bench.station("sim.speed=10", "sim.gap_s=1")
        for n in range(240):
            seen = counters(bench, watch, f"r{n}")
            if "no real-time scheduling" in station.output():
                raise Skip("real-time scheduling is not permitted here: nothing keeps time beside busy loops")
            if seen["cues"] >= 150:
                return seen
            time.sleep(0.5)
        raise AssertionError(f"only {seen['cues']} cues in {n / 2} s")


def test_cues_keep_their_time_beside_two_busy_loops():
    """Where real-time scheduling is permitted, as in the unit. Others use this machine too: the best of some runs counts."""
    for attempt in range(1, TRIES + 1):
        seen = jitter()
        print(f"    run {attempt}: {seen['cues']} cues, late by p50 {seen['cue_p50_us']} us, p99 {seen['cue_p99_us']} us, "
              f"worst {seen['cue_max_us']} us")
        if seen["cue_p99_us"] < JITTER_MS * 1000:
            return
    raise AssertionError(f"p99 is not below {JITTER_MS} ms in any of {TRIES} runs: {seen}")


if __name__ == "__main__":
    main(globals(), at_once=1)
