"""Every history up to a length at once: the world's main rules as a transition relation, for the solver.

An adult citizen has a card and both certificates; then events happen, each kind at most once, in the order of days
and, on one day, in that of a counter. `check_up_to(length, law)` follows every order of kinds that is accepted, its
days left open, and asks after each whether on some days the event machine and the rules of a life differ about what
has ended. The machine is written like the world, in terms of the rules' language, and is compared with it in the
tests. Periods of validity play no part; nor do months, years and weekdays, so that a day is a plain number here.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import z3
from jpki_spec.fields import CHOICE_FIELDS, DATE_FIELDS, ITEMS
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook
from jpki_spec.terms import CHOICES, DATE, LIFE, Boolean, Date, Term, choose, first, last, literal, never

from jpki_model.day_numbers import DayNumbers

ISSUED = literal(2024, 6, 20)
"""The day on which the card and both certificates were made; everything happens after it."""
KINDS = (
    "moved_in",
    "record_corrected",
    "moveout_notified",
    "movein_notified",
    "card_presented",
    "moved_out",
    "card_returned",
    "record_deleted",
    "died",
)
"""The events, in the order in which they come on one day."""
_FIELDS = {kind: "moved_out_again" if kind == "moved_out" else kind for kind in KINDS}
_END = literal(2030, 1, 1)
"""Events happen before it; what they lead to falls due within two years after it."""
_ALL_DUE = literal(2032, 1, 1)


@dataclass(frozen=True)
class State:
    """What the machine keeps: the kinds that have happened, and as terms what hangs on days.

    `card`, `signature`, `authentication`: the first day without force, or `never`.
    """

    happened: tuple[str, ...]
    registered: Boolean
    presentable: Boolean
    card: Date
    signature: Date
    authentication: Date


BEGINNING = State((), z3.BoolVal(True), z3.BoolVal(False), never, never, never)
"""Registered, with everything valid."""


@dataclass(frozen=True)
class Checked:
    """Proven of one length: so many orders of events were followed, and on no days do the two differ."""

    length: int
    orders: int
    seconds: float


@dataclass(frozen=True)
class Disagreement:
    """A shortest history after which they differ: its events, and the planned day where it has one."""

    length: int
    events: tuple[tuple[str, date], ...]
    planned: date | None


def check_up_to(length: int, law: Law, machine: "Machine | None" = None) -> Iterator[Checked | Disagreement]:
    """The answer for every length from 1 on, shortest first; a disagreement is the last. RuntimeError for unknown.

    `law` has the default readings; another `machine` than the world's shows what such a check finds.
    """
    machine = machine or Machine(law)
    orders: list[State] = [BEGINNING]
    for each in range(1, length + 1):
        started = time.monotonic()
        following: list[State] = []
        for state in orders:
            for kind in KINDS:
                if kind in state.happened:
                    continue
                for after in machine.happens(state, kind):
                    found = machine.differs(after)
                    if isinstance(found, Disagreement):
                        yield found
                        return
                    if found:
                        following.append(after)
        orders = following
        yield Checked(each, len(orders), time.monotonic() - started)


class Machine:
    """The event machine under a law whose readings are the defaults, beside the rules' causes."""

    def __init__(self, law: Law) -> None:
        self.days = {kind: Date(z3.Const(f"day_of_{kind}", DATE)) for kind in KINDS}
        self.planned = Date(z3.Const("planned", DATE))
        self._thirty = self.planned.plus_days(law.number("movein_days_after_planned") + 1)
        self._thirty_of_certificate = self.planned.plus_days(
            law.number("authentication_days_after_planned") + 1
        )
        self._fourteen = self.days["moved_in"].plus_days(law.number("movein_days_after_moving") + 1)
        self._ninety = self.days["movein_notified"].plus_days(law.number("presentation_days") + 1)
        self._causes = {
            item: first(*(Date(term) for term in rulebook(law).causes[item].values())) for item in ITEMS
        }

    def happens(self, state: State, kind: str) -> Iterator[State]:
        """The state after an event, if it can be accepted on some day."""
        before, day = set(state.happened), self.days[kind]
        if not _accepted(before, kind):
            return
        state = self.fall_due(state, day)
        happened = (*state.happened, kind)
        match kind:
            case "moveout_notified":
                yield self.fall_due(replace(state, happened=happened), day)
            case "movein_notified":
                in_time = day < first(self._thirty, self._fourteen)
                yield replace(state, happened=happened, presentable=in_time, registered=z3.BoolVal(True))
            case "moved_out":
                lapses = z3.And(state.presentable, z3.BoolVal("card_presented" not in before))
                card = first(state.card, choose(lapses, day, never))
                yield replace(state, happened=happened, card=card, presentable=z3.BoolVal(False))
            case "card_returned":
                yield replace(state, happened=happened, card=first(state.card, day))
            case "record_corrected":
                yield replace(state, happened=happened, signature=first(state.signature, day))
            case "record_deleted" | "died":
                yield replace(
                    state,
                    happened=happened,
                    registered=z3.BoolVal(False),
                    card=first(state.card, day),
                    signature=first(state.signature, day),
                    authentication=first(state.authentication, day),
                )
            case _:
                yield replace(state, happened=happened)

    def fall_due(self, state: State, day: Date) -> State:
        """What falls due as a day begins, or before it."""
        card, signature, authentication = state.card, state.signature, state.authentication
        registered, presentable = state.registered, state.presentable
        notice = self.days["moveout_notified"]
        if "moveout_notified" in state.happened and "movein_notified" not in state.happened:
            overdue = first(self._thirty, self._fourteen) if "moved_in" in state.happened else self._thirty
            card = first(card, choose(overdue <= day, last(overdue, notice), never))
            no_notice = self._thirty_of_certificate
            authentication = first(authentication, choose(no_notice <= day, last(no_notice, notice), never))
            deleted = z3.And(registered, self.planned <= day)
            signature = first(signature, choose(deleted, last(self.planned, notice), never))
            registered = z3.And(registered, z3.Not(deleted))
        if "movein_notified" in state.happened and "card_presented" not in state.happened:
            forgotten = z3.And(presentable, self._ninety <= day)
            card = first(card, choose(forgotten, self._ninety, never))
            presentable = z3.And(presentable, z3.Not(forgotten))
        return State(state.happened, registered, presentable, card, signature, authentication)

    def differs(self, state: State) -> Disagreement | bool:
        """Where machine and rules differ after an order of events; else whether the order can happen at all."""
        numbers, solver = DayNumbers(), z3.SolverFor("QF_LIA")
        solver.add(numbers(z3.simplify(self._possible(state))))
        settled = self.fall_due(state, _ALL_DUE)
        wrong = []
        for item in ITEMS:
            concluded = Date(z3.substitute(self._causes[item].term, *self._row(state)))
            wrong.append(getattr(settled, item) != concluded)
        different = z3.Or(*(numbers(z3.simplify(each)) for each in wrong))
        answer = solver.check(different)
        if answer == z3.unsat:
            return bool(solver.check() == z3.sat)
        if answer != z3.sat:
            raise RuntimeError(f"the solver gave up at {state.happened}: {solver.reason_unknown()}")
        model = solver.model()

        def day(term: Term) -> date:
            return numbers.day(int(model.eval(numbers(term), model_completion=True).as_long()))

        events = tuple((kind, day(self.days[kind].term)) for kind in state.happened)
        planned = day(self.planned.term) if "moveout_notified" in state.happened else None
        return Disagreement(len(events), events, planned)

    def _possible(self, state: State) -> Boolean:
        """The days stand in the order of the events, and what needs a record happens while there is one."""
        conditions = [_within(self.days[kind]) for kind in state.happened]
        if "moveout_notified" in state.happened:
            conditions.append(_within(self.planned))
        replayed = BEGINNING
        for place, kind in enumerate(state.happened):
            day = self.days[kind]
            if place:
                earlier = state.happened[place - 1]
                same_day_too = KINDS.index(earlier) < KINDS.index(kind)
                conditions.append(self.days[earlier] <= day if same_day_too else self.days[earlier] < day)
            due = self.fall_due(replayed, day)
            if kind in _NEED_A_RECORD:
                conditions.append(due.registered)
            if kind == "movein_notified":
                conditions.append(self.planned <= day)
            (replayed,) = self.happens(replayed, kind)
        return z3.And(*conditions)

    def _row(self, state: State) -> list[tuple[Term, Term]]:
        """The row of a history: its days, and the choices' defaults."""
        row: dict[str, Date] = dict.fromkeys(DATE_FIELDS, never)
        row |= dict.fromkeys(("card_issued", "signature_issued", "authentication_issued"), ISSUED)
        row["birth"] = literal(1990, 6, 15)
        row |= {_FIELDS[kind]: self.days[kind] for kind in state.happened}
        if "moveout_notified" in state.happened:
            row["moveout_planned"] = self.planned
        pairs = [(getattr(LIFE, name).term, day.term) for name, day in row.items()]
        return pairs + [
            (getattr(LIFE, name).term, next(iter(CHOICES[name][1].values()))) for name in CHOICE_FIELDS
        ]


_NEED_A_RECORD = ("record_corrected", "record_deleted", "moveout_notified")


def _accepted(before: set[str], kind: str) -> bool:
    """What has to have happened before, or must not: what a row can hold, and the offices accept."""
    if "died" in before:
        return False
    if kind == "movein_notified":
        return {"moveout_notified", "moved_in"} <= before and "moved_out" not in before
    if kind == "card_presented":
        return "movein_notified" in before and "moved_out" not in before
    if kind == "moved_out":
        return "moved_in" in before
    return not (kind == "moveout_notified" and "moved_out" in before)


def _within(day: Date) -> Boolean:
    return z3.And(day > ISSUED, day < _END)
