#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds published messages against config/mqtt/.

    validate.py [FILE...]           lines of JSON (stdin without a FILE): event envelopes, {"topic", "payload"},
                                    or the {"live"} of replay --live
    validate.py --topics [FILE...]  lines "TOPIC PAYLOAD", as mosquitto_sub -v prints them
    validate.py --check             the schemas and asyncapi.yaml themselves

The topic decides by which schema of asyncapi.yaml a payload is judged; a payload may be given as text or as JSON.
An envelope without a topic is an event. Prints one line a fault, FILE:LINE: topic: /path: what is wrong.
Exit 0: all is well (a summary on stderr); 1: something is not; 2: usage, or the schemas cannot be read.
"""
import argparse
import json
import pathlib
import re
import sys
import warnings

import jsonschema
import yaml

warnings.simplefilter("ignore", DeprecationWarning)  # RefResolver: Debian 12 has nothing newer

CONFIG = pathlib.Path(__file__).resolve().parents[2] / "config" / "mqtt"
Validator = jsonschema.Draft202012Validator


class Contract:
    """asyncapi.yaml and its schemas."""

    def __init__(self):
        self.api = yaml.safe_load((CONFIG / "asyncapi.yaml").read_text())
        self.schemas = {p.name: json.loads(p.read_text()) for p in sorted((CONFIG / "schemas").glob("*.json"))}
        self.store = {schema["$id"]: schema for schema in self.schemas.values()}
        self.base = self.schemas["common.json"]["$id"].rsplit("/", 1)[0] + "/"
        self.cache = {}
        self.topics = [(self.topic_pattern(c["address"]), c) for c in self.api["channels"].values()]

    @staticmethod
    def topic_pattern(address):
        parts = re.split(r"\{(\w+)\}", address)
        pattern = "".join(re.escape(p) if i % 2 == 0 else f"(?P<{p}>[^/]+)" for i, p in enumerate(parts))
        return re.compile(pattern + "$")

    def validator(self, ref):
        """ref as in asyncapi.yaml, without schemas/."""
        if ref not in self.cache:
            resolver = jsonschema.RefResolver(self.base, {}, store=self.store)
            self.cache[ref] = Validator({"$ref": self.base + ref}, resolver=resolver)
        return self.cache[ref]

    def local(self, ref):
        """What '#/a/b' names in asyncapi.yaml; KeyError when it names nothing."""
        node = self.api
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def payload_of(self, channel, name):
        message = channel["messages"][name]
        return self.local(message["$ref"])["payload"]

    def judge_topic(self, topic, payload):
        for pattern, channel in self.topics:
            match = pattern.match(topic)
            if match:
                break
        else:
            return ["no channel of asyncapi.yaml has this topic"]
        for name, parameter in channel.get("parameters", {}).items():
            allowed = self.local(parameter["$ref"]).get("enum")
            if allowed and match[name] not in allowed:
                return [f"{name} {match[name]!r} is not one of {', '.join(allowed)}"]
        messages = list(channel["messages"])
        name = match["command"] if len(messages) > 1 else messages[0]
        return self.judge_payload(self.payload_of(channel, name), name, payload)

    def judge_payload(self, schema, name, payload):
        if "$ref" not in schema:
            return []
        if payload == "" and name == "desired_prescription":
            return []  # withdrawn
        if isinstance(payload, str) and name != "status":
            try:
                payload = load(payload)
            except ValueError as error:
                return [f"not JSON: {error}"]
        return self.judge(schema["$ref"].removeprefix("schemas/"), payload)

    def judge(self, ref, value):
        faults = []
        for error in self.validator(ref).iter_errors(value):
            faults += leaves(error)
        return faults


def leaves(error):
    """A fault in an alternative is told by what is wrong in it, not by 'is not valid under any of the given'."""
    if error.context:
        return sorted({line for inner in error.context for line in leaves(inner)})
    path = "/" + "/".join(str(p) for p in error.absolute_path)
    text = error.message
    if error.validator in ("minimum", "maximum", "type", "enum", "pattern"):
        text += f" ({error.schema['description']})" if "description" in error.schema else ""
    return [f"{path}: {text}"]


def load(text):
    """Strict: no NaN, no member twice."""

    def members(pairs):
        keys = [k for k, _ in pairs]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"member {key!r} twice")
        return dict(pairs)

    def refuse(name):
        raise ValueError(f"{name} is not JSON")

    return json.loads(text, object_pairs_hook=members, parse_constant=refuse)


def judge_line(contract, line, with_topics):
    """Returns (what it was, faults)."""
    if with_topics:
        topic, _, payload = line.partition(" ")
        return topic, contract.judge_topic(topic, payload)
    try:
        value = load(line)
    except ValueError as error:
        return "line", [f"not JSON: {error}"]
    if isinstance(value, dict) and set(value) == {"topic", "payload"}:
        return value["topic"], contract.judge_topic(value["topic"], value["payload"])
    if isinstance(value, dict) and set(value) == {"live"}:
        return "live", contract.judge("live.json", value["live"])
    what = value.get("type", "event") if isinstance(value, dict) else "line"
    return what, contract.judge("event.json", value)


def judge_files(contract, files, with_topics):
    lines = bad = 0
    for name in files or ["-"]:
        stream = sys.stdin if name == "-" else open(name, encoding="utf-8")
        for number, line in enumerate(stream, 1):
            line = line.rstrip("\n")
            if not line:
                continue
            lines += 1
            what, faults = judge_line(contract, line, with_topics)
            bad += bool(faults)
            for fault in faults:
                print(f"{name}:{number}: {what}: {fault}")
    print(f"{lines} messages, {bad} of them wrong", file=sys.stderr)
    return bad == 0


def walk(node, path=""):
    yield path, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from walk(child, f"{path}/{key}")


def described(contract, name, schema):
    """The schema itself, or what it refers to."""
    while "description" not in schema and "$ref" in schema:
        file, _, pointer = schema["$ref"].partition("#")
        node = contract.schemas[file or name]
        for part in filter(None, pointer.split("/")):
            node = node[part]
        name, schema = file or name, node
    return schema


def check_schema(contract, name, schema):
    try:
        Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        yield f"not a schema: {error.message}"
    for path, node in walk(schema):
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("$ref"), str):
            try:
                described(contract, name, {"$ref": node["$ref"]})
            except KeyError:
                yield f"{path}: $ref {node['$ref']} names nothing"
        in_condition = any(word in path for word in ("/if", "/then", "/oneOf/", "/allOf/"))
        if node.get("type") == "object" and "properties" in node and "additionalProperties" not in node:
            yield f"{path}: object without additionalProperties"
        for key, prop in (node.get("properties") or {}).items() if not in_condition else ():
            full = described(contract, name, prop)
            if not full.get("description"):
                yield f"{path}/properties/{key}: no description"
            if full.get("type") in ("number", "integer") and "x-unit" not in full:
                yield f"{path}/properties/{key}: no x-unit"


def check_api(contract):
    for path, node in walk(contract.api):
        ref = node.get("$ref") if isinstance(node, dict) else None
        if ref is None:
            continue
        try:
            if ref.startswith("#/"):
                contract.local(ref)
            else:
                described(contract, "", {"$ref": ref.removeprefix("schemas/")})
        except KeyError:
            yield f"{path}: {ref} names nothing"
    used = {op["channel"]["$ref"].rsplit("/", 1)[1] for op in contract.api["operations"].values()}
    for name in contract.api["channels"].keys() - used:
        yield f"channel {name} has no operation"
    commands = contract.api["components"]["parameters"]["command"]["enum"]
    if set(commands) != set(contract.schemas["command.json"]["$defs"]):
        yield "the commands of asyncapi.yaml and of command.json differ"
    types = set(contract.schemas["event.json"]["properties"]["type"]["enum"])
    if types != set(contract.schemas["event_data.json"]["$defs"]) - {"phase"}:
        yield "the types of event.json and of event_data.json differ"


def check(contract):
    faults = [f"asyncapi.yaml: {fault}" for fault in check_api(contract)]
    for name, schema in contract.schemas.items():
        faults += [f"{name}: {fault}" for fault in check_schema(contract, name, schema)]
    for fault in faults:
        print(fault)
    print(f"{len(contract.schemas)} schemas, {len(contract.api['channels'])} channels, {len(faults)} faults",
          file=sys.stderr)
    return not faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topics", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("files", nargs="*", metavar="FILE")
    options = parser.parse_args()
    try:
        contract = Contract()
        ok = check(contract) if options.check else judge_files(contract, options.files, options.topics)
    except (OSError, ValueError, yaml.YAMLError) as error:
        print(f"validate.py: {error}", file=sys.stderr)
        return 2
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
