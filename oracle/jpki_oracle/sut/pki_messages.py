"""The messages of certification authorities, and of those who rely on certificates; all octets are DER."""

from typing import Literal

from jpki_spec.certificates import ALGORITHMS, REJECTIONS, TODAYS_ALGORITHM, TRIGGERS
from pydantic import ConfigDict, Field, model_validator

from jpki_oracle.sut.message_types import (
    Day,
    Instant,
    LifeMessage,
    Octets,
    Parameters,
    Result,
    may_be_left_out,
)

Purpose = Literal["signature", "authentication"]
_REQUESTS = ("certificate_of", "issue", "event", "revocation_list", "status")


class HolderMessage(Parameters):
    """What the resident register says of an applicant beside the life; all of it is fictitious."""

    name: str
    address: str
    sex: str
    prefecture: str = Field(description="in Latin letters, as in the subject of the certificate")
    municipality: str = Field(description="in Latin letters, as in the subject of the certificate")
    municipality_code: str


class IssueMessage(Parameters):
    """A certificate is to be issued, by the rules, for a key; a former one of the kind is superseded."""

    purpose: Purpose
    person: str = Field(description="who, as later events name them")
    holder: HolderMessage
    life: LifeMessage
    public_key: Octets = Field(description="SubjectPublicKeyInfo")


class EventMessage(Parameters):
    """Something has happened to a person; what follows from it is for the authority to know."""

    kind: Literal[tuple(TRIGGERS)]  # type: ignore[valid-type]
    person: str


class ListMessage(Parameters):
    """The revocation list of a day, for a distribution point where that is named."""

    purpose: Purpose
    on: Day
    prefecture: str = ""
    municipality: str = ""


class StatusMessage(Parameters):
    """An OCSP request."""

    purpose: Purpose
    request: Octets


class AuthorityParams(Parameters):
    """At an instant, one of: the authority's own certificate, an issue, an event, a list, a status request."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in _REQUESTS]})

    at: Instant
    certificate_of: Purpose | None = may_be_left_out("whose certificate is asked for")
    issue: IssueMessage | None = may_be_left_out("a certificate is to be issued")
    event: EventMessage | None = may_be_left_out("what has happened")
    revocation_list: ListMessage | None = may_be_left_out("a list is asked for")
    status: StatusMessage | None = may_be_left_out("a status is asked for")

    @model_validator(mode="after")
    def _one_request(self) -> "AuthorityParams":
        if len(self.model_fields_set) != 2:
            raise ValueError(f"exactly one of {', '.join(_REQUESTS)} is needed")
        return self


class AuthorityResult(Result):
    """What was asked for; or, for an issue that the rules do not allow, that it is refused."""

    certificate: Octets | None = may_be_left_out("the certificate issued, or the authority's own")
    revocation_list: Octets | None = may_be_left_out("the list")
    response: Octets | None = may_be_left_out("the OCSP response")
    refused: bool = may_be_left_out("true: it does not issue this certificate")


class VerifierParams(Parameters):
    """Is this to be relied on at this instant?

    For `signature` a CMS message beside the document; for `authentication` a certificate and the bare signature over
    the challenge (PKCS #1 version 1.5 and SHA-256, or ECDSA and SHA-384 for a key on P-384).
    """

    task: Purpose
    at: Instant
    signed_content: Octets
    signed_data: Octets | None = may_be_left_out("the CMS message, without the content")
    certificate: Octets | None = may_be_left_out("the certificate of who answers a challenge")
    signature: Octets | None = may_be_left_out("the signature over the challenge")
    anchors: list[Octets] = Field(description="certificates of the authorities that are trusted")
    revocation_lists: list[Octets] = Field(description="lists that could be had")
    status_answers: list[Octets] = Field(description="OCSP responses that could be had")
    spent: list[Octets] = Field(description="challenges that were answered before")
    algorithms: list[Literal[tuple(ALGORITHMS)]] | None = may_be_left_out(  # type: ignore[valid-type]
        f"those of keys and signatures that are allowed; {TODAYS_ALGORITHM} alone, if not stated"
    )


class VerifierResult(Result):
    """The decision; for a rejection the class of the reason, where the system knows it."""

    accepted: bool
    reason: Literal[tuple(REJECTIONS)] | None = may_be_left_out("why it was rejected")  # type: ignore[valid-type]
    detail: str = may_be_left_out("why, in the system's own words")
