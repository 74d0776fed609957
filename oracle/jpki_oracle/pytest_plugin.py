"""The pytest plugin: a system's scenarios as test items, and fixtures for a vendor's own tests.

pytest loads this file in every project, so that it imports nothing but pytest until an option or a fixture of it
is used. `pytest --jpki-sut ADDRESS` runs one item a scenario, `jpki::SCENARIO-ID`, beside the project's own tests.
"""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jpki_oracle.pytest_scenarios import Bench, ScenarioCase
    from jpki_oracle.sut.session import Session

OPTIONS = ("jpki_sut", "jpki_edition", "jpki_reading", "jpki_pack", "jpki_suite")
_BENCH = pytest.StashKey["Bench"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options; the same as those of `jpki-oracle certify`."""
    group = parser.getgroup("jpki", "jpki-oracle: judging a system by the rules of the My Number Card")
    group.addoption(
        "--jpki-sut",
        metavar="ADDRESS",
        help="Run every scenario against this system: python:MODULE:NAME, stdio:COMMAND, batch:DIR, journal:FILE.",
    )
    group.addoption(
        "--jpki-edition", metavar="ID", help="Edition of the rules; else the one that is claimed."
    )
    group.addoption(
        "--jpki-reading",
        metavar="Q=A",
        action="append",
        default=[],
        help="Answer an open question. Repeatable.",
    )
    group.addoption(
        "--jpki-pack", metavar="PACK", action="append", default=[], help="Only this pack. Repeatable."
    )
    group.addoption(
        "--jpki-suite",
        metavar="FILE",
        action="append",
        default=[],
        help="A suite file in the place of the shipped suites, or the name of one of these. Repeatable.",
    )
    group.addoption("--jpki-strict", action="store_true", help="Count `acceptable` as failed.")


def pytest_configure(config: pytest.Config) -> None:
    """Checks the options, if there are any. Raises `pytest.UsageError`."""
    if any(config.getoption(name) for name in OPTIONS):
        _bench(config).check()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Lets the system go."""
    bench = config.stash.get(_BENCH, None)
    if bench is not None:
        bench.close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Takes the ids of scenarios out of what is looked for in files."""
    if session.config.getoption("jpki_sut"):
        bench = _bench(session.config)
        session.config.args = [each for each in session.config.args if not bench.names(each)]
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Adds the scenarios, before anybody selects among the items."""
    if config.getoption("jpki_sut"):
        from jpki_oracle.pytest_scenarios import items_of

        items.extend(items_of(_bench(config), session))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs a test that asks for `jpki_scenario` once for each scenario."""
    if "jpki_scenario" in metafunc.fixturenames:
        cases: Sequence[ScenarioCase] = _bench(metafunc.config).cases()
        metafunc.parametrize("jpki_scenario", cases, ids=[case.id for case in cases], indirect=True)


@pytest.fixture
def jpki_scenario(request: pytest.FixtureRequest) -> "ScenarioCase":
    """A scenario: its `id`, its `pack`, the parameters of its `question`, and the `expected` outcomes by name."""
    case: ScenarioCase = request.param
    return case


@pytest.fixture(scope="session")
def jpki_session(request: pytest.FixtureRequest) -> "Session":
    """A conversation with the system that `--jpki-sut` names: `ask(capability, params)` gives its reply."""
    if not request.config.getoption("jpki_sut"):
        pytest.fail("jpki_session needs a system to talk to: state one by --jpki-sut ADDRESS", pytrace=False)
    return _bench(request.config).session


def _bench(config: pytest.Config) -> "Bench":
    from jpki_oracle.pytest_scenarios import Bench

    if _BENCH not in config.stash:
        config.stash[_BENCH] = Bench(config)
    return config.stash[_BENCH]
