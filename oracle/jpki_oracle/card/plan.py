"""What a run is going to do to a card, told before it begins: cases, time, PINs presented, and the worst to come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jpki_spec.card import PINS

from jpki_oracle.card.budget import LEAST_LEFT, MAXIMA
from jpki_oracle.card.budget_proof import DESTRUCTIVE_RULE, OWN_PIN_RULE, fewest_left, refute
from jpki_oracle.card.guard import Permission, Tier

SECONDS_A_COMMAND = {
    "emulator": 0.00005,
    "python": 0.0002,
    "stdio": 0.0005,
    "http": 0.001,
    "vpcd": 0.001,
    "pcsc": 0.03,
}
"""How long a command takes by experience, by the address's scheme; a card in a reader needs some 30 ms."""


@dataclass(frozen=True)
class PlannedCase:
    """One case of a pack: what it sends, in numbers. `right` and `wrong`: presentations by the PIN's file."""

    id: str
    tier: Tier
    commands: int
    right: Mapping[str, int]
    wrong: Mapping[str, int]


@dataclass(frozen=True)
class PlannedPin:
    """What a run may do to one PIN. `now` and `at_worst`: tries left, None on an emulator, which is made anew."""

    pin: str
    right: int
    wrong: int
    now: int | None
    at_worst: int | None

    @property
    def title(self) -> str:
        """The PIN's name and file."""
        return f"{PINS[self.pin].title.en} ({self.pin})"


@dataclass(frozen=True)
class RunPlan:
    """A whole run: which cases run, which are beyond its tier, how long it takes, which PINs are presented."""

    tier: Tier
    emulator: bool
    runs: tuple[str, ...]
    left_out: tuple[str, ...]
    destructive: tuple[str, ...]
    commands: int
    seconds: float
    pins: tuple[PlannedPin, ...]


class BudgetBroken(Exception):
    """The rules of the budget do not keep what they promise; no run begins. A fault of this program."""


def run_plan(
    cases: Iterable[PlannedCase], permission: Permission, address: str, tries_now: Mapping[str, int]
) -> RunPlan:
    """The plan of a run of `cases` under `permission`; `tries_now` are the tries left by the PIN's file.

    On a card that has not proven to be an emulator the solver shows first that no answer of the card leads below what
    the tier promises. Raises BudgetBroken if it finds one.
    """
    chosen = list(cases)
    runs = [case for case in chosen if _RANK[case.tier] <= _RANK[permission.tier]]
    real = not permission.emulator
    if real and permission.tier is not Tier.SAFE:
        prove_budget(permission.tier)
    commands = sum(case.commands for case in runs)
    pins = sorted({pin for case in runs for pin in (*case.right, *case.wrong)})
    return RunPlan(
        permission.tier,
        permission.emulator,
        tuple(case.id for case in runs),
        tuple(case.id for case in chosen if case not in runs),
        tuple(case.id for case in runs if case.tier is Tier.DESTRUCTIVE),
        commands,
        commands * SECONDS_A_COMMAND.get(address.partition(":")[0], SECONDS_A_COMMAND["pcsc"]),
        tuple(_pin(pin, runs, permission, tries_now) for pin in pins),
    )


def prove_budget(tier: Tier) -> None:
    """Lets the solver show what the tier promises of every PIN; raises BudgetBroken with the step that breaks it."""
    policy, floor = OWN_PIN_RULE if tier is Tier.OWN_PIN else DESTRUCTIVE_RULE
    for maximum in sorted(set(MAXIMA.values())):
        refutation = refute(maximum, policy, floor(maximum))
        if refutation:
            raise BudgetBroken(f"{refutation.step.what}: {refutation.why}; no run begins")


def _pin(
    pin: str, runs: Iterable[PlannedCase], permission: Permission, tries_now: Mapping[str, int]
) -> PlannedPin:
    right = sum(case.right.get(pin, 0) for case in runs)
    wrong = sum(case.wrong.get(pin, 0) for case in runs)
    now = tries_now.get(pin)
    if permission.emulator or now is None or pin not in MAXIMA:
        return PlannedPin(pin, right, wrong, None, None)
    own = permission.tier is Tier.OWN_PIN
    policy, _ = OWN_PIN_RULE if own else DESTRUCTIVE_RULE
    presentations = 1 if own else right + wrong
    at_worst = fewest_left(MAXIMA[pin], now, min(presentations, MAXIMA[pin]), policy)
    assert at_worst >= min(now, LEAST_LEFT)
    return PlannedPin(pin, min(right, 1) if own else right, 0 if own else wrong, now, at_worst)


_RANK = {Tier.SAFE: 0, Tier.OWN_PIN: 1, Tier.DESTRUCTIVE: 2}
