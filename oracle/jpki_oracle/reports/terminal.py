"""The report on the terminal: a table of verdicts, then the simplest case of each kind of failure in full."""

from collections.abc import Sequence
from typing import TextIO

from tabulate import tabulate

from jpki_oracle.campaign import Event, Finished, Judged, NotStarted, Started
from jpki_oracle.judge import Difference, Judgement, Verdict
from jpki_oracle.known import Standing
from jpki_oracle.language import say
from jpki_oracle.reports.listener import edge_text, importance_text, kind_of, reading_text, size_of
from jpki_oracle.reports.telling import labelled, reason_lines, wrong_text

MOST_KINDS = 12
"""Kinds of failure that are told in full; the files of `--out` have every single one."""
COLUMNS = {"text": "simple", "markdown": "github"}


class TerminalReport:
    """Collects the events of a campaign and writes the report when it has ended."""

    def __init__(self, out: TextIO, lang: str, style: str = "text", *, strict: bool = False) -> None:
        self._out = out
        self._lang = lang
        self._style = style
        self._strict = strict
        self._judged: list[Judged] = []

    def hear(self, event: Event) -> None:
        """Take note of one event; the last one writes the report."""
        match event:
            case Started(address, system, law, _, chosen):
                under = " ".join([str(law), *(f"{question}={answer}" for question, answer in chosen.items())])
                head = self._say(
                    "judging", name=system.name, version=system.version, address=address, law=under
                )
                self._write(head + "\n")
            case NotStarted(address, failure):
                self._write(self._say("not-started", address=address, detail=failure.detail))
            case Judged():
                self._judged.append(event)
            case Finished():
                self._finish(event)

    def _finish(self, event: Finished) -> None:
        if not event.counts:
            return
        self._table(event)
        open_cases = [j.judgement for j in self._judged if j.standing is not Standing.KNOWN]
        self._failures(open_cases)
        self._acceptable(open_cases)
        self._inconclusive(open_cases)
        self._record(event)
        self._unanswered()
        judged = any(v is not Verdict.NOT_APPLICABLE for pack in event.counts.values() for v in pack)
        key = f"result-{event.exit_code}" if judged else "nothing-judged"
        if event.exit_code == 0 and event.known:
            key = "result-0-known"
        self._write("\n" + self._say(key))

    def _table(self, event: Finished) -> None:
        seen = {verdict for counts in event.counts.values() for verdict in counts}
        verdicts = [each for each in Verdict if each is not Verdict.WRONG_REASON or each in seen]
        head = [self._say("pack"), self._say("scenarios"), *(self._say(verdict) for verdict in verdicts)]
        rows = [
            [pack, sum(counts.values()), *(counts.get(verdict, 0) for verdict in verdicts)]
            for pack, counts in event.counts.items()
        ]
        self._write(tabulate(rows, headers=head, tablefmt=COLUMNS[self._style]))
        if event.known:
            self._write(self._say("known", count=event.known))

    def _failures(self, judgements: Sequence[Judgement]) -> None:
        kinds: dict[tuple[str, ...], list[tuple[Judgement, Difference]]] = {}
        for judgement in judgements:
            if judgement.verdict in (Verdict.FAIL, Verdict.WRONG_REASON):
                for difference in judgement.differences:
                    kinds.setdefault(kind_of(difference), []).append((judgement, difference))
        if not kinds:
            return
        self._head("failures-head")
        ordered = sorted(kinds.values(), key=_weight, reverse=True)
        for number, cases in enumerate(ordered[:MOST_KINDS], start=1):
            judgement, difference = min(cases, key=lambda case: size_of(case[0]))
            self._case(number, judgement, difference, len(cases) - 1)
        if len(ordered) > MOST_KINDS:
            self._write(f"\n{self._say('further-kinds', count=len(ordered) - MOST_KINDS)}")

    def _acceptable(self, judgements: Sequence[Judgement]) -> None:
        readings: dict[tuple[str, str], list[Judgement]] = {}
        for judgement in judgements:
            for reading in judgement.readings:
                readings.setdefault(reading, []).append(judgement)
        if readings:
            self._head("acceptable-head")
        for (question, answer), cases in readings.items():
            simplest = min(cases, key=size_of)
            self._write(f"\n{question} = {answer} ({len(cases)})")
            self._write(f"   {' '.join(reading_text(question, answer, self._lang))}")
            self._line("case", simplest.scenario.id)
            self._line("asked", simplest.scenario.question())
            for difference in simplest.differences:
                self._line("", f"{difference.outcome}: {wrong_text(difference, self._lang)}")

    def _head(self, key: str) -> None:
        self._write(f"\n{'## ' if self._style == 'markdown' else ''}{self._say(key)}")

    def _case(self, number: int, judgement: Judgement, difference: Difference, more: int) -> None:
        lang = self._lang
        others = f" ({self._say('and-like-it', count=more)})" if more else ""
        self._write(f"\n{number}. {difference.outcome}: {wrong_text(difference, self._lang)}{others}")
        self._line("case", judgement.scenario.id)
        self._line("asked", judgement.scenario.question())
        self._line("edge", edge_text(judgement.scenario.edge, lang))
        if judgement.scenario.importance:
            self._line("hits", importance_text(judgement.scenario, lang))
        for line in reason_lines(difference, lang):
            self._write(line)
        for place, line in enumerate(judgement.trace):
            self._line("trace" if place == 0 else "", line)

    def _inconclusive(self, judgements: Sequence[Judgement]) -> None:
        reasons: dict[str, list[str]] = {}
        for judgement in judgements:
            if judgement.verdict is Verdict.INCONCLUSIVE:
                reasons.setdefault(judgement.reason, []).append(judgement.scenario.id)
        if reasons:
            self._head("inconclusive-head")
        shown = list(reasons.items())[:10]
        for reason, ids in shown:
            others = f" ({self._say('and-like-it', count=len(ids) - 1)})" if len(ids) > 1 else ""
            self._write(f"  {ids[0]}: {reason}{others}")
        if len(reasons) > len(shown):
            self._write(f"  … {self._say('and-like-it', count=len(reasons) - len(shown))}")

    def _record(self, event: Finished) -> None:
        for judged in self._judged:
            if judged.standing in (Standing.FIXED, Standing.CHANGED):
                key, judgement = judged.standing.value, judged.judgement
                self._write(self._say(key, recorded=judged.recorded, id=judgement.scenario.id))
        if event.vanished:
            self._write(self._say("vanished", ids=", ".join(event.vanished)))

    def _unanswered(self) -> None:
        names: dict[str, bool] = {}
        for judged in self._judged:
            for name in judged.judgement.unanswered:
                names[name] = True
        if names:
            self._write(self._say("unanswered", names=", ".join(names)))

    def _line(self, label: str, text: str) -> None:
        self._write(labelled(label, text, self._lang))

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._lang, **values)

    def _write(self, text: str) -> None:
        print(text, file=self._out)


def _weight(cases: Sequence[tuple[Judgement, Difference]]) -> tuple[object, ...]:
    """A key by which the kind of failure that matters most comes last: by people hit, days, and how many cases."""
    ranks = [judgement.scenario.importance.rank for judgement, _ in cases if judgement.scenario.importance]
    return max(ranks, default=(-1, 0)), len(cases), cases[0][0].scenario.id
