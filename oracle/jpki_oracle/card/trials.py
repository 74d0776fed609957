"""Which faults a set of sequences shows: each fault runs through all of them, common beginnings once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from jpki_model.card_machine import CardMachine, CardStep, CardValues, first_values
from jpki_model.evaluate import compile_terms
from jpki_spec.card_rulebook import card_rulebook

from jpki_oracle.card.faults import CardFault


@dataclass(frozen=True)
class _Node:
    """One command after a beginning that several sequences may share; `parent` is -1 at the start."""

    parent: int
    command: CardStep


class Trials:
    """Runs cards with faults through sequences, under the readings of a machine."""

    def __init__(self, machine: CardMachine, sequences: Sequence[tuple[CardStep, ...]]) -> None:
        self._machine = machine
        self._nodes: list[_Node] = []
        self._ways: list[list[int]] = []
        places: dict[tuple[int, CardStep], int] = {}
        for sequence in sequences:
            at, way = -1, []
            for command in sequence:
                key = (at, command)
                if key not in places:
                    places[key] = len(self._nodes)
                    self._nodes.append(_Node(at, command))
                at = places[key]
                way.append(at)
            self._ways.append(way)
        self._start = first_values(machine.readings)
        self._before: list[CardValues] = []
        self._answers: list[object] = []
        states: list[CardValues] = []
        for node in self._nodes:
            before = states[node.parent] if node.parent >= 0 else self._start
            after, answer = machine.step(before, node.command)
            self._before.append(before)
            states.append(after)
            self._answers.append(answer)

    def shows(self, fault: CardFault) -> npt.NDArray[np.bool_]:
        """For each sequence, whether some command in it is answered otherwise with the fault."""
        book = card_rulebook(self._machine.readings)
        states, answers = book.after.terms(), book.answer.terms()
        if all(fault.after[name].eq(states[name]) for name in states):
            changed = [name for name in answers if not fault.answer[name].eq(answers[name])]
            wrong = self._by_answers(fault, changed)
        else:
            wrong = self._by_running(fault)
        return np.array([any(wrong[at] for at in way) for way in self._ways], dtype=bool)

    def _by_answers(self, fault: CardFault, changed: list[str]) -> list[bool]:
        rules = card_rulebook(self._machine.readings).answer.terms()
        faulty = compile_terms([fault.answer[name] for name in changed])
        right = compile_terms([rules[name] for name in changed])
        rows = [
            {**before, **node.command.values()}
            for before, node in zip(self._before, self._nodes, strict=True)
        ]
        return [faulty(row) != right(row) for row in rows]

    def _by_running(self, fault: CardFault) -> list[bool]:
        machine = fault.machine()
        states: list[CardValues] = []
        wrong = []
        for node, right in zip(self._nodes, self._answers, strict=True):
            before = states[node.parent] if node.parent >= 0 else self._start
            after, answer = machine.step(before, node.command)
            states.append(after)
            wrong.append(answer != right)
        return wrong
