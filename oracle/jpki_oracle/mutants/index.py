"""The index of equivalence proofs: which mutants were proven to be no different, at which frontier of which law.

It is enough to state every proof anew, as SMT-LIB, for another solver. `SHIPPED` names those of the shipped suites.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from jpki_spec.laws import Law, law, law_named

from jpki_oracle.mutants.complete import Complete, tried
from jpki_oracle.mutants.equivalence import MutantUndecided, Proof
from jpki_oracle.mutants.mutant import Mutant, mutants_of
from jpki_oracle.scenarios.scenario import shipped_suite

SHIPPED = {"complete": "complete.proofs.json", "other-readings": "other-readings.proofs.json"}

_ABOUT = ("rung", "everywhere", "within", "mutants")
"""What an index says of a proof, beside its law."""


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
                "within": proof.within,
                "mutants": [mutant.id for mutant in proof.mutants],
            }
        )
        for proof in sorted(proofs, key=lambda proof: (proof.law.edition, proof.digest()))
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def write_joint_index(proofs: Sequence[Proof]) -> str:
    """An index of proofs that hold under many laws alike: each row names its laws by their positions in a list."""
    laws = sorted({str(proof.law) for proof in proofs})
    rows: dict[tuple[Any, ...], list[int]] = {}
    for proof in proofs:
        mutants = tuple(mutant.id for mutant in proof.mutants)
        about = (mutants, proof.rung, proof.everywhere, proof.within)
        rows.setdefault(about, []).append(laws.index(str(proof.law)))
    lines = [
        json.dumps({"laws": sorted(places), **dict(zip(_ABOUT, (*about, mutants), strict=True))})
        for (mutants, *about), places in sorted(rows.items(), key=lambda row: (row[0][0], row[1]))
    ]
    return '{"laws": ' + json.dumps(laws) + ', "proofs": [\n' + ",\n".join(lines) + "\n]}\n"


def read_index(text: str) -> list[Proof]:
    """The proofs of an index of either form. Raises KeyError for a mutant that the rules do not have."""
    content = json.loads(text)
    if isinstance(content, dict):
        laws = [law_named(name) for name in content["laws"]]
        stated = [(laws[place], row) for row in content["proofs"] for place in row["laws"]]
    else:
        stated = [(law(row["edition"], row["readings"]), row) for row in content]
    known: dict[Law, dict[str, Mutant]] = {}
    proofs = []
    for current, row in stated:
        if current not in known:
            known[current] = {mutant.id: mutant for mutant in mutants_of(current)}
        mutants = tuple(known[current][id] for id in row["mutants"])
        proofs.append(Proof(current, mutants, row["rung"], row["everywhere"], tuple(row["within"])))
    return proofs


class NotComplete(RuntimeError):
    """A shipped suite does not fit the rules as they are now."""


def shipped_complete(current: Law) -> Complete:
    """The shipped complete suite of an edition. Raises `NotComplete` where it lacks something under today's rules."""
    mutants = mutants_of(current)
    suite = [scenario for scenario in shipped_suite("complete") if scenario.serves(current)]
    scenarios = tuple(scenario for scenario in suite if not scenario.is_malformed)
    try:
        proofs = tuple(proof for proof in shipped_proofs() if proof.law == current)
    except KeyError as error:
        raise NotComplete(f"{current}: the rules have no mutant {error} any more") from None
    try:
        return tried(current, mutants, scenarios, proofs)
    except MutantUndecided as error:
        raise NotComplete(f"{current}: {error}") from None


def shipped_proofs(suite: str = "complete") -> list[Proof]:
    """The equivalence proofs of a shipped suite, one of `SHIPPED`."""
    return read_index(files("jpki_oracle.scenarios").joinpath(SHIPPED[suite]).read_text(encoding="utf-8"))
