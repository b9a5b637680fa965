# SPDX-License-Identifier: MIT
"""Faults of the process, of the power and of the disk. They strike at calls that the daemon makes (shim_faults.c counts
them). All faults of a kind hit one journal, one after the other, so that each has to live with what the others left."""
import bisect
import contextlib
import functools
import json
import pathlib
import random
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time

from backlog import grow
from ledger import OWN, Ledger, first_arrivals_in_order, rows_of, stored_so_far
from station import Bench, replay, wait_for
from test_ack_resend import SHORT
from test_clock import timeline
from test_collect import check, collecting, collector

HERE = pathlib.Path(__file__).resolve().parent

SPEED = 20  # the trace's time against ours: a session of 20 s takes one
FAST = "max"  # as fast as it goes: many times more sessions, and no backlog that would mean anything
BATCH = 250  # random faults that hit one journal
RESTART_S = 2  # the target: from the start to the first event delivered
RUN_LIMIT_S, SETTLE_LIMIT_S = 60, 120
IDLE = "# gymstation-trace 1\n"
DEATHS = ("kill", "torn", "after", "power")
DISK = ("ENOSPC", "EIO", "EROFS", "short")


def session_trace(bench, tenths=180):
    """One short session, ten samples a second as long as it lasts, so that no sensor is at fault."""
    lines = ["# gymstation-trace 1", "# sps: 10.00", f"0 P 1 {json.dumps(SHORT)}"]
    for tenth in range(tenths):
        lines.append(f"{tenth}00000000 F 0")
        if tenth in (60, 62, 120, 122):  # the second press says that it was done: nobody could see it
            lines.append(f"{tenth}50000000 B start {int(tenth in (60, 120))}")
    return bench.write("session.trace", "\n".join(lines) + "\n")


def without_own(events, kind_of):
    return [e for e in events if kind_of(e) not in OWN]


COMPILING = threading.Lock()  # a cache alone would compile twice, and throw one away that is in use


def shim():
    """The library that strikes; compiled once a run."""
    with COMPILING:
        return compiled()[0]


@functools.cache
def compiled():
    place = tempfile.TemporaryDirectory(prefix="gymstation-faults-")
    path = pathlib.Path(place.name) / "shim_faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-D_GNU_SOURCE", "-pthread", "-o", path, HERE / "shim_faults.c"], check=True,
                   timeout=60)
    return path, place


class Faulty:
    """A bench with broker, collector and subscriber, and one journal that is started and struck again and again."""

    def __init__(self, bench, seed, speed=SPEED, sets=()):
        self.speed, self.sets = speed, sets
        self.bench, self.rng = bench, random.Random(seed)
        self.home = bench.dir / "station"
        self.home.mkdir()
        self.shim, self.shared = shim(), bench.dir / "shared"
        self.trace = session_trace(bench)
        self.trace = session_trace(bench, replay(self.trace)[-1]["t_ns"] // 100_000_000 + 10)
        self.wanted = replay(self.trace)
        assert without_own(self.wanted, lambda e: e["type"]) == self.wanted, "the trace itself raises faults"
        self.ledger = Ledger(self.home / "journal.db")
        self.backlog, self.backlog_ms, self.recovery_s = 0, 0.0, 0.0
        bench.start_broker()
        self.watch = bench.subscribe("gymstation/+/event")
        collecting(collector(bench))

    def counted(self):
        """Calls, faults, CLOCK_MONOTONIC of the last fault in ns."""
        return struct.unpack("3q", self.shared.read_bytes())

    def finished(self):
        """The trace has been played, and the broker has had all of it."""
        try:
            with contextlib.closing(sqlite3.connect(f"file:{self.ledger.journal}?mode=ro", uri=True)) as db:
                rows = db.execute("SELECT type, state FROM event WHERE seq > ? ORDER BY seq", (self.ledger.last,)).fetchall()
        except sqlite3.OperationalError:  # not made yet
            return False
        kinds = [kind for kind, _ in rows]
        if "station_started" not in kinds or not all(state for _, state in rows):
            return False
        played = without_own(kinds[kinds.index("station_started"):], str)
        return "start_refused" in played or len(played) == len(self.wanted)

    def start(self, trace, env=None):
        return self.bench.station(f"journal.path={self.ledger.journal}", *self.sets, source=f"trace:{trace}", env=env)

    def play(self, limit_s=RUN_LIMIT_S, **fault):
        """One start of the station, which plays its session and is told to stop, unless a fault ends it before. Its exit
        code, its events and the number of faults."""
        self.shared.write_bytes(bytes(24))
        env = {f"GYMSTATION_FAULT{'_' + name if name != 'action' else ''}": str(value) for name, value in fault.items()}
        env |= {"LD_PRELOAD": str(self.shim), "GYMSTATION_FAULT_DIR": f"{self.home}/",
                "GYMSTATION_FAULT_SHARED": str(self.shared)}
        began = time.monotonic()
        mark = len(self.watch.messages)
        station = self.start(f"{self.trace}@{self.speed}", env)
        end = began + limit_s
        while station.running and time.monotonic() < end and not self.finished():
            with contextlib.suppress(subprocess.TimeoutExpired):
                station.popen.wait(0.03)
        assert not station.running or time.monotonic() < end, f"not played within {limit_s} s: {fault}"
        code = station.stop(20) if station.running else station.popen.wait(10)
        events = self.ledger.look()
        self.judge_run(events, code, fault)
        for m in self.watch.messages[mark:]:
            if m.json["type"] == "station_started" and any(e["seq"] == m.json["seq"] for e in events):
                self.recovery_s = max(self.recovery_s, m.at - began)
                break
        self.bench.processes.remove(station)
        return code, events, self.counted()[1]

    def judge_run(self, events, code, fault):
        """What is there is the beginning of what the trace says, and all of it where nothing ended the process."""
        kinds = [e["type"] for e in events]
        if "station_started" not in kinds:
            return
        said = without_own(events[kinds.index("station_started"):], lambda e: e["type"])
        refused = next((i for i, e in enumerate(said) if e["type"] == "start_refused"), None)
        said = said[:refused]  # while nothing can be written no session starts, and the rest is another story
        if said:
            assert timeline(said) == timeline(self.wanted)[:len(said)], \
                f"{fault}:\n    daemon {timeline(said)}\n    replay {timeline(self.wanted)}"
        assert len(said) <= len(self.wanted), f"{fault}: {len(said)} events of {len(self.wanted)}"
        if code == 0 and refused is None:
            assert len(said) == len(self.wanted), f"{fault}: {len(said)} events of {len(self.wanted)}, and no kill"
        elif said and code == -9 and self.speed != FAST:
            start_ns = said[0]["t_ns"] - self.wanted[0]["t_ns"]
            self.measure_backlog(len(said), (self.counted()[2] - start_ns) * self.speed)

    def measure_backlog(self, committed, reached_ns):
        """Of what the trace had come to when the kill came, what was not committed: an upper bound."""
        stamps = [e["t_ns"] for e in self.wanted]
        emitted = bisect.bisect_right(stamps, reached_ns)
        if emitted > committed:
            self.backlog = max(self.backlog, emitted - committed)
            self.backlog_ms = max(self.backlog_ms, (reached_ns - stamps[committed]) / self.speed / 1e6)

    def settle(self):
        """A last session without a fault, and a start that only delivers: then both ledgers must be the same."""
        code, _, _ = self.play()
        assert code == 0, f"exit {code} without a fault"
        open_now = self.ledger.closings
        assert not open_now.session, f"stopped in order, and session {open_now.session} has no end"
        db, idle = self.bench.dir / "ledger.db", self.bench.write("idle.trace", IDLE)
        self.start(f"{idle}@max")
        end = time.monotonic() + SETTLE_LIMIT_S
        while any(lost := self.ledger.judge(stored_so_far(db))) and time.monotonic() < end:
            time.sleep(0.1)
        first_arrivals_in_order(self.watch.events())
        assert not any(lost) and "conflicts 0" in check(self.bench), (lost, check(self.bench))
        return lost

    def add_to(self, table, fault, count):
        lost, twice = self.settle()
        table.add(fault, count, lost, twice, self.backlog, self.backlog_ms, self.recovery_s)
        assert (lost, twice) == (0, 0), f"{fault}: {lost} lost, {twice} twice"


@contextlib.contextmanager
def faulty(*about, **how):
    with Bench() as bench:
        yield Faulty(bench, *about, **how)


def calls_of_a_session(f, **action):
    code, _, _ = f.play(**action)
    assert code == 0, f"exit {code}"
    return f.counted()[0]


def confirmed(journal):
    with contextlib.closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as db:
        return db.execute("SELECT count(*) FROM event WHERE state <> 2").fetchone()[0] == 0


def named(action):
    return {"kill": "SIGKILL before", "torn": "SIGKILL within", "after": "SIGKILL after", "power": "power cut after"}.get(
        action, f"{action} from")


def struck_at_every_call(table, seed, action, sample=None):
    """Every call of a session; or a sample, the first ones included since the start is another code path."""
    with faulty(seed) as f:
        f.play(action=action)  # the journal is made
        calls = calls_of_a_session(f, action=action)
        points = sorted({1, 2, *f.rng.sample(range(3, calls), sample - 2)}) if sample else range(1, calls + 20)
        count = 0
        for at in points:
            code, _, faults = f.play(action=action, AT=at)
            count += faults
            assert code in (0, -9) or (code == 1 and action in DISK), f"{action} at call {at}: exit {code}"
        f.add_to(table, f"{named(action)} {'one of the calls' if sample else 'every call'} of a session", count)


def struck_at_random(table, seed, actions, what, rounds, sets=()):
    """Deaths at random calls, most of them early, some late."""
    with faulty(seed, FAST, sets) as f:
        f.play()
        count = 0
        for _ in range(rounds):
            code, _, faults = f.play(action=f.rng.choice(actions), EVERY=f.rng.choice((5, 20, 60)),
                                     SEED=f.rng.randrange(1 << 30))
            assert code in (0, -9), f"exit {code}"
            count += faults
        f.add_to(table, what, count)


def a_disk_that_lies(seed, rounds=200):
    """The judge's own test: where an fsync does nothing, power cuts must be seen to lose what was committed."""
    with faulty(seed, FAST) as f:
        try:
            for n in range(rounds):
                f.play(action="power", EVERY=60, SEED=seed + n, LIAR=1)
                stored_now = stored_so_far(f.bench.dir / "ledger.db")
                if any(key not in rows_of(f.ledger.journal) for key in stored_now):
                    return
        except (AssertionError, sqlite3.DatabaseError):  # a gap, other bytes, or no database any more
            return
        raise AssertionError(f"{rounds} power cuts over a disk that lies, and nobody saw it")


def disk_in_a_storm(table, seed, rounds):
    """One call in twenty fails, for whole sessions."""
    with faulty(seed) as f:
        f.play()
        count = 0
        for _ in range(rounds):
            for action in DISK:
                _, _, faults = f.play(action=action, EVERY=20, SEED=f.rng.randrange(1 << 30))
                count += faults
        f.add_to(table, "ENOSPC, EIO, EROFS, short at every 20th call", count)


def struck_while_it_lets_go(table, seed, rounds):
    """Retention under SIGKILL and power cuts: what is gone was announced, and the collector has it."""
    with faulty(seed, FAST) as f:
        f.play()
        count = 0
        for _ in range(rounds):
            f.sets = ()
            grow(f.ledger.journal, 3000, "prescription_accepted")
            station = f.start(f"{f.bench.write('idle.trace', IDLE)}@max")
            wait_for(lambda: confirmed(f.ledger.journal), 60, "the collector has all, and the station knows")
            assert station.stop(20) == 0
            f.ledger.look()
            f.sets = ("journal.max_mb=1",)
            for _ in range(3):
                # a thousand rows that go are hundreds of pages, each a call
                _, _, faults = f.play(action=f.rng.choice(DEATHS), EVERY=f.rng.choice((100, 400, 1000)),
                                      SEED=f.rng.randrange(1 << 30))
                count += faults
            f.play()
        gone = f.ledger.last - len(rows_of(f.ledger.journal))
        assert gone >= 1000 * rounds, f"only {gone} rows were let go"
        f.add_to(table, "SIGKILL or power cut while old rows are let go", count)
