# SPDX-License-Identifier: MIT
"""The daemon reads the load cell over libgpiod, and knows what is wrong on the wire."""
import re
import time

from board import HX711_DRIVER, counts, wire
from box import NOISE, ZERO, Box, raw_of
from station import no_gap, prescription

__all__ = ["test_force", "test_faults", "test_held_clock", "test_kernel_driver"]

# What happens on the wire, what undoes it, and the fault by which it is known within so many seconds.
TROUBLE = (
    ({"dout": "high"}, {"dout": "wired"}, "sensor_dead", 1.5),
    ({"dout": "low"}, {"dout": "wired"}, "sensor_dead", 1.5),
    ({"dout": "floating"}, {"dout": "wired"}, "sensor_dead", 1.5),
    ({"sck": "cut"}, {"sck": "wired"}, "sensor_dead", 1.5),
    ({"supply": "off"}, {"supply": "on"}, "sensor_dead", 1.5),
    ({"rate_mhz": 10000}, {"rate_mhz": 80000}, "sensor_rate", 2.0),
    ({"noise": 0}, {"noise": NOISE}, "sensor_stuck", 1.5),
    ({"raw": 9000000}, {"raw": ZERO}, "overload", 1.5),
)


def shown(box, force_n, seconds=5, within_n=2):
    """Waits until what the station shows of its load is a force."""
    box.until(lambda: (m := box.watch.last("live")) and abs(m.json.get("force_n", 1e9) - force_n) < within_n, seconds,
              f"{force_n} N are shown")


def test_force():
    with Box() as box:
        box.power_on()
        for force_n in (100, 700, -20, 0):
            wire(raw=raw_of(force_n))
            shown(box, force_n)


def test_faults():
    with Box() as box:
        box.power_on()
        for world, back, fault, limit_s in TROUBLE:
            seen = len(box.watch.events("fault_raised", fault=fault))
            start_ns = time.monotonic_ns()
            wire(**world)
            box.until(lambda: len(box.watch.events("fault_raised", fault=fault)) > seen, limit_s + 5, f"{fault} by {world}")
            raised = box.watch.events("fault_raised", fault=fault)[-1]
            took_s = (raised["t_ns"] - start_ns) / 1e9
            print(f"{world}: {fault} after {took_s:.2f} s")
            assert took_s < limit_s, f"{fault} by {world} after {took_s:.2f} s"
            box.goes_on()
            faults = [e["data"]["fault"] for e in box.watch.events("fault_raised") if e["t_ns"] >= start_ns]
            assert faults == [fault], f"{faults} by {world}"
            wire(**back)
            box.until(lambda: len(box.watch.events("fault_cleared")) == len(box.watch.events("fault_raised")), 10,
                      f"{world} is over, and all is well: {box.watch.events('fault_raised')}")
            box.goes_on()
        log = box.daemon.output()
        assert re.search(r"sensor_rate: (9\.[89]|10\.[012]) samples/s where sensor.rate_sps says 80", log), log
        assert "sensor_dead is over after" in log, log
        shown(box, 0)
        no_gap(box.watch.events())


def test_held_clock():
    """The reader is held up for 80 us while PD_SCK is high, in one read of forty: the chip resets itself in the middle, and
    what it says then is no number. Every number that is recorded of a session is the force that is there."""
    with Box() as box:
        box.power_on(f"recorder.dir={box.dir}")
        box.prescribed(prescription({"exercise": "iso_heel_dig", "side": "left", "sets": 1, "holds": 1, "hold_s": 8, "prep_s": 3,
                                     "target": {"kind": "N", "value": 200}}, ask=[]))
        wire(raw=raw_of(200))
        shown(box, 200)
        before = counts()["power_downs"]
        wire(hold_every=1013, hold_us=80)
        box.press("start")
        box.event("session_completed", 40)
        resets = counts()["power_downs"] - before
        assert box.daemon.stop() == 0
        [trace] = box.dir.glob("*.trace")
        raw = [int(line.split()[2]) for line in trace.read_text().splitlines() if re.match(r"\d+ S ", line)]
        while abs(raw[0] - raw_of(0)) <= NOISE:  # the recording begins before the press
            del raw[0]
        print(f"{resets} resets, {len(raw)} numbers taken, at most {max(abs(r - raw_of(200)) for r in raw)} counts off")
        assert resets > 10 and len(raw) > 300, f"{resets} resets, {len(raw)} numbers"
        assert all(abs(r - raw_of(200)) <= NOISE for r in raw), sorted(set(raw))


def test_kernel_driver():
    """The IIO route, by the overlay that is delivered and the driver of Linux itself."""
    with Box() as box:
        HX711_DRIVER.joinpath("bind").write_text("gymstation-hx711", encoding="ascii")
        box.keep.callback(HX711_DRIVER.joinpath("unbind").write_text, "gymstation-hx711", encoding="ascii")
        box.power_on(source="iio")
        for force_n in (100, -20, 700):
            wire(raw=raw_of(force_n))
            shown(box, force_n)
