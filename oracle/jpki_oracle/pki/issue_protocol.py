"""The issue of a certificate in six steps, each role a part that can be replaced, and what must hold of every issue.

`run_issue(roles, applicant, reading)` goes through the steps; `findings(record)` says what went wrong. Who makes the
key pair is open (`key-pair-made-by`): the chip, the municipality, or the authority.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from jpki_model.pki.holder import Holder
from jpki_model.pki.keys import new_key
from jpki_model.pki.profile import Purpose
from jpki_model.pki.service import CertificationService
from jpki_spec.laws import READINGS

MADE_BY = "key-pair-made-by"
MAKERS = tuple(READINGS[MADE_BY].alternatives)


class IssueRefused(Exception):
    """A role refused to go on, and at which step; one line for people."""


@dataclass(frozen=True)
class Applicant:
    """Who applies: as whom, with which card, and what the register says of that person (None: nobody)."""

    person: str
    card: str
    registered: Holder | None


@dataclass
class KeyPair:
    """A key pair, and everybody in whose hands the private key has stayed."""

    key: RSAPrivateKey
    hands: set[str] = field(default_factory=set)


@dataclass
class CardOfHolder:
    """A card: what was recorded on it."""

    id: str
    pair: KeyPair | None = None
    certificate: x509.Certificate | None = None


@dataclass
class IssueRecord:
    """What happened: the steps in order, what was sent, and where everything ended."""

    applicant: Applicant
    steps: list[str] = field(default_factory=list)
    sent_key: RSAPublicKey | None = None
    card: CardOfHolder | None = None
    pair: KeyPair | None = None
    refused: str = ""


class Municipality:
    """The mayor's office: checks the applicant, passes the application on, records on the card."""

    def check(self, applicant: Applicant) -> Holder:
        """Step 2: the applicant against the register. Raises `IssueRefused`."""
        if applicant.registered is None:
            raise IssueRefused("step 2: the register has nobody of that description")
        return applicant.registered

    def make_pair(self) -> KeyPair:
        """A key pair, where the municipality makes it."""
        return KeyPair(new_key(), {"municipality"})

    def record(
        self, card: CardOfHolder, pair: KeyPair, certificate: x509.Certificate, cards: list[CardOfHolder]
    ) -> CardOfHolder:
        """Step 6: certificate and key pair on the card; nobody else keeps the private key."""
        card.pair, card.certificate = pair, certificate
        pair.hands = {card.id}
        return card


class Chip:
    """The card's chip."""

    def make_pair(self, card: CardOfHolder) -> KeyPair:
        """A key pair whose private key never leaves."""
        return KeyPair(new_key(), {card.id})


class IssuingAuthority:
    """The certification authority of the agency."""

    def __init__(self, service: CertificationService, purpose: Purpose) -> None:
        self._service, self._purpose = service, purpose

    def make_pair(self) -> KeyPair:
        """A key pair, where the authority makes it."""
        return KeyPair(new_key(), {"authority"})

    def issue(
        self, person: str, holder: Holder, key: RSAPublicKey, at: datetime, expires: date
    ) -> x509.Certificate:
        """Step 4: a certificate for the key."""
        return self._service.issue(self._purpose, person, holder, key, at, expires)


@dataclass(frozen=True)
class Roles:
    """Who takes part."""

    municipality: Municipality
    chip: Chip
    authority: IssuingAuthority


def run_issue(
    roles: Roles,
    applicant: Applicant,
    made_by: str,
    at: datetime,
    expires: date,
    others: tuple[str, ...] = (),
) -> IssueRecord:
    """The six steps. KeyError for an answer to `key-pair-made-by` that does not exist."""
    READINGS[MADE_BY].alternatives[made_by]
    record = IssueRecord(applicant, ["1 application"])
    card = CardOfHolder(applicant.card)
    cards = [card, *map(CardOfHolder, others)]
    try:
        holder = roles.municipality.check(applicant)
        record.steps.append("2 checked")
        pair = None
        if made_by == "chip":
            pair = roles.chip.make_pair(card)
        elif made_by == "municipality":
            pair = roles.municipality.make_pair()
        record.steps.append("3 informed")
        pair = pair or roles.authority.make_pair()
        record.sent_key = pair.key.public_key()
        certificate = roles.authority.issue(applicant.person, holder, record.sent_key, at, expires)
        record.steps += ["4 issued", "5 sent"]
        record.card = roles.municipality.record(card, pair, certificate, cards)
        record.pair = pair
        record.steps.append("6 recorded")
    except IssueRefused as refused:
        record.refused = str(refused)
    return record


_HOLDS: dict[str, Callable[[IssueRecord], bool]] = {
    "identity": lambda record: record.card is None or record.applicant.registered is not None,
    "one-hand": lambda record: (
        record.pair is None or record.card is None or record.pair.hands == {record.card.id}
    ),
    "sent-key": lambda record: _certified(record) == record.sent_key,
    "own-card": lambda record: record.card is None or record.card.id == record.applicant.card,
}


def findings(record: IssueRecord) -> list[str]:
    """The ids in `issue_case.RULES` of what does not hold."""
    return [id for id, holds in _HOLDS.items() if not holds(record)]


def _certified(record: IssueRecord) -> object:
    if record.card is None or record.card.certificate is None:
        return record.sent_key
    return record.card.certificate.public_key()
