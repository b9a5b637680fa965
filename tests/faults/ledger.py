# SPDX-License-Identifier: MIT
"""The ledgers by which faults are judged: what a station's journal ever held, and what the collector has stored."""
import contextlib
import json
import pathlib
import shutil
import sqlite3
import tempfile

# What is not of the exercise at hand but of the fault itself, or of the start.
OWN = ("station_started", "station_stopping", "fault_raised", "fault_cleared", "events_dropped")


def rows_of(path, after=0):
    """(journal, seq) to the envelope's bytes, in order; {} while there are no tables."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db, \
            contextlib.suppress(sqlite3.OperationalError):
        bodies = [body for (body,) in db.execute("SELECT body FROM event WHERE seq > ? ORDER BY seq", (after,))]
        return {(json.loads(body)["journal"], json.loads(body)["seq"]): body for body in bodies}
    return {}


class Ledger:
    """All that was ever seen committed in one journal. Looking goes at a copy, so that the looker repairs nothing."""

    def __init__(self, journal):
        self.journal, self.seen, self.lost, self.last = pathlib.Path(journal), {}, 0, 0

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
        return [json.loads(body) for body in new.values()]

    def judge(self, stored):
        """(lost, duplicated): against what the collector has, both ways; conflicting bytes count as lost."""
        now = rows_of(self.journal)
        lost = sum(now.get(key) != body for key, body in self.seen.items())
        lost += sum(stored.get(key) != body for key, body in now.items())
        strangers = sum(key not in now for key in stored)
        reps, twice = set(), 0
        for body in now.values():
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


class Table:
    """One line a fault; 0 of N bounds the rate by 3/N with 95 % confidence."""

    def __init__(self):
        self.rows = []

    def add(self, fault, count, lost, duplicated, backlog="", recovery_s=None):
        self.rows.append((fault, count, lost, duplicated, backlog,
                          "" if recovery_s is None else f"{recovery_s:.2f} s"))

    def print(self):
        head = ("fault", "count", "lost", "duplicated", "worst backlog", "worst recovery")
        count, lost, twice = (sum(row[i] for row in self.rows) for i in (1, 2, 3))
        bound = f"95 %: below {3 / count:.1e} a fault" if count and lost + twice == 0 else ""
        lines = [head, *sorted(self.rows), ("total", count, lost, twice, bound, "")]
        widths = [max(len(str(line[i])) for line in lines) for i in range(len(head))]
        for line in lines:
            print("  ".join(str(cell).ljust(width) if i in (0, 4) else str(cell).rjust(width)
                            for i, (cell, width) in enumerate(zip(line, widths))).rstrip())
