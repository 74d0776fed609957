"""`explore`: lets Hypothesis look for a question that a system under test answers wrongly, and tells the smallest."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis.configuration import set_hypothesis_home_dir
from jpki_spec.laws import Law, UnknownLaw

from jpki_oracle.commands.arguments import law_argument, reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table, progress
from jpki_oracle.explore import Exploration, Failed, Held, Result, Unjudged, Unstable, explore
from jpki_oracle.judge import Judgement, observed_outcomes
from jpki_oracle.known import Standing
from jpki_oracle.language import language, say
from jpki_oracle.reports.files import judgement_json, write_whole
from jpki_oracle.reports.listener import answer_text
from jpki_oracle.reports.telling import reason_lines, wrong_text
from jpki_oracle.scenarios.scenario import PACKS, Scenario
from jpki_oracle.sut.address import AddressError, open_connection
from jpki_oracle.sut.connection import Answer, Failure, Refusal, Reply
from jpki_oracle.sut.messages import Description
from jpki_oracle.sut.session import Session

ASKED_ONE_BY_ONE = ("python", "stdio")
"""Schemes of addresses whose questions need not be known beforehand."""
NAMES = {Held: "held", Failed: "failed", Unjudged: "unjudged", Unstable: "unstable"}
EXIT_CODES = {Held: 0, Failed: 1, Unjudged: 2, Unstable: 2}


@dataclass(frozen=True)
class ExploreRequest:
    """What the command line asked for."""

    address: str
    examples: int
    seed: int
    packs: tuple[str, ...]
    edition: str | None
    readings: tuple[str, ...]
    timeout: float
    strict: bool
    save: Path | None


def explore_command(request: ExploreRequest, form: str, lang: str | None) -> int:
    """Explore and print what came out: 0 nothing wrong, 1 a question that fails, 2 no verdict."""
    wanted = _wanted(request)
    try:
        with (
            _no_traces(),
            Session(open_connection(request.address, timeout=request.timeout)) as session,
            progress() as tell,
        ):
            result = explore(session, wanted, lambda done, of: tell(done, of))
    except (AddressError, UnknownLaw) as error:
        raise CommandFailure(str(error)) from None
    scenario = _scenario(result)
    saved = _save(request.save, scenario) if request.save and scenario else None
    if form == "json":
        print_json(_as_json(result, wanted, saved))
    else:
        _print(result, wanted, saved, form, language(lang))
    return EXIT_CODES[type(result)]


@contextmanager
def _no_traces() -> Iterator[None]:
    """Keeps the notes that Hypothesis takes for later runs out of the user's folder."""
    with TemporaryDirectory() as folder:
        set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)


def _wanted(request: ExploreRequest) -> Exploration:
    for pack in request.packs:
        if pack not in PACKS:
            raise CommandFailure(f"no pack {pack!r}; there are {', '.join(PACKS)}")
    if request.examples < 1:
        raise CommandFailure(f"--examples is a number above 0, not {request.examples}")
    if request.address.partition(":")[0] in ("batch", "journal"):
        schemes = " or ".join(f"{scheme}:" for scheme in ASKED_ONE_BY_ONE)
        raise CommandFailure(
            f"{request.address!r} cannot be explored: what is asked hangs on the answer before; use {schemes}"
        )
    if request.edition or request.readings:
        law_argument(request.edition, request.readings if request.edition else ())
    readings = reading_arguments(request.readings)
    return Exploration(
        request.address,
        request.examples,
        request.seed,
        request.packs,
        request.edition,
        readings,
        request.strict,
    )


def _scenario(result: Result) -> Scenario | None:
    match result:
        case Failed(judgement=judgement) | Unjudged(judgement=Judgement() as judgement):
            return judgement.scenario
        case Unstable(scenario=scenario):
            return scenario
    return None


def _save(file: Path, scenario: Scenario) -> Path | None:
    """Write a scenario's life, if it asks for one."""
    if scenario.life is None:
        return None
    try:
        write_whole(file, scenario.life.as_toml())
    except OSError as error:
        raise CommandFailure(f"{file}: {error.strerror}") from None
    return file


def _print(result: Result, wanted: Exploration, saved: Path | None, form: str, lang: str) -> None:
    if result.system is None or result.law is None:
        detail = result.reason if isinstance(result, Unjudged) else ""
        print(say("not-started", lang, address=wanted.address, detail=detail))
        return
    print(_head(result.system, result.law, wanted, lang) + "\n")
    match result:
        case Held(asked=asked):
            print(say("explore-held", lang, count=asked))
        case Failed(judgement=judgement, asked=asked):
            print(say("explore-failed", lang, count=asked) + "\n")
            _print_judgement(judgement, form, lang)
        case Unjudged(reason, judgement=judgement):
            if judgement is not None:
                print(say("explore-unjudged", lang) + "\n")
                print(_question(judgement.scenario) + "\n")
            print(reason)
        case Unstable(scenario=scenario, first=first, second=second):
            print(say("explore-unstable", lang) + "\n")
            print(_question(scenario) + "\n")
            print(f"{say('explore-first', lang)}: {_reply_text(scenario, first, lang)}")
            print(f"{say('explore-second', lang)}: {_reply_text(scenario, second, lang)}")
    found = _scenario(result)
    if found is not None:
        print("\n" + _how_to_keep(found, wanted, saved, lang))


def _head(system: Description, law: Law, wanted: Exploration, lang: str) -> str:
    return say("judging", lang, name=system.name, version=system.version, address=wanted.address, law=law)


def _question(scenario: Scenario) -> str:
    return f"{scenario.pack}: {scenario.question()}"


def _print_judgement(judgement: Judgement, form: str, lang: str) -> None:
    print(_question(judgement.scenario) + "\n")
    rows = [
        {
            say("outcome", lang): name,
            say("expected", lang): answer_text(judgement.expected[name], lang),
            say("observed", lang): answer_text(judgement.observed[name], lang),
        }
        for name in judgement.expected
    ]
    print_table(rows, form)
    for difference in judgement.differences:
        print(f"\n{difference.outcome}: {wrong_text(difference, lang)}")
        print("\n".join(reason_lines(difference, lang)))


def _reply_text(scenario: Scenario, reply: Reply, lang: str) -> str:
    match reply:
        case Answer(result):
            outcomes = observed_outcomes(scenario, result)
            return ", ".join(f"{name} {answer_text(value, lang)}" for name, value in outcomes.items())
        case Refusal(code, message):
            return f"{code}: {message}"
        case Failure(kind, detail):
            return f"{kind.value.replace('_', ' ')}: {detail}"


def _how_to_keep(scenario: Scenario, wanted: Exploration, saved: Path | None, lang: str) -> str:
    if scenario.life is None:
        return say("explore-again", lang, seed=wanted.seed, examples=wanted.examples)
    day = f" --on {scenario.on}" if scenario.on else ""
    command = f"jpki-oracle suite add FILE {shlex.quote(str(saved or 'LIFE.toml'))}{day} --note '…'"
    return say("explore-pin" if saved else "explore-save-and-pin", lang, command=command)


def _as_json(result: Result, wanted: Exploration, saved: Path | None) -> dict[str, object]:
    content: dict[str, object] = {"result": NAMES[type(result)], "address": wanted.address}
    content |= {"examples": wanted.examples, "seed": wanted.seed, "exit_code": EXIT_CODES[type(result)]}
    if result.system is not None and result.law is not None:
        content |= {"system": result.system.model_dump()}
        content |= {"edition": result.law.edition, "readings": dict(result.law.readings)}
    match result:
        case Held(asked=asked):
            content["asked"] = asked
        case Failed(judgement=judgement, asked=asked):
            content |= {"asked": asked, "judgement": judgement_json(judgement, Standing.UNLISTED)}
        case Unjudged(reason, judgement=judgement):
            content["reason"] = reason
            if judgement is not None:
                content["judgement"] = judgement_json(judgement, Standing.UNLISTED)
        case Unstable(scenario=scenario, first=first, second=second):
            content["scenario"] = scenario.as_json()
            content["answers"] = [_reply_text(scenario, reply, "en") for reply in (first, second)]
    return content | ({"saved": str(saved)} if saved else {})
