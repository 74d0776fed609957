"""`timeline`: what holds from when to when in one life."""

from pathlib import Path

from jpki_model.day import OutOfCalendar
from jpki_model.timeline import Span, Timeline, timeline_of
from jpki_spec.fields import FIELDS
from jpki_spec.rulebook import ENDED_BY_EVENT

from jpki_oracle.commands.arguments import law_argument, life_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table
from jpki_oracle.language import language, say
from jpki_oracle.reports.drawing import timeline_svg
from jpki_oracle.reports.files import write_whole
from jpki_oracle.reports.listener import step_json


def timeline_command(
    path: Path, svg: Path | None, edition: str | None, readings: list[str] | None, form: str, lang: str | None
) -> int:
    """Print the spans, and draw them if asked to; always 0."""
    law, life, words = law_argument(edition, readings), life_argument(path), language(lang)
    try:
        line = timeline_of(life, law)
        if svg:
            write_whole(svg, timeline_svg(line, words))
    except OutOfCalendar as error:
        raise CommandFailure(f"{path}: {error}") from None
    except OSError as error:
        raise CommandFailure(f"{svg}: {error.strerror}") from None
    if form == "json":
        print_json(_as_json(line))
        return 0
    print(f"{say('edition', words)}: {law}\n")
    print_table([_row(span, words) for span in line.spans], form)
    print()
    print_table([{say("day", words): day, say("event", words): name, say("meaning", words): FIELDS[name].meaning[words]}
                 for name, day in line.events], form)  # fmt: skip
    return 0


def _row(span: Span, words: str) -> dict[str, object]:
    return {
        say("item", words): say(span.item, words),
        say("state", words): say(span.state, words),
        say("from", words): span.start,
        say("to", words): span.end or "",
        say("because", words): reason_text(span, words),
    }


def reason_text(span: Span, words: str) -> str:
    """What began a span: the event's name, or the rule; nothing for the issue."""
    if span.causes:
        return ", ".join(span.causes)
    if span.state == "expired":
        return f"{span.item}_expires"
    return ENDED_BY_EVENT[span.item] if span.state in ("lapsed", "revoked") else f"{span.item}_issued"


def _as_json(line: Timeline) -> dict[str, object]:
    spans = [
        {
            "item": span.item,
            "state": span.state,
            "from": span.start,
            "to": span.end,
            "causes": list(span.causes),
            "because": [step_json(depth, step) for top in span.why for depth, step in top.walk()],
        }
        for span in line.spans
    ]
    events = [{"field": name, "day": day} for name, day in line.events]
    law = line.law
    return {"edition": law.edition, "readings": dict(law.readings), "spans": spans, "events": events}
