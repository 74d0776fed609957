"""The issuing body (J-LIS): issues certificates, learns of changes through the register network, records them."""

from collections.abc import Iterable
from datetime import date

from jpki_model.world.days import age_on
from jpki_model.world.holdings import Card, Certificate, Resident
from jpki_model.world.periods import Periods
from jpki_model.world.refusal import Refused
from jpki_model.world.regulations import Regulations


class Authority(Periods):
    """Certificates: their issue, and their revocation from the day of its record on."""

    def __init__(self, regulations: Regulations) -> None:
        super().__init__(regulations)
        self.held_until: date | None = None
        self._issued = 0

    def issue(self, holder: Resident, item: str) -> Certificate:
        """Issue a certificate on the holder's card today. Raises `Refused`."""
        card = self.card_for(holder)
        if item == "signature":
            self.check_signature_age(holder)
        former = self.replaced(holder, item)
        held = holder.certificate("authentication") if item == "signature" else None
        cap = held.expires if held and held.valid_on(self.today) else None
        last = self.certificate_period(holder, card, former.expires if former else None, cap)
        if former is not None:
            self.revoke(former, "superseded", "jpki-revocation-request")
        self._issued += 1
        certificate = Certificate(holder.person, item, self._issued, self.today, last, card)
        holder.certificates.append(certificate)
        return certificate

    def card_for(self, holder: Resident) -> Card:
        """The card on which a certificate is recorded. Raises `Refused` where there is none that has force."""
        if not holder.registered and not holder.abroad:
            raise Refused("certificate-issue-basis", "no municipality has a resident record of the applicant")
        card = holder.card
        if card is None or not card.valid_on(self.today):
            raise Refused("issue-step-6", "the applicant has no card that is valid")
        if card.suspended:
            raise Refused("act-card-loss-report", "the loss of the card was reported")
        return card

    def check_signature_age(self, holder: Resident) -> None:
        """Raises `Refused` for an applicant too young for a signature certificate."""
        rules = self.regulations
        if rules.signature_age is None:
            return
        if (
            age_on(holder.birth, self.today, rules.leap_age, eve_counts=rules.eve_counts)
            < rules.signature_age
        ):
            raise Refused("practice-under-fifteen", f"the applicant is under {rules.signature_age}")

    def replaced(self, holder: Resident, item: str) -> Certificate | None:
        """The certificate in its last months that a new one replaces. Raises `Refused` for one that has longer."""
        former = holder.certificate(item)
        if former is None or not former.valid_on(self.today):
            return None
        opens = self.renewable_from(former.expires)
        if opens is None or self.today < opens:
            clause = self.clause("certificate-validity", f"jpki-{item}-validity")
            raise Refused(clause, f"the applicant holds one through {former.expires}")
        return former

    def revocation_happens(self, targets: Iterable[Certificate], cause: str, clause: str) -> None:
        """Something that revokes certificates has happened; it counts from the day on which it is recorded."""
        affected = tuple(each for each in targets if each.revoked is None)
        if not affected:
            return
        self.on(self.day_of_record(), lambda: self.record(affected, cause, clause))

    def day_of_record(self) -> date:
        """The day on which the issuing body records what happens today: later, if the network is held up."""
        if self.regulations.revoked_when_recorded and self.held_until and self.today < self.held_until:
            return self.held_until
        return self.today

    def record(self, affected: tuple[Certificate, ...], cause: str, clause: str) -> None:
        """Record a revocation."""
        for certificate in affected:
            self.revoke(certificate, cause, clause)

    def revoke(self, certificate: Certificate, cause: str, clause: str) -> None:
        """Take a certificate's force from today on, unless it has ended already."""
        if certificate.revoked is not None or self.today > certificate.expires:
            return
        certificate.revoked, certificate.cause, certificate.clause = self.today, cause, clause
        if certificate.item == "authentication" and cause != "superseded":
            self.authentication_revoked(certificate)

    def authentication_revoked(self, revoked: Certificate) -> None:
        """What the end of a user-authentication certificate means for the same holder's signature certificate."""
        if not self.regulations.signature_with_authentication:
            return
        clause = "practice-authentication-revokes-signature"
        self.record(tuple(signatures(self.residents[revoked.person])), "authentication_revoked", clause)

    def _on_signature_issued(self, holder: Resident, _: object) -> None:
        self.issue(holder, "signature")

    def _on_authentication_issued(self, holder: Resident, _: object) -> None:
        self.issue(holder, "authentication")


def signatures(holder: Resident) -> list[Certificate]:
    """The holder's signature certificates."""
    return [each for each in holder.certificates if each.item == "signature"]


def authentications(holder: Resident) -> list[Certificate]:
    """The holder's user-authentication certificates."""
    return [each for each in holder.certificates if each.item == "authentication"]
