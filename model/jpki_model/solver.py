"""Asks z3 for lives: whether some life meets a condition, which one, and what clashes when none does.

`Question` is one condition over the fields of a life under a law. Every life that it gives has been checked by
the compiled Python form of the same condition before it leaves.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import combinations
from types import MappingProxyType

import z3
from jpki_spec.assumptions import ASSUMPTIONS, Assumption, assumed, assumptions_on
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, FIELDS
from jpki_spec.laws import Law
from jpki_spec.terms import CHOICES, DATE, LIFE, Boolean, Term

from jpki_model.apart import Apart
from jpki_model.bit_solver import bit_solver, incremental_bit_solver, read
from jpki_model.bits import CHOICE_SORTS, Bits, constant_of, pack, unpack, weekday, well_formed
from jpki_model.day import FIRST_DAY, NEVER_DAY
from jpki_model.evaluate import Compiled, Value, compile_terms
from jpki_model.language import NotInTheLanguage
from jpki_model.life import LifeRecord
from jpki_model.patience import Patience, in_milliseconds
from jpki_model.propositions import Propositions

LAST_ASKED = date(2388, 12, 31)
"""Lives that are asked for end here, so that whatever the rules add to a day stays inside of the calendar."""


class InterpretersDisagree(AssertionError):
    """The solver and the compiled Python gave one life two answers: a defect of this program."""


@dataclass(frozen=True)
class Found:
    """A life that meets the condition, and the day asked for where the question had one."""

    life: LifeRecord
    on: date | None = None


@dataclass(frozen=True)
class NoLife:
    """Proven: no life meets the condition. `clash` names the assumptions without which some might."""

    clash: tuple[Assumption, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """The solver gave up at its limit."""

    why: str


Result = Found | NoLife | Unknown


class Form(StrEnum):
    """How a question is written for another solver; in all forms but the first, `sat` means nothing.

    Easier: dates are compared by their parts, operations on them left open. With any days of the week: each day has one
    of them, whichever that is.
    """

    AS_IT_STANDS = "as it stands"
    EASIER = "in the easier form"
    ANY_WEEKDAYS = "with any days of the week"


class Question:
    """A condition over lives, asked once or narrowed and asked again.

    `present`: fields whose dates must exist; all others that the condition reads may be absent.
    `assume`: ask for lives that can happen: with a birth, and with all assumptions that speak of the fields
    that are read (else any well-formed row counts); `leaving_out` names assumptions that are not made.
    `patience`: how long a call may take, which may be changed between two. Without `naming`, a proof does not say
    which assumptions clash, and is found several times faster. `reading` names fields that are taken for read beside
    those of the condition, so that assumptions about them are made, too. `assuming` gives the assumptions' terms
    where they are not those of one law.
    """

    def __init__(
        self,
        condition: Boolean,
        law: Law,
        *,
        present: Iterable[str] = (),
        assume: bool = True,
        leaving_out: Collection[str] = (),
        patience: Patience | None = None,
        naming: bool = True,
        reading: Iterable[str] = (),
        assuming: Callable[[Assumption], Boolean] | None = None,
    ) -> None:
        self.patience = patience or in_milliseconds()
        self._assuming = assuming or (lambda assumption: assumed(assumption, law))
        self._condition = condition
        self._present = frozenset(present) | ({"birth"} if assume else frozenset())
        self._bits = Bits(weekdays_apart=True)
        self._weekdays_known = 0
        self._weekdays_defined = 0
        # In a context of its own a question has one answer, whatever was asked before.
        self._alone = z3.Context()
        self._solver = self._answered = bit_solver(self._alone)
        self._under_assumptions = incremental_bit_solver(self._alone)
        self._reads_first, self._unread = False, True
        self._add(self._bits(condition))
        for name in sorted(self._present):
            self._add(self._bits(getattr(LIFE, name).exists))
        for name in reading:
            self._bits.constant(name, DATE if name in DATE_FIELDS else CHOICES[name][0])
        self._assumptions: dict[str, Boolean] = {}
        self._constrained: set[str] = set()
        self._assume, self._naming = assume, naming
        self._leaving_out = frozenset(leaving_out)
        self._settle()

    def read_first(self) -> None:
        """From now on, what is asked under assumptions is read without a limit: for many short questions about much."""
        self._reads_first = True

    def narrow(self, condition: Boolean) -> None:
        """From now on, ask for lives that also meet this condition."""
        self._condition = z3.And(self._condition, condition)
        self._add(self._bits(condition))
        self._settle()

    def ask(self, *, readable: bool = True, given: Sequence[Boolean] = ()) -> Result:
        """A life that meets the condition, a proof that there is none, or unknown.

        `readable` prefers few events and dates of our time, at the cost of a few more calls to the solver. `given`,
        Boolean constants of the condition or their negations, hold for this time only; what the solver learns stays.
        """
        labels = [z3.Bool(f"assume {name}") for name in self._assumptions] if self._naming else []
        labels += given
        if readable:
            if self._weekdays_open and self._check(self.patience.most, labels) == z3.unsat:
                return NoLife(self._clash(self._answered))
            self._define_weekdays()
            for preference in self._preferences():
                if self._check(self.patience.wish, [*labels, *preference]) == z3.sat:
                    return self._found()
        verdict = self._tried(labels)
        if isinstance(verdict, NoLife):
            return verdict
        if self._weekdays_open:
            self._define_weekdays()
            verdict = self._check(self.patience.most, labels)
        if verdict == z3.unsat:
            return NoLife(self._clash(self._answered))
        return self._found() if verdict == z3.sat else Unknown(self._answered.reason_unknown())

    def _tried(self, labels: list[Boolean]) -> Term | NoLife:
        """What the solver says where days of the week are any: a proof, `sat` or `unknown`.

        The question is tried as it stands, and proofs are looked for in its forms as propositions, turn by turn and
        each time for longer: some are a matter of a second in the one and of minutes in the other.
        """
        forms, form = [self._own_propositions, self._easier_propositions], None
        for as_propositions, most in self.patience.rounds():
            while as_propositions and forms:
                form = form or forms[-1]()
                verdict = form.check(labels, self.patience.propagations(most))
                if verdict == z3.unsat:
                    return NoLife(self._clash(form))
                if verdict == z3.unknown:
                    break
                forms.pop()  # one that has a life has no proof
                form = None
            if as_propositions:
                continue
            verdict = self._check(most, labels)
            if verdict == z3.unsat:
                return NoLife(self._clash(self._answered))
            if verdict == z3.sat:
                return verdict
        return z3.unknown

    def _own_propositions(self) -> Propositions:
        return Propositions(self._solver.assertions())

    def _easier_propositions(self) -> Propositions:
        """In this form a life may be none."""
        apart = Apart()
        return Propositions([*self._stated(apart, naming=self._naming), *apart.known()])

    def _check(self, most: int, demanded: Iterable[Boolean]) -> Term:
        wishes = [wish.translate(self._alone) for wish in demanded]
        self._answered = self._under_assumptions if wishes else self._solver
        if wishes and self._reads_first and self._unread:
            read(self._under_assumptions)
            self._unread = False
        self._answered.set(self.patience.option, most)
        return self._answered.check(*wishes)

    def _stated(self, bits: Bits, *, naming: bool) -> Iterator[Boolean]:
        """The whole question in some form of bit-vectors."""
        yield bits(self._condition)
        for name in sorted(self._present):
            yield bits(getattr(LIFE, name).exists)
        for name, assumption in self._assumptions.items():
            holds = bits(assumption)
            yield z3.Implies(z3.Bool(f"assume {name}"), holds) if naming else holds
        for name in bits.constants:
            yield in_range(name, bits.sorts[name])

    def script(self, form: Form = Form.AS_IT_STANDS) -> str:
        """The question with its assumptions as SMT-LIB 2 commands, up to and with `(check-sat)`.

        As it stands it is stated plainly, so that another solver's answer does not hang on how it is made easier here.
        """
        whole = z3.Solver()
        if form is Form.EASIER:
            apart = Apart()
            whole.add(*self._stated(apart, naming=False))
            whole.add(*apart.known())
        else:
            bits = Bits(weekdays_apart=form is Form.ANY_WEEKDAYS)
            whole.add(*self._stated(bits, naming=False))
            whole.add(*_any_weekdays(bits.weekdays))
        return str(whole.to_smt2())

    def fields(self) -> set[str]:
        """The fields that the condition and its assumptions read."""
        return set(self._bits.constants) & set(FIELDS)

    def demanded(self) -> set[str]:
        """The ids of the assumptions that are made: those that speak of fields that are read."""
        return set(self._assumptions)

    def _add(self, condition: Boolean) -> None:
        translated = condition.translate(self._alone)
        self._solver.add(translated)
        self._under_assumptions.add(translated)
        self._unread = True

    def _settle(self) -> None:
        """Constrain every field met so far; assumptions bring in no new field, but may come with one."""
        if self._assume:
            for assumption in assumptions_on(self.fields()):
                if assumption.id not in self._assumptions and assumption.id not in self._leaving_out:
                    term = self._assuming(assumption)
                    before = self.fields()
                    self._assumptions[assumption.id] = term
                    holds = self._bits(term)
                    label = z3.Bool(f"assume {assumption.id}")
                    self._add(z3.Implies(label, holds) if self._naming else holds)
                    if self.fields() != before:
                        self._settle()
        for name in list(self._bits.constants):
            if name in self._constrained:
                continue
            self._constrained.add(name)
            self._add(in_range(name, self._bits.sorts[name]))
        self._constrain_weekdays()

    def _constrain_weekdays(self) -> None:
        for constraint in _any_weekdays(self._bits.weekdays, self._weekdays_known):
            self._add(constraint)
        self._weekdays_known = len(self._bits.weekdays)

    @property
    def _weekdays_open(self) -> bool:
        return self._weekdays_defined < len(self._bits.weekdays)

    def _define_weekdays(self) -> None:
        """From now on, days of the week are those of the calendar."""
        for day, number in self._bits.weekdays[self._weekdays_defined :]:
            self._add(number == weekday(day))
        self._weekdays_defined = len(self._bits.weekdays)

    def _preferences(self) -> list[list[Boolean]]:
        """Sets of wishes for a readable life, the strongest first."""
        sorts = self._bits.sorts
        dates = [name for name in sorts if name in DATE_FIELDS or name == "on"]
        absent = [_is_never(n) for n in dates if n not in self._present and n not in _NOT_EVENTS]
        plain = [constant_of(n, sorts[n]) == 0 for n in sorts if n in CHOICES and n != "correction"]
        recent = [
            z3.Or(
                _is_never(n),
                _between(n, date(1935 if n == "birth" else 2016, 1, 1), date(2035, 12, 31)),
            )
            for n in dates
        ]
        return [[*absent, *plain, *recent], [*plain, *recent], recent]

    def _found(self) -> Found:
        """The solver's model as a life, made as small as the condition allows, after Python has agreed to it."""
        model = self._answered.model()
        values: dict[str, Value] = {}
        for name, constant in self._bits.constants.items():
            value = model.eval(constant.translate(self._alone), model_completion=True)
            if z3.is_bool(value):
                values[name] = z3.is_true(value)
                continue
            number = value.as_long()
            choices = CHOICE_SORTS.get(self._bits.sorts[name])
            values[name] = choices[number] if choices else unpack(number) or NEVER_DAY
        terms = [
            self._condition,
            *self._assumptions.values(),
            *(getattr(LIFE, n).exists for n in sorted(self._present)),
        ]
        holds = compile_terms([z3.And(*terms)])
        if holds(values) != (True,):
            raise InterpretersDisagree(f"the solver and Python differ on {values}")
        self._drop_idle(values, holds)
        stated = {
            name: value
            for name, field in FIELDS.items()
            if name in values and (value := values[name]) not in (NEVER_DAY, field.default)
        }
        on = values.get("on")
        record = LifeRecord(MappingProxyType({n: v for n, v in stated.items() if isinstance(v, date | str)}))
        return Found(record, on if isinstance(on, date) else None)

    def _drop_idle(self, values: dict[str, Value], holds: Compiled) -> None:
        """Take away whatever the condition holds without: single fields first, then pairs that go together."""
        removable = [
            n for n in [*CHOICE_FIELDS, *reversed(DATE_FIELDS)] if n in values and n not in self._present
        ]
        for names in [*combinations(removable, 1), *combinations(removable, 2)]:
            kept = {name: values[name] for name in names}
            absent: dict[str, Value] = {name: FIELDS[name].default or NEVER_DAY for name in names}
            if kept != absent:
                values.update(absent)
                if holds(values) != (True,):
                    values.update(kept)

    def _clash(self, solver: z3.Solver | Propositions) -> tuple[Assumption, ...]:
        core = {str(label) for label in solver.unsat_core()} if self._naming else ()
        return tuple(ASSUMPTIONS[name] for name in self._assumptions if f"assume {name}" in core)


def _any_weekdays(weekdays: Sequence[tuple[Term, Term]], known: int = 0) -> Iterator[Boolean]:
    """A day has one day of the week, whichever that is: mostly all that a proof needs, and far easier.

    `known`: for so many of them it is stated already.
    """
    for at in range(known, len(weekdays)):
        day, number = weekdays[at]
        yield z3.ULE(number, 6)
        yield z3.Implies(day == pack(NEVER_DAY), number == 0)
        for other, its_number in weekdays[:at]:
            yield z3.Implies(day == other, number == its_number)


_NOT_EVENTS = {"birth", "card_issued", "signature_issued", "authentication_issued", "stay_expires", "on"}


@cache
def in_range(name: str, sort: str) -> Boolean:
    """What a constant, as bits, may be. Raises NotInTheLanguage for one that no question about lives has."""
    if sort == DATE.name():
        in_calendar = _between(name, FIRST_DAY, LAST_ASKED)
        return in_calendar if name == "on" else z3.Or(in_calendar, _is_never(name))
    if sort in CHOICE_SORTS:
        return z3.ULT(constant_of(name, sort), len(CHOICE_SORTS[sort]))
    if sort == z3.BoolSort().name():  # a switch of the question's own is free
        return z3.BoolVal(True)
    raise NotInTheLanguage(f"a question about lives has no constant {name}")


@cache
def _between(name: str, earliest: date, latest: date) -> Boolean:
    day = constant_of(name, DATE.name())
    return z3.And(well_formed(day), z3.UGE(day, pack(earliest)), z3.ULE(day, pack(latest)))


def _is_never(name: str) -> Boolean:
    return constant_of(name, DATE.name()) == pack(NEVER_DAY)
