"""Lives that are drawn for mutants: out of a pool, near to what the solver found, and such as show several at once."""

from concurrent.futures import ProcessPoolExecutor

from executors import AtOnce
from jpki_oracle.mutants.drawing import Wanted, drawn_for, drawn_on, shown_near, stronger
from jpki_oracle.mutants.mutant import kill_matrix, mutants_of, possible, still_alive
from jpki_spec.laws import law


def quiet(done, of, what):
    """Tells nothing."""


CURRENT = law("mic-2017")
MUTANTS = [m for m in mutants_of(CURRENT) if m.observed.outcome == "card_expires"]
NUMBERS = [m for m in mutants_of(CURRENT) if m.observed.pack == "number"]
DRAWN = drawn_for(MUTANTS, CURRENT, chunks=2)


def test_whatever_is_drawn_can_happen_and_shows_something():
    assert possible(DRAWN, CURRENT) == DRAWN
    assert kill_matrix(MUTANTS, DRAWN).any(axis=0).all()


def test_near_a_life_that_shows_one_fault_there_are_lives_that_show_most_others():
    life = next(each for each in DRAWN if each.life is not None)
    left = still_alive(MUTANTS, [life])
    near = shown_near([life], left, CURRENT)
    assert possible(near, CURRENT) == near
    assert kill_matrix(left, near).any(axis=0).all()
    assert len(still_alive(left, near)) < len(still_alive(MUTANTS, [life])) / 2


def test_for_numbers_and_for_nothing_no_life_is_drawn():
    assert shown_near(DRAWN[:1], NUMBERS, CURRENT) == []
    assert shown_near(DRAWN[:1], [], CURRENT) == []
    assert shown_near([], MUTANTS, CURRENT) == []


def test_on_other_processes_the_same_is_drawn():
    here = stronger(MUTANTS, DRAWN, CURRENT, quiet, AtOnce())
    with ProcessPoolExecutor(2) as processes:
        there = stronger(MUTANTS, DRAWN, CURRENT, quiet, processes)
    assert here
    assert [each.id for each in there] == [each.id for each in here]


def test_a_stronger_scenario_shows_several_mutants_of_which_each_needed_one():
    made = stronger(MUTANTS, DRAWN, CURRENT, quiet, AtOnce())
    assert possible(made, CURRENT) == made
    assert kill_matrix(MUTANTS, made).sum(axis=0).max() > 1


def test_for_each_law_lives_are_drawn_for_what_is_neither_shown_nor_spared():
    shown_by, spared = DRAWN[:2], {mutant.id for mutant in MUTANTS}
    wanted = [Wanted(CURRENT, shown_by, 1), Wanted(law("mic-2017", {"age-attained": "eve"}), [], 1, spared)]
    own, others = drawn_on(AtOnce(), wanted, quiet)
    assert [each.law for each in (own, others)] == [each.law for each in wanted]
    assert list(own.alive) == still_alive(mutants_of(CURRENT), shown_by)
    assert kill_matrix(own.alive, own.scenarios).any(axis=0).all()
    asked = [mutant for mutant in others.alive if mutant.id not in spared]
    assert len(asked) < len(others.alive)
    assert kill_matrix(asked, others.scenarios).any(axis=0).all()
