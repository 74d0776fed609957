"""How a card behaves where public sources differ or are silent: each open point a field, its default first.

`probed` is the card in circulation as far as it was probed, `iso` a card that follows ISO/IEC 7816-4 to the letter.
A profile is written as its name, with changes after it: `probed,blocked_status=6983`.
"""

import dataclasses
import difflib
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_type_hints


class UnknownProfile(ValueError):
    """No such profile, field or value; the message is one line for people."""


def _point(default: str, about: str, source: str) -> Any:
    return field(default=default, metadata={"about": about, "source": source})


PROBES = "published probes of cards"
JICSAP = "JICSAP 2.0"
OPENSC = "OpenSC card-jpki.c"
ISO = "ISO/IEC 7816-4"
SILENT = "no public source"


@dataclass(frozen=True)
class CardProfile:
    """One kind of card: its answer to each open point. Raises `UnknownProfile` for a value that is none."""

    answer_to_reset: Literal[
        "3BE000FF8131FE4514",
        "3BDA13FF8131FB468012392F31C173C601C03B",
        "3BC5FF8131FB458073C6010000",
        "3BF59100FF918171FE400042000100D1D6",
        "3BF59100FF918171FE4000420001B3A115",
        "3B888001000005E0B381A1007F",
        "3B888001000041E0B381A1003B",
        "3B888001004B51FF0081D100BC",
        "3B888001004B51FFB381D1000F",
    ] = _point(
        "3BE000FF8131FE4514",
        "The ATR: contact cards first, then the contactless ones",
        "OpenSC card-jpki.c and customactions.cpp",
    )
    blocked_status: Literal["6984", "6983"] = _point("6984", "VERIFY of a blocked PIN", f"{PROBES}, {ISO}")
    query_on_blocked: Literal["63C0", "6984", "6983"] = _point(
        "63C0", "Empty VERIFY of a blocked PIN", f"{PROBES}, {ISO}"
    )
    query_when_verified: Literal["63Cmax", "9000"] = _point(
        "63Cmax", "Empty VERIFY of a verified PIN", f"{OPENSC}, {ISO}"
    )
    verify_with_le: Literal["query", "6700"] = _point(
        "query", "VERIFY without data but with Le (`00 20 00 80 00`)", SILENT
    )
    verify_wrong_length: Literal["consumes", "6700", "6A80"] = _point(
        "consumes", "VERIFY with data of a length that the PIN cannot have", SILENT
    )
    verify_wrong_characters: Literal["consumes", "6A80"] = _point(
        "consumes", "VERIFY with characters that the PIN cannot have", SILENT
    )
    verify_without_pin_file: Literal["6986", "6981", "6985", "6A88"] = _point(
        "6986", "VERIFY where the current file is no PIN", SILENT
    )
    failed_verify_clears: Literal["yes", "no"] = _point(
        "yes", "A wrong presentation takes the verified status of this PIN away", JICSAP
    )
    same_application_reselect_clears: Literal["yes", "no"] = _point(
        "yes", "Selecting the current application again clears what was verified", OPENSC
    )
    other_application_select_clears: Literal["yes", "no"] = _point(
        "yes", "Selecting another application clears what was verified", f"{PROBES}, {ISO}"
    )
    warm_reset_clears: Literal["no", "yes"] = _point(
        "no", "A warm reset clears the selection and what was verified", f"{PROBES}, {ISO}"
    )
    signature_status_after_signing: Literal["keep", "drop"] = _point(
        "keep", "Whether the signature PIN stays verified after one signature", SILENT
    )
    end_of_file: Literal["short", "6282", "6Cxx"] = _point(
        "short", "READ BINARY of more bytes than are left", f"{PROBES}, {ISO}"
    )
    offset_beyond: Literal["6B00", "empty"] = _point("6B00", "READ BINARY behind the last byte", JICSAP)
    extended_read: Literal["accepted", "6700"] = _point("accepted", "READ BINARY with extended Le", SILENT)
    read_of_key_file: Literal["6981", "6982"] = _point("6981", "READ BINARY of a PIN or key", JICSAP)
    file_padding: Literal["filler", "exact"] = _point(
        "filler", "Files are filled up with FF to their room", PROBES
    )
    select_fci: Literal["minimal", "empty"] = _point(
        "minimal", "Response data of SELECT by name with P2=00", SILENT
    )
    identifier_prefix_match: Literal["on", "off"] = _point(
        "on", "The beginning of an identifier selects an application", f"{PROBES}, {JICSAP}"
    )
    ambiguous_prefix: Literal["resident_register", "surface", "text", "shared", "jpki"] = _point(
        "resident_register", "The application that a beginning selects which fits several", SILENT
    )
    select_empty_identifier: Literal["6A82", "9000"] = _point(
        "6A82", "SELECT by name without a name (9000: none is selected then)", SILENT
    )
    no_file_selected: Literal["6A82", "6986"] = _point(
        "6A82", "SELECT of a file before any application is selected", f"{PROBES}, jpki/myna"
    )
    first_command_after_power: Literal["normal", "6F00"] = _point(
        "normal", "The first command after power-on", PROBES
    )
    command_chaining: Literal["6E00", "6884", "accepted"] = _point(
        "6E00", "CLA with the chaining bit", f"{SILENT}, {ISO}"
    )
    short_identifier_selects: Literal["reads", "always"] = _point(
        "reads", "Commands that make the file current which they name by its short identifier", JICSAP
    )
    sign_schemes: Literal["all", "verbatim"] = _point("all", "P1 of `80 2A`: 00 to 05, or 00 only", PROBES)
    sign_input_length: Literal["6700", "6985"] = _point("6700", "`80 2A` with data of a wrong length", PROBES)
    sign_empty: Literal["6700", "6985"] = _point("6700", "`80 2A` without data", SILENT)
    sign_without_key: Literal["6986", "6985", "6981"] = _point(
        "6986", "`80 2A` where the current file is no key", SILENT
    )
    authority_certificates: Literal["free", "pin"] = _point(
        "free", "Files 0002 and 000B: read freely, or after the PIN of their key", "OpenSC pkcs15-jpki.c"
    )
    protected_0009: Literal["closed", "free"] = _point("closed", "File 0009 of the JPKI application", PROBES)
    unnamed_files: Literal["internal", "absent"] = _point(
        "internal", "Files of unknown meaning: as internal files, or not there", PROBES
    )
    availability_when_absent: Literal["00", "FF"] = _point(
        "00", "Byte of file 0008 for a certificate that is not there", SILENT
    )
    availability_third_byte: Literal["00", "8F"] = _point("00", "Third byte of file 0008", PROBES)
    missing_certificate: Literal["filler", "absent"] = _point(
        "filler", "The file of a certificate that was never issued", SILENT
    )
    code_a_tries: Literal["10", "3"] = _point("10", "Tries of verification code A", SILENT)
    code_b_tries: Literal["10", "3"] = _point("10", "Tries of verification code B", "Digital Agency")
    birth_date_tries: Literal["10", "3"] = _point("10", "Tries of the birth-date PIN", SILENT)
    counters_shared: Literal["separate", "shared"] = _point(
        "separate", "The codes' counters in the surface and text applications", SILENT
    )

    def __post_init__(self) -> None:
        for name, allowed in alternatives().items():
            value = getattr(self, name)
            if value not in allowed:
                raise UnknownProfile(
                    f"{name} of a card profile is one of {', '.join(allowed)}, not {value!r}"
                )


def alternatives() -> dict[str, tuple[str, ...]]:
    """The values of each field, the default first."""
    return _ALTERNATIVES


def open_points() -> list[dict[str, str]]:
    """The fields as rows: name, meaning, values and source, for tables."""
    return [
        {
            "field": point.name,
            "about": point.metadata["about"],
            "values": " | ".join(alternatives()[point.name]),
            "source": point.metadata["source"],
        }
        for point in dataclasses.fields(CardProfile)
    ]


def profile(text: str = "probed", **changes: str) -> CardProfile:
    """The profile that `NAME` or `NAME,FIELD=VALUE,…` names, with further changes. Raises `UnknownProfile`."""
    name, *written = text.split(",")
    if name not in PROFILES:
        raise UnknownProfile(f"no card profile {name!r}; there are {', '.join(PROFILES)}")
    for change in written:
        point, equals, value = change.partition("=")
        if not equals:
            raise UnknownProfile(f"a change of a card profile is written FIELD=VALUE, not {change!r}")
        changes[point] = value
    for point in changes:
        if point not in alternatives():
            near = difflib.get_close_matches(point, alternatives(), n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"fields are {', '.join(alternatives())}"
            raise UnknownProfile(f"a card profile has no field {point!r}; {hint}")
    known: dict[str, Any] = changes
    return dataclasses.replace(PROFILES[name], **known)


_ALTERNATIVES = {name: get_args(kind) for name, kind in get_type_hints(CardProfile).items()}

PROBED = CardProfile()
"""The card in circulation, as far as it was probed."""

PROFILES = {
    "probed": PROBED,
    "iso": CardProfile(
        blocked_status="6983",
        query_on_blocked="6983",
        query_when_verified="9000",
        verify_with_le="6700",
        verify_wrong_length="6700",
        verify_wrong_characters="6A80",
        verify_without_pin_file="6A88",
        warm_reset_clears="yes",
        end_of_file="6282",
        read_of_key_file="6981",
        file_padding="exact",
        no_file_selected="6A82",
        command_chaining="accepted",
        sign_without_key="6985",
        missing_certificate="absent",
    ),
}
"""The named profiles."""
