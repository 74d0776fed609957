"""What every campaign on the command line shares: the terminal's report, files, progress, the record of failures."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jpki_oracle.campaign import Event, Finished, Judged, Started
from jpki_oracle.commands.printing import progress
from jpki_oracle.judge import Judgement
from jpki_oracle.known import known_text
from jpki_oracle.language import say
from jpki_oracle.reports.files import FileReports, results_json, write_whole
from jpki_oracle.reports.listener import Listener
from jpki_oracle.reports.terminal import TerminalReport


@dataclass(frozen=True)
class Reporting:
    """Where a campaign is told: a folder for files, a new record of failures, the form and language of the terminal."""

    out: Path | None
    write_known: Path | None
    strict: bool
    form: str
    lang: str


def report(events: Iterator[Event], address: str, how: Reporting) -> int:
    """Hear a campaign to its end, tell of it, and give its exit code."""
    listeners: list[Listener] = []
    files = FileReports(how.out, how.lang, strict=how.strict) if how.out else None
    if files:
        listeners.append(files)
    if how.form != "json":
        listeners.append(TerminalReport(sys.stdout, how.lang, how.form, strict=how.strict))
    heard, judged, code, total, name = list[Event](), list[Judgement](), 2, 0, address
    with progress() as tell:
        for event in events:
            heard.append(event)
            for listener in listeners:
                listener.hear(event)
            if isinstance(event, Started):
                total = event.scenarios
                name = f"{event.system.name} {event.system.version}, edition {event.law}"
            if isinstance(event, Judged):
                judged.append(event.judgement)
                tell(len(judged), total, event.judgement.scenario.pack)
            if isinstance(event, Finished):
                code = event.exit_code
    if how.form == "json":
        sys.stdout.write(results_json(heard))
    if how.write_known:
        write_whole(how.write_known, known_text(judged, name))
    if files and how.out:
        written = ", ".join(str(how.out / f) for f in files.files)
        print(say("written", how.lang, files=written), file=sys.stderr)
    return code
