"""What another solver is asked, when it gives up on a problem as it stands."""

import pytest
import z3
from jpki_model.solver import Form
from jpki_oracle.cli import app
from jpki_oracle.commands import recheck as command
from jpki_oracle.mutants import recheck
from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.index import shipped_proofs
from jpki_oracle.mutants.known import proof_key
from jpki_oracle.mutants.recheck import BRIEFLY, distinct_problems, opinion_on
from typer.testing import CliRunner


class Stated:
    """A proof that says which form of it was asked for."""

    def script(self, form: Form = Form.AS_IT_STANDS) -> str:
        return str(form)


@pytest.mark.parametrize(
    ("plain", "easier", "weekdays", "opinion"),
    [
        pytest.param(["unsat"], "sat", "sat", "unsat", id="it agrees at once"),
        pytest.param(["sat"], "unsat", "unsat", "sat", id="it disagrees at once"),
        pytest.param(
            ["unknown"], "unsat", "sat", "unsat in the easier form", id="it agrees in the easier form"
        ),
        pytest.param(
            ["unknown"],
            "sat",
            "unsat",
            "unsat with any days of the week",
            id="it agrees whatever the weekdays",
        ),
        pytest.param(
            ["unknown", "unknown"], "sat", "sat", "unknown", id="sat in an easier form means nothing"
        ),
        pytest.param(["unknown", "unsat"], "unknown", "unknown", "unsat", id="it agrees in the end"),
        pytest.param(["unknown", "sat"], "unknown", "unknown", "sat", id="it disagrees in the end"),
    ],
)
def test_the_opinion_is_that_on_the_problem_as_it_stands_or_a_proof_of_an_easier_one(
    monkeypatch: pytest.MonkeyPatch, plain: list[str], easier: str, weekdays: str, opinion: str
) -> None:
    said = iter(plain)
    of_form = {Form.EASIER: easier, Form.ANY_WEEKDAYS: weekdays}
    monkeypatch.setattr(recheck, "second_opinion", lambda script, seconds: of_form.get(script) or next(said))
    assert opinion_on(Stated(), 60) == opinion


def test_a_problem_that_has_no_easier_form_is_asked_once_more_for_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    monkeypatch.setattr(
        recheck, "second_opinion", lambda script, seconds: asked.append((script, seconds)) or "unknown"
    )
    monkeypatch.setattr(Stated, "script", lambda proof, form=Form.AS_IT_STANDS: "the same in every form")
    opinion_on(Stated(), 60)
    assert [seconds for _, seconds in asked] == [BRIEFLY, 60]


def stated(proof: Proof) -> set[str]:
    """What a proof's problem asserts, whatever the parts that are named in it are called."""
    return {assertion.sexpr() for assertion in z3.parse_smt2_string(proof.script())}


def test_proofs_that_are_taken_for_one_problem_state_the_same_problem():
    """Of problems that several laws have in common, the first and the last law's are compared."""
    together: dict[str, list[Proof]] = {}
    for proof in shipped_proofs("other-readings"):
        together.setdefault(proof_key(proof), []).append(proof)
    shared = sorted(key for key, proofs in together.items() if len({proof.law for proof in proofs}) > 1)
    assert len(shared) > 100
    for key in shared[:: len(shared) // 5]:
        first, *_, last = together[key]
        assert stated(first) == stated(last)


def test_no_problem_is_left_out():
    proofs = shipped_proofs()[:200:40]
    asked = distinct_problems([*proofs, *reversed(proofs)])
    assert len(asked) == len(proofs)
    assert {frozenset(stated(proof)) for proof in asked} == {frozenset(stated(proof)) for proof in proofs}


class TestCommand:
    """`suite recheck`, with cvc5 in earnest for a few small proofs, and with what it might say besides."""

    def asked(self, *arguments: str) -> tuple[int, list[str], str]:
        result = CliRunner().invoke(app, ["suite", "recheck", *arguments])
        return result.exit_code, result.stdout.splitlines(), result.stderr

    def test_it_counts_what_cvc5_says(self):
        code, lines, _ = self.asked("--suite", "complete", "-e", "mic-2017", "--every", "20")
        assert code == 0
        assert lines[0].endswith("cvc5 is asked about 4")
        assert lines[1:] == ["4 unsat"]

    @pytest.mark.parametrize(
        ("said", "code"),
        [("sat", 1), ("unknown", 2), ("unsat in the easier form", 0)],
    )
    def test_a_proof_that_it_does_not_share_is_named(self, monkeypatch, said, code):
        monkeypatch.setattr(command, "opinions_on", lambda proofs, *rest: [said for _ in proofs])
        left, lines, _ = self.asked("--suite", "complete", "-e", "mic-2017", "--every", "40")
        assert left == code
        named = [line for line in lines if line.startswith(f"{said}: mic-2017: ")]
        assert len(named) == (2 if code else 0)
        assert lines[-1] == f"2 {said}"
