"""Outages of other systems, and what was received at the desks meanwhile: to be entered there afterwards."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.localtime import VIETNAM
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, AgencyScope
from tthc_tracker.models.apology import Outage, OutageEntry
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.procedure import Sector, Source
from tthc_tracker.queries import listing
from tthc_tracker.queries.attached import meanwhile
from tthc_tracker.queries.described import described
from tthc_tracker.queries.listing import EVERYTHING, Filters, Page
from tthc_tracker.queries.scoping import subtree, visible


@dataclass(frozen=True)
class OutageView:
    """An outage as the screens tell of it. ended_at None: it lasts."""

    id: int
    agency_id: int
    agency: str
    system: OutsideSystem
    sector_id: int | None
    sector: str | None
    began_at: dt.datetime
    ended_at: dt.datetime | None
    note: str
    recorded_at: dt.datetime
    recorded_by: str


def listed(session: Session, scope: Scope, *, after: str = "", size: int = listing.PAGE) -> Page[OutageView]:
    """A page of the outages of the agencies of a scope and of those above them, the newest first."""
    ordered = _outages(scope).order_by(Outage.began_at.desc(), Outage.id.desc()).limit(size + 1)
    if start := listing.moment_and_id(after):
        ordered = ordered.where(tuple_(Outage.began_at, Outage.id) < start)
    found = [OutageView(*row) for row in session.execute(ordered)]
    rows = tuple(found[:size])
    more = len(found) > size
    return Page(rows, listing.encode_cursor(rows[-1].began_at, rows[-1].id) if more else "")


def find(session: Session, outage_id: int, scope: Scope) -> OutageView:
    """One outage.

    Raises:
        NotFound: none, or none of this scope's.
    """
    row = session.execute(_outages(scope).where(Outage.id == outage_id)).one_or_none()
    if row is None:
        raise NotFound(str(outage_id))
    return OutageView(*row)


class TouchedRow(NamedTuple):
    """A dossier received while a system was down. entered_at: when it was entered there, None: not yet."""

    id: int
    code: str
    version: int
    procedure_code: str
    procedure: str
    owner: str  # masked
    agency_code: str
    agency: str  # the desk
    unit: str | None
    officer: str | None
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    lawful_due_at: dt.datetime | None
    entered_at: dt.datetime | None
    entered_by: str | None


@dataclass(frozen=True)
class Touched:
    """How many dossiers were logged here meanwhile, and how many of them are still to be entered there."""

    all: int
    left: int


class Part(StrEnum):
    """Which of them, as an address names it."""

    ALL = "tat-ca"
    LEFT = "con-lai"
    ENTERED = "da-nhap"


def part_of(question: Mapping[str, str]) -> Part:
    """The part that an address asks for; all of them unasked."""
    asked = question.get("xem", "")
    return Part(asked) if asked in set(Part) else Part.ALL


def counted(
    session: Session, outage: OutageView, scope: Scope, now: dt.datetime, filters: Filters = EVERYTHING
) -> Touched:
    """How many there are of what `touched` lists."""
    entered = select(func.count(), func.count(OutageEntry.entered_at))
    found, done = session.execute(_touching(entered, session, outage, scope, now, filters)).one()
    return Touched(found, found - done)


def touched(
    session: Session,
    outage: OutageView,
    scope: Scope,
    now: dt.datetime,
    *,
    part: Part = Part.ALL,
    filters: Filters = EVERYTHING,
    after: str = "",
    size: int = listing.PAGE,
) -> Page[TouchedRow]:
    """A page of what the desks logged here meanwhile, what is still to be entered there first."""
    done: Any = case((OutageEntry.entered_at.is_not(None), 1), else_=0)
    key = done, Dossier.accepted_at, Dossier.id
    taker = aliased(User)
    columns = select(
        Dossier.id, Dossier.code, Dossier.version, Dossier.accepted_at, Dossier.current_due_at,
        Dossier.due_at,
        OutageEntry.entered_at, taker.full_name.label("entered_by"),
    )  # fmt: skip
    statement = _touching(columns, session, outage, scope, now, filters)
    statement = statement.outerjoin(taker, taker.id == OutageEntry.entered_by_id)
    statement = described(statement.join(Agency, Agency.id == Dossier.receiving_agency_id))
    if part is not Part.ALL:
        statement = statement.where(done == int(part is Part.ENTERED))
    if start := _place(after):
        statement = statement.where(tuple_(*key) > start)
    found = [_touched(row) for row in session.execute(statement.order_by(*key).limit(size + 1))]
    rows = tuple(found[:size])
    return Page(rows, _cursor(rows[-1]) if len(found) > size else "")


def _touched(row: Any) -> TouchedRow:
    return TouchedRow(
        row.id, row.code, row.version, row.procedure_code, row.procedure,
        listed_name(row.owner, row.owner_kind), row.agency_code, row.agency, row.unit, row.officer,
        row.accepted_at, row.current_due_at, row.due_at, row.entered_at, row.entered_by,
    )  # fmt: skip


def _touching(
    statement: Any, session: Session, outage: OutageView, scope: Scope, now: dt.datetime, filters: Filters
) -> Any:
    """A statement over dossiers, narrowed to those that an outage touched."""
    desk: Any = Dossier.receiving_agency_id
    narrowed = listing.conditions(session, filters, desk)
    its = and_(OutageEntry.dossier_id == Dossier.id, OutageEntry.outage_id == outage.id)
    return (
        statement.select_from(Dossier)
        .join(Source, Source.id == Dossier.source_id)
        .outerjoin(OutageEntry, its)
        .where(_meanwhile(session, outage, now), Source.kind == SourceKind.HOME, visible(scope), *narrowed)
    )


def _cursor(row: TouchedRow) -> str:
    place = listing.encode_cursor(row.accepted_at, row.id)
    return f"{int(row.entered_at is not None)}.{place}"


def _place(cursor: str) -> tuple[int, dt.datetime, int] | None:
    done, _, place = cursor.partition(".")
    start = listing.moment_and_id(place)
    return (int(done), *start) if start and done in {"0", "1"} else None


def of_dossier(session: Session, dossier: Dossier, now: dt.datetime) -> list[OutageView]:
    """The outages that fell into the time of a dossier, at its desk and for its sector."""
    if dossier.accepted_at is None:
        return []
    until = dossier.closed_at or now
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id == dossier.receiving_agency_id)
    its = (
        Outage.agency_id.in_(above), Outage.began_at < until,
        func.coalesce(Outage.ended_at, now) > dossier.accepted_at,
        or_(Outage.sector_id.is_(None), Outage.sector_id == dossier.sector_id),
    )  # fmt: skip
    found = session.execute(_joined().where(*its).order_by(Outage.began_at, Outage.id))
    return [OutageView(*row) for row in found]


class Met(NamedTuple):
    """An outage while a desk received a dossier. entered_at: when it was entered there, None: not yet."""

    id: int
    system: OutsideSystem
    began_at: dt.datetime
    ended_at: dt.datetime | None
    entered_at: dt.datetime | None
    entered_by: str | None


def met_by(session: Session, dossier_id: int) -> list[Met]:
    """The outages that lasted when a desk received a dossier, the earliest first."""
    statement = (
        select(
            Outage.id, Outage.system, Outage.began_at, Outage.ended_at, OutageEntry.entered_at, User.full_name
        )
        .select_from(Dossier)
        .join(Outage, meanwhile())
        .outerjoin(OutageEntry, (OutageEntry.outage_id == Outage.id) & (OutageEntry.dossier_id == dossier_id))
        .outerjoin(User, User.id == OutageEntry.entered_by_id)
        .where(Dossier.id == dossier_id)
        .order_by(Outage.began_at, Outage.id)
    )
    return [Met(*row) for row in session.execute(statement)]


def within(session: Session, scope: Scope, start: dt.date, end: dt.date) -> tuple[OutageView, ...]:
    """The outages of a scope that fell into these days, both included, the earliest first."""
    opens = dt.datetime.combine(start, dt.time(), VIETNAM)
    closes = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), VIETNAM)
    its = Outage.began_at < closes, or_(Outage.ended_at.is_(None), Outage.ended_at > opens)
    found = session.execute(_outages(scope).where(*its).order_by(Outage.began_at, Outage.id))
    return tuple(OutageView(*row) for row in found)


def _meanwhile(session: Session, outage: OutageView, now: dt.datetime) -> ColumnElement[bool]:
    desks = sorted(subtree(session, outage.agency_id))
    during = and_(
        Dossier.receiving_agency_id.in_(desks), Dossier.accepted_at >= outage.began_at,
        Dossier.accepted_at < (outage.ended_at or now),
    )  # fmt: skip
    return during if outage.sector_id is None else and_(during, Dossier.sector_id == outage.sector_id)


def _outages(scope: Scope) -> Any:
    if scope.all:
        return _joined().where(true())
    above = select(AgencyScope.ancestor_id).where(AgencyScope.descendant_id.in_(sorted(scope.agency_ids)))
    return _joined().where(Outage.agency_id.in_(above))


def _joined() -> Any:
    return (
        select(
            Outage.id, Outage.agency_id, Agency.name, Outage.system, Outage.sector_id, Sector.name,
            Outage.began_at, Outage.ended_at, Outage.note, Outage.recorded_at, User.full_name,
        )
        .join(Agency, Agency.id == Outage.agency_id)
        .join(User, User.id == Outage.recorded_by_id)
        .outerjoin(Sector, Sector.id == Outage.sector_id)
    )  # fmt: skip
