"""A card that is reached by lines on stdin and stdout: what a vendor writes to have an emulated card judged.

    jpki-oracle certify "stdio:python examples/card/card_over_stdio.py" --pack card

The card here is the project's own; put yours in its place.
"""

import json
import sys
from typing import Any

from jpki_model.card.presets import example_card

Json = dict[str, Any]

CARD = example_card()


def describe() -> Json:
    """Who answers, and what it can be asked."""
    return {"protocol": 1, "name": "card over stdio", "version": "1.0", "capabilities": ["card"]}


def card(apdu: str | None = None, power: str | None = None) -> Json:
    """A command to the card, or its power."""
    if apdu is not None:
        return {"response": CARD.transmit(bytes.fromhex(apdu)).hex().upper()}
    if power == "off":
        CARD.power_off()
        return {}
    return {"atr": (CARD.reset() if power == "reset" else CARD.power_on()).hex().upper()}


METHODS = {"describe": describe, "card": card}


def main() -> None:
    """One question a line, one answer a line."""
    for line in sys.stdin:
        question = json.loads(line)
        answer = METHODS[question["method"]](**question.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": question["id"], "result": answer}), flush=True)


if __name__ == "__main__":
    main()
