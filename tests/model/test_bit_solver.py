"""One question has one answer, whatever else the process holds."""

import z3
from jpki_model.bit_solver import bit_solver
from jpki_model.bits import Bits
from jpki_spec.laws import law
from jpki_spec.rulebook import rulebook

MANY = 500_000
"""Terms of some 600 MB: z3's own solver for bit-vectors goes another way from 300 MB on."""


def answer() -> tuple[str, str]:
    """A life that the rules of two editions tell apart."""
    now, then = (rulebook(law(edition)).outputs["card_expires"] for edition in ("2024-05-27", "2016-01-01"))
    alone = z3.Context()
    solver = bit_solver(alone)
    solver.set("rlimit", 20_000_000)
    solver.add(Bits()(now != then).translate(alone))
    verdict = solver.check()
    model = solver.model()
    return str(verdict), str(sorted((str(each), str(model[each])) for each in model.decls()))


def test_an_answer_is_the_same_when_much_is_in_memory() -> None:
    alone = answer()
    assert alone[0] == "sat"
    held = z3.BitVec("x", 64)
    for number in range(MANY):
        held = held + number if number % 2 else held * z3.BitVec("y", 64)
    assert answer() == alone


def test_the_limit_of_steps_is_kept() -> None:
    alone = z3.Context()
    one, other = (z3.ZeroExt(32, z3.BitVec(name, 32, alone)) for name in ("one", "other"))
    solver = bit_solver(alone)
    solver.set("rlimit", 1_000_000)
    solver.add(one * other == 2_147_483_647 * 4_294_967_291)  # two primes
    assert solver.check() == z3.unknown
