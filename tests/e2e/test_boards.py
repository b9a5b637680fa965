#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# gymstation-e2e: quick
"""What a technician works with agrees: the samples of config/boards, the drawing, the table of the README, the overlays."""
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import suite
from station import DAEMON, ROOT, need, run

SAMPLES = sorted((ROOT / "config" / "boards").glob("*.conf"))
LABELS = {"pi3": "pinctrl-bcm2835", "pi4": "pinctrl-bcm2711", "pi5": "pinctrl-rp1", "zero2w": "pinctrl-bcm2835"}
# Lines of the header of every Raspberry Pi with 40 pins.
HEADER = {3: 2, 5: 3, 7: 4, 8: 14, 10: 15, 11: 17, 12: 18, 13: 27, 15: 22, 16: 23, 18: 24, 19: 10, 21: 9, 22: 25, 23: 11, 24: 8,
          26: 7, 29: 5, 31: 6, 32: 12, 33: 13, 35: 19, 36: 16, 37: 26, 38: 20, 40: 21}


def sample_lines(path):
    """{"sensor.dout": (line, pin as the comment says)} of a sample."""
    group, found = None, {}
    for text in path.read_text(encoding="utf-8").splitlines():
        if (opened := re.match(r"(\w+) = \{", text)):
            group = opened.group(1)
        elif (line := re.match(r'\s+(\w+) = "(\d+)";\s+# pin (\d+)', text)):
            found[f"{group}.{line.group(1)}"] = (int(line.group(2)), int(line.group(3)))
    return found


def test_samples_are_accepted():
    assert [path.stem for path in SAMPLES] == sorted(LABELS), SAMPLES
    for path in SAMPLES:
        run(DAEMON, "--config", path, "--check-config")
        chips = set(re.findall(r'chip = "(.*)"', path.read_text(encoding="utf-8")))
        assert chips == {LABELS[path.stem]}, f"{path.stem}: {chips}"


def test_samples_are_wired_alike():
    lines = sample_lines(SAMPLES[0])
    assert len(lines) == 10, lines
    for path in SAMPLES:
        assert sample_lines(path) == lines, path
    for key, (line, pin) in lines.items():
        assert HEADER[pin] == line, f"{key}: pin {pin} is GPIO{HEADER[pin]}"


def test_table():
    rows = re.findall(r"^\| (\d+) \| GPIO(\d+) \| .* \| `(\S+)` \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert {key: (int(line), int(pin)) for pin, line, key in rows} == sample_lines(SAMPLES[0])


def test_drawing():
    """A wire in the drawing is level with its pin; the name of the line stands above it, that of the wire at its end."""
    tree = ElementTree.parse(ROOT / "config" / "wiring.svg").getroot()
    of = lambda tag: tree.iter("{http://www.w3.org/2000/svg}" + tag)  # noqa: E731
    pins = {text.text: float(text.get("y")) - 3.5 for text in of("text") if text.get("font-size") == "9"}
    assert len(pins) == 40
    texts = [(float(text.get("y")), text.text) for text in of("text")]
    for key, (line, pin) in sample_lines(SAMPLES[0]).items():
        level = pins[str(pin)]
        assert any(float(wire.get("y1")) == float(wire.get("y2")) == level for wire in of("line")), f"no wire at pin {pin}"
        name = {"dout": "DT", "sck": "SCK"}.get(key.split(".")[1], key.split(".")[1])
        near = [text for y, text in texts if abs(y - level) <= 5]
        assert f"GPIO{line}" in near and name in near, f"pin {pin}: {near}"


def test_overlays():
    need("dtc", "fdtoverlay")
    base = ('/dts-v1/; / { gpio: gpio { gpio-controller; #gpio-cells = <2>; phandle = <1>; }; '
            'i2c_arm: i2c { #address-cells = <1>; #size-cells = <0>; }; };')
    with tempfile.TemporaryDirectory() as folder:
        compiled = ["dtc", "-@", "-I", "dts", "-O", "dtb", "-o"]
        subprocess.run([*compiled, f"{folder}/base.dtb"], input=base, text=True, check=True, capture_output=True)
        for path in sorted((ROOT / "config" / "overlays").glob("*.dts")):
            said = run(*compiled, f"{folder}/{path.stem}.dtbo", path).stderr
            assert said == "", said
            run("fdtoverlay", "-i", f"{folder}/base.dtb", "-o", f"{folder}/{path.stem}.dtb", f"{folder}/{path.stem}.dtbo")
        both = run("dtc", "-q", "-I", "dtb", "-O", "dts", f"{folder}/gymstation-hx711.dtb").stdout
        assert re.search(r"dout-gpios = <0x01 0x05 0x00>", both) and re.search(r"sck-gpios = <0x01 0x06 0x00>", both), both
        both = run("dtc", "-q", "-I", "dtb", "-O", "dts", f"{folder}/gymstation-nau7802.dtb").stdout
        assert "nuvoton,nau7802" in both, both


if __name__ == "__main__":
    suite.main(globals())
