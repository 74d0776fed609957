"""A second opinion on equivalence proofs, by cvc5 (the extra of that name).

`python -m jpki_oracle.mutants.recheck [SECONDS]` asks cvc5 about every proof of the shipped suites and prints what it
said: exit 0 if it agrees with all, 1 if it disagrees with one, 2 if it gave up on some.
"""

import sys
from collections import Counter

from jpki_oracle.mutants.index import SHIPPED, shipped_proofs


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


def main(arguments: list[str]) -> int:
    """Ask about every proof."""
    seconds = float(arguments[0]) if arguments else 60.0
    counts: Counter[str] = Counter()
    for proof in (proof for suite in SHIPPED for proof in shipped_proofs(suite)):
        said = second_opinion(proof.script(), seconds)
        counts[said] += 1
        if said != "unsat":
            sys.stdout.write(f"{proof.digest()}: {said}\n")
    sys.stdout.write(", ".join(f"{count} {said}" for said, count in sorted(counts.items())) + "\n")
    return 1 if counts["sat"] else 2 if set(counts) - {"unsat"} else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
