"""`find` and `prove`."""

from pathlib import Path

from jpki_model.life import LifeRecord
from jpki_model.outcome import outcome_of
from jpki_model.solver import Found, NoLife, Question, Unknown
from jpki_spec.assumptions import Assumption
from jpki_spec.laws import Law

from jpki_oracle.ask.predicate import Predicate, PredicateError, parse
from jpki_oracle.ask.questions import Counterexample, Proof, find, prove, question_against, question_for
from jpki_oracle.ask.smtlib import smtlib
from jpki_oracle.commands.arguments import law_argument
from jpki_oracle.commands.failure import CommandFailure
from jpki_oracle.commands.printing import print_json
from jpki_oracle.language import language, say
from jpki_oracle.reports.files import write_whole

YES, NO, UNKNOWN = 0, 1, 2


def find_command(
    text: str,
    edition: str | None,
    readings: list[str] | None,
    any_life: bool,
    smt: Path | None,
    form: str,
    lang: str | None,
) -> int:
    """Print a life for which the predicate holds; 0 found, 1 none, 2 unknown."""
    predicate = _predicate(text, law_argument(edition, readings))
    _write(smt, question_for(predicate, assume=not any_life), predicate)
    match find(predicate, assume=not any_life):
        case Found(life):
            _show("found", predicate, life, form, language(lang))
            return YES
        case NoLife(clash):
            _say("no-life", predicate, form, language(lang), clash=clash)
            return NO
        case Unknown(why):
            _say("unknown", predicate, form, language(lang), why=why)
            return UNKNOWN


def prove_command(
    text: str,
    edition: str | None,
    readings: list[str] | None,
    any_life: bool,
    smt: Path | None,
    form: str,
    lang: str | None,
) -> int:
    """Print a proof or a counterexample; 0 proven, 1 not, 2 unknown."""
    predicate = _predicate(text, law_argument(edition, readings))
    _write(smt, question_against(predicate, assume=not any_life), predicate)
    match prove(predicate, assume=not any_life):
        case Counterexample(life):
            _show("counterexample", predicate, life, form, language(lang))
            return NO
        case Proof(vacuous, clash):
            _say("proven", predicate, form, language(lang), vacuous=vacuous, clash=clash)
            return YES
        case Unknown(why):
            _say("unknown", predicate, form, language(lang), why=why)
            return UNKNOWN


def _predicate(text: str, law: Law) -> Predicate:
    try:
        return parse(text, law)
    except PredicateError as error:
        raise CommandFailure(str(error)) from None


def _write(path: Path | None, question: Question, predicate: Predicate) -> None:
    if path is not None:
        try:
            write_whole(path, smtlib(question, predicate.text, predicate.law))
        except OSError as error:
            raise CommandFailure(f"{path}: {error.strerror}") from None


def _show(key: str, predicate: Predicate, life: LifeRecord, form: str, lang: str) -> None:
    outputs = outcome_of(life, predicate.law).outputs
    named = {name: value for name, value in outputs.items() if name in predicate.text}
    if form == "json":
        print_json({"result": key, **_context(predicate), "life": life.as_json(), "outputs": outputs})
        return
    print(f"# {say(key, lang)}")
    fence = form == "markdown"
    print(
        ("\n```toml\n" if fence else "") + life.as_toml() + ("```" if fence else ""),
        end="\n" if fence else "",
    )
    if named:
        print(f"\n# {say('outcomes', lang)} ({say('edition', lang)} {predicate.law})")
        for name, value in named.items():
            print(f"# {name} = {say('none', lang) if value is None else value}")


def _say(
    key: str,
    predicate: Predicate,
    form: str,
    lang: str,
    *,
    clash: tuple[Assumption, ...] = (),
    vacuous: str | None = None,
    why: str = "",
) -> None:
    if form == "json":
        content: dict[str, object] = {"result": key, **_context(predicate), "clash": [a.id for a in clash]}
        print_json({**content, "vacuous": vacuous} if key == "proven" else content)
        return
    print(
        say(key, lang, why=why)
        + ("" if vacuous is None else f"; {say('vacuous', lang, why=say(vacuous, lang))}")
    )
    names = ", ".join(predicate.names) or "–"
    print(say("asked-of", lang, law=predicate.law, names=names))
    if clash:
        print(say("clash", lang, assumptions="; ".join(assumption.text[lang] for assumption in clash)))


def _context(predicate: Predicate) -> dict[str, object]:
    law = predicate.law
    return {"predicate": predicate.text, "edition": law.edition, "readings": dict(law.readings)}
