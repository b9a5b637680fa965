# SPDX-License-Identifier: MIT
"""A patient presses, lifts and holds; what is published of it is what the same inputs give without a board."""
import pathlib
import signal
import time

from board import counts, level, wire
from box import OUTPUTS, SEED, Box, Trace
from station import no_gap, valid

__all__ = ["test_curls", "test_hold", "test_cell_lost_in_a_set", "test_edges_while_asleep",
           "test_button_down_at_the_start", "test_the_header_goes_away"]

CONFIGFS = pathlib.Path("/sys/kernel/config")
# The cell is read every 12.5 ms, by its own clock: what is measured is that much coarser than in the trace.
CLOSE_S = 0.10
PHASE_CLOSE_S = 0.25  # what nine of ten phases are promised within; a curl's rep begins and ends with such a one, too:
                      # the patient sways by a tenth of the band, and the board's converter averages that anew
SURE_SEED = 2  # a patient whose ways down are known well enough to be told: one who is at the edge of that is told of
               # with one converter and not with another


def told(events):
    """What there is to a session but for its times."""
    return [(e["type"], e.get("set"), e.get("rep"), e["data"].get("outcome"), e["data"].get("reason"), e["data"].get("nrs"))
            for e in events if e["type"] not in ("station_started", "prescription_accepted", "clock_synced")]


def session(box, seed=SEED, **item):
    """The events of a session on the board beside those of its trace, and how much later the board's are."""
    trace = Trace(box, seed, **item)
    box.power_on()
    box.prescribed(trace.rx)
    offset = trace.play(box)
    box.event("session_completed", 30)
    events = box.watch.events()
    no_gap(events)
    valid(box.watch.messages)
    assert told(events) == told(trace.events), f"\n{told(events)}\ninstead of\n{told(trace.events)}"
    return events, trace.events, offset


def near(session_, kind, *seconds, close_s=CLOSE_S):
    """The times of each event of a kind, and other seconds of its data, are those of the trace."""
    events, wanted, offset = session_
    worst, told_seconds = 0, 0
    for one, other in zip([e for e in events if e["type"] == kind], [e for e in wanted if e["type"] == kind]):
        pairs = [(one["data"][key] / 1e9 - offset, other["data"][key] / 1e9) for key in ("start_t_ns", "end_t_ns")]
        found = [(of(one["data"]), of(other["data"])) for of in seconds]  # what is not told here is not told there
        assert all((a is None) == (b is None) for a, b in found), f"{kind} {one.get('rep')}: {found}"
        told_seconds += sum(a is not None for a, _ in found)
        assert all(abs(a - b) < PHASE_CLOSE_S for a, b in found if a is not None), f"{kind} {one.get('rep')}: {found}"
        worst = max(worst, *(abs(a - b) for a, b in pairs))
        assert worst < close_s, f"{kind} {one.get('rep')}: {pairs}"
    assert not seconds or told_seconds > 0, f"no {kind} tells them"
    print(f"{kind}: at most {worst:.3f} s from the trace")


def test_curls():
    with Box() as box:
        before = counts()["power_downs"]
        seen = session(box, SURE_SEED, exercise="banded_curl", anchor="dead", reps_min=5, reps_max=5)
        near(seen, "rep", lambda data: data["phases"].get("ecc", {}).get("s"), close_s=PHASE_CLOSE_S)
        assert counts()["power_downs"] <= before + 1, "the station resets the chip once, when it starts"
        assert box.lamp_seen == {0, 1}, "a lamp goes with the sounds"
        assert box.daemon.stop() == 0
        assert not any(level(line) for line in OUTPUTS), "lights and buzzers are off"


def test_hold():
    with Box() as box:
        near(session(box, exercise="iso_heel_dig", holds=1, hold_s=8, target={"kind": "N", "value": 200}), "hold",
             lambda data: data["held_s"])


def test_cell_lost_in_a_set():
    """DOUT is cut in the middle of a set and comes back: known within 1.5 s, the set goes on paced to its end."""
    with Box() as box:
        trace = Trace(box, exercise="banded_curl", anchor="dead", reps_min=4, reps_max=4)
        box.power_on()
        box.prescribed(trace.rx)
        first_rep = [e for e in trace.events if e["type"] == "rep"][0]["t_ns"] / 1e9
        cut_s, back_s = first_rep + 1.0, first_rep + 12.0
        offset = trace.play(box, on=((cut_s, lambda: wire(dout="high")), (back_s, lambda: wire(dout="wired"))))
        box.event("session_completed", 30, reason="done")
        raised, cleared = box.event("fault_raised", 5, fault="sensor_dead"), box.event("fault_cleared", 5, fault="sensor_dead")
        took_s = raised["t_ns"] / 1e9 - offset - cut_s
        print(f"sensor_dead after {took_s:.2f} s, effect {raised['data']['effect']}")
        assert 0 < took_s < 1.5, took_s
        assert raised["data"]["effect"] == "paced", raised
        assert cleared["t_ns"] / 1e9 - offset - back_s < 2, cleared
        done = box.event("set_completed", 5)["data"]
        reps = box.watch.events("rep")
        print(f"the set: {done['reason']}, reps {[rep['data']['outcome'] for rep in reps]}")
        assert (done["reason"], done["reps"], done["trusted"]) == ("done", 4, False), done
        assert reps[0]["data"]["outcome"] == "full" and "paced" in [r["data"]["outcome"] for r in reps], reps
        no_gap(box.watch.events())
        valid(box.watch.messages)


def test_edges_while_asleep():
    """The daemon stands still while a button is toggled, and the kernel keeps 16 edges of a line: a press of a hand is one
    press, of 64 edges at least one is made, none is counted twice, and no button sticks whatever the level was at the end.
    Edges are 20 ms apart: this kernel looks at simulated lines every 10 ms, and what is over by then was never there."""
    with Box() as box:
        daemon = box.power_on()
        for edges, apart_s, most in ((64, 0.02, 32), (63, 0.02, 32), (2, 0.15, 1), (2, 0.15, 1)):
            before = box.counters()["presses"]
            daemon.popen.send_signal(signal.SIGSTOP)
            for i in range(edges):
                box.buttons["plus"].set(i % 2 == 0)
                time.sleep(apart_s)
            daemon.popen.send_signal(signal.SIGCONT)
            box.counted(lambda c: c["presses"] > before)
            box.goes_on()  # half a second: a level without an edge is noticed by then
            after = box.counters()["presses"]
            box.buttons["plus"].set(False)
            print(f"{edges} edges, {apart_s * 1000:.0f} ms apart: {after - before} presses")
            assert after - before <= most, f"{after - before} presses by {edges} edges"
            for i in range(3):
                time.sleep(0.2)  # of a finger
                box.press("plus")
                found = box.counted(lambda c: c["presses"] > after + i)
                assert found == after + i + 1, f"{found - after} instead of {i + 1} presses"
        assert not box.watch.events("fault_raised", fault="button_stuck")


def test_button_down_at_the_start():
    """It is no press; it is said, and works once it has come up."""
    with Box() as box:
        box.buttons["start"].set(True)
        box.power_on("buttons.pull=off")  # a pull-up that is asked for lifts a simulated line, whoever presses
        box.event("fault_raised", 10, fault="button_stuck")
        box.buttons["start"].set(False)
        box.event("fault_cleared", 10, fault="button_stuck")
        assert box.counters()["presses"] == 0 and not box.watch.events("start_refused")
        box.press("start")
        box.event("start_refused", 10)


def test_the_header_goes_away():
    """A chip with the buttons on it that is gone: known without a press, since a stop would not be seen."""
    bank = CONFIGFS / "gpio-sim" / "panel" / "bank0"
    bank.mkdir(parents=True)
    (bank / "label").write_text("panel", encoding="ascii")
    (bank / "num_lines").write_text("8", encoding="ascii")
    (bank.parent / "live").write_text("1", encoding="ascii")
    with Box() as box:
        daemon = box.power_on("buttons.chip=panel", "buttons.start=1", "buttons.stop=2", "buttons.plus=", "buttons.minus=")
        (bank.parent / "live").write_text("0", encoding="ascii")
        raised = box.event("fault_raised", 10, fault="button_stuck")
        assert raised["data"]["effect"] == "no_start" and "the buttons' lines cannot be read" in daemon.output(), raised
