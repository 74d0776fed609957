"""Which of the four attributes a certificate may and must record, as terms over a certificate of either kind."""

from dataclasses import dataclass

import z3

from jpki_spec.certificates import ATTRIBUTES
from jpki_spec.terms import Boolean


@dataclass(frozen=True)
class RecordedAttributes:
    """A certificate as far as attributes go: is it for signatures (else authentication), and what does it record."""

    for_signatures: Boolean
    records: dict[str, Boolean]

    @classmethod
    def symbolic(cls) -> "RecordedAttributes":
        """Any certificate of either kind."""
        names = [attribute.id for attribute in ATTRIBUTES.values() if attribute.of_the_four]
        return cls(z3.Bool("for signatures"), {name: z3.Bool(f"records {name}") for name in names})


def conforms(certificate: RecordedAttributes) -> Boolean:
    """What it records is what the source has for its kind (signature-certificate-attributes, and the other's)."""
    every = z3.And(*certificate.records.values())
    none = z3.Not(z3.Or(*certificate.records.values()))
    return z3.If(certificate.for_signatures, every, none)


def discloses(certificate: RecordedAttributes) -> Boolean:
    """Whoever is shown the certificate learns one of the four attributes."""
    return z3.Or(*certificate.records.values())
