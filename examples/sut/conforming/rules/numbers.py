"""The numbers: My Number (Number Act order 6, card ordinance 5) and the resident-record code (rules 1)."""

from typing import Final

#: Q11 to Q1 of card ordinance 5, for the eleven digits from the left.
WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
CODE_LENGTH: Final = 11


def is_digits(text: str, length: int) -> bool:
    """Whether the text is exactly that many ASCII digits; full-width and other digits are none."""
    return len(text) == length and text.isascii() and text.isdigit()


def check_digit(body: str) -> int:
    """The check digit of the first eleven digits; a remainder of 0 and one of 1 both give 0."""
    remainder = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11
    return 0 if remainder <= 1 else 11 - remainder


def is_my_number(text: str) -> bool:
    """Whether the text is a My Number: twelve digits, the last of which checks the others."""
    return is_digits(text, len(WEIGHTS) + 1) and int(text[-1]) == check_digit(text[:-1])


def is_resident_record_code(text: str) -> bool:
    """Whether the text has the form of a resident-record code; its check formula has not been published."""
    return is_digits(text, CODE_LENGTH)
