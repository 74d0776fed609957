"""The example systems, each with the deviations that its source was read to have; `diagnose` has to name these.

Deviations hide each other: where all returns from abroad go unseen, it makes no difference what counts as a return.
What is found about states is right, then, if nothing else is named than was read, and if it answers for every life
what the source does (`states_read_in_a_source`), which the solver proves.

Read in the sources, line by line. Of the last days:

- python_dateutil: `relativedelta(day, birth).years` completes a year of somebody born on 29 February on 28 February;
  `birth + relativedelta(years=n)` puts the birthday there too, as the rules do.
- node: `date.diff(birth, 'years')` and `birth.plus({ years })` of luxon do the same.
- java: `YEARS.between` completes that year on 1 March, but `birth.plusYears` gives 28 February: the birthday of the
  year of issue is taken to be on 1 March, the last one is on 28 February.
- sql, node_bare: `date(birth, '+n years')` of SQLite and `setUTCFullYear` run over to 1 March; so do their months.
- all five: the three months run back from the day after the last day (the reading `forward`), and a signature
  certificate is capped by any user-authentication certificate, also by one that was not yet, or no more, held.

Of the states, alike in the three that have them: each deadline of a move, each 90 days, each moving on counts by
itself if it falls on or after the day of issue; no rule about a return from abroad is there; a notice of moving in
neither brings the end of a signature certificate forward nor spares a later one; a card handed in before leaving goes
on abroad whether or not it was there then, or had been given back, and also on the day of leaving; a signature
certificate made for use abroad ends on leaving; a correction on the day of issue revokes.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest
from jpki_model.patience import in_steps
from jpki_model.solver import NoLife, Question
from jpki_oracle.diagnosis.conventions import Convention
from jpki_oracle.diagnosis.evidence import LIVES, Answered
from jpki_oracle.diagnosis.questioning import diagnose_system
from jpki_oracle.judge import observed_outcomes
from jpki_oracle.scenarios.scenario import suites
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session
from jpki_spec.laws import law
from jpki_spec.terms import LIFE, Date
from states_read_in_a_source import states as source_states

ROOT = Path(__file__).resolve().parents[2]
ITEMS = ("card", "signature", "authentication")
CLAIMED = law("2024-05-27")
ADDRESSES = {
    "python_dateutil": f"stdio:{sys.executable} {ROOT}/examples/sut/python_dateutil/sut.py",
    "sql": f"stdio:{sys.executable} {ROOT}/examples/sut/sql/sut.py",
    "java": f"stdio:java {ROOT}/examples/sut/java/Sut.java",
    "node": f"stdio:node {ROOT}/examples/sut/node/sut.mjs",
    "node_bare": f"stdio:node {ROOT}/examples/sut/node_bare/sut.mjs",
}

FORWARD = {"renewal-window-months": "forward"}
CAPPED_ALWAYS = {("then-always", "validity.signature")}
PLACES_OF_BIRTHDAYS = ("validity.card-birthday", "validity.certificate-birthday")
OPENINGS = ("validity.card-renewable", "validity.signature-renewable", "validity.authentication-renewable")
ON_1_MARCH = {("leap-birthday", *PLACES_OF_BIRTHDAYS)}
MONTHS_RUN_OVER = {("months-run-over", *OPENINGS)}
READ_STATES = {"correction-on-issue-day": "after-issue", "abroad-presented-on-leaving-day": "in-time"}
RULES_OF_STATES = {
    "moves.continued-abroad",
    "moves.not-notified",
    "moves.not-presented",
    "moves.moved-on",
    "moves.return-not-notified",
    "moves.returned",
    "moves.first-notice",  # a notice of moving in, for a signature certificate
    "revocation.authentication-move",
    "revocation.signature-deletion",
}

LAST_DAYS = {
    "python_dateutil": ({**FORWARD, "leap-age": "february-28"}, CAPPED_ALWAYS),
    "node": ({**FORWARD, "leap-age": "february-28"}, CAPPED_ALWAYS),
    "java": (FORWARD, CAPPED_ALWAYS | ON_1_MARCH),
    "sql": (FORWARD, CAPPED_ALWAYS | ON_1_MARCH | MONTHS_RUN_OVER),
    "node_bare": (FORWARD, CAPPED_ALWAYS | ON_1_MARCH | MONTHS_RUN_OVER),
}
"""What was read about last days: the readings, and the operators with their rules."""


def concluded_about(name, packs):
    """What is found out about a system that is asked for some packs only."""
    program = ADDRESSES[name].removeprefix("stdio:").split()[0]
    if shutil.which(program) is None and not os.environ.get("CI"):
        pytest.skip(f"{program} is not there; in CI this is a failure")
    with Session(open_connection(ADDRESSES[name], timeout=30)) as session:
        asked = [pack for pack in packs if pack in session.describe().capabilities]

        def ask(scenario):
            return observed_outcomes(scenario, session.ask(scenario.pack, scenario.params).result)

        scenarios = [s for s in suites(()) if s.pack in asked and s.serves(CLAIMED)]
        answered = [Answered(scenario, ask(scenario)) for scenario in scenarios]
        return diagnose_system(answered, CLAIMED, ask, asked, lambda done, of, what: None)


def named(hypothesis):
    """The operators with the rules that they are about."""
    return {
        (fault.operator, *(fault.rules if isinstance(fault, Convention) else (fault.rule,)))
        for fault in hypothesis.faults
    }


@pytest.mark.interop
@pytest.mark.parametrize("name", ADDRESSES)
def test_what_is_found_about_last_days_is_what_the_source_has(name):
    concluded = concluded_about(name, ["validity"])
    readings, faults = LAST_DAYS[name]
    first = concluded.found.explanations[0]
    assert CLAIMED.difference(first.law) == readings
    assert named(first) == faults
    assert concluded.foretold > 300


@pytest.fixture(scope="module")
def states():
    """What is found out about python_dateutil, of which the other two that have states differ in last days only."""
    return concluded_about("python_dateutil", LIVES)


@pytest.mark.interop
def test_what_is_found_about_states_is_what_the_source_has(states):
    first = states.found.explanations[0]
    readings, faults = LAST_DAYS["python_dateutil"]
    assert CLAIMED.difference(first.law) == {**readings, **READ_STATES}
    assert {rule for _, *rules in named(first) - faults for rule in rules} <= RULES_OF_STATES


@pytest.mark.interop
@pytest.mark.parametrize("outcome", [f"{item}_state" for item in ITEMS])
def test_what_is_found_about_states_answers_for_every_life_what_the_source_does(states, outcome):
    first = states.found.explanations[0]
    found = first.terms()
    read = source_states(LIFE, {item: Date(found[f"{item}_expires"]) for item in ITEMS})
    differs = Question(
        found[outcome] != read[outcome], first.law, naming=False, patience=in_steps(600_000_000)
    )
    assert isinstance(differs.ask(readable=False), NoLife)


@pytest.mark.interop
def test_the_deadlines_of_moves_are_found_to_count_by_themselves(states):
    alone = {rule for operator, rule in named(states.found.explanations[0]) if operator == "event-alone"}
    assert alone == {
        "moves.not-notified",
        "moves.not-presented",
        "moves.moved-on",
        "revocation.authentication-move",
    }
