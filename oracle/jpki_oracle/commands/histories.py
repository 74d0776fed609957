"""`histories`: the shipped histories, the faults that they show, building them anew, playing one in the world."""

from collections.abc import Sequence
from pathlib import Path

from jpki_model.world.events import Event
from jpki_model.world.world import World

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_table, progress
from jpki_oracle.histories.history import (
    SUITES,
    History,
    HistoryError,
    read_histories,
    shipped_histories,
    write_histories,
)
from jpki_oracle.histories.lanes import lanes_of
from jpki_oracle.histories.lanes_drawing import lanes_svg
from jpki_oracle.histories.observation import NewWorld, Unplayable, observations
from jpki_oracle.histories.words import cause_text, event_text
from jpki_oracle.language import language, say
from jpki_oracle.reports.files import write_whole


def chosen_histories(suites: Sequence[str], only: Sequence[str]) -> list[History]:
    """The histories of suites (names of `SUITES`, or paths; all shipped ones, if none), each once.

    Raises `CommandFailure`.
    """
    found: dict[str, History] = {}
    try:
        for name in suites or SUITES:
            for each in shipped_histories(name) if name in SUITES else read_histories(Path(name)):
                found.setdefault(each.id, each)
    except HistoryError as error:
        raise CommandFailure(str(error)) from None
    kept = [each for id, each in sorted(found.items()) if not only or id.startswith(tuple(only))]
    if not kept:
        raise CommandFailure("no history has such an id" if only else "there are no histories in it")
    return kept


def show_command(suites: Sequence[str], only: Sequence[str], form: str, lang: str | None) -> int:
    """Print histories; always 0."""
    words = language(lang)
    rows = [
        {
            "id": each.id,
            say("history-about", words): each.about.replace("|", " "),
            say("history-events", words): len(each.events),
            say("asked", words): each.one_line(),
        }
        for each in chosen_histories(suites, only)
    ]
    print_table(rows, form)
    return 0


def faults_command(form: str, lang: str | None) -> int:
    """Print the list of faults in event rules with the history that shows each; always 0."""
    from jpki_oracle.histories.faults import FAULTS

    words = language(lang)
    shown = {each.about.removeprefix("fault|"): each for each in shipped_histories("faults")}
    rows = [
        {
            say("fault", words): fault.id,
            say("meaning", words): fault.text[words],
            say("history-events", words): len(shown[fault.id].events),
            say("history", words): shown[fault.id].id,
        }
        for fault in FAULTS.values()
    ]
    print_table(rows, form)
    return 0


def build_command(folder: Path) -> int:
    """Search the shipped histories anew and write them into a folder (takes minutes); 0."""
    from jpki_oracle.histories.build import built

    with progress() as tell:
        suites = built(lambda done, of, what: tell(done, of, what))
    for name, histories in suites.items():
        path = folder / SUITES[name]
        try:
            write_whole(path, write_histories(histories))
        except OSError as error:
            raise CommandFailure(f"{path}: {error.strerror}") from None
        print(f"{path}: {len(histories)}")
    return 0


def check_command(length: int, edition: str | None, lang: str | None) -> int:
    """Check all histories of up to `length` events and tell of each length; 1 for a disagreement, else 0."""
    from jpki_model.bounded import Checked, check_up_to

    law, words = law_argument(edition, ()), language(lang)
    if not law.speaks_of("authentication_days_after_planned"):
        raise CommandFailure(f"edition {law.edition} does not state all the periods that the check is about")
    for answer in check_up_to(length, law):
        if not isinstance(answer, Checked):
            events = ", ".join(f"{day} {kind}" for kind, day in answer.events)
            print(say("check-differs", words, length=answer.length, events=events))
            return 1
        seconds = f"{answer.seconds:.1f}"
        print(
            say("check-agrees", words, length=answer.length, orders=answer.orders, seconds=seconds),
            flush=True,
        )
    return 0


def play_command(
    path: Path, svg: Path | None, edition: str | None, readings: list[str] | None, form: str, lang: str | None
) -> int:
    """Play the histories of a file, or one shipped by its id, in the world; print what is observed; draw one."""
    law, words = law_argument(edition, readings), language(lang)
    try:
        histories = read_histories(path) if path.exists() else chosen_histories((), (path.name,))
        if svg and len(histories) != 1:
            raise CommandFailure(f"{path}: a picture is drawn of one history, and there are {len(histories)}")
        for each in histories:
            print_table(_rows(each, lambda: World(law), words), form)
        if svg:
            write_whole(svg, lanes_svg(lanes_of(histories[0], law), words))
    except (HistoryError, Unplayable) as error:
        raise CommandFailure(f"{path}: {error}") from None
    except OSError as error:
        raise CommandFailure(f"{svg}: {error.strerror}") from None
    return 0


def _rows(history: History, new_world: NewWorld, words: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for event, seen in zip(history.events, observations(history, new_world), strict=True):
        states = seen.as_dict()
        why = [
            f"{say(item, words)}: {cause_text(cause)[words]} ({clause})"
            for item, (cause, clause) in seen.causes
        ]
        if seen.refusal:
            why = [f"{seen.refusal}" + (f" ({seen.clause})" if seen.clause else "")]
        rows.append(
            {
                say("event", words): _told(event, words),
                say("history-accepted", words): say(
                    "history-accepted" if states["accepted"] else "history-refused", words
                ),
                **{
                    say(item, words): _state(states.get(item), words)
                    for item in ("card", "signature", "authentication")
                },
                say("because", words): "; ".join(why),
            }
        )
    return rows


def _told(event: Event, words: str) -> str:
    """An event on one line, its kind in words."""
    return event.one_line().replace(f" {event.kind}", f" {event_text(event.kind)[words]}", 1)


def _state(state: object, words: str) -> str:
    return "" if state is None else say(str(state), words)
