"""Questions about use as campaign and reports know scenarios."""

import hashlib
import json
from dataclasses import dataclass

from jpki_model.usage import UseQuestion, derivation
from jpki_spec.usage import TOPICS
from jpki_spec.usage_readings import UsageLaw

from jpki_oracle.scenarios.scenario import Scenario

PACK = "services"


@dataclass(frozen=True)
class UseScenario(Scenario):
    """One question about use."""

    asked: UseQuestion | None = None

    @property
    def use_question(self) -> UseQuestion:
        """The question. Raises ValueError for a scenario without one."""
        if self.asked is None:
            raise ValueError("a scenario of the pack services without its question")
        return self.asked

    @property
    def id(self) -> str:
        """The topic, and what depends on the question alone."""
        canonical = json.dumps(self.params, sort_keys=True).encode()
        return f"{PACK}-{self.use_question.topic}-{hashlib.sha256(canonical).hexdigest()[:8]}"

    @property
    def params(self) -> dict[str, object]:
        """The question as parameters of the capability `services`."""
        return self.use_question.as_json()

    def question(self) -> str:
        """The question in words, on one line."""
        return self.use_question.text("en")


def use_scenario(question: UseQuestion, law: UsageLaw) -> UseScenario:
    """The scenario that asks a question; its rule is the one that decides first under the law."""
    outcome = TOPICS[question.topic].outcomes[0]
    steps = derivation(question, outcome, law)
    # The question itself is told in English on its own line, so only in Japanese all of it is needed here.
    edge = f"stated|{TOPICS[question.topic].text.en}|{question.text('ja')}"
    return UseScenario(PACK, outcome, steps[0].rule.id if steps else "", edge, asked=question)
