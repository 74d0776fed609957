"""`suite build`, `suite show` and `suite add`."""

import csv
import gc
import io
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from jpki_model.day import OutOfCalendar, parse_day
from jpki_model.life import LifeError, read_life
from jpki_model.outcome import outcome_of
from jpki_spec.laws import EDITIONS, Law

from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.certify import Request, chosen, print_scenarios
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json, print_table, progress
from jpki_oracle.diagnosis.reading_questions import questions_for
from jpki_oracle.language import language, say
from jpki_oracle.mutants.build import build
from jpki_oracle.mutants.complete import Complete
from jpki_oracle.mutants.coverage import coverage
from jpki_oracle.mutants.drawing import Progress
from jpki_oracle.mutants.equivalence import MutantUndecided, Proof
from jpki_oracle.mutants.importance import weighed
from jpki_oracle.mutants.index import NotComplete, shipped_complete, write_index, write_joint_index
from jpki_oracle.mutants.known import proof_key
from jpki_oracle.mutants.memory import Memory, default_memory
from jpki_oracle.mutants.mutant import mutants_of
from jpki_oracle.mutants.readings import build_readings
from jpki_oracle.mutants.suite import suite_of
from jpki_oracle.mutants.whole import build_key, remember_builds, remembered_builds
from jpki_oracle.reports.files import write_whole
from jpki_oracle.reports.listener import edge_text
from jpki_oracle.scenarios.boundary import GoalUndecided, all_laws
from jpki_oracle.scenarios.boundary import build as build_boundary
from jpki_oracle.scenarios.numbers import number_scenarios
from jpki_oracle.scenarios.scenario import SUITES, Scenario, SuiteError, read_suite, write_suite

SELDOM = (50_000, 50, 50)
"""How seldom a build looks for garbage in cycles, of which terms leave none: else that takes a tenth of its time."""


@dataclass(frozen=True)
class BuildRequest:
    """What `suite build` was asked for; `table`, `mutants` and `proofs` are further files to write."""

    file: Path
    editions: tuple[str, ...]
    readings: tuple[str, ...]
    kind: str
    table: Path | None
    mutants: Path | None
    proofs: Path | None
    remember: bool
    leaving_out: tuple[str, ...] = ()


def build_command(request: BuildRequest) -> int:
    """Build a suite and write it; 0, or 2 where something stayed undecided."""
    if request.kind not in SUITES:
        raise CommandFailure(f"no kind of suite {request.kind!r}; there are {', '.join(SUITES)}")
    if not request.file.absolute().parent.is_dir():
        raise CommandFailure(f"{request.file}: there is no folder {request.file.parent}")
    if request.readings and len(request.editions) != 1:
        raise CommandFailure("readings go with one --edition")
    laws = [law_argument(edition, request.readings) for edition in request.editions] or all_laws()
    if request.readings and request.kind == "other-readings":
        raise CommandFailure("--kind other-readings is about every other reading; --except leaves some out")
    for reading in request.leaving_out:
        if request.kind != "other-readings":
            raise CommandFailure("--except goes with --kind other-readings")
        if not any(reading in single_answers(current) for current in laws):
            raise CommandFailure(f"--except {reading}: no such answer; `jpki-oracle readings` lists them")
    try:
        if request.kind == "boundary":
            return _boundary(request.file, laws)
        if request.kind == "readings":
            return _readings(request.file, laws)
        return _complete(request, laws)
    except (GoalUndecided, MutantUndecided) as error:
        raise CommandFailure(f"the solver gave up, so no suite was written: {error}") from None
    except NotComplete as error:
        raise CommandFailure(
            f"the shipped complete suite is not up to date; build it first: {error}"
        ) from None
    except OSError as error:
        raise CommandFailure(f"{error.filename or request.file}: {error.strerror}") from None


def _boundary(file: Path, laws: Sequence[Law]) -> int:
    with progress() as tell:
        made = build_boundary(laws, lambda number, of, what: tell(number, of, what))
    write_whole(file, write_suite(weighed([*made.scenarios, *number_scenarios()], laws)))
    print(f"{file}: {len(made.scenarios)} lives; {len(made.unreachable)} edges that no life can reach")
    return 0


def _readings(file: Path, laws: Sequence[Law]) -> int:
    found: dict[str, Scenario] = {}
    with progress() as tell:
        for number, current in enumerate(laws):
            tell(number, len(laws), str(current))
            for scenario in questions_for(current):
                known = found.get(scenario.id, replace(scenario, editions=()))
                found[scenario.id] = replace(known, editions=(*known.editions, current.edition))
    ordered = [replace(each, editions=_ordered(each.editions)) for each in found.values()]
    write_whole(file, write_suite(ordered))
    print(f"{file}: {len(ordered)} questions that tell the readings of {len(laws)} editions apart")
    return 0


def single_answers(current: Law) -> set[str]:
    """Each other answer to an open question of an edition, as `QUESTION=ANSWER`."""
    others = (*current.alternatives(), *current.alternatives("numbers"))
    return {f"{question}={answer}" for other in others for question, answer in other.readings.items()}


def _built(request: BuildRequest, laws: Sequence[Law], processes: Executor, tell: Progress) -> list[Complete]:
    """The complete suites of the laws; of their other readings, beyond the shipped ones, if that was asked for."""
    memory = Memory(default_memory() if request.remember else None)
    try:
        if request.kind == "other-readings":
            return _readings_built(laws, request.leaving_out, processes, memory, tell)
        key = build_key(*map(str, laws))
        return _known_or(key, memory, lambda: build(laws, processes, memory, tell))
    finally:
        memory.save()


def _readings_built(
    laws: Sequence[Law], leaving_out: Collection[str], processes: Executor, memory: Memory, tell: Progress
) -> list[Complete]:
    bases = [shipped_complete(current) for current in laws]
    given = [scenario.id for base in bases for scenario in base.scenarios]
    key = build_key(*map(str, laws), "other readings but", *sorted(leaving_out), *given)
    return _known_or(key, memory, lambda: build_readings(bases, processes, memory, tell, leaving_out))


def _known_or(key: str, memory: Memory, made: Callable[[], list[Complete]]) -> list[Complete]:
    """What was built before under a key; else what is made now, which is remembered."""
    known = remembered_builds(key, memory)
    if known is not None:
        return known
    builds = made()
    remember_builds(key, builds, memory)
    return builds


def _complete(request: BuildRequest, laws: Sequence[Law]) -> int:
    with progress() as tell, _processes() as processes:
        builds = _built(request, laws, processes, tell)
        scenarios = suite_of(builds, processes)
    write_whole(request.file, write_suite(scenarios))
    if request.table:
        write_whole(request.table, suite_table(scenarios))
    if request.mutants:
        write_whole(request.mutants, mutant_table(builds))
    if request.proofs:
        write_proofs(request.proofs, builds)
    if request.kind == "other-readings":
        for current in laws:
            _print_readings_account(
                current, [built for built in builds if built.law.edition == current.edition]
            )
    else:
        for built in builds:
            _print_account(built)
    print(f"{request.file}: {len(scenarios)} scenarios")
    return 0


@contextmanager
def _processes() -> Iterator[Executor]:
    """As many as there are processors; while there are, garbage is looked for seldom, here and there."""
    before, processors = gc.get_threshold(), max(os.cpu_count() or 1, 1)
    gc.set_threshold(*SELDOM)
    try:
        with ProcessPoolExecutor(processors, initializer=gc.set_threshold, initargs=SELDOM) as processes:
            yield processes
    finally:
        gc.set_threshold(*before)


def _print_account(base: Complete) -> None:
    """What became of the mutants of a law."""
    shown = int(base.kills.any(axis=1).sum())
    lives = sum(scenario.life is not None for scenario in base.scenarios)
    print(
        f"{base.law}: {len(base.mutants)} mutants, {shown} shown by {lives} lives and "
        f"{len(base.scenarios) - lives} numbers, {len(base.mutants) - shown} proven equivalent, 0 unknown"
    )


def _print_readings_account(edition: Law, readings: Sequence[Complete]) -> None:
    """What became of the mutants of an edition's other readings, and what they need beyond its suite."""
    more = len({scenario.id for built in readings for scenario in built.scenarios})
    most = max(len(built.scenarios) for built in readings)
    total = sum(len(mutants_of(built.law)) for built in readings)
    equivalent = sum(len(built.mutants) - int(built.kills.any(axis=1).sum()) for built in readings)
    print(
        f"{edition}: {len(readings)} other readings with {total} mutants, {total - equivalent} shown by the suite of "
        f"the edition and {more} further scenarios (at most {most} for one reading), {equivalent} proven equivalent, "
        "0 unknown"
    )


def suite_table(scenarios: Sequence[Scenario]) -> str:
    """A suite as CSV: one scenario a row, its question in the row's last columns."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "pack", "outcome", "rule", "edge", "editions", "question", "note"])
    for scenario in sorted(scenarios, key=lambda each: (each.pack, each.id)):
        about = [scenario.id, scenario.pack, scenario.outcome, scenario.rule, edge_text(scenario.edge, "en")]
        writer.writerow([*about, " ".join(scenario.editions), scenario.question(), scenario.note])
    return out.getvalue()


def mutant_table(builds: Sequence[Complete]) -> str:
    """Every mutant of the builds as CSV: what it is, and the scenario that shows it or the proof that none can."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["edition", "mutant", "operator", "rule has", "instead", "verdict", "by"])
    for built in builds:
        proofs = {id(mutant): proof for proof in built.proofs for mutant in proof.mutants}
        for row, mutant in zip(built.kills.tolist(), built.mutants, strict=True):
            fault = mutant.fault
            about = [fault.operator, fault.has, fault.instead] if fault else ["law", "", str(mutant.other)]
            end = ["killed", built.scenarios[row.index(True)].id] if any(row) else []
            if not end:
                end = ["equivalent", proof_name(proofs[id(mutant)])]
            writer.writerow([built.law.edition, mutant.id, *about, *end])
    return out.getvalue()


def proof_name(proof: Proof) -> str:
    """The file name of a proof: the outcome and a number that depends on the mutants that it is about."""
    return f"{proof.digest()}.smt2"


def write_proofs(folder: Path, builds: Sequence[Complete]) -> None:
    """Every proof as an SMT-LIB 2 file that another solver must find unsatisfiable, and indexes of them all.

    `index.json` names the file of each proof, `joint.json` says proofs of many laws once. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    proofs = [proof for built in builds for proof in built.proofs]
    write_whole(folder / "index.json", write_index(proofs))
    write_whole(folder / "joint.json", write_joint_index(proofs))
    scripts: dict[str, Path] = {}  # many laws have most problems in common
    for proof in proofs:
        file = folder / proof_name(proof)
        same = scripts.setdefault(proof_key(proof), file)
        write_whole(file, proof.script() if same == file else same.read_text(encoding="utf-8"))


def show_command(
    file: Path | None,
    packs: list[str] | None,
    with_coverage: bool,
    edition: str | None,
    form: str,
    lang: str | None,
) -> int:
    """Print the scenarios of a suite, or which condition of which rule they show to decide alone."""
    suites = (str(file),) if file else ()
    scenarios = chosen(
        Request("", tuple(packs or ()), None, (), None, suites, (), None, None, False, 10.0, True)
    )
    words = language(lang)
    if with_coverage:
        print_table(
            [
                {
                    say("rule", words): covered.rule,
                    say("condition", words): covered.condition,
                    say("decides-when-true", words): covered.when_true,
                    say("decides-when-false", words): covered.when_false,
                }
                for covered in coverage(law_argument(edition, ()), scenarios)
            ],
            form,
        )
    elif form == "json":
        print_json([scenario.as_json() for scenario in scenarios])
    else:
        print_scenarios(scenarios, form, words)
    return 0


def add_command(file: Path, life: Path, on: str | None, note: str, editions: list[str] | None) -> int:
    """Pin a life in a suite file, which is made where it is missing."""
    if not note.strip():
        raise CommandFailure("a note is needed: who was broken by this life, and how")
    for edition in editions or ():
        law_argument(edition, ())
    try:
        record = read_life(life)
        day = parse_day(on) if on else None
        known = read_suite(file) if file.exists() else []
    except (LifeError, SuiteError) as error:
        raise CommandFailure(str(error)) from None
    except ValueError as error:
        raise CommandFailure(f"--on: {error}") from None
    pack, outcome = ("status", "card_state") if day else ("validity", "card_expires")
    about = note.strip().replace("|", "/")
    pinned = Scenario(
        pack,
        outcome,
        "pinned",
        f"pinned|{about}",
        life=record,
        on=day,
        editions=tuple(editions or ()),
        note=about,
    )
    for edition in editions or EDITIONS:
        try:
            outcome_of(record, law_argument(edition, ()))
        except OutOfCalendar as error:
            raise CommandFailure(f"{life}: edition {edition} has no answer to this life: {error}") from None
    if any(scenario.id == pinned.id for scenario in known):
        raise CommandFailure(f"{file} has this question already, as {pinned.id}")
    try:
        write_whole(file, write_suite([*known, replace(pinned, editions=_ordered(pinned.editions))]))
    except OSError as error:
        raise CommandFailure(f"{file}: {error.strerror}") from None
    print(f"{pinned.id} {pinned.question()}")
    return 0


def _ordered(editions: Sequence[str]) -> tuple[str, ...]:
    return tuple(edition for edition in EDITIONS if edition in editions)
