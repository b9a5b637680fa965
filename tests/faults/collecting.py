# SPDX-License-Identifier: MIT
"""Faults of the collector's process and of its power, while stations deliver: what it has acknowledged it must have, and
what it missed while it was dead it must ask for."""
import contextlib
import pathlib
import random
import shutil
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

SPEED = 100  # a session of 20 s takes a fifth of one, and is about ten events
LIFE_LIMIT_S = 30


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
        self.acks = bench.subscribe("gymstation/+/ack", qos=0)

    def start(self, env=None):
        return Process(self.bench, "collect", [CTL, "collect", "--url", self.bench.url, "--db", self.db], env)

    def live(self, action, every, seed):
        """A life; what was acknowledged at its end is there."""
        self.shared.write_bytes(bytes(24))
        process = self.start({"LD_PRELOAD": str(shim()), "GYMSTATION_FAULT_DIR": f"{self.home}/",
                              "GYMSTATION_FAULT_SHARED": str(self.shared), "GYMSTATION_FAULT": action,
                              "GYMSTATION_FAULT_EVERY": str(every), "GYMSTATION_FAULT_SEED": str(seed)})
        try:
            code = process.popen.wait(LIFE_LIMIT_S)
        except subprocess.TimeoutExpired:  # nothing more to do: the station is done
            code = process.kill()
        assert code == -9, f"exit {code}: {process.output()}"
        self.deaths += struct.unpack("3q", self.shared.read_bytes())[1]
        self.bench.processes.remove(process)
        acks, kept = [m.json for m in self.acks.messages], durable(self.db)
        if acks:
            journal, upto = acks[-1]["journal"], max(ack["upto"] for ack in acks)
            missing = [seq for seq in range(1, upto + 1) if (journal, seq) not in kept]
            assert not missing, f"{action}: acknowledged up to {upto} without having {missing[:5]}"


def struck(table, seed, actions, what, sessions):
    rng = random.Random(seed)
    with Bench() as bench:
        bench.start_broker()
        mortal, trace = Mortal(bench), short_sessions(bench, sessions)
        wanted, journal = len(replay(trace)) + 1, bench.dir / "journal.db"
        bench.station(source=f"trace:{trace}@{SPEED}")
        while committed_count(journal) < wanted:
            mortal.live(rng.choice(actions), rng.choice((5, 20, 60)), rng.randrange(1 << 30))
        assert mortal.acks.messages, "nothing was ever acknowledged"
        began, ledger = time.monotonic(), Ledger(journal)
        ledger.look()
        mortal.start()
        wait_for(lambda: not any(ledger.judge(stored_so_far(mortal.db))), 120, "it has all")
        table.add(what, mortal.deaths, *ledger.judge(stored_so_far(mortal.db)), recovery_s=time.monotonic() - began)
        assert "conflicts 0" in check(bench, "collector/ledger.db"), check(bench, "collector/ledger.db")
