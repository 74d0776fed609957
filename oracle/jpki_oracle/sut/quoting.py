"""How something that a system under test said is quoted in a message for people."""

import json
import re

LONGEST = 120
"""Characters of a quotation; the rest is cut off."""

# My Numbers have 12 digits and resident-record codes 11: neither may reach a log or a report.
_NUMBER = re.compile(r"[0-9]{11,}")


def shown(value: object) -> str:
    """One short line that quotes `value`: texts in quotes, control characters escaped, long numbers hidden.

    Bytes are read as UTF-8, and what is not UTF-8 is escaped. Anything else is written as JSON.
    """
    if isinstance(value, bytes | bytearray):
        value = value[: 4 * LONGEST].decode("utf-8", errors="backslashreplace")
    text = repr(value[: 4 * LONGEST]) if isinstance(value, str) else _as_json(value)
    text = hidden(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def hidden(text: str) -> str:
    """`text` with each run of eleven or more digits replaced by how many they were."""
    return _NUMBER.sub(lambda found: f"[{len(found[0])} digits]", text)


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, default=lambda other: f"<{type(other).__name__}>")
    except (TypeError, ValueError, RecursionError):
        return f"<{type(value).__name__}>"
