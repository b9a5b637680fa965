#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may do what at a clinic's broker as it is shipped: every topic by every role, reading and writing. What a station does
about certificates, passwords and files that are wrong."""
import json
import os
import ssl

import mqtt5
from clinic import EXPIRED, OTHER, ROLES, TO_COME, Clinic
from station import CTL, DAEMON, ID, Bench, Process, need, no_gap, prescription, run, wait_for
from suite import main
from test_ack_resend import states
from test_clock import Clock
from test_collect import committed, stored
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


# --- what goes wrong with certificates and passwords ----------------------------------------------------------------


def plays(bench, *sets, url, **how):
    """A station that plays a session, whatever the broker says."""
    return bench.station(*sets, "sim.sessions=1", "sim.speed=30", "sim.gap_s=300", source="sim", url=url, **how)


def says_then_delivers(bench, station, said, mend, broker=True):
    """Refused in words, everything kept; mended, everything delivered without a restart of the station."""
    wait_for(lambda: said in station.output() or not station.running, 20, f"the station says: {said}")
    assert station.running, station.output()
    wait_for(lambda: len(states(bench)) > 0, 20, "the journal keeps")
    assert set(states(bench).values()) == {0}, "something was delivered"
    mend()
    if broker:
        bench.broker.kill()
        bench.start_broker()
    wait_for(lambda: states(bench) and all(states(bench).values()), 60, "everything is delivered")
    assert sorted(states(bench)) == list(range(1, len(states(bench)) + 1))
    assert station.stop() == 0


def brokers_certificate(said, *broker, options=()):
    with Clinic() as clinic:
        clinic.make("broker", *(broker or ("localhost",)), options=options)
        clinic.start_broker()
        station = plays(clinic, *clinic.tls(), url=clinic.url)
        says_then_delivers(clinic, station, said, lambda: clinic.make("broker", "localhost"))


def test_a_broker_whose_certificate_has_expired():
    brokers_certificate("certificate verify failed; the broker's certificate", options=EXPIRED)


def test_a_broker_whose_certificate_is_not_valid_yet():
    brokers_certificate("set this clock", options=TO_COME)


def test_a_broker_with_a_certificate_for_another_name():
    """verify is on by default: whoever has any certificate of the CA is not the broker."""
    brokers_certificate("for another name than that in mqtt.url", "elsewhere")


def test_a_station_that_passes_itself_off_as_the_broker():
    with Clinic() as clinic:
        for end in ("crt", "key"):
            (clinic.certs / f"broker.{end}").write_bytes((clinic.certs / f"{OTHER}.{end}").read_bytes())
        clinic.start_broker()
        station = plays(clinic, *clinic.tls(), url=clinic.url)
        says_then_delivers(clinic, station, "certificate verify failed", lambda: clinic.make("broker", "localhost"))


def test_a_stations_own_certificate_out_of_date():
    """A new file is taken up by the next attempt to connect."""
    for options, said in ((EXPIRED, "mqtt.cert_file has expired: replace it"), (TO_COME, "is this clock right?")):
        with Clinic() as clinic:
            clinic.make("station", ID, options=options)
            clinic.start_broker()
            station = plays(clinic, *clinic.tls(), url=clinic.url)
            says_then_delivers(clinic, station, said, lambda: clinic.make("station", ID), broker=False)


def test_a_wrong_password():
    with Bench() as bench:
        need("mosquitto_passwd", "mosquitto")
        words, secret = bench.dir / "passwords", bench.write("secret", "wrong\n")
        secret.chmod(0o600)

        def password(word):
            run("mosquitto_passwd", "-b", "-c", words, ID, word)
            words.chmod(0o644)

        def start():
            conf = bench.write("m.conf", f"listener {bench.port} 127.0.0.1\npassword_file {words}\nallow_anonymous false\n"
                               + ("user root\n" if os.geteuid() == 0 else ""))
            bench.broker = Process(bench, "mosquitto", ["mosquitto", "-c", conf], {"PATH": os.environ["PATH"] + ":/usr/sbin"})
            wait_for(bench.listening, 10, "the broker listens")

        bench.start_broker = start
        password("right")
        start()
        station = plays(bench, f"mqtt.username={ID}", f"mqtt.password_file={secret}", url=bench.url)
        says_then_delivers(bench, station, "the broker does not know mqtt.username with this password",
                           lambda: password("wrong"))
        assert "wrong" not in station.output()


def test_health_tells_how_long_the_certificate_is_valid():
    with Clinic() as clinic:
        clinic.make("station", ID, options=("--days", "40"))
        clinic.start_broker()
        with clinic.client("prescriber") as therapist:
            therapist.subscribe(f"gymstation/{ID}/health")
            clinic.station(*clinic.tls(), url=clinic.url)
            health = json.loads(therapist.until_message()[1])
        assert health["cert_days_left"] == 39, health


def faults(days, synced):
    """What the events up to the end of the station say of its certificate."""
    with Clinic() as clinic:
        clinic.make("station", ID, options=("--days", str(days)))
        clinic.start_broker()
        with clinic.client("prescriber") as therapist:
            therapist.subscribe(f"gymstation/{ID}/event", f"gymstation/{ID}/live")
            station = clinic.station(*clinic.tls(), url=clinic.url, env=Clock(clinic, synced=synced).env)
            while not therapist.until_message()[0].endswith("/live"):  # live: the loop has turned
                pass
            assert station.stop() == 0
            events = [json.loads(body) for _, body in sorted(committed(clinic.dir / "journal.db").items())]
        return [e["data"] for e in events if e["type"] == "fault_raised" and e["data"]["fault"] == "cert_expiring"]


def test_a_certificate_that_expires_soon_is_a_fault_where_the_clock_is_known():
    raised = faults(20, True)
    assert [fault["effect"] for fault in raised] == ["none"], raised
    assert not faults(22, True) and not faults(20, False)


# --- secrets in files ---------------------------------------------------------------------------------------------------


def starts(station):
    wait_for(lambda: "connected to the broker" in station.output() or not station.running, 10, "it connects or ends")
    return station.running


def test_a_secret_that_others_may_read_is_refused():
    with Clinic() as clinic:
        clinic.start_broker()
        key = clinic.certs / f"{ID}.key"
        word = clinic.write("password", "a password\n")
        for mode in (0o644, 0o640, 0o604, 0o660):
            key.chmod(mode)
            station = clinic.station(*clinic.tls(), url=clinic.url)
            assert station.popen.wait(10) == 2 and f"mqtt.key_file: {key}: others" in station.output(), station.output()
            word.chmod(mode)
            station = clinic.station(f"mqtt.username={ID}", f"mqtt.password_file={word}", url=clinic.url)
            assert station.popen.wait(10) == 2 and "mqtt.password_file" in station.output(), station.output()
            assert f"{mode:04o}" in station.output() and "chmod 0600" in station.output(), station.output()
        key.chmod(0o600)
        assert starts(clinic.station(*clinic.tls(), url=clinic.url))


def test_a_key_of_another_certificate_is_refused():
    with Clinic() as clinic:
        station = clinic.station(*clinic.tls()[:2], f"mqtt.key_file={clinic.certs}/{OTHER}.key", url=clinic.url)
        assert station.popen.wait(10) == 2 and "is not the key of mqtt.cert_file" in station.output(), station.output()


def test_credentials_of_the_unit_are_found_by_their_names():
    """As systemd gives them: a directory in the environment, files whose mode shows the ACL's bits as the group's."""
    with Clinic() as clinic:
        clinic.start_broker()
        kept = clinic.dir / "credentials"
        kept.mkdir()
        for name, source in (("ca.crt", "ca.crt"), ("station.crt", f"{ID}.crt"), ("station.key", f"{ID}.key")):
            (kept / name).write_bytes((clinic.certs / source).read_bytes())
            (kept / name).chmod(0o440)
        sets = ("mqtt.ca_file=ca.crt", "mqtt.cert_file=station.crt", "mqtt.key_file=station.key")
        assert starts(clinic.station(*sets, url=clinic.url, env={"CREDENTIALS_DIRECTORY": str(kept)}))


def test_a_password_in_the_url_is_refused():
    for url in (f"mqtt://{ID}:word@localhost:1883", f"mqtts://{ID}@localhost"):
        said = run(DAEMON, "--set", f"mqtt.url={url}", "--check-config", code=2).stderr
        assert "mqtt.password_file" in said, said


if __name__ == "__main__":
    main(globals())
