"""A second, independent implementation of the rules, to be judged by the oracle.

In the oracle's own process: `python:examples.sut.conforming.sut:Sut`.
As a process of its own that speaks JSON-RPC 2.0, one object a line: `python examples/sut/conforming/sut.py`.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING or __package__:
    from .rules.card import card_term
    from .rules.certificates import authentication_term, signature_term
    from .rules.life import Life, ParametersError, day_from_json
    from .rules.numbers import is_my_number, is_resident_record_code
    from .rules.services import answer_use
    from .rules.term import Term
else:  # Run as a script: its own folder is where Python looks first.
    from rules.card import card_term
    from rules.certificates import authentication_term, signature_term
    from rules.life import Life, ParametersError, day_from_json
    from rules.numbers import is_my_number, is_resident_record_code
    from rules.services import answer_use
    from rules.term import Term

Json = dict[str, Any]

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602

#: The parameters that a method takes: one of these sets.
PARAMETERS: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "describe": (frozenset(),),
    "validity": (frozenset({"life"}),),
    "status": (frozenset({"life", "on"}),),
    "number": (frozenset({"number"}), frozenset({"resident_record_code"})),
    "services": (frozenset({"topic"}),),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of the card and of both certificates."""

    card: Term
    signature: Term
    authentication: Term

    @classmethod
    def of(cls, life: Mapping[str, object]) -> "Terms":
        """What the rules conclude from a life."""
        known = Life.from_json(life)
        card = card_term(known)
        authentication = authentication_term(known, card)
        return cls(card, signature_term(known, card, authentication), authentication)


def day_to_json(day: date | None) -> str | None:
    """A day as the protocol writes it."""
    return None if day is None else day.isoformat()


class Sut:
    """The system under test: one method for each of the protocol's."""

    def describe(self) -> Json:
        """Who answers, what it can answer, and by which text of the law."""
        return {
            "protocol": 1,
            "name": "conforming",
            "version": "1.0",
            "capabilities": ["validity", "status", "number", "services"],
            "edition": "2024-05-27",
            "readings": {},
        }

    def validity(self, life: Mapping[str, object]) -> Json:
        """The last days, and the first days of early renewal."""
        terms = Terms.of(life)
        return {
            "card_expires": day_to_json(terms.card.expires),
            "signature_expires": day_to_json(terms.signature.expires),
            "authentication_expires": day_to_json(terms.authentication.expires),
            "card_renewable_from": day_to_json(terms.card.renewable_from),
            "signature_renewable_from": day_to_json(terms.signature.renewable_from),
            "authentication_renewable_from": day_to_json(terms.authentication.renewable_from),
        }

    def status(self, life: Mapping[str, object], on: str) -> Json:
        """The states on a day."""
        terms, day = Terms.of(life), day_from_json(on, "on")
        return {
            "card": terms.card.state(day, "lapsed"),
            "signature": terms.signature.state(day, "revoked"),
            "authentication": terms.authentication.state(day, "revoked"),
        }

    def number(self, **params: object) -> Json:
        """Whether a My Number (`number`) or a `resident_record_code` is well formed."""
        match {name: value for name, value in params.items() if value is not None}:
            case {"number": str(text), **others} if not others:
                return {"valid": is_my_number(text)}
            case {"resident_record_code": str(text), **others} if not others:
                return {"valid": is_resident_record_code(text)}
        raise ParametersError("either number or resident_record_code, as a string")

    def services(self, topic: str, **facts: object) -> Json:
        """What holds of a question about the use of the card, its certificates or the number."""
        return answer_use(topic, facts)


def answer(sut: Sut, line: bytes) -> Json | None:
    """The reply to one line; none to a notification."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        return failure(None, PARSE_ERROR, str(error))
    match request:
        case {"jsonrpc": "2.0", "method": str(method)}:
            reply = call(sut, method, request.get("params"), request.get("id"))
            return reply if "id" in request else None
    return failure(request.get("id") if isinstance(request, dict) else None, INVALID_REQUEST, "not a request")


def call(sut: Sut, method: str, params: object, key: object) -> Json:
    """The reply to a request for a method."""
    if method not in PARAMETERS:
        return failure(key, METHOD_NOT_FOUND, f"no such method: {method}")
    given = {} if params is None else params
    if not isinstance(given, dict) or not has_parameters(method, given):
        return failure(key, INVALID_PARAMS, f"not the parameters of {method}")
    try:
        return {"jsonrpc": "2.0", "id": key, "result": getattr(sut, method)(**given)}
    except (ValueError, OverflowError) as error:  # OverflowError: a day outside the years 1 to 9999.
        return failure(key, INVALID_PARAMS, str(error))


def has_parameters(method: str, given: Json) -> bool:
    """The method takes these; a question about use states what its topic wants beside that."""
    return "topic" in given if method == "services" else given.keys() in PARAMETERS[method]


def failure(key: object, code: int, message: str) -> Json:
    """A reply that says what is wrong with the request."""
    return {"jsonrpc": "2.0", "id": key, "error": {"code": code, "message": message}}


def main() -> None:
    """Answer line by line until standard input is closed."""
    sut = Sut()
    for line in sys.stdin.buffer:
        reply = answer(sut, line) if line.strip() else None
        if reply is not None:
            sys.stdout.write(json.dumps(reply) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
