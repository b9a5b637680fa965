#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Bad input anywhere is told once, with its place, by exit 2, and changes nothing: no output, no file, no journal."""
# gymstation-e2e: quick
import json
import shutil

from station import CTL, DAEMON, ROOT, Bench, run
from suite import main

CHECK = [DAEMON, "--check-config", "--config", "@in.conf"]
TRACE = "# gymstation-trace 1\n"
ITEM = {"exercise": "glute_bridge", "side": "both", "contact": "floor"}


def rx(**more):
    return json.dumps({"v": 1, "rev": 1, "id": "r", "by": "p", "items": [ITEM], **more})


def item(**more):
    return rx(items=[{**ITEM, **more}])


# What it is, the command (@ is the bench's directory), the file in.* that it reads, and what has to be said.
CONFIGURATION = [
    ("unknown key", 'station = {\n  id = "a";\n  colour = 1;\n};', "@in.conf:3: station.colour: is not a known key"),
    ("unknown group", "kitchen = { };", "@in.conf:1: kitchen: is not a known"),
    ("out of range", "station = {\n\n  session_idle_s = 12;\n};", "@in.conf:3: station.session_idle_s: 12 s is outside 30..3600 s"),
    ("wrong type", 'mqtt = { keep_alive_s = "often"; };', "@in.conf:1: mqtt.keep_alive_s: "),
    ("fraction of a whole", "mqtt = { keep_alive_s = 7.5; };", "@in.conf:1: mqtt.keep_alive_s: "),
    ("text for a switch", 'station = { bench = "yes"; };', "@in.conf:1: station.bench: "),
    ("no station id", 'station = { id = "Leg 01"; };', '@in.conf:1: station.id: "Leg 01" is not a station id'),
    ("syntax", 'station = {\n  id = "a"\n  bench = ;\n};', "@in.conf:3: "),
    ("twice", "sim = { seed = 1; seed = 2; };", "@in.conf:1: "),
    ("bad address", 'mqtt = { url = "localhost"; };', "@in.conf:1: mqtt.url: "),
    ("bad port", 'mqtt = { url = "mqtt://h:70000"; };', "has a port outside 1..65535"),
    ("key without certificate", 'mqtt = { url = "mqtts://h"; key_file = "/k"; };', "mqtt.cert_file"),
    ("wildcard in the prefix", 'mqtt = { prefix = "a/#"; };', "@in.conf:1: mqtt.prefix: "),
]

SETTINGS = [
    ("station.colour=1", 'station.colour": is not a known key'),
    ("station.id", '"station.id"'),
    ("station.id=", "station.id: "),
    ("=1", ""),
    ("station.session_idle_s=12", "station.session_idle_s: 12 s is outside 30..3600 s"),
    ("station.session_idle_s=soon", 'station.session_idle_s: needs a number'),
    ("sim.sessions=1.5", "sim.sessions: "),
    ("sim.sessions=99999999999999999999", "sim.sessions: "),
    ("station.bench=maybe", 'station.bench: needs true or false'),
    ("sensor.source=tape", '"tape" is not one of'),
    ("sensor.source=trace:@max", "names no file"),
    ("sensor.source=trace:a@fast", "neither 0.001..10000 nor max"),
    ("station", '"station"'),
]

TRACES = [
    ("no trace", "0 F 1\n", "@in.trace:1: "),
    ("empty", "", "@in.trace"),
    ("another version", "# gymstation-trace 2\n0 F 1\n", "@in.trace:1: "),
    ("unknown letter", TRACE + "0 F 1\n5 Q 1\n", "@in.trace:3: "),
    ("time goes back", TRACE + "5 F 1\n4 F 1\n", "@in.trace:3: "),
    ("negative time", TRACE + "-5 F 1\n", "@in.trace:2: "),
    ("force is no number", TRACE + "0 F much\n", "@in.trace:2: "),
    ("force too large", TRACE + "0 F 99999999999\n", "@in.trace:2: "),
    ("no value", TRACE + "0 F\n", "@in.trace:2: "),
    ("too much", TRACE + "0 F 1 2\n", "@in.trace:2: "),
    ("stamp after its time", TRACE + "5 F 1 @6\n", "@in.trace:2: "),
    ("no such button", TRACE + "0 B go 1\n", "@in.trace:2: "),
    ("no such level", TRACE + "0 B start 2\n", "@in.trace:2: "),
    ("no such slot", TRACE + "0 P 9 {}\n", "@in.trace:2: "),
    ("no such command", TRACE + "0 C dance {}\n", "@in.trace:2: "),
    ("no such trouble", TRACE + "0 X tired\n", "@in.trace:2: "),
    ("counts without a calibration", TRACE + "0 F 1\n1 S 5\n", "@in.trace:3: "),
    ("header twice", TRACE + "# zero_mn: 1\n# zero_mn: 1\n0 F 1\n", "@in.trace:3: "),
    ("header wrong", TRACE + "# calibration: 1\n0 F 1\n", "@in.trace:2: "),
    ("header's prescription", TRACE + "# slot-1: used=0 {}\n0 F 1\n", "@in.trace"),
]

PRESCRIPTIONS = [
    ("no JSON", "{", "@in.json: /: "),
    ("empty", "", "@in.json: /"),
    ("a list", "[]", "@in.json: /: "),
    ("no items", rx(items=[]), "@in.json: /items: "),
    ("no rev", json.dumps({"v": 1, "id": "r", "by": "p", "items": [ITEM]}), "@in.json: /rev: "),
    ("rev 0", rx(rev=0), "@in.json: /rev: "),
    ("unknown key", rx(colour=1), "@in.json: /colour: "),
    ("unknown exercise", item(exercise="flying"), "@in.json: /items/0/exercise: "),
    ("unknown key of an item", item(colour=1), "@in.json: /items/0/colour: "),
    ("sets", item(sets=11), "@in.json: /items/0/sets: 11 is outside 1..10"),
    ("fewer at most than at least", item(reps_min=9, reps_max=8), "@in.json: /items/0/reps_"),
    ("tempo", item(tempo={"con_s": 16}), "@in.json: /items/0/tempo/con_s: 16"),
    ("paced without a time", item(tempo={"con_s": 0, "top_s": 0, "ecc_s": 0, "bottom_s": 0}), "@in.json: /items/0/tempo"),
    ("text for a number", item(rest_s="long"), "@in.json: /items/0/rest_s: "),
    ("a date that is none", rx(valid_until="2026-02-30T00:00:00Z"), "@in.json: /valid_until: "),
    ("a member twice", rx()[:-1] + ',"rev":2}', "@in.json: /"),
    ("not UTF-8", b'{"v":1,"rev":1,"id":"\xff"}', "@in.json: /"),
    ("percent of a body of unknown weight", item(exercise="iso_bridge", target={"kind": "pct_bw", "value": 50}), "@in.json: /"),
]

CSV = [
    ("no such column", "t,G\n0,1\n", '@in.csv:1: no columns "t" (time) and "F" (force)'),
    ("no number", "t,F\n0,1\n1,x\n", '@in.csv:3: column 2: "x" is not a number'),
    ("time goes back", "t,F\n1,1\n0,1\n", "@in.csv:3: time 0 is before"),
    ("empty", "", "@in.csv: there are no lines in it"),
    ("only a header", "t,F\n", "@in.csv"),
]

USAGE = [
    ([DAEMON, "--bogus"], "unrecognized option '--bogus'"),
    ([DAEMON, "something"], "something: no argument is expected here"),
    ([DAEMON, "--config", "@nowhere"], "@nowhere: cannot be read: No such file"),
    ([DAEMON, "--config", "@"], "@"),
    ([DAEMON, "--source", "trace:@nowhere"], "@nowhere: cannot be opened: No such file"),
    ([CTL], "a command is missing"),
    ([CTL, "dance"], "dance"),
    ([CTL, "replay"], "trace"),
    ([CTL, "replay", "@nowhere"], "@nowhere: cannot be opened: No such file"),
    ([CTL, "replay", "--config", "@nowhere", ROOT / "tests/traces/hold.trace"], "@nowhere: "),
    ([CTL, "import", "-t", "1", "x"], "--time, --force and --unit are needed"),
    ([CTL, "import", "-t", "1", "-f", "2", "-u", "stone", "x"], "none of N, kg, kgf, lb"),
    ([CTL, "simulate", "--exercise", "flying"], "flying"),
    ([CTL, "simulate", "--exercise", "step_up", "--case", "odd"], "odd"),
    ([CTL, "simulate", "--exercise", "step_up", "--reps", "0"], "0"),
    ([CTL, "simulate", "--exercise", "step_up", "--seed", "x"], "x"),
    ([CTL, "simulate"], "--exercise"),
    ([CTL, "monitor", "--url", "localhost"], "localhost"),
]


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(bench, what, args, said, name=None, data=None):
    """Exit 2, the place and the reason on stderr, nothing on stdout and no file touched; faults, not the first of them."""
    if name:
        (bench.dir / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    before = contents(bench.dir)
    args = [str(a).replace("@in.", f"{bench.dir}/in.").replace("@nowhere", f"{bench.dir}/nowhere") for a in args]
    args = [str(bench.dir) if a == "@" else a for a in args]
    done = run(*args, code=None)
    said = said.replace("@in.", f"{bench.dir}/in.").replace("@nowhere", f"{bench.dir}/nowhere").replace("@", str(bench.dir))
    lines = done.stderr.partition("Try `")[0].splitlines()  # the advice that argp adds is wrapped as it likes
    wrong = []
    if done.returncode != 2:
        wrong.append(f"exit {done.returncode}")
    if said not in done.stderr:
        wrong.append(f"said nothing of {said!r}")
    if len(lines) != 1:
        wrong.append(f"{len(lines)} lines")
    if done.stdout:
        wrong.append("output beside an error")
    if contents(bench.dir) != before:
        wrong.append("files changed")
    return [f"{what}: {', '.join(wrong)}: {done.stderr.strip()}"] if wrong else []


def every(cases):
    """cases yields the arguments of refused(); all that is wrong is told at once."""
    with Bench() as bench:
        faults = [fault for case in cases for fault in refused(bench, *case)]
        assert not faults, "\n    ".join([f"{len(faults)} cases:", *faults])


def test_configuration_is_refused_by_file_line_and_key():
    every((what, CHECK, said, "in.conf", text) for what, text, said in CONFIGURATION)


def test_the_daemon_does_not_start_with_it_either():
    """The same answer without --check-config, and no journal was made."""
    args = [DAEMON, "--config", "@in.conf", "--set", "mqtt.url=none", "--set", "journal.path=@in.db"]
    every((what, args, said, "in.conf", text) for what, text, said in CONFIGURATION[:3])


def test_a_setting_is_refused_by_its_key():
    args = [DAEMON, "--set", "mqtt.url=none", "--set", "journal.path=@in.db", "--set"]
    every((f"--set {setting}", [*args, setting], said) for setting, said in SETTINGS)


def test_a_journal_that_has_no_place_is_told_by_its_key():
    """Exit 1: what is written is right, but not on this machine."""
    with Bench() as bench:
        path = bench.dir / "nope" / "j.db"
        done = run(DAEMON, "--set", "mqtt.url=none", "--set", f"journal.path={path}", code=1)
        assert done.stderr.rstrip().endswith(f"journal.path: {path}: No such file or directory: create the directory or "
                                             "choose another path"), done.stderr


def test_an_exercise_file_is_refused_by_file_line_and_key():
    """One damaged file among good ones is enough; so is a folder without any."""
    with Bench() as bench:
        folder = bench.dir / "exercises"
        shutil.copytree(ROOT / "config" / "exercises", folder)
        good = (folder / "step_up.conf").read_text()
        args = [DAEMON, "--check-config", "--set", f"exercises.dir={folder}"]
        assert run(*args, code=0)
        faults = []
        for what, text, said in (("unknown key", "colour = 1;\n" + good, "step_up.conf:1: colour: is not a known key"),
                                 ("syntax", "title = ;\n" + good, "step_up.conf:1: "),
                                 ("empty", "", "step_up.conf"),
                                 ("not of its name", good.replace('"step_up"', '"step_down"'), "step_up.conf")):
            faults += refused(bench, what, args, said, "exercises/step_up.conf", text)
        empty = bench.dir / "empty"
        empty.mkdir()
        faults += refused(bench, "a folder without any", [*args[:3], f"exercises.dir={empty}"], "@/empty")
        faults += refused(bench, "no folder", [*args[:3], "exercises.dir=@nowhere"], "@nowhere")
        assert not faults, "\n    ".join(faults)


def test_a_trace_is_refused_by_file_and_line_in_replay():
    def strict(bench, what, text, said):
        faults = refused(bench, what, [CTL, "replay", "@in.trace"], said, "in.trace", text)
        # What came before the malformed line may have been replayed: events are a stream.
        return [fault for fault in faults if not (": output beside an error: " in fault)]

    with Bench() as bench:
        faults = [fault for case in TRACES for fault in strict(bench, *case)]
        assert not faults, "\n    ".join(faults)


def test_a_trace_is_refused_by_file_and_line_in_the_daemon_before_it_starts():
    args = [DAEMON, "--set", "mqtt.url=none", "--set", "journal.path=@in.db", "--source", "trace:@in.trace@max"]
    every((what, args, said, "in.trace", text) for what, text, said in TRACES)


def test_a_prescription_is_refused_by_its_path_in_every_tool():
    trace = ROOT / "tests" / "traces" / "hold.trace"
    tools = ([CTL, "replay", "--prescription", "@in.json", trace], [CTL, "simulate", "--prescription", "@in.json"])
    every((f"{tool[1]}: {what}", tool, said, "in.json", text) for what, text, said in PRESCRIPTIONS for tool in tools)


def test_a_recording_is_refused_by_file_and_line():
    args = [CTL, "import", "--time", "t", "--force", "F", "--unit", "N", "@in.csv"]
    every((what, args, said, "in.csv", text) for what, text, said in CSV)


def test_a_command_line_is_refused_by_its_word():
    every((" ".join(map(str, args)), args, said) for args, said in USAGE)


if __name__ == "__main__":
    main(globals())
