"""How many short APDUs a second the emulated card answers: in process, and behind pcscd and vpcd as pyscard sees it.

`python tests/bench/card_throughput.py` prints a table; the second row needs what the interoperability tests need.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from jpki_model.card.presets import example_card
from tabulate import tabulate

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interop"))
from virtual_card_reader import missing, running_reader

SECONDS = 3.0
COMMANDS = tuple(
    bytes.fromhex(command)
    for command in (
        "00A4040C0AD392F000260100000001",  # SELECT the application
        "00A4020C020018",  # SELECT a file
        "00200080",  # VERIFY, asking for the counter
        "00A4020C020006",
        "00B0000020",  # READ BINARY, 32 bytes
    )
)


def rate(transmit: Callable[[bytes], object]) -> float:
    """Commands a second."""
    count, begin = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - begin) < SECONDS:
        for command in COMMANDS:
            transmit(command)
        count += len(COMMANDS)
    return count / elapsed


def in_process() -> float:
    """The emulator alone."""
    card = example_card()
    card.power_on()
    return rate(card.transmit)


def behind_pcscd() -> float:
    """A program of its own on PC/SC, the card here."""
    with running_reader() as reader:
        reader.insert(example_card())
        done = subprocess.run(
            [sys.executable, __file__, "client"], capture_output=True, text=True, check=True
        )
        return float(done.stdout)


def client() -> float:
    """The program behind PC/SC."""
    from smartcard.System import readers

    connection = next(found for found in readers() if "00 00" in str(found)).createConnection()
    connection.connect()
    return rate(lambda command: connection.transmit(list(command)))


if __name__ == "__main__":
    if sys.argv[1:] == ["client"]:
        print(client())
        sys.exit()
    rows = [("in process", in_process())]
    reason = missing()
    if reason:
        print(reason, file=sys.stderr)
    else:
        rows.append(("pyscard, pcscd, vpcd", behind_pcscd()))
    print(tabulate(rows, headers=("way", "short APDUs a second"), floatfmt=",.0f", tablefmt="github"))
