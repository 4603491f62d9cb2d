"""Put down, without reckoning them, the open dossiers that a change of the calendar cannot touch.

All that a clock counted lies before the first day that the change counts otherwise: one statement takes their
versions, so that what happens to them later is seen as it is of the others (services.calendarmoves).
"""

import datetime as dt
from typing import Any, cast

from sqlalchemy import Table, false, insert, literal, null, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.calendarchanges import Effect, Notice
from tthc_tracker.models.calendarchange import CalendarMove
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.calendars import AsWritten, all_calendars
from tthc_tracker.queries.openclocks import STORED, decided_before


def first_day(session: Session, made: AsWritten) -> dt.date:
    """The first day that any agency's calendar would count otherwise than it does; the last day there is
    where none would."""
    pairs = {
        (id(calendar), id(made.of(agency_id))): (calendar, made.of(agency_id))
        for agency_id, calendar in all_calendars(session).items()
    }
    found = (now.first_difference(then) for now, then in pairs.values())
    return min((day for day in found if day is not None), default=dt.date.max)


def stage(session: Session, change_id: int, agencies: frozenset[int] | None, made: AsWritten) -> int:
    """Put down those that the change cannot touch; how many."""
    day = first_day(session, made)
    many = 0
    for decided in decided_before(day, agencies):
        values = _as_they_stand(change_id)
        chosen: Any = select(*values.values()).where(decided)
        table = cast("Table", CalendarMove.__table__)
        put = insert(table).from_select(list(values), chosen)
        done: Any = session.execute(put.execution_options(preserve_rowcount=True))
        many += done.rowcount
    return many


def _as_they_stand(change_id: int) -> dict[str, Any]:
    row, columns = Dossier, cast("Table", CalendarMove.__table__).c
    return {
        "change_id": literal(change_id), "dossier_id": row.id, "version": row.version,
        "agency_id": row.resolving_agency_id, "unit_id": row.holding_unit_id, "moves": false(),
        "touched": false(), "written": literal(0), "effect": literal(Effect.NONE, columns.effect.type),
        "notice": literal(Notice.NONE, columns.notice.type), "was_due_at": row.due_at,
        "was_current_due_at": row.current_due_at, "was_late_from": row.late_from,
        **{name: getattr(row, name) for name in STORED},
        "reception_round": row.reception_round, "run_id": null(),
        "run_due_at": null(), "run_late_from": null(),
    }  # fmt: skip
