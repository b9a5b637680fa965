#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A disk that takes three seconds for every fsync delays what is stored, never a sample, a cue or a stop."""
# gymstation-e2e: quick
import json
import pathlib
import subprocess

from station import Bench, no_gap, prescription, replay
from suite import main
from test_clock import timeline

PACED = prescription({"exercise": "glute_bridge", "side": "both", "contact": "floor", "sets": 2, "reps_min": 20, "reps_max": 20,
                      "rest_s": 0, "prep_s": 0, "tempo": {"con_s": 0.4, "top_s": 0.3, "ecc_s": 0.4, "bottom_s": 0.2}}, ask=[])
LATE_US = 500_000  # far above what a busy machine does to a cue, far below a stall
MEDIAN_US = 20_000  # likewise of the half of them


def session_trace(bench):
    """Start at 1 s, stop at 9 s, in the first set; 10 s of samples."""
    lines = ["# gymstation-trace 1", "# sps: 10.00", f"0 P 1 {json.dumps(PACED)}"]
    for tenth in range(100):
        lines.append(f"{tenth}00000000 F 0")
        for at, button in ((10, "start"), (90, "stop")):
            if tenth in (at, at + 2):
                lines.append(f"{tenth}50000000 B {button} {int(tenth == at)}")
    return bench.write("session.trace", "\n".join(lines) + "\n")


def session(stalled):
    """(number of cues, their median and the latest one in us, seconds from the stop press to `paused` in state). How late a
    cue is the daemon measures itself, against the time that the core gave it."""
    with Bench() as bench:
        shim, stall = bench.dir / "shim_stall.so", bench.dir / "stall"
        subprocess.run(["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", shim, pathlib.Path(__file__).with_name("shim_stall.c")],
                       check=True, timeout=60)
        bench.start_broker()
        watch, trace = bench.subscribe(), session_trace(bench)
        bench.station(source=f"trace:{trace}", env={"LD_PRELOAD": str(shim), "GYMSTATION_STALL": str(stall)})
        watch.until(lambda: watch.events("prescription_accepted"), 10, "it runs")
        if stalled:
            stall.touch()
        paused = watch.until(lambda: [m for m in watch.of("state") if m.json["now"] == "paused"], 30, "it is paused")[0]
        before = watch.messages[:watch.messages.index(paused)]
        stored = sum(m.tail == "event" and m.json["type"] == "rep" for m in before)
        stall.unlink(missing_ok=True)
        stop = watch.until(lambda: watch.events("stop"), 30, "the stop is stored")[0]
        wanted = [e["type"] for e in replay(trace)]
        upto = wanted.index("set_completed") + 1
        watch.until(lambda: len(watch.events()) > upto, 30, "the set is stored")
        # A rep takes 1.3 s, and what is to be stored three seconds or more: the last ones cannot have come before `paused`.
        done = wanted[:upto].count("rep")
        assert stored < done or not stalled, f"the disk did not stall: nothing was shown; {stored} of {done} were stored"
        mark = len(watch.of("health"))
        bench.publish("cmd/report", {"v": 1, "id": "r", "by": "pt"})
        counters = watch.until(lambda: watch.of("health")[mark:], 10, "health")[-1].json["counters"]
        no_gap(watch.events())
        assert timeline(watch.events()[1:upto + 1]) == timeline(replay(trace)[:upto])
        return counters["cues"], counters["cue_p50_us"], counters["cue_max_us"], (paused.json["t_ns"] - stop["data"]["pressed_t_ns"]) / 1e9


def test_a_disk_that_stalls_for_seconds_delays_no_cue_and_no_stop():
    calm, stalled = session(False), session(True)
    for what, (cues, median_us, late_us, paused_s) in (("calm", calm), ("stalled", stalled)):
        print(f"    {what}: {cues} cues, half of them at most {median_us / 1000:.1f} ms late, the latest {late_us / 1000:.1f}; "
              f"paused {paused_s * 1000:.0f} ms after the press")
        assert median_us < MEDIAN_US and late_us < LATE_US, (what, cues, median_us, late_us)
        assert 0 <= paused_s < 0.75, (what, paused_s)  # state is published four times a second
    assert calm[0] == stalled[0] >= 10, (calm, stalled)


if __name__ == "__main__":
    main(globals())
