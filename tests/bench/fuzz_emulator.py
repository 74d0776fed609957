"""Sends a million random commands to emulated cards and says what was found: `fuzz_emulator.py [COMMANDS] [SEED]`.

Exit code 0 if every invariant held, 1 if not; with one core it takes about a minute.
"""

import random
import sys
import time

from jpki_model.card.issuing import EXAMPLE_SECRETS
from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER, example_card
from jpki_oracle.card.emulator import EmulatorSlot
from jpki_oracle.card.fuzz import FuzzRequest, Line, TraceRunner
from jpki_oracle.card.fuzz_grammar import Grammar, RandomChoices
from jpki_spec.card import SECRETS


def main(commands: int, seed: int) -> int:
    """Sends them; the exit code."""
    known = EXAMPLE_SECRETS.values(EXAMPLE_HOLDER, EXAMPLE_DATES.card_expires)
    values = {name.replace("_", "-"): value for name, value in known.items()}
    values = {name: value for name, value in values.items() if name in SECRETS}
    runner, grammar, choices = (
        TraceRunner(FuzzRequest(values=values)),
        Grammar(values),
        RandomChoices(random.Random(seed)),
    )
    sent = traces = found = 0
    begun = time.monotonic()
    while sent < commands:
        lines: list[Line] = []
        actions = grammar.trace(choices, 80)
        finding = runner.run(EmulatorSlot(example_card(), "emulator:"), actions, lines)
        sent, traces = sent + len(lines), traces + 1
        if finding:
            found += 1
            print(finding.what)
            for line in lines[-8:]:
                print(f"  {line.sent}  ->  {line.came}")
    seconds = time.monotonic() - begun
    print(f"{sent} commands in {traces} traces, seed {seed}, {seconds:.0f} s: {found} findings")
    return 1 if found else 0


if __name__ == "__main__":
    commands, seed = [*sys.argv[1:], *("1000000", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(int(commands), int(seed)))
