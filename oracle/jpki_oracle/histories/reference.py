"""The reference world as a system under test: the messages of `lifecycle`, answered by it."""

from datetime import date

from jpki_model.world.events import NotAnEvent, event
from jpki_model.world.opening import Opening, open_world
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.world import World
from jpki_spec.laws import Law

from jpki_oracle.histories.observation import NewWorld, observe

MOST_SESSIONS = 1000
"""Sessions that are kept open at once; the oldest ends for another."""


class UnknownSession(ValueError):
    """A message to a session that was not begun, or is over; one line for people."""


class ReferenceWorld:
    """Answers `describe` and `lifecycle`; each session is a world of its own."""

    def __init__(self, law: Law, new_world: NewWorld | None = None) -> None:
        self.law = law
        self._new_world = new_world or (lambda: World(law))
        self._sessions: dict[str, World] = {}

    def describe(self) -> dict[str, object]:
        """Who answers, under which law."""
        return {
            "protocol": 1,
            "name": "jpki-oracle world",
            "version": "1",
            "capabilities": ["lifecycle"],
            "edition": self.law.edition,
            "readings": dict(self.law.readings),
        }

    def lifecycle(
        self,
        session: str,
        start: str | None = None,
        residents: list[dict[str, object]] | None = None,
        event: dict[str, object] | None = None,
        close: bool | None = None,
    ) -> dict[str, object]:
        """Begin a session, play an event in it, or end it.

        Raises `UnknownSession`, ValueError for residents who cannot be, `NotAnEvent`.
        """
        if start is not None:
            self._begin(session, date.fromisoformat(start), residents or [])
            return {}
        if event is not None:
            return self._play(session, event)
        if close:
            self._sessions.pop(session, None)
        return {}

    def _begin(self, session: str, start: date, residents: list[dict[str, object]]) -> None:
        world = self._new_world()
        try:
            open_world(world, start, tuple(_opening(row) for row in residents))
        except (Refused, CannotHappen) as error:
            raise ValueError(f"nobody can begin so: {error}") from None
        while len(self._sessions) >= MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        self._sessions[session] = world

    def _play(self, session: str, row: dict[str, object]) -> dict[str, object]:
        if session not in self._sessions:
            raise UnknownSession(f"there is no session {session!r}")
        seen = observe(self._sessions[session], event({"person": "A", **row}))
        return seen.as_dict() | ({"clause": seen.clause or seen.refusal} if seen.refusal else {})


def _opening(row: dict[str, object]) -> Opening:
    values = {
        name: value if name in ("person", "residence") else date.fromisoformat(str(value))
        for name, value in row.items()
        if value is not None
    }
    try:
        return Opening(**values)  # type: ignore[arg-type]
    except TypeError as error:
        raise NotAnEvent(f"residents: {error}") from None
