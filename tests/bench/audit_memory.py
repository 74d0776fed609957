"""The curve of an audit's time and memory: the same register, ten times as long each time.

`--rows` takes the sizes, `--output` the outputs that are compared; without it these are the three of a register. Each
register is as many links to one file of people, so that a billion rows need no disk of their own; reading, judging and
writing are those of `audit`, in a process of its own, whose greatest memory the system tells.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PIECE = 1_000_000
"""People of one file."""
OUTPUTS = ("card_expires", "signature_expires", "authentication_expires")
"""Of a synthetic register."""
KEEP = f"""
import sys
import pyarrow.parquet as pq
file, *kept = sys.argv[1:]
table = pq.read_table(file).drop_columns([name for name in {OUTPUTS} if name not in kept])
pq.write_table(table, file, row_group_size=122_880)
"""
"""A program that leaves the other outputs out of a register."""


def main() -> None:
    """Audit every size, and print the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000, 100_000_000])
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--faults", default="0.002")
    parser.add_argument("--output", action="append", choices=OUTPUTS, help="compare this one only, or these")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        people = Path(folder) / "people.parquet"
        asked = ["synth", str(people), "--rows", str(PIECE), "--faults", arguments.faults, "--seed", "8"]
        subprocess.run(
            [sys.executable, "-m", "jpki_oracle.cli", *asked], check=True, stdout=subprocess.DEVNULL
        )
        if arguments.output:  # in a process of its own, whose memory would else be taken for the audit's
            subprocess.run([sys.executable, "-c", KEEP, str(people), *arguments.output], check=True)
        print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, --memory {arguments.memory}")
        for rows in arguments.rows:
            print(
                measured(people, max(1, rows // PIECE), arguments.memory, Path(folder) / f"{rows}"),
                flush=True,
            )


def measured(people: Path, copies: int, memory: str, folder: Path) -> str:
    """A line of the curve."""
    register = folder / "register"
    register.mkdir(parents=True)
    for number in range(copies):
        (register / f"part-{number:06}.parquet").hardlink_to(people)
    asked = ["audit", str(register), "--out", str(folder / "out"), "--memory", memory]
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "jpki_oracle.cli", *asked], stdout=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 1:
        raise SystemExit(f"the audit ended with {process.returncode}; planted faults make it end with 1")
    rows = copies * PIECE
    processor = used.ru_utime + used.ru_stime
    return (
        f"{rows:>13,} rows {seconds:8.1f} s {processor:8.1f} s of processors "
        f"{processor / rows * 1e9:6.0f} ns a row {used.ru_maxrss / 1024:6.0f} MB at most"
    )


if __name__ == "__main__":
    main()
