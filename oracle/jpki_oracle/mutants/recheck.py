"""A second opinion on equivalence proofs, by cvc5 (the extra of that name).

`python -m jpki_oracle.mutants.recheck [SECONDS]` asks cvc5 about every proof of the shipped suites and prints what it
said: exit 0 if it agrees with all, 1 if it disagrees with one, 2 if it gave up on some.
"""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import repeat

from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.index import SHIPPED, read_index, shipped_proofs, write_index

BRIEFLY = 2.0
"""Seconds for a problem as it stands, before its easier form is tried."""


def second_opinion(script: str, seconds: float) -> str:
    """What cvc5 says of an SMT-LIB 2 script within its time: `unsat`, `sat` or `unknown`.

    Raises ModuleNotFoundError where cvc5 is not installed.
    """
    import cvc5

    solver = cvc5.Solver()
    solver.setLogic("QF_BV")
    solver.setOption("tlimit-per", str(int(seconds * 1000)))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "proof")
    said = []
    while not (command := parser.nextCommand()).isNull():
        said.append(command.invoke(solver, parser.getSymbolManager()))
    return "".join(said).strip()


def opinion_on(proof: Proof, seconds: float) -> str:
    """What cvc5 says of a proof: of the problem as it stands, and where it gives up on that, of its easier form."""
    said = second_opinion(proof.script(), min(seconds, BRIEFLY))
    if said in ("unsat", "sat"):
        return said
    if second_opinion(proof.script(easier=True), seconds) == "unsat":
        return "unsat in the easier form"
    return second_opinion(proof.script(), seconds)


def main(arguments: list[str]) -> int:
    """Ask about every proof, about those that many laws have in common once."""
    seconds = float(arguments[0]) if arguments else 60.0
    proofs = {
        sha256(proof.script().encode()).digest(): proof
        for suite in SHIPPED
        for proof in shipped_proofs(suite)
    }
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor() as processes:
        opinions = processes.map(
            _opinion_elsewhere, [_plain(proof) for proof in proofs.values()], repeat(seconds)
        )
        for proof, said in zip(proofs.values(), opinions, strict=True):
            counts[said] += 1
            if not said.startswith("unsat"):
                sys.stdout.write(f"{proof.digest()}: {said}\n")
    sys.stdout.write(", ".join(f"{count} {said}" for said, count in sorted(counts.items())) + "\n")
    return 1 if counts["sat"] else 2 if any(not said.startswith("unsat") for said in counts) else 0


def _plain(proof: Proof) -> str:
    """A proof as a row of an index, which can go to another process."""
    return write_index([proof])


def _opinion_elsewhere(row: str, seconds: float) -> str:
    (proof,) = read_index(row)
    return opinion_on(proof, seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
