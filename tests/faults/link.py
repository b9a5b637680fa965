# SPDX-License-Identifier: MIT
"""Faults of the broker and of the way to it. They strike at a number of PUBACKs, so that the same is under way every
time; the time they last is until the station has given the connection up and made another one."""
import contextlib
import signal
import socket
import sqlite3
import threading
import time

from ledger import Ledger, first_arrivals_in_order
from station import Bench, Gate, replay, wait_for
from test_ack_resend import short_sessions
from test_collect import check, collecting, collector, stored

PUBACK = 4  # MQTT 5, table 2-1
GIVEN_UP_S = 100  # the station's own time-out is 10 s, and it connects again 1-7 s later


class Link(Gate):
    """A way to the broker that knows where its packets begin; at: number of PUBACKs to what then happens."""

    def __init__(self, bench):
        super().__init__(bench)
        self.at, self.pubacks, self.connections, self.eaten, self.eating = {}, 0, 0, 0, False
        self.dead = set()

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
        if packet[0] >> 4 != PUBACK:
            return True
        self.pubacks += 1
        self.at.pop(self.pubacks, lambda: None)()
        self.eaten += self.eating
        return not self.eating

    def pump(self, source, sink):
        with contextlib.suppress(OSError):
            from_broker = source.getpeername()[1] == self.bench.port
            self.connections += not from_broker
            rest = b""
            while data := source.recv(65536):
                if from_broker:
                    found, rest = self.packets(rest + data)
                    data = b"".join([p for p in found if self.passes(p)])
                if source not in self.dead:
                    sink.sendall(data)
        for s in (source, sink):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)


def committed_count(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db, \
            contextlib.suppress(sqlite3.OperationalError):
        return db.execute("SELECT count(*) FROM event").fetchone()[0]
    return 0


class Outage:
    """A station with a backlog behind a link, struck while it delivers, and judged when all is over."""

    def __init__(self, bench, sessions=40):
        self.bench, self.link, self.struck = bench, Link(bench), threading.Event()
        trace = short_sessions(bench, sessions)
        wanted = len(replay(trace)) + 1  # and station_started
        bench.start_broker()
        self.ledger = Ledger(bench.dir / "journal.db")
        self.station = bench.station(source=f"trace:{trace}@max", url=self.link.url)
        wait_for(lambda: (bench.dir / "journal.db").exists() and committed_count(self.ledger.journal) >= wanted, 60,
                 "the backlog is there")
        self.watch = bench.subscribe("gymstation/+/event", qos=0)
        collecting(collector(bench))

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

    def judge(self, table, fault, count):
        began, db = time.monotonic(), self.bench.dir / "ledger.db"
        self.ledger.look()
        while any(lost := self.ledger.judge(stored(db))) and time.monotonic() < began + 120:
            time.sleep(0.1)
        table.add(fault, count, *lost, f"{len(self.ledger.seen)} events", time.monotonic() - began)
        assert not any(lost) and "conflicts 0" in check(self.bench), (fault, lost, check(self.bench))
        assert self.station.running, self.station.output()


@contextlib.contextmanager
def outage():
    with Bench() as bench:
        yield Outage(bench)


def pubacks_eaten(table, times):
    with outage() as o:
        for n in range(times):
            o.strike(100 + o.link.pubacks, lambda: setattr(o.link, "eating", True))
            if n == 0:
                o.link.open()
            o.wait_struck()
            o.wait_given_up(o.link.connections)
            o.link.eating = False
        o.judge(table, "PUBACKs eaten until given up", o.link.eaten)


def half_open(table):
    with outage() as o:
        o.strike(20, o.link.half_open)
        o.link.open()
        o.wait_struck()
        o.wait_given_up(1)
        o.judge(table, "half-open TCP", 1)
        first_arrivals_in_order(o.watch.events())


def cut(table, times):
    with outage() as o:
        for n in range(times):
            o.link.at[10 * (n + 1)] = o.link.cut
        o.link.open()
        wait_for(lambda: not o.link.at, 20 * times + 60, lambda: f"{times} cuts")
        o.judge(table, "connection cut", times)
        first_arrivals_in_order(o.watch.events())


def broker_stopped(table):
    with outage() as o:
        o.strike(20, lambda: o.bench.broker.popen.send_signal(signal.SIGSTOP))
        o.link.open()
        o.wait_struck()
        o.wait_given_up(1)
        o.bench.broker.popen.send_signal(signal.SIGCONT)
        o.judge(table, "broker SIGSTOP until given up", 1)


def broker_killed(table, times):
    with outage() as o:
        for n in range(times):
            o.strike(o.link.pubacks + 15, o.bench.broker.kill)
            if n == 0:
                o.link.open()
            o.wait_struck()
            o.bench.start_broker()
        o.judge(table, "broker SIGKILL", times)
