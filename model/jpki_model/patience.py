"""How long the solver is tried on a question, and how its two forms (`solver.py`) take turns.

`in_milliseconds(...)` and `in_steps(...)` are the ways in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

MILLISECONDS = 20_000
"""After so long a single call to the solver ends with `unknown`; there are up to a dozen calls."""
STEPS_A_MILLISECOND = 6_000
"""What z3 calls its resource limit: about so many of its units pass in a millisecond, more on a faster machine."""
_WISH = 4_000
"""How long a more readable life is looked for, before any life will do."""
_FIRST = 1_500
"""How long a question is tried as it stands before its easier form is, which takes time to make."""
_PROPAGATIONS_A_MILLISECOND = 12_000
"""About so many steps of Glucose, which looks for proofs in the easier form, pass in a millisecond."""


@dataclass(frozen=True)
class Patience:
    """The longest that one call to the solver may take, in milliseconds, or in steps of its own.

    Steps give a question one answer however busy the machine is. `turns`: whether the two forms take turns; if the
    question is known to be hard, beginning with the easier form, and then longer at once.
    """

    most: int
    unit: Literal["milliseconds", "steps"]
    turns: Literal["both", "both, known to be hard", "as it stands"] = "both"

    @property
    def option(self) -> str:
        """What z3 calls this limit."""
        return "timeout" if self.unit == "milliseconds" else "rlimit"

    @property
    def wish(self) -> int:
        """How long a more readable life is looked for."""
        return self._no_longer_than(_WISH)

    def of_one_form(self) -> Self:
        """As long, but the easier form is not tried."""
        return replace(self, turns="as it stands")

    def of_a_hard_question(self) -> Self:
        """As long, for a question that was tried before and not answered soon."""
        return replace(self, turns="both, known to be hard")

    def rounds(self) -> Iterator[tuple[bool, int]]:
        """Whether the easier form is tried, and how far: four times as far each time, up to the limit."""
        if self.turns == "as it stands":
            yield False, self.most
            return
        most = self._no_longer_than(_FIRST)
        if self.turns == "both":
            yield False, most
        while True:
            longer = min(4 * most, self.most)
            yield True, longer
            if longer > most or self.turns != "both":
                yield False, longer
            if longer == self.most:
                return
            most = longer

    def propagations(self, most: int) -> int:
        """As long in Glucose's own steps."""
        milliseconds = most if self.unit == "milliseconds" else most // STEPS_A_MILLISECOND
        return max(1, milliseconds) * _PROPAGATIONS_A_MILLISECOND

    def _no_longer_than(self, milliseconds: int) -> int:
        return min(self.most, milliseconds * (1 if self.unit == "milliseconds" else STEPS_A_MILLISECOND))


def in_milliseconds(most: int = MILLISECONDS) -> Patience:
    """So long by the clock."""
    return Patience(most, "milliseconds")


def in_steps(most: int) -> Patience:
    """So many of the solver's own steps."""
    return Patience(most, "steps")
