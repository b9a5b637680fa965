#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may do what at a clinic's broker as it is shipped: every topic by every role, reading and writing."""
import json
import ssl

import mqtt5
from clinic import OTHER, ROLES, Clinic
from station import CTL, ID, Process, no_gap, prescription, run, wait_for
from suite import main
from test_collect import stored
from test_session import CURL

COMMANDS = ("stop", "skip", "answer", "tare", "identify", "report", "attribute", "clear_call")
# What a station writes, who else may read it: (tail, readers). S: the station itself, V: viewer and homeassistant.
PLAIN = {"prescriber", "viewer", "homeassistant"}
OWN = {"status": PLAIN | {ID}, "state": PLAIN, "health": PLAIN | {"collector"}, "session": PLAIN, "live": PLAIN,
       "prescription/1": PLAIN, "prescription/8": PLAIN, "event": {"prescriber", "collector"},
       "reply/tare": {"prescriber"}, "reply/resend": {"prescriber", "collector"}, "reply/resend/of-mine": {"prescriber"}}
# What it is told: (tail, who writes it, who reads it beside the station).
TOLD = {"desired/prescription/1": ("prescriber", {"prescriber"}), "desired/prescription/8": ("prescriber", {"prescriber"}),
        "ack": ("collector", {"collector"}), "cmd/resend": ("collector", set()),
        **{f"cmd/{name}": ("prescriber", set()) for name in COMMANDS}}
# Of nobody: not in the contract, so not in the list.
NOBODYS = ("anything", "status/more", "prescription/1/more", "desired/anything", "desired/prescription/1/more", "cmd/new",
           "cmd/tare/more", "ack/more", "event/more")
DISCOVERY = "homeassistant/device/gymstation-{}/config"
CLIENTS = (ID, OTHER, *ROLES)


def rules(station):
    """topic: (who may write it, who may read it)."""
    root = f"gymstation/{station}/"
    table = {root + tail: ({station}, {station if who == ID else who for who in readers}) for tail, readers in OWN.items()}
    table |= {root + tail: ({writer}, {station} | readers) for tail, (writer, readers) in TOLD.items()}
    table[root + "cmd/report"] = ({"prescriber", "collector"}, {station})
    table |= {root + tail: (set(), set()) for tail in NOBODYS}
    # A role's name is not a station's: it writes nothing of its own, though every CN has the patterns.
    table |= {f"gymstation/{role}/{tail}": (set(), None) for role in ROLES for tail in ("event", "status", "reply/tare")}
    table |= {DISCOVERY.format(role): (set(), None) for role in ROLES}
    return table | {DISCOVERY.format(station): ({station}, {"homeassistant"}),
                    "homeassistant/status": ({"homeassistant"}, set(CLIENTS)),  # by pattern: every CN, and no secret
                    f"other/{station}/event": (set(), set()), "gymstation": (set(), set())}


def test_every_topic_is_written_by_those_who_may_alone():
    table = rules(ID) | rules(OTHER)
    with Clinic() as clinic:
        clinic.start_broker()
        for who in CLIENTS:
            with clinic.client(who) as client:
                for topic, (writers, _) in table.items():
                    code = client.publish(topic, "x")
                    wanted = who in writers
                    assert (code < mqtt5.REFUSED) == wanted, \
                        f"{who} {'may' if wanted else 'must not'} write {topic}: 0x{code:02x}"
                    assert wanted or code == mqtt5.NOT_AUTHORIZED, hex(code)
    print(f"written: {len(CLIENTS)} clients x {len(table)} topics")


def read_by(clinic, table, retained):
    """What each client gets of messages that whoever may has written, by a subscription to everything and one to each
    topic."""
    clients = {who: clinic.client(who) for who in CLIENTS}
    try:
        def subscribe():
            for client in clients.values():
                client.subscribe("#", *table)

        def publish():
            for topic, (writers, _) in table.items():
                for who in writers:
                    assert clients[who].publish(topic, topic, retain=retained) < mqtt5.REFUSED

        for step in (publish, subscribe) if retained else (subscribe, publish):
            step()
        return {who: {topic for topic, _, _ in client.all_received()} for who, client in clients.items()}
    finally:
        for client in clients.values():
            client.socket.close()


def test_every_topic_is_read_by_those_who_may_alone():
    table = rules(ID) | rules(OTHER)
    for retained in (False, True):
        with Clinic() as clinic:
            clinic.start_broker()
            got = read_by(clinic, table, retained)
        for who in CLIENTS:
            wanted = {topic for topic, (writers, readers) in table.items() if writers and who in readers}
            assert got[who] == wanted, f"{who}, retained {retained}: too much {got[who] - wanted}, missing {wanted - got[who]}"
    print(f"read: {len(CLIENTS)} clients x {len(table)} topics, live and retained")


def test_a_suback_proves_nothing():
    """The fact behind the station's look at its own status: granted is also what is withheld."""
    with Clinic() as clinic:
        clinic.start_broker()
        with clinic.client("viewer") as viewer:
            assert viewer.subscribe(f"gymstation/{ID}/event") == [0]


def ctl_tls(clinic, who):
    return ("--url", clinic.url, "--cafile", clinic.certs / "ca.crt", "--cert", clinic.certs / f"{who}.crt", "--key",
            clinic.certs / f"{who}.key")


def test_a_clinic_works_with_what_its_roles_may():
    """Station, therapist, collector and the shell over TLS, each with its own certificate: nobody is refused anything."""
    with Clinic() as clinic:
        clinic.start_broker()
        ledger = clinic.dir / "ledger.db"
        collector = Process(clinic, "collect", [CTL, "collect", *ctl_tls(clinic, "collector-e2e"), "--db", ledger])
        wait_for(lambda: "collecting" in collector.output() or not collector.running, 10, "the collector is there")
        station = clinic.station(*clinic.tls(), "sim.sessions=1", "sim.speed=30", "sim.gap_s=300", source="sim", url=clinic.url)
        therapist = ctl_tls(clinic, "prescriber-e2e")
        rx = clinic.write("rx.json", json.dumps(prescription({**CURL, "sets": 1})))
        wait_for(lambda: ID in run(CTL, "status", *therapist, code=None).stdout, 10, "the station is seen")
        said = run(CTL, "prescribe", rx, *therapist, "--station", ID, "--slot", "1").stdout
        assert "applied" in said, said

        def events():
            return [json.loads(body) for _, body in sorted(stored(ledger).items())]

        wait_for(lambda: any(e["type"] == "session_completed" for e in events()), 60, "the session is in the history")
        assert station.stop() == 0
        wait_for(lambda: any(e["type"] == "station_stopping" for e in events()), 10, "and the station's end")
        no_gap(events())
        assert "refuse" not in station.output() and "refuse" not in collector.output(), station.output()
        assert "Denied" not in clinic.broker.output(), clinic.broker.output()


def refused(connect):
    try:
        client = connect()
    except (OSError, ssl.SSLError) as error:
        return str(error)
    client.socket.close()
    raise AssertionError("the broker let it in")


def test_nobody_gets_in_without_a_certificate_of_the_clinic():
    with Clinic() as clinic:
        clinic.start_broker()
        refused(lambda: clinic.client(None))
        refused(lambda: mqtt5.Client(clinic.port))  # without TLS
        refused(lambda: mqtt5.Client(clinic.port, clinic.context(None), username=ID, password="guessed"))
        with Clinic() as stranger:  # of another CA, with the same names
            foreign = clinic.context(None)
            foreign.load_cert_chain(stranger.certs / f"{ID}.crt", stranger.certs / f"{ID}.key")
            refused(lambda: mqtt5.Client(clinic.port, foreign))
        # The certificate says who it is, whatever the client says.
        with clinic.client("viewer", username="prescriber", password="x") as viewer:
            assert viewer.publish(f"gymstation/{ID}/cmd/stop", "{}") == mqtt5.NOT_AUTHORIZED


def test_a_withdrawn_certificate_is_out():
    with Clinic() as clinic:
        clinic.start_broker()
        clinic.client(OTHER).socket.close()
        clinic.make("revoke", clinic.certs / f"{OTHER}.crt")
        clinic.broker.kill()
        clinic.start_broker()
        refused(lambda: clinic.client(OTHER))
        clinic.client(ID).socket.close()


def test_what_is_retained_survives_the_brokers_death():
    """Prescriptions, the collector's ack: on the disk within the second that autosave_interval leaves."""
    with Clinic() as clinic:
        clinic.start_broker()
        topic = f"gymstation/{ID}/desired/prescription/1"
        with clinic.client("prescriber") as prescriber:
            assert prescriber.publish(topic, "kept", retain=True) < mqtt5.REFUSED
            # one change more makes the broker write the one before; autosave counts changes
            prescriber.publish(topic.replace("/1", "/2"), "and this", retain=True)
            database = clinic.dir / "broker" / "mosquitto.db"
            wait_for(lambda: database.exists() and b"kept" in database.read_bytes(), 10, "the broker saves what is retained")
        clinic.broker.kill()
        clinic.start_broker()
        with clinic.client(ID) as station:
            station.subscribe(topic)
            assert station.all_received() == [(topic, "kept", True)]


if __name__ == "__main__":
    main(globals())
