"""The only writer of a dossier's clock: reception rounds, the three dates, milestones, the end.

Dates on `dossier` are projections of the engine (domain.deadlines) or, for a mirrored dossier, of the promise
its source gave, kept as given. `next_check_at` is when the scan must look again (decision 0005).
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tthc_tracker.domain.deadlines import Deadline
from tthc_tracker.domain.exchangerow import ExchangeRow
from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.milestones import handover_due, reception_deadline
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.domain.workcalendar import WorkCalendar
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.reception import ReceptionRound
from tthc_tracker.queries import promises, settings
from tthc_tracker.queries.alertrules import Terms
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.successions import promised_by
from tthc_tracker.services.clockvalues import (
    CLOCK_COLUMNS,
    imported_resolution,
    milestones,
    worked_minutes,
)

# --- reception


def open_reception_round(session: Session, dossier: Dossier, started_at: dt.datetime) -> None:
    """Start a round of the reception clock at the moment the dossier was submitted, or its post arrived."""
    agency_id = dossier.receiving_agency_id
    limit = settings.reception_limit(session, agency_id, started_at.date())
    clock = reception_deadline(started_at, work_calendar(session, agency_id), limit)
    due_at, late = clock.due_at, clock.late_from
    dossier.reception_round += 1
    dossier.reception_due_at, dossier.reception_due_on = due_at, due_at.date()
    dossier.reception_late_from, dossier.reception_answered_at = late, None
    session.add(
        ReceptionRound(
            dossier_id=dossier.id,
            round=dossier.reception_round,
            started_at=started_at,
            due_at=due_at,
            late_from=late,
        )
    )


def answer_reception(session: Session, dossier: Dossier, answer: str, at: dt.datetime) -> None:
    """Stop the running round: `receipt`, `supplement` or `refusal`. Nothing to stop is no fault."""
    running = select(ReceptionRound).where(
        ReceptionRound.dossier_id == dossier.id, ReceptionRound.round == dossier.reception_round
    )
    row = session.execute(running).scalar_one_or_none()
    if row is not None and row.answered_at is None:
        row.answered_at, row.answer = at, answer
    dossier.reception_answered_at = dossier.reception_answered_at or at


# --- resolution


def promise(session: Session, dossier: Dossier, *, accepted_at: dt.datetime) -> None:
    """Start the resolution clock: limit, three dates, milestones.

    Raises:
        NotFound: the procedure has no limit. CalendarHorizonError: the calendar is not known that far.
    """
    made = promises.promised(
        session,
        procedure_version_id=dossier.procedure_version_id,
        channel=dossier.channel,
        agency_id=dossier.resolving_agency_id,
        accepted_at=accepted_at,
        case_code=dossier.case_code,
        with_steps=False,
    )
    limit = made.limit
    dossier.accepted_at, dossier.accepted_on = accepted_at, accepted_at.date()
    dossier.limit_amount, dossier.limit_unit = limit.amount, limit.unit
    dossier.rounding, dossier.due_given = made.rounding.value, False
    dossier.first_due_at, dossier.due_on_day_off = made.deadline.first_due_at, False
    put_dates(session, dossier, made.deadline, limit)
    owe_handover(session, dossier, accepted_at)


def put_dates(session: Session, dossier: Dossier, deadline: Deadline, limit: TimeLimit) -> None:
    """Store what the engine has reckoned: all but the first date, which stays as it was printed first.

    services.reckoning is what moves the dates of a dossier that has some: it leaves an event.
    """
    assert dossier.accepted_at is not None
    dossier.due_at, dossier.due_on = deadline.due_at, deadline.due_at.date()
    dossier.current_due_at = deadline.current_due_at
    dossier.late_from, dossier.overdue_from = deadline.late_from, deadline.overdue_from
    dossier.due_provisional = deadline.provisional
    dossier.paused_since = None if dossier.closed_at is not None else deadline.paused_since
    _put_milestones(session, dossier, limit, Terms(session, dossier.accepted_at.date()))
    if dossier.finish_class is not None and dossier.closed_at is not None:
        dossier.finish_class = finish_class(
            deadline.due_at, dossier.closed_at, is_hour_limit=limit.is_hour_limit
        )


def reset_milestones(session: Session, dossier: Dossier, terms: Terms) -> None:
    """Reckon anew when a dossier is due soon and very overdue: its agency has set other terms."""
    if dossier.accepted_at is None or dossier.current_due_at is None:
        return
    limit = None
    if dossier.limit_amount is not None and dossier.limit_unit is not None:
        limit = TimeLimit(dossier.limit_amount, dossier.limit_unit)
    _put_milestones(session, dossier, limit, terms)


def milestones_by(
    session: Session, row: Mapping[Any, Any], terms: Terms
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When a dossier (its columns by name) would be due soon and very overdue by other terms.

    By the hours of whoever has it now: of one that went over from an agency that ended, an approximation.
    """
    accepted, due, amount = row["accepted_at"], row["current_due_at"], row["limit_amount"]
    if accepted is None or due is None:
        return None, None
    agency = row["resolving_agency_id"]
    limit = TimeLimit(amount, row["limit_unit"]) if amount is not None and row["limit_unit"] else None
    found = milestones(work_calendar(session, agency), accepted, due, limit, terms.thresholds(agency))
    return found["due_soon_from"], found["very_overdue_from"]


def _put_milestones(session: Session, dossier: Dossier, limit: TimeLimit | None, terms: Terms) -> None:
    assert dossier.accepted_at is not None
    assert dossier.current_due_at is not None
    calendar = work_calendar(session, promised_by(session, dossier))
    thresholds = terms.thresholds(dossier.resolving_agency_id)
    found = milestones(calendar, dossier.accepted_at, dossier.current_due_at, limit, thresholds)
    for name, moment in found.items():
        setattr(dossier, name, moment)


def terms_of(dossier: Dossier) -> dict[str, str]:
    """What was promised, as the event of an acceptance keeps it (queries.recounting reads it)."""
    assert dossier.limit_amount is not None
    assert dossier.limit_unit is not None
    return {
        "limit": f"{dossier.limit_amount.normalize():f}",
        "unit": dossier.limit_unit.value,
        "rounding": dossier.rounding,
    }


def owe_handover(session: Session, dossier: Dossier, since: dt.datetime) -> None:
    """Start the hand-over clock of a dossier accepted for another agency, by the hours of the desk.

    since: its acceptance, or the moment from which the desk has it back.
    """
    desk = dossier.receiving_agency_id
    own = desk == dossier.resolving_agency_id
    dossier.handover_confirmed_at = None
    dossier.handover_due_at = None if own else handover_due(since, work_calendar(session, desk))


def close(session: Session, dossier: Dossier, closed_at: dt.datetime) -> None:
    """End the clock: F, its class, and the working minutes it took."""
    dossier.closed_at, dossier.closed_on = closed_at, closed_at.date()
    dossier.paused_since, dossier.next_check_at = None, None
    if dossier.accepted_at is None or dossier.state is State.CANCELLED:
        return
    if dossier.due_at is not None:
        dossier.finish_class = finish_class(dossier.due_at, closed_at, is_hour_limit=is_hour_limit(dossier))
    calendar = work_calendar(session, promised_by(session, dossier))
    pauses = promises.pauses_of(session, dossier.id)
    dossier.worked_minutes = worked_minutes(calendar, dossier.accepted_at, closed_at, pauses)


def reopen(dossier: Dossier) -> None:
    """Let the clock run again as if it had not ended."""
    dossier.closed_at = dossier.closed_on = dossier.finish_class = dossier.worked_minutes = None


def is_hour_limit(dossier: Dossier) -> bool:
    """Whether lateness goes by the moment; a promise taken as given goes by the date."""
    if dossier.limit_amount is None or dossier.limit_unit is None:
        return False
    return TimeLimit(dossier.limit_amount, dossier.limit_unit).is_hour_limit


# --- looking again


def look_again(dossier: Dossier, now: dt.datetime) -> None:
    """Have the next scan look at the dossier, whatever has happened: it says when to look again."""
    dossier.next_check_at = now if dossier.closed_at is None else None


# --- what a source gave


def update_imported(
    dossier: Dossier, row: ExchangeRow, calendar: WorkCalendar, *, as_of: dt.datetime, now: dt.datetime
) -> None:
    """Let a later file of its source move a mirrored dossier's clock on."""
    before = dossier.due_at
    if dossier.reception_answered_at is None:
        dossier.reception_answered_at = row.accepted_at or row.refused_at
    stored = {name: getattr(dossier, name) for name in CLOCK_COLUMNS}
    clock = imported_resolution(calendar, row, stored, as_of=as_of, now=now)
    clock["first_due_at"] = dossier.first_due_at or clock["first_due_at"]
    clock["due_version"] = dossier.due_version + (before is not None and before != row.due_at)
    for name, value in clock.items():
        setattr(dossier, name, value)
    look_again(dossier, now)
