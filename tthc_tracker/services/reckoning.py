"""Reckon the dates of a dossier again from its facts; the one way in which a promise moves.

From `accepted_at`, the limit, the rounding and the rows of `pause`, by the engine (domain.deadlines.stated).
Never silently: a date that moves leaves its old and its new value in the history and re-arms the alerts.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tthc_tracker.domain.alerting import Rule
from tthc_tracker.domain.errors import CalendarHorizonError, InvalidInput
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import promises
from tthc_tracker.services import alertclosing, deadlines, events, integrity
from tthc_tracker.services.events import Actor


@dataclass(frozen=True)
class Moved:
    """A promise that moved: the date people were told (with a second date), before and after."""

    old: dt.datetime
    new: dt.datetime


def reckon_again(
    session: Session, dossier: Dossier, now: dt.datetime, *, actor: Actor, reason: str = ""
) -> Moved | None:
    """Bring the stored dates to what the dossier's rows say; what moved, or None if nothing did.

    A promise that a source gave, and a dossier without one, stay as they are. `first_due_at` always stays. A
    date that was passed already when it moved is marked so in the event, for the controller; none passes
    while a valid pause holds the clock, however long that lasts.

    Raises:
        CalendarHorizonError: the calendar is not known that far. InvalidPause: rows that cannot be.
    """
    session.flush()
    promise = promises.restated(session, dossier)
    if promise is None:
        return None
    lawful, current = dossier.due_at, dossier.current_due_at
    assert lawful is not None
    assert current is not None
    held = dossier.paused_since is not None  # by the pause that has just ended, if one has
    passed = not held and dossier.late_from is not None and dossier.late_from <= now
    deadlines.put_dates(session, dossier, promise.deadline, promise.limit)
    moved = _changes(dossier, lawful, current)
    if moved:
        dossier.due_version += 1
        alertclosing.close_for_dossier(session, dossier.id, now)
        facts = moved | ({"after_due": True} if passed else {})
        events.append(
            session, dossier, EventKind.DUE_CHANGED, actor=actor, now=now, reason=reason, facts=facts
        )
        if passed:
            integrity.flag(session, dossier, Rule.DUE_CHANGED_LATE, now)
    new = promise.deadline.current_due_at
    return Moved(current, new) if current != new else None


def reckon_or_refuse(
    session: Session, dossier: Dossier, now: dt.datetime, *, actor: Actor, field: str, reason: str = ""
) -> Moved | None:
    """The same, where a calendar that is not known is a fault that people can read.

    Raises:
        InvalidInput: at `field`; the calendar has to be loaded first.
    """
    try:
        return reckon_again(session, dossier, now, actor=actor, reason=reason)
    except CalendarHorizonError as error:
        raise InvalidInput(
            field,
            f"Chưa tính lại được ngày hẹn trả: chưa có lịch làm việc năm {error.year}. "
            "Hãy báo quản trị viên nạp lịch.",
        ) from None


def _changes(dossier: Dossier, lawful: dt.datetime, current: dt.datetime) -> dict[str, list[str]]:
    """Old and new of the dates that moved; without a second date the two are one and told once."""
    assert dossier.due_at is not None
    assert dossier.current_due_at is not None
    pairs = {"due_at": (lawful, dossier.due_at), "current_due_at": (current, dossier.current_due_at)}
    if pairs["due_at"] == pairs["current_due_at"]:
        del pairs["current_due_at"]
    return {name: [old.isoformat(), new.isoformat()] for name, (old, new) in pairs.items() if old != new}
