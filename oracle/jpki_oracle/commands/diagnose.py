"""`diagnose`: which edition, readings or faults explain everything that a system answers."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jpki_spec.laws import CURRENT_EDITION, READINGS, Law, UnknownLaw, law

from jpki_oracle.commands.arguments import law_argument, reading_arguments
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, progress
from jpki_oracle.diagnosis.apart import Ask, ToldApart, tell_apart
from jpki_oracle.diagnosis.conventions import Convention, all_faults
from jpki_oracle.diagnosis.evidence import LIVES, Answered, Evidence
from jpki_oracle.diagnosis.hypothesis import Hypothesis
from jpki_oracle.diagnosis.questioning import Conclusion, diagnose_answers, diagnose_system
from jpki_oracle.diagnosis.reading_questions import reading_hypotheses
from jpki_oracle.diagnosis.search import wrong_answers
from jpki_oracle.diagnosis.slips import operator_text
from jpki_oracle.judge import Observed, observed_outcomes
from jpki_oracle.language import language, say
from jpki_oracle.mutants.faults import Fault
from jpki_oracle.scenarios.scenario import Scenario, SuiteError, shipped_suite, suites
from jpki_oracle.sut.address import AddressError, open_connection
from jpki_oracle.sut.connection import Answer, Failure
from jpki_oracle.sut.journal import JournalError
from jpki_oracle.sut.session import Session

EXPLAINED, DIFFERENT, COULD_NOT = 0, 1, 2
MOST_WRITTEN = 5
"""Explanations that are printed, where no question tells them apart."""


@dataclass(frozen=True)
class DiagnoseRequest:
    """What the command line asked for."""

    sut: str
    edition: str | None
    readings: tuple[str, ...]
    suites: tuple[str, ...]
    readings_only: bool
    timeout: float


class Flaky(ValueError):
    """The system answered one question in two ways."""


def diagnose_command(request: DiagnoseRequest, form: str, lang: str | None) -> int:
    """Print the diagnosis: 0 right under the claimed law, 1 explained by something else or not at all, 2 no answers."""
    words = language(lang)
    address = _address(request.sut)
    recorded = address.startswith("journal:")
    try:
        with Session(open_connection(address, timeout=request.timeout)) as session:
            system = session.describe()
            if isinstance(system, Failure):
                raise CommandFailure(f"{request.sut}: {system.kind.value.replace('_', ' ')}: {system.detail}")
            packs = [pack for pack in LIVES if pack in system.capabilities]
            if not packs:
                raise CommandFailure(f"{system.name} claims none of the capabilities {', '.join(LIVES)}")
            claimed = _claimed(request, system.edition, system.readings)

            def ask(scenario: Scenario) -> Mapping[str, Observed]:
                return _answers(session, scenario, twice=not recorded)

            if request.readings_only and not recorded:
                at_hand = [s for s in shipped_suite("readings") if s.serves(claimed)]
                told = tell_apart(reading_hypotheses(claimed), ask, packs, at_hand)
                if not any(each.answers for each in told.asked):
                    raise CommandFailure(f"{system.name} answered none of {len(told.asked)} questions")
                return _print_readings(told, claimed, form, words)
            scenarios = [s for s in suites(request.suites) if s.pack in packs and s.serves(claimed)]
            with progress() as tell:
                answered = []
                for at, scenario in enumerate(scenarios):
                    tell(at, len(scenarios), "asked")
                    answered.append(Answered(scenario, _answers(session, scenario, twice=False)))
                evidence = Evidence(answered)
                if not evidence.rows:
                    raise CommandFailure(f"{system.name} answered none of {len(scenarios)} questions")
                if request.readings_only:  # a record cannot be asked on
                    fit = [each for each in reading_hypotheses(claimed) if not wrong_answers(evidence, each)]
                    return _print_readings(ToldApart(tuple(fit), tuple(evidence.rows)), claimed, form, words)
                _ask_again(evidence, Hypothesis(claimed), ask)
                if recorded:
                    concluded = diagnose_answers(answered, claimed, tell)
                else:
                    concluded = diagnose_system(answered, claimed, ask, packs, tell)
            return _print(concluded, claimed, form, words)
    except (AddressError, JournalError, SuiteError, UnknownLaw, Flaky) as error:
        raise CommandFailure(str(error)) from None


def _address(sut: str) -> str:
    """An address; a file or folder that `certify --out` wrote stands for its journal."""
    path = Path(sut)
    if path.is_dir():
        return f"journal:{path / 'journal.ndjson'}"
    if path.is_file():
        return f"journal:{path if path.suffix == '.ndjson' else path.with_name('journal.ndjson')}"
    return sut


def _claimed(request: DiagnoseRequest, edition: str | None, readings: Mapping[str, str]) -> Law:
    if request.edition:
        return law_argument(request.edition, request.readings)
    return law(edition or CURRENT_EDITION, {**readings, **reading_arguments(request.readings)})


def _answers(session: Session, scenario: Scenario, *, twice: bool) -> Mapping[str, Observed]:
    """The answers by outcome, none where the system failed to answer. Raises `Flaky`."""
    replies = [session.ask(scenario.pack, scenario.params) for _ in range(2 if twice else 1)]
    given = [observed_outcomes(scenario, r.result) if isinstance(r, Answer) else {} for r in replies]
    if given[0] != given[-1]:
        changed = next(name for name in given[0] | given[-1] if given[0].get(name) != given[-1].get(name))
        raise Flaky(
            f"the system is flaky: asked twice for {changed} of {scenario.question()}, "
            f"it answered {given[0].get(changed)} and then {given[-1].get(changed)}"
        )
    return given[0]


def _ask_again(evidence: Evidence, claimed: Hypothesis, ask: Ask) -> None:
    """Ask the first wrong questions a second time, since a flaky system cannot be diagnosed. Raises `Flaky`."""
    terms = claimed.terms()
    for name in evidence.outcomes():
        wrong = evidence.wrong(name, evidence.predicted(name, terms[name]))
        rows = evidence.packs[evidence.pack_of(name)]
        for at in wrong.nonzero()[0][:3].tolist():
            again = ask(rows[at].scenario)
            if again.get(name) != rows[at].answers.get(name):
                raise Flaky(
                    f"the system is flaky: asked twice for {name} of {rows[at].scenario.question()}, "
                    f"it answered {rows[at].answers.get(name)} and then {again.get(name)}"
                )


def _print(concluded: Conclusion, claimed: Law, form: str, words: str) -> int:
    found, evidence = concluded.found, concluded.evidence
    if form == "json":
        print_json(_json(concluded, claimed))
        return _code(found.explanations, claimed)
    out = sys.stdout
    cells, base = evidence.cells(), wrong_answers(evidence, Hypothesis(claimed))
    out.write(say("diagnosis-answers", words, cells=cells, wrong=base, law=claimed) + "\n")
    if concluded.further:
        out.write(say("diagnosis-further", words, count=concluded.further) + "\n")
    for answered in concluded.asked:
        answers = ", ".join(f"{name} {value}" for name, value in answered.answers.items())
        out.write(
            say("diagnosis-asked", words, question=answered.scenario.question(), answers=answers) + "\n"
        )
    if found.explanations:
        out.write("\n" + say("diagnosis-explained", words, cells=cells) + "\n")
        _write_explanations(found.explanations, claimed, words)
        if concluded.foretold:
            out.write(say("diagnosis-foretold", words, count=concluded.foretold) + "\n")
    else:
        out.write("\n" + say("diagnosis-none", words) + "\n")
        for row in (evidence.rows[at] for at in found.inconsistent):
            answers = ", ".join(f"{name} {value}" for name, value in row.answers.items())
            out.write(f"  {row.scenario.id}  {row.scenario.question()}\n      {answers}\n")
        nearest = found.nearest[0]
        out.write(say("diagnosis-nearest", words, right=cells - nearest.wrong, cells=cells) + "\n")
        _write_hypothesis(nearest.hypothesis, claimed, words)
    return _code(found.explanations, claimed)


def _write_explanations(explanations: Sequence[Hypothesis], claimed: Law, words: str) -> None:
    """The first in full; of the others what they have in another's place."""
    first = explanations[0]
    _write_hypothesis(first, claimed, words)
    for other in explanations[1:MOST_WRITTEN]:
        sys.stdout.write(say("diagnosis-or", words) + "\n")
        faults = tuple(fault for fault in other.faults if fault not in first.faults)
        apart = Hypothesis(other.law, faults) if len(other.faults) > 1 else other
        shared = first.law if len(other.faults) > 1 else claimed
        _write_hypothesis(apart, shared, words)
    if len(explanations) > 1:
        sys.stdout.write(say("diagnosis-alike", words, count=len(explanations)) + "\n")


def _write_hypothesis(hypothesis: Hypothesis, claimed: Law, words: str) -> None:
    out = sys.stdout
    if hypothesis.law.edition != claimed.edition:
        out.write(f"  {say('diagnosis-edition', words, edition=hypothesis.law.edition)}\n")
    for question, answer in claimed.difference(hypothesis.law).items():
        text = READINGS[question].alternatives[answer][words]
        out.write(f"  {say('diagnosis-reading', words, question=question, answer=answer)}: {text}\n")
    for fault in sorted(hypothesis.faults, key=_first_rule):
        _write_fault(fault, words)
    if not hypothesis.faults and hypothesis.law == claimed:
        out.write(f"  {say('diagnosis-right', words, law=claimed)}\n")


def _first_rule(fault: Fault | Convention) -> tuple[int, str]:
    """Rules of validity first, then moves, then revocation."""
    rule = fault.rules[0] if isinstance(fault, Convention) else fault.rule
    order = ("validity", "moves", "revocation", "states")
    return (order.index(rule.split(".")[0]), rule)


def _write_fault(fault: Fault | Convention, words: str) -> None:
    out = sys.stdout
    text = operator_text(fault.operator)[words]
    if isinstance(fault, Convention):
        rules = ", ".join(fault.rules)
        out.write(f"  {say('diagnosis-convention', words, rules=rules, text=text)}\n")
        fault = fault.faults[0]
    else:
        out.write(f"  {say('diagnosis-fault', words, rule=fault.rule, text=text)}\n")
    out.write(f"      {say('diagnosis-has', words)}: {fault.has}\n")
    out.write(f"      {say('diagnosis-instead', words)}: {fault.instead}\n")


def _print_readings(told: ToldApart, claimed: Law, form: str, words: str) -> int:
    left = told.left
    names = [", ".join(f"{q}={a}" for q, a in claimed.difference(each.law).items()) for each in left]
    if form == "json":
        print_json({"edition": claimed.edition, "questions": len(told.asked), "readings": names})
    else:
        print(say("diagnosis-questions", words, count=len(told.asked)))
        for name in names:
            print(f"  {name or say('diagnosis-defaults', words)}")
        if len(names) > 1:
            print(say("diagnosis-alike", words, count=len(names)))
        if not names:
            print(say("diagnosis-no-reading", words))
    return _code(left, claimed)


def _json(concluded: Conclusion, claimed: Law) -> dict[str, object]:
    found, evidence = concluded.found, concluded.evidence
    return {
        "edition": claimed.edition,
        "readings": dict(claimed.readings),
        "answers": evidence.cells(),
        "wrong": wrong_answers(evidence, Hypothesis(claimed)),
        "further": concluded.further,
        "foretold": concluded.foretold,
        "explanations": [_plain(each, claimed) for each in found.explanations],
        "nearest": [{**_plain(each.hypothesis, claimed), "wrong": each.wrong} for each in found.nearest[:1]],
        "inconsistent": [evidence.rows[at].scenario.id for at in found.inconsistent],
        "asked": [
            {"pack": each.scenario.pack, "params": each.scenario.params, "answers": dict(each.answers)}
            for each in concluded.asked
        ],
    }


def _plain(hypothesis: Hypothesis, claimed: Law) -> dict[str, object]:
    return {
        "edition": hypothesis.law.edition,
        "readings": claimed.difference(hypothesis.law),
        "faults": [
            {
                "id": each.id,
                "rule": each.rule,
                "operator": each.operator,
                "has": each.has,
                "instead": each.instead,
            }
            for each in all_faults(hypothesis.faults)
        ],
    }


def _code(explanations: Sequence[Hypothesis], claimed: Law) -> int:
    right = any(not each.faults and each.law == claimed for each in explanations)
    return EXPLAINED if right else DIFFERENT
