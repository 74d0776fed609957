"""What stands on a card, read once at the start of a run: files by their ids, and certificates taken apart.

Contents stay in memory and are never shown; a report says only how long they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jpki_model.card_machine import CardStep
from jpki_spec.card import APPLICATIONS, FILES, PINS, CardFile

from jpki_oracle.card.apdu import describe, shown_response, status
from jpki_oracle.card.commands import HolderValues, Message, MissingValue, apdu
from jpki_oracle.card.safety import GuardedSlot, Refused, Tier

LARGEST_FILE = 0x7FFF
"""The last offset that READ BINARY can name."""


@dataclass
class Contents:
    """Files that were read, by id; `missing`: the status word of those that could not be; `trace` by file.

    `unasked` are those that were left alone, with the reason.
    """

    files: dict[str, bytes] = field(default_factory=dict, repr=False)
    missing: dict[str, str] = field(default_factory=dict)
    unasked: dict[str, str] = field(default_factory=dict)
    trace: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def certificate(self, file: str) -> x509.Certificate:
        """The certificate in a file. Raises ValueError for what is none."""
        data = self.files[file]
        return x509.load_der_x509_certificate(data[: der_length(data)])

    def public_keys(self) -> dict[str, RSAPublicKey]:
        """The public key for each private key of the holder whose certificate was read and holds one."""
        keys = {}
        for key, certificate in KEYS_OF_CERTIFICATES.items():
            try:
                public = self.certificate(certificate).public_key()
            except (KeyError, ValueError):
                continue
            if isinstance(public, RSAPublicKey):
                keys[key] = public
        return keys


KEYS_OF_CERTIFICATES: Mapping[str, str] = {"jpki/0017": "jpki/000A", "jpki/001A": "jpki/0001"}
"""The private keys, and the files with the certificates of their public keys."""


def der_length(data: bytes) -> int:
    """The length of the DER object at the start, with its header; ValueError if there is none."""
    if len(data) < 4 or data[0] != 0x30 or data[1] != 0x82:
        raise ValueError("no certificate begins here: DER of this size begins with 30 82")
    return 4 + (data[2] << 8 | data[3])


def read_contents(slot: GuardedSlot, values: HolderValues) -> Contents:
    """Every file that the slot's tier may read; the PINs that open the others are presented in the destructive tier.

    Raises CardFailure.
    """
    contents = Contents()
    slot.power_on()
    for application in APPLICATIONS:
        _read_application(slot, values, application, contents)
    slot.power_off()
    return contents


def _read_application(slot: GuardedSlot, values: HolderValues, application: str, contents: Contents) -> None:
    lines: list[str] = []
    if _send(slot, CardStep("select-application", application), None, values, lines)[-2:] == b"\x6f\x00":
        _send(slot, CardStep("select-application", application), None, values, lines)
    opened: set[str] = set()
    for file in (file for file in FILES.values() if file.application == application):
        if file.is_internal:
            continue
        trace = contents.trace.setdefault(file.id, list(lines))
        try:
            if slot.permission.tier is Tier.DESTRUCTIVE:
                _open(slot, values, file, opened, trace)
            _read_file(slot, values, file, contents, trace)
        except (Refused, MissingValue) as reason:
            contents.unasked[file.id] = str(reason)


def _open(
    slot: GuardedSlot, values: HolderValues, file: CardFile, opened: set[str], trace: list[str]
) -> None:
    """Presents a value that opens a file, if any is needed under some reading and none is there yet."""
    pins = (*file.opened_by, *(file.otherwise[2] if file.otherwise else ()))
    openers = [f"{file.application}/{pin}" for pin in pins if f"{file.application}/{pin}" in PINS]
    if not openers or opened & set(openers):
        return
    pin = PINS[openers[0]]
    _send(slot, CardStep("select-file", identifier=pin.identifier), pin, values, trace)
    _send(slot, CardStep("query"), pin, values, trace)
    if status(_send(slot, CardStep("verify", secret=pin.secret), pin, values, trace)) == _OK:
        opened.add(pin.id)


def _read_file(
    slot: GuardedSlot, values: HolderValues, file: CardFile, contents: Contents, trace: list[str]
) -> None:
    response = _send(slot, CardStep("select-file", identifier=file.identifier), file, values, trace)
    operation = "read-record" if file.kind == "records" else "read"
    data = b""
    if status(response) == _OK:
        response = _send(slot, CardStep(operation), file, values, trace)
        data = response[:-2]
        while file.kind != "records" and len(response) == 258 and len(data) <= LARGEST_FILE:
            offset = len(data)
            command = bytes((0x00, 0xB0, offset >> 8, offset & 0xFF, 0x00))
            response = slot.transmit(command)
            trace.append(f"> {describe(command)}  < {shown_response(response, longest=0)}")
            data += response[:-2]
    if data:
        contents.files[file.id] = data
    else:
        contents.missing[file.id] = response[-2:].hex().upper()


def _send(
    slot: GuardedSlot, step: CardStep, file: CardFile | None, values: HolderValues, trace: list[str]
) -> bytes:
    command = apdu(step, file, values, Message(b""))
    response = slot.transmit(command)
    trace.append(f"> {describe(command)}  < {shown_response(response, longest=0)}")
    return response


_OK = 0x9000
