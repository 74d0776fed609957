"""The example of a card over stdio, as a vendor would start it."""

import sys

from checkout import ROOT
from jpki_oracle.card.address import open_slot


def test_the_example_card_is_reached_by_lines() -> None:
    slot = open_slot(f"stdio:{sys.executable} {ROOT / 'examples/card/card_over_stdio.py'}", timeout=30)
    try:
        assert slot.power_on().hex().upper() == "3BE000FF8131FE4514"
        assert slot.transmit(bytes.fromhex("00A4040C0AD392F000260100000001")).hex() == "9000"
        assert slot.transmit(bytes.fromhex("0020009804" + "39393939")).hex() == "63c2"
        assert slot.reset().hex().upper() == "3BE000FF8131FE4514"
        assert slot.transmit(bytes.fromhex("00200098")).hex() == "63c2"
    finally:
        slot.close()
