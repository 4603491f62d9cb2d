"""How dossiers ended, beside the columns of the table: how long they took, what was apologised for."""

import datetime as dt

from sqlalchemy import ColumnElement, and_, case, exists, select

from tthc_tracker.domain.apologies import ApologyState
from tthc_tracker.domain.lifecycle import FinishClass, State
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries.statisticscells import Cell, Span

CELLS = frozenset({Cell.MEASURED, Cell.APOLOGISED, Cell.APOLOGISED_LATE, Cell.LATE_UNAPOLOGISED})
CLOSED_ON = Dossier.closed_on
_IN_TIME = (FinishClass.EARLY, FinishClass.ON_TIME)


def in_cell(cell: Cell, span: Span) -> ColumnElement[bool]:
    """The dossiers of one of `CELLS`."""
    match cell:
        case Cell.MEASURED:
            return measured(span)
        case Cell.LATE_UNAPOLOGISED:
            approved = exists().where(
                Apology.dossier_id == Dossier.id, Apology.state == ApologyState.APPROVED
            )
            return and_(resolved_in(span), Dossier.finish_class == FinishClass.LATE, ~approved)
        case _:
            return _apologised(span, late=cell is Cell.APOLOGISED_LATE)


def resolved_in(span: Span) -> ColumnElement[bool]:
    """What the tables count as resolved in a stretch of days: columns (8) to (10)."""
    return and_(
        Dossier.closed_on.between(span.start, span.end),
        Dossier.accepted_at.is_not(None),
        Dossier.due_at.is_not(None),
        Dossier.finish_class.is_not(None),
        Dossier.state != State.CANCELLED,
    )


def is_in_time() -> ColumnElement[int]:
    """1 of what was early or on time, else 0."""
    return case((Dossier.finish_class.in_(_IN_TIME), 1), else_=0)


def measured(span: Span) -> ColumnElement[bool]:
    """Finished in a stretch of days, and known how long it took: of these are the percentiles."""
    return and_(
        Dossier.closed_on.between(span.start, span.end),
        Dossier.state.in_([State.FINISHED, State.RETURNED]),
        Dossier.worked_minutes.is_not(None),
    )


def signed(span: Span) -> ColumnElement[bool]:
    """Apologies approved in a stretch of days."""
    first, after = (
        dt.datetime.combine(day, dt.time(), VIETNAM) for day in (span.start, span.end + dt.timedelta(days=1))
    )
    return and_(
        Apology.decided_at >= first, Apology.decided_at < after, Apology.state == ApologyState.APPROVED
    )


def counts_with_apology() -> ColumnElement[bool]:
    """What an apology can be counted for: accepted, and not entered by mistake."""
    return and_(Dossier.accepted_at.is_not(None), Dossier.state != State.CANCELLED)


def _apologised(span: Span, *, late: bool) -> ColumnElement[bool]:
    ids = select(Apology.dossier_id).where(signed(span), Apology.late.is_(late))
    return and_(counts_with_apology(), Dossier.id.in_(ids))
