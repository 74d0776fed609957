"""Systems under test as programs: each answers rightly about My Numbers, but for one poisoned question."""

import os
import shlex
import sys
import time
from pathlib import Path

from jpki_oracle.scenarios.scenario import Scenario, write_suite

RIGHT, WRONG, POISON = "123456789018", "123456789019", "000000000000"
"""Two numbers by hand: the weighted sum of 1 to 9, 0, 1 leaves the remainder 3, so that 8 is the check digit."""
OTHERS = ("319592179286", "012345678901")

PROGRAM = """
import json, os, signal, subprocess, sys, time
from pathlib import Path

here = Path(__file__).parent
child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(120)"])
with (here / "pids").open("a") as file:
    file.write(f"{{os.getpid()}} {{child.pid}}\\n")

def valid(text):
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return False
    total = sum(int(text[11 - n]) * (n + 1 if n <= 6 else n - 5) for n in range(1, 12))
    return int(text[11]) == (0 if total % 11 <= 1 else 11 - total % 11)

def say(text):
    sys.stdout.write(text + "\\n")
    sys.stdout.flush()

while True:
    line = sys.stdin.readline()
    if not line:
        child.kill()
        child.wait()
        sys.exit(0)
    asked = json.loads(line)
    number = asked.get("params", {{}}).get("number")
    if asked["method"] == "describe":
        result = {{"protocol": 1, "name": "acme", "version": "1", "capabilities": ["number"]}}
    else:
        result = {{"valid": valid(number)}}
    if number is not None:
        {each}
    if {when}:
        {poison}
    say(json.dumps({{"jsonrpc": "2.0", "id": asked["id"], "result": result}}))
"""


def program(
    folder: Path, poison: str = "pass", *, when: str = f"number == '{POISON}'", each: str = "pass"
) -> str:
    """Writes a system into a folder and gives its address; `poison` is run at the poisoned question."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "sut.py"
    script.write_text(PROGRAM.format(poison=poison, when=when, each=each), encoding="utf-8")
    return "stdio:" + shlex.join([sys.executable, "-I", "-S", str(script)])


def suite(folder: Path, *numbers: str) -> Path:
    """Writes a suite that asks for these numbers."""
    made = [
        Scenario("number", "my_number", "number.my-number", "zeros", number={"number": n}) for n in numbers
    ]
    file = folder / "suite.json"
    file.write_text(write_suite(made), encoding="utf-8")
    return file


def id_of(number: str) -> str:
    """The id of the scenario that asks for a number."""
    return Scenario("number", "", "", "", number={"number": number}).id


def pids(folder: Path) -> list[int]:
    """Every process that the system of a folder has ever started, itself among them."""
    return [int(word) for word in (folder / "pids").read_text().split()]


def survivors(folder: Path, within: float = 3.0) -> list[int]:
    """Those of its processes that still run after some time."""
    deadline = time.monotonic() + within
    alive = pids(folder)
    while alive and time.monotonic() < deadline:
        alive = [pid for pid in alive if _runs(pid)]
        time.sleep(0.02)
    return alive


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
