"""The card as terms: its state, a command and an answer, each a record of z3 expressions.

`CardState.symbolic()` and `CardCommand.symbolic()` have a constant of its own name for each part.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import z3

from jpki_spec.card import APPLICATIONS, IDENTIFIERS, OPERATIONS, PINS, SECRETS, STATUSES
from jpki_spec.terms import Boolean, Choice, Number, Term

NONE = "none"
PRESENTED: tuple[str, ...] = ("right", "wrong", "wrong-length")
"""How the value of a VERIFY relates to a secret: it is that secret, another of its form, or of no such length."""
DATA: tuple[str, ...] = (NONE, "content", "signature", "challenge", "object")
"""What comes with an answer: a file's content, a signature by a key, random bytes, a data object of the card."""

CARD_CHOICES: dict[str, tuple[str, ...]] = {
    "card_operation": tuple(OPERATIONS),
    "card_application": (NONE, *APPLICATIONS),
    "card_identifier": (NONE, *IDENTIFIERS),
    "card_secret": tuple(SECRETS),
    "card_presented": PRESENTED,
    "card_status": tuple(STATUSES),
    "card_data": DATA,
}
"""Every sort of the card's terms, with its values."""


def _sorts() -> dict[str, tuple[Term, dict[str, Term]]]:
    made = {}
    for name, values in CARD_CHOICES.items():
        sort, constants = z3.EnumSort(name, [f"{name}.{value}" for value in values])
        made[name] = (sort, dict(zip(values, constants, strict=True)))
    return made


_SORTS = _sorts()


def constant(sort: str, value: str) -> Term:
    """A value of one of the card's sorts."""
    return _SORTS[sort][1][value]


def choice(sort: str, term: Term) -> Choice:
    """A term of one of the card's sorts, with the names of its values."""
    return Choice(term, _SORTS[sort][1])


def _symbol(sort: str, name: str) -> Choice:
    return choice(sort, z3.Const(name, _SORTS[sort][0]))


@dataclass(frozen=True)
class CardState:
    """What a card remembers from one command to the next.

    `fresh`: powered on, and no command since; `application` and `file` are the current ones; `verified` and `tries`
    (tries left) are by the id of the PIN, as in `jpki/0018`.
    """

    powered: Boolean
    fresh: Boolean
    application: Choice
    file: Choice
    verified: Mapping[str, Boolean]
    tries: Mapping[str, Number]

    @staticmethod
    def symbolic(suffix: str = "") -> "CardState":
        """A state of which nothing is known."""
        return CardState(
            z3.Bool("powered" + suffix),
            z3.Bool("fresh" + suffix),
            _symbol("card_application", "current_application" + suffix),
            _symbol("card_identifier", "current_file" + suffix),
            {pin: z3.Bool(f"verified {pin}{suffix}") for pin in PINS},
            {pin: z3.Int(f"tries {pin}{suffix}") for pin in PINS},
        )

    def terms(self) -> dict[str, Term]:
        """The parts by name; the names are those of the constants of a symbolic state."""
        named = {"powered": self.powered, "fresh": self.fresh}
        named |= {"current_application": self.application.term, "current_file": self.file.term}
        named |= {f"verified {pin}": term for pin, term in self.verified.items()}
        return named | {f"tries {pin}": term for pin, term in self.tries.items()}

    def is_at(self, application: str, identifier: str) -> Boolean:
        """That file is the current one."""
        return z3.And(self.application.is_(application), self.file.is_(identifier))


@dataclass(frozen=True)
class CardCommand:
    """One command: what is done, with which application, file and value.

    `short`: the file is named in the command itself by its short identifier, and becomes the current one; else the
    command is about the current file.
    """

    operation: Choice
    application: Choice
    identifier: Choice
    short: Boolean
    secret: Choice
    presented: Choice

    @staticmethod
    def symbolic(suffix: str = "") -> "CardCommand":
        """A command of which nothing is known."""
        return CardCommand(
            _symbol("card_operation", "operation" + suffix),
            _symbol("card_application", "application" + suffix),
            _symbol("card_identifier", "identifier" + suffix),
            z3.Bool("short" + suffix),
            _symbol("card_secret", "secret" + suffix),
            _symbol("card_presented", "presented" + suffix),
        )

    def terms(self) -> dict[str, Term]:
        """The parts by name."""
        return {
            "operation": self.operation.term,
            "application": self.application.term,
            "identifier": self.identifier.term,
            "short": self.short,
            "secret": self.secret.term,
            "presented": self.presented.term,
        }


@dataclass(frozen=True)
class CardAnswer:
    """What can be seen of a command: status word, the tries that it tells, the kind of data and whose they are.

    `application` and `file` say of which file the content, or by which key the signature is.
    """

    status: Choice
    tries: Number
    data: Choice
    application: Choice
    file: Choice

    def terms(self) -> dict[str, Term]:
        """The parts by name."""
        return {
            "status": self.status.term,
            "tries": self.tries,
            "data": self.data.term,
            "of_application": self.application.term,
            "of_file": self.file.term,
        }


STATE = CardState.symbolic()
COMMAND = CardCommand.symbolic()
