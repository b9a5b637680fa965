# SPDX-License-Identifier: MIT
"""Faults of who is let in and of what the clock says: the broker changes its mind in mid-session, knows another password,
has a certificate of another time; another client comes under the station's id; the wall clock jumps."""
import os
import signal
import time

import mqtt5
from clinic import EXPIRED, TO_COME, Clinic
from ledger import Ledger, stored_so_far
from link import CONNACK, PUBACK, Outage, committed_count
from station import CTL, ID, PREFIX, Bench, Process, need, replay, run, wait_for
from test_ack_resend import short_sessions
from test_clock import Clock, timeline
from test_security import ctl_tls

EVENTS = f"topic write {PREFIX}/{ID}/event\n"


class Guarded(Bench):
    """A broker with a password and a list of rights, which it reads anew at a SIGHUP."""

    def start_broker(self):
        """max_queued_messages is not 0: with that, mosquitto 2.0.11 drops whoever it refuses a message."""
        need("mosquitto", "mosquitto_passwd")
        (self.dir / "secret").write_text("right\n")
        (self.dir / "secret").chmod(0o600)
        self.set_password("right")
        self.set_rights(EVENTS)
        conf = self.write("guarded.conf", f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                          f"password_file {self.dir}/words\nacl_file {self.dir}/rights\nmax_queued_messages 100000\n"
                          "max_inflight_messages 0\n" + ("user root\n" if os.geteuid() == 0 else ""))
        self.broker = Process(self, "mosquitto", ["mosquitto", "-c", conf], {"PATH": os.environ["PATH"] + ":/usr/sbin"})
        wait_for(self.listening, 10, "the broker listens")

    def set_password(self, word):
        run("mosquitto_passwd", "-b", "-c", self.dir / "words", ID, word)
        (self.dir / "words").chmod(0o644)

    def set_rights(self, events):
        others = ("status", "state", "health", "session", "live", "prescription/+", "reply/#")
        self.write("rights", "topic readwrite #\n" f"user {ID}\ntopic read #\n" + events
                   + "".join(f"topic write {PREFIX}/{ID}/{tail}\n" for tail in others)
                   + f"topic write homeassistant/device/gymstation-{ID}/config\n").chmod(0o644)

    def reload(self):
        self.broker.popen.send_signal(signal.SIGHUP)

    @property
    def login(self):
        return f"mqtt.username={ID}", f"mqtt.password_file={self.dir}/secret"


def guarded_outage(bench, **how):
    (bench.dir / "secret").touch()
    return Outage(bench, sets=bench.login, **how)


def acl_refused(table, times):
    """The right to write events is withdrawn while sessions run, and given back once rows have been refused."""
    with Guarded() as bench:
        o = guarded_outage(bench, sessions=8 * times, speed=20)
        o.link.open()
        for _ in range(times):
            wait_for(lambda mark=committed_count(o.ledger.journal): committed_count(o.ledger.journal) > mark + 4, 60,
                     "a session runs")
            refused = o.link.refused[PUBACK]
            bench.set_rights("")
            bench.reload()
            wait_for(lambda mark=refused: o.link.refused[PUBACK] > mark, 60, "an event is refused")
            bench.set_rights(EVENTS)
            bench.reload()
            wait_for(lambda: all_taken(o), 90, "what was refused is taken")
        assert "0x87" in o.station.output(), o.station.output()
        o.judge(table, "event refused by the broker's rights in mid-session", o.link.refused[PUBACK], ordered=False)


def all_taken(o):
    """All but the newest, which may be under way."""
    stored_now = len(stored_so_far(o.bench.dir / "ledger.db"))
    return stored_now > 0 and stored_now >= committed_count(o.ledger.journal) - 2


def password_refused(table, times):
    """Another password at the broker, while sessions run: each CONNACK that says no is one."""
    with Guarded() as bench:
        o = guarded_outage(bench, sessions=20 * times, speed=20)
        o.link.open()
        for _ in range(times):
            wait_for(lambda: all_taken(o), 90, "it delivers")
            refused = o.link.refused[CONNACK]
            bench.set_password("another")
            bench.reload()
            o.link.cut()
            wait_for(lambda mark=refused: o.link.refused[CONNACK] > mark + 1, 60, "it is refused twice")
            bench.set_password("right")
            bench.reload()
        wait_for(lambda: all_taken(o), 90, "it delivers")
        assert "mqtt.username" in o.station.output(), o.station.output()
        o.judge(table, "connection refused for its password", o.link.refused[CONNACK])


CERTIFICATES = (
    ("the broker's has expired", ("broker", "localhost"), EXPIRED, "certificate verify failed"),
    ("the broker's is not valid yet", ("broker", "localhost"), TO_COME, "set this clock"),
    ("the broker's is for another name", ("broker", "elsewhere"), (), "for another name than that in mqtt.url"),
    ("the station's has expired", ("station", ID), EXPIRED, "mqtt.cert_file has expired"),
    ("the station's is not valid yet", ("station", ID), TO_COME, "is this clock right?"),
)


def certificate(table, what, made, options, said):
    """Sessions run without a broker that can be trusted, until a good certificate is put in place."""
    with Clinic() as clinic:
        db, journal = clinic.dir / "ledger.db", clinic.dir / "journal.db"
        clinic.make(*made, options=options)
        clinic.start_broker()
        trace = short_sessions(clinic, 10)
        wanted = len(replay(trace)) + 1
        station = clinic.station(*clinic.tls(), source=f"trace:{trace}@max", url=clinic.url)
        wait_for(lambda: said in station.output() or not station.running, 30, f"the station says: {said}")
        wait_for(lambda: committed_count(journal) >= wanted, 30, "the sessions are in the journal")
        Process(clinic, "collect", [CTL, "collect", *ctl_tls(clinic, "collector-e2e"), "--db", db])
        clinic.make(made[0], "localhost" if made[0] == "broker" else ID)
        if made[0] == "broker":
            clinic.broker.kill()
            clinic.start_broker()
        judge(table, f"certificate: {what}", journal, db, 1)
        assert station.running, station.output()


def judge(table, fault, journal, db, count):
    ledger, began = Ledger(journal), time.monotonic()
    ledger.look()
    end = began + 120
    while any(lost := ledger.judge(stored_so_far(db))) and time.monotonic() < end:
        time.sleep(0.1)
    table.add(fault, count, *lost, recovery_s=time.monotonic() - began)
    assert not any(lost), (fault, lost)


def taken_over(table, times):
    """Another client comes under the station's id, and goes."""
    with Bench() as bench:
        o = Outage(bench)

        def intrude():
            mqtt5.Client(bench.port, name=f"gymstation-{ID}").socket.close()

        for n in range(times):
            o.strike(20 + o.link.pubacks, intrude)
            if n == 0:
                o.link.open()
            o.wait_struck()
            o.wait_given_up(o.link.connections)
        o.judge(table, "another client under the station's id", times)


def clock_jumps(table, sessions):
    """Ten years ahead and behind, twenty times a second, while sessions run and the broker is killed."""
    with Bench() as bench:
        clock = Clock(bench)
        o = Outage(bench, sessions=sessions, speed=20, env=clock.env)
        jumps, set_clock = [0], clock.set

        def counted(*offset):
            jumps[0] += 1
            set_clock(*offset)

        clock.set = counted
        saw = clock.saw()
        o.strike(20, bench.broker.kill)
        o.link.open()
        o.wait_struck()
        bench.start_broker()
        o.wait_committed()
        clock.ended.set()
        saw.join()
        o.judge(table, "jump of the wall clock by up to ten years", jumps[0], ordered=False)
        events = [e for e in o.ledger.events() if e["type"] not in ("station_started", "clock_synced")]
        for said, wanted in zip(timeline(events), timeline(o.wanted), strict=True):
            assert said == wanted, f"durations:\n    daemon {said}\n    replay {wanted}"
