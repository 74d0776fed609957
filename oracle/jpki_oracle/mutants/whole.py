"""Builds that are remembered whole: the same rules, built again by the same program, take a few seconds.

What is remembered is tried anew: every mutant must be shown by the scenarios or be in a proof.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jpki_spec.laws import law

from jpki_oracle.mutants.complete import Complete, tried
from jpki_oracle.mutants.equivalence import MutantUndecided, Proof
from jpki_oracle.mutants.memory import Memory
from jpki_oracle.mutants.mutant import mutants_of, places_of
from jpki_oracle.mutants.plain import scenario_of, scenario_row
from jpki_oracle.scenarios.scenario import Scenario


def build_key(*about: str) -> str:
    """The digest of what a build was given."""
    return hashlib.sha256("\n".join(["build", *about]).encode()).hexdigest()


def remember_builds(key: str, builds: Sequence[Complete], memory: Memory) -> None:
    """Keep what was built."""
    memory.put(key, [_plain(built) for built in builds], anew=True)


def remembered_builds(key: str, memory: Memory) -> list[Complete] | None:
    """What was built before; None if nothing was, or if it leaves a mutant open."""
    known = memory.get(key)
    try:
        return None if known is None else [_from_plain(plain) for plain in known]
    except MutantUndecided:
        return None


def _plain(built: Complete) -> Any:
    place = places_of(built.law)
    return {
        "law": [built.law.edition, dict(built.law.readings)],
        "mutants": [place[id(mutant)] for mutant in built.mutants],
        "scenarios": [[scenario.edge, scenario_row(scenario)] for scenario in built.scenarios],
        "proofs": [
            [p.rung, p.everywhere, [place[id(mutant)] for mutant in p.mutants], p.within]
            for p in built.proofs
        ],
    }


def _from_plain(plain: Any) -> Complete:
    current = law(*plain["law"])
    every = mutants_of(current)
    mutants = tuple(every[at] for at in plain["mutants"])
    scenarios = tuple(_with_edge(edge, scenario_of(row)) for edge, row in plain["scenarios"])
    proofs = tuple(
        Proof(current, tuple(every[at] for at in places), rung, everywhere, tuple(within))
        for rung, everywhere, places, within in plain["proofs"]
    )
    return tried(current, mutants, scenarios, proofs)


def _with_edge(edge: str, scenario: Scenario) -> Scenario:
    return replace(scenario, edge=edge)
