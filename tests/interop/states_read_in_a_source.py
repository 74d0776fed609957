"""The states that `examples/sut/python_dateutil/sut.py` computes, translated by hand, function by function, to terms.

What its functions call None is `never`; last days are given, since other tests are about those.
"""

import z3
from jpki_spec.terms import ON, STATE_VALUES, Boolean, Date, Life, Term, choose, first, last, literal, never


def states(life: Life, expires: dict[str, Date]) -> dict[str, Term]:
    """The state of each item on a day, by the name of the outcome."""
    return {
        "card_state": _state(life.card_issued, expires["card"], _card_lapsed(life), "lapsed"),
        "signature_state": _state(
            life.signature_issued, expires["signature"], _signature_revoked(life), "revoked"
        ),
        "authentication_state": _state(
            life.authentication_issued, expires["authentication"], _authentication_revoked(life), "revoked"
        ),
    }


def _state(issued: Date, expires: Date, end: Date, ended: str) -> Term:
    """The source's `state`."""
    ended_first = z3.And(end.exists, end <= ON, z3.Not(z3.And(expires.exists, expires < end)))
    after = z3.If(z3.And(expires.exists, expires < ON), STATE_VALUES["expired"], STATE_VALUES["valid"])
    not_yet = z3.Or(z3.Not(issued.exists), issued > ON)
    return z3.If(not_yet, STATE_VALUES["not_yet"], z3.If(ended_first, STATE_VALUES[ended], after))


def _card_lapsed(life: Life) -> Date:
    """The source's `card_lapsed`."""
    moved_out = life.moveout_notified.exists
    presented_in_time = z3.And(life.card_presented.exists, life.card_presented <= life.moved_out_again)
    return _first_since(
        life.card_issued,
        [
            life.died,
            life.record_deleted,
            life.card_returned,
            life.reissue_requested,
            _if(z3.Not(_kept_abroad(life)), life.left_japan),
            _if(moved_out, _after_deadline(life.moveout_planned, 30, life.movein_notified)),
            _if(moved_out, _after_deadline(life.moved_in, 14, life.movein_notified)),
            _if(life.movein_notified.exists, _after_deadline(life.movein_notified, 90, life.card_presented)),
            _if(z3.And(life.movein_notified.exists, z3.Not(presented_in_time)), life.moved_out_again),
        ],
    )


def _signature_revoked(life: Life) -> Date:
    """The source's `signature_revoked`."""
    leaving = last(life.moveout_notified, _or(life.moveout_planned, life.moveout_notified))
    events = [
        life.died,
        life.record_deleted,
        life.left_japan,
        life.signature_revocation_requested,
        _if(z3.Not(life.correction.is_("minor")), life.record_corrected),
        _if(life.moveout_notified.exists, leaving),
    ]
    return _recorded(life, _first_since(life.signature_issued, events))


def _authentication_revoked(life: Life) -> Date:
    """The source's `authentication_revoked`."""
    not_moved_in = _after_deadline(life.moveout_planned, 30, life.movein_notified)
    events = [
        life.died,
        life.record_deleted,
        life.authentication_revocation_requested,
        _if(z3.Not(_kept_abroad(life)), life.left_japan),
        _if(life.moveout_notified.exists, not_moved_in),
    ]
    return _recorded(life, _first_since(life.authentication_issued, events))


def _kept_abroad(life: Life) -> Boolean:
    """The source's `kept_abroad`."""
    return z3.And(
        life.residence.is_("citizen"),
        life.left_japan.exists,
        literal(2024, 5, 27) <= life.left_japan,
        life.card_presented_abroad.exists,
        life.card_presented_abroad <= life.left_japan,
    )


def _after_deadline(start: Date, days: int, done: Date) -> Date:
    """The source's `after_deadline`."""
    deadline = start.plus_days(days)
    in_time = z3.And(done.exists, done <= deadline)
    return _if(z3.And(start.exists, z3.Not(in_time)), deadline.plus_days(1))


def _first_since(issued: Date, days: list[Date]) -> Date:
    """The source's `first_since`."""
    return first(*(_if(z3.And(day.exists, issued.exists, issued <= day), day) for day in days))


def _recorded(life: Life, event: Date) -> Date:
    """The source's `recorded`."""
    return _if(event.exists, last(event, _or(life.revocation_recorded, event)))


def _or(day: Date, otherwise: Date) -> Date:
    """Python's `day or otherwise`."""
    return choose(day.exists, day, otherwise)


def _if(condition: Boolean, day: Date) -> Date:
    return choose(condition, day, never)
