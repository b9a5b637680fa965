# SPDX-License-Identifier: MIT
"""A clinic for the tests: certificates by tools/certs and a broker with the configuration of config/broker."""
import os
import ssl

import mqtt5
from station import ID, Bench, Process, need, run, wait_for
from suite import ROOT

CERTS = ROOT / "tools" / "certs"
ROLES = ("collector", "prescriber", "viewer", "homeassistant")
OTHER = "leg-other"
# A time long ago, and one far ahead.
EXPIRED = ("--from", "20200101000000Z", "--until", "20200201000000Z")
TO_COME = ("--from", "20900101000000Z", "--until", "20910101000000Z")


class Clinic(Bench):
    """Broker and clients of the shipped configuration; only places and the port are this test's own."""

    def __enter__(self):
        super().__enter__()
        need("openssl", "mosquitto")
        self.certs = self.dir / "certs"
        self.make("ca")
        self.make("broker", "localhost", "127.0.0.1")
        for station in (ID, OTHER):
            self.make("station", station)
        for role in ROLES:
            self.make(role, "e2e")
        return self

    def make(self, *command, options=()):
        return run(CERTS, *options, self.certs, *command)

    def start_broker(self, extra=""):
        conf = (ROOT / "config" / "broker" / "mosquitto.conf").read_text()
        acl = ROOT / "config" / "broker" / "gymstation.acl"
        for theirs, ours in (("listener 8883\n", f"listener {self.port} 127.0.0.1\n"),
                             ("/etc/mosquitto/gymstation.acl\n", f"{acl}\n"),
                             ("/etc/mosquitto/gymstation/", f"{self.certs}/")):
            assert theirs in conf, theirs
            conf = conf.replace(theirs, ours)
        conf_d, kept = self.dir / "conf.d", self.dir / "broker"
        conf_d.mkdir(exist_ok=True)
        kept.mkdir(exist_ok=True)
        (conf_d / "gymstation.conf").write_text(conf + extra)
        # As Debian's own, which includes ours.
        main = self.write("mosquitto.conf", f"persistence true\npersistence_location {kept}/\nlog_dest stderr\n"
                          + (f"user root\n" if os.geteuid() == 0 else "") + f"include_dir {conf_d}\n")
        self.broker = Process(self, "mosquitto", ["mosquitto", "-c", main], {"PATH": os.environ["PATH"] + ":/usr/sbin"})
        wait_for(lambda: self.listening() or not self.broker.running, 10, "the broker listens")
        assert self.broker.running, self.broker.output()
        return self.broker

    @property
    def url(self):
        return f"mqtts://localhost:{self.port}"

    def context(self, who):
        context = ssl.create_default_context(cafile=self.certs / "ca.crt")
        if who:
            context.load_cert_chain(self.certs / f"{who}.crt", self.certs / f"{who}.key")
        return context

    def client(self, who, **how):
        """who: a station's id or a role."""
        return mqtt5.Client(self.port, self.context(f"{who}-e2e" if who in ROLES else who), **how)

    def tls(self, who=ID):
        """The configuration of a station with its certificate."""
        return (f"mqtt.ca_file={self.certs}/ca.crt", f"mqtt.cert_file={self.certs}/{who}.crt",
                f"mqtt.key_file={self.certs}/{who}.key")
