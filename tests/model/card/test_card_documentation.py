"""The pages about the emulated card say what the card is."""

from pathlib import Path

import pytest
from jpki_model.card.layout import APPLICATIONS
from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER, EXAMPLE_SECRETS
from jpki_model.card.profile import PROFILES, alternatives

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
PAGES = {
    name: (REFERENCE / name).read_text(encoding="utf-8")
    for name in ("card-emulator.md", "card-emulator.ja.md")
}


@pytest.mark.parametrize("page", PAGES)
def test_every_open_point_is_told_with_its_values(page: str) -> None:
    """The columns are: field, about, values with the default first, the strict card's, source."""
    rows = [line.split(" | ") for line in PAGES[page].splitlines() if line.startswith("| `")]
    told = {
        row[0].strip("| `"): [v.strip("`") for v in row[2].replace("、", ", ").split(", ")]
        for row in rows
        if len(row) == 5
    }
    strict = {row[0].strip("| `"): row[3].strip(" `") for row in rows if len(row) == 5}

    assert told == {point: list(values) for point, values in alternatives().items()}
    for point, values in alternatives().items():
        assert (strict[point] or values[0]) == getattr(PROFILES["iso"], point)


@pytest.mark.parametrize("page", PAGES)
def test_every_application_and_pin_is_told(page: str) -> None:
    for application in APPLICATIONS:
        assert f"| `{application.name}` | `{application.identifier.hex().upper()}` |" in PAGES[page]
    values = EXAMPLE_SECRETS.values(EXAMPLE_HOLDER, EXAMPLE_DATES.card_expires)
    for value in filter(None, values.values()):
        assert f"`{value.decode()}`" in PAGES[page]
