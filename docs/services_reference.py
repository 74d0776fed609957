"""What the reference page of services says: topics, facts, rules, matrices, readings."""

from jpki_spec.laws import EDITIONS
from jpki_spec.rules.registry import USAGE_RULES
from jpki_spec.usage import MATRICES, TOPICS, USE_FIELDS, USE_OUTCOMES, Row, UseField
from jpki_spec.usage_readings import USAGE_READINGS

Section = tuple[str, list[str], list[list[str]]]
"""A heading, the heads of a table, its rows."""


def sections() -> list[Section]:
    """The tables of the page, in order."""
    return [
        (
            "Topics / 論点",
            ["topic", "asked", "問い", "facts", "outcomes"],
            [
                [f"`{t.id}`", t.text.en, t.text.ja, _codes(t.fields), _codes(t.outcomes)]
                for t in TOPICS.values()
            ],
        ),
        ("Facts / 事実", ["fact", "meaning", "意味", "values"], [_field(f) for f in USE_FIELDS.values()]),
        (
            "Outcomes / 結果",
            ["outcome", "meaning", "意味", "values"],
            [_field(f) for f in USE_OUTCOMES.values()],
        ),
        (
            "Rules / 規則",
            ["rule", "what it says", "内容", "clauses"],
            [
                [f'<a id="{r.id}"></a>`{r.id}`', r.title.en, r.title.ja, _clauses(r.clauses)]
                for _, r in sorted(USAGE_RULES.items())
            ],
        ),
        (
            "Matrices / 対応表",
            ["rule", "for", "対象", "says", "in", "clauses"],
            [
                [f"`{m.rule}`", row.text("en"), row.text("ja"), _value(row), _in(row), _clauses(row.clauses)]
                for m in MATRICES.values()
                for row in m.rows
            ],
        ),
        (
            "Readings / 読み方",
            ["question", "asked", "問い", "answers", "why the default", "既定の理由", "open in"],
            [
                [
                    f"`{r.id}`",
                    r.question.en,
                    r.question.ja,
                    "; ".join(
                        f"`{a}`{' (default)' if a == r.default else ''}: {text.en} / {text.ja}"
                        for a, text in r.alternatives.items()
                    ),
                    r.why.en,
                    r.why.ja,
                    "all" if len(r.open_in) == len(EDITIONS) else _codes(r.open_in),
                ]
                for r in USAGE_READINGS.values()
            ],
        ),
    ]


def _field(field: UseField) -> list[str]:
    values = "; ".join(f"`{id}`: {text.en} / {text.ja}" for id, text in field.values.items())
    if field.is_boolean:
        values = "`true`, `false`"
    return [f"`{field.id}`", field.text.en, field.text.ja, "`YYYY-MM-DD`" if field.is_date else values]


def _value(row: Row) -> str:
    return f"`{row.value}`" if isinstance(row.value, str) else "so"


def _in(row: Row) -> str:
    where = "all editions" if row.in_source else "editions of the law"
    since = f", since {row.since}" if row.since else ""
    return f"{where}{since}" + (f", if `{row.reading}` is `yes`" if row.reading else "")


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _clauses(ids: tuple[str, ...]) -> str:
    return ", ".join(f"[`{id}`](clauses.md#{id})" for id in ids)
