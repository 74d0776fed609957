"""A verifier: what the issuing body's answers let it see of a certificate, and when (JPKI Act, articles 16 and 35)."""

from jpki_model.world.days import next_day
from jpki_model.world.holdings import Certificate
from jpki_model.world.refusal import Refused
from jpki_model.world.world import World


class Verifier:
    """Accepts or rejects certificates of a world by a responder, or by the list of revoked ones of that morning.

    The Act leaves the interval of the list open; here it is made as each day begins, so that what is recorded during
    a day stands in the next day's. Neither shows an event that the issuing body has not recorded yet.
    """

    def __init__(self, world: World, *, by_list: bool = False) -> None:
        self._world = world
        self._by_list = by_list

    def status(self, certificate: Certificate) -> str:
        """`good`, `revoked` or `expired`, as it is known to the verifier today."""
        today = self._world.today
        if today > certificate.expires:
            return "expired"
        revoked = certificate.revoked
        known = None if revoked is None else next_day(revoked) if self._by_list else revoked
        return "revoked" if known is not None and known <= today else "good"

    def accept(self, person: str, item: str) -> None:
        """Accept somebody's certificate in an application or login. Raises `Refused`, `CannotHappen`."""
        holder = self._world.applicant(person)
        certificate = holder.certificate(item)
        if certificate is None:
            raise Refused("flow-certificate-issued", "there is no such certificate")
        if self._world.pin_locked(certificate.card, item):
            raise Refused("media-pin-entry", "the PIN is locked")
        status = self.status(certificate)
        if status != "good":
            raise Refused("application-needs-status", f"the certificate is {status}")
