"""A CMS message (RFC 5652) as it is received: read strictly, one signer, its parts for a verifier."""

from dataclasses import dataclass

from jpki_model.pki import der
from jpki_model.pki.certificate_view import CertificateView, view
from jpki_model.pki.der import NotDer, Value
from jpki_model.pki.signed_document import CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA
from jpki_model.pki.signing import RSA_2048, SignatureAlgorithm

LARGEST_MESSAGE = 1 << 20


@dataclass(frozen=True)
class SignedMessage:
    """What was signed and by whom: `attributes` as the SET that is signed, or None if the content is; `digest` the one
    among them; `algorithm_problem` what is wrong with its algorithms, if anything; `algorithm` the one that it names
    (`named`), or today's."""

    signer: CertificateView
    others: tuple[CertificateView, ...]
    signature: bytes
    attributes: Value | None
    algorithm_problem: str
    digest: bytes = b""
    algorithm: SignatureAlgorithm = RSA_2048
    named: bool = False


def read_signed_message(data: bytes, allowed: tuple[SignatureAlgorithm, ...] = (RSA_2048,)) -> SignedMessage:
    """The message, whose algorithms should be one of those allowed.

    Raises `NotDer`, `NotACertificate`, ValueError and IndexError for what is none.
    """
    if len(data) > LARGEST_MESSAGE:
        raise NotDer(f"{len(data)} octets; a signature beside its content has at most {LARGEST_MESSAGE}")
    whole = der.decode(data)
    kind, body = whole.children
    (signed,) = body.children
    version, digests, inside, *more = signed.children
    if (der.dotted(kind), body.tag, signed.tag, version.tag) != (
        SIGNED_DATA,
        0xA0,
        der.SEQUENCE,
        der.INTEGER,
    ):
        raise NotDer("not a signed message")
    if len(inside.children) != 1:
        raise NotDer("the content stands within the message")
    shown = [part for part in more if part.tag == 0xA0]
    certificates = [view(each.encoded()) for each in (shown[0].children if shown else ())]
    (information,) = more[-1].children
    return _of(information, certificates, digests, der.dotted(inside.at(0)), allowed)


def _of(
    information: Value,
    certificates: list[CertificateView],
    digests: Value,
    content_type: str,
    allowed: tuple[SignatureAlgorithm, ...],
) -> SignedMessage:
    _, named, digest, *rest = information.children
    signers = [each for each in certificates if named == der.sequence(each.issuer, each.serial)]
    if not signers:
        raise NotDer("the signer's certificate is not there")
    attributes = None
    if rest[0].tag == 0xA0:
        attributes = Value(der.SET, children=rest.pop(0).children)
        der.decode(attributes.encoded())  # refuses attributes that are not in order
    algorithm, signature = rest[0], rest[1]
    if signature.tag != der.OCTET_STRING:
        raise NotDer("a signature of another type")
    used = der.dotted(algorithm.at(0)), der.dotted(digest.at(0))
    listed = [der.dotted(each.at(0)) for each in digests.children]
    fitting = (a for a in allowed if used[0] in a.in_messages and used[1] == a.digest_identifier in listed)
    found = next(fitting, None)
    problem = "" if found else f"signed with {used[0]} and the digest {used[1]}"
    others = tuple(each for each in certificates if each is not signers[0])
    return SignedMessage(
        signers[0],
        others,
        signature.content,
        attributes,
        problem,
        _digest(attributes, content_type),
        found or RSA_2048,
        named=True,
    )


def _digest(attributes: Value | None, content_type: str) -> bytes:
    """The messageDigest among the attributes, of which contentType has to be one. Raises `NotDer`."""
    if attributes is None:
        if content_type != DATA:
            raise NotDer("signed content of another type needs signed attributes")
        return b""
    found = {der.dotted(each.at(0)): each.at(1).children for each in attributes.children}
    if len(found) != len(attributes.children):
        raise NotDer("a signed attribute that stands twice")
    if found.get(CONTENT_TYPE) != (der.object_identifier(content_type),):
        raise NotDer("the attribute contentType is missing or another")
    digests = found.get(MESSAGE_DIGEST, ())
    if len(digests) != 1 or digests[0].tag != der.OCTET_STRING:
        raise NotDer("the attribute messageDigest is missing")
    return digests[0].content
