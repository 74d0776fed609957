"""The audit's commands as processes, and a small table of cards."""

import subprocess
import sys

from checkout import environment

COMMAND = (sys.executable, "-m", "jpki_oracle.cli")
CARDS = """id,birth,residence,card_issued,card_renewal,card_expires
1,1990-05-01,citizen,2020-06-10,none,2030-05-01
2,1992-02-29,citizen,2020-06-01,none,2030-03-01
3,1985-11-11,citizen,2020-06-10,none,2029-11-12
4,1985-11-11,citizen,2020-06-10,none,
5,2023-02-29,citizen,2024-06-10,none,2029-02-28
6,,citizen,2020-06-10,none,2030-05-01
7,1990-05-01,tourist,2020-06-10,none,2030-05-01
8,1990-05-01,citizen,soon,none,2030-05-01
9,1990-05-01,citizen,1990-04-30,none,2030-05-01
"""
"""Worked by hand: an adult's card lasts to the tenth birthday after its issue, of a leapling to 28 February 2030."""


def run(*arguments, expect=None):
    """Run the command; its exit code is expected."""
    finished = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=240,
        env=environment(),
    )
    assert "Traceback" not in finished.stderr
    if expect is not None:
        assert finished.returncode == expect, finished.stderr + finished.stdout
    return finished
