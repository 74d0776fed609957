"""Why something does not happen in the world."""


class Refused(Exception):
    """An office refuses what is asked of it: the clause that it goes by, and why in a few words."""

    def __init__(self, clause: str, why: str) -> None:
        super().__init__(f"{why} ({clause})")
        self.clause = clause
        self.why = why


class CannotHappen(ValueError):
    """An event that no clause speaks of, since it is none: out of order, of nobody, twice; one line for people."""
