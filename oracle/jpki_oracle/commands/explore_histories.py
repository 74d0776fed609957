"""`histories explore`: random histories against a system, and the shortest that it gets wrong."""

from dataclasses import dataclass
from pathlib import Path

from jpki_spec.laws import UnknownLaw

from jpki_oracle.campaign import COULD_NOT_JUDGE, FAILED, PASSED, Plan, law_of
from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import progress
from jpki_oracle.histories.case import PACK, HistoryCase
from jpki_oracle.histories.history import write_histories
from jpki_oracle.histories.machine import explore
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.language import language, say
from jpki_oracle.reports.files import write_whole
from jpki_oracle.reports.telling import reason_lines, wrong_text
from jpki_oracle.sut.address import AddressError, open_connection
from jpki_oracle.sut.connection import Failure
from jpki_oracle.sut.session import Session


@dataclass(frozen=True)
class ExploreRequest:
    """What the command line asked for."""

    address: str
    examples: int
    steps: int
    seed: int
    write: Path | None
    edition: str | None
    readings: tuple[str, ...]
    timeout: float


def explore_histories_command(request: ExploreRequest, lang: str | None) -> int:
    """Play, tell and write; 0 if nothing was found, 1 for a wrong answer, 2 where the system could not be judged."""
    words = language(lang)
    try:
        session = Session(open_connection(request.address, timeout=request.timeout))
        with session:
            system = session.describe()
            if isinstance(system, Failure):
                raise CommandFailure(f"{request.address}: {system.detail}")
            if PACK not in system.capabilities:
                raise CommandFailure(f"{request.address}: it does not claim the capability {PACK}")
            plan = Plan(request.address, (), request.edition, reading_arguments(request.readings))
            law = law_of(plan, system)
            with progress() as tell:
                explored = explore(
                    session,
                    law,
                    request.examples,
                    request.steps,
                    request.seed,
                    lambda played: tell(played, request.examples, PACK),
                )
    except (AddressError, UnknownLaw) as error:
        raise CommandFailure(str(error)) from None
    if explored.judgement is None:
        print(say("explored-right", words, count=explored.played))
        return PASSED
    _tell(explored.judgement, explored.played, words)
    case = explored.judgement.scenario
    if request.write and isinstance(case, HistoryCase) and case.history:
        try:
            write_whole(request.write, write_histories([case.history]))
        except OSError as error:
            raise CommandFailure(f"{request.write}: {error.strerror}") from None
    return COULD_NOT_JUDGE if explored.judgement.verdict is Verdict.INCONCLUSIVE else FAILED


def _tell(judgement: Judgement, played: int, words: str) -> None:
    print(say("explored-wrong", words, count=played, id=judgement.scenario.id))
    for line in judgement.trace or (judgement.scenario.question(),):
        print(f"   {line}")
    if judgement.reason:
        print(judgement.reason)
    for difference in judgement.differences:
        print(f"{difference.outcome}: {wrong_text(difference, words)}")
        for line in reason_lines(difference, words):
            print(line)
