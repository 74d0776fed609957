"""What listens to a campaign, and the words that several reports share."""

from datetime import date
from typing import Protocol

from jpki_model.derivation import Step, shown
from jpki_spec.card import CARD_SOURCES, FACTS
from jpki_spec.card_readings import CARD_READINGS, CardReading
from jpki_spec.certificate_readings import CERTIFICATE_READINGS, CertificateReading
from jpki_spec.clauses import CLAUSES
from jpki_spec.laws import READINGS, Reading
from jpki_spec.usage_readings import USAGE_READINGS, UsageReading

from jpki_oracle.campaign import Event
from jpki_oracle.judge import Difference, Judgement, Observed
from jpki_oracle.language import say
from jpki_oracle.scenarios.scenario import Scenario


class Listener(Protocol):
    """Hears every event of a campaign, in order."""

    def hear(self, event: Event) -> None:
        """Take note of one event."""


def answer_text(value: Observed, lang: str) -> str:
    """An answer for people."""
    if isinstance(value, bool):
        return say("yes" if value else "no", lang)
    return say("none", lang) if value is None else str(value)


def clause_text(id: str, lang: str) -> str:
    """A clause: its id, its place, and what it says; of a fact about the card its source in place of the place."""
    if id in FACTS:
        return f"{id} ({CARD_SOURCES[FACTS[id].origin.source][lang]}): {FACTS[id].text[lang]}"
    clause = CLAUSES[id]
    return f"{id} ({clause.place}): {clause.text[lang]}"


def reading_text(question: str, answer: str, lang: str) -> tuple[str, str]:
    """A question that is open, of the law, of use, of certificates or of the card, and what the answer means."""
    reading: Reading | UsageReading | CertificateReading | CardReading = (
        READINGS.get(question)
        or USAGE_READINGS.get(question)
        or CERTIFICATE_READINGS.get(question)
        or CARD_READINGS[question]
    )
    return reading.question[lang], reading.alternatives[answer][lang]


def edge_text(edge: str, lang: str) -> str:
    """What the edge of a scenario is, in words."""
    kind, *about = edge.split("|")
    if kind == "stated":  # by the case itself, in both languages
        return about[lang == "ja"]
    if kind == "form":
        return say(f"edge-form-{about[0]}", lang)
    if about and about[-1] in ("right", "wrong", "off-by-one"):
        about[-1] = say(f"digit-{about[-1]}", lang)
    return say(f"edge-{kind}", lang, **dict(zip("ab", about, strict=False)))


def step_text(step: Step, lang: str) -> str:
    """One step of a derivation on one line: the rule's id, what it says, its value, and what decided."""
    decided = f"  [{'; '.join(step.conditions)}]" if step.conditions else ""
    return f"{step.rule.id}: {step.rule.title[lang]} = {shown(step.value)}{decided}"


def step_json(depth: int, step: Step) -> dict[str, object]:
    """One step of a derivation, for programs."""
    row: dict[str, object] = {"depth": depth, "rule": step.rule.id, "title": step.rule.title.en}
    return {
        **row,
        "value": shown(step.value),
        "conditions": list(step.conditions),
        "clauses": list(step.rule.clauses),
    }


def effect_text(difference: Difference, lang: str) -> str:
    """Who is hit by a wrong answer: something held valid that is not, or the reverse; empty where neither."""
    expected, observed, outcome = difference.expected, difference.observed, difference.outcome
    if isinstance(expected, bool) and isinstance(observed, bool):
        return say("number-accepted" if observed else "number-refused", lang)
    if outcome == "allowed":
        return say("use-allowed" if observed == "yes" else "use-refused", lang)
    if outcome.endswith("_state") and "valid" in (expected, observed):
        return say("state-held-valid" if observed == "valid" else "state-held-invalid", lang)
    if outcome.endswith("_expires") and isinstance(expected, date) and isinstance(observed, date):
        start, end = sorted([expected, observed])
        after = date.fromordinal(start.toordinal() + 1)
        return say("held-valid" if observed > expected else "held-invalid", lang, start=after, end=end)
    return ""


def importance_text(scenario: Scenario, lang: str) -> str:
    """How many people are hit, for how long, by a fault that hardly another scenario of the suite shows."""
    weight = scenario.importance
    if weight is None:
        return ""
    unit = "numbers" if scenario.pack == "number" else "people"
    least = -(-1_000_000 // weight.people)
    many = say(f"hits-{unit}", lang, count=f"{weight.per_million:,}")
    if not weight.per_million:
        many = say(f"hits-few-{unit}", lang, count=f"{least:,}")
    days = "" if weight.days is None else say("hits-days", lang, days=f"{weight.days:,}")
    return many + days


def size_of(judgement: Judgement) -> tuple[int, int, int, str]:
    """A key by which the simplest of several cases comes first: dates of our time, few facts, few wrong answers, id."""
    record = judgement.scenario.life
    if record is None:
        return 0, len(judgement.scenario.question()), len(judgement.differences), judgement.scenario.id
    years = [day.year for day in record.stated.values() if isinstance(day, date)]
    remote = sum(year not in _OUR_TIME for year in years)
    return remote, len(record.stated), len(judgement.differences), judgement.scenario.id


_OUR_TIME = range(1920, 2061)


def kind_of(difference: Difference) -> tuple[str, str, str, str]:
    """Wrong answers of one kind share this: the outcome, the deciding rules, and how far off they are."""
    deciding = " ".join(step.rule.id for _, step in _walk(difference.why)[:2])
    expected, observed = difference.expected, difference.observed
    if isinstance(expected, date) and isinstance(observed, date):
        days = (observed - expected).days
        off = f"{days:+d}" if abs(days) <= 3 else "later" if days > 0 else "earlier"
    else:
        off = f"{type(expected).__name__} {expected if not isinstance(expected, date) else ''} {observed}"
        off = "a date" if isinstance(observed, date) else off
    return difference.outcome, deciding, off, " ".join(sorted("=".join(r) for r in difference.readings))


def _walk(steps: tuple[Step, ...]) -> list[tuple[int, Step]]:
    return [pair for step in steps for pair in step.walk()]
