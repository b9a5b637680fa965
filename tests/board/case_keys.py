# SPDX-License-Identifier: MIT
"""Pedals and a card reader as input devices of the kernel: taken over, stamped, unplugged, overrun."""
import errno
import fcntl
import hashlib
import hmac
import os
import signal
import time

from box import Box
from keys import DIGITS, ENTER, EVIOCGRAB, Keys
from station import prescription, wait_for

__all__ = ["test_pedal", "test_pedal_is_unplugged", "test_pedal_down_at_the_start", "test_pedal_overrun", "test_card"]

START, STOP, OTHER = 48, 46, 30
SECRET = "a secret of the station"
FLOOR = {"exercise": "glute_bridge", "side": "both", "contact": "floor", "sets": 3, "rest_s": 5, "rest_mode": "fixed", "prep_s": 3}


class Desk(Box):
    """Devices on the desk beside the box."""

    def plug(self, name, keys=(START, STOP, OTHER)):
        device = Keys(name, keys)
        self.keep.callback(device.unplug)
        return device

    def pedals(self, path, *sets):
        return self.power_on(f"buttons.devices={path}", f"buttons.start_keys={START}", f"buttons.stop_keys={STOP}", *sets)


def stamped(event, before_ns):
    """By the kernel, in whole microseconds, between the writing of the key and now."""
    assert before_ns // 1000 <= event["t_ns"] // 1000 <= time.monotonic_ns() // 1000 and event["t_ns"] % 1000 == 0, event
    return abs(event["t_ns"] - before_ns)


def test_pedal():
    """A session by pedal; nobody else hears the keys, and a device that somebody else has is waited for."""
    with Desk() as desk:
        pedal = desk.plug("pedal")
        other = os.open(pedal.path, os.O_RDONLY | os.O_NONBLOCK)
        desk.keep.callback(os.close, other)
        fcntl.ioctl(other, EVIOCGRAB, 1)
        daemon = desk.pedals(pedal.path)
        assert f"{pedal.path}: {os.strerror(errno.EBUSY)}" in daemon.output(), daemon.output()
        fcntl.ioctl(other, EVIOCGRAB, 0)
        wait_for(lambda: f"{pedal.path} is there" in daemon.output(), 10, "the pedal is taken over")
        desk.prescribed(prescription(FLOOR, ask=[]))
        before_ns = time.monotonic_ns()
        pedal.key(START, 1)
        late = stamped(desk.event("session_started", 10), before_ns)
        pedal.key(START, 0)
        desk.until(lambda: desk.watch.last("state").json["now"] == "work", 20, "the set begins")
        before_ns = time.monotonic_ns()
        pedal.key(STOP, 1)
        stop = desk.event("stop", 10)
        print(f"stamps {late} and {stamped(stop, before_ns)} ns off")
        assert stop["data"]["pressed_t_ns"] == stop["t_ns"]
        try:
            heard = os.read(other, 24)
        except BlockingIOError:
            heard = b""
        assert not heard, "the keys are heard elsewhere"


def test_pedal_is_unplugged():
    """With a button down, and plugged in again: it does not stay down."""
    with Desk() as desk:
        pedal = desk.plug("pedal")
        daemon = desk.pedals(pedal.path)
        pedal.key(START, 1)
        desk.event("start_refused", 10)
        pedal.unplug()
        wait_for(lambda: f"{pedal.path} is gone" in daemon.output(), 10, "it is missed")
        again = desk.plug("pedal")
        assert again.path == pedal.path, "the kernel gives it another number"
        wait_for(lambda: daemon.output().count(f"{pedal.path} is there") == 2, 10, "it is back")
        again.key(START, 1)
        again.key(START, 0)
        desk.until(lambda: len(desk.watch.events("start_refused")) == 2, 10, "and works")
        assert desk.counters()["presses"] == 2
        assert not desk.watch.events("fault_raised"), desk.watch.events("fault_raised")


def test_pedal_down_at_the_start():
    with Desk() as desk:
        pedal = desk.plug("pedal")
        pedal.key(START, 1)
        desk.pedals(pedal.path)
        desk.event("fault_raised", 10, fault="button_stuck")
        pedal.key(START, 0)
        desk.event("fault_cleared", 10, fault="button_stuck")
        assert desk.counters()["presses"] == 0, "it was no press"
        pedal.key(START, 1)
        desk.event("start_refused", 10)


def test_pedal_overrun():
    """More keys than the kernel keeps while the daemon stands still: it looks how they are, and sees the one that is down."""
    with Desk() as desk:
        pedal = desk.plug("pedal")
        daemon = desk.pedals(pedal.path)
        for down in (1, 0):
            daemon.popen.send_signal(signal.SIGSTOP)
            for i in range(400):
                pedal.key(OTHER, i % 2 == 0)
            pedal.key(START, down)
            daemon.popen.send_signal(signal.SIGCONT)
            desk.event("start_refused", 10)
            desk.goes_on()
        assert desk.counters()["presses"] == 1
        desk.goes_on()  # what was held back to be let go is no press
        pedal.key(START, 1)
        desk.until(lambda: len(desk.watch.events("start_refused")) == 2, 10, "the next press is one")
        assert desk.counters()["presses"] == 2


def test_card():
    number, unknown = "9182736450", "5550001119"
    with Desk() as desk:
        reader = desk.plug("reader", (*DIGITS.values(), ENTER))
        secret = desk.write("secret", SECRET + "\n")
        secret.chmod(0o600)
        daemon = desk.power_on(f"card.device={reader.path}", f"card.secret_file={secret}")
        desk.prescribed(prescription(FLOOR, ask=[], login=hmac.new(SECRET.encode(), number.encode(), hashlib.sha256).hexdigest()))
        reader.type(unknown)
        desk.event("start_refused", 10, reason="unknown_card")
        reader.type(number)
        desk.counters()  # it has looked at the reader since
        desk.press("start")
        assert desk.event("session_started", 10)["data"]["identified_by"] == "card"
        assert not any(text in daemon.output() for text in (number, unknown)), "a number is in the log"
        assert not [m for m in desk.watch.messages if number in m.payload or unknown in m.payload], "a number was published"
