"""Until when what is made today is valid: cards (ordinance, articles 26 to 29), certificates (articles 13 and 49)."""

from datetime import date, timedelta

from jpki_model.world.clock import Clock
from jpki_model.world.days import age_on, birthdays, months_later, passed, window_opens
from jpki_model.world.holdings import Application, Card, Resident


class Periods(Clock):
    """Periods of validity, and the days on which periods of waiting have passed."""

    def card_period(self, holder: Resident, application: Application) -> date:
        """Last day of a card that is made today on an application."""
        by_birthday = self.card_birthday(holder, application)
        if not self.regulations.stay_decides or holder.residence in ("citizen", "permanent"):
            return by_birthday
        if holder.residence == "transitional":
            return self.transitional_end(holder)
        if holder.stay_expires is None:
            return by_birthday
        return self.capped_stay(holder.stay_expires, by_birthday)

    def capped_stay(self, stay_expires: date, by_birthday: date) -> date:
        """Last day of the card of a resident whose stay has an end, when it is first made."""
        return min(stay_expires, by_birthday) if self.regulations.stay_capped_by_birthday else stay_expires

    def transitional_end(self, holder: Resident) -> date:
        """Last of the days after birth or loss of nationality for which somebody may stay without a status."""
        start = holder.nationality_lost or holder.birth
        days = self.regulations.transitional_days or 0
        return start + timedelta(days=days - self.regulations.birth_day_is_transitional)

    def card_birthday(self, holder: Resident, application: Application) -> date:
        """The birthday through which a card that is made today is valid."""
        rules = self.regulations
        count = rules.adult_birthdays if self.is_adult(holder, application) else rules.minor_birthdays
        former = application.former_expires if self.earns_extra(application) else None
        return self.counted(holder.birth, count, former, rules.leap_card)

    def earns_extra(self, application: Application) -> bool:
        """The new card replaces one in its last months, and so lives through a birthday more."""
        if application.ground != "window" or application.former_expires is None:
            return False
        return not self.regulations.window_tested_on_issue or self.today <= application.former_expires

    def is_adult(self, holder: Resident, application: Application) -> bool:
        """The holder of a card that is made today is old enough for the longer period."""
        rules = self.regulations
        on = application.received if rules.age_at_application else self.today
        age = age_on(holder.birth, on, rules.leap_age, eve_counts=rules.eve_counts)
        return age >= self.adult_age(application.received)

    def adult_age(self, received: date) -> int:
        """The age that decides on an application, by the day on which it was received."""
        rules = self.regulations
        if rules.adult_age_changed and rules.former_adult_age and received < rules.adult_age_changed:
            return rules.former_adult_age
        return rules.adult_age

    def certificate_period(
        self, holder: Resident, card: Card, former: date | None, held: date | None
    ) -> date:
        """Last day of a certificate issued today.

        `former`: last day of the one that it replaces in its last months; `held`: that of the user-authentication
        certificate which the applicant for a signature certificate holds.
        """
        rules = self.regulations
        last = self.counted(holder.birth, rules.certificate_birthdays, former, rules.leap_certificate)
        if rules.capped_by_card:
            last = min(last, card.expires)
        if rules.capped_by_authentication and held is not None:
            last = min(last, held)
        return last

    def counted(self, birth: date, count: int, former: date | None, leapling: str) -> date:
        """The `count`-th birthday after today; in the place of a former validity one more, or after its last day."""
        rules = self.regulations
        if former is None or rules.extra_birthdays is None:
            last = birthdays(birth, self.today, count, leapling, on_start=rules.issue_birthday_counts)
        elif rules.counted_from_former:
            last = birthdays(birth, former, count, leapling)
        else:
            last = birthdays(birth, self.today, count + rules.extra_birthdays, leapling)
        return months_later(last, rules.months_after_birthday)

    def renewable_from(self, last: date) -> date | None:
        """First day on which less than the window's months are left until `last`."""
        rules = self.regulations
        if rules.window_months is None:
            return None
        return window_opens(last, rules.window_months, forward=rules.window_forward)

    def after_days(self, start: date, count: int) -> date:
        """First day on which so many days have passed since `start`."""
        return passed(start, count, offices_closed=self.regulations.weekends_extend)
