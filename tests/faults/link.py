# SPDX-License-Identifier: MIT
"""Faults of the broker and of the way to it. They strike at a number of PUBACKs, so that the same is under way every
time; the time they last is until the station has given the connection up and made another one."""
import contextlib
import random
import signal
import socket
import sqlite3
import threading
import time

from ledger import Ledger, first_arrivals_in_order, stored_so_far
from station import Bench, Gate, replay, wait_for
from test_ack_resend import short_sessions
from test_collect import check, collecting, collector

CONNACK, PUBACK = 2, 4  # MQTT 5, table 2-1
REFUSED = 0x80  # reason codes from here on
PIECE = 1448  # bytes: a segment of TCP over Ethernet
GIVEN_UP_S = 100  # the station's own time-out is 10 s, and it connects again 1-7 s later


class Link(Gate):
    """A way to the broker that knows where its packets begin; at: number of PUBACKs to what then happens."""

    def __init__(self, bench):
        self.ended = threading.Event()
        super().__init__(bench)
        self.at, self.pubacks, self.connections, self.eaten, self.eating = {}, 0, 0, 0, False
        self.dead, self.refused = set(), {CONNACK: 0, PUBACK: 0}
        self.slow = None  # seconds to wait before the next piece goes on, or a negative number to cut; called a piece

    def half_open(self):
        """Of the connections that there are nothing comes through any more, in either direction; nobody is told."""
        self.dead |= {s for pair in self.pairs for s in pair}

    def cut(self):
        for pair in list(self.pairs):
            for s in pair:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)
        self.pairs = []

    def packets(self, data):
        """The whole packets at the front, and what is left."""
        found = []
        while len(data) >= 2:
            size, at = 0, 1
            while at < len(data) and at <= 4:
                size |= (data[at] & 0x7F) << 7 * (at - 1)
                at += 1
                if data[at - 1] < 0x80:
                    break
            if data[at - 1] >= 0x80 or len(data) < at + size:
                break
            found.append(data[:at + size])
            data = data[at + size:]
        return found, data

    def passes(self, packet):
        kind = packet[0] >> 4
        code = {CONNACK: packet[3:4], PUBACK: packet[4:5]}.get(kind, b"")
        if code and code[0] >= REFUSED:
            self.refused[kind] += 1
        if packet[0] >> 4 != PUBACK:
            return True
        self.pubacks += 1
        self.at.pop(self.pubacks, lambda: None)()
        self.eaten += self.eating
        return not self.eating

    def trickle(self, sink, data):
        """In pieces, each after its wait; False when the line is cut."""
        while data:
            wait_s = self.slow() if self.slow else 0
            if wait_s < 0 or self.ended.wait(wait_s):
                return False
            sink.sendall(data[:PIECE])
            data = data[PIECE:]
        return True

    def shut(self):
        self.ended.set()
        super().shut()

    def pump(self, source, sink):
        with contextlib.suppress(OSError):
            from_broker = source.getpeername()[1] == self.bench.port
            self.connections += not from_broker
            rest = b""
            while data := source.recv(65536):
                if from_broker:
                    found, rest = self.packets(rest + data)
                    data = b"".join([p for p in found if self.passes(p)])
                if self.slow and not self.trickle(sink, data):
                    break
                if source not in self.dead and not self.slow:
                    sink.sendall(data)
        for s in (source, sink):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)


def committed_count(path):
    if not path.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db, \
            contextlib.suppress(sqlite3.OperationalError):
        return db.execute("SELECT count(*) FROM event").fetchone()[0]
    return 0


class Outage:
    """A station behind a link, struck while it delivers a backlog (speed max) or plays sessions, and judged when all is
    over. sets and how are those of Bench.station()."""

    def __init__(self, bench, sessions=40, speed="max", sets=(), **how):
        self.bench, self.link, self.struck = bench, Link(bench), threading.Event()
        self.trace, self.limit_s = short_sessions(bench, sessions), 120 + sessions * 20
        self.wanted = replay(self.trace)
        bench.start_broker()
        self.ledger = Ledger(bench.dir / "journal.db")
        self.station = bench.station(*sets, source=f"trace:{self.trace}@{speed}", url=self.link.url, **how)
        if speed == "max":
            self.wait_committed()
        self.watch = bench.subscribe("gymstation/+/event", qos=0)
        collecting(collector(bench))

    def wait_committed(self):
        wait_for(lambda: committed_count(self.ledger.journal) > len(self.wanted), self.limit_s, "the sessions are in the journal")

    def strike(self, at, action):
        def now():
            action()
            self.struck.set()
        self.struck.clear()
        self.link.at[at] = now

    def wait_struck(self):
        assert self.struck.wait(60), f"{self.link.pubacks} PUBACKs, and it has not struck"

    def wait_given_up(self, connections):
        wait_for(lambda: self.link.connections > connections, GIVEN_UP_S, "the station connects anew")

    def judge(self, table, fault, count, ordered=True):
        """ordered: not where the subscriber's broker died, nor where a refused row was overtaken by those behind it."""
        self.wait_committed()
        began, db = time.monotonic(), self.bench.dir / "ledger.db"
        self.ledger.look()
        while any(lost := self.ledger.judge(stored_so_far(db))) and time.monotonic() < began + 120:
            time.sleep(0.1)
        table.add(fault, count() if callable(count) else count, *lost, recovery_s=time.monotonic() - began)
        assert not any(lost) and "conflicts 0" in check(self.bench), (fault, lost, check(self.bench))
        assert self.station.running, self.station.output()
        if ordered:
            first_arrivals_in_order(self.watch.events())


@contextlib.contextmanager
def outage(*about, **how):
    with Bench() as bench:
        yield Outage(bench, *about, **how)


def pubacks_eaten(table, connections):
    """From the hundredth on, over so many connections that are given up for it: two take half a minute."""
    with outage() as o:
        began = time.monotonic()
        o.strike(100, lambda: setattr(o.link, "eating", True))
        o.link.open()
        o.wait_struck()
        for n in range(connections):
            o.wait_given_up(n + 1)
        o.link.eating = False
        print(f"    PUBACKs eaten for {time.monotonic() - began:.0f} s")
        o.judge(table, "PUBACK eaten", o.link.eaten)


def half_open(table, times):
    with outage() as o:
        for n in range(times):
            o.strike(20 + o.link.pubacks, o.link.half_open)
            if n == 0:
                o.link.open()
            o.wait_struck()
            o.wait_given_up(n + 1)
        o.judge(table, "half-open TCP", times)


def cut(table, times):
    with outage() as o:
        for n in range(times):
            o.link.at[10 * (n + 1)] = o.link.cut
        o.link.open()
        wait_for(lambda: not o.link.at, 20 * times + 60, lambda: f"{times} cuts")
        o.judge(table, "connection cut", times)


def broker_stopped(table, times):
    with outage() as o:
        for n in range(times):
            o.strike(20 + o.link.pubacks, lambda: o.bench.broker.popen.send_signal(signal.SIGSTOP))
            if n == 0:
                o.link.open()
            o.wait_struck()
            o.wait_given_up(o.link.connections)
            o.bench.broker.popen.send_signal(signal.SIGCONT)
        o.judge(table, "broker SIGSTOP until given up", times)


def broker_killed(table, times):
    with outage() as o:
        for n in range(times):
            o.strike(o.link.pubacks + 15, o.bench.broker.kill)
            if n == 0:
                o.link.open()
            o.wait_struck()
            o.bench.start_broker()
        o.judge(table, "broker SIGKILL", times, ordered=False)


class Bad:
    """A line that is slow and loses: what TCP makes of it is pieces that come late, some very late, and an end now and
    then. Counts what it did."""

    def __init__(self, seed):
        self.rng, self.lock, self.count = random.Random(seed), threading.Lock(), 0

    def __call__(self):
        with self.lock:
            fate = self.rng.random()
            if fate < 0.06:
                self.count += 1
            # given up, a retransmission or several of them (RFC 6298: 1 s at first, less once measured), the way itself
            return -1 if fate < 0.01 else self.rng.uniform(0.2, 3) if fate < 0.06 else self.rng.uniform(0.005, 0.03)


def bad_line(table, seed, sessions):
    """Between station and broker, while sessions run."""
    with outage(sessions, speed=40) as o:
        o.link.slow = bad = Bad(seed)
        o.link.open()
        o.judge(table, "slow and lossy line: late piece or end", lambda: bad.count)


def bad_line_to_the_collector(table, seed, sessions):
    """Of the broker's messages those in a queue are gone when the collector's connection is: it asks for them again."""
    with Bench() as bench:
        bench.start_broker()
        line, bad = Link(bench), Bad(seed)
        line.slow = bad
        line.open()
        collector(bench, url=line.url)
        trace = short_sessions(bench, sessions)
        wanted = len(replay(trace)) + 1
        ledger = Ledger(bench.dir / "journal.db")
        bench.station(source=f"trace:{trace}@40")
        wait_for(lambda: committed_count(ledger.journal) >= wanted, 120, "the sessions are in the journal")
        began = time.monotonic()
        ledger.look()
        wait_for(lambda: not any(ledger.judge(stored_so_far(bench.dir / "ledger.db"))), 180,
                 "all is stored")
        lost = ledger.judge(stored_so_far(bench.dir / "ledger.db"))
        table.add("slow and lossy line to the collector, likewise", bad.count, *lost,
                  recovery_s=time.monotonic() - began)
        assert "conflicts 0" in check(bench), check(bench)
