#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a therapist's and a technician's shell does: prescribe, status, sessions, export."""
# gymstation-e2e: quick
import csv
import io
import json

from clinic import Clinic
from station import CTL, ID, Bench, Process, prescription, run, wait_for
from suite import main
from test_collect import all_confirmed, collecting, collector, committed, played

CURL = {"exercise": "banded_curl", "side": "left", "anchor": "dead", "sets": 2, "reps_min": 3, "reps_max": 3,
        "tempo": {"con_s": 1.5, "top_s": 1, "ecc_s": 3, "bottom_s": 1}, "rest_s": 5, "prep_s": 5}
IDLE = "# gymstation-trace 1\n0 W 1795334400000000000 synced\n0 F 0\n"


def prescribe(bench, *args, code=0):
    return run(CTL, "prescribe", "--url", bench.url, "--station", ID, *args, code=code)


def test_a_prescription_is_sent_and_its_answer_told():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        bench.station(source=f"trace:{bench.write('idle.trace', IDLE)}")
        watch.until(lambda: watch.last("state"), 10, "the station is there")
        file = bench.write("rx.json", prescription(CURL, rev=4))
        assert prescribe(bench, "--slot", 2, file).stdout == "applied: rev 4\n"
        assert prescribe(bench, "--slot", 2, file).stdout == "applied: rev 4\n", "the same again is held already"
        older = prescribe(bench, "--slot", 2, bench.write("old.json", prescription(CURL, rev=3)), code=1)
        assert "rejected: /rev: " in older.stderr, older.stderr
        assert prescribe(bench, "--slot", 2, "--withdraw").stdout == "withdrawn\n"
        assert json.loads(watch.last("prescription/2").payload)["held"] is None


def test_a_wrong_prescription_never_leaves():
    with Bench() as bench:
        for text, says in ((json.dumps(prescription({**CURL, "sets": 99})), "/items/0/sets: "), ("{", "/: "),
                           (json.dumps(prescription({**CURL, "set": 1})), "/items/0/set: ")):
            file = bench.write("rx.json", text)
            refused = prescribe(bench, file, code=2)  # no broker is asked
            assert f"{file}: {says}" in refused.stderr, refused.stderr
        run(CTL, "prescribe", "--check", bench.write("rx.json", prescription(CURL)))
        for args in ((), ("--withdraw", bench.dir / "rx.json"), ("--slot", "9", bench.dir / "rx.json")):
            run(CTL, "prescribe", "--station", ID, *args, code=2)


def test_status_says_who_is_there_and_who_is_not():
    with Bench() as bench:
        assert "no station" not in run(CTL, "status", "--url", bench.url, code=1).stderr, "there is no broker"
        bench.start_broker()
        assert "no station has ever spoken" in run(CTL, "status", "--url", bench.url, code=1).stderr
        watch = bench.subscribe()
        station = bench.station("sim.sessions=1", "sim.gap_s=3600", source="sim")
        watch.until(lambda: watch.last("health") and watch.last("state"), 10, "it has said how it is")
        line = run(CTL, "status", "--url", bench.url).stdout
        assert line.startswith(ID) and " online " in line and " idle " in line and len(line.splitlines()) == 1, line
        assert station.stop() == 0
        watch.until(lambda: watch.last("status").payload == "offline", 5, "status is offline")
        assert " offline " in run(CTL, "status", "--url", bench.url, code=1).stdout


def test_what_was_collected_can_be_read():
    with Bench() as bench:
        bench.start_broker()
        collecting(collector(bench))
        _, wanted = played(bench, 12)
        all_confirmed(bench, wanted)
        db = ("--db", bench.dir / "ledger.db")
        bodies = list(committed(bench.dir / "journal.db").values())
        exported = run(CTL, "export", *db).stdout.splitlines()
        assert exported == bodies and len(exported) == wanted
        reps = [json.loads(b) for b in run(CTL, "export", *db, "--type", "rep").stdout.splitlines()]
        rows = list(csv.DictReader(io.StringIO(run(CTL, "export", *db, "--csv").stdout)))
        assert [(r["set"], r["rep"], r["outcome"]) for r in rows] == [
            (str(r["set"]), str(r["rep"]), r["data"]["outcome"]) for r in reps] and rows
        assert all(r["con_src"] == "cue" and r["peak_n"] == "" for r in rows), "nothing was observed on the floor"
        sessions = run(CTL, "sessions", *db, "--station", ID).stdout.splitlines()
        assert len(sessions) >= 2 and all("session" in s for s in sessions), sessions
        assert run(CTL, "sessions", *db, "--station", "nobody").stdout == ""


def test_the_shell_and_the_collector_refuse_secrets_that_others_may_read_too():
    with Clinic() as clinic:
        clinic.start_broker()
        key, word = clinic.certs / "collector-e2e.key", clinic.write("password", "a password\n")
        tls = ("--url", clinic.url, "--cafile", clinic.certs / "ca.crt", "--cert", clinic.certs / "collector-e2e.crt")
        for mode in (0o644, 0o640, 0o604):
            key.chmod(mode)
            word.chmod(mode)
            for name in (("collect", "--db", clinic.dir / "x.db"), ("status",), ("monitor",)):
                said = run(CTL, *name, *tls, "--key", key, code=2).stderr
                assert f"--key: {key}: others" in said and "chmod 0600" in said and f"{mode:04o}" in said, said
            said = run(CTL, "status", "--url", clinic.url, "--username", "x", "--password-file", word, code=2).stderr
            assert f"--password-file: {word}: others" in said, said


def test_the_collectors_unit_finds_its_key_among_the_credentials():
    """As systemd gives it: a directory in the environment, the mode with the ACL's bits as the group's."""
    with Clinic() as clinic:
        clinic.start_broker()
        kept = clinic.dir / "credentials"
        kept.mkdir()
        key = kept / "gymstation-collect.key"
        key.write_bytes((clinic.certs / "collector-e2e.key").read_bytes())
        key.chmod(0o440)
        collector = Process(clinic, "collect", [CTL, "collect", "--db", clinic.dir / "x.db", "--url", clinic.url, "--cafile",
                                                clinic.certs / "ca.crt", "--cert", clinic.certs / "collector-e2e.crt",
                                                "--key", key.name], {"CREDENTIALS_DIRECTORY": str(kept)})
        wait_for(lambda: "collecting" in collector.output() or not collector.running, 10, "it collects")
        assert collector.running, collector.output()


if __name__ == "__main__":
    main(globals())
