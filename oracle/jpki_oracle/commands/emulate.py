"""`emulate card`: an emulated card in a virtual reader, until the reader or Ctrl-C ends it."""

from dataclasses import dataclass
from pathlib import Path

from jpki_model.card.emulator import EmulatedCard
from jpki_model.card.files import Application, Contents, File, Internal, Key, Pin, Records, Transparent
from jpki_model.card.issuing import PersonalisationError
from jpki_model.card.presets import EXAMPLE_DATES, EXAMPLE_HOLDER
from jpki_model.card.profile import CardProfile, UnknownProfile, profile
from jpki_model.card.profiled import profiled
from jpki_model.card.virtual_reader import ReaderGone, ReaderUnreachable, VirtualReader
from jpki_model.pki.keys import KeyRing, UnusableKey, read_keys

from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_table
from jpki_oracle.language import language, say


@dataclass(frozen=True)
class EmulatedCardRequest:
    """What the command line asked for."""

    life: Path | None
    profile: str
    vpcd: str
    keys: Path | None
    contents: bool
    edition: str | None
    readings: tuple[str, ...]


def emulate_card_command(request: EmulatedCardRequest, form: str, lang: str | None) -> int:
    """Serve the card; 0 when the reader ends or it was only printed."""
    host, port = _place(request.vpcd)
    try:
        behaviour = profile(request.profile)
        contents = _contents(request)
    except (UnknownProfile, PersonalisationError, UnusableKey) as error:
        raise CommandFailure(str(error)) from None
    if request.contents:
        print_table(_rows(contents, behaviour, language(lang)), form)
        return 0
    try:
        with VirtualReader(host, port) as reader:
            place = f"{host}:{port}"
            print(say("emulate-served", language(lang), place=place, profile=request.profile), flush=True)
            reader.serve(EmulatedCard(contents, behaviour))
    except (ReaderUnreachable, ReaderGone) as error:
        raise CommandFailure(str(error)) from None
    print(say("emulate-ended", language(lang)))
    return 0


def _place(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandFailure(f"--vpcd is written HOST:PORT, as in localhost:35963, not {text!r}")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _contents(request: EmulatedCardRequest) -> Contents:
    """The card of the life, whose dates the rules say; without a life the example's."""
    keys: KeyRing = read_keys(request.keys) if request.keys else {}
    if request.life is None:
        from jpki_model.card.issuing import issue_card

        return issue_card(EXAMPLE_HOLDER, EXAMPLE_DATES, keys=keys)
    from jpki_model.card.personalisation import personalise
    from jpki_model.day import OutOfCalendar

    from jpki_oracle.commands.arguments import law_argument, life_argument

    life, law = life_argument(request.life), law_argument(request.edition, request.readings)
    try:
        return personalise(life, keys=keys, rules=law)
    except (PersonalisationError, OutOfCalendar) as error:
        raise CommandFailure(f"{request.life}: {error}") from None


def _rows(contents: Contents, behaviour: CardProfile, lang: str) -> list[dict[str, object]]:
    """The files of all applications, with what opens each."""
    return [
        {
            say("emulate-application", lang): application.name,
            say("emulate-identifier", lang): application.identifier.hex().upper(),
            say("emulate-file", lang): f"{file.id:04X}" if file.id <= 0xFFFF else "",
            say("emulate-content", lang): file.name,
            say("emulate-kind", lang): say(f"emulate-{type(file).__name__.lower()}", lang),
            say("emulate-opened", lang): _condition(application, file, lang),
        }
        for application in (profiled(one, behaviour) for one in contents.applications)
        for file in application.files.values()
    ]


def _condition(application: Application, file: File, lang: str) -> str:
    match file:
        case Transparent() | Records():
            access = file.read
        case Key():
            access = file.use
        case Pin():
            return say("emulate-tries", lang, count=0 if file.blocked else file.tries)
        case Internal():
            return ""
    if access is None:
        return say("emulate-free", lang)
    if not access:
        return say("emulate-never", lang)
    return say("emulate-or", lang).join(f"{pin:04X} {application.files[pin].name}" for pin in sorted(access))
