"""Faults about moves inside of Japan."""

from dataclasses import replace
from datetime import date, timedelta

from jpki_model.world.authority import authentications
from jpki_model.world.events import Event
from jpki_model.world.holdings import Move, Resident
from jpki_model.world.refusal import Refused
from jpki_model.world.world import World

from jpki_oracle.histories.fault import fault

MOVE = "moveout_notified moved_in movein_notified day"
PRESENT = "moveout_notified moved_in movein_notified card_presented moved_out day"
DAY = timedelta(days=1)


@fault(
    "ninety-days-from-moving-in",
    "the 90 days run from moving in, not from its notice",
    "90日を転入の日から数える",
    PRESENT,
)
class NinetyDaysFromMovingIn(World):
    def await_card(self, holder: Resident, move: Move) -> None:
        rules, self.regulations = self.regulations, replace(self.regulations, presentation_from_arrival=True)
        super().await_card(holder, move)
        self.regulations = rules


class _OffByADay(World):
    days: int
    earlier: int

    def after_days(self, start: date, count: int) -> date:
        return super().after_days(start, count) - DAY * self.earlier * (count == self.days)


@fault(
    "fourteenth-day-too-late", "the card lapses on the 14th day and not after it", "14日目に失効させる", MOVE
)
class FourteenthDayTooLate(_OffByADay):
    days, earlier = 14, 1


@fault("fifteenth-day-in-time", "a notice on the 15th day is in time", "15日目の転入届を有効とする", MOVE)
class FifteenthDayInTime(_OffByADay):
    days, earlier = 14, -1


@fault(
    "thirtieth-day-too-late", "the card lapses on the 30th day and not after it", "30日目に失効させる", MOVE
)
class ThirtiethDayTooLate(_OffByADay):
    days, earlier = 30, 1


@fault(
    "ninetieth-day-too-late",
    "the card lapses on the 90th day and not after it",
    "90日目に失効させる",
    PRESENT,
)
class NinetiethDayTooLate(_OffByADay):
    days, earlier = 90, 1


@fault(
    "ninety-first-day-in-time",
    "a card presented on the 91st day is in time",
    "91日目の提出を有効とする",
    PRESENT,
)
class NinetyFirstDayInTime(_OffByADay):
    days, earlier = 90, -1


@fault(
    "no-fourteen-days", "only the 30 days after the planned day count", "転出予定日から30日だけを見る", MOVE
)
class NoFourteenDays(World):
    def notice_overdue(self, move: Move) -> date | None:
        return super().notice_overdue(move if move.is_return else replace(move, arrived=None))


@fault("no-thirty-days", "only the 14 days after moving in count", "転入から14日だけを見る", MOVE)
class NoThirtyDays(World):
    def notice_overdue(self, move: Move) -> date | None:
        return super().notice_overdue(replace(move, planned=None))


@fault(
    "both-periods",
    "the card lapses only when both periods have passed",
    "双方の期間の経過を要するとする",
    MOVE,
)
class BothPeriods(World):
    def notice_overdue(self, move: Move) -> date | None:
        rules, self.regulations = self.regulations, replace(self.regulations, both_limbs=True)
        overdue = super().notice_overdue(move)
        self.regulations = rules
        return overdue


@fault(
    "late-notice-revives",
    "a late notice of moving in revives the card",
    "遅れた転入届でカードが復活する",
    MOVE,
)
class LateNoticeRevives(World):
    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_movein_notified(holder, notice)
        for card in holder.cards:
            if card.cause == "move_not_notified":
                card.lapsed = None


@fault(
    "late-presentation-revives",
    "a card presented late is valid again",
    "遅れた提出でカードが復活する",
    PRESENT,
)
class LatePresentationRevives(World):
    def _on_card_presented(self, holder: Resident, notice: Event) -> None:
        for card in holder.cards:
            if card.cause == "card_not_presented":
                card.lapsed = None
        super()._on_card_presented(holder, notice)


@fault("late-notice-refused", "a late notice of moving in is not taken", "遅れた転入届を受理しない", MOVE)
class LateNoticeRefused(World):
    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        if holder.move is not None and holder.move.too_late:
            raise Refused("register-move-in-duty", "too late")
        super()._on_movein_notified(holder, notice)


@fault(
    "notice-without-moving-out",
    "a notice of moving in is taken without one of moving out",
    "転出届のない転入届を受理する",
    MOVE,
)
class NoticeWithoutMovingOut(World):
    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        if holder.move is not None and holder.move.settled is None:
            super()._on_movein_notified(holder, notice)


@fault(
    "moving-on-keeps-card",
    "moving on without presenting the card leaves it valid",
    "未提出での再転出で失効させない",
    PRESENT,
)
class MovingOnKeepsCard(World):
    def _on_moved_out(self, holder: Resident, event: Event) -> None:
        holder.presentation = None


@fault(
    "moving-on-ends-presented",
    "moving on ends a card that was presented, too",
    "提出済みでも再転出で失効させる",
    PRESENT,
)
class MovingOnEndsPresented(World):
    def present(self, holder: Resident) -> None:
        self._kept = holder.presentation
        super().present(holder)

    def _on_moved_out(self, holder: Resident, event: Event) -> None:
        if holder.presentation is not None:
            holder.presentation.done = False
        super()._on_moved_out(holder, event)


@fault(
    "presented-with-notice-ignored",
    "a card handed in with the notice counts as not presented",
    "届出と同時の提出を無視する",
    PRESENT,
)
class PresentedWithNoticeIgnored(World):
    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_movein_notified(holder, replace(notice, with_card=False))


@fault(
    "notice-is-presentation",
    "the notice of moving in counts as presenting the card",
    "転入届だけで提出ありとする",
    PRESENT,
)
class NoticeIsPresentation(World):
    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_movein_notified(holder, replace(notice, with_card=True))


@fault(
    "move-revokes-nothing",
    "a move leaves the signature certificate valid",
    "引越しで署名用を失効させない",
    MOVE,
)
class MoveRevokesNothing(World):
    def address_changes(self, holder: Resident) -> None:
        return


@fault("move-revokes-both", "a move revokes both certificates", "引越しで双方の証明書を失効させる", MOVE)
class MoveRevokesBoth(World):
    def address_changes(self, holder: Resident) -> None:
        super().address_changes(holder)
        self.revocation_happens(authentications(holder), "moved", "certificate-revocation-attributes")


@fault(
    "move-revokes-on-movein",
    "a move revokes only with the notice of moving in",
    "転入届まで署名用を失効させない",
    MOVE,
)
class MoveRevokesOnMovein(World):
    def delete_moved(self, holder: Resident, move: Move) -> None:
        if holder.move is move and move.settled is None and holder.registered:
            holder.registered = False

    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_movein_notified(holder, notice)
        self.address_changes(holder)


@fault(
    "planned-day-after-arrival",
    "the planned day revokes what was issued after an early arrival",
    "早い転入の後に発行した証明書を転出予定日に失効させる",
    MOVE + " signature_issued",
)
class PlannedDayAfterArrival(World):
    def _on_moveout_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_moveout_notified(holder, notice)
        self.on(notice.planned or self.today, lambda: self.address_changes(holder))


@fault(
    "authentication-kept-after-thirty-days",
    "thirty days without a notice leave the user-authentication certificate valid",
    "30日経過で利用者証明用を失効させない",
    MOVE,
)
class AuthenticationKept(World):
    def authentication_overdue(self, holder: Resident, move: Move) -> None:
        return


@fault(
    "authentication-ends-with-fourteen-days",
    "fourteen days without a notice revoke the user-authentication certificate",
    "14日経過で利用者証明用を失効させる",
    MOVE,
)
class AuthenticationFourteen(World):
    def move_not_notified(self, holder: Resident, move: Move) -> None:
        super().move_not_notified(holder, move)
        if move.too_late:
            self.authentication_overdue(holder, move)


@fault("second-move-forgotten", "a second move has no periods", "2回目の引越しの期間を見ない", MOVE)
class SecondMoveForgotten(World):
    def schedule_late_notice(self, holder: Resident, move: Move) -> None:
        if not getattr(self, "_moved", False):
            super().schedule_late_notice(holder, move)

    def _on_movein_notified(self, holder: Resident, notice: Event) -> None:
        super()._on_movein_notified(holder, notice)
        self._moved = True


@fault(
    "first-move-s-ninety-days",
    "the first move's 90 days end a card that was presented after the second",
    "1回目の90日で、2回目に提出したカードを失効させる",
    PRESENT,
)
class FirstMovesNinetyDays(World):
    def await_card(self, holder: Resident, move: Move) -> None:
        super().await_card(holder, move)
        waiting = holder.presentation
        assert waiting is not None
        self.on(
            self.after_days(self.today, self.regulations.presentation_days),
            lambda: None if waiting.done else self.lapse_unpresented(holder, waiting, "card_not_presented"),
        )


@fault(
    "second-notice-taken",
    "a second notice of moving out is taken while one is on file",
    "転出届を重ねて受理する",
    MOVE,
)
class SecondNoticeTaken(World):
    def _on_moveout_notified(self, holder: Resident, notice: Event) -> None:
        if holder.move is not None and holder.move.settled is None and holder.registered:
            return
        super()._on_moveout_notified(holder, notice)
