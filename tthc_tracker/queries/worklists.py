"""What the start page shows: a short list and its count for each role's first question of the morning."""

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from tthc_tracker.domain.lifecycle import State
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.domain.standing import Standing
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, Unit
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion
from tthc_tracker.queries import listing
from tthc_tracker.queries.dossiers import STANDS_BY, standing_of
from tthc_tracker.queries.listing import Count
from tthc_tracker.queries.scoping import visible, with_predecessors

Column = InstrumentedAttribute[dt.datetime | None]

SHORT = 15
DESK = 100  # what one officer holds is his work: all of it is shown


@dataclass(frozen=True)
class WorkRow:
    """A line of a short list; `at` is what the list shows, in the order it is sorted by."""

    code: str
    owner: str  # masked
    procedure: str
    agency: str
    unit: str | None
    officer: str | None
    state: State
    standing: Standing
    at: dt.datetime | None
    quantity: int | None
    by_post: bool
    by_portal: bool


@dataclass(frozen=True)
class ShortList:
    """The first lines of a list, and how many there are."""

    rows: tuple[WorkRow, ...]
    count: Count


@dataclass(frozen=True)
class Order:
    """By which column a list goes, and which one it shows."""

    by: Column
    shown: Column
    newest_first: bool = False
    most: int = SHORT


BY_DEADLINE = Order(Dossier.overdue_from, Dossier.current_due_at)


def received_today(session: Session, agency_id: int, now: dt.datetime) -> ShortList:
    """What this desk has accepted since midnight, the latest first."""
    day_start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    mine = and_(
        Dossier.receiving_agency_id == agency_id, Dossier.accepted_at >= day_start,
        Dossier.state != State.CANCELLED,
    )  # fmt: skip
    return _list(session, mine, Order(Dossier.accepted_at, Dossier.accepted_at, newest_first=True), now)


def _waits_at(session: Session, agency_id: int) -> ColumnElement[bool]:
    desks = with_predecessors(session, agency_id)
    return and_(Dossier.returning_agency_id.in_(desks), Dossier.state == State.FINISHED)


def to_collect_count(session: Session, agency_id: int) -> Count:
    """How many results wait at this desk, those of its predecessors included."""
    return listing.count(session, select(Dossier.id).where(_waits_at(session, agency_id)))


def to_collect(session: Session, agency_id: int, now: dt.datetime) -> ShortList:
    """Results that wait at this desk to be collected, the longest waiting first."""
    waiting = _waits_at(session, agency_id)
    return _list(session, waiting, Order(Dossier.closed_at, Dossier.closed_at), now)


def promised_today(session: Session, agency_id: int, now: dt.datetime) -> ShortList:
    """What this desk has promised for today and is not ready."""
    promised = promised_on(session, agency_id, now.date(), now.tzinfo)
    return _list(session, promised, Order(Dossier.current_due_at, Dossier.current_due_at), now)


def promised_on(
    session: Session, agency_id: int, day: dt.date, zone: dt.tzinfo | None
) -> ColumnElement[bool]:
    """That this desk has promised it for a day, and it is not ready."""
    start = dt.datetime.combine(day, dt.time(), zone)
    end = start + dt.timedelta(days=1)
    # A day limit turns overdue at the midnight after its date, an hour limit at its moment: both lie here.
    within = and_(Dossier.overdue_from > start, Dossier.overdue_from <= end)
    desks = with_predecessors(session, agency_id)
    return and_(_running(), Dossier.returning_agency_id.in_(desks), within)


def mine(session: Session, user_id: int, now: dt.datetime) -> ShortList:
    """What this officer holds, by due date."""
    held = and_(_open(), Dossier.officer_id == user_id)
    return _list(session, held, replace(BY_DEADLINE, most=DESK), now)


def unassigned(session: Session, agency_id: int, now: dt.datetime) -> ShortList:
    """What lies at this agency without anybody in charge, by due date."""
    nobody = and_(_open(), Dossier.resolving_agency_id == agency_id, Dossier.officer_id.is_(None))
    return _list(session, nobody, BY_DEADLINE, now)


def overdue_since(session: Session, scope: Scope, since: dt.datetime, now: dt.datetime) -> ShortList:
    """What has become overdue between two moments, the latest first."""
    new = and_(_running(), Dossier.overdue_from > since, Dossier.overdue_from <= now, visible(scope))
    return _list(session, new, replace(BY_DEADLINE, newest_first=True), now)


def _open() -> ColumnElement[bool]:
    return and_(Dossier.closed_at.is_(None), Dossier.accepted_at.is_not(None))


def _running() -> ColumnElement[bool]:
    return and_(_open(), Dossier.paused_since.is_(None))


def _list(session: Session, condition: ColumnElement[bool], order: Order, now: dt.datetime) -> ShortList:
    """The first lines; two queries. What has no date of the order stands last."""
    ids = select(Dossier.id).where(condition).order_by(*_in_order(order)).limit(order.most)
    first = session.execute(ids).scalars().all()
    found = session.execute(_details(order), {"ids": first}).all() if first else []
    count = Count(len(found), more=False)
    if len(found) == order.most:
        count = listing.count(session, select(Dossier.id).where(condition))
    return ShortList(tuple(_row(row, now) for row in found), count)


def _in_order(order: Order) -> tuple[Any, Any]:
    key = order.by.desc() if order.newest_first else order.by
    return key.nulls_last(), Dossier.id


@cache
def _details(order: Order) -> Any:
    """What a line shows, of the dossiers `ids`: put together once for each of the few orders."""
    owner, officer = aliased(Person), aliased(User)
    return (
        select(
            Dossier.code, *STANDS_BY, order.shown.label("at"), owner.full_name.label("owner"),
            owner.kind.label("owner_kind"),
            ProcedureVersion.name.label("procedure"), Agency.name.label("agency"), Unit.name.label("unit"),
            officer.full_name.label("officer"), Dossier.quantity, Dossier.by_post, Dossier.by_portal,
        )
        .where(Dossier.id.in_(bindparam("ids", expanding=True)))
        .join(owner, owner.id == Dossier.owner_id)
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Agency, Agency.id == Dossier.resolving_agency_id)
        .outerjoin(Unit, Unit.id == Dossier.holding_unit_id)
        .outerjoin(officer, officer.id == Dossier.officer_id)
        .order_by(*_in_order(order))
    )  # fmt: skip


def _row(row: Any, now: dt.datetime) -> WorkRow:
    return WorkRow(
        row.code, listed_name(row.owner, row.owner_kind),
        row.procedure, row.agency, row.unit, row.officer, row.state,
        standing_of(row, now), row.at, row.quantity, row.by_post, row.by_portal,
    )  # fmt: skip
