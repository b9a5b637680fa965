#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The power goes in mid-session: the next start closes what was open, nothing is counted twice, seq has no gap, and the
patient can go on where it broke off."""
import time

from station import PATIENT, Bench, no_gap, prescription, valid
from suite import main

CURL = {"exercise": "banded_curl", "side": "left", "anchor": "dead", "sets": 2, "reps_min": 4, "reps_max": 4,
        "tempo": {"con_s": 1.5, "top_s": 1, "ecc_s": 3, "bottom_s": 1}, "rest_s": 20, "rest_item_s": 5, "prep_s": 5}
HEEL = {"exercise": "iso_heel_dig", "side": "left", "holds": 3, "hold_s": 10, "hold_rest_s": 10, "prep_s": 5,
        "target": {"kind": "N", "value": 120, "band_pct": 20}}
RX = prescription(CURL, HEEL, ask=["before", "item"])
PACE = ("sim.speed=40", "sim.sessions=1", "sim.gap_s=5")


def events_once(watch):
    """Each seq once: delivery is at least once."""
    by_seq = {}
    for event in watch.events():
        assert by_seq.setdefault(event["seq"], event) == event, f"seq {event['seq']} came twice and differs"
    return [by_seq[seq] for seq in sorted(by_seq)]


def of(events, kind, session):
    return [e for e in events if e["type"] == kind and e.get("session") == session]


def open_set(events, session):
    """The set that had started and not ended when the power went, or None."""
    started, ended = of(events, "set_started", session), of(events, "set_completed", session)
    return started[-1] if len(started) > len(ended) else None


def cut(moment, boot="boot-2", resume=True, session=0):
    """Power off when moment(watch) is so, on again; (all events, the broken session, its open set or None)."""
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(RX)
        station = bench.station(*PACE, source="sim", env={"GYMSTATION_BOOT_ID": "boot-1"})
        watch.until(lambda: moment(watch), 40, "the moment at which the power goes")
        assert watch.last("status").payload == "online"
        station.kill()
        watch.until(lambda: watch.last("status").payload == "offline", 5, "the will says offline")
        will = watch.last("status")
        assert will.retain and will.qos == 1, will
        before = events_once(watch)
        broken = before[-1]["session"] if "session" in before[-1] else [e["session"] for e in before if "session" in e][-1]
        mark, again = len(watch.messages), time.monotonic()
        station = bench.station(*PACE, source="sim", env={"GYMSTATION_BOOT_ID": boot})
        started = watch.until(lambda: [m for m in watch.messages[mark:] if m.tail == "event"], 10, "the first event after it")
        print(f"    first event delivered {started[0].at - again:.2f} s after the new start")
        if resume:
            watch.until(lambda: any(e["session"] != broken for e in watch.events("session_completed")), 60,
                        "the session that goes on ends")
        else:
            watch.until(lambda: watch.events("session_completed", session=broken), 10, "the session is closed")
        assert station.stop() == 0
        watch.until(lambda: watch.events("station_stopping"), 5, "the last event")
        events = events_once(watch)
        no_gap(events)
        valid(watch.messages)
        check_closing(events, broken, boot)
        check_counts(events)
        return events, broken


def check_closing(events, broken, boot):
    """set_completed if a set was open, then session_completed, both by the power, both naming where it ended."""
    index = next(i for i, e in enumerate(events) if e["data"].get("reason") == "power_loss")
    before, after = events[:index], events[index:]
    opened = open_set(before, broken)
    closing = after[:2] if opened else after[:1]
    kinds = ["set_completed", "session_completed"] if opened else ["session_completed"]
    assert [e["type"] for e in closing] == kinds, [e["type"] for e in after[:3]]
    assert after[len(closing)]["type"] == "station_started", after[len(closing)]
    assert after[len(closing)]["data"]["clean"] is False
    last = [e for e in before if e.get("session") == broken][-1]
    for event in closing:
        assert event["session"] == broken and event["boot"] == boot and event["patient"] == PATIENT, event
        data = event["data"]
        assert data["reason"] == "power_loss" and data["last_boot"] == "boot-1" and data["last_t_ns"] == last["t_ns"], \
            (data, last)
    if opened:
        assert closing[0]["set"] == opened["set"] and closing[0]["item"] == opened["item"], closing[0]
        counted = [e for e in before if e.get("session") == broken and e["type"] in ("rep", "hold")
                   and (e["item"], e["set"]) == (opened["item"], opened["set"]) and e["data"]["outcome"] in ("full", "paced")]
        assert closing[0]["data"]["reps"] == len(counted), (closing[0]["data"], len(counted))
    else:
        assert not open_set(events, broken)


def check_counts(events):
    """No rep and no set twice within a session, and the sessions' sums are what their sets say."""
    for session in {e["session"] for e in events if "session" in e}:
        reps = [(e["item"], e["set"], e["rep"]) for e in events if e.get("session") == session
                and e["type"] in ("rep", "hold") and "rep" in e]
        assert len(reps) == len(set(reps)), reps
        completed = of(events, "session_completed", session)
        assert len(completed) <= 1, completed
        for number, item in enumerate(completed[0]["data"]["items"] if completed else [], 1):
            sets = [e["data"]["reps"] for e in of(events, "set_completed", session) if e["item"] == number]
            assert sum(sets) == item.get("reps", item.get("holds_done")), (item, sets)


def resumed(events, broken):
    """The session after the power cut names the one it goes on from and does what that one had left to do."""
    later = [e for e in events if e["type"] == "session_started" and e["session"] != broken][0]
    assert later["data"]["resumes"] == broken, later
    assert not [e for e in events if e["type"] == "session_started" and e["session"] == broken and "resumes" in e["data"]]
    total = {}
    for event in events:
        if event["type"] in ("rep", "hold") and event["data"]["outcome"] in ("full", "paced"):
            key = (event["item"], event["set"])
            total[key] = total.get(key, 0) + 1
    assert total == {(1, 1): 4, (1, 2): 4, (2, 1): 3}, total
    end = of(events, "session_completed", later["session"])[0]
    assert end["data"]["reason"] == "done", end["data"]


def now(watch, word):
    state = watch.last("state")
    return bool(state) and f'"now":"{word}"' in state.payload


def test_in_a_set_after_two_reps_and_it_goes_on():
    events, broken = cut(lambda w: w.events("rep", set=1, rep=2))
    resumed(events, broken)


def test_in_the_rest_between_sets_and_it_goes_on():
    events, broken = cut(lambda w: w.events("set_completed", set=1) and now(w, "rest"))
    resumed(events, broken)


def test_in_a_question_and_it_goes_on():
    events, broken = cut(lambda w: w.events("set_completed", item=1, set=2))
    resumed(events, broken)


def test_in_a_hold_and_it_goes_on():
    events, broken = cut(lambda w: w.events("hold", rep=1) and now(w, "hold"))
    resumed(events, broken)


def test_in_the_same_boot_when_only_the_program_was_killed():
    events, broken = cut(lambda w: w.events("rep", set=1, rep=1), boot="boot-1")
    resumed(events, broken)


def test_before_the_first_set_only_the_session_is_closed():
    events, broken = cut(lambda w: w.events("session_started"), resume=False)
    assert not of(events, "set_completed", broken)


def test_what_was_withdrawn_stays_so_up_to_its_rev():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL, rev=5))
        station = bench.station(*PACE, "sim.sessions=0", source="sim")
        watch.until(lambda: watch.events("prescription_accepted", rev=5), 10, "it is taken")
        bench.prescribe("")
        watch.until(lambda: len(watch.events("prescription_accepted", rev=5)) == 2, 10, "and withdrawn")
        station.kill()
        bench.station(*PACE, "sim.sessions=0", source="sim")
        bench.prescribe(prescription(CURL, rev=5))
        refused = watch.until(lambda: watch.events("prescription_rejected", rev=5), 10, "the same again is refused")
        assert refused[0]["data"]["path"] == "/rev" and "withdrawn" in refused[0]["data"]["reason"], refused
        bench.prescribe(prescription(CURL, rev=6))
        watch.until(lambda: watch.events("prescription_accepted", rev=6), 10, "a higher one is taken")
        valid(watch.messages)


if __name__ == "__main__":
    main(globals())
