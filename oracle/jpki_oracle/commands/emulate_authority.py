"""`emulate authority`: the test authority as a web service, until Ctrl-C ends it."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from jpki_model.card.presets import EXAMPLE_HOLDER
from jpki_model.pki.japan_time import JAPAN
from jpki_model.pki.keys import (
    AnyPrivateKey,
    KeyRing,
    UnusableKey,
    new_elliptic_key,
    new_keys,
    read_keys,
)
from jpki_model.pki.service import PURPOSES, CertificationService
from jpki_spec.certificates import TODAYS_ALGORITHM, TRIGGERS, algorithm_in

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.language import language, say
from jpki_oracle.pki.authority_server import AuthorityServer, now

YEARS_BEFORE, YEARS_AFTER = 1, 9
HOLD = 6


def emulate_authority_command(
    host: str,
    port: int,
    keys: Path | None,
    on: date | None,
    examples: Path | None,
    lang: str | None,
    edition: str | None = None,
) -> int:
    """Serve the authority; 0 when it is interrupted. Port 0 takes any that is free, and says which.

    The edition decides the dates of what is issued over the messages, and the algorithm of all keys.
    """
    rules = law_argument(edition, ())
    elliptic = algorithm_in(rules.edition) != TODAYS_ALGORITHM
    if elliptic and keys:
        raise CommandFailure(
            f"--keys are of RSA, which edition {rules.edition} has not: leave one of them out"
        )
    clock: Callable[[], datetime] = now
    if on is not None:
        noon = datetime.combine(on, time(12), JAPAN).astimezone(UTC)
        clock = lambda: noon  # noqa: E731 - a clock that stands still
    try:
        today = clock().astimezone(JAPAN).date()
        service = _service(read_keys(keys) if keys else {}, today, elliptic=elliptic)
        if examples:
            write_examples(service, examples, clock())
        server = AuthorityServer(host, port, service, clock, rules)
    except UnusableKey as error:
        raise CommandFailure(str(error)) from None
    except (OSError, OverflowError) as error:
        where = getattr(error, "filename", None) or f"{host}:{port}"
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandFailure(f"{where}: {reason}") from None
    place = f"http://{host}:{server.server_address[1]}"
    print(say("authority-served", language(lang), place=place), flush=True)
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    return 0


def _service(keys: KeyRing, today: date, *, elliptic: bool) -> CertificationService:
    first, last = date(today.year - YEARS_BEFORE, 1, 1), date(today.year + YEARS_AFTER, 12, 31)
    return CertificationService.new(first, last, keys=keys, elliptic=elliptic)


def write_examples(service: CertificationService, folder: Path, at: datetime) -> None:
    """Fictitious holders' certificates: one that is good, and one for each event that revokes, which happened to it
    two days ago. Raises OSError."""
    for purpose in PURPOSES:
        (folder / purpose).mkdir(parents=True, exist_ok=True)
    issued, happened = at - timedelta(days=30), at - timedelta(days=2)
    names = ("good", *TRIGGERS)
    of_today = isinstance(service.authorities["signature"].key, RSAPrivateKey)
    ring: Mapping[str, AnyPrivateKey] = (
        new_keys(names) if of_today else {name: new_elliptic_key() for name in names}
    )
    expires = at.astimezone(JAPAN).date() + timedelta(days=4 * 365)
    for name in names:
        for purpose in PURPOSES:
            key = ring[name].public_key()
            made = service.issue(purpose, name, EXAMPLE_HOLDER, key, issued, expires)
            (folder / purpose / f"{_state(name, purpose)}.pem").write_bytes(made.public_bytes(Encoding.PEM))
        if name in TRIGGERS:
            service.happened(name, name, happened)
    for purpose in PURPOSES:
        own = service.authorities[purpose].certificate
        (folder / purpose / "authority.pem").write_bytes(own.public_bytes(Encoding.PEM))


def _state(name: str, purpose: str) -> str:
    """The name of an example: its state, and what happened."""
    trigger = TRIGGERS.get(name)
    if trigger is None:
        return "good"
    revoked = purpose in trigger.revokes
    return f"{'good' if not revoked else 'held' if trigger.reason == HOLD else 'revoked'}-{name}"
