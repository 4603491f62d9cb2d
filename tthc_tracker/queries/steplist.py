"""The list of running steps: where each runs, since when, how long it may; over its limit first."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select, tuple_, union
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.localtime import HOUR
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.processes import NORMAL_DAY
from tthc_tracker.domain.timelimit import LimitUnit, TimeLimit
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import Procedure, ProcedureVersion
from tthc_tracker.models.process import ProcessStep, StepRun
from tthc_tracker.queries import listing
from tthc_tracker.queries.among import Ids, among
from tthc_tracker.queries.described import told_by
from tthc_tracker.queries.listing import Count, Filters, Page
from tthc_tracker.queries.scoping import ways_in

# Steps begin with the acceptance. Said, for the indexes of what is open hold what is accepted; and said so,
# for by IS NOT NULL SQLite would pass all that a desk has ever accepted.
_NEVER = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)


class Tab(StrEnum):
    """Which steps. SHORT: received with less left of the promise than the step itself may take; UNKNOWN:
    without a date, for the calendar is not known that far."""

    DATED = "dated"
    LATE = "late"
    SHORT = "short"
    UNKNOWN = "unknown"


class StepLine(NamedTuple):
    """A line: a step that runs and its dossier. paused: the dossier waits, and so does the step's clock;
    late: that clock has run out."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str
    unit: str | None
    officer: str | None
    run_id: int
    position: int
    step: str
    signature: bool
    at_desk: bool
    limit: TimeLimit
    opened_at: dt.datetime
    due_at: dt.datetime | None
    late_from: dt.datetime | None
    left_minutes: int | None
    promised_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    paused: bool
    late: bool


@dataclass(frozen=True)
class LateUnit:
    """How many steps a unit holds over their limit. unit_id None: a desk, or an agency without units."""

    agency_code: str
    agency: str
    unit_id: int | None
    unit: str | None
    number: int


def tab_of(question: Mapping[str, str]) -> Tab:
    """The tab of an address; what is none means the first."""
    text = question.get("tab", "")
    return Tab(text) if text in set(Tab) else Tab.DATED


def count(session: Session, tab: Tab, filters: Filters, scope: Scope, now: dt.datetime) -> Count:
    """How many steps run, exactly up to ten thousand."""
    return listing.count(session, _runs(session, tab, filters, scope, now).ids)


def page(
    session: Session,
    tab: Tab,
    filters: Filters,
    scope: Scope,
    now: dt.datetime,
    *,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[StepLine]:
    """One page, what is over its limit longest first; without dates by when they began. Two queries."""
    runs = _runs(session, tab, filters, scope, now)
    statement = runs.ids
    if start := listing.moment_and_id(after):
        statement = statement.where(tuple_(runs.key, runs.id) > start)
    found = session.execute(statement.order_by(runs.key, runs.id).limit(size + 1)).scalars().all()
    known = {row.run_id: row for row in session.execute(_details(), {"ids": found})} if found else {}
    rows = [_line(known[run_id], now) for run_id in found[:size]]
    last = rows[-1] if len(found) > size else None
    key = last and (last.opened_at if tab is Tab.UNKNOWN else last.late_from)
    return Page(tuple(rows), listing.encode_cursor(key, last.run_id) if last else "")


def late_units(session: Session, scope: Scope, now: dt.datetime, *, most: int = 20) -> list[LateUnit]:
    """The units that hold steps over their limit, the most first."""
    late = _runs(session, Tab.LATE, listing.EVERYTHING, scope, now).ids.subquery()
    number = func.count().label("number")
    statement = (
        select(Agency.code, Agency.name, StepRun.unit_id, Unit.name.label("unit"), number)
        .join(late, late.c.id == StepRun.id)
        .join(Agency, Agency.id == StepRun.agency_id)
        .outerjoin(Unit, Unit.id == StepRun.unit_id)
        .group_by(Agency.code, Agency.name, StepRun.unit_id, Unit.name)
        .order_by(number.desc(), Agency.code, StepRun.unit_id)
        .limit(most)
    )
    return [LateUnit(*row) for row in session.execute(statement)]


@dataclass(frozen=True)
class _Runs:
    """The ids of what belongs to a tab, in no order, and the columns that put them in order."""

    ids: Select[int]
    key: Any
    id: Any


def _runs(session: Session, tab: Tab, filters: Filters, scope: Scope, now: dt.datetime) -> _Runs:
    """For a few agencies one part for each way in: SQLite would walk the whole province's otherwise."""
    key = StepRun.opened_at if tab is Tab.UNKNOWN else StepRun.late_from
    chosen = _chosen(session, tab, filters, now)
    ways = ways_in(scope)
    if len(ways) == 1:
        found = _joined(select(StepRun.id)).where(*chosen, *ways)
        return _Runs(found, key, StepRun.id)
    parts = union(*(_joined(select(StepRun.id, key.label("key"))).where(*chosen, way) for way in ways))
    named = parts.subquery()
    return _Runs(select(named.c.id), named.c.key, named.c.id)


def _joined(statement: Any) -> Any:
    return statement.join(Dossier, Dossier.id == StepRun.dossier_id).join(
        ProcessStep, ProcessStep.id == StepRun.step_id
    )


def _chosen(session: Session, tab: Tab, filters: Filters, now: dt.datetime) -> list[ColumnElement[bool]]:
    held_at: Any = StepRun.agency_id
    chosen: list[ColumnElement[bool]] = [
        StepRun.closed_at.is_(None), Dossier.closed_at.is_(None), Dossier.accepted_at != _NEVER,
        _of(tab, now),
        *listing.conditions(session, filters, held_at),
    ]  # fmt: skip
    if filters.unit is not None:
        chosen.append(listing.held_by(StepRun.unit_id, filters.unit))
    if filters.start:
        chosen.append(StepRun.due_at >= _midnight(filters.start, now))
    if filters.end:
        chosen.append(StepRun.due_at < _midnight(filters.end + dt.timedelta(days=1), now))
    return chosen


def _of(tab: Tab, now: dt.datetime) -> ColumnElement[bool]:
    match tab:
        case Tab.DATED:
            return StepRun.late_from.is_not(None)
        case Tab.LATE:
            return and_(StepRun.late_from <= now, Dossier.paused_since.is_(None))
        case Tab.SHORT:
            return and_(StepRun.late_from.is_not(None), StepRun.left_minutes < _length())
        case Tab.UNKNOWN:
            return StepRun.late_from.is_(None)


def _length() -> ColumnElement[Any]:
    """The limit of a step in minutes of work; of calendar days and months there is none."""
    return case(
        (ProcessStep.unit == LimitUnit.WORKING_HOUR, ProcessStep.amount * HOUR),
        (ProcessStep.unit == LimitUnit.WORKING_DAY, ProcessStep.amount * NORMAL_DAY),
    )


def _midnight(day: dt.date, like: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), like.tzinfo)


@cache
def _details() -> Select[*tuple[Any, ...]]:
    """What a line shows, of the runs `ids`."""
    owner, officer = aliased(Person), aliased(User)
    statement: Any = select(
        Dossier.id, Dossier.code, Dossier.version, Dossier.current_due_at,
        Dossier.due_at.label("lawful_due_at"), Dossier.paused_since,
        Procedure.code.label("procedure_code"), ProcedureVersion.name.label("procedure"),
        owner.full_name.label("owner"), owner.kind.label("owner_kind"),
        Agency.code.label("agency_code"), Agency.name.label("agency"),
        Unit.name.label("unit"), officer.full_name.label("officer"), StepRun.id.label("run_id"),
        ProcessStep.position, ProcessStep.name.label("step"), ProcessStep.signature, StepRun.at_desk,
        ProcessStep.amount, ProcessStep.unit.label("limit_unit"), StepRun.opened_at, StepRun.due_at,
        StepRun.late_from, StepRun.left_minutes,
    )  # fmt: skip
    found: Select[*tuple[Any, ...]] = (
        _joined(statement)
        .join(Procedure, Procedure.id == Dossier.procedure_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(owner, owner.id == Dossier.owner_id)
        .join(Agency, Agency.id == StepRun.agency_id)
        .outerjoin(Unit, Unit.id == StepRun.unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .where(among(StepRun.id, bindparam("ids", type_=Ids())))
    )
    return found


def _line(row: Any, now: dt.datetime) -> StepLine:
    paused = row.paused_since is not None
    return StepLine(
        **told_by(row), id=row.id, code=row.code, version=row.version, run_id=row.run_id,
        position=row.position, step=row.step,
        signature=row.signature, at_desk=row.at_desk, limit=TimeLimit(row.amount, row.limit_unit),
        opened_at=row.opened_at, due_at=row.due_at, late_from=row.late_from, left_minutes=row.left_minutes,
        promised_at=row.current_due_at, lawful_due_at=row.lawful_due_at, paused=paused,
        late=not paused and row.late_from is not None and row.late_from <= now,
    )  # fmt: skip
