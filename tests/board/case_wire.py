# SPDX-License-Identifier: MIT
"""The module is an HX711: asked over the kernel's interface, as the datasheet says it answers."""
import contextlib
import time

import lines
from board import counts, wire

__all__ = ["test_bits", "test_saturation", "test_gain", "test_power_down", "test_faults_on_the_wire", "test_rates"]


class Reader:
    """Bit-bangs the two lines."""

    def __init__(self):
        chip = lines.open_chip("hx711-wire")
        self.dout = lines.Line(chip, 5, lines.INPUT | lines.BIAS_DISABLED)
        self.sck = lines.Line(chip, 6, lines.OUTPUT)

    def close(self):
        self.sck.set(0)
        self.sck.close()
        self.dout.close()

    def ready(self, within_s=1.0):
        """Seconds until DOUT is low, or None."""
        start = time.monotonic()
        while self.dout.get():
            if time.monotonic() - start > within_s:
                return None
            time.sleep(0.00025)
        return time.monotonic() - start

    def pulse(self, high_s=0.0):
        self.sck.set(1)
        if high_s:
            time.sleep(high_s)
        self.sck.set(0)
        return self.dout.get()

    def read(self, pulses=25):
        assert self.ready() is not None, "never ready"
        code = 0
        for _ in range(24):
            code = code << 1 | self.pulse()
        for _ in range(pulses - 24):
            assert self.pulse() == 1, "DOUT is low after the last bit"
        return code - (1 << 24) if code & 1 << 23 else code


@contextlib.contextmanager
def reader():
    wire(raw=0, noise=0, rate_mhz=80000, dout="wired", sck="wired", supply="on", power_down_us=60, reload=0, hold_every=0)
    it = Reader()
    try:
        it.read()
        yield it
    finally:
        it.close()


def test_bits():
    with reader() as it:
        for raw in (0, 1, -1, 0x2AAAAA, -0x2AAAAB, 84211, -84211):
            wire(raw=raw)
            it.read()  # what was converted before
            assert it.read() == raw, raw


def test_saturation():
    with reader() as it:
        for raw, code in ((9000000, 0x7FFFFF), (-9000000, -0x800000)):
            wire(raw=raw)
            it.read()
            assert it.read() == code, raw


def test_gain():
    """The pulses of a read choose the next; the change takes four conversions."""
    with reader() as it:
        wire(raw=100000)
        it.read()
        for pulses, then in ((27, 50000), (26, 0), (25, 100000)):
            it.read(pulses)
            took = it.ready()
            assert 0.045 < took < 0.055, f"settled after {took}"
            assert it.read(pulses) == then


def test_power_down():
    with reader() as it:
        wire(raw=123456)
        it.read()
        before = counts()["power_downs"]
        it.ready()
        bits = [it.pulse(0.0001 if bit == 10 else 0) for bit in range(24)]
        assert bits[10:] == [1] * 14, bits
        assert counts()["power_downs"] == before + 1
        took = it.ready()
        assert 0.045 < took < 0.055, f"settled after {took}"
        assert it.read() == 123456
        wire(power_down_us=0)  # never
        it.ready()
        bits = [it.pulse(0.0001 if bit == 10 else 0) for bit in range(24)]
        assert int("".join(map(str, bits)), 2) == 123456
        assert counts()["power_downs"] == before + 1


def test_faults_on_the_wire():
    with reader() as it:
        wire(raw=5000)
        for world, back in (({"dout": "high"}, {"dout": "wired"}), ({"supply": "off"}, {"supply": "on"})):
            wire(**world)
            assert it.dout.get() == (0 if "supply" in world else 1)
            wire(**back)
            it.read()
            assert (code := it.read()) == 5000, f"{code} after {world}"
        wire(sck="cut")
        it.ready()
        assert not any(it.pulse() for _ in range(25)), "bits without a clock"
        wire(sck="wired", dout="floating")
        assert {it.dout.get() for _ in range(64)} == {0, 1}


def test_rates():
    with reader() as it:
        for rate_mhz in (10000, 11650, 80000, 87500, 320000):
            wire(rate_mhz=rate_mhz)
            it.read()
            start = time.monotonic()
            for _ in range(20):
                it.read()
            period = (time.monotonic() - start) / 20
            assert abs(period * rate_mhz / 1000 - 1) < 0.03, f"{rate_mhz} mHz: {period} s"
