"""The world's clock of days, and what falls due on them."""

import heapq
from collections.abc import Callable
from datetime import date

from jpki_model.day import FIRST_DAY
from jpki_model.world.holdings import Resident
from jpki_model.world.refusal import CannotHappen
from jpki_model.world.regulations import Regulations


class Clock:
    """Today, and what will fall due. What is due on a day happens as it begins, before its events."""

    def __init__(self, regulations: Regulations) -> None:
        self.regulations = regulations
        self.today = FIRST_DAY
        self.residents: dict[str, Resident] = {}
        self._due: list[tuple[date, int, Callable[[], None]]] = []
        self._count = 0

    def advance(self, day: date) -> None:
        """Let the days pass until the beginning of `day`. Raises `CannotHappen` for a day that is over."""
        if day < self.today:
            raise CannotHappen(f"{day} is over; today is {self.today}")
        while self._due and self._due[0][0] <= day:
            self.today, _, act = heapq.heappop(self._due)
            act()
        self.today = day

    def due_days(self) -> list[date]:
        """The days on which something falls due, in order."""
        return sorted(day for day, _, _ in self._due)

    def on(self, day: date, act: Callable[[], None]) -> None:
        """Let `act` happen as a day begins; at once, if that is today or over."""
        if day <= self.today:
            act()
            return
        self._count += 1
        heapq.heappush(self._due, (day, self._count, act))

    def clause(self, slides: str, law: str) -> str:
        """The clause by which something is so: that of the slides, or that of the law."""
        return slides if self.regulations.is_slides else law
