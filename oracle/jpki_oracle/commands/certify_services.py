"""`certify SUT --pack services`: questions about the use of the card, its certificates and the number."""

from dataclasses import dataclass

from jpki_spec.laws import CURRENT_EDITION
from jpki_spec.usage_readings import usage_law_of

from jpki_oracle.campaign import Plan, run
from jpki_oracle.commands.arguments import reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_table
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.known import KnownFailures
from jpki_oracle.language import say
from jpki_oracle.services.case import PACK, UseScenario
from jpki_oracle.services.judge import UseJudge, judge_of
from jpki_oracle.services.shipped import use_scenarios
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

__all__ = ["PACK", "ServicesRequest", "is_for_services", "services_command"]


@dataclass(frozen=True)
class ServicesRequest:
    """What the command line asked for of a policy engine."""

    address: str
    only: tuple[str, ...]
    edition: str | None
    readings: tuple[str, ...]
    known: KnownFailures
    timeout: float
    dry_run: bool


def is_for_services(packs: tuple[str, ...]) -> bool:
    """The pack `services` is what is asked for."""
    if PACK in packs and len(packs) > 1:
        raise CommandFailure(f"{PACK} runs alone: its questions are judged by rules of their own")
    return PACK in packs


def services_command(request: ServicesRequest, how: Reporting) -> int:
    """Run the pack, or show its questions, and give the exit code. Raises `UnknownLaw`, `UnknownUsageReading`."""
    readings = reading_arguments(request.readings)
    law = usage_law_of(request.edition or CURRENT_EDITION, readings if request.edition else {})
    scenarios = [each for each in use_scenarios() if not request.only or each.id.startswith(request.only)]
    if not scenarios:
        raise CommandFailure("no question has such an id")
    if request.dry_run:
        print_table([_row(each, UseJudge(law), how.lang) for each in scenarios], how.form)
        return 0
    plan = Plan(request.address, scenarios, request.edition, readings, request.known, how.strict)
    with Session(open_connection(request.address, timeout=request.timeout)) as session:
        return report(run(session, plan, judge_of), request.address, how)


def _row(scenario: UseScenario, judge: UseJudge, lang: str) -> dict[str, object]:
    expected = ", ".join(f"{name} {value}" for name, value in judge.expected(scenario).items())
    why = judge.derivation(scenario, scenario.outcome)
    clauses = dict.fromkeys(clause for step in why for clause in step.clauses())
    return {
        "id": scenario.id,
        say("expected", lang): expected,
        say("rule", lang): scenario.rule,
        say("clauses", lang): list(clauses),
        say("asked", lang): scenario.use_question.text(lang),
    }
