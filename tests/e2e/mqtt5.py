# SPDX-License-Identifier: MIT
"""As much of an MQTT 5 client as it takes to see what a broker allows: its reason codes, packet by packet."""
import socket
import struct

REFUSED = 0x80  # reason codes from here on
NOT_AUTHORIZED = 0x87


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def length(n):
    out = b""
    while True:
        n, digit = divmod(n, 128)
        out += bytes([digit | (128 if n else 0)])
        if not n:
            return out


class Client:
    """context: an ssl.SSLContext, or None. A refused connection is a ConnectionError or an ssl.SSLError."""

    def __init__(self, port, context=None, host="localhost", username=None, password=None, name=""):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname=host)
        self.stream, self.ids, self.received = self.socket.makefile("rb"), 0, []
        flags = 2 | (128 if username else 0) | (64 if password else 0)
        body = text("MQTT") + bytes([5, flags]) + struct.pack(">H", 60) + b"\0" + text(name)
        body += text(username) if username else b""
        body += text(password) if password else b""
        self.send(0x10, body)
        kind, answer = self.packet()
        assert kind == 0x20, hex(kind)
        if answer[1] >= REFUSED:
            raise ConnectionRefusedError(f"CONNACK 0x{answer[1]:02x}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, kind, body):
        self.socket.sendall(bytes([kind]) + length(len(body)) + body)

    def packet(self):
        head = self.stream.read(1)
        if not head:
            raise ConnectionResetError("the broker hung up")
        size, shift = 0, 0
        while True:
            digit = self.stream.read(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return head[0], self.stream.read(size)

    def until(self, wanted):
        """The next packet of a kind; messages that come before it are kept in received, as topic, payload and retain."""
        while True:
            kind, body = self.packet()
            if kind & 0xf0 == wanted:
                return body
            self.keep(kind, body)

    def keep(self, kind, body):
        if kind & 0xf0 == 0x30:
            assert kind & 6 == 0, "nothing here subscribes with more than QoS 0"
            n = struct.unpack(">H", body[:2])[0]
            assert body[2 + n] < 128, "more properties than anybody sends"
            self.received.append((body[2:2 + n].decode(), body[3 + n + body[2 + n]:].decode(), bool(kind & 1)))

    def subscribe(self, *filters):
        """The reason code of each."""
        self.ids += 1
        self.send(0x82, struct.pack(">H", self.ids) + b"\0" + b"".join(text(f) + b"\x08" for f in filters))
        return list(self.until(0x90)[3:])

    def publish(self, topic, payload, retain=False):
        """The reason code of a QoS 1 publish."""
        self.ids += 1
        self.send(0x32 | retain, text(topic) + struct.pack(">H", self.ids) + b"\0" + payload.encode())
        answer = self.until(0x40)
        return answer[2] if len(answer) > 2 else 0

    def all_received(self):
        """Whatever the broker had for us when this was called: it answers a ping after that."""
        self.send(0xc0, b"")
        self.until(0xd0)
        return self.received

    def until_message(self):
        """The oldest message that has come, or comes."""
        while not self.received:
            kind, body = self.packet()
            self.keep(kind, body)
        return self.received.pop(0)
