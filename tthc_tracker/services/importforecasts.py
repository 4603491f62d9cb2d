"""What of a source will pass its date before it is expected to speak again, told with each of its files."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.importing import RHYTHM_OF, BatchState, next_refresh
from tthc_tracker.domain.permissions import EVERYTHING, Scope
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import dueload
from tthc_tracker.queries import imports as queries
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.queries.dueload import Narrowed
from tthc_tracker.queries.listing import Count, Filters
from tthc_tracker.services.importjudging import Judged, Outcome, Register

_DAY = dt.timedelta(days=1)


def foretell(session: Session, batch: ImportBatch, *, now: dt.datetime) -> dict[str, Any]:
    """How many of its sender's open dossiers of the source fall due until then; for the file's counts.

    Nothing where the source has sent something newer, or sends more at once: another file says it.
    """
    source = session.get_one(Source, batch.source_id)
    if batch.more_follows or (source.as_of is not None and source.as_of > batch.data_as_of):
        return {}
    earlier = (ImportBatch.id != batch.id, ImportBatch.started_at <= batch.started_at)
    until = _until(session, source, batch.data_as_of, *earlier)
    scope = EVERYTHING if batch.actor_id is None else queries.scope_of_user(session, batch.actor_id)
    return _told(until, _due(session, source, scope, until, now))


class Foreseen:
    """The same of a file that is only judged: what falls due now, and what its rows would make of it.

    For a command, whose file is of the whole source.
    """

    def __init__(self, session: Session, register: Register, *, as_of: dt.datetime, now: dt.datetime) -> None:
        source = register.source
        self._first, self._zone = now.date(), now.tzinfo
        self._until = None
        if source.as_of is None or source.as_of <= as_of:
            self._until = _until(session, source, as_of)
            self._due = _due(session, source, EVERYTHING, self._until, now)
        self._moved = 0

    def add(self, judged: Iterable[Judged]) -> None:
        """See what a batch would change."""
        for item in judged:
            if item.outcome in {Outcome.NEW, Outcome.UPDATED} and not (item.known and item.known.sighted):
                row, stored = item.row, item.known.dossier if item.known else None
                self._moved += self._is_due(row.accepted_at, row.closed_at, row.due_at)
                if stored is not None and stored.paused_since is None:
                    self._moved -= self._is_due(stored.accepted_at, stored.closed_at, stored.current_due_at)

    def _is_due(
        self, accepted: dt.datetime | None, closed: dt.datetime | None, due: dt.datetime | None
    ) -> bool:
        """Open, and due between today and then (queries.dueload)."""
        if self._until is None or accepted is None or closed is not None or due is None:
            return False
        return self._first <= due.astimezone(self._zone).date() <= self._until

    def told(self) -> dict[str, Any]:
        """As `foretell` tells it."""
        if self._until is None:
            return {}
        return _told(self._until, Count(self._due.number + self._moved, self._due.more))


def _told(until: dt.date, due: Count) -> dict[str, Any]:
    more = {"more": True} if due.more else {}
    return {"forecast": {"until": until.isoformat(), "dossiers": due.number} | more}


def _due(session: Session, source: Source, scope: Scope, until: dt.date, now: dt.datetime) -> Count:
    narrowed = Narrowed(day=now.date(), until=until)
    return dueload.count(session, narrowed, Filters(source=source.code), scope, now)


def _until(session: Session, source: Source, as_of: dt.datetime, *earlier: ColumnElement[bool]) -> dt.date:
    """The day on which the source is expected to speak again, at least the next working day."""
    told = (
        select(ImportBatch.data_as_of)
        .where(ImportBatch.source_id == source.id, ImportBatch.state == BatchState.DONE)
        .where(ImportBatch.more_follows.is_(False), *earlier)
        .order_by(ImportBatch.started_at.desc())
        .limit(RHYTHM_OF)
    )
    moments = sorted({as_of, *session.execute(told).scalars()}, reverse=True)
    on = as_of.date()
    try:
        following = national_calendar(session).nth_working_day_after(on, 1)
    except CalendarHorizonError:  # of a year that nobody knows the next day is the best guess
        following = on + _DAY
    at_least = dt.datetime.combine(following, dt.time(), as_of.tzinfo)
    return next_refresh(moments, at_least).date()
