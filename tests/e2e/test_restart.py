#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a restart keeps and says: an orderly stop in mid-session, refusals that were said, a card on another board."""
# gymstation-e2e: quick
import contextlib
import json
import sqlite3

from station import CTL, Bench, no_gap, prescription, run, valid
from suite import main
from test_topics import CURL

PACE = ("sim.speed=20", "sim.sessions=1", "sim.gap_s=2")


def test_a_session_is_closed_by_an_orderly_stop_and_can_go_on():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL, ask=[]))
        station = bench.station(*PACE, source="sim")
        watch.until(lambda: watch.events("rep", rep=2), 20, "two reps")
        assert station.stop(5) == 0
        watch.until(lambda: watch.events("station_stopping"), 5, "the last event")
        closing = watch.events()[-3:]
        assert [e["type"] for e in closing] == ["set_completed", "session_completed", "station_stopping"], closing
        broken = closing[1]["session"]
        assert closing[0]["data"]["reason"] == closing[1]["data"]["reason"] == "stopped", closing
        assert closing[0]["data"]["ended_by"] == "restart" and "last_boot" not in closing[0]["data"], closing[0]
        assert closing[0]["data"]["reps"] == len(watch.events("rep", outcome="full") + watch.events("rep", outcome="paced"))
        bench.station(*PACE, source="sim")
        later = watch.until(lambda: watch.events("session_started")[1:], 30, "the session goes on")[0]
        assert later["data"]["resumes"] == broken, later
        assert watch.events("station_started")[1]["data"]["clean"] is True
        watch.until(lambda: [e for e in watch.events("session_completed") if e["session"] == later["session"]], 60, "its end")
        assert len([e for e in watch.events("session_completed") if e["session"] == broken]) == 1
        no_gap(watch.events())
        valid(watch.messages)


def test_what_was_refused_is_not_said_again_after_a_restart():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription({**CURL, "sets": 99}))
        station = bench.station(source="sim")
        said = watch.until(lambda: watch.events("prescription_rejected"), 10, "it is refused")[0]
        assert station.stop() == 0
        bench.station(source="sim")
        watch.until(lambda: watch.events("station_started")[1:], 10, "the next start")
        slot = watch.until(lambda: [m for m in watch.of("prescription/1") if m.json["last"]["status"] == "rejected"][-1:], 10,
                           "the slot says so")[0]
        assert slot.json["last"]["path"] == said["data"]["path"] and not slot.json["held"], slot
        bench.prescribe(prescription(CURL, rev=2))
        watch.until(lambda: watch.events("prescription_accepted", rev=2), 10, "a good one is taken")
        assert len(watch.events("prescription_rejected")) == 1
        bench.prescribe(prescription({**CURL, "sets": 98}, rev=3))
        watch.until(lambda: watch.events("prescription_rejected", rev=3), 10, "another bad one is said")
        no_gap(watch.events())


def test_a_card_on_another_board_is_told():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL))
        station = bench.station("journal.serial=s1", source="sim")
        watch.until(lambda: watch.events("prescription_accepted"), 10, "the first board")
        assert station.stop() == 0
        station = bench.station("journal.serial=s2", source="sim")
        fault = watch.until(lambda: watch.events("fault_raised", fault="cloned"), 10, "the fault")[0]
        first = watch.events()[0]
        assert fault["journal"] != first["journal"] and fault["seq"] < 5, fault
        assert ".cloned-" in station.output()
        watch.until(lambda: watch.last("prescription/1").json["held"], 10, "what was held is held")
        assert len(watch.events("prescription_accepted")) == 1


def test_a_journal_in_use_is_copied_as_of_one_moment():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.prescribe(prescription(CURL, ask=[]))
        bench.station(*PACE, source="sim")
        watch.until(lambda: watch.events("rep", rep=2), 20, "two reps")
        copy = bench.dir / "copy.db"
        seen = watch.events()[-1]["seq"]
        run(CTL, "backup", bench.dir / "journal.db", copy)
        with contextlib.closing(sqlite3.connect(copy)) as db:
            bodies = [json.loads(row[0]) for row in db.execute("SELECT body FROM event ORDER BY seq")]
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        no_gap(bodies)
        assert bodies[-1]["seq"] >= seen
        assert "no such" in run(CTL, "backup", bench.write("other", ""), copy, code=1).stderr
        assert not (bench.dir / "copy.db.new").exists() and copy.exists()
        watch.until(lambda: watch.events("session_completed"), 60, "the station goes on")


if __name__ == "__main__":
    main(globals())
