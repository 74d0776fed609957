"""Statements in bit-vectors as propositions: contradictions are found, nothing else is claimed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import z3
from hypothesis import given
from hypothesis import strategies as st
from jpki_model.propositions import Propositions

ENOUGH = 10_000_000
ONE, OTHER = z3.Bools("one other")
NUMBER = z3.BitVec("number", 8)


def propositions(*statements: z3.BoolRef) -> Propositions:
    return Propositions(statements)


def test_a_contradiction_is_found() -> None:
    assert propositions(z3.ULT(NUMBER, 3), z3.ULT(5, NUMBER)).check([], ENOUGH) == z3.unsat


def test_what_can_be_is_said_to_be_so() -> None:
    assert propositions(z3.ULT(3, NUMBER), z3.ULT(NUMBER, 5)).check([], ENOUGH) == z3.sat


@pytest.mark.parametrize(("statement", "expected"), [(True, z3.sat), (False, z3.unsat)])
def test_a_statement_without_anything_in_it_is_what_it_is(
    statement: bool, expected: z3.CheckSatResult
) -> None:
    assert propositions(z3.BoolVal(statement)).check([ONE], ENOUGH) == expected


def test_assumptions_hold_for_one_question_only() -> None:
    stated = propositions(z3.Implies(ONE, z3.ULT(NUMBER, 3)), z3.ULT(5, NUMBER))
    assert stated.check([ONE], ENOUGH) == z3.unsat
    assert stated.check([z3.Not(ONE)], ENOUGH) == z3.sat
    assert stated.check([], ENOUGH) == z3.sat


def test_the_core_names_the_assumptions_that_clash() -> None:
    stated = propositions(
        z3.Implies(ONE, z3.ULT(NUMBER, 3)), z3.ULT(5, NUMBER), z3.Implies(OTHER, NUMBER != 7)
    )
    assert stated.check([ONE, OTHER], ENOUGH) == z3.unsat
    assert set(stated.unsat_core()) == {"one"}


def test_an_assumption_that_no_statement_speaks_of_is_free() -> None:
    stated = propositions(NUMBER == 7)
    for assumption in (ONE, z3.Not(ONE), OTHER, z3.Not(OTHER)):
        assert stated.check([assumption], ENOUGH) == z3.sat
    assert stated.check([ONE, z3.Not(OTHER)], ENOUGH) == z3.sat


def hard() -> Propositions:
    """That a number which has factors has none of these: as hard as multiplying back and forth is."""
    one, other = z3.BitVecs("one other", 26)
    product = z3.ZeroExt(26, one) * z3.ZeroExt(26, other)
    return propositions(product == 1_125_899_772_623_531, z3.ULT(1, one), z3.ULT(1, other))


def test_it_gives_up_at_its_limit_and_can_be_asked_again() -> None:
    stated = hard()
    assert stated.check([], 10_000) == z3.unknown
    assert stated.check([], 10_000) == z3.unknown


def test_an_interrupt_ends_the_search() -> None:
    # Given a program that searches for long
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_propositions import hard
stated = hard()
print("begun", flush=True)
try:
    stated.check([], 10**15)
except KeyboardInterrupt:
    print("interrupted")
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(0.5)
        # When it is interrupted
        process.send_signal(signal.SIGINT)
        # Then it ends as any Python program does
        assert process.stdout.read() == "interrupted\n"


@given(st.lists(st.tuples(st.sampled_from(["<", "=", "+"]), st.integers(0, 255), st.booleans()), max_size=6))
def test_it_agrees_with_z3(statements: list[tuple[str, int, bool]]) -> None:
    made = {"<": z3.ULT, "=": lambda one, value: one == value, "+": lambda one, value: one + value == 7}
    terms = [made[kind](NUMBER, value) == holds for kind, value, holds in statements]
    by_z3 = z3.Solver()
    by_z3.add(*terms)
    assert propositions(*terms).check([], ENOUGH) == by_z3.check()
