"""Cases of the pack `card` as campaign and reports know scenarios: sequences of commands, and structure checks."""

from dataclasses import dataclass

from jpki_oracle.card.commands import told
from jpki_oracle.card.sequences import CardSequence
from jpki_oracle.scenarios.scenario import Scenario

PACK = "card"


@dataclass(frozen=True)
class CardCase(Scenario):
    """One case: a sequence, or a check of what the card holds (then `sequence` is None and `check` its name)."""

    sequence: CardSequence | None = None
    check: str = ""

    @property
    def id(self) -> str:
        """That of the sequence, or the name of the check."""
        return self.sequence.id if self.sequence else f"card-{self.check}"

    @property
    def params(self) -> dict[str, object]:
        """The commands, as in the file of sequences."""
        return {"commands": self.sequence.as_json()["commands"]} if self.sequence else {"check": self.check}

    def question(self) -> str:
        """The commands on one line."""
        return "; ".join(map(told, self.sequence.commands)) if self.sequence else self.check


def sequence_case(sequence: CardSequence) -> CardCase:
    """The case that runs a sequence."""
    return CardCase(
        PACK, told(sequence.commands[-1]), sequence.rule, f"card|{sequence.tier}", sequence=sequence
    )


def structure_case(check: str, rule: str) -> CardCase:
    """The case that checks what a card holds."""
    return CardCase(PACK, check, rule, "structure", check=check)
