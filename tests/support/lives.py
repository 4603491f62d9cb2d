"""What must hold of a dossier's dates and history at any moment of its life."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Pause as LawPause
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.history import DossierEvent, Pause
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.promises import restated
from tthc_tracker.queries.recounting import told_clock
from tthc_tracker.queries.settings import same_day_cutoff
from tthc_tracker.queries.successions import promised_by

# Asked after every step of a long life: put together once.
_ITS_PAUSES = select(Pause).where(Pause.dossier_id == bindparam("dossier_id")).order_by(Pause.started_at)
_ITS_KINDS = (
    select(DossierEvent.kind)
    .where(DossierEvent.dossier_id == bindparam("dossier_id"))
    .order_by(DossierEvent.seq)
)


def pauses_of(session: Session, dossier: Dossier) -> list[Pause]:
    """Its pauses, the earliest first."""
    session.flush()
    return list(session.execute(_ITS_PAUSES, {"dossier_id": dossier.id}).scalars())


def kinds_of(session: Session, dossier: Dossier) -> list[EventKind]:
    """What has happened to it, in order."""
    session.flush()
    return list(session.execute(_ITS_KINDS, {"dossier_id": dossier.id}).scalars())


def assert_dates_follow_from_events(session: Session, dossier: Dossier) -> int:
    """That what is stored is what the engine makes of the events, and of the rows; how many pauses."""
    session.flush()
    told = told_clock(session, dossier.id)
    agency = promised_by(session, dossier)
    assert dossier.accepted_at is not None
    day = dossier.accepted_at.date()
    calendar, cutoff = work_calendar(session, agency), same_day_cutoff(session, agency, day)
    deadline = told.deadline(calendar, cutoff=cutoff)
    promise = restated(session, dossier)
    assert deadline is not None
    assert promise is not None
    assert promise.deadline == deadline
    stored = (
        dossier.first_due_at, dossier.due_at, dossier.current_due_at, dossier.late_from, dossier.overdue_from,
    )  # fmt: skip
    assert stored == (
        told.first_due_at(calendar, cutoff=cutoff), deadline.due_at, deadline.current_due_at,
        deadline.late_from, deadline.overdue_from,
    )  # fmt: skip
    assert dossier.paused_since == (None if dossier.closed_at else deadline.paused_since)
    held = [LawPause(row.started_at, row.ended_at, row.policy) for row in pauses_of(session, dossier)]
    assert held == told.pauses
    return len(held)
