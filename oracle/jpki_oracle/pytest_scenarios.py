"""What the pytest plugin does once it is asked to: the scenarios as items of pytest, asked over one session.

Each worker of pytest-xdist has a session of its own. A wrong answer fails its item with the report's words and
without a traceback; a question that could not be judged is an error of the item's set-up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import pytest
from jpki_spec.laws import CURRENT_EDITION, READINGS, Law, UnknownLaw, law

from jpki_oracle.campaign import NotStarted, Plan, Started, is_failure, run
from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.judge import Judge, Judgement, Observed, Verdict
from jpki_oracle.language import language, say
from jpki_oracle.reports.telling import labelled, reason_lines, wrong_text
from jpki_oracle.scenarios.scenario import PACKS, Scenario, SuiteError, suites
from jpki_oracle.sut.address import AddressError, open_connection
from jpki_oracle.sut.journal import JournalError
from jpki_oracle.sut.session import Session

NODE = "jpki"
"""What the ids of all scenarios begin with."""


@dataclass(frozen=True)
class ScenarioCase:
    """A scenario as a vendor's own test sees it.

    `question`: the parameters of the capability that `pack` names; `about`: the outcome on whose edge it lies.
    """

    id: str
    pack: str
    about: str
    question: Mapping[str, object]
    _scenario: Scenario = field(repr=False)
    _law: Law = field(repr=False)

    @property
    def expected(self) -> dict[str, Observed]:
        """What the rules expect, by outcome: a date, a state, a truth value, or None where there is none."""
        return Judge(self._law).expected(self._scenario)


class Bench:
    """The system that is tested, and the scenarios that the options choose."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self.address: str = config.getoption("jpki_sut") or ""
        self.edition: str | None = config.getoption("jpki_edition")
        self.strict: bool = config.getoption("jpki_strict")
        self.told_not_started = False
        self._selected = [arg.partition("::")[2] for arg in config.args if self.names(arg)]

    def check(self) -> None:
        """Read what the options name. Raises `pytest.UsageError` in one line; starts nothing."""
        if self.address.startswith("batch:") and self._config.getoption("dist", "no") != "no":
            raise pytest.UsageError("--jpki-sut: the workers of xdist cannot share the folder of batch:")
        known = {scenario.id for scenario in self.scenarios}
        wrong = [each for each in self._selected if each and each not in known]
        if wrong:
            raise pytest.UsageError(f"no scenario {wrong[0]!r} among those that are chosen")
        if self.edition or not self.address:
            self.law  # noqa: B018 - raises for an edition that does not exist, or that settles a question
        self.readings  # noqa: B018 - raises for a reading that does not exist
        if self.address:
            self.session  # noqa: B018 - raises for an address that cannot be understood

    def names(self, argument: str) -> bool:
        """An argument of the command line names scenarios, and not a file."""
        name, _, rest = argument.partition("::")
        return bool(self.address) and name == NODE and (bool(rest) or not Path(name).exists())

    @cached_property
    def readings(self) -> dict[str, str]:
        """The readings of the options. Raises `pytest.UsageError`."""
        try:
            readings = reading_arguments(self._config.getoption("jpki_reading"))
            for question, answer in readings.items():
                known = READINGS.get(question)
                law(known.open_in[0] if known else CURRENT_EDITION, {question: answer})
            return readings
        except (CommandFailure, UnknownLaw) as error:
            raise pytest.UsageError(f"--jpki-reading: {error}") from None

    @cached_property
    def law(self) -> Law:
        """The law of the options, without regard to what a system claims. Raises `pytest.UsageError`."""
        readings = self.readings
        try:
            return law(self.edition or CURRENT_EDITION, readings)
        except UnknownLaw as error:
            raise pytest.UsageError(f"--jpki-edition, --jpki-reading: {error}") from None

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """Those of the suites and packs that the options name, in order of pack. Raises `pytest.UsageError`."""
        packs = self._config.getoption("jpki_pack") or PACKS
        for pack in packs:
            if pack not in PACKS:
                raise pytest.UsageError(f"--jpki-pack: no pack {pack!r}; there are {', '.join(PACKS)}")
        names = self._config.getoption("jpki_suite")
        try:
            scenarios = suites(names)
        except SuiteError as error:
            raise pytest.UsageError(f"--jpki-suite: {error}") from None
        return [s for pack in PACKS if pack in packs for s in scenarios if s.pack == pack]

    @cached_property
    def session(self) -> Session:
        """The conversation with the system, of which nothing is started yet. Raises `pytest.UsageError`."""
        try:
            return Session(open_connection(self.address))
        except (AddressError, JournalError) as error:
            raise pytest.UsageError(f"--jpki-sut: {error}") from None

    @cached_property
    def opening(self) -> Started | str:
        """Who answers, and by which law that is judged; or why this cannot be said."""
        # The questions of a folder lie there before the first is asked; all of them, whatever is selected.
        ahead = self.scenarios if self.address.startswith("batch:") else []
        try:
            opening = next(run(self.session, Plan(self.address, ahead, self.edition, self.readings)))
        except UnknownLaw as error:
            return str(error)
        if isinstance(opening, NotStarted):
            return opening.failure.detail
        if not isinstance(opening, Started):
            raise TypeError(f"a run does not begin with {opening}")
        return opening

    @cached_property
    def judge(self) -> Judge:
        """The judge under the law of the options and of what the system claims."""
        return Judge(self.opening.law if isinstance(self.opening, Started) else self.law)

    def cases(self) -> list[ScenarioCase]:
        """The scenarios for a vendor's own tests, judged by the law of the options."""
        return [
            ScenarioCase(s.id, s.pack, s.outcome, s.params, s, self.law)
            for s in self.scenarios
            if s.serves(self.law)
        ]

    def chosen(self) -> list[Scenario]:
        """The scenarios that belong to the law by which the system is judged, or those that are selected by id."""
        if any(self._selected):
            return [scenario for scenario in self.scenarios if scenario.id in self._selected]
        return [scenario for scenario in self.scenarios if scenario.serves(self.judge.law)]

    def close(self) -> None:
        """Let the system go, if it was ever asked for."""
        if "session" in self.__dict__:
            self.session.close()


class ScenarioCollector(pytest.Collector):
    """Stands above the items of the scenarios."""

    def __init__(self, *, bench: Bench, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type] # pytest's own
        self._bench = bench

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each scenario."""
        for scenario in self._bench.chosen():
            yield ScenarioItem.from_parent(self, name=scenario.id, scenario=scenario, bench=self._bench)


def items_of(bench: Bench, session: pytest.Session) -> Iterator[pytest.Item]:
    """The items of the scenarios, collected as those of files are."""
    collector = ScenarioCollector.from_parent(session, name=NODE, nodeid=NODE, path=session.path, bench=bench)
    yield from session.genitems(collector)


class ScenarioItem(pytest.Item):
    """One scenario: the question is put in the set-up, and the answer judged in the test itself."""

    def __init__(self, *, scenario: Scenario, bench: Bench, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type] # pytest's own
        self._scenario = scenario
        self._bench = bench
        self._judgement: Judgement | None = None

    def setup(self) -> None:
        """Puts the question; skips what the system does not claim or answer."""
        bench, scenario = self._bench, self._scenario
        opening = bench.opening
        if isinstance(opening, str):
            if bench.told_not_started:
                pytest.skip("the system could not be judged, as told for an earlier scenario")
            bench.told_not_started = True
            _fail(say("not-started", language(), address=bench.address, detail=opening))
        if scenario.pack not in opening.system.capabilities:
            pytest.skip(f"the system does not claim the capability {scenario.pack}")
        reply = bench.session.ask(scenario.pack, scenario.params)
        self._judgement = judgement = bench.judge.judge(scenario, reply)
        self.user_properties.append(("jpki_verdict", judgement.verdict.value))
        if judgement.verdict is Verdict.NOT_APPLICABLE:
            pytest.skip(judgement.reason)
        if judgement.verdict is Verdict.INCONCLUSIVE:
            words = f"{say('inconclusive', language())}: {judgement.reason}"
            _fail(f"{words}\n{labelled('asked', scenario.question(), language())}")

    def runtest(self) -> None:
        """Fails with words where the answer was wrong."""
        if self._judgement and is_failure(self._judgement.verdict, self._bench.strict):
            _fail(failure_text(self._judgement, language()))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands in reports: under its own id."""
        return self.path, None, self.nodeid


def failure_text(judgement: Judgement, lang: str) -> str:
    """Each wrong answer, the first of which pytest repeats in its summary, with the question and the reasons."""
    lines: list[str] = []
    for difference in judgement.differences:
        lines += ["", f"{difference.outcome}: {wrong_text(difference, lang)}"]
        lines += [labelled("asked", judgement.scenario.question(), lang)]
        lines += reason_lines(difference, lang)
    return "\n".join(lines[1:])


def _fail(words: str) -> NoReturn:
    """Ends an item with words for people in the place of a traceback."""
    pytest.fail(words, pytrace=False)
