"""One condition for each of several laws, asked law by law of solvers that remember what they learned.

Where laws differ in few places, the proof for the first is most of the proof for all others: these then take
milliseconds, where each by itself would take as long as the first. As with one law, there are two forms: the question
as it stands, and the easier one in which dates are compared by their parts (`comparisons`).
"""

from collections.abc import Collection, Iterator, Sequence

import z3
from jpki_spec.assumptions import ASSUMPTIONS, Assumption, assumed, assumptions_on
from jpki_spec.laws import Law
from jpki_spec.terms import LIFE, Boolean, Term

from jpki_model.apart import Apart
from jpki_model.comparisons import ComparedByParts
from jpki_model.joint import Joint
from jpki_model.patience import in_steps
from jpki_model.propositions import Propositions
from jpki_model.solver import Found, NoLife, Question, Result, Unknown, in_range
from jpki_model.traversal import bottom_up

FIRST = 3_000_000
"""Steps, half a second, for which the question as it stands is tried before its easier form is."""


class JointQuestion:
    """As many conditions as laws, each over the lives that can happen under its law.

    `leaving_out` names assumptions that are not made. Proofs do not say which assumptions clash.
    """

    def __init__(
        self, conditions: Sequence[Boolean], laws: Sequence[Law], *, leaving_out: Collection[str] = ()
    ) -> None:
        joint, constants = Joint(len(laws)), _Constants()
        self._conditions, self._laws = conditions, laws
        self._demanded = [
            _demanded(condition, current, constants, leaving_out)
            for condition, current in zip(conditions, laws, strict=True)
        ]

        def assumed(assumption: Assumption) -> Boolean:
            return joint(self._assumed(assumption))

        self._choices = joint.choices
        self._as_it_stands = Question(
            z3.And(joint(conditions), joint.one_choice()),
            laws[0],
            leaving_out=leaving_out,
            naming=False,
            assuming=assumed,
        )
        self._as_it_stands.read_first()
        self._easier: Propositions | None = None
        self._easier_first = False

    def ask(self, position: int, *, steps: int, two_forms: bool = True) -> Result:
        """A life for the law at a position, a proof that there is none, or unknown after so many steps in each form.

        Without `two_forms`, the easier form is not tried: to make it takes a second or two by itself. It is tried after
        a short round of the question as it stands, or before that once it has answered something.
        """
        given = self._given(position)
        for easier, most in _rounds(steps, two_forms, self._easier_first):
            result = self._asked_easier(most, given) if easier else self._asked_plainly(most, given)
            if not isinstance(result, Unknown):
                self._easier_first = easier
                return result
        return Unknown(f"{steps} steps")

    def readable(self, position: int, found: Found, *, steps: int) -> Found:
        """A life that is easier to read than one that was found, if there is one."""
        self._as_it_stands.patience = in_steps(steps).of_one_form()
        better = self._as_it_stands.ask(given=self._given(position))
        return better if isinstance(better, Found) else found

    def demanded(self, position: int) -> frozenset[str]:
        """The ids of the assumptions that are made for the law at a position, as if it were asked by itself."""
        return self._demanded[position]

    def _assumed(self, assumption: Assumption) -> list[Boolean]:
        """What an assumption demands under each law: nothing where it speaks of what the condition does not read."""
        return [
            assumed(assumption, current) if assumption.id in demanded else z3.BoolVal(True)
            for current, demanded in zip(self._laws, self._demanded, strict=True)
        ]

    def _given(self, position: int) -> list[Boolean]:
        return [
            choice if at == position else z3.Not(choice) for at, choice in enumerate(self._choices, start=1)
        ]

    def _asked_plainly(self, most: int, given: Sequence[Boolean]) -> Result:
        self._as_it_stands.patience = in_steps(most).of_one_form()
        return self._as_it_stands.ask(readable=False, given=given)

    def _asked_easier(self, most: int, given: Sequence[Boolean]) -> Result:
        self._easier = self._easier or self._easier_form()
        verdict = self._easier.check(given, in_steps(most).propagations(most))
        return NoLife() if verdict == z3.unsat else Unknown("a life of the easier form is none yet")

    def _easier_form(self) -> Propositions:
        """Each law's comparisons are parted and its operations left open before laws are joined.

        Choices among laws would part comparisons into far too many, and what is known of two operations is of use only
        where one law has both.
        """
        joint, by_parts, aparts = Joint(len(self._laws)), ComparedByParts(), [Apart() for _ in self._laws]

        def joined(terms: Sequence[Term]) -> Term:
            return joint([apart(by_parts(term)) for apart, term in zip(aparts, terms, strict=True)])

        stated = [joined(self._conditions), joint.one_choice(), aparts[0](LIFE.birth.exists)]
        stated += [
            joined(self._assumed(ASSUMPTIONS[name])) for name in sorted(frozenset().union(*self._demanded))
        ]
        for apart in aparts:
            stated += [in_range(name, apart.sorts[name]) for name in apart.constants]
            stated += apart.known()
        different = {statement.get_id(): statement for statement in stated}
        return Propositions(different.values())


class _Constants:
    """The names of the constants within terms; terms that others share are looked at once, and must live as long."""

    def __init__(self) -> None:
        self._done: dict[int, frozenset[str]] = {}

    def __call__(self, term: Term) -> frozenset[str]:
        for part, parts in bottom_up(term, self._done):
            within = (self._done[each.get_id()] for each in parts)
            own = () if parts else (str(part.decl().name()),)
            self._done[part.get_id()] = frozenset(own).union(*within)
        return self._done[term.get_id()]


def _demanded(
    condition: Boolean, current: Law, constants: _Constants, leaving_out: Collection[str]
) -> frozenset[str]:
    """The ids of the assumptions that speak of nothing but what a condition reads, and a birth.

    What those that are left out would read is not read.
    """
    read, found = {"birth", *constants(condition)}, list[Assumption]()
    while (more := [each for each in assumptions_on(read) if each.id not in leaving_out]) != found:
        found = more
        read |= {name for assumption in found for name in constants(assumed(assumption, current))}
    return frozenset(assumption.id for assumption in found)


def _rounds(steps: int, two_forms: bool, easier_first: bool) -> Iterator[tuple[bool, int]]:
    """Whether the easier form is tried, and how far."""
    if not easier_first:
        yield False, min(FIRST, steps)
    if two_forms:
        yield True, steps
    if steps > FIRST or easier_first:
        yield False, steps
