"""Judges every example system that this machine can run, against the verdicts on record for it.

Exit 0: each came out exactly as recorded. 1: one did not. 2: one could not be judged; under `CI` also: one could
not be run. `--write` records the verdicts of this run instead.
"""

import os
import shutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jpki_oracle.campaign import Finished, Judged, Plan, run
from jpki_oracle.judge import Verdict
from jpki_oracle.known import KnownFailures, known_text, read_known
from jpki_oracle.reports.files import write_whole
from jpki_oracle.scenarios.scenario import PACKS, suites
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session
from tabulate import tabulate

EXAMPLES = Path(__file__).resolve().parent
RECORDS = EXAMPLES / "known"


@dataclass(frozen=True)
class System:
    """An example system: its address, the program that it needs, and a file that must have been installed for it."""

    name: str
    address: str
    program: str | None = None
    installed: Path | None = None

    def missing(self) -> str | None:
        """What keeps it from running here."""
        if self.program and not shutil.which(self.program):
            return f"{self.program} is not installed"
        if self.installed and not self.installed.exists():
            return f"{self.installed.relative_to(EXAMPLES.parent)} is missing: run `make examples`"
        return None


VERDICTS = tuple(verdict for verdict in Verdict if verdict is not Verdict.WRONG_REASON)
"""Those of packs that ask for no reasons."""

SYSTEMS = (
    System("conforming", "python:examples.sut.conforming.sut:Sut"),
    System("python_dateutil", "python:examples.sut.python_dateutil.sut:Sut"),
    System("java", "stdio:java examples/sut/java/Sut.java", "java"),
    System("node", "stdio:node examples/sut/node/sut.mjs", "node", EXAMPLES / "sut/node/node_modules/luxon"),
    System("node_bare", "stdio:node examples/sut/node_bare/sut.mjs", "node"),
    System("sql", f"stdio:'{sys.executable}' examples/sut/sql/sut.py"),
)


def certify(system: System, write: bool) -> tuple[list[object], int]:
    """One row of the table, and the exit code of its run."""
    record = RECORDS / f"{system.name}.txt"
    known = read_known(record) if record.exists() and not write else KnownFailures()
    scenarios = sorted(suites(), key=lambda scenario: PACKS.index(scenario.pack))
    judged: list[Judged] = []
    code = 2
    with Session(open_connection(system.address)) as session:
        for event in run(session, Plan(system.address, scenarios, known=known, strict=True)):
            if isinstance(event, Judged):
                judged.append(event)
            if isinstance(event, Finished):
                code = event.exit_code
    if write:
        write_whole(record, known_text((each.judgement for each in judged), system.name))
        code = 0
    counts = Counter(each.judgement.verdict for each in judged)
    asked = [
        pack
        for pack in PACKS
        if any(e.reply is not None and e.judgement.scenario.pack == pack for e in judged)
    ]
    standing = {0: "as on record", 1: "NOT as on record", 2: "could not be judged"}[code]
    return [system.name, " ".join(asked), *(counts[verdict] for verdict in VERDICTS), standing], code


def main() -> int:
    """Judge them all and print the table."""
    os.chdir(EXAMPLES.parent)
    sys.path.insert(0, str(EXAMPLES.parent))
    rows: list[list[object]] = []
    codes: list[int] = []
    skipped: list[str] = []
    for system in SYSTEMS:
        missing = system.missing()
        if missing:
            skipped.append(f"{system.name}: not judged, {missing}")
            continue
        row, code = certify(system, "--write" in sys.argv[1:])
        rows.append(row)
        codes.append(code)
    print(tabulate(rows, headers=["system", "packs", *(verdict.value for verdict in VERDICTS), "verdicts"]))
    for line in skipped:
        print(line)
    if skipped and os.environ.get("CI"):
        return 2
    return max(codes, default=2)


if __name__ == "__main__":
    sys.exit(main())
