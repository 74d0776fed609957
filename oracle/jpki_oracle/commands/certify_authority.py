"""`certify SUT --pack authority`: issue, revocation on each event, lists and status answers, step by step."""

from dataclasses import dataclass

from jpki_spec.certificate_readings import CertificateReadings
from jpki_spec.laws import Law

from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.known import KnownFailures
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

PACK, REFERENCE = "authority", "authority:"


@dataclass(frozen=True)
class AuthorityRequest:
    """What the command line asked for of an authority; `rules` override the edition that it claims."""

    address: str
    only: tuple[str, ...]
    known: KnownFailures
    timeout: float
    rules: Law | None
    readings: CertificateReadings


def is_for_authorities(address: str, packs: tuple[str, ...]) -> bool:
    """The pack `authority` is what is asked for, by its name or by the address of the reference authority."""
    if PACK in packs and len(packs) > 1:
        raise CommandFailure(f"{PACK} runs alone: its steps build on each other")
    return PACK in packs or (not packs and address.startswith(REFERENCE))


def authority_command(request: AuthorityRequest, how: Reporting) -> int:
    """Run the pack and give the exit code."""
    from jpki_oracle.pki.authority_pack import AuthorityPlan, run_authority

    chosen = (request.rules, request.readings)
    plan = AuthorityPlan(request.address, request.only, request.known, how.strict, *chosen)
    with Session(open_connection(request.address, timeout=request.timeout)) as session:
        return report(run_authority(session, plan), request.address, how)
