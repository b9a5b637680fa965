# SPDX-License-Identifier: MIT
"""What a station is like with a long backlog, after a long time without a broker, and how soon it is back: figures."""
import contextlib
import datetime
import json
import random
import sqlite3
import subprocess
import time

from link import committed_count
from station import CTL, Bench, Gate, prescription, wait_for
from test_ack_resend import short_sessions
from test_broker_late import BRISK
from test_collect import collecting, collector
from test_session import CURL

STATE_AGE_S, RATE_PER_S, RESTART_S, RECONNECT_S = 1, 3000, 2, 5  # the targets
WEEK_S = 7 * 86400
GROWTH_KB = 2048  # of resident memory between the first fifth and the end: SQLite's cache of pages fills meanwhile

# One row again and again, its seq apart: as the daemon would have written it.
CLONE = """INSERT INTO event (seq, type, boot, t_ns, wall_ns, session, state, body)
    WITH RECURSIVE n(seq) AS (SELECT :last + 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < :last + :rows)
    SELECT n.seq, e.type, e.boot, e.t_ns, e.wall_ns, e.session, 0,
           replace(e.body, '"seq":' || e.seq || ',', '"seq":' || n.seq || ',')
    FROM n, event e WHERE e.seq = :model"""
# Rows that the collector has not, byte for byte; rows that it has and the station has not.
MISSING = """SELECT count(*) FROM main.event e WHERE NOT EXISTS (SELECT 1 FROM ledger.event l
    WHERE l.journal = :journal AND l.seq = e.seq AND l.body = e.body)"""
STRANGE = "SELECT count(*) FROM ledger.event l WHERE NOT EXISTS (SELECT 1 FROM main.event e WHERE e.seq = l.seq)"


@contextlib.contextmanager
def reading(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        yield db


def grow(journal, rows, kind="rep"):
    """So many rows more, each a copy of the last one of its kind."""
    with contextlib.closing(sqlite3.connect(journal)) as db:
        last, model = db.execute("SELECT max(seq), max(seq) FILTER (WHERE type = ?) FROM event",
                                 (kind,)).fetchone()
        db.execute(CLONE, {"last": last, "model": model, "rows": rows})
        db.commit()


def reps(journal):
    try:
        with reading(journal) as db:
            return db.execute("SELECT count(*) FROM event WHERE type = 'rep'").fetchone()[0]
    except sqlite3.OperationalError:  # not made yet
        return 0


def unsent(journal):
    with reading(journal) as db:
        return db.execute("SELECT count(*) FROM event WHERE state = 0").fetchone()[0]


def compare(journal, ledger):
    """(lost, strangers)"""
    with reading(journal) as db:
        db.execute("ATTACH ? AS ledger", (f"file:{ledger}?mode=ro",))
        where = dict(db.execute("SELECT key, value FROM meta WHERE key = 'journal'"))
        return db.execute(MISSING, where).fetchone()[0], db.execute(STRANGE).fetchone()[0]


def state_age_s(watch, offset_s):
    """The oldest that a `state` was when it arrived."""
    ages = [m.at + offset_s - datetime.datetime.fromisoformat(m.json["ts"].replace("Z", "+00:00")).timestamp()
            for m in watch.of("state")]
    return max(ages), len(ages)


def many_rows(table, rows):
    """A station starts with so many rows that nobody has had, and people train meanwhile."""
    with Bench() as bench:
        journal, ledger = bench.dir / "journal.db", bench.dir / "ledger.db"
        gate = Gate(bench)
        station = bench.station(source=f"trace:{short_sessions(bench, 2)}@max", url=gate.url)
        wait_for(lambda: reps(journal) >= 5, 30, "a session is in the journal")
        assert station.stop() == 0
        grow(journal, rows)
        bench.start_broker()
        bench.prescribe(prescription({**CURL, "reps_min": 100, "reps_max": 100, "sets": 10, "rest_s": 0}, ask=[]))
        collecting(collector(bench))
        first, watch = bench.subscribe("gymstation/+/event", qos=0), bench.subscribe("gymstation/+/state")
        offset_s, began = time.time() - time.monotonic(), time.monotonic()
        station = bench.station("sim.speed=5", "sim.gap_s=3", "journal.max_mb=1000000", source="sim")
        first.until(lambda: first.messages, 30, "the first event is delivered")
        restart_s = first.messages[0].at - began
        first.kill()
        wait_for(lambda: unsent(journal) < 20, 60 + rows / 300, lambda: f"the backlog drains, {unsent(journal)} rows left")
        drained_s = time.monotonic() - began - restart_s
        watch.until(lambda: len(watch.of("state")) > 2, 30, "somebody trains")
        age_s, states = state_age_s(watch, offset_s)
        assert station.stop(20) == 0
        idle = bench.write("idle.trace", "# gymstation-trace 1\n")  # what the stop had no time for goes now
        bench.station("journal.max_mb=1000000", source=f"trace:{idle}@max")
        wait_for(lambda: not any(compare(journal, ledger)), 60 + rows / 300, "the collector has it all")
        table.add(f"start with {rows} rows of backlog", 1, 0, 0, recovery_s=drained_s)
        table.figure(f"first event after a start with {rows} rows of backlog", restart_s, "s", RESTART_S)
        table.figure(f"oldest of {states} `state` while {rows} rows drain", age_s, "s", STATE_AGE_S)
        table.figure(f"{rows} rows drain, with a session running and the collector storing", rows / drained_s, "events/s",
                     RATE_PER_S, least=True)


def resident_kb(process):
    with open(f"/proc/{process.popen.pid}/status", encoding="ascii") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


def busy_trace(bench, seconds):
    """Ten sets of twenty reps every ten minutes, day and night; and a sample a second alone, so that the load cell is dead
    and alive again once a second: many times the events of a busy station."""
    with open(bench.dir / "busy.trace", "w", encoding="ascii") as f:
        f.write(f"# gymstation-trace 1\n# sps: 1.00\n0 P 1 {json.dumps(BRISK)}\n")
        for t in range(seconds // 600 * 600):
            f.write(f"{t}000000000 F 0\n")
            if t % 600 == 5:
                f.write(f"{t}100000000 B start 1\n{t}300000000 B start 0\n")
    return bench.dir / "busy.trace"


def counted(trace):
    with subprocess.Popen([CTL, "replay", trace], stdout=subprocess.PIPE) as process:
        return sum(1 for _ in process.stdout)


def broker_away(table, share):
    """A week without a broker, as fast as it goes; memory must not grow."""
    with Bench() as bench:
        trace, gate = busy_trace(bench, int(WEEK_S * share)), Gate(bench)
        wanted = counted(trace) + 1
        station = bench.station("journal.max_mb=1000000", source=f"trace:{trace}@max", url=gate.url)
        sizes = {}
        for fifth in range(1, 6):
            upto = wanted * fifth // 5
            wait_for(lambda upto=upto: committed_count(bench.dir / "journal.db") >= upto or not station.running,
                     60 + wanted / 100, f"{fifth} fifths")
            assert station.running, station.output()
            sizes[fifth] = resident_kb(station)
        grown_kb = max(sizes.values()) - sizes[1]
        table.figure(f"memory grows with the broker away for {share * 7:.2g} days, {wanted} events (it is {sizes[5]} KiB)",
                     grown_kb, "KiB", GROWTH_KB)


def reconnects(table, seed, times):
    """From the moment that the broker listens again to the station's connection, after outages of all lengths."""
    rng, worst_s = random.Random(seed), 0
    with Bench() as bench:
        idle = bench.write("idle.trace", "# gymstation-trace 1\n0 F 0\n")
        bench.start_broker()
        bench.station(source=f"trace:{idle}")

        def connected():
            return "as gymstation-leg-e2e" in bench.broker.output()

        wait_for(connected, 20, "it connects")
        for _ in range(times):
            bench.broker.kill()
            end = time.monotonic() + rng.uniform(0.2, 6)
            wait_for(lambda end=end: time.monotonic() > end, 10, "the broker is away")
            bench.start_broker()
            back = time.monotonic()
            wait_for(connected, 60, "it connects again")
            worst_s = max(worst_s, time.monotonic() - back)
        table.figure(f"connected again after the broker's return, worst of {times}", worst_s, "s", RECONNECT_S)
