"""What another solver is asked, when it gives up on a problem as it stands."""

import pytest
from jpki_oracle.mutants import recheck
from jpki_oracle.mutants.recheck import opinion_on


class Stated:
    """A proof that says which form of it was asked for."""

    def script(self, *, easier: bool = False) -> str:
        return "easier" if easier else "as it stands"


@pytest.mark.parametrize(
    ("plain", "easier", "opinion"),
    [
        pytest.param(["unsat"], "unknown", "unsat", id="it agrees at once"),
        pytest.param(["sat"], "unsat", "sat", id="it disagrees at once"),
        pytest.param(
            ["unknown", "unknown"], "unsat", "unsat in the easier form", id="it agrees in the easier form"
        ),
        pytest.param(["unknown", "unknown"], "sat", "unknown", id="sat in the easier form means nothing"),
        pytest.param(["unknown", "unsat"], "unknown", "unsat", id="it agrees in the end"),
        pytest.param(["unknown", "sat"], "unknown", "sat", id="it disagrees in the end"),
    ],
)
def test_the_opinion_is_that_on_the_problem_as_it_stands_or_a_proof_of_the_easier_one(
    monkeypatch: pytest.MonkeyPatch, plain: list[str], easier: str, opinion: str
) -> None:
    said = iter(plain)
    monkeypatch.setattr(
        recheck, "second_opinion", lambda script, seconds: easier if script == "easier" else next(said)
    )
    assert opinion_on(Stated(), 60) == opinion
