"""What PKCS#11 middleware shows, found out in a process of its own: a module may crash or hang.

`python -m jpki_oracle.card.middleware_client` reads one line of JSON, `{"module": PATH}`, with `"label"` and `"pin"` if
a token is logged in to, and writes what it has seen as one line of JSON.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass, TokenFlag

MESSAGE = b"jpki-oracle"
"""What is signed."""


def main() -> None:
    """Answer one line."""
    asked = json.loads(sys.stdin.readline())
    try:
        module = pkcs11.lib(asked["module"])
        tokens = [_token(slot.get_token(), asked) for slot in module.get_slots(token_present=True)]
        answer: dict[str, Any] = {"library": _text(module.library_description), "tokens": tokens}
    except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        answer = {"error": f"{type(error).__name__}: {error}".rstrip(": ")}
    sys.stdout.write(json.dumps(answer) + "\n")


def _token(token: pkcs11.Token, asked: dict[str, str]) -> dict[str, Any]:
    seen: dict[str, Any] = {
        "label": _text(token.label),
        "manufacturer": _text(token.manufacturer_id),
        "model": _text(token.model),
        "flags": sorted(flag.name or "" for flag in TokenFlag if flag in token.flags),
        "mechanisms": sorted(_named(token.slot.get_mechanisms())),
    }
    with token.open() as session:
        seen["objects"] = [_object(found) for found in session.get_objects()]
    if asked.get("label") == seen["label"]:
        seen["login"] = _login(token, asked["pin"])
    return seen


def _login(token: pkcs11.Token, pin: str) -> dict[str, Any]:
    """What is seen with the PIN, and a signature by each private key; the PIN is not tried again if it is refused."""
    try:
        with token.open(user_pin=pin) as session:
            objects = [_object(found) for found in session.get_objects()]
            keys: list[Any] = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
            signatures = {
                key.id.hex(): key.sign(MESSAGE, mechanism=Mechanism.SHA256_RSA_PKCS, pin=pin).hex()
                for key in keys
            }
    except pkcs11.exceptions.PKCS11Error as error:
        return {"error": type(error).__name__}
    return {"objects": objects, "signatures": signatures}


def _object(found: Any) -> dict[str, Any]:
    kind = _attribute(found, Attribute.CLASS)
    seen = {
        "class": getattr(kind, "name", str(kind)),
        "label": _text(_attribute(found, Attribute.LABEL)),
        "id": _hex(found, Attribute.ID),
    }
    if kind is ObjectClass.CERTIFICATE:
        seen["value"] = _hex(found, Attribute.VALUE)
    if kind is ObjectClass.PRIVATE_KEY:
        seen["sensitive"] = _attribute(found, Attribute.SENSITIVE)
        seen["extractable"] = _attribute(found, Attribute.EXTRACTABLE)
        seen["exponent"] = bool(_attribute(found, Attribute.PRIVATE_EXPONENT))
    return seen


def _attribute(found: Any, attribute: Attribute) -> Any:
    try:
        return found[attribute]
    except pkcs11.exceptions.PKCS11Error:
        return None


def _hex(found: Any, attribute: Attribute) -> str:
    return bytes(_attribute(found, attribute) or b"").hex()


def _named(mechanisms: Iterable[Any]) -> list[str]:
    return [
        mechanism.name if isinstance(mechanism, Mechanism) else f"{int(mechanism):#x}"
        for mechanism in mechanisms
    ]


def _text(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return text.strip(" \0")


if __name__ == "__main__":
    main()
