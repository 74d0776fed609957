"""Faults about changes and deletions of the record, and about moves abroad and back."""

from dataclasses import replace
from datetime import date

from jpki_model.world.authority import authentications, signatures
from jpki_model.world.events import Event
from jpki_model.world.holdings import Move, NoticeAbroad, Presentation, Resident
from jpki_model.world.world import World

from jpki_oracle.histories.fault import fault

ABROAD = "moving_abroad_notified left_japan moved_in movein_notified card_presented day"


@fault(
    "minor-correction-revokes",
    "a minor correction revokes the signature certificate",
    "軽微な修正で失効させる",
    "record_corrected",
)
class MinorCorrectionRevokes(World):
    def _on_record_corrected(self, holder: Resident, change: Event) -> None:
        super()._on_record_corrected(holder, replace(change, entry="address"))


@fault(
    "marriage-revokes-both",
    "a change of name revokes both certificates",
    "氏名の変更で双方を失効させる",
    "record_corrected",
)
class MarriageRevokesBoth(World):
    def _on_record_corrected(self, holder: Resident, change: Event) -> None:
        super()._on_record_corrected(holder, change)
        if change.entry == "name":
            self.revocation_happens(authentications(holder), "attributes_changed", "")


class _EntryIgnored(World):
    entry: str

    def _on_record_corrected(self, holder: Resident, change: Event) -> None:
        ignored = change.entry == self.entry
        super()._on_record_corrected(holder, replace(change, entry="minor") if ignored else change)


@fault(
    "sex-revokes-nothing", "a change of sex revokes nothing", "性別の変更で失効させない", "record_corrected"
)
class SexRevokesNothing(_EntryIgnored):
    entry = "sex"


@fault(
    "birth-revokes-nothing",
    "a correction of the date of birth revokes nothing",
    "生年月日の修正で失効させない",
    "record_corrected",
)
class BirthRevokesNothing(_EntryIgnored):
    entry = "birth"


@fault(
    "deletion-keeps-card",
    "deletion ex officio leaves the card valid",
    "職権消除でカードを失効させない",
    "record_deleted",
)
class DeletionKeepsCard(World):
    def _on_record_deleted(self, holder: Resident, event: Event) -> None:
        rules, self.regulations = self.regulations, replace(self.regulations, lapse_on_deletion=False)
        super()._on_record_deleted(holder, event)
        self.regulations = rules


@fault(
    "deletion-keeps-authentication",
    "deletion of the record leaves the user-authentication certificate valid",
    "消除で利用者証明用を失効させない",
    "record_deleted died",
)
class DeletionKeepsAuthentication(World):
    def _on_record_deleted(self, holder: Resident, event: Event) -> None:
        kept, holder.certificates = holder.certificates, signatures(holder)
        super()._on_record_deleted(holder, event)
        holder.certificates = kept


@fault(
    "death-keeps-certificates",
    "death ends the card and leaves the certificates",
    "死亡でカードだけを失効させる",
    "died",
)
class DeathKeepsCertificates(World):
    def _on_died(self, holder: Resident, event: Event) -> None:
        kept, holder.certificates = holder.certificates, []
        super()._on_died(holder, event)
        holder.certificates = kept


@fault("death-keeps-card", "death leaves the card valid", "死亡でカードを失効させない", "died")
class DeathKeepsCard(World):
    def _on_died(self, holder: Resident, event: Event) -> None:
        kept, holder.cards = holder.cards, []
        super()._on_died(holder, event)
        holder.cards = kept


@fault(
    "abroad-never-continued", "moving abroad always ends the card", "国外転出で必ずカードを失効させる", ABROAD
)
class AbroadNeverContinued(World):
    def _on_left_japan(self, holder: Resident, event: Event) -> None:
        holder.notice_abroad = None
        super()._on_left_japan(holder, event)


@fault(
    "abroad-without-presenting",
    "a notice of moving abroad keeps the card without its being presented",
    "提出のない国外転出届で継続利用とする",
    ABROAD,
)
class AbroadWithoutPresenting(World):
    def _on_moving_abroad_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_moving_abroad_notified(holder, replace(notice, with_card=True))


@fault(
    "abroad-for-foreigners",
    "a foreign resident's card goes on abroad",
    "外国人住民にも国外継続利用を認める",
    ABROAD,
)
class AbroadForForeigners(World):
    def _on_left_japan(self, holder: Resident, event: Event) -> None:
        residence, holder.residence = holder.residence, "citizen"
        super()._on_left_japan(holder, event)
        holder.residence = residence


@fault(
    "abroad-keeps-signature",
    "a card that goes on abroad keeps its signature certificate",
    "継続利用で署名用を失効させない",
    ABROAD,
)
class AbroadKeepsSignature(World):
    def record_deleted_abroad(self, holder: Resident, notice: NoticeAbroad | None, kept: bool) -> None:
        if not kept:
            super().record_deleted_abroad(holder, notice, kept)


@fault(
    "abroad-ends-authentication",
    "moving abroad always revokes the user-authentication certificate",
    "継続利用でも利用者証明用を失効させる",
    ABROAD,
)
class AbroadEndsAuthentication(World):
    def record_deleted_abroad(self, holder: Resident, notice: NoticeAbroad | None, kept: bool) -> None:
        super().record_deleted_abroad(holder, notice, False)


@fault(
    "abroad-ends-certificate-for-abroad",
    "a signature certificate issued after the notice of moving abroad is revoked",
    "国外転出届の後に発行した署名用を失効させる",
    ABROAD + " signature_issued signature_revocation_requested",
)
class AbroadEndsNewSignature(World):
    def record_deleted_abroad(self, holder: Resident, notice: NoticeAbroad | None, kept: bool) -> None:
        super().record_deleted_abroad(holder, None, kept)


@fault(
    "return-without-fourteen-days",
    "a return from abroad has no 14 days",
    "国外からの転入後の14日を見ない",
    ABROAD,
)
class ReturnWithoutFourteenDays(World):
    def notice_overdue(self, move: Move) -> date | None:
        return None if move.is_return else super().notice_overdue(move)


@fault(
    "return-without-ninety-days",
    "a return from abroad has no 90 days",
    "国外からの転入後の90日を見ない",
    ABROAD,
)
class ReturnWithoutNinetyDays(World):
    def lapse_unpresented(self, holder: Resident, waiting: Presentation, cause: str) -> None:
        if not waiting.of_return:
            super().lapse_unpresented(holder, waiting, cause)
