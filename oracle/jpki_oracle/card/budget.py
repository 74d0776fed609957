"""The tries of a PIN that may be spent: what is known of the card's counter, and what must be feared.

`Tally` holds both as a value, and each thing that can happen is a function from one tally to the next. The rule that
everything else leans on: `tries_feared` is never more than the tries that the card really has left, provided that the
card tells the truth when it is asked (`jpki_oracle.card.proof` lets the solver prove it of these functions).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from jpki_spec.card import PINS

LEAST_LEFT = 2
"""Tries that a real card keeps at the very least, whatever is asked for."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is known of one counter.

    `asked`: the tries that the card last spoke of, or None; `lost`: presentations since then of which nobody knows the
    outcome, since the card was torn out or did not answer; `unadmitted`: presentations that were refused while the
    counter was not seen to fall.
    """

    maximum: int
    asked: int | None = None
    lost: int = 0
    unadmitted: int = 0

    @property
    def tries_feared(self) -> int:
        """The fewest tries that the card may have left; 0 as long as it was not asked."""
        return 0 if self.asked is None else max(self.asked - self.lost - self.unadmitted, 0)


def told(tally: Tally, tries: int) -> Tally:
    """The card was asked for its counter."""
    fallen = 0 if tally.asked is None else max(tally.asked - tries - tally.lost, 0)
    return replace(tally, asked=tries, lost=0, unadmitted=max(tally.unadmitted - fallen, 0))


def presented(tally: Tally) -> Tally:
    """A PIN is about to be sent: from here on its outcome is unknown, until the card answers."""
    return replace(tally, lost=tally.lost + 1)


def accepted(tally: Tally) -> Tally:
    """The card has answered 9000: the counter is full."""
    return Tally(tally.maximum, tally.maximum)


def refused(tally: Tally, tries: int | None) -> Tally:
    """The card has answered anything else; `tries` as it says, or None."""
    if tally.asked is not None and tries is not None and tries < tally.asked:
        return replace(tally, asked=tries, lost=tally.lost - 1)
    return replace(tally, lost=tally.lost - 1, unadmitted=tally.unadmitted + 1)


def forgotten(tally: Tally) -> Tally:
    """The card is fresh from a power-on or another run: what it said of its counter has to be asked again."""
    return replace(tally, asked=None)


def may_present_own(tally: Tally) -> str | None:
    """Why the holder's own PIN may not be presented; None if it may."""
    if tally.asked is None:
        return "the card was not asked for the tries left just before"
    if tally.asked > tally.maximum:
        return (
            f"the card speaks of {tally.asked} tries, and this PIN has {tally.maximum}: it may be another one"
        )
    if tally.asked < tally.maximum:
        return (
            f"the counter stands at {tally.asked} of {tally.maximum}; it must be full, so that a wrong PIN does no "
            "harm (use the right PIN once in another program, and run again)"
        )
    if tally.lost or tally.unadmitted:
        return "the card did not admit an earlier wrong PIN: its counter cannot be trusted"
    return None


def may_present_any(tally: Tally) -> str | None:
    """Why a PIN that may be wrong may not be presented to a real card; None if it may."""
    if tally.asked is None:
        return "the card was not asked for the tries left just before"
    if tally.asked > tally.maximum:
        return (
            f"the card speaks of {tally.asked} tries, and this PIN has {tally.maximum}: it may be another one"
        )
    if tally.tries_feared - 1 < LEAST_LEFT:
        return f"it may leave fewer than {LEAST_LEFT} tries ({tally.tries_feared} are left at the worst)"
    return None


class Budget:
    """The tallies of one card, kept in a store before each presentation and after each answer."""

    def __init__(self, store: "Store") -> None:
        self._store = store
        kept = store.load()
        self._tallies = {pin: Tally(maximum, None, *kept.get(pin, (0, 0))) for pin, maximum in MAXIMA.items()}

    def tally(self, pin: str) -> Tally | None:
        """What is known of a PIN's counter; None if it is not known how many tries it has."""
        return self._tallies.get(pin)

    def change(self, pin: str, tally: Tally) -> None:
        """Takes note, on the disk before this returns if it has to outlive this run."""
        before = self._tallies[pin]
        self._tallies[pin] = tally
        if (before.lost, before.unadmitted) != (tally.lost, tally.unadmitted):
            self._store.save(
                {p: (t.lost, t.unadmitted) for p, t in self._tallies.items() if t.lost or t.unadmitted}
            )

    def forget_answers(self) -> None:
        """The card has lost its power: every counter has to be asked again."""
        for pin, tally in self._tallies.items():
            if tally.asked is not None:
                self._tallies[pin] = forgotten(tally)


class Store:
    """Keeps what must outlive a run; this one keeps it in memory alone."""

    def __init__(self) -> None:
        self._kept: Mapping[str, tuple[int, int]] = {}

    def load(self) -> Mapping[str, tuple[int, int]]:
        """For each PIN the presentations without a known outcome, and those that were not admitted."""
        return self._kept

    def save(self, kept: Mapping[str, tuple[int, int]]) -> None:
        """Keeps it; returns when it is safe."""
        self._kept = dict(kept)


MAXIMA: dict[str, int] = {
    pin: file.tries for pin, file in PINS.items() if isinstance(file.tries, int) and file.tries
}
"""The tries of each PIN of which it is known how many there are, by the PIN's file."""
