#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A patient's token is in events and in prescriptions addressed to the station, and nowhere else: not in a topic, a
retained message, a reply, a log, a client id or what the shell prints. Card numbers: see test_panel.py."""
# gymstation-e2e: quick
import contextlib
import json
import re
import sqlite3

from station import CTL, ID, PREFIX, Bench, Watch, no_gap, prescription, run
from suite import main
from test_session import CURL
from test_topics import FLOOR, command

TOKEN, SECOND = "p-9c41e7f0secret", "p-second7731secret"
# Where a token may be: the durable record, the prescription on its way in, and what this test itself puts into commands.
MAY = re.compile(rf"{PREFIX}/{ID}/(event|desired/prescription/[1-8]|cmd/attribute|cmd/answer)")


def found(text):
    return [token for token in (TOKEN, SECOND) if token.lower() in text.lower()]


def scan(messages):
    for m in messages:
        assert not found(m.topic), f"a patient in a topic: {m.topic}"
        assert MAY.fullmatch(m.topic) or not found(m.payload), f"a patient in {m.topic}: {m.payload}"


def everything_retained(bench):
    """What a subscriber that comes later gets."""
    late = Watch(bench, ["#"])
    try:
        late.until(lambda: late.last("status") and late.last("session"), 10, "the retained messages")
        bench.publish("end-of-retained", "x")
        late.until(lambda: late.last("end-of-retained"), 10, "all of them")
        return late.messages
    finally:
        late.kill()


def replies_kept(bench):
    """The journal's memory of commands; the one of attribute is among them."""
    with contextlib.closing(sqlite3.connect(f"file:{bench.dir}/journal.db?mode=ro", uri=True)) as db:
        rows = [" ".join(row) for row in db.execute("SELECT command, id, payload FROM reply")]
    assert any(row.startswith("attribute a1") for row in rows), rows
    return rows


def odd_things(bench, watch, session):
    """What a station says of what it refuses must not repeat what it was told."""
    refusals = [("attribute", command("a1", session=session, patient=SECOND)),
                ("attribute", command("a2", session="not-a-session", patient=SECOND)),
                ("attribute", command("a3", session=session, patient=SECOND * 9)),
                ("attribute", command("a4", session=session, patient=[SECOND])),
                ("attribute", command("a5", session=session, patient={"name": SECOND})),
                ("attribute", json.dumps(command("a6", session=session, patient=SECOND))[:-1]),
                ("answer", command("a7", kind="pain", nrs=11, patient=SECOND))]
    for name, payload in refusals:
        before = len(watch.of(f"reply/{name}"))
        bench.publish(f"cmd/{name}", payload)
        watch.until(lambda: len(watch.of(f"reply/{name}")) > before, 10, f"a reply to {payload}")
    assert watch.until(lambda: watch.events("session_attributed"), 10, "attributed")[0]["data"]["patient"] == SECOND
    bad = [prescription(CURL, rev=2, patient=TOKEN * 9), prescription(CURL, rev=3, patient=[TOKEN]),
           prescription({**CURL, "exercise": "no_such"}, rev=4, patient=TOKEN)]
    for n, rx in enumerate(bad, 1):
        bench.prescribe(rx, slot=2)
        watch.until(lambda: len(watch.events("prescription_rejected")) >= n, 10, f"{rx} is rejected")
    return len(refusals) + len(bad)


def test_a_patient_is_in_events_and_prescriptions_alone():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe("#")
        bench.prescribe(prescription(CURL, patient=TOKEN))
        pace = ("sim.speed=30", "sim.gap_s=30")
        station = bench.station(*pace, "sim.sessions=1", source="sim")
        ended = watch.until(lambda: watch.events("session_completed"), 60, "the session ends")[0]
        assert ended["patient"] == TOKEN, ended
        odd = odd_things(bench, watch, ended["session"])
        watch.until(lambda: watch.last("session") and [m for m in watch.messages if m.topic.startswith("homeassistant/")],
                    10, "session and discovery")
        # Again after a power cut in mid-session: what is derived from the journal goes the same ways.
        assert station.stop() == 0
        bench.prescribe(prescription(FLOOR, rev=9, patient=TOKEN))
        second = bench.station(*pace, source="sim")
        watch.until(lambda: len(watch.events("session_started")) > 1, 60, "another session")
        second.kill()
        third = bench.station(*pace, "sim.sessions=1", source="sim")
        watch.until(lambda: watch.events("session_completed", reason="power_loss"), 20, "it is closed")
        shell = [run(CTL, "status", "--url", bench.url, code=None),
                 run(CTL, "doctor", "--seconds", "2", "--source", "sim", "--set", f"station.id={ID}", "--set",
                     f"mqtt.url={bench.url}", "--set", f"journal.path={bench.dir}/journal.db", code=None)]
        assert third.stop() == 0
        watch.until(lambda: len(watch.events("station_stopping")) > 1, 10, "the last event")
        retained = everything_retained(bench)
        scan(watch.messages + retained)
        assert any(found(m.payload) for m in watch.messages if m.tail == "event"), "nothing was looked for"
        no_gap(sorted({e["seq"]: e for e in watch.events()}.values(), key=lambda e: e["seq"]))
        assert not found(" ".join(replies_kept(bench))), "a patient in a reply that is kept"
        for process in (station, second, third):
            assert not found(process.output()), process.output()
        assert "as gymstation-leg-e2e" in bench.broker.output(), "the broker's log names the client ids"
        assert not found(bench.broker.output()), "a patient in a client id"
        for said in shell:
            assert said.stdout and not found(said.stdout + said.stderr), said
        assert ID in shell[0].stdout, shell[0]
        topics = {m.topic for m in watch.messages}
        print(f"    {len(watch.messages)} messages of {len(topics)} topics, {len(retained)} retained, {odd} odd requests, "
              "three logs, the broker's log")


if __name__ == "__main__":
    main(globals())
