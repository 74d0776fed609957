"""The messages of the six steps in which a certificate is issued: one method a role, each of which can be judged alone.

No private key is ever sent: whoever is asked to sign shows by doing so that he has it.
"""

from pydantic import ConfigDict, Field, model_validator

from jpki_oracle.sut.message_types import Day, Instant, Octets, Parameters, Result, may_be_left_out
from jpki_oracle.sut.pki_messages import HolderMessage, Purpose


class PersonMessage(Parameters):
    """Somebody as he says, or as the register has it; all of it is fictitious."""

    name: str
    birth: Day
    sex: str
    address: str


class SignMessage(Parameters):
    """A request to sign with the private key that belongs to a public key, by whoever has it."""

    public_key: Octets = Field(description="SubjectPublicKeyInfo")
    challenge: Octets


class CheckMessage(Parameters):
    """Step 2: an applicant, and what the register has under that number (nothing: nobody)."""

    claimed: PersonMessage
    registered: PersonMessage | None = may_be_left_out("left out: the register has nobody")


class RecordMessage(Parameters):
    """Step 6: a certificate is to be recorded on the applicant's card, which lies among others."""

    card: str = Field(description="the applicant's card")
    cards: list[str] = Field(description="all that lie on the table")
    certificate: Octets


class CertifyMessage(Parameters):
    """Step 4: a certificate is to be issued for a key, valid through a day."""

    purpose: Purpose
    person: str
    holder: HolderMessage
    birth: Day
    public_key: Octets = Field(description="SubjectPublicKeyInfo")
    expires: Day


class WriteMessage(Parameters):
    """A certificate is written to a card."""

    card: str
    certificate: Octets


class CardSignMessage(Parameters):
    """A card is asked to sign."""

    card: str
    challenge: Octets


class _OneOf(Parameters):
    """Exactly one of the requests, and what always comes with them."""

    @model_validator(mode="after")
    def _one_request(self) -> "_OneOf":
        requests = [name for name in type(self).model_fields if name != "at"]
        if len(self.model_fields_set - {"at"}) != 1:
            raise ValueError(f"exactly one of {', '.join(requests)} is needed")
        return self


def _one_of(*names: str) -> ConfigDict:
    return ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in names]})


class IssueHolderParams(Parameters):
    """Step 1: somebody is to apply for a certificate, with his card."""

    person: str
    card: str


class IssueHolderResult(Result):
    """The application."""

    person: str = may_be_left_out("as whom he applies")
    card: str = may_be_left_out("the card that he hands in")


class IssueMunicipalityParams(_OneOf):
    """One of: check an applicant, record a certificate on a card, sign with a key."""

    model_config = _one_of("check", "record", "sign")

    check: CheckMessage | None = may_be_left_out("step 2")
    record: RecordMessage | None = may_be_left_out("step 6")
    sign: SignMessage | None = may_be_left_out("after all: does it still have the key?")


class IssueMunicipalityResult(Result):
    """What the municipality decided."""

    accepted: bool = may_be_left_out("for `check`: the applicant is whom the register has")
    card: str = may_be_left_out("for `record`: the card onto which the certificate is to be written")
    signature: Octets | None = may_be_left_out("for `sign`, by who has the key")


class IssueCardParams(_OneOf):
    """One of: make a key pair, take a certificate, show it, sign with the key."""

    model_config = _one_of("make_pair", "write", "read", "sign")

    make_pair: str | None = may_be_left_out("the card that is to make a key pair")
    write: WriteMessage | None = may_be_left_out("a certificate is written")
    read: str | None = may_be_left_out("the card that is to show its certificate")
    sign: CardSignMessage | None = may_be_left_out("a card is to sign")


class IssueCardResult(Result):
    """What the card gave."""

    public_key: Octets = may_be_left_out("for `make_pair`, SubjectPublicKeyInfo")
    certificate: Octets | None = may_be_left_out("for `read`; null, if there is none")
    signature: Octets | None = may_be_left_out("for `sign`")


class IssueAuthorityParams(_OneOf):
    """At an instant, one of: certify a key, sign with a key."""

    model_config = _one_of("certify", "sign")

    at: Instant
    certify: CertifyMessage | None = may_be_left_out("step 4")
    sign: SignMessage | None = may_be_left_out("after all: does it have the key?")


class IssueAuthorityResult(Result):
    """What the authority gave."""

    certificate: Octets | None = may_be_left_out("for `certify`")
    refused: bool = may_be_left_out("for `certify`: true, if it does not certify this key")
    signature: Octets | None = may_be_left_out("for `sign`, by who has the key")


ISSUE_METHODS: dict[str, tuple[type[Parameters], type[Result]]] = {
    "issue_holder": (IssueHolderParams, IssueHolderResult),
    "issue_municipality": (IssueMunicipalityParams, IssueMunicipalityResult),
    "issue_card": (IssueCardParams, IssueCardResult),
    "issue_authority": (IssueAuthorityParams, IssueAuthorityResult),
}
"""By role."""
