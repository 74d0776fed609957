"""The reports that are files: JSON, JUnit XML, the laboratory's matrix as CSV, and the journal.

Same inputs give the same bytes: there is no time of day in any of them.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from jpki_oracle.campaign import Event, Finished, Judged, NotStarted, Started, is_failure
from jpki_oracle.judge import Difference, Judgement, Observed, Verdict
from jpki_oracle.known import Standing, observed_text
from jpki_oracle.language import say
from jpki_oracle.reports.listener import (
    answer_text,
    clause_text,
    edge_text,
    effect_text,
    step_json,
    step_text,
)
from jpki_oracle.sut.journal import reply_to_json


class FileReports:
    """Writes all report files of a campaign into one folder when it has ended, and the journal while it runs.

    A file is written aside and then renamed, so that no half-written one is ever seen under its name. Raises
    OSError where the folder cannot be written.
    """

    def __init__(self, folder: Path, lang: str, *, strict: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._lang = lang
        self._strict = strict
        self._events: list[Event] = []
        self._journal = (folder / "journal.ndjson").open("w", encoding="utf-8")
        self.files = ["journal.ndjson"]

    def hear(self, event: Event) -> None:
        """Note an event in the journal; the last one writes the other files."""
        self._events.append(event)
        self._journal.write(json.dumps(journal_line(event), ensure_ascii=False) + "\n")
        self._journal.flush()
        if isinstance(event, Finished):
            self._journal.close()
            forms: dict[str, Callable[[], str]] = {
                "results.json": lambda: results_json(self._events),
                "junit.xml": lambda: junit_xml(self._events, self._lang, strict=self._strict),
                "matrix.csv": lambda: matrix_csv(self._events, self._lang),
            }
            for name, form in forms.items():
                write_whole(self._folder / name, form())
                self.files.append(name)


def write_whole(path: Path, text: str) -> None:
    """Write a file aside and rename it into place; what is no file, such as a pipe or a device, is written to.

    Raises OSError, which names the file itself; nothing is left aside then.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8", newline="")
            return
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(path)
    except OSError as error:
        if aside.exists():
            aside.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from None


def journal_line(event: Event) -> dict[str, object]:
    """An event as one line of the journal: replies whole, verdicts by name."""
    match event:
        case Started(address, system, law, scenarios, chosen):
            claims = system.model_dump()
            head = {"event": "started", "address": address, "system": claims, "edition": law.edition}
            return {**head, "readings": {**law.readings, **chosen}, "scenarios": scenarios}
        case NotStarted(address, failure):
            return {
                "event": "not started",
                "address": address,
                "failure": failure.kind.value,
                "detail": failure.detail,
            }
        case Judged(judgement, reply, standing, _, again, exchanges):
            scenario = judgement.scenario
            asked: dict[str, object] = {"event": "asked", "id": scenario.id, "method": scenario.pack}
            asked["params"] = scenario.params
            asked["reply"] = None if reply is None else reply_to_json(reply)
            if judgement.trace:
                asked["trace"] = list(judgement.trace)
            if again is not None:
                asked["again"] = reply_to_json(again)
            if exchanges:
                asked["exchanges"] = [
                    {"params": params, "reply": reply_to_json(each)} for params, each in exchanges
                ]
            return {**asked, "verdict": judgement.verdict.value, "standing": standing.value}
        case Finished(_, vanished, known, exit_code):
            return {"event": "finished", "vanished": list(vanished), "known": known, "exit_code": exit_code}


def results_json(events: list[Event]) -> str:
    """Every judgement with its reasons, for programs."""
    content: dict[str, object] = {"format": "jpki-oracle-results", "version": 1}
    results: list[dict[str, object]] = []
    for event in events:
        match event:
            case Started(address, system, law, _, chosen):
                content |= {"address": address, "system": system.model_dump()}
                content |= {"edition": law.edition, "readings": {**law.readings, **chosen}}
            case NotStarted(address, failure):
                content |= {"address": address, "failure": failure.kind.value, "detail": failure.detail}
            case Judged(judgement, _, standing):
                results.append(judgement_json(judgement, standing))
            case Finished(counts, vanished, known, exit_code):
                content["counts"] = {p: {v.value: n for v, n in c.items()} for p, c in counts.items()}
                content |= {"known": known, "vanished": list(vanished), "exit_code": exit_code}
    content["results"] = sorted(results, key=lambda row: str(row["id"]))
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def judgement_json(judgement: Judgement, standing: Standing) -> dict[str, object]:
    """One judgement, for programs."""
    row: dict[str, object] = {**judgement.scenario.as_json(), "verdict": judgement.verdict.value}
    row["standing"] = standing.value
    if judgement.reason:
        row["reason"] = judgement.reason
    if judgement.unanswered:
        row["unanswered"] = list(judgement.unanswered)
    if judgement.readings:
        row["readings"] = [dict([reading]) for reading in judgement.readings]
    if judgement.observed:
        row["expected"] = {name: _json_value(value) for name, value in judgement.expected.items()}
        row["observed"] = {name: _json_value(value) for name, value in judgement.observed.items()}
    if judgement.trace:
        row["trace"] = list(judgement.trace)
    if judgement.differences:
        row["differences"] = [_difference_json(difference) for difference in judgement.differences]
    return row


def junit_xml(events: list[Event], lang: str, *, strict: bool = False) -> str:
    """JUnit XML: one suite a pack, one test a scenario; the rule and the clauses as properties."""
    root = ElementTree.Element("testsuites", name="jpki-oracle")
    suites: dict[str, ElementTree.Element] = {}
    for event in events:
        if isinstance(event, NotStarted):
            suite = ElementTree.SubElement(
                root, "testsuite", name="describe", tests="1", errors="1", failures="0", skipped="0"
            )
            case = ElementTree.SubElement(suite, "testcase", classname="describe", name=_clean(event.address))
            ElementTree.SubElement(case, "error", message=_clean(event.failure.detail))
        if not isinstance(event, Judged):
            continue
        pack = event.judgement.scenario.pack
        if pack not in suites:
            suites[pack] = ElementTree.SubElement(root, "testsuite", name=pack)
        _junit_case(suites[pack], event, lang, strict)
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def matrix_csv(events: list[Event], lang: str) -> str:
    """The laboratory's sheet: item number, precondition, step, expected, observed, verdict, evidence.

    Begins with a byte-order mark, without which spreadsheets misread Japanese.
    """
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(MATRIX_HEAD[lang])
    for number, event in enumerate((e for e in events if isinstance(e, Judged)), start=1):
        judgement = event.judgement
        scenario = judgement.scenario
        expected, observed = (
            _told(judgement, answers, lang) for answers in (judgement.expected, judgement.observed)
        )
        step = f"{scenario.pack}: {scenario.outcome} ({edge_text(scenario.edge, lang)})"
        verdict = say(judgement.verdict, lang)
        note = judgement.reason or "; ".join(c for d in judgement.differences for c in d.clauses[:3])
        row = [
            number,
            scenario.question(),
            step,
            expected,
            observed,
            verdict,
            f"journal.ndjson {scenario.id}",
            note,
        ]
        rows.writerow([_cell(value) for value in row])
    return "\ufeff" + out.getvalue()


MATRIX_HEAD = {
    "en": ["item", "precondition", "step", "expected", "observed", "verdict", "evidence", "note"],
    "ja": ["項番", "前提条件", "手順", "期待結果", "実測結果", "判定", "エビデンス", "備考"],
}


def _told(judgement: Judgement, answers: Mapping[str, Observed], lang: str) -> str:
    """What the scenario is about, and every other outcome that was answered wrongly."""
    names = dict.fromkeys([judgement.scenario.outcome, *(d.outcome for d in judgement.differences)])
    return "; ".join(f"{name} {answer_text(answers[name], lang)}" for name in names if name in answers)


def _difference_json(difference: Difference) -> dict[str, object]:
    steps = [pair for step in difference.why for pair in step.walk()]
    return {
        "outcome": difference.outcome,
        "expected": _json_value(difference.expected),
        "observed": _json_value(difference.observed),
        "rule": difference.rule,
        "clauses": difference.clauses,
        "because": [step_json(depth, step) for depth, step in steps],
        "readings": [dict([reading]) for reading in difference.readings],
    }


def _json_value(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _junit_case(suite: ElementTree.Element, event: Judged, lang: str, strict: bool) -> None:
    judgement, scenario = event.judgement, event.judgement.scenario
    classname = f"{scenario.pack}.{scenario.rule or scenario.outcome}"
    case = ElementTree.SubElement(suite, "testcase", classname=_clean(classname), name=scenario.id)
    properties = ElementTree.SubElement(case, "properties")
    facts = {
        "outcome": scenario.outcome,
        "rule": scenario.rule,
        "edge": edge_text(scenario.edge, lang),
        "verdict": judgement.verdict.value,
    }
    facts |= {"standing": event.standing.value}
    if scenario.importance:
        facts["hit-per-million"] = str(scenario.importance.per_million)
    for clause in dict.fromkeys(c for d in judgement.differences for c in d.clauses):
        ElementTree.SubElement(properties, "property", name="clause", value=clause)
    for name, value in facts.items():
        ElementTree.SubElement(properties, "property", name=name, value=_clean(value))
    known = event.standing is Standing.KNOWN
    if event.standing is Standing.FIXED:
        ElementTree.SubElement(case, "failure", message="on record as failing, but did not fail")
    elif judgement.verdict is Verdict.NOT_APPLICABLE or (known and judgement.verdict is not Verdict.PASS):
        ElementTree.SubElement(
            case, "skipped", message=_clean(judgement.reason or f"known: {judgement.verdict}")
        )
    elif judgement.verdict is Verdict.INCONCLUSIVE:
        ElementTree.SubElement(case, "error", message=_clean(judgement.reason))
    elif is_failure(judgement.verdict, strict) or event.standing is Standing.CHANGED:
        failure = ElementTree.SubElement(case, "failure", message=_clean(_summary(judgement, lang)))
        failure.text = _clean("\n".join(_details(judgement, lang)))


def _summary(judgement: Judgement, lang: str) -> str:
    return "; ".join(
        f"{d.outcome}: {say('expected', lang)} {answer_text(d.expected, lang)}, "
        f"{say('observed', lang)} {answer_text(d.observed, lang)}"
        for d in judgement.differences
    )


def _details(judgement: Judgement, lang: str) -> list[str]:
    lines = [f"{say('asked', lang)}: {judgement.scenario.question()}"]
    for difference in judgement.differences:
        effect = effect_text(difference, lang)
        lines.append(
            f"{difference.outcome}: {_summary(judgement, lang)}" + (f" ({effect})" if effect else "")
        )
        for step in difference.why:
            lines += ["  " * depth + step_text(below, lang) for depth, below in step.walk()]
        lines += [clause_text(clause, lang) for clause in difference.clauses[:4]]
    return [*lines, *judgement.trace]


def _clean(text: str) -> str:
    """Text without what XML cannot carry."""
    return re.sub(
        r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text
    )


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = observed_text(value) if isinstance(value, bool) else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
