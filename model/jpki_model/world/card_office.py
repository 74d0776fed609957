"""Cards: applied for, made and delivered, lost and found, returned, given anew; and what is done with their PINs."""

from datetime import date
from functools import cache

from jpki_spec.fields import read_toml

from jpki_model.world.authority import Authority, authentications, signatures
from jpki_model.world.events import Event
from jpki_model.world.holdings import Application, Card, Resident
from jpki_model.world.refusal import CannotHappen, Refused


class CardOffice(Authority):
    """The municipality's counter for cards, and the body that makes them."""

    def lapse(self, holder: Resident, card: Card, cause: str, clause: str) -> None:
        """Take a card's force from today on, unless it has ended already."""
        if card.lapsed is not None or self.today > card.expires:
            return
        card.lapsed, card.cause, card.clause = self.today, cause, clause
        if self.regulations.revoked_with_card:
            on_it = [each for each in holder.certificates if each.card is card]
            self.revocation_happens(on_it, "card_lapsed", "practice-card-lapse-revokes")

    def lapse_all(self, holder: Resident, cause: str, clause: str) -> None:
        """Take the force of every card of a holder."""
        for card in holder.cards:
            self.lapse(holder, card, cause, clause)

    def may_hold_card(self, holder: Resident) -> None:
        """Raises `Refused` for somebody who is in no register that gives cards."""
        if holder.registered:
            return
        since = self.regulations.abroad_since
        if not holder.abroad:
            raise Refused("register-move-in-duty", "no municipality has a resident record of the applicant")
        if since is None or self.today < since:
            raise Refused(
                self.clause("card-lapse-abroad", "ordinance-abroad-in-force"), "the applicant is abroad"
            )
        if holder.residence != "citizen":
            raise Refused("order-lapse-abroad", "only a citizen is in a supplementary family register")

    def _on_card_requested(self, holder: Resident, asked: Event) -> None:
        self.may_hold_card(holder)
        ground = asked.ground or "first"
        card = holder.card
        holds = card is not None and card.valid_on(self.today)
        if ground == "first" and holds:
            raise Refused(self.clause("card-validity-adult", "ordinance-one-card"), "a card is valid already")
        if ground != "first":
            self.check_ground(ground, card if holds else None)
        holder.application = Application(self.today, ground, card.expires if holds and card else None)

    def check_ground(self, ground: str, card: Card | None) -> None:
        """Raises `Refused` where a card cannot be renewed early on such a ground."""
        clause = self.clause("card-validity-adult", "ordinance-card-renewal")
        if card is None:
            raise Refused(clause, "there is no valid card to be renewed")
        opens = self.renewable_from(card.expires)
        if ground == "window" and (opens is None or self.today < opens):
            raise Refused(clause, f"the card is valid through {card.expires}; its renewal opens on {opens}")

    def _on_identity_checked(self, holder: Resident, _: Event) -> None:
        if holder.application is None:
            raise Refused("card-issue-on-application", "nobody applied for a card")
        holder.application.checked = True

    def _on_card_made(self, holder: Resident, _: Event) -> None:
        application = holder.application
        if application is None:
            raise Refused("card-issue-on-application", "nobody applied for a card")
        self.may_hold_card(holder)
        if holder.residence in ("limited", "landing") and self.regulations.stay_decides:
            self.check_stay(holder)
        holder.cards.append(Card(self.today, self.card_period(holder, application)))

    def check_stay(self, holder: Resident) -> None:
        """Raises `Refused` for a foreign resident whose stay is over."""
        if holder.stay_expires is None or holder.stay_expires < self.today:
            raise Refused("ordinance-card-foreign", "the applicant's stay is over")

    def _on_card_delivered(self, holder: Resident, _: Event) -> None:
        application, card = holder.application, holder.card
        if card is None or card.delivered:
            raise Refused("card-issue-on-application", "no card was made that waits to be delivered")
        if application is None or not application.checked:
            raise Refused("card-issue-on-application", "the applicant's identity was not checked")
        if not card.valid_on(self.today):
            raise Refused(self.clause("card-validity-adult", "act-card-validity"), "the card has no force")
        card.delivered, holder.application = True, None
        self.replace_former(holder)

    def replace_former(self, holder: Resident) -> None:
        """The former card is handed in for the new one, on which the certificates are issued anew."""
        for former in holder.cards[:-1]:
            self.lapse(
                holder, former, "card_returned", self.clause("card-validity-adult", "order-lapse-returned")
            )

    def _on_loss_reported(self, holder: Resident, _: Event) -> None:
        self.held_card(holder, "act-card-loss-report").suspended = True

    def _on_card_found(self, holder: Resident, _: Event) -> None:
        card = self.held_card(holder, "act-card-loss-report")
        if not card.suspended:
            raise Refused("act-card-loss-report", "no loss was reported")
        card.suspended = False

    def _on_reissue_requested(self, holder: Resident, _: Event) -> None:
        card = self.held_card(holder, self.clause("card-validity-adult", "ordinance-reissue-lapse"))
        self.reissue(holder, card)

    def reissue(self, holder: Resident, card: Card) -> None:
        """A new card is asked for in a card's place, which lapses at that moment."""
        if self.regulations.lapse_on_reissue:
            self.lapse(holder, card, "reissue_requested", "ordinance-reissue-lapse")
        holder.application = Application(self.today, "first", None)

    def _on_card_returned(self, holder: Resident, _: Event) -> None:
        card = self.held_card(holder, self.clause("card-validity-adult", "order-lapse-returned"))
        if self.regulations.lapse_on_return:
            self.lapse(holder, card, "card_returned", "order-lapse-returned")

    def _on_return_ordered(self, holder: Resident, _: Event) -> None:
        self.lapse_by_order(holder, "return_ordered", "order-lapse-return-ordered")

    def _on_code_corrected(self, holder: Resident, _: Event) -> None:
        self.lapse_by_order(holder, "code_corrected", "order-lapse-code-corrected")

    def _on_number_changed(self, holder: Resident, _: Event) -> None:
        self.lapse_by_order(holder, "number_changed", "order-lapse-number-changed")

    def lapse_by_order(self, holder: Resident, cause: str, clause: str) -> None:
        """An office ends a card that has force: by an order, or by what it corrects. Raises `Refused`."""
        card = self.held_card(holder, clause)
        if not self.regulations.is_slides:
            self.lapse(holder, card, cause, clause)

    def held_card(self, holder: Resident, clause: str) -> Card:
        """The holder's card, which has force. Raises `Refused`."""
        if holder.card is None or not holder.card.valid_on(self.today):
            raise Refused(clause, "there is no card that is valid")
        return holder.card

    def _on_signature_revocation_requested(self, holder: Resident, _: Event) -> None:
        self.request_revocation(holder, "signature")

    def _on_authentication_revocation_requested(self, holder: Resident, _: Event) -> None:
        self.request_revocation(holder, "authentication")

    def request_revocation(self, holder: Resident, item: str) -> None:
        """The holder asks for a certificate to be revoked. Raises `Refused` where there is none."""
        certificate = holder.certificate(item)
        if certificate is None or not certificate.valid_on(self.today):
            raise Refused("jpki-revocation-request", "there is no such certificate that is valid")
        if self.regulations.revocation_on_request:
            self.revocation_happens((certificate,), "requested", "jpki-revocation-request")

    def _on_key_compromised(self, holder: Resident, told: Event) -> None:
        of_kind = signatures(holder) if told.item == "signature" else authentications(holder)
        if not any(each.valid_on(self.today) for each in of_kind):
            raise Refused("jpki-key-trouble", "there is no such certificate that is valid")
        if self.regulations.revocation_on_request:
            self.revocation_happens(of_kind, "key_compromised", "jpki-key-trouble")

    def _on_pin_failed(self, holder: Resident, told: Event) -> None:
        card, item = self.held_card(holder, "media-pin-entry"), str(told.item)
        if self.pin_locked(card, item):
            raise Refused("media-pin-entry", "the PIN is locked")
        card.wrong_pins[item] = card.wrong_pins.get(item, 0) + 1

    def _on_pin_reset(self, holder: Resident, told: Event) -> None:
        card = self.held_card(holder, "media-pin-entry")
        if not holder.registered and not holder.abroad:
            raise Refused("certificate-issue-basis", "no municipality has a resident record of the holder")
        card.wrong_pins[str(told.item)] = 0

    def pin_locked(self, card: Card, item: str) -> bool:
        """The PIN of a certificate's key was entered wrongly too often; nothing is revoked by that."""
        return card.wrong_pins.get(item, 0) >= self.tries(item)

    def tries(self, item: str) -> int:
        """How many wrong PINs lock it."""
        return pin_tries()[item]

    def _on_stay_extended(self, holder: Resident, told: Event) -> None:
        if holder.residence not in ("limited", "landing") or told.stay_expires is None:
            raise Refused("ordinance-card-foreign-extension", "the holder's stay has no end")
        card = holder.card
        holder.stay_expires = told.stay_expires
        if card is None or not card.valid_on(self.today) or not self.regulations.stay_decides:
            return
        application = Application(card.made, "first", None)
        card.expires = min(told.stay_expires, self.as_of(card.made, holder, application))

    def as_of(self, day: date, holder: Resident, application: Application) -> date:
        """The birthday that the general rule gives for a card made on an earlier day."""
        today, self.today = self.today, day
        try:
            return self.card_birthday(holder, application)
        finally:
            self.today = today

    def applicant(self, person: str) -> Resident:
        """The resident of that name. Raises `CannotHappen` for somebody who was never born."""
        if person not in self.residents:
            raise CannotHappen(f"nobody called {person!r} was born")
        return self.residents[person]


@cache
def pin_tries() -> dict[str, int]:
    """The tries of the two keys' PINs, as the card's description has them."""
    pins = [
        row for row in read_toml("card.toml")["file"] if row.get("application") == "jpki" and "secret" in row
    ]
    return {row["secret"]: row["tries"] for row in pins if row["secret"] in ("signature", "authentication")}
