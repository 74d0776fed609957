"""What the reference page of the card says: its applications, files, PINs, facts, rules, readings and properties."""

from jpki_spec.card import (
    APPLICATIONS,
    CARD_SOURCES,
    FACTS,
    FILES,
    NOBODY,
    OPERATIONS,
    SECRETS,
    STATUSES,
    CardFile,
)
from jpki_spec.card_readings import CARD_READINGS, card_readings
from jpki_spec.card_rulebook import card_rulebook
from jpki_spec.properties.card import CARD_PROPERTIES
from jpki_spec.rules.registry import CARD_RULES

Section = tuple[str, list[str], list[list[str]]]
"""A heading, the heads of a table, its rows."""


def sections() -> list[Section]:
    """The tables of the page, in order."""
    return [
        (
            "Applications / AP",
            ["id", "identifier", "what it is", "内容", "source", "confidence"],
            _applications(),
        ),
        ("Files / ファイル", ["file", "name", "名称", "kind", "opened by", "source", "confidence"], _files()),
        (
            "PINs / 暗証番号",
            ["file", "what is presented", "提示するもの", "length", "tries", "changed by"],
            _pins(),
        ),
        ("Rules / 規則", ["rule", "what it says", "内容", "clauses", "facts"], _rules()),
        ("Facts / 事実", ["fact", "what it says", "内容", "source", "confidence", "reading"], _facts()),
        (
            "Readings / 読み方",
            ["question", "asked", "問い", "answers, the default first", "decides"],
            _readings(),
        ),
        ("Properties / 性質", ["property", "what holds", "内容", "excepted"], _properties()),
        ("Status words / ステータスワード", ["word", "meaning", "意味"], _statuses()),
        ("Commands / コマンド", ["command", "APDU", "what is asked", "内容", "tier"], _operations()),
        (
            "Sources / 出典",
            ["source", "title", "名称"],
            [[f"`{id}`", t.en, t.ja] for id, t in CARD_SOURCES.items()],
        ),
    ]


def _applications() -> list[list[str]]:
    return [
        [
            f"`{a.id}`",
            a.identifier.hex(" ").upper(),
            a.title.en,
            a.title.ja,
            a.origin.source,
            a.origin.confidence,
        ]
        for a in APPLICATIONS.values()
    ]


def _files() -> list[list[str]]:
    return [
        [f"`{f.id}`", f.title.en, f.title.ja, f.kind, _opened_by(f), f.origin.source, f.origin.confidence]
        for f in FILES.values()
    ]


def _opened_by(file: CardFile) -> str:
    if file.kind == "pin":
        return "never read"
    names = [f"`{pin}`" if pin != NOBODY else "none" for pin in file.opened_by] or ["free"]
    if file.otherwise:
        question, answer, pins = file.otherwise
        names.append(f"({', '.join(f'`{p}`' for p in pins) or 'free'} if `{question}` is `{answer}`)")
    return " or ".join(names[:-1] if file.otherwise else names) + (f" {names[-1]}" if file.otherwise else "")


def _pins() -> list[list[str]]:
    rows = []
    for file in (f for f in FILES.values() if f.kind == "pin"):
        secret = SECRETS.get(file.secret)
        title = (secret.title.en, secret.title.ja) if secret else ("nobody knows it", "知る者はない")
        length = f"{secret.least}–{secret.most}" if secret and secret.least != secret.most else ""
        length = length or (str(secret.least) if secret else "")
        tries = str(file.tries) if isinstance(file.tries, int) else f"`{file.tries}`"
        rows.append(
            [f"`{file.id}`", *title, length, tries, f"INS {file.change}" if file.change else "the issuer"]
        )
    return rows


def _rules() -> list[list[str]]:
    card_rulebook(card_readings())
    return [
        [f"`{r.id}`", r.title.en, r.title.ja, ", ".join(r.clauses), ", ".join(r.facts)]
        for _, r in sorted(CARD_RULES.items())
    ]


def _facts() -> list[list[str]]:
    return [
        [f"`{f.id}`", f.text.en, f.text.ja, f.origin.source, f.origin.confidence, f.reading]
        for f in FACTS.values()
    ]


def _readings() -> list[list[str]]:
    return [
        [
            f"`{r.id}`",
            r.question.en,
            r.question.ja,
            "; ".join(f"`{answer}` {text.en}" for answer, text in r.alternatives.items()),
            r.decides,
        ]
        for r in CARD_READINGS.values()
    ]


def _properties() -> list[list[str]]:
    return [
        [f"`{p.id}`", p.statement.en, p.statement.ja, ", ".join(f"`{q}={a}`" for q, a in p.excepting)]
        for p in CARD_PROPERTIES.values()
    ]


def _statuses() -> list[list[str]]:
    return [[f"`{s.word}`", s.text.en, s.text.ja] for s in STATUSES.values()]


def _operations() -> list[list[str]]:
    return [[f"`{o.id}`", f"`{o.apdu}`", o.title.en, o.title.ja, o.tier] for o in OPERATIONS.values()]
