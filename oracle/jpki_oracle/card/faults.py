"""Every single fault of the card's rules: by the project's own operators, by another value of the same sort, by memory.

`card_faults(readings)` enumerates them in a fixed order. A fault is one node of a step's terms and what stands in its
place, wherever the rules use that node; one of memory (`memory_faults`) changes a whole part of the state.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import z3
from jpki_model.card_machine import CardMachine
from jpki_spec.card_readings import CardReadings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.card_state import CARD_CHOICES, constant
from jpki_spec.terms import Term

from jpki_oracle.card.memory_faults import forgetting, wrong_pins
from jpki_oracle.mutants.operators import Change, changes
from jpki_oracle.mutants.wording import written
from jpki_oracle.scenarios.places import parts

VALUE_REPLACED = "value-replaced"


@dataclass(frozen=True, eq=False)
class CardFault:
    """One fault: in which rule, by which operator, which node is what else."""

    readings: CardReadings
    rule: str
    operator: str
    detail: str
    node: Term
    replacement: Term
    more: tuple[tuple[Term, Term], ...] = ()
    """Further nodes that change with it."""

    @property
    def id(self) -> str:
        """Its rule, operator and place; stable while that part of the rule is."""
        detail = f":{self.detail}" if self.detail else ""
        digest = hashlib.sha256(self.node.sexpr().encode()).hexdigest()[:8]
        return f"{self.rule}:{self.operator}{detail}:{digest}"

    @property
    def text(self) -> str:
        """What the rule has there, and what a card with this fault has, for people."""
        book = card_rulebook(self.readings)
        return f"{written(self.node, book)} → {written(self.replacement, book)}"

    @cached_property
    def after(self) -> Mapping[str, Term]:
        """The state after a step with this fault, by name."""
        return self._in(card_rulebook(self.readings).after.terms())

    @cached_property
    def answer(self) -> Mapping[str, Term]:
        """The answer of a step with this fault, by name."""
        return self._in(card_rulebook(self.readings).answer.terms())

    def machine(self) -> CardMachine:
        """A card with this fault."""
        return CardMachine(self.readings, self.after, self.answer)

    def _in(self, terms: Mapping[str, Term]) -> Mapping[str, Term]:
        pairs = [(self.node, self.replacement), *self.more]
        return {name: z3.substitute(term, *pairs) for name, term in terms.items()}


@cache
def card_faults(readings: CardReadings) -> tuple[CardFault, ...]:
    """All single faults of the rules under the readings, in a fixed order; equal ones once."""
    book = card_rulebook(readings)
    made: dict[tuple[int, int], CardFault] = {}
    seen: set[int] = set()
    for term in [*book.answer.terms().values(), *book.after.terms().values()]:
        for node, rule in parts(term, book, seen):
            for change in _changes(node, node.get_id() in book.trace):
                key = (node.get_id(), change.replacement.get_id())
                if key not in made and not change.replacement.eq(node):
                    made[key] = CardFault(
                        readings, rule, change.operator, change.detail, node, change.replacement
                    )
    return (*made.values(), *memory_faults(readings))


def _changes(node: Term, is_rule: bool) -> Iterator[Change]:
    yield from changes(node, is_rule=is_rule)
    kind = node.decl().kind()
    if kind == z3.Z3_OP_EQ and _is_value(node.arg(1)):
        for value, other in _others(node.arg(1)):
            yield Change(VALUE_REPLACED, value, node.arg(0) == other)
    if kind == z3.Z3_OP_ITE:
        condition, *branches = node.children()
        for at, branch in enumerate(branches):
            for value, other in _others(branch) if _is_value(branch) else ():
                replaced = [*branches[:at], other, *branches[at + 1 :]]
                yield Change(VALUE_REPLACED, f"{at + 1}|{value}", z3.If(condition, *replaced))


def _is_value(term: Term) -> bool:
    return bool(z3.is_app_of(term, z3.Z3_OP_DT_CONSTRUCTOR)) and str(term.sort().name()) in CARD_CHOICES


def _others(term: Term) -> list[tuple[str, Term]]:
    """The other values of a value's sort; of status words only those by which a card accepts or refuses."""
    sort, name = str(term.sort().name()), str(term.decl().name()).split(".", 1)[1]
    values = _WORDS if sort == "card_status" else CARD_CHOICES[sort]
    return [(value, constant(sort, value)) for value in values if value != name]


_WORDS = ("9000", "6982", "63Cx", "6A82", "6F00")


def memory_faults(readings: CardReadings) -> tuple[CardFault, ...]:
    """Faults of what a card remembers: an operation keeps or forgets what it should not, a PIN counts for another."""
    made = []
    for change in (*forgetting(readings), *wrong_pins(readings)):
        (node, replacement), *more = change.pairs
        made.append(
            CardFault(readings, change.rule, change.operator, change.detail, node, replacement, tuple(more))
        )
    return tuple(made)
