"""The contents of a card as a card of one profile holds them: room filled up, tries, what is there at all."""

import dataclasses

from jpki_model.card.files import (
    FREE,
    NEVER,
    Application,
    File,
    Internal,
    Key,
    Pin,
    Transparent,
    any_of,
    filed,
)
from jpki_model.card.profile import CardProfile

FILLER = b"\xff"
PRESENT = b"\x8f"


def profiled(application: Application, profile: CardProfile) -> Application:
    """The application as a card of this profile has it."""
    return dataclasses.replace(
        application,
        files=filed(*(_profiled(f, profile) for f in application.files.values() if _there(f, profile))),
    )


def availability(signature: bool, authentication: bool, profile: CardProfile) -> bytes:
    """File 0008 of the JPKI application: which certificates are there."""
    absent = bytes.fromhex(profile.availability_when_absent)
    marks = [PRESENT if there else absent for there in (signature, authentication)]
    return b"".join(marks) + bytes.fromhex(profile.availability_third_byte)


def _there(file: File, profile: CardProfile) -> bool:
    if isinstance(file, Internal):
        return profile.unnamed_files == "internal" or not file.name.startswith("unnamed")
    if isinstance(file, Transparent) and file.name.endswith("_certificate") and not file.data:
        return profile.missing_certificate == "filler"
    return not (isinstance(file, Key) and file.key is None)


def _profiled(file: File, profile: CardProfile) -> File:
    if isinstance(file, Pin):
        tries = {
            "code_a": profile.code_a_tries,
            "code_b": profile.code_b_tries,
            "birth_date": profile.birth_date_tries,
        }
        return dataclasses.replace(file, tries=int(tries.get(file.name, file.tries)))
    if not isinstance(file, Transparent):
        return file
    return dataclasses.replace(file, data=_filled(file, profile), read=_read_access(file, profile))


def _filled(file: Transparent, profile: CardProfile) -> bytes:
    if file.name == "certificate_availability":
        signature, authentication, _ = file.data
        return availability(bool(signature), bool(authentication), profile)
    return file.data.ljust(file.size, FILLER) if profile.file_padding == "filler" else file.data


def _read_access(file: Transparent, profile: CardProfile) -> frozenset[int] | None:
    if profile.authority_certificates == "pin":
        if file.name == "signature_authority":
            return any_of(0x001B)
        if file.name == "authentication_authority":
            return any_of(0x0018)
    if file.name == "protected_0009":
        return NEVER if profile.protected_0009 == "closed" else FREE
    return file.read
