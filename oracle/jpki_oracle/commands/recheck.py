"""`suite recheck`: what another solver says of the proofs that mutants are equivalent."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import progress
from jpki_oracle.mutants.index import SHIPPED, shipped_proofs
from jpki_oracle.mutants.recheck import distinct_problems, opinions_on


def recheck_command(suites: Sequence[str], editions: Sequence[str], seconds: float, every: int) -> int:
    """Ask cvc5 about proofs of shipped suites; 0 if it agrees with all, 1 if it disagrees with one, 2 if it gave up."""
    unknown = [name for name in suites if name not in SHIPPED]
    if unknown:
        raise CommandFailure(f"no proofs of a suite {unknown[0]!r}; there are those of {', '.join(SHIPPED)}")
    wanted = {law_argument(edition, ()).edition for edition in editions}
    if find_spec("cvc5") is None:
        raise CommandFailure("cvc5 is not installed: pip install 'jpki-oracle[cvc5]'")
    proofs = [
        proof
        for name in suites or SHIPPED
        for proof in shipped_proofs(name)
        if not wanted or proof.law.edition in wanted
    ]
    problems = distinct_problems(proofs)
    asked = problems[::every]
    print(
        f"{len(proofs)} proofs state {len(problems)} different problems; cvc5 is asked about {len(asked)}",
        flush=True,
    )
    counts: Counter[str] = Counter()
    with progress() as tell, ProcessPoolExecutor() as processes:
        for number, (proof, said) in enumerate(
            zip(asked, opinions_on(asked, seconds, processes), strict=True)
        ):
            tell(number, len(asked), str(proof.law))
            counts[said] += 1
            if not said.startswith("unsat"):
                print(f"{said}: {proof.law}: {', '.join(mutant.id for mutant in proof.mutants)}", flush=True)
    print(", ".join(f"{count} {said}" for said, count in sorted(counts.items())))
    return 1 if counts["sat"] else 2 if any(not said.startswith("unsat") for said in counts) else 0
