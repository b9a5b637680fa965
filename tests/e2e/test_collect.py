#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The collector: what a station committed is what it stored, once, byte for byte, whoever dies meanwhile."""
import contextlib
import glob
import json
import os
import pathlib
import pwd
import random
import shutil
import sqlite3
import subprocess

from station import CTL, ID, PREFIX, Bench, Process, free_port, run, wait_for
from suite import Skip, main
from test_ack_resend import CONFIRMED, short_sessions, states

SEED = int(os.environ.get("GYMSTATION_SEED", random.randrange(2**32)))
print(f"GYMSTATION_SEED={SEED}")


def committed(path):
    """What a station's journal holds: (journal, seq) to the envelope's bytes."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        rows = [body for (body,) in db.execute("SELECT body FROM event ORDER BY seq")]
    return {(json.loads(body)["journal"], json.loads(body)["seq"]): body for body in rows}


def stored(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return {(journal, seq): body for journal, seq, body in db.execute("SELECT journal, seq, body FROM event")}


def collector(bench, db="ledger.db", url=None):
    target = db if "://" in db else bench.dir / db
    return Process(bench, "collect", [CTL, "collect", "--url", url or bench.url, "--db", target])


def collecting(process):
    wait_for(lambda: "collecting" in process.output() or not process.running, 10, "the collector is subscribed")
    assert process.running, process.output()
    return process


def check(bench, db="ledger.db", code=0):
    target = db if "://" in db else bench.dir / db
    return run(CTL, "collect", "--db", target, "--check", code=code).stdout


def all_confirmed(bench, events):
    wait_for(lambda: sum(s == CONFIRMED for s in states(bench).values()) == events, 30,
             lambda: f"the station knows that all {events} are stored")


def played(bench, sessions):
    """A station that has played its sessions to the end, delivered or not; how many events it wrote."""
    trace = short_sessions(bench, sessions)
    wanted = len(run(CTL, "replay", trace).stdout.splitlines()) + 1  # and station_started
    station = bench.station(source=f"trace:{trace}@max")
    wait_for(lambda: (bench.dir / "journal.db").exists() and len(states(bench)) == wanted, 30, f"{wanted} events")
    return station, wanted


def test_what_was_committed_is_stored_once_and_confirmed():
    with Bench() as bench:
        bench.start_broker()
        collecting(collector(bench))
        _, wanted = played(bench, 12)
        all_confirmed(bench, wanted)
        assert stored(bench.dir / "ledger.db") == committed(bench.dir / "journal.db")
        line = check(bench)
        assert line.startswith(f"{ID} journal ") and f"events {wanted}, seq 1-{wanted}, gaps none" in line, line
        assert "duplicates dropped 0, conflicts 0" in line, line
        run(CTL, "collect", "--db", bench.dir / "ledger.db", "--backup", bench.dir / "copy.db")
        assert stored(bench.dir / "copy.db") == stored(bench.dir / "ledger.db")
        assert check(bench, "copy.db") == line


def test_a_collector_that_comes_late_asks_for_all_that_was():
    """Also for the newest, behind which nothing comes any more: health names the last seq."""
    with Bench() as bench:
        bench.start_broker()
        _, wanted = played(bench, 60)  # more than one resend can bring
        assert wanted > 1000, wanted
        wait_for(lambda: all(states(bench).values()), 30, "the broker has had all of it, and nobody stored it")
        collecting(collector(bench))
        all_confirmed(bench, wanted)
        assert stored(bench.dir / "ledger.db") == committed(bench.dir / "journal.db")


def test_what_the_station_no_longer_has_is_accounted_for():
    with Bench() as bench:
        bench.start_broker()
        station, wanted = played(bench, 6)
        wait_for(lambda: all(states(bench).values()), 30, "delivered to nobody")
        assert station.stop() == 0
        with contextlib.closing(sqlite3.connect(f"{bench.dir}/journal.db")) as db:
            db.execute("DELETE FROM event WHERE seq < 10 OR seq IN (12, 13)")
            db.commit()
        collecting(collector(bench))
        bench.station(source=f"trace:{bench.write('idle.trace', '# gymstation-trace 1')}@max")
        wait_for(lambda: stored(bench.dir / "ledger.db") == committed(bench.dir / "journal.db"), 30, "all that there is")
        wait_for(lambda: ", gaps none, gone 11," in run(CTL, "collect", "--db", bench.dir / "ledger.db", "--check",
                                                        code=None).stdout, 30, "the rest is known to be gone")


def test_a_collector_may_be_killed_at_any_moment():
    """Ten times while a station delivers; at the end both ledgers are the same."""
    rng = random.Random(SEED)
    with Bench() as bench:
        bench.start_broker()
        trace = short_sessions(bench, 150)
        wanted = len(run(CTL, "replay", trace).stdout.splitlines()) + 1
        bench.station(source=f"trace:{trace}@max")
        for _ in range(10):
            process = collecting(collector(bench))
            before = len(stored(bench.dir / "ledger.db"))
            more = rng.randrange(1, 150)
            wait_for(lambda: len(stored(bench.dir / "ledger.db")) >= min(before + more, wanted), 30, f"{more} more")
            process.kill()
        collecting(collector(bench))
        wait_for(lambda: len(states(bench)) == wanted, 30, "the trace has been played")
        all_confirmed(bench, wanted)
        assert stored(bench.dir / "ledger.db") == committed(bench.dir / "journal.db")
        assert "gaps none" in check(bench)


def test_a_collector_begun_again_asks_under_ids_of_its_own():
    """A station answers an id that it has seen as it did then, and sends nothing again."""
    with Bench() as bench:
        bench.start_broker()
        _, wanted = played(bench, 2)
        wait_for(lambda: all(states(bench).values()), 30, "the broker has had all of it, or there would be nothing to ask for")
        seen = bench.subscribe(f"{PREFIX}/{ID}/cmd/+", f"{PREFIX}/{ID}/event")
        for n in range(1, 4):
            before = len(seen.messages)
            process = collecting(collector(bench, db=f"ledger-{n}.db"))
            seen.until(lambda n=n: len(seen.of("cmd/resend")) >= n and len(seen.of("cmd/report")) >= n, 20, "it asks")
            process.kill()
            # What it asked for goes by before the next one is there, which else would get it unasked and have nothing to ask.
            seen.until(lambda n=before: {m.json["seq"] for m in seen.messages[n:] if m.tail == "event"} >= {*range(1, wanted + 1)},
                       20, "all that it asked for")
        ids = [m.json["id"] for m in seen.messages if m.tail != "event"]
        assert len(ids) >= 6 and len(set(ids)) == len(ids) and max(map(len, ids)) <= 64, ids


def test_a_gap_is_told():
    with Bench() as bench:
        bench.start_broker()
        collecting(collector(bench))
        event = {"v": 1, "journal": "6" * 8 + "-1111-4111-8111-" + "1" * 12, "seq": 3, "type": "call", "station": "leg-9",
                 "boot": "b", "t_ns": 1, "ts": "2026-11-22T07:56:00.123Z", "clock": "synced", "data": {}}
        for seq in (3, 4, 7):
            publish(bench, "leg-9", {**event, "seq": seq})
        wait_for(lambda: len(stored(bench.dir / "ledger.db")) == 3, 10, "three events")
        line = check(bench, code=1)
        assert "gaps 1-2 5-6 (4 missing)" in line, line


def publish(bench, station, event):
    subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(bench.port), "-q", "1", "-t",
                    f"{PREFIX}/{station}/event", "-s"], input=json.dumps(event).encode() if isinstance(event, dict) else event,
                   check=True, timeout=10)


def test_what_is_no_event_of_its_station_is_not_stored_and_what_is_stored_is_never_changed():
    with Bench() as bench:
        bench.start_broker()
        process = collecting(collector(bench))
        journal = "12345678-1111-4111-8111-111111111111"
        good = {"v": 1, "journal": journal, "seq": 1, "type": "call", "station": "leg-9", "boot": "b", "t_ns": 1,
                "ts": "2026-11-22T07:56:00.123Z", "clock": "synced", "data": {}}
        publish(bench, "leg-9", good)
        for bad in (b"{", b"[]", b"\xff", {**good, "seq": 0}, {**good, "seq": "2"}, {**good, "seq": 2**60},
                    {**good, "journal": "x"}, {**good, "station": "leg-8"}, {**good, "v": 2}, {**good, "type": None}):
            publish(bench, "leg-9", bad)
        publish(bench, "leg-8", {**good, "station": "leg-8", "seq": 2})  # a cloned journal
        publish(bench, "leg-9", {**good, "data": {"other": 1}})
        publish(bench, "leg-9", good)
        publish(bench, "leg-9", {**good, "seq": 2})
        wait_for(lambda: len(stored(bench.dir / "ledger.db")) == 2, 10, "two events")
        assert json.loads(stored(bench.dir / "ledger.db")[journal, 1]) == good
        assert "duplicates dropped 1, conflicts 1" in check(bench), check(bench)
        assert "with other bytes" in process.output() and "cloned card" in process.output(), process.output()


def test_there_is_one_collector():
    with Bench() as bench:
        bench.start_broker()
        _, wanted = played(bench, 2)
        first = collecting(collector(bench))
        all_confirmed(bench, wanted)
        second = collector(bench)
        assert second.popen.wait(10) == 1 and "another collector writes this database" in second.output()
        assert first.running
        third = collecting(collector(bench, "other.db"))
        assert first.popen.wait(10) == 2 and "another collector acknowledges" in first.output()
        assert third.running and third.stop() == 0


def test_the_broker_may_come_late_and_go():
    with Bench() as bench:
        process = collector(bench)
        wait_for(lambda: "trying again" in process.output(), 10, "it says that there is no broker")
        bench.start_broker()
        collecting(process)
        bench.broker.kill()
        wait_for(lambda: process.output().count("trying again") == 2, 10, "it says that the broker is gone")
        bench.start_broker()
        _, wanted = played(bench, 12)
        all_confirmed(bench, wanted)
        assert process.stop() == 0


@contextlib.contextmanager
def postgres(bench):
    """A server of our own on a socket in the bench's directory; its URL. As root it runs as nobody: it refuses root."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise Skip("PostgreSQL is not installed; tools/setup installs it")
    bin_, home = pathlib.Path(found[-1]).parent, bench.dir / "pg"
    home.mkdir()
    how = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        bench.dir.chmod(0o711)
        how = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    subprocess.run([bin_ / "initdb", "-D", home / "data", "-A", "trust", "-U", "gym", "--no-locale", "-E", "UTF8", "-N"],
                   check=True, capture_output=True, timeout=60, cwd=home, **how)
    port = free_port()
    server = Process(bench, "postgres", [bin_ / "postgres", "-D", home / "data", "-k", home, "-p", port,
                                         "-c", "listen_addresses="], cwd=home, **how)
    wait_for(lambda: (home / f".s.PGSQL.{port}").exists(), 30, "the database listens")
    url = f"postgresql://gym@/postgres?host={home}&port={port}"
    wait_for(lambda: run(bin_ / "psql", url, "-Atc", "SELECT 1", code=None).returncode == 0, 30, "the database answers")
    yield url, bin_ / "psql"
    server.stop(30)
    shutil.rmtree(home)


def test_postgresql_holds_the_same():
    with Bench() as bench, postgres(bench) as (url, psql):
        bench.start_broker()
        _, wanted = played(bench, 12)
        for _ in range(3):  # killed and begun again: the lock goes with the connection
            process = collecting(collector(bench, url))
            process.kill()
        process = collecting(collector(bench, url))
        all_confirmed(bench, wanted)
        held = run(psql, url, "-Atc", "SELECT body FROM event ORDER BY seq").stdout.splitlines()
        assert held == list(committed(bench.dir / "journal.db").values())
        line = check(bench, url)
        assert f"events {wanted}, seq 1-{wanted}, gaps none" in line, line
        second = collector(bench, url)
        assert second.popen.wait(10) == 1 and "another collector writes this database" in second.output()
        assert process.stop() == 0


if __name__ == "__main__":
    main(globals())
