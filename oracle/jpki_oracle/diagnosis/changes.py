"""What a hypothesis can have more: the faults of its law, slips, conventions, other readings and editions."""

from functools import cache

from jpki_model.columns import Shape
from jpki_spec.laws import Law
from jpki_spec.rulebook import rulebook

from jpki_oracle.diagnosis.conventions import Convention, conventions_among, conventions_of
from jpki_oracle.diagnosis.slips import slips_among, slips_of
from jpki_oracle.diagnosis.translation import between, translated
from jpki_oracle.mutants.faults import Fault, faults_of, observed_outcomes
from jpki_oracle.mutants.operators import changes
from jpki_oracle.scenarios.places import parts


@cache
def faults_under(current: Law, claimed: Law) -> tuple[Fault | Convention, ...]:
    """Every fault, slip and convention of a claimed law, and those of what only the current law has."""
    own = [
        fault for fault in (*faults_of(claimed), *slips_of(claimed)) if not fault.rule.startswith("number.")
    ]
    return (*own, *conventions_of(claimed), *_only_under(current, claimed))


def _only_under(current: Law, claimed: Law) -> list[Fault | Convention]:
    if current == claimed:
        return []
    mine = Shape.of([o.term for o in observed_outcomes(claimed) if o.pack != "number"]).terms()
    known = {node.get_id() for node in mine}
    pairs = between(claimed, current)
    replaced = {node.get_id() for node, _ in pairs}
    known |= {translated(node, pairs).get_id() for node in mine if node.get_id() not in replaced}
    book, seen = rulebook(current), set[int]()
    made: list[Fault] = []
    for observed in observed_outcomes(current):
        if observed.pack == "number":
            continue
        for node, rule in parts(observed.term, book, seen):
            if node.get_id() not in known:
                for change in changes(node, is_rule=node.get_id() in book.trace):
                    if not change.replacement.eq(node):
                        made.append(
                            Fault(current, rule, change.operator, change.detail, node, change.replacement)
                        )
                made += slips_among([(node, rule)], current)
    return [*made, *conventions_among(made, book.trace)]
