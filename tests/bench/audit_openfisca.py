"""The card's expiry as a small country package of OpenFisca-Core, in its own style: an entity, variables, formulas.

OpenFisca has no missing dates: a day before every card stands for one.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
from audit_by_hand import Column, birthday, nth_after, year_of
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

NONE = date(1900, 1, 1)
ALWAYS, MONTH = DateUnit.ETERNITY, DateUnit.MONTH
Person = build_entity(key="person", plural="persons", label="The holder of a card", is_person=True)


class Residence(Enum):
    """How somebody resides in Japan."""

    citizen = "citizen"
    permanent = "permanent resident"
    limited = "stay with an end"
    landing = "landing or provisional stay"
    transitional = "sixty days after birth or loss of nationality"


class Renewal(Enum):
    """Why a card was renewed early."""

    none = "not"
    window = "in the last three months"
    overseas = "card for residents abroad"
    full_notes = "no room for entries"
    other = "another ground"


def _given_date(name: str) -> type[Variable]:
    members = {
        "value_type": date,
        "entity": Person,
        "definition_period": ALWAYS,
        "default_value": NONE,
        "label": name,
    }
    return type(name, (Variable,), members)


def _given_choice(name: str, values: type[Enum], default: Enum) -> type[Variable]:
    members = {"value_type": Enum, "possible_values": values, "default_value": default, "label": name}
    return type(name, (Variable,), {**members, "entity": Person, "definition_period": ALWAYS})


DATES = ("birth", "card_issued", "card_requested", "stay_expires", "nationality_lost")
CHOICES = {"residence": Residence, "card_renewal": Renewal}
GIVEN = [
    *(_given_date(name) for name in DATES),
    _given_choice("residence", Residence, Residence.citizen),
    _given_choice("card_renewal", Renewal, Renewal.none),
]


class application_received(Variable):  # noqa: N801 (OpenFisca calls a variable by the name of its class)
    value_type, entity, definition_period, label = date, Person, MONTH, "day of the application"

    def formula(person, period):  # noqa: N805
        requested = person("card_requested", period)
        return np.where(requested == np.datetime64(NONE), person("card_issued", period), requested)


class age_on_issue(Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, MONTH, "age on the day of issue"

    def formula(person, period):  # noqa: N805
        birth, issued = person("birth", period), person("card_issued", period)
        year = year_of(issued)
        return year - year_of(birth) - (issued < birthday(birth, year, "on"))


class adult_age(Variable):  # noqa: N801
    value_type, entity, definition_period, label = (
        int,
        Person,
        ALWAYS,
        "age from which a card is valid longer",
    )

    def formula(person, period):  # noqa: N805
        return np.where(person("application_received", period) < np.datetime64("2022-04-01"), 20, 18)


class card_birthdays(Variable):  # noqa: N801
    value_type, entity, definition_period, label = int, Person, MONTH, "birthdays that a card lasts"

    def formula(person, period):  # noqa: N805
        grown = person("age_on_issue", period) >= person("adult_age", period)
        renewed = person("card_renewal", period) == Renewal.window
        return np.where(grown, 10, 5) + renewed


class transitional_end(Variable):  # noqa: N801
    value_type, entity, definition_period, label = date, Person, MONTH, "end of the sixty days"

    def formula(person, period):  # noqa: N805
        lost = person("nationality_lost", period)
        return np.where(lost == np.datetime64(NONE), person("birth", period), lost) + 60


class card_expires(Variable):  # noqa: N801
    value_type, entity, definition_period, label = date, Person, MONTH, "last day on which a card is valid"

    def formula(person, period):  # noqa: N805
        residence = person("residence", period)
        by_birthday = nth_after(
            person("birth", period), person("card_issued", period), person("card_birthdays", period)
        )
        sixty = person("transitional_end", period)
        expires = np.where(residence == Residence.transitional, sixty, by_birthday)
        has_end = (residence == Residence.limited) | (residence == Residence.landing)
        return np.where(has_end, person("stay_expires", period), expires)


def system() -> TaxBenefitSystem:
    """The package's system of rules."""
    rules = TaxBenefitSystem([Person])
    variables = (
        application_received,
        age_on_issue,
        adult_age,
        card_birthdays,
        transitional_end,
        card_expires,
    )
    for variable in (*GIVEN, *variables):
        rules.add_variable(variable)
    return rules


def calculate(rules: TaxBenefitSystem, lives: Mapping[str, Column], codes: Mapping[str, Column]) -> Column:
    """The expiry of each card; `codes` has the position of each choice."""
    simulation = SimulationBuilder().build_default_simulation(rules, len(lives["birth"]))
    for name in DATES:
        days = lives[name]
        simulation.set_input(name, "ETERNITY", np.where(np.isnat(days), np.datetime64(NONE), days))
    for name, values in CHOICES.items():
        simulation.set_input(name, "ETERNITY", EnumArray(codes[name].astype(np.int16), values))
    return simulation.calculate("card_expires", "2024-06")
