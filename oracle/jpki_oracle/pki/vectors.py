"""All verifier cases, made anew: `cases()`; as a program it writes the file that is published.

python -m jpki_oracle.pki.vectors FILE
"""

import sys
from pathlib import Path

from jpki_oracle.pki import (
    vectors_certificate,
    vectors_elliptic,
    vectors_elliptic_signature,
    vectors_purpose,
    vectors_signature,
    vectors_status,
    vectors_valid,
)
from jpki_oracle.pki.vector_file import VerifierCase, write_cases
from jpki_oracle.pki.vector_kit import FAMILIES, NEXT_CARD_FAMILIES, TASKS, Kit

MODULES = (
    vectors_valid,
    vectors_certificate,
    vectors_purpose,
    vectors_signature,
    vectors_status,
    vectors_elliptic,
    vectors_elliptic_signature,
)
"""Each registers its families."""
SINGLE = ("content", "signed_data", "certificate", "signature")
SEVERAL = ("anchors", "revocation_lists", "status_answers", "spent")


def cases() -> list[VerifierCase]:
    """Every case, by id. Raises ValueError for two with one id, or one based on a case that is not there."""
    made = [case for task in TASKS for family in FAMILIES for case in family(Kit(task))]
    made += [
        case for task in TASKS for family in NEXT_CARD_FAMILIES for case in family(Kit(task, elliptic=True))
    ]
    ids = [case.id for case in made]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    lost = sorted({case.based_on for case in made if case.based_on} - set(ids))
    if twice or lost:
        raise ValueError(f"cases with one id: {twice}; based on no case: {lost}")
    return sorted(made, key=lambda case: case.id)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(write_cases(cases()), encoding="utf-8")
