"""A second opinion on equivalence proofs, by cvc5 (the extra of that name)."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import repeat

from jpki_model.solver import Form

from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.index import read_index, write_index
from jpki_oracle.mutants.known import proof_key

BRIEFLY = 2.0
"""Seconds for a problem as it stands, before its easier forms are tried."""


def second_opinion(script: str, seconds: float) -> str:
    """What cvc5 says of an SMT-LIB 2 script within its time: `unsat`, `sat` or `unknown`.

    Raises ModuleNotFoundError where cvc5 is not installed.
    """
    import cvc5

    solver = cvc5.Solver()
    solver.setLogic("QF_BV")
    # All bits at once: step by step, several times as many problems are left open.
    solver.setOption("bitblast", "eager")
    solver.setOption("tlimit-per", str(int(seconds * 1000)))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "proof")
    said = []
    while not (command := parser.nextCommand()).isNull():
        said.append(command.invoke(solver, parser.getSymbolManager()))
    return "".join(said).strip()


def opinion_on(proof: Proof, seconds: float) -> str:
    """What cvc5 says of a proof: of the problem as it stands, and where it gives up on that, of its easier forms."""
    plain = proof.script()
    said = second_opinion(plain, min(seconds, BRIEFLY))
    if said in ("unsat", "sat"):
        return said
    for form in (Form.EASIER, Form.ANY_WEEKDAYS):
        script = proof.script(form)
        if script != plain and second_opinion(script, seconds) == "unsat":
            return f"unsat {form}"
    return second_opinion(plain, seconds)


def distinct_problems(proofs: Iterable[Proof]) -> list[Proof]:
    """One proof for each problem that they solve: many laws have most in common."""
    return list({proof_key(proof): proof for proof in proofs}.values())


def opinions_on(proofs: Sequence[Proof], seconds: float, executor: Executor) -> Iterator[str]:
    """What cvc5 says of each proof, in their order; on the processes of an executor."""
    yield from executor.map(_opinion_elsewhere, [write_index([proof]) for proof in proofs], repeat(seconds))


def _opinion_elsewhere(row: str, seconds: float) -> str:
    (proof,) = read_index(row)
    return opinion_on(proof, seconds)
