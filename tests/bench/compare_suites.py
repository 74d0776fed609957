"""How many mutants of the current rules different ways of testing show: printed by `make bench-suites`.

One row a way: the shipped suite, random people, Hypothesis, CrossHair on the hand-written example. All run on the
same mutants; a way that proves nothing has nothing in the column "proven".
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import hypothesis
import numpy as np
from jpki_model.columns import columns_of
from jpki_model.day import NEVER_DAY
from jpki_model.day_columns import Column
from jpki_model.life import LifeRecord, life
from jpki_oracle.mutants.mutant import Mutant, Trial, mutants_of, question_values
from jpki_oracle.scenarios.population import population
from jpki_oracle.scenarios.scenario import shipped_suite
from jpki_oracle.strategies import lives
from jpki_spec.laws import CURRENT_EDITION, Law, law
from tabulate import tabulate

CROSSHAIR_SECONDS = 120
TARGET = Path(__file__).with_name("crosshair_target.py")


def shown(mutants: list[Mutant], columns: dict[str, Column]) -> set[str]:
    """The ids of the mutants that some row of the columns shows."""
    found: set[str] = set()
    for pack in ("validity", "status"):
        here = [mutant for mutant in mutants if mutant.observed.pack == pack]
        trial = Trial(columns, {m.observed.outcome: m.observed for m in here}.values())
        shown = trial.kills(here).any(axis=1)
        found |= {mutant.id for mutant, dead in zip(here, shown, strict=True) if dead}
    return found


def by_suite(mutants: list[Mutant], current: Law) -> tuple[int, set[str]]:
    """The shipped suite; each scenario only for the pack that it belongs to."""
    suite = [s for s in shipped_suite("complete") if s.life is not None and s.serves(current)]
    found: set[str] = set()
    for pack in ("validity", "status"):
        rows = [question_values(scenario) for scenario in suite if scenario.pack == pack]
        found |= shown([m for m in mutants if m.observed.pack == pack], columns_of(rows))
    return len(suite), found


def by_people(mutants: list[Mutant], current: Law, count: int) -> tuple[int, set[str]]:
    """Random people, each asked for everything."""
    found: set[str] = set()
    people, seed = 0, 0
    while people < count:
        columns = population(8000, seed, current)
        columns = {name: column[: count - people] for name, column in columns.items()}
        people, seed = people + len(columns["birth"]), seed + 1
        found |= shown([m for m in mutants if m.id not in found], columns)
    return people, found


def by_hypothesis(mutants: list[Mutant], examples: int) -> tuple[int, set[str]]:
    """The lives that Hypothesis draws, each asked for everything on a drawn day."""
    rows = []

    @hypothesis.settings(max_examples=examples, database=None, derandomize=True, deadline=None)
    @hypothesis.given(lives(), hypothesis.strategies.dates(date(2016, 1, 1), date(2035, 12, 31)))
    def draw(record: LifeRecord, on: date) -> None:
        rows.append({**record.values(), "on": on})

    draw()
    return len(rows), shown(mutants, columns_of(rows))


def by_crosshair(mutants: list[Mutant]) -> tuple[int, set[str]]:
    """The inputs by which CrossHair covers the hand-written example, within its time."""
    command = [
        sys.executable,
        "-m",
        "crosshair",
        "cover",
        f"{TARGET}",
        "--example_output_format=arg_dictionary",
        f"--per_condition_timeout={CROSSHAIR_SECONDS}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=CROSSHAIR_SECONDS * 3, check=False)
    records = []
    for line in done.stdout.splitlines():
        numbers = {name: int(value) for name, value in re.findall(r'"(\w+)": (-?\d+)', line)}
        stated = {}
        for name in ("birth", "card_issued", "signature_issued", "authentication_issued"):
            if 693_000 < numbers.get(name, 0) < 870_000:
                stated[name] = date.fromordinal(numbers[name]).isoformat()
        if stated:
            records.append(life(stated))
    rows = [{**record.values(), "on": NEVER_DAY} for record in records]
    return len(rows), shown(
        [m for m in mutants if m.observed.pack == "validity"], columns_of(rows)
    ) if rows else set()


def main() -> None:
    """Print the table."""
    current = law(CURRENT_EDITION)
    mutants = [m for m in mutants_of(current) if m.observed.pack != "number"]
    suite_count, suite_found = by_suite(mutants, current)
    rows: list[list[object]] = []

    def row(name: str, run: Callable[[], tuple[int, Iterable[str]]], proven: object = "") -> None:
        started = time.perf_counter()
        count, found = run()
        seconds = time.perf_counter() - started
        rows.append([name, count, len(set(found)), proven, f"{seconds:.1f}"])

    row(
        "the shipped suite",
        lambda: (suite_count, by_suite(mutants, current)[1]),
        len(mutants) - len(suite_found),
    )
    for count in (1_000, 10_000, 100_000):
        row(f"{count:,} random people", lambda count=count: by_people(mutants, current, count))
    row("Hypothesis, default settings", lambda: by_hypothesis(mutants, 100))
    row("Hypothesis, 10,000 examples", lambda: by_hypothesis(mutants, 10_000))
    row(f"CrossHair, {CROSSHAIR_SECONDS} s", lambda: by_crosshair(mutants))
    print(f"{len(mutants):,} mutants of {current}")
    print(tabulate(rows, headers=["way", "questions", "shown", "proven", "seconds"], tablefmt="github"))


if __name__ == "__main__":
    np.seterr(all="raise")
    main()
