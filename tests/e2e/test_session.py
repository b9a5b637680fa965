#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A simulated patient's whole session, from the press to the therapist: every event arrives, in order, valid, and equals
the replay of the session's own recording."""
# gymstation-e2e: quick
from station import Bench, no_gap, prescription, replay, same_events, valid
from suite import main

CURL = {"exercise": "banded_curl", "side": "left", "anchor": "dead", "sets": 2, "reps_min": 3, "reps_max": 3,
        "tempo": {"con_s": 1.5, "top_s": 1, "ecc_s": 3, "bottom_s": 1}, "rest_s": 10, "rest_item_s": 5, "prep_s": 5}
STEP = {"exercise": "step_up", "side": "left", "sets": 1, "reps_min": 3, "reps_max": 3,
        "tempo": {"con_s": 1.5, "top_s": 1, "ecc_s": 2, "bottom_s": 1}, "rest_item_s": 5, "prep_s": 5}
HEEL = {"exercise": "iso_heel_dig", "side": "left", "holds": 3, "hold_s": 6, "hold_rest_s": 5, "rest_item_s": 5, "prep_s": 5,
        "target": {"kind": "N", "value": 120, "band_pct": 20}}
FLOOR = {"exercise": "glute_bridge", "variation": "single", "side": "each", "contact": "floor", "sets": 2, "reps_min": 3,
         "reps_max": 3, "rest_s": 8, "rest_side_s": 5, "rest_item_s": 5, "prep_s": 5,
         "tempo": {"con_s": 1, "top_s": 0.5, "ecc_s": 1, "bottom_s": 0.5}}
# Times are the station's own and the patient answers in them: 30 times real time changes nothing but the waiting.
PACE = ("sim.speed=30", "sim.gap_s=30")


def session(items, sessions=1, meanwhile=None, **rx):
    """The events of whole sessions, each held against its recording; (all events, sessions' events). meanwhile(bench,
    watch) may do something while they run."""
    with Bench() as bench:
        records = bench.dir / "records"
        records.mkdir()
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(*items, **rx))
        station = bench.station(*PACE, f"sim.sessions={sessions}", f"recorder.dir={records}", source="sim")
        if meanwhile:
            meanwhile(bench, watch)
        watch.until(lambda: len(watch.events("session_completed")) == sessions, 60, "the sessions end")
        assert station.stop() == 0, "a clean stop"
        watch.until(lambda: watch.events("station_stopping"), 5, "the last event")
        events = watch.events()
        no_gap(events)
        valid([m for m in watch.messages if not m.tail.startswith("cmd/")])
        assert events[0]["type"] == "station_started" and events[-1]["type"] == "station_stopping"
        ids = list(dict.fromkeys(e["session"] for e in events if "session" in e))
        assert len(ids) == sessions, f"sessions: {ids}"
        traces = sorted(records.glob("*.trace"))
        assert len(traces) == sessions, f"one recording a session: {[t.name for t in traces]}"
        parts = []
        for trace, id_ in zip(traces, ids):
            part = [e for e in events if e.get("session") == id_]
            same_events(part, [e for e in replay(trace) if "session" in e], trace.name)
            parts.append(part)
        return events, parts


def of(events, kind):
    return [e for e in events if e["type"] == kind]


def done(part):
    """The session was done and says of its items what was counted."""
    assert part[0]["type"] == "session_started" and part[-1]["type"] == "session_completed", [e["type"] for e in part]
    assert part[-1]["data"]["reason"] == "done", part[-1]["data"]
    for finished in of(part, "set_completed"):
        assert finished["data"]["reason"] == "done", finished["data"]


def sources(reps):
    return {phase["src"] for rep in reps for phase in rep["data"]["phases"].values() if "src" in phase}


def test_dead_anchored_curl_is_measured_and_equals_its_replay():
    """Two sets of three: six measured reps, phases from the load, and the replay says the same. On one leg the patient
    sways by up to 1 %, a tenth of the band: what says when is mostly a fit over the load, with its sd_s. How many
    phases are told is the bench's to hold: at 30 times real time a busy machine's cues come seconds late."""
    _, (part,) = session([CURL])
    done(part)
    reps = of(part, "rep")
    assert [(r["set"], r["rep"]) for r in reps] == [(s, n) for s in (1, 2) for n in (1, 2, 3)], [(r["set"], r.get("rep")) for r in reps]
    assert all(r["data"]["outcome"] == "full" for r in reps)
    assert sources(reps) and sources(reps) <= {"load", "model"}, sources(reps)
    phases = [p for r in reps for p in r["data"]["phases"].values()]
    assert len(phases) >= 6 and all("sd_s" in p for p in phases if p["src"] == "model"), phases
    assert len(of(part, "rest_completed")) >= 1


def test_step_up_is_measured_and_equals_its_replay():
    """Three counted, each phase from the load or the model, none of them the cue's."""
    _, (part,) = session([STEP])
    done(part)
    reps = of(part, "rep")
    assert [(r["rep"], r["data"]["outcome"]) for r in reps] == [(n, "full") for n in (1, 2, 3)], reps
    assert sources(reps) <= {"load", "model"} and all(r["data"]["phases"] for r in reps), [r["data"] for r in reps]


def test_holds_with_a_target_are_measured_and_equal_their_replay():
    _, (part,) = session([HEEL])
    done(part)
    holds = of(part, "hold")
    assert [h["rep"] for h in holds] == [1, 2, 3], holds
    for hold in holds:
        data = hold["data"]
        assert data["outcome"] == "full" and abs(data["held_s"] - 6) <= 0.1, data
        assert data["target_n"] == 120, data


def test_paced_floor_exercise_of_each_side_names_the_cue_and_equals_its_replay():
    """Nothing is observed on the floor: reps are paced, every phase is the cue's, sides alternate, the affected first."""
    _, (part,) = session([FLOOR])
    done(part)
    reps = of(part, "rep")
    assert all(r["data"]["outcome"] == "paced" for r in reps), [r["data"] for r in reps]
    assert sources(reps) == {"cue"}, sources(reps)
    assert [s["side"] for s in of(part, "set_started")] == ["left", "right", "left", "right"]
    assert len(reps) == 12


def test_a_session_of_several_items_asks_and_rests_and_equals_its_replay():
    """All of them one after another with questions; a second session follows in a recording of its own."""
    events, parts = session([{**CURL, "sets": 1}, {**HEEL, "holds": 1}, {**FLOOR, "sets": 1}], sessions=2,
                            ask=["before", "item"], ask_effort=True)
    for part in parts:
        done(part)
        assert len(of(part, "pain")) >= 2, [e["type"] for e in part]
        assert [i["exercise"] for i in part[-1]["data"]["items"]] == ["banded_curl", "iso_heel_dig", "glute_bridge"]
    assert parts[0][-1]["seq"] < parts[1][0]["seq"] and len(events) > 40


def stop_twice_and_prescribe(bench, watch):
    """The therapist stops the first session in its second set, then the pause; meanwhile something new is prescribed."""
    watch.until(lambda: watch.events("rep", set=2), 30, "the second set")
    bench.publish("desired/prescription/2", prescription(FLOOR, rev=7, login="card-1"), retain=True)
    # Before the patient, thirty times as fast as people are, presses start to go on.
    bench.publish_lines("cmd/stop", [{"v": 1, "id": f"stop-{n}", "by": "pt-e2e"} for n in (1, 2)])
    watch.until(lambda: watch.events("session_completed", reason="stopped"), 10, "the session ends")


def test_a_session_that_is_stopped_and_the_one_that_goes_on_equal_their_replays():
    """Commands and prescriptions are in the recording, and where the second one goes on is in its header."""
    events, (stopped, resumed) = session([CURL], sessions=2, meanwhile=stop_twice_and_prescribe, ask=[])
    assert stopped[-1]["data"]["reason"] == "stopped" and [s["data"]["source"] for s in of(stopped, "stop")] == ["command"] * 2
    assert resumed[0]["data"]["resumes"] == stopped[0]["session"], resumed[0]["data"]
    assert resumed[-1]["data"]["reason"] == "done", resumed[-1]["data"]
    assert sum(e["data"]["outcome"] == "full" for e in of(stopped + resumed, "rep")) == 6
    kinds = [(e["type"], e["data"].get("rev")) for e in events]
    assert ("prescription_accepted", 7) in kinds


if __name__ == "__main__":
    main(globals())
