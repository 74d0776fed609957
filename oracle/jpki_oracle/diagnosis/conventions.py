"""Habits of a program: equal faults in several places, made together wherever the rules do the same.

A program that places a leap birthday on 1 March does so for the card and for both certificates: one cause, several
faults. `conventions_of(law)` groups the faults of a law that are alike but for the item that they are about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import z3
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.rules.registry import Trace
from jpki_spec.terms import Term

from jpki_oracle.diagnosis.slips import slips_of
from jpki_oracle.mutants.faults import Fault, faults_of

EVERYWHERE = ("leap-birthday", "months-as-days", "months-run-over", "days-as-months")
"""Operators that say how a calendar counts: a program has one way for all its rules."""


@dataclass(frozen=True, eq=False)
class Convention:
    """Equal faults in several places, made together."""

    operator: str
    detail: str
    faults: tuple[Fault, ...]

    @property
    def id(self) -> str:
        """Its operator and the places."""
        return f"{self.operator}*{self.detail}*{'+'.join(sorted(fault.id for fault in self.faults))}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that have the places, once each."""
        return tuple(dict.fromkeys(fault.rule for fault in self.faults))


@cache
def conventions_of(law: Law) -> tuple[Convention, ...]:
    """Every set of at least two equal faults, in a fixed order."""
    return conventions_among([*faults_of(law), *slips_of(law)], rulebook(law).trace)


def conventions_among(faults: Sequence[Fault], trace: Trace) -> tuple[Convention, ...]:
    """The sets of equal ones of some faults."""
    groups: dict[tuple[str, ...], list[Fault]] = {}
    alike = _Alike(trace)
    for fault in faults:
        if fault.rule.startswith("number.") or fault.operator == "field-replaced":
            continue  # another field read is a slip of the hand, no habit
        key = (fault.operator, alike.form(fault.node), alike.form(fault.replacement))
        groups.setdefault(key, []).append(fault)
        if fault.operator in EVERYWHERE:
            groups.setdefault((fault.operator, fault.detail), []).append(fault)
    found: dict[frozenset[int], Convention] = {}
    for (operator, *_), group in groups.items():
        nodes = {fault.node.get_id(): fault for fault in group}
        if len(nodes) > 1:
            chosen = tuple(nodes.values())
            found.setdefault(frozenset(map(id, chosen)), Convention(operator, chosen[0].detail, chosen))
    return tuple(found.values())


class _Alike:
    """How a term is written when nothing is said about which item it is of and what other rules put into it."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._forms: dict[int, str] = {}

    def form(self, term: Term) -> str:
        name = _ITEM.sub("item_", str(term.decl().name()))
        inner = [self._part(part) for part in term.children()]
        return f"{name}({', '.join(inner)})" if inner else name

    def _part(self, term: Term) -> str:
        key = term.get_id()
        if key not in self._forms:
            count = z3.is_int_value(term) and term.as_long() > 1
            self._forms[key] = "…" if key in self._trace or count else self.form(term)
        return self._forms[key]


_ITEM = re.compile(r"\b(card|signature|authentication)_(?=issued|renewal|revocation_requested)")


def all_faults(changes: Sequence[Fault | Convention]) -> Iterator[Fault]:
    """The single faults of changes, those of conventions one by one."""
    for change in changes:
        if isinstance(change, Convention):
            yield from change.faults
        else:
            yield change
