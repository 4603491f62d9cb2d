"""Who held a dossier and for how long, and how its steps went: three queries a dossier."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from tthc_tracker.domain.custody import Held, HolderKind, Share, StepRun, minutes_of, overruns, shares
from tthc_tracker.domain.errors import CalendarHorizonError
from tthc_tracker.domain.lifecycle import FinishClass
from tthc_tracker.domain.processes import RunOutcome, StepHolder, StepStanding
from tthc_tracker.domain.timelimit import TimeLimit
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.process import Custody, ProcessStep
from tthc_tracker.models.process import StepRun as RunRow
from tthc_tracker.queries import processes, underway
from tthc_tracker.queries.calendars import work_calendar
from tthc_tracker.queries.processes import Step
from tthc_tracker.queries.successions import promised_by


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who is accounted for as one: the applicant, a desk, a unit with all its officers, an agency."""

    kind: HolderKind  # an officer counts with his unit
    agency_id: int | None = None
    unit_id: int | None = None

    @property
    def stops_the_clock(self) -> bool:
        """Whether the time in these hands is nobody's lateness."""
        return self.kind is HolderKind.APPLICANT


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in one holder's hands; `until` None while it lasts, minutes of work up to now."""

    keeper: Keeper
    agency: str
    unit: str
    officer: str
    since: dt.datetime
    until: dt.datetime | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Holding:
    """Who held it, in order, and what fell to each keeper. lateness: all the working minutes it is late."""

    stretches: tuple[Stretch, ...]
    shares: tuple[Share[Keeper], ...]
    applicant_minutes: int
    lateness: int

    @property
    def minutes(self) -> int:
        """Working time from the acceptance, the applicant's own included."""
        return sum(stretch.minutes for stretch in self.stretches)


@dataclass(frozen=True, slots=True)
class Run:
    """A step as it ran. left_minutes: of the dossier's promise when the step began."""

    step_id: int
    process_id: int
    position: int
    name: str
    holder: StepHolder
    limit: TimeLimit
    signature: bool
    agency_id: int
    agency: str
    unit_id: int | None
    unit: str
    at_desk: bool
    opened_at: dt.datetime
    due_at: dt.datetime | None
    late_from: dt.datetime | None
    left_minutes: int | None
    closed_at: dt.datetime | None
    finish_class: FinishClass | None
    outcome: RunOutcome | None
    reason: str

    def is_late(self, now: dt.datetime) -> bool:
        """Whether its clock has run out."""
        return self.late_from is not None and (self.closed_at or now) >= self.late_from

    @property
    def keeper(self) -> Keeper:
        """Whose step it was."""
        kind = HolderKind.DESK if self.at_desk else HolderKind.UNIT
        return Keeper(kind, self.agency_id, self.unit_id)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a dossier: as they ran, and those still to come."""

    runs: tuple[Run, ...]
    ahead: tuple[Step, ...]
    number: int
    first: int

    @property
    def current(self) -> Run | None:
        """The step that runs."""
        return next((run for run in reversed(self.runs) if run.closed_at is None), None)

    @property
    def standing(self) -> StepStanding:
        """Whether a step follows, and whether one goes before."""
        current = self.current
        return StepStanding(bool(self.ahead), current is not None and current.position > self.first)

    @property
    def previous(self) -> str:
        """The name of the step before the one that runs."""
        current = self.current
        before = [run.name for run in self.runs if current and run.position < current.position]
        return before[-1] if before else ""


def steps_of(session: Session, dossier_id: int) -> Steps | None:
    """How its process has run so far; None for a dossier without one."""
    rows = session.execute(_runs(), {"dossier_id": dossier_id})
    runs = tuple(_run(row) for row in rows)
    if not runs:
        return None
    current = next((run for run in reversed(runs) if run.closed_at is None), None)
    process = processes.of_step(session, runs[-1].process_id)
    ahead = [step for step in process.steps if current and step.position > current.position]
    return Steps(runs, tuple(ahead), process.number, process.steps[0].position)


@cache
def _runs() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RunRow.step_id, ProcessStep.process_id, ProcessStep.position, ProcessStep.name,
            ProcessStep.holder, ProcessStep.amount, ProcessStep.unit, ProcessStep.signature,
            RunRow.agency_id, Agency.name, RunRow.unit_id, Unit.name, RunRow.at_desk, RunRow.opened_at,
            RunRow.due_at, RunRow.late_from, RunRow.left_minutes, RunRow.closed_at, RunRow.finish_class,
            RunRow.outcome, RunRow.reason,
        )
        .join(ProcessStep, ProcessStep.id == RunRow.step_id)
        .join(Agency, Agency.id == RunRow.agency_id)
        .outerjoin(Unit, Unit.id == RunRow.unit_id)
        .where(RunRow.dossier_id == bindparam("dossier_id"))
        .order_by(RunRow.seq)
    )  # fmt: skip


def _run(row: Any) -> Run:
    step_id, process_id, position, name, holder, amount, unit, *rest = row
    signature, agency_id, agency, unit_id, unit_name, *clock = rest
    return Run(
        step_id, process_id, position, name, holder, TimeLimit(amount, unit), signature, agency_id, agency,
        unit_id, unit_name or "", *clock,
    )  # fmt: skip


def begin(session: Session, dossier_id: int) -> None:
    """Have under way who held a dossier."""
    underway.begin(session, _custody(), {"dossier_id": dossier_id})


def holding_of(session: Session, dossier: Dossier, steps: Steps | None, now: dt.datetime) -> Holding | None:
    """Who held a dossier how long, up to its end or `now`, by the calendar of the resolving agency.

    None before its acceptance, for a mirrored one, and where the calendar is not known.
    """
    rows = underway.answer(session, _custody(), {"dossier_id": dossier.id}).all()
    if not rows:
        return None
    try:
        return _holding(session, dossier, rows, steps, now)
    except CalendarHorizonError:
        return None


@cache
def _custody() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Custody.kind, Custody.agency_id, Custody.unit_id, Agency.name, Unit.name, User.full_name,
            Custody.since, Custody.until,
        )
        .outerjoin(Agency, Agency.id == Custody.agency_id)
        .outerjoin(Unit, Unit.id == Custody.unit_id)
        .outerjoin(User, User.id == Custody.officer_id)
        .where(Custody.dossier_id == bindparam("dossier_id"))
        .order_by(Custody.id)
    )  # fmt: skip


def _holding(session: Session, dossier: Dossier, rows: Any, steps: Steps | None, now: dt.datetime) -> Holding:
    calendar = work_calendar(session, promised_by(session, dossier))
    as_of = dossier.closed_at or now
    stretches = []
    for kind, agency_id, unit_id, agency, unit, officer, since, until in rows:
        keeper = keeper_of(kind, agency_id, unit_id)
        minutes = calendar.working_minutes_between(since, max(until or as_of, since))
        names = agency or "", unit or "", officer or ""
        stretches.append(Stretch(keeper, *names, since, until, minutes))
    held = minutes_of([Held(one.keeper, one.since, one.until) for one in stretches], calendar, as_of)
    working = {keeper: minutes for keeper, minutes in held.items() if not keeper.stops_the_clock}
    late = dossier.late_from
    lateness = calendar.working_minutes_between(late, as_of) if late is not None and as_of > late else 0
    if dossier.paused_since is not None and dossier.closed_at is None:
        lateness = 0  # validly paused, so not late
    ran = [
        StepRun(run.keeper, run.opened_at, run.due_at, run.closed_at)
        for run in (steps.runs if steps else ())
        if run.due_at is not None and run.outcome is not RunOutcome.UNDONE
    ]
    over = overruns(ran, calendar, as_of)
    total = sum(held.values()) - sum(working.values())
    return Holding(tuple(stretches), shares(working, over, lateness), total, lateness)


def keeper_of(kind: HolderKind, agency_id: int | None, unit_id: int | None) -> Keeper:
    """Whom a holder counts with; a step elsewhere counts with the unit or agency that has it."""
    if kind in {HolderKind.OFFICER, HolderKind.OTHER_AGENCY}:
        kind = HolderKind.UNIT
    return Keeper(kind, agency_id, unit_id)
