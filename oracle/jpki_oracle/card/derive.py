"""Lets the solver derive the sequences that a card is judged by: `python -m jpki_oracle.card.derive` writes them anew.

For each class of transitions the shortest sequence that has it, first of safe commands alone; for each single fault of
the rules that none of these shows, the shortest that does, or a proof that none does; then few of them all that still
do the same, the safe ones preferred.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from jpki_model.card_machine import CardMachine, CardStep, card_machine
from jpki_spec.card_readings import CardReadings, card_readings

from jpki_oracle.card.faults import CardFault, card_faults
from jpki_oracle.card.probes import own_pin_tour, probing_sequences
from jpki_oracle.card.sequences import OWN_PINS, SHIPPED, TIERS, CardSequence, Suite, write_sequences
from jpki_oracle.card.settle import LONGEST, Equivalent, Settling
from jpki_oracle.card.transitions import TransitionClass, classes_of, new_classes
from jpki_oracle.card.trials import Trials
from jpki_oracle.card.unrolling import Unrolling, only_own_pin, only_safe
from jpki_oracle.mutants.cover import cover

LONGEST_SAFE, LONGEST_OWN_PIN = 5, 6
Commands = tuple[CardStep, ...]
Tell = Callable[[str], None]


def derive(readings: CardReadings, tell: Tell = lambda line: None) -> Suite:
    """The suite under some readings. Raises SolverGaveUp."""
    machine = card_machine(readings)
    pool, classes = transition_sequences(readings, machine)
    tell(f"{len(pool)} sequences for {len(classes)} classes of transitions")
    pool += probing_sequences(machine)
    faults = card_faults(readings)
    shown = _trials(machine, pool, faults, tell)
    return complete(readings, pool, classes, shown, tell)


def complete(
    readings: CardReadings,
    pool: Sequence[Commands],
    classes: set[TransitionClass],
    shown: npt.NDArray[np.bool_],
    tell: Tell,
) -> Suite:
    """The suite from a pool, of which `shown` says which faults each sequence shows: the rest is settled."""
    machine, faults = card_machine(readings), card_faults(readings)
    settling, extra = Settling(readings), list[Commands]()
    equivalent, within = list[str](), dict[str, int]()
    left = [fault for fault, row in zip(faults, shown, strict=True) if not row.any()]
    for number, fault in enumerate(left):
        if number % 50 == 0:
            tell(f"{number} of {len(left)} faults settled that no such sequence shows")
        if extra and Trials(machine, extra).shows(fault).any():
            continue
        outcome = settling.settle(fault)
        if not isinstance(outcome, Equivalent):
            extra.append(outcome.commands)
        elif outcome.length is None:
            equivalent.append(fault.id)
        else:
            within[fault.id] = outcome.length
            tell(f"{fault.id}: none of up to {outcome.length} commands shows it")
    if extra:  # for the faults that the pool shows nothing more is needed
        trials, nothing = Trials(machine, extra), np.zeros(len(extra), dtype=bool)
        rows = [nothing if row.any() else trials.shows(f) for f, row in zip(faults, shown, strict=True)]
        shown = np.hstack([shown, np.array(rows, dtype=bool)])
    whole = [CardSequence(commands) for commands in [*pool, *extra]]
    sequences = _fewest(machine, whole, sorted(classes), faults, shown)
    sequences += [CardSequence(own_pin_tour(pin), "card.private-key-use") for pin in OWN_PINS]
    tell(f"{len(sequences)} sequences remain")
    return Suite(tuple(sequences), len(faults), len(classes), tuple(equivalent), within)


def transition_sequences(
    readings: CardReadings, machine: CardMachine
) -> tuple[list[Commands], set[TransitionClass]]:
    """For each class of transitions that can be reached the shortest sequence, safe if there is a safe one."""
    known: set[TransitionClass] = set()
    found: list[Commands] = []
    for allowed, longest in ((only_safe, LONGEST_SAFE), (only_own_pin, LONGEST_OWN_PIN), (None, LONGEST)):
        unrolling = Unrolling(readings, allowed) if allowed else Unrolling(readings)
        for length in range(1, longest + 1):
            found += new_classes(unrolling, length, known, machine)
    return found, known


def _trials(
    machine: CardMachine, pool: Sequence[Commands], faults: Sequence[CardFault], tell: Tell
) -> npt.NDArray[np.bool_]:
    trials, rows = Trials(machine, pool), []
    for number, fault in enumerate(faults):
        if number % 500 == 0:
            tell(f"{number} of {len(faults)} faults run through {len(pool)} sequences")
        rows.append(trials.shows(fault))
    return np.array(rows, dtype=bool)


def _fewest(
    machine: CardMachine,
    whole: Sequence[CardSequence],
    classes: Sequence[TransitionClass],
    faults: Sequence[CardFault],
    shown: npt.NDArray[np.bool_],
) -> list[CardSequence]:
    """Few sequences that show and cover all that the whole does; tier by tier, so that each is as good as it can be."""
    covered = [set(classes_of(machine, sequence.commands)) for sequence in whole]
    matrix = np.vstack([shown, np.array([[each in has for has in covered] for each in classes], dtype=bool)])
    rules = [fault.rule for fault in faults]
    done, chosen = np.zeros(len(matrix), dtype=bool), list[CardSequence]()
    for tier in TIERS:
        columns = [at for at, sequence in enumerate(whole) if sequence.tier == tier]
        columns.sort(key=lambda at: (len(whole[at].commands), whole[at].id))
        rows = np.flatnonzero(~done & matrix[:, columns].any(axis=1))
        for column in cover(matrix[rows][:, columns]):
            at = columns[column]
            alone = [rules[row] for row in np.flatnonzero(matrix[: len(rules), at] & ~done[: len(rules)])]
            about = max(sorted(set(alone)), key=alone.count) if alone else "card.answer"
            chosen.append(CardSequence(whole[at].commands, about))
            done |= matrix[:, at]
    return chosen


def main() -> None:
    """Write the shipped file anew; takes some ten minutes."""
    suite = derive(card_readings(), _tell)
    Path(__file__).with_name(SHIPPED).write_text(write_sequences(suite), encoding="utf-8")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
