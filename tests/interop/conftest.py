"""An emulated card in a virtual reader, for tests with real programs."""

import os
from collections.abc import Iterator

import pytest
from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.presets import example_card
from virtual_card_reader import VirtualCardReader, missing, running_reader


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """There is one pcscd on a machine, so one process runs all tests that need it, and no other waits for it."""
    for item in items:
        if "reader" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("reader"))


@pytest.fixture(scope="module")
def reader() -> Iterator[VirtualCardReader]:
    """A running pcscd with an empty virtual reader. Without the programs: skipped, but in CI failed."""
    reason = missing()
    if reason and not os.environ.get("CI"):
        pytest.skip(f"{reason}; in CI this is a failure")
    assert reason is None
    with running_reader() as started:
        yield started


@pytest.fixture
def card(reader: VirtualCardReader) -> Iterator[EmulatedCard]:
    """A new example card in the reader: no PIN presented yet."""
    inserted = example_card()
    reader.insert(inserted)
    yield inserted
    reader.remove()
