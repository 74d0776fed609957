"""A life as a history: the row of dates put in the order in which it happens, played, and read off at the end.

A row has days only; where two of its events are on one day, an order has to be chosen: that of a counter, where
somebody is entered first, then gets a card, then its certificates, then gives notices. The readings
`correction-on-issue-day` and `presented-on-leaving-day` are about nothing but that order.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from jpki_spec.laws import Law

from jpki_model.day import LAST_DAY, NEVER_DAY
from jpki_model.life import LifeRecord
from jpki_model.world.days import birthdays
from jpki_model.world.events import Event
from jpki_model.world.holdings import Card, Certificate
from jpki_model.world.refusal import CannotHappen, Refused
from jpki_model.world.world import World

ISSUES = ("card_requested", "card_made", "card_delivered", "authentication_issued", "signature_issued")
"""The events without which there is nothing that could be compared."""

_OTHER_RENEWAL_LEFT = timedelta(days=200)

Answer = date | int | None


@dataclass(frozen=True)
class Former:
    """What a row presupposes without stating it: a card or certificate that was replaced, and its last day."""

    item: str
    on: date
    expires: date


@dataclass(frozen=True)
class Settled:
    """What a row presupposes without stating it: whoever is given a card has been entered in a register again."""

    on: date


Step = Event | Former | Settled


@dataclass(frozen=True)
class Played:
    """A life as the world saw it: the outcomes by the names of the rules' outputs, and what was refused.

    `move_presumed_over`: somebody was given a card whose move the row leaves open.
    """

    outputs: dict[str, Answer]
    refused: dict[str, Refused | CannotHappen]
    move_presumed_over: bool = False


def play_life(life: LifeRecord, law: Law, world: World | None = None) -> Played:
    """Play a life to the end of the calendar. Raises `OutOfCalendar` or OverflowError as dates leave it."""
    world = world or World(law)
    refused: dict[str, Refused | CannotHappen] = {}
    age: int | None = None
    presumed = False
    for step in history_of(life, law):
        try:
            if isinstance(step, Former):
                _put_on_record(world, step)
            elif isinstance(step, Settled):
                presumed |= _settle(world, step)
            else:
                world.play(step)
        except (Refused, CannotHappen) as refusal:
            if isinstance(step, Event):
                refused[step.kind] = refusal
        if isinstance(step, Event) and step.kind == "card_made" and "card_made" not in refused:
            age = world.age("A")
    world.advance(LAST_DAY)
    return Played({**_outputs(world), "age": age}, refused, presumed)


def history_of(life: LifeRecord, law: Law) -> list[Step]:
    """The steps of a life in their order. Raises ValueError for a life without a birth."""
    birth = life["birth"]
    if not isinstance(birth, date):
        raise ValueError("a history begins with a birth")
    steps: list[tuple[date, int, Step]] = []

    def day(field: str) -> date | None:
        value = life[field]
        return value if isinstance(value, date) else None

    def happens(rank: int, kind: str, on: date | None, **details: object) -> None:
        if on is not None:
            steps.append((on, rank, Event(kind, on, **details)))  # type: ignore[arg-type]

    residence, stay, lost = str(life["residence"]), day("stay_expires"), day("nationality_lost")
    happens(0, "born", birth, birth=birth, residence=residence, stay_expires=stay, nationality_lost=lost)
    happens(
        1, "network_held", birth if day("revocation_recorded") else None, until=day("revocation_recorded")
    )
    _card_steps(life, law, birth, steps)
    _certificate_steps(life, law, birth, steps)
    happens(10, "moved_in", day("moved_in"))
    happens(40, "moveout_notified", day("moveout_notified"), planned=day("moveout_planned"))
    happens(50, "movein_notified", day("movein_notified"))
    happens(72, "card_presented", day("card_presented"))
    leaving_first = law.reads("presented-on-leaving-day", "too-late")
    happens(71 if leaving_first else 73, "moved_out", day("moved_out_again"))
    presented_abroad, left = day("card_presented_abroad"), day("left_japan")
    happens(27, "moving_abroad_notified", presented_abroad, planned=left or presented_abroad, with_card=True)
    happens(78, "left_japan", left)
    corrected_last = law.reads("correction-on-issue-day", "after-issue")
    happens(
        _rank(39, life, day("record_corrected")) if corrected_last else 12,
        "record_corrected",
        day("record_corrected"),
        entry=life["correction"],
    )
    for rank, item in ((30, "signature"), (31, "authentication")):
        requested = day(f"{item}_revocation_requested")
        happens(_rank(rank, life, requested, or_same=True), f"{item}_revocation_requested", requested)
    happens(75, "card_returned", day("card_returned"))
    happens(76, "reissue_requested", day("reissue_requested"))
    happens(80, "record_deleted", day("record_deleted"))
    happens(90, "died", day("died"))
    return [step for _, _, step in sorted(steps, key=lambda each: each[:2])]


def _card_steps(life: LifeRecord, law: Law, birth: date, steps: list[tuple[date, int, Step]]) -> None:
    made, requested = life["card_issued"], life["card_requested"]
    if not isinstance(made, date):
        return
    received = requested if isinstance(requested, date) else made
    if not _comes_later(life, "movein_notified", received):
        steps.append((received, 2, Settled(received)))
    if not _comes_later(life, "movein_notified", made):
        steps.append((made, 2, Settled(made)))
    ground = str(life["card_renewal"])
    rank = _rank(20, life, received)
    if ground != "none":
        if ground == "window" and law.speaks_of("renewal_window_months"):
            expires = birthdays(birth, received, 1, law.reading("leap-birthday-card"), on_start=True)
        else:
            expires = received + _OTHER_RENEWAL_LEFT
            ground = "other"
        steps.append((received, rank, Former("card", received, expires)))
    steps.append((received, rank, Event("card_requested", received, ground=ground.replace("none", "first"))))
    rank = _rank(21, life, made)
    for kind in ("identity_checked", "card_made", "card_delivered"):
        steps.append((made, rank, Event(kind, made)))


def _certificate_steps(life: LifeRecord, law: Law, birth: date, steps: list[tuple[date, int, Step]]) -> None:
    leapling = law.reading("leap-birthday-certificate")
    for rank, item in ((24, "authentication"), (25, "signature")):
        on = life[f"{item}_issued"]
        if not isinstance(on, date):
            continue
        rank = _rank(rank, life, on, or_same=item == "signature")
        if life[f"{item}_renewal"] == "window" and law.speaks_of("renewal_window_months"):
            former = birthdays(birth, on, 1, leapling, on_start=True)
            steps.append((on, rank, Former(item, on, former)))
        steps.append((on, rank, Event(f"{item}_issued", on)))


def _rank(rank: int, life: LifeRecord, on: date | None, *, or_same: bool = False) -> int:
    """The place in the day: after a notice of moving in, unless the old municipality did it in the morning."""
    moved_out = life["moveout_notified"]
    if on is None:
        return rank
    left = life["left_japan"]
    follows = isinstance(moved_out, date) or (isinstance(left, date) and left < on)
    came = life["movein_notified"] == on and follows
    if came and (or_same or not isinstance(moved_out, date) or moved_out < on):
        return rank + 31
    return rank


def _comes_later(life: LifeRecord, field: str, on: date) -> bool:
    """The row has the event, on that day or later."""
    day = life[field]
    return isinstance(day, date) and day >= on


def _settle(world: World, settled: Settled) -> bool:
    """A move inside of Japan that a row leaves open is over (True), or a deleted record was made anew."""
    world.advance(settled.on)
    holder = world.applicant("A")
    if holder.registered or holder.abroad or holder.died is not None:
        return False
    holder.registered = True
    if holder.move is None or holder.move.settled is not None:
        return False
    holder.move.settled = settled.on
    return True


def _put_on_record(world: World, former: Former) -> None:
    """Enter something that was made before the history begins, in the state in which it is presupposed."""
    world.advance(former.on)
    holder = world.applicant("A")
    made = former.on - timedelta(days=1)
    if former.item == "card":
        holder.cards.append(Card(made, former.expires, delivered=True))
    elif holder.card is not None:
        holder.certificates.append(Certificate("A", former.item, 0, made, former.expires, holder.card))


def _outputs(world: World) -> dict[str, Answer]:
    """The outcomes, as a row speaks of them: those of the card and the certificates that came last."""
    holder = world.applicant("A")
    outputs: dict[str, Answer] = {}
    endings = {
        "card": (holder.card.expires, holder.card.lapsed) if holder.card else (None, None),
        **{
            item: (each.expires, each.revoked) if (each := holder.certificate(item)) else (None, None)
            for item in ("signature", "authentication")
        },
    }
    for item, (expires, ended) in endings.items():
        outputs[f"{item}_expires"] = expires
        outputs["card_lapses" if item == "card" else f"{item}_revoked"] = ended
        outputs[f"{item}_renewable_from"] = None if expires is None else world.renewable_from(expires)
        last = min(expires or NEVER_DAY, ended - timedelta(days=1) if ended else NEVER_DAY)
        outputs[f"{item}_ends"] = None if last == NEVER_DAY else last
    return outputs
