"""The checks of the lint on extensions: which there are, in which order, and what each says."""

import hashlib
import re
from collections import Counter

from jpki_model.pki import certificate_view as names
from jpki_model.pki import der
from jpki_model.pki.der import Value
from jpki_spec.certificates import ATTRIBUTES, REQUIREMENTS

from jpki_oracle.pki.lint_checks import (
    CHECKS,
    COMMON_NAME,
    COUNTRY,
    ORGANISATION,
    UNIT,
    Subject,
    check,
    has_string_types,
    name_attributes,
)

PRACTICE_STATEMENT, OCSP_ACCESS, IA5_STRING = "1.3.6.1.5.5.7.2.1", "1.3.6.1.5.5.7.48.1", 0x16
DIRECTORY_NAME, OTHER_NAME, ADDRESS, KEY_IDENTIFIER_TAG = 0xA4, 0xA0, 0x86, 0x80
_BY_IDENTIFIER = {attribute.identifier: attribute for attribute in ATTRIBUTES.values()}


@check("extensions-known")
def _(subject: Subject) -> str:
    there = Counter(extension.identifier for extension in subject.certificate.extensions)
    profile = subject.profile
    more = [
        identifier for identifier, count in there.items() if count > 1 or identifier not in profile.extensions
    ]
    if more:
        return f"{', '.join(more)} not expected so"
    may_lack = subject.readings.reads("optional_extensions", "may")
    needed = [each for each in profile.extensions if not (may_lack and each in profile.optional)]
    missing = [identifier for identifier in needed if identifier not in there]
    return f"{', '.join(missing)} missing" if missing else ""


@check("extensions-order")
def _(subject: Subject) -> str:
    if subject.readings.reads("extension_order", "any"):
        return ""
    there = [extension.identifier for extension in subject.certificate.extensions]
    known = [identifier for identifier in there if identifier in subject.profile.extensions]
    places = [subject.profile.extensions.index(identifier) for identifier in known]
    return "" if places == sorted(places) else ", ".join(known)


@check("extensions-critical")
def _(subject: Subject) -> str:
    required = REQUIREMENTS["extensions-critical"].value
    assert isinstance(required, tuple)
    for extension in subject.certificate.extensions:
        if extension.identifier != names.POLICIES and extension.critical != (
            extension.identifier in required
        ):
            return f"{extension.identifier} {'critical' if extension.critical else 'not critical'}"
    return ""


@check("policies-critical")
def _(subject: Subject) -> str:
    reading = subject.readings.reading("policies_critical")
    for extension in subject.certificate.extensions:
        if extension.identifier == names.POLICIES and reading != "either":
            return (
                ""
                if extension.critical == (reading == "yes")
                else f"critical: {'yes' if extension.critical else 'no'}"
            )
    return ""


@check("key-usage")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.KEY_USAGE)
    wanted = der.bit_string(subject.profile.usage, subject.profile.usage_unused_bits)
    return "" if value in (None, wanted) else f"the bits {value.content.hex() if value else ''}"


@check("extended-key-usage")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.EXTENDED_KEY_USAGE)
    reading = subject.readings.reading("authentication_key_purpose")
    if value is None:
        return "there is none" if reading == "client" else ""
    if reading == "none":
        return "there is one"
    wanted = der.sequence(der.object_identifier(str(REQUIREMENTS["extended-key-usage"].value)))
    return "" if value == wanted else ", ".join(der.dotted(each) for each in value.children)


@check("policy")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.POLICIES)
    if value is None:
        return ""
    policies = [der.dotted(policy.at(0)) for policy in value.children]
    if policies != [subject.profile.policy]:
        return ", ".join(policies)
    (qualifier,) = value.at(0, 1).children
    identifier, address = qualifier.children
    is_address = address.tag == IA5_STRING and address.content.startswith((b"http://", b"https://"))
    return "" if der.dotted(identifier) == PRACTICE_STATEMENT and is_address else "another qualifier"


def _other_names(subject: Subject) -> list[tuple[str, Value]] | None:
    """The other-names of the subjectAltName with their values; None if there is no subjectAltName."""
    value = subject.certificate.extension(names.ALTERNATIVE_NAME)
    if value is None:
        return None
    found = []
    for name in value.children:
        if name.tag != OTHER_NAME:
            raise ValueError("a name of another kind")
        found.append((der.dotted(name.at(0)), name.at(1, 0)))
    return found


@check("four-attributes")
def _(subject: Subject) -> str:
    there = Counter(identifier for identifier, _ in _other_names(subject) or ())
    wrong = [a.id for a in ATTRIBUTES.values() if a.of_the_four and there[a.identifier] != 1]
    unknown = [identifier for identifier in there if identifier not in _BY_IDENTIFIER]
    return ", ".join(f"{id} not once" for id in wrong) or ", ".join(f"{oid} unknown" for oid in unknown)


@check("attribute-order")
def _(subject: Subject) -> str:
    if subject.readings.reads("attribute_order", "any"):
        return ""
    there = [_BY_IDENTIFIER[oid].position for oid, _ in _other_names(subject) or () if oid in _BY_IDENTIFIER]
    return "" if there == sorted(there) else ", ".join(map(str, there))


@check("attribute-form")
def _(subject: Subject) -> str:
    for identifier, value in _other_names(subject) or ():
        attribute = _BY_IDENTIFIER.get(identifier)
        if attribute is None:
            continue
        pattern = (
            "[12]"
            if attribute.id == "sex" and subject.readings.reads("sex_codes", "12")
            else attribute.pattern
        )
        if value.tag != der.UTF8_STRING or not re.fullmatch(
            pattern, value.content.decode("utf-8"), re.DOTALL
        ):
            return f"the {attribute.id} has another form"
    return ""


@check("substitutions")
def _(subject: Subject) -> str:
    texts = {identifier: value.content.decode("utf-8") for identifier, value in _other_names(subject) or ()}
    for id in ("name", "address"):
        text = texts.get(ATTRIBUTES[id].identifier)
        flags = texts.get(ATTRIBUTES[f"substituted-{id}"].identifier)
        if text is not None and (flags is None or len(text) != len(flags)):
            return f"another number for the {id}"
    return ""


@check("no-attributes")
def _(subject: Subject) -> str:
    if subject.certificate.extension(names.ALTERNATIVE_NAME) is not None:
        return "a subjectAltName"
    octets = subject.certificate.whole.encoded()
    arcs = der.object_identifier("1.2.392.200149.8.5.5").content
    return "an identifier of an attribute" if arcs in octets else ""


def _directory_name(value: Value) -> Value:
    """The name in a GeneralNames with one directory name. Raises ValueError for anything else."""
    (name,) = value.children
    if name.tag != DIRECTORY_NAME:
        raise ValueError("a name of another kind")
    return name.at(0)


@check("issuer-alternative-name")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.ISSUER_ALTERNATIVE_NAME)
    reading = subject.readings.reading("issuer_alternative_name")
    if value is None:
        return "there is none" if reading == "present" else ""
    if reading == "absent":
        return "there is one"
    name = _directory_name(value)
    return (
        "" if name_attributes(name)[0][0::2] == (COUNTRY, "JP") and has_string_types(name) else "another name"
    )


@check("authority-alternative-name")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.ALTERNATIVE_NAME)
    if value is None:
        return ""
    name = _directory_name(value)
    form = [identifier for identifier, _, _ in name_attributes(name)] == [COUNTRY, ORGANISATION, UNIT, UNIT]
    return "" if form and has_string_types(name) else "another name"


@check("distribution-point")
def _(subject: Subject) -> str:
    name = _point(subject)
    if name is None:
        return ""
    attributes = name_attributes(name)
    form = [identifier for identifier, _, _ in attributes] == [
        COUNTRY,
        ORGANISATION,
        UNIT,
        UNIT,
        UNIT,
        COMMON_NAME,
    ]
    if not form or not has_string_types(name):
        return "a name of another form"
    texts = [text for _, _, text in attributes]
    fits = texts[2:4] == [subject.profile.unit, "CRL Distribution Points"] and texts[5].endswith(" CRLDP")
    return "" if fits else "another unit or common name"


@check("authority-distribution-point")
def _(subject: Subject) -> str:
    name = _point(subject)
    return "" if name in (None, subject.certificate.subject) else "another name"


def _point(subject: Subject) -> Value | None:
    """The directory name of the one distribution point; None without the extension."""
    value = subject.certificate.extension(names.DISTRIBUTION_POINTS)
    if value is None:
        return None
    (point,) = value.children
    (full,) = point.children
    if (full.tag, full.at(0).tag) != (0xA0, 0xA0):
        raise ValueError("a point of another form")
    return _directory_name(full.at(0))


@check("status-address")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.AUTHORITY_ACCESS)
    reading = subject.readings.reading("ocsp_address")
    if value is None:
        return "there is none" if reading == "present" else ""
    if reading == "absent":
        return "there is one"
    (access,) = value.children
    method, place = access.children
    fits = der.dotted(method) == OCSP_ACCESS and place.tag == ADDRESS and place.content.startswith(b"http://")
    return "" if fits else "another method or address"


@check("authority-key")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.AUTHORITY_KEY)
    if value is None:
        return ""
    form = [(child.tag, len(child.content)) for child in value.children]
    return "" if form == [(KEY_IDENTIFIER_TAG, 20)] else "another form"


@check("subject-key")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.SUBJECT_KEY)
    digest = hashlib.sha1(subject.certificate.key.at(1).content[1:], usedforsecurity=False).digest()
    return "" if value in (None, der.octet_string(digest)) else "another identifier"


@check("authority-constraints")
def _(subject: Subject) -> str:
    value = subject.certificate.extension(names.BASIC_CONSTRAINTS)
    if value is None:
        return ""
    return "" if value == der.sequence(Value(der.BOOLEAN, b"\xff")) else "another content"


ALL_CHECKS = CHECKS
"""Every check, those of `lint_checks` and these."""
