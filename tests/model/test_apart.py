"""What is claimed of operations that are left open is so, and a question that is made easier is no other one."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

import pytest
import z3
from jpki_model.apart import Apart
from jpki_model.bits import Bits
from jpki_model.patience import Patience, in_steps
from jpki_model.propositions import Propositions
from jpki_model.solver import Found, NoLife, Question, Unknown, in_range
from jpki_spec.laws import law
from jpki_spec.terms import LIFE, Boolean, Date, birthday, first, last, literal

CURRENT = law("2024-05-27")
A, B = LIFE.birth, LIFE.card_issued


def birthdays(day: Date) -> list[Date]:
    return [birthday(day, year, "march-1") for year in (A.year + 5, B.year + 10, B.year)]


OPERATIONS: dict[str, list[Date]] = {
    "days": [day.plus_days(count) for day, count in product((A, B), (-30, -1, 1, 14, 90))],
    "months": [day.plus_months(count) for day, count in product((A, B), (-3, 1, 12, 60))],
    "birthdays": [*birthdays(A), *birthdays(B)],
    "days after days": [A.plus_days(30).plus_days(1), B.plus_days(30).plus_days(1), A.plus_days(31)],
}


@pytest.mark.parametrize("dates", OPERATIONS.values(), ids=OPERATIONS)
def test_what_is_known_of_open_dates_is_so(dates: list[Date]) -> None:
    everything_is_known(z3.And(*(date < LIFE.died for date in dates)))


def test_what_is_known_of_open_days_of_the_week_is_so() -> None:
    everything_is_known(z3.And(A.weekday == 1, B.weekday == 2, A.plus_days(7).weekday == 3))


def everything_is_known(condition: Boolean) -> None:
    """No days of the calendar contradict a single thing that is known, operations being the calendar's."""
    apart = Apart()
    apart(condition)
    facts = list(apart.known())
    assert len(facts) > len(apart.operations)
    calendar = [operation.value == operation.defined() for operation in apart.operations]
    for fact in facts:
        solver = z3.SolverFor("QF_BV")
        solver.add(*calendar, z3.Not(fact))
        solver.add(*in_calendar(apart))
        assert solver.check() == z3.unsat, fact


def in_calendar(bits: Bits) -> list[Boolean]:
    """The ranges that a question gives to its fields."""
    return [in_range(name, bits.sorts[name]) for name in bits.constants]


def test_all_that_is_known_is_told_once() -> None:
    apart = Apart()
    apart(A.plus_days(1) < B)
    assert list(apart.known())
    assert not list(apart.known())


def test_a_constant_is_there_even_if_no_comparison_needs_it() -> None:
    apart = Apart()
    apart(z3.Or(A < A, B.exists))
    assert set(apart.constants) == {"birth", "card_issued"}


# ------------------------------------------------------------------------------------ questions in their easier form


def test_a_question_that_is_hard_as_it_stands_is_proven_in_its_easier_form() -> None:
    # Given that fourteen days after the earlier of many days is the earlier of fourteen days after each
    days = [
        getattr(LIFE, name) for name in ("moved_in", "died", "left_japan", "card_returned", "record_deleted")
    ]
    sums = [day.plus_days(14) for day in days]
    differs = z3.Or(
        first(*days).plus_days(14) != first(*sums),
        last(*days).plus_days(14) != last(*sums),
    )
    # When it is asked with few steps
    few = in_steps(500_000)
    as_it_stands = Question(differs, CURRENT, assume=False, patience=few.of_one_form()).ask(readable=False)
    answer = Question(differs, CURRENT, assume=False, patience=few).ask(readable=False)
    # Then it is proven, though not as it stands
    assert isinstance(as_it_stands, Unknown)
    assert isinstance(answer, NoLife)


class AsPropositionsTwice(Patience):
    """Proofs are looked for twice before the question is tried as it stands."""

    def rounds(self) -> Iterator[tuple[bool, int]]:
        yield from ((True, self.most), (True, self.most), (False, self.most))


def said_of_propositions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said of propositions from now on."""
    said: list[str] = []
    check = Propositions.check

    def noted(stated: Propositions, assumptions: Sequence[Boolean], most: int) -> z3.CheckSatResult:
        said.append(str(check(stated, assumptions, most)))
        return check(stated, assumptions, most)

    monkeypatch.setattr(Propositions, "check", noted)
    return said


def test_where_only_the_easier_form_has_a_life_the_question_as_it_stands_is_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = said_of_propositions(monkeypatch)
    same = z3.And(literal(2023, 1, 30) == B, B.plus_months(1) != literal(2023, 1, 31).plus_months(1))
    patience = AsPropositionsTwice(600_000_000, "steps")
    answer = Question(same, CURRENT, naming=False, patience=patience).ask(readable=False)
    assert isinstance(answer, NoLife)
    assert said == ["sat", "unsat"]


def test_a_form_that_has_a_life_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    said = said_of_propositions(monkeypatch)
    patience = AsPropositionsTwice(600_000_000, "steps")
    answer = Question(A < B, CURRENT, naming=False, patience=patience).ask(readable=False)
    assert isinstance(answer, Found)
    assert said == ["sat", "sat"]


def test_what_only_the_calendar_decides_is_still_decided() -> None:
    # Given that a month after 31 January is another day than a month after 30 January only in the easier form
    thirtieth, last_day = literal(2023, 1, 30), literal(2023, 1, 31)
    same = z3.And(thirtieth == B, B.plus_months(1) != last_day.plus_months(1))
    # When such a life is asked for
    answer = Question(same, CURRENT).ask()
    # Then there is none
    assert isinstance(answer, NoLife)


def test_a_life_that_is_found_in_spite_of_what_is_open_has_the_days_of_the_calendar() -> None:
    answer = Question(z3.And(A.weekday == 6, A.plus_days(90) == literal(2024, 5, 25)), CURRENT).ask()
    assert isinstance(answer, Found)
    assert answer.life["birth"] == date(2024, 2, 25)
