"""`certify SUT --pack issue`: the six steps of an issue, with the roles that the system claims."""

from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.reporting import Reporting, report
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.issue_case import ISSUE
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session

REFERENCE = "issue:"


def is_for_issues(address: str, packs: tuple[str, ...]) -> bool:
    """The pack `issue` is what is asked for, by its name or by the address of the reference."""
    if ISSUE in packs and len(packs) > 1:
        raise CommandFailure(f"{ISSUE} runs alone: its steps build on each other")
    return ISSUE in packs or (not packs and address == REFERENCE)


def issue_command(
    address: str, only: tuple[str, ...], known: KnownFailures, timeout: float, how: Reporting
) -> int:
    """Run the pack and give the exit code."""
    from jpki_oracle.pki.issue_pack import IssuePlan, run_issue_pack

    plan = IssuePlan(address, only, known, how.strict)
    with Session(open_connection(address, timeout=timeout)) as session:
        return report(run_issue_pack(session, plan), address, how)
