"""Date rules of the My Number Card in SQL: answers JSON-RPC 2.0 lines with the one query of rules.sql."""

import json
import sqlite3
import sys
from datetime import date
from pathlib import Path

RULES = Path(__file__).with_name("rules.sql").read_text(encoding="utf-8")
WORDS = ("residence", "card_renewal", "signature_renewal", "authentication_renewal")
DATES = (
    "birth",
    "stay_expires",
    "nationality_lost",
    "card_requested",
    "card_issued",
    "signature_issued",
    "authentication_issued",
)
DESCRIPTION = {
    "protocol": 1,
    "name": "sqlite",
    "version": "1.0",
    "capabilities": ["validity"],
    "edition": "2024-05-27",
    "readings": {},
}


def validity(db: sqlite3.Connection, life: dict) -> dict:
    fields = {name: life.get(name) for name in WORDS + DATES}
    if fields["birth"] is None:
        raise ValueError("birth is required")
    for name in DATES:
        if fields[name] is not None:
            date.fromisoformat(fields[name])  # SQLite would take a wrong date for NULL
    return dict(db.execute(RULES, fields).fetchone())


def answer(db: sqlite3.Connection, line: str) -> dict:
    reply = {"jsonrpc": "2.0", "id": None}
    try:
        request = json.loads(line)
    except ValueError:
        return reply | {"error": {"code": -32700, "message": "Parse error"}}
    if not isinstance(request, dict):
        return reply | {"error": {"code": -32600, "message": "Invalid request"}}
    reply["id"] = request.get("id")
    match request.get("method"):
        case "describe":
            return reply | {"result": DESCRIPTION}
        case "validity":
            try:
                return reply | {"result": validity(db, request["params"]["life"])}
            except (AttributeError, KeyError, TypeError, ValueError, sqlite3.Error) as problem:
                return reply | {"error": {"code": -32602, "message": f"Invalid params: {problem}"}}
        case method:
            return reply | {"error": {"code": -32601, "message": f"Method not found: {method}"}}


def main() -> None:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(json.dumps(answer(db, line)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
