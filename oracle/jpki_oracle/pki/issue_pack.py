"""The pack `issue`: the six steps over messages, with every role that a system claims, and the reference for the rest.

`run_issue_pack(session, plan)` drives one system through it and yields the campaign's events.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key
from jpki_model.pki.certificate_view import NotACertificate, view
from jpki_model.pki.der import NotDer
from jpki_model.pki.holder import Holder
from jpki_spec.laws import CURRENT_EDITION, law

from jpki_oracle.campaign import COULD_NOT_JUDGE, Event, Finished, NotStarted, Started, judged_events
from jpki_oracle.judge import Judgement, Verdict
from jpki_oracle.known import KnownFailures
from jpki_oracle.pki.issue_case import ISSUE, check, not_judged
from jpki_oracle.pki.reference_issue import ROLES, ReferenceIssue
from jpki_oracle.sut.connection import Answer, Failure, Refusal
from jpki_oracle.sut.session import Session

AT, EXPIRES = datetime(2025, 4, 1, 0, 30, tzinfo=UTC), date(2030, 2, 28)
INSTANT = f"{AT:%Y-%m-%dT%H:%M:%SZ}"
CHALLENGE = bytes(range(32))
HOLDER = Holder(date(1992, 2, 29))
REGISTERED = {"name": HOLDER.name, "birth": "1992-02-29", "sex": HOLDER.sex, "address": HOLDER.address}
IMPOSTORS: dict[str, dict[str, str] | None] = {
    "nobody": None,
    "other-name": {**REGISTERED, "name": "見本　太郎"},
    "other-birth": {**REGISTERED, "birth": "1992-03-01"},
    "other-sex": {**REGISTERED, "sex": "1"},
    "other-address": {**REGISTERED, "address": "見本県見本市見本町１丁目２番４号"},
}
"""What the register has of who applies, where that is not he."""


class NoAnswer(Exception):
    """A role gave no answer that could be judged; one line for people."""


@dataclass(frozen=True)
class IssuePlan:
    """Which system is judged, and how the verdicts count."""

    address: str
    only: tuple[str, ...] = ()
    known: KnownFailures = field(default_factory=KnownFailures)
    strict: bool = False


def run_issue_pack(session: Session, plan: IssuePlan) -> Iterator[Event]:
    """Drive the system through the pack; where a role stops answering, the rest of that issue is not judged."""
    system = session.describe()
    if isinstance(system, Failure):
        yield NotStarted(plan.address, system)
        yield Finished({}, (), 0, COULD_NOT_JUDGE)
        return
    yield Started(plan.address, system, law(CURRENT_EDITION), 0)
    claimed = tuple(role for role in ROLES if role in system.capabilities)
    if not claimed:
        reason = f"the system claims none of {', '.join(ROLES)}"
        judgements = iter([not_judged("run/whole", Verdict.NOT_APPLICABLE, reason)])
    else:
        judgements = _Issue(session, claimed).judgements()
    chosen = (j for j in judgements if not plan.only or j.scenario.id.startswith(plan.only))
    yield from judged_events(chosen, plan.known, ISSUE, strict=plan.strict)


class _Issue:
    """The roles, as a system under test and the reference share them."""

    def __init__(self, session: Session, claimed: tuple[str, ...]) -> None:
        self._session, self._claimed, self._reference = session, claimed, ReferenceIssue()

    def judgements(self) -> Iterator[Judgement]:
        for part in (self._impostors, self._two_at_once, self._again):
            try:
                yield from part()
            except NoAnswer as silence:
                yield not_judged(f"{part.__name__.strip('_')}/silence", Verdict.INCONCLUSIVE, str(silence))

    def _impostors(self) -> Iterator[Judgement]:
        """Step 2: who is registered is accepted, all others are not."""
        for name, registered in {"registered": REGISTERED, **IMPOSTORS}.items():
            asked: dict[str, object] = {"claimed": REGISTERED}
            if registered is not None:
                asked["registered"] = registered
            accepted = self._ask("issue_municipality", "accepted", check=asked)
            yield check(f"identity/{name}", "identity", name == "registered", accepted is True)

    def _two_at_once(self) -> Iterator[Judgement]:
        """Two applicants, each step for both before the next."""
        yield from self._issues({"first": "card 1", "second": "card 2"})

    def _again(self) -> Iterator[Judgement]:
        """A renewal: the same person, the same card."""
        yield from self._issues({"first": "card 1"}, "renewal-")

    def _issues(self, applicants: dict[str, str], prefix: str = "") -> Iterator[Judgement]:
        keys, certificates = dict[str, str](), dict[str, str]()
        for person, card in applicants.items():
            applied = self._answer("issue_holder", person=person, card=card)
            id = f"{prefix}{person}"
            yield check(
                f"{id}/applies",
                "application",
                f"{person}, {card}",
                f"{applied.get('person')}, {applied.get('card')}",
            )
        for person, card in applicants.items():
            keys[person] = self._octets("issue_card", "public_key", make_pair=card)
        yield check(f"{prefix}keys/differ", "one-hand", len(keys), len(set(keys.values())))
        if len(set(keys.values())) < len(keys):
            return  # whoever certifies one key twice, or not, is not to blame
        for person in applicants:
            certificates[person] = self._certified(person, keys[person])
            own = _key_in(certificates[person]) == keys[person].lower()
            yield check(f"{prefix}{person}/certified-key", "sent-key", True, own)
        for person, card in applicants.items():
            asked = {"card": card, "cards": list(applicants.values()), "certificate": certificates[person]}
            chosen = self._ask("issue_municipality", "card", record=asked)
            yield check(f"{prefix}{person}/card-chosen", "own-card", card, str(chosen))
            self._answer("issue_card", write={"card": str(chosen), "certificate": certificates[person]})
        for person, card in applicants.items():
            yield from self._at_the_end(f"{prefix}{person}", card, keys[person], certificates[person])

    def _at_the_end(self, id: str, card: str, key: str, certificate: str) -> Iterator[Judgement]:
        """Where certificate and key are after all steps."""
        found = self._ask("issue_card", "certificate", read=card)
        yield check(f"{id}/certificate-on-card", "own-card", True, found == certificate)
        asked = {"card": card, "challenge": CHALLENGE.hex()}
        by_card = self._ask("issue_card", "signature", sign=asked)
        yield check(f"{id}/key-on-card", "one-hand", True, _verifies(key, by_card))
        for role in ("issue_municipality", "issue_authority"):
            at = {"at": INSTANT} if role == "issue_authority" else {}
            by_role = self._ask(
                role, "signature", sign={"public_key": key, "challenge": CHALLENGE.hex()}, **at
            )
            yield check(
                f"{id}/key-not-at-{role.removeprefix('issue_')}", "one-hand", False, _verifies(key, by_role)
            )

    def _certified(self, person: str, key: str) -> str:
        names = ("name", "address", "sex", "prefecture", "municipality", "municipality_code")
        about = {name: getattr(HOLDER, name) for name in names}
        asked = {"purpose": "signature", "person": person, "holder": about, "birth": REGISTERED["birth"]}
        asked |= {"public_key": key, "expires": EXPIRES.isoformat()}
        return self._octets("issue_authority", "certificate", at=INSTANT, certify=asked)

    def _octets(self, role: str, name: str, **asked: object) -> str:
        found = self._ask(role, name, **asked)
        if not isinstance(found, str) or not found:
            raise NoAnswer(f"{role} did not answer {name}")
        return found

    def _ask(self, role: str, name: str, **asked: object) -> object:
        return self._answer(role, **asked).get(name)

    def _answer(self, role: str, **asked: object) -> dict[str, Any]:
        if role not in self._claimed:
            given: dict[str, Any] = getattr(self._reference, role)(**asked)
            return given
        match self._session.ask(role, asked):
            case Answer(result):
                return dict(result)
            case Failure(kind, detail):
                raise NoAnswer(f"{role}: {kind.value.replace('_', ' ')}: {detail}")
            case Refusal(code, message):
                raise NoAnswer(f"{role}: refused with error {code}: {message}")


def _key_in(certificate: str) -> str:
    """The public key in a certificate, in hexadecimal digits. Raises `NoAnswer`."""
    try:
        return view(bytes.fromhex(certificate)).key.encoded().hex()
    except (NotDer, NotACertificate) as error:
        raise NoAnswer(f"issue_authority: what it gave is no certificate: {error}") from None


def _verifies(key: str, signature: object) -> bool:
    """The signature over the challenge is one by the key; what is none does not verify."""
    if not isinstance(signature, str):
        return False
    try:
        public = load_der_public_key(bytes.fromhex(key))
        if isinstance(public, RSAPublicKey):
            public.verify(bytes.fromhex(signature), CHALLENGE, PKCS1v15(), SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(bytes.fromhex(signature), CHALLENGE, ec.ECDSA(SHA384()))
        else:
            return False
    except (ValueError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
