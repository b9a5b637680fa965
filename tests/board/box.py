# SPDX-License-Identifier: MIT
"""A station of the samples in config/boards, wired to the board, and a patient who plays a trace on it: loads go to the raw
value of the HX711, presses to the lines of the buttons. For use inside."""
import datetime
import os
import time

from board import Button, level, wire
from station import CTL, ROOT, Bench, prescription, replay, run

ZERO, PER_N, NOISE = 84211, 1091, 40  # counts, counts/N, counts: as simulated patients have it

# The sample for a Pi 4 as it is, but for the load cell, which is on a chip of its own here.
SAMPLE = ROOT / "config" / "boards" / "pi4.conf"
CELL = ("sensor.chip=hx711-wire", f"sensor.calibration.zero_counts={ZERO}", f"sensor.calibration.counts_per_n={PER_N}")
PINS = {"start": 17, "stop": 27, "plus": 22, "minus": 23}
LAMP, OUTPUTS = 24, (24, 25, 12, 16)
SEED = 3
# In virtual time nothing holds the reader up but the tests themselves, and the chip is as strict as the datasheet. In real
# time user-mode Linux is held up by this machine whenever it likes: there the chip never resets itself.
POWER_DOWN_US = 60 if os.environ["BOARD_CLOCK"] == "virtual" else 0


def raw_of(force_n):
    return round(ZERO + PER_N * force_n)


class Box(Bench):
    """A bench whose station is wired to the board: everything whole, nobody on it."""

    def __enter__(self):
        super().__enter__()
        self.keep.callback(self.make_whole)
        self.make_whole()
        self.buttons = {name: Button(pin) for name, pin in PINS.items()}
        self.start_broker()
        self.watch = self.subscribe()
        self.lamp_seen = set()
        return self

    @staticmethod
    def make_whole():
        wire(dout="wired", sck="wired", supply="on", rate_mhz=80000, noise=NOISE, power_down_us=POWER_DOWN_US, reload=1, hold_every=0,
             raw=raw_of(0))

    def power_on(self, *sets, source="hx711"):
        """The station, once it has told of itself and reads the cell."""
        self.daemon = self.station(*CELL, *sets, source=source, config=SAMPLE)
        self.until(lambda: self.watch.last("health"), 10, "the station is there")
        self.until(lambda: (m := self.watch.last("live")) and "force_n" in m.json, 10, "the load cell is read")
        return self.daemon

    def until(self, condition, seconds, what):
        return self.watch.until(condition, seconds, what)

    def event(self, kind, seconds, **fields):
        """The first event of a kind, once it has come."""
        return self.until(lambda: self.watch.events(kind, **fields), seconds, f"{kind} {fields or ''}")[0]

    def prescribed(self, rx):
        self.prescribe(rx)
        self.until(lambda: (m := self.watch.last("prescription/1")) and (m.json["held"] or {}).get("rev") == rx["rev"], 10,
                   "the prescription is held")

    def goes_on(self):
        """Until it has said twice more how things are, half a second apart."""
        seen = len(self.watch.of("live"))
        self.until(lambda: len(self.watch.of("live")) > seen + 1, 10, "it goes on")

    def counters(self):
        """Of health as it is now: asked for, and not older than that."""
        while True:
            asked, name = int(time.time() * 1000) / 1000, f"report-{time.monotonic_ns()}"
            self.publish("cmd/report", {"v": 1, "id": name, "by": "test"})
            reply = self.until(lambda: next((m.json for m in self.watch.of("reply/report") if m.json["id"] == name), None), 10,
                               "it answers")
            if reply["ok"]:
                break
            self.goes_on()  # five times a second is all it takes
        fresh = lambda h: datetime.datetime.fromisoformat(h["ts"]).timestamp() >= asked  # noqa: E731
        return self.until(lambda: (m := self.watch.last("health")) and fresh(m.json) and m.json["counters"], 10, "its health")

    def counted(self, condition, seconds=10):
        """Presses, once the counters are so."""
        end = time.monotonic() + seconds
        while not condition(found := self.counters()):
            assert time.monotonic() < end, f"not within {seconds} s; it counted {found['presses']} presses"
            self.goes_on()
        return found["presses"]

    def press(self, name, seconds=0.15):
        self.buttons[name].set(True)
        time.sleep(seconds)
        self.buttons[name].set(False)


class Trace:
    """A simulated patient's way through one item that asks for nothing, and what the core makes of it."""

    def __init__(self, box, seed=SEED, **item):
        self.rx = prescription({"side": "left", "sets": 1, "prep_s": 3, **item}, ask=[], body_kg=80)
        self.path = box.dir / "patient.trace"
        self.path.write_text(run(CTL, "simulate", "--seed", seed, "--prescription", box.write("rx.json", self.rx)).stdout)
        lines = [line.split(" ", 2) for line in self.path.read_text().splitlines() if not line.startswith("#")]
        self.inputs = [(int(t) / 1e9, kind, rest) for t, kind, rest in lines if kind in "BS"]
        self.events = replay(self.path)

    def play(self, box, lead_s=1.0, on=()):
        """From lead_s before the first press to the session's end; what happens is where the trace says, in the board's
        time. on: (seconds of the trace, function) to be called on the way. Returns what to add to times of the trace."""
        first = next(t for t, kind, _ in self.inputs if kind == "B") - lead_s
        last = self.events[-1]["t_ns"] / 1e9 + 0.5
        todo = [i for i in self.inputs if first <= i[0] <= last] + [(t, "call", function) for t, function in on]
        offset = time.monotonic() - first
        for t, kind, what in sorted(todo, key=lambda i: i[0]):
            time.sleep(max(0, t + offset - time.monotonic()))
            if kind == "S":
                wire(raw=what)
                box.lamp_seen.add(level(LAMP))
            elif kind == "B":
                name, pressed = what.split()
                box.buttons[name].set(pressed == "1")
            else:
                what()
        return offset


__all__ = ["Box", "Trace", "CELL", "NOISE", "OUTPUTS", "PER_N", "PINS", "SAMPLE", "SEED", "ZERO", "raw_of"]
