"""The result of an audit: counts that add up to the rows read, and what each wrong value was wrong by."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jpki_spec.laws import Law

from jpki_oracle.audit.kinds import Kind


@dataclass(frozen=True)
class Unjudged:
    """Rows that cannot be judged: the field, the kind of reason, how many."""

    field: str
    reason: str
    rows: int


@dataclass(frozen=True)
class WrongGroup:
    """Wrong values of one output that one rule decided and one kind explains; `example` is one of them."""

    output: str
    rule: str
    clauses: tuple[str, ...]
    kind: str
    rows: int
    expected: str | None
    observed: str | None


@dataclass(frozen=True)
class AuditResult:
    """What an audit found. `read` is `right` and `wrong` and `unjudged` rows together; a row may be wrong in much."""

    source: str
    law: Law
    engine: str
    compared: tuple[str, ...]
    read: int
    wrong: int
    unjudged: int
    why_unjudged: tuple[Unjudged, ...]
    groups: tuple[WrongGroup, ...]
    kinds: Sequence[Kind]
    files: tuple[str, ...]

    @property
    def right(self) -> int:
        """Rows of which every compared output is as the rules say."""
        return self.read - self.wrong - self.unjudged

    def as_json(self) -> dict[str, Any]:
        """The result for machines."""
        return {
            "source": self.source,
            "edition": self.law.edition,
            "readings": dict(self.law.readings),
            "engine": self.engine,
            "compared": list(self.compared),
            "rows": {"read": self.read, "right": self.right, "wrong": self.wrong, "unjudged": self.unjudged},
            "unjudged": [asdict(each) for each in self.why_unjudged],
            "wrong": [asdict(group) for group in self.groups],
            "kinds": [{"id": kind.id, **kind.values} for kind in self.kinds],
            "files": list(self.files),
        }
