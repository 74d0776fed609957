"""Faults about cards, certificates, PINs and the network."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from jpki_model.world.events import Event
from jpki_model.world.holdings import Application, Card, Certificate, Resident
from jpki_model.world.refusal import Refused
from jpki_model.world.world import World

from jpki_oracle.histories.fault import fault

ISSUE = "card_requested identity_checked card_made card_delivered day"
CERTIFICATES = (
    "signature_issued authentication_issued signature_revocation_requested "
    "authentication_revocation_requested record_corrected day"
)
LOSS = "loss_reported card_found reissue_requested card_returned"
PINS = "pin_failed pin_reset"


@fault(
    "reissue-keeps-card",
    "asking for a reissue leaves the old card valid",
    "再交付の求めで旧カードを失効させない",
    LOSS,
)
class ReissueKeepsCard(World):
    def reissue(self, holder: Resident, card: Card) -> None:
        holder.application = Application(self.today, "first", None)


@fault(
    "reissue-ends-at-delivery",
    "the old card lapses only when the new one is delivered",
    "新カードの交付まで旧カードを失効させない",
    LOSS + " " + ISSUE,
)
class ReissueEndsAtDelivery(ReissueKeepsCard):
    def replace_former(self, holder: Resident) -> None:
        for former in holder.cards[:-1]:
            self.lapse(holder, former, "reissue_requested", "ordinance-reissue-lapse")


@fault("return-keeps-card", "a returned card stays valid", "返納されたカードを失効させない", LOSS)
class ReturnKeepsCard(World):
    def _on_card_returned(self, holder: Resident, event: Event) -> None:
        self.held_card(holder, "order-lapse-returned")


@fault("loss-ends-card", "the report of a loss makes the card lapse", "紛失の届出でカードを失効させる", LOSS)
class LossEndsCard(World):
    def _on_loss_reported(self, holder: Resident, event: Event) -> None:
        super()._on_loss_reported(holder, event)
        self.lapse_all(holder, "card_returned", "act-card-loss-report")


@fault("loss-ignored", "the report of a loss suspends nothing", "紛失の届出で一時停止しない", LOSS)
class LossIgnored(World):
    def _on_loss_reported(self, holder: Resident, event: Event) -> None:
        super()._on_loss_reported(holder, event)
        for card in holder.cards:
            card.suspended = False


@fault("found-stays-suspended", "a card that is found stays suspended", "発見されたカードを再開しない", LOSS)
class FoundStaysSuspended(World):
    def _on_card_found(self, holder: Resident, event: Event) -> None:
        super()._on_card_found(holder, event)
        for card in holder.cards:
            card.suspended = True


@fault(
    "found-revives",
    "a card found after its reissue was asked for is valid again",
    "再交付の求めの後に発見されたカードが復活する",
    LOSS,
)
class FoundRevives(World):
    def _on_card_found(self, holder: Resident, event: Event) -> None:
        card = holder.card
        if card is not None and card.cause == "reissue_requested":
            card.lapsed, card.suspended = None, False
            return
        super()._on_card_found(holder, event)


@fault(
    "loss-blocks-reissue",
    "no reissue of a card whose loss was reported",
    "紛失中の再交付を受け付けない",
    LOSS,
)
class LossBlocksReissue(World):
    def _on_reissue_requested(self, holder: Resident, event: Event) -> None:
        if holder.card is not None and holder.card.suspended:
            raise Refused("act-card-loss-report", "the card is suspended")
        super()._on_reissue_requested(holder, event)


@fault(
    "second-card-given",
    "a second card can be applied for while one is valid",
    "有効なカードがあるのに新規申請を受け付ける",
    ISSUE,
)
class SecondCardGiven(World):
    def _on_card_requested(self, holder: Resident, asked: Event) -> None:
        if (asked.ground or "first") == "first":
            holder.application = Application(self.today, "first", None)
            return
        super()._on_card_requested(holder, asked)


@fault(
    "delivered-unchecked", "a card is delivered without an identity check", "本人確認なしに交付する", ISSUE
)
class DeliveredUnchecked(World):
    def _on_card_delivered(self, holder: Resident, event: Event) -> None:
        if holder.application is not None:
            holder.application.checked = True
        super()._on_card_delivered(holder, event)


@fault(
    "made-without-application", "a card is made that nobody applied for", "申請のないカードを作成する", ISSUE
)
class MadeWithoutApplication(World):
    def _on_card_made(self, holder: Resident, event: Event) -> None:
        if holder.application is None:
            holder.application = Application(self.today, "first", None)
        super()._on_card_made(holder, event)


@fault(
    "certificate-on-lapsed-card",
    "a certificate is issued on a card that has lapsed",
    "失効したカードに電子証明書を発行する",
    "card_returned authentication_revocation_requested authentication_issued",
)
class CertificateOnLapsedCard(World):
    def card_for(self, holder: Resident) -> Card:
        return holder.card if holder.card is not None else super().card_for(holder)


@fault(
    "certificate-without-record",
    "a certificate is issued to somebody without a resident record",
    "住民票のない者に電子証明書を発行する",
    "moveout_notified signature_issued",
)
class CertificateWithoutRecord(World):
    def card_for(self, holder: Resident) -> Card:
        registered, holder.registered = holder.registered, True
        try:
            return super().card_for(holder)
        finally:
            holder.registered = registered


@fault(
    "signature-under-fifteen",
    "a signature certificate is issued to somebody under fifteen",
    "15歳未満に署名用を発行する",
    "signature_issued",
)
class SignatureUnderFifteen(World):
    def check_signature_age(self, holder: Resident) -> None:
        return


@fault("request-ignored", "the holder's request revokes nothing", "本人の申請で失効させない", CERTIFICATES)
class RequestIgnored(World):
    def request_revocation(self, holder: Resident, item: str) -> None:
        rules, self.regulations = self.regulations, replace(self.regulations, revocation_on_request=False)
        super().request_revocation(holder, item)
        self.regulations = rules


@fault(
    "leaked-key-ignored", "a leaked key revokes nothing", "秘密鍵の危殆化で失効させない", "key_compromised"
)
class LeakedKeyIgnored(World):
    def _on_key_compromised(self, holder: Resident, told: Event) -> None:
        rules, self.regulations = self.regulations, replace(self.regulations, revocation_on_request=False)
        super()._on_key_compromised(holder, told)
        self.regulations = rules


@fault(
    "network-loses-notice",
    "a notice that the network holds up never arrives",
    "遅延した通知が失われる",
    "network_held record_corrected day",
)
class NetworkLosesNotice(World):
    def revocation_happens(self, targets: Iterable[Certificate], cause: str, clause: str) -> None:
        if self.day_of_record() == self.today:
            super().revocation_happens(targets, cause, clause)


@fault(
    "network-a-day-late",
    "a notice that is held up is recorded a day late",
    "遅延した通知を1日遅れて記録する",
    "network_held record_corrected day",
)
class NetworkADayLate(World):
    def day_of_record(self) -> date:
        day = super().day_of_record()
        return day if day == self.today else day + timedelta(days=1)


@fault("locked-pin-revokes", "a locked PIN revokes the certificate", "暗証番号の閉塞で失効させる", PINS)
class LockedPinRevokes(World):
    def _on_pin_failed(self, holder: Resident, told: Event) -> None:
        super()._on_pin_failed(holder, told)
        certificate = holder.certificate(str(told.item))
        if holder.card and certificate and self.pin_locked(holder.card, certificate.item):
            self.revoke(certificate, "requested", "")


@fault("five-tries-for-both", "both PINs have five tries", "どちらの暗証番号も5回とする", PINS)
class FiveTriesForBoth(World):
    def tries(self, item: str) -> int:
        return 5


@fault("reset-resets-nothing", "a PIN that was reset stays locked", "再設定しても閉塞が解けない", PINS)
class ResetResetsNothing(World):
    def _on_pin_reset(self, holder: Resident, told: Event) -> None:
        self.held_card(holder, "media-pin-entry")


@fault("past-accepted", "an event before the last one is accepted", "過去の日付の事象を受け付ける", "day")
class PastAccepted(World):
    def advance(self, day: date) -> None:
        super().advance(max(day, self.today))


@fault(
    "dead-accepted",
    "the dead go on",
    "死亡した者の届出を受け付ける",
    "died record_corrected card_returned moved_in",
)
class DeadAccepted(World):
    def play(self, event: Event) -> None:
        holder = self.residents.get(event.person)
        died, dead = (holder.died, holder) if holder else (None, None)
        if dead is not None and died is not None and event.kind == "moved_in":
            self.advance(event.on)
            return
        super().play(event)


class _OrderIgnored(World):
    ignored: str

    def lapse_by_order(self, holder: Resident, cause: str, clause: str) -> None:
        if cause == self.ignored:
            self.held_card(holder, clause)
            return
        super().lapse_by_order(holder, cause, clause)


@fault(
    "order-ignored", "a card whose return is ordered stays valid", "返納命令で失効させない", "return_ordered"
)
class OrderIgnored(_OrderIgnored):
    ignored = "return_ordered"


@fault(
    "code-correction-ignored",
    "a correction of the resident-record code leaves the card valid",
    "住民票コードの修正で失効させない",
    "code_corrected",
)
class CodeCorrectionIgnored(_OrderIgnored):
    ignored = "code_corrected"


@fault(
    "number-change-ignored",
    "a new My Number leaves the card valid",
    "個人番号の変更で失効させない",
    "number_changed",
)
class NumberChangeIgnored(_OrderIgnored):
    ignored = "number_changed"
