"""`certify SUT --pack verifier`: signed cases, each with its decision and the reason for it."""

from dataclasses import dataclass, field

from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.laws import CURRENT_EDITION, Law, law

from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_table
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.known import KnownFailures
from jpki_oracle.language import say
from jpki_oracle.pki.case import VERIFIER, VerifierScenario, verifier_scenario
from jpki_oracle.pki.vector_file import read_cases
from jpki_oracle.pki.verifier_judge import VerifierPlan, run_verifier
from jpki_oracle.reports.listener import edge_text
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

REFERENCE = "verifier:"


@dataclass(frozen=True)
class VerifierRequest:
    """What the command line asked for of a verifier; `rules` are those of an edition that was named."""

    address: str
    only: tuple[str, ...]
    known: KnownFailures
    timeout: float
    dry_run: bool
    rules: Law | None = None
    readings: CertificateReadings = field(default_factory=CertificateReadings)


def is_for_verifiers(address: str, packs: tuple[str, ...]) -> bool:
    """The pack `verifier` is what is asked for, by its name or by the address of the reference verifier."""
    if VERIFIER in packs and len(packs) > 1:
        raise CommandFailure(f"{VERIFIER} runs alone: its cases come from a file of their own")
    return VERIFIER in packs or (not packs and address == REFERENCE)


def verifier_command(request: VerifierRequest, how: Reporting) -> int:
    """Run the pack, or show its cases, and give the exit code."""
    scenarios = [verifier_scenario(case) for case in read_cases()]
    if request.only:
        scenarios = [each for each in scenarios if each.id.startswith(request.only)]
    if not scenarios:
        raise CommandFailure("no case has such an id")
    edition = request.rules.edition if request.rules else ""
    if request.dry_run:
        scenarios = [each for each in scenarios if each.serves(request.rules or law(CURRENT_EDITION))]
        print_table([_row(each, how.lang) for each in scenarios], how.form)
        return 0
    plan = VerifierPlan(request.address, scenarios, request.known, how.strict, edition, request.readings)
    with Session(open_connection(request.address, timeout=request.timeout)) as session:
        return report(run_verifier(session, plan), request.address, how)


def _row(scenario: VerifierScenario, lang: str) -> dict[str, object]:
    case = scenario.verifier_case
    return {
        "id": scenario.id,
        say("expected", lang): case.reason or say("yes", lang),
        say("rule", lang): scenario.rule,
        say("edge", lang): edge_text(scenario.edge, lang),
    }
