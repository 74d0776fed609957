"""How fast the world plays events, and how fast histories are judged against it. Printed by `make bench-world`."""

import time

from jpki_model.world.opening import open_world
from jpki_model.world.world import World, run
from jpki_oracle.campaign import Judged, Plan
from jpki_oracle.histories.campaign import run_histories
from jpki_oracle.histories.case import case_of
from jpki_oracle.histories.history import SUITES, History, shipped_histories
from jpki_oracle.sut.address import open_connection
from jpki_oracle.sut.session import Session
from jpki_spec.laws import CURRENT_EDITION, law
from tabulate import tabulate

ROUNDS = 10


def played(histories: list[History]) -> float:
    """Seconds to play every history so many times; what all people hold is asked after each."""
    current = law(CURRENT_EDITION)
    started = time.perf_counter()
    for _ in range(ROUNDS):
        for history in histories:
            world = World(current)
            open_world(world, history.start, history.openings)
            run(world, list(history.events))
            for opening in history.openings:
                world.states(opening.person)
    return time.perf_counter() - started


def judged(histories: list[History]) -> tuple[int, float]:
    """How many histories were judged by the pack, each in a session of its own, and in how many seconds."""
    plan = Plan("world:", [case_of(history) for history in histories])
    started = time.perf_counter()
    with Session(open_connection("world:")) as session:
        count = sum(isinstance(event, Judged) for event in run_histories(session, plan))
    return count, time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    histories = [history for suite in SUITES for history in shipped_histories(suite)]
    events = sum(len(history.events) for history in histories)
    seconds = played(histories)
    count, judging = judged(histories)
    rows = [
        ["events a second, in process", f"{events * ROUNDS / seconds:,.0f}"],
        ["histories judged a second", f"{count / judging:,.0f}"],
        ["events of these a second", f"{events / judging:,.0f}"],
    ]
    print(tabulate(rows, tablefmt="github", disable_numparse=True))


if __name__ == "__main__":
    main()
