"""Lives computed on paper from the law, and compared: `python examples/sut/conforming/on_paper.py`."""

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING or __package__:
    from .sut import Sut
else:
    from sut import Sut

Life = dict[str, str]

#: (the article, the life, outputs of `validity`)
EXPIRIES: Final[list[tuple[str, Life, dict[str, str | None]]]] = [
    (
        "card ordinance 26(1)(i), the specimen of 2017: 2016 is the first birthday after, 2025 the tenth",
        {"birth": "1989-03-31"} | dict.fromkeys(["card_issued", "signature_issued"], "2016-01-15"),
        {
            "card_expires": "2025-03-31",
            "card_renewable_from": "2025-01-01",
            "signature_expires": "2020-03-31",
        },
    ),
    (
        "26(1): made on the birthday, which does not count, so full ten years",
        {"birth": "2000-06-10", "card_issued": "2020-06-10"},
        {"card_expires": "2030-06-10", "card_renewable_from": "2030-03-11", "signature_expires": None},
    ),
    (
        "26(2): the tenth birthday of somebody born on 29 February, in a common year",
        {"birth": "1992-02-29", "card_issued": "2020-06-01"},
        {"card_expires": "2030-02-28", "card_renewable_from": "2029-11-29"},
    ),
    (
        "supplementary provision of 2022, art 2: applied for before, made after; 18 years old, a minor still",
        {"birth": "2003-05-01", "card_requested": "2022-03-31", "card_issued": "2022-04-20"},
        {"card_expires": "2026-05-01"},
    ),
    (
        "the same, applied for a day later",
        {"birth": "2003-05-01", "card_requested": "2022-04-01", "card_issued": "2022-04-20"},
        {"card_expires": "2031-05-01"},
    ),
    (
        "calculation of ages: made on the eve of the 18th birthday, at 17; the next day is the first",
        {"birth": "2006-07-15", "card_issued": "2024-07-14"},
        {"card_expires": "2028-07-15"},
    ),
    (
        "Civil Code 143(2): born on 29 February, 18 on 1 March 2026; on 28 February five birthdays from 2027",
        {"birth": "2008-02-29", "card_issued": "2026-02-28"},
        {"card_expires": "2031-02-28"},
    ),
    (
        "the same on 1 March: ten birthdays from 2027, and 2036 is a leap year",
        {"birth": "2008-02-29", "card_issued": "2026-03-01"},
        {"card_expires": "2036-02-29", "card_renewable_from": "2035-11-30"},
    ),
    (
        "29(3) and JPKI rules 49 (i): renewed in the last three months, the 11th and the 6th birthday",
        {"birth": "1989-03-31", "card_renewal": "window", "authentication_renewal": "window"}
        | dict.fromkeys(["card_issued", "authentication_issued"], "2025-02-10"),
        {"card_expires": "2035-03-31", "authentication_expires": "2030-03-31"},
    ),
    (
        "27(1): to the end of the stay; JPKI rules 49 (ii): the certificate no longer than the card",
        {"birth": "1995-01-02", "residence": "limited", "stay_expires": "2026-08-20"}
        | dict.fromkeys(["card_issued", "authentication_issued"], "2024-05-01"),
        {"card_expires": "2026-08-20", "authentication_expires": "2026-08-20"},
    ),
    (
        "27(1): 60 days from birth, the first not counted: 31 March is day 30, 30 April day 60",
        {"birth": "2024-03-01", "residence": "transitional", "card_issued": "2024-03-20"},
        {"card_expires": "2024-04-30", "card_renewable_from": "2024-01-31"},
    ),
    (
        "JPKI rules 13 (ii): issued anew after a move, no longer than the user-authentication certificate",
        {"birth": "1980-09-09", "card_issued": "2020-01-10"}
        | {"authentication_issued": "2022-04-10", "signature_issued": "2024-07-01"},
        {
            "card_expires": "2029-09-09",
            "authentication_expires": "2026-09-09",
            "signature_expires": "2026-09-09",
        },
    ),
    (
        "the same, the user-authentication certificate revoked on the eve: the fifth birthday from 2024 on",
        {"birth": "1980-09-09", "card_issued": "2020-01-10", "authentication_issued": "2022-04-10"}
        | {"authentication_revocation_requested": "2024-06-30", "signature_issued": "2024-07-01"},
        {"signature_expires": "2028-09-09", "signature_renewable_from": "2028-06-10"},
    ),
]

ISSUED: Final = {"birth": "1980-09-09"} | dict.fromkeys(
    ["card_issued", "signature_issued", "authentication_issued"], "2023-01-10"
)
MOVE: Final = {"moveout_notified": "2024-03-20", "moveout_planned": "2024-03-31", "moved_in": "2024-04-01"}

#: (the article, what is added to the life above, the day before and the first day without effect, by what)
ENDS: Final[list[tuple[str, Life, dict[str, tuple[str, str] | None]]]] = [
    (
        "order 14 (ii), JPKI Act 12 (ii) and 31 (ii): no notice of moving in; 14, 0 and 30 days",
        MOVE,
        {
            "card": ("2024-04-15", "2024-04-16"),
            "signature": ("2024-03-30", "2024-03-31"),
            "authentication": ("2024-04-30", "2024-05-01"),
        },
    ),
    (
        "order 14 (iii): notice on the last day, 15 April; its 90th day is 14 July",
        MOVE | {"movein_notified": "2024-04-15"},
        {"card": ("2024-07-14", "2024-07-15"), "authentication": None},
    ),
    (
        "order 14 (iii): left again before the card was handed in",
        MOVE | {"movein_notified": "2024-04-15", "moved_out_again": "2024-05-02"},
        {"card": ("2024-05-01", "2024-05-02"), "authentication": None},
    ),
    (
        "order 14 (i), JPKI Act 31 (i): handed in on the eve of leaving; only the signature certificate ends",
        {"left_japan": "2024-05-27", "card_presented_abroad": "2024-05-26"},
        {"card": None, "signature": ("2024-05-26", "2024-05-27"), "authentication": None},
    ),
    (
        "the same, one day before the amendment of 2024",
        {"left_japan": "2024-05-26", "card_presented_abroad": "2024-05-20"},
        dict.fromkeys(["card", "signature", "authentication"], ("2024-05-25", "2024-05-26")),
    ),
    (
        "order 14 (vii): back on 20 January without a notice; the 14th day is 3 February",
        {"left_japan": "2024-06-10", "card_presented_abroad": "2024-06-01", "moved_in": "2025-01-20"},
        {"card": ("2025-02-03", "2025-02-04"), "authentication": None},
    ),
    (
        "JPKI Act 12 (i) and 15(1): a new name, recorded two days later",
        {"record_corrected": "2024-06-03", "correction": "name", "revocation_recorded": "2024-06-05"},
        {"card": None, "signature": ("2024-06-04", "2024-06-05"), "authentication": None},
    ),
]

#: Card ordinance 5: the published vectors, and the specimen of 2017, which must fail.
NUMBERS: Final = {"123456789018": True, "023456789013": True, "983205673214": True, "123456789012": False}


def differences(sut: Sut) -> list[str]:
    """Where the implementation and the paper do not agree."""
    found: list[str] = []

    def compare(why: str, what: str, computed: object, paper: object) -> None:
        if computed != paper:
            found.append(f"{why}\n  {what}: computed {computed}, on paper {paper}")

    for why, life, outputs in EXPIRIES:
        computed = sut.validity(life)
        for name, paper in outputs.items():
            compare(why, name, computed[name], paper)
    for why, events, ends in ENDS:
        for name, days in ends.items():
            last, first = days or ("2026-01-01", None)
            compare(why, f"{name} on {last}", sut.status(ISSUED | events, last)[name], "valid")
            if first is not None:
                word = "lapsed" if name == "card" else "revoked"
                compare(why, f"{name} on {first}", sut.status(ISSUED | events, first)[name], word)
    for number, valid in NUMBERS.items():
        compare("card ordinance 5", number, sut.number(number=number)["valid"], valid)
    return found


if __name__ == "__main__":
    lines = differences(Sut())
    sys.stdout.write("\n".join(lines or [f"{len(EXPIRIES) + len(ENDS)} lives agree with the paper."]) + "\n")
    sys.exit(bool(lines))
