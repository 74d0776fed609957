"""z3's solver for bit-vectors, put together so that one question has one answer, whatever was asked before.

z3's own `QF_BV` leaves steps out once all of z3's memory in the process exceeds 300 MB: what is then found, and whether
it is found in so many steps, hangs on everything else that the process holds. Here the same steps stand one by one,
without those that it leaves out, which make questions about lives no easier.
"""

from collections.abc import Sequence

import z3


def bit_solver(context: z3.Context) -> z3.Solver:
    """A solver that begins every question anew, for questions without assumptions."""
    return _steps(context).solver()


def incremental_bit_solver(context: z3.Context) -> z3.Solver:
    """A solver that keeps what it learned, for questions under changing assumptions; it looks at no memory."""
    return z3.SolverFor("QF_BV", ctx=context)


def read(solver: z3.Solver) -> None:
    """Let an incremental solver read what it was told, without a limit of steps, and search for nothing.

    Where its steps end while it still reads, it refuses every later question.
    """
    told = z3.Bool("told", solver.ctx)
    solver.set("rlimit", 0)
    solver.check(told, z3.Not(told))


def _steps(context: z3.Context) -> z3.Tactic:
    def step(name: str, **options: object) -> z3.Tactic:
        tactic = z3.Tactic(name, ctx=context)
        return z3.With(tactic, **options) if options else tactic

    steps = [
        step("simplify"),
        step("propagate-values"),
        step("solve-eqs", solve_eqs_max_occs=2),
        step("elim-uncnstr"),
        step("reduce-bv-size"),
        step(
            "simplify",
            som=True,
            pull_cheap_ite=True,
            push_ite_bv=False,
            local_ctx=True,
            local_ctx_limit=10_000_000,
            flat=True,
            hoist_mul=False,
        ),
        step("simplify", hoist_mul=True, som=False),
        step("max-bv-sharing"),
        step("ackermannize_bv"),
        step("bit-blast"),
        step("sat"),
    ]
    return one_by_one(steps, context)


def one_by_one(steps: Sequence[z3.Tactic], context: z3.Context) -> z3.Tactic:
    """The steps in their order, with the options that suit bit-vectors."""
    return z3.With(z3.Then(*steps, ctx=context), elim_and=True, push_ite_bv=True, blast_distinct=True)
