#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every message that test_event_json_all and _rx render is what config/mqtt/ describes, every field of event, state, health,
live and slot is rendered at least once, and what is wrong is told with its place. Exit 77: python3-jsonschema or
python3-yaml is not installed."""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VALIDATE = ROOT / "tests" / "schema" / "validate.py"
SCHEMAS = ROOT / "config" / "mqtt" / "schemas"

try:
    import jsonschema  # noqa: F401
    import yaml  # noqa: F401
except ImportError as error:
    print(f"skipped: {error}; tools/setup installs it")
    sys.exit(77)


def validate(lines, *options):
    run = subprocess.run([sys.executable, VALIDATE, *options], input=lines, text=True, capture_output=True, check=False)
    return run.returncode, run.stdout + run.stderr


def rendered(name):
    program = pathlib.Path(os.environ.get("GYMSTATION_BUILD", ROOT / "build" / "dev")) / "tests" / name
    return subprocess.run([program, "--print"], text=True, capture_output=True, check=True).stdout


def fields(schema, path):
    """Paths of all properties below; references within the file and to items are followed by name only."""
    for name, prop in schema.get("properties", {}).items():
        yield f"{path}.{name}"
        yield from fields(prop, f"{path}.{name}")
    for part in schema.get("anyOf", []) + schema.get("oneOf", []):
        yield from fields(part, path) if isinstance(part, dict) else ()
    if isinstance(schema.get("items"), dict):
        yield from fields(schema["items"], path)


def seen(value, path):
    if isinstance(value, dict):
        for name, child in value.items():
            yield f"{path}.{name}"
            yield from seen(child, f"{path}.{name}")
    elif isinstance(value, list):
        for child in value:
            yield from seen(child, path)


def load(name):
    return json.loads((SCHEMAS / name).read_text())


def unrendered(messages):
    """Fields that the schemas describe and no sample shows."""
    said = set()
    for topic, payload in messages:
        what = topic.split("/")[2]
        if what == "event":
            said |= {"event.data"} | set(seen({k: v for k, v in payload.items() if k != "data"}, "event"))
            said |= set(seen(payload["data"], payload["type"]))
        else:
            said |= set(seen(payload, what))
    wanted = set(fields(load("event.json"), "event"))
    for name, schema in load("event_data.json")["$defs"].items():
        if name != "phase":  # in rep
            wanted |= set(fields(schema, name))
    for what, name in (("state", "state.json"), ("live", "live.json"), ("health", "health.json"),
                       ("prescription", "slot.json"), ("reply", "reply.json")):
        wanted |= set(fields(load(name), what))
    return sorted(wanted - said)


# What must not pass, and what must be said about it.
WRONG = [
    ('{"v":1}', "'seq' is a required property"),
    ("no", "not JSON"),
    ('{"v":1,"v":1}', "twice"),
    ('{"topic":"gymstation/leg-01/nothing","payload":{}}', "no channel"),
    ('{"topic":"gymstation/leg-01/cmd/start","payload":{}}', "is not one of"),
    ('{"topic":"gymstation/leg-01/status","payload":"asleep"}', "'asleep' is not one of"),
    ('{"topic":"gymstation/leg-01/ack","payload":{"journal":"x","upto":1}}', "/journal"),
    ('{"topic":"gymstation/leg-01/cmd/answer","payload":{"v":1,"id":"a","by":"b","kind":"pain","nrs":11}}', "/nrs"),
    ('{"topic":"gymstation/leg-01/live","payload":{"boot":"b","t_ns":1,"mood":1}}', "'mood' was unexpected"),
]
RIGHT = [
    '{"topic":"gymstation/leg-01/status","payload":"online"}',
    '{"topic":"gymstation/leg-01/desired/prescription/8","payload":""}',
    '{"topic":"gymstation/leg-01/cmd/answer","payload":"{\\"v\\":1,\\"id\\":\\"a\\",\\"by\\":\\"b\\",\\"kind\\":\\"pain\\",\\"nrs\\":0}"}',
]


def main():
    failures = []
    code, said = validate("", "--check")
    if code != 0:
        failures.append(f"the schemas themselves:\n{said}")
    lines = rendered("test_event_json_all") + rendered("test_event_json_rx")
    code, said = validate(lines, "--topics")
    if code != 0:
        failures.append(f"rendered messages:\n{said}")
    messages = [(t, json.loads(p)) for t, _, p in (line.partition(" ") for line in lines.splitlines())]
    if missing := unrendered(messages):
        failures.append("described but rendered by no sample: " + ", ".join(missing))
    for line, want in WRONG:
        code, said = validate(line)
        if code != 1 or want not in said:
            failures.append(f"{line}: expected exit 1 and {want!r}, got exit {code} and:\n{said}")
    for line in RIGHT:
        code, said = validate(line)
        if code != 0:
            failures.append(f"{line}: expected to pass, got:\n{said}")
    # A field that nobody described must fail in every message, and in the data of every event.
    odd = [{"topic": t, "payload": {**p, "surprise": 1}} for t, p in messages]
    odd += [{"topic": t, "payload": {**p, "data": {**p["data"], "surprise": 1}}} for t, p in messages if "data" in p]
    code, said = validate("\n".join(json.dumps(line) for line in odd))
    if f"{len(odd)} messages, {len(odd)} of them wrong" not in said:
        failures.append(f"messages with an undescribed field passed:\n{said}")
    for failure in failures:
        print("FAILED:", failure)
    print(f"{len(messages)} messages, {len(WRONG) + len(RIGHT)} cases, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
