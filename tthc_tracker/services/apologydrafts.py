"""Draft apologies of themselves, two working days before the date, where a dossier will hardly be in time.

By state and in bounded batches: a dossier that has any apology, be it one that was rejected, gets no other.
"""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tthc_tracker.domain import apologies as law
from tthc_tracker.domain.apologies import ApologyState, Progress
from tthc_tracker.domain.deadlines import Pause
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.models.apology import Apology
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import apologies
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.services import events
from tthc_tracker.services.clockvalues import worked_minutes
from tthc_tracker.services.events import Actor
from tthc_tracker.wording.apologies import OF_ITSELF

BATCH = 200


@dataclass
class Run:
    """How far a run is. usual: of an agency, what its procedures usually take (working minutes, P80)."""

    examined: int = 0
    drafted: int = 0
    after: tuple[dt.datetime, int] | None = None
    more: bool = True
    usual: dict[int, dict[int, int]] = field(default_factory=dict)


def draft_due(session: Session, run: Run, *, now: dt.datetime, limit: int = BATCH) -> None:
    """Look at the next dossiers whose date is near, and draft where there is a ground; `run` is carried on.

    One that somebody is changing at this moment is left to the next run.
    """
    found = apologies.near_their_date(session, now, after=run.after, limit=limit)
    held = apologies.pauses_of(session, [one.dossier.id for one in found])
    for one in found:
        run.drafted += _draft(session, run, one.dossier, held.get(one.dossier.id, ()), one.step_overdue, now)
    run.examined += len(found)
    run.more = len(found) == limit
    if found:
        last = found[-1].dossier
        assert last.overdue_from is not None
        run.after = (last.overdue_from, last.id)


def _draft(
    session: Session,
    run: Run,
    dossier: Dossier,
    held: tuple[Pause, ...],
    step_overdue: bool,
    now: dt.datetime,
) -> bool:
    assert dossier.late_from is not None
    if not law.is_time_to_draft(now, apologies.window_of(session, dossier), dossier.late_from):
        return False
    ground = law.ground_of(_progress(session, run, dossier, held, step_overdue, now))
    due_at = apologies.proposal(session, dossier, now)
    if ground is None or due_at is None:
        return False
    session.add(
        Apology(dossier_id=dossier.id, state=ApologyState.DRAFT, ground=ground, due_at=due_at, drafted_at=now)
    )
    events.append(
        session, dossier, EventKind.APOLOGY_DRAFTED, actor=Actor(None, OF_ITSELF), now=now,
        facts={"ground": ground.value, "proposed": due_at.isoformat()},
    )  # fmt: skip
    return True


def _progress(
    session: Session,
    run: Run,
    dossier: Dossier,
    held: tuple[Pause, ...],
    step_overdue: bool,
    now: dt.datetime,
) -> Progress:
    assert dossier.accepted_at is not None
    assert dossier.due_at is not None
    agency = dossier.resolving_agency_id
    if agency not in run.usual:
        run.usual[agency] = apologies.usual_minutes(session, agency, now.date())
    calendar = work_calendar(session, agency)
    try:
        left = calendar.working_minutes_between(now, max(now, dossier.due_at))
    except CalendarHorizonError:
        return Progress(step_overdue, 0, 0)
    worked = worked_minutes(calendar, dossier.accepted_at, now, held)
    usual = None if worked is None else run.usual[agency].get(dossier.procedure_id)
    return Progress(step_overdue, left, worked or 0, usual)
