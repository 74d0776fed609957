"""Municipalities and their registers: moves inside of Japan, abroad and back, changes and deletions of the record."""

from datetime import date

from jpki_model.world.authority import authentications, signatures
from jpki_model.world.card_office import CardOffice
from jpki_model.world.events import Event
from jpki_model.world.holdings import Card, Certificate, Move, NoticeAbroad, Presentation, Resident
from jpki_model.world.refusal import Refused


class Municipality(CardOffice):
    """The registers, and what they tell the issuing body through the register network."""

    def _on_moveout_notified(self, holder: Resident, notice: Event) -> None:
        self.check_registered(holder, "register-move-out-duty")
        if holder.move is not None and holder.move.settled is None:
            raise Refused("register-record-deleted", "a notice of moving out is on file")
        planned = notice.planned or self.today
        move = Move(self.today, planned, holder.arrived)
        holder.move = move
        if self.regulations.signature_ends_at_filing:
            self.address_changes(holder)
        self.on(planned, lambda: self.delete_moved(holder, move))
        self.schedule_late_notice(holder, move)
        if self.regulations.authentication_days is not None:
            overdue = self.after_days(planned, self.regulations.authentication_days)
            self.on(overdue, lambda: self.authentication_overdue(holder, move))

    def check_registered(self, holder: Resident, clause: str) -> None:
        """Raises `Refused` for somebody who has no resident record."""
        if not holder.registered:
            raise Refused(clause, "no municipality has a resident record of that person")

    def delete_moved(self, holder: Resident, move: Move) -> None:
        """The municipality moved out of deletes the record as the planned day comes, unless that is done."""
        if holder.move is move and move.settled is None and holder.registered and not holder.abroad:
            holder.registered = False
            self.address_changes(holder)

    def address_changes(self, holder: Resident) -> None:
        """The issuing body is told of a move between municipalities."""
        clause = self.clause("certificate-revocation-attributes", "jpki-signature-revocation-record")
        self.revocation_happens(signatures(holder), "moved", clause)

    def notice_overdue(self, move: Move) -> date | None:
        """First day on which the notice of moving in comes too late; None while that cannot be said."""
        rules = self.regulations
        after_moving = None if move.arrived is None else self.after_days(move.arrived, rules.arrival_days)
        if move.planned is None:
            return after_moving
        after_planned = self.after_days(move.planned, rules.planned_days)
        if rules.both_limbs:
            return None if after_moving is None else max(after_planned, after_moving)
        return after_planned if after_moving is None else min(after_planned, after_moving)

    def schedule_late_notice(self, holder: Resident, move: Move) -> None:
        """See to it that a move without a notice has its consequence on the first day on which it is too late."""
        overdue = self.notice_overdue(move)
        if overdue is not None:
            self.on(overdue, lambda: self.move_not_notified(holder, move))

    def move_not_notified(self, holder: Resident, move: Move) -> None:
        """The period for the notice of moving in is over: without it the cards lapse."""
        overdue = self.notice_overdue(move)
        if holder.move is not move or move.settled is not None or overdue is None or self.today < overdue:
            return
        move.too_late = True
        if move.is_return:
            cause, clause = "return_not_notified", "order-lapse-return-not-notified"
        else:
            cause = "move_not_notified"
            clause = self.clause("card-lapse-move-not-notified", "order-lapse-move-not-notified")
        for card in holder.cards:
            if self.concerned(card.made, move):
                self.lapse(holder, card, cause, clause)

    def concerned(self, made: date, move: Move) -> bool:
        """What was made or issued on that day is concerned by a move that was not notified in time."""
        began = move.notified or move.arrived
        return self.regulations.made_during_move_hit or began is None or made <= began

    def authentication_overdue(self, holder: Resident, move: Move) -> None:
        """Thirty days after the planned day there is still no notice of moving in."""
        if move.settled is None:
            clause = "jpki-authentication-revocation-record"
            concerned = [each for each in authentications(holder) if self.concerned(each.issued, move)]
            self.revocation_happens(concerned, "move_not_notified", clause)

    def _on_moved_in(self, holder: Resident, _: Event) -> None:
        holder.arrived = self.today
        move = holder.move
        if holder.abroad and not holder.registered and (move is None or move.settled or not move.is_return):
            holder.move = move = Move(None, None, self.today)
        elif move is None or move.settled is not None:
            return
        move.arrived = self.today
        self.schedule_late_notice(holder, move)

    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        move = holder.move
        if move is None or move.settled is not None:
            raise Refused("register-first-notice", "no notice of moving out came before it")
        if move.arrived is None:
            raise Refused("register-move-in-duty", "the person has not moved in yet")
        if holder.registered and not move.is_return:
            self.delete_moved(holder, move)
        move.settled = self.today
        holder.registered, holder.abroad, holder.arrived = True, False, None
        if not move.too_late:
            self.await_card(holder, move)
        if notice.with_card:
            self.present(holder)

    def await_card(self, holder: Resident, move: Move) -> None:
        """The card has to be presented after a notice that came in time."""
        waiting = tuple(card for card in self.cards_in_force(holder) if self.concerned(card.made, move))
        holder.presentation = Presentation(waiting, move.is_return)
        from_arrival = self.regulations.presentation_from_arrival and not move.is_return
        start = move.arrived if from_arrival and move.arrived else self.today
        overdue = self.after_days(start, self.regulations.presentation_days)
        self.on(overdue, lambda: self.not_presented(holder, move))

    def cards_in_force(self, holder: Resident) -> tuple[Card, ...]:
        """The holder's cards that are valid today."""
        return tuple(card for card in holder.cards if card.valid_on(self.today))

    def not_presented(self, holder: Resident, move: Move) -> None:
        """The period for presenting the card is over."""
        waiting = holder.presentation
        if holder.move is move and waiting is not None and not waiting.done:
            self.lapse_unpresented(holder, waiting, "card_not_presented")

    def lapse_unpresented(self, holder: Resident, waiting: Presentation, cause: str) -> None:
        """Lapse the cards that were to be presented."""
        clause = self.clause("card-lapse-not-presented", "order-lapse-not-presented")
        if cause == "moved_on":
            clause = self.clause("card-lapse-moved-on", "order-lapse-not-presented")
        if waiting.of_return:
            cause, clause = "return_not_presented", "order-lapse-return-not-presented"
        waiting.done = True
        for card in waiting.cards:
            self.lapse(holder, card, cause, clause)

    def _on_card_presented(self, holder: Resident, _: Event) -> None:
        clause = self.clause("card-lapse-not-presented", "order-lapse-not-presented")
        self.check_registered(holder, clause)
        self.held_card(holder, clause)
        self.present(holder)

    def present(self, holder: Resident) -> None:
        """The card is handed in at the municipality moved into, and stays valid."""
        if holder.presentation is not None:
            holder.presentation.done = True

    def _on_moved_out(self, holder: Resident, _: Event) -> None:
        waiting = holder.presentation
        if waiting is not None and not waiting.done:
            self.lapse_unpresented(holder, waiting, "moved_on")
        holder.presentation = None

    def _on_moving_abroad_notified(self, holder: Resident, notice: Event) -> None:
        self.check_registered(holder, "order-lapse-abroad")
        card = holder.card if notice.with_card else None
        planned = notice.planned or self.today
        in_time = self.today < planned or (self.regulations.abroad_on_leaving_day and self.today == planned)
        kept = card if card is not None and in_time and card.valid_on(self.today) else None
        holder.notice_abroad = NoticeAbroad(self.today, planned, kept)

    def _on_left_japan(self, holder: Resident, _: Event) -> None:
        notice, since = holder.notice_abroad, self.regulations.abroad_since
        continues = since is not None and self.today >= since
        kept = notice.card if notice and continues and holder.residence == "citizen" else None
        clause = self.clause("card-lapse-abroad", "order-lapse-abroad")
        for card in holder.cards:
            if card is not kept:
                self.lapse(holder, card, "left_japan", clause)
        holder.abroad, holder.registered, holder.arrived = True, False, None
        if holder.presentation is not None:
            holder.presentation.done = True
        self.record_deleted_abroad(holder, notice if continues else None, kept is not None)

    def record_deleted_abroad(self, holder: Resident, notice: NoticeAbroad | None, kept: bool) -> None:
        """The record is deleted because its holder left Japan; what was issued for use abroad is spared."""
        spared = [each for each in signatures(holder) if notice and notice.on <= each.issued]
        touched = [each for each in signatures(holder) if each not in spared]
        self.deletion_revokes(touched + ([] if kept else authentications(holder)))

    def deletion_revokes(self, certificates: list[Certificate]) -> None:
        """The issuing body is told that a resident record was deleted."""
        slides = "certificate-revocation-deletion"
        for item in ("signature", "authentication"):
            targets = [each for each in certificates if each.item == item]
            clause = self.clause(slides, f"jpki-{item}-revocation-record")
            self.revocation_happens(targets, "record_deleted", clause)

    def _on_record_corrected(self, holder: Resident, change: Event) -> None:
        if not holder.registered and not (holder.abroad and holder.residence == "citizen"):
            raise Refused("register-provides-changes", "there is no record to be corrected")
        if change.entry != "minor":
            self.attribute_changes(holder)

    def attribute_changes(self, holder: Resident) -> None:
        """The issuing body is told that one of the four attributes changed."""
        clause = self.clause("certificate-revocation-attributes", "jpki-signature-revocation-record")
        self.revocation_happens(signatures(holder), "attributes_changed", clause)

    def _on_record_deleted(self, holder: Resident, _: Event) -> None:
        self.check_registered(holder, self.clause("certificate-revocation-deletion", "order-lapse-deletion"))
        holder.registered = False
        if self.regulations.lapse_on_deletion:
            self.lapse_all(holder, "record_deleted", "order-lapse-deletion")
        self.deletion_revokes(list(holder.certificates))

    def _on_died(self, holder: Resident, _: Event) -> None:
        holder.died, holder.registered = self.today, False
        self.lapse_all(holder, "died", self.clause("card-lapse-death", "order-lapse-death"))
        self.deletion_revokes(list(holder.certificates))
