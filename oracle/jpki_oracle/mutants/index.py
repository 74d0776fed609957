"""The index of equivalence proofs: which mutants were proven to be no different, at which frontier of which law.

It is enough to state every proof anew, as SMT-LIB, for another solver. `complete.proofs.json` is that of the shipped
suite.
"""

import json
from collections.abc import Sequence
from importlib.resources import files

from jpki_spec.laws import law

from jpki_oracle.mutants.equivalence import Proof
from jpki_oracle.mutants.mutant import mutants_of

SHIPPED = "complete.proofs.json"


def write_index(proofs: Sequence[Proof]) -> str:
    """The index as JSON, one proof a line."""
    lines = [
        json.dumps(
            {
                "file": f"{proof.digest()}.smt2",
                "edition": proof.law.edition,
                "readings": dict(proof.law.readings),
                "rung": proof.rung,
                "everywhere": proof.everywhere,
                "mutants": [mutant.id for mutant in proof.mutants],
            }
        )
        for proof in sorted(proofs, key=lambda proof: (proof.law.edition, proof.digest()))
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def read_index(text: str) -> list[Proof]:
    """The proofs of an index. Raises KeyError for a mutant that the rules do not have."""
    proofs = []
    for row in json.loads(text):
        current = law(row["edition"], row["readings"])
        known = {mutant.id: mutant for mutant in mutants_of(current)}
        mutants = tuple(known[id] for id in row["mutants"])
        proofs.append(Proof(current, mutants, row["rung"], row["everywhere"]))
    return proofs


def shipped_proofs() -> list[Proof]:
    """The equivalence proofs of the shipped suite."""
    return read_index(files("jpki_oracle.scenarios").joinpath(SHIPPED).read_text(encoding="utf-8"))
