"""What the reference page of certificates says: profiles, requirements, readings, triggers, reasons, sources."""

from jpki_spec.certificate_readings import CERTIFICATE_READINGS
from jpki_spec.certificates import (
    ALGORITHMS,
    ATTRIBUTES,
    CERTIFICATE_SOURCES,
    PROFILES,
    REJECTIONS,
    REQUIREMENTS,
    TRIGGERS,
)

Section = tuple[str, list[str], list[list[str]]]
"""A heading, the heads of a table, its rows."""
_REASONS = {
    0: "–",
    1: "keyCompromise",
    3: "affiliationChanged",
    5: "cessationOfOperation",
    6: "certificateHold",
}


def sections() -> list[Section]:
    """The tables of the page, in order."""
    return [
        (
            "Profiles / プロファイル",
            [
                "profile",
                "what it is",
                "名称",
                "policy",
                "keyUsage",
                "extensions, those in brackets may be absent",
            ],
            [
                [
                    f"`{p.id}`",
                    p.title.en,
                    p.title.ja,
                    p.policy or "–",
                    f"`{p.usage.hex().upper()}`",
                    " ".join(f"({e})" if e in p.optional else e for e in p.extensions),
                ]
                for p in PROFILES.values()
            ],
        ),
        (
            "Algorithms / アルゴリズム",
            ["algorithm", "what it is", "名称", "editions"],
            [
                [f"`{a.id}`", a.title.en, a.title.ja, ", ".join(a.editions) or "all others"]
                for a in ALGORITHMS.values()
            ],
        ),
        (
            "Attributes / 記載事項",
            ["attribute", "meaning", "意味", "identifier", "of the four"],
            [
                [f"`{a.id}`", a.title.en, a.title.ja, a.identifier, "yes" if a.of_the_four else "no"]
                for a in ATTRIBUTES.values()
            ],
        ),
        (
            "Requirements / 要件",
            [
                "requirement",
                "what it says",
                "内容",
                "profiles",
                "algorithm",
                "source",
                "confidence",
                "reading",
                "clauses",
            ],
            [
                [
                    f"`{r.id}`",
                    r.text.en,
                    r.text.ja,
                    ", ".join(r.profiles),
                    r.algorithm or "any",
                    r.origin.source,
                    r.origin.confidence,
                    r.reading or "–",
                    ", ".join(f"`{clause}`" for clause in r.clauses) or "–",
                ]
                for r in REQUIREMENTS.values()
            ],
        ),
        (
            "Readings / 読み方",
            ["question", "asked", "問い", "answers, the default in brackets", "why"],
            [
                [
                    f"`{q.id}`",
                    q.question.en,
                    q.question.ja,
                    " ".join(f"[{a}]" if a == q.default else a for a in q.alternatives),
                    q.why.en,
                ]
                for q in CERTIFICATE_READINGS.values()
            ],
        ),
        (
            "Triggers / 失効事由",
            ["trigger", "what happens", "内容", "revokes", "reason", "clauses"],
            [
                [
                    f"`{t.id}`",
                    t.title.en,
                    t.title.ja,
                    ", ".join(t.revokes) or "nothing",
                    _REASONS[t.reason],
                    ", ".join(f"`{clause}`" for clause in t.clauses),
                ]
                for t in TRIGGERS.values()
            ],
        ),
        (
            "Reasons to reject / 拒否理由",
            ["reason", "meaning", "意味"],
            [[f"`{id}`", text.en, text.ja] for id, text in REJECTIONS.items()],
        ),
        (
            "Sources / 出典",
            ["source", "title", "名称"],
            [[f"`{id}`", text.en, text.ja] for id, text in CERTIFICATE_SOURCES.items()],
        ),
    ]
