"""What of a source will pass its date before it is expected to speak again, told with each of its files."""

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.importing import RHYTHM_OF, BatchState, next_refresh
from tthc_tracker.domain.permissions import EVERYTHING
from tthc_tracker.models.importing import ImportBatch
from tthc_tracker.models.procedure import Source
from tthc_tracker.queries import dueload
from tthc_tracker.queries import imports as queries
from tthc_tracker.queries.calendars import national_calendar
from tthc_tracker.queries.dueload import Narrowed
from tthc_tracker.queries.listing import Filters

_DAY = dt.timedelta(days=1)


def foretell(session: Session, batch: ImportBatch, *, now: dt.datetime) -> dict[str, Any]:
    """How many of its sender's open dossiers of the source fall due until then; for the file's counts.

    Nothing where the source has sent something newer, or sends more at once: another file says it.
    """
    source = session.get_one(Source, batch.source_id)
    if batch.more_follows or (source.as_of is not None and source.as_of > batch.data_as_of):
        return {}
    until = _until(session, batch)
    scope = EVERYTHING if batch.actor_id is None else queries.scope_of_user(session, batch.actor_id)
    narrowed = Narrowed(day=now.date(), until=until)
    due = dueload.count(session, narrowed, Filters(source=source.code), scope, now)
    more = {"more": True} if due.more else {}
    return {"forecast": {"until": until.isoformat(), "dossiers": due.number} | more}


def _until(session: Session, batch: ImportBatch) -> dt.date:
    """The day on which the source is expected to speak again, at least the next working day."""
    told = (
        select(ImportBatch.data_as_of)
        .where(ImportBatch.source_id == batch.source_id, ImportBatch.id != batch.id)
        .where(ImportBatch.state == BatchState.DONE, ImportBatch.more_follows.is_(False))
        .where(ImportBatch.started_at <= batch.started_at)
        .order_by(ImportBatch.started_at.desc())
        .limit(RHYTHM_OF)
    )
    moments = sorted({batch.data_as_of, *session.execute(told).scalars()}, reverse=True)
    on = batch.data_as_of.date()
    try:
        following = national_calendar(session).nth_working_day_after(on, 1)
    except CalendarHorizonError:  # of a year that nobody knows the next day is the best guess
        following = on + _DAY
    at_least = dt.datetime.combine(following, dt.time(), batch.data_as_of.tzinfo)
    return next_refresh(moments, at_least).date()
