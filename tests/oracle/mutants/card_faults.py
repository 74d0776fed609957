"""Faults in how long a card lives, by law: few enough to settle in a test, and of both kinds."""

from collections.abc import Collection, Sequence

from jpki_oracle.mutants.mutant import Mutant, mutants_of
from jpki_spec.laws import Law


def card_faults(laws: Sequence[Law], operators: Collection[str]) -> dict[Law, list[Mutant]]:
    """The mutants of a card's expiry that some operators make."""
    return {
        current: [
            mutant
            for mutant in mutants_of(current)
            if mutant.observed.outcome == "card_expires"
            and mutant.fault
            and mutant.fault.operator in operators
        ]
        for current in laws
    }
