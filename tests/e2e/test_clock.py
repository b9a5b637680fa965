#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The wall clock is wrong, comes right, jumps by ten years and saws: durations and ids do not care, a synced clock re-dates
what was written before it, and a broker that returns is found within 5 s."""
import datetime
import pathlib
import struct
import subprocess
import threading
import time

from station import Bench, no_gap, prescription, replay, valid
from suite import main
from test_ack_resend import short_sessions
from test_topics import CURL, ask, command

YEAR = 31_557_600


class Clock:
    """What the daemon's wall clock says, by a library that is preloaded into it."""

    def __init__(self, bench, offset_s=0, synced=True):
        self.file, shim = bench.dir / "clock", bench.dir / "shim_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", shim, pathlib.Path(__file__).with_name("shim_clock.c")],
                       check=True, timeout=60)
        self.file.write_bytes(bytes(16))
        self.set(offset_s, synced)
        self.env = {"LD_PRELOAD": str(shim), "GYMSTATION_CLOCK": str(self.file)}
        self.ended = threading.Event()

    def set(self, offset_s, synced=True):
        with open(self.file, "r+b") as f:  # the same file: it is mapped
            f.write(struct.pack("=qq", int(offset_s * 1e9), synced))

    def saw(self):
        """Ten years ahead and behind, and a slow ramp, until ended is set."""
        def run():
            step = 0
            while not self.ended.wait(0.05):
                step += 1
                self.set((10 * YEAR, -10 * YEAR, -step % 40 * 30)[step % 3])
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread


def wall(event):
    return datetime.datetime.fromisoformat(event["ts"].replace("Z", "+00:00")).timestamp()


def timeline(events):
    """What happened and when, to the nanosecond, from the first event on."""
    start = events[0]["t_ns"]
    return [(e["type"], e["t_ns"] - start, e["data"].get("phases"), e["data"].get("duration_s"),
             e["data"].get("start_t_ns", start) - start, e["data"].get("end_t_ns", start) - start) for e in events]


def test_a_clock_that_comes_right_is_told_and_dates_what_was_before():
    with Bench() as bench:
        bench.start_broker()
        clock, watch = Clock(bench, -20 * YEAR, synced=False), bench.subscribe()
        bench.prescribe(prescription(CURL))
        bench.station(source="sim", env=clock.env)
        before = watch.until(lambda: watch.events("prescription_accepted"), 10, "an event under the wrong clock")[0]
        assert before["clock"] == "unsynced" and abs(wall(before) - (time.time() - 20 * YEAR)) < 30, before
        clock.set(0, synced=True)
        told = watch.until(lambda: watch.events("clock_synced"), 15, "clock_synced")[0]
        assert abs(told["data"]["step_s"] - 20 * YEAR) < 1, told
        assert abs(wall(told) - time.time()) < 20 and told["clock"] == "synced", told
        dated = wall({"ts": told["data"]["ts"]}) - (told["data"]["t_ns"] - before["t_ns"]) / 1e9
        assert abs(dated - (wall(before) + told["data"]["step_s"])) < 1, (dated, before)
        clock.set(10 * YEAR)  # it was synced, and jumps all the same
        jump = watch.until(lambda: watch.events("clock_synced")[1:], 15, "a jump is told")[0]
        assert abs(jump["data"]["step_s"] - 10 * YEAR) < 1, jump
        no_gap(watch.events())
        valid(watch.messages)


def faults(watch):
    return [(e["type"], e["data"].get("effect")) for e in watch.events() if e["data"].get("fault") == "clock"]


def test_a_clock_that_stays_unknown_is_a_fault_until_it_comes_right_and_again_when_it_is_lost():
    with Bench() as bench:
        bench.start_broker()
        clock, watch = Clock(bench, synced=True), bench.subscribe()
        bench.station("clock.grace_s=1", source="sim", env=clock.env)
        watch.until(lambda: watch.events("clock_synced") or watch.events("station_started"), 10, "it runs")
        for n in (1, 2):
            clock.set(0, synced=False)
            watch.until(lambda n=n: len(faults(watch)) == 2 * n - 1, 10, "the fault")
            state = watch.until(lambda: (m := watch.last("state")) and m.json["faults"] and m, 10, "state shows it").json
            assert [f["fault"] for f in state["faults"]] == ["clock"] and state["faults"][0]["effect"] == "none", state
            clock.set(0, synced=True)
            watch.until(lambda n=n: len(faults(watch)) == 2 * n, 10, "it is over")
        assert faults(watch) == [("fault_raised", "none"), ("fault_cleared", None)] * 2, faults(watch)
        no_gap(watch.events())
        valid(watch.messages)


def test_an_unknown_clock_is_no_fault_before_its_time():
    with Bench() as bench:
        bench.start_broker()
        clock, watch = Clock(bench, synced=False), bench.subscribe()
        bench.station(source="sim", env=clock.env)
        watch.until(lambda: len(watch.of("live")) >= 5, 20, "it has run for 2 s")
        assert not faults(watch), faults(watch)


def test_a_command_that_expires_cannot_be_judged_without_a_clock():
    with Bench() as bench:
        bench.start_broker()
        clock, watch = Clock(bench, synced=False), bench.subscribe()
        bench.station(source="sim", env=clock.env)
        watch.until(lambda: watch.events("station_started"), 10, "it runs")
        later = datetime.datetime.fromtimestamp(time.time() + 3600, datetime.timezone.utc).isoformat()
        for name in ("identify", "report"):
            assert ask(bench, watch, name, command(f"{name}-1", expires=later)).json["code"] == "clock_unsynced"
        clock.set(0, synced=True)
        watch.until(lambda: watch.events("clock_synced"), 15, "the clock")
        for name in ("identify", "report"):
            assert ask(bench, watch, name, command(f"{name}-2", expires=later)).json["code"] == "ok"
            assert ask(bench, watch, name, command(f"{name}-3", expires="2020-01-01T00:00:00Z")).json["code"] == "stale"
        valid(watch.messages)


def test_under_a_saw_durations_and_ids_are_exact_and_the_broker_is_found_within_5_s():
    with Bench() as bench:
        clock = Clock(bench)
        saw = clock.saw()
        trace = short_sessions(bench, 4)
        wanted = replay(trace)
        bench.start_broker()
        watch = bench.subscribe()
        bench.station(source=f"trace:{trace}@10", env=clock.env)
        # The library waits by the wall clock: once in some fifty first connections under load a step of ten years in the
        # middle of it costs the station its 20 s for a connection (DELIVERY_CONNECT_TIMEOUT_NS).
        watch.until(lambda: watch.events("rep"), 50, "the first rep")
        before = watch.events()
        bench.broker.kill()
        watch.kill()
        watch.reader.join(10)
        clock.ended.wait(3)  # the broker is away for a while
        bench.start_broker()
        back = time.monotonic()
        watch = bench.subscribe()
        watch.until(lambda: watch.last("status") and watch.last("status").payload == "online", 5, "it is back")
        print(f"    back {time.monotonic() - back:.2f} s after the broker")
        watch.until(lambda: watch.events() and watch.events()[-1]["seq"] >= len(wanted) + 1, 30, "all events")
        clock.ended.set()
        saw.join()
        by_seq = {e["seq"]: e for e in before + watch.events()}
        events = [by_seq[seq] for seq in sorted(by_seq)]
        no_gap(events)
        assert timeline(events[1:]) == timeline(wanted), "durations"


if __name__ == "__main__":
    main(globals())
