"""The bounded check: it agrees with the world event by event, finds what is planted, and finds nothing else."""

import random
from datetime import date, timedelta

import pytest
import z3
from jpki_model.bounded import BEGINNING, KINDS, Checked, Disagreement, Machine, State, check_up_to
from jpki_model.day_numbers import NEVER_NUMBER, DayNumbers
from jpki_model.language import NotInTheLanguage
from jpki_model.world.events import Event
from jpki_model.world.opening import Opening, open_world
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.world import World
from jpki_spec.laws import law
from jpki_spec.terms import LIFE, Date, literal

CURRENT = law("2024-05-27")
ISSUED = date(2024, 6, 20)
HOLDER = Opening(
    "A", date(1990, 6, 15), card_made=ISSUED, authentication_issued=ISSUED, signature_issued=ISSUED
)
GAPS = (1, 1, 2, 13, 14, 15, 29, 30, 31, 89, 90, 91)


def drawn(draw: random.Random) -> tuple[list[tuple[str, date]], date]:
    """Some kinds of event on days of their own, and a planned day."""
    day, events = ISSUED, []
    for kind in draw.sample(KINDS, draw.randint(1, 6)):
        day += timedelta(days=draw.choice(GAPS))
        events.append((kind, day))
    return events, ISSUED + timedelta(days=draw.randint(1, 120))


def by_the_world(events: list[tuple[str, date]], planned: date) -> list[date | None] | None:
    """What has ended by the world; None for a history that it refuses."""
    world = World(CURRENT)
    open_world(world, ISSUED, (HOLDER,))
    for kind, day in events:
        details: dict[str, object] = {"planned": planned} if kind == "moveout_notified" else {}
        details |= {"entry": "name"} if kind == "record_corrected" else {}
        try:
            world.play(Event(kind, day, **details))  # type: ignore[arg-type]
        except (Refused, CannotHappen):
            return None
    world.advance(date(2028, 1, 1))
    holder = world.residents["A"]
    ended = [holder.cards[0].lapsed] + [
        each.revoked for item in ("signature", "authentication") if (each := holder.certificate(item))
    ]
    return [day if day is None or day < date(2028, 1, 1) else None for day in ended]


def by_the_machine(events: list[tuple[str, date]], planned: date) -> list[date | None] | None:
    """What has ended by the machine, its days being these; None where it accepts no such order."""
    machine, state = Machine(CURRENT), BEGINNING
    for kind, _ in events:
        after = list(machine.happens(state, kind))
        if not after:
            return None
        (state,) = after
    end = machine.fall_due(state, literal(2028, 1, 1))
    days = [(machine.days[kind].term, literal(day.year, day.month, day.day).term) for kind, day in events]
    days.append((machine.planned.term, literal(planned.year, planned.month, planned.day).term))
    return [concrete(term, days) for term in (end.card, end.signature, end.authentication)]


def concrete(day: Date, days: list[tuple[z3.ExprRef, z3.ExprRef]]) -> date | None:
    number = z3.simplify(DayNumbers()(z3.simplify(z3.substitute(day.term, *days)))).as_long()
    return None if number == NEVER_NUMBER else DayNumbers().day(number)


def test_the_machine_ends_what_the_world_ends_on_the_same_days() -> None:
    draw, compared = random.Random(20240701), 0
    for _ in range(1500):
        events, planned = drawn(draw)
        early = any(kind == "movein_notified" and day < planned for kind, day in events)
        expected = None if early else by_the_world(events, planned)
        machine = by_the_machine(events, planned)
        if expected is None or machine is None:
            continue
        assert machine == expected, (events, planned)
        compared += 1
    assert compared > 250


def test_no_history_of_three_events_tells_machine_and_rules_apart() -> None:
    answers = list(check_up_to(3, CURRENT))
    assert [type(each) for each in answers] == [Checked] * 3
    assert [each.orders for each in answers if isinstance(each, Checked)] == [6, 24, 76]


class _AuthenticationKept(Machine):
    """Leaves the user-authentication certificate valid thirty days after the planned day."""

    def fall_due(self, state: State, day: Date) -> State:
        due = super().fall_due(state, day)
        return State(
            due.happened, due.registered, due.presentable, due.card, due.signature, state.authentication
        )


class _DayEarly(Machine):
    """Lapses on the fourteenth day."""

    def __init__(self, law: object) -> None:
        super().__init__(law)  # type: ignore[arg-type]
        self._fourteen = self.days["moved_in"].plus_days(14)


@pytest.mark.parametrize(("planted", "length"), [(_AuthenticationKept, 1), (_DayEarly, 2)])
def test_a_planted_difference_is_found_with_the_shortest_history(planted: type[Machine], length: int) -> None:
    *agreed, found = check_up_to(4, CURRENT, planted(CURRENT))
    assert isinstance(found, Disagreement)
    assert (found.length, len(agreed)) == (length, length - 1)
    days = [day for _, day in found.events]
    assert days == sorted(days)
    assert found.planned is not None


def test_only_days_that_are_compared_and_added_to_are_plain_numbers() -> None:
    with pytest.raises(NotInTheLanguage):
        DayNumbers()(LIFE.birth.plus_months(1).term)
    with pytest.raises(ValueError, match="never is no day"):
        DayNumbers().day(NEVER_NUMBER)
