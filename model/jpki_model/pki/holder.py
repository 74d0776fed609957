"""Whom a certificate is about: a holder as registered, and the fictitious one of the examples."""

from dataclasses import dataclass
from datetime import date

ERAS = (
    (5, date(2019, 5, 1)),
    (4, date(1989, 1, 8)),
    (3, date(1926, 12, 25)),
    (2, date(1912, 7, 30)),
    (1, date(1868, 1, 25)),
)
"""Era codes (Reiwa, Heisei, Showa, Taisho, Meiji) with the first day of each, the latest first."""


@dataclass(frozen=True)
class Holder:
    """What the resident register says of a holder; the defaults are nobody."""

    birth: date
    name: str = "見本　花子"
    name_substituted: str = "00000"
    """One digit for each character of the name: 1 where a substitute character is written."""
    address: str = "見本県見本市見本町１丁目２番３号"
    address_substituted: str = "0000000000000000"
    sex: str = "2"
    """1 male, 2 female."""
    prefecture: str = "Mihon-ken"
    municipality: str = "Mihon-shi"
    municipality_code: str = "99201"
    """The five digits of the municipality; 99 is no prefecture."""

    def birth_with_era(self) -> str:
        """Nine digits: the era's code, then the Gregorian YYYYMMDD; era 0 where there is none."""
        return f"{era_of(self.birth)[0]}{self.birth:%Y%m%d}"

    def birth_in_era(self) -> str:
        """Six digits YYMMDD with the year of the era, as printed on the card."""
        return f"{era_of(self.birth)[1] % 100:02}{self.birth:%m%d}"


def era_of(day: date) -> tuple[int, int]:
    """The era's code and the year in it, (0, Gregorian year) for a day before all eras."""
    for code, begins in ERAS:
        if day >= begins:
            return code, day.year - begins.year + 1
    return 0, day.year
