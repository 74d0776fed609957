"""What ought to follow from the rules, stated apart from them; each is proven, or its counterexample is a finding."""

from jpki_spec.properties import editions, lapse, periods, revocation, states
from jpki_spec.properties.registry import ALL, LAWS_IN_FORCE, PROPERTIES, Claim, Property, holds

__all__ = [
    "ALL",
    "LAWS_IN_FORCE",
    "PROPERTIES",
    "Claim",
    "Property",
    "editions",
    "holds",
    "lapse",
    "periods",
    "revocation",
    "states",
]
