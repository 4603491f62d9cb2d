"""The steps of a dossier as they are planned from its acceptance, each taking all its time."""

import datetime as dt

from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.processes import StepHolder, plan
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.queries import processes
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.processes import Step


def resolving_due(session: Session, dossier: Dossier) -> dt.datetime | None:
    """By when the resolving agency is to be done with a dossier that goes between agencies.

    The end of its last step, if every step takes all its time, and never after the promise. None where one
    agency does it all, without a process, where the calendar is not known, and once the promise has moved.
    """
    if dossier.accepted_at is None or dossier.due_at is None or dossier.due_at != dossier.first_due_at:
        return None
    day = dossier.accepted_at.date()
    process = processes.in_force(session, dossier.procedure_id, dossier.case_code, day)
    if process is None or not _goes_between(dossier, process.steps):
        return None
    own = [at for at, step in enumerate(process.steps) if _is_own(dossier, step)]
    places = [_agency(dossier, step) for step in process.steps]
    limits = [step.limit for step in process.steps]
    try:
        planned = plan(dossier.accepted_at, limits, lambda at: work_calendar(session, places[at]))
    except CalendarHorizonError:
        return None
    return min(planned[own[-1]].due_at, dossier.due_at) if own else None


def _goes_between(dossier: Dossier, steps: tuple[Step, ...]) -> bool:
    elsewhere = any(step.agency_id not in {None, dossier.resolving_agency_id} for step in steps)
    return elsewhere or dossier.receiving_agency_id != dossier.resolving_agency_id


def _is_own(dossier: Dossier, step: Step) -> bool:
    return step.holder is not StepHolder.DESK and _agency(dossier, step) == dossier.resolving_agency_id


def _agency(dossier: Dossier, step: Step) -> int:
    if step.holder is StepHolder.DESK:
        return dossier.receiving_agency_id
    return step.agency_id or dossier.resolving_agency_id
