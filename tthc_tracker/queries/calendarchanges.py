"""Changes of the calendar as the job and the screens see them."""

import csv
import datetime as dt
import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.calendarchanges import IN_WORK, ChangeState, Effect
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.calendarchange import CalendarChange, CalendarMove

FIRST_LOOK = dt.timedelta(minutes=1)
LAST_LOOK = dt.timedelta(minutes=10)
"""After that nothing that was being written at the change can still be: statements end after a minute."""


@dataclass(frozen=True)
class Task:
    """What the job has to take up. last: of a change in force, whether this is the last look."""

    id: int
    state: ChangeState
    last: bool


def next_task(session: Session, now: dt.datetime) -> Task | None:
    """The oldest change that waits for the job; one in force twice after a while."""
    change = CalendarChange
    first = and_(change.passes == 1, change.done_at <= now - FIRST_LOOK)
    unsettled = and_(
        change.state == ChangeState.DONE, change.settled_at.is_(None),
        or_(first, change.done_at <= now - LAST_LOOK),
    )  # fmt: skip
    columns = select(change.id, change.state, change.done_at).order_by(change.id).limit(1)
    for condition in (change.state.in_(sorted(IN_WORK)), unsettled):
        if (row := session.execute(columns.where(condition)).first()) is not None:
            return Task(row.id, row.state, row.done_at is not None and row.done_at <= now - LAST_LOOK)
    return None


@dataclass(frozen=True)
class Change:
    """A change on a page."""

    id: int
    state: ChangeState
    title: str
    rows: str
    decision: str
    unconfirmed: bool
    made_by: str
    made_at: dt.datetime
    agreed_by: str
    agreed_at: dt.datetime | None
    done_at: dt.datetime | None
    examined: int
    total: int
    counts: dict[str, Any]
    fault: str

    @property
    def is_in_work(self) -> bool:
        """Whether the job has it in hand, so that the page asks again."""
        return self.state in IN_WORK

    @property
    def percent(self) -> int | None:
        """How much of the reckoning is done; None where nobody knows how much there is."""
        return min(99, 100 * self.examined // self.total) if self.total else None

    @property
    def agencies(self) -> frozenset[str]:
        """The codes of the agencies it names; empty for the nation."""
        return frozenset(row["agency"] for row in csv.DictReader(io.StringIO(self.rows)))


@dataclass(frozen=True)
class RowLine:
    """A row of a change, as its file has it."""

    on: dt.date
    kind: str
    windows: str
    weekdays: str
    basis: str
    agency: str


def rows_of(change: Change) -> list[RowLine]:
    """What a change says, row by row."""
    return [
        RowLine(
            dt.date.fromisoformat(row["date"]),
            *(row[name] for name in ("kind", "windows", "weekdays", "basis", "agency")),
        )
        for row in csv.DictReader(io.StringIO(change.rows))
    ]


def _changes() -> Any:
    maker, agreer = aliased(User), aliased(User)
    change = CalendarChange
    return (
        select(
            change.id, change.state, change.title, change.rows, change.decision, change.unconfirmed,
            func.coalesce(maker.full_name, "").label("made_by"), change.made_at,
            func.coalesce(agreer.full_name, "").label("agreed_by"), change.agreed_at, change.done_at,
            change.examined, change.total, change.counts, change.fault,
        )
        .outerjoin(maker, maker.id == change.made_by_id)
        .outerjoin(agreer, agreer.id == change.agreed_by_id)
    )  # fmt: skip


def change_of(session: Session, change_id: int) -> Change | None:
    """One change."""
    row = session.execute(_changes().where(CalendarChange.id == change_id)).first()
    return Change(*row) if row else None


def changes(session: Session, most: int) -> list[Change]:
    """The latest changes, newest first."""
    rows = session.execute(_changes().order_by(CalendarChange.id.desc()).limit(most))
    return [Change(*row) for row in rows]


@dataclass(frozen=True)
class Place:
    """What a change does at one unit."""

    agency: str
    unit: str
    moves: int
    later: int
    earlier: int
    late: int
    relieved: int


def places(session: Session, change_id: int, scope: Scope, most: int) -> list[Place]:
    """What a change does unit by unit, the hardest hit first; of agencies within the scope."""
    move = CalendarMove

    def many(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    moves, late, relieved = (
        func.count(),
        many(move.effect == Effect.LATE),
        many(move.effect == Effect.RELIEVED),
    )
    later = many(move.current_due_at > move.was_current_due_at)
    earlier = many(move.current_due_at < move.was_current_due_at)
    statement = (
        select(move.agency_id, move.unit_id, moves, later, earlier, late, relieved)
        .where(move.change_id == change_id, move.moves.is_(True), *_within(scope))
        .group_by(move.agency_id, move.unit_id)
        .order_by(late.desc(), moves.desc(), move.agency_id, move.unit_id)
        .limit(most)
    )
    rows = session.execute(statement).all()
    agencies = _names(session, Agency, {row.agency_id for row in rows})
    units = _names(session, Unit, {row.unit_id for row in rows if row.unit_id is not None})
    return [Place(agencies[row[0]], units.get(row[1], ""), *row[2:]) for row in rows]


def _within(scope: Scope) -> list[Any]:
    return [] if scope.all else [CalendarMove.agency_id.in_(sorted(scope.agency_ids))]


def _names(session: Session, model: type[Agency] | type[Unit], ids: Collection[int]) -> dict[int, str]:
    found = select(model.id, model.name).where(model.id.in_(sorted(ids))).order_by(model.id)
    return dict(session.execute(found).all())
