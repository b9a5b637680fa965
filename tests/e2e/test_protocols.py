#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 beside 5, and what Home Assistant is told."""
# gymstation-e2e: quick
import json
import subprocess
import time

from station import ID, PREFIX, Bench, valid, wait_for
from suite import main
from test_ack_resend import states
from test_topics import command, idle_station

DISCOVERY = f"homeassistant/device/gymstation-{ID}/config"


def test_over_3_1_1_events_arrive_and_commands_must_expire():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe()
        idle = bench.write("idle.trace", "# gymstation-trace 1\n0 F 0\n")
        station = bench.station("mqtt.protocol=3.1.1", source=f"trace:{idle}")
        watch.until(lambda: watch.events("station_started"), 10, "the first event")
        assert "(p2, c1" in bench.broker.output(), bench.broker.output()  # mosquitto's name for 3.1.1
        bench.publish("cmd/identify", command("i1"))
        reply = watch.until(lambda: watch.of("reply/identify"), 10, "the refusal")[0].json
        assert (reply["code"], reply["path"]) == ("invalid", "/expires"), reply
        bench.publish("ack", {"journal": watch.events()[0]["journal"], "upto": 1}, retain=True)
        wait_for(lambda: states(bench)[1] == 2, 10, "the collector's acknowledgement is taken")
        bench.broker.kill()
        bench.start_broker()
        watch = bench.subscribe()
        watch.until(lambda: watch.last("status") and watch.last("status").payload == "online", 10, "it is back")
        assert station.stop() == 0
        watch.until(lambda: watch.last("status").payload == "offline", 5, "it says goodbye")


def test_home_assistant_is_told_again_when_it_starts():
    with Bench() as bench:
        bench.start_broker()
        home, watch = bench.subscribe(DISCOVERY), bench.subscribe()
        idle_station(bench)
        first = home.until(lambda: home.messages, 10, "the discovery")[0]
        assert first.retain and first.qos == 1, first
        told = first.json
        assert told["dev"]["ids"] == [f"gymstation-{ID}"] and told["o"]["name"] == "gymstation"
        for one in told["cmps"].values():
            assert one["p"] in ("sensor", "binary_sensor") and one["unique_id"].startswith(f"gymstation-{ID}-")
            assert one["state_topic"] in (f"{PREFIX}/{ID}/state", f"{PREFIX}/{ID}/health"), one
        assert told["availability_topic"] == f"{PREFIX}/{ID}/status"
        before = time.monotonic()
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(bench.port), "-t", "homeassistant/status", "-m", "online"],
                       check=True, timeout=10)
        again = home.until(lambda: home.messages[1:], 12, "the discovery again")[0]
        assert again.payload == first.payload and again.at - before < 11
        valid(watch.messages + home.messages)


def test_discovery_can_be_switched_off():
    with Bench() as bench:
        bench.start_broker()
        watch = bench.subscribe("#")
        station = idle_station(bench)
        watch.until(lambda: [m for m in watch.messages if m.topic == DISCOVERY], 10, "it is told")
        assert station.stop() == 0
        watch = bench.subscribe("gymstation/#", "homeassistant/#")
        mark = len(watch.messages)
        bench.station("mqtt.discovery=false", source="sim")
        watch.until(lambda: [m for m in watch.messages[mark:] if m.topic.endswith("/event")], 10, "the first event")
        fresh = [m for m in watch.messages if m.topic == DISCOVERY]
        assert len(fresh) <= 1, "only what was retained"
        assert json.loads(fresh[0].payload)["o"]["name"] == "gymstation"


if __name__ == "__main__":
    main(globals())
