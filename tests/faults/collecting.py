# SPDX-License-Identifier: MIT
"""Faults of the collector's process and of its power, while stations deliver: what it has acknowledged it must have, and
what it missed while it was dead it must ask for."""
import contextlib
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import tempfile
import time

from ledger import Ledger, stored_so_far
from link import committed_count
from process import shim
from station import CTL, Bench, Process, replay, wait_for
from test_ack_resend import short_sessions
from test_collect import check

SPEED = 20  # a session of 20 s takes one, and is about ten events: fewer than a collector that keeps dying catches up with
HOLD_LIMIT_S, LIFE_LIMIT_S = 30, 10
EVERY = (5, 20, 60)  # calls from fault to fault
WITH_MORE_ACKNOWLEDGED = 0.5  # of all lives, at least: the others die while they start, and say nothing of what was there


def durable(db):
    """What another process would find, of a copy: the looker repairs nothing."""
    with tempfile.TemporaryDirectory(prefix="gymstation-ledger-") as place:
        for part in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copy(f"{db}{part}", place)
        return stored_so_far(pathlib.Path(place) / db.name)


class Mortal:
    """A collector that is started again and again, each time until the fault ends it."""

    def __init__(self, bench):
        self.bench, self.home = bench, bench.dir / "collector"
        self.home.mkdir()
        self.db, self.shared, self.deaths = self.home / "ledger.db", bench.dir / "shared", 0
        self.lives, self.of_use, self.upto = 0, 0, 0  # all; those that acknowledged more than the ones before; how far
        self.acks = bench.subscribe("gymstation/+/ack", qos=0)

    def start(self, env=None):
        return Process(self.bench, "collect", [CTL, "collect", "--url", self.bench.url, "--db", self.db], env)

    def acknowledged(self):
        return max((m.json["upto"] for m in self.acks.messages), default=0)

    def hold(self, process):
        """No fault before it has acknowledged more than the lives before it."""
        end = time.monotonic() + HOLD_LIMIT_S
        while process.running and self.acknowledged() <= self.upto and time.monotonic() < end:
            time.sleep(0.01)
        with open(self.shared, "r+b") as f:  # the same file: it is mapped
            f.seek(24)
            f.write(bytes(8))

    def live(self, action, every, seed, held, **more):
        """A life; what was acknowledged at its end is there."""
        self.shared.write_bytes(struct.pack("4q", 0, 0, 0, held))
        process = self.start({"LD_PRELOAD": str(shim()), "GYMSTATION_FAULT_DIR": f"{self.home}/",
                              "GYMSTATION_FAULT_SHARED": str(self.shared), "GYMSTATION_FAULT": action,
                              "GYMSTATION_FAULT_EVERY": str(every), "GYMSTATION_FAULT_SEED": str(seed),
                              **{f"GYMSTATION_FAULT_{name}": str(value) for name, value in more.items()}})
        self.hold(process)
        try:
            code = process.popen.wait(LIFE_LIMIT_S)
        except subprocess.TimeoutExpired:  # nothing more to do: the station is done
            code = process.kill()
        assert code == -9, f"exit {code}: {process.output()}"
        self.deaths += struct.unpack("4q", self.shared.read_bytes())[1]
        self.bench.processes.remove(process)
        upto, kept = self.acknowledged(), durable(self.db)
        if upto:
            journal = self.acks.messages[-1].json["journal"]
            missing = [seq for seq in range(1, upto + 1) if (journal, seq) not in kept]
            assert not missing, f"{action}: acknowledged up to {upto} without having {missing[:5]}"
        self.lives, self.of_use, self.upto = self.lives + 1, self.of_use + (upto > self.upto), upto


def struck(table, seed, actions, what, sessions):
    rng = random.Random(seed)
    with Bench() as bench:
        bench.start_broker()
        mortal, trace = Mortal(bench), short_sessions(bench, sessions)
        wanted, journal = len(replay(trace)) + 1, bench.dir / "journal.db"
        bench.station(source=f"trace:{trace}@{SPEED}")
        while committed_count(journal) < wanted:
            mortal.live(rng.choice(actions), rng.choice(EVERY), rng.randrange(1 << 30), held=mortal.lives % 4 < 3)
        assert mortal.of_use >= WITH_MORE_ACKNOWLEDGED * mortal.lives, \
            f"of {mortal.lives} lives only {mortal.of_use} acknowledged more"
        began, ledger = time.monotonic(), Ledger(journal)
        ledger.look()
        mortal.start()
        wait_for(lambda: not any(ledger.judge(stored_so_far(mortal.db))), 120, "it has all")
        table.add(what, mortal.deaths, *ledger.judge(stored_so_far(mortal.db)), recovery_s=time.monotonic() - began)
        assert "conflicts 0" in check(bench, "collector/ledger.db"), check(bench, "collector/ledger.db")


def a_disk_that_lies(seed, sessions=400):
    """The judge's own test: where an fsync does nothing, power cuts must be seen to lose what was acknowledged."""
    with Bench() as bench:
        bench.start_broker()
        mortal, trace = Mortal(bench), short_sessions(bench, sessions)
        bench.station(source=f"trace:{trace}@{SPEED}")
        try:
            for n in range(sessions):
                mortal.live("power", EVERY[n % len(EVERY)], seed + n, held=True, LIAR=1)
        except (AssertionError, sqlite3.DatabaseError):  # it is not there, or no database any more
            return
        raise AssertionError(f"{sessions} power cuts over a disk that lies, and nobody saw it")
