"""How long the solver takes for one question of each kind; `make bench` times them."""

from typing import Any

import pytest
from jpki_model.solver import Found
from jpki_oracle.ask.diff import differences
from jpki_oracle.ask.predicate import parse
from jpki_oracle.ask.questions import Counterexample, Proof, find, prove
from jpki_spec.laws import law


def test_find(benchmark: Any) -> None:
    predicate = parse("signature_expires < card_expires and age < 18", law("2022-04-01"))
    assert isinstance(benchmark.pedantic(find, (predicate,), rounds=3), Found)


def test_prove(benchmark: Any) -> None:
    predicate = parse("authentication_expires <= card_expires", law("2024-05-27"))
    assert isinstance(benchmark.pedantic(prove, (predicate,), rounds=3), Proof)


def test_prove_with_a_counterexample(benchmark: Any) -> None:
    predicate = parse("authentication_expires <= card_expires", law("mic-2017"))
    assert isinstance(benchmark.pedantic(prove, (predicate,), rounds=3), Counterexample)


@pytest.mark.parametrize("outcome", ["card_expires", "card_lapses", "authentication_revoked"])
def test_diff(benchmark: Any, outcome: str) -> None:
    one, other = law("2016-01-01"), law("2024-05-27")
    (found,) = benchmark.pedantic(differences, (one, other, [outcome]), rounds=3)
    assert found.kinds
