# SPDX-License-Identifier: MIT
"""Lines by the kernel's own interface (GPIO_V2 of linux/gpio.h), so that the board is tested without any library."""
import ctypes
import fcntl
import glob
import os

LINES_MAX, ATTRS_MAX, NAME_MAX = 64, 10, 32
INPUT, OUTPUT = 1 << 2, 1 << 3
BIAS_DISABLED = 1 << 10


class Attribute(ctypes.Structure):
    _fields_ = [("id", ctypes.c_uint32), ("padding", ctypes.c_uint32), ("value", ctypes.c_uint64)]


class ConfigAttribute(ctypes.Structure):
    _fields_ = [("attr", Attribute), ("mask", ctypes.c_uint64)]


class Config(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64), ("num_attrs", ctypes.c_uint32), ("padding", ctypes.c_uint32 * 5),
                ("attrs", ConfigAttribute * ATTRS_MAX)]


class Request(ctypes.Structure):
    _fields_ = [("offsets", ctypes.c_uint32 * LINES_MAX), ("consumer", ctypes.c_char * NAME_MAX), ("config", Config),
                ("num_lines", ctypes.c_uint32), ("event_buffer_size", ctypes.c_uint32), ("padding", ctypes.c_uint32 * 5),
                ("fd", ctypes.c_int32)]


class Values(ctypes.Structure):
    _fields_ = [("bits", ctypes.c_uint64), ("mask", ctypes.c_uint64)]


class ChipInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char * NAME_MAX), ("label", ctypes.c_char * NAME_MAX), ("lines", ctypes.c_uint32)]


def ioctl(direction, number, structure):
    return direction << 30 | ctypes.sizeof(structure) << 16 | 0xB4 << 8 | number


CHIPINFO = ioctl(2, 0x01, ChipInfo)
GET_LINE = ioctl(3, 0x07, Request)
GET_VALUES, SET_VALUES = ioctl(3, 0x0E, Values), ioctl(3, 0x0F, Values)


def open_chip(label):
    for path in sorted(glob.glob("/dev/gpiochip*")):
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        info = ChipInfo()
        fcntl.ioctl(fd, CHIPINFO, info)
        if info.label.decode() == label:
            return fd
        os.close(fd)
    raise AssertionError(f"no chip with the label {label}")


class Line:
    def __init__(self, chip, offset, flags):
        request = Request(consumer=b"test", num_lines=1)
        request.offsets[0], request.config.flags = offset, flags
        fcntl.ioctl(chip, GET_LINE, request)
        self.fd = request.fd

    def get(self):
        values = Values(mask=1)
        fcntl.ioctl(self.fd, GET_VALUES, values)
        return values.bits & 1

    def set(self, level):
        fcntl.ioctl(self.fd, SET_VALUES, Values(bits=level, mask=1))

    def close(self):
        os.close(self.fd)
