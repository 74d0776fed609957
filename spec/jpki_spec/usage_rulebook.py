"""All rules of use under one law: what every question about services, media and the number starts from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from jpki_spec.rules import media, procedure, usage
from jpki_spec.rules.registry import Trace, tracing
from jpki_spec.terms import Term
from jpki_spec.usage import TOPICS, USE, Use
from jpki_spec.usage_readings import UsageLaw

RULE_OF: Mapping[tuple[str, str], Callable[[Use, UsageLaw], Term]] = {
    ("service", "certificate"): usage.certificate_for,
    ("service", "allowed"): usage.service_goes_ahead,
    ("protection", "allowed"): usage.guards,
    ("transmission", "allowed"): media.is_accepted,
    ("media", "allowed"): media.is_possible,
    ("private-key", "allowed"): media.key_may,
    ("private-key", "chip"): media.chip_after,
    ("my-number", "allowed"): usage.number_allowed,
    ("identity-document", "allowed"): usage.serves_as_identity,
    ("card-entries", "recorded_in"): usage.recorded_in,
    ("seal", "counterpart"): usage.counterpart,
    ("presumption", "allowed"): usage.is_presumed,
    ("presumption", "provision"): usage.provision,
    ("free-area", "allowed"): usage.may_use_free_area,
    ("card-issue", "allowed"): procedure.card_may_be_issued,
    ("card-work", "body"): procedure.body_for,
    ("card-standard", "allowed"): procedure.is_standard,
    ("identity-check", "allowed"): procedure.is_checked,
    ("issue-step", "allowed"): procedure.is_next_step,
    ("key-pair", "allowed"): procedure.key_pair_is,
    ("flow", "allowed"): procedure.is_flow,
}
"""The rule that gives each outcome of a topic."""

if set(RULE_OF) != {(topic.id, outcome) for topic in TOPICS.values() for outcome in topic.outcomes}:
    raise ImportError("the outcomes of usage_rulebook.RULE_OF and of usage.toml differ")


@dataclass(frozen=True)
class UsageRulebook:
    """The term of each outcome of a topic, and which rule a sub-term is, by the sub-term's id."""

    law: UsageLaw
    outcomes: Mapping[tuple[str, str], Term]
    trace: Trace


@cache
def usage_rulebook(law: UsageLaw) -> UsageRulebook:
    """The terms under a law, built once."""
    with tracing() as trace:
        return UsageRulebook(law, {key: rule(USE, law) for key, rule in RULE_OF.items()}, trace)
