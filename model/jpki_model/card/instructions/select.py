"""SELECT (A4)."""

from jpki_model.card import status
from jpki_model.card.apdu import Command
from jpki_model.card.chip import Chip
from jpki_model.card.files import Application

BY_NAME, FILE_BELOW, ANY = 0x04, 0x02, 0x00
WITH_INFORMATION, NEXT, WITHOUT_INFORMATION = 0x00, 0x02, 0x0C
LONGEST_NAME = 16


def select(chip: Chip, command: Command) -> bytes:
    """An application by its name or the beginning of it, or a file of the current application."""
    if command.p1 == FILE_BELOW:
        return _select_file(chip, command)
    if command.p1 == BY_NAME:
        return _select_application(chip, command)
    if command.p1 == ANY:
        if command.data:
            return status.FILE_NOT_FOUND
        return status.WRONG_PARAMETERS if chip.state.application is chip.master else status.OK
    return status.WRONG_PARAMETERS


def _select_file(chip: Chip, command: Command) -> bytes:
    if command.p2 not in (WITH_INFORMATION, WITHOUT_INFORMATION):
        return status.WRONG_PARAMETERS
    if len(command.data) != 2:
        return status.WRONG_LENGTH
    state = chip.state
    file = state.application.files.get(int.from_bytes(command.data, "big"))
    if file is None:
        if state.application is chip.master:
            return bytes.fromhex(chip.profile.no_file_selected)
        return status.FILE_NOT_FOUND
    state.file = file
    return status.OK


def _select_application(chip: Chip, command: Command) -> bytes:
    name, p2 = command.data, command.p2
    if p2 not in (WITH_INFORMATION, NEXT, WITHOUT_INFORMATION):
        return status.WRONG_PARAMETERS
    if len(name) > LONGEST_NAME:
        return status.WRONG_LENGTH
    if name:
        found = _next(chip, name) if p2 == NEXT else _first(chip, name)
        if found is None:
            return status.FILE_NOT_FOUND
    elif chip.profile.select_empty_identifier == "6A82":
        return status.FILE_NOT_FOUND
    else:
        found = chip.master
    _enter(chip, found)
    if p2 == WITHOUT_INFORMATION or chip.profile.select_fci == "empty":
        return status.OK
    identifier = found.identifier
    inner = bytes((0x84, len(identifier))) + identifier
    return (bytes((0x6F, len(inner))) + inner)[: command.expected] + status.OK


def _enter(chip: Chip, application: Application) -> None:
    """Make an application current; whether that clears what was verified is the profile's."""
    state = chip.state
    same = state.application is application
    profile = chip.profile
    rule = profile.same_application_reselect_clears if same else profile.other_application_select_clears
    if rule == "yes":
        state.verified.clear()
    state.application, state.file = application, None
    state.session, state.challenge, state.issuer = None, None, False


def _first(chip: Chip, name: bytes) -> Application | None:
    for application in chip.applications:
        if name == application.identifier or name in application.aliases:
            return application
    if chip.profile.identifier_prefix_match == "off":
        return None
    fitting = _fitting(chip, name)
    for application in fitting:
        if application.name == chip.profile.ambiguous_prefix:
            return application
    return fitting[0] if fitting else None


def _next(chip: Chip, name: bytes) -> Application | None:
    """The application after the current one that begins with a name; the first, where the current one does not."""
    if chip.profile.identifier_prefix_match == "off":
        return None
    fitting = _fitting(chip, name)
    if chip.state.application in fitting:
        after = fitting[fitting.index(chip.state.application) + 1 :]
        return after[0] if after else None
    return fitting[0] if fitting else None


def _fitting(chip: Chip, name: bytes) -> list[Application]:
    return [application for application in chip.applications if application.identifier.startswith(name)]
