"""Date rules of the My Number Card, with python-dateutil. Speaks JSON-RPC 2.0, one object a line."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

ADULTHOOD_LOWERED = date(2022, 4, 1)
CARD_KEPT_ABROAD_SINCE = date(2024, 5, 27)
DAY = timedelta(days=1)
WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
WORDS = {"residence", "card_renewal", "signature_renewal", "authentication_renewal", "correction"}


class Life:
    """The fields of one holder's life as attributes; what is not known is None."""

    birth: date

    def __init__(self, fields: dict[str, Any]) -> None:
        if not fields.get("birth"):
            raise ValueError("birth is required")
        for name, value in fields.items():
            setattr(self, name, value if value is None or name in WORDS else date.fromisoformat(value))

    def __getattr__(self, name: str) -> Any:
        return None  # only called for fields that were not given


def birthday_after(birth: date, day: date, count: int) -> date:
    """The count-th birthday after the day."""
    age = relativedelta(day, birth).years
    return birth + relativedelta(years=age + count)


def earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def card_expires(life: Life) -> date | None:
    if not life.card_issued:
        return None
    if life.residence in ("limited", "landing"):
        return life.stay_expires
    if life.residence == "transitional":
        return (life.nationality_lost or life.birth) + timedelta(days=60)
    adult_at = 20 if (life.card_requested or life.card_issued) < ADULTHOOD_LOWERED else 18
    adult = relativedelta(life.card_issued, life.birth).years >= adult_at
    birthdays = (10 if adult else 5) + (life.card_renewal == "window")
    return birthday_after(life.birth, life.card_issued, birthdays)


def certificate_expires(life: Life, issued: date | None, renewal: str | None) -> date | None:
    if not issued:
        return None
    birthdays = 6 if renewal == "window" else 5
    return earliest(birthday_after(life.birth, issued, birthdays), card_expires(life))


def authentication_expires(life: Life) -> date | None:
    return certificate_expires(life, life.authentication_issued, life.authentication_renewal)


def signature_expires(life: Life) -> date | None:
    own = certificate_expires(life, life.signature_issued, life.signature_renewal)
    return own and earliest(own, authentication_expires(life))


def after_deadline(start: date | None, days: int, done: date | None) -> date | None:
    """The first day that is too late, if it was not done in time."""
    if not start:
        return None
    deadline = start + timedelta(days=days)
    return None if done and done <= deadline else deadline + DAY


def first_since(issued: date | None, days: list[date | None]) -> date | None:
    return earliest(*(day for day in days if day and issued and day >= issued))


def recorded(life: Life, event: date | None) -> date | None:
    return event and max(event, life.revocation_recorded or event)


def kept_abroad(life: Life) -> bool:
    return bool(
        life.residence in (None, "citizen")
        and life.left_japan
        and life.left_japan >= CARD_KEPT_ABROAD_SINCE
        and life.card_presented_abroad
        and life.card_presented_abroad <= life.left_japan
    )


def card_lapsed(life: Life) -> date | None:
    days = [life.died, life.record_deleted, life.card_returned, life.reissue_requested]
    if not kept_abroad(life):
        days.append(life.left_japan)
    if life.moveout_notified:
        days.append(after_deadline(life.moveout_planned, 30, life.movein_notified))
        days.append(after_deadline(life.moved_in, 14, life.movein_notified))
    if life.movein_notified:
        days.append(after_deadline(life.movein_notified, 90, life.card_presented))
        if life.moved_out_again and not (life.card_presented and life.card_presented <= life.moved_out_again):
            days.append(life.moved_out_again)
    return first_since(life.card_issued, days)


def signature_revoked(life: Life) -> date | None:
    days = [life.died, life.record_deleted, life.left_japan, life.signature_revocation_requested]
    if life.correction != "minor":
        days.append(life.record_corrected)
    if life.moveout_notified:
        days.append(max(life.moveout_notified, life.moveout_planned or life.moveout_notified))
    return recorded(life, first_since(life.signature_issued, days))


def authentication_revoked(life: Life) -> date | None:
    days = [life.died, life.record_deleted, life.authentication_revocation_requested]
    if not kept_abroad(life):
        days.append(life.left_japan)
    if life.moveout_notified:
        days.append(after_deadline(life.moveout_planned, 30, life.movein_notified))
    return recorded(life, first_since(life.authentication_issued, days))


def state(on: date, issued: date | None, expires: date | None, end: date | None, ended: str) -> str:
    """Where things stand on a day. An end that comes after the last day changes nothing any more."""
    if not issued or on < issued:
        return "not_yet"
    if end and end <= on and not (expires and expires < end):
        return ended
    return "expired" if expires and on > expires else "valid"


RULES = {"card": card_expires, "signature": signature_expires, "authentication": authentication_expires}


class Sut:
    def describe(self) -> dict[str, Any]:
        return {
            "protocol": 1,
            "name": "python-dateutil",
            "version": "1.0",
            "capabilities": ["validity", "status", "number"],
            "edition": "2024-05-27",
            "readings": {},
        }

    def validity(self, life: dict[str, Any]) -> dict[str, str | None]:
        result: dict[str, str | None] = {}
        for name, rule in RULES.items():
            expires = rule(Life(life))
            # the last day counts in full, so the three months run back from the midnight that ends it
            renewable = expires and expires + DAY - relativedelta(months=3)
            result[f"{name}_expires"] = expires and expires.isoformat()
            result[f"{name}_renewable_from"] = renewable and renewable.isoformat()
        return result

    def status(self, life: dict[str, Any], on: str) -> dict[str, str]:
        x, day = Life(life), date.fromisoformat(on)
        signature = x.signature_issued, signature_expires(x), signature_revoked(x)
        authentication = x.authentication_issued, authentication_expires(x), authentication_revoked(x)
        return {
            "card": state(day, x.card_issued, card_expires(x), card_lapsed(x), "lapsed"),
            "signature": state(day, *signature, "revoked"),
            "authentication": state(day, *authentication, "revoked"),
        }

    def number(self, number: str | None = None, resident_record_code: str | None = None) -> dict[str, bool]:
        if resident_record_code is not None:
            return {"valid": bool(re.fullmatch("[0-9]{11}", resident_record_code))}
        if number is None:
            raise ValueError("number or resident_record_code is required")
        if not re.fullmatch("[0-9]{12}", number):
            return {"valid": False}
        *digits, check = map(int, number)
        rest = sum(w * d for w, d in zip(WEIGHTS, digits, strict=True)) % 11
        return {"valid": check == (0 if rest <= 1 else 11 - rest)}


def answer(sut: Sut, line: str) -> dict[str, Any]:
    def error(code: int, message: str, ident: Any = None) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": ident, "error": {"code": code, "message": message}}

    try:
        request = json.loads(line)
    except ValueError:
        return error(-32700, "Parse error")
    if not isinstance(request, dict):
        return error(-32600, "Invalid request")
    ident, method = request.get("id"), request.get("method")
    if method not in ("describe", "validity", "status", "number"):
        return error(-32601, f"Method not found: {method}", ident)
    try:
        result = getattr(sut, method)(**request.get("params") or {})
    except (AttributeError, OverflowError, TypeError, ValueError) as problem:
        return error(-32602, f"Invalid params: {problem}", ident)
    return {"jsonrpc": "2.0", "id": ident, "result": result}


def main() -> None:
    sut = Sut()
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(json.dumps(answer(sut, line)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
