"""`certify`: drives a system under test through the packs, and reports."""

from dataclasses import dataclass, field
from pathlib import Path

from jpki_spec.laws import UnknownLaw
from jpki_spec.usage_readings import UnknownUsageReading

from jpki_oracle.campaign import Plan, run
from jpki_oracle.commands import (
    card_fuzz,
    card_middleware,
    card_pack,
    certify_authority,
    certify_issue,
    certify_services,
    certify_verifier,
)
from jpki_oracle.commands.arguments import (
    certificate_reading_arguments,
    law_argument,
    parted_readings,
    reading_arguments,
)
from jpki_oracle.commands.card import CardOptions
from jpki_oracle.commands.card_pack import CardRequest
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.histories import chosen_histories
from jpki_oracle.commands.printing import print_table
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.histories.campaign import run_histories
from jpki_oracle.histories.case import PACK, case_of
from jpki_oracle.known import KnownFailures, KnownFileError, read_known
from jpki_oracle.language import language, say
from jpki_oracle.packs import EVERY_PACK
from jpki_oracle.reports.listener import edge_text
from jpki_oracle.scenarios.scenario import PACKS, Scenario, SuiteError, suites
from jpki_oracle.sut.address import AddressError, open_connection
from jpki_oracle.sut.journal import JournalError
from jpki_oracle.sut.session import Session

STATUS_SCHEMES = ("ocsp:", "crl:", "der:")


@dataclass(frozen=True)
class Request:
    """What the command line asked for."""

    address: str
    packs: tuple[str, ...]
    edition: str | None
    readings: tuple[str, ...]
    out: Path | None
    suites: tuple[str, ...]
    only: tuple[str, ...]
    known: Path | None
    write_known: Path | None
    strict: bool
    timeout: float
    dry_run: bool
    card: CardOptions = field(default_factory=CardOptions)


def certify_command(request: Request, form: str, lang: str | None) -> int:
    """Run the campaign and give its exit code."""
    try:
        return _certified(request, form, lang)
    except (AddressError, JournalError, KnownFileError, UnknownLaw, UnknownUsageReading) as error:
        raise CommandFailure(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandFailure(
            f"{error.filename}: {error.strerror}" if error.filename else str(error)
        ) from None


def _certified(request: Request, form: str, lang: str | None) -> int:
    if card_fuzz.PACK in request.packs:
        if len(request.packs) > 1:
            raise CommandFailure(f"{card_fuzz.PACK} runs alone: it leaves a card with locked PINs behind")
        return card_fuzz.card_fuzz_command(request.address, request.card, request.readings, form, lang)
    how = Reporting(request.out, request.write_known, request.strict, form, language(lang))
    known = read_known(request.known) if request.known else KnownFailures()
    if request.address.startswith(card_middleware.SCHEME):
        return card_middleware.middleware_command(request.address, request.card, known, how)
    if card_pack.is_for_cards(request.address, request.packs):
        asked = CardRequest(
            request.address, request.card, request.readings, request.only, known, request.dry_run
        )
        return card_pack.card_pack_command(asked, how)
    if request.address.startswith(STATUS_SCHEMES):
        return _certify_status(request, known, how)
    if certify_verifier.is_for_verifiers(request.address, request.packs):
        return _certify_verifier(request, known, how)
    if certify_authority.is_for_authorities(request.address, request.packs):
        return _certify_authority(request, known, how)
    if certify_issue.is_for_issues(request.address, request.packs):
        return _certify_issue(request, known, how)
    if certify_services.is_for_services(request.packs):
        return _certify_services(request, known, how)
    scenarios = chosen(request)
    if request.dry_run:
        print_scenarios(scenarios, form, language(lang))
        return 0
    if request.edition or request.readings:
        law_argument(request.edition, request.readings if request.edition else ())
    session = Session(open_connection(request.address, timeout=request.timeout))
    readings = reading_arguments(request.readings)
    plan = Plan(request.address, scenarios, request.edition, readings, known, request.strict)
    with session:
        played = run_histories if PACK in request.packs else run
        return report(played(session, plan), request.address, how)


def _certify_services(request: Request, known: KnownFailures, how: Reporting) -> int:
    asked = certify_services.ServicesRequest(
        request.address,
        request.only,
        request.edition,
        request.readings,
        known,
        request.timeout,
        request.dry_run,
    )
    return certify_services.services_command(asked, how)


def _certify_verifier(request: Request, known: KnownFailures, how: Reporting) -> int:
    asked = certify_verifier.VerifierRequest(
        request.address,
        request.only,
        known,
        request.timeout,
        request.dry_run,
        law_argument(request.edition, ()) if request.edition else None,
        certificate_reading_arguments(request.readings),
    )
    return certify_verifier.verifier_command(asked, how)


def _certify_status(request: Request, known: KnownFailures, how: Reporting) -> int:
    from jpki_oracle.commands.certify_status import StatusRequest, status_command

    asked = StatusRequest(
        request.address,
        certificate_reading_arguments(request.readings),
        known,
        request.timeout,
        law_argument(request.edition, ()),
    )
    return status_command(asked, how)


def _certify_issue(request: Request, known: KnownFailures, how: Reporting) -> int:
    if request.dry_run:
        raise CommandFailure("the steps of the pack issue depend on what is answered: there is no dry run")
    if request.readings:
        raise CommandFailure("no reading changes what the pack issue expects: leave --reading out")
    return certify_issue.issue_command(request.address, request.only, known, request.timeout, how)


def _certify_authority(request: Request, known: KnownFailures, how: Reporting) -> int:
    if request.dry_run:
        raise CommandFailure("the steps of the pack authority depend on what it answers: there is no dry run")
    readings, of_law = parted_readings(request.readings)
    rules = law_argument(request.edition, of_law) if request.edition or of_law else None
    asked = certify_authority.AuthorityRequest(
        request.address, request.only, known, request.timeout, rules, readings
    )
    return certify_authority.authority_command(asked, how)


def chosen(request: Request) -> list[Scenario]:
    """The scenarios that the request speaks of, in order of pack."""
    if PACK in request.packs:
        if len(request.packs) > 1:
            raise CommandFailure(
                f"{PACK} runs alone: its scenarios are histories, each in a session of its own"
            )
        return [case_of(history) for history in chosen_histories(request.suites, request.only)]
    for pack in request.packs:
        if pack not in PACKS:
            if pack in EVERY_PACK:
                raise CommandFailure(f"{pack} runs alone, and this address is not one for it")
            raise CommandFailure(f"no pack {pack!r}; there are {', '.join(EVERY_PACK)}")
    try:
        scenarios = suites(request.suites)
    except SuiteError as error:
        raise CommandFailure(str(error)) from None
    packs = request.packs or PACKS
    kept = [s for pack in PACKS if pack in packs for s in scenarios if s.pack == pack]
    if request.only:
        kept = [scenario for scenario in kept if scenario.id.startswith(request.only)]
    if not kept:
        raise CommandFailure(
            "no scenario has such an id" if request.only else "the suite has no such scenarios"
        )
    return kept


def print_scenarios(scenarios: list[Scenario], form: str, words: str) -> None:
    """The scenarios as a table."""
    rows = [
        {
            "id": scenario.id,
            say("outcome", words): scenario.outcome,
            say("rule", words): scenario.rule,
            say("edge", words): edge_text(scenario.edge, words),
            say("asked", words): scenario.question(),
        }
        for scenario in scenarios
    ]
    print_table(rows, form)
