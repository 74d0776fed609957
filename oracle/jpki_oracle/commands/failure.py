"""How a command ends when it cannot do what was asked: one line for people, and an exit code."""


class CommandFailure(Exception):
    """Bad input or a missing thing; printed as one line on stderr."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code
