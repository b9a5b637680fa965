# SPDX-License-Identifier: MIT
"""USB pedals, hand buttons and card readers as the kernel sees them: input devices made with uinput (linux/uinput.h). Keys
are those of linux/input-event-codes.h."""
import ctypes
import fcntl
import os
import pathlib
import struct

EV_SYN, EV_KEY = 0, 1
ENTER, DIGITS = 28, dict(zip("1234567890", range(2, 12)))
EVIOCGRAB = 0x40044590


class Setup(ctypes.Structure):
    _fields_ = [("bustype", ctypes.c_uint16), ("vendor", ctypes.c_uint16), ("product", ctypes.c_uint16),
                ("version", ctypes.c_uint16), ("name", ctypes.c_char * 80), ("ff_effects_max", ctypes.c_uint32)]


def ioctl(direction, number, size):
    return direction << 30 | size << 16 | ord("U") << 8 | number


CREATE, DESTROY, SETUP = ioctl(0, 1, 0), ioctl(0, 2, 0), ioctl(1, 3, ctypes.sizeof(Setup))
SET_EVBIT, SET_KEYBIT, GET_SYSNAME = ioctl(1, 100, 4), ioctl(1, 101, 4), ioctl(2, 44, 64)


class Keys:
    """Plugged in as soon as it is made; path is its device."""

    def __init__(self, name, keys):
        self.fd = os.open("/dev/uinput", os.O_WRONLY | os.O_CLOEXEC)
        fcntl.ioctl(self.fd, SET_EVBIT, EV_KEY)
        for key in keys:
            fcntl.ioctl(self.fd, SET_KEYBIT, key)
        fcntl.ioctl(self.fd, SETUP, Setup(bustype=3, vendor=1, product=1, version=1, name=name.encode()))
        fcntl.ioctl(self.fd, CREATE)
        name = fcntl.ioctl(self.fd, GET_SYSNAME, bytes(64)).split(b"\0")[0].decode()
        [event] = pathlib.Path("/sys/devices/virtual/input", name).glob("event*")
        self.path = pathlib.Path("/dev/input", event.name)

    def key(self, code, down):
        """The kernel stamps it."""
        os.write(self.fd, struct.pack("qqHHi", 0, 0, EV_KEY, code, down) + struct.pack("qqHHi", 0, 0, EV_SYN, 0, 0))

    def type(self, text):
        for code in [DIGITS[c] for c in text] + [ENTER]:
            self.key(code, 1)
            self.key(code, 0)

    def unplug(self):
        if self.fd >= 0:
            fcntl.ioctl(self.fd, DESTROY)
            os.close(self.fd)
            self.fd = -1
