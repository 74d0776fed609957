"""Faults about periods of validity, windows of renewal and birthdays."""

from dataclasses import replace
from datetime import date, timedelta

from jpki_model.world.events import Event
from jpki_model.world.holdings import Card, Certificate, Resident
from jpki_model.world.world import World

from jpki_oracle.histories.fault import fault

ISSUE = "card_requested identity_checked card_made card_delivered day"
RENEWAL = ISSUE
CERTIFICATES = (
    "signature_issued authentication_issued signature_revocation_requested "
    "authentication_revocation_requested record_corrected day"
)


@fault(
    "window-a-day-early",
    "a renewal opens on the day three months before the end",
    "更新を3月前の当日から受け付ける",
    RENEWAL + " authentication_issued",
)
class WindowADayEarly(World):
    def renewable_from(self, last: date) -> date | None:
        opens = super().renewable_from(last)
        return None if opens is None else opens - timedelta(days=1)


@fault(
    "window-a-day-late",
    "a renewal opens a day late",
    "更新の受付開始が1日遅い",
    RENEWAL + " authentication_issued",
)
class WindowADayLate(World):
    def renewable_from(self, last: date) -> date | None:
        opens = super().renewable_from(last)
        return None if opens is None else opens + timedelta(days=1)


@fault(
    "validity-from-delivery",
    "a card is not valid before it is delivered",
    "交付までカードを有効としない",
    ISSUE,
)
class ValidityFromDelivery(World):
    def states(self, person: str) -> dict[str, str]:
        states = super().states(person)
        card = self.residents[person].card
        return states | ({"card": "not_yet"} if card is not None and not card.delivered else {})


@fault(
    "expiry-exclusive",
    "nothing is valid on its last day",
    "有効期間の最終日を無効とする",
    "day authentication_issued",
)
class ExpiryExclusive(World):
    def states(self, person: str) -> dict[str, str]:
        holder = self.residents[person]
        last = {"card": holder.card, **{i: holder.certificate(i) for i in ("signature", "authentication")}}
        states = super().states(person)
        return {
            item: "expired"
            if held is not None and states[item] == "valid" and held.expires == self.today
            else states[item]
            for item, held in last.items()
        }


@fault(
    "twenty-is-adult",
    "twenty decides between five and ten birthdays still",
    "18歳でなく20歳で区分する",
    ISSUE,
)
class TwentyIsAdult(World):
    def adult_age(self, received: date) -> int:
        return 20


@fault(
    "no-cap-by-authentication",
    "a signature certificate is not capped by the other one",
    "署名用を利用者証明用の満了日で打ち切らない",
    CERTIFICATES,
)
class NoCapByAuthentication(World):
    def certificate_period(
        self, holder: Resident, card: Card, former: date | None, held: date | None
    ) -> date:
        return super().certificate_period(holder, card, former, None)


@fault(
    "no-cap-by-card",
    "a certificate is not capped by its card",
    "電子証明書をカードの満了日で打ち切らない",
    CERTIFICATES,
)
class NoCapByCard(World):
    def certificate_period(
        self, holder: Resident, card: Card, former: date | None, held: date | None
    ) -> date:
        rules, self.regulations = self.regulations, replace(self.regulations, capped_by_card=False)
        last = super().certificate_period(holder, card, former, held)
        self.regulations = rules
        return last


@fault(
    "no-sixth-birthday",
    "a certificate renewed in its window gets five birthdays",
    "更新でも5回目の誕生日までとする",
    CERTIFICATES,
)
class NoSixthBirthday(World):
    def certificate_period(
        self, holder: Resident, card: Card, former: date | None, held: date | None
    ) -> date:
        return super().certificate_period(holder, card, None, held)


@fault(
    "renewed-too-early",
    "a certificate can be renewed at any time",
    "電子証明書の更新時期を問わない",
    CERTIFICATES,
)
class RenewedTooEarly(World):
    def replaced(self, holder: Resident, item: str) -> Certificate | None:
        former = holder.certificate(item)
        return former if former is not None and former.valid_on(self.today) else None


@fault(
    "stay-extension-ignored",
    "a stay that is extended does not lengthen the card",
    "在留期間の更新でカードを延長しない",
    "stay_extended day",
)
class StayExtensionIgnored(World):
    def _on_stay_extended(self, holder: Resident, told: Event) -> None:
        last = holder.card.expires if holder.card else None
        super()._on_stay_extended(holder, told)
        if holder.card and last:
            holder.card.expires = last


@fault(
    "leap-birthday-on-1-march", "29 February becomes 1 March", "2月29日の誕生日を平年は3月1日とする", "day"
)
class LeapBirthdayOnFirstOfMarch(World):
    def counted(self, birth: date, count: int, former: date | None, leapling: str) -> date:
        return super().counted(birth, count, former, "march-1")


@fault(
    "birthday-of-issue-counts",
    "a birthday on the day of issue is the first",
    "発行日の誕生日を1回目と数える",
    "day",
)
class BirthdayOfIssueCounts(World):
    def counted(self, birth: date, count: int, former: date | None, leapling: str) -> date:
        rules, self.regulations = self.regulations, replace(self.regulations, issue_birthday_counts=True)
        last = super().counted(birth, count, former, leapling)
        self.regulations = rules
        return last


@fault(
    "certificate-by-day-count",
    "a certificate is valid for five years to the day",
    "電子証明書を発行から満5年とする",
    "day",
)
class CertificateByYears(World):
    def certificate_period(
        self, holder: Resident, card: Card, former: date | None, held: date | None
    ) -> date:
        return min(self.today.replace(year=self.today.year + 5), card.expires)
