"""Outages of other systems, and what was received at the desks meanwhile: to be entered there afterwards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from tthc_tracker.domain.errors import NotFound
from tthc_tracker.domain.lifecycle import SourceKind
from tthc_tracker.domain.outages import OutsideSystem
from tthc_tracker.domain.people import listed_name
from tthc_tracker.domain.permissions import Scope
from tthc_tracker.models.account import User
from tthc_tracker.models.agency import Agency, AgencyScope
from tthc_tracker.models.apology import Outage, OutageEntry
from tthc_tracker.models.dossier import Dossier
from tthc_tracker.models.person import Person
from tthc_tracker.models.procedure import ProcedureVersion, Sector, Source
from tthc_tracker.queries.scoping import subtree, visible

MOST = 100
MOST_TOUCHED = 500


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


def listed(session: Session, scope: Scope) -> list[OutageView]:
    """The latest outages of the agencies of a scope and of those above them, the newest first."""
    ordered = _outages(scope).order_by(Outage.began_at.desc(), Outage.id.desc()).limit(MOST)
    return [OutageView(*row) for row in session.execute(ordered)]


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

    code: str
    version: int
    procedure: str
    owner: str  # masked
    desk: str
    accepted_at: dt.datetime
    due_at: dt.datetime | None
    entered_at: dt.datetime | None
    entered_by: str | None


def touched(session: Session, outage: OutageView, scope: Scope, now: dt.datetime) -> list[TouchedRow]:
    """What the desks logged here meanwhile, what is still to be entered there first; at most MOST_TOUCHED."""
    statement: Any = (
        select(
            Dossier.code, Dossier.version, ProcedureVersion.name, Person.full_name, Person.kind, Agency.name,
            Dossier.accepted_at, Dossier.current_due_at, OutageEntry.entered_at, User.full_name,
        )
        .join(ProcedureVersion, ProcedureVersion.id == Dossier.procedure_version_id)
        .join(Person, Person.id == Dossier.owner_id)
        .join(Agency, Agency.id == Dossier.receiving_agency_id)
        .join(Source, Source.id == Dossier.source_id)
        .outerjoin(
            OutageEntry, and_(OutageEntry.dossier_id == Dossier.id, OutageEntry.outage_id == outage.id)
        )
        .outerjoin(User, User.id == OutageEntry.entered_by_id)
        .where(_meanwhile(session, outage, now), Source.kind == SourceKind.HOME, visible(scope))
        .order_by(OutageEntry.entered_at.is_not(None), Dossier.accepted_at, Dossier.id)
        .limit(MOST_TOUCHED)
    )  # fmt: skip
    return [
        TouchedRow(code, version, procedure, listed_name(owner, kind), *others)
        for code, version, procedure, owner, kind, *others in session.execute(statement)
    ]


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
