# SPDX-License-Identifier: MIT
"""A broker, a station and a subscriber of their own for the end-to-end tests.

    with Bench() as bench:                       # a directory and every process started; all gone at the end
        bench.start_broker()
        watch = bench.subscribe()
        station = bench.station("sim.speed=20")
        watch.until(lambda: watch.events("session_completed"), 30, "the session ends")

Everything waits on conditions with deadlines; processes are ended by their own pid, in every case.
"""
import contextlib
import dataclasses
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from suite import BUILD, ROOT, Skip

DAEMON, CTL = BUILD / "gymstationd", BUILD / "gymstationctl"
DATA = ROOT.parent / "shared" / "data"  # recordings of other people; may be absent
ID, PREFIX = "leg-e2e", "gymstation"
PATIENT = "p-e2e-token"
# A station that has everything, so that every exercise can be measured.
COMPLETE = ("station.floor_anchor=true", "station.riser_height_m=0.2", "station.bench=true")

sys.path.insert(0, str(ROOT / "tests" / "schema"))


def need(*programs):
    for program in programs:
        if not any(os.access(os.path.join(d, program), os.X_OK) for d in [*os.environ["PATH"].split(":"), "/usr/sbin"]):
            raise Skip(f"{program} is not installed; tools/setup installs it")


def wait_for(condition, seconds, what):
    """Polls for what no one announces: a file, a port, the end of a process."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.005)
    return value


def free_port():
    """Below the range from which the kernel takes the local ports of connections: nobody takes it meanwhile."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


@dataclasses.dataclass
class Message:
    topic: str
    qos: int
    retain: bool
    payload: str
    at: float  # time.monotonic() of its arrival here

    @property
    def tail(self):
        """The topic without prefix and station."""
        return self.topic.split("/", 2)[2]

    @property
    def json(self):
        return json.loads(self.payload)


class Process:
    def __init__(self, bench, name, args, env=None, **how):
        self.name, self.log = name, bench.dir / f"{name}.{len(bench.processes)}.log"
        with open(self.log, "wb") as log:
            how.setdefault("stdout", log)
            how.setdefault("stderr", log)
            self.popen = subprocess.Popen([str(a) for a in args], stdin=subprocess.DEVNULL,
                                          env={**os.environ, **(env or {})}, **how)
        bench.processes.append(self)

    @property
    def running(self):
        return self.popen.poll() is None

    def output(self):
        return self.log.read_text(errors="replace")

    def kill(self):
        if self.running:
            self.popen.kill()
        return self.popen.wait(10)

    def stop(self, seconds=5):
        """SIGTERM; the exit code."""
        self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not stop within {seconds} s") from None


class Watch(Process):
    """mosquitto_sub: every message with its QoS and its retain flag as it was published."""

    def __init__(self, bench, topics, qos=1):
        self.messages, self.changed, self.known = [], threading.Condition(), 0
        self.by_type = {}
        args = ["stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", bench.port, "-V", "5", "-q", qos, "--retain-as-published",
                "-d", "-F", "\x01%q %r %t %p"]
        for topic in topics:
            args += ["-t", topic]
        super().__init__(bench, "watch", args, stdout=subprocess.PIPE)
        self.subscribed = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        assert self.subscribed.wait(10), "the subscriber got no SUBACK"

    def read(self):
        for line in self.popen.stdout:
            now = time.monotonic()
            text = line.decode(errors="replace").rstrip("\n")
            if not text.startswith("\x01"):
                if text.startswith("Subscribed"):
                    self.subscribed.set()
                continue
            qos, retain, topic, payload = (text[1:].split(" ", 3) + [""])[:4]
            with self.changed:
                self.messages.append(Message(topic, int(qos), retain == "1", payload, now))
                self.changed.notify_all()

    def until(self, condition, seconds, what):
        """Waits until condition() is true, looking again at every message."""
        end = time.monotonic() + seconds
        with self.changed:
            while not (value := condition()):
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {seconds} s: {what}; the last of {len(self.messages)} messages: "
                                         + "\n    ".join(f"{m.topic} {m.payload[:300]}" for m in self.messages[-4:]))
                self.changed.wait(left)
        return value

    def of(self, tail):
        return [m for m in self.messages if m.tail == tail]

    def last(self, tail):
        found = self.of(tail)
        return found[-1] if found else None

    def event_messages(self):
        """Parsed once: waiting on long lists stays linear."""
        for m in self.messages[self.known:]:
            self.known += 1
            if m.tail == "event":
                self.by_type.setdefault("", []).append((m, m.json))
        return self.by_type.get("", [])

    def events(self, kind=None, **fields):
        return [e for _, e in self.event_messages() if (kind is None or e["type"] == kind)
                and all(e.get(k, e["data"].get(k)) == v for k, v in fields.items())]


class Gate:
    """The way to the broker, shut or open: shut it refuses connections, as a broker does that is not there. So a
    subscriber can be in place before the station gets through."""

    def __init__(self, bench):
        self.bench, self.port, self.listener = bench, free_port(), None
        self.pairs = []
        bench.keep.callback(self.shut)

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def open(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        with contextlib.suppress(OSError):  # shut
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.bench.port))
                except OSError:
                    near.close()
                    continue
                self.pairs.append((near, far))
                for a, b in ((near, far), (far, near)):
                    threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for s in (source, sink):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)

    def shut(self):
        """No new connections, and an end to those there are."""
        if self.listener:
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        for pair in self.pairs:
            for s in pair:
                with contextlib.suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)
                s.close()
        self.pairs = []


class Bench:
    def __init__(self):
        self.processes, self.broker, self.port = [], None, free_port()
        self.keep = contextlib.ExitStack()

    def __enter__(self):
        self.dir = pathlib.Path(self.keep.enter_context(tempfile.TemporaryDirectory(prefix="gymstation-e2e-")))
        return self

    def __exit__(self, kind, value, trace):
        for process in reversed(self.processes):
            process.kill()
        if kind and not issubclass(kind, Skip):
            for process in self.processes:
                said = process.output().splitlines()[-15:]
                print(f"    log of {process.name}:", *said, sep="\n      ")
        self.keep.close()

    @property
    def url(self):
        return f"mqtt://127.0.0.1:{self.port}"

    def start_broker(self, extra=""):
        need("mosquitto", "mosquitto_sub", "mosquitto_pub")
        conf = self.dir / "mosquitto.conf"
        conf.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                        f"max_queued_messages 0\nmax_inflight_messages 0\n{extra}\n")
        path = os.environ["PATH"] + ":/usr/sbin"
        end = time.monotonic() + 10
        while True:
            self.broker = Process(self, "mosquitto", ["mosquitto", "-c", conf], {"PATH": path})
            wait_for(lambda: self.listening() or not self.broker.running, 10, "the broker listens")
            # A connection of somebody's may have that port as its own for a moment, on kernels with a wider range.
            if self.broker.running or "Address already in use" not in self.broker.output() or time.monotonic() > end:
                break
        assert self.broker.running, f"no broker: {self.broker.output()}"
        return self.broker

    def listening(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def subscribe(self, *topics, qos=1):
        return Watch(self, topics or [f"{PREFIX}/{ID}/#"], qos)

    def publish_lines(self, tail, payloads):
        """One message each, in one go."""
        lines = "".join(json.dumps(payload) + "\n" for payload in payloads)
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-V", "5", "-q", "1", "-l", "-t",
                        f"{PREFIX}/{ID}/{tail}"], input=lines.encode(), check=True, timeout=10)

    def publish(self, tail, payload="", retain=False, props=()):
        args = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-V", "5", "-q", "1", "-t", f"{PREFIX}/{ID}/{tail}"]
        args += ["-r"] if retain else []
        args += ["-s"] if payload != "" else ["-n"]
        for prop in props:
            args += ["-D", "publish", *prop]
        text = payload if isinstance(payload, (str, bytes)) else json.dumps(payload)
        data = text.encode() if isinstance(text, str) else text
        subprocess.run(args, input=data if payload != "" else None, check=True, timeout=10, capture_output=True)

    def prescribe(self, rx, slot=1):
        self.publish(f"desired/prescription/{slot}", rx, retain=True)

    def station(self, *sets, source=None, url=None, complete=True, env=None, config=None):
        """A gymstationd with its journal in this bench's directory; sets are KEY=VALUE."""
        args = [DAEMON, *(["--config", config] if config else [])]
        for one in (f"station.id={ID}", f"mqtt.url={url or self.url}", f"journal.path={self.dir}/journal.db",
                    *(COMPLETE if complete else ()), *sets):
            args += ["--set", one]
        return Process(self, "gymstationd", args + (["--source", str(source)] if source else []), env)

    def write(self, name, text):
        path = self.dir / name
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path


def run(*args, code=0, data=None):
    """Runs a program to its end; what it printed. A code of None: any."""
    done = subprocess.run([str(a) for a in args], input=data, capture_output=True, text=True, timeout=120, check=False)
    if code is not None and done.returncode != code:
        raise AssertionError(f"{' '.join(map(str, args))}: exit {done.returncode} instead of {code}: {done.stderr}")
    return done


def replay(*args):
    """The events of a trace, as they were printed and parsed."""
    lines = run(CTL, "replay", *args).stdout.splitlines()
    return [json.loads(line) for line in lines]


# What a replay cannot know (contract, section 7); everything else is the same, byte for byte.
LIVE_ONLY = ("journal", "seq", "boot", "ts", "clock", "session")


def bare(event):
    """An event without what only a live station knows; text, so that the order of members counts too. first_seq is a
    seq."""
    data = {k: v for k, v in event["data"].items() if k != "first_seq"}
    return json.dumps({**{k: v for k, v in event.items() if k not in LIVE_ONLY}, "data": data})


def same_events(said, wanted, what):
    said, wanted = [bare(e) for e in said], [bare(e) for e in wanted]
    for i, (a, b) in enumerate(zip(said, wanted)):
        assert a == b, f"{what}: event {i + 1} differs:\n    daemon {a}\n    replay {b}"
    assert len(said) == len(wanted), f"{what}: {len(said)} events from the daemon, {len(wanted)} from the replay"


def no_gap(events, first=1):
    """Each seq once, counting by one."""
    seqs = [e["seq"] for e in events]
    assert seqs == list(range(first, first + len(seqs))), f"seq is not {first}, {first + 1}, ...: {seqs}"
    assert len({e["journal"] for e in events}) == 1, "more than one journal"


def valid(messages):
    """Every message as config/mqtt/ describes it, told with its place where not."""
    try:
        from validate import Contract
    except ImportError as error:
        raise Skip(f"{error}; tools/setup installs it") from None
    contract = Contract()
    for m in messages:
        faults = contract.judge_topic(m.topic, m.payload)
        assert not faults, f"{m.topic}: {faults}: {m.payload}"


def prescription(*items, rev=1, **more):
    return {"v": 1, "rev": rev, "id": f"rx-{rev}", "by": "pt-e2e", "patient": PATIENT, "affected_side": "left",
            **more, "items": list(items)}
