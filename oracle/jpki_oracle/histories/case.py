"""Histories as campaign and reports know scenarios."""

from dataclasses import dataclass

from jpki_oracle.histories.history import History
from jpki_oracle.scenarios.scenario import Scenario

PACK = "lifecycle"


@dataclass(frozen=True)
class HistoryCase(Scenario):
    """One history as a scenario of the pack `lifecycle`."""

    history: History | None = None

    @property
    def id(self) -> str:
        """That of the history."""
        return self.history.id if self.history else PACK

    @property
    def params(self) -> dict[str, object]:
        """How it begins and its events, as in a file of histories."""
        row = self.history.as_json() if self.history else {}
        return {name: row[name] for name in ("start", "residents", "events") if name in row}

    def question(self) -> str:
        """The events on one line."""
        return self.history.one_line() if self.history else ""


def case_of(history: History) -> HistoryCase:
    """The case that plays a history; it is about its last event."""
    last = history.events[-1].kind if history.events else "day"
    return HistoryCase(PACK, last, f"world.{last}", f"history|{history.about}", history=history)
