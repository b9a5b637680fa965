# SPDX-License-Identifier: MIT
"""The ledgers by which faults are judged: what a station's journal ever held, and what the collector has stored."""
import contextlib
import dataclasses
import json
import pathlib
import shutil
import sqlite3
import tempfile
import threading

# What is not of the exercise at hand but of the fault itself, or of the start.
OWN = ("station_started", "station_stopping", "fault_raised", "fault_cleared", "events_dropped")


def rows_of(path, after=0):
    """(journal, seq) to the envelope's bytes, in order; {} while there are no tables."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db, \
            contextlib.suppress(sqlite3.OperationalError):
        bodies = [body for (body,) in db.execute("SELECT body FROM event WHERE seq > ? ORDER BY seq", (after,))]
        return {(json.loads(body)["journal"], json.loads(body)["seq"]): body for body in bodies}
    return {}


def stored_so_far(path):
    """What the collector has, also before it has made its database."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return {(journal, seq): body for journal, seq, body in db.execute("SELECT journal, seq, body FROM event")}
    except sqlite3.OperationalError:
        return {}


def dropped(body):
    """The seqs that an event announces as gone."""
    event = json.loads(body)
    return range(event["data"]["from"], event["data"]["to"] + 1) if event["type"] == "events_dropped" else ()


class Closings:
    """That what begins ends, once: each session and each set, at the latest before the station says that it has started
    again."""

    def __init__(self):
        self.session, self.set, self.told = None, None, set()  # what is open; what deaths were told of

    def take(self, event):
        kind, session = event["type"], event.get("session")
        if kind == "station_started":
            assert not self.session, f"seq {event['seq']}: started again, and session {self.session} has no end"
        elif kind == "session_started":
            assert not self.session, f"seq {event['seq']}: a session, and {self.session} has no end"
            self.session = session
        elif kind == "set_started":
            assert (self.session, self.set) == (session, None), f"seq {event['seq']}: a set, and {self.set} has no end"
            self.set = event["item"], event["set"], event.get("side")
        elif kind == "set_completed":
            key = event["item"], event["set"], event.get("side")
            assert (self.session, self.set) == (session, key), f"seq {event['seq']}: ends set {key}, open is {self.set}"
            self.set = None
        elif kind == "session_completed":
            assert (self.session, self.set) == (session, None), \
                f"seq {event['seq']}: ends {session}, open are {self.session} and {self.set}"
            self.session = None
        if last_boot := event["data"].get("last_boot"):
            death = kind, last_boot, event["data"]["last_t_ns"]
            assert death not in self.told, f"seq {event['seq']}: {death} is told a second time"
            self.told.add(death)


class Ledger:
    """All that was ever seen committed in one journal. Looking goes at a copy, so that the looker repairs nothing."""

    def __init__(self, journal):
        self.journal, self.seen, self.last = pathlib.Path(journal), {}, 0
        self.closings = Closings()

    def look(self):
        """The rows that are new; whatever was there before and is gone or changed is counted as lost at the end."""
        with tempfile.TemporaryDirectory(prefix="gymstation-ledger-") as place:
            for part in ("", "-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(f"{self.journal}{part}", place)
            copy = pathlib.Path(place) / self.journal.name
            new = rows_of(copy, self.last) if copy.exists() else {}
        self.seen.update(new)
        seqs = [seq for _, seq in new]
        assert seqs == list(range(self.last + 1, self.last + 1 + len(seqs))), f"a gap after {self.last}: {seqs}"
        self.last += len(seqs)
        events = [json.loads(body) for body in new.values()]
        for event in events:
            self.closings.take(event)
        return events

    def events(self):
        return [json.loads(body) for _, body in sorted(self.seen.items())]

    def judge(self, stored):
        """(lost, duplicated): against what the collector has, both ways; conflicting bytes count as lost. A row may be
        gone from the journal where an event announces it and the collector has it."""
        now = rows_of(self.journal)
        gone = {seq for body in [*self.seen.values(), *now.values()] if '"events_dropped"' in body for seq in dropped(body)}
        lost = sum(now.get(key) != body and not (key not in now and key[1] in gone) for key, body in self.seen.items())
        lost += sum(stored.get(key) != body for key, body in {**self.seen, **now}.items())
        strangers = sum(key not in now and key not in self.seen for key in stored)
        reps, twice = set(), 0
        for body in {**self.seen, **now}.values():
            event = json.loads(body)
            if event["type"] in ("rep", "hold") and "rep" in event:
                key = (event["session"], event["item"], event["set"], event["rep"])
                twice += key in reps
                reps.add(key)
        return lost, twice + strangers


def first_arrivals_in_order(events):
    """Sent again is fine, ahead of its turn is not: a new seq is the one after the highest so far."""
    top = events[0]["seq"] - 1 if events else 0
    for event in events:
        assert event["seq"] <= top + 1, f"seq {event['seq']} came before {top + 1}"
        top = max(top, event["seq"])


@dataclasses.dataclass
class Row:
    """What one kind of fault came to; batches of the same fault are added up."""
    count: int = 0
    lost: int = 0
    twice: int = 0
    backlog: int = 0  # events that the core had given and that were not committed when it was struck, at most
    backlog_ms: float = 0  # and how old the oldest of them was
    recovery_s: float = 0  # to the first event delivered, or to all being well again

    def add(self, other):
        self.count, self.lost, self.twice = self.count + other.count, self.lost + other.lost, self.twice + other.twice
        self.backlog, self.backlog_ms = max(self.backlog, other.backlog), max(self.backlog_ms, other.backlog_ms)
        self.recovery_s = max(self.recovery_s, other.recovery_s)

    def cells(self, name):
        backlog = f"{self.backlog} events, {self.backlog_ms:.0f} ms" if self.backlog else ""
        bound = f"{3 / self.count:.1e}" if self.count and self.lost + self.twice == 0 else ""
        return (name, self.count, self.lost, self.twice, bound, backlog, f"{self.recovery_s:.2f} s" if self.recovery_s else "")


class Table:
    """One line a fault; 0 of N bounds the rate by 3/N with 95 % confidence."""

    HEAD = ("fault", "count", "lost", "twice", "below, 95 %", "taken by it", "worst recovery")
    LEFT = (0, 5)

    def __init__(self):
        self.rows, self.figures, self.lock = {}, [], threading.Lock()

    def add(self, fault, *values, **more):
        with self.lock:
            self.rows.setdefault(fault, Row()).add(Row(*values, **more))

    def figure(self, what, value, unit, target, least=False):
        """A target that is missed is told by text(), and by missed()."""
        good = value >= target if least else value < target
        with self.lock:
            self.figures.append((good, f"{what}: {value:.{0 if value >= 100 else 2}f} {unit} (target "
                                 f"{'>=' if least else '<'} {target} {unit}){'' if good else ' MISSED'}"))

    @property
    def missed(self):
        return [said for good, said in self.figures if not good]

    def worst_recovery_s(self, *names):
        return max((row.recovery_s for name, row in self.rows.items() if name.startswith(names)), default=0)

    def text(self):
        total = Row()
        for row in self.rows.values():
            total.add(row)
        lines = [self.HEAD, *(row.cells(name) for name, row in sorted(self.rows.items())), total.cells("total")]
        widths = [max(len(str(line[i])) for line in lines) for i in range(len(self.HEAD))]
        return "".join("  ".join(str(cell).ljust(width) if i in self.LEFT else str(cell).rjust(width)
                                 for i, (cell, width) in enumerate(zip(line, widths))).rstrip() + "\n" for line in lines) \
            + "\n" + "".join(said + "\n" for _, said in sorted(self.figures, key=lambda figure: figure[1]))
