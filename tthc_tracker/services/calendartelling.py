"""The events that tell of dates moved by a change of the calendar.

They are written out before the transaction that moves the dates (`prepare`), for others wait while that runs:
nothing is stored, and what has happened to a dossier since is seen by its version and written out anew.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain import trail
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.trail import EventText
from tthc_tracker.models.account import User
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.services import bulkrows
from tthc_tracker.wording import calendarchanges as words

Prepared = Mapping[int, EventText]
NOTHING: Prepared = {}

_COLUMNS = (
    CalendarMove.dossier_id, CalendarMove.version, CalendarMove.was_due_at, CalendarMove.was_current_due_at,
    CalendarMove.was_late_from, CalendarMove.due_at, CalendarMove.current_due_at, CalendarMove.paused_since,
)  # fmt: skip


def prepare(session: Session, change_id: int, *, now: dt.datetime) -> Prepared:
    """The event of each dossier that an agreed change would move, by dossier, as it was reckoned."""
    change = session.get_one(CalendarChange, change_id)
    its = (CalendarMove.change_id == change_id, CalendarMove.moves.is_(True), CalendarMove.written == 0)
    rows = session.execute(select(*_COLUMNS).where(*its))
    return {text.dossier_id: text for text in _texts(session, change, rows, now)}


def tell(
    session: Session, change: CalendarChange, moved: Sequence[Any], prepared: Prepared, now: dt.datetime
) -> None:
    """Write the events of moved dossiers: rows of their id, the version they had, the desk of their chain."""
    texts = [prepared.get(row.dossier_id) for row in moved]
    stale = [
        row.dossier_id
        for row, text in zip(moved, texts, strict=True)
        if text is None or text.seq != row.version + 1
    ]
    anew = _written_out(session, change, {row.dossier_id: row.version for row in moved}, stale, now)
    told = [anew.get(row.dossier_id) or prepared[row.dossier_id] for row in moved]
    bulkrows.insert_events(session, told, [row.receiving_agency_id for row in moved])


def _written_out(
    session: Session,
    change: CalendarChange,
    versions: Mapping[int, int],
    ids: Sequence[int],
    now: dt.datetime,
) -> Prepared:
    """Those that were not, or stand otherwise by now; their rows have the version that they get."""
    if not ids:
        return NOTHING
    these: Any = among(CalendarMove.dossier_id, bindparam("ids", ids, Ids()))
    rows = session.execute(select(*_COLUMNS).where(CalendarMove.change_id == change.id, these))
    texts = _texts(session, change, rows, now)
    return {text.dossier_id: text._replace(seq=versions[text.dossier_id] + 1) for text in texts}


def _texts(
    session: Session, change: CalendarChange, rows: Iterable[Any], now: dt.datetime
) -> Iterable[EventText]:
    name = ""
    if change.agreed_by_id is not None:
        name = session.execute(select(User.full_name).where(User.id == change.agreed_by_id)).scalar_one()
    at, reason, by = trail.moment_text(now), words.reason(change.decision), {"calendar": change.id}
    return [
        EventText(
            row.dossier_id, row.version + 1, EventKind.DUE_CHANGED.value, at, at, change.agreed_by_id, name,
            reason, trail.stored_json(_facts(row, now) | by),
        )
        for row in rows
    ]  # fmt: skip


def _facts(row: Any, now: dt.datetime) -> dict[str, Any]:
    """Old and new of the dates, as services.reckoning tells them."""
    pairs = {
        "due_at": (row.was_due_at, row.due_at),
        "current_due_at": (row.was_current_due_at, row.current_due_at),
    }
    if pairs["due_at"] == pairs["current_due_at"]:
        del pairs["current_due_at"]
    facts: dict[str, Any] = {
        name: [old.isoformat(), new.isoformat()] for name, (old, new) in pairs.items() if old != new
    }
    if row.paused_since is None and row.was_late_from is not None and row.was_late_from <= now:
        facts["after_due"] = True
    return facts
