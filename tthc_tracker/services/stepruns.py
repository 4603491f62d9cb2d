"""The step clocks of a dossier: opened by the hand-over that brings it there, closed by the next.

The rows of `step_run` are written here only. `follow` keeps them where the dossier is, whatever verb moved
it; a verb that knows which step it means (services.steps) enters it before.
"""

import datetime as dt
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.handovers import HandoverAnswer
from tthc_tracker.domain.lifecycle import EventKind
from tthc_tracker.domain.performance import finish_class
from tthc_tracker.domain.processes import RunOutcome, Spot, entered, step_clock
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.handover import Handover
from tthc_tracker.models.process import ProcessStep, StepRun
from tthc_tracker.queries import processes, promises
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.processes import Step, Version
from tthc_tracker.queries.successions import promised_by

_UNDONE = frozenset({HandoverAnswer.TAKEN_BACK, HandoverAnswer.REJECTED, HandoverAnswer.LAPSED})
_CLOCK_MOVES = frozenset(
    {EventKind.PAUSED, EventKind.SUPPLEMENT_ASKED, EventKind.RESUMED, EventKind.DUE_CHANGED}
)


def running(session: Session, dossier_id: int) -> StepRun | None:
    """The run of a dossier that is open."""
    return session.execute(_running(), {"dossier_id": dossier_id}).scalar_one_or_none()


@cache
def _running() -> Select[StepRun]:
    its = StepRun.dossier_id == bindparam("dossier_id")
    return select(StepRun).where(its, StepRun.closed_at.is_(None))


def process_of(session: Session, run: StepRun) -> tuple[Version, Step]:
    """The process that a run belongs to, and its step."""
    process = processes.of_step(session, session.get_one(ProcessStep, run.step_id).process_id)
    return process, next(step for step in process.steps if step.id == run.step_id)


def begin(session: Session, dossier: Dossier, spot: Spot) -> None:
    """Open the first step of the process in force, at the acceptance; nothing where there is no process.

    A reception put right goes on with the step it began, or begins anew: what had run by the wrong process
    counts for nothing.
    """
    assert dossier.accepted_at is not None
    process = processes.in_force(session, dossier.procedure_id, dossier.case_code, dossier.accepted_at.date())
    run = running(session, dossier.id) if dossier.version > 1 else None
    if run is not None and process is not None and run.step_id == process.steps[0].id:
        run.agency_id, run.unit_id, run.at_desk = spot.agency_id, spot.unit_id, spot.at_desk
        run.left_minutes = _left(session, dossier, run.opened_at)
        _reckon(session, dossier, run, process.steps[0])
        return
    if run is not None:
        _close(session, run, dossier.accepted_at, RunOutcome.UNDONE)
    if process is not None:
        _open(session, dossier, process.steps[0], spot, dossier.accepted_at)


def follow(session: Session, dossier: Dossier, spot: Spot, kind: EventKind, at: dt.datetime) -> None:
    """Bring the step clocks to where the dossier is after an event at `at`.

    spot: where it is worked on; one that has ended is nowhere, and its run ends with it.
    """
    run = running(session, dossier.id)
    if run is not None and (handed := _handover(session, run)) and handed.answer in _UNDONE:
        run = _undo(session, dossier, run, at)
    if dossier.closed_at is not None:
        if run is not None:
            _close(session, run, max(dossier.closed_at, run.opened_at), RunOutcome.ENDED)
        return
    run = run or _resume(session, dossier)
    if run is None:
        return
    here = Spot(run.agency_id, run.unit_id, run.at_desk)
    if here != spot:
        _move(session, dossier, run, spot, kind, at)
    elif kind in _CLOCK_MOVES:
        _reckon(session, dossier, run)


def enter(
    session: Session,
    dossier: Dossier,
    step: Step,
    spot: Spot,
    at: dt.datetime,
    *,
    outcome: RunOutcome = RunOutcome.PASSED,
    reason: str = "",
) -> None:
    """Close the step that runs and open another at a spot, at the moment of the hand-over."""
    run = running(session, dossier.id)
    if run is not None:
        _close(session, run, max(at, run.opened_at), outcome, reason)
    _open(session, dossier, step, spot, at)


def _move(
    session: Session, dossier: Dossier, run: StepRun, spot: Spot, kind: EventKind, at: dt.datetime
) -> None:
    process, current = process_of(session, run)
    stops = processes.stops(session, process.steps, dossier.receiving_agency_id, dossier.resolving_agency_id)
    backwards = kind is EventKind.SENT_BACK
    position = entered(stops, current.position, spot, backwards=backwards)
    # The same step, held elsewhere: its clock goes on. So does that of an agency that has ended, at its heir.
    if position == current.position or kind is EventKind.TRANSFERRED:
        run.agency_id, run.unit_id, run.at_desk = spot.agency_id, spot.unit_id, spot.at_desk
        return
    step = next(step for step in process.steps if step.position == position)
    returned = position < current.position
    enter(session, dossier, step, spot, at, outcome=RunOutcome.RETURNED if returned else RunOutcome.PASSED)


def _open(session: Session, dossier: Dossier, step: Step, spot: Spot, at: dt.datetime) -> None:
    last = select(StepRun.seq).where(StepRun.dossier_id == dossier.id).order_by(StepRun.seq.desc()).limit(1)
    handed = select(Handover.id).where(Handover.dossier_id == dossier.id, Handover.answered_at.is_(None))
    run = StepRun(
        dossier_id=dossier.id, seq=(session.execute(last).scalar_one_or_none() or 0) + 1, step_id=step.id,
        agency_id=spot.agency_id, unit_id=spot.unit_id, at_desk=spot.at_desk, opened_at=at,
        handover_id=session.execute(handed).scalar_one_or_none(), left_minutes=_left(session, dossier, at),
    )  # fmt: skip
    _reckon(session, dossier, run, step)
    session.add(run)
    session.flush()


def _reckon(session: Session, dossier: Dossier, run: StepRun, step: Step | None = None) -> None:
    """By when the step is due; without a date where the calendar is not known that far."""
    step = step or process_of(session, run)[1]
    calendar, pauses = work_calendar(session, run.agency_id), promises.pauses_of(session, dossier.id)
    try:
        clock = step_clock(run.opened_at, step.limit, calendar, pauses)
    except CalendarHorizonError:
        run.due_at = run.late_from = None
    else:
        run.due_at, run.late_from = clock.due_at, clock.late_from


def _left(session: Session, dossier: Dossier, at: dt.datetime) -> int | None:
    """Working minutes of the promise that are left, below 0 once it has passed."""
    if (due := dossier.current_due_at) is None:
        return None
    calendar = work_calendar(session, promised_by(session, dossier))
    try:
        if due >= at:
            return calendar.working_minutes_between(at, due)
        return -calendar.working_minutes_between(due, at)
    except CalendarHorizonError:
        return None


def _close(session: Session, run: StepRun, at: dt.datetime, outcome: RunOutcome, reason: str = "") -> None:
    run.closed_at, run.outcome, run.reason = at, outcome, reason
    if run.due_at is not None and outcome is not RunOutcome.UNDONE:
        is_hour_limit = process_of(session, run)[1].limit.is_hour_limit
        run.finish_class = finish_class(run.due_at, at, is_hour_limit=is_hour_limit)
    session.flush()  # before another one opens: one may run at a time


def _handover(session: Session, run: StepRun) -> Handover | None:
    return session.get(Handover, run.handover_id) if run.handover_id is not None else None


def _undo(session: Session, dossier: Dossier, run: StepRun, at: dt.datetime) -> StepRun | None:
    """The hand-over that opened a run came to nothing: the step before goes on as if it had not been."""
    _close(session, run, max(at, run.opened_at), RunOutcome.UNDONE)
    before = (
        select(StepRun)
        .where(StepRun.dossier_id == dossier.id, StepRun.seq < run.seq, StepRun.outcome != RunOutcome.UNDONE)
        .order_by(StepRun.seq.desc())
        .limit(1)
    )
    return _again(session, session.execute(before).scalar_one_or_none())


def _resume(session: Session, dossier: Dossier) -> StepRun | None:
    """A dossier that had ended goes on: so does the step that ended with it."""
    return _again(session, session.execute(_ended(), {"dossier_id": dossier.id}).scalar_one_or_none())


@cache
def _ended() -> Select[StepRun]:
    """The last run that ended with the dossier `dossier_id`."""
    its = StepRun.dossier_id == bindparam("dossier_id")
    ended = select(StepRun).where(its, StepRun.outcome == RunOutcome.ENDED)
    return ended.order_by(StepRun.seq.desc()).limit(1)


def _again(session: Session, run: StepRun | None) -> StepRun | None:
    if run is not None:
        run.closed_at = run.outcome = run.finish_class = None
        run.reason = ""
        session.flush()
    return run
