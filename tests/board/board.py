# SPDX-License-Identifier: MIT
"""What is soldered to the board: an HX711 on two lines of its own chip, buttons and lights on the header. For use inside."""
import glob
import pathlib

HX711_DRIVER = pathlib.Path("/sys/bus/platform/drivers/hx711-gpio")  # bind, unbind: gymstation-hx711
WIRE = pathlib.Path("/sys/devices/platform/hx711-wire")


def header_line(number):
    """The simulated side of a line of the header (BCM number)."""
    found = glob.glob(f"/sys/devices/platform/gpio-sim.*/gpiochip*/sim_gpio{number}")
    assert len(found) == 1, f"line {number} of the header: {found}"
    return pathlib.Path(found[0])


def wire(**world):
    """Changes the world of the HX711: see module/wire.c."""
    for name, value in world.items():
        (WIRE / name).write_text(f"{value}\n", encoding="ascii")


def counts():
    """What the HX711 counted since the board was switched on."""
    lines = (WIRE / "counts").read_text(encoding="ascii").split("\n")
    return {name: int(value) for name, value in (line.split() for line in lines if line)}


class Button:
    """Between a line and ground, with a pull-up: pressed is low."""

    def __init__(self, number):
        self.pull = header_line(number) / "pull"
        self.set(False)

    def set(self, pressed):
        self.pull.write_text("pull-down" if pressed else "pull-up", encoding="ascii")


def level(number):
    """Level of an output of the header."""
    return int((header_line(number) / "value").read_text(encoding="ascii"))